//! Plans as formulas: the Korea prototype's plans tested at a prior, the best sizes against one assumed answer,
//! and the numbers of the GRIT checklist.
//!
//! The engine is [`crate`]; here it is given inputs and outputs under the names of the vectors. The
//! checklist follows Osgood 1962, *An Alternative to War or Surrender*, as arranged by Lindskold 1978, *Psychol.
//! Bull.* 85; its thresholds are inputs.

use serde::{Deserialize, Serialize};

use crate::behaviour::Behaviour;
use crate::grit;
use crate::model::{PartyIndex, Plan};
use crate::parameters::{self, Parameters};
use crate::programme::{SizeQuestion, Sizes};
use crate::test;
use detente_formulas::inputs::{FormulaError, share};
use detente_formulas::{Formula, answer};

/// The closed forms of this file, beside those of [`detente_formulas::formulas`].
pub static FORMULAS: &[Formula] = &[
    Formula::new(
        "korea_plan_",
        "a plan of the Korea prototype tested at a prior (any name that starts so)",
        "own",
        &["parameters", "plan", "prior", "levels"],
        |inputs| answer(inputs, korea_plan),
    ),
    Formula::new(
        "korea_lp_fixed_response",
        "best sizes against one assumed answer",
        "own",
        &["parameters", "prior", "epsilon", "hardliner_response", "integer"],
        |inputs| answer(inputs, fixed_response),
    ),
    Formula::new(
        "grit_metrics_",
        "numbers of the GRIT checklist (any name that starts so)",
        "Osgood 1962; Lindskold 1978",
        &["x", "owner", "vI", "own_security", "persist", "cap"],
        |inputs| answer(inputs, grit_metrics),
    ),
];

/// The parameters, by the name of the bundled file or spelt out.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Source {
    /// `korea-parameters.json`.
    Name(String),
    /// The whole document.
    Document(serde_json::Value),
}

impl Source {
    fn read(&self) -> Result<Parameters, FormulaError> {
        match self {
            Self::Name(name) if matches!(name.as_str(), "korea-parameters.json" | "parameters.json") => {
                parameters::korea()
            }
            Self::Name(name) => Err(format!(
                "`parameters` is `{name}`; the bundled file is `korea-parameters.json`, or give the whole document"
            )),
            Self::Document(document) => parameters::parse(&document.to_string()),
        }
        .map_err(FormulaError)
    }
}

/// A plan to be tested at a prior.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KoreaPlan {
    /// The parameters.
    pub parameters: Source,
    /// The plan's name.
    pub plan: String,
    /// Prior of the reformer.
    pub prior: f64,
    /// Levels by issue and date; the parameter file's own plan of that name where left out.
    #[serde(default)]
    pub levels: Option<Vec<Vec<f64>>>,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KoreaPlanResult {
    /// What the reformer does.
    pub reformer: String,
    /// What that is worth to it.
    pub reformer_value: f64,
    /// What the hardliner does.
    pub hardliner: String,
    /// What that is worth to it.
    pub hardliner_value: f64,
    /// Value to the proposer if the other side is a reformer.
    pub us_if_reformer: f64,
    /// Value to the proposer if it is a hardliner.
    pub us_if_hardliner: f64,
    /// Expected value to the proposer.
    pub us_value: f64,
    /// Break-even prior.
    pub p_star: Option<f64>,
}

/// Tests a plan of the Korea prototype.
///
/// ```
/// use detente_plans::prototype::{KoreaPlan, Source, korea_plan};
/// let graded = KoreaPlan { parameters: Source::Name("korea-parameters.json".into()), plan: "graded".into(),
///     prior: 0.35, levels: None };
/// assert_eq!(korea_plan(&graded)?.hardliner, "cheat@3[moratorium+freeze]");
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn korea_plan(input: &KoreaPlan) -> Result<KoreaPlanResult, FormulaError> {
    let mut parameters = input.parameters.read()?;
    set_prior(&mut parameters, input.prior)?;
    let plan = match &input.levels {
        Some(levels) => Plan {
            name: input.plan.clone(),
            levels: levels.clone(),
        },
        None => parameters.plan(&input.plan).cloned().ok_or_else(|| {
            let known: Vec<&str> = parameters.plans.iter().map(|plan| plan.name.as_str()).collect();
            FormulaError(format!(
                "no plan `{}`; known are {}",
                input.plan,
                known.join(", ")
            ))
        })?,
    };
    let result = test::test(&parameters.model, &plan).map_err(|faults| FormulaError(faults.join("; ")))?;
    let kinds = &parameters.model.parties[1].types;
    let answer = |index: usize| {
        result
            .answers
            .iter()
            .find(|answer| kinds.get(index).is_some_and(|kind| kind.name == answer.kind))
    };
    // A plan without any obligation of the other side is kept by both types.
    let label = |index| answer(index).map_or("comply".to_owned(), |answer| answer.label.clone());
    let without = |kind: usize| {
        let profile = crate::play::all_comply(&parameters.model);
        let kind = crate::model::TypeIndex(kind);
        crate::play::value(&parameters.model, &plan, &profile, PartyIndex(1), kind)
    };
    let value = |index| answer(index).map_or_else(|| without(index), |answer| answer.value);
    let proposer = |index| answer(index).map_or(result.value, |answer| answer.proposer_value);
    Ok(KoreaPlanResult {
        reformer: label(0),
        reformer_value: value(0),
        hardliner: label(1),
        hardliner_value: value(1),
        us_if_reformer: proposer(0),
        us_if_hardliner: proposer(1),
        us_value: result.value,
        p_star: result.p_star,
    })
}

fn set_prior(parameters: &mut Parameters, prior: f64) -> Result<(), FormulaError> {
    let prior = share("prior", prior)?;
    let kinds = &mut parameters.model.parties[1].types;
    kinds[0].prior = prior;
    kinds[1].prior = 1.0 - prior;
    Ok(())
}

/// The best sizes against one assumed answer of the hardliner.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixedResponse {
    /// The parameters.
    pub parameters: Source,
    /// Prior of the reformer.
    pub prior: f64,
    /// By how much the answer must beat every other.
    pub epsilon: f64,
    /// `comply`, `quit@t` or `cheat@t[issue+issue]`.
    pub hardliner_response: String,
    /// Whether levels are all or nothing.
    pub integer: bool,
}

/// What the programme promises, and what a fresh test of its plan says the types do.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FixedResponseResult {
    /// Expected value to the proposer; nothing if no plan makes this the answer.
    pub us_value: Option<f64>,
    /// What the reformer does.
    pub reformer: Option<String>,
    /// Value to the hardliner.
    pub hardliner_value: Option<f64>,
}

/// The number of dates of the prototype's plans.
const DATES: usize = 8;

/// The best sizes against one assumed answer.
///
/// ```
/// use detente_plans::prototype::{FixedResponse, Source, fixed_response};
/// let question = FixedResponse { parameters: Source::Name("korea-parameters.json".into()), prior: 0.02,
///     epsilon: 0.05, hardliner_response: "comply".into(), integer: false };
/// assert!((fixed_response(&question)?.us_value.unwrap() - 21.985_847_5).abs() < 1e-6);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn fixed_response(input: &FixedResponse) -> Result<FixedResponseResult, FormulaError> {
    let mut parameters = input.parameters.read()?;
    set_prior(&mut parameters, input.prior)?;
    let model = &parameters.model;
    let answer = Behaviour::parse(&input.hardliner_response, model).map_err(FormulaError)?;
    let sizes = Sizes::new(model, PartyIndex(1), DATES).map_err(FormulaError)?;
    let question = SizeQuestion {
        prior: input.prior,
        epsilon: input.epsilon,
        integer: input.integer,
        proposer_carries_on: true,
    };
    let Some(found) = sizes.best_against(answer, &question).map_err(FormulaError)? else {
        return Ok(FixedResponseResult {
            us_value: None,
            reformer: None,
            hardliner_value: None,
        });
    };
    let result = test::test(model, &found.plan).map_err(|faults| FormulaError(faults.join("; ")))?;
    let of = |kind: &str| result.answers.iter().find(|answer| answer.kind == kind);
    Ok(FixedResponseResult {
        us_value: Some(found.promised),
        reformer: of("reformer").map(|answer| answer.label.clone()),
        hardliner_value: of("hardliner").map(|answer| answer.value),
    })
}

/// Levels of a plan with the numbers of the initiator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GritInput {
    /// Level by issue and date.
    pub x: Vec<Vec<f64>>,
    /// `I` for an issue of the initiator, `O` for one of the other side.
    pub owner: Vec<String>,
    /// Flow of each issue to the initiator.
    #[serde(rename = "vI")]
    pub value: Vec<f64>,
    /// Share of its security that each issue gives up at level 1.
    pub own_security: Vec<f64>,
    /// Share of each issue that stays after unwinding.
    pub persist: Vec<f64>,
    /// The floor on the security that must be kept.
    pub cap: f64,
}

/// The numbers of the checklist.
///
/// ```
/// use detente_plans::prototype::{GritInput, grit_metrics};
/// let plan = GritInput { x: vec![vec![1.0, 1.0], vec![0.0, 1.0]], owner: vec!["I".into(), "O".into()],
///     value: vec![-0.5, 1.0], own_security: vec![0.2, 0.0], persist: vec![0.5, 0.0], cap: 0.7 };
/// let metrics = grit_metrics(&plan)?;
/// assert!(metrics.opens_unilaterally && metrics.security_retained && metrics.max_lead == 0.5);
/// # Ok::<(), detente_formulas::FormulaError>(())
/// ```
pub fn grit_metrics(input: &GritInput) -> Result<grit::Metrics, FormulaError> {
    let issues = input.x.len();
    let lists = [
        input.owner.len(),
        input.value.len(),
        input.own_security.len(),
        input.persist.len(),
    ];
    if issues == 0 || lists.iter().any(|length| *length != issues) {
        return Err(FormulaError(
            "`x`, `owner`, `vI`, `own_security` and `persist` must all have one entry an issue".into(),
        ));
    }
    let dates = input.x[0].len();
    if dates == 0 || input.x.iter().any(|row| row.len() != dates) {
        return Err(FormulaError(
            "all rows of `x` must have the same number of dates, at least one".into(),
        ));
    }
    let rows: Vec<grit::Row> = (0..issues)
        .map(|issue| {
            let initiator = match input.owner[issue].as_str() {
                "I" => true,
                "O" => false,
                other => return Err(FormulaError(format!("`owner` has `{other}`; write `I` or `O`"))),
            };
            Ok(grit::Row {
                initiator,
                levels: input.x[issue].clone(),
                value: input.value[issue],
                security: input.own_security[issue],
                persist: input.persist[issue],
            })
        })
        .collect::<Result<_, _>>()?;
    Ok(grit::metrics(&rows, input.cap))
}
