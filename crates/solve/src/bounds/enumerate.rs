//! The bounds with every joint move looked at: exact, for games whose joint moves can be listed.

use rayon::prelude::*;

use super::{Answers, Limits, Stage};
use crate::arena::{Arena, Best};
use crate::watch::Watch;

/// One stage, as in [`super::sweep::stage`], with each joint move judged from the state it starts in.
pub(super) fn stage(
    arena: &Arena<'_>,
    before: &Stage,
    answers: &Answers,
    limits: &Limits,
    watch: &dyn Watch,
) -> Option<Stage> {
    let parties = arena.parties;
    let mut high: Vec<Vec<f64>> = (0..parties).map(|party| before.high_of(party)).collect();
    let mut low: Vec<Vec<f64>> = (0..parties).map(|party| before.low_of(party)).collect();
    for _ in 0..limits.rounds.min(60) {
        let along: Vec<Vec<f64>> = (0..parties)
            .map(|party| arena.worth_of_moving(party, &high[party]))
            .collect();
        let departing: Vec<Vec<Vec<f64>>> = (0..parties)
            .map(|party| {
                let c = arena.worth_of_moving(party, &low[party]);
                arena.moves[party]
                    .iter()
                    .map(|moves| arena.over_own_moves(party, moves, &c, Best::Most))
                    .collect()
            })
            .collect();
        let ends: Vec<Option<Vec<(f64, f64)>>> = (0..arena.states)
            .into_par_iter()
            .map(|state| ends_of_state(arena, answers, &along, &departing, state))
            .collect();
        let mut change = 0.0f64;
        for (state, ends) in ends.into_iter().enumerate() {
            for (party, (least, most)) in ends?.into_iter().enumerate() {
                let top = high[party][state].min(most);
                let bottom = low[party][state].max(least);
                change = change
                    .max(high[party][state] - top)
                    .max(bottom - low[party][state]);
                high[party][state] = top;
                low[party][state] = bottom;
            }
        }
        let slack = answers.slack.iter().copied().fold(0.0, f64::max);
        if change <= slack * 1e3 || watch.should_stop() {
            break;
        }
    }
    Some(Stage::round_outwards(arena, before, &high, &low))
}

/// For each party the least and the most over surviving joint moves from one state; `None` if none survives.
fn ends_of_state(
    arena: &Arena<'_>,
    answers: &Answers,
    along: &[Vec<f64>],
    departing: &[Vec<Vec<f64>>],
    state: usize,
) -> Option<Vec<(f64, f64)>> {
    let mut ends = vec![(f64::INFINITY, f64::NEG_INFINITY); arena.parties];
    let mut any = false;
    arena.for_each_joint_move(state, &mut |target, own_costs| {
        if !survives(arena, answers, state, target, own_costs) {
            return;
        }
        any = true;
        for (party, (least, most)) in ends.iter_mut().enumerate() {
            let from = arena.own_from(state, target, party);
            let worth = along[party][target] - own_costs[party] - arena.least_cost_by_others[party];
            *most = most.max(worth);
            let sure = departing[party][arena.table_at(state, party)][from];
            *least = least.min(sure - arena.most_cost_by_others[party]);
        }
    });
    any.then_some(ends)
}

/// Whether a joint move survives, judged from the state it starts in.
pub(super) fn survives(
    arena: &Arena<'_>,
    answers: &Answers,
    state: usize,
    target: usize,
    own_costs: &[f64],
) -> bool {
    (0..arena.parties).all(|party| {
        let from = arena.own_from(state, target, party);
        let sure = answers.departing[party][arena.table_at(state, party)][from];
        answers.along[party][target] - own_costs[party] >= sure - answers.slack[party]
    })
}
