//! Who can move from which state to which: `R_i(s)`, the states that party i reaches from s in one move.
//!
//! In option form a party changes any of its own issues at once; the target must be feasible and no issue may
//! be moved the wrong way. `R_i(s)` never contains s. Where states are merged, an arc between two states
//! stands for any move between two of their vectors.

use std::collections::HashMap;

use super::{Issue, PartyId, StateId, States};

/// A pattern of moves that is ruled out: a party may not go from a state that fits `from` to one that fits `to`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Blocked {
    /// Whose move it would be; `None` blocks everybody.
    pub party: Option<PartyId>,
    /// The levels that the state left must have.
    pub from: Vec<(usize, Vec<u8>)>,
    /// The levels that the state reached must have.
    pub to: Vec<(usize, Vec<u8>)>,
}

impl Blocked {
    fn blocks(&self, party: PartyId, from: &[u8], to: &[u8]) -> bool {
        let fits = |pattern: &[(usize, Vec<u8>)], levels: &[u8]| {
            pattern
                .iter()
                .all(|(issue, wanted)| wanted.contains(&levels[*issue]))
        };
        self.party.is_none_or(|named| named == party) && fits(&self.from, from) && fits(&self.to, to)
    }
}

/// Arcs that are listed one by one, for each party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arcs {
    start: Vec<u32>,
    target: Vec<StateId>,
}

impl Arcs {
    /// From a list of (from, to), in any order; repetitions and arcs to oneself are dropped.
    #[must_use]
    pub fn collect(states: usize, mut arcs: Vec<(StateId, StateId)>) -> Self {
        arcs.retain(|(from, to)| from != to);
        arcs.sort_unstable();
        arcs.dedup();
        let mut start = vec![0u32; states + 1];
        for (from, _) in &arcs {
            start[from.index() + 1] += 1;
        }
        for state in 0..states {
            start[state + 1] += start[state];
        }
        Self {
            start,
            target: arcs.into_iter().map(|(_, to)| to).collect(),
        }
    }

    /// Where the arcs from a state lead, in order.
    #[must_use]
    pub fn leaving(&self, state: StateId) -> &[StateId] {
        &self.target[self.start[state.index()] as usize..self.start[state.index() + 1] as usize]
    }

    /// How many arcs there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.target.len()
    }

    /// The same arcs turned round.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let states = self.start.len() - 1;
        let forward = (0..states).flat_map(|from| {
            let from = StateId::at(from);
            self.leaving(from).iter().map(move |to| (*to, from))
        });
        Self::collect(states, forward.collect())
    }
}

/// The moves of all parties.
#[derive(Debug, Clone)]
pub enum Moves {
    /// Every party changes its own issues as their movement allows; two moves of one party in a row make
    /// one move. Nothing is listed: moves are enumerated from the vectors.
    Product,
    /// Listed, one set of arcs a party.
    Listed(Vec<Arcs>),
}

/// Most arcs that are listed, over all parties.
pub const MOST_ARCS: usize = 200_000_000;

/// Whether the moves need no list: no merged states, no patterns, no speed limits.
#[must_use]
pub fn is_product(issues: &[Issue], states: &States, blocked: &[Blocked]) -> bool {
    let composes = |issue: &Issue| issue.movement.composes(issue.levels.len());
    !states.any_merged()
        && blocked.is_empty()
        && issues.iter().all(composes)
        && states.grid().cells() <= super::states::DENSE_CELLS
}

/// Whether a party may go from one vector to another: it changes its own issues alone, none of them the wrong way, and
/// no pattern rules the move out.
#[must_use]
pub fn allows(issues: &[Issue], blocked: &[Blocked], party: PartyId, from: &[u8], to: &[u8]) -> bool {
    let mut levels = issues.iter().zip(from.iter().zip(to));
    levels.all(|(issue, (a, b))| a == b || (issue.owners.contains(&party) && issue.movement.allows(*a, *b)))
        && !blocked.iter().any(|pattern| pattern.blocks(party, from, to))
}

/// Lists the moves of a party; `None` when there are more than `most`.
#[must_use]
pub fn list(
    issues: &[Issue],
    states: &States,
    blocked: &[Blocked],
    party: PartyId,
    most: usize,
) -> Option<Arcs> {
    let owned: Vec<bool> = issues.iter().map(|issue| issue.owners.contains(&party)).collect();
    let mut groups: HashMap<Vec<u8>, Vec<(&[u8], StateId)>> = HashMap::new();
    for state in states.iter() {
        for member in states.members(state) {
            let others = member.iter().zip(&owned).filter(|(_, own)| !**own);
            let key = others.map(|(level, _)| *level).collect();
            groups.entry(key).or_default().push((member, state));
        }
    }
    let mut arcs = Vec::new();
    for group in groups.values() {
        for (from, leaving) in group {
            for (to, reaching) in group {
                if leaving != reaching && allows(issues, blocked, party, from, to) {
                    arcs.push((*leaving, *reaching));
                }
            }
        }
        if arcs.len() > most {
            return None;
        }
    }
    Some(Arcs::collect(states.count(), arcs))
}
