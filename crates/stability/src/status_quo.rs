//! From today to the equilibria: shortest paths by improvements, by any moves, by joint moves, and through
//! stable states only (Li, Kilgour, Hipel 2005, in a layered graph instead of a tree).
//!
//! Single moves follow each other legally: nobody moves twice in succession. A joint move is a legal sequence
//! of a coalition's moves that is a coalition improvement for all its members; it counts as one step, and any
//! step may follow it. On paths through stable states every state after the first must be in the given set.

use std::collections::VecDeque;

use detente_conflict::{GraphModel, PartyId, StateId};

use super::coalition::{Improvement, coalitions, improves};
use super::{StateSet, Trouble, joint_reach};

/// Which steps a path may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steps {
    /// Single moves that pay the mover.
    Improvements,
    /// Any single moves.
    Any,
    /// Single and joint moves that pay everybody who moves.
    JointImprovements,
    /// Any single moves and paying joint moves.
    AnyOrJoint,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathStep {
    /// Who moves.
    pub by: Vec<PartyId>,
    /// Where to.
    pub to: StateId,
    /// Whether it pays everybody who moves.
    pub improves: bool,
    /// Whether the movers can go straight back.
    pub reversible: bool,
}

/// All shortest paths from one state.
#[derive(Debug, Clone)]
pub struct Paths {
    from: StateId,
    nodes: Vec<(StateId, Vec<PartyId>, Option<usize>)>,
}

/// Shortest paths from a state by such steps, all of them inside `within` where that is given.
///
/// # Errors
/// [`Trouble::TooManyParties`] where joint moves are asked for and too many could join.
pub fn paths(
    model: &GraphModel,
    from: StateId,
    steps: Steps,
    within: Option<&StateSet>,
) -> Result<Paths, Trouble> {
    let pays = |mover: PartyId, a: StateId, b: StateId| model.preference(mover).compare(b, a).is_better();
    let only_paying = matches!(steps, Steps::Improvements | Steps::JointImprovements);
    let joint = matches!(steps, Steps::JointImprovements | Steps::AnyOrJoint);
    let groups = if joint { coalitions(model, 2)? } else { Vec::new() };
    let inside = |state: StateId| within.is_none_or(|set| set.contains(state));
    let mut nodes: Vec<(StateId, Vec<PartyId>, Option<usize>)> = Vec::new();
    // Which last movers each state was entered by; joint moves put no limit on what follows.
    let mut entered = vec![0u64; model.states().count()];
    let mut joined = StateSet::none(model.states().count());
    let mut waiting: VecDeque<(StateId, Option<PartyId>, Option<usize>)> =
        VecDeque::from([(from, None, None)]);
    while let Some((at, last, place)) = waiting.pop_front() {
        for mover in model.party_ids().filter(|mover| Some(*mover) != last) {
            model.for_each_move(mover, at, |to| {
                let bit = 1u64 << mover.index();
                let allowed = inside(to) && (!only_paying || pays(mover, at, to));
                if allowed && entered[to.index()] & bit == 0 {
                    entered[to.index()] |= bit;
                    waiting.push_back((to, Some(mover), Some(nodes.len())));
                    nodes.push((to, vec![mover], place));
                }
            });
        }
        for members in &groups {
            for to in joint_reach(model, members, at, |_, _, _| true).states().iter() {
                if inside(to) && improves(model, Improvement::AllBetter, members, at, to) && joined.insert(to)
                {
                    waiting.push_back((to, None, Some(nodes.len())));
                    nodes.push((to, members.clone(), place));
                }
            }
        }
    }
    Ok(Paths { from, nodes })
}

impl Paths {
    /// A shortest path to a state: empty if it is where one is, `None` if there is none.
    #[must_use]
    pub fn to(&self, model: &GraphModel, target: StateId) -> Option<Vec<PathStep>> {
        if target == self.from {
            return Some(Vec::new());
        }
        let mut place = Some(self.nodes.iter().position(|(state, ..)| *state == target)?);
        let mut backwards = Vec::new();
        while let Some(here) = place {
            backwards.push(here);
            place = self.nodes[here].2;
        }
        let mut at = self.from;
        let mut steps = Vec::new();
        for here in backwards.into_iter().rev() {
            let (to, by, _) = &self.nodes[here];
            let better = |mover: &PartyId| model.preference(*mover).compare(*to, at).is_better();
            let reversible = match by.as_slice() {
                [single] => model.can_move(*single, *to, at),
                several => joint_reach(model, several, *to, |_, _, _| true)
                    .states()
                    .contains(at),
            };
            steps.push(PathStep {
                by: by.clone(),
                to: *to,
                improves: by.iter().all(better),
                reversible,
            });
            at = *to;
        }
        Some(steps)
    }
}
