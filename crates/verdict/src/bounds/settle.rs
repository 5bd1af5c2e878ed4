//! Which states can be settlements: staying there for ever must not be worth less to anybody than departing.
//!
//! Staying gives exactly `u_j` for ever (with endings, the value that solves `v = base + weight·v`), so the test
//! is `stay_j(s) ≥ dev_j(s_j, s_−j; low)`: necessary for a settlement, with `low` from any stage. Where chance can lead
//! away, staying brings at most the value that solves the same with `high` in the states that it leads to.

use super::{Answers, Stage};
use crate::arena::Arena;
use crate::deals::Values;

/// States by whether they can be settlements, and what excludes the others.
#[derive(Debug, Clone)]
pub struct Settlements {
    /// States that pass the test.
    pub open: Vec<bool>,
}

/// Tests every state against a stage.
#[must_use]
pub fn settlements(arena: &Arena<'_>, stage: &Stage) -> Settlements {
    let answers = Answers::new(arena, stage);
    let stays = at_most_by_staying(arena, stage);
    let open = (0..arena.states).map(|state| {
        (0..arena.parties).all(|party| {
            let sure = answers.departing[party][arena.table_at(state, party)][state];
            stays[party][state] >= sure - answers.slack[party]
        })
    });
    Settlements { open: open.collect() }
}

/// What staying in each state brings at most, by party and state.
fn at_most_by_staying(arena: &Arena<'_>, stage: &Stage) -> Vec<Vec<f64>> {
    let high: Vec<Vec<f64>> = (0..arena.parties).map(|party| stage.high_of(party)).collect();
    let by_chance = arena.elsewhere_by_chance(&high);
    if by_chance.is_empty() {
        return arena.stays.clone();
    }
    let of_party = |party: usize| {
        let (base, weight) = (&arena.base[party], &arena.weight[party]);
        let of_state = |(state, (stays, elsewhere)): (usize, &(f64, Values))| {
            (stays * base[state] + elsewhere[party]) / (1.0 - stays * weight[state])
        };
        by_chance.iter().enumerate().map(of_state).collect()
    };
    (0..arena.parties).map(of_party).collect()
}
