//! The lines that a polygon lies behind.
//!
//! A point is outside when it is past one of them. Points that are looked at mostly lie inside, so all lines are gone
//! through without a look back, several at once: a list for each number of a line serves that.

use std::slice::SliceIndex;

use super::polygon::{Polygon, Spot};

/// Lines `a·x + b·y = reach` with normals of length 1.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walls {
    a: Vec<f64>,
    b: Vec<f64>,
    reach: Vec<f64>,
}

impl Walls {
    /// The edges of a polygon of three and more corners, moved out by `depth`; none of one of fewer.
    pub fn of(polygon: &Polygon, depth: f64) -> Self {
        let mut walls = Self::default();
        walls.set(polygon, depth);
        walls
    }

    /// Forgets all lines and takes those of a polygon.
    pub fn set(&mut self, polygon: &Polygon, depth: f64) {
        for list in [&mut self.a, &mut self.b, &mut self.reach] {
            list.clear();
        }
        if polygon.len() >= 3 {
            let next = polygon.iter().cycle().skip(1);
            polygon
                .iter()
                .zip(next)
                .for_each(|(spot, next)| self.push(spot, next, depth));
        }
    }

    /// Adds the line through an edge, moved out by `depth`.
    pub fn push(&mut self, spot: &Spot, next: &Spot, depth: f64) {
        let (a, b) = (next.y - spot.y, spot.x - next.x);
        let length = (a * a + b * b).sqrt().max(1e-300);
        let (a, b) = (a / length, b / length);
        self.a.push(a);
        self.b.push(b);
        self.reach.push(a * spot.x + b * spot.y + depth);
    }

    pub fn len(&self) -> usize {
        self.a.len()
    }

    pub fn is_empty(&self) -> bool {
        self.a.is_empty()
    }

    /// Whether a point is past one of some lines, or less than `depth` before it.
    pub fn passed<I>(&self, some: I, [x, y]: [f64; 2], depth: f64) -> bool
    where
        I: SliceIndex<[f64], Output = [f64]> + Clone,
    {
        let (a, b, reach) = (&self.a[some.clone()], &self.b[some.clone()], &self.reach[some]);
        let lines = a.iter().zip(b).zip(reach);
        lines.fold(false, |passed, ((a, b), reach)| {
            passed | (a * x + b * y > reach - depth)
        })
    }

    /// How far a point is past the lines at most; negative when it is before all of them.
    pub fn past(&self, [x, y]: [f64; 2]) -> f64 {
        let lines = self.a.iter().zip(&self.b).zip(&self.reach);
        lines
            .map(|((a, b), reach)| a * x + b * y - reach)
            .fold(f64::NEG_INFINITY, f64::max)
    }
}
