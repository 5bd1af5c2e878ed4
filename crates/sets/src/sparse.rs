//! Linear equations `x = J x + r` in doubles, where J is sparse: corners that are made of few corners.
//!
//! A step of a game discounts, so substituting over and over falls to the solution like the discount factor; a
//! sweep costs as much as there are entries, which for hundreds of corners is far less than factoring. Where
//! substitution does not settle (the corners of a cut can pull hard) and there are few corners, the equations
//! are factored instead ([`super::dense`]).

use super::dense::Factored;

/// Entries of J, row by row: `first[r]..first[r + 1]` belong to row r.
#[derive(Debug, Clone)]
struct Rows {
    first: Vec<usize>,
    entries: Vec<(u32, f64)>,
}

/// The equations, ready to be solved for any right-hand side.
#[derive(Debug, Clone)]
pub(crate) struct Equations {
    rows: Rows,
    factored: Option<Factored>,
}

/// Equations of so many unknowns are factored at once: that is cheaper than sweeping.
const FEW: usize = 16;
/// The equations of so many unknowns are factored where sweeping does not settle.
const MOST_FACTORED: usize = 300;
const MOST_SWEEPS: usize = 600;
/// Every so many sweeps it is seen whether the rest of them can settle.
const LOOK_AFTER: i32 = 40;

impl Equations {
    /// Takes entries (row, column, value) of J in any order; values at the same place add up.
    pub fn of(mut entries: Vec<(u32, u32, f64)>, size: usize) -> Option<Self> {
        entries.sort_unstable_by_key(|(row, column, _)| (*row, *column));
        let mut rows = Rows {
            first: vec![0; size + 1],
            entries: entries
                .iter()
                .map(|(_, column, value)| (*column, *value))
                .collect(),
        };
        for (row, _, _) in &entries {
            rows.first[*row as usize + 1] += 1;
        }
        for row in 0..size {
            rows.first[row + 1] += rows.first[row];
        }
        let mut equations = Self { rows, factored: None };
        if size <= FEW {
            equations.factored = Some(equations.factor()?);
        }
        Some(equations)
    }

    fn size(&self) -> usize {
        self.rows.first.len() - 1
    }

    fn factor(&self) -> Option<Factored> {
        let size = self.size();
        let mut matrix = vec![0.0; size * size];
        for row in 0..size {
            matrix[row * size + row] += 1.0;
            for (column, value) in &self.rows.entries[self.rows.first[row]..self.rows.first[row + 1]] {
                matrix[row * size + *column as usize] -= value;
            }
        }
        Factored::of(matrix, size)
    }

    /// Replaces the right-hand side by the solution; `None` when none is found.
    pub fn solve(&mut self, side: &mut Vec<f64>) -> Option<()> {
        if self.factored.is_none() {
            if let Some(found) = self.sweep(side) {
                *side = found;
                return Some(());
            }
            if self.size() > MOST_FACTORED {
                return None;
            }
            self.factored = Some(self.factor()?);
        }
        if let Some(factored) = &self.factored {
            factored.solve(side);
        }
        Some(())
    }

    /// Substitutes until nothing moves in the digits that matter, or the sweeps left seem too few for that.
    fn sweep(&self, side: &[f64]) -> Option<Vec<f64>> {
        let mut x = side.to_vec();
        let first = side.iter().fold(0.0, |size: f64, side| size.max(side.abs()));
        let mut before = f64::INFINITY;
        for left in (0..MOST_SWEEPS as i32).rev() {
            let (mut moved, mut size) = (0.0_f64, 0.0_f64);
            for row in 0..side.len() {
                let entries = &self.rows.entries[self.rows.first[row]..self.rows.first[row + 1]];
                let sum: f64 = entries
                    .iter()
                    .map(|(column, value)| value * x[*column as usize])
                    .sum();
                let next = side[row] + sum;
                moved = moved.max((next - x[row]).abs());
                size = size.max(next.abs());
                x[row] = next;
            }
            if moved <= 1e-15 * size {
                return Some(x);
            }
            if size.is_nan() || size > 1e8 * first {
                return None;
            }
            if left % LOOK_AFTER == 0 {
                // Equations that cannot be factored get all their sweeps.
                let rest = moved * (moved / before).powi(left / LOOK_AFTER);
                if before < f64::INFINITY && rest > 1e-15 * size && self.size() <= MOST_FACTORED {
                    return None;
                }
                before = moved;
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeping_and_factoring_agree() {
        let size = 40;
        let mut entries = Vec::new();
        for row in 0..size {
            entries.push((row, (row * 7 + 3) % size, 0.5));
            entries.push((row, (row * 3 + 1) % size, -0.4));
        }
        let mut equations = Equations::of(entries, size as usize).expect("there are equations");
        let side: Vec<f64> = (0..size).map(f64::from).collect();
        let swept = equations.sweep(&side).expect("sweeping settles");
        let mut factored = side.clone();
        equations.factored = equations.factor();
        assert_eq!(equations.solve(&mut factored), Some(()));
        for (a, b) in swept.iter().zip(&factored) {
            assert!((a - b).abs() < 1e-9, "{a} for {b}");
        }
    }
}
