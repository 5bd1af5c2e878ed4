//! Closing windows: power that shifts, deals that may collapse, outside options that grow.
//!
//! Peace fails iff `δπ_{t+1} − π_t > d/(1−d)`, with `π` the rising side's chance to win and `d` the share that
//! war destroys. A hazard `h` replaces δ by `ρ = δ(1−h)`, so a grim deal stands up to `1 − δ*/δ` (where
//! collapse pays what punishment pays). A deal stays possible until the outside options eat the total. Equal
//! steps under a hazard have an interior best number: too many steps let the window close. Source: Powell
//! 2006, *Int. Organization* 60; the rest is our own.

use serde::{Deserialize, Serialize};

use super::enforcement::grim_threshold;
use super::inputs::{Count, FormulaError, discount, positive, share};

/// A rising side and a war that destroys something.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerShift {
    /// `π_t`: the rising side's chance to win now.
    pub power_now: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// `d`: share that war destroys.
    pub war_cost_share: f64,
}

/// The largest rise that peace survives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MaxShift {
    /// Largest tolerable rise of the chance in one period.
    pub max_shift: f64,
}

/// `(d/(1−d)+π_t)/δ − π_t`.
///
/// ```
/// use detente_formulas::window::{PowerShift, power_shift};
/// let shift = power_shift(&PowerShift { power_now: 0.3, delta: 0.95, war_cost_share: 0.1 })?;
/// assert!((shift.max_shift - 0.132748538).abs() < 1e-8);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn power_shift(rise: &PowerShift) -> Result<MaxShift, FormulaError> {
    let delta = discount("delta", rise.delta)?;
    let power = share("power_now", rise.power_now)?;
    let destroyed = discount("war_cost_share", rise.war_cost_share)
        .map_err(|_| FormulaError("`war_cost_share` lies strictly between 0 and 1".into()))?;
    Ok(MaxShift {
        max_shift: (destroyed / (1.0 - destroyed) + power) / delta - power,
    })
}

/// A grim deal that outside politics may end.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrimUnderHazard {
    /// `T`: exploiting.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `P`: both refuse.
    #[serde(rename = "P")]
    pub refuse: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// Periods of cheating before it is noticed.
    pub detection_lag: Count,
}

/// The largest chance of collapse that the deal survives.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MaxHazard {
    /// Largest chance per period; nothing if the deal does not hold even without any.
    pub max_hazard: Option<f64>,
}

/// `1 − δ*/δ`.
///
/// ```
/// use detente_formulas::{inputs::Count, window::{GrimUnderHazard, max_hazard}};
/// let deal = GrimUnderHazard { exploit: 5.0, reward: 3.0, refuse: 1.0, delta: 0.95, detection_lag: Count(1) };
/// assert!((max_hazard(&deal)?.max_hazard.unwrap() - 9.0 / 19.0).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn max_hazard(deal: &GrimUnderHazard) -> Result<MaxHazard, FormulaError> {
    let delta = discount("delta", deal.delta)?;
    let lag = positive("detection_lag", deal.detection_lag.real())?;
    let least = grim_threshold(deal.exploit, deal.reward, deal.refuse, lag);
    Ok(MaxHazard {
        max_hazard: least
            .map(|least| 1.0 - least / delta)
            .filter(|hazard| *hazard >= 0.0),
    })
}

/// A total to share while one side's outside option grows.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surplus {
    /// `B`: what a deal has to share.
    pub total: f64,
    /// Outside option of the first side.
    pub outside_us: f64,
    /// Outside option of the other side today.
    pub outside_dprk_now: f64,
    /// `g`: its growth per period.
    pub growth: f64,
}

/// A date, or that it never comes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum LastPeriod {
    /// The last period with something to share.
    Period(u64),
    /// There is always something to share; written `"inf"`.
    #[serde(serialize_with = "always")]
    Always,
}

fn always<S: serde::Serializer>(serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str("inf")
}

/// When the window closes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LastDate {
    /// The last period with a surplus; nothing if there is none today.
    pub last_period: Option<LastPeriod>,
}

/// `⌊ln((B−w_US)/w_0)/ln(1+g)⌋`.
///
/// ```
/// use detente_formulas::window::{LastPeriod, Surplus, last_date};
/// let date = last_date(&Surplus { total: 10.0, outside_us: 3.0, outside_dprk_now: 2.0, growth: 0.05 })?;
/// assert_eq!(date.last_period, Some(LastPeriod::Period(25)));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn last_date(surplus: &Surplus) -> Result<LastDate, FormulaError> {
    let left = surplus.total - surplus.outside_us;
    let now = surplus.outside_dprk_now;
    if surplus.growth <= -1.0 {
        return Err(FormulaError("`growth` must be above -1".into()));
    }
    let last_period = if left < now {
        None
    } else if now <= 0.0 || surplus.growth <= 0.0 {
        Some(LastPeriod::Always)
    } else {
        let periods = ((left / now).ln() / surplus.growth.ln_1p() + 1e-12).floor();
        Some(LastPeriod::Period(periods as u64))
    };
    Ok(LastDate { last_period })
}

/// The largest number of equal steps that is tried.
pub const MOST_STEPS: i32 = 199;

/// A benefit and a loss that are split over equal steps while the deal may collapse.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EqualSteps {
    /// Prior that the other side is good; a bad one stops at once and keeps the first step.
    pub p: f64,
    /// `B`: benefit of the whole.
    pub benefit: f64,
    /// `L`: loss of the whole.
    pub loss: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// `h`: chance per period that the deal collapses.
    pub hazard: f64,
}

/// The best number of steps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BestSteps {
    /// The number with the largest value, the smallest of several.
    pub best_steps: u32,
    /// Its value.
    pub value: f64,
    /// Value in one step.
    pub one_shot_value: f64,
    /// `p*` at the best number.
    pub threshold_at_best: f64,
}

/// `U(N) = (pB/N)(1−ρ^N)/(1−ρ) − (1−p)L/N`, the best `N` up to [`MOST_STEPS`].
///
/// ```
/// use detente_formulas::window::{EqualSteps, equal_steps};
/// let steps = equal_steps(&EqualSteps { p: 0.7, benefit: 10.0, loss: 12.0, delta: 0.97, hazard: 0.03 })?;
/// assert_eq!(steps.best_steps, 4);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn equal_steps(plan: &EqualSteps) -> Result<BestSteps, FormulaError> {
    let p = share("p", plan.p)?;
    let rho = discount("delta", plan.delta)? * (1.0 - share("hazard", plan.hazard)?);
    let periods = |steps: i32| (1.0 - rho.powi(steps)) / (1.0 - rho);
    let value = |steps: i32| {
        let number = f64::from(steps);
        p * plan.benefit / number * periods(steps) - (1.0 - p) * plan.loss / number
    };
    let mut best = 1;
    for steps in 2..=MOST_STEPS {
        if value(steps) > value(best) {
            best = steps;
        }
    }
    Ok(BestSteps {
        best_steps: best.unsigned_abs(),
        value: value(best),
        one_shot_value: value(1),
        threshold_at_best: plan.loss / (plan.loss + plan.benefit * periods(best)),
    })
}
