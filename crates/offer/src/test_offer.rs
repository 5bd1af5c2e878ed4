//! The test of an offer: what every type of every party does with it, and by how much.
//!
//! A type *keeps* an offer if some best response never does what the offer forbids while it lasts: nothing gives the type more.
//! It *refuses* if even its best response gives it less than no deal. Else it *breaches* or *leaves*, at the first date at which
//! its best response does. All numbers are averages per period on the type's own scale, exact.

use detente_base::ids::{IssueId, Level, PartyId};
use detente_base::number::Exact;
use rayon::prelude::*;

use crate::exact::Payoffs;
use crate::no_deal;
use crate::offer::Offer;
use crate::play::Play;
use crate::problem::{Doing, Problem};
use crate::respond::{Allowed, Response, respond};

/// What a type does with an offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// Follows it to the end.
    Keeps,
    /// Would rather have no deal.
    Refuses,
    /// Does something else from a date on.
    Departs(Departure),
}

/// The first move of a best response that is not the offer's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The date.
    pub date: u32,
    /// Whether it leaves openly.
    pub leaves: bool,
    /// The issues it takes elsewhere: the level asked for and the level chosen.
    pub instead: Vec<(IssueId, Level, Level)>,
}

/// What became of one type.
#[derive(Debug, Clone)]
pub struct TypeTest {
    /// Whose type.
    pub party: PartyId,
    /// Which, as a place among those of the party.
    pub kind: usize,
    /// Whether the party is bound by the offer, and not a third party.
    pub bound: bool,
    /// What it does.
    pub reaction: Reaction,
    /// What it does that the offer neither asks for nor forbids: what is welcome to the others, or what a third party does.
    pub further: Option<Departure>,
    /// What its best response gives.
    pub value: Exact,
    /// What the best of what the offer does not forbid gives, as long as the offer lasts.
    pub keeping: Exact,
    /// What no deal gives.
    pub no_deal: Exact,
    /// What the confirmation rests on, and what a proof is made of.
    pub response: Response,
    /// The same among what the offer does not forbid, for a type that does what it forbids.
    pub restrained: Option<Response>,
}

impl TypeTest {
    /// By how much its best response beats keeping the offer.
    #[must_use]
    pub fn gain(&self) -> Exact {
        &self.value - &self.keeping
    }
}

/// The tested offer.
#[derive(Debug)]
pub struct OfferTest {
    /// The offer.
    pub offer: Offer,
    /// The decision problem of each party.
    pub problems: Vec<Problem>,
    /// Every type of every party.
    pub types: Vec<TypeTest>,
}

impl OfferTest {
    /// The test of one type.
    #[must_use]
    pub fn of_type(&self, party: PartyId, kind: usize) -> Option<&TypeTest> {
        self.types
            .iter()
            .find(|test| test.party == party && test.kind == kind)
    }
}

/// Tests an offer.
///
/// # Errors
/// A sentence that names the limit that was reached: then nothing is known.
pub fn test_offer(play: &Play, offer: &Offer) -> Result<OfferTest, String> {
    let parties: Vec<PartyId> = play.game().parties().collect();
    let tested: Vec<Result<(Problem, Vec<TypeTest>), String>> = parties
        .par_iter()
        .map(|party| test_party(play, offer, *party))
        .collect();
    let mut test = OfferTest {
        offer: offer.clone(),
        problems: Vec::new(),
        types: Vec::new(),
    };
    for tested in tested {
        let (problem, types) = tested?;
        test.problems.push(problem);
        test.types.extend(types);
    }
    Ok(test)
}

fn test_party(play: &Play, offer: &Offer, party: PartyId) -> Result<(Problem, Vec<TypeTest>), String> {
    let problem = Problem::of_offer(play, offer, party).map_err(|error| error.0)?;
    let kinds = 0..play.kinds(party).len();
    let types: Result<Vec<TypeTest>, String> = kinds
        .map(|kind| {
            let payoffs = Payoffs::of_type(play, &problem, kind);
            let response = respond(&problem, &payoffs, Allowed::All)?;
            let without = no_deal::value(play, party, kind)?;
            let breach = response.first_breach(&problem);
            let restrained = breach.map(|_| respond(&problem, &payoffs, Allowed::Unforbidden));
            let restrained = restrained.transpose()?;
            let reaction = match breach {
                _ if response.value < without => Reaction::Refuses,
                // Where keeping gives exactly as much, some best response keeps.
                Some(_)
                    if restrained
                        .as_ref()
                        .is_some_and(|kept| kept.value == response.value) =>
                {
                    Reaction::Keeps
                }
                Some(point) => Reaction::Departs(departure(play, &problem, &response, point)),
                None => Reaction::Keeps,
            };
            let further = response.dates(&problem).into_iter().find(|point| {
                let choice = problem.choice(response.policy[*point] as usize);
                choice.doing == Doing::Depart && !choice.breach
            });
            Ok(TypeTest {
                party,
                kind,
                bound: offer.bound[party.index()],
                reaction,
                further: further.map(|point| departure(play, &problem, &response, point)),
                value: response.value.clone(),
                keeping: restrained.as_ref().unwrap_or(&response).value.clone(),
                no_deal: without,
                response,
                restrained,
            })
        })
        .collect();
    Ok((problem, types?))
}

/// What a best response does at a point.
fn departure(play: &Play, problem: &Problem, response: &Response, point: usize) -> Departure {
    let (game, of) = (play.game(), problem.choice(response.policy[point] as usize));
    let asked = problem.choice(problem.choices(point).start).position;
    let state = problem.points[point].state;
    let asked = game.with_position(state, problem.party, asked);
    let chosen = game.with_position(state, problem.party, of.position);
    let leaves = of.doing == Doing::Leave;
    Departure {
        date: problem.date(point).unwrap_or(0),
        leaves,
        instead: match leaves {
            true => Vec::new(),
            false => game.changes(asked, chosen).collect(),
        },
    }
}
