//! The test of a plan as it stands: who keeps it, who breaks it and when, whether the proposer would carry on,
//! what is learned on the way, and how sure one must be for it to be worth offering.
//!
//! `p*` is the belief in the hoped-for type at which the offer breaks even at the start; `p_seq` also asks that
//! the proposer want to carry on at every date: at the belief `μ_t` it then has, going on must be worth at least
//! leaving and reneging. Both are exact, because every value is linear in the prior.

use schemars::JsonSchema;
use serde::Serialize;

use super::behaviour::{Behaviour, NamedBehaviour};
use super::flows::Flows;
use super::model::{PartyIndex, Plan, PlanModel, Reneging, TypeIndex};
use super::play;
use super::worlds::{self, Answer, World};

/// What one type of a responder does.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TypeAnswer {
    /// The party.
    pub party: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its prior chance.
    pub prior: f64,
    /// What it does.
    pub behaviour: NamedBehaviour,
    /// The same in short form.
    pub label: String,
    /// What that is worth to it, relative to no deal.
    pub value: f64,
    /// What keeping the plan is worth to it.
    pub value_if_kept: f64,
    /// By how much departing beats keeping; 0 if it keeps the plan.
    pub gain: f64,
    /// By how much its answer beats every other behaviour: close to 0, the verdict rests on a tie.
    pub margin: f64,
    /// What the plan is then worth to the proposer.
    pub proposer_value: f64,
    /// The least it can end up with while keeping the plan, if the proposer reneges or leaves at the worst date.
    pub worst_case: f64,
    /// That date.
    pub worst_date: Option<usize>,
}

/// The belief at a date, before its step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct BeliefAt {
    /// The date.
    pub date: usize,
    /// Chance that the deal is still quiet, collapse aside.
    pub quiet: f64,
    /// Belief in the hoped-for type after a quiet history; nothing if no history is quiet.
    pub belief: Option<f64>,
    /// How much has been learned: belief less prior.
    pub learned: Option<f64>,
    /// By how much the proposer prefers carrying on to the best of leaving and reneging.
    pub slack: Option<f64>,
    /// What that best alternative is: `leave` or `renege`.
    pub alternative: &'static str,
}

/// The date at which the proposer is least willing to carry on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Slack {
    /// The date.
    pub date: usize,
    /// What carrying on is worth more than the alternative; negative means that it would not carry on.
    pub slack: f64,
    /// `leave` or `renege`.
    pub alternative: &'static str,
}

/// What is learned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Learning {
    /// There is only one type: nothing to learn.
    OneType,
    /// All types answer alike: nothing is learned.
    Pools,
    /// The types part at some date.
    Screens,
}

/// The result of a plan test.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PlanTest {
    /// The plan's name.
    pub plan: String,
    /// The proposer's name.
    pub proposer: String,
    /// Where the proposer may be of several types: the one the verdict is about, which is the least willing.
    pub proposer_type: Option<String>,
    /// Whether the hoped-for types keep it, it is worth more than no deal to the proposer at the stated prior,
    /// and the proposer carries on at every date.
    pub holds: bool,
    /// How many alarms are forgiven before it unwinds.
    pub pardons: u32,
    /// What each type does.
    pub answers: Vec<TypeAnswer>,
    /// Expected value to the proposer at the stated priors.
    pub value: f64,
    /// Least belief in the hoped-for type at which it pays; nothing where it never does.
    pub p_star: Option<f64>,
    /// Least belief at which the proposer also carries on at every date.
    pub p_seq: Option<f64>,
    /// What is learned.
    pub learning: Learning,
    /// Belief and the proposer's slack, date by date, up to the first date after the last step.
    pub path: Vec<BeliefAt>,
    /// Where the proposer is least willing to carry on.
    pub worst: Option<Slack>,
    /// Whether the hoped-for types cannot end below no deal, whatever the proposer does.
    pub regret_free: bool,
}

/// Tests a plan. The errors are sentences about the numbers.
pub fn test(model: &PlanModel, plan: &Plan) -> Result<PlanTest, Vec<String>> {
    let faults = model.faults(plan);
    if !faults.is_empty() {
        return Err(faults);
    }
    of_answers(model, plan, &worlds::answers(model, plan))
}

/// The same for a plan without faults whose answers are known.
pub(super) fn of_answers(
    model: &PlanModel,
    plan: &Plan,
    answers: &[Answer],
) -> Result<PlanTest, Vec<String>> {
    let worlds = worlds::worlds(model, answers).map_err(|error| vec![error])?;
    let checks = Checks::new(model, plan, &worlds);
    let path = path(plan, &worlds, &checks);
    let worst = path
        .iter()
        .filter_map(|at| {
            at.slack.map(|slack| Slack {
                date: at.date,
                slack,
                alternative: at.alternative,
            })
        })
        .min_by(|a, b| a.slack.total_cmp(&b.slack));
    let value: f64 = worlds
        .iter()
        .zip(&checks.start)
        .map(|(world, value)| world.chance * value)
        .sum();
    let (p_star, p_seq) = thresholds(&worlds, &checks);
    let answers: Vec<TypeAnswer> = answers
        .iter()
        .map(|answer| type_answer(model, plan, answer, &worlds, &checks))
        .collect();
    let hoped: Vec<&TypeAnswer> = answers.iter().filter(|answer| is_hoped(model, answer)).collect();
    let kept = hoped.iter().all(|answer| answer.behaviour.kind == "comply");
    Ok(PlanTest {
        pardons: model.pardons,
        plan: plan.name.clone(),
        proposer: model.parties[model.proposer.0].name.clone(),
        proposer_type: match &model.parties[model.proposer.0].types[..] {
            [decides, _, ..] => Some(decides.name.clone()),
            _ => None,
        },
        holds: kept && value > 0.0 && worst.as_ref().is_none_or(|worst| worst.slack >= -ROUNDING),
        regret_free: hoped.iter().all(|answer| answer.worst_case >= -ROUNDING),
        learning: learning(&answers),
        answers,
        value,
        p_star,
        p_seq: p_seq.filter(|_| kept && p_star.is_some()),
        path,
        worst,
    })
}

/// Slacks above minus this count as zero: values are sums of some hundred floats.
pub const ROUNDING: f64 = 1e-9;

pub(super) fn is_hoped(model: &PlanModel, answer: &TypeAnswer) -> bool {
    model.parties.iter().any(|party| {
        party.name == answer.party && party.types.first().is_some_and(|kind| kind.name == answer.kind)
    })
}

/// Whether every party that answers is of the type that is hoped for: what beliefs are about.
fn all_hoped(world: &World) -> bool {
    world.types.iter().all(|kind| *kind == TypeIndex(0))
}

/// The chance that every party is of the type that is hoped for.
fn prior(worlds: &[World]) -> f64 {
    let hoped = worlds.iter().filter(|world| all_hoped(world));
    hoped.map(|world| world.chance).sum()
}

/// The proposer's values in every world: from each date on, of carrying on, leaving and reneging.
pub(super) struct Checks {
    start: Vec<f64>,
    /// `[world][date]`.
    quiet: Vec<Vec<f64>>,
    pub(super) keep: Vec<Vec<f64>>,
    leave: Vec<Vec<f64>>,
    renege: Vec<Vec<f64>>,
}

impl Checks {
    pub(super) fn new(model: &PlanModel, plan: &Plan, worlds: &[World]) -> Self {
        let (party, kind) = (model.proposer, TypeIndex(0));
        let owns = !model.obligations(party, plan).is_empty();
        let mut checks = Self {
            start: vec![],
            quiet: vec![],
            keep: vec![],
            leave: vec![],
            renege: vec![],
        };
        let flows = Flows::new(model, plan, party, kind);
        for world in worlds {
            let dates = 0..=plan.dates();
            let with = |date: usize, behaviour: Behaviour| {
                let mut profile = world.profile.clone();
                profile[party.0] = behaviour;
                play::value_of(&flows, &profile, &[], date)
            };
            let keep: Vec<f64> = dates.clone().map(|date| with(date, Behaviour::Comply)).collect();
            checks.start.push(keep[0]);
            checks.quiet.push(
                dates
                    .clone()
                    .map(|date| play::unnoticed_until(model, plan, &world.profile, date))
                    .collect(),
            );
            checks.leave.push(
                dates
                    .clone()
                    .map(|date| with(date, Behaviour::Quit { date }))
                    .collect(),
            );
            let renege = |date: usize| match gains_nothing(model, &world.profile, date) {
                true => with(date, Behaviour::Quit { date }),
                false => with(date, play::reneging(model, plan, party, date)),
            };
            checks.renege.push(match owns {
                true => dates.map(renege).collect(),
                false => keep.clone(),
            });
            checks.keep.push(keep);
        }
        checks
    }

    /// Carrying on less leaving, and less reneging, at a date in a world, times the chance of a quiet history.
    fn slacks(&self, world: usize, date: usize) -> [f64; 2] {
        let quiet = self.quiet[world][date];
        [self.leave[world][date], self.renege[world][date]]
            .map(|other| quiet * (self.keep[world][date] - other))
    }

    /// What carrying on is worth more than leaving, and more than reneging, at a date after a quiet history; `None` where
    /// there is none.
    pub(super) fn slack(&self, worlds: &[World], date: usize) -> Option<[f64; 2]> {
        let (mut quiet, mut totals) = (0.0, [0.0, 0.0]);
        for (index, world) in worlds.iter().enumerate() {
            quiet += world.chance * self.quiet[index][date];
            for (total, slack) in totals.iter_mut().zip(self.slacks(index, date)) {
                *total += world.chance * slack;
            }
        }
        (quiet > 0.0).then(|| totals.map(|total| total / quiet))
    }
}

/// Whether the rule says that reneging at a date brings no more than leaving, because somebody is in breach.
pub(super) fn gains_nothing(model: &PlanModel, profile: &[Behaviour], date: usize) -> bool {
    let breached =
        |behaviour: &Behaviour| matches!(behaviour, Behaviour::Breach { date: since, .. } if *since <= date);
    model.reneging == Reneging::GainsNothing && profile.iter().any(breached)
}

fn path(plan: &Plan, worlds: &[World], checks: &Checks) -> Vec<BeliefAt> {
    let prior = prior(worlds);
    (0..=plan.dates())
        .map(|date| {
            let weight = |index: usize| worlds[index].chance * checks.quiet[index][date];
            let quiet: f64 = (0..worlds.len()).map(weight).sum();
            let good: f64 = (0..worlds.len())
                .filter(|index| all_hoped(&worlds[*index]))
                .map(weight)
                .sum();
            let slack = checks.slack(worlds, date);
            let belief = (quiet > 0.0).then(|| good / quiet);
            BeliefAt {
                date,
                quiet,
                belief,
                learned: belief.map(|belief| belief - prior),
                slack: slack.map(|[leave, renege]| leave.min(renege)),
                alternative: match slack {
                    Some([leave, renege]) if renege < leave => "renege",
                    _ => "leave",
                },
            }
        })
        .collect()
}

/// `p*` and `p_seq`: all constraints are `p·a + (1−p)·b ≥ 0`.
fn thresholds(worlds: &[World], checks: &Checks) -> (Option<f64>, Option<f64>) {
    let (prior, certain) = (prior(worlds), worlds.len() == 1);
    let split = |value: &dyn Fn(usize) -> f64| {
        let (mut good, mut bad) = (0.0, 0.0);
        for (index, world) in worlds.iter().enumerate() {
            let is_good = all_hoped(world);
            // The chance of the world given that all are hoped for, or that not all are.
            if is_good && prior > 0.0 {
                good += world.chance / prior * value(index);
            } else if !is_good && prior < 1.0 {
                bad += world.chance / (1.0 - prior) * value(index);
            }
        }
        if certain { (good, good) } else { (good, bad) }
    };
    let start = split(&|index| checks.start[index]);
    let p_star = match start {
        (good, bad) if good > ROUNDING && bad >= 0.0 => Some(0.0),
        (good, bad) if good > ROUNDING => Some(-bad / (good - bad)),
        _ => None,
    };
    let (mut low, mut high) = (p_star.unwrap_or(1.0), 1.0);
    let dates = checks.quiet.first().map_or(0, Vec::len);
    for date in 0..dates {
        for alternative in 0..2 {
            let (good, bad) = split(&|index| checks.slacks(index, date)[alternative]);
            let allowance = ROUNDING;
            match (good >= -allowance, bad >= -allowance) {
                (true, true) => {}
                (true, false) => low = f64::max(low, bad / (bad - good)),
                (false, true) => high = f64::min(high, bad / (bad - good)),
                (false, false) => high = -1.0,
            }
        }
    }
    (p_star, (low <= high + ROUNDING).then_some(low))
}

fn type_answer(
    model: &PlanModel,
    plan: &Plan,
    answer: &Answer,
    worlds: &[World],
    checks: &Checks,
) -> TypeAnswer {
    let party = &model.parties[answer.party.0];
    let kind = &party.types[answer.kind.0];
    let (mut value, mut chance) = (0.0, 0.0);
    for (world, start) in worlds.iter().zip(&checks.start) {
        if world.types[answer.party.0] == answer.kind {
            value += world.chance * start;
            chance += world.chance;
        }
    }
    let (worst_case, worst_date) = worst_case(model, plan, answer.party, answer.kind);
    let proposer_value = if chance > 0.0 {
        value / chance
    } else {
        let mut profile = play::all_comply(model);
        profile[answer.party.0] = answer.best.behaviour;
        play::value(model, plan, &profile, model.proposer, TypeIndex(0))
    };
    TypeAnswer {
        party: party.name.clone(),
        kind: kind.name.clone(),
        prior: kind.prior,
        behaviour: NamedBehaviour::of(answer.best.behaviour, model),
        label: answer.best.behaviour.label(model),
        value: answer.best.value,
        value_if_kept: answer.comply,
        gain: answer.best.value - answer.comply,
        margin: answer.margin,
        proposer_value,
        worst_case,
        worst_date,
    }
}

/// The least value of keeping the plan if the proposer reneges or leaves at the worst date, or never.
pub fn worst_case(
    model: &PlanModel,
    plan: &Plan,
    party: PartyIndex,
    kind: TypeIndex,
) -> (f64, Option<usize>) {
    let flows = Flows::new(model, plan, party, kind);
    let mut profile = play::all_comply(model);
    let mut worst = (play::value_of(&flows, &profile, &[], 0), None);
    for date in 0..=plan.dates() {
        for behaviour in [
            play::reneging(model, plan, model.proposer, date),
            Behaviour::Quit { date },
        ] {
            if matches!(behaviour, Behaviour::Breach { issues, .. } if issues.is_empty()) {
                continue;
            }
            profile[model.proposer.0] = behaviour;
            let value = play::value_of(&flows, &profile, &[], 0);
            if value < worst.0 - ROUNDING {
                worst = (value, Some(date));
            }
        }
    }
    worst
}

fn learning(answers: &[TypeAnswer]) -> Learning {
    let parties = |party: &str| {
        answers
            .iter()
            .filter(|answer| answer.party == party)
            .collect::<Vec<_>>()
    };
    let groups: Vec<Vec<&TypeAnswer>> = answers.iter().map(|answer| parties(&answer.party)).collect();
    if groups.iter().all(|group| group.len() < 2) {
        Learning::OneType
    } else if groups
        .iter()
        .all(|group| group.iter().all(|answer| answer.label == group[0].label))
    {
        Learning::Pools
    } else {
        Learning::Screens
    }
}
