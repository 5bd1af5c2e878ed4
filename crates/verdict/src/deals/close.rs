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
use crate::paths::{Order, Step, geometric};

/// The most rounds of taking answers back.
const ROUNDS: u32 = 60;

/// A new node that may stand for an answer.
struct Copy {
    party: usize,
    state: usize,
    /// The answer it would replace.
    source: u32,
    /// Whether it still may.
    kept: bool,
}

/// Closes the answers of a family where that holds; leaves the family as it is where it holds for none of them.
pub(super) fn close(arena: &Arena<'_>, family: &mut Family) {
    let first = family.state.len();
    let mut copies = add_copies(arena, family);
    for _ in 0..ROUNDS {
        assign(family, &copies, first);
        if !copies.iter().any(|copy| copy.kept) {
            break;
        }
        follow(arena, family, first);
        let broken = broken(arena, family, &copies, first);
        if broken.is_empty() {
            *family = family.in_use_only();
            return;
        }
        for copy in broken {
            copies[copy].kept = false;
        }
    }
    copies.iter_mut().for_each(|copy| copy.kept = false);
    assign(family, &copies, first);
    *family = family.in_use_only();
}

/// Adds one node beside each answer that is not one of what is played without a deal.
fn add_copies(arena: &Arena<'_>, family: &mut Family) -> Vec<Copy> {
    let answers = family.answer.iter().flatten();
    let made = answers.filter(|answer| !family.is_lasting(**answer)).count();
    let mut copies = Vec::with_capacity(made);
    family.reserve(made);
    for party in 0..arena.parties {
        for state in 0..arena.states {
            let source = family.answer[party][state];
            if family.is_lasting(source) {
                continue;
            }
            let (target, next) = (family.target[source as usize], family.next[source as usize]);
            let values = family.worths(source as usize);
            family.add_for(party, state as u32, target, next, &values);
            copies.push(Copy {
                party,
                state,
                source,
                kept: true,
            });
        }
    }
    copies
}

/// Lets the copies that are kept be the answers, the sources of the others, and the copies go on with them.
fn assign(family: &mut Family, copies: &[Copy], first: usize) {
    for (number, copy) in copies.iter().enumerate() {
        let node = (first + number) as u32;
        family.answer[copy.party][copy.state] = if copy.kept { node } else { copy.source };
    }
    for (number, copy) in copies.iter().enumerate().filter(|(_, copy)| copy.kept) {
        let follows = family.next[copy.source as usize];
        family.next[first + number] = match family.made_for(follows) {
            Some(party) => family.answer[party][family.state[follows as usize] as usize],
            None => follows,
        };
    }
}

/// Worths of the nodes from `first` on, along their paths.
fn follow(arena: &Arena<'_>, family: &mut Family, first: usize) {
    let known: Vec<bool> = (0..family.state.len()).map(|node| node < first).collect();
    let order = Order::of(&known, &|node| family.next[node] as usize);
    for step in order.steps() {
        for party in 0..arena.parties {
            let term = |node: usize| {
                let (state, target) = (family.state[node] as usize, family.target[node]);
                let cost = arena.cost_of_policy(party, state, target);
                let target = target as usize;
                (arena.base[party][target] - cost, arena.weight[party][target])
            };
            let worth = match step {
                Step::Around(cycle) => geometric(cycle, &term),
                Step::Onward(node) => {
                    let (pay, weight) = term(node);
                    pay + weight * family.worth(family.next[node] as usize, party)
                }
            };
            family.set_worth(step.node(), party, worth);
        }
    }
}

/// The copies among those kept that do not hold, or are no harsher than what they replace.
fn broken(arena: &Arena<'_>, family: &Family, copies: &[Copy], first: usize) -> Vec<usize> {
    let departing = family.departing(arena);
    (0..copies.len())
        .into_par_iter()
        .filter(|number| {
            let (copy, node) = (&copies[*number], first + number);
            if !copy.kept {
                return false;
            }
            let target = family.target[node] as usize;
            let follows = family.worths(family.next[node] as usize);
            let worth = family.worth_of_step(arena, copy.state, target, &follows);
            let was = family.worth(copy.source as usize, copy.party);
            let stands = worth[copy.party] <= was + 1e-12 * (1.0 + was.abs())
                && holds(arena, &departing, copy.state, target, &worth);
            !stands
        })
        .collect()
}
