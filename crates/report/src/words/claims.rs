//! Decided assertions in words.

use detente_model::case::Case;
use detente_solve::claims::{Decision, Finding};
use detente_solve::verdict::Limits;

use crate::view;

/// The file that holds the proof of a claim, beside the page.
#[must_use]
pub fn claim_proof_file(id: &str) -> String {
    let safe: String = id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    format!("claim-{safe}.proof.json")
}

/// The limit under which each question of a claim is asked.
#[must_use]
pub fn claim_limit(limits: &Limits) -> view::Limit {
    view::Limit {
        what: "bounds for a question of a claim".into(),
        value: format!(
            "at most {} stages of at most {} rounds",
            limits.bounds.stages, limits.bounds.rounds
        ),
        reached: false,
    }
}

/// The claims of a case with what was found about each.
#[must_use]
pub fn claims(case: &Case, decisions: &[Decision]) -> Vec<view::Claim> {
    case.claims
        .iter()
        .zip(decisions)
        .map(|(claim, decision)| view::Claim {
            id: claim.id.clone(),
            place: claim.paragraph.clone().unwrap_or_default(),
            assertion: claim.text.clone(),
            verdict: match decision.finding {
                Finding::True => view::ClaimVerdict::True,
                Finding::False => view::ClaimVerdict::False,
                Finding::Undecided => view::ClaimVerdict::Undecided,
                Finding::NotDecidable => view::ClaimVerdict::NotYetDecidable,
            },
            reason: decision.reason.clone(),
            turns_on: Vec::new(),
            proof: decision
                .proof
                .as_ref()
                .map_or_else(String::new, |_| claim_proof_file(&claim.id)),
        })
        .collect()
}
