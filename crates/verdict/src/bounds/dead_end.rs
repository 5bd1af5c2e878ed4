//! Dead ends: states that today can lead to and from which no joint move survives the bounds.
//!
//! An equilibrium says what follows every joint move, so if one of them leads to a state without equilibrium there is
//! none today either, and nothing at all is self-enforcing. States that no moves and no chance lead to do not count.

use std::collections::VecDeque;

use crate::arena::Arena;

/// The first dead end on the way outwards from today, given whether some joint move from a state survives.
pub(super) fn find(arena: &Arena<'_>, any_survives: &dyn Fn(usize) -> bool) -> Option<u32> {
    let today = arena.game.today().index();
    let mut seen = vec![false; arena.states];
    seen[today] = true;
    let mut waiting = VecDeque::from([today]);
    while let Some(state) = waiting.pop_front() {
        if !any_survives(state) {
            return Some(state as u32);
        }
        arena.for_each_joint_move(state, &mut |target, _| {
            for outcome in arena.outcomes_of(target) {
                if !std::mem::replace(&mut seen[outcome], true) {
                    waiting.push_back(outcome);
                }
            }
        });
    }
    None
}
