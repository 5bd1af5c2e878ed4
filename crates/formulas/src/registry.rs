//! From a formula's name to the function, its inputs by name and its source.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::inputs::FormulaError;
use super::{enforcement, gradualism, offer, starting_small, steps, supporters, trust, window};

/// A closed form with its name and its inputs.
#[derive(Debug, Clone, Copy)]
pub struct Formula {
    /// Its name; one that ends in `_` stands for every name that starts so.
    pub name: &'static str,
    /// What it answers.
    pub says: &'static str,
    /// Whose it is.
    pub source: &'static str,
    /// The inputs by name.
    pub inputs: &'static [&'static str],
    run: fn(&str) -> Result<String, FormulaError>,
}

impl Formula {
    /// A formula of a caller's own: `run` reads the inputs as JSON and writes the answer as JSON ([`answer`]).
    #[must_use]
    pub const fn new(
        name: &'static str,
        says: &'static str,
        source: &'static str,
        inputs: &'static [&'static str],
        run: fn(&str) -> Result<String, FormulaError>,
    ) -> Self {
        Self {
            name,
            says,
            source,
            inputs,
            run,
        }
    }

    /// Reads the inputs as JSON and writes the answer as JSON.
    pub fn run(&self, inputs: &str) -> Result<String, FormulaError> {
        (self.run)(inputs).map_err(|error| {
            let expected: Vec<String> = self.inputs.iter().map(|input| format!("`{input}`")).collect();
            FormulaError(format!(
                "{}: {error}\n  expected inputs: {}",
                self.name,
                expected.join(", ")
            ))
        })
    }
}

/// Inputs as JSON, the formula, its answer as JSON.
pub fn answer<I: DeserializeOwned, O: Serialize>(
    inputs: &str,
    formula: fn(&I) -> Result<O, FormulaError>,
) -> Result<String, FormulaError> {
    let inputs: I =
        detente_reading::json::from_str(inputs).map_err(|fault| FormulaError(fault.to_string()))?;
    serde_json::to_string_pretty(&formula(&inputs)?).map_err(|error| FormulaError(error.to_string()))
}

/// The formula of a name among some.
pub fn named(name: &str, among: impl Iterator<Item = &'static Formula> + Clone) -> Option<&'static Formula> {
    let exact = among.clone().find(|formula| formula.name == name);
    exact.or_else(|| {
        among
            .into_iter()
            .find(|formula| formula.name.ends_with('_') && name.starts_with(formula.name))
    })
}

/// All formulas.
pub fn formulas() -> &'static [Formula] {
    FORMULAS
}

macro_rules! formulas {
    ($($name:literal, $says:literal, $source:literal, [$($input:literal),*], $function:path;)*) => {
        &[$(Formula {
            name: $name,
            says: $says,
            source: $source,
            inputs: &[$($input),*],
            run: |inputs| answer(inputs, $function),
        }),*]
    };
}

static FORMULAS: &[Formula] = formulas! {
    "assurance_min_trust", "least trust for cooperating at once and for moving first", "Kydd 2000, 2005",
        ["T", "R", "P", "S"], trust::min_trust;
    "reassurance_two_round_separating_interval", "first shares that tell the types apart", "Kydd 2000, 2005",
        ["p", "trustworthy_TRPS", "untrustworthy_TRPS"], trust::separating_interval;
    "reassurance_no_separation", "the same with the ratios that decide at low trust", "Kydd 2000, 2005",
        ["p", "trustworthy_TRPS", "untrustworthy_TRPS"], trust::low_trust_separation;
    "unilateral_gesture_cost_window", "costs at which a gesture is a signal", "Kydd 2005",
        ["gain_if_trusted_trustworthy", "gain_if_trusted_untrustworthy"], trust::gesture_window;
    "two_sided_starting_small", "a ramp of stakes and the least prior it needs", "Watson 1999, 2002",
        ["delta", "zH", "zL", "xL", "xH", "y", "w", "p", "n", "n_growth_steps"], starting_small::ramp;
    "all_at_once_min_prior", "least prior without a ramp", "Watson 2002",
        ["delta", "z", "xH", "y", "w"], starting_small::all_at_once;
    "one_sided_betrayal_date", "when a low type betrays a cooperator", "Watson 2002",
        ["delta", "z_low", "x_low", "growth", "steps"], starting_small::betrayal_date;
    "best_ramp_length", "how long to ramp", "Watson 2002",
        ["delta", "zH", "zL", "xL", "xH", "y", "w", "p"], starting_small::best_ramp;
    "trial_order_choice", "a trial first or the large commitment", "Rauch and Watson 2003",
        ["theta", "R", "sunk", "trial_cost", "delta"], starting_small::trial;
    "irreversible_symmetric_linear_kinked", "the efficient path of irreversible steps", "Lockwood and Thomas 2002",
        ["beta", "gamma", "delta"], gradualism::irreversible_path;
    "irreversible_no_cooperation", "its value, zero where nothing is possible", "Lockwood and Thomas 2002",
        ["beta", "gamma", "delta"], gradualism::irreversible_value;
    "alternating_action_for_action", "least replies, action for action", "Lockwood and Thomas 2002",
        ["beta1", "gamma1", "beta2", "gamma2", "delta", "first_step"], gradualism::action_for_action;
    "alternating_contribution_linear_cost", "largest alternating contributions", "Admati and Perry 1991",
        ["benefit_each", "delta"], gradualism::contributions;
    "finite_completion_with_bonus", "shortest plan that a completion bonus carries", "Marx and Matthews 2000",
        ["players", "marginal_benefit", "delta", "completion_bonus", "target"], gradualism::completion;
    "concession_lead_bound", "how far ahead concessions may be", "own, simplified from Compte and Jehiel 2004",
        ["exit_cost", "delta", "periods_to_agreement"], gradualism::concession_lead;
    "grim_min_delta_lag", "least patience with lag and slow snapback", "Friedman 1971; lag own",
        ["T", "R", "P", "S", "detection_lag", "snapback_delay"], enforcement::grim_with_lag;
    "grim_min_delta_intermediate_snapback", "the same with a payoff during the delay", "own",
        ["T", "R", "P", "intermediate", "detection_lag", "snapback_delay"], enforcement::intermediate_snapback;
    "limited_punishment_min_length", "how long a punishment must last", "own; textbook",
        ["T", "R", "P", "detection_lag", "delta"], enforcement::limited_punishment;
    "noisy_monitoring_limited_punishment", "punishment after noisy alarms", "Green and Porter 1984; own",
        ["T", "R", "P", "delta", "detect", "false_alarm", "k"], enforcement::noisy_monitoring;
    "noisy_grim_min_delta", "least patience under noise", "Green and Porter 1984; own",
        ["T", "R", "P", "detect", "false_alarm"], enforcement::noisy_grim;
    "strikes_before_exit", "what pardons cost in deterrence", "own",
        ["T", "R", "P", "delta", "detect", "false_alarm", "forgiven"], enforcement::strikes;
    "penance_renegotiation_proof_min_delta", "least patience for a penance nobody skips",
        "van Damme 1989; Farrell and Maskin 1989", ["T", "R", "P", "S", "penance"], enforcement::penance_and_grim;
    "penance_k_periods", "the same for any length", "van Damme 1989; Farrell and Maskin 1989",
        ["T", "R", "P", "S", "penance"], enforcement::penance;
    "minimal_enforcing_coalitions", "which supporters suffice", "own; idea of Martin 1992",
        ["T", "R", "loss_at_full_participation", "detection_lag", "delta", "shares"], supporters::enforcing_coalitions;
    "supporter_side_payment", "what makes a supporter punish", "own",
        ["punish_cost", "deal_benefit", "pivotality", "k", "delta"], supporters::side_payment;
    "leakage_backfill", "what backfilling leaves of a loss", "own",
        ["backfill", "participating_share", "loss_at_full_participation"], supporters::leakage;
    "powell_shift_threshold", "largest shift of power that peace survives", "Powell 2006",
        ["power_now", "delta", "war_cost_share"], window::power_shift;
    "max_hazard_for_grim", "largest chance of collapse that a deal survives", "own",
        ["T", "R", "P", "delta", "detection_lag"], window::max_hazard;
    "last_date_of_surplus", "when the window closes", "own",
        ["total", "outside_us", "outside_dprk_now", "growth"], window::last_date;
    "equal_steps_under_hazard", "best number of equal steps", "own",
        ["p", "benefit", "loss", "delta", "hazard"], window::equal_steps;
    "posterior_after_compliance", "what an answer teaches", "Bayes",
        ["p", "comply_if_reformer", "comply_if_hardliner"], offer::posterior;
    "offer_threshold_and_evpi", "whether an offer pays, and what knowing would", "Raiffa 1968",
        ["p", "benefit", "loss"], offer::offer;
    "graded_versus_all_at_once", "a small step first or all at once", "own",
        ["p", "small_benefit", "small_loss", "large_benefit", "large_loss", "delta", "mimic"], offer::graded;
    "regret_table", "regret of every offer against every type", "Savage 1951",
        ["utilities_rows_status_graded_all_cols_reformer_hardliner"], offer::regret_table;
    "ordered_partitions_of_issues", "how many orders of packages there are", "Fubini numbers",
        ["issues"], steps::plan_count;
    "equal_step_plan_best_response", "what a party does with equal steps", "own",
        ["steps", "benefit", "cost", "delta", "detect", "irreversible_share"], steps::equal_steps_response;
};
