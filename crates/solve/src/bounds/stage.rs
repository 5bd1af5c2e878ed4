//! One stage of the bounds: whole numbers on a grid, so that the checker reads exactly what the search used.

use detente_model::ids::PartyId;

use super::Limits;
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
}

/// The grid a party's bounds are rounded to: its flow denominator times two to `bits`.
pub(super) fn units(arena: &Arena<'_>, bits: u32) -> Vec<i64> {
    let denominator = |party| arena.game.flow_denominator(PartyId::at(party));
    (0..arena.parties)
        .map(|party| denominator(party).saturating_mul(1 << bits))
        .collect()
}

impl Stage {
    /// The payoff range: no value of any play lies outside it.
    #[must_use]
    pub fn payoff_range(arena: &Arena<'_>) -> Self {
        let units = units(arena, Limits::default().grid_bits);
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
            let unit = units[party] as f64;
            high.push(vec![(top.ceil() + 1.0) as i64 * units[party]; arena.states]);
            low.push(vec![(bottom.floor() - 1.0) as i64 * units[party]; arena.states]);
            debug_assert!(unit > 0.0);
        }
        Self { high, low, units }
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

    /// Whether any bound is tighter by more than a hundredth of a thousandth of the payoff range.
    #[must_use]
    pub fn moved_since(&self, before: &Self) -> bool {
        (0..self.units.len()).any(|party| {
            let range = |stage: &Self| {
                let top = stage.high[party].iter().max().copied().unwrap_or(0);
                top - stage.low[party].iter().min().copied().unwrap_or(0)
            };
            let step = (range(before) / 100_000).max(8);
            let tighter = |now: &[i64], then: &[i64]| now.iter().zip(then).any(|(a, b)| (a - b).abs() > step);
            tighter(&self.high[party], &before.high[party]) || tighter(&self.low[party], &before.low[party])
        })
    }

    /// Rounds doubles outwards onto the grid, far enough that rounding cannot spoil a super-solution: all bounds
    /// move by `c` with `(1 − weight)·c` above one grid step plus the error of doubles. Never looser than before.
    pub(super) fn round_outwards(
        arena: &Arena<'_>,
        before: &Self,
        high: &[Vec<f64>],
        low: &[Vec<f64>],
    ) -> Self {
        let mut stage = before.clone();
        for party in 0..arena.parties {
            let unit = before.units[party] as f64;
            let weight = arena.weight[party].iter().copied().fold(0.0, f64::max);
            let margin = (2.5 / (1.0 - weight)).ceil();
            for (state, (top, bottom)) in high[party].iter().zip(&low[party]).enumerate() {
                let top = ((top * unit).ceil() + margin) as i64;
                let bottom = ((bottom * unit).floor() - margin) as i64;
                stage.high[party][state] = top.min(before.high[party][state]);
                stage.low[party][state] = bottom.max(before.low[party][state]);
            }
        }
        stage
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
        let mut answers = Self {
            along: Vec::new(),
            departing: Vec::new(),
            slack: Vec::new(),
        };
        for party in 0..arena.parties {
            let low = arena.worth_of_moving(party, &stage.low_of(party));
            answers
                .along
                .push(arena.worth_of_moving(party, &stage.high_of(party)));
            let over = |moves| arena.over_own_moves(party, moves, &low, Best::Most);
            answers
                .departing
                .push(arena.moves[party].iter().map(over).collect());
            let size = low.iter().fold(1.0f64, |size, value| size.max(value.abs()));
            answers.slack.push(size * 1e-9);
        }
        answers
    }

    /// For every target t whether each party would go along from at least one of its own positions.
    #[must_use]
    pub fn alive(&self, arena: &Arena<'_>) -> Vec<bool> {
        let mut alive = vec![true; arena.states];
        for party in 0..arena.parties {
            let mut here = vec![false; arena.states];
            for (moves, departing) in arena.moves[party].iter().zip(&self.departing[party]) {
                let (size, stride) = (arena.positions[party], arena.strides[party]);
                for outer in (0..arena.states).step_by(size * stride) {
                    for from in 0..size {
                        for (k, to) in moves.from(from).iter().enumerate() {
                            let bar = moves.cost(from, k) - self.slack[party];
                            let (to, from) = (outer + *to as usize * stride, outer + from * stride);
                            for inner in 0..stride {
                                here[to + inner] |=
                                    self.along[party][to + inner] >= departing[from + inner] + bar;
                            }
                        }
                    }
                }
            }
            alive
                .iter_mut()
                .zip(here)
                .for_each(|(alive, here)| *alive &= here);
        }
        alive
    }
}
