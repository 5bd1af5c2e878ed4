//! Two states that alternate.

use super::super::family::{Values, holds};
use crate::arena::Arena;
use detente_base::ids::StateId;

/// Two states, the one with the lower number first.
pub(super) type Cycle = [u32; 2];

/// All that hold, in a game without chances whose joint moves may be listed.
pub(super) fn all(arena: &Arena<'_>, departing: &[Vec<Vec<f64>>]) -> Vec<Cycle> {
    let id = StateId::at;
    let mut cycles = Vec::new();
    for state in 0..arena.states {
        arena.for_each_joint_move(state, &mut |target, _| {
            if target > state && arena.game.can_move(id(target), id(state)) {
                let (here, there) = values(arena, state, target);
                if holds(arena, departing, state, target, &here)
                    && holds(arena, departing, target, state, &there)
                {
                    cycles.push([state as u32, target as u32]);
                }
            }
        });
    }
    cycles
}

/// What two states by turns are worth: from the first, then from the second.
pub(super) fn values(arena: &Arena<'_>, first: usize, second: usize) -> (Values, Values) {
    let (mut here, mut there) = (Values::default(), Values::default());
    for party in 0..arena.parties {
        let pays =
            |from: usize, to: usize| arena.base[party][to] - arena.cost_of_policy(party, from, to as u32);
        let (onward, back) = (pays(first, second), pays(second, first));
        let (to_second, to_first) = (arena.weight[party][second], arena.weight[party][first]);
        here[party] = (onward + to_second * back) / (1.0 - to_second * to_first);
        there[party] = back + to_first * here[party];
    }
    (here, there)
}
