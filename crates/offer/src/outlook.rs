//! What an offer is worth once every type does what it does: beliefs, values, and whether everybody carries on.
//!
//! A profile is one type for every party to the offer. In each, every type plays its best response to those who follow, and
//! what becomes of the offer is a Markov chain with exact values. If a type that refuses is in the profile, there is no deal.
//! Beliefs follow Bayes' rule along the history without an alarm and without an ending: at date t a type has the weight
//! `prior × chance of no alarm before t`, others following. A party carries on at a date if, over what it then believes, that
//! gives it at least as much as leaving and as its best breach against those who follow. Where types of several parties depart at
//! once they are not yet best responses to each other; [`Outlook::several_depart`] says so.

use detente_base::ids::{IssueId, PartyId};
use detente_base::number::Exact;

use crate::exact::{Payoffs, evaluate};
use crate::offer::Offer;
use crate::play::Play;
use crate::problem::{Node, Problem, Strategy};
use crate::test_offer::{OfferTest, Reaction, TypeTest};

/// The most profiles of types.
const MOST_PROFILES: usize = 1_024;

/// What is believed of a party at a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Belief {
    /// Of whom.
    pub party: PartyId,
    /// Before the moves of this date.
    pub date: u32,
    /// The chance of each of its types; nothing where no history without an alarm leads there.
    pub types: Option<Vec<Exact>>,
}

/// What carrying on is worth to a type at a date, and what else it could do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Willingness {
    /// Whose type.
    pub party: PartyId,
    /// Which.
    pub kind: usize,
    /// The date.
    pub date: u32,
    /// What it gives to carry on.
    pub carry_on: Exact,
    /// What it gives to leave at this date; nothing at the first, where that is no deal.
    pub leave: Exact,
    /// What its best breach at this date against those who follow gives, if it has one.
    pub breach: Option<Exact>,
    /// The least chance today that the others are of types that keep the offer, from which it carries on at this date; nothing
    /// if no chance is enough.
    pub needs: Option<Exact>,
}

impl Willingness {
    /// By how much carrying on is better than the best of the rest.
    #[must_use]
    pub fn slack(&self) -> Exact {
        let other = self.breach.as_ref().filter(|breach| **breach > self.leave);
        &self.carry_on - other.unwrap_or(&self.leave)
    }
}

/// What an offer is worth to a type over what the others may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prospect {
    /// Whose type.
    pub party: PartyId,
    /// Which.
    pub kind: usize,
    /// Its value, given what it believes of the others today.
    pub value: Exact,
    /// No deal.
    pub no_deal: Exact,
    /// The value if all others are of types that keep the offer; nothing where some party has none.
    pub if_kept: Option<Exact>,
    /// The value if some other is of a type that does not.
    pub if_not: Option<Exact>,
    /// The least chance that the others keep it, from which it is worth at least no deal; nothing if none is enough.
    pub break_even: Option<Exact>,
    /// The least it can come to at any date while it follows, if another party then leaves: who and when.
    pub worst: Option<(Exact, PartyId, u32)>,
}

/// What becomes of an offer.
#[derive(Debug, Clone, Default)]
pub struct Outlook {
    /// By party with several types and date.
    pub beliefs: Vec<Belief>,
    /// By type of every party to the offer.
    pub prospects: Vec<Prospect>,
    /// By type that keeps the offer, and date.
    pub willingness: Vec<Willingness>,
    /// Whether types of several parties depart.
    pub several_depart: bool,
}

/// One type for every party, and how likely that is.
struct Profile<'a> {
    types: Vec<&'a TypeTest>,
    refused: bool,
}

/// The outlook of a tested offer.
///
/// # Errors
/// A sentence that names the limit that was reached.
pub fn outlook(play: &Play, test: &OfferTest) -> Result<Outlook, String> {
    let view = View {
        play,
        offer: &test.offer,
        test,
        profiles: profiles(play, test)?,
    };
    let departs = |party: &PartyId| {
        let mut types = test.types.iter().filter(|of| of.party == *party && of.bound);
        types.any(|of| of.reaction != Reaction::Keeps)
    };
    let mut outlook = Outlook {
        beliefs: view.beliefs(),
        several_depart: play.game().parties().filter(departs).count() > 1,
        ..Outlook::default()
    };
    for of in test.types.iter().filter(|of| of.bound) {
        outlook.prospects.push(view.prospect(of)?);
        if of.reaction == Reaction::Keeps {
            outlook.willingness.extend(view.willingness(of)?);
        }
    }
    Ok(outlook)
}

fn profiles<'a>(play: &Play, test: &'a OfferTest) -> Result<Vec<Profile<'a>>, String> {
    let mut profiles: Vec<Vec<&TypeTest>> = vec![Vec::new()];
    for party in play.game().parties() {
        let own: Vec<&TypeTest> = test.types.iter().filter(|of| of.party == party).collect();
        // What third parties may be changes nothing: they are taken to stay.
        let own = if own[0].bound { &own[..] } else { &own[..1] };
        let longer = profiles.iter().flat_map(|types| {
            own.iter().map(|of| {
                let mut longer = types.clone();
                longer.push(*of);
                longer
            })
        });
        profiles = longer.collect();
        if profiles.len() > MOST_PROFILES {
            return Err(format!("there are more than {MOST_PROFILES} profiles of types"));
        }
    }
    Ok(profiles
        .into_iter()
        .map(|types| Profile {
            refused: types
                .iter()
                .any(|of| of.bound && of.reaction == Reaction::Refuses),
            types,
        })
        .collect())
}

struct View<'a> {
    play: &'a Play,
    offer: &'a Offer,
    test: &'a OfferTest,
    profiles: Vec<Profile<'a>>,
}

/// What somebody does instead of its strategy.
#[derive(Clone, Copy)]
enum Instead<'a> {
    Nothing,
    LeavesAt(PartyId, u32),
    Plays(PartyId, &'a [u32]),
}

impl<'a> View<'a> {
    fn dates(&self) -> std::ops::RangeInclusive<u32> {
        0..=self.offer.asked.len() as u32
    }

    /// The chain of a profile with the costs of a party, and its values to a type of it.
    fn chain(
        &self,
        profile: &Profile<'_>,
        of: &TypeTest,
        instead: Instead<'_>,
    ) -> Result<(Problem, Vec<Exact>), String> {
        let strategies: Vec<Strategy<'_>> = profile
            .types
            .iter()
            .map(|other| {
                let mine = &self.test.problems[other.party.index()];
                Strategy {
                    problem: mine,
                    policy: match instead {
                        Instead::Plays(party, policy) if party == other.party => policy,
                        _ => &other.response.policy,
                    },
                    leaves_at: match instead {
                        Instead::LeavesAt(party, date) if party == other.party => Some(date),
                        _ => None,
                    },
                }
            })
            .collect();
        self.valued(of, &strategies)
    }

    fn valued(&self, of: &TypeTest, strategies: &[Strategy<'_>]) -> Result<(Problem, Vec<Exact>), String> {
        let problem =
            Problem::of_strategies(self.play, self.offer, of.party, strategies).map_err(|error| error.0)?;
        let payoffs = Payoffs::of_type(self.play, &problem, of.kind);
        let policy: Vec<u32> = (0..problem.points.len() as u32).collect();
        let values = evaluate(&problem, &payoffs, &policy, &[0])?;
        let values = values.into_iter().map(|value| value.expect("all are led to"));
        Ok((problem, values.collect()))
    }

    /// The chance today that all others are as in a profile, for a party.
    fn weight(&self, profile: &Profile<'_>, party: PartyId) -> Exact {
        let others = profile.types.iter().filter(|of| of.bound && of.party != party);
        others.fold(Exact::ONE, |chance, of| {
            chance * &self.play.kinds(of.party)[of.kind].prior
        })
    }

    fn all_others_keep(&self, profile: &Profile<'_>, party: PartyId) -> bool {
        let mut others = profile.types.iter().filter(|of| of.bound && of.party != party);
        others.all(|of| of.reaction == Reaction::Keeps)
    }

    fn of_type<'b>(&'b self, of: &'b TypeTest) -> impl Iterator<Item = &'b Profile<'a>> {
        let same = |other: &&TypeTest| other.party == of.party && other.kind == of.kind;
        self.profiles
            .iter()
            .filter(move |profile| profile.types.iter().any(&same))
    }

    fn beliefs(&self) -> Vec<Belief> {
        let mut beliefs = Vec::new();
        for (party, problem) in self.play.game().parties().zip(&self.test.problems) {
            let kinds = self.play.kinds(party);
            if kinds.len() < 2 || !self.offer.bound[party.index()] {
                continue;
            }
            let own: Vec<&TypeTest> = self.test.types.iter().filter(|of| of.party == party).collect();
            for date in self.dates() {
                let weights: Vec<Exact> = own
                    .iter()
                    .map(|of| match of.reaction {
                        Reaction::Refuses => Exact::ZERO,
                        _ => &kinds[of.kind].prior * quiet(problem, &of.response.policy, self.offer, date),
                    })
                    .collect();
                let sum = weights.iter().fold(Exact::ZERO, |sum, weight| sum + weight);
                let types =
                    (sum != Exact::ZERO).then(|| weights.iter().map(|weight| weight / &sum).collect());
                beliefs.push(Belief { party, date, types });
            }
        }
        beliefs
    }

    fn prospect(&self, of: &TypeTest) -> Result<Prospect, String> {
        let mut sums = [(Exact::ZERO, Exact::ZERO), (Exact::ZERO, Exact::ZERO)];
        for profile in self.of_type(of) {
            let weight = self.weight(profile, of.party);
            let value = match profile.refused {
                true => of.no_deal.clone(),
                false => self.chain(profile, of, Instead::Nothing)?.1[0].clone(),
            };
            let (chance, sum) = &mut sums[usize::from(!self.all_others_keep(profile, of.party))];
            *sum += &weight * value;
            *chance += weight;
        }
        let total = &sums[0].0 + &sums[1].0;
        let value = (&sums[0].1 + &sums[1].1) / total;
        let [kept, not] = sums.map(|(chance, sum)| (chance != Exact::ZERO).then(|| sum / chance));
        let above = |value: &Option<Exact>| value.as_ref().map(|value| value - &of.no_deal);
        Ok(Prospect {
            party: of.party,
            kind: of.kind,
            value,
            no_deal: of.no_deal.clone(),
            break_even: least_chance(above(&kept), above(&not)),
            if_kept: kept,
            if_not: not,
            worst: self.worst(of)?,
        })
    }

    /// Everybody follows, and one party leaves at a date.
    fn worst(&self, of: &TypeTest) -> Result<Option<(Exact, PartyId, u32)>, String> {
        let follow: Vec<Vec<u32>> = self.test.problems.iter().map(following).collect();
        let bound = |party: &PartyId| self.offer.bound[party.index()] && *party != of.party;
        let mut worst: Option<(Exact, PartyId, u32)> = None;
        for party in self.play.game().parties().filter(bound) {
            for date in self.dates().skip(1) {
                let each = self.play.game().parties().map(|other| Strategy {
                    problem: &self.test.problems[other.index()],
                    policy: &follow[other.index()],
                    leaves_at: (other == party).then_some(date),
                });
                let (problem, values) = self.valued(of, &each.collect::<Vec<_>>())?;
                for (point, _) in at_date(&problem, self.offer, date) {
                    if worst.as_ref().is_none_or(|(least, ..)| values[point] < *least) {
                        worst = Some((values[point].clone(), party, date));
                    }
                }
            }
        }
        Ok(worst)
    }

    fn willingness(&self, of: &TypeTest) -> Result<Vec<Willingness>, String> {
        let mut found = Vec::new();
        let mine = &self.test.problems[of.party.index()];
        let carry: Vec<(&Profile<'_>, Problem, Vec<Exact>)> = self
            .of_type(of)
            .filter(|profile| !profile.refused)
            .map(|profile| {
                let (problem, values) = self.chain(profile, of, Instead::Nothing)?;
                Ok((profile, problem, values))
            })
            .collect::<Result<_, String>>()?;
        for date in self.dates() {
            let breaching = best_breach(mine, self.play, of, self.offer, date);
            // For those who keep it and for the others: chance, and chance times value of each of the three.
            let mut sums: [[Exact; 4]; 2] = Default::default();
            for (profile, problem, values) in &carry {
                let others_keep = self.all_others_keep(profile, of.party);
                let sum = &mut sums[usize::from(!others_keep)];
                let weight = self.weight(profile, of.party);
                let points = at_date(problem, self.offer, date);
                let leave = match date {
                    0 => None,
                    _ => Some(self.chain(profile, of, Instead::LeavesAt(of.party, date))?),
                };
                let breach = breaching
                    .as_ref()
                    .map(|policy| self.chain(profile, of, Instead::Plays(of.party, policy)))
                    .transpose()?;
                for (point, mass) in points {
                    let share = &weight * mass;
                    let place = &problem.points[point];
                    let node = &problem.nodes[place.node as usize];
                    let there = |other: &(Problem, Vec<Exact>)| {
                        let point = other.0.place_of(place.state, node, place.notices);
                        point.map_or(Exact::ZERO, |point| other.1[point].clone())
                    };
                    sum[1] += &share * &values[point];
                    sum[2] += &share * leave.as_ref().map_or_else(|| of.no_deal.clone(), there);
                    sum[3] += &share * breach.as_ref().map_or(Exact::ZERO, there);
                    sum[0] += share;
                }
            }
            let total = &sums[0][0] + &sums[1][0];
            if total == Exact::ZERO {
                continue;
            }
            let over = |place: usize| (&sums[0][place] + &sums[1][place]) / &total;
            let breach = breaching.is_some().then(|| over(3));
            let (leave, carry_on) = (over(2), over(1));
            let other = if breach.as_ref().is_some_and(|breach| *breach > leave) {
                3
            } else {
                2
            };
            // Per unit of today's chance of each group, so that the least chance today comes out.
            let chances = self.chances(of);
            let slack = |group: usize| {
                let sum = &sums[group];
                (chances[group] != Exact::ZERO).then(|| (&sum[1] - &sum[other]) / &chances[group])
            };
            found.push(Willingness {
                party: of.party,
                kind: of.kind,
                date,
                carry_on,
                leave,
                breach,
                needs: least_chance(slack(0), slack(1)),
            });
        }
        Ok(found)
    }

    /// The chances today that all others keep the offer, and that some do not.
    fn chances(&self, of: &TypeTest) -> [Exact; 2] {
        let mut chances = [Exact::ZERO, Exact::ZERO];
        for profile in self.of_type(of) {
            let place = usize::from(!self.all_others_keep(profile, of.party));
            chances[place] += self.weight(profile, of.party);
        }
        chances
    }
}

/// The least chance p with `p·a + (1−p)·b ≥ 0`; of a group that cannot occur nothing is asked.
fn least_chance(kept: Option<Exact>, not: Option<Exact>) -> Option<Exact> {
    match (kept, not) {
        (_, Some(not)) if not >= Exact::ZERO => Some(Exact::ZERO),
        (Some(kept), None) => (kept >= Exact::ZERO).then_some(Exact::ZERO),
        (Some(kept), Some(not)) if kept >= Exact::ZERO => Some(-&not / (kept - &not)),
        _ => None,
    }
}

/// The policy that follows at every date and is at its best afterwards is not needed here: followers follow.
fn following(problem: &Problem) -> Vec<u32> {
    (0..problem.points.len())
        .map(|point| problem.choices(point).start as u32)
        .collect()
}

/// The points of a chain at a date with all pardons left, with the chances of coming there without an alarm or ending.
fn at_date(problem: &Problem, offer: &Offer, date: u32) -> Vec<(usize, Exact)> {
    let policy = following(problem);
    masses(problem, &policy, offer, date)
}

fn quiet(problem: &Problem, policy: &[u32], offer: &Offer, date: u32) -> Exact {
    let masses = masses(problem, policy, offer, date);
    masses.into_iter().fold(Exact::ZERO, |sum, (_, mass)| sum + mass)
}

fn masses(problem: &Problem, policy: &[u32], offer: &Offer, date: u32) -> Vec<(usize, Exact)> {
    let mut now = vec![(0usize, Exact::ONE)];
    for before in 0..date {
        let node = Node::Date(before + 1, offer.pardons);
        let mut next: Vec<(usize, Exact)> = Vec::new();
        for (point, mass) in now {
            for way in problem.ways(policy[point] as usize) {
                let follows = way.next as usize;
                if problem.nodes[problem.points[follows].node as usize] != node {
                    continue;
                }
                let more = &mass * &problem.chances.exact[way.chance as usize];
                match next.iter_mut().find(|(known, _)| *known == follows) {
                    Some((_, sum)) => *sum += more,
                    None => next.push((follows, more)),
                }
            }
        }
        now = next;
    }
    now
}

/// The best response with, at the points of a date with all pardons left, the best breach; nothing if there is none.
fn best_breach(problem: &Problem, play: &Play, of: &TypeTest, offer: &Offer, date: u32) -> Option<Vec<u32>> {
    let payoffs = Payoffs::of_type(play, problem, of.kind);
    let mut policy = of.response.policy.clone();
    let mut any = false;
    for (point, _) in masses(problem, &of.response.policy, offer, date) {
        let breaches = problem.choices(point).filter(|choice| {
            let choice = problem.choice(*choice);
            choice.breach && choice.doing == crate::problem::Doing::Depart
        });
        let value = |choice: usize| payoffs.choice(problem, choice, |next| of.response.upper[next].clone());
        let best = breaches
            .map(|choice| (value(choice), choice))
            .max_by(|a, b| a.0.cmp(&b.0));
        if let Some((_, choice)) = best {
            policy[point] = choice as u32;
            any = true;
        }
    }
    any.then_some(policy)
}

/// What carries the last step of a party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Carried {
    /// The step itself gives the party at least as much per period as not making it.
    OwnBenefit,
    /// What the snapback would take back: issues of others.
    Snapback(Vec<IssueId>),
    /// Nothing.
    Nothing,
}

/// The date of a party's last step and what carries it, for a type; nothing where it makes no step.
#[must_use]
pub fn last_step(play: &Play, offer: &Offer, party: PartyId, kind: usize) -> Option<(u32, Carried)> {
    let game = play.game();
    let own = |issue: &IssueId| game.owner(*issue) == Some(party);
    let before = |date: usize| offer.reached(date.checked_sub(1));
    let date = (0..offer.asked.len()).rev().find(|date| {
        let mut issues = game.issues_of(party);
        issues.any(|issue| offer.asked[*date][issue.index()] != before(*date)[issue.index()])
    })?;
    let after = offer.reached(Some(date));
    let with = game.state_with(|issue| after[issue.index()])?;
    let without = game.state_with(|issue| match own(&issue) {
        true => before(date)[issue.index()],
        false => after[issue.index()],
    })?;
    if play.flow(party, kind, with) >= play.flow(party, kind, without) {
        return Some((date as u32, Carried::OwnBenefit));
    }
    let taken: Vec<IssueId> = IssueId::first(after.len())
        .filter(|issue| !own(issue) && offer.is_watched(date, *issue))
        .collect();
    let carried = if taken.is_empty() {
        Carried::Nothing
    } else {
        Carried::Snapback(taken)
    };
    Some((date as u32, carried))
}
