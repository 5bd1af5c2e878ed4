//! The bounds by sweeps over one party after the other: joint moves are never listed.
//!
//! A target is kept if every party would go along from *some* of its own positions; the party whose bound is
//! computed is swept first and judged from its actual position. The rest is a loosening, on the safe side.

use rayon::prelude::*;

use super::stage::Floats;
use super::{Answers, Limits, Stage, improve};
use crate::arena::{Arena, FlatMoves};
use crate::watch::Watch;

/// What is held fixed within a stage.
pub(super) struct Fixed<'a, 'g> {
    pub arena: &'a Arena<'g>,
    pub answers: &'a Answers,
    /// Targets that everybody would go along with from somewhere.
    pub alive: &'a [bool],
    pub limits: &'a Limits,
    pub watch: &'a dyn Watch,
}

/// What one stage leaves to the next.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// How many own moves each party goes along with and how many targets are left. From stage to stage these sets
    /// only shrink, so where the numbers stay a party's bounds stay too.
    left: Option<(Vec<u64>, u64)>,
    /// By party, of the upper and of the lower bounds.
    sides: Vec<improve::Kept>,
}

/// One stage: bounds for the surviving set that `answers` fixes. `None` when nothing survives in some state.
pub(super) fn stage(
    arena: &Arena<'_>,
    before: &Stage,
    answers: &Answers,
    memory: &mut Memory,
    limits: &Limits,
    watch: &dyn Watch,
) -> Option<Stage> {
    let (alive, complying) = answers.alive(arena);
    let targets = alive.iter().filter(|alive| **alive).count() as u64;
    let fixed = Fixed {
        arena,
        answers,
        alive: &alive,
        limits,
        watch,
    };
    let same = |party: usize| {
        let left = memory.left.as_ref();
        left.is_some_and(|(then, all)| then[party] == complying[party] && *all == targets)
    };
    let same: Vec<bool> = (0..arena.parties).map(same).collect();
    memory
        .sides
        .resize_with(2 * arena.parties, improve::Kept::default);
    // A party's two sides are two tasks: with few parties there are enough of them for the cores.
    let sides: Vec<Option<Vec<f64>>> = memory
        .sides
        .par_iter_mut()
        .enumerate()
        .with_max_len(1)
        .map(|(task, kept)| {
            let party = task / 2;
            let known = match task % 2 {
                0 => before.high_of(party),
                _ => before.low_of(party),
            };
            match (same[party], task % 2) {
                (true, _) => Some(known),
                (false, 0) => improve::upper(&fixed, party, &known, kept),
                (false, _) => improve::lower(&fixed, party, &known, kept),
            }
        })
        .collect();
    let (mut high, mut low) = (Vec::new(), Vec::new());
    for (task, side) in sides.into_iter().enumerate() {
        if task % 2 == 0 { &mut high } else { &mut low }.push(side?);
    }
    memory.left = Some((complying, targets));
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

impl Fixed<'_, '_> {
    /// For every own position and targets of the others: the best of `c` over own moves with which the party
    /// itself would go along. Writes over `out`.
    pub fn over_complying_moves(&self, party: usize, c: &[f64], out: &mut [f64]) {
        out.fill(f64::NEG_INFINITY);
        let along = &self.answers.along[party];
        for (moves, departing) in self.arena.moves[party].iter().zip(&self.answers.departing[party]) {
            for_each_own_move(self.arena, party, moves, |from, to, run, cost| {
                let bar = cost - self.answers.slack[party];
                let sides = along[to..to + run].iter().zip(&departing[from..from + run]);
                let rows = out[from..from + run].iter_mut().zip(&c[to..to + run]);
                for ((out, c), (along, departing)) in rows.zip(sides) {
                    let gets = if *along >= departing + bar {
                        c - cost
                    } else {
                        f64::NEG_INFINITY
                    };
                    *out = if gets > *out { gets } else { *out };
                }
            });
        }
    }

    /// The target that gave [`Self::over_complying_moves`] its value.
    pub fn complying_move(&self, party: usize, landed: usize, c: &[f64], value: f64) -> usize {
        let (arena, answers) = (self.arena, self.answers);
        let (from, stride) = (arena.position(landed, party), arena.strides[party]);
        let home = landed - from * stride;
        for (moves, departing) in arena.moves[party].iter().zip(&answers.departing[party]) {
            for (k, to) in moves.from(from).iter().enumerate() {
                let (target, cost) = (home + *to as usize * stride, moves.cost(from, k));
                let along = answers.along[party][target] >= departing[landed] + (cost - answers.slack[party]);
                if along && c[target] - cost == value {
                    return target;
                }
            }
        }
        landed
    }

    /// For every table, own position and targets of the others: whether the party would go along with some move.
    pub fn positions_that_go_along(&self, party: usize) -> Vec<Vec<bool>> {
        let along = &self.answers.along[party];
        let tables = self.arena.moves[party].iter().zip(&self.answers.departing[party]);
        tables
            .map(|(moves, departing)| {
                let mut out = vec![false; self.arena.states];
                for_each_own_move(self.arena, party, moves, |from, to, run, cost| {
                    let bar = cost - self.answers.slack[party];
                    let sides = along[to..to + run].iter().zip(&departing[from..from + run]);
                    let rows = out[from..from + run].iter_mut().zip(&self.alive[to..to + run]);
                    for ((out, alive), (along, departing)) in rows.zip(sides) {
                        *out |= *alive & (*along >= departing + bar);
                    }
                });
                out
            })
            .collect()
    }
}

/// Calls back for every own move of a party with the first state of a run, its target, the length of the run (the
/// states that differ in what comes after the party in the numbering) and the cost of the move.
pub(super) fn for_each_own_move(
    arena: &Arena<'_>,
    party: usize,
    moves: &FlatMoves,
    mut call: impl FnMut(usize, usize, usize, f64),
) {
    let (size, stride) = (arena.positions[party], arena.strides[party]);
    for outer in (0..arena.states).step_by(size * stride) {
        for from in 0..size {
            for (k, to) in moves.from(from).iter().enumerate() {
                let (start, target) = (outer + from * stride, outer + *to as usize * stride);
                call(start, target, stride, moves.cost(from, k));
            }
        }
    }
}
