//! Preferences from statements about issues.
//!
//! - *Option prioritisation* (Fraser and Hipel; Hipel, Kilgour, Fang, Peng 1997): statements in order of
//!   importance. A state is better than another if, at the first statement where they differ, it is the one
//!   that satisfies it. States that satisfy the same statements tie. The order is compared as strings of truth
//!   values, so any number of statements works. A statement marked *strong* makes every difference decided at
//!   or above it much better; one marked *unknown* leaves pairs that first differ there unknown.
//! - *Option weighting*: each level of an issue carries a weight; states are ranked by the exact sum.

use detente_base::number::Exact;

use super::{Comparison, IssueId, Preference, Ranking, Relation, StateId, States};

/// A claim about one state: true or false of its levels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Statement {
    /// The issue stands at one of these levels.
    At(IssueId, Vec<u8>),
    /// Not so.
    Not(Box<Statement>),
    /// All of these; nothing at all is true.
    All(Vec<Statement>),
    /// At least one of these; nothing at all is false.
    Any(Vec<Statement>),
    /// Both true or both false.
    Same(Box<Statement>, Box<Statement>),
}

impl Statement {
    /// Whether it is true of a vector of levels.
    #[must_use]
    pub fn holds(&self, levels: &[u8]) -> bool {
        match self {
            Self::At(issue, wanted) => wanted.contains(&levels[issue.index()]),
            Self::Not(inner) => !inner.holds(levels),
            Self::All(parts) => parts.iter().all(|part| part.holds(levels)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(levels)),
            Self::Same(a, b) => a.holds(levels) == b.holds(levels),
        }
    }

    /// `first` implies `then`.
    #[must_use]
    pub fn implies(first: Self, then: Self) -> Self {
        Self::Any(vec![Self::Not(Box::new(first)), then])
    }
}

/// One line of a list of priorities.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// What the party wants to be true.
    pub statement: Statement,
    /// As the analyst wrote it.
    pub text: String,
    /// Differences decided here (or earlier, down to here) are much better.
    pub strong: bool,
    /// Whether the party wants it or its opposite is not known.
    pub unknown: bool,
}

/// The preference that a list of priorities says, most important first. `None` when a statement is unknown
/// and there are more than `most_related` states, too many for a table of pairs.
///
/// A merged state is judged by the vector that represents it.
#[must_use]
pub fn prioritised(states: &States, priorities: &[Priority], most_related: usize) -> Option<Preference> {
    let truth = |state: StateId| -> Vec<u64> {
        let levels = states.vector(state);
        let mut words = vec![0u64; priorities.len().div_ceil(64)];
        for (place, priority) in priorities.iter().enumerate() {
            if priority.statement.holds(levels) {
                words[place / 64] |= 1 << (63 - place % 64);
            }
        }
        words
    };
    let truths: Vec<Vec<u64>> = states.iter().map(truth).collect();
    if priorities
        .iter()
        .any(|priority| priority.strong || priority.unknown)
    {
        if states.count() > most_related {
            return None;
        }
        return Some(related(&truths, priorities));
    }
    Some(Preference::Ranked(Ranking::by_worth(&truths)))
}

fn related(truths: &[Vec<u64>], priorities: &[Priority]) -> Preference {
    let mut table = Relation::filled(truths.len(), Comparison::Equal);
    for a in 0..truths.len() {
        for b in 0..a {
            let first = truths[a].iter().zip(&truths[b]).position(|(x, y)| x != y);
            let Some(word) = first else { continue };
            let bit = (truths[a][word] ^ truths[b][word]).leading_zeros() as usize;
            let priority = &priorities[word * 64 + bit];
            let a_has_it = truths[a][word] & (1 << (63 - bit)) != 0;
            let comparison = match (priority.unknown, priority.strong) {
                (true, _) => Comparison::Unknown,
                (false, true) => Comparison::MuchBetter,
                (false, false) => Comparison::Better,
            };
            let seen = if a_has_it {
                comparison
            } else {
                comparison.reversed()
            };
            table.set(StateId::at(a), StateId::at(b), seen);
        }
    }
    Preference::Related(table)
}

/// The ranking by exact sums of weights: `weights[issue][level]`.
#[must_use]
pub fn weighted(states: &States, weights: &[Vec<Exact>]) -> Ranking {
    let sum = |state: StateId| -> Exact {
        let levels = states.vector(state).iter();
        let parts = levels
            .zip(weights)
            .filter_map(|(level, of)| of.get(usize::from(*level)));
        parts.fold(Exact::ZERO, |total, weight| total + weight)
    };
    let sums: Vec<Exact> = states.iter().map(sum).collect();
    Ranking::by_worth(&sums)
}

/// Which priority first tells each state from the next worse one: the statement that decides each step of a
/// ranking, and with it which statements never decide anything.
#[must_use]
pub fn deciding(states: &States, priorities: &[Priority]) -> Vec<(StateId, StateId, usize)> {
    let truth = |state: &StateId| -> Vec<bool> {
        let levels = states.vector(*state);
        priorities
            .iter()
            .map(|priority| priority.statement.holds(levels))
            .collect()
    };
    let mut order: Vec<(Vec<bool>, StateId)> = states.iter().map(|state| (truth(&state), state)).collect();
    order.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    let step = |pair: &[(Vec<bool>, StateId)]| {
        let first = pair[0].0.iter().zip(&pair[1].0).position(|(x, y)| x != y)?;
        Some((pair[0].1, pair[1].1, first))
    };
    order.windows(2).filter_map(step).collect()
}
