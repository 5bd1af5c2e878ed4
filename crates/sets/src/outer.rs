//! Outer bounds that hold: levels in given directions, from the range of the payoffs down.
//!
//! A step bounds `u.v` for every joint action by multipliers (see `detente_proof::sets::refutation` for what
//! makes a bound valid) and rounds the levels up by more than rounding errors can be, so every level in the
//! chain is above every equilibrium payoff. A last step may then *jump*: levels that reproduce themselves,
//! together with weights under which every bound shrinks, are proved at once, however far the chain had got.

use detente_base::number::Exact;
use detente_game::table::TableGame;

use super::directions::{Directions, Multipliers, Support};
use super::duals::{Duals, Sources};
use super::flat::Flat;
use super::weights::{Rows, WEIGHT_UNIT};
use detente_base::watch::Watch;

/// What is known about every state: levels by direction, or that there is no equilibrium.
#[derive(Debug, Clone)]
pub(crate) struct Levels {
    pub value: Vec<f64>,
    pub none: Vec<bool>,
}

/// How one joint action was dealt with in a step.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Handled {
    Gone,
    Leads(u32),
    Empty(Support),
    Bounds(Vec<Support>),
    /// Each with whether the new levels are used.
    Mixed(Vec<(bool, Support)>),
}

/// A step as it can be written down as proof.
#[derive(Debug, Clone)]
pub(crate) struct Recorded {
    pub levels: Levels,
    pub weights: Option<Vec<f64>>,
    pub before: Levels,
    /// One for each joint action that may be prescribed.
    pub handled: Vec<Handled>,
}

/// How a jump ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jump {
    /// The levels are the target.
    Landed,
    /// Not yet: lower levels may help.
    Short,
    /// Something sticks out of the target, by less than doubles can tell: lower levels will not help.
    Missed,
}

/// A chain of levels.
pub(crate) struct Outer<'a> {
    pub game: &'a TableGame,
    pub flat: &'a Flat,
    pub directions: &'a Directions,
    pub levels: Levels,
    pub record: Option<Vec<Recorded>>,
    pub steps: u64,
    /// Whether the levels are within a few roundings of a target that was jumped to.
    pub tight: bool,
    duals: Duals,
    gone: Vec<bool>,
    margin: f64,
}

impl<'a> Outer<'a> {
    pub fn start(game: &'a TableGame, flat: &'a Flat, directions: &'a Directions) -> Self {
        let count = directions.count();
        let size = flat
            .range
            .iter()
            .map(|(low, high)| low.abs().max(high.abs()))
            .fold(0.0, f64::max);
        let margin = 1e-13 * size.max(flat.scale);
        let mut row = vec![0.0; count];
        for (l, level) in row.iter_mut().enumerate() {
            let reach = |(u, range): (&f64, &(f64, f64))| u * if *u > 0.0 { range.1 } else { range.0 };
            *level = directions.at(l).iter().zip(&flat.range).map(reach).sum::<f64>() + margin;
        }
        let value = std::iter::repeat_n(&row, flat.states)
            .flatten()
            .copied()
            .collect();
        let levels = Levels {
            value,
            none: vec![false; flat.states],
        };
        Self {
            game,
            flat,
            directions,
            levels,
            record: None,
            steps: 0,
            tight: false,
            duals: Duals::of(flat, directions, 2e-15 * size.max(flat.scale)),
            gone: vec![false; flat.law.len()],
            margin,
        }
    }

    /// More than rounding can move one bound.
    pub fn margin(&self) -> f64 {
        self.margin
    }

    /// Runs the chain until the levels stand still or a limit is reached; returns whether they stand still.
    pub fn run(&mut self, steps: u64, watch: &dyn Watch) -> bool {
        for done in 0..steps {
            if watch.should_stop() {
                return false;
            }
            if self.step() < 4.0 * self.margin {
                return true;
            }
            watch.advanced("outer bounds", done, None);
        }
        false
    }

    /// One step of the chain; returns the largest fall of a level.
    pub fn step(&mut self) -> f64 {
        let (flat, count) = (self.flat, self.directions.count());
        let sources = Sources::of(flat, self.directions, &self.levels);
        let mut next = vec![f64::NEG_INFINITY; flat.states * count];
        let mut handled = Vec::new();
        let doomed = self.leading_to_nothing();
        for p in &flat.on_path {
            let s = flat.state_of[*p as usize] as usize;
            if self.levels.none[s] || doomed[s] || self.gone[*p as usize] {
                if self.record.is_some() {
                    handled.push(Handled::Gone);
                }
                continue;
            }
            let out = self.duals.out(flat, self.directions, &sources, *p, self.margin);
            if let Some(out) = out {
                self.gone[*p as usize] = true;
                handled.push(out);
                continue;
            }
            let row = &mut next[s * count..(s + 1) * count];
            let keep = self.record.is_some();
            let supports = self.duals.raise(flat, self.directions, &sources, *p, row, keep);
            if keep {
                handled.push(Handled::Bounds(supports));
            }
        }
        let mut levels = self.levels.clone();
        let mut fall: f64 = 0.0;
        for s in 0..flat.states {
            if levels.none[s] {
                continue;
            }
            if next[s * count] == f64::NEG_INFINITY {
                levels.none[s] = true;
                fall = f64::INFINITY;
                continue;
            }
            for (old, new) in levels.value[s * count..(s + 1) * count]
                .iter_mut()
                .zip(&next[s * count..])
            {
                // A written step must follow from its multipliers, rounding included; else the old level still holds.
                let new = if self.record.is_some() {
                    new + self.margin
                } else {
                    (new + self.margin).min(*old)
                };
                fall = fall.max(*old - new);
                *old = new;
            }
        }
        let before = std::mem::replace(&mut self.levels, levels);
        if let Some(record) = &mut self.record {
            record.push(Recorded {
                levels: self.levels.clone(),
                weights: None,
                before,
                handled,
            });
        }
        self.steps += 1;
        fall
    }

    /// States from which play can get, by whatever moves, to a state known to have no equilibrium: they have none.
    fn leading_to_nothing(&self) -> Vec<bool> {
        let leads = |s: usize| self.flat.follows[s].iter().any(|t| self.levels.none[*t as usize]);
        (0..self.flat.states).map(leads).collect()
    }

    /// Tries to prove at once that no equilibrium payoff exceeds `target`. With exact levels, bounds closer
    /// than doubles can tell are checked in rationals; else the target is widened a little: by a few roundings,
    /// or by more where that is not enough and `wide` allows it. On success the levels are the target.
    pub fn jump(&mut self, target: &[f64], exact: Option<&[Exact]>, wide: bool) -> Jump {
        if exact.is_some() {
            return self.jump_to(target, exact, 1e-12 * self.flat.scale, 0.0);
        }
        let tight = self.jump_to(target, None, 2.0 * self.margin, 6.0 * self.margin / WEIGHT_UNIT);
        self.tight = tight == Jump::Landed;
        match tight {
            Jump::Short if !wide => tight,
            Jump::Landed => tight,
            _ => self.jump_to(target, None, 5e-11 * self.flat.scale, 1e-10 * self.flat.scale),
        }
    }

    /// Tries to jump with bounds that exceed the target by `tie` at most, and widens it by `spread` times weights.
    fn jump_to(&mut self, target: &[f64], exact: Option<&[Exact]>, tie: f64, spread: f64) -> Jump {
        let (flat, count) = (self.flat, self.directions.count());
        let old = Sources::of(flat, self.directions, &self.levels);
        let goal = Levels {
            value: target.to_vec(),
            none: self.levels.none.clone(),
        };
        let new = Sources::of(flat, self.directions, &goal);
        let departures = flat.best_deviations(&new.expected, &new.dev);
        let near = 1e-9 * flat.scale;
        let mut rows = Rows::of(flat, count);
        let mut values = Vec::new();
        let mut handled = Vec::new();
        for p in &flat.on_path {
            let s = flat.state_of[*p as usize] as usize;
            if goal.none[s] || self.gone[*p as usize] {
                handled.push(Handled::Gone);
                continue;
            }
            if let Some(out) = self.duals.out(flat, self.directions, &old, *p, self.margin) {
                handled.push(out);
                continue;
            }
            let mut supports = Vec::with_capacity(count);
            for l in 0..count {
                let level = target[s * count + l];
                let list = self
                    .duals
                    .choose(flat, self.directions, &old, &new, *p, l, level, [near, tie]);
                let Some((is_new, support, value)) = list.first() else {
                    return Jump::Short;
                };
                if *is_new && !rows.add(self, &departures, *p, l, &list) {
                    return Jump::Short;
                }
                supports.push((*is_new, *support));
                values.push(*value);
            }
            handled.push(Handled::Mixed(supports));
        }
        let Some((weights, chosen)) = rows.weights() else {
            return Jump::Short;
        };
        let mut values = values.into_iter();
        for (handled, p) in handled.iter_mut().zip(&flat.on_path) {
            let Handled::Mixed(supports) = handled else {
                continue;
            };
            for (l, (is_new, support)) in supports.iter_mut().enumerate() {
                let first = values.next().unwrap_or(f64::INFINITY);
                if *is_new {
                    let (best, value) = chosen.get(&(*p, l as u32)).copied().unwrap_or((*support, first));
                    *support = best;
                    let level = target[self.flat.state_of[*p as usize] as usize * count + l];
                    if let Some(exact) = exact
                        && value > level - near
                        && !self.holds_exactly(&departures, exact, *p, l, &best)
                    {
                        return Jump::Missed;
                    }
                }
            }
        }
        let mut levels = goal;
        if exact.is_none() {
            for (level, weight) in levels.value.iter_mut().zip(&weights) {
                *level += spread * weight;
            }
            if !self.confirm(&levels, &handled) {
                return Jump::Short;
            }
        }
        let before = std::mem::replace(&mut self.levels, levels);
        if let Some(record) = &mut self.record {
            record.push(Recorded {
                levels: self.levels.clone(),
                weights: Some(weights),
                before,
                handled,
            });
        }
        self.steps += 1;
        Jump::Landed
    }

    /// Whether every bound, computed from the widened levels, stays below them by more than rounding.
    fn confirm(&self, levels: &Levels, handled: &[Handled]) -> bool {
        let count = self.directions.count();
        let (old, new) = (
            Sources::of(self.flat, self.directions, &self.levels),
            Sources::of(self.flat, self.directions, levels),
        );
        self.flat.on_path.iter().zip(handled).all(|(p, handled)| {
            let s = self.flat.state_of[*p as usize] as usize;
            let Handled::Mixed(supports) = handled else {
                return true;
            };
            supports.iter().enumerate().all(|(l, (is_new, support))| {
                let sources = if *is_new { &new } else { &old };
                let value = self
                    .duals
                    .value(self.flat, self.directions, sources, *p, Some(l), support);
                value + self.margin <= levels.value[s * count + l]
            })
        })
    }

    /// The multipliers of a bound in direction l.
    pub fn multipliers(&self, l: usize, support: &Support) -> Multipliers<f64> {
        self.duals.multipliers(self.directions, Some(l), support)
    }

    /// What a party departs to from a joint action.
    pub fn departure(&self, departures: &[u32], p: u32, i: usize) -> u32 {
        departures[self.flat.slot[p as usize * self.flat.parties + i] as usize]
    }

    /// The bound of a support on the exact levels, in rationals.
    fn holds_exactly(
        &self,
        departures: &[u32],
        exact: &[Exact],
        p: u32,
        l: usize,
        support: &Support,
    ) -> bool {
        let s = self.flat.state_of[p as usize] as usize;
        let count = self.directions.count();
        let value = super::certificates::exact_bound(
            self.game,
            self.directions,
            |i| self.departure(departures, p, i),
            |state, k| exact[state * count + k].clone(),
            p,
            Some(l),
            support,
        );
        value.is_some_and(|value| value <= exact[s * count + l])
    }
}
