//! What observers who start from a stated prior should now believe about a party's type: Bayes over verified
//! performance and found breaches of its duties. Claims, reports and silence move nothing.
//!
//! With chances that the text states, `P(t | data) ∝ P(t) · Π P(outcome | t)`, one factor a duty whose outcome is known.
//! With the model of the plan from which the text was drafted, `q_t(n)` is the chance that nothing has been found broken
//! before date `n` of the plan if the party is of type `t`. Verified duties vouch for dates: all of them up to `n` verified
//! weighs `q_t(n)`. A breach found after that weighs `q_t(n) − q_t(m)`, the chance that something is found between `n` and
//! `m`: `m` is the date of the first duty that was broken without ever being kept; of one that was kept and then
//! violated nobody says at which date of the plan, so `m` is the end.
//!
//! Beliefs stand beside the status and never decide it.

use detente_base::number::Exact;
use serde::Serialize;

use super::types::{CommitmentStatus, Headline};
use crate::text::agreement::{Agreement, BeliefRule, Chances, TypeRule};

/// The belief about one party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Belief {
    /// About whom.
    pub party: String,
    /// Whose chances these are: `stated`, or `plan` for those of the plan's model.
    pub by: &'static str,
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
            let by_plan = belief
                .types
                .iter()
                .any(|own| matches!(own.chances, Chances::Quiet(_)));
            let counts = |duty: &str| !by_plan || belief.vouches.iter().any(|(own, _)| own == duty);
            let of = |wanted: &[Headline]| -> Vec<String> {
                let owed = agreement
                    .commitments
                    .iter()
                    .filter(|own| agreement.includes(&own.by, &belief.party, None) && counts(&own.id));
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
            let never_kept = of(&[Headline::Breached]);
            let through = through(belief, &kept);
            let weight = |chances: &Chances| match chances {
                Chances::Keeps(keeps) => {
                    let factor = |keeps: &Exact, duties: &[String]| {
                        duties
                            .iter()
                            .fold(Exact::ONE, |product, _| product * keeps.clone())
                    };
                    factor(keeps, &kept) * factor(&(Exact::ONE - keeps.clone()), &broken)
                }
                Chances::Quiet(quiet) => {
                    let so_far = at(quiet, through);
                    let end = quiet.len().saturating_sub(1) as u32;
                    let found = vouching(belief, &broken).next().map(|_| end);
                    match vouching(belief, &never_kept).min().or(found) {
                        Some(date) => so_far - at(quiet, date),
                        None => so_far,
                    }
                }
            };
            let weigh = |own: &TypeRule| own.prior.clone() * weight(&own.chances);
            let weights: Vec<Exact> = belief.types.iter().map(weigh).collect();
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
                    percent: (detente_base::number::to_float(&now) * 100.0).round() as i64,
                    now: now.to_string(),
                }
            });
            Belief {
                party: belief.party.clone(),
                by: if by_plan { "plan" } else { "stated" },
                types: types.collect(),
                kept,
                broken,
            }
        })
        .collect()
}

/// The chance at a date; the text's checks see to it that there is one for every date that a duty vouches for.
fn at(quiet: &[Exact], date: u32) -> Exact {
    quiet.get(date as usize).cloned().unwrap_or_default()
}

/// Those of some duties that vouch for dates of the plan.
fn vouching<'a>(belief: &'a BeliefRule, duties: &'a [String]) -> impl Iterator<Item = u32> + 'a {
    let of = belief.vouches.iter().filter(|(duty, _)| duties.contains(duty));
    of.map(|(_, date)| *date)
}

/// The date of the plan before which verified duties show that nothing was found: all duties that vouch for dates up to
/// it are kept.
fn through(belief: &BeliefRule, kept: &[String]) -> u32 {
    let open = belief.vouches.iter().filter(|(duty, _)| !kept.contains(duty));
    let first_open = open.map(|(_, date)| *date).min();
    vouching(belief, kept)
        .filter(|date| first_open.is_none_or(|open| *date < open))
        .max()
        .unwrap_or(0)
}
