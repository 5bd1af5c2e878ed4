//! The multipliers behind a bound, found in doubles.
//!
//! For two parties and directions sorted by angle they can be listed: the direction itself; the direction
//! turned towards `e_i` by holding party i to its bound, until it meets another direction; or both parties
//! held. Along the turn the bound is convex, so the walk stops where it starts to rise. For more parties a
//! small linear programme finds them ([`super::simplex`]).

use super::directions::{Directions, Multipliers, Support};
use super::flat::Flat;
use super::outer::{Handled, Levels};
use super::simplex;
use super::turns::{Stop, before_the_least, express, turn};

/// Levels as the bounds need them: expected by law, and best deviations.
pub(crate) struct Sources {
    /// `law x direction`.
    pub sums: Vec<f64>,
    /// Expected worst values by law and party.
    pub expected: Vec<f64>,
    pub dev: Vec<f64>,
    none: Vec<bool>,
    /// For two equally patient parties: `law x direction`, the sums times the discount factor.
    later: Vec<f64>,
}

impl Sources {
    pub fn of(flat: &Flat, directions: &Directions, levels: &Levels) -> Self {
        let (n, count) = (flat.parties, directions.count());
        let mut worst = vec![0.0; flat.states * n];
        for s in 0..flat.states {
            for i in 0..n {
                worst[s * n + i] = if levels.none[s] {
                    f64::INFINITY
                } else {
                    -levels.value[s * count + directions.minus[i]]
                };
            }
        }
        let (mut expected, mut dev) = (Vec::new(), Vec::new());
        flat.expect(&worst, &mut expected);
        flat.deviations(&expected, &mut dev);
        let mut sums = vec![0.0; flat.laws() * count];
        for law in 0..flat.laws() {
            let range = flat.law_range(law as u32);
            let row = &mut sums[law * count..(law + 1) * count];
            for (state, chance) in flat.law_state[range.clone()].iter().zip(&flat.law_chance[range]) {
                let levels = &levels.value[*state as usize * count..(*state as usize + 1) * count];
                for (sum, level) in row.iter_mut().zip(levels) {
                    *sum += chance * level;
                }
            }
        }
        let patient = n == 2 && flat.delta[0] == flat.delta[1];
        let later = sums
            .iter()
            .filter(|_| patient)
            .map(|sum| flat.delta[0] * sum)
            .collect();
        Self {
            sums,
            expected,
            dev,
            none: levels.none.clone(),
            later,
        }
    }

    fn row(&self, law: u32, count: usize) -> &[f64] {
        &self.sums[law as usize * count..(law as usize + 1) * count]
    }
}

/// So many choices of a bound that holds somebody are weighed against each other.
const MOST_CHOICES: usize = 16;

/// Everything about multipliers that depends on directions and discount factors only.
pub(crate) struct Duals {
    delta: Vec<f64>,
    /// For two parties: `d o u_l` in one or two directions.
    free: Vec<Vec<(usize, f64)>>,
    /// For two parties, by direction and party: the stops of the turn towards `e_i`.
    turns: Vec<[Vec<Stop>; 2]>,
    /// For two parties: directions inside the positive quadrant with the multipliers of both parties.
    upward: Vec<(u32, [f64; 2])>,
    /// What rounding can move a bound by, for every unit of multipliers.
    rounding: f64,
    pub(super) programme: Option<simplex::Programme>,
}

impl Duals {
    pub fn of(flat: &Flat, directions: &Directions, rounding: f64) -> Self {
        let delta = flat.delta.clone();
        if flat.parties != 2 {
            let programme = Some(simplex::Programme::of(directions, &delta));
            return Self {
                delta,
                free: Vec::new(),
                turns: Vec::new(),
                upward: Vec::new(),
                rounding,
                programme,
            };
        }
        let count = directions.count();
        let scaled = |u: &[f64]| [delta[0] * u[0], delta[1] * u[1]];
        let free = (0..count)
            .map(|l| express(directions, scaled(directions.at(l)), l))
            .collect();
        let turns = (0..count)
            .map(|l| [0, 1].map(|i| turn(directions, &delta, l, i)))
            .collect();
        let upward = (0..count)
            .filter(|k| directions.at(*k).iter().all(|x| *x > 0.0) && delta.iter().all(|d| *d > 0.0))
            .map(|k| {
                (
                    k as u32,
                    [directions.at(k)[0] / delta[0], directions.at(k)[1] / delta[1]],
                )
            })
            .collect();
        Self {
            delta,
            free,
            turns,
            upward,
            rounding,
            programme: None,
        }
    }

    /// Why a joint action cannot be prescribed, if the levels show it.
    pub fn out(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        margin: f64,
    ) -> Option<Handled> {
        let (n, at) = (flat.parties, p as usize);
        if sources.none.iter().any(|none| *none) {
            let leads = |law: u32| {
                flat.law_state[flat.law_range(law)]
                    .iter()
                    .find(|s| sources.none[**s as usize])
                    .copied()
            };
            if let Some(state) = leads(flat.law[at]) {
                return Some(Handled::Leads(state));
            }
            if (0..n).any(|i| sources.dev[flat.slot[at * n + i] as usize] == f64::INFINITY) {
                let s = flat.state_of[at] as usize;
                let state = flat.follows[s].iter().find(|s| sources.none[**s as usize])?;
                return Some(Handled::Leads(*state));
            }
        }
        let row = sources.row(flat.law[at], directions.count());
        let above = |i: usize| flat.gain[at * n + i] - sources.dev[flat.slot[at * n + i] as usize];
        for i in 0..n {
            let plus = directions.plus[i];
            if above(i) + self.delta[i] * row[plus] < -margin {
                let dirs: &[usize] = if self.delta[i] > 0.0 { &[plus] } else { &[] };
                return Some(Handled::Empty(Support::of(dirs, &[i])));
            }
        }
        if n == 2 {
            let (a, b) = (above(0), above(1));
            let found = self
                .upward
                .iter()
                .find(|(k, [y, z])| y * a + z * b + row[*k as usize] < -margin * (1.0 + y + z))?;
            return Some(Handled::Empty(Support::of(&[found.0 as usize], &[0, 1])));
        }
        let above: Vec<f64> = (0..n).map(above).collect();
        self.programme
            .as_ref()?
            .contradiction(row, &above, margin)
            .map(Handled::Empty)
    }

    /// Raises the levels of a state to what this joint action may reach. Returns supports when kept.
    pub fn raise(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        row: &mut [f64],
        keep: bool,
    ) -> Vec<Support> {
        let mut supports = Vec::new();
        if !keep && !sources.later.is_empty() {
            self.raise_patient(flat, directions, sources, p, row);
            return supports;
        }
        for (l, level) in row.iter_mut().enumerate() {
            let (value, support) = self.free(flat, directions, sources, p, l);
            if value <= *level {
                if keep {
                    supports.push(support);
                }
                continue;
            }
            let (value, support) = self.best(flat, directions, sources, p, l, (value, support), *level);
            *level = level.max(value);
            if keep {
                supports.push(support);
            }
        }
        supports
    }

    /// The same for two equally patient parties with nothing to be kept.
    fn raise_patient(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        row: &mut [f64],
    ) {
        let at = p as usize;
        let gain = [flat.gain[2 * at], flat.gain[2 * at + 1]];
        let first = flat.law[at] as usize * row.len();
        let later = &sources.later[first..first + row.len()];
        for (l, ((level, later), u)) in row
            .iter_mut()
            .zip(later)
            .zip(directions.near.chunks_exact(2))
            .enumerate()
        {
            let free = u[0] * gain[0] + u[1] * gain[1] + later;
            if free > *level {
                let support = Support::of(&[l], &[]);
                let (value, _) = self.best(flat, directions, sources, p, l, (free, support), *level);
                *level = level.max(value);
            }
        }
    }

    fn free(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        l: usize,
    ) -> (f64, Support) {
        let (n, at) = (flat.parties, p as usize);
        let row = sources.row(flat.law[at], directions.count());
        let now: f64 = (0..n).map(|i| directions.at(l)[i] * flat.gain[at * n + i]).sum();
        if n == 2 {
            let list = &self.free[l];
            let later: f64 = list.iter().map(|(k, factor)| factor * row[*k]).sum();
            let mut dirs = [0; 2];
            for (slot, (k, _)) in dirs.iter_mut().zip(list) {
                *slot = *k;
            }
            return (now + later, Support::of(&dirs[..list.len()], &[]));
        }
        match &self.programme {
            Some(programme) => programme.free(row, now, l),
            None => (f64::INFINITY, Support::default()),
        }
    }

    /// The least bound there is, with its support, given the one that holds nobody; or the first one found
    /// that is low `enough`.
    #[allow(clippy::too_many_arguments)]
    pub fn best(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        l: usize,
        free: (f64, Support),
        enough: f64,
    ) -> (f64, Support) {
        let (n, at) = (flat.parties, p as usize);
        let row = sources.row(flat.law[at], directions.count());
        let above = |i: usize| flat.gain[at * n + i] - sources.dev[flat.slot[at * n + i] as usize];
        let u = directions.at(l);
        if n != 2 {
            let above: Vec<f64> = (0..n).map(above).collect();
            let now: f64 = (0..n).map(|i| u[i] * flat.gain[at * n + i]).sum();
            return match &self.programme {
                Some(programme) => programme.best(row, &above, now, l, free),
                None => free,
            };
        }
        let now = u[0] * flat.gain[2 * at] + u[1] * flat.gain[2 * at + 1];
        let mut best = free;
        if u[0] <= 0.0 && u[1] <= 0.0 {
            let value = now - u[0] * above(0) - u[1] * above(1);
            if value < best.0 {
                let held: Vec<usize> = (0..2).filter(|i| u[*i] < 0.0).collect();
                best = (value, Support::of(&[], &held));
            }
        }
        for i in 0..2 {
            if best.0 <= enough {
                break;
            }
            let above = above(i);
            let value = |stop: &Stop| {
                let error = self.rounding * (stop.1 + stop.2);
                (
                    now + stop.1 * row[stop.0 as usize] + stop.2 * above + error,
                    error,
                )
            };
            let stops = &self.turns[l][i];
            let mut last = f64::INFINITY;
            for stop in &stops[before_the_least(stops, |stop| value(stop).0)..] {
                let (value, error) = value(stop);
                if value < best.0 {
                    best = (value, Support::of(&[stop.0 as usize], &[i]));
                }
                if value - 4.0 * error > last || best.0 <= enough {
                    break;
                }
                last = value;
            }
        }
        best
    }

    /// Bounds that keep direction l of joint action p at or below `level`: one from the old levels if those
    /// do, else all from the new ones that do. With each whether it is new, and its value.
    #[allow(clippy::too_many_arguments)]
    pub fn choose(
        &self,
        flat: &Flat,
        directions: &Directions,
        old: &Sources,
        new: &Sources,
        p: u32,
        l: usize,
        level: f64,
        [near, tie]: [f64; 2],
    ) -> Vec<(bool, Support, f64)> {
        let free_old = self.free(flat, directions, old, p, l);
        if free_old.0 <= level - near {
            return vec![(false, free_old.1, free_old.0)];
        }
        let free = self.free(flat, directions, new, p, l);
        if free.0 <= level - near {
            return vec![(true, free.1, free.0)];
        }
        let best_old = self.best(flat, directions, old, p, l, free_old, level - near);
        if best_old.0 <= level - near {
            return vec![(false, best_old.1, best_old.0)];
        }
        let mut list = Vec::new();
        if free.0 <= level + tie {
            list.push((true, free.1, free.0));
        }
        if flat.parties == 2 {
            let mut held: Vec<(f64, Support, f64)> = Vec::new();
            self.all_held(flat, directions, new, p, l, |value, support, size| {
                if value <= level + tie {
                    held.push((size, support, value));
                }
            });
            // Small multipliers shrink weights most; of many choices they are enough.
            if held.len() > MOST_CHOICES {
                held.select_nth_unstable_by(MOST_CHOICES, |a, b| a.0.total_cmp(&b.0));
                held.truncate(MOST_CHOICES);
            }
            list.extend(held.into_iter().map(|(_, support, value)| (true, support, value)));
        } else {
            let best = self.best(flat, directions, new, p, l, free, f64::NEG_INFINITY);
            if best.0 <= level + tie {
                list.push((true, best.1, best.0));
            }
        }
        list
    }

    /// Every bound for two parties that holds somebody, with the sum of its multipliers.
    fn all_held(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        l: usize,
        mut give: impl FnMut(f64, Support, f64),
    ) {
        let at = p as usize;
        let row = sources.row(flat.law[at], directions.count());
        let above = |i: usize| flat.gain[at * 2 + i] - sources.dev[flat.slot[at * 2 + i] as usize];
        let u = directions.at(l);
        let now = u[0] * flat.gain[2 * at] + u[1] * flat.gain[2 * at + 1];
        for i in 0..2 {
            let above = above(i);
            for (k, factor, y) in &self.turns[l][i] {
                let error = self.rounding * (factor + y);
                let value = now + factor * row[*k as usize] + y * above + error;
                give(value, Support::of(&[*k as usize], &[i]), factor + y);
            }
        }
        if u[0] <= 0.0 && u[1] <= 0.0 {
            let held: &[usize] = match (u[0] < 0.0, u[1] < 0.0) {
                (true, true) => &[0, 1],
                (true, false) => &[0],
                _ => &[1],
            };
            let value = now - u[0] * above(0) - u[1] * above(1);
            give(value, Support::of(&[], held), -u[0] - u[1]);
        }
    }

    /// The multipliers of a support in doubles.
    pub fn multipliers(
        &self,
        directions: &Directions,
        l: Option<usize>,
        support: &Support,
    ) -> Multipliers<f64> {
        let n = directions.parties;
        let held: Vec<usize> = support.held().collect();
        let dirs: Vec<usize> = support.dirs().collect();
        if n == 2
            && let Some(l) = l
        {
            if held.is_empty() {
                return Multipliers {
                    lambda: self.free[l].iter().map(|(_, f)| *f).collect(),
                    held: Vec::new(),
                };
            }
            if dirs.is_empty() {
                let y = held.iter().map(|i| -directions.at(l)[*i]).collect();
                return Multipliers {
                    lambda: Vec::new(),
                    held: y,
                };
            }
            if let Some((_, factor, y)) = self.turns[l][held[0]]
                .iter()
                .find(|stop| stop.0 as usize == dirs[0])
            {
                return Multipliers {
                    lambda: vec![*factor],
                    held: vec![*y],
                };
            }
        }
        simplex::multipliers(directions, &self.delta, l, support)
    }

    /// The bound of a support.
    pub fn value(
        &self,
        flat: &Flat,
        directions: &Directions,
        sources: &Sources,
        p: u32,
        l: Option<usize>,
        support: &Support,
    ) -> f64 {
        let (n, at) = (flat.parties, p as usize);
        let row = sources.row(flat.law[at], directions.count());
        let multipliers = self.multipliers(directions, l, support);
        let mut value = 0.0;
        if let Some(l) = l {
            value += (0..n)
                .map(|i| directions.at(l)[i] * flat.gain[at * n + i])
                .sum::<f64>();
        }
        for (i, y) in support.held().zip(&multipliers.held) {
            value += y * (flat.gain[at * n + i] - sources.dev[flat.slot[at * n + i] as usize]);
        }
        for (k, lambda) in support.dirs().zip(&multipliers.lambda) {
            value += lambda * row[k];
        }
        let size: f64 = multipliers.held.iter().chain(&multipliers.lambda).sum();
        value + self.rounding * size
    }
}
