//! Which rankings make a state an equilibrium (inverse graph model; Kinsara, Kilgour, Hipel 2015), by
//! constraints instead of listing rankings.
//!
//! For one party only one thing about its ranking matters at the target s: which states stand above s. With
//! `up(q)` for "q is better than s":
//! - Nash: not up(q) for every q in `R_i(s)`;
//! - GMR: up(q) implies some z in `R_O(q)` with not up(z);
//! - SMR: … with not up(w) also for every w in `R_i(z)`;
//! - SEQ, SSEQ: the same over `R_O+(q)`, the opponents' rankings being held as they are.
//!
//! Every literal asks for *fewer* states above s, so a ranking that satisfies the constraints keeps doing so
//! when states are lowered. The sets of states above s are counted by size with branching, unit facts and
//! independent parts; a set of u states out of m - 1 belongs to `u! (m-1-u)!` strict rankings. The least change
//! lowers a cheapest set of states below s: one pair for s and one for each state passed on the way (a strict
//! ranking; where states tie with s or each other, pairs count as if s and they were in order).

use std::collections::BTreeSet;

use dashu::integer::UBig;
use detente_conflict::{GraphModel, PartyId, StateId};

use super::inverse_count::{Clause, binomials, count, factorials, spread, weak_orders};
use super::{Concept, joint_reach};

/// One constraint: if the state is above the target, one of the alternatives must be wholly not above it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Constraint {
    /// The state to which the party would move.
    pub tempting: StateId,
    /// What would deter it: sets of states none of which may be above the target. None at all: the tempting
    /// state itself must not be.
    pub unless: Vec<BTreeSet<StateId>>,
}

/// What one party's ranking must satisfy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conditions {
    /// The party.
    pub party: PartyId,
    /// The state that is to be stable.
    pub target: StateId,
    /// All of these.
    pub constraints: Vec<Constraint>,
    states: usize,
}

/// How many rankings satisfy the conditions, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankingCount {
    /// Strict rankings that do.
    pub strict: UBig,
    /// All strict rankings.
    pub all_strict: UBig,
    /// Rankings with ties that do.
    pub with_ties: UBig,
    /// All rankings with ties.
    pub all_with_ties: UBig,
}

/// A cheapest change of the present ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// How many pairs of states change places.
    pub pairs: usize,
    /// The states that come to stand just below the target.
    pub lower: Vec<StateId>,
}

/// What a party's ranking must satisfy for the target to be stable for it.
#[must_use]
pub fn conditions(model: &GraphModel, party: PartyId, target: StateId, concept: Concept) -> Conditions {
    let opponents: Vec<PartyId> = model.party_ids().filter(|other| *other != party).collect();
    let step = |mover: PartyId, from: StateId, to: StateId| {
        !concept.credible() || model.preference(mover).compare(to, from).is_better()
    };
    let mut constraints = Vec::new();
    for q in model.moves_from(party, target) {
        let mut unless: Vec<BTreeSet<StateId>> = Vec::new();
        if concept != Concept::Nash {
            for z in joint_reach(model, &opponents, q, step).states().iter() {
                let mut needed = BTreeSet::from([z]);
                if concept.symmetric() {
                    needed.extend(model.moves_from(party, z));
                }
                // The target itself is never above itself.
                needed.remove(&target);
                unless.push(needed);
            }
        }
        let satisfied = unless.iter().any(BTreeSet::is_empty);
        if !satisfied {
            // If q itself would have to be not above the target, the constraint holds without the answer.
            unless.retain(|needed| !needed.contains(&q));
            unless.sort();
            unless.dedup();
            let all = unless.clone();
            unless.retain(|needed| {
                !all.iter()
                    .any(|smaller| smaller != needed && smaller.is_subset(needed))
            });
            constraints.push(Constraint { tempting: q, unless });
        }
    }
    Conditions {
        party,
        target,
        constraints,
        states: model.states().count(),
    }
}

impl Conditions {
    /// Whether they hold when exactly these states are above the target.
    #[must_use]
    pub fn hold(&self, up: &BTreeSet<StateId>) -> bool {
        self.constraints.iter().all(|constraint| {
            !up.contains(&constraint.tempting)
                || constraint.unless.iter().any(|needed| needed.is_disjoint(up))
        })
    }

    /// How many rankings satisfy them; `None` when counting takes more than `steps` steps.
    #[must_use]
    pub fn count(&self, steps: u64) -> Option<RankingCount> {
        let relevant = self.relevant();
        let free = self.states - 1 - relevant.len();
        let mut left = steps;
        let clauses: Vec<Clause> = self.constraints.iter().map(Clause::of).collect();
        let by_size = spread(&count(&clauses, &relevant, &mut left)?, free);
        let others = self.states - 1;
        let factorials = factorials(others + 1);
        let binomials = binomials(self.states);
        let weak = weak_orders(&binomials);
        let (mut strict, mut with_ties) = (UBig::ZERO, UBig::ZERO);
        for (up, sets) in by_size.iter().enumerate() {
            let down = others - up;
            strict += sets * &factorials[up] * &factorials[down];
            // Below: some of the others tie with the target, the rest stand below in any order with ties.
            let below: UBig = (0..=down)
                .map(|tied| &binomials[down][tied] * &weak[down - tied])
                .fold(UBig::ZERO, |a, b| a + b);
            with_ties += sets * &weak[up] * below;
        }
        Some(RankingCount {
            strict,
            all_strict: factorials[self.states].clone(),
            with_ties,
            all_with_ties: weak[self.states].clone(),
        })
    }

    fn relevant(&self) -> BTreeSet<StateId> {
        let mut all = BTreeSet::new();
        for constraint in &self.constraints {
            all.insert(constraint.tempting);
            constraint
                .unless
                .iter()
                .for_each(|needed| all.extend(needed.iter().copied()));
        }
        all
    }

    /// The cheapest change of the present ranking (which must be complete) after which they hold; `None`
    /// without a ranking, or when the search takes more than `steps` steps.
    #[must_use]
    pub fn least_change(&self, model: &GraphModel, steps: u64) -> Option<Change> {
        let ranking = model.preference(self.party).ranking()?;
        let rank = ranking.rank(self.target);
        let mut up: Vec<StateId> = model
            .states()
            .iter()
            .filter(|state| ranking.rank(*state) > rank)
            .collect();
        up.sort_by_key(|state| (ranking.rank(*state), *state));
        let mut search = Cheapest {
            conditions: self,
            up: &up,
            best: None,
            left: steps,
        };
        search.go(&mut up.iter().copied().collect(), &mut Vec::new())?;
        let (pairs, mut lower) = search.best?;
        lower.sort_unstable();
        Some(Change { pairs, lower })
    }
}

/// Branches over the ways to repair the first broken constraint.
struct Cheapest<'a> {
    conditions: &'a Conditions,
    /// The states above the target now, worst first.
    up: &'a [StateId],
    best: Option<(usize, Vec<StateId>)>,
    left: u64,
}

impl Cheapest<'_> {
    /// The cheapest way to lower at least these states: one pair for the target and one for each state that
    /// stays above it and is passed on the way down. Lowering further states can be cheaper than passing them.
    /// Goes up from the target and keeps the best choice for each number of states that stay.
    fn cheapest(&self, required: &[StateId]) -> (usize, Vec<StateId>) {
        let mut by_stays: Vec<(usize, Vec<StateId>)> = vec![(0, Vec::new())];
        for state in self.up {
            let none = (usize::MAX, Vec::new());
            let mut next = vec![none; by_stays.len() + 1];
            for (stays, (cost, lowered)) in by_stays
                .into_iter()
                .enumerate()
                .filter(|(_, (cost, _))| *cost < usize::MAX)
            {
                if cost + 1 + stays < next[stays].0 {
                    let with = lowered.iter().copied().chain([*state]).collect();
                    next[stays] = (cost + 1 + stays, with);
                }
                if !required.contains(state) && cost < next[stays + 1].0 {
                    next[stays + 1] = (cost, lowered);
                }
            }
            by_stays = next;
        }
        by_stays
            .into_iter()
            .min_by_key(|(cost, _)| *cost)
            .unwrap_or_default()
    }

    fn go(&mut self, up: &mut BTreeSet<StateId>, lowered: &mut Vec<StateId>) -> Option<()> {
        self.left = self.left.checked_sub(1)?;
        // Lowering more states costs at least one pair each beyond those that are lowered already.
        if self.best.as_ref().is_some_and(|(best, _)| lowered.len() >= *best) {
            return Some(());
        }
        let broken = self.conditions.constraints.iter().find(|constraint| {
            up.contains(&constraint.tempting)
                && !constraint.unless.iter().any(|needed| needed.is_disjoint(up))
        });
        let Some(broken) = broken else {
            let found = self.cheapest(lowered);
            if self.best.as_ref().is_none_or(|(best, _)| found.0 < *best) {
                self.best = Some(found);
            }
            return Some(());
        };
        let itself = vec![broken.tempting];
        let answers = broken
            .unless
            .iter()
            .map(|needed| needed.intersection(up).copied().collect::<Vec<_>>());
        let ways: Vec<Vec<StateId>> = std::iter::once(itself).chain(answers).collect();
        for way in ways {
            way.iter().for_each(|state| {
                up.remove(state);
            });
            lowered.extend(&way);
            let went = self.go(up, lowered);
            lowered.truncate(lowered.len() - way.len());
            up.extend(&way);
            went?;
        }
        Some(())
    }
}
