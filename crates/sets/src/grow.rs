//! Inner sets that grow: every set on the way generates itself, in rationals.
//!
//! The seed is a Markov-perfect equilibrium (one joint action a state, nobody gains by one departure). With
//! its values as punishment, stationary ways of playing are added that nobody leaves, for every direction the
//! best one (joint actions that somebody would leave are struck out until none is). Then points are added
//! whose continuations are lotteries over the points there are: for every state, joint action and direction
//! a small linear programme over the weighted sum of the next states' points. A set that contains what
//! generates each of its points generates itself, so adding never has to be taken back, and worst values
//! only fall, which only helps.

use detente_base::number::{Exact, to_float};
use detente_game::table::{Profile, TableGame, TableParty, TableState};
use detente_proof::sets::{Branch, Membership, Point};

use super::answer::SetLimits;
use super::directions::Directions;
use super::flat::Flat;
use super::markov;
use super::mixture;
use super::outer::Levels;
use detente_base::watch::Watch;

/// A self-generating family with its points in doubles.
pub(crate) struct Grown {
    pub proof: Membership,
    pub near: Vec<Vec<Vec<f64>>>,
}

/// Numbers longer than this many bits are not built upon.
const LONGEST_BITS: usize = 1500;
const ROUNDS: usize = 12;

impl Grown {
    /// Grows an inner set; `None` when no seed is found.
    pub fn from_inside(
        game: &TableGame,
        flat: &Flat,
        directions: &Directions,
        limits: &SetLimits,
        outer: &Levels,
        watch: &dyn Watch,
    ) -> Option<Self> {
        let seed = markov::perfect(flat)?;
        let mut grown = Self {
            proof: Membership {
                points: vec![Vec::new(); game.states()],
            },
            near: Vec::new(),
        };
        grown.near = vec![Vec::new(); game.states()];
        grown.add_stationary(game, &seed.iter().map(|p| Some(*p)).collect::<Vec<_>>())?;
        let mut seen = 0;
        for round in 0..ROUNDS {
            if watch.should_stop() {
                break;
            }
            for l in 0..directions.count() {
                if let Some(policy) = markov::kept_up(flat, directions.at(l), &grown) {
                    grown.add_stationary(game, &policy);
                }
            }
            let before = grown.size();
            grown.add_mixtures(game, flat, directions, limits, outer);
            watch.advanced("inner set", round as u64, Some(ROUNDS as u64));
            if grown.size() == before && before == seen {
                break;
            }
            seen = grown.size();
        }
        grown.proof.check(game).ok()?;
        Some(grown)
    }

    fn size(&self) -> usize {
        self.near.iter().map(Vec::len).sum()
    }

    /// The worst value of a party in a state, over the points there are.
    pub fn worst(&self, s: usize, party: usize) -> f64 {
        self.near[s]
            .iter()
            .map(|z| z[party])
            .fold(f64::INFINITY, f64::min)
    }

    /// How far the points of a state reach in a direction.
    pub fn reach(&self, s: usize, u: &[f64]) -> f64 {
        self.near[s]
            .iter()
            .map(|z| dot(z, u))
            .fold(f64::NEG_INFINITY, f64::max)
    }

    /// The points of a state that reach farthest in some direction.
    pub fn extreme(&self, s: usize, directions: &Directions) -> Vec<Vec<Exact>> {
        let points = &self.proof.points[s];
        let mut kept: Vec<usize> = Vec::new();
        for l in 0..directions.count() {
            let best = points.iter().enumerate().max_by_key(|(_, z)| {
                z.value
                    .iter()
                    .zip(&directions.exact[l])
                    .map(|(z, u)| z * u)
                    .fold(Exact::ZERO, |a, b| a + b)
            });
            if let Some((k, _)) = best
                && !kept.contains(&k)
            {
                kept.push(k);
            }
        }
        kept.sort_unstable();
        kept.into_iter().map(|k| points[k].value.clone()).collect()
    }

    fn push(&mut self, s: usize, point: Point) -> usize {
        self.near[s].push(point.value.iter().map(to_float).collect());
        self.proof.points[s].push(point);
        self.near[s].len() - 1
    }

    /// Adds the values of a stationary way of playing; a state without joint action goes on with the seed
    /// (the first point). Values that are there already are not added.
    fn add_stationary(&mut self, game: &TableGame, policy: &[Option<Profile>]) -> Option<()> {
        let seed: Vec<Option<Vec<Exact>>> = (0..game.states())
            .map(|s| self.proof.points[s].first().map(|point| point.value.clone()))
            .collect();
        let values = markov::values(game, policy, &seed)?;
        let mut index = Vec::with_capacity(game.states());
        let mut fresh = Vec::new();
        for (s, value) in values.iter().enumerate() {
            let known = self.proof.points[s]
                .iter()
                .position(|point| point.value == *value);
            index.push(known.unwrap_or(self.proof.points[s].len()));
            if known.is_none() {
                fresh.push(s);
            }
        }
        for s in fresh {
            let profile = policy[s]?;
            let law = game.law(game.law_of(profile));
            let next = law
                .iter()
                .map(|(after, _)| vec![(index[after.index()], Exact::ONE)])
                .collect();
            let from = vec![Branch {
                weight: Exact::ONE,
                profile,
                next,
            }];
            self.push(
                s,
                Point {
                    value: values[s].clone(),
                    from,
                },
            );
        }
        Some(())
    }

    /// One point for every state and direction that reaches farther than those there are.
    fn add_mixtures(
        &mut self,
        game: &TableGame,
        flat: &Flat,
        directions: &Directions,
        limits: &SetLimits,
        outer: &Levels,
    ) {
        let count = directions.count();
        let gap = limits.gap_for(flat.parties);
        let least = (0.01 * gap).max(1e-10) * flat.scale;
        for s in 0..game.states() {
            let state = TableState::at(s);
            for l in 0..count {
                if self.near[s].len() >= limits.points * flat.parties {
                    return;
                }
                let u = directions.at(l);
                let now = self.reach(s, u);
                if outer.value[s * count + l] - now < gap * flat.scale {
                    continue;
                }
                let mut best: Option<(f64, Profile, mixture::Mixture)> = None;
                for profile in game.profiles(state).filter(|p| game.on_path(*p)) {
                    let goal = best.as_ref().map_or(now + least, |best| best.0);
                    let Some(mixture) = mixture::best(flat, self, u, profile.index(), goal) else {
                        continue;
                    };
                    if mixture.value > goal {
                        best = Some((mixture.value, profile, mixture));
                    }
                }
                if let Some((_, profile, mixture)) = best
                    && let Some(point) = self.exact_mixture(game, state, profile, &mixture)
                    && dot(&point.value.iter().map(to_float).collect::<Vec<_>>(), u) > now + 0.5 * least
                {
                    self.push(s, point);
                }
            }
        }
    }

    /// The mixture in rationals: the same choices with weights that hold the same parties exactly.
    fn exact_mixture(
        &self,
        game: &TableGame,
        state: TableState,
        profile: Profile,
        mixture: &mixture::Mixture,
    ) -> Option<Point> {
        let n = game.parties();
        let law = game.law(game.law_of(profile));
        let gain: Vec<Exact> = (0..n)
            .map(|i| (Exact::ONE - &game.discount()[i]) * &game.payoffs(profile)[i])
            .collect();
        let points: Vec<Vec<Exact>> = mixture
            .choices
            .iter()
            .map(|choice| {
                (0..n)
                    .map(|i| {
                        let mean = law
                            .iter()
                            .zip(choice)
                            .fold(Exact::ZERO, |sum, ((after, chance), k)| {
                                sum + chance * &self.proof.points[after.index()][*k as usize].value[i]
                            });
                        &gain[i] + &game.discount()[i] * mean
                    })
                    .collect()
            })
            .collect();
        let bound: Vec<Exact> = (0..n)
            .map(|i| self.exact_bound(game, state, profile, i))
            .collect::<Option<_>>()?;
        let weights = mixture::exact_weights(&points, &bound, &mixture.held)?;
        let value: Vec<Exact> = (0..n)
            .map(|i| {
                points
                    .iter()
                    .zip(&weights)
                    .fold(Exact::ZERO, |sum, (z, weight)| sum + weight * &z[i])
            })
            .collect();
        use dashu::base::BitTest;
        let long = |x: &Exact| x.denominator().bit_len() > LONGEST_BITS;
        if value.iter().zip(&bound).any(|(value, bound)| value < bound) || value.iter().any(long) {
            return None;
        }
        let next = (0..law.len())
            .map(|j| {
                let mut lottery: Vec<(usize, Exact)> = Vec::new();
                for (choice, weight) in mixture.choices.iter().zip(&weights) {
                    let k = choice[j] as usize;
                    match lottery.iter_mut().find(|(known, _)| *known == k) {
                        Some((_, sum)) => *sum += weight,
                        None => lottery.push((k, weight.clone())),
                    }
                }
                lottery.retain(|(_, weight)| *weight != Exact::ZERO);
                lottery
            })
            .collect();
        Some(Point {
            value,
            from: vec![Branch {
                weight: Exact::ONE,
                profile,
                next,
            }],
        })
    }

    fn exact_bound(&self, game: &TableGame, state: TableState, profile: Profile, i: usize) -> Option<Exact> {
        let d = &game.discount()[i];
        let mut best: Option<Exact> = None;
        for other in game.deviations(state, profile, TableParty::at(i)) {
            let mut mean = Exact::ZERO;
            for (after, chance) in game.law(game.law_of(other)) {
                let worst = self.proof.points[after.index()]
                    .iter()
                    .map(|point| &point.value[i])
                    .min()?;
                mean += chance * worst;
            }
            let value = (Exact::ONE - d) * &game.payoffs(other)[i] + d * mean;
            if best.as_ref().is_none_or(|best| value > *best) {
                best = Some(value);
            }
        }
        best
    }
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}
