//! What a deal survives, in words.

use detente_base::number::{Exact, format_exact, to_float};
use detente_case::Case;
use detente_verdict::verdict::Harshness;
use detente_worlds::sturdiness::{Radius, Sturdiness};
use detente_worlds::sturdy::Candidate;

use super::numbers::{amount, short};
use crate::view;

/// How many judgements are named in the sentence.
const NAMED: usize = 3;
/// How many judgements are listed.
const LISTED: usize = 12;
/// A share of the ranges below which a deal stands on a knife edge.
const KNIFE_EDGE: f64 = 0.02;

/// The sturdiness of a deal.
#[must_use]
pub fn sturdiness(case: &Case, found: &Sturdiness) -> view::Sturdiness {
    let share = |radius: &Option<Radius>| radius.as_ref().map(|radius| amount(to_float(&radius.share)));
    let name = |party| case.party(party).name.clone();
    view::Sturdiness {
        sentence: sentence(case, found),
        share: share(&found.overall),
        on_path: share(&found.on_path),
        parties: found
            .parties
            .iter()
            .map(|party| view::PartySturdiness {
                party: name(party.party),
                share: share(&party.overall),
                on_path: share(&party.on_path),
                least_loss: party.least_slack.as_ref().map(|slack| amount(to_float(slack))),
            })
            .collect(),
        binding: found
            .overall
            .as_ref()
            .map(|radius| binding(case, radius))
            .unwrap_or_default(),
    }
}

fn binding(case: &Case, radius: &Radius) -> Vec<view::Binding> {
    let of = radius.binding.iter().take(LISTED);
    of.map(|binding| view::Binding {
        judgement: case.judgement(binding.judgement).label.clone(),
        now: format_exact(case.value(binding.judgement)),
        breaks_at: short(to_float(&binding.at)),
    })
    .collect()
}

/// Whether a deal stands on a knife edge: very little may be wrong.
#[must_use]
pub fn on_knife_edge(found: &Sturdiness) -> bool {
    found
        .overall
        .as_ref()
        .is_some_and(|radius| to_float(&radius.share) < KNIFE_EDGE)
}

/// That a deal stands on a knife edge, and what the sturdiest other one known survives.
#[must_use]
pub fn knife_edge(found: &Sturdiness, sturdiest: Option<&Sturdiness>) -> Option<view::Reason> {
    let radius = found.overall.as_ref().filter(|_| on_knife_edge(found))?;
    let more = match sturdiest.map(|other| &other.overall) {
        Some(None) => {
            "Another undominated deal survives every value in the ranges: see --criterion sturdy.".into()
        }
        Some(Some(other)) if other.share > radius.share => format!(
            "Another undominated deal survives {}: see --criterion sturdy.",
            percent(&other.share)
        ),
        _ => {
            "No other deal found with these punishments survives more; --criterion sturdy tries harsher ones."
                .to_owned()
        }
    };
    let path = match &found.on_path {
        Some(path) if path.share != radius.share => {
            format!("; its path alone survives {}", percent(&path.share))
        }
        _ => String::new(),
    };
    Some(view::Reason {
        headline: format!(
            "The deal stands on a knife edge: with its punishments it survives all payoff numbers wrong at once by {} of their \
             stated ranges only{path}.",
            percent(&radius.share)
        ),
        detail: more,
        rests_on: Vec::new(),
    })
}

/// Payoffs against sturdiness: the deals that no other covers.
#[must_use]
pub fn sturdy_frontier(case: &Case, frontier: &[Candidate]) -> view::Section {
    let share = |candidate: &Candidate| candidate.share().map_or("every value".to_owned(), percent);
    let punishments = |candidate: &Candidate| match candidate.harshness {
        Harshness::Mildest => "the mildest",
        Harshness::OneRound => "after one round",
        Harshness::AllRounds => "after all rounds",
        Harshness::Greatest => "the harshest",
    };
    let row = |(number, candidate): (usize, &Candidate)| {
        let name = format!("Deal {}", number + 1);
        let head = [name, share(candidate), punishments(candidate).to_owned()];
        let steps = std::iter::once((candidate.path.len() - 1).to_string());
        let values = candidate.values.iter().map(|value| short(*value));
        head.into_iter().chain(steps).chain(values).collect()
    };
    let columns = ["Deal", "Survives", "Punishments", "Steps"]
        .map(str::to_owned)
        .into_iter();
    view::Section {
        id: "sturdy".into(),
        title: "Payoffs against sturdiness".into(),
        sentence: format!(
            "The deal shown survives most of the deals compared: {} of all stated ranges.",
            frontier.first().map_or("nothing".to_owned(), share)
        ),
        figures: vec![view::Figure {
            title: "Deals that no other covers".into(),
            sentence: "No other deal compared is as good for every party and as sturdy; payoffs are each on its party's own \
                       scale."
                .into(),
            chart: None,
            table: view::Table {
                caption: "Share of the stated ranges survived, and what each party gets".into(),
                columns: columns.chain(case.parties.iter().map(|party| party.name.clone())).collect(),
                rows: frontier.iter().enumerate().map(row).collect(),
            },
        }],
    }
}

/// A share in words: "3.6 %".
fn percent(share: &Exact) -> String {
    let percent = to_float(share) * 100.0;
    match percent {
        _ if percent == 0.0 => "0 %".into(),
        _ if percent < 0.1 => "less than 0.1 %".into(),
        _ if percent < 10.0 => format!("{percent:.1} %"),
        _ => format!("{percent:.0} %"),
    }
}

fn sentence(case: &Case, found: &Sturdiness) -> String {
    let Some(radius) = &found.overall else {
        return "Survives every value inside the stated ranges of its payoffs (discount factors, chances and hazards as judged)."
            .into();
    };
    let named = radius.binding.iter().take(NAMED);
    let named: Vec<&str> = named
        .map(|binding| case.judgement(binding.judgement).label.as_str())
        .collect();
    let more = match radius.binding.len().saturating_sub(NAMED) {
        0 => String::new(),
        1 => "; and 1 more".into(),
        more => format!("; and {more} more"),
    };
    let party = &case.party(radius.breach.party).name;
    let place = match radius.breach.step {
        Some(step) => format!("at step {}", step + 1),
        None => "in the play after a breach".into(),
    };
    let path = match &found.on_path {
        Some(path) if path.share != radius.share => format!(" (its path alone by {})", percent(&path.share)),
        _ => String::new(),
    };
    format!(
        "Survives all payoff numbers wrong at once by {} of their stated ranges{path}; beyond, {party} gains by departing {place}; \
         binding: {}{more}.",
        percent(&radius.share),
        named.join("; ")
    )
}
