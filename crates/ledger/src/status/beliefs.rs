//! What observers who start from a stated prior should now believe about a party's type: Bayes over verified
//! performance and found breaches of its duties. `P(t | data) ∝ P(t) · Π P(outcome | t)`, one factor a duty whose
//! outcome is known, with the chances that the text states. Claims, reports and silence move nothing.
//!
//! Beliefs stand beside the status and never decide it.

use detente_model::number::Exact;
use serde::Serialize;

use super::types::{CommitmentStatus, Headline};
use crate::text::agreement::Agreement;

/// The belief about one party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Belief {
    /// About whom.
    pub party: String,
    /// For each type: prior and present chance, exact.
    pub types: Vec<TypeBelief>,
    /// Duties that were kept, and that moved it.
    pub kept: Vec<String>,
    /// Duties that were broken, and that moved it.
    pub broken: Vec<String>,
}

/// The belief in one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TypeBelief {
    /// The type.
    pub id: String,
    /// Before anything.
    pub prior: String,
    /// Now.
    pub now: String,
    /// The same, for showing.
    pub percent: i64,
}

/// Updates every belief that the text states.
pub(super) fn beliefs(agreement: &Agreement, commitments: &[CommitmentStatus]) -> Vec<Belief> {
    agreement
        .beliefs
        .iter()
        .map(|belief| {
            let of = |wanted: &[Headline]| -> Vec<String> {
                let owed = agreement
                    .commitments
                    .iter()
                    .filter(|own| agreement.includes(&own.by, &belief.party, None));
                let known = owed.filter(|own| {
                    commitments
                        .iter()
                        .any(|status| status.id == own.id && wanted.contains(&status.headline))
                });
                known.map(|own| own.id.clone()).collect()
            };
            let kept = of(&[
                Headline::Fulfilled,
                Headline::FulfilledLate,
                Headline::Cured,
                Headline::ExpiredKept,
            ]);
            let broken = of(&[Headline::Violated, Headline::Breached]);
            let weights: Vec<Exact> = belief
                .types
                .iter()
                .map(|own| {
                    let kept = kept
                        .iter()
                        .fold(own.prior.clone(), |weight, _| weight * own.keeps.clone());
                    broken
                        .iter()
                        .fold(kept, |weight, _| weight * (Exact::ONE - own.keeps.clone()))
                })
                .collect();
            let sum = weights
                .iter()
                .fold(Exact::ZERO, |sum, weight| sum + weight.clone());
            let types = belief.types.iter().zip(weights).map(|(own, weight)| {
                // Data that no type can have made leave the prior as it was.
                let now = if sum == Exact::ZERO {
                    own.prior.clone()
                } else {
                    weight / sum.clone()
                };
                TypeBelief {
                    id: own.id.clone(),
                    prior: own.prior.to_string(),
                    percent: (detente_model::number::to_float(&now) * 100.0).round() as i64,
                    now: now.to_string(),
                }
            });
            Belief {
                party: belief.party.clone(),
                types: types.collect(),
                kept,
                broken,
            }
        })
        .collect()
}
