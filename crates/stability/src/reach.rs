//! What a group of parties can reach together: `R_H(s)` and, with a test on each step, `R_H+(s)`.
//!
//! A legal sequence is finite and not empty, and nobody in it moves twice in succession; a member may move
//! again after another has. The search runs over (state, last mover) and keeps for each state the *set* of
//! last movers, one bit each: one flag a state would miss sequences.

use detente_conflict::{GraphModel, PartyId, StateId};

use super::StateSet;

/// Everything a group can reach from one state.
#[derive(Debug, Clone)]
pub struct Reach {
    /// Where it started.
    pub from: StateId,
    /// The nodes in the order found: the state, who moved last, and the node before (`None` after the start).
    nodes: Vec<(StateId, PartyId, Option<u32>)>,
    states: StateSet,
}

impl Reach {
    /// The states that can be reached; the start only if it can be come back to.
    #[must_use]
    pub fn states(&self) -> &StateSet {
        &self.states
    }

    /// The nodes in the order found (shortest sequences first): a state and who moved last.
    pub fn nodes(&self) -> impl Iterator<Item = (StateId, PartyId)> + '_ {
        self.nodes.iter().map(|(state, last, _)| (*state, *last))
    }

    /// A shortest legal sequence to a state: who moves, and where to.
    #[must_use]
    pub fn sequence(&self, to: StateId) -> Option<Vec<(PartyId, StateId)>> {
        let mut place = self.nodes.iter().position(|(state, ..)| *state == to)?;
        let mut steps = Vec::new();
        loop {
            let (state, mover, before) = self.nodes[place];
            steps.push((mover, state));
            match before {
                Some(before) => place = before as usize,
                None => break,
            }
        }
        steps.reverse();
        Some(steps)
    }
}

/// What a group can reach from a state, each step being allowed by `step(mover, from, to)`.
pub fn joint_reach(
    model: &GraphModel,
    group: &[PartyId],
    from: StateId,
    step: impl Fn(PartyId, StateId, StateId) -> bool,
) -> Reach {
    let count = model.states().count();
    let mut last_movers = vec![0u64; count];
    let mut states = StateSet::none(count);
    let mut nodes: Vec<(StateId, PartyId, Option<u32>)> = Vec::new();
    let mut expand = |at: StateId, last: Option<PartyId>, place: Option<u32>, nodes: &mut Vec<_>| {
        for mover in group.iter().filter(|mover| Some(**mover) != last) {
            model.for_each_move(*mover, at, |to| {
                let bit = 1u64 << mover.index();
                if last_movers[to.index()] & bit == 0 && step(*mover, at, to) {
                    last_movers[to.index()] |= bit;
                    states.insert(to);
                    nodes.push((to, *mover, place));
                }
            });
        }
    };
    expand(from, None, None, &mut nodes);
    let mut next = 0;
    while let Some((state, last, _)) = nodes.get(next).copied() {
        expand(state, Some(last), Some(next as u32), &mut nodes);
        next += 1;
    }
    Reach { from, nodes, states }
}
