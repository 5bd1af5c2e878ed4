//! The points that the joint actions of one state give, kept few while they come in.
//!
//! Most points lie inside what is known already. Three tests say so cheaply: an octagon of extreme corners, the
//! fan of the sum against one known point for each gap between spokes, and cuts found by halving.

use super::polygon::{Origin, Polygon, SPOKES, Spot, Sum, hull};

/// Points of one state, thinned to their hull whenever they grow many.
pub(crate) struct Gathering<'a> {
    points: Vec<Spot>,
    /// For each gap between spokes: how far one known point reaches along both.
    known: Vec<[f64; 2]>,
    inner: Vec<[f64; 3]>,
    spokes: &'a [[f64; 2]],
    merge: f64,
}

const THIN_AT: usize = 1024;

impl<'a> Gathering<'a> {
    pub fn new(merge: f64, spokes: &'a [[f64; 2]]) -> Self {
        Self {
            points: Vec::new(),
            known: Vec::new(),
            inner: Vec::new(),
            spokes,
            merge,
        }
    }

    pub fn push(&mut self, x: f64, y: f64, origin: Origin) {
        if !self.inner.is_empty() && self.inner.iter().all(|[a, b, c]| a * x + b * y < *c) {
            return;
        }
        self.points.push(Spot { x, y, origin });
        if self.points.len() >= THIN_AT {
            self.thin();
        }
    }

    /// Keeps the hull, notes how far it reaches, and draws the octagon of its extreme corners: what lies
    /// inside is never looked at again.
    pub fn thin(&mut self) {
        let hull = hull(&mut self.points, self.merge);
        self.inner.clear();
        let mut extreme: Vec<Spot> = (0..8)
            .filter_map(|k| {
                let [x, y] = self.spokes[k * SPOKES / 8];
                hull.iter()
                    .max_by(|a, b| (a.x * x + a.y * y).total_cmp(&(b.x * x + b.y * y)))
                    .copied()
            })
            .collect();
        let octagon = self::hull(&mut extreme, self.merge);
        if octagon.len() >= 3 {
            for (k, spot) in octagon.iter().enumerate() {
                let next = &octagon[(k + 1) % octagon.len()];
                let (a, b) = (next.y - spot.y, spot.x - next.x);
                let length = a.hypot(b);
                let reach = (a * spot.x + b * spot.y) / length - 2.0 * self.merge;
                self.inner.push([a / length, b / length, reach]);
            }
        }
        self.note(&hull);
        self.points = hull;
    }

    fn note(&mut self, hull: &Polygon) {
        self.known.clear();
        if hull.is_empty() {
            return;
        }
        let mut k = 0;
        for j in 0..SPOKES {
            let (one, two) = (self.spokes[j], self.spokes[(j + 1) % SPOKES]);
            let (a, b) = (one[0] + two[0], one[1] + two[1]);
            let reach = |k: usize| a * hull[k].x + b * hull[k].y;
            if j == 0 {
                k = (0..hull.len())
                    .max_by(|m, n| reach(*m).total_cmp(&reach(*n)))
                    .unwrap_or(0);
            }
            for _ in 0..hull.len() {
                let next = if k + 1 == hull.len() { 0 } else { k + 1 };
                if reach(next) < reach(k) {
                    break;
                }
                k = next;
            }
            let at = |spoke: [f64; 2]| spoke[0] * hull[k].x + spoke[1] * hull[k].y;
            self.known.push([at(one), at(two)]);
        }
    }

    /// Cuts `gain + sum` to what lies at or above `bound` (both parties) and gathers its corners. A corner
    /// less than `slack` below counts as on the bound. Returns whether anything was left.
    pub fn cut(&mut self, sum: &Sum, gain: [f64; 2], bound: [f64; 2], slack: f64, profile: u32) -> bool {
        let count = sum.corners.len();
        if count == 0 {
            return false;
        }
        let free = gain[0] + sum.low[0] >= bound[0] - slack && gain[1] + sum.low[1] >= bound[1] - slack;
        let mut found = self.corners(
            sum,
            gain,
            if free { [f64::NEG_INFINITY; 2] } else { bound },
            slack,
            profile,
        );
        if free {
            return true;
        }
        let at = |k: usize| [gain[0] + sum.corners[k][0], gain[1] + sum.corners[k][1]];
        let mut cuts = 0;
        // A corner on a bound sticks out in more directions than the sum's own corner does.
        let mut snap = |this: &mut Self, k: usize| {
            let [x, y] = at(k);
            if x >= bound[0] - slack && y >= bound[1] - slack {
                this.push(
                    x,
                    y,
                    Origin::Corner {
                        profile,
                        corner: k as u32,
                    },
                );
                found = true;
            }
        };
        snap(self, sum.right);
        snap(self, sum.top);
        for i in 0..2 {
            for k in sum.crossings(i, bound[i] - gain[i]).into_iter().flatten() {
                let after = if k + 1 == count { 0 } else { k + 1 };
                let (here, next) = (at(k), at(after));
                let (a, b) = (here[i] - bound[i], next[i] - bound[i]);
                if a.abs() <= slack {
                    snap(self, k);
                } else if b.abs() <= slack {
                    snap(self, after);
                } else {
                    let share = a / (a - b);
                    let other = here[1 - i] + share * (next[1 - i] - here[1 - i]);
                    if other >= bound[1 - i] - slack {
                        let point = if i == 0 {
                            [bound[0], other]
                        } else {
                            [other, bound[1]]
                        };
                        let origin = Origin::Cut {
                            profile,
                            corner: k as u32,
                            party: i as u8,
                        };
                        self.push(point[0], point[1], origin);
                        cuts += 1;
                    }
                }
            }
        }
        found |= cuts > 0;
        // A sum of parallel segments has several corners and no inside: the box keeps to its ends.
        let (right, top) = (at(sum.right), at(sum.top));
        let boxed = bound[0] >= gain[0] + sum.low[0]
            && bound[1] >= gain[1] + sum.low[1]
            && bound[0] <= right[0]
            && bound[1] <= top[1];
        let inside = boxed
            && count >= 3
            && (0..count).all(|k| {
                let (here, next) = (at(k), at(if k + 1 == count { 0 } else { k + 1 }));
                (next[0] - here[0]) * (bound[1] - here[1]) - (next[1] - here[1]) * (bound[0] - here[0]) >= 0.0
            });
        if inside {
            self.push(bound[0], bound[1], Origin::Both { profile });
            found = true;
        }
        found
    }

    /// Gathers the corners of the sum that obey the bounds and may stick out. Returns whether one may obey.
    fn corners(&mut self, sum: &Sum, gain: [f64; 2], bound: [f64; 2], slack: f64, profile: u32) -> bool {
        let count = sum.corners.len();
        let mut found = false;
        if sum.reach.is_empty() || self.known.is_empty() {
            for (k, [x, y]) in sum.corners.iter().enumerate() {
                let (x, y) = (gain[0] + x, gain[1] + y);
                if x >= bound[0] - slack && y >= bound[1] - slack {
                    self.push(
                        x,
                        y,
                        Origin::Corner {
                            profile,
                            corner: k as u32,
                        },
                    );
                    found = true;
                }
            }
            return found;
        }
        let reach = |j: usize| self.spokes[j][0] * gain[0] + self.spokes[j][1] * gain[1] + sum.reach[j];
        let mut here = reach(0);
        let mut open = [false; SPOKES];
        for (j, open) in open.iter_mut().enumerate() {
            let next = reach(if j + 1 == SPOKES { 0 } else { j + 1 });
            *open = here > self.known[j][0] || next > self.known[j][1];
            here = next;
        }
        if open != [true; SPOKES] {
            // What is not looked at may obey; only a joint action that surely cannot is given up.
            found = gain[0] + sum.corners[sum.right][0] >= bound[0] - slack
                && gain[1] + sum.corners[sum.top][1] >= bound[1] - slack;
        }
        let mut look = |this: &mut Self, k: usize| {
            let (x, y) = (gain[0] + sum.corners[k][0], gain[1] + sum.corners[k][1]);
            if x >= bound[0] - slack && y >= bound[1] - slack {
                this.push(
                    x,
                    y,
                    Origin::Corner {
                        profile,
                        corner: k as u32,
                    },
                );
                found = true;
            }
        };
        for j in (0..SPOKES).filter(|j| open[*j]) {
            let last = sum.far[if j + 1 == SPOKES { 0 } else { j + 1 }] as usize;
            let mut k = sum.far[j] as usize;
            loop {
                look(self, k);
                if k == last {
                    break;
                }
                k = if k + 1 == count { 0 } else { k + 1 };
            }
        }
        found
    }

    pub fn finish(mut self) -> Polygon {
        hull(&mut self.points, self.merge)
    }
}
