//! Which states can be settlements: staying there for ever must not be worth less to anybody than departing.
//!
//! Staying gives exactly `u_j` for ever (with endings, the value that solves `v = base + weight·v`), so the test
//! is `stay_j(s) ≥ dev_j(s_j, s_−j; low)`: necessary for a settlement, with `low` from any stage.

use super::{Answers, Stage};
use crate::arena::Arena;

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
    let stays: Vec<Vec<f64>> = (0..arena.parties).map(|party| arena.staying(party)).collect();
    let open = (0..arena.states).map(|state| {
        (0..arena.parties).all(|party| {
            let sure = answers.departing[party][arena.table_at(state, party)][state];
            stays[party][state] >= sure - answers.slack[party]
        })
    });
    Settlements { open: open.collect() }
}
