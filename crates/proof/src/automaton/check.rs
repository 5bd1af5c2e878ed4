//! The check of an automaton: moves, values, departures, and the path of the deal.

use crate::reading::Position;
use detente_base::ids::{PartyId, StateId};
use detente_base::number::{Exact, format_exact};
use rayon::prelude::*;

use super::Automaton;
use super::arrival::Arrival;
use super::enclosure::Enclosure;
use super::path;
use super::plan::Plan;
use super::values::Worths;
use super::ways::{Components, Ways};
use crate::Refusal;
use crate::subject::{Subject, shown};

/// What the check of an automaton found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelfEnforcing {
    /// Nodes checked: all of the automaton.
    pub nodes: usize,
    /// Departures checked, over all nodes and parties.
    pub departures: u64,
    /// The states of the path, from today to the settlement.
    pub path: Vec<StateId>,
    /// For each step of the path, whether chance makes it and not the parties.
    pub by_chance: Vec<bool>,
    /// What each party gets from today on.
    pub values: Vec<Exact>,
}

/// Checks every node, then the path from the start to a settlement that satisfies the target.
pub(crate) fn check(
    subject: &Subject,
    automaton: &Automaton,
    settlement: &[String],
) -> Result<SelfEnforcing, Refusal> {
    let plan = Plan::of(subject, automaton)?;
    check_moves(subject, &plan)?;
    check_every_state_has_a_node(subject, &plan)?;
    let ways = Ways::of(subject, &plan)?;
    let (path, by_chance) = path::to_settlement(subject, &plan, &ways, settlement)?;
    let components = Components::of(&ways);
    let parties: Vec<PartyId> = subject.game.parties().collect();
    let check_party = |party: &PartyId| -> Result<(u64, Exact), Refusal> {
        let arrival = Arrival::of(subject, *party)?;
        let mut worths = Worths::of(subject, &plan, &ways, &components, &arrival)?;
        let departures = check_departures(subject, &plan, &arrival, &mut worths)?;
        check_promises(subject, &plan, *party, &path, &mut worths)?;
        Ok((departures, worths.value(plan.start())?.clone()))
    };
    // Of several refusals that of the first party is shown.
    let checked: Vec<Result<(u64, Exact), Refusal>> = parties.par_iter().map(check_party).collect();
    let checked: Vec<(u64, Exact)> = checked.into_iter().collect::<Result<_, _>>()?;
    let departures = checked.iter().map(|(departures, _)| departures).sum();
    let values = checked.into_iter().map(|(_, value)| value).collect();
    Ok(SelfEnforcing {
        nodes: plan.len(),
        departures,
        path: path.iter().map(|node| plan.state(*node)).collect(),
        by_chance,
        values,
    })
}

fn check_moves(subject: &Subject, plan: &Plan<'_>) -> Result<(), Refusal> {
    for node in 0..plan.len() {
        let (from, to) = (plan.state(node), plan.target(node));
        if !subject.game.can_move(from, to) {
            return Err(Refusal::CannotMove(format!(
                "node {node}: from {} the parties cannot {} in one period",
                subject.in_words(from),
                subject.move_in_words(from, to)
            )));
        }
    }
    Ok(())
}

/// After several parties departed at once play must go on in equilibrium too, at any node that stands where they
/// led; which one does not matter to anybody's single departure.
fn check_every_state_has_a_node(subject: &Subject, plan: &Plan<'_>) -> Result<(), Refusal> {
    let mut stands = vec![false; subject.game.states()];
    for node in 0..plan.len() {
        stands[plan.state(node).index()] = true;
    }
    if stands.iter().all(|stands| *stands) {
        return Ok(());
    }
    let reachable = subject.reachable();
    match (0..stands.len()).find(|state| reachable[*state] && !stands[*state]) {
        None => Ok(()),
        Some(state) => Err(Refusal::Field(format!(
            "state: the parties can come to {}, and no node stands there",
            subject.in_words(StateId::at(state))
        ))),
    }
}

fn check_promises(
    subject: &Subject,
    plan: &Plan<'_>,
    party: PartyId,
    path: &[usize],
    worths: &mut Worths,
) -> Result<(), Refusal> {
    let promises = plan.promises(party);
    if promises.is_empty() {
        return Ok(());
    }
    if promises.len() != path.len() {
        let (found, needed, name) = (promises.len(), path.len(), subject.name(party));
        return Err(Refusal::Promise(format!(
            "{found} for {name}, but the path has {needed} nodes"
        )));
    }
    for (node, promise) in path.iter().zip(promises) {
        let worth = worths.value(*node)?;
        if format_exact(worth) != *promise {
            return Err(Refusal::Promise(format!(
                "{} is promised another value than the plan gives it in {}, which is {}",
                subject.name(party),
                subject.in_words(plan.state(*node)),
                shown(worth)
            )));
        }
    }
    Ok(())
}

fn check_departures(
    subject: &Subject,
    plan: &Plan<'_>,
    arrival: &Arrival<'_>,
    worths: &mut Worths<'_>,
) -> Result<u64, Refusal> {
    let party = arrival.party();
    let answered: Vec<Result<Enclosure, StateId>> = subject
        .game
        .state_ids()
        .map(|target| worths.departing_enclosed(target))
        .collect::<Result<_, Refusal>>()?;
    // Where moves are free, one comparison of small numbers settles nearly every departure.
    let at_most: Vec<i64> = answered
        .iter()
        .map(|gets| match gets {
            Ok(gets) if !subject.game.has_costs() => gets.coarsely_at_most(),
            _ => i64::MAX,
        })
        .collect();
    let stride = subject.game.stride(party);
    let mut departures = 0;
    for node in 0..plan.len() {
        let (from, target) = (plan.state(node), plan.target(node));
        let own = subject.game.position(target, party);
        let without_own = target.index() - own.index() * stride;
        let at_least = worths.enclosure(node).coarsely_at_least();
        for other in subject.game.own_moves(from, party) {
            if *other == own {
                continue;
            }
            departures += 1;
            let reached = StateId::at(without_own + other.index() * stride);
            if at_most[reached.index()] > at_least {
                let gets = answered[reached.index()];
                check_departure(subject, plan, arrival, worths, node, (reached, *other), gets)?;
            }
        }
    }
    Ok(departures)
}

/// Checks that a party does not gain where its departure at a node reaches a state with another position of its own;
/// `answered` is what it then gets before costs, or the state for which there is no answer.
fn check_departure(
    subject: &Subject,
    plan: &Plan<'_>,
    arrival: &Arrival<'_>,
    worths: &mut Worths<'_>,
    node: usize,
    (reached, other): (StateId, Position),
    answered: Result<Enclosure, StateId>,
) -> Result<(), Refusal> {
    let (party, from) = (arrival.party(), plan.state(node));
    let gets = answered.map_err(|unanswered| {
        Refusal::Field(format!(
            "answers to {}: none for {}, where it can lead from node {node}",
            subject.name(party),
            subject.in_words(unanswered)
        ))
    })?;
    let cost = arrival.cost(from, reached);
    let gets = cost
        .as_ref()
        .map_or(gets, |cost| gets.minus(Enclosure::around(cost)));
    if gets.above(worths.enclosure(node)) == Some(false) {
        return Ok(());
    }
    let gets = worths.departing(reached)? - cost.unwrap_or(Exact::ZERO);
    let planned = worths.value(node)?;
    if gets > *planned {
        return Err(departure_pays(
            subject,
            party,
            node,
            (from, plan.target(node)),
            other,
            &gets,
            planned,
        ));
    }
    Ok(())
}

fn departure_pays(
    subject: &Subject,
    party: PartyId,
    node: usize,
    (from, target): (StateId, StateId),
    other: Position,
    gets: &Exact,
    planned: &Exact,
) -> Refusal {
    Refusal::Pays(format!(
        "node {node}: in {} the plan is to {}; {} gets {} by this, but {} if it alone departs to {}",
        subject.in_words(from),
        subject.move_in_words(from, target),
        subject.name(party),
        shown(planned),
        shown(gets),
        subject.own_move_in_words(from, party, other)
    ))
}
