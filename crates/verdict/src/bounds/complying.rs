//! The own moves with which a party would go along under the answers of a stage: those after which it is promised at least
//! what departing makes sure.

use std::borrow::Cow;

use rayon::prelude::*;

use super::Answers;
use crate::arena::{Arena, FlatMoves, Runs};

/// One party's moves with both sides of the comparison, in the order in which they are swept.
#[derive(Debug)]
pub(super) struct Complying<'a> {
    states: usize,
    runs: Runs,
    moves: &'a [FlatMoves],
    /// What going along brings, by target.
    along: Cow<'a, [f64]>,
    /// What departing brings, by table of moves.
    departing: Vec<Cow<'a, [f64]>>,
    slack: f64,
}

/// A run of states with one own move, and what decides whether the party goes along with it.
struct Run<'r> {
    from: std::ops::Range<usize>,
    to: std::ops::Range<usize>,
    cost: f64,
    along: &'r [f64],
    departing: &'r [f64],
    /// What going along must bring beyond departing.
    bar: f64,
}

impl Run<'_> {
    /// For each state of the run, whether the party goes along.
    fn goes_along(&self) -> impl Iterator<Item = bool> {
        let sides = self.along.iter().zip(self.departing);
        sides.map(|(along, departing)| *along >= departing + self.bar)
    }
}

impl<'a> Complying<'a> {
    pub(super) fn of(arena: &'a Arena<'_>, answers: &'a Answers, party: usize) -> Self {
        let runs = Runs::of(arena, party);
        let departing = answers.departing[party].iter();
        Self {
            states: arena.states,
            runs,
            moves: &arena.moves[party],
            along: runs.ordered(&answers.along[party]),
            departing: departing.map(|table| runs.ordered(table)).collect(),
            slack: answers.slack[party],
        }
    }

    fn for_each_run(&self, table: usize, mut call: impl FnMut(Run<'_>)) {
        let departing = &self.departing[table];
        self.runs
            .for_each(self.states, &self.moves[table], |from, to, length, cost| {
                call(Run {
                    from: from..from + length,
                    to: to..to + length,
                    cost,
                    along: &self.along[to..to + length],
                    departing: &departing[from..from + length],
                    bar: cost - self.slack,
                });
            });
    }

    /// For every own position and targets of the others: the best of `c` over own moves with which the party itself would
    /// go along. Writes over `out`.
    pub(super) fn best_of(&self, c: &[f64], out: &mut [f64]) {
        let c = self.runs.ordered(c);
        let mut best = vec![f64::NEG_INFINITY; self.states];
        for table in 0..self.moves.len() {
            self.for_each_run(table, |run| {
                let rows = best[run.from.clone()].iter_mut().zip(&c[run.to.clone()]);
                for ((best, c), goes) in rows.zip(run.goes_along()) {
                    let gets = if goes { c - run.cost } else { f64::NEG_INFINITY };
                    *best = if gets > *best { gets } else { *best };
                }
            });
        }
        out.copy_from_slice(&self.runs.by_state(best));
    }

    /// For every table, own position and targets of the others: whether the party would go along with some move to a
    /// target that is `alive`.
    pub(super) fn positions(&self, alive: &[bool]) -> Vec<Vec<bool>> {
        let alive = self.runs.ordered(alive);
        let of_table = |table| {
            let mut some = vec![false; self.states];
            self.for_each_run(table, |run| {
                let rows = some[run.from.clone()].iter_mut().zip(&alive[run.to.clone()]);
                for ((some, alive), goes) in rows.zip(run.goes_along()) {
                    *some |= *alive & goes;
                }
            });
            self.runs.by_state(some)
        };
        (0..self.moves.len()).map(of_table).collect()
    }

    /// For every target whether the party would go along to it from somewhere, and with how many own moves it would.
    fn targets(&self) -> (Vec<bool>, u64) {
        let mut some = vec![false; self.states];
        let mut count = 0;
        for table in 0..self.moves.len() {
            self.for_each_run(table, |run| {
                for (some, goes) in some[run.to.clone()].iter_mut().zip(run.goes_along()) {
                    count += u64::from(goes);
                    *some |= goes;
                }
            });
        }
        (self.runs.by_state(some), count)
    }
}

/// For every target whether each party would go along from at least one of its own positions, and how many own moves
/// each party would go along with.
pub(super) fn alive(complying: &[Complying<'_>], states: usize) -> (Vec<bool>, Vec<u64>) {
    let found: Vec<(Vec<bool>, u64)> = complying.par_iter().map(Complying::targets).collect();
    let mut alive = vec![true; states];
    for (here, _) in &found {
        let sides = alive.iter_mut().zip(here);
        sides.for_each(|(alive, here)| *alive &= here);
    }
    (alive, found.into_iter().map(|(_, count)| count).collect())
}
