//! Starting small: stakes that grow let good partners begin at trust too low for the whole.
//!
//! A level `a_t ∈ [0,1]` scales the stakes: cooperation pays `z`, betrayal `x` and ends the relation, its
//! victim loses `y`, mutual betrayal pays `w`. A low type facing a cooperator is indifferent between
//! betraying now and a period later iff the level grows by `g = (x_L−z_L)/(δ x_L)`; slower growth makes it
//! betray at once. Where low types also fear each other the first ratio may be larger, `g_0`. The least prior
//! falls to zero as the ramp lengthens in the two-sided version, but not in a one-sided one. Source: Watson
//! 1999, *J. Econ. Theory* 85; Watson 2002, *Games Econ. Behav.* 38; for a trial before a large commitment
//! Rauch and Watson 2003, *Int. J. Ind. Organ.* 21.

use serde::{Deserialize, Serialize};

use super::inputs::{Count, FormulaError, discount, positive, share, threshold};

/// The longest ramp that is tried.
pub const LONGEST_RAMP: u32 = 400;

/// Two-sided starting small with a ramp of a given length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartingSmall {
    /// Discount factor per period.
    pub delta: f64,
    /// Cooperation flow of the high type.
    #[serde(rename = "zH")]
    pub flow_high: f64,
    /// Cooperation flow of the low type.
    #[serde(rename = "zL")]
    pub flow_low: f64,
    /// Betrayal gain of the low type.
    #[serde(rename = "xL")]
    pub betrayal_low: f64,
    /// Betrayal gain of the high type.
    #[serde(rename = "xH")]
    pub betrayal_high: f64,
    /// Loss of a betrayed side.
    pub y: f64,
    /// Payoff when both betray.
    pub w: f64,
    /// Prior that the other side is the high type.
    pub p: f64,
    /// Growth steps after the first.
    #[serde(default)]
    pub n: Option<Count>,
    /// The same number under its longer name.
    #[serde(default)]
    pub n_growth_steps: Option<Count>,
}

/// The ramp that keeps low types indifferent, and what it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ramp {
    /// Critical growth of the level per period.
    pub growth: f64,
    /// Growth of the first period.
    pub first_growth: f64,
    /// First level.
    pub alpha0: f64,
    /// Value of the ramp to the high type.
    pub value_high_type: f64,
    /// Least prior at which the high type cooperates from the start; nothing if no prior is enough.
    pub p_min: Option<f64>,
    /// Value to the low type of betraying at the start.
    pub low_type_value_betray_at_0: f64,
}

/// The ramp of section 2 with `n` growth steps after the first.
///
/// ```
/// use detente_formulas::{inputs::Count, starting_small::{StartingSmall, ramp}};
/// let stakes = StartingSmall { delta: 0.9, flow_high: 1.0, flow_low: 1.0, betrayal_low: 15.0, betrayal_high: 5.0,
///     y: 5.0, w: 0.0, p: 0.2, n: Some(Count(5)), n_growth_steps: None };
/// assert!((ramp(&stakes)?.p_min.unwrap() - 0.149_888_238).abs() < 1e-8);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn ramp(stakes: &StartingSmall) -> Result<Ramp, FormulaError> {
    let steps = match (stakes.n, stakes.n_growth_steps) {
        (Some(n), Some(m)) if n != m => {
            return Err(FormulaError(
                "`n` and `n_growth_steps` are the same number, but two values are given".into(),
            ));
        }
        (Some(n), _) | (None, Some(n)) => n,
        (None, None) => return Err(FormulaError("`n` (or `n_growth_steps`) is missing".into())),
    };
    Ok(ramp_of(&Stakes::checked(stakes)?, steps.power()))
}

/// The stakes after their ranges have been checked.
#[derive(Clone, Copy)]
struct Stakes {
    delta: f64,
    z_high: f64,
    z_low: f64,
    x_low: f64,
    x_high: f64,
    y: f64,
    w: f64,
    p: f64,
}

impl Stakes {
    fn checked(stakes: &StartingSmall) -> Result<Self, FormulaError> {
        Ok(Self {
            delta: discount("delta", stakes.delta)?,
            z_high: stakes.flow_high,
            z_low: stakes.flow_low,
            x_low: positive("xL", stakes.betrayal_low)?,
            x_high: stakes.betrayal_high,
            y: stakes.y,
            w: stakes.w,
            p: positive("p", share("p", stakes.p)?)?,
        })
    }
}

fn ramp_of(stakes: &Stakes, steps: i32) -> Ramp {
    let Stakes {
        delta,
        z_high,
        z_low,
        x_low,
        x_high,
        y,
        w,
        p,
    } = *stakes;
    let growth = (x_low - z_low) / (delta * x_low);
    let first_growth = ((x_low - z_low) + (1.0 - p) / p * (w + y)) / (delta * x_low);
    let second = growth.powi(-steps);
    let alpha0 = (second / first_growth).min(1.0);
    // Value per unit of level, summed: the closed form divides by 1−δg, which may be zero.
    let factor = delta * growth;
    let value =
        z_high * ((0..steps).map(|k| factor.powi(k)).sum::<f64>() + factor.powi(steps) / (1.0 - delta));
    let gain = z_high + (1.0 - z_low / x_low) * value - x_high;
    let fear = (w + y) * value / x_low - (y + w);
    Ramp {
        growth,
        first_growth,
        alpha0,
        value_high_type: p * (alpha0 * z_high + delta * second * value) - (1.0 - p) * alpha0 * y,
        p_min: least_prior(gain, fear),
        low_type_value_betray_at_0: alpha0 * (p * x_low + (1.0 - p) * w),
    }
}

/// The least `p` with `p·gain + (1−p)·fear ≥ 0`.
fn least_prior(gain: f64, fear: f64) -> Option<f64> {
    if gain >= 0.0 && fear >= 0.0 {
        Some(0.0)
    } else if gain > 0.0 {
        threshold(-fear / (gain - fear))
    } else {
        None
    }
}

/// Everything at once, without a ramp.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllAtOnce {
    /// Discount factor per period.
    pub delta: f64,
    /// Cooperation flow.
    pub z: f64,
    /// Betrayal gain of the high type.
    #[serde(rename = "xH")]
    pub betrayal_high: f64,
    /// Loss of a betrayed side.
    pub y: f64,
    /// Payoff when both betray.
    pub w: f64,
}

/// A least prior; nothing where no prior is enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LeastPrior {
    /// The least prior.
    pub p_min: Option<f64>,
}

/// `p_min = (y+w)/(z/(1−δ) − x_H + y + w)`.
///
/// ```
/// use detente_formulas::starting_small::{AllAtOnce, all_at_once};
/// let answer = all_at_once(&AllAtOnce { delta: 0.9, z: 1.0, betrayal_high: 5.0, y: 5.0, w: 0.0 })?;
/// assert!((answer.p_min.unwrap() - 0.5).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn all_at_once(stakes: &AllAtOnce) -> Result<LeastPrior, FormulaError> {
    let delta = discount("delta", stakes.delta)?;
    let gain = stakes.z / (1.0 - delta) - stakes.betrayal_high;
    Ok(LeastPrior {
        p_min: least_prior(gain, -(stakes.y + stakes.w)),
    })
}

/// A low type facing a cooperator on a ramp that grows by a fixed factor up to the top.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneSidedRamp {
    /// Discount factor per period.
    pub delta: f64,
    /// Cooperation flow of the low type.
    pub z_low: f64,
    /// Betrayal gain of the low type.
    pub x_low: f64,
    /// Growth of the level per period.
    pub growth: f64,
    /// Growth steps before the top.
    pub steps: Count,
}

/// When the low type betrays.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BetrayalDate {
    /// The growth at which it is indifferent.
    pub critical_growth: f64,
    /// The best date, the earliest of several.
    pub betrayal_date: u32,
}

/// The date at which a low type betrays a cooperator: at once below the critical growth, at the top above.
///
/// ```
/// use detente_formulas::{inputs::Count, starting_small::{OneSidedRamp, betrayal_date}};
/// let slow = OneSidedRamp { delta: 0.9, z_low: 1.0, x_low: 15.0, growth: 1.01, steps: Count(10) };
/// assert_eq!(betrayal_date(&slow)?.betrayal_date, 0);
/// assert_eq!(betrayal_date(&OneSidedRamp { growth: 1.2, ..slow })?.betrayal_date, 10);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn betrayal_date(ramp: &OneSidedRamp) -> Result<BetrayalDate, FormulaError> {
    let delta = discount("delta", ramp.delta)?;
    let x = positive("x_low", ramp.x_low)?;
    let growth = positive("growth", ramp.growth)?;
    // Levels relative to the top: counting down from it keeps long ramps from overflowing.
    let level = |date: u32| growth.powi(date as i32 - ramp.steps.power());
    let (mut best, mut best_date, mut kept) = (level(0) * x, 0, 0.0);
    for date in 0..=ramp.steps.0 {
        let weight = delta.powi(date as i32);
        let value = kept + weight * level(date) * x;
        if value > best * (1.0 + 1e-12) {
            (best, best_date) = (value, date);
        }
        kept += weight * level(date) * ramp.z_low;
    }
    Ok(BetrayalDate {
        critical_growth: (x - ramp.z_low) / (delta * x),
        betrayal_date: best_date,
    })
}

/// The stakes of a ramp whose length is to be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RampChoice {
    /// Discount factor per period.
    pub delta: f64,
    /// Cooperation flow of the high type.
    #[serde(rename = "zH")]
    pub flow_high: f64,
    /// Cooperation flow of the low type.
    #[serde(rename = "zL")]
    pub flow_low: f64,
    /// Betrayal gain of the low type.
    #[serde(rename = "xL")]
    pub betrayal_low: f64,
    /// Betrayal gain of the high type.
    #[serde(rename = "xH")]
    pub betrayal_high: f64,
    /// Loss of a betrayed side.
    pub y: f64,
    /// Payoff when both betray.
    pub w: f64,
    /// Prior that the other side is the high type.
    pub p: f64,
}

/// The ramp length with the largest value among those the high type keeps.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct BestRamp {
    /// Growth steps after the first; nothing if the high type keeps no ramp up to [`LONGEST_RAMP`].
    pub n: Option<u32>,
    /// Its value to the high type.
    pub value: Option<f64>,
    /// Value of the whole at once.
    pub all_at_once_value: f64,
    /// Whether the high type would keep the whole at once.
    pub all_at_once_incentive_ok: bool,
}

/// The best ramp length at a given prior.
///
/// ```
/// use detente_formulas::starting_small::{RampChoice, best_ramp};
/// let stakes = RampChoice { delta: 0.9, flow_high: 1.0, flow_low: 1.0, betrayal_low: 15.0, betrayal_high: 5.0,
///     y: 5.0, w: 0.0, p: 0.15 };
/// assert_eq!(best_ramp(&stakes)?.n, Some(15));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn best_ramp(choice: &RampChoice) -> Result<BestRamp, FormulaError> {
    let stakes = Stakes::checked(&StartingSmall {
        delta: choice.delta,
        flow_high: choice.flow_high,
        flow_low: choice.flow_low,
        betrayal_low: choice.betrayal_low,
        betrayal_high: choice.betrayal_high,
        y: choice.y,
        w: choice.w,
        p: choice.p,
        n: None,
        n_growth_steps: None,
    })?;
    let Stakes {
        delta,
        z_high,
        x_high,
        y,
        w,
        p,
        ..
    } = stakes;
    let best = (0..=LONGEST_RAMP)
        .map(|n| (n, ramp_of(&stakes, n as i32)))
        .filter(|(_, ramp)| {
            let betray = ramp.alpha0 * (p * x_high + (1.0 - p) * w);
            ramp.value_high_type >= betray - 1e-12
        })
        .fold(None, |best: Option<(u32, f64)>, (n, ramp)| match best {
            Some((_, value)) if value >= ramp.value_high_type => best,
            _ => Some((n, ramp.value_high_type)),
        });
    let all_at_once_value = p * z_high / (1.0 - delta) - (1.0 - p) * y;
    Ok(BestRamp {
        n: best.map(|(n, _)| n),
        value: best.map(|(_, value)| value),
        all_at_once_value,
        all_at_once_incentive_ok: all_at_once_value >= p * x_high + (1.0 - p) * w,
    })
}

/// A small trial before a large commitment whose cost is sunk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Chance that the partner is able.
    pub theta: f64,
    /// Reward of the large commitment with an able partner.
    #[serde(rename = "R")]
    pub reward: f64,
    /// Loss of the large commitment with another.
    pub sunk: f64,
    /// Cost of the trial.
    pub trial_cost: f64,
    /// Discount factor per period.
    pub delta: f64,
}

/// What to do first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrialChoice {
    /// Least chance at which the trial beats walking away.
    pub theta_low: f64,
    /// Above this chance the large commitment at once is better.
    pub theta_high: f64,
    /// Value of the large commitment at once.
    pub value_large: f64,
    /// Value of the trial first.
    pub value_small: f64,
    /// `large`, `small` or `none`.
    pub choice: &'static str,
}

/// Large now `θR − (1−θ)K`, trial first `−k + δθR`, or neither.
///
/// ```
/// use detente_formulas::starting_small::{Trial, trial};
/// let trial = trial(&Trial { theta: 0.4, reward: 10.0, sunk: 4.0, trial_cost: 0.5, delta: 0.9 })?;
/// assert_eq!(trial.choice, "small");
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn trial(stakes: &Trial) -> Result<TrialChoice, FormulaError> {
    let theta = share("theta", stakes.theta)?;
    let delta = discount("delta", stakes.delta)?;
    let (reward, sunk, cost) = (stakes.reward, stakes.sunk, stakes.trial_cost);
    let value_large = theta * reward - (1.0 - theta) * sunk;
    let value_small = -cost + delta * theta * reward;
    let choice = if value_large.max(value_small) < 0.0 {
        "none"
    } else if value_small > value_large {
        "small"
    } else {
        "large"
    };
    Ok(TrialChoice {
        theta_low: cost / (delta * reward),
        theta_high: (sunk - cost) / (sunk + (1.0 - delta) * reward),
        value_large,
        value_small,
        choice,
    })
}
