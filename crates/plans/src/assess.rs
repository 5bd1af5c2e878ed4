//! What stands beside the verdict on a plan: exposure and how long it lasts, regret, what carries the last step,
//! what a type gains by timing its breach.

use detente_case::{Case, Deal, World};
use schemars::JsonSchema;
use serde::Serialize;

use super::behaviour::{Behaviour, NamedBehaviour};
use super::coalitions::{self, Coalitions, Enforcement};
use super::flows::{Breaches, Flows, Of};
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, TypeIndex};
use super::test::{self, PlanTest, ROUNDING};
use super::two_sided::{self, TwoSided};
use super::window::{self, Window};
use super::{bridge, checklist, known, play, timing, worlds};
use detente_base::watch::Watch;

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
    /// Whether chances of the case bear on the plan: the test leaves all of them out.
    pub chances_left_out: bool,
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
    let mut bridged = bridge::bridge(&here, deal)?;
    let (model, plan) = (&bridged.model, &bridged.plan);
    let several = model.parties[model.proposer.0].types.len() > 1;
    let two_sided = match several {
        true => two_sided::two_sided(model, plan, watch),
        false => None,
    };
    if several && two_sided.is_none() {
        let untried = "types on both sides were not looked at: there are too many combinations of them";
        bridged.notes.push(untried.to_owned());
    }
    let (model, plan) = (&bridged.model, &bridged.plan);
    Ok(Assessment {
        deal: deal.id.clone(),
        test: test::test(model, plan)?,
        exposures: exposures(model, plan),
        last_step: last_step(model, plan),
        timed: timed_answers(model, plan),
        two_sided,
        chances_left_out: !here.chances.is_empty(),
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

/// The exposure of every party that owns an issue which the plan moves or holds, as its first type.
pub fn exposures(model: &PlanModel, plan: &Plan) -> Vec<Exposure> {
    // What the snapback leaves where the plan puts it is no obligation, and given all the same.
    let moves = |issue: &IssueIndex| {
        let today = model.issues[issue.0].today;
        plan.levels[issue.0].iter().any(|level| *level != today)
    };
    let involved = |party: &PartyIndex| {
        !model.obligations(*party, plan).is_empty() || model.issues_of(*party).iter().any(moves)
    };
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
    Exposure {
        party: model.parties[party.0].name.clone(),
        largest: lead.iter().copied().fold(0.0, f64::max),
        lead,
        longest,
        lasts,
        unrecoverable: (0..plan.dates())
            .map(|date| unrecoverable(model, plan, party, kind, date))
            .fold(0.0, f64::max),
        worst_case: worst_case(model, plan, party, kind),
    }
}

/// Flow a period that a party could not take back at a date: what it has given, against today, once it has undone
/// what the rules let it undo and everybody else's issues are as they are today. Where the snapback sends an issue does
/// not matter: what cannot be undone is lost even if the plan means to leave it there.
pub fn unrecoverable(model: &PlanModel, plan: &Plan, party: PartyIndex, kind: TypeIndex, date: usize) -> f64 {
    let mut undone = model.clone();
    let mut given = Plan {
        name: plan.name.clone(),
        levels: Vec::new(),
    };
    for (place, issue) in undone.issues.iter_mut().enumerate() {
        let level = match issue.owner == party {
            true => model.level(plan, IssueIndex(place), date as isize),
            false => issue.today,
        };
        issue.fallback = match model.can_undo(IssueIndex(place), level) {
            true => issue.today,
            false => level,
        };
        given.levels.push(vec![level]);
    }
    let flows = Flows::new(&undone, &given, party, kind);
    (-flows.at(Of::Apart, 0, &Breaches::none(&undone))).max(0.0)
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

/// The offers of one proposer against types: what it would wish it had done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Regret {
    /// Whose offers these are, and of which of its types; values of different parties or types are not compared.
    pub proposer: String,
    /// The types that answer, by name.
    pub types: Vec<String>,
    /// One row an offer.
    pub rows: Vec<RegretRow>,
    /// The offer with the smallest largest regret.
    pub minimax: String,
    /// The same largest regret if offers may be drawn by lot.
    pub mixed: Option<f64>,
}

/// A party and one of its types.
type Kind<'a> = (&'a str, &'a str);

/// The regret tables of some tested plans and of no deal, one for each proposer, and for each type of a proposer that
/// decides on one of its plans. Plans without answers count alike against all types.
pub fn regret(tests: &[PlanTest]) -> Vec<Regret> {
    let mut proposers: Vec<(&str, Option<&str>)> = Vec::new();
    for test in tests {
        let proposer = (test.proposer.as_str(), test.proposer_type.as_deref());
        if !proposers.contains(&proposer) {
            proposers.push(proposer);
        }
    }
    let own = |(party, kind): &(&str, Option<&str>)| -> Vec<&PlanTest> {
        let proposes = |test: &&PlanTest| test.proposer == *party && test.proposer_type.as_deref() == *kind;
        tests.iter().filter(proposes).collect()
    };
    proposers.iter().map(|of| regret_of(*of, &own(of))).collect()
}

fn regret_of((party, kind): (&str, Option<&str>), tests: &[&PlanTest]) -> Regret {
    let mut kinds: Vec<Kind<'_>> = Vec::new();
    for answer in tests.iter().flat_map(|test| &test.answers) {
        let kind = (answer.party.as_str(), answer.kind.as_str());
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    let mut offers = vec![("no deal".to_owned(), vec![0.0; kinds.len().max(1)])];
    for test in tests {
        let against = |kind: &Kind<'_>| {
            let of = |answer: &&test::TypeAnswer| (answer.party.as_str(), answer.kind.as_str()) == *kind;
            let answer = test.answers.iter().find(of);
            answer.map_or(test.value, |answer| answer.proposer_value)
        };
        offers.push((
            test.plan.clone(),
            match kinds.is_empty() {
                true => vec![test.value],
                false => kinds.iter().map(against).collect(),
            },
        ));
    }
    let rows = regret_rows(offers);
    let least = rows.iter().min_by(|a, b| a.largest.total_cmp(&b.largest));
    let table: Vec<Vec<f64>> = rows.iter().map(|row| row.regret.clone()).collect();
    Regret {
        proposer: kind.map_or_else(|| party.to_owned(), |kind| format!("{party} ({kind})")),
        minimax: least.map_or_else(String::new, |row| row.offer.clone()),
        mixed: detente_formulas::minimax::mixed_minimax(&table).ok(),
        types: kind_names(&kinds),
        rows,
    }
}

/// The types by name, with the party where two parties have a type of the same name.
fn kind_names(kinds: &[Kind<'_>]) -> Vec<String> {
    let name = |(party, kind): &Kind<'_>| {
        let shared = kinds.iter().filter(|(_, other)| other == kind).count() > 1;
        match shared {
            true => format!("{party} ({kind})"),
            false => (*kind).to_owned(),
        }
    };
    match kinds.is_empty() {
        true => vec!["any".to_owned()],
        false => kinds.iter().map(name).collect(),
    }
}

fn regret_rows(offers: Vec<(String, Vec<f64>)>) -> Vec<RegretRow> {
    let columns = offers.first().map_or(0, |(_, row)| row.len());
    let best = |column: usize| {
        let values = offers.iter().map(|(_, row)| row[column]);
        values.fold(f64::NEG_INFINITY, f64::max)
    };
    let best: Vec<f64> = (0..columns).map(best).collect();
    let row = |(offer, value): (String, Vec<f64>)| {
        let regret: Vec<f64> = value
            .iter()
            .zip(&best)
            .map(|(value, best)| best - value)
            .collect();
        RegretRow {
            offer,
            largest: regret.iter().copied().fold(0.0, f64::max),
            value,
            regret,
        }
    };
    offers.into_iter().map(row).collect()
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
