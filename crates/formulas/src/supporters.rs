//! Outside enforcers: which coalitions suffice, what it takes to make a supporter punish, and leakage.
//!
//! With a loss `H` at full participation, the share that must take part is `s_min = (1−δ^L)(T−R)/(δ^L H)`;
//! the minimal enforcing coalitions are the inclusion-minimal sets with that share, and each member is pivotal
//! in them. A supporter prefers to punish for `k` periods iff its side payment is at least
//! `max{0, κ(1−δ^k)/(1−δ) − δ^k bρ/(1−δ)}`. Where others backfill a fraction `φ`, the loss is `H s(1−φ(1−s))`.
//! All our own; the setting follows Martin 1992, *Coercive Cooperation*.

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::inputs::{Count, FormulaError, discount, positive, share};

/// The most supporters whose coalitions are listed: all their sets are tried.
pub const MOST_SUPPORTERS: usize = 20;

/// Names with shares, in the order in which they were written.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares(pub Vec<(String, f64)>);

impl<'de> Deserialize<'de> for Shares {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Shares;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object of supporters with their shares")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Shares, A::Error> {
                let mut shares = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    shares.push(entry);
                }
                Ok(Shares(shares))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

/// A deal that outsiders enforce by a loss they can impose together.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Enforcement {
    /// `T`: exploiting.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `H`: loss per period if everybody takes part.
    pub loss_at_full_participation: f64,
    /// Periods of cheating before it is noticed.
    pub detection_lag: Count,
    /// Discount factor per period.
    pub delta: f64,
    /// Share of the loss that each supporter can impose.
    pub shares: Shares,
}

/// Who suffices.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EnforcingCoalitions {
    /// The share that must take part.
    pub share_needed: f64,
    /// The minimal coalitions, small ones first: members joined by `+`, coalitions by `;`.
    pub coalitions: String,
}

/// The minimal enforcing coalitions.
///
/// ```
/// use detente_formulas::{inputs::Count, supporters::{Enforcement, Shares, enforcing_coalitions}};
/// let shares = Shares(vec![("us".into(), 0.2), ("china".into(), 0.6), ("russia".into(), 0.2)]);
/// let deal = Enforcement { exploit: 5.0, reward: 3.0, loss_at_full_participation: 1.0, detection_lag: Count(2),
///     delta: 0.9, shares };
/// assert_eq!(enforcing_coalitions(&deal)?.coalitions, "china");
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn enforcing_coalitions(deal: &Enforcement) -> Result<EnforcingCoalitions, FormulaError> {
    let delta = discount("delta", deal.delta)?;
    let noticed = delta.powi(deal.detection_lag.power());
    let loss = positive("loss_at_full_participation", deal.loss_at_full_participation)?;
    let share_needed = ((1.0 - noticed) * (deal.exploit - deal.reward) / (noticed * loss)).max(0.0);
    let coalitions = minimal_coalitions(&deal.shares.0, |members| {
        members.iter().map(|member| deal.shares.0[*member].1).sum::<f64>() >= share_needed - 1e-12
    })?;
    let names = |members: &Vec<usize>| {
        let names: Vec<&str> = members
            .iter()
            .map(|member| deal.shares.0[*member].0.as_str())
            .collect();
        names.join("+")
    };
    Ok(EnforcingCoalitions {
        share_needed,
        coalitions: coalitions.iter().map(names).collect::<Vec<_>>().join(";"),
    })
}

/// All inclusion-minimal sets of members for which `suffices` holds, small ones first, then in the order of
/// the list. The empty set is the answer where nobody is needed.
pub fn minimal_coalitions<T>(
    members: &[T],
    suffices: impl Fn(&[usize]) -> bool,
) -> Result<Vec<Vec<usize>>, FormulaError> {
    if members.len() > MOST_SUPPORTERS {
        return Err(FormulaError(format!(
            "{} supporters are more than the {MOST_SUPPORTERS} whose coalitions can all be tried",
            members.len()
        )));
    }
    let mut sets: Vec<u32> = (0..1_u32 << members.len()).collect();
    // Within a size, the set whose earliest members come first is listed first.
    sets.sort_by_key(|set| (set.count_ones(), std::cmp::Reverse(set.reverse_bits())));
    let mut minimal: Vec<u32> = Vec::new();
    for set in sets {
        if minimal.iter().any(|smaller| smaller & set == *smaller) {
            continue;
        }
        if suffices(&members_of(set)) {
            minimal.push(set);
        }
    }
    Ok(minimal.into_iter().map(members_of).collect())
}

fn members_of(set: u32) -> Vec<usize> {
    (0..32).filter(|member| set >> member & 1 == 1).collect()
}

/// A supporter that must decide whether to punish.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Supporter {
    /// `κ`: what punishing costs it per period.
    pub punish_cost: f64,
    /// `b`: what a restored deal is worth to it per period.
    pub deal_benefit: f64,
    /// `ρ`: how much its joining raises the chance of restoration; 0 if it is not pivotal.
    pub pivotality: f64,
    /// Periods of punishment.
    pub k: Count,
    /// Discount factor per period.
    pub delta: f64,
}

/// What it must be paid.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SidePayment {
    /// The least side payment at which it punishes.
    pub min_side_payment: f64,
}

/// The least side payment that makes a supporter punish.
///
/// ```
/// use detente_formulas::{inputs::Count, supporters::{Supporter, side_payment}};
/// let bystander = Supporter { punish_cost: 0.4, deal_benefit: 0.3, pivotality: 0.0, k: Count(1), delta: 0.95 };
/// assert!((side_payment(&bystander)?.min_side_payment - 0.4).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn side_payment(supporter: &Supporter) -> Result<SidePayment, FormulaError> {
    let delta = discount("delta", supporter.delta)?;
    let pivotality = share("pivotality", supporter.pivotality)?;
    let later = delta.powi(supporter.k.power());
    let cost = supporter.punish_cost * (1.0 - later) / (1.0 - delta);
    let gain = later * supporter.deal_benefit * pivotality / (1.0 - delta);
    Ok(SidePayment {
        min_side_payment: (cost - gain).max(0.0),
    })
}

/// Sanctions that others may backfill.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leakage {
    /// `φ`: fraction that those who stay away make good.
    pub backfill: f64,
    /// `s`: share that takes part.
    pub participating_share: f64,
    /// `H`: loss at full participation.
    pub loss_at_full_participation: f64,
}

/// What is left of the loss.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct EffectiveLoss {
    /// Loss after backfilling.
    pub effective_loss: f64,
}

/// `H s(1−φ(1−s))`.
///
/// ```
/// use detente_formulas::supporters::{Leakage, leakage};
/// let loss = leakage(&Leakage { backfill: 0.5, participating_share: 0.7, loss_at_full_participation: 4.0 })?;
/// assert!((loss.effective_loss - 2.38).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn leakage(sanctions: &Leakage) -> Result<EffectiveLoss, FormulaError> {
    let participating = share("participating_share", sanctions.participating_share)?;
    let backfill = share("backfill", sanctions.backfill)?;
    Ok(EffectiveLoss {
        effective_loss: sanctions.loss_at_full_participation
            * participating
            * (1.0 - backfill * (1.0 - participating)),
    })
}
