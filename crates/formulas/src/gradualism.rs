//! Gradualism with irreversible steps: each step must be worth the next one.
//!
//! Where levels cannot fall, the efficient symmetric path binds every period and each step is `q = γ/(δβ)`
//! times the one before, `c_t = 1 − q^t`; nothing is possible if `q ≥ 1`. With alternating moves the smallest
//! reply that justifies a step of party i is `q_i` times it, and the series converges iff `q_1 q_2 < 1`: the
//! size rule for reciprocal steps. A finite plan of irreversible steps unravels from its last step unless a
//! bonus, flows that can snap back, own benefit or outside enforcement carry it. Sources: Lockwood and Thomas
//! 2002, *Rev. Econ. Stud.* 69; Admati and Perry 1991, *Rev. Econ. Stud.* 58; Marx and Matthews 2000, *Rev.
//! Econ. Stud.* 67; the concession bound is our simplification of Compte and Jehiel 2004 and not theirs.

use serde::{Deserialize, Serialize};

use super::inputs::{Count, FormulaError, LARGEST_COUNT, discount, positive};

/// Both sides move at once; flow `β·other − γ·own`, levels never fall, full cooperation is 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Irreversible {
    /// Benefit per unit of the other side's level.
    pub beta: f64,
    /// Cost per unit of one's own level.
    pub gamma: f64,
    /// Discount factor per period.
    pub delta: f64,
}

/// The efficient symmetric path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IrreversiblePath {
    /// Each step as a share of the one before.
    pub ratio: f64,
    /// The first eight levels.
    pub path: Vec<f64>,
    /// Value of the path to each side.
    pub value: f64,
    /// Value of full cooperation at once.
    pub first_best: f64,
    /// Whether every incentive constraint along the path binds to 1e-8.
    pub binding_residual_below_1e8: bool,
}

/// The efficient symmetric path of irreversible steps.
///
/// ```
/// use detente_formulas::gradualism::{Irreversible, irreversible_path};
/// let answer = irreversible_path(&Irreversible { beta: 2.0, gamma: 1.0, delta: 0.9 })?;
/// assert!((answer.path[0] - 4.0 / 9.0).abs() < 1e-12 && answer.binding_residual_below_1e8);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn irreversible_path(game: &Irreversible) -> Result<IrreversiblePath, FormulaError> {
    let IrreversibleValue { ratio, value } = irreversible_value(game)?;
    let possible = ratio < 1.0;
    let level = |t: i32| if possible { 1.0 - ratio.powi(t) } else { 0.0 };
    // Going on must be worth exactly what stopping now is worth: the value from t of the path against
    // staying at one's own last level while the other side makes this step and then no more.
    let flow = |own: f64, other: f64| game.beta * other - game.gamma * own;
    let residual = (1..60)
        .map(|t| {
            let (before, now, next) = (level(t - 1), level(t), level(t + 1));
            let keep = flow(now, now) + game.delta * flow(now, next) / (1.0 - game.delta);
            let stop = flow(before, now) / (1.0 - game.delta);
            (keep - stop).abs()
        })
        .fold(0.0, f64::max);
    Ok(IrreversiblePath {
        ratio,
        path: (1..=8).map(level).collect(),
        value,
        first_best: ((game.beta - game.gamma) / (1.0 - game.delta)).max(0.0),
        binding_residual_below_1e8: residual < 1e-8,
    })
}

/// The ratio of steps and the value of the best path.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct IrreversibleValue {
    /// Each step as a share of the one before; no cooperation if it is 1 or more.
    pub ratio: f64,
    /// Value to each side.
    pub value: f64,
}

/// The value alone: zero where the ratio is 1 or more.
///
/// ```
/// use detente_formulas::gradualism::{Irreversible, irreversible_value};
/// let none = irreversible_value(&Irreversible { beta: 1.1, gamma: 1.0, delta: 0.9 })?;
/// assert!(none.ratio > 1.0 && none.value == 0.0);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn irreversible_value(game: &Irreversible) -> Result<IrreversibleValue, FormulaError> {
    let delta = discount("delta", game.delta)?;
    let beta = positive("beta", game.beta)?;
    let ratio = game.gamma / (delta * beta);
    let value = if ratio < 1.0 {
        beta * (1.0 - ratio.max(0.0)) / (1.0 - delta)
    } else {
        0.0
    };
    Ok(IrreversibleValue { ratio, value })
}

/// Two sides take turns.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternating {
    /// Benefit of side 1 per unit of side 2's level.
    pub beta1: f64,
    /// Cost of side 1 per unit of its own level.
    pub gamma1: f64,
    /// Benefit of side 2.
    pub beta2: f64,
    /// Cost of side 2.
    pub gamma2: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// Size of the first step, made by side 1.
    pub first_step: f64,
}

/// Action for action: the least replies and where they lead.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ActionForAction {
    /// Smallest reply, per unit, that justifies a step of side 1.
    pub required_reply_to_1: f64,
    /// Smallest reply, per unit, that justifies a step of side 2.
    pub required_reply_to_2: f64,
    /// Their product: the series converges iff it is below 1.
    pub product: f64,
    /// The first four steps, sides alternating.
    pub steps: Vec<f64>,
    /// Everything side 1 gives; nothing if the series does not converge.
    pub total_1: Option<f64>,
    /// Everything side 2 gives.
    pub total_2: Option<f64>,
}

/// The size rule for reciprocal steps.
///
/// ```
/// use detente_formulas::gradualism::{Alternating, action_for_action};
/// let turns = Alternating { beta1: 2.0, gamma1: 1.0, beta2: 2.0, gamma2: 1.0, delta: 0.9, first_step: 0.691358024691358 };
/// assert!((action_for_action(&turns)?.total_1.unwrap() - 1.0).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn action_for_action(turns: &Alternating) -> Result<ActionForAction, FormulaError> {
    let delta = discount("delta", turns.delta)?;
    let q1 = turns.gamma1 / (delta * positive("beta1", turns.beta1)?);
    let q2 = turns.gamma2 / (delta * positive("beta2", turns.beta2)?);
    let product = q1 * q2;
    let first = turns.first_step;
    let converges = product.abs() < 1.0;
    Ok(ActionForAction {
        required_reply_to_1: q1,
        required_reply_to_2: q2,
        product,
        steps: vec![first, first * q1, first * product, first * product * q1],
        total_1: converges.then(|| first / (1.0 - product)),
        total_2: converges.then(|| first * q1 / (1.0 - product)),
    })
}

/// Alternating contributions to a project that pays each side on completion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contributions {
    /// `V`: what completion is worth to each side.
    pub benefit_each: f64,
    /// Discount factor per period.
    pub delta: f64,
}

/// The largest contributions, counted from the last.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContributionSteps {
    /// The last five contributions, the last first.
    pub steps_from_last: Vec<f64>,
    /// What all contributions together can never exceed.
    pub max_total_limit: f64,
}

/// `X_1 = (1−δ)V`, `X_n = δ^{2n−3}(1−δ²)V`.
///
/// ```
/// use detente_formulas::gradualism::{Contributions, contributions};
/// let answer = contributions(&Contributions { benefit_each: 1.0, delta: 0.9 })?;
/// assert!((answer.steps_from_last[1] - 0.171).abs() < 1e-12);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn contributions(project: &Contributions) -> Result<ContributionSteps, FormulaError> {
    let delta = discount("delta", project.delta)?;
    let value = project.benefit_each;
    let steps_from_last = (1..=5)
        .map(|n| match n {
            1 => (1.0 - delta) * value,
            _ => delta.powi(2 * n - 3) * (1.0 - delta * delta) * value,
        })
        .collect();
    Ok(ContributionSteps {
        steps_from_last,
        max_total_limit: value,
    })
}

/// A finite plan of irreversible contributions with a bonus on completion.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Completion {
    /// How many contribute.
    pub players: Count,
    /// `λ`: benefit to each per unit anybody gives, `λ < 1 < Nλ`.
    pub marginal_benefit: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// Bonus to each on completion.
    pub completion_bonus: f64,
    /// Total to be reached.
    pub target: f64,
}

/// The shortest plan that reaches the target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct CompletionPlan {
    /// Each step as a share of the one before.
    pub ratio: f64,
    /// Size of the last step, which the bonus alone carries.
    pub last_step: f64,
    /// Least number of periods; nothing if no number suffices.
    pub min_periods: Option<u32>,
    /// The largest total in that many periods.
    pub max_total_at_min_periods: Option<f64>,
}

/// Backward sizes `z_T = b/(1−λ)`, `z_{T−k} = z_T q^{−k}`; least T with `N z_T Σ_{k<T} q^{−k} ≥ X*`.
///
/// ```
/// use detente_formulas::{inputs::Count, gradualism::{Completion, completion}};
/// let plan = Completion { players: Count(2), marginal_benefit: 0.7, delta: 0.9, completion_bonus: 0.1, target: 4.0 };
/// assert_eq!(completion(&plan)?.min_periods, Some(3));
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn completion(plan: &Completion) -> Result<CompletionPlan, FormulaError> {
    let delta = discount("delta", plan.delta)?;
    let lambda = positive("marginal_benefit", plan.marginal_benefit)?;
    if plan.players.0 < 2 || lambda >= 1.0 {
        return Err(FormulaError(
            "at least two `players` and a `marginal_benefit` below 1 are needed".into(),
        ));
    }
    let players = plan.players.real();
    let ratio = (1.0 - lambda) / (delta * lambda * (players - 1.0));
    let last_step = plan.completion_bonus / (1.0 - lambda);
    let (mut total, mut step, mut reached) = (0.0, players * last_step, None);
    for periods in 1..=LARGEST_COUNT {
        total += step;
        step /= ratio;
        if total >= plan.target - 1e-12 {
            reached = Some((periods, total));
            break;
        }
        if step.is_nan() || step <= total * 1e-17 {
            break;
        }
    }
    Ok(CompletionPlan {
        ratio,
        last_step,
        min_periods: reached.map(|(periods, _)| periods),
        max_total_at_min_periods: reached.map(|(_, total)| total),
    })
}

/// Concessions that either side may leave with.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConcessionLead {
    /// What leaving costs.
    pub exit_cost: f64,
    /// Discount factor per period.
    pub delta: f64,
    /// Periods until agreement.
    pub periods_to_agreement: Count,
}

/// How far ahead one side may be.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct MaxLead {
    /// Largest lead of one side's cumulated concessions; negative means that leaving pays without any lead.
    pub max_lead: f64,
}

/// `2c − (1−δ^T)`.
///
/// ```
/// use detente_formulas::{inputs::Count, gradualism::{ConcessionLead, concession_lead}};
/// let lead = concession_lead(&ConcessionLead { exit_cost: 0.1, delta: 0.99, periods_to_agreement: Count(4) })?;
/// assert!((lead.max_lead - 0.16059601).abs() < 1e-9);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn concession_lead(exit: &ConcessionLead) -> Result<MaxLead, FormulaError> {
    let delta = discount("delta", exit.delta)?;
    Ok(MaxLead {
        max_lead: 2.0 * exit.exit_cost - (1.0 - delta.powi(exit.periods_to_agreement.power())),
    })
}
