//! One stage of the bounds: whole numbers on a grid, so that the checker reads exactly what the search used.

use detente_base::ids::PartyId;
use rayon::prelude::*;

use super::Limits;
use super::pairs::{Direction, PairBounds};
use crate::arena::{Arena, Best};

/// Bounds for every party and state. A value is its whole number divided by `units` of its party.
#[derive(Debug, Clone, PartialEq)]
pub struct Stage {
    /// Upper bounds, by party and state.
    pub high: Vec<Vec<i64>>,
    /// Lower bounds, by party and state.
    pub low: Vec<Vec<i64>>,
    /// Whole numbers a unit of value, by party.
    pub units: Vec<i64>,
    /// Bounds that tie two parties together; empty while intervals do.
    pub pairs: Vec<PairBounds>,
}

/// Doubles of one stage before they are rounded.
pub(super) struct Floats {
    pub high: Vec<Vec<f64>>,
    pub low: Vec<Vec<f64>>,
    /// For each pair bound: high and low.
    pub pairs: Vec<(Vec<f64>, Vec<f64>)>,
}

/// The parts of one that bounds count in, where the denominator of a party's flows is larger.
const FINEST_UNIT: i64 = 1 << 20;
/// Bounds are not beyond this, so that they can be added; what cannot be said within it is refused by the checker.
const LARGEST_BOUND: i64 = 1 << 61;

/// The grid a party's bounds are rounded to: its flow denominator, if that is not too fine, times two to `bits`.
pub(super) fn units(arena: &Arena<'_>, bits: u32) -> Vec<i64> {
    let denominator = |party| arena.game.flow_denominator(PartyId::at(party));
    let unit = |party| i64::try_from(denominator(party)).map_or(FINEST_UNIT, |unit| unit.min(FINEST_UNIT));
    (0..arena.parties)
        .map(|party| unit(party).saturating_mul(1 << bits))
        .collect()
}

/// A whole payoff as a bound.
fn whole(payoff: f64, units: i64) -> i64 {
    (payoff as i64)
        .saturating_mul(units)
        .clamp(-LARGEST_BOUND, LARGEST_BOUND)
}

impl Stage {
    /// The payoff range: no value of any play lies outside it.
    #[must_use]
    pub fn payoff_range(arena: &Arena<'_>, limits: &Limits) -> Self {
        let units = units(arena, limits.grid_bits);
        let (mut high, mut low) = (Vec::new(), Vec::new());
        for party in 0..arena.parties {
            // The value v solves v = base + weight·v at best; both ends are widened to whole units.
            let ends = arena.base[party]
                .iter()
                .zip(&arena.weight[party])
                .map(|(base, weight)| (*base, *weight));
            let (cost_most, cost_least) = arena.own_cost_range[party];
            let most_cost = cost_most + arena.most_cost_by_others[party];
            let least_cost = cost_least + arena.least_cost_by_others[party];
            let (mut top, mut bottom) = (f64::NEG_INFINITY, f64::INFINITY);
            for (base, weight) in ends {
                top = top.max((base - least_cost) / (1.0 - weight));
                bottom = bottom.min((base - most_cost) / (1.0 - weight));
            }
            high.push(vec![whole(top.ceil() + 1.0, units[party]); arena.states]);
            low.push(vec![whole(bottom.floor() - 1.0, units[party]); arena.states]);
        }
        Self {
            high,
            low,
            units,
            pairs: Vec::new(),
        }
    }

    /// Values as doubles.
    #[must_use]
    pub fn values(&self, party: usize, whole: &[i64]) -> Vec<f64> {
        let unit = self.units[party] as f64;
        whole.iter().map(|number| *number as f64 / unit).collect()
    }

    /// The upper bounds of a party as doubles.
    #[must_use]
    pub fn high_of(&self, party: usize) -> Vec<f64> {
        self.values(party, &self.high[party])
    }

    /// The lower bounds of a party as doubles.
    #[must_use]
    pub fn low_of(&self, party: usize) -> Vec<f64> {
        self.values(party, &self.low[party])
    }

    /// Whether any bound is tighter by more than a hundredth of a thousandth of its range.
    #[must_use]
    pub fn moved_since(&self, before: &Self) -> bool {
        self.sides()
            .zip(before.sides())
            .any(|(now, then)| has_moved(now, then))
    }

    /// Upper and lower bounds of every party, then of every pair.
    fn sides(&self) -> impl Iterator<Item = (&[i64], &[i64])> {
        let parties = self
            .high
            .iter()
            .zip(&self.low)
            .map(|(high, low)| (high.as_slice(), low.as_slice()));
        parties.chain(
            self.pairs
                .iter()
                .map(|pair| (pair.high.as_slice(), pair.low.as_slice())),
        )
    }

    /// Rounds doubles outwards onto the grid, far enough that rounding cannot spoil a super-solution: all bounds
    /// move by `c` with `(1 − weight)·c` above one grid step plus the error of doubles. Never looser than before.
    pub(super) fn round_outwards(arena: &Arena<'_>, before: &Self, found: &Floats) -> Self {
        let mut stage = before.clone();
        let weight = |party: usize| arena.weight[party].iter().copied().fold(0.0, f64::max);
        for party in 0..arena.parties {
            let round = Rounding::new(before.units[party], weight(party));
            round.high(&mut stage.high[party], &found.high[party]);
            round.low(&mut stage.low[party], &found.low[party]);
        }
        for (pair, (high, low)) in stage.pairs.iter_mut().zip(&found.pairs) {
            let Direction { first, second, .. } = pair.direction;
            let round = Rounding::new(pair.units, weight(first).max(weight(second)));
            round.high(&mut pair.high, high);
            round.low(&mut pair.low, low);
        }
        stage
    }

    /// This stage with bounds for one more direction, as loose as the intervals imply; none where they would be too
    /// large for whole numbers.
    #[must_use]
    pub fn with_direction(&self, direction: Direction) -> Option<Self> {
        let mut stage = self.clone();
        let Direction {
            first,
            second,
            weights: (a, b),
        } = direction;
        // A common multiple of both parties' units, so that the intervals' bounds are whole numbers.
        let apart = self.units[first] / gcd(self.units[first], self.units[second]);
        let units = apart.checked_mul(self.units[second])?;
        let (to_first, to_second) = (units / self.units[first], units / self.units[second]);
        let (of_first, of_second) = (a.checked_mul(to_first)?, b.checked_mul(to_second)?);
        let sum = |(i, j): (&i64, &i64)| {
            let sum = of_first
                .checked_mul(*i)?
                .checked_add(of_second.checked_mul(*j)?)?;
            (sum.abs() <= LARGEST_BOUND).then_some(sum)
        };
        let sums = |i: &[i64], j: &[i64]| -> Option<Vec<i64>> { i.iter().zip(j).map(sum).collect() };
        let high = sums(&self.high[first], &self.high[second])?;
        let low = sums(&self.low[first], &self.low[second])?;
        stage.pairs.push(PairBounds {
            direction,
            units,
            high,
            low,
        });
        Some(stage)
    }
}

/// Whether one list of upper or of lower bounds has moved by more than the step that counts.
fn has_moved(now: (&[i64], &[i64]), then: (&[i64], &[i64])) -> bool {
    let range = then.0.iter().max().copied().unwrap_or(0) - then.1.iter().min().copied().unwrap_or(0);
    let step = (range / 100_000).max(8);
    let apart = |now: &[i64], then: &[i64]| now.iter().zip(then).any(|(a, b)| (a - b).abs() > step);
    apart(now.0, then.0) || apart(now.1, then.1)
}

fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Outward rounding onto one grid.
struct Rounding {
    unit: f64,
    margin: f64,
}

impl Rounding {
    fn new(units: i64, weight: f64) -> Self {
        Self {
            unit: units as f64,
            margin: (2.5 / (1.0 - weight)).ceil(),
        }
    }

    fn high(&self, into: &mut [i64], found: &[f64]) {
        for (into, found) in into.iter_mut().zip(found) {
            *into = (*into).min(((found * self.unit).ceil() + self.margin) as i64);
        }
    }

    fn low(&self, into: &mut [i64], found: &[f64]) {
        for (into, found) in into.iter_mut().zip(found) {
            *into = (*into).max(((found * self.unit).floor() - self.margin) as i64);
        }
    }
}

/// What a fixed stage says about departing and going along, by party.
#[derive(Debug)]
pub struct Answers {
    /// `c_j(t; high)`, by party and target.
    pub along: Vec<Vec<f64>>,
    /// `dev_j`, by party, table of moves, and (own position, targets of the others).
    pub departing: Vec<Vec<Vec<f64>>>,
    /// How far below `dev` a worth may lie, for the error of doubles, and still count as surviving.
    pub slack: Vec<f64>,
}

impl Answers {
    /// Computes them from a stage.
    #[must_use]
    pub fn new(arena: &Arena<'_>, stage: &Stage) -> Self {
        let one = |party: usize| {
            let low = arena.worth_of_moving(party, &stage.low_of(party));
            let over = |moves| arena.over_own_moves(party, moves, &low, Best::Most);
            let size = low.iter().fold(1.0f64, |size, value| size.max(value.abs()));
            (
                arena.worth_of_moving(party, &stage.high_of(party)),
                arena.moves[party].iter().map(over).collect::<Vec<_>>(),
                size * 1e-9,
            )
        };
        let found: Vec<_> = (0..arena.parties).into_par_iter().map(one).collect();
        let mut answers = Self {
            along: Vec::new(),
            departing: Vec::new(),
            slack: Vec::new(),
        };
        for (along, departing, slack) in found {
            answers.along.push(along);
            answers.departing.push(departing);
            answers.slack.push(slack);
        }
        answers
    }
}
