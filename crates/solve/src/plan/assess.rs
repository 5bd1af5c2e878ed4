//! What stands beside the verdict on a plan: exposure and how long it lasts, regret, what carries the last step,
//! what a type gains by timing its breach.

use detente_model::case::{Case, Deal, World};
use schemars::JsonSchema;
use serde::Serialize;

use super::behaviour::{Behaviour, NamedBehaviour};
use super::coalitions::{self, Coalitions, Enforcement};
use super::flows::Flows;
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, TypeIndex};
use super::test::{self, PlanTest, ROUNDING};
use super::two_sided::{self, TwoSided};
use super::values::TIE;
use super::window::{self, Window};
use super::{bridge, checklist, known, play, timing, worlds};
use crate::watch::Watch;

/// Everything the program has to say about one plan of a case.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Assessment {
    /// The deal's short name in the case.
    pub deal: String,
    /// The verdict with its figures.
    pub test: PlanTest,
    /// How far each party goes ahead.
    pub exposures: Vec<Exposure>,
    /// What carries the last step.
    pub last_step: Option<LastStep>,
    /// What types gain by timing their breaches.
    pub timed: Vec<TimedAnswer>,
    /// Types on both sides, where the proposer has several.
    pub two_sided: Option<TwoSided>,
    /// Third parties on whom the return of an issue depends, issue by issue.
    pub enforcement: Vec<IssueEnforcement>,
    /// The points of graduated reciprocation.
    pub grit: Vec<checklist::Item>,
    /// How long it stays possible.
    pub window: Option<Window>,
    /// What was left out or taken in a particular way.
    pub notes: Vec<String>,
}

/// A plan of a case that cannot be tested in a world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Untested {
    /// The deal's short name in the case.
    pub deal: String,
    /// Its name in words.
    pub plan: String,
    /// Why, one sentence each: the steps that the rules of the case forbid there, or what is wrong with the numbers.
    pub because: Vec<String>,
}

/// Tests some deals of a case in a world: those that can be tested, and those that cannot with the reasons.
pub fn assess_all(
    case: &Case,
    deals: &[&Deal],
    world: &World,
    watch: &dyn Watch,
) -> (Vec<Assessment>, Vec<Untested>) {
    let (mut tested, mut untested) = (Vec::new(), Vec::new());
    for deal in deals {
        match assess(case, deal, world, watch) {
            Ok(assessment) => tested.push(assessment),
            Err(because) => untested.push(Untested {
                deal: deal.id.clone(),
                plan: deal.name.clone(),
                because,
            }),
        }
    }
    (tested, untested)
}

/// Who must enforce the return of one issue.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct IssueEnforcement {
    /// The issue.
    pub issue: String,
    /// Which coalitions suffice, and what each member would do.
    #[serde(flatten)]
    pub coalitions: Coalitions,
}

/// Tests one deal of a case in a world, with everything that stands beside the verdict.
pub fn assess(case: &Case, deal: &Deal, world: &World, watch: &dyn Watch) -> Result<Assessment, Vec<String>> {
    let here = known::case_in_world(case, world).map_err(|error| vec![error])?;
    let bridged = bridge::bridge(&here, deal)?;
    let (model, plan) = (&bridged.model, &bridged.plan);
    let several = model.parties[model.proposer.0].types.len() > 1;
    Ok(Assessment {
        deal: deal.id.clone(),
        test: test::test(model, plan)?,
        exposures: exposures(model, plan),
        last_step: last_step(model, plan),
        timed: timed_answers(model, plan),
        two_sided: if several {
            two_sided::two_sided(model, plan, watch)
        } else {
            None
        },
        enforcement: enforcement(&bridged)?,
        grit: checklist::checklist(model, plan, &checklist::Thresholds::default()),
        window: match here.judgements.iter().any(|judgement| judgement.grows.is_some()) {
            true => Some(window::window(case, deal, world, window::LONGEST_WAIT, watch)?),
            false => None,
        },
        notes: bridged.notes,
    })
}

fn enforcement(bridged: &bridge::Bridged) -> Result<Vec<IssueEnforcement>, Vec<String>> {
    let of = |enforcement: &Enforcement| {
        let names = enforcement
            .issues
            .iter()
            .map(|issue| bridged.model.issues[issue.0].name.as_str());
        let coalitions = coalitions::coalitions(&bridged.model, &bridged.plan, enforcement)
            .map_err(|error| vec![error.to_string()])?;
        Ok(IssueEnforcement {
            issue: names.collect::<Vec<_>>().join(" & "),
            coalitions,
        })
    };
    bridged.enforcement.iter().map(of).collect()
}

/// How far a party goes ahead of what it gets.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Exposure {
    /// The party.
    pub party: String,
    /// What it gives up less what it gets, in flow, at each date; negative where it is better off.
    pub lead: Vec<f64>,
    /// The largest of these, at least 0.
    pub largest: f64,
    /// The longest run of dates at which it is worse off than today.
    pub longest: usize,
    /// Whether that run never ends.
    pub lasts: bool,
    /// Flow a period that it could not take back at the worst date.
    pub unrecoverable: f64,
    /// The least it can end up with if one other party departs at the worst date in the worst way.
    pub worst_case: f64,
}

/// The exposure of every party that owns an issue which the plan moves, as its first type.
pub fn exposures(model: &PlanModel, plan: &Plan) -> Vec<Exposure> {
    let involved = |party: &PartyIndex| !model.obligations(*party, plan).is_empty();
    (0..model.parties.len())
        .map(PartyIndex)
        .filter(involved)
        .map(|party| exposure(model, plan, party))
        .collect()
}

fn exposure(model: &PlanModel, plan: &Plan, party: PartyIndex) -> Exposure {
    let kind = TypeIndex(0);
    let flow = |date: usize| play::flow_on_plan(model, plan, party, kind, date);
    let lead: Vec<f64> = (0..plan.dates()).map(|date| -flow(date)).collect();
    let (mut longest, mut run, mut lasts) = (0, 0, false);
    for (date, lead) in lead.iter().enumerate() {
        run = if *lead > ROUNDING { run + 1 } else { 0 };
        if run >= longest && run > 0 {
            longest = run;
            lasts = date + 1 == plan.dates();
        }
    }
    let fixed = |date: usize| -> f64 {
        model
            .issues_of(party)
            .into_iter()
            .map(|issue| {
                let level = model.level(plan, issue, date as isize);
                -(model.issues[issue.0].after(party, kind, level)
                    - model.issues[issue.0].worth[party.0][kind.0].at(model.issues[issue.0].fallback))
            })
            .sum()
    };
    Exposure {
        party: model.parties[party.0].name.clone(),
        largest: lead.iter().copied().fold(0.0, f64::max),
        lead,
        longest,
        lasts,
        unrecoverable: (0..plan.dates()).map(fixed).fold(0.0, f64::max),
        worst_case: worst_case(model, plan, party, kind),
    }
}

/// The least value of keeping the plan over all departures of one other party.
pub fn worst_case(model: &PlanModel, plan: &Plan, party: PartyIndex, kind: TypeIndex) -> f64 {
    let flows = Flows::new(model, plan, party, kind);
    let mut worst = play::value_of(&flows, &play::all_comply(model), &[], 0);
    for other in (0..model.parties.len())
        .map(PartyIndex)
        .filter(|other| *other != party)
    {
        if model.obligations(other, plan).is_empty() {
            continue;
        }
        for behaviour in worlds::all_behaviours(model, plan, other) {
            let mut profile = play::all_comply(model);
            profile[other.0] = behaviour;
            worst = worst.min(play::value_of(&flows, &profile, &[], 0));
        }
    }
    worst
}

/// One offer in a regret table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RegretRow {
    /// The offer; `no deal` is one of them.
    pub offer: String,
    /// The proposer's value against each type.
    pub value: Vec<f64>,
    /// What the best offer against that type would give more.
    pub regret: Vec<f64>,
    /// The largest regret.
    pub largest: f64,
}

/// Offers against types: what the proposer would wish it had done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Regret {
    /// The types, by name.
    pub types: Vec<String>,
    /// One row an offer.
    pub rows: Vec<RegretRow>,
    /// The offer with the smallest largest regret.
    pub minimax: String,
    /// The same largest regret if offers may be drawn by lot.
    pub mixed: Option<f64>,
}

/// The regret table of some tested plans and of no deal. Plans without answers count alike against all types.
pub fn regret(tests: &[PlanTest]) -> Regret {
    let mut types: Vec<String> = Vec::new();
    for answer in tests.iter().flat_map(|test| &test.answers) {
        if !types.contains(&answer.kind) {
            types.push(answer.kind.clone());
        }
    }
    if types.is_empty() {
        types.push("any".into());
    }
    let mut rows = vec![("no deal".to_owned(), vec![0.0; types.len()])];
    for test in tests {
        let against = |kind: &String| {
            let answer = test.answers.iter().find(|answer| answer.kind == *kind);
            answer.map_or(test.value, |answer| answer.proposer_value)
        };
        rows.push((test.plan.clone(), types.iter().map(against).collect()));
    }
    let best = |column: usize| {
        rows.iter()
            .map(|(_, row)| row[column])
            .fold(f64::NEG_INFINITY, f64::max)
    };
    let best: Vec<f64> = (0..types.len()).map(best).collect();
    let rows: Vec<RegretRow> = rows
        .into_iter()
        .map(|(offer, value)| {
            let regret: Vec<f64> = value
                .iter()
                .zip(&best)
                .map(|(value, best)| best - value)
                .collect();
            let largest = regret.iter().copied().fold(0.0, f64::max);
            RegretRow {
                offer,
                value,
                regret,
                largest,
            }
        })
        .collect();
    let least = rows.iter().min_by(|a, b| a.largest.total_cmp(&b.largest));
    let table: Vec<Vec<f64>> = rows.iter().map(|row| row.regret.clone()).collect();
    Regret {
        minimax: least.map_or_else(String::new, |row| row.offer.clone()),
        mixed: super::programme::mixed_minimax(&table).ok(),
        types,
        rows,
    }
}

/// What makes the last mover keep the last step.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LastStep {
    /// The date of the last step.
    pub date: usize,
    /// The parties that move in it.
    pub movers: Vec<Carried>,
}

/// What carries the step of one party.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Carried {
    /// The party.
    pub party: String,
    /// What the best departure at this date gains it in the first period.
    pub temptation: f64,
    /// `own benefit`, `snapback`, or `nothing`.
    pub by: &'static str,
    /// The others' issues whose return costs it, with what it would lose of each in flow, dearest first.
    pub issues: Vec<(String, f64)>,
}

/// What carries the last step; nothing where the plan never moves.
pub fn last_step(model: &PlanModel, plan: &Plan) -> Option<LastStep> {
    let moves = |issue: usize, date: usize| {
        model.level(plan, IssueIndex(issue), date as isize)
            != model.level(plan, IssueIndex(issue), date as isize - 1)
    };
    let date = (0..plan.dates())
        .rev()
        .find(|date| (0..model.issues.len()).any(|issue| moves(issue, *date)))?;
    let mut movers = Vec::new();
    for party in (0..model.parties.len()).map(PartyIndex) {
        let steps: Vec<IssueIndex> = model
            .issues_of(party)
            .into_iter()
            .filter(|issue| moves(issue.0, date))
            .collect();
        if !steps.is_empty() {
            movers.push(carried(model, plan, party, date, &steps));
        }
    }
    Some(LastStep { date, movers })
}

fn carried(model: &PlanModel, plan: &Plan, party: PartyIndex, date: usize, steps: &[IssueIndex]) -> Carried {
    let worth = |issue: IssueIndex, level: f64| model.issues[issue.0].worth[party.0][0].at(level);
    let temptation: f64 = steps
        .iter()
        .map(|issue| {
            let (before, now) = (date as isize - 1, date as isize);
            worth(*issue, model.level(plan, *issue, before)) - worth(*issue, model.level(plan, *issue, now))
        })
        .sum();
    let mut issues: Vec<(String, f64)> = (0..model.issues.len())
        .map(IssueIndex)
        .filter(|issue| model.issues[issue.0].owner != party)
        .map(|issue| {
            let level = model.level(plan, issue, date as isize);
            let loss = worth(issue, level) - model.issues[issue.0].after(party, TypeIndex(0), level);
            (model.issues[issue.0].name.clone(), loss)
        })
        .filter(|(_, loss)| *loss > ROUNDING)
        .collect();
    issues.sort_by(|a, b| b.1.total_cmp(&a.1));
    let by = if temptation <= ROUNDING {
        "own benefit"
    } else if issues.is_empty() {
        "nothing"
    } else {
        "snapback"
    };
    Carried {
        party: model.parties[party.0].name.clone(),
        temptation,
        by,
        issues,
    }
}

/// What a type would do if it could time every switch inside a breach.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TimedAnswer {
    /// The party.
    pub party: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its value then.
    pub value: f64,
    /// By how much that beats the best commit-until behaviour.
    pub gain: f64,
    /// What the plan is then worth to the proposer.
    pub proposer_value: f64,
    /// Its departures in order.
    pub moves: Vec<NamedBehaviour>,
}

/// The timed answers of all types of all responders, where they can be computed.
pub fn timed_answers(model: &PlanModel, plan: &Plan) -> Vec<TimedAnswer> {
    let mut found = Vec::new();
    for answer in worlds::answers(model, plan) {
        let Some(timed) = timing::timed(model, plan, answer.party, answer.kind) else {
            continue;
        };
        let party = &model.parties[answer.party.0];
        let mut profile = play::all_comply(model);
        let mut later = Vec::new();
        for (place, behaviour) in timed.moves.iter().enumerate() {
            match place {
                0 => profile[answer.party.0] = *behaviour,
                _ => later.push((answer.party, *behaviour)),
            }
        }
        found.push(TimedAnswer {
            proposer_value: play::value_with(model, plan, &profile, &later, model.proposer, TypeIndex(0), 0),
            party: party.name.clone(),
            kind: party.types[answer.kind.0].name.clone(),
            value: timed.value,
            gain: (timed.value - answer.best.value).max(0.0),
            moves: timed
                .moves
                .iter()
                .map(|behaviour: &Behaviour| NamedBehaviour::of(*behaviour, model))
                .collect(),
        });
    }
    found
}

/// Whether timing changes any answer by more than a tie.
pub fn timing_matters(timed: &[TimedAnswer]) -> bool {
    timed.iter().any(|answer| answer.gain > TIE)
}
