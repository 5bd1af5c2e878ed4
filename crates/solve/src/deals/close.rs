//! Closing the loop of harsher answers: from "so much harder once more, then as before" to "so hard for ever".
//!
//! [`super::worsen`] lengthens punishments by one period a round. Here every answer goes on with the answers that
//! stand now in place of those that stood when it was made: the punishment of a party goes on with its own
//! punishment, a penal code in the sense of Abreu (1988) with a path for each party and state. Values are computed
//! anew along the closed paths; an answer at which somebody would now depart, or that is no harsher than the one it
//! replaces, is taken back, until all that is left holds together. So no answer gets milder, and all that held before
//! goes on to hold.

use rayon::prelude::*;

use super::family::{Family, holds};
use crate::arena::Arena;
use crate::paths;

/// The most rounds of taking answers back.
const ROUNDS: u32 = 60;

/// The family with its answers closed where that holds; `None` where it holds for none of them.
pub(super) fn closed(arena: &Arena<'_>, family: &Family) -> Option<Family> {
    let mut kept: Vec<Vec<bool>> = family
        .answer
        .iter()
        .map(|answers| answers.iter().map(|node| !family.is_lasting(*node)).collect())
        .collect();
    for _ in 0..ROUNDS {
        let (next, first) = assembled(arena, family, &kept);
        if next.state.len() == first {
            return None;
        }
        let broken = broken(arena, family, &next, first);
        if broken.is_empty() {
            return Some(next.in_use_only());
        }
        for (party, state) in broken {
            kept[party][state] = false;
        }
    }
    None
}

/// The family and one new node for each answer that is kept; the number of the first new node.
fn assembled(arena: &Arena<'_>, family: &Family, kept: &[Vec<bool>]) -> (Family, usize) {
    let mut next = family.clone();
    let first = next.state.len();
    let mut sources = Vec::new();
    for (party, kept) in kept.iter().enumerate() {
        for state in (0..arena.states).filter(|state| kept[*state]) {
            let source = family.answer[party][state];
            let target = family.target[source as usize];
            let values = family.values[source as usize];
            next.answer[party][state] = next.add_for(party, state as u32, target, 0, values);
            sources.push(source);
        }
    }
    for (number, source) in sources.into_iter().enumerate() {
        let follows = family.next[source as usize];
        next.next[first + number] = match family.made_for(follows) {
            Some(party) => next.answer[party][family.state[follows as usize] as usize],
            None => follows,
        };
    }
    follow(arena, &mut next, first);
    (next, first)
}

/// Values of the nodes from `first` on, along their paths.
fn follow(arena: &Arena<'_>, family: &mut Family, first: usize) {
    for party in 0..arena.parties {
        let mut value: Vec<f64> = family.values.iter().map(|values| values[party]).collect();
        value[first..].fill(f64::NAN);
        let term = |node: usize| {
            let target = family.target[node];
            let cost = arena.cost_of_policy(party, family.state[node] as usize, target);
            let target = target as usize;
            (arena.base[party][target] - cost, arena.weight[party][target])
        };
        let step = |node: usize, after: f64| {
            let (pay, weight) = term(node);
            pay + weight * after
        };
        let next = |node: usize| family.next[node] as usize;
        paths::fill(&mut value, &next, &step, &|cycle| paths::geometric(cycle, &term));
        for (values, value) in family.values.iter_mut().zip(value) {
            values[party] = value;
        }
    }
}

/// The party and state of new answers that do not hold, or are no harsher than before.
fn broken(arena: &Arena<'_>, before: &Family, family: &Family, first: usize) -> Vec<(usize, usize)> {
    let departing = family.departing(arena);
    (first..family.state.len())
        .into_par_iter()
        .filter_map(|node| {
            let (state, target) = (family.state[node] as usize, family.target[node] as usize);
            let party = family.made_for(node as u32)?;
            let follows = &family.values[family.next[node] as usize];
            let worth = family.worth_of_step(arena, state, target, follows);
            let was = before.values[before.answer[party][state] as usize][party];
            let stands = worth[party] <= was + 1e-12 * (1.0 + was.abs())
                && holds(arena, &departing, state, target, &worth);
            (!stands).then_some((party, state))
        })
        .collect()
}
