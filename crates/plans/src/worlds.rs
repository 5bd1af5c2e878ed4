//! Who the others may be: every combination of the responders' types, with its chance and what happens in it.

use super::behaviour::{Behaviour, IssueSet};
use super::flows::Flows;
use super::model::{PartyIndex, Plan, PlanModel, TypeIndex};
use super::play::{self, Profile};
use super::values::{self, Valuation, Valued};

/// The most combinations of types that are followed.
pub const MOST_WORLDS: usize = 4096;

/// The best answer of one type of a responder.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The party.
    pub party: PartyIndex,
    /// The type.
    pub kind: TypeIndex,
    /// What it does, and what that is worth to it.
    pub best: Valued,
    /// What keeping the plan is worth to it.
    pub comply: f64,
    /// By how much the answer beats every other behaviour that the proposer would notice; 0 is a tie.
    pub margin: f64,
}

/// One combination of types.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Type by party; parties without obligations count as their first type.
    pub types: Vec<TypeIndex>,
    /// Its prior chance.
    pub chance: f64,
    /// What everybody does in it.
    pub profile: Profile,
}

/// Whether every breach may be noticed at once, no alarm is false or forgiven and flows add up over issues, so
/// that the recursion of [`values`] is exact.
pub fn is_plain(model: &PlanModel) -> bool {
    model.joint.is_empty()
        && model.pardons == 0
        && model
            .issues
            .iter()
            .all(|issue| issue.lag == 1 && issue.false_alarm == 0.0)
}

/// All commit-until behaviours of a type with their values, given what the others do.
pub fn valued_behaviours(
    model: &PlanModel,
    plan: &Plan,
    party: PartyIndex,
    kind: TypeIndex,
    others: &[Behaviour],
) -> Vec<Valued> {
    let nobody_departs = others
        .iter()
        .enumerate()
        .all(|(other, behaviour)| other == party.0 || *behaviour == Behaviour::Comply);
    if nobody_departs && is_plain(model) {
        return values::behaviours(model, plan, party, &Valuation::new(model, plan, party, kind));
    }
    let flows = Flows::new(model, plan, party, kind);
    let mut profile = others.to_vec();
    all_behaviours(model, plan, party)
        .into_iter()
        .map(|behaviour| {
            profile[party.0] = behaviour;
            Valued {
                behaviour,
                value: play::value_of(&flows, &profile, &[], 0),
            }
        })
        .collect()
}

/// All commit-until behaviours of a type with their values while the others keep the plan, if it keeps it too: no
/// behaviour beats keeping it by more than a tie.
fn behaviours_if_kept(
    model: &PlanModel,
    plan: &Plan,
    party: PartyIndex,
    kind: TypeIndex,
) -> Option<Vec<Valued>> {
    let flows = Flows::new(model, plan, party, kind);
    let mut profile = play::all_comply(model);
    let comply = play::value_of(&flows, &profile, &[], 0);
    // Large breaches at late dates tempt most often: they come last, and so are tried first.
    let mut all: Vec<Valued> = all_behaviours(model, plan, party)
        .into_iter()
        .rev()
        .map(|behaviour| {
            profile[party.0] = behaviour;
            let value = play::value_of(&flows, &profile, &[], 0);
            (value <= comply + values::TIE).then_some(Valued { behaviour, value })
        })
        .collect::<Option<_>>()?;
    all.reverse();
    Some(all)
}

/// Every commit-until behaviour of a party: keep, leave at each date, breach each set at each date.
pub fn all_behaviours(model: &PlanModel, plan: &Plan, party: PartyIndex) -> Vec<Behaviour> {
    let mut all = vec![Behaviour::Comply];
    all.extend((0..=plan.dates()).map(|date| Behaviour::Quit { date }));
    let sets = IssueSet::of(model.obligations(party, plan)).subsets();
    for date in 0..=plan.dates() {
        all.extend(sets.iter().map(|issues| Behaviour::Breach {
            date,
            issues: *issues,
        }));
    }
    all
}

/// The best answers of every type of every responder while the others keep the plan.
pub fn answers(model: &PlanModel, plan: &Plan) -> Vec<Answer> {
    let others = play::all_comply(model);
    let of = |party, kind| valued_behaviours(model, plan, party, kind, &others);
    every_type(model, plan)
        .filter_map(|(party, kind)| answer(model, plan, (party, kind), &of(party, kind)))
        .collect()
}

/// The same, if the first type of every responder keeps the plan.
pub fn answers_if_kept(model: &PlanModel, plan: &Plan) -> Option<Vec<Answer>> {
    let hoped = |(_, kind): &(PartyIndex, TypeIndex)| *kind == TypeIndex(0);
    let kept: Vec<Vec<Valued>> = every_type(model, plan)
        .filter(hoped)
        .map(|(party, kind)| behaviours_if_kept(model, plan, party, kind))
        .collect::<Option<_>>()?;
    let (mut kept, others) = (kept.into_iter(), play::all_comply(model));
    let found = every_type(model, plan).filter_map(|of| {
        let all = match hoped(&of) {
            true => kept.next()?,
            false => valued_behaviours(model, plan, of.0, of.1, &others),
        };
        answer(model, plan, of, &all)
    });
    Some(found.collect())
}

fn every_type(model: &PlanModel, plan: &Plan) -> impl Iterator<Item = (PartyIndex, TypeIndex)> {
    let kinds = |party: PartyIndex| (0..model.parties[party.0].types.len()).map(TypeIndex);
    let responders = model.responders(plan).into_iter();
    responders.flat_map(move |party| kinds(party).map(move |kind| (party, kind)))
}

/// The best of the behaviours of a type.
fn answer(
    model: &PlanModel,
    plan: &Plan,
    (party, kind): (PartyIndex, TypeIndex),
    all: &[Valued],
) -> Option<Answer> {
    let (best, _) = values::best(all)?;
    Some(Answer {
        party,
        kind,
        best,
        comply: all[0].value,
        margin: margin(model, plan, party, all, best),
    })
}

/// By how much the best behaviour beats every other that is not the same to the proposer.
fn margin(model: &PlanModel, plan: &Plan, party: PartyIndex, all: &[Valued], best: Valued) -> f64 {
    let flows = Flows::new(model, plan, model.proposer, TypeIndex(0));
    let proposer = |behaviour: Behaviour| {
        let mut profile = play::all_comply(model);
        profile[party.0] = behaviour;
        play::value_of(&flows, &profile, &[], 0)
    };
    let mut others: Vec<&Valued> = all
        .iter()
        .filter(|other| other.behaviour != best.behaviour)
        .collect();
    others.sort_by(|a, b| b.value.total_cmp(&a.value));
    let here = proposer(best.behaviour);
    let distinct = others.iter().find(|other| {
        best.value - other.value > values::TIE || (proposer(other.behaviour) - here).abs() > values::TIE
    });
    distinct.map_or(f64::INFINITY, |other| (best.value - other.value).max(0.0))
}

/// Every combination of types with what they do; an error where there are more than [`MOST_WORLDS`].
pub fn worlds(model: &PlanModel, answers: &[Answer]) -> Result<Vec<World>, String> {
    let mut worlds = vec![World {
        types: vec![TypeIndex(0); model.parties.len()],
        chance: 1.0,
        profile: play::all_comply(model),
    }];
    let mut parties: Vec<PartyIndex> = answers.iter().map(|answer| answer.party).collect();
    parties.dedup();
    for party in parties {
        let mut longer = Vec::new();
        for world in &worlds {
            for answer in answers.iter().filter(|answer| answer.party == party) {
                let prior = model.parties[party.0].types[answer.kind.0].prior;
                let mut next = world.clone();
                next.types[party.0] = answer.kind;
                next.chance *= prior;
                next.profile[party.0] = answer.best.behaviour;
                longer.push(next);
            }
        }
        if longer.len() > MOST_WORLDS {
            return Err(format!("there are more than {MOST_WORLDS} combinations of types"));
        }
        worlds = longer;
    }
    Ok(worlds)
}
