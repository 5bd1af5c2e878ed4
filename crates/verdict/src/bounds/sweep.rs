//! The bounds by sweeps over one party after the other: joint moves are never listed.
//!
//! A target is kept if every party would go along from *some* of its own positions; the party whose bound is
//! computed is swept first and judged from its actual position. The rest is a loosening, on the safe side.

use rayon::prelude::*;

use super::complying::{self, Complying};
use super::stage::Floats;
use super::{Answers, Limits, Stage, improve};
use crate::arena::Arena;
use detente_base::watch::Watch;

/// What is held fixed within a stage.
pub(super) struct Fixed<'a, 'g> {
    pub arena: &'a Arena<'g>,
    pub answers: &'a Answers,
    /// By party, the own moves with which it would go along.
    pub complying: &'a [Complying<'a>],
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
    let of_party = |party| Complying::of(arena, answers, party);
    let complying: Vec<Complying<'_>> = (0..arena.parties).map(of_party).collect();
    let (alive, counts) = complying::alive(&complying, arena.states);
    let targets = alive.iter().filter(|alive| **alive).count() as u64;
    let fixed = Fixed {
        arena,
        answers,
        complying: &complying,
        alive: &alive,
        limits,
        watch,
    };
    let same = |party: usize| {
        let left = memory.left.as_ref();
        left.is_some_and(|(then, all)| then[party] == counts[party] && *all == targets)
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
    memory.left = Some((counts, targets));
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
    /// The target that gave [`Complying::best_of`] its value.
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
}
