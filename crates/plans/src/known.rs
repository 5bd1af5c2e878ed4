//! Types in a plan problem: those that a world names are known, and the others stand in an order that does not
//! depend on the order in which the case writes them.
//!
//! The first type of a party that answers is the one the proposer may hope for with this plan: one that keeps it
//! before one that does not, then the one against which the proposer gets more, then the one that gets more by
//! keeping it, then the likelier. The first type of the proposer is the one that decides: one that would not
//! propose the plan or carry it on before one that would, then the one that gets less. Only values of one type
//! beside another of the same party are compared.

use detente_base::ids::{PartyId, TypeId};
use detente_case::{Case, World};

use super::model::{PartyIndex, Plan, PlanModel, TypeIndex};
use super::test;
use super::worlds::{self, Answer};
use super::{play, test::ROUNDING};

/// The case as it is in a world, every party whose type the world names having that type only.
///
/// # Errors
/// A sentence about the world.
pub fn case_in_world(case: &Case, world: &World) -> Result<Case, String> {
    let here = case.in_world(world).map_err(|error| error.to_string())?;
    Ok(known_types(&here, world))
}

/// The case with every party whose type the world names having that type only, whatever its prior.
#[must_use]
pub fn known_types(case: &Case, world: &World) -> Case {
    let mut case = case.clone();
    let parties: Vec<PartyId> = case.party_ids().collect();
    for party in parties {
        let named = world.types.contains_key(&case.party(party).id);
        if let Some(known) = world.type_of(&case, party).filter(|_| named) {
            let own = |of: &Option<TypeId>| of.is_none_or(|of| of == known);
            case.worths
                .retain(|worth| worth.party != party || own(&worth.of_type));
            for worth in case.worths.iter_mut().filter(|worth| worth.party == party) {
                worth.of_type = worth.of_type.map(|_| TypeId::at(0));
            }
            let kept = case.parties[party.index()].types.swap_remove(known.index());
            case.parties[party.index()].types = vec![kept];
        }
    }
    case
}

/// Puts the types of every party in the order of this module; for each party the places its types had before.
pub(super) fn arrange(model: &mut PlanModel, plan: &Plan) -> Vec<Vec<usize>> {
    let mut before: Vec<Vec<usize>> = model
        .parties
        .iter()
        .map(|party| (0..party.types.len()).collect())
        .collect();
    if before.iter().all(|types| types.len() < 2) || !model.faults(plan).is_empty() {
        return before;
    }
    let answers = worlds::answers(model, plan);
    let proposer = order_of_proposer(model, plan, &answers);
    permute(model, model.proposer, &proposer);
    before[model.proposer.0] = proposer;
    for party in (0..model.parties.len()).map(PartyIndex) {
        let several = model.parties[party.0].types.len() > 1;
        if party != model.proposer && several {
            let order = order_of_responder(model, plan, party, &answers);
            permute(model, party, &order);
            before[party.0] = order;
        }
    }
    before
}

fn order_of_proposer(model: &PlanModel, plan: &Plan, answers: &[Answer]) -> Vec<usize> {
    let types = model.parties[model.proposer.0].types.len();
    if types < 2 {
        return (0..types).collect();
    }
    let mut figures: Vec<(usize, bool, f64, f64)> = (0..types)
        .map(|kind| {
            let mut alone = model.clone();
            let mut order: Vec<usize> = (0..types).collect();
            order.swap(0, kind);
            permute(&mut alone, model.proposer, &order);
            match test::of_answers(&alone, plan, answers) {
                Ok(result) => {
                    let slack = result.worst.as_ref().map_or(f64::INFINITY, |worst| worst.slack);
                    let willing = result.value > 0.0 && slack >= -ROUNDING;
                    (kind, willing, result.value, slack)
                }
                Err(_) => (kind, false, 0.0, 0.0),
            }
        })
        .collect();
    let own = &model.parties[model.proposer.0].types;
    figures.sort_by(|a, b| {
        a.1.cmp(&b.1)
            .then(a.2.total_cmp(&b.2))
            .then(a.3.total_cmp(&b.3))
            .then(own[b.0].prior.total_cmp(&own[a.0].prior))
            .then(own[a.0].name.cmp(&own[b.0].name))
    });
    figures.into_iter().map(|(kind, ..)| kind).collect()
}

fn order_of_responder(model: &PlanModel, plan: &Plan, party: PartyIndex, answers: &[Answer]) -> Vec<usize> {
    let own = &model.parties[party.0].types;
    let figures: Vec<(bool, f64, f64)> = (0..own.len())
        .map(|kind| {
            let answer = answers
                .iter()
                .find(|answer| answer.party == party && answer.kind == TypeIndex(kind));
            answer.map_or((true, 0.0, 0.0), |answer| {
                let mut profile = play::all_comply(model);
                profile[party.0] = answer.best.behaviour;
                let keeps = answer.best.behaviour.date().is_none();
                let proposer = play::value(model, plan, &profile, model.proposer, TypeIndex(0));
                (keeps, proposer, answer.comply)
            })
        })
        .collect();
    let mut order: Vec<usize> = (0..own.len()).collect();
    order.sort_by(|a, b| {
        let (first, second) = (&figures[*a], &figures[*b]);
        second
            .0
            .cmp(&first.0)
            .then(second.1.total_cmp(&first.1))
            .then(second.2.total_cmp(&first.2))
            .then(own[*b].prior.total_cmp(&own[*a].prior))
            .then(own[*a].name.cmp(&own[*b].name))
    });
    order
}

/// Puts the types of a party in an order, given as places of today.
pub(super) fn permute(model: &mut PlanModel, party: PartyIndex, order: &[usize]) {
    let types = &mut model.parties[party.0].types;
    *types = order.iter().map(|kind| types[*kind].clone()).collect();
    for issue in &mut model.issues {
        let worth = &mut issue.worth[party.0];
        *worth = order.iter().map(|kind| worth[*kind].clone()).collect();
    }
    for joint in model.joint.iter_mut().filter(|joint| joint.party == party) {
        let place = order.iter().position(|kind| *kind == joint.kind.0);
        joint.kind = TypeIndex(place.unwrap_or(joint.kind.0));
    }
}
