//! Assertions that the plan engine can decide: gestures, exchanges, what an offer teaches, how long a window stays
//! open, whether there are small areas of agreement.
//!
//! Each answer is yes, no or that the case does not say enough, with the reason in at most two sentences and the
//! figures it rests on. What the answer turns on is asked by [`crate::claims`].

use detente_model::case::{Case, Claim, Deal, World};
use detente_model::ids::PartyId;
use detente_model::number::to_float;
use serde::Serialize;

use super::areas;
use super::assess;
use super::bridge;
use super::gestures::{self, Signal};
use super::test::{self, Learning, PlanTest, ROUNDING};
use super::window;
use crate::watch::Watch;

/// The answer to one assertion.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Decided {
    /// Yes, no, or not decidable from what the case says.
    pub holds: Option<bool>,
    /// Why, in at most two sentences.
    pub reason: String,
    /// Figures with their names.
    pub figures: Vec<(String, f64)>,
}

fn undecidable(reason: &str) -> Decided {
    Decided {
        holds: None,
        reason: reason.to_owned(),
        figures: Vec::new(),
    }
}

fn tested(case: &Case, deal: &Deal) -> Result<PlanTest, String> {
    let bridged = bridge::bridge(case, deal).map_err(|faults| faults.join("; "))?;
    test::test(&bridged.model, &bridged.plan).map_err(|faults| faults.join("; "))
}

/// The deals a claim speaks of, all of the case where it names none.
fn deals<'a>(case: &'a Case, claim: &Claim) -> Vec<&'a Deal> {
    match claim.deals.is_empty() {
        true => case.deals.iter().collect(),
        false => claim
            .deals
            .iter()
            .filter_map(|deal| case.deals.get(*deal))
            .collect(),
    }
}

/// Who moves the levels that a claim sets: the deals' usual proposer if it owns one of them, else the first owner.
fn mover(case: &Case, claim: &Claim) -> Option<PartyId> {
    let owners: Vec<PartyId> = claim
        .set
        .iter()
        .filter_map(|(issue, _)| case.issue(*issue).party)
        .collect();
    let usual = case.deals.iter().find_map(|deal| deal.proposer);
    usual
        .filter(|party| owners.contains(party))
        .or_else(|| owners.first().copied())
}

/// Whether a one-sided move costs its mover about nothing, is worth something to another and adds no exposure.
pub fn gesture(case: &Case, claim: &Claim) -> Decided {
    let Some(mover) = mover(case, claim) else {
        return undecidable("The claim sets no level.");
    };
    let nothing = to_float(&claim.about_nothing);
    let found = match gestures::set_of_moves(case, &claim.set, mover) {
        Ok(found) => found,
        Err(faults) => return undecidable(&faults.join("; ")),
    };
    let helped: Vec<String> = found
        .others
        .iter()
        .filter(|other| other.flow > ROUNDING)
        .map(|other| {
            if other.party == other.kind {
                other.party.clone()
            } else {
                format!("{} as {}", other.party, other.kind)
            }
        })
        .collect();
    let cheap = found.cost <= nothing + ROUNDING;
    let safe = found.exposure <= nothing + ROUNDING;
    let holds = cheap && safe && !helped.is_empty();
    let signal = match found.signal {
        Signal::Separates => "It is a signal: not every type would make it.",
        _ => {
            "It tells nothing about its mover, because it costs so little or because the mover has one type."
        }
    };
    let cost = format!(
        "It costs {} {:.3} a period, {:.3} of it for good, against a limit of {nothing:.3}, and is worth something to {}.",
        found.mover,
        found.cost,
        found.exposure,
        if helped.is_empty() {
            "nobody".to_owned()
        } else {
            helped.join(", ")
        }
    );
    Decided {
        holds: Some(holds),
        reason: format!("{cost} {signal}"),
        figures: vec![
            ("cost a period".into(), found.cost),
            ("for good".into(), found.exposure),
        ],
    }
}

/// Whether an exchange enforces itself and is better than no deal for all its parties.
pub fn exchange(case: &Case, claim: &Claim) -> Decided {
    let Some(proposer) = mover(case, claim) else {
        return undecidable("The claim sets no level.");
    };
    // What the exchange only keeps would lapse without it.
    let case = &gestures::lapsed(case, &claim.set);
    let deal = gestures::lone_move(case, &claim.set, proposer, "the exchange");
    let result = match tested(case, &deal) {
        Ok(result) => result,
        Err(fault) => return undecidable(&fault),
    };
    let better = areas::shares(case, &claim.set, proposer, &result);
    let all = better.iter().all(|share| share.value > ROUNDING);
    let mut figures: Vec<(String, f64)> = better
        .iter()
        .map(|share| (format!("value to {}", share.party), share.value))
        .collect();
    figures.extend(result.p_seq.map(|p| ("belief needed".to_owned(), p)));
    let worth: Vec<String> = better
        .iter()
        .map(|share| format!("{:+.3} to {}", share.value, share.party))
        .collect();
    let reason = if result.holds && all {
        format!(
            "Every hoped-for type keeps it and {} carries on from a belief of {:.3}; against no deal it is worth {}.",
            result.proposer,
            result.p_seq.unwrap_or(0.0),
            worth.join(" and ")
        )
    } else {
        format!("{} It would be worth {}.", why_not(&result), worth.join(" and "))
    };
    Decided {
        holds: Some(result.holds && all),
        reason,
        figures,
    }
}

/// Why a plan does not hold, in one sentence.
fn why_not(result: &PlanTest) -> String {
    let first = |answer: &&test::TypeAnswer| {
        result
            .answers
            .iter()
            .find(|other| other.party == answer.party)
            .is_some_and(|other| other.kind == answer.kind)
    };
    if let Some(answer) = result
        .answers
        .iter()
        .filter(first)
        .find(|answer| answer.behaviour.kind != "comply")
    {
        return format!(
            "{} ({}) {}, which gains it {:.3}.",
            answer.party,
            answer.kind,
            answer.behaviour.words(),
            answer.gain
        );
    }
    if result.value <= 0.0 {
        return format!(
            "At the stated prior it is worth {:.3} to {}, no more than no deal.",
            result.value, result.proposer
        );
    }
    match result.worst.as_ref().filter(|worst| worst.slack < 0.0) {
        Some(worst) => format!(
            "{} would rather {} at date {}, by {:.3}.",
            result.proposer, worst.alternative, worst.date, -worst.slack
        ),
        None => "It holds.".to_owned(),
    }
}

/// What offers reveal about types and from which belief they pay; yes iff making some offer that pays is the only
/// way to learn: no plan that pays at every belief is kept by all types alike.
pub fn types(case: &Case, claim: &Claim) -> Decided {
    let results: Vec<PlanTest> = deals(case, claim)
        .into_iter()
        .filter_map(|deal| tested(case, deal).ok())
        .collect();
    let telling: Vec<&PlanTest> = results
        .iter()
        .filter(|result| result.learning == Learning::Screens)
        .collect();
    if telling.is_empty() && results.iter().all(|result| result.learning == Learning::OneType) {
        return undecidable("No party that answers a proposed plan has more than one type.");
    }
    let paying = |result: &&&PlanTest| result.value > 0.0 && result.holds;
    let best = telling
        .iter()
        .filter(paying)
        .max_by(|a, b| a.value.total_cmp(&b.value));
    let pooling = results
        .iter()
        .filter(|result| result.learning == Learning::Pools && result.holds);
    let pooling = pooling.max_by(|a, b| a.value.total_cmp(&b.value));
    let mut figures = Vec::new();
    let offer = match best {
        Some(best) => {
            let learned = best.path.iter().filter_map(|at| at.belief).fold(0.0, f64::max);
            let seq = best.p_seq.unwrap_or(1.0);
            figures.push((
                format!("belief from which \"{}\" pays", best.plan),
                best.p_star.unwrap_or(1.0),
            ));
            figures.push((format!("belief from which \"{}\" is carried on", best.plan), seq));
            format!(
                "\"{}\" parts the types (belief up to {learned:.3} on a quiet history) and pays from a belief of {seq:.3} on.",
                best.plan
            )
        }
        None => "No offer that parts the types pays at the stated prior.".to_owned(),
    };
    let caveat = match pooling {
        Some(pooling) => {
            figures.push((format!("value of \"{}\"", pooling.plan), pooling.value));
            format!(
                "But \"{}\" is kept by every type, so ignorance need not block it and it teaches nothing: only an \
                 offer that some type would refuse or break tells them apart.",
                pooling.plan
            )
        }
        None => "A step that all types answer alike would teach nothing, so learning needs such an offer."
            .to_owned(),
    };
    Decided {
        holds: Some(best.is_some()),
        reason: format!("{offer} {caveat}"),
        figures,
    }
}

/// Whether a deal is possible today, and the wait after which it stops being so.
pub fn window_of(case: &Case, claim: &Claim, world: &World, watch: &dyn Watch) -> Decided {
    let mut windows = Vec::new();
    for deal in deals(case, claim) {
        if let Ok(found) = window::window(case, deal, world, window::LONGEST_WAIT, watch) {
            windows.push(found);
        }
    }
    let open: Vec<&window::Window> = windows.iter().filter(|window| window.last.is_some()).collect();
    let Some(longest) = open.iter().max_by_key(|window| (window.still_open, window.last)) else {
        return Decided {
            holds: Some(false),
            reason: "None of the proposed plans holds today, so no window is open.".into(),
            figures: Vec::new(),
        };
    };
    let last = longest.last.unwrap_or(0);
    let figures = open.iter().map(|window| {
        (
            format!("last wait: {}", window.plan),
            f64::from(window.last.unwrap_or(0)),
        )
    });
    let figures = figures.collect();
    let first = format!("{} of {} proposed plans hold today.", open.len(), windows.len());
    let (holds, second) = if !longest.drifts {
        (
            Some(false),
            "No judgement of the case grows with time, so nothing narrows.".to_owned(),
        )
    } else if longest.still_open {
        (
            Some(false),
            format!(
                "\"{}\" still holds after {last} periods: for that plan nothing narrows.",
                longest.plan
            ),
        )
    } else {
        (
            Some(true),
            format!(
                "The longest, \"{}\", holds up to a wait of {last} periods and then no more.",
                longest.plan
            ),
        )
    };
    Decided {
        holds,
        reason: format!("{first} {second}"),
        figures,
    }
}

/// Whether there are small exchanges that enforce themselves, and whether offering regrets less than not offering.
pub fn small_areas(case: &Case, claim: &Claim, watch: &dyn Watch) -> Decided {
    let limits = areas::Limits {
        issues: 2,
        ..areas::Limits::default()
    };
    let found = areas::areas(case, limits, false, watch);
    let results: Vec<PlanTest> = deals(case, claim)
        .into_iter()
        .filter_map(|deal| tested(case, deal).ok())
        .collect();
    let regret = assess::regret(&results);
    let idle = regret.rows.first().map_or(0.0, |row| row.largest);
    let best = regret
        .rows
        .iter()
        .map(|row| row.largest)
        .fold(f64::INFINITY, f64::min);
    let areas = found.areas.len();
    let first = match found.areas.first() {
        Some(area) => format!(
            "{areas} minimal exchanges of two issues enforce themselves and are better than no deal for both sides, first {}.",
            area.moves.join(" against ")
        ),
        None => {
            "No exchange of two issues enforces itself and is better than no deal for both sides.".to_owned()
        }
    };
    let second = match best < idle - ROUNDING {
        true => format!(
            "Offering nothing risks a regret of {idle:.3}, \"{}\" at most {best:.3}.",
            regret.minimax
        ),
        false => format!("Of the proposed plans none regrets less than offering nothing ({idle:.3})."),
    };
    let holds = match (found.complete, areas > 0) {
        (false, false) => None,
        (_, some) => Some(some && best < idle - ROUNDING),
    };
    Decided {
        holds,
        reason: format!("{first} {second}"),
        figures: vec![
            ("small exchanges".into(), areas as f64),
            ("largest regret of offering nothing".into(), idle),
            ("smallest largest regret of an offer".into(), best),
        ],
    }
}
