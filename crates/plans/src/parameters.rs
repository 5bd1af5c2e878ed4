//! The parameter file of the Korea prototype as a plan model: `korea-parameters.json`, schema "korea prototype
//! parameters v1". Its numbers are assumptions with reasons, on a separate scale for each party.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::model::{PartyIndex, PartyType, Plan, PlanIssue, PlanModel, PlanParty, Reneging, Worth};

/// The file that comes with the program.
pub const KOREA: &str = include_str!("../../../cases/literature/theory/korea-parameters.json");

#[derive(Debug, Deserialize)]
struct Given {
    value: f64,
}

#[derive(Debug, Deserialize)]
struct General {
    discount_us: Given,
    discount_reformer: Given,
    discount_hardliner: Given,
    collapse_hazard: Given,
    prior_reformer: Given,
    first_detection_lag: Given,
}

#[derive(Debug, Deserialize)]
struct Issue {
    id: String,
    actor: String,
    flow_us: Given,
    flow_reformer: Given,
    flow_hardliner: Given,
    persist_after_unwinding: Given,
    snapback_delay_quarters: Option<Given>,
    detect_per_quarter: Option<Given>,
}

#[derive(Debug, Deserialize)]
struct Document {
    general: General,
    issues: Vec<Issue>,
    plans: BTreeMap<String, BTreeMap<String, Vec<f64>>>,
}

/// The model and the named plans of a parameter file.
#[derive(Debug, Clone)]
pub struct Parameters {
    /// The model: the first party proposes, the second has the types reformer and hardliner.
    pub model: PlanModel,
    /// The plans by name.
    pub plans: Vec<Plan>,
}

impl Parameters {
    /// The plan of a name.
    pub fn plan(&self, name: &str) -> Option<&Plan> {
        self.plans.iter().find(|plan| plan.name == name)
    }
}

/// The Korea prototype.
pub fn korea() -> Result<Parameters, String> {
    parse(KOREA)
}

/// Reads a parameter file.
pub fn parse(text: &str) -> Result<Parameters, String> {
    let document: Document =
        detente_reading::json::from_str(text).map_err(|fault| format!("the parameters: {fault}"))?;
    let general = &document.general;
    let prior = general.prior_reformer.value;
    let kind = |name: &str, prior: f64, discount: &Given| PartyType {
        name: name.to_owned(),
        prior,
        discount: discount.value,
    };
    let parties = vec![
        PlanParty {
            name: "US".into(),
            types: vec![kind("US", 1.0, &general.discount_us)],
        },
        PlanParty {
            name: "DPRK".into(),
            types: vec![
                kind("reformer", prior, &general.discount_reformer),
                kind("hardliner", 1.0 - prior, &general.discount_hardliner),
            ],
        },
    ];
    let issues: Vec<PlanIssue> = document
        .issues
        .iter()
        .map(|issue| PlanIssue {
            name: issue.id.clone(),
            owner: PartyIndex(usize::from(issue.actor != "US")),
            today: 0.0,
            fallback: 0.0,
            remains: None,
            persist: issue.persist_after_unwinding.value,
            delay: issue
                .snapback_delay_quarters
                .as_ref()
                .map_or(0, |delay| delay.value as u32),
            // What the proposer withholds is seen at once.
            detect: issue
                .detect_per_quarter
                .as_ref()
                .map_or(1.0, |detect| detect.value),
            lag: (general.first_detection_lag.value as u32).max(1),
            false_alarm: 0.0,
            worth: vec![
                vec![Worth::Linear(issue.flow_us.value)],
                vec![
                    Worth::Linear(issue.flow_reformer.value),
                    Worth::Linear(issue.flow_hardliner.value),
                ],
            ],
        })
        .collect();
    let plans = document
        .plans
        .into_iter()
        .map(|(name, rows)| {
            let levels = issues
                .iter()
                .map(|issue| {
                    rows.get(&issue.name)
                        .cloned()
                        .ok_or_else(|| format!("plan `{name}` lacks `{}`", issue.name))
                })
                .collect::<Result<_, _>>()?;
            Ok(Plan { name, levels })
        })
        .collect::<Result<_, String>>()?;
    let hazard = general.collapse_hazard.value;
    let model = PlanModel {
        parties,
        issues,
        joint: Vec::new(),
        proposer: PartyIndex(0),
        hazard,
        pardons: 0,
        reneging: Reneging::default(),
        rules: None,
    };
    Ok(Parameters { model, plans })
}
