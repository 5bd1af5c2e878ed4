//! A dense linear system in doubles, factored once and solved often.

/// `PA = LU` with row exchanges.
#[derive(Debug, Clone)]
pub(crate) struct Factored {
    size: usize,
    matrix: Vec<f64>,
    order: Vec<usize>,
}

impl Factored {
    /// Factors a square matrix given row by row; `None` when it is singular to working precision.
    pub fn of(mut matrix: Vec<f64>, size: usize) -> Option<Self> {
        let mut order: Vec<usize> = (0..size).collect();
        for column in 0..size {
            let pivot = (column..size).max_by(|a, b| {
                matrix[a * size + column]
                    .abs()
                    .total_cmp(&matrix[b * size + column].abs())
            })?;
            let size_of_pivot = matrix[pivot * size + column].abs();
            if size_of_pivot.is_nan() || size_of_pivot <= 1e-13 {
                return None;
            }
            if pivot != column {
                order.swap(pivot, column);
                for k in 0..size {
                    matrix.swap(pivot * size + k, column * size + k);
                }
            }
            let (above, below) = matrix.split_at_mut((column + 1) * size);
            let top = &above[column * size..];
            for row in below.chunks_exact_mut(size) {
                if row[column] != 0.0 {
                    let factor = row[column] / top[column];
                    row[column] = factor;
                    for k in column + 1..size {
                        row[k] -= factor * top[k];
                    }
                }
            }
        }
        Some(Self { size, matrix, order })
    }

    /// Replaces the right-hand side by the solution.
    pub fn solve(&self, side: &mut Vec<f64>) {
        let n = self.size;
        let mut x: Vec<f64> = self.order.iter().map(|k| side[*k]).collect();
        for row in 0..n {
            let sum: f64 = (0..row).map(|k| self.matrix[row * n + k] * x[k]).sum();
            x[row] -= sum;
        }
        for row in (0..n).rev() {
            let sum: f64 = (row + 1..n).map(|k| self.matrix[row * n + k] * x[k]).sum();
            x[row] = (x[row] - sum) / self.matrix[row * n + row];
        }
        *side = x;
    }
}
