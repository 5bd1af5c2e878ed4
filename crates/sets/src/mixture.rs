//! The best point of a joint action over lotteries of known points.
//!
//! `max u.z` over `z = gain + d o sum p co(Z_s')`, `z_i >= D_i`. Columns are corners of the sum: one point for
//! each next state, the best one in a direction. The programme over columns has one row more than there are
//! parties; its prices give the next direction (Dantzig and Wolfe 1960), and it ends when no column is better.

use detente_base::number::Exact;

use super::flat::Flat;
use super::grow::{Grown, dot};

/// Columns with the weights the programme gives them above zero, and who is held to its bound.
pub(crate) struct Mixture {
    pub value: f64,
    /// For each column, the number of the point chosen in each next state.
    pub choices: Vec<Vec<u32>>,
    pub held: Vec<usize>,
}

struct Column {
    choice: Vec<u32>,
    z: Vec<f64>,
}

/// The best mixture for joint action `p`, or `None` when it cannot beat `goal` or nobody would obey.
pub(crate) fn best(flat: &Flat, grown: &Grown, u: &[f64], p: usize, goal: f64) -> Option<Mixture> {
    let n = flat.parties;
    let first = column(flat, grown, u, p)?;
    if dot(&first.z, u) <= goal {
        return None;
    }
    let bound: Vec<f64> = (0..n).map(|i| deviation(flat, grown, p, i)).collect();
    let mut columns = vec![first];
    for i in 0..n {
        let axis: Vec<f64> = (0..n).map(|j| f64::from(u8::from(i == j))).collect();
        let best = column(flat, grown, &axis, p)?;
        if best.z[i] < bound[i] - 1e-13 * flat.scale {
            return None;
        }
        columns.push(best);
    }
    let price = 1e4;
    for _ in 0..60 {
        let programme = solve(&columns, u, &bound, price, flat.scale)?;
        let next = column(flat, grown, &programme.direction, p)?;
        let gained = dot(&next.z, &programme.direction) - programme.level;
        let known = columns.iter().any(|column| column.choice == next.choice);
        if known || gained < 1e-11 * flat.scale {
            if programme.missing > 1e-10 * flat.scale {
                return None;
            }
            let used: Vec<usize> = programme
                .used
                .iter()
                .filter(|(_, w)| *w > 1e-9)
                .map(|(k, _)| *k)
                .collect();
            return Some(Mixture {
                value: programme.value,
                choices: used.iter().map(|k| columns[*k].choice.clone()).collect(),
                held: programme.held,
            });
        }
        columns.push(next);
    }
    None
}

/// The corner of the sum farthest in direction v, as a value.
fn column(flat: &Flat, grown: &Grown, v: &[f64], p: usize) -> Option<Column> {
    let n = flat.parties;
    let scaled: Vec<f64> = v.iter().zip(&flat.delta).map(|(v, d)| v * d).collect();
    let mut z: Vec<f64> = flat.gain[p * n..(p + 1) * n].to_vec();
    let range = flat.law_range(flat.law[p]);
    let mut choice = Vec::with_capacity(range.len());
    for (state, chance) in flat.law_state[range.clone()].iter().zip(&flat.law_chance[range]) {
        let points = &grown.near[*state as usize];
        let best = (0..points.len())
            .max_by(|a, b| dot(&points[*a], &scaled).total_cmp(&dot(&points[*b], &scaled)))?;
        for i in 0..n {
            z[i] += flat.delta[i] * chance * points[best][i];
        }
        choice.push(best as u32);
    }
    Some(Column { choice, z })
}

fn deviation(flat: &Flat, grown: &Grown, p: usize, i: usize) -> f64 {
    let n = flat.parties;
    let s = flat.state_of[p] as usize;
    let slot = flat.slot[p * n + i];
    (flat.first[s] as usize..flat.first[s + 1] as usize)
        .filter(|other| flat.slot[other * n + i] == slot)
        .map(|other| {
            let range = flat.law_range(flat.law[other]);
            let mean: f64 = flat.law_state[range.clone()]
                .iter()
                .zip(&flat.law_chance[range])
                .map(|(state, chance)| chance * grown.worst(*state as usize, i))
                .sum();
            flat.gain[other * n + i] + flat.delta[i] * mean
        })
        .fold(f64::NEG_INFINITY, f64::max)
}

struct Programme {
    value: f64,
    /// Weighted columns of the basis.
    used: Vec<(usize, f64)>,
    held: Vec<usize>,
    missing: f64,
    direction: Vec<f64>,
    level: f64,
}

/// `max sum mu_k u.z_k - price * missing` with `sum mu = 1`, `sum mu z_i - slack_i + missing_i = D_i`, by the
/// simplex method with the whole table (a few rows, a few columns).
fn solve(columns: &[Column], u: &[f64], bound: &[f64], price: f64, scale: f64) -> Option<Programme> {
    let n = u.len();
    let (rows, count) = (n + 1, columns.len());
    // Columns: mixtures, slacks, missing. The basis starts with the first mixture and the rest as it falls out.
    let width = count + 2 * n;
    let mut table = vec![vec![0.0; width + 1]; rows];
    let cost: Vec<f64> = (0..width)
        .map(|k| {
            if k < count {
                dot(&columns[k].z, u)
            } else if k < count + n {
                0.0
            } else {
                -price
            }
        })
        .collect();
    table[0][..count].fill(1.0);
    table[0][width] = 1.0;
    for i in 0..n {
        for (k, column) in columns.iter().enumerate() {
            table[i + 1][k] = column.z[i];
        }
        table[i + 1][count + i] = -1.0;
        table[i + 1][count + n + i] = 1.0;
        table[i + 1][width] = bound[i];
    }
    let mut basis = vec![0; rows];
    pivot(&mut table, &mut basis, 0, 0);
    for i in 0..n {
        let column = if table[i + 1][width] >= 0.0 {
            count + n + i
        } else {
            count + i
        };
        pivot(&mut table, &mut basis, i + 1, column);
    }
    let mut prices = vec![0.0; width];
    for round in 0..200 {
        for (k, price) in prices.iter_mut().enumerate() {
            *price = cost[k] - (0..rows).map(|r| cost[basis[r]] * table[r][k]).sum::<f64>();
        }
        let enter = if round < 100 {
            (0..width)
                .filter(|k| prices[*k] > 1e-11 * scale)
                .max_by(|a, b| prices[*a].total_cmp(&prices[*b]))
        } else {
            (0..width).find(|k| prices[*k] > 1e-11 * scale)
        };
        let Some(enter) = enter else { break };
        let leave = (0..rows).filter(|r| table[*r][enter] > 1e-11).min_by(|a, b| {
            (table[*a][width] / table[*a][enter]).total_cmp(&(table[*b][width] / table[*b][enter]))
        })?;
        pivot(&mut table, &mut basis, leave, enter);
    }
    // Prices of the rows, read off the slack columns: y_i = reduced cost of slack_i negated.
    let y: Vec<f64> = (0..n).map(|i| (-prices[count + i]).max(0.0)).collect();
    let direction: Vec<f64> = u.iter().zip(&y).map(|(u, y)| u + y).collect();
    let mut found = Programme {
        value: 0.0,
        used: Vec::new(),
        held: Vec::new(),
        missing: 0.0,
        direction,
        level: 0.0,
    };
    for r in 0..rows {
        let (k, weight) = (basis[r], table[r][width]);
        if k < count {
            found.used.push((k, weight));
            found.value += cost[k] * weight;
        } else if k >= count + n {
            found.missing += weight;
        }
    }
    found.held = (0..n)
        .filter(|i| !basis.contains(&(count + i)) && !basis.contains(&(count + n + i)))
        .collect();
    found.level = found
        .used
        .iter()
        .map(|(k, weight)| weight * dot(&columns[*k].z, &found.direction))
        .sum::<f64>();
    Some(found)
}

fn pivot(table: &mut [Vec<f64>], basis: &mut [usize], row: usize, column: usize) {
    let by = table[row][column];
    for x in &mut table[row] {
        *x /= by;
    }
    let top = table[row].clone();
    for (r, line) in table.iter_mut().enumerate() {
        if r != row && line[column] != 0.0 {
            let factor = line[column];
            for (x, t) in line.iter_mut().zip(&top) {
                *x -= factor * t;
            }
        }
    }
    basis[row] = column;
}

/// Weights of points that add up to one and hold the held parties exactly to their bounds. Where the points
/// are fewer than the conditions, one point alone, or none.
pub(crate) fn exact_weights(points: &[Vec<Exact>], bound: &[Exact], held: &[usize]) -> Option<Vec<Exact>> {
    let count = points.len();
    if count == 1 {
        return Some(vec![Exact::ONE]);
    }
    let mut rows: Vec<Vec<Exact>> = vec![vec![Exact::ONE; count + 1]];
    for i in held {
        rows.push(
            points
                .iter()
                .map(|z| z[*i].clone())
                .chain([bound[*i].clone()])
                .collect(),
        );
    }
    let mut pivots = Vec::new();
    let mut at = 0;
    for column in 0..count {
        let Some(row) = (at..rows.len()).find(|r| rows[*r][column] != Exact::ZERO) else {
            continue;
        };
        rows.swap(at, row);
        let top = rows[at].clone();
        for (r, line) in rows.iter_mut().enumerate() {
            if r != at && line[column] != Exact::ZERO {
                let factor = &line[column] / &top[column];
                for (x, t) in line.iter_mut().zip(&top) {
                    *x -= &factor * t;
                }
            }
        }
        pivots.push(column);
        at += 1;
    }
    if rows[at..].iter().any(|line| line[count] != Exact::ZERO) {
        return None;
    }
    let mut weights = vec![Exact::ZERO; count];
    for (row, column) in pivots.into_iter().enumerate() {
        weights[column] = &rows[row][count] / &rows[row][column];
    }
    weights
        .iter()
        .all(|weight| *weight >= Exact::ZERO)
        .then_some(weights)
}
