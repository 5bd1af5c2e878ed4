//! Self-enforcement under lag, slow snapback, noise and pardons, and punishments that nobody would skip.
//!
//! With detection lag `L` (1 is standard) and snapback delay `D`, during which the cheater still enjoys `T`,
//! grim punishment holds iff `δ ≥ [(T−R)/(T−P)]^{1/(L+D)}`; with an intermediate payoff during the delay the
//! threshold is a root. Punishing for `k` periods needs `(1−δ^L)(T−R) ≤ δ^L(1−δ^k)(R−P)`. Under noise an
//! alarm starts `k` bad periods, and each pardon multiplies deterrence by `a = δf/(1−δ+δf) < 1`. A punishment
//! in which the defector is exploited for `k` periods is proof against renegotiation. Sources: Friedman 1971,
//! *Rev. Econ. Stud.* 38; Green and Porter 1984, *Econometrica* 52; van Damme 1989, *J. Econ. Theory* 47;
//! Farrell and Maskin 1989, *Games Econ. Behav.* 1. Lag, delay and pardons are our own extensions.

use serde::{Deserialize, Deserializer, Serialize};

use super::inputs::{Count, FormulaError, discount, positive, share};

/// Grim punishment with a lag before cheating is noticed and a delay before it is answered.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrimWithLag {
    /// `T`: exploiting.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `P`: both refuse.
    #[serde(rename = "P")]
    pub refuse: f64,
    /// `S`: being exploited; plays no part in this threshold.
    #[serde(rename = "S", default)]
    pub exploited: f64,
    /// Periods of cheating before it is noticed, at least 1.
    pub detection_lag: Count,
    /// Periods from notice to answer.
    #[serde(default)]
    pub snapback_delay: Count,
}

/// The least discount factor; nothing if no patience is enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MinDiscount {
    /// The least discount factor.
    pub delta_min: Option<f64>,
}

/// The least patience for grim punishment with lag and delay.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{GrimWithLag, grim_with_lag}};
/// let game = GrimWithLag { exploit: 5.0, reward: 3.0, refuse: 1.0, exploited: 0.0,
///     detection_lag: Count(2), snapback_delay: Count(0) };
/// assert!((grim_with_lag(&game)?.delta_min.unwrap() - 0.5_f64.sqrt()).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn grim_with_lag(game: &GrimWithLag) -> Result<MinDiscount, FormulaError> {
    let periods = game.detection_lag.0 + game.snapback_delay.0;
    if periods == 0 {
        return Err(FormulaError(
            "`detection_lag` and `snapback_delay` are both 0: a lag of 1 is the least".into(),
        ));
    }
    Ok(MinDiscount {
        delta_min: grim_threshold(game.exploit, game.reward, game.refuse, f64::from(periods)),
    })
}

/// `[(T−R)/(T−P)]^{1/n}`: 0 where there is no temptation, nothing where the punishment is none.
pub(crate) fn grim_threshold(exploit: f64, reward: f64, refuse: f64, periods: f64) -> Option<f64> {
    if exploit <= reward {
        Some(0.0)
    } else if reward <= refuse {
        None
    } else {
        Some(((exploit - reward) / (exploit - refuse)).powf(1.0 / periods))
    }
}

/// Grim punishment whose delay pays something between exploiting and refusing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IntermediateSnapback {
    /// `T`: exploiting.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `P`: both refuse.
    #[serde(rename = "P")]
    pub refuse: f64,
    /// `M`: the cheater's payoff during the delay.
    pub intermediate: f64,
    /// Periods of cheating before it is noticed.
    pub detection_lag: Count,
    /// Periods from notice to answer.
    pub snapback_delay: Count,
}

/// The least discount factor with `R ≥ (1−δ^L)T + δ^L(1−δ^D)M + δ^{L+D}P`, from there up.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{IntermediateSnapback, intermediate_snapback}};
/// let game = IntermediateSnapback { exploit: 5.0, reward: 3.0, refuse: 1.0, intermediate: 2.0,
///     detection_lag: Count(1), snapback_delay: Count(2) };
/// assert!((intermediate_snapback(&game)?.delta_min.unwrap() - 0.596_071_638).abs() < 1e-8);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn intermediate_snapback(game: &IntermediateSnapback) -> Result<MinDiscount, FormulaError> {
    let (lag, delay) = (game.detection_lag.power(), game.snapback_delay.power());
    let holds = |delta: f64| {
        let noticed = delta.powi(lag);
        let answered = noticed * delta.powi(delay);
        let cheat = (1.0 - noticed) * game.exploit
            + (noticed - answered) * game.intermediate
            + answered * game.refuse;
        game.reward - cheat
    };
    Ok(MinDiscount {
        delta_min: least_holding(holds),
    })
}

/// The lower end of the last stretch of (0,1) on which `slack ≥ 0` up to 1: a scan, then bisection.
fn least_holding(slack: impl Fn(f64) -> f64) -> Option<f64> {
    const CELLS: i32 = 20_000;
    let at = |cell: i32| f64::from(cell) / f64::from(CELLS);
    if slack(at(CELLS)) < 0.0 || slack(1.0 - 1e-9) < 0.0 {
        return None;
    }
    let Some(fails) = (0..CELLS).rev().find(|cell| slack(at(*cell)) < 0.0) else {
        return Some(0.0);
    };
    let (mut low, mut high) = (at(fails), at(fails + 1));
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if slack(middle) < 0.0 {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(high)
}

/// Punishment of limited length.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitedPunishment {
    /// `T`: exploiting.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `P`: both refuse.
    #[serde(rename = "P")]
    pub refuse: f64,
    /// Periods of cheating before it is noticed.
    pub detection_lag: Count,
    /// Discount factor per period.
    pub delta: f64,
}

/// How long the punishment must be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PunishmentLength {
    /// The share of a punishment for ever that is needed; more than 1 means that none is enough.
    pub required_mass: f64,
    /// Least number of periods; nothing if none is enough.
    pub k_min: Option<u32>,
}

/// `k_min = ⌈ln(1−(1−δ^L)(T−R)/(δ^L(R−P)))/ln δ⌉`.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{LimitedPunishment, limited_punishment}};
/// let game = LimitedPunishment { exploit: 5.0, reward: 3.0, refuse: 1.0, detection_lag: Count(2), delta: 0.9 };
/// assert_eq!(limited_punishment(&game)?.k_min, Some(3));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn limited_punishment(game: &LimitedPunishment) -> Result<PunishmentLength, FormulaError> {
    let delta = discount("delta", game.delta)?;
    let noticed = delta.powi(game.detection_lag.power());
    let punishment = game.reward - game.refuse;
    let required_mass = (1.0 - noticed) * (game.exploit - game.reward) / (noticed * punishment);
    let k_min = if game.exploit <= game.reward {
        Some(0)
    } else if punishment <= 0.0 || required_mass >= 1.0 {
        None
    } else {
        // The small allowance keeps a length that is exactly a whole number from being rounded up.
        let periods = ((1.0 - required_mass).ln() / delta.ln() - 1e-12).ceil();
        (periods < f64::from(u32::MAX)).then_some(periods as u32)
    };
    Ok(PunishmentLength { required_mass, k_min })
}

/// A number of bad periods after an alarm, or for ever.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Length {
    /// So many periods.
    Periods(Count),
    /// For ever; written `"inf"`.
    Forever,
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Number(f64),
            Word(String),
        }
        match Written::deserialize(deserializer)? {
            Written::Number(number) => Count::try_from(number)
                .map(Length::Periods)
                .map_err(serde::de::Error::custom),
            Written::Word(word) if matches!(word.as_str(), "inf" | "Infinity" | "infinity") => {
                Ok(Length::Forever)
            }
            Written::Word(word) => Err(serde::de::Error::custom(format!(
                "`{word}` is neither a number of periods nor \"inf\""
            ))),
        }
    }
}

impl Length {
    /// `1 − δ^k`.
    fn mass(self, delta: f64) -> f64 {
        match self {
            Self::Periods(count) => 1.0 - delta.powi(count.power()),
            Self::Forever => 1.0,
        }
    }
}

/// Noisy monitoring: an alarm starts `k` bad periods.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoisyMonitoring {
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
    /// Chance per period that cheating raises the alarm.
    pub detect: f64,
    /// Chance per period of an alarm without cheating.
    pub false_alarm: f64,
    /// Bad periods after an alarm.
    pub k: Length,
}

/// Whether noisy punishment deters, and what its mistakes cost.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NoisyVerdict {
    /// What cheating is expected to lose.
    pub deterrence: f64,
    /// What it gains at once.
    pub temptation: f64,
    /// Whether cheating does not pay.
    pub holds: bool,
    /// Average payoff per period of keeping the deal, false alarms included.
    pub average_value: f64,
}

/// `T−R ≤ δ(d−f)(1−δ^k)(R−P)/(1−δ+δf(1−δ^k))`.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{Length, NoisyMonitoring, noisy_monitoring}};
/// let game = NoisyMonitoring { exploit: 5.0, reward: 3.0, refuse: 1.0, delta: 0.9, detect: 0.8, false_alarm: 0.05,
///     k: Length::Periods(Count(4)) };
/// assert!((noisy_monitoring(&game)?.deterrence - 4.02046322).abs() < 1e-8);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn noisy_monitoring(game: &NoisyMonitoring) -> Result<NoisyVerdict, FormulaError> {
    let delta = discount("delta", game.delta)?;
    let detect = share("detect", game.detect)?;
    let false_alarm = share("false_alarm", game.false_alarm)?;
    let mass = game.k.mass(delta);
    let good = game.reward - game.refuse;
    let rate = 1.0 - delta + delta * false_alarm * mass;
    let deterrence = delta * (detect - false_alarm) * mass * good / rate;
    let temptation = game.exploit - game.reward;
    Ok(NoisyVerdict {
        deterrence,
        temptation,
        holds: temptation <= deterrence,
        average_value: game.refuse + good * (1.0 - delta) / rate,
    })
}

/// Grim punishment under noise.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoisyGrim {
    /// `T`: exploiting.
    #[serde(rename = "T")]
    pub exploit: f64,
    /// `R`: both cooperate.
    #[serde(rename = "R")]
    pub reward: f64,
    /// `P`: both refuse.
    #[serde(rename = "P")]
    pub refuse: f64,
    /// Chance per period that cheating raises the alarm.
    pub detect: f64,
    /// Chance per period of an alarm without cheating.
    pub false_alarm: f64,
}

/// `δ ≥ (T−R)/[(d−f)(R−P)+(1−f)(T−R)]`.
///
/// ```
/// use detente_formulas::enforcement::{NoisyGrim, noisy_grim};
/// let game = NoisyGrim { exploit: 5.0, reward: 3.0, refuse: 1.0, detect: 0.8, false_alarm: 0.05 };
/// assert!((noisy_grim(&game)?.delta_min.unwrap() - 10.0 / 17.0).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn noisy_grim(game: &NoisyGrim) -> Result<MinDiscount, FormulaError> {
    let detect = share("detect", game.detect)?;
    let false_alarm = share("false_alarm", game.false_alarm)?;
    let temptation = game.exploit - game.reward;
    let loss = (detect - false_alarm) * (game.reward - game.refuse) + (1.0 - false_alarm) * temptation;
    let delta_min = if temptation <= 0.0 {
        Some(0.0)
    } else if loss <= temptation {
        None
    } else {
        Some(temptation / loss)
    };
    Ok(MinDiscount { delta_min })
}

/// Alarms that are forgiven before the deal ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Strikes {
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
    /// Chance per period that cheating raises the alarm.
    pub detect: f64,
    /// Chance per period of an alarm without cheating.
    pub false_alarm: f64,
    /// How many alarms are forgiven.
    pub forgiven: Count,
}

/// What each pardon costs in deterrence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrikeVerdict {
    /// Deterrence with 0, 1, … alarms left before exit.
    pub deterrence_by_strikes_left: Vec<f64>,
    /// The largest safe number of pardons; nothing if cheating pays even without any, or never pays.
    pub max_forgiven: Option<u32>,
}

/// `δ(d−f)D_0 a^m` with `D_0 = (R−P)/(1−δ+δf)`, `a = δf/(1−δ+δf)`.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{Strikes, strikes}};
/// let game = Strikes { exploit: 5.0, reward: 3.0, refuse: 1.0, delta: 0.95, detect: 0.9, false_alarm: 0.05,
///     forgiven: Count(2) };
/// assert_eq!(strikes(&game)?.max_forgiven, Some(2));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn strikes(game: &Strikes) -> Result<StrikeVerdict, FormulaError> {
    let delta = discount("delta", game.delta)?;
    let detect = share("detect", game.detect)?;
    let false_alarm = share("false_alarm", game.false_alarm)?;
    let rate = 1.0 - delta + delta * false_alarm;
    let first = delta * (detect - false_alarm) * (game.reward - game.refuse) / rate;
    let kept = delta * false_alarm / rate;
    let temptation = game.exploit - game.reward;
    let max_forgiven = if temptation <= 0.0 || first < temptation {
        None
    } else if kept == 0.0 {
        Some(0)
    } else {
        let pardons = ((temptation / first).ln() / kept.ln() + 1e-12).floor();
        (pardons < f64::from(u32::MAX)).then_some(pardons as u32)
    };
    Ok(StrikeVerdict {
        deterrence_by_strikes_left: (0..=game.forgiven.power())
            .map(|m| first * kept.powi(m))
            .collect(),
        max_forgiven,
    })
}

/// A punishment in which the defector does penance: it is exploited for some periods, then all is forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Penance {
    /// `T`: exploiting.
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
    /// Periods of penance.
    pub penance: Count,
}

/// The threshold with penance beside the one of grim punishment.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PenanceThreshold {
    /// With penance, which neither side prefers to skip.
    pub delta_min: Option<f64>,
    /// With grim punishment, which both would rather skip.
    pub grim: Option<f64>,
}

/// The least patience for penance: `T−R ≤ (R−S)Σ_{j=1}^k δ^j` and `δ^k ≥ (P−S)/(R−S)`.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{Penance, penance_and_grim}};
/// let game = Penance { exploit: 5.0, reward: 3.0, refuse: 1.0, exploited: 0.0, penance: Count(1) };
/// let answer = penance_and_grim(&game)?;
/// assert!((answer.delta_min.unwrap() - 2.0 / 3.0).abs() < 1e-12 && answer.grim == Some(0.5));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn penance_and_grim(game: &Penance) -> Result<PenanceThreshold, FormulaError> {
    Ok(PenanceThreshold {
        delta_min: penance(game)?.delta_min,
        grim: grim_threshold(game.exploit, game.reward, game.refuse, 1.0),
    })
}

/// The threshold with penance alone.
///
/// ```
/// use detente_formulas::{inputs::Count, enforcement::{Penance, penance}};
/// let game = Penance { exploit: 5.5, reward: 3.0, refuse: 1.0, exploited: 0.0, penance: Count(2) };
/// assert!((penance(&game)?.delta_min.unwrap() - (1.0_f64 / 3.0).sqrt()).abs() < 1e-9);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn penance(game: &Penance) -> Result<MinDiscount, FormulaError> {
    let length = game.penance.power();
    if length == 0 {
        return Err(FormulaError(
            "`penance` is 0: at least one period is needed".into(),
        ));
    }
    let loss = positive("R minus S", game.reward - game.exploited)?;
    let temptation = (game.exploit - game.reward) / loss;
    let patience = (game.refuse - game.exploited) / loss;
    let deters = |delta: f64| {
        let sum = if delta == 1.0 {
            f64::from(length)
        } else {
            delta * (1.0 - delta.powi(length)) / (1.0 - delta)
        };
        sum - temptation
    };
    let to_deter = if length == 1 {
        temptation.max(0.0)
    } else {
        increasing_root(deters)
    };
    let to_endure = patience.max(0.0).powf(1.0 / f64::from(length));
    let delta = to_deter.max(to_endure);
    Ok(MinDiscount {
        delta_min: (delta <= 1.0).then_some(delta),
    })
}

/// The root in [0,1] of an increasing function; infinity where it stays below zero.
fn increasing_root(function: impl Fn(f64) -> f64) -> f64 {
    if function(0.0) >= 0.0 {
        return 0.0;
    }
    if function(1.0) < 0.0 {
        return f64::INFINITY;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if function(middle) < 0.0 {
            low = middle
        } else {
            high = middle
        }
    }
    high
}
