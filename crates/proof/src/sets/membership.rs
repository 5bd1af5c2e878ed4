//! Possible: a finite self-generating family.
//!
//! A finite set `Z_s` of points is given for every state that matters. Each point is a public lottery over
//! branches: a joint action a that may be prescribed and, for each next state, a lottery over its points. With
//! the worst values `v_i(s) = min over Z_s of z_i`, the proof holds when
//! - every point is the mean of its branches, `z = sum mu [(1-d) g(s,a) + d sum p(s'|s,a) sum lambda z']`;
//! - in every branch, no party gains by any other action of its own followed by its worst point:
//!   `(1-d_i) g_i(s,a) + d_i w_i >= (1-d_i) g_i(s,x,a_-i) + d_i sum p(s'|s,x,a_-i) v_i(s')`;
//! - every state that any joint action can lead to has points as well.
//!
//! Then every point is the payoff of a subgame-perfect equilibrium (Abreu, Pearce and Stacchetti 1990): play
//! the drawn branch; if exactly party i departs, go on with its worst point of the state that follows.

use std::collections::HashMap;

use dashu::integer::IBig;
use detente_base::number::Exact;
use detente_game::table::{Profile, TableGame, TableParty, TableState};

use super::{Refusal, refuse};
use crate::whole_numbers::in_whole_numbers;

/// The name of this kind of proof.
pub const KIND: &str = "set-membership";

/// The most branches of one joint action that are remembered: all are compared with each that comes.
const MOST_MET: usize = 16;

/// A joint action with the lotteries over what follows.
#[derive(Debug, Clone, PartialEq)]
pub struct Branch {
    /// The chance with which the public lottery draws it.
    pub weight: Exact,
    /// The joint action.
    pub profile: Profile,
    /// For each next state, in the order of the law: points of that state with their chances.
    pub next: Vec<Vec<(usize, Exact)>>,
}

/// A payoff and how it comes about.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// What each party gets on average.
    pub value: Vec<Exact>,
    /// The branches of the lottery.
    pub from: Vec<Branch>,
}

/// A self-generating family: the points of every state.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Membership {
    /// Points by state; empty where nothing is claimed.
    pub points: Vec<Vec<Point>>,
}

impl Membership {
    /// The worst value of each party in a state, over its points.
    #[must_use]
    pub fn threat(&self, state: TableState) -> Option<Vec<Exact>> {
        let points = &self.points[state.index()];
        let mut worst = points.first()?.value.clone();
        for point in &points[1..] {
            for (low, value) in worst.iter_mut().zip(&point.value) {
                if value < low {
                    *low = value.clone();
                }
            }
        }
        Some(worst)
    }

    /// Checks everything the module lists.
    ///
    /// # Errors
    /// The first condition that fails.
    pub fn check(&self, game: &TableGame) -> Result<(), Refusal> {
        if self.points.len() != game.states() {
            return refuse("points", "there is not one list of points for each state");
        }
        let mut threats = Vec::with_capacity(game.states());
        for s in 0..game.states() {
            for (k, point) in self.points[s].iter().enumerate() {
                if point.value.len() != game.parties() {
                    return refuse(
                        format!("points[{s}][{k}]"),
                        "there is not one value for each party",
                    );
                }
            }
            threats.push(self.threat(TableState::at(s)));
        }
        let mut met = Met {
            worst: Worst {
                threats: &threats,
                by_law: HashMap::new(),
            },
            departures: HashMap::new(),
            values: HashMap::new(),
        };
        for s in 0..game.states() {
            if self.points[s].is_empty() {
                continue;
            }
            let state = TableState::at(s);
            for profile in game.profiles(state) {
                for (after, _) in game.law(game.law_of(profile)) {
                    if self.points[after.index()].is_empty() {
                        return refuse(
                            format!("points[{s}]"),
                            format!("state {} has no points", after.index()),
                        );
                    }
                }
            }
            for (k, point) in self.points[s].iter().enumerate() {
                self.check_point(game, state, point, &mut met, &format!("points[{s}][{k}]"))?;
            }
        }
        Ok(())
    }

    fn check_point<'a>(
        &'a self,
        game: &TableGame,
        state: TableState,
        point: &'a Point,
        met: &mut Met<'a>,
        place: &str,
    ) -> Result<(), Refusal> {
        let mut values = Vec::with_capacity(point.from.len());
        for branch in &point.from {
            if branch.weight < Exact::ZERO {
                return refuse(place, "a chance is below zero");
            }
            values.push(self.kept_value(game, state, branch, met, place)?);
        }
        let (weights, one) = in_whole_numbers(point.from.iter().map(|branch| &branch.weight));
        let total: IBig = weights.iter().sum();
        if total != IBig::from(one.clone()) {
            let total = Exact::from(total) / Exact::from(one);
            return refuse(place, format!("the chances add up to {total}"));
        }
        for (i, value) in point.value.iter().enumerate() {
            let of_branches = values.iter().map(|values| &values[i]);
            let (mut values, _) = in_whole_numbers(of_branches.chain([value]));
            let value = values.pop().unwrap_or_default();
            let sum: IBig = weights
                .iter()
                .zip(&values)
                .map(|(weight, value)| weight * value)
                .sum();
            if sum != value * &one {
                return refuse(place, "the point is not the mean of its branches");
            }
        }
        Ok(())
    }

    /// What the parties get in a branch from which no party gains by departing. A branch that was met before is not
    /// worked out again.
    fn kept_value<'a>(
        &'a self,
        game: &TableGame,
        state: TableState,
        branch: &'a Branch,
        met: &mut Met<'a>,
        place: &str,
    ) -> Result<Vec<Exact>, Refusal> {
        let index = branch.profile.index();
        let known = met.values.get(&(state.index(), index));
        let mut known = known.into_iter().flatten();
        if let Some((_, value)) = known.find(|(next, _)| **next == branch.next) {
            return Ok(value.clone());
        }
        let value = self.branch_value(game, state, branch, place)?;
        if !met.departures.contains_key(&index) {
            let best = (0..game.parties())
                .map(|i| best_deviation(game, state, branch.profile, i, &mut met.worst, place))
                .collect::<Result<_, _>>()?;
            met.departures.insert(index, best);
        }
        for (i, (value, best)) in value.iter().zip(&met.departures[&index]).enumerate() {
            if value < best {
                return refuse(
                    place,
                    format!("party {i} gets {value} by obeying and {best} by departing"),
                );
            }
        }
        let known = met.values.entry((state.index(), index)).or_default();
        if known.len() < MOST_MET {
            known.push((&branch.next, value.clone()));
        }
        Ok(value)
    }

    fn branch_value(
        &self,
        game: &TableGame,
        state: TableState,
        branch: &Branch,
        place: &str,
    ) -> Result<Vec<Exact>, Refusal> {
        if branch.profile.index() >= game.profile_count()
            || game.state_of(branch.profile) != state
            || !game.on_path(branch.profile)
        {
            return refuse(
                place,
                "a branch prescribes a joint action that may not be prescribed here",
            );
        }
        let law = game.law(game.law_of(branch.profile));
        if law.len() != branch.next.len() {
            return refuse(place, "there is not one lottery for each next state");
        }
        for ((after, _), lottery) in law.iter().zip(&branch.next) {
            let mut total = Exact::ZERO;
            for (k, weight) in lottery {
                if *k >= self.points[after.index()].len() {
                    return refuse(place, format!("state {} has no point {k}", after.index()));
                }
                if *weight < Exact::ZERO {
                    return refuse(place, "a chance is below zero");
                }
                total += weight;
            }
            if total != Exact::ONE {
                return refuse(place, format!("the chances of a next state add up to {total}"));
            }
        }
        let follow = (0..game.parties()).map(|i| {
            expected(law.iter().zip(&branch.next).map(|((after, chance), lottery)| {
                let points = &self.points[after.index()];
                let terms = lottery.iter().map(|(k, weight)| (weight, &points[*k].value[i]));
                (chance, weighted(terms))
            }))
        });
        Ok(follow
            .zip(game.payoffs(branch.profile))
            .zip(game.discount())
            .map(|((w, g), d)| (Exact::ONE - d) * g + d * w)
            .collect())
    }
}

/// The sum of weights times values; a weight of one is not multiplied with.
#[must_use]
pub fn weighted<'a>(terms: impl Iterator<Item = (&'a Exact, &'a Exact)>) -> Exact {
    let mut sum = Exact::ZERO;
    for (weight, value) in terms {
        if *weight == Exact::ONE {
            sum += value;
        } else {
            sum += weight * value;
        }
    }
    sum
}

/// The sum of chances times values. Neighbours with equal chances are added up first: most laws are uniform,
/// and a sum is cheaper than a product.
#[must_use]
pub fn expected<'a>(terms: impl Iterator<Item = (&'a Exact, Exact)>) -> Exact {
    let mut sum = Exact::ZERO;
    let mut open: Option<(&Exact, Exact)> = None;
    for (chance, value) in terms {
        match &mut open {
            Some((same, part)) if *same == chance => *part += value,
            _ => {
                if let Some((chance, part)) = open.replace((chance, value)) {
                    sum += chance * part;
                }
            }
        }
    }
    if let Some((chance, part)) = open {
        sum += chance * part;
    }
    sum
}

/// What was worked out for points before: it is the same wherever it comes up again.
struct Met<'a> {
    worst: Worst<'a>,
    /// By joint action, what each party gets by its best departure.
    departures: HashMap<usize, Vec<Exact>>,
    /// By state and joint action, the lotteries over what follows with what each party gets; none gains by departing.
    values: HashMap<(usize, usize), Vec<(&'a Vec<Vec<(usize, Exact)>>, Vec<Exact>)>>,
}

/// What follows a departure, by law and party: the expected worst value. Worked out where it is asked for first.
struct Worst<'a> {
    threats: &'a [Option<Vec<Exact>>],
    by_law: HashMap<(usize, usize), Exact>,
}

impl Worst<'_> {
    fn follows(
        &mut self,
        game: &TableGame,
        profile: Profile,
        party: usize,
        place: &str,
    ) -> Result<Exact, Refusal> {
        let law = game.law_of(profile);
        if let Some(known) = self.by_law.get(&(law.index(), party)) {
            return Ok(known.clone());
        }
        for (after, _) in game.law(law) {
            if self.threats[after.index()].is_none() {
                return refuse(place, format!("state {} has no points", after.index()));
            }
        }
        let worst = game.law(law).iter().filter_map(|(after, chance)| {
            let threat = self.threats[after.index()].as_ref()?;
            Some((chance, threat[party].clone()))
        });
        let found = expected(worst);
        self.by_law.insert((law.index(), party), found.clone());
        Ok(found)
    }
}

fn best_deviation(
    game: &TableGame,
    state: TableState,
    profile: Profile,
    party: usize,
    worst: &mut Worst,
    place: &str,
) -> Result<Exact, Refusal> {
    let d = &game.discount()[party];
    let rest = Exact::ONE - d;
    let mut best: Option<Exact> = None;
    for other in game.deviations(state, profile, TableParty::at(party)) {
        let follow = worst.follows(game, other, party, place)?;
        let value = &rest * &game.payoffs(other)[party] + d * follow;
        if best.as_ref().is_none_or(|best| value > *best) {
            best = Some(value);
        }
    }
    best.map_or_else(|| refuse(place, "a party has no action"), Ok)
}
