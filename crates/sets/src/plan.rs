//! Corners that are made of corners, and where they settle.
//!
//! When the search has found from which joint action and in which way every corner comes, the corners of the
//! limit solve a system of equations: a corner is `gain + d o sum p z'` over corners z' of the next states; or
//! the point of an edge of such a sum at which one party gets exactly its best deviation; or both parties get
//! exactly that. Worst values in the deviations are coordinates of corners too. Newton's method in doubles
//! finds the solution, the same steps in wide fixed point sharpen it, and the simplest fractions near it are
//! tested in the same equations exactly.

use detente_base::number::Exact;
use detente_game::table::{Profile, TableGame};

use super::field::{Field, Wide, near_fraction};
use super::polygon::Origin;
use super::search::Search;
use super::sparse::Equations;

/// The value of the best deviation of a party: what it gains at once and the worst corners that follow.
#[derive(Debug, Clone)]
pub(crate) struct Bound {
    pub party: usize,
    pub gain: Exact,
    /// Corner with the party's worst value in each next state, and its probability.
    pub next: Vec<(usize, Exact)>,
}

/// How one corner is made.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub state: usize,
    pub profile: u32,
    pub gain: [Exact; 2],
    /// Corners of the next states with their probabilities, in the order of the law.
    pub next: Vec<(usize, Exact)>,
    pub way: Way,
}

/// In which way the continuation is chosen.
#[derive(Debug, Clone)]
pub(crate) enum Way {
    Corner,
    /// From the corner `next[part]` towards `to` until the party is held to its bound.
    Cut {
        bound: Bound,
        part: usize,
        to: usize,
    },
    Both([Bound; 2]),
}

/// All corners of all states; corner k of state s is number `first[s] + k`.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub first: Vec<usize>,
    pub made: Vec<Made>,
    delta: [Exact; 2],
}

impl Plan {
    /// Reads the plan off a settled search. `None` when some corner still comes from the starting box.
    pub fn of(game: &TableGame, search: &Search) -> Option<Self> {
        let flat = search.flat;
        let mut first = vec![0];
        for polygon in &search.polygons {
            first.push(first[first.len() - 1] + polygon.len());
        }
        let mut lowest = Vec::new();
        for (s, polygon) in search.polygons.iter().enumerate() {
            for i in 0..2 {
                let at = |k: &usize| if i == 0 { polygon[*k].x } else { polygon[*k].y };
                let k = (0..polygon.len()).min_by(|a, b| at(a).total_cmp(&at(b)));
                lowest.push(k.map(|k| first[s] + k));
            }
        }
        let delta = [game.discount()[0].clone(), game.discount()[1].clone()];
        let mut plan = Self {
            first,
            made: Vec::new(),
            delta,
        };
        let bound = |profile: u32, party: usize| -> Option<Bound> {
            let other = flat.best_deviation(game, profile, party, search.expected());
            let id = Profile::at(other as usize);
            let rest = Exact::ONE - &game.discount()[party];
            let next = game.law(game.law_of(id)).iter();
            let next = next.map(|(s, chance)| Some((lowest[2 * s.index() + party]?, chance.clone())));
            Some(Bound {
                party,
                gain: &game.payoffs(id)[party] * rest,
                next: next.collect::<Option<_>>()?,
            })
        };
        for (s, polygon) in search.polygons.iter().enumerate() {
            for spot in polygon {
                let (profile, corner) = match spot.origin {
                    Origin::Start => return None,
                    Origin::Corner { profile, corner } | Origin::Cut { profile, corner, .. } => {
                        (profile, corner)
                    }
                    Origin::Both { profile } | Origin::Stay { profile } => (profile, 0),
                };
                let steps = &search.sums[flat.law[profile as usize] as usize].steps;
                let law = game.law(game.law_of(Profile::at(profile as usize)));
                let mut next = Vec::with_capacity(law.len());
                for (j, (after, chance)) in law.iter().enumerate() {
                    if matches!(spot.origin, Origin::Stay { .. }) {
                        next.push((plan.made.len(), chance.clone()));
                        continue;
                    }
                    let passed = steps[..(corner as usize).min(steps.len())]
                        .iter()
                        .filter(|step| **step == j as u32);
                    let count = search.polygons[after.index()].len();
                    next.push((
                        plan.first[after.index()] + passed.count() % count.max(1),
                        chance.clone(),
                    ));
                }
                let way = match spot.origin {
                    Origin::Cut { party, .. } => {
                        let part = steps[corner as usize] as usize;
                        let after = law[part].0.index();
                        let count = search.polygons[after].len();
                        let to = plan.first[after] + (next[part].0 - plan.first[after] + 1) % count;
                        Way::Cut {
                            bound: bound(profile, party as usize)?,
                            part,
                            to,
                        }
                    }
                    Origin::Both { .. } => Way::Both([bound(profile, 0)?, bound(profile, 1)?]),
                    _ => Way::Corner,
                };
                let payoffs = game.payoffs(Profile::at(profile as usize));
                let gain = |i: usize| &payoffs[i] * (Exact::ONE - &game.discount()[i]);
                plan.made.push(Made {
                    state: s,
                    profile,
                    gain: [gain(0), gain(1)],
                    next,
                    way,
                });
            }
        }
        Some(plan)
    }

    /// The corners with every bound raised by `room` and every corner drawn the given share of the way to the
    /// middle of its set, by iteration.
    pub fn pulled(&self, z: &[[f64; 2]], share: f64, room: f64) -> Option<Vec<[f64; 2]>> {
        let mut numbers = self.numbers(&0.0);
        for (gain, _) in numbers.bounds.iter_mut().flatten() {
            *gain += room;
        }
        let mut middle = Vec::with_capacity(self.first.len());
        for s in 0..self.first.len() - 1 {
            let corners = &z[self.first[s]..self.first[s + 1]];
            middle.push([0, 1].map(|i| corners.iter().map(|z| z[i]).sum::<f64>() / corners.len() as f64));
        }
        let mut now = z.to_vec();
        for _ in 0..3000 {
            let moved = self.apply(&numbers, &now)?;
            let mut change: f64 = 0.0;
            for (k, (z, moved)) in now.iter_mut().zip(moved).enumerate() {
                for i in 0..2 {
                    let next = moved[i] + share * (middle[self.made[k].state][i] - moved[i]);
                    change = change.max((next - z[i]).abs());
                    z[i] = next;
                }
            }
            if change.is_nan() {
                return None;
            }
            if change < 1e-3 * room {
                break;
            }
        }
        Some(now)
    }

    /// How far along its edge corner k is cut, with its bound raised by `room`.
    pub fn share(&self, z: &[[f64; 2]], k: usize, room: &Exact) -> Option<f64> {
        let Way::Cut { bound, part, to } = &self.made[k].way else {
            return None;
        };
        let numbers = self.numbers_of(k);
        let i = bound.party;
        let held =
            apply_bound(&numbers.bounds[0], i, &numbers.delta, z) + detente_base::number::to_float(room);
        let (from, chance) = &numbers.next[*part];
        let edge = numbers.delta[i] * chance * (z[*to][i] - z[*from][i]);
        let base = numbers.gain[i] + numbers.delta[i] * expected(&numbers.next, i, z).unwrap_or(0.0);
        (edge != 0.0).then(|| (held - base) / edge)
    }

    fn numbers_of(&self, k: usize) -> One<f64> {
        let made = &self.made[k];
        let bound = |bound: &Bound| (0.0.of(&bound.gain), weights(&bound.next, &0.0));
        One {
            delta: [0.0.of(&self.delta[0]), 0.0.of(&self.delta[1])],
            gain: [0.0.of(&made.gain[0]), 0.0.of(&made.gain[1])],
            next: weights(&made.next, &0.0),
            bounds: match &made.way {
                Way::Corner => Vec::new(),
                Way::Cut { bound: b, .. } => vec![bound(b)],
                Way::Both(both) => both.iter().map(bound).collect(),
            },
        }
    }

    /// The number of a corner within its state.
    pub fn local(&self, corner: usize) -> usize {
        corner - self.first[self.made[corner].state]
    }

    /// Whether neighbouring corners of a state nearly coincide: one of them then has no edge of its own.
    pub fn crowded(&self, z: &[[f64; 2]], depth: f64) -> bool {
        self.first.windows(2).any(|range| {
            let corners = &z[range[0]..range[1]];
            let close = |a: &[f64; 2], b: &[f64; 2]| (a[0] - b[0]).abs() + (a[1] - b[1]).abs() < depth;
            let next = |k: usize| &corners[(k + 1) % corners.len()];
            corners.len() > 1 && (0..corners.len()).any(|k| close(&corners[k], next(k)))
        })
    }

    /// The same corners with equal ones of a state counted once.
    pub fn merged(self, z: &[[Exact; 2]]) -> (Self, Vec<[Exact; 2]>) {
        let mut into = vec![0; z.len()];
        let (mut kept, mut first): (Vec<usize>, Vec<usize>) = (Vec::new(), vec![0]);
        for s in 0..self.first.len() - 1 {
            let start = kept.len();
            for k in self.first[s]..self.first[s + 1] {
                let same = (start..kept.len()).find(|new| z[kept[*new]] == z[k]);
                into[k] = same.unwrap_or(kept.len());
                if same.is_none() {
                    kept.push(k);
                }
            }
            first.push(kept.len());
        }
        let moved = |list: &[(usize, Exact)]| {
            list.iter()
                .map(|(at, chance)| (into[*at], chance.clone()))
                .collect::<Vec<_>>()
        };
        let bound = |b: &Bound| Bound {
            party: b.party,
            gain: b.gain.clone(),
            next: moved(&b.next),
        };
        let made = kept
            .iter()
            .map(|k| {
                let made = &self.made[*k];
                let way = match &made.way {
                    Way::Corner => Way::Corner,
                    Way::Cut { bound: b, part, to } => Way::Cut {
                        bound: bound(b),
                        part: *part,
                        to: into[*to],
                    },
                    Way::Both([a, b]) => Way::Both([bound(a), bound(b)]),
                };
                Made {
                    next: moved(&made.next),
                    way,
                    gain: made.gain.clone(),
                    ..*made
                }
            })
            .collect();
        let corners = kept.iter().map(|k| z[*k].clone()).collect();
        (
            Self {
                first,
                made,
                delta: self.delta,
            },
            corners,
        )
    }

    /// The corners a search is at now.
    pub fn corners(search: &Search) -> Vec<[f64; 2]> {
        search
            .polygons
            .iter()
            .flatten()
            .map(|spot| [spot.x, spot.y])
            .collect()
    }

    fn numbers<F: Field>(&self, one: &F) -> Numbers<F> {
        let bound = |bound: &Bound| (one.of(&bound.gain), weights(&bound.next, one));
        Numbers {
            delta: [one.of(&self.delta[0]), one.of(&self.delta[1])],
            gain: self
                .made
                .iter()
                .map(|made| [one.of(&made.gain[0]), one.of(&made.gain[1])])
                .collect(),
            next: self.made.iter().map(|made| weights(&made.next, one)).collect(),
            bounds: self
                .made
                .iter()
                .map(|made| match &made.way {
                    Way::Corner => Vec::new(),
                    Way::Cut { bound: b, .. } => vec![bound(b)],
                    Way::Both(both) => both.iter().map(bound).collect(),
                })
                .collect(),
        }
    }

    /// What the equations make of the corners `z`; `None` where an edge has no length.
    fn apply<F: Field>(&self, numbers: &Numbers<F>, z: &[[F; 2]]) -> Option<Vec<[F; 2]>> {
        self.made
            .iter()
            .enumerate()
            .map(|(k, made)| apply_one(made, k, numbers, z))
            .collect()
    }

    /// The solution near `z` by Newton's method in doubles, with the linear equations of the last step.
    pub fn settle(&self, mut z: Vec<[f64; 2]>, scale: f64) -> Option<(Vec<[f64; 2]>, Equations)> {
        let numbers = self.numbers(&0.0);
        let mut last = f64::INFINITY;
        for round in 0..12 {
            let mut equations = Equations::of(self.entries(&numbers, &z)?, 2 * z.len())?;
            let moved = self.apply(&numbers, &z)?;
            let mut rest: Vec<f64> = z
                .iter()
                .zip(&moved)
                .flat_map(|(z, f)| [f[0] - z[0], f[1] - z[1]])
                .collect();
            equations.solve(&mut rest)?;
            let size = rest.iter().fold(0.0, |size: f64, step| size.max(step.abs()));
            // Near a solution the steps soon fall like squares; those that do not lead to none.
            if size.is_nan() || size >= 1e3 * scale || round > 2 && size > last / 2.0 {
                return None;
            }
            last = size;
            for (k, step) in rest.iter().enumerate() {
                z[k / 2][k % 2] += step;
            }
            if size < 1e-13 * scale {
                return Some((z, equations));
            }
        }
        None
    }

    /// The derivatives of the equations at z: row, column, value.
    fn entries(&self, numbers: &Numbers<f64>, z: &[[f64; 2]]) -> Option<Vec<(u32, u32, f64)>> {
        let mut entries = Vec::new();
        for (k, made) in self.made.iter().enumerate() {
            let mut add = |i: usize, at: usize, coordinate: usize, value: f64| {
                entries.push(((2 * k + i) as u32, (2 * at + coordinate) as u32, value));
            };
            match &made.way {
                Way::Corner => {
                    for (at, chance) in &numbers.next[k] {
                        for i in 0..2 {
                            add(i, *at, i, numbers.delta[i] * chance);
                        }
                    }
                }
                Way::Both(both) => {
                    for (b, (_, next)) in both.iter().zip(&numbers.bounds[k]) {
                        for (at, chance) in next {
                            add(b.party, *at, b.party, numbers.delta[b.party] * chance);
                        }
                    }
                }
                Way::Cut { bound, part, to } => {
                    let (i, j) = (bound.party, 1 - bound.party);
                    let (from, chance) = &numbers.next[k][*part];
                    let edge = [0, 1].map(|c| numbers.delta[c] * chance * (z[*to][c] - z[*from][c]));
                    if edge[i] == 0.0 {
                        return None;
                    }
                    let base = apply_sum(k, numbers, z);
                    let held = apply_bound(&numbers.bounds[k][0], i, &numbers.delta, z);
                    let (share, slope) = ((held - base[i]) / edge[i], edge[j] / edge[i]);
                    for (at, weight) in &numbers.bounds[k][0].1 {
                        let value = numbers.delta[i] * weight;
                        add(i, *at, i, value);
                        add(j, *at, i, slope * value);
                    }
                    for (at, weight) in &numbers.next[k] {
                        add(j, *at, j, numbers.delta[j] * weight);
                        add(j, *at, i, -slope * numbers.delta[i] * weight);
                    }
                    for (at, sign) in [(*to, 1.0), (*from, -1.0)] {
                        add(j, at, j, sign * share * numbers.delta[j] * chance);
                        add(j, at, i, -sign * share * slope * numbers.delta[i] * chance);
                    }
                }
            }
        }
        Some(entries)
    }

    /// Sharpens doubles to `bits` binary places with the linear equations, as far as they carry.
    pub fn sharpen(&self, z: &[[f64; 2]], equations: &mut Equations, bits: usize) -> Option<Vec<[Wide; 2]>> {
        let one = Wide::from_double(1.0, bits);
        let numbers = self.numbers(&one);
        let mut wide: Vec<[Wide; 2]> = z
            .iter()
            .map(|[x, y]| [Wide::from_double(*x, bits), Wide::from_double(*y, bits)])
            .collect();
        let goal = 2f64.powi(-(bits as i32) + 16);
        for _ in 0..60 {
            let moved = self.apply(&numbers, &wide)?;
            let mut rest: Vec<f64> = Vec::with_capacity(2 * z.len());
            for (z, f) in wide.iter().zip(&moved) {
                rest.push(f[0].minus(&z[0]).to_double());
                rest.push(f[1].minus(&z[1]).to_double());
            }
            let size = rest.iter().fold(0.0, |size: f64, step| size.max(step.abs()));
            if size < goal {
                return Some(moved);
            }
            equations.solve(&mut rest)?;
            for (k, step) in rest.iter().enumerate() {
                let moved = wide[k / 2][k % 2].plus(&Wide::from_double(*step, bits));
                wide[k / 2][k % 2] = moved;
            }
        }
        None
    }

    /// Small fractions near corners in doubles, if they solve the equations exactly.
    pub fn guess_near(&self, z: &[[f64; 2]], scale: f64) -> Option<Vec<[Exact; 2]>> {
        let near = |value: f64| near_fraction(value, 1e-13 * scale);
        let guess: Vec<[Exact; 2]> = z
            .iter()
            .map(|[x, y]| Some([near(*x)?, near(*y)?]))
            .collect::<Option<_>>()?;
        let moved = self.apply(&self.numbers(&Exact::ONE), &guess)?;
        (moved == guess).then_some(guess)
    }

    /// The simplest fractions near sharp corners.
    pub fn guess(&self, wide: &[[Wide; 2]]) -> Guess {
        let simplest = |x: &Wide| x.simplest(x.bits - 40);
        let near: Vec<[Option<Exact>; 2]> = wide.iter().map(|[x, y]| [simplest(x), simplest(y)]).collect();
        let known = near.iter().flatten().filter(|near| near.is_some()).count();
        let all: Option<Vec<[Exact; 2]>> = near.into_iter().map(|[x, y]| Some([x?, y?])).collect();
        let solve = |z: &Vec<[Exact; 2]>| self.apply(&self.numbers(&Exact::ONE), z).as_ref() == Some(z);
        Guess {
            known,
            corners: all.filter(solve),
        }
    }
}

/// Fractions near sharp corners.
pub(crate) struct Guess {
    /// Of how many coordinates.
    pub known: usize,
    /// All of them, if they solve the equations exactly.
    pub corners: Option<Vec<[Exact; 2]>>,
}

type Weights<F> = Vec<(usize, F)>;

struct Numbers<F> {
    delta: [F; 2],
    gain: Vec<[F; 2]>,
    next: Vec<Vec<(usize, F)>>,
    /// What is gained at once by departing, and the worst corners that follow.
    bounds: Vec<Vec<(F, Weights<F>)>>,
}

/// The numbers of one corner.
struct One<F> {
    delta: [F; 2],
    gain: [F; 2],
    next: Weights<F>,
    bounds: Vec<(F, Weights<F>)>,
}

fn weights<F: Field>(list: &[(usize, Exact)], one: &F) -> Vec<(usize, F)> {
    list.iter().map(|(at, chance)| (*at, one.of(chance))).collect()
}

fn expected<F: Field>(next: &[(usize, F)], i: usize, z: &[[F; 2]]) -> Option<F> {
    let mut terms = next.iter().map(|(at, chance)| chance.times(&z[*at][i]));
    let first = terms.next()?;
    Some(terms.fold(first, |sum, term| sum.plus(&term)))
}

fn apply_sum<F: Field>(k: usize, numbers: &Numbers<F>, z: &[[F; 2]]) -> [F; 2] {
    [0, 1].map(|i| {
        let gain = &numbers.gain[k][i];
        match expected(&numbers.next[k], i, z) {
            Some(mean) => gain.plus(&numbers.delta[i].times(&mean)),
            None => gain.clone(),
        }
    })
}

fn apply_bound<F: Field>(bound: &(F, Vec<(usize, F)>), i: usize, delta: &[F; 2], z: &[[F; 2]]) -> F {
    match expected(&bound.1, i, z) {
        Some(mean) => bound.0.plus(&delta[i].times(&mean)),
        None => bound.0.clone(),
    }
}

fn apply_one<F: Field>(made: &Made, k: usize, numbers: &Numbers<F>, z: &[[F; 2]]) -> Option<[F; 2]> {
    match &made.way {
        Way::Corner => Some(apply_sum(k, numbers, z)),
        Way::Both(_) => Some([0, 1].map(|i| apply_bound(&numbers.bounds[k][i], i, &numbers.delta, z))),
        Way::Cut { bound, part, to } => {
            let (i, j) = (bound.party, 1 - bound.party);
            let base = apply_sum(k, numbers, z);
            let held = apply_bound(&numbers.bounds[k][0], i, &numbers.delta, z);
            let (from, chance) = &numbers.next[k][*part];
            let edge = |c: usize| {
                numbers.delta[c]
                    .times(chance)
                    .times(&z[*to][c].minus(&z[*from][c]))
            };
            let share = held.minus(&base[i]).over(&edge(i))?;
            let other = base[j].plus(&share.times(&edge(j)));
            Some(if i == 0 { [held, other] } else { [other, held] })
        }
    }
}
