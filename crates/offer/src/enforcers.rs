//! Third parties on whom the return of an issue rests: who still keeps the offer if one of them does not enforce it.
//!
//! If a share s of the enforcement takes part and the rest makes good a fraction φ of what is missing, the return has the
//! effect `s·(1 − φ·(1 − s))`: a snapback then brings the issue back with that chance times `1 − persists`. Source: our own
//! construction (`docs/plans.md`, third parties).

use detente_base::ids::{IssueId, PartyId};
use detente_base::number::Exact;
use detente_case::Case;

use crate::exact::Payoffs;
use crate::offer::Offer;
use crate::play::Play;
use crate::problem::Problem;
use crate::respond::{Allowed, respond};
use crate::test_offer::{OfferTest, Reaction};

/// What an offer owes to an enforcer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reliance {
    /// The issue that it helps to bring back.
    pub issue: IssueId,
    /// Who.
    pub enforcer: PartyId,
    /// The types that keep the offer only with its help.
    pub lost: Vec<(PartyId, usize)>,
}

/// What an offer owes to each enforcer of the issues that its snapback takes back.
///
/// # Errors
/// A sentence that names the limit that was reached.
pub fn reliance(play: &Play, test: &OfferTest) -> Result<Vec<Reliance>, String> {
    let case = &play.case;
    let mut found = Vec::new();
    for issue in case.issue_ids() {
        let dates = 0..=test.offer.asked.len();
        if !dates.clone().any(|date| test.offer.is_watched(date, issue)) {
            continue;
        }
        for enforcer in &case.issue(issue).enforcers {
            let offer = without(case, &test.offer, issue, case.value(enforcer.share));
            let mut lost = Vec::new();
            for of in test
                .types
                .iter()
                .filter(|of| of.bound && of.reaction == Reaction::Keeps)
            {
                let problem = Problem::of_offer(play, &offer, of.party).map_err(|error| error.0)?;
                let payoffs = Payoffs::of_type(play, &problem, of.kind);
                let response = respond(&problem, &payoffs, Allowed::All)?;
                if response.first_breach(&problem).is_some() {
                    lost.push((of.party, of.kind));
                }
            }
            found.push(Reliance {
                issue,
                enforcer: enforcer.party,
                lost,
            });
        }
    }
    Ok(found)
}

fn without(case: &Case, offer: &Offer, issue: IssueId, share: &Exact) -> Offer {
    let backfill = case.issue(issue).backfill;
    let backfill = backfill.map_or(Exact::ZERO, |id| case.value(id).clone());
    let effect = (Exact::ONE - share) * (Exact::ONE - backfill * share);
    let mut other = offer.clone();
    let persists = &mut other.terms[issue.index()].persists;
    *persists = Exact::ONE - (Exact::ONE - &*persists) * effect;
    other
}
