//! Best replies in one state after the other, to what a joint move brings a period later.

use rayon::prelude::*;

use super::Policy;
use crate::arena::Arena;

/// What every party gets by every target, if play then goes on with given values.
pub(super) struct Standing<'a, 'g> {
    arena: &'a Arena<'g>,
    /// Worth of moving to each target, by party.
    c: Vec<Vec<f64>>,
    slack: &'a [f64],
}

/// Best replies by state.
pub(super) struct Replies {
    /// The targets found.
    pub(super) policy: Policy,
    /// States in which no joint move is a best reply for everybody.
    pub(super) stuck: Vec<usize>,
}

impl<'a, 'g> Standing<'a, 'g> {
    pub(super) fn new(arena: &'a Arena<'g>, values: &[Vec<f64>], slack: &'a [f64]) -> Self {
        let c = (0..arena.parties)
            .map(|party| arena.worth_of_moving(party, &values[party]))
            .collect();
        Self { arena, c, slack }
    }

    /// Best replies of all states, each sought from the present policy first.
    pub(super) fn replies(&self, present: &Policy) -> Replies {
        let found: Vec<(u32, bool)> = (0..self.arena.states)
            .into_par_iter()
            .map(|state| {
                let (target, settled) = self.reply(state, present.target[state]);
                match settled {
                    true => (target, true),
                    false => self
                        .any_reply(state)
                        .map_or((target, false), |target| (target, true)),
                }
            })
            .collect();
        let stuck = (0..found.len()).filter(|state| !found[*state].1).collect();
        Replies {
            policy: Policy {
                settles: vec![false; found.len()],
                target: found.into_iter().map(|(target, _)| target).collect(),
            },
            stuck,
        }
    }

    /// Best replies in turn from a state; the target they end in, and whether they ended at all.
    fn reply(&self, state: usize, start: u32) -> (u32, bool) {
        let mut target = start as usize;
        for _ in 0..4 * self.arena.parties {
            let mut moved = false;
            for party in 0..self.arena.parties {
                let better = self.best_own_move(state, target, party);
                moved |= better != target;
                target = better;
            }
            if !moved {
                return (target as u32, true);
            }
        }
        (target as u32, false)
    }

    /// The first joint move from a state, in their order, from which no party gains by an own move.
    fn any_reply(&self, state: usize) -> Option<u32> {
        let mut found = None;
        self.arena.for_each_joint_move(state, &mut |target, _| {
            let of = |party| self.best_own_move(state, target, party) == target;
            if found.is_none() && (0..self.arena.parties).all(of) {
                found = Some(target as u32);
            }
        });
        found
    }

    /// The best own move of a party against the others' targets; the present one unless another is strictly better.
    fn best_own_move(&self, state: usize, target: usize, party: usize) -> usize {
        let arena = self.arena;
        let (from, stride) = (arena.position(state, party), arena.strides[party]);
        let moves = &arena.moves[party][arena.table_at(state, party)];
        let base = arena.own_from(state, target, party) - from * stride;
        let now = arena.position(target, party) as u32;
        let worth = |k: usize, to: u32| self.c[party][base + to as usize * stride] - moves.cost(from, k);
        let list = moves.from(from);
        let present = list
            .iter()
            .position(|to| *to == now)
            .map_or(f64::NEG_INFINITY, |k| worth(k, now));
        let (mut best, mut best_worth) = (target, present + self.slack[party]);
        for (k, to) in list.iter().enumerate() {
            let here = worth(k, *to);
            if here > best_worth {
                (best, best_worth) = (base + *to as usize * stride, here);
            }
        }
        best
    }
}
