//! The bounds by sweeps over one party after the other: joint moves are never listed.
//!
//! A target is kept if every party would go along from *some* of its own positions; the party whose bound is
//! computed is swept first and judged from its actual position. The rest is a loosening, on the safe side.

use rayon::prelude::*;

use super::stage::Floats;
use super::{Answers, Limits, Stage};
use crate::arena::{Arena, Best, FlatMoves};
use crate::watch::Watch;

/// One stage: bounds for the surviving set that `answers` fixes. `None` when nothing survives in some state.
pub(super) fn stage(
    arena: &Arena<'_>,
    before: &Stage,
    answers: &Answers,
    limits: &Limits,
    watch: &dyn Watch,
) -> Option<Stage> {
    let alive = answers.alive(arena);
    let found: Vec<Option<(Vec<f64>, Vec<f64>)>> = (0..arena.parties)
        .into_par_iter()
        .map(|party| {
            let high = upper(arena, before, answers, &alive, party, limits, watch)?;
            let low = lower(arena, before, answers, &alive, party, limits, watch)?;
            Some((high, low))
        })
        .collect();
    let (high, low): (Vec<_>, Vec<_>) = found.into_iter().collect::<Option<Vec<_>>>()?.into_iter().unzip();
    Some(Stage::round_outwards(
        arena,
        before,
        &Floats {
            high,
            low,
            pairs: Vec::new(),
        },
    ))
}

fn upper(
    arena: &Arena<'_>,
    before: &Stage,
    answers: &Answers,
    alive: &[bool],
    party: usize,
    limits: &Limits,
    watch: &dyn Watch,
) -> Option<Vec<f64>> {
    let mut high = before.high_of(party);
    for _ in 0..limits.rounds {
        let mut best = arena.worth_of_moving(party, &high);
        best.iter_mut()
            .zip(alive)
            .filter(|(_, alive)| !**alive)
            .for_each(|(c, _)| *c = f64::NEG_INFINITY);
        best = over_complying_moves(arena, answers, party, &best);
        for other in (0..arena.parties).filter(|other| *other != party) {
            best = free_sweep(arena, other, &best, Best::Most);
        }
        let gift = arena.least_cost_by_others[party];
        let mut change = 0.0f64;
        for (high, best) in high.iter_mut().zip(best) {
            if best == f64::NEG_INFINITY {
                return None;
            }
            let next = high.min(best - gift);
            change = change.max(*high - next);
            *high = next;
        }
        if change <= answers.slack[party] * 1e3 || watch.should_stop() {
            break;
        }
    }
    Some(high)
}

fn lower(
    arena: &Arena<'_>,
    before: &Stage,
    answers: &Answers,
    alive: &[bool],
    party: usize,
    limits: &Limits,
    watch: &dyn Watch,
) -> Option<Vec<f64>> {
    let mut low = before.low_of(party);
    let allowed = positions_that_go_along(arena, answers, alive, party);
    for _ in 0..limits.rounds {
        let c = arena.worth_of_moving(party, &low);
        let mut change = 0.0f64;
        let mut next = low.clone();
        for (table, moves) in arena.moves[party].iter().enumerate() {
            let mut least = arena.over_own_moves(party, moves, &c, Best::Most);
            least
                .iter_mut()
                .zip(&allowed[table])
                .filter(|(_, ok)| !**ok)
                .for_each(|(c, _)| *c = f64::INFINITY);
            for other in (0..arena.parties).filter(|other| *other != party) {
                least = free_sweep(arena, other, &least, Best::Least);
            }
            for (state, least) in least.into_iter().enumerate() {
                if arena.table_at(state, party) == table {
                    if least == f64::INFINITY {
                        return None;
                    }
                    next[state] = next[state].max(least - arena.most_cost_by_others[party]);
                }
            }
        }
        for (low, next) in low.iter().zip(&next) {
            change = change.max(next - low);
        }
        low = next;
        if change <= answers.slack[party] * 1e3 || watch.should_stop() {
            break;
        }
    }
    Some(low)
}

/// Sweeps over another party's moves, whose costs are counted elsewhere.
fn free_sweep(arena: &Arena<'_>, other: usize, c: &[f64], best: Best) -> Vec<f64> {
    arena.over_own_moves(other, &arena.any_moves[other].without_costs(), c, best)
}

/// For every own position and targets of the others: the best of `c` over own moves with which the party
/// itself would go along.
fn over_complying_moves(arena: &Arena<'_>, answers: &Answers, party: usize, c: &[f64]) -> Vec<f64> {
    let mut out = vec![f64::NEG_INFINITY; arena.states];
    for (table, moves) in arena.moves[party].iter().enumerate() {
        for_each_own_move(arena, party, moves, |from, to, cost| {
            if along(answers, party, table, from, to, cost) {
                out[from] = out[from].max(c[to] - cost);
            }
        });
    }
    out
}

/// For every table, own position and targets of the others: whether the party would go along with some move.
fn positions_that_go_along(
    arena: &Arena<'_>,
    answers: &Answers,
    alive: &[bool],
    party: usize,
) -> Vec<Vec<bool>> {
    let tables = arena.moves[party].iter().enumerate();
    tables
        .map(|(table, moves)| {
            let mut out = vec![false; arena.states];
            for_each_own_move(arena, party, moves, |from, to, cost| {
                out[from] |= alive[to] && along(answers, party, table, from, to, cost);
            });
            out
        })
        .collect()
}

fn along(answers: &Answers, party: usize, table: usize, from: usize, to: usize, cost: f64) -> bool {
    answers.along[party][to] - cost >= answers.departing[party][table][from] - answers.slack[party]
}

/// Calls back for every own move of a party and all targets of the others.
fn for_each_own_move(
    arena: &Arena<'_>,
    party: usize,
    moves: &FlatMoves,
    mut call: impl FnMut(usize, usize, f64),
) {
    let (size, stride) = (arena.positions[party], arena.strides[party]);
    for outer in (0..arena.states).step_by(size * stride) {
        for from in 0..size {
            for (k, to) in moves.from(from).iter().enumerate() {
                let cost = moves.cost(from, k);
                for inner in 0..stride {
                    call(
                        outer + from * stride + inner,
                        outer + *to as usize * stride + inner,
                        cost,
                    );
                }
            }
        }
    }
}
