//! Sturdiness: by how large a share of their ranges all numbers may be wrong at once with the deal still an equilibrium.
//!
//! A slack is `g·x` in the payoff judgements x of its party. With every x free between `likely − ρ·below` and
//! `likely + ρ·above` it is at worst `slack − ρ·Σ_k (g_k > 0 ? g_k·below_k : −g_k·above_k)`, so the largest ρ at which it is
//! not negative is the slack over that sum, and that of the deal is the least over all parties and departures: the radius
//! of Ben-Haim's info-gap (2006) around the likely values. It is local (Sniedovich 2010): it says nothing of worlds beyond,
//! for which worlds are drawn. Discount factors, chances and hazards are taken as they are.

use detente_base::ids::{JudgementId, PartyId};
use detente_base::number::{Exact, to_float};
use detente_case::Case;
use detente_game::Game;
use rayon::prelude::*;

use crate::forms::{Breach, Forms, Weighed};
use crate::plays::Departure;
use crate::ranges::{Ranges, Room};

/// The most departures that are compared exactly for one figure; others that doubles cannot tell apart differ from those by
/// less than a billionth.
const COMPARED: usize = 20_000;

/// What a deal survives. `None` where nothing inside the ranges can break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sturdiness {
    /// At all nodes, the punishments among them.
    pub overall: Option<Radius>,
    /// At the nodes of the path.
    pub on_path: Option<Radius>,
    /// For each party.
    pub parties: Vec<PartySturdiness>,
}

/// What a party's willingness to comply survives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartySturdiness {
    /// Whose.
    pub party: PartyId,
    /// At all nodes.
    pub overall: Option<Radius>,
    /// At the nodes of the path.
    pub on_path: Option<Radius>,
    /// The least slack at the nodes of the path, on the party's own scale; `None` where it has no other move.
    pub least_slack: Option<Exact>,
}

/// The largest share of all ranges, and what breaks just beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Radius {
    /// The share: 1 is all of every range.
    pub share: Exact,
    /// The slack of the departure that breaks it at the likely values.
    pub slack: Exact,
    /// That departure.
    pub breach: Breach,
    /// The judgements that bind, those first that take most of the slack.
    pub binding: Vec<Binding>,
}

/// A judgement that binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Which.
    pub judgement: JudgementId,
    /// Its value where the departure just begins to pay, all others moving as well.
    pub at: Exact,
    /// The share of the slack that it takes.
    pub part: Exact,
}

/// The sturdiness of a deal in a case as it stands in the world of the forms.
///
/// # Errors
/// A sentence when some departure pays at the likely values already, or cannot be worked out exactly.
pub fn sturdiness(forms: &Forms, game: &Game, case: &Case, ranges: Ranges) -> Result<Sturdiness, String> {
    let parties: Result<Vec<PartySturdiness>, String> = forms
        .parties
        .par_iter()
        .map(|of| Search::new(forms, game, Weighed::new(of, case), case, ranges).party())
        .collect();
    let parties = parties?;
    let least = |radius: fn(&PartySturdiness) -> &Option<Radius>| {
        let known = parties.iter().filter_map(|party| radius(party).as_ref());
        known.min_by(|a, b| a.share.cmp(&b.share)).cloned()
    };
    Ok(Sturdiness {
        overall: least(|party| &party.overall),
        on_path: least(|party| &party.on_path),
        parties,
    })
}

struct Search<'a> {
    forms: &'a Forms,
    game: &'a Game,
    weighed: Weighed<'a>,
    room: Vec<Room>,
    below: Vec<f64>,
    above: Vec<f64>,
    /// By play, the most that its value can move within the ranges.
    moves: Vec<f64>,
}

impl<'a> Search<'a> {
    fn new(forms: &'a Forms, game: &'a Game, weighed: Weighed<'a>, case: &Case, ranges: Ranges) -> Self {
        let ids = weighed.of.payoffs.judgements.iter();
        let room: Vec<Room> = ids.map(|id| ranges.room(case, *id)).collect();
        let below: Vec<f64> = room.iter().map(|room| to_float(&room.below)).collect();
        let above: Vec<f64> = room.iter().map(|room| to_float(&room.above)).collect();
        let moves = |play| {
            let form = weighed.forms.of(play).iter().zip(below.iter().zip(&above));
            form.map(|(entry, (below, above))| entry.abs() * below.max(*above))
                .sum()
        };
        Self {
            moves: (0..weighed.of.plays.len() as u32).map(moves).collect(),
            forms,
            game,
            weighed,
            room,
            below,
            above,
        }
    }

    fn party(mut self) -> Result<PartySturdiness, String> {
        let of = self.weighed.of;
        let everywhere: Vec<(Departure, u32)> = of
            .plays
            .departures
            .iter()
            .copied()
            .zip(of.plays.at.iter().copied())
            .collect();
        let at = |(step, departure): &(u32, Departure)| (*departure, self.forms.path[*step as usize]);
        let on_path: Vec<(Departure, u32)> = of.plays.on_path.iter().map(at).collect();
        Ok(PartySturdiness {
            party: of.party,
            least_slack: self.least_slack(&on_path)?,
            on_path: self.radius(&on_path)?,
            overall: self.radius(&everywhere)?,
        })
    }

    fn least_slack(&mut self, departures: &[(Departure, u32)]) -> Result<Option<Exact>, String> {
        let slacks = departures
            .iter()
            .map(|(departure, _)| self.weighed.slack(*departure));
        let least = slacks.fold(f64::INFINITY, f64::min) + 4.0 * self.weighed.values.error;
        let mut found: Option<Exact> = None;
        for (departure, _) in departures {
            if self.weighed.slack(*departure) <= least {
                let (slack, _) = self.weighed.exactly(*departure)?;
                found = Some(found.map_or(slack.clone(), |known| known.min(slack)));
            }
        }
        Ok(found)
    }

    /// By how much the ranges can lower a slack, about.
    fn adverse(&self, departure: Departure) -> f64 {
        let complying = self.weighed.forms.of(departure.complying);
        let departing = self.weighed.forms.of(departure.departing);
        let room = self.below.iter().zip(&self.above);
        let pairs = complying.iter().zip(departing).zip(room);
        pairs
            .map(|((complying, departing), (below, above))| {
                let g = complying - departing;
                (g * below).max(-g * above)
            })
            .sum()
    }

    /// The radius over some departures, each with the node at which it is made.
    fn radius(&mut self, departures: &[(Departure, u32)]) -> Result<Option<Radius>, String> {
        let total: f64 = self
            .below
            .iter()
            .zip(&self.above)
            .map(|(below, above)| below + above)
            .sum();
        let off_slack = 2.0 * self.weighed.values.error;
        let off_adverse = (2.0 * self.weighed.forms.error + 8.0 * f64::EPSILON) * total;
        let mut best = f64::INFINITY;
        let mut open: Vec<(f64, Departure, u32)> = Vec::new();
        for (departure, node) in departures {
            let slack = self.weighed.slack(*departure);
            let most = self.moves[departure.complying as usize] + self.moves[departure.departing as usize];
            if slack - off_slack > best * (most + off_adverse) {
                continue;
            }
            let adverse = self.adverse(*departure);
            let at_least = (slack - off_slack) / (adverse + off_adverse);
            if at_least <= best {
                open.push((at_least, *departure, *node));
                if adverse > off_adverse {
                    best = best.min((slack + off_slack) / (adverse - off_adverse));
                }
            }
        }
        open.retain(|(at_least, ..)| *at_least <= best);
        open.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)).then(a.1.cmp(&b.1)));
        let mut found: Option<(Exact, Exact, Departure, u32, Vec<Exact>)> = None;
        for (_, departure, node) in open.into_iter().take(COMPARED) {
            let (slack, form) = self.weighed.exactly(departure)?;
            if slack < Exact::ZERO {
                return Err("a departure pays at the likely values already".into());
            }
            let taken: Vec<Exact> = form
                .iter()
                .zip(&self.room)
                .map(|(g, room)| taken(g, room))
                .collect();
            let adverse = taken.iter().fold(Exact::ZERO, |sum, part| sum + part);
            if adverse == Exact::ZERO {
                continue;
            }
            let share = &slack / &adverse;
            if found.as_ref().is_none_or(|(least, ..)| share < *least) {
                found = Some((share, slack, departure, node, form));
            }
        }
        let Some((share, slack, departure, node, form)) = found else {
            return Ok(None);
        };
        let breach = self.forms.breach(self.game, self.weighed.of, (departure, node));
        Ok(Some(Radius {
            breach: breach.ok_or("a departure was not found again where it was made")?,
            binding: self.binding(&share, &form),
            share,
            slack,
        }))
    }

    fn binding(&self, share: &Exact, form: &[Exact]) -> Vec<Binding> {
        let of = &self.weighed.of.payoffs.judgements;
        let parts: Vec<Exact> = form
            .iter()
            .zip(&self.room)
            .map(|(g, room)| taken(g, room))
            .collect();
        let all = parts.iter().fold(Exact::ZERO, |sum, part| sum + part);
        let mut binding: Vec<Binding> = (0..form.len())
            .filter(|variable| parts[*variable] > Exact::ZERO)
            .map(|variable| {
                let likely = &self.weighed.likely[variable];
                Binding {
                    judgement: of[variable],
                    at: match form[variable] > Exact::ZERO {
                        true => likely - share * &self.room[variable].below,
                        false => likely + share * &self.room[variable].above,
                    },
                    part: &parts[variable] / &all,
                }
            })
            .collect();
        binding.sort_by(|a, b| b.part.cmp(&a.part).then(a.judgement.cmp(&b.judgement)));
        binding
    }
}

/// By how much a judgement can lower a slack inside its range.
fn taken(coefficient: &Exact, room: &Room) -> Exact {
    match *coefficient > Exact::ZERO {
        true => coefficient * &room.below,
        false => Exact::ZERO - coefficient * &room.above,
    }
}
