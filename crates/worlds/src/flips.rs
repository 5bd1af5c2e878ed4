//! Flips of a deal: for each judgement alone, the value up to which the deal holds, exactly.
//!
//! A slack `g·x` with only x_k moved is nothing at `x_k = likely_k − slack/g_k`: below the likely value where g_k > 0, above it
//! where g_k < 0. The nearest of these over all departures on either side is where the deal breaks; just beyond it one
//! departure pays. Discount factors, chances and hazards are not payoffs: with them the deal is tried at evenly spaced
//! values and the first change is bracketed ([`crate::testing`]).

use std::collections::BTreeSet;

use detente_base::ids::JudgementId;
use detente_base::number::{Exact, to_float};
use detente_case::{Case, World};
use detente_game::Game;
use rayon::prelude::*;

use crate::explore::entering;
use crate::forms::{Breach, Forms, Weighed};
use crate::plays::Departure;
use crate::ranges::Ranges;
use crate::testing::Known;

/// Where one judgement alone breaks a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    /// Which judgement.
    pub judgement: JudgementId,
    /// Whether it breaks above the likely value.
    pub upwards: bool,
    /// The last value at which the deal holds.
    pub holds_up_to: Exact,
    /// The departure that pays beyond.
    pub breach: Breach,
}

/// Values of a rate that are tried between the likely one and each end of its range, the end included.
const TRIED: u32 = 8;
/// How often a bracket around a change is halved.
const HALVINGS: u32 = 20;

/// Where a rate alone breaks a deal: a discount factor, a chance or a hazard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateFlip {
    /// Which judgement.
    pub judgement: JudgementId,
    /// The farthest value tried at which the deal holds.
    pub holds_at: Exact,
    /// The first value tried beyond at which it does not.
    pub fails_at: Exact,
}

/// All flips of a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breaks {
    /// In payoffs, exact.
    pub payoffs: Vec<Flip>,
    /// In rates, bracketed.
    pub rates: Vec<RateFlip>,
}

impl Breaks {
    /// The judgements that break the deal alone, those first that need be moved least of the way to the end of their range.
    #[must_use]
    pub fn judgements(&self, case: &Case) -> Vec<JudgementId> {
        let share = |id: JudgementId, at: &Exact| {
            let judgement = case.judgement(id);
            let end = if *at < judgement.likely {
                &judgement.low
            } else {
                &judgement.high
            };
            let room = end.as_ref().map_or(Exact::ZERO, |end| end - &judgement.likely);
            match room == Exact::ZERO {
                true => Exact::ZERO,
                false => (at - &judgement.likely) / room,
            }
        };
        let payoffs = self
            .payoffs
            .iter()
            .map(|flip| (flip.judgement, &flip.holds_up_to));
        let rates = self.rates.iter().map(|flip| (flip.judgement, &flip.fails_at));
        let mut all: Vec<(Exact, JudgementId)> =
            payoffs.chain(rates).map(|(id, at)| (share(id, at), id)).collect();
        all.sort();
        let mut seen = BTreeSet::new();
        all.into_iter()
            .map(|(_, id)| id)
            .filter(|id| seen.insert(*id))
            .collect()
    }
}

/// The flips of a deal in the rates of a world that have a range, by judgement. Between values that were tried the deal may
/// do otherwise. `written` is the case as written, `here` as it stands in the world.
#[must_use]
pub fn rate_flips(known: &Known, written: &Case, here: &Case, world: &World) -> Vec<RateFlip> {
    let payoffs = known
        .forms()
        .parties
        .iter()
        .flat_map(|party| &party.payoffs.judgements);
    let payoffs: BTreeSet<JudgementId> = payoffs.copied().collect();
    let rates = entering(here, world)
        .into_iter()
        .filter(|id| !payoffs.contains(id));
    let sides: Vec<(JudgementId, &Exact)> = rates
        .flat_map(|id| {
            let judgement = here.judgement(id);
            let ends = [&judgement.low, &judgement.high].into_iter().flatten();
            ends.filter(|end| **end != judgement.likely)
                .map(move |end| (id, end))
        })
        .collect();
    let holds = |id: JudgementId, value: &Exact| {
        let moved = world.with_judgement(here, id, value);
        written
            .in_world(&moved)
            .is_ok_and(|there| known.holds(&there, &moved))
    };
    let flip = |(id, end): &(JudgementId, &Exact)| {
        let likely = here.value(*id);
        let at = |number: u32| likely + (*end - likely) * Exact::from(number) / Exact::from(TRIED);
        let first = (1..=TRIED).find(|number| !holds(*id, &at(*number)))?;
        let (mut same, mut other) = (at(first - 1), at(first));
        for _ in 0..HALVINGS {
            let middle = (&same + &other) / Exact::from(2);
            match holds(*id, &middle) {
                true => same = middle,
                false => other = middle,
            }
        }
        Some(RateFlip {
            judgement: *id,
            holds_at: same,
            fails_at: other,
        })
    };
    sides.par_iter().filter_map(flip).collect()
}

/// The flips of a deal inside the ranges, by judgement, the one below the likely value first.
///
/// # Errors
/// A sentence when some departure pays at the likely values already, or cannot be worked out exactly.
pub fn flips(forms: &Forms, game: &Game, case: &Case, ranges: Ranges) -> Result<Vec<Flip>, String> {
    let of_party = |of| {
        let mut weighed = Weighed::new(of, case);
        let nearest = nearest(&weighed, case, ranges);
        let mut flips = Vec::new();
        for (side, open) in nearest {
            flips.extend(side.exactly(open, forms, game, &mut weighed)?);
        }
        Ok(flips)
    };
    let parties: Result<Vec<Vec<Flip>>, String> = forms.parties.par_iter().map(of_party).collect();
    let mut flips = parties?.concat();
    flips.sort_by_key(|flip| (flip.judgement, flip.upwards));
    Ok(flips)
}

/// One direction in which a variable may be moved.
#[derive(Debug, Clone)]
struct Side {
    variable: usize,
    upwards: bool,
    room: Exact,
}

/// Departures that doubles cannot tell from the nearest, with the least distance that each may have.
type Open = Vec<(f64, Departure, u32)>;

/// For each side of each variable, the departures that may be the first to pay.
fn nearest(weighed: &Weighed<'_>, case: &Case, ranges: Ranges) -> Vec<(Side, Open)> {
    let variables = weighed.of.payoffs.judgements.iter().enumerate();
    let sides = variables.flat_map(|(variable, id)| {
        let room = ranges.room(case, *id);
        [(false, room.below), (true, room.above)].map(|(upwards, room)| Side {
            variable,
            upwards,
            room,
        })
    });
    let sides: Vec<Side> = sides.filter(|side| side.room > Exact::ZERO).collect();
    let rooms: Vec<f64> = sides.iter().map(|side| to_float(&side.room)).collect();
    let most_room = rooms.iter().fold(0.0f64, |most, room| most.max(*room));
    let (off_slack, off) = (
        2.0 * weighed.values.error,
        2.0 * weighed.forms.error + 8.0 * f64::EPSILON,
    );
    let mut best = rooms.clone();
    let mut open: Vec<Open> = vec![Vec::new(); sides.len()];
    let plays = &weighed.of.plays;
    for (departure, node) in plays.departures.iter().zip(&plays.at) {
        let slack = weighed.slack(*departure);
        let complying = weighed.forms.of(departure.complying);
        let departing = weighed.forms.of(departure.departing);
        // No single variable can take what is more than any coefficient times any room.
        if slack - off_slack > (largest(complying) + largest(departing) + off) * most_room {
            continue;
        }
        for (number, side) in sides.iter().enumerate() {
            let g = complying[side.variable] - departing[side.variable];
            let g = if side.upwards { -g } else { g };
            if g <= -off {
                continue;
            }
            let at_least = (slack - off_slack) / (g + off);
            if at_least <= best[number] {
                open[number].push((at_least, *departure, *node));
                if g > off {
                    best[number] = best[number].min((slack + off_slack) / (g - off));
                }
            }
        }
    }
    for (open, best) in open.iter_mut().zip(&best) {
        open.retain(|(at_least, ..)| at_least <= best);
        open.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.2.cmp(&b.2)).then(a.1.cmp(&b.1)));
    }
    sides.into_iter().zip(open).collect()
}

fn largest(form: &[f64]) -> f64 {
    form.iter().fold(0.0f64, |most, entry| most.max(entry.abs()))
}

impl Side {
    /// The first departure to pay on this side, if one does inside the range.
    fn exactly(
        self,
        open: Open,
        forms: &Forms,
        game: &Game,
        weighed: &mut Weighed<'_>,
    ) -> Result<Option<Flip>, String> {
        let mut nearest: Option<(Exact, Departure, u32)> = None;
        for (_, departure, node) in open {
            let (slack, form) = weighed.exactly(departure)?;
            if slack < Exact::ZERO {
                return Err("a departure pays at the likely values already".into());
            }
            let g = match self.upwards {
                true => Exact::ZERO - &form[self.variable],
                false => form[self.variable].clone(),
            };
            if g <= Exact::ZERO {
                continue;
            }
            let distance = slack / g;
            // At the end of the range itself the deal still holds.
            let nearer = nearest.as_ref().is_none_or(|(known, ..)| distance < *known);
            if distance < self.room && nearer {
                nearest = Some((distance, departure, node));
            }
        }
        let Some((distance, departure, node)) = nearest else {
            return Ok(None);
        };
        let likely = &weighed.likely[self.variable];
        let breach = forms.breach(game, weighed.of, (departure, node));
        Ok(Some(Flip {
            judgement: weighed.of.payoffs.judgements[self.variable],
            upwards: self.upwards,
            holds_up_to: match self.upwards {
                true => likely + distance,
                false => likely - distance,
            },
            breach: breach.ok_or("a departure was not found again where it was made")?,
        }))
    }
}
