//! Numbers so fine, or so large, that a party's payoffs have no common denominator within the limits of a game.
//!
//! What is checked bounds what building the game needs, so whatever passes here is not refused there.

use dashu::integer::UBig;

use super::super::{Basis, Case};
use detente_base::ids::{JudgementId, PartyId};
use detente_base::number::Exact;
use detente_base::number::LARGEST_FLOW;
use detente_reading::diagnostic::{Diagnostics, Span};

/// Reports, for each party, the number that goes beyond the limits: as the case is, then in each variant.
pub(super) fn report_too_fine(case: &Case, places: &[Span], diagnostics: &mut Diagnostics) {
    if !diagnostics.is_empty() {
        return;
    }
    for party in case.party_ids() {
        let numbers = numbers_of(case, party);
        let variants = case.variants.iter().map(Some);
        let found = std::iter::once(None).chain(variants).find_map(|variant| {
            let value = |id: JudgementId| {
                let changed = variant.and_then(|variant| variant.judgements.iter().find(|(of, _)| *of == id));
                changed.map_or_else(|| case.value(id), |(_, value)| value)
            };
            Some((first_beyond(&numbers, &value)?, variant))
        });
        let Some((id, variant)) = found else { continue };
        let in_variant = variant.map_or(String::new(), |variant| {
            format!(" in the variant `{}`", variant.id)
        });
        diagnostics.report(
            "too-fine",
            places.get(id.index()).cloned().unwrap_or_default(),
            format!(
                "the numbers of {}{in_variant} reach from too small to too large to be added exactly",
                case.party(party).name
            ),
            "with this one",
            Some(
                "give it fewer digits, or bring all numbers of the party to a like size: thirty digits between the largest and the last place of the smallest are handled"
                    .into(),
            ),
        );
    }
}

/// Every number that a party's payoff may be a sum of, whatever its type.
fn numbers_of(case: &Case, party: PartyId) -> Vec<JudgementId> {
    let own = case.worths.iter().filter(|worth| worth.party == party);
    own.flat_map(|worth| match &worth.basis {
        Basis::When(_, id) => vec![*id],
        Basis::Levels(_, levels) => levels.iter().flatten().copied().collect(),
    })
    .collect()
}

/// The first number with which the common denominator, or the sum of all sizes over it, is beyond the limit.
fn first_beyond<'c>(
    numbers: &[JudgementId],
    value: &dyn Fn(JudgementId) -> &'c Exact,
) -> Option<JudgementId> {
    let largest = UBig::from(LARGEST_FLOW.unsigned_abs());
    let (mut common, mut sizes) = (UBig::ONE, Exact::ZERO);
    numbers.iter().copied().find(|id| {
        let next = value(*id);
        let denominator = next.denominator();
        common = &common / dashu::base::Gcd::gcd(&common, denominator) * denominator;
        sizes += if *next < Exact::ZERO {
            -next.clone()
        } else {
            next.clone()
        };
        let sum = &sizes * Exact::from(common.clone());
        common >= largest || sum >= Exact::from(largest.clone())
    })
}
