//! Harsher answers, enforced by the answers already there.
//!
//! For every state and party, the joint move and following node that are worst for that party among those from
//! which nobody gains by departing. Lower answers only loosen the incentive constraints of older nodes, so the
//! family stays self-enforcing; rounds repeat until nothing gets harsher or the limit is reached.

use rayon::prelude::*;

use super::family::{Family, Values, holds};
use crate::arena::Arena;
use crate::watch::Watch;

/// Adds harsher answers in every state; gives how many were found in the last round (0 when nothing got harsher).
pub fn worsen(arena: &Arena<'_>, family: &mut Family, rounds: u32, watch: &dyn Watch) -> usize {
    let mut last = 0;
    for round in 0..rounds {
        watch.advanced(
            "harsher answers: rounds",
            u64::from(round),
            Some(u64::from(rounds)),
        );
        if watch.should_stop() {
            return last;
        }
        let departing = family.departing(arena);
        let found: Vec<Vec<(usize, u32, u32, Values)>> = (0..arena.states)
            .into_par_iter()
            .map(|state| harsher_at(arena, family, &departing, state))
            .collect();
        last = 0;
        for (state, found) in found.into_iter().enumerate() {
            for (party, target, next, values) in found {
                let node = family.add(state as u32, target, next, values);
                family.answer[party][state] = node;
                last += 1;
            }
        }
        if last == 0 {
            return 0;
        }
    }
    last
}

/// For each party, the worst enforceable continuation from a state, if it is worse than the present answer.
fn harsher_at(
    arena: &Arena<'_>,
    family: &Family,
    departing: &[Vec<Vec<f64>>],
    state: usize,
) -> Vec<(usize, u32, u32, Values)> {
    let mut worst: Vec<Option<(u32, u32, Values)>> = vec![None; arena.parties];
    let mut bar: Vec<f64> = (0..arena.parties)
        .map(|party| {
            let now = family.values[family.answer[party][state] as usize][party];
            now - 1e-7 * (1.0 + now.abs())
        })
        .collect();
    arena.for_each_joint_move(state, &mut |target, _| {
        for node in &family.at_state[target] {
            let values = family.worth_of_step(arena, state, target, &family.values[*node as usize]);
            let worse = (0..arena.parties).any(|party| values[party] < bar[party]);
            if worse && holds(arena, departing, state, target, &values) {
                for party in 0..arena.parties {
                    if values[party] < bar[party] {
                        bar[party] = values[party];
                        worst[party] = Some((target as u32, *node, values));
                    }
                }
            }
        }
    });
    let found = worst.into_iter().enumerate();
    found
        .filter_map(|(party, worst)| worst.map(|(target, next, values)| (party, target, next, values)))
        .collect()
}
