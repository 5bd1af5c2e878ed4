//! The search for two parties: from a box that contains every equilibrium payoff, down.
//!
//! One step replaces each `W_s` by the hull of `gain + d o Q(s,a)` cut to what every party obeys, over all
//! joint actions a that may be prescribed; `Q(s,a)` is the weighted Minkowski sum of the next states' sets
//! (Abreu, Pearce and Stacchetti 1990; Abreu and Sannikov 2014; Abreu, Brooks and Sannikov 2020). Steps only
//! shrink. They are doubles and claim nothing: [`super::outer`] proves bounds afterwards. The search stops as
//! soon as the same corners come from the same actions twice in a row, because the limit of such a sequence
//! can be computed directly ([`super::plan`]) and then be checked.

use super::flat::Flat;
use super::gathering::{Gathering, Offer};
use super::plan::Plan;
use super::polygon::{Origin, Polygon, Spot, Sum, hull, simplify, sum};
use super::walls::Walls;

/// The state of a search.
#[derive(Clone)]
pub(crate) struct Search<'a> {
    pub flat: &'a Flat,
    pub polygons: Vec<Polygon>,
    /// Worst values found so far, `state x party`; they never fall.
    pub threat: Vec<f64>,
    /// The sums the last step cut from, by law.
    pub sums: Vec<Sum>,
    pub steps: u64,
    /// Whether the last step found the same corners from the same actions as the one before.
    pub settled: bool,
    active: Vec<u32>,
    expected: Vec<f64>,
    dev: Vec<f64>,
    slack: f64,
    merge: f64,
    edges: Vec<(f64, u32, f64, f64)>,
    /// Per period payoffs by joint action, where what is played for ever may stand for what is played now.
    staying: Option<Vec<[f64; 2]>>,
    /// The edges of the set that what is played for ever has to lie in.
    walls: Walls,
    /// Corners that stick out less than this are dropped after each step; 0 in the search itself.
    depth: f64,
}

/// How far below a bound still counts as on it, relative to the width of the payoffs. Larger than what
/// rounding can add up to, so that no equilibrium is cut for sitting exactly on a bound.
const SLACK: f64 = 1e-10;
const MERGE: f64 = 1e-13;
/// From so many joint actions on, what the best of them reach is found before the rest are looked at.
const MANY: usize = 16;

impl<'a> Search<'a> {
    pub fn start(flat: &'a Flat) -> Self {
        let (low, high) = flat.simple_bounds();
        let staying = (flat.states == 1 && flat.delta[0] == flat.delta[1]).then(|| {
            let rest = 1.0 - flat.delta[0];
            let gains = flat.gain.chunks_exact(2);
            gains
                .map(|gain| [gain[0] / rest, gain[1] / rest])
                .collect::<Vec<_>>()
        });
        let polygons = match &staying {
            Some(payoffs) => vec![what_is_feasible(flat, payoffs)],
            None => (0..flat.states)
                .map(|s| starting_box(flat, &low, &high, s))
                .collect(),
        };
        Self {
            flat,
            polygons,
            threat: low,
            sums: vec![Sum::default(); flat.laws()],
            steps: 0,
            settled: false,
            active: flat.on_path.clone(),
            expected: Vec::new(),
            dev: Vec::new(),
            slack: SLACK * flat.scale,
            merge: MERGE * flat.scale,
            edges: Vec::new(),
            staying,
            walls: Walls::default(),
            depth: 0.0,
        }
    }

    /// Whether what is played for ever may stand for what is played now.
    pub fn stays(&self) -> bool {
        self.staying.is_some()
    }

    /// Where what is played for ever may stand for a joint action, most need no look, and looking ahead pays later.
    fn many(&self) -> usize {
        if self.stays() { 2 * MANY } else { MANY }
    }

    /// Expected worst values by law, as the last step used them.
    pub fn expected(&self) -> &[f64] {
        &self.expected
    }

    /// One step; returns how far the sets moved at most.
    pub fn step(&mut self) -> f64 {
        let flat = self.flat;
        flat.expect(&self.threat, &mut self.expected);
        flat.deviations(&self.expected, &mut self.dev);
        self.add_up();
        let mut next: Vec<Polygon> = Vec::with_capacity(flat.states);
        let active = std::mem::take(&mut self.active);
        let mut still = Vec::with_capacity(active.len());
        let mut rest = active.as_slice();
        for s in 0..flat.states {
            let count = rest.partition_point(|p| flat.state_of[*p as usize] as usize == s);
            let (here, after) = rest.split_at(count);
            rest = after;
            let mut polygon = self.gather(s, here, &mut still);
            if self.depth > 0.0 {
                simplify(&mut polygon, self.depth);
            }
            next.push(polygon);
        }
        self.active = still;
        self.empty_what_leads_to_nothing(&mut next);
        let change = self.compare(&next);
        self.polygons = next;
        self.steps += 1;
        for (s, polygon) in self.polygons.iter().enumerate() {
            let low = |pick: fn(&Spot) -> f64| polygon.iter().map(pick).fold(f64::INFINITY, f64::min);
            for (i, value) in [low(|spot| spot.x), low(|spot| spot.y)].into_iter().enumerate() {
                self.threat[2 * s + i] = self.threat[2 * s + i].max(value);
            }
        }
        change
    }

    /// The sums of the next states' sets, by law, as far as joint actions still need them.
    fn add_up(&mut self) {
        let flat = self.flat;
        if self.stays() {
            self.walls.set(&self.polygons[0], self.slack);
        }
        let mut needed = vec![0_usize; flat.laws()];
        for p in &self.active {
            needed[flat.law[*p as usize] as usize] += 1;
        }
        for (law, needed) in needed.into_iter().enumerate() {
            if needed > 0 {
                let range = flat.law_range(law as u32);
                let polygons = &self.polygons;
                let summands = range.map(|k| (flat.law_chance[k], &polygons[flat.law_state[k] as usize]));
                let many = needed > self.many();
                self.sums[law] = sum(summands, [flat.delta[0], flat.delta[1]], many, &mut self.edges);
            }
        }
    }

    /// The set of a state; joint actions that may obey are noted.
    fn gather(&self, s: usize, here: &[u32], still: &mut Vec<u32>) -> Polygon {
        let mut gathering = Gathering::new(self.merge);
        if here.len() > self.many() {
            // Those that made corners in the last step come first: most of the others then lie inside.
            let mut first: Vec<u32> = self.polygons[s]
                .iter()
                .filter_map(|spot| spot.origin.profile())
                .collect();
            first.sort_unstable();
            first.dedup();
            for offer in first.iter().filter_map(|p| self.offer(*p)) {
                match &self.staying {
                    Some(_) => self.stay_or_hold(&offer, &mut gathering),
                    None => {
                        gathering.name(&offer);
                        true
                    }
                };
            }
            gathering.named();
        }
        for p in here {
            let Some(offer) = self.offer(*p) else {
                continue;
            };
            let may = match &self.staying {
                Some(_) => self.stay_or_hold(&offer, &mut gathering),
                None => gathering.cut(&offer),
            };
            if may {
                still.push(*p);
            }
        }
        gathering.finish()
    }

    fn stay_or_hold(&self, offer: &Offer, gathering: &mut Gathering) -> bool {
        let payoff = self
            .staying
            .as_ref()
            .map(|payoffs| payoffs[offer.profile as usize]);
        let obeying = payoff.filter(|payoff| offer.obeys(*payoff));
        let inside = obeying.filter(|[x, y]| {
            if self.walls.is_empty() {
                from_few([*x, *y], &self.polygons[0]) <= self.slack
            } else {
                !self.walls.passed(.., [*x, *y], 0.0)
            }
        });
        gathering.stay_or_hold(offer, inside)
    }

    fn offer(&self, profile: u32) -> Option<Offer<'_>> {
        let (flat, p) = (self.flat, profile as usize);
        let bound = [
            self.dev[flat.slot[2 * p] as usize],
            self.dev[flat.slot[2 * p + 1] as usize],
        ];
        (bound[0] != f64::INFINITY && bound[1] != f64::INFINITY).then(|| Offer {
            profile,
            sum: &self.sums[flat.law[p] as usize],
            gain: [flat.gain[2 * p], flat.gain[2 * p + 1]],
            bound,
            slack: self.slack,
        })
    }

    /// The same search with small corners dropped, run on a little: until the same corners come from the same
    /// actions twice, if that happens soon.
    pub fn sketch(&self, depth: f64) -> Self {
        let mut sketch = self.clone();
        sketch.depth = depth;
        for polygon in &mut sketch.polygons {
            simplify(polygon, depth);
        }
        for _ in 0..3 {
            sketch.step();
            if sketch.settled {
                break;
            }
        }
        sketch
    }

    /// How far this search's sets stick out of another's at most.
    pub fn exceeds(&self, other: &Self) -> f64 {
        let both = self.polygons.iter().zip(&other.polygons);
        both.map(|(this, other)| sticks_out(this, other))
            .fold(0.0, f64::max)
    }

    /// One step from these corners, with every joint action let in again; and how far from them it leads.
    pub fn step_from(&self, plan: &Plan, z: &[[f64; 2]]) -> (Self, f64) {
        let mut again = self.clone();
        again.depth = 0.0;
        again.active.clone_from(&self.flat.on_path);
        for s in 0..self.flat.states {
            // Where they come from is told again, so that the next step looks there first.
            let range = plan.first[s]..plan.first[s + 1];
            let corners: Vec<Spot> = z[range.clone()]
                .iter()
                .zip(&plan.made[range])
                .map(|([x, y], made)| {
                    let profile = made.profile;
                    let origin = Origin::Both { profile };
                    Spot { x: *x, y: *y, origin }
                })
                .collect();
            again.polygons[s] = hull(&corners, self.merge);
            for i in 0..2 {
                let value = |spot: &Spot| if i == 0 { spot.x } else { spot.y };
                again.threat[2 * s + i] = again.polygons[s].iter().map(value).fold(f64::INFINITY, f64::min);
            }
        }
        let before = again.polygons.clone();
        again.step();
        let both = before.iter().zip(&again.polygons);
        let apart = both.map(|(old, new)| apart(old, new)).fold(0.0, f64::max);
        (again, apart)
    }

    /// A state from which play can get, by whatever moves, to a state without equilibrium has none itself.
    fn empty_what_leads_to_nothing(&self, next: &mut [Polygon]) {
        if next.iter().all(|polygon| !polygon.is_empty()) {
            return;
        }
        loop {
            let doomed: Vec<usize> = (0..next.len())
                .filter(|s| {
                    !next[*s].is_empty()
                        && self.flat.follows[*s]
                            .iter()
                            .any(|after| next[*after as usize].is_empty())
                })
                .collect();
            if doomed.is_empty() {
                return;
            }
            for s in doomed {
                next[s].clear();
            }
        }
    }

    fn compare(&mut self, next: &[Polygon]) -> f64 {
        let same = self.polygons.iter().zip(next).all(|(old, new)| {
            old.len() == new.len() && old.iter().zip(new).all(|(a, b)| a.origin == b.origin)
        });
        self.settled = same;
        // Every party's payoffs count as if they ranged as widely as the widest.
        let unit = [0, 1].map(|i| {
            let (low, high) = self.flat.range[i];
            if high > low {
                self.flat.scale / (high - low)
            } else {
                1.0
            }
        });
        let mut change: f64 = 0.0;
        for (old, new) in self.polygons.iter().zip(next) {
            if old.is_empty() != new.is_empty() {
                return f64::INFINITY;
            }
            let apart =
                |(a, b): (&Spot, &Spot)| ((a.x - b.x) * unit[0]).abs().max(((a.y - b.y) * unit[1]).abs());
            let by_corner = if old.len() == new.len() {
                old.iter().zip(new).map(apart).fold(0.0, f64::max)
            } else {
                f64::INFINITY
            };
            // Corners that come and go on a straight edge move nothing.
            let by_set = if by_corner > 1e-6 * self.flat.scale {
                moved(old, new, unit)
            } else {
                by_corner
            };
            change = change.max(by_set);
        }
        change
    }
}

/// Everything between the least and the most each party can get.
fn starting_box(flat: &Flat, low: &[f64], high: &[f64], s: usize) -> Polygon {
    let slack = SLACK * flat.scale;
    if (0..2).any(|i| low[2 * s + i] > high[2 * s + i] + slack) {
        return Vec::new();
    }
    let [x, y] = [0, 1].map(|i| [low[2 * s + i], high[2 * s + i].max(low[2 * s + i])]);
    let origin = Origin::Start;
    let corner = |x: f64, y: f64| Spot { x, y, origin };
    let corners = [
        corner(x[0], y[0]),
        corner(x[1], y[0]),
        corner(x[1], y[1]),
        corner(x[0], y[1]),
    ];
    hull(&corners, MERGE * flat.scale)
}

/// The means of the payoffs of joint actions that may be prescribed.
fn what_is_feasible(flat: &Flat, payoffs: &[[f64; 2]]) -> Polygon {
    let spot = |p: &u32| {
        let [x, y] = payoffs[*p as usize];
        let origin = Origin::Stay { profile: *p };
        Spot { x, y, origin }
    };
    hull(
        &flat.on_path.iter().map(spot).collect::<Vec<_>>(),
        MERGE * flat.scale,
    )
}

/// How far a set moved, with coordinates in these units. Every corner counts: along a few directions alone a set may seem
/// to stand still that does not.
fn moved(old: &Polygon, new: &Polygon, unit: [f64; 2]) -> f64 {
    let [old, new] = [old, new].map(|polygon| {
        let scaled = polygon.iter().map(|spot| Spot {
            x: spot.x * unit[0],
            y: spot.y * unit[1],
            ..*spot
        });
        scaled.collect::<Polygon>()
    });
    apart(&old, &new)
}

/// How far two sets are apart.
fn apart(one: &Polygon, other: &Polygon) -> f64 {
    sticks_out(one, other).max(sticks_out(other, one))
}

/// How far the corners of one polygon are outside another at most; endless when only the other is empty.
pub(crate) fn sticks_out(polygon: &Polygon, other: &Polygon) -> f64 {
    let walls = Walls::of(other, 0.0);
    let past = |spot: &Spot| match walls.is_empty() {
        true => from_few([spot.x, spot.y], other),
        false => walls.past([spot.x, spot.y]),
    };
    polygon.iter().map(past).fold(0.0, f64::max)
}

/// How far a point is from a polygon of at most two corners.
fn from_few([x, y]: [f64; 2], other: &Polygon) -> f64 {
    match other.as_slice() {
        [] => f64::INFINITY,
        [one] => (x - one.x).hypot(y - one.y),
        [a, b, ..] => from_segment([x, y], a, b),
    }
}

/// How far a point is from a segment.
fn from_segment(point: [f64; 2], a: &Spot, b: &Spot) -> f64 {
    let (x, y) = (b.x - a.x, b.y - a.y);
    let share = ((point[0] - a.x) * x + (point[1] - a.y) * y) / (x * x + y * y).max(1e-300);
    let share = share.clamp(0.0, 1.0);
    (point[0] - a.x - share * x).hypot(point[1] - a.y - share * y)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_that_goes_moves_its_set_whichever_way_it_points() {
        let corner = |degree: u32| {
            let (y, x) = f64::from(degree).to_radians().sin_cos();
            let origin = Origin::Start;
            Spot { x, y, origin }
        };
        let round = |without: u32| -> Polygon {
            let degrees = (0..360).filter(|degree| *degree != without);
            hull(&degrees.map(corner).collect::<Vec<_>>(), 1e-13)
        };
        let all = round(360);
        for degree in 0..360 {
            let by = moved(&all, &round(degree), [1.0, 1.0]);
            assert!((1e-4..2e-4).contains(&by), "{degree}: {by:e}");
        }
        assert!(moved(&all, &round(360), [1.0, 1.0]) < 1e-12);
    }
}
