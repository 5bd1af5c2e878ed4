//! The points that the joint actions of one state give, kept few while they come in.
//!
//! Most points lie inside what is known already. First the joint actions that made corners before name the point
//! that reaches farthest along each spoke of a fan; every other joint action is then dropped at once where these
//! points reach as far as its whole sum between all neighbouring spokes. Cuts are found by halving.

use super::polygon::{Fan, Origin, Polygon, SPOKES, Spot, Sum, fan, hull};
use super::walls::Walls;

/// A joint action with what its continuations may be, in value space.
#[derive(Clone, Copy)]
pub(crate) struct Offer<'a> {
    pub profile: u32,
    /// The weighted sum of the next states' sets, scaled by the discount factors.
    pub sum: &'a Sum,
    pub gain: [f64; 2],
    /// What each party can secure by departing.
    pub bound: [f64; 2],
    /// How far below its bound a corner still counts as on it.
    pub slack: f64,
}

impl Offer<'_> {
    fn at(&self, k: usize) -> [f64; 2] {
        let [x, y] = self.sum.corners[k];
        [self.gain[0] + x, self.gain[1] + y]
    }

    pub fn obeys(&self, [x, y]: [f64; 2]) -> bool {
        x >= self.bound[0] - self.slack && y >= self.bound[1] - self.slack
    }

    /// Whether a corner may obey for each party alone. Where not, nothing ever will.
    fn may_obey(&self) -> bool {
        self.at(self.sum.right)[0] >= self.bound[0] - self.slack
            && self.at(self.sum.top)[1] >= self.bound[1] - self.slack
    }

    /// Whether the whole sum obeys.
    fn free(&self) -> bool {
        self.obeys([self.gain[0] + self.sum.low[0], self.gain[1] + self.sum.low[1]])
    }

    fn corner(&self, k: usize) -> Spot {
        let [x, y] = self.at(k);
        let corner = k as u32;
        let profile = self.profile;
        Spot {
            x,
            y,
            origin: Origin::Corner { profile, corner },
        }
    }
}

/// How far known points reach.
struct Known {
    /// For each gap between spokes: how far one point reaches along both.
    both: [[f64; SPOKES]; 2],
    /// How far any point reaches along each spoke.
    level: [f64; SPOKES],
    /// Edges of the hull (normal and reach), those with normals in gap j from `first[j]` on.
    edges: Walls,
    first: [usize; SPOKES + 1],
}

impl Known {
    /// Whether a corner sticks out in some direction between spoke j and the next: the hull's reach is made of
    /// single points between these spokes and the normals of edges, so only those need a look.
    fn sticks_out_in(&self, fan: &Fan, j: usize, [x, y]: [f64; 2]) -> bool {
        let next = if j + 1 == SPOKES { 0 } else { j + 1 };
        let along = |j: usize| fan.x[j] * x + fan.y[j] * y > self.level[j];
        along(j) || along(next) || self.edges.passed(self.first[j]..self.first[j + 1], [x, y], 0.0)
    }
}

/// Points of one state, thinned to their hull whenever they grow many.
pub(crate) struct Gathering {
    points: Vec<Spot>,
    known: Option<Box<Known>>,
    /// The farthest points of the joint actions named first, by spoke.
    farthest: Vec<(f64, Option<Spot>)>,
    fan: &'static Fan,
    merge: f64,
}

const THIN_AT: usize = 512;

impl Gathering {
    pub fn new(merge: f64) -> Self {
        Self {
            points: Vec::new(),
            known: None,
            farthest: Vec::new(),
            fan: fan(),
            merge,
        }
    }

    pub fn push(&mut self, spot: Spot) {
        self.points.push(spot);
        if self.points.len() >= THIN_AT {
            self.thin();
        }
    }

    /// Keeps the hull and notes how far it reaches.
    fn thin(&mut self) {
        let hull = hull(&self.points, self.merge);
        self.note(&hull);
        self.points = hull;
    }

    fn note(&mut self, hull: &Polygon) {
        if hull.len() < 3 {
            return;
        }
        let mut known = Known {
            both: [[0.0; SPOKES]; 2],
            level: [0.0; SPOKES],
            edges: Walls::default(),
            first: [0; SPOKES + 1],
        };
        let reach = |[a, b]: [f64; 2], k: usize| a * hull[k].x + b * hull[k].y;
        let farthest_from = |spoke: [f64; 2], mut k: usize, mut pass: Option<&mut Walls>| {
            for _ in 0..hull.len() {
                let next = if k + 1 == hull.len() { 0 } else { k + 1 };
                if reach(spoke, next) < reach(spoke, k) {
                    break;
                }
                if let Some(edges) = &mut pass {
                    edges.push(&hull[k], &hull[next], self.merge);
                }
                k = next;
            }
            k
        };
        let start = |a: &usize, b: &usize| reach(self.fan.at(0), *a).total_cmp(&reach(self.fan.at(0), *b));
        let mut k = farthest_from(self.fan.at(0), (0..hull.len()).max_by(start).unwrap_or(0), None);
        for j in 0..SPOKES {
            let (one, two) = (self.fan.at(j), self.fan.at((j + 1) % SPOKES));
            // What sticks out less than a hull would keep is left out here as well.
            known.level[j] = reach(one, k) + self.merge;
            let middle = farthest_from([one[0] + two[0], one[1] + two[1]], k, Some(&mut known.edges));
            known.both[0][j] = reach(one, middle) + self.merge;
            known.both[1][j] = reach(two, middle) + self.merge;
            k = farthest_from(two, middle, Some(&mut known.edges));
            known.first[j + 1] = known.edges.len();
        }
        self.known = Some(Box::new(known));
    }

    /// Gathers a point unless it lies inside the known hull, more than `depth` from its edge.
    fn push_outside(&mut self, spot: Spot, depth: f64) {
        if self.is_outside([spot.x, spot.y], depth) {
            self.push(spot);
        }
    }

    /// Whether a point does not lie inside the known hull, more than `depth` from its edge.
    fn is_outside(&self, point: [f64; 2], depth: f64) -> bool {
        let known = self.known.as_deref();
        known.is_none_or(|known| known.edges.passed(.., point, depth))
    }

    /// Notes the points of a joint action that reach farthest along the spokes, and its cuts.
    pub fn name(&mut self, offer: &Offer) {
        let sum = offer.sum;
        if sum.reach.is_empty() {
            self.cut(offer);
            return;
        }
        if self.farthest.is_empty() {
            self.farthest.resize(SPOKES, (f64::NEG_INFINITY, None));
        }
        for j in 0..SPOKES {
            let spoke = self.fan.at(j);
            let reach = spoke[0] * offer.gain[0] + spoke[1] * offer.gain[1] + sum.reach[j];
            let k = sum.far[j] as usize;
            if reach > self.farthest[j].0 && offer.obeys(offer.at(k)) {
                self.farthest[j] = (reach, Some(offer.corner(k)));
            }
        }
        if !offer.free() {
            self.held(offer, false);
        }
    }

    /// After the first joint actions were named: what they reach is known.
    pub fn named(&mut self) {
        let farthest = std::mem::take(&mut self.farthest);
        self.points
            .extend(farthest.into_iter().filter_map(|(_, spot)| spot));
        self.thin();
    }

    /// Cuts `gain + sum` to what lies at or above `bound` (both parties) and gathers its corners. A corner
    /// less than `slack` below counts as on the bound. Returns whether anything may be left.
    pub fn cut(&mut self, offer: &Offer) -> bool {
        let sum = offer.sum;
        if sum.corners.is_empty() {
            return false;
        }
        if !offer.may_obey() {
            return false;
        }
        let free = offer.free();
        let Some(open) = self.open(offer) else {
            let mut found = false;
            for k in 0..sum.corners.len() {
                if free || offer.obeys(offer.at(k)) {
                    self.push(offer.corner(k));
                    found = true;
                }
            }
            return free || self.held(offer, false) || found;
        };
        // What is not looked at may obey.
        if open == [false; SPOKES] {
            return true;
        }
        for j in (0..SPOKES).filter(|j| open[*j]) {
            let last = sum.far[if j + 1 == SPOKES { 0 } else { j + 1 }] as usize;
            let mut k = sum.far[j] as usize;
            loop {
                let known = self.known.as_deref();
                let out = known.is_none_or(|known| known.sticks_out_in(self.fan, j, offer.at(k)));
                if out && (free || offer.obeys(offer.at(k))) {
                    self.push(offer.corner(k));
                }
                if k == last {
                    break;
                }
                k = if k + 1 == sum.corners.len() { 0 } else { k + 1 };
            }
        }
        if !free {
            self.held(offer, false);
        }
        true
    }

    /// For a joint action whose continuation is the set it is in: `stays`, what is played for ever if that obeys and
    /// lies in the set, else only points at which somebody is held to its bound (Abreu and Sannikov 2014).
    pub fn stay_or_hold(&mut self, offer: &Offer, stays: Option<[f64; 2]>) -> bool {
        if offer.sum.corners.is_empty() {
            return false;
        }
        // Whether what is played for ever lies inside what is known is quickly seen.
        if let Some([x, y]) = stays {
            let profile = offer.profile;
            let origin = Origin::Stay { profile };
            // On the edge it may be a corner's simpler origin.
            self.push_outside(Spot { x, y, origin }, 2.0 * self.merge);
            return true;
        }
        let may_obey = offer.may_obey();
        if may_obey {
            self.held(offer, true);
        }
        may_obey
    }

    /// Between which neighbouring spokes the sum may stick out of what is known; `None` when nothing is known.
    fn open(&self, offer: &Offer) -> Option<[bool; SPOKES]> {
        let known = self.known.as_deref()?;
        let sums: &[f64; SPOKES] = offer.sum.reach.as_slice().try_into().ok()?;
        let [x, y] = offer.gain;
        let mut reach = [0.0; SPOKES + 1];
        for j in 0..SPOKES {
            reach[j] = self.fan.x[j] * x + self.fan.y[j] * y + sums[j];
        }
        reach[SPOKES] = reach[0];
        let mut open = [false; SPOKES];
        for j in 0..SPOKES {
            open[j] = (reach[j] > known.both[0][j]) | (reach[j + 1] > known.both[1][j]);
        }
        Some(open)
    }

    /// Gathers the points of the sum's boundary at which a party is held to its bound, and the point at which
    /// both are. A corner on a bound sticks out in more directions than the sum's own corner does, so the ones
    /// farthest right and up are looked at too, unless only held ones count.
    fn held(&mut self, offer: &Offer, only: bool) -> bool {
        let (sum, bound, slack) = (offer.sum, offer.bound, offer.slack);
        let count = sum.corners.len();
        let mut found = false;
        let snap = |this: &mut Self, k: usize| {
            let obeys = offer.obeys(offer.at(k));
            if obeys {
                this.push_outside(offer.corner(k), 0.0);
            }
            obeys
        };
        for k in [sum.right, sum.top] {
            let at = offer.at(k);
            if !only || (0..2).any(|i| (at[i] - bound[i]).abs() <= slack) {
                found |= snap(self, k);
            }
        }
        for i in 0..2 {
            for k in sum.crossings(i, bound[i] - offer.gain[i]).into_iter().flatten() {
                let after = if k + 1 == count { 0 } else { k + 1 };
                let (here, next) = (offer.at(k), offer.at(after));
                let (a, b) = (here[i] - bound[i], next[i] - bound[i]);
                if a.abs() <= slack {
                    found |= snap(self, k);
                } else if b.abs() <= slack {
                    found |= snap(self, after);
                } else {
                    let share = a / (a - b);
                    let other = here[1 - i] + share * (next[1 - i] - here[1 - i]);
                    if other >= bound[1 - i] - slack {
                        let [x, y] = if i == 0 {
                            [bound[0], other]
                        } else {
                            [other, bound[1]]
                        };
                        let origin = Origin::Cut {
                            profile: offer.profile,
                            corner: k as u32,
                            party: i as u8,
                        };
                        self.push_outside(Spot { x, y, origin }, 0.0);
                        found = true;
                    }
                }
            }
        }
        // Inside what is known it can only be looked for to see whether anything is left.
        let matters = !found || self.is_outside(bound, 2.0 * self.merge);
        if matters && both_held_inside(offer) {
            let profile = offer.profile;
            self.push(Spot {
                x: bound[0],
                y: bound[1],
                origin: Origin::Both { profile },
            });
            found = true;
        }
        found
    }

    pub fn finish(self) -> Polygon {
        hull(&self.points, self.merge)
    }
}

/// Whether the point at which both parties are held lies in the sum. A sum of parallel segments has several
/// corners and no inside: the box keeps to its ends.
fn both_held_inside(offer: &Offer) -> bool {
    let (sum, gain, bound) = (offer.sum, offer.gain, offer.bound);
    let count = sum.corners.len();
    let boxed = bound[0] >= gain[0] + sum.low[0]
        && bound[1] >= gain[1] + sum.low[1]
        && bound[0] <= offer.at(sum.right)[0]
        && bound[1] <= offer.at(sum.top)[1];
    boxed
        && count >= 3
        && (0..count).all(|k| {
            let (here, next) = (offer.at(k), offer.at(if k + 1 == count { 0 } else { k + 1 }));
            (next[0] - here[0]) * (bound[1] - here[1]) - (next[1] - here[1]) * (bound[0] - here[0]) >= 0.0
        })
}
