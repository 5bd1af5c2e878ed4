//! Whether an offer is worth making, and what its answer teaches.
//!
//! An offer with benefit `B` from a good side and loss `L` from a bad one pays iff `p ≥ p* = L/(L+B)`; perfect
//! information is worth `pB − max(0, pB−(1−p)L)`. If the answer does not depend on the type, it teaches
//! nothing. A small step first pays for itself by what it reveals. Regret of an offer is what the best offer
//! for the true type would have given more. Sources: Bayes; Raiffa 1968; Savage 1951; the graded comparison
//! is our own.

use serde::{Deserialize, Serialize};

use super::inputs::{FormulaError, discount, share};
use crate::minimax::mixed_minimax;

/// How likely each type is to comply.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Compliance {
    /// Prior of the reformer.
    pub p: f64,
    /// Chance that the reformer complies.
    pub comply_if_reformer: f64,
    /// Chance that the hardliner complies.
    pub comply_if_hardliner: f64,
}

/// What compliance and refusal teach.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Posterior {
    /// Chance of compliance.
    pub prob_comply: f64,
    /// Belief after compliance; nothing if nobody complies.
    pub posterior_comply: Option<f64>,
    /// Belief after refusal; nothing if nobody refuses.
    pub posterior_refuse: Option<f64>,
}

/// Bayes' rule.
///
/// ```
/// use detente_formulas::offer::{Compliance, posterior};
/// let same = posterior(&Compliance { p: 0.35, comply_if_reformer: 1.0, comply_if_hardliner: 1.0 })?;
/// assert_eq!((same.posterior_comply, same.posterior_refuse), (Some(0.35), None));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn posterior(answer: &Compliance) -> Result<Posterior, FormulaError> {
    let p = share("p", answer.p)?;
    let good = share("comply_if_reformer", answer.comply_if_reformer)?;
    let bad = share("comply_if_hardliner", answer.comply_if_hardliner)?;
    let comply = p * good + (1.0 - p) * bad;
    let refuse = p * (1.0 - good) + (1.0 - p) * (1.0 - bad);
    Ok(Posterior {
        prob_comply: comply,
        posterior_comply: (comply > 0.0).then(|| p * good / comply),
        posterior_refuse: (refuse > 0.0).then(|| p * (1.0 - good) / refuse),
    })
}

/// An offer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Prior that the other side is good.
    pub p: f64,
    /// `B`: benefit if it is.
    pub benefit: f64,
    /// `L`: loss if it is not.
    pub loss: f64,
}

/// Whether it pays.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct OfferValue {
    /// Least prior at which it pays; nothing where it never does.
    pub p_star: Option<f64>,
    /// Value of offering where that pays, else 0.
    pub offer_value: f64,
    /// What knowing the type would be worth.
    pub evpi: f64,
}

/// `p*`, the value of the offer and of perfect information.
///
/// ```
/// use detente_formulas::offer::{Offer, offer};
/// let value = offer(&Offer { p: 0.4, benefit: 10.0, loss: 12.0 })?;
/// assert!((value.p_star.unwrap() - 6.0 / 11.0).abs() < 1e-12 && value.evpi == 4.0);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn offer(terms: &Offer) -> Result<OfferValue, FormulaError> {
    let p = share("p", terms.p)?;
    let (benefit, loss) = (terms.benefit, terms.loss);
    let offer_value = (p * benefit - (1.0 - p) * loss).max(0.0);
    let knowing = p * benefit.max(0.0) + (1.0 - p) * (-loss).max(0.0);
    Ok(OfferValue {
        p_star: break_even(benefit, loss),
        offer_value,
        evpi: knowing - offer_value,
    })
}

/// The least `p` with `pB ≥ (1−p)L`.
fn break_even(benefit: f64, loss: f64) -> Option<f64> {
    if loss <= 0.0 {
        Some(0.0)
    } else if benefit > 0.0 {
        Some(loss / (loss + benefit))
    } else {
        None
    }
}

/// A small step before the large one.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graded {
    /// Prior that the other side is good.
    pub p: f64,
    /// `b`: gain of the small step if it is kept.
    pub small_benefit: f64,
    /// `l`: loss of the small step if it is not.
    pub small_loss: f64,
    /// `B`: benefit of the large step.
    pub large_benefit: f64,
    /// `L`: loss of the large step.
    pub large_loss: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// `m`: chance that a bad side keeps the small step.
    pub mimic: f64,
}

/// Graded against all at once.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GradedValue {
    /// Belief after the small step was kept; nothing if nobody keeps it.
    pub posterior: Option<f64>,
    /// Value of the small step first.
    pub value_graded: f64,
    /// Value of the large step at once where it pays, else 0.
    pub value_all_at_once: f64,
    /// Least prior at which the small step pays; nothing where it never does.
    pub p_star_graded: Option<f64>,
    /// Least prior at which the large step at once pays.
    pub p_star_all: Option<f64>,
}

/// `U = pb + (1−p)(mb − (1−m)l) + δ[p+(1−p)m] max(0, μB−(1−μ)L)` with `μ = p/(p+(1−p)m)`.
///
/// ```
/// use detente_formulas::offer::{Graded, graded};
/// let value = graded(&Graded { p: 0.3, small_benefit: 0.5, small_loss: 0.3, large_benefit: 10.0, large_loss: 12.0,
///     delta: 0.97, mimic: 0.2 })?;
/// assert!((value.p_star_graded.unwrap() - 0.194_821_598).abs() < 1e-8);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn graded(terms: &Graded) -> Result<GradedValue, FormulaError> {
    let p = share("p", terms.p)?;
    let delta = discount("delta", terms.delta)?;
    let mimic = share("mimic", terms.mimic)?;
    let (small, small_loss) = (terms.small_benefit, terms.small_loss);
    let (large, large_loss) = (terms.large_benefit, terms.large_loss);
    let bad_first = mimic * small - (1.0 - mimic) * small_loss;
    let value = |p: f64| {
        let go_on = (p * large - (1.0 - p) * mimic * large_loss).max(0.0);
        p * small + (1.0 - p) * bad_first + delta * go_on
    };
    let kept = p + (1.0 - p) * mimic;
    Ok(GradedValue {
        posterior: (kept > 0.0).then(|| p / kept),
        value_graded: value(p),
        value_all_at_once: (p * large - (1.0 - p) * large_loss).max(0.0),
        p_star_graded: first_root(value, break_even(large, mimic * large_loss)),
        p_star_all: break_even(large, large_loss),
    })
}

/// The least `p` in [0,1] with `value(p) ≥ 0`, for a value that is linear on either side of `kink`.
fn first_root(value: impl Fn(f64) -> f64, kink: Option<f64>) -> Option<f64> {
    if value(0.0) >= 0.0 {
        return Some(0.0);
    }
    let kink = kink.unwrap_or(1.0);
    [(0.0, kink), (kink, 1.0)].into_iter().find_map(|(from, to)| {
        let (low, high) = (value(from), value(to));
        (high >= 0.0 && to > from).then(|| from - low * (to - from) / (high - low))
    })
}

/// Utilities of the proposer: a row an offer, a column a type of the other side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegretInput {
    /// Rows are offers (status quo, graded, all at once, …), columns are types (reformer, hardliner, …).
    #[serde(rename = "utilities_rows_status_graded_all_cols_reformer_hardliner")]
    pub utilities: Vec<Vec<f64>>,
}

/// Regret of every offer against every type, and the offers that keep the largest regret small.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RegretTable {
    /// `max_{o'} U(o',θ) − U(o,θ)`, row by row.
    pub regret: Vec<f64>,
    /// The row with the smallest largest regret, the first of several.
    pub minimax_row: usize,
    /// Its largest regret.
    pub minimax_regret: f64,
    /// The same if offers may be mixed by lot.
    pub mixed_minimax_regret: f64,
}

/// The regret table.
///
/// ```
/// use detente_formulas::offer::{RegretInput, regret_table};
/// let table = regret_table(&RegretInput { utilities: vec![vec![0.0, 0.0], vec![6.0, -1.0], vec![10.0, -12.0]] })?;
/// assert_eq!((table.minimax_row, table.minimax_regret), (1, 4.0));
/// assert!((table.mixed_minimax_regret - 3.2).abs() < 1e-9);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn regret_table(input: &RegretInput) -> Result<RegretTable, FormulaError> {
    let types = input.utilities.first().map_or(0, Vec::len);
    if types == 0 || input.utilities.iter().any(|row| row.len() != types) {
        return Err(FormulaError(
            "the utilities must be a table: at least one row, all rows with the same number of types".into(),
        ));
    }
    if input.utilities.len() * types > 10_000 {
        return Err(FormulaError("the table has more than 10000 entries".into()));
    }
    let best: Vec<f64> = (0..types)
        .map(|column| {
            input
                .utilities
                .iter()
                .map(|row| row[column])
                .fold(f64::NEG_INFINITY, f64::max)
        })
        .collect();
    let rows: Vec<Vec<f64>> = input
        .utilities
        .iter()
        .map(|row| row.iter().zip(&best).map(|(value, best)| best - value).collect())
        .collect();
    let largest = |row: &Vec<f64>| row.iter().copied().fold(0.0, f64::max);
    let mut minimax_row = 0;
    for (index, row) in rows.iter().enumerate() {
        if largest(row) < largest(&rows[minimax_row]) {
            minimax_row = index;
        }
    }
    Ok(RegretTable {
        minimax_row,
        minimax_regret: largest(&rows[minimax_row]),
        mixed_minimax_regret: mixed_minimax(&rows).map_err(FormulaError)?,
        regret: rows.concat(),
    })
}
