//! Bounds that tie two parties together, for where intervals are too loose.
//!
//! Intervals let one party be held to its worst while another hopes for its best in the same future. A *pair bound*
//! keeps `a·v_i + b·v_j` between two numbers in every state, a and b positive. It is not a joint payoff, and nothing
//! is ever claimed about the sum: it is a direction in which the set of value vectors is bounded, nothing else
//! (a supporting line, as in Judd, Yeltekin and Conklin 2003). For a joint move from s to t it gives
//!
//! `most_i = min(c_i(t; high), (sum(t; high) − b·dev_j)/a)`: if j must get at least what departing brings it, so much
//! is left for i; `least_i = max(dev_i, (sum(t; low) − b·most_j)/a)`; and the move survives only if
//! `most ≥ least` for everybody. With `w = δ(1−h)` and m the smaller weight of the two,
//! `sum(t) = a·base_i + b·base_j + m·S(t) + a·(w_i−m)·v_i(t) + b·(w_j−m)·v_j(t)`.
//!
//! Everything is a pointwise inequality: no linear programme is solved, neither here nor by the checker.

use crate::arena::Arena;
use crate::deals::Values;

use super::Stage;

/// A direction: two parties and their positive weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Direction {
    /// The party with weight `a`.
    pub first: usize,
    /// The party with weight `b`.
    pub second: usize,
    /// `(a, b)`.
    pub weights: (i64, i64),
}

impl Direction {
    /// The weight of a party and the other party with its weight, if the party takes part.
    #[must_use]
    pub fn seen_by(&self, party: usize) -> Option<(f64, usize, f64)> {
        let (a, b) = (self.weights.0 as f64, self.weights.1 as f64);
        match party {
            party if party == self.first => Some((a, self.second, b)),
            party if party == self.second => Some((b, self.first, a)),
            _ => None,
        }
    }
}

/// Bounds on `a·v_i + b·v_j` in every state, as whole numbers over `units`.
#[derive(Debug, Clone, PartialEq)]
pub struct PairBounds {
    /// Which parties with which weights.
    pub direction: Direction,
    /// Whole numbers a unit.
    pub units: i64,
    /// Upper bounds by state.
    pub high: Vec<i64>,
    /// Lower bounds by state.
    pub low: Vec<i64>,
}

/// The directions that are tried for two parties: equal weights on the scale of their payoff ranges (to a power of
/// two), and twice and half of that.
#[must_use]
pub fn directions(stage: &Stage, first: usize, second: usize) -> Vec<Direction> {
    let range =
        |party: usize| (stage.high[party][0] - stage.low[party][0]) as f64 / stage.units[party] as f64;
    let ratio = (range(first) / range(second)).log2().round().clamp(-10.0, 10.0) as i32;
    let weights = |power: i32| {
        if power >= 0 {
            (1i64, 1i64 << power)
        } else {
            (1i64 << -power, 1i64)
        }
    };
    [ratio, ratio - 1, ratio + 1]
        .map(|power| Direction {
            first,
            second,
            weights: weights(power),
        })
        .to_vec()
}

/// What a fixed stage's pair bounds say of every target: `sum(t; high)` and `sum(t; low)`, by direction.
#[derive(Debug)]
pub struct Sums {
    /// The directions.
    pub directions: Vec<Direction>,
    /// `sum(t; high)`, by direction and target.
    pub high: Vec<Vec<f64>>,
    /// `sum(t; low)`, by direction and target.
    pub low: Vec<Vec<f64>>,
}

impl Sums {
    /// Computes them from a stage.
    #[must_use]
    pub fn new(arena: &Arena<'_>, stage: &Stage) -> Self {
        let mut sums = Self {
            directions: Vec::new(),
            high: Vec::new(),
            low: Vec::new(),
        };
        for pair in &stage.pairs {
            let unit = pair.units as f64;
            let as_floats = |whole: &[i64]| -> Vec<f64> { whole.iter().map(|n| *n as f64 / unit).collect() };
            let of = |party: usize, high: bool| {
                if high {
                    stage.high_of(party)
                } else {
                    stage.low_of(party)
                }
            };
            let Direction { first, second, .. } = pair.direction;
            sums.directions.push(pair.direction);
            let high = as_floats(&pair.high);
            sums.high.push(sum_of_moving(
                arena,
                pair.direction,
                &high,
                &of(first, true),
                &of(second, true),
            ));
            let low = as_floats(&pair.low);
            sums.low.push(sum_of_moving(
                arena,
                pair.direction,
                &low,
                &of(first, false),
                &of(second, false),
            ));
        }
        sums
    }
}

/// `sum(t)` for every target, given bounds on the sum and on both parties' values by state.
#[must_use]
pub fn sum_of_moving(
    arena: &Arena<'_>,
    direction: Direction,
    sums: &[f64],
    first: &[f64],
    second: &[f64],
) -> Vec<f64> {
    let (a, b) = (direction.weights.0 as f64, direction.weights.1 as f64);
    let (i, j) = (direction.first, direction.second);
    let landed = (0..arena.states).map(|state| {
        let (wi, wj) = (arena.weight[i][state], arena.weight[j][state]);
        let m = wi.min(wj);
        a * arena.base[i][state]
            + b * arena.base[j][state]
            + m * sums[state]
            + a * (wi - m) * first[state]
            + b * (wj - m) * second[state]
    });
    arena.average(landed.collect())
}

/// The most and the least each party can get from one surviving joint move.
#[derive(Debug, Clone)]
pub struct Ends {
    /// By party.
    pub most: Values,
    /// By party.
    pub least: Values,
}

impl Ends {
    /// Tightens the ends of a joint move by the pair bounds; false when the move does not survive.
    ///
    /// `most` and `least` come in as `c(t; high)` and `dev`, costs included.
    pub fn tighten(
        &mut self,
        sums: &Sums,
        target: usize,
        cost: &impl Fn(Direction) -> f64,
        slack: &[f64],
    ) -> bool {
        let start = self.least;
        for (number, direction) in sums.directions.iter().enumerate() {
            let (a, b) = (direction.weights.0 as f64, direction.weights.1 as f64);
            let (i, j) = (direction.first, direction.second);
            let sum = sums.high[number][target] - cost(*direction);
            self.most[i] = self.most[i].min((sum - b * start[j]) / a);
            self.most[j] = self.most[j].min((sum - a * start[i]) / b);
        }
        for (number, direction) in sums.directions.iter().enumerate() {
            let (a, b) = (direction.weights.0 as f64, direction.weights.1 as f64);
            let (i, j) = (direction.first, direction.second);
            let sum = sums.low[number][target] - cost(*direction);
            self.least[i] = self.least[i].max((sum - b * self.most[j]) / a);
            self.least[j] = self.least[j].max((sum - a * self.most[i]) / b);
        }
        self.most
            .iter()
            .zip(&self.least)
            .zip(slack)
            .all(|((most, least), slack)| *most >= *least - *slack)
    }
}
