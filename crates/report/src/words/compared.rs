//! Who gains and who loses by a deal, against no deal: each party on its own scale.

use detente_base::ids::PartyId;
use detente_base::number::to_float;
use detente_case::{Basis, Case};
use detente_verdict::verdict::Deal;

use super::Findings;
use super::numbers::short;

/// Differences below this share of a party's own numbers are rounding.
const ROUNDING: f64 = 1e-7;

/// By how much a party is better off with a deal than without, per period on its own scale; 0 where only by rounding.
fn gain(findings: &Findings<'_>, party: PartyId, deal: &Deal) -> Option<f64> {
    let without = findings.answer.no_deal.as_ref()?[party.index()];
    let gain = to_float(&deal.values[party.index()]) - without;
    let rounding = ROUNDING * scale(findings.case, party);
    Some(if gain.abs() > rounding { gain } else { 0.0 })
}

/// The largest number among what a party gets and pays.
fn scale(case: &Case, party: PartyId) -> f64 {
    let worths = case.worths.iter().filter(|worth| worth.party == party);
    let worths = worths.flat_map(|worth| match &worth.basis {
        Basis::When(_, id) => vec![*id],
        Basis::Levels(_, levels) => levels.iter().flatten().copied().collect(),
    });
    let endings = case
        .endings
        .iter()
        .filter_map(|ending| ending.worth[party.index()]);
    let costs = case.costs.iter().filter(|cost| cost.party == party);
    let all = worths.chain(endings).chain(costs.map(|cost| cost.cost));
    all.map(|id| to_float(case.value(id)).abs()).fold(0.0, f64::max)
}

/// The parties that are better off with a deal than without.
pub(super) fn better<'a>(findings: &'a Findings<'_>, deal: &'a Deal) -> impl Iterator<Item = &'a str> {
    let better = |party: &PartyId| gain(findings, *party, deal).is_some_and(|gain| gain > 0.0);
    let parties = findings.case.party_ids().filter(better);
    parties.map(|party| findings.case.party(party).name.as_str())
}

/// The parties that are worse off with a deal than without, with how much, above 0.
pub(super) fn losers(findings: &Findings<'_>, deal: &Deal) -> Vec<(String, f64)> {
    let loss = |party: PartyId| {
        let gain = gain(findings, party, deal).filter(|gain| *gain < 0.0)?;
        Some((findings.case.party(party).name.clone(), -gain))
    };
    findings.case.party_ids().filter_map(loss).collect()
}

/// One party's gain or loss in a sentence.
pub(super) fn in_words(findings: &Findings<'_>, party: PartyId, deal: Option<&Deal>) -> String {
    let name = &findings.case.party(party).name;
    let without = findings.answer.no_deal.as_ref();
    match (deal, deal.and_then(|deal| gain(findings, party, deal)), without) {
        (_, Some(gain), _) if gain > 0.0 => {
            format!(
                "{name} gets {} more per period with the deal than without.",
                short(gain)
            )
        }
        (_, Some(gain), _) if gain < 0.0 => format!(
            "{name} gets {} less per period than without any deal, but cannot better itself alone.",
            short(-gain)
        ),
        (_, Some(_), _) => format!("{name} gets the same with and without the deal."),
        (None, _, Some(values)) => {
            format!(
                "Without a deal {name} gets {} per period.",
                short(values[party.index()])
            )
        }
        _ => format!("What {name} gets without a deal was not found."),
    }
}
