//! How many profiles of strict rankings make a state an equilibrium.
//!
//! Under Nash, GMR and SMR each party's stability depends on its own ranking alone, so the counts multiply.
//! Under SEQ and SSEQ the parties are coupled: what deters one must pay the other. For two parties the rankings
//! of each fall into few classes with the same states above the target and the same paying replies; pairs of
//! classes are compared instead of pairs of rankings.

use std::collections::HashMap;

use dashu::integer::UBig;
use detente_conflict::{GraphModel, PartyId, StateId};

use super::Concept;
use super::inverse::conditions;

/// The most states for which the coupled count is made.
pub const MOST_COUPLED: usize = 8;

/// The number of profiles of strict rankings under which the target is an equilibrium; `None` where the
/// coupled count is not made (more than two parties or more than [`MOST_COUPLED`] states), or a count takes
/// more than `steps` steps.
#[must_use]
pub fn profiles(model: &GraphModel, target: StateId, concept: Concept, steps: u64) -> Option<UBig> {
    if !concept.credible() {
        let mut counts = model
            .party_ids()
            .map(|party| conditions(model, party, target, concept).count(steps));
        return counts.try_fold(UBig::ONE, |all, one| Some(all * one?.strict));
    }
    let states = model.states().count();
    if model.parties().len() != 2 || states > MOST_COUPLED {
        return None;
    }
    let sides = [PartyId::at(0), PartyId::at(1)].map(|party| Side::of(model, party, target));
    let [first, second] = [0, 1].map(|own| classes(states, target, &sides[own], &sides[1 - own]));
    let mut total = UBig::ZERO;
    for (a, many) in &first {
        for (b, times) in &second {
            if sides[0].stays(concept, a.up, &b.replies) && sides[1].stays(concept, b.up, &a.replies) {
                total += UBig::from(*many) * UBig::from(*times);
            }
        }
    }
    Some(total)
}

/// A set of at most [`MOST_COUPLED`] states.
type Few = u16;

/// What one party can do.
struct Side {
    /// Where it can go from the target.
    tempting: Vec<usize>,
    /// Where it can go from each state.
    moves: Vec<Few>,
}

/// The rankings of one party that agree in what matters.
#[derive(PartialEq, Eq, Hash)]
struct Class {
    /// The states above the target.
    up: Few,
    /// For each state that the other party may go to from the target, this party's paying replies there.
    replies: Vec<Few>,
}

impl Side {
    fn of(model: &GraphModel, party: PartyId, target: StateId) -> Self {
        let few = |state: StateId| {
            model
                .moves_from(party, state)
                .iter()
                .fold(0, |set, to| set | 1 << to.index())
        };
        Self {
            tempting: model
                .moves_from(party, target)
                .iter()
                .map(|state| state.index())
                .collect(),
            moves: model.states().iter().map(few).collect(),
        }
    }

    /// Whether the party stays at the target when these states are above it and the other replies so.
    fn stays(&self, concept: Concept, up: Few, replies: &[Few]) -> bool {
        self.tempting.iter().zip(replies).all(|(q, replies)| {
            let deters = |z: usize| up & (1 << z) == 0 && (!concept.symmetric() || self.moves[z] & up == 0);
            up & (1 << q) == 0 || (0..MOST_COUPLED).any(|z| replies & (1 << z) != 0 && deters(z))
        })
    }
}

/// Every strict ranking of a party, gathered by class.
fn classes(states: usize, target: StateId, own: &Side, other: &Side) -> HashMap<Class, u64> {
    let mut classes = HashMap::new();
    let mut ranking: Vec<usize> = (0..states).collect();
    permute(&mut ranking, 0, &mut |ranking| {
        // above[s]: the states better than s.
        let mut above = [0 as Few; MOST_COUPLED];
        let mut better = 0;
        for state in ranking {
            above[*state] = better;
            better |= 1 << state;
        }
        let class = Class {
            up: above[target.index()],
            replies: other.tempting.iter().map(|q| own.moves[*q] & above[*q]).collect(),
        };
        *classes.entry(class).or_insert(0) += 1;
    });
    classes
}

fn permute(ranking: &mut [usize], fixed: usize, visit: &mut impl FnMut(&[usize])) {
    if fixed == ranking.len() {
        visit(ranking);
        return;
    }
    for place in fixed..ranking.len() {
        ranking.swap(fixed, place);
        permute(ranking, fixed + 1, visit);
        ranking.swap(fixed, place);
    }
}
