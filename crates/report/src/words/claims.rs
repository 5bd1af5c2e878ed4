//! Decided assertions in words.

use detente_model::case::Case;
use detente_solve::claims::{Decision, Finding};
use detente_solve::verdict::Limits;

use super::numbers::grouped;
use crate::view;

/// The files that hold the proofs of a claim, beside the page: the further ones are numbered.
#[must_use]
pub fn claim_proof_files(decision: &Decision) -> Vec<String> {
    let safe: String = decision
        .id
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .collect();
    let file = |number: usize| match number {
        0 => format!("claim-{safe}.proof.json"),
        further => format!("claim-{safe}-{}.proof.json", further + 1),
    };
    (0..decision.proofs.len()).map(file).collect()
}

/// The limit under which each question of a claim is asked.
#[must_use]
pub fn claim_limit(limits: &Limits) -> view::Limit {
    view::Limit {
        what: "a question of a claim".into(),
        value: format!(
            "at most {} stages of bounds of at most {} rounds; harsher answers until {} states were looked at in \
             variants and at later dates{}",
            limits.bounds.stages,
            limits.bounds.rounds,
            grouped(limits.answer_looks),
            match limits.deals.deals {
                usize::MAX => String::new(),
                most => format!("; no further settlement is tried after {most} deals"),
            }
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
            proof: claim_proof_files(decision).join(", "),
        })
        .collect()
}
