//! Convex polygons in doubles, for searching only: hulls, weighted Minkowski sums and cuts.
//!
//! A polygon is a list of corners counter-clockwise from the lowest (then leftmost) one; one corner is a
//! point, two are a segment, none is the empty set. Sums merge edges by angle and never compare angles with
//! a tolerance: two nearly parallel edges in the wrong order move a corner by a rounding error, while
//! merging them could lose a corner for good.

use detente_base::ordered::ordered;

/// Where a corner comes from: a joint action and the way its continuation is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Origin {
    /// A corner of the sum of continuation sets.
    Corner { profile: u32, corner: u32 },
    /// The point of an edge of the sum (from `corner` to the next) at which `party` is held to its bound.
    Cut { profile: u32, corner: u32, party: u8 },
    /// Both parties are held to their bounds.
    Both { profile: u32 },
    /// A joint action played for ever.
    Stay { profile: u32 },
    /// A starting box.
    Start,
}

impl Origin {
    /// The joint action behind it.
    pub fn profile(self) -> Option<u32> {
        match self {
            Self::Corner { profile, .. }
            | Self::Cut { profile, .. }
            | Self::Both { profile }
            | Self::Stay { profile } => Some(profile),
            Self::Start => None,
        }
    }
}

/// A corner with its origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spot {
    pub x: f64,
    pub y: f64,
    pub origin: Origin,
}

pub(crate) type Polygon = Vec<Spot>;

pub(crate) fn cross(o: &Spot, a: &Spot, b: &Spot) -> f64 {
    (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x)
}

/// Whether the middle one of three points does not stick out to the right by more than `depth`.
fn flat(a: &Spot, b: &Spot, c: &Spot, depth: f64) -> bool {
    let turn = cross(a, b, c);
    let onward = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y) >= 0.0;
    turn <= 0.0 || (onward && turn <= depth * ((c.x - a.x).abs() + (c.y - a.y).abs()))
}

/// The convex hull; points closer than `merge` count as one, and the simplest origin is kept.
pub(crate) fn hull(points: &[Spot], merge: f64) -> Polygon {
    if points.len() <= 1 {
        return points.to_vec();
    }
    // From the lowest up, of equally low ones from the left; which of equal points comes first does not matter, as they
    // count as one.
    let height = |spot: &Spot| u128::from(ordered(spot.y)) << 64 | u128::from(ordered(spot.x));
    let mut order: Vec<(u128, u32)> = points.iter().map(height).zip(0..).collect();
    order.sort_unstable_by_key(|(height, _)| *height);
    let mut chain: Polygon = Vec::with_capacity(64);
    let mut base = 0;
    for pass in 0..2 {
        let count = points.len();
        for k in 0..count {
            let (_, place) = order[if pass == 0 { k } else { count - 1 - k }];
            let spot = points[place as usize];
            if let Some(last) = chain.last_mut()
                && (last.x - spot.x).abs() <= merge
                && (last.y - spot.y).abs() <= merge
            {
                if spot.origin < last.origin {
                    last.origin = spot.origin;
                }
                continue;
            }
            while chain.len() >= base + 2
                && flat(&chain[chain.len() - 2], &chain[chain.len() - 1], &spot, merge)
            {
                chain.pop();
            }
            chain.push(spot);
        }
        base = chain.len() - 1;
    }
    if chain.len() > 1 {
        let (first, last) = (chain[0], chain[chain.len() - 1]);
        if (first.x - last.x).abs() <= merge && (first.y - last.y).abs() <= merge {
            chain.pop();
        }
    }
    level_bottom(&mut chain, merge);
    chain
}

/// Which of two corners of a level bottom edge is lower is a matter of rounding: the left one counts.
fn level_bottom(chain: &mut Polygon, merge: f64) {
    if let (Some(first), Some(last)) = (chain.first().copied(), chain.last().copied())
        && chain.len() > 1
        && last.y - first.y <= 4.0 * merge
        && last.x < first.x
    {
        chain.rotate_right(1);
        chain[0].y = first.y;
    }
}

/// A number that grows with the angle of a direction from 0 to a full turn.
fn turn(x: f64, y: f64) -> f64 {
    let share = x / (x.abs() + y.abs());
    if y > 0.0 || (y == 0.0 && x > 0.0) {
        1.0 - share
    } else {
        3.0 + share
    }
}

/// A weighted sum of polygons, already scaled by the discount factors. `steps[k]` says which summand the edge
/// after corner k belongs to.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sum {
    pub corners: Vec<[f64; 2]>,
    pub steps: Vec<u32>,
    pub low: [f64; 2],
    /// Corners farthest right, up and left; the first one is farthest down.
    pub right: usize,
    pub top: usize,
    left: usize,
    /// For every spoke of the fan: how far the sum reaches, and with which corner. Empty for small sums.
    pub reach: Vec<f64>,
    pub far: Vec<u32>,
}

/// Directions at equal angles. Between two neighbouring ones only the corners between their farthest corners
/// can stick out, and none does if one known point reaches as far as the sum in both directions.
pub(crate) const SPOKES: usize = 32;
const FAN_FROM: usize = 10;

/// The directions of the fan.
pub(crate) struct Fan {
    pub x: [f64; SPOKES],
    pub y: [f64; SPOKES],
}

impl Fan {
    pub fn at(&self, j: usize) -> [f64; 2] {
        [self.x[j], self.y[j]]
    }
}

/// The one fan there is.
pub(crate) fn fan() -> &'static Fan {
    static FAN: std::sync::LazyLock<Fan> = std::sync::LazyLock::new(|| {
        let (mut x, mut y) = ([0.0; SPOKES], [0.0; SPOKES]);
        for k in 0..SPOKES {
            (y[k], x[k]) = (k as f64 * std::f64::consts::TAU / SPOKES as f64).sin_cos();
        }
        Fan { x, y }
    });
    &FAN
}

/// The sum of `chance * polygon` over the summands, scaled; empty when one of them is. Measured along the fan
/// when it has several corners or `many` joint actions are going to use it.
pub(crate) fn sum<'a>(
    summands: impl Iterator<Item = (f64, &'a Polygon)>,
    delta: [f64; 2],
    many: bool,
    edges: &mut Vec<(f64, u32, f64, f64)>,
) -> Sum {
    edges.clear();
    let (mut x, mut y) = (0.0, 0.0);
    for (j, (chance, polygon)) in summands.enumerate() {
        let Some(lowest) = polygon.first() else {
            return Sum::default();
        };
        let weight = [chance * delta[0], chance * delta[1]];
        x += weight[0] * lowest.x;
        y += weight[1] * lowest.y;
        if polygon.len() > 1 {
            for (k, spot) in polygon.iter().enumerate() {
                let next = &polygon[if k + 1 == polygon.len() { 0 } else { k + 1 }];
                let (dx, dy) = (weight[0] * (next.x - spot.x), weight[1] * (next.y - spot.y));
                if dx != 0.0 || dy != 0.0 {
                    edges.push((turn(dx, dy), j as u32, dx, dy));
                } else {
                    edges.push((edges.last().map_or(0.0, |edge| edge.0), j as u32, dx, dy));
                }
            }
        }
    }
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut sum = Sum {
        corners: Vec::with_capacity(edges.len().max(1)),
        low: [x, y],
        ..Sum::default()
    };
    for (_, j, dx, dy) in edges.iter() {
        sum.corners.push([x, y]);
        sum.steps.push(*j);
        x += dx;
        y += dy;
    }
    if sum.corners.is_empty() {
        sum.corners.push([x, y]);
    }
    sum.measure(many);
    sum
}

impl Sum {
    fn measure(&mut self, many: bool) {
        for (k, [x, y]) in self.corners.iter().enumerate() {
            self.low = [self.low[0].min(*x), self.low[1].min(*y)];
            if *x > self.corners[self.right][0] {
                self.right = k;
            }
            if *y >= self.corners[self.top][1] {
                self.top = k;
            }
            if *x <= self.corners[self.left][0] {
                self.left = k;
            }
        }
        if self.corners.len() < FAN_FROM && !many {
            return;
        }
        let mut k = self.right;
        let fan = fan();
        for (a, b) in fan.x.iter().zip(&fan.y) {
            let reach = |k: usize| a * self.corners[k][0] + b * self.corners[k][1];
            let mut best = reach(k);
            for _ in 0..self.corners.len() {
                let next = if k + 1 == self.corners.len() { 0 } else { k + 1 };
                let further = reach(next);
                if further < best {
                    break;
                }
                (k, best) = (next, further);
            }
            self.reach.push(best);
            self.far.push(k as u32);
        }
    }
}

impl Sum {
    /// The edges (by their first corner) on which coordinate i passes the value: one on each monotone chain.
    pub fn crossings(&self, i: usize, value: f64) -> [Option<usize>; 3] {
        let count = self.corners.len();
        if count < 2 {
            return [None; 3];
        }
        let at = |k: usize| self.corners[if k >= count { k - count } else { k }][i];
        let chain = |from: usize, to: usize, up: bool| -> Option<usize> {
            if from >= to {
                return None;
            }
            let before = |here: f64| if up { here < value } else { here > value };
            if !before(at(from)) || before(at(to)) {
                return None;
            }
            // Halved without branches: which way it goes cannot be foreseen.
            let (mut low, mut length) = (from, to - from);
            while length > 1 {
                let half = length / 2;
                low += if before(self.corners[low + half][i]) {
                    half
                } else {
                    0
                };
                length -= half;
            }
            Some(low)
        };
        if i == 0 {
            let left = if self.left == 0 { count } else { self.left };
            [
                chain(0, self.right, true),
                chain(self.right, left, false),
                chain(left, count, true),
            ]
        } else {
            [chain(0, self.top, true), chain(self.top, count, false), None]
        }
    }
}

/// Drops corners that stick out less than `depth`, least first; of corners closer than that to each other the
/// one with the simplest origin stays.
pub(crate) fn simplify(polygon: &mut Polygon, depth: f64) {
    let mut k = 0;
    while polygon.len() > 1 && k < polygon.len() {
        let next = (k + 1) % polygon.len();
        if (polygon[k].x - polygon[next].x).hypot(polygon[k].y - polygon[next].y) < depth {
            let drop = if polygon[next].origin < polygon[k].origin {
                k
            } else {
                next
            };
            polygon.remove(drop);
            k = k.saturating_sub(1);
        } else {
            k += 1;
        }
    }
    let sticks_out = |polygon: &Polygon, k: usize| {
        let count = polygon.len();
        let (before, spot, after) = (
            &polygon[(k + count - 1) % count],
            &polygon[k],
            &polygon[(k + 1) % count],
        );
        let base = (after.x - before.x).hypot(after.y - before.y);
        if base > 0.0 {
            cross(before, after, spot).abs() / base
        } else {
            0.0
        }
    };
    while polygon.len() > 2 {
        let least = (0..polygon.len())
            .map(|k| (sticks_out(polygon, k), k))
            .min_by(|a, b| a.0.total_cmp(&b.0));
        match least {
            Some((out, k)) if out < depth => polygon.remove(k),
            _ => break,
        };
    }
    if polygon.len() == 2 && (polygon[0].x - polygon[1].x).hypot(polygon[0].y - polygon[1].y) < depth {
        polygon.pop();
    }
    let first = (0..polygon.len()).min_by(|a, b| {
        polygon[*a]
            .y
            .total_cmp(&polygon[*b].y)
            .then(polygon[*a].x.total_cmp(&polygon[*b].x))
    });
    polygon.rotate_left(first.unwrap_or(0));
    level_bottom(polygon, depth * 1e-3);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spots(list: &[[f64; 2]]) -> Vec<Spot> {
        list.iter()
            .map(|[x, y]| Spot {
                x: *x,
                y: *y,
                origin: Origin::Start,
            })
            .collect()
    }

    #[test]
    fn a_hull_runs_counter_clockwise_from_its_lowest_corner() {
        let hull = hull(
            &spots(&[[1.0, 1.0], [0.0, 0.0], [2.0, 0.0], [1.0, 0.5], [1.0, 0.0]]),
            1e-12,
        );
        let corners: Vec<[f64; 2]> = hull.iter().map(|spot| [spot.x, spot.y]).collect();
        assert_eq!(corners, [[0.0, 0.0], [2.0, 0.0], [1.0, 1.0]]);
    }

    #[test]
    fn points_and_segments_are_polygons() {
        assert_eq!(hull(&spots(&[[1.0, 2.0], [1.0, 2.0]]), 1e-12).len(), 1);
        assert_eq!(
            hull(&spots(&[[0.0, 0.0], [1.0, 1.0], [0.5, 0.5]]), 1e-12).len(),
            2
        );
        let (point, segment) = (spots(&[[1.0, 1.0]]), spots(&[[0.0, 0.0], [0.0, 2.0]]));
        let sum = sum(
            [(1.0, &point), (0.5, &segment)].into_iter(),
            [1.0; 2],
            false,
            &mut Vec::new(),
        );
        assert_eq!(sum.corners, [[1.0, 1.0], [1.0, 2.0]]);
    }

    #[test]
    fn a_square_and_a_triangle_add_up() {
        let square = spots(&[[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]);
        let triangle = spots(&[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]);
        let sum = sum(
            [(1.0, &square), (1.0, &triangle)].into_iter(),
            [1.0; 2],
            false,
            &mut Vec::new(),
        );
        assert_eq!(sum.low, [0.0, 0.0]);
        for corner in [[2.0, 0.0], [2.0, 1.0], [1.0, 2.0], [0.0, 2.0]] {
            assert!(sum.corners.contains(&corner), "{corner:?} of {:?}", sum.corners);
        }
    }
}
