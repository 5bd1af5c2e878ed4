//! The best over one party's moves for all states at once: one pass over the moves instead of a search in every state.
//!
//! The states of one position of a party lie in rows as long as its stride. Each move lays one row over another; where
//! rows are short, those of many blocks are set side by side first, so that each move is a long run.

use std::borrow::Cow;

use rayon::prelude::*;

use super::{Arena, FlatMoves};

/// States that are swept over together: few enough for the nearer caches.
const BATCH: usize = 8192;

/// Rows from this length on are swept where they lie.
const WIDE: usize = 16;

/// Which end is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// The largest; costs are subtracted.
    Most,
    /// The smallest; costs are added.
    Least,
}

impl Best {
    /// Where a search for this end begins.
    pub(crate) fn worst(self) -> f64 {
        match self {
            Self::Most => f64::NEG_INFINITY,
            Self::Least => f64::INFINITY,
        }
    }

    fn fold(self, into: &mut [f64], from: &[f64], cost: f64) {
        // Plain comparisons: there are no NaNs, and `f64::max` would provide for them at every step.
        let sides = into.iter_mut().zip(from);
        match self {
            Self::Most => sides.for_each(|(a, b)| {
                let b = b - cost;
                *a = if b > *a { b } else { *a };
            }),
            Self::Least => sides.for_each(|(a, b)| {
                let b = b + cost;
                *a = if b < *a { b } else { *a };
            }),
        }
    }
}

/// The order of states in which each move of one party is a few long runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Runs {
    positions: usize,
    stride: usize,
    /// States in a batch, a whole number of blocks.
    batch: usize,
    /// Whether rows of a batch are set side by side.
    turned: bool,
}

impl Runs {
    /// The order for one party's moves.
    pub(crate) fn of(arena: &Arena<'_>, party: usize) -> Self {
        let (positions, stride) = (arena.positions[party], arena.strides[party]);
        let block = positions * stride;
        Self {
            positions,
            stride,
            batch: block * BATCH.div_ceil(block),
            turned: stride < WIDE,
        }
    }

    /// Values by state, put into this order.
    pub(crate) fn ordered<'v, T: Copy>(&self, values: &'v [T]) -> Cow<'v, [T]> {
        if !self.turned {
            return Cow::Borrowed(values);
        }
        let mut ordered = values.to_vec();
        let batches = values.chunks(self.batch).zip(ordered.chunks_mut(self.batch));
        batches.for_each(|(values, ordered)| self.turn(values, ordered));
        Cow::Owned(ordered)
    }

    /// Values in this order, put back by state.
    pub(crate) fn by_state<T: Copy>(&self, ordered: Vec<T>) -> Vec<T> {
        if !self.turned {
            return ordered;
        }
        let mut values = ordered.clone();
        let batches = ordered.chunks(self.batch).zip(values.chunks_mut(self.batch));
        batches.for_each(|(ordered, values)| self.turn_back(ordered, values));
        values
    }

    /// Calls back for every move: the first place of a run, that of its targets, the length of the run and the cost of
    /// the move. Places are those of values in this order.
    pub(crate) fn for_each(
        &self,
        states: usize,
        moves: &FlatMoves,
        mut call: impl FnMut(usize, usize, usize, f64),
    ) {
        let width = if self.turned {
            self.batch
        } else {
            self.positions * self.stride
        };
        for start in (0..states).step_by(width) {
            let run = width.min(states - start) / self.positions;
            for from in 0..self.positions {
                for (k, to) in moves.from(from).iter().enumerate() {
                    call(
                        start + from * run,
                        start + *to as usize * run,
                        run,
                        moves.cost(from, k),
                    );
                }
            }
        }
    }

    /// Copies rows by (block, position, place) into rows by (position, block, place).
    fn turn<T: Copy>(&self, values: &[T], ordered: &mut [T]) {
        self.for_each_row(values.len(), |by_state, in_order, length| {
            ordered[in_order..in_order + length].copy_from_slice(&values[by_state..by_state + length]);
        });
    }

    /// The way back.
    fn turn_back<T: Copy>(&self, ordered: &[T], values: &mut [T]) {
        self.for_each_row(values.len(), |by_state, in_order, length| {
            values[by_state..by_state + length].copy_from_slice(&ordered[in_order..in_order + length]);
        });
    }

    fn for_each_row(&self, states: usize, mut call: impl FnMut(usize, usize, usize)) {
        let blocks = states / (self.positions * self.stride);
        for block in 0..blocks {
            for position in 0..self.positions {
                let by_state = (block * self.positions + position) * self.stride;
                call(by_state, (position * blocks + block) * self.stride, self.stride);
            }
        }
    }
}

impl Arena<'_> {
    /// For every own position p and every target of the others: the best, over p's own moves, of `c` less the
    /// cost of the move (or the least, with the cost added).
    #[must_use]
    pub fn over_own_moves(&self, party: usize, moves: &FlatMoves, c: &[f64], best: Best) -> Vec<f64> {
        let mut out = vec![0.0; c.len()];
        self.sweep(party, moves, c, best, true, &mut out);
        out
    }

    /// The target that gives [`Self::over_own_moves`] its value where a party is still at `home` and the others have reached
    /// their targets: the first of the best in the order of moves.
    #[must_use]
    pub fn best_own_target(&self, party: usize, moves: &FlatMoves, home: usize, c: &[f64]) -> usize {
        let (from, stride) = (self.position(home, party), self.strides[party]);
        let (mut best, mut most) = (home, f64::NEG_INFINITY);
        for (k, to) in moves.from(from).iter().enumerate() {
            let target = home + *to as usize * stride - from * stride;
            let gets = c[target] - moves.cost(from, k);
            if gets > most {
                (best, most) = (target, gets);
            }
        }
        best
    }

    /// The best over every move of a party that some table allows, without costs: for sweeps in which the mover is
    /// not the payer. Writes over `out`.
    pub fn over_any_moves(&self, mover: usize, c: &[f64], best: Best, out: &mut [f64]) {
        self.sweep(mover, &self.any_moves[mover], c, best, false, out);
    }

    fn sweep(&self, party: usize, moves: &FlatMoves, c: &[f64], best: Best, pays: bool, out: &mut [f64]) {
        let runs = Runs::of(self, party);
        let one = |out: &mut [f64], c: &[f64]| {
            out.fill(best.worst());
            runs.for_each(out.len(), moves, |from, to, run, cost| {
                let cost = if pays { cost } else { 0.0 };
                best.fold(&mut out[from..from + run], &c[to..to + run], cost);
            });
        };
        let batches = out.par_chunks_mut(runs.batch).zip(c.par_chunks(runs.batch));
        batches.for_each(|(out, c)| {
            if !runs.turned {
                return one(out, c);
            }
            let (mut aside, mut found) = (vec![0.0; c.len()], vec![0.0; c.len()]);
            runs.turn(c, &mut aside);
            one(&mut found, &aside);
            runs.turn_back(&found, out);
        });
    }
}
