//! Impossible: a chain of outer bounds.
//!
//! For directions u (every `-e_i` among them) and states s, a level `c[s][u]` claims `u.v <= c[s][u]` for
//! every equilibrium payoff v of s. The chain starts at what the range of the payoffs allows. A step gives new
//! levels and, for every joint action a that may be prescribed in s, either
//! - a proof that no continuation makes everybody obey (multipliers whose combination is contradictory), or
//! - for every direction u a bound from multipliers `y >= 0`, `lambda >= 0` with
//!   `sum lambda_k u_k = d o (u + y)`:
//!   `u.v <= (u+y).(1-d)g(s,a) - sum y_i D_i + sum lambda_k sum_s' p(s'|s,a) c[s'][k] <= new c[s][u]`,
//!   where `D_i = (1-d_i) g_i(s,x,a_-i) - d_i sum p(s'|s,x,a_-i) c[s'][-e_i]` for a named deviation x is at most
//!   what party i can secure by departing.
//!
//! A bound may use the levels before the step (old) or the levels being proved (new). Old ones give the usual
//! monotone argument. With new ones the step also carries weights `w > 0` such that in every bound the
//! coefficients of new levels, weighted, add up to strictly less than `w[s][u]`: then the true levels cannot
//! exceed the new ones anywhere, because at the largest weighted excess the bound would shrink it. So one set
//! alone proves nothing, but one set with such weights does.

use detente_base::number::Exact;
use detente_game::table::{Profile, TableGame, TableParty, TableState};

use super::{Refusal, refuse};

/// The name of this kind of proof.
pub const KIND: &str = "set-refutation";

/// Multipliers of one bound.
#[derive(Debug, Clone, PartialEq)]
pub struct Dual {
    /// Whether the levels being proved are used instead of those before the step.
    pub new: bool,
    /// Directions with their multipliers.
    pub lambda: Vec<(usize, Exact)>,
    /// Parties with the joint action they deviate to and their multipliers.
    pub held: Vec<(usize, Profile, Exact)>,
}

/// What is shown about one joint action.
#[derive(Debug, Clone, PartialEq)]
pub enum Argument {
    /// Nobody's continuation makes everybody obey.
    Empty(Dual),
    /// It, or a deviation from it, can lead to this state, which has no equilibrium.
    Leads(TableState),
    /// Shown to be out in an earlier step.
    Gone,
    /// One bound for each direction.
    Bounds(Vec<Dual>),
}

/// One step of the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// New levels by state and direction; `None` for a state without equilibrium.
    pub levels: Vec<Option<Vec<Exact>>>,
    /// Weights by state and direction, needed where new levels are used.
    pub weights: Option<Vec<Vec<Exact>>>,
    /// One argument for each joint action that may be prescribed, in order, by state.
    pub arguments: Vec<Vec<Argument>>,
}

/// A payoff of a state that is shown to be out of reach.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// The state.
    pub state: TableState,
    /// The payoff.
    pub payoff: Vec<Exact>,
    /// The direction in which it exceeds the last level; not needed where there is no equilibrium.
    pub direction: usize,
}

/// A chain of outer bounds.
#[derive(Debug, Clone, PartialEq)]
pub struct Refutation {
    /// The directions.
    pub directions: Vec<Vec<Exact>>,
    /// The steps, first to last.
    pub steps: Vec<Step>,
    /// Payoffs that the last levels exclude.
    pub claims: Vec<Claim>,
}

struct Known<'a> {
    game: &'a TableGame,
    directions: &'a [Vec<Exact>],
    minus: Vec<usize>,
    rest: Vec<Exact>,
}

type Levels = Vec<Option<Vec<Exact>>>;

impl Refutation {
    /// Checks every step of the chain and every claim.
    ///
    /// # Errors
    /// The first thing that does not follow.
    pub fn check(&self, game: &TableGame) -> Result<(), Refusal> {
        let n = game.parties();
        if self.directions.iter().any(|direction| direction.len() != n) {
            return refuse("directions", "there is not one coordinate for each party");
        }
        let minus = (0..n)
            .map(|i| {
                self.directions.iter().position(|direction| {
                    (0..n).all(|j| direction[j] == if i == j { -Exact::ONE } else { Exact::ZERO })
                })
            })
            .collect::<Option<Vec<_>>>();
        let Some(minus) = minus else {
            return refuse("directions", "every direction -e_i is needed");
        };
        let rest = game.discount().iter().map(|d| Exact::ONE - d).collect();
        let known = Known {
            game,
            directions: &self.directions,
            minus,
            rest,
        };
        let mut levels: Levels = vec![Some(known.start()); game.states()];
        let mut gone = vec![false; game.profile_count()];
        for (k, step) in self.steps.iter().enumerate() {
            known.check_step(&levels, step, &mut gone, &format!("steps[{k}]"))?;
            levels.clone_from(&step.levels);
        }
        for (k, claim) in self.claims.iter().enumerate() {
            check_claim(claim, &levels, &self.directions, &format!("claims[{k}]"))?;
        }
        Ok(())
    }

    /// The last levels by state and direction (`None` for a state without equilibrium).
    #[must_use]
    pub fn levels(&self) -> &[Option<Vec<Exact>>] {
        self.steps.last().map_or(&[], |step| &step.levels)
    }
}

fn check_claim(
    claim: &Claim,
    levels: &Levels,
    directions: &[Vec<Exact>],
    place: &str,
) -> Result<(), Refusal> {
    let Some(levels) = levels.get(claim.state.index()) else {
        return refuse(place, "there is no such state");
    };
    let Some(levels) = levels else { return Ok(()) };
    let Some((direction, level)) = directions.get(claim.direction).zip(levels.get(claim.direction)) else {
        return refuse(place, "there is no such direction");
    };
    if claim.payoff.len() != direction.len() {
        return refuse(place, "there is not one payoff for each party");
    }
    if dot(direction, &claim.payoff) > *level {
        Ok(())
    } else {
        refuse(place, "the payoff is within the bound")
    }
}

fn dot(a: &[Exact], b: &[Exact]) -> Exact {
    a.iter().zip(b).fold(Exact::ZERO, |sum, (x, y)| sum + x * y)
}

/// A bound, with the coefficients of new levels it rests on.
struct Bounded {
    value: Exact,
    rests_on: Vec<((usize, usize), Exact)>,
}

impl Known<'_> {
    fn start(&self) -> Vec<Exact> {
        let n = self.game.parties();
        let mut low: Vec<Exact> = self.game.payoffs(Profile::at(0)).to_vec();
        let mut high = low.clone();
        for p in 0..self.game.profile_count() {
            for (i, value) in self.game.payoffs(Profile::at(p)).iter().enumerate() {
                if *value < low[i] {
                    low[i] = value.clone();
                }
                if *value > high[i] {
                    high[i] = value.clone();
                }
            }
        }
        let reach = |u: &[Exact]| {
            (0..n).fold(Exact::ZERO, |sum, i| {
                sum + &u[i] * if u[i] > Exact::ZERO { &high[i] } else { &low[i] }
            })
        };
        self.directions.iter().map(|u| reach(u)).collect()
    }

    fn check_step(&self, old: &Levels, step: &Step, gone: &mut [bool], place: &str) -> Result<(), Refusal> {
        let (states, count) = (self.game.states(), self.directions.len());
        if step.levels.len() != states || step.arguments.len() != states {
            return refuse(place, "there is not one entry for each state");
        }
        if step.levels.iter().flatten().any(|levels| levels.len() != count) {
            return refuse(place, "there is not one level for each direction");
        }
        let shaped = |weights: &Vec<Vec<Exact>>| {
            weights.len() == states
                && weights
                    .iter()
                    .all(|row| row.len() == count && row.iter().all(|w| *w > Exact::ZERO))
        };
        if step.weights.as_ref().is_some_and(|weights| !shaped(weights)) {
            return refuse(place, "there is not one weight above zero for each level");
        }
        for s in 0..states {
            let state = TableState::at(s);
            if old[s].is_none() && step.levels[s].is_some() {
                return refuse(place, format!("state {s} was shown to have no equilibrium"));
            }
            let prescribable: Vec<Profile> = self
                .game
                .profiles(state)
                .filter(|p| self.game.on_path(*p))
                .collect();
            if step.levels[s].is_none() && (old[s].is_none() || self.leads_to_nothing(state, old)) {
                continue;
            }
            if step.arguments[s].len() != prescribable.len() {
                return refuse(
                    format!("{place}.arguments[{s}]"),
                    "there is not one argument for each joint action",
                );
            }
            for (profile, argument) in prescribable.into_iter().zip(&step.arguments[s]) {
                let place = format!("{place}.arguments[{s}] of joint action {}", profile.index());
                self.check_argument(old, step, state, profile, argument, gone, &place)?;
            }
        }
        Ok(())
    }

    /// Whether some joint action of the state can lead to a state without equilibrium.
    fn leads_to_nothing(&self, state: TableState, old: &Levels) -> bool {
        self.game.profiles(state).any(|profile| {
            self.game
                .law(self.game.law_of(profile))
                .iter()
                .any(|(after, _)| old[after.index()].is_none())
        })
    }

    #[allow(clippy::too_many_arguments)]
    fn check_argument(
        &self,
        old: &Levels,
        step: &Step,
        state: TableState,
        profile: Profile,
        argument: &Argument,
        gone: &mut [bool],
        place: &str,
    ) -> Result<(), Refusal> {
        match argument {
            Argument::Gone if gone[profile.index()] => Ok(()),
            Argument::Gone => refuse(place, "this joint action was not shown to be out before"),
            Argument::Leads(to) => {
                let reaches = |p: Profile| {
                    self.game
                        .law(self.game.law_of(p))
                        .iter()
                        .any(|(after, _)| after == to)
                };
                let by_departing = (0..self.game.parties()).any(|i| {
                    self.game
                        .deviations(state, profile, TableParty::at(i))
                        .any(reaches)
                });
                if old.get(to.index()).is_some_and(Option::is_none) && by_departing {
                    gone[profile.index()] = true;
                    return Ok(());
                }
                refuse(place, "it does not lead to a state without equilibrium")
            }
            Argument::Empty(dual) => {
                if dual.new {
                    return refuse(place, "what is empty must be shown from the old levels");
                }
                let nothing = vec![Exact::ZERO; self.game.parties()];
                let bounded = self.bound(old, &nothing, state, profile, dual, place)?;
                if bounded.value < Exact::ZERO {
                    gone[profile.index()] = true;
                    return Ok(());
                }
                refuse(place, "the multipliers are not contradictory")
            }
            Argument::Bounds(duals) => {
                let Some(levels) = &step.levels[state.index()] else {
                    return refuse(place, "the state is said to have no equilibrium");
                };
                if duals.len() != self.directions.len() {
                    return refuse(place, "there is not one bound for each direction");
                }
                for (l, (dual, u)) in duals.iter().zip(self.directions).enumerate() {
                    let source = if dual.new { &step.levels } else { old };
                    let bounded = self.bound(source, u, state, profile, dual, place)?;
                    if bounded.value > levels[l] {
                        return refuse(place, format!("the bound exceeds the level of direction {l}"));
                    }
                    if dual.new {
                        self.check_weights(step, state, l, &bounded, place)?;
                    }
                }
                Ok(())
            }
        }
    }

    fn check_weights(
        &self,
        step: &Step,
        state: TableState,
        l: usize,
        bounded: &Bounded,
        place: &str,
    ) -> Result<(), Refusal> {
        let Some(weights) = &step.weights else {
            return refuse(place, "new levels are used without weights");
        };
        let sum = bounded
            .rests_on
            .iter()
            .fold(Exact::ZERO, |sum, ((s, k), factor)| {
                sum + factor * &weights[*s][*k]
            });
        if sum < weights[state.index()][l] {
            Ok(())
        } else {
            refuse(place, "the weights do not shrink")
        }
    }

    /// The bound that multipliers give for `u.v` when `profile` is prescribed in `state`.
    fn bound(
        &self,
        levels: &Levels,
        u: &[Exact],
        state: TableState,
        profile: Profile,
        dual: &Dual,
        place: &str,
    ) -> Result<Bounded, Refusal> {
        let n = self.game.parties();
        let mut lifted = u.to_vec();
        let mut value = Exact::ZERO;
        let mut rests_on = Vec::new();
        for (i, deviation, y) in &dual.held {
            if *i >= n || *y < Exact::ZERO {
                return refuse(place, "a multiplier is below zero or of nobody");
            }
            if !self
                .game
                .deviations(state, profile, TableParty::at(*i))
                .any(|other| other == *deviation)
            {
                return refuse(place, "a deviation is not the party's own");
            }
            lifted[*i] += y;
            value -= y * &self.rest[*i] * &self.game.payoffs(*deviation)[*i];
            let factor = y * &self.game.discount()[*i];
            self.add_levels(
                levels,
                *deviation,
                self.minus[*i],
                &factor,
                &mut value,
                &mut rests_on,
                place,
            )?;
        }
        let mut combined = vec![Exact::ZERO; n];
        for (k, lambda) in &dual.lambda {
            let Some(direction) = self.directions.get(*k).filter(|_| *lambda >= Exact::ZERO) else {
                return refuse(place, "a multiplier is below zero or of no direction");
            };
            for (sum, coordinate) in combined.iter_mut().zip(direction) {
                *sum += lambda * coordinate;
            }
            self.add_levels(levels, profile, *k, lambda, &mut value, &mut rests_on, place)?;
        }
        for i in 0..n {
            if combined[i] != &self.game.discount()[i] * &lifted[i] {
                return refuse(place, "the multipliers do not combine to the direction");
            }
            value += &lifted[i] * &self.rest[i] * &self.game.payoffs(profile)[i];
        }
        Ok(Bounded { value, rests_on })
    }

    #[allow(clippy::too_many_arguments)]
    fn add_levels(
        &self,
        levels: &Levels,
        profile: Profile,
        k: usize,
        factor: &Exact,
        value: &mut Exact,
        rests_on: &mut Vec<((usize, usize), Exact)>,
        place: &str,
    ) -> Result<(), Refusal> {
        for (after, chance) in self.game.law(self.game.law_of(profile)) {
            let Some(levels) = &levels[after.index()] else {
                return refuse(place, format!("state {} has no level", after.index()));
            };
            let factor = factor * chance;
            *value += &factor * &levels[k];
            rests_on.push(((after.index(), k), factor));
        }
        Ok(())
    }
}
