//! Tiny linear programmes in as many unknowns as there are parties, for three parties and more.
//!
//! The bound `max u.z` over `z = gain + d o w`, `u_k.w <= b_k`, `z_i >= D_i` has the dual
//! `min sum b_k lambda_k + sum (gain_i - D_i) y_i` with `sum lambda_k u_k - d o y = d o u`, `lambda, y >= 0`.
//! The simplex method works on the dual with a basis of n columns, so every basis on the way already is a
//! valid bound, and a column that can grow without end is a proof that nobody's continuation makes all obey.

use super::directions::{Directions, MOST_SET_PARTIES, Multipliers, Support};

const N: usize = MOST_SET_PARTIES;
type Vector = [f64; N];

/// What does not change between programmes: columns and starting bases.
pub(crate) struct Programme {
    n: usize,
    count: usize,
    /// Directions, then `-d_i e_i`.
    columns: Vec<Vector>,
    delta: Vector,
    near: Vec<Vector>,
    axes: [[usize; 2]; N],
    free: Vec<Vec<(usize, f64)>>,
}

struct Basis {
    column: [usize; N],
    /// Inverse of the basis matrix, row by row.
    inverse: [Vector; N],
    x: Vector,
}

enum End {
    Best,
    Endless { column: usize, fall: Vector },
    Tired,
}

const TINY: f64 = 1e-11;
const PIVOTS: usize = 300;

impl Programme {
    pub fn of(directions: &Directions, delta: &[f64]) -> Self {
        let (n, count) = (directions.parties, directions.count());
        let vector = |u: &[f64]| {
            let mut v = [0.0; N];
            v[..n].copy_from_slice(u);
            v
        };
        let mut columns: Vec<Vector> = (0..count).map(|k| vector(directions.at(k))).collect();
        for i in 0..n {
            let mut held = [0.0; N];
            held[i] = -delta[i];
            columns.push(held);
        }
        let mut axes = [[0; 2]; N];
        for (i, axis) in axes.iter_mut().enumerate().take(n) {
            *axis = [directions.minus[i], directions.plus[i]];
        }
        let near: Vec<Vector> = (0..count).map(|k| vector(directions.at(k))).collect();
        let mut this = Self {
            n,
            count,
            columns,
            delta: vector(delta),
            near,
            axes,
            free: Vec::new(),
        };
        this.free = (0..count).map(|l| this.free_list(l)).collect();
        this
    }

    fn axis(&self, i: usize, sign: f64) -> usize {
        self.axes[i][usize::from(sign > 0.0)]
    }

    /// `d o u_l` as the smallest factor times `u_l` and axes for the rest.
    fn free_list(&self, l: usize) -> Vec<(usize, f64)> {
        let u = &self.near[l];
        let moving = (0..self.n).filter(|i| u[*i] != 0.0);
        let least = moving
            .clone()
            .map(|i| self.delta[i])
            .fold(f64::INFINITY, f64::min);
        let mut list = vec![(l, least)];
        for i in moving {
            let rest = (self.delta[i] - least) * u[i].abs();
            if rest > 0.0 {
                list.push((self.axis(i, u[i]), rest));
            }
        }
        list.retain(|(_, factor)| *factor > 0.0);
        list
    }

    /// The bound that holds nobody.
    pub fn free(&self, row: &[f64], now: f64, l: usize) -> (f64, Support) {
        let list = &self.free[l];
        let dirs: Vec<usize> = list.iter().map(|(k, _)| *k).collect();
        (
            now + list.iter().map(|(k, factor)| factor * row[*k]).sum::<f64>(),
            Support::of(&dirs, &[]),
        )
    }

    fn cost(&self, row: &[f64], above: &[f64], column: usize) -> f64 {
        if column < self.count {
            row[column]
        } else {
            above[column - self.count]
        }
    }

    /// Axes as the first basis for the right-hand side `v`, with direction l in it where it fits.
    fn first(&self, v: &Vector, l: Option<usize>) -> Basis {
        let n = self.n;
        let mut basis = Basis {
            column: [0; N],
            inverse: [[0.0; N]; N],
            x: [0.0; N],
        };
        for i in 0..n {
            let sign = if v[i] >= 0.0 { 1.0 } else { -1.0 };
            basis.column[i] = self.axis(i, sign);
            basis.inverse[i][i] = sign;
            basis.x[i] = v[i].abs();
        }
        if let Some(l) = l {
            let u = &self.near[l];
            let least = (0..n)
                .filter(|i| u[*i] != 0.0 && v[*i] != 0.0)
                .min_by(|a, b| self.delta[*a].total_cmp(&self.delta[*b]));
            if let Some(least) = least
                && !basis.column[..n].contains(&l)
            {
                self.pivot(&mut basis, l, least);
            }
        }
        basis
    }

    fn through(&self, basis: &Basis, column: usize) -> Vector {
        let mut out = [0.0; N];
        for (i, value) in out.iter_mut().enumerate().take(self.n) {
            *value = (0..self.n)
                .map(|j| basis.inverse[i][j] * self.columns[column][j])
                .sum();
        }
        out
    }

    fn pivot(&self, basis: &mut Basis, column: usize, leave: usize) {
        let n = self.n;
        let step = self.through(basis, column);
        let top = basis.inverse[leave];
        let x = basis.x[leave] / step[leave];
        for i in 0..n {
            if i == leave {
                continue;
            }
            let factor = step[i] / step[leave];
            for j in 0..n {
                basis.inverse[i][j] -= factor * top[j];
            }
            basis.x[i] = (basis.x[i] - step[i] * x).max(0.0);
        }
        for j in 0..n {
            basis.inverse[leave][j] = top[j] / step[leave];
        }
        basis.x[leave] = x;
        basis.column[leave] = column;
    }

    fn improve(&self, basis: &mut Basis, row: &[f64], above: &[f64]) -> End {
        let n = self.n;
        for round in 0..PIVOTS {
            let mut point = [0.0; N];
            for i in 0..n {
                let cost = self.cost(row, above, basis.column[i]);
                for (j, value) in point.iter_mut().enumerate().take(n) {
                    *value += cost * basis.inverse[i][j];
                }
            }
            let mut enter = None;
            let mut most = TINY;
            for column in 0..self.count + n {
                let reach: f64 = (0..n).map(|j| self.columns[column][j] * point[j]).sum();
                let short = reach - self.cost(row, above, column);
                if short > most * (1.0 + reach.abs()) {
                    enter = Some(column);
                    most = short;
                    if round > PIVOTS / 2 {
                        break;
                    }
                }
            }
            let Some(enter) = enter else { return End::Best };
            let step = self.through(basis, enter);
            let leave = (0..n)
                .filter(|i| step[*i] > TINY)
                .min_by(|a, b| (basis.x[*a] / step[*a]).total_cmp(&(basis.x[*b] / step[*b])));
            match leave {
                Some(leave) => self.pivot(basis, enter, leave),
                None => {
                    return End::Endless {
                        column: enter,
                        fall: step,
                    };
                }
            }
        }
        End::Tired
    }

    fn support(&self, columns: impl Iterator<Item = (usize, f64)>) -> Support {
        let mut columns: Vec<usize> = columns
            .filter(|(_, x)| *x > 1e-10)
            .map(|(column, _)| column)
            .collect();
        columns.sort_unstable();
        let dirs: Vec<usize> = columns.iter().copied().filter(|k| *k < self.count).collect();
        let held: Vec<usize> = columns
            .iter()
            .filter(|k| **k >= self.count)
            .map(|k| k - self.count)
            .collect();
        Support::of(&dirs, &held)
    }

    /// The least bound on direction l, given the one that holds nobody.
    pub fn best(
        &self,
        row: &[f64],
        above: &[f64],
        now: f64,
        l: usize,
        free: (f64, Support),
    ) -> (f64, Support) {
        let mut v = [0.0; N];
        for i in 0..self.n {
            v[i] = self.delta[i] * self.near[l][i];
        }
        let mut basis = self.first(&v, Some(l));
        self.improve(&mut basis, row, above);
        let value = now
            + (0..self.n)
                .map(|i| basis.x[i] * self.cost(row, above, basis.column[i]))
                .sum::<f64>();
        if value >= free.0 {
            return free;
        }
        (
            value,
            self.support((0..self.n).map(|i| (basis.column[i], basis.x[i]))),
        )
    }

    /// Multipliers that contradict each other: no continuation makes everybody obey.
    pub fn contradiction(&self, row: &[f64], above: &[f64], margin: f64) -> Option<Support> {
        let mut basis = self.first(&[0.0; N], None);
        let End::Endless { column, fall } = self.improve(&mut basis, row, above) else {
            return None;
        };
        let total = self.cost(row, above, column)
            - (0..self.n)
                .map(|i| fall[i] * self.cost(row, above, basis.column[i]))
                .sum::<f64>();
        let size: f64 = 1.0 + fall.iter().map(|x| x.abs()).sum::<f64>();
        if total >= -10.0 * margin * size {
            return None;
        }
        let list = (0..self.n)
            .map(|i| (basis.column[i], -fall[i]))
            .chain([(column, 1.0)]);
        Some(self.support(list))
    }
}

/// The multipliers of a support in doubles, by elimination.
pub(crate) fn multipliers(
    directions: &Directions,
    delta: &[f64],
    l: Option<usize>,
    support: &Support,
) -> Multipliers<f64> {
    let n = directions.parties;
    let mut columns: Vec<Vector> = Vec::new();
    for k in support.dirs() {
        let mut column = [0.0; N];
        column[..n].copy_from_slice(directions.at(k));
        columns.push(column);
    }
    for i in support.held() {
        let mut column = [0.0; N];
        column[i] = -delta[i];
        columns.push(column);
    }
    let mut side = [0.0; N];
    if let Some(l) = l {
        for i in 0..n {
            side[i] = delta[i] * directions.at(l)[i];
        }
    } else if let Some(first) = columns.first() {
        for i in 0..n {
            side[i] = -first[i];
        }
    }
    let fixed = usize::from(l.is_none() && !columns.is_empty());
    let mut found = eliminate(&columns[fixed..], side, n);
    if fixed == 1 {
        found.insert(0, 1.0);
    }
    let held = found.split_off(support.count as usize);
    Multipliers { lambda: found, held }
}

fn eliminate(columns: &[Vector], side: Vector, n: usize) -> Vec<f64> {
    let count = columns.len();
    let mut table: Vec<Vec<f64>> = (0..n)
        .map(|r| columns.iter().map(|c| c[r]).chain([side[r]]).collect())
        .collect();
    for column in 0..count.min(n) {
        let pivot = (column..n)
            .max_by(|a, b| table[*a][column].abs().total_cmp(&table[*b][column].abs()))
            .unwrap_or(column);
        table.swap(column, pivot);
        let top = table[column].clone();
        if top[column] == 0.0 {
            continue;
        }
        for (r, line) in table.iter_mut().enumerate() {
            if r != column && line[column] != 0.0 {
                let factor = line[column] / top[column];
                for (x, t) in line.iter_mut().zip(&top) {
                    *x -= factor * t;
                }
            }
        }
    }
    (0..count)
        .map(|k| {
            if k < n {
                table[k][count] / table[k][k]
            } else {
                f64::NAN
            }
        })
        .collect()
}
