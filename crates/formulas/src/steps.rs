//! Finite plans: how many there are, and what a party does with equal steps.
//!
//! The plans that put `n` packages in order, several of them on one date allowed, are the ordered partitions;
//! their number is the Fubini number. In a plan of `N` equal steps, level `t/N` after step `t`, a party earns
//! `benefit − cost` per unit of level; a breach freezes its own level at the share that cannot be undone while
//! the benefit runs on the plan until it is noticed, after which it is gone. Our own.

use serde::{Deserialize, Serialize};

use super::inputs::{Count, FormulaError, discount, share};

/// A number of packages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Packages {
    /// How many.
    pub issues: Count,
}

/// How many orders there are.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PlanCount {
    /// The number; exact up to 2⁶⁴, to the nearest float beyond.
    pub plans: Number,
}

/// A count that may outgrow whole numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Number {
    /// Exact.
    Whole(u64),
    /// Rounded.
    Rounded(f64),
}

/// The Fubini numbers: 1, 1, 3, 13, 75, 541, 4683, …
///
/// ```
/// use detente_formulas::{inputs::Count, steps::{Number, Packages, plan_count}};
/// assert_eq!(plan_count(&Packages { issues: Count(8) })?.plans, Number::Whole(545_835));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn plan_count(packages: &Packages) -> Result<PlanCount, FormulaError> {
    let number = packages.issues.0 as usize;
    if number > 150 {
        return Err(FormulaError(
            "`issues` is above 150: the number does not fit".into(),
        ));
    }
    // a(n) = Σ_k C(n,k) a(n−k): the first step takes k of the n.
    let mut whole: Vec<Option<u64>> = vec![Some(1)];
    let mut rounded: Vec<f64> = vec![1.0];
    for n in 1..=number {
        let (mut sum, mut choose) = (Some(0_u64), Some(1_u64));
        let (mut sum_rounded, mut choose_rounded) = (0.0, 1.0);
        for k in 1..=n {
            // Multiply before dividing: the product is always divisible.
            choose = choose
                .and_then(|c| c.checked_mul((n - k + 1) as u64))
                .map(|c| c / k as u64);
            choose_rounded *= (n - k + 1) as f64 / k as f64;
            let product = choose.zip(whole[n - k]).and_then(|(c, a)| c.checked_mul(a));
            sum = sum.zip(product).and_then(|(s, p)| s.checked_add(p));
            sum_rounded += choose_rounded * rounded[n - k];
        }
        whole.push(sum);
        rounded.push(sum_rounded);
    }
    let plans = whole[number].map_or(Number::Rounded(rounded[number]), Number::Whole);
    Ok(PlanCount { plans })
}

/// A party in a plan of equal steps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualStepPlan {
    /// Number of steps.
    pub steps: Count,
    /// Flow it gets per unit of level.
    pub benefit: f64,
    /// Flow its own part costs per unit of level.
    pub cost: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// Chance per period that a breach is noticed.
    pub detect: f64,
    /// Share of its own level that cannot be undone.
    pub irreversible_share: f64,
}

/// What it does.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BestResponse {
    /// Its value.
    pub value: f64,
    /// `comply@N` to the end, or `cheat@t`.
    pub plan: String,
}

/// The best date to stop keeping a plan of equal steps.
///
/// ```
/// use detente_formulas::{inputs::Count, steps::{EqualStepPlan, equal_steps_response}};
/// let plan = EqualStepPlan { steps: Count(4), benefit: 3.0, cost: 1.0, delta: 0.95, detect: 0.5, irreversible_share: 0.5 };
/// assert_eq!(equal_steps_response(&plan)?.plan, "comply@4");
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn equal_steps_response(plan: &EqualStepPlan) -> Result<BestResponse, FormulaError> {
    let delta = discount("delta", plan.delta)?;
    let detect = share("detect", plan.detect)?;
    let fixed = share("irreversible_share", plan.irreversible_share)?;
    let steps = plan.steps.0;
    if steps == 0 {
        return Err(FormulaError("`steps` is 0: at least one is needed".into()));
    }
    let level = |step: u32| f64::from(step.min(steps)) / f64::from(steps);
    // Date t makes step t+1. Unnoticed cheating from each date on, seen at that date.
    let unnoticed = delta * (1.0 - detect);
    let mut cheating = vec![0.0; steps as usize + 1];
    cheating[steps as usize] = plan.benefit / (1.0 - unnoticed);
    for date in (0..steps).rev() {
        cheating[date as usize] = plan.benefit * level(date + 1) + unnoticed * cheating[date as usize + 1];
    }
    let net = plan.benefit - plan.cost;
    let (mut kept, mut weight) = (0.0, 1.0);
    let mut best: Option<(f64, u32)> = None;
    for date in 0..=steps {
        let value =
            kept + weight * (cheating[date as usize] - plan.cost * fixed * level(date) / (1.0 - delta));
        if best.is_none_or(|(best, _)| value > best + 1e-12) {
            best = Some((value, date));
        }
        if date < steps {
            kept += weight * net * level(date + 1);
            weight *= delta;
        }
    }
    let comply = kept + weight * net / (1.0 - delta);
    Ok(match best {
        Some((value, date)) if value > comply + 1e-12 => BestResponse {
            value,
            plan: format!("cheat@{date}"),
        },
        _ => BestResponse {
            value: comply,
            plan: format!("comply@{steps}"),
        },
    })
}
