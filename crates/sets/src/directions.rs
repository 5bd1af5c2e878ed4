//! Directions in which sets are bounded, exact and in doubles, and the multipliers they give.

use detente_base::number::{Exact, from_float, to_float};

/// The most parties the set engine takes.
pub const MOST_SET_PARTIES: usize = 5;

/// Directions, each scaled so that its largest coordinate has size one, every axis among them both ways.
#[derive(Debug, Clone)]
pub(crate) struct Directions {
    pub parties: usize,
    pub exact: Vec<Vec<Exact>>,
    /// Row by row.
    pub near: Vec<f64>,
    /// Which direction is `-e_i`, and which `e_i`.
    pub minus: Vec<usize>,
    pub plus: Vec<usize>,
}

/// Which levels and which parties' bounds hold a value down: at most as many as there are parties.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Support {
    pub dirs: [u32; MOST_SET_PARTIES],
    pub count: u8,
    /// Bit i: party i is held to its bound.
    pub held: u8,
}

impl Support {
    pub fn of(dirs: &[usize], held: &[usize]) -> Self {
        let mut support = Self {
            count: dirs.len() as u8,
            ..Self::default()
        };
        for (slot, dir) in support.dirs.iter_mut().zip(dirs) {
            *slot = *dir as u32;
        }
        for party in held {
            support.held |= 1 << party;
        }
        support
    }

    pub fn dirs(&self) -> impl Iterator<Item = usize> + '_ {
        self.dirs[..self.count as usize].iter().map(|dir| *dir as usize)
    }

    pub fn held(&self) -> impl Iterator<Item = usize> + use<> {
        let held = self.held;
        (0..8).filter(move |i| held & (1 << i) != 0)
    }
}

/// Multipliers of a support: one for each direction, one for each held party, in order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Multipliers<F> {
    pub lambda: Vec<F>,
    pub held: Vec<F>,
}

impl Directions {
    /// The given directions and the axes, without repetition. Zero directions are dropped.
    pub fn new(parties: usize, given: impl IntoIterator<Item = Vec<Exact>>) -> Self {
        let mut exact: Vec<Vec<Exact>> = Vec::new();
        let axis = |i: usize, sign: Exact| {
            (0..parties)
                .map(|j| if i == j { sign.clone() } else { Exact::ZERO })
                .collect::<Vec<_>>()
        };
        let axes = (0..parties).flat_map(|i| [axis(i, -Exact::ONE), axis(i, Exact::ONE)]);
        for direction in axes.collect::<Vec<_>>().into_iter().chain(given) {
            let absolute = |x: &Exact| if *x < Exact::ZERO { -x.clone() } else { x.clone() };
            let size = direction.iter().map(absolute).max().unwrap_or(Exact::ZERO);
            if size != Exact::ZERO {
                exact.push(direction.into_iter().map(|x| x / &size).collect());
            }
        }
        if parties == 2 {
            let angle = |u: Vec<Exact>| (to_float(&u[1]).atan2(to_float(&u[0])), u);
            let mut by_angle: Vec<(f64, Vec<Exact>)> = exact.into_iter().map(angle).collect();
            by_angle.sort_by(|a, b| a.0.total_cmp(&b.0));
            exact = by_angle.into_iter().map(|(_, u)| u).collect();
        } else {
            exact.sort();
        }
        exact.dedup();
        let near = exact.iter().flatten().map(to_float).collect();
        let find = |i: usize, sign: Exact| {
            exact
                .iter()
                .position(|u| *u == axis(i, sign.clone()))
                .unwrap_or(0)
        };
        let minus = (0..parties).map(|i| find(i, -Exact::ONE)).collect();
        let plus = (0..parties).map(|i| find(i, Exact::ONE)).collect();
        Self {
            parties,
            exact,
            near,
            minus,
            plus,
        }
    }

    /// For two parties: without directions closer (in angle) than this to the one before, axes kept.
    pub fn thinned(self, apart: f64) -> Self {
        let mut kept: Vec<Vec<Exact>> = Vec::new();
        let is_axis = |u: &[Exact]| u.contains(&Exact::ZERO);
        for u in self.exact {
            let close = kept.last().is_some_and(|last| {
                let (a, b) = (to_float(&last[0]), to_float(&last[1]));
                (a * to_float(&u[1]) - b * to_float(&u[0])).abs() < apart
            });
            if !close {
                kept.push(u);
            } else if is_axis(&u) {
                kept.pop();
                kept.push(u);
            }
        }
        Self::new(self.parties, kept)
    }

    pub fn count(&self) -> usize {
        self.exact.len()
    }

    pub fn at(&self, l: usize) -> &[f64] {
        &self.near[l * self.parties..(l + 1) * self.parties]
    }

    pub fn length(&self, l: usize) -> f64 {
        self.at(l).iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    /// The multipliers with `sum lambda_k u_k = d o (u_l + y)`; for a contradiction (`l` is `None`) the
    /// left side equals `d o y` and the first direction, or else the first party, has multiplier one.
    pub fn exact_multipliers(
        &self,
        support: &Support,
        l: Option<usize>,
        delta: &[Exact],
    ) -> Option<Multipliers<Exact>> {
        let n = self.parties;
        let dirs: Vec<usize> = support.dirs().collect();
        let held: Vec<usize> = support.held().collect();
        if let (Some(l), [k], 2) = (l, dirs.as_slice(), n) {
            match held.as_slice() {
                [] if *k == l && delta[0] == delta[1] => {
                    return Some(Multipliers {
                        lambda: vec![delta[0].clone()],
                        held: Vec::new(),
                    });
                }
                [i] => return self.turned(*k, *i, l, delta),
                _ => {}
            }
        }
        // Columns: u_k, then -d_i e_i; right-hand side: d o u_l, or minus the column fixed to one.
        let mut columns: Vec<Vec<Exact>> = dirs.iter().map(|k| self.exact[*k].clone()).collect();
        for i in &held {
            columns.push(
                (0..n)
                    .map(|j| if j == *i { -delta[j].clone() } else { Exact::ZERO })
                    .collect(),
            );
        }
        let mut side: Vec<Exact> = match l {
            Some(l) => (0..n).map(|i| &delta[i] * &self.exact[l][i]).collect(),
            None => vec![Exact::ZERO; n],
        };
        let fixed = usize::from(l.is_none());
        if fixed == 1 {
            let first = columns.first()?.clone();
            for (s, c) in side.iter_mut().zip(first) {
                *s = -c;
            }
        }
        let mut found = solve(&columns[fixed..], side)?;
        if fixed == 1 {
            found.insert(0, Exact::ONE);
        }
        if found.iter().any(|x| *x < Exact::ZERO) {
            return None;
        }
        let held = found.split_off(dirs.len());
        Some(Multipliers { lambda: found, held })
    }
}

impl Directions {
    /// For two parties: the multipliers with `lambda u_k = d o (u_l + y e_i)`.
    fn turned(&self, k: usize, i: usize, l: usize, delta: &[Exact]) -> Option<Multipliers<Exact>> {
        let (from, to, j) = (&self.exact[l], &self.exact[k], 1 - i);
        if to[j] == Exact::ZERO || delta[i] == Exact::ZERO {
            return None;
        }
        let lambda = &delta[j] * &from[j] / &to[j];
        let y = &lambda * &to[i] / &delta[i] - &from[i];
        (lambda >= Exact::ZERO && y >= Exact::ZERO).then(|| Multipliers {
            lambda: vec![lambda],
            held: vec![y],
        })
    }
}

/// Solves `columns x = side` where the columns are independent; `None` when they are not or do not fit.
fn solve(columns: &[Vec<Exact>], side: Vec<Exact>) -> Option<Vec<Exact>> {
    let (rows, count) = (side.len(), columns.len());
    let mut table: Vec<Vec<Exact>> = (0..rows)
        .map(|r| {
            columns
                .iter()
                .map(|c| c[r].clone())
                .chain([side[r].clone()])
                .collect()
        })
        .collect();
    let mut row = 0;
    for column in 0..count {
        let pivot = (row..rows).find(|r| table[*r][column] != Exact::ZERO)?;
        table.swap(row, pivot);
        let top = table[row].clone();
        for (r, line) in table.iter_mut().enumerate() {
            if r != row && line[column] != Exact::ZERO {
                let factor = &line[column] / &top[column];
                for (x, t) in line.iter_mut().zip(&top) {
                    *x -= &factor * t;
                }
            }
        }
        row += 1;
    }
    if table[row..].iter().any(|line| line[count] != Exact::ZERO) {
        return None;
    }
    Some((0..count).map(|k| &table[k][count] / &table[k][k]).collect())
}

/// A double direction as an exact one, rounded to forty-four binary places: far below what the bounds can tell.
pub(crate) fn near_direction(u: &[f64]) -> Vec<Exact> {
    let size = u.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
    let unit = 2f64.powi(44);
    u.iter()
        .map(|x| from_float((x / size * unit).round() / unit).unwrap_or(Exact::ZERO))
        .collect()
}
