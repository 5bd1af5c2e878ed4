//! Trust and reassurance: how sure one must be of the other side before cooperating pays.
//!
//! A trustworthy side prefers to answer cooperation with cooperation (`R ≥ T`, `P > S`); an untrustworthy
//! side prefers to exploit (`T > R`). Acting at the same time pays iff the prior `p` is at least
//! `(P−S)/[(R−T)+(P−S)]`; moving first against an informed second mover iff `p ≥ (P−S)/(R−S)`. With a share
//! `α` of the stakes played first, a separating equilibrium needs `α_lo ≤ α ≤ α_hi`: too small a first step
//! is mimicked, too large a one refused. Source: Kydd 2000, *International Organization* 54; Kydd 2005,
//! *Trust and Mistrust in International Relations*; constants derived again in our notation.

use serde::{Deserialize, Serialize};

use super::inputs::{FormulaError, share, threshold};

/// Stage payoffs of one side that must decide whether to trust.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AssuranceGame {
    /// `T`: exploiting a cooperator.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `P`: both refuse.
    #[serde(rename = "P")]
    pub refuse: f64,
    /// `S`: being exploited.
    #[serde(rename = "S")]
    pub exploited: f64,
}

/// The least trust that makes cooperation pay; nothing where no trust is enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MinTrust {
    /// Both sides act at once.
    pub simultaneous: Option<f64>,
    /// One side moves first, the informed other side answers.
    pub sequential_first_mover: Option<f64>,
}

/// The least trust needed, acting at once and moving first.
///
/// ```
/// use detente_formulas::trust::{AssuranceGame, min_trust};
/// let game = AssuranceGame { exploit: 2.0, reward: 3.0, refuse: 1.0, exploited: 0.0 };
/// let trust = min_trust(&game)?;
/// assert_eq!(trust.simultaneous, Some(0.5));
/// assert_eq!(trust.sequential_first_mover, Some(1.0 / 3.0));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn min_trust(game: &AssuranceGame) -> Result<MinTrust, FormulaError> {
    let risk = game.refuse - game.exploited;
    let at_least = |gain: f64| {
        // p·gain ≥ (1−p)·risk.
        if risk <= 0.0 {
            Some(0.0)
        } else if gain < 0.0 {
            None
        } else {
            threshold(risk / (gain + risk))
        }
    };
    Ok(MinTrust {
        simultaneous: at_least(game.reward - game.exploit),
        sequential_first_mover: at_least(game.reward - game.refuse),
    })
}

/// Two rounds: a share of the stakes first, the rest after both have kept the first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reassurance {
    /// Prior that the other side is trustworthy.
    pub p: f64,
    /// `[T, R, P, S]` of a trustworthy side.
    #[serde(rename = "trustworthy_TRPS")]
    pub trustworthy: [f64; 4],
    /// `[T, R, P, S]` of an untrustworthy side.
    #[serde(rename = "untrustworthy_TRPS")]
    pub untrustworthy: [f64; 4],
}

/// The first shares that a trustworthy side plays and an untrustworthy one does not mimic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SeparatingInterval {
    /// Below this the untrustworthy side mimics.
    pub alpha_low: f64,
    /// Above this the trustworthy side refuses.
    pub alpha_high: f64,
    /// Whether a share lies between.
    pub exists: bool,
}

/// The interval of first shares that tell the two kinds apart.
///
/// ```
/// use detente_formulas::trust::{Reassurance, separating_interval};
/// let rounds = Reassurance { p: 0.6, trustworthy: [0.5, 1.0, 0.0, -1.0], untrustworthy: [1.5, 1.0, 0.0, -2.0] };
/// let interval = separating_interval(&rounds)?;
/// assert!(interval.exists && (interval.alpha_low - 0.45).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn separating_interval(rounds: &Reassurance) -> Result<SeparatingInterval, FormulaError> {
    let p = share("p", rounds.p)?;
    let [t_good, r_good, p_good, s_good] = rounds.trustworthy;
    let [t_bad, r_bad, p_bad, s_bad] = rounds.untrustworthy;
    let willing = (1.0 - p) * (p_good - s_good) + p * (t_good - p_good);
    let alpha_high = if willing > 0.0 {
        (p * (r_good - p_good) / willing).min(1.0)
    } else {
        1.0
    };
    let mimic = (1.0 - p) * (p_bad - s_bad) + p * (t_bad - r_bad) + p * (t_bad - p_bad);
    let alpha_low = if mimic > 0.0 {
        p * (t_bad - p_bad) / mimic
    } else {
        // Mimicking costs nothing at any share: no first share keeps the untrustworthy side away.
        f64::INFINITY
    };
    Ok(SeparatingInterval {
        alpha_low,
        alpha_high,
        exists: alpha_low <= alpha_high,
    })
}

/// The interval with the two ratios that decide whether separation survives at very low trust.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LowTrustSeparation {
    /// The interval itself.
    #[serde(flatten)]
    pub interval: SeparatingInterval,
    /// `(T_b−P_b)/(P_b−S_b)`: separation survives at every low trust iff this is the smaller ratio.
    pub low_trust_ratio_bad: f64,
    /// `(R_g−P_g)/(P_g−S_g)`.
    pub low_trust_ratio_good: f64,
}

/// The interval and the two ratios.
///
/// ```
/// use detente_formulas::trust::{Reassurance, low_trust_separation};
/// let rounds = Reassurance { p: 0.3, trustworthy: [0.5, 1.0, 0.0, -2.0], untrustworthy: [1.5, 1.0, 0.0, -1.0] };
/// let answer = low_trust_separation(&rounds)?;
/// assert!(!answer.interval.exists);
/// assert!(answer.low_trust_ratio_bad > answer.low_trust_ratio_good);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn low_trust_separation(rounds: &Reassurance) -> Result<LowTrustSeparation, FormulaError> {
    let [_, r_good, p_good, s_good] = rounds.trustworthy;
    let [t_bad, _, p_bad, s_bad] = rounds.untrustworthy;
    Ok(LowTrustSeparation {
        interval: separating_interval(rounds)?,
        low_trust_ratio_bad: (t_bad - p_bad) / (p_bad - s_bad),
        low_trust_ratio_good: (r_good - p_good) / (p_good - s_good),
    })
}

/// What being trusted is worth to either kind.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GestureStakes {
    /// `B_g`: to a trustworthy side.
    pub gain_if_trusted_trustworthy: f64,
    /// `B_b`: to an untrustworthy side.
    pub gain_if_trusted_untrustworthy: f64,
}

/// The costs at which a one-sided gesture is a signal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct GestureWindow {
    /// Cheaper gestures are made by both kinds.
    pub cost_low: f64,
    /// Dearer gestures are made by neither.
    pub cost_high: f64,
    /// Whether any cost separates.
    pub separates: bool,
}

/// A gesture of cost `k` separates iff `B_b ≤ k ≤ B_g`.
///
/// ```
/// use detente_formulas::trust::{GestureStakes, gesture_window};
/// let window = gesture_window(&GestureStakes { gain_if_trusted_trustworthy: 2.0, gain_if_trusted_untrustworthy: 0.7 })?;
/// assert!(window.separates && window.cost_low == 0.7 && window.cost_high == 2.0);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn gesture_window(stakes: &GestureStakes) -> Result<GestureWindow, FormulaError> {
    let (low, high) = (
        stakes.gain_if_trusted_untrustworthy,
        stakes.gain_if_trusted_trustworthy,
    );
    Ok(GestureWindow {
        cost_low: low,
        cost_high: high,
        separates: low <= high,
    })
}
