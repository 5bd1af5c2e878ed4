//! Harsher answers, enforced by the answers already there.
//!
//! For every state and party, the joint move and following node that are worst for that party among those from
//! which nobody gains by departing. Lower answers only loosen the incentive constraints of older nodes, so the
//! family stays self-enforcing; rounds repeat until nothing gets harsher or a limit is reached. Joint moves are not
//! listed ([`super::along`]).

use rayon::prelude::*;

use super::along::{Along, Reaching};
use super::close::closed;
use super::family::Family;
use crate::arena::Arena;
use crate::watch::Watch;

/// The worst that was found so far for every party and state.
#[derive(Clone)]
struct Worst {
    /// What it is worth to the party, by state and then party.
    worth: Vec<f64>,
    /// The node that follows, by state and then party; `u32::MAX` while the present answer stands.
    next: Vec<u32>,
    /// States looked at.
    looks: u64,
}

/// Adds harsher answers in every state; whether any got harsher.
///
/// `looks` is the most states that are looked at, over all rounds: the limit is noticed between rounds.
pub fn worsen(arena: &Arena<'_>, family: &mut Family, rounds: u32, looks: u64, watch: &dyn Watch) -> bool {
    let positions = Reaching::new(arena);
    let (mut any, mut looked) = (false, 0);
    for round in 0..rounds {
        watch.advanced(
            "harsher answers: rounds",
            u64::from(round),
            Some(u64::from(rounds)),
        );
        if watch.should_stop() || looked >= looks {
            break;
        }
        let found = harsher(arena, family, &positions);
        looked += found.looks;
        let before = family.state.len();
        for party in 0..arena.parties {
            for state in 0..arena.states {
                let next = found.next[state * arena.parties + party];
                if next == u32::MAX {
                    continue;
                }
                let target = family.state[next as usize];
                let follows = family.values[next as usize];
                let values = family.worth_of_step(arena, state, target as usize, &follows);
                let node = family.add_for(party, state as u32, target, next, values);
                family.answer[party][state] = node;
            }
        }
        if family.state.len() == before {
            break;
        }
        any = true;
        if let Some(closed) = closed(arena, family) {
            *family = closed;
        }
    }
    any
}

/// The worst enforceable continuations under the present answers.
fn harsher(arena: &Arena<'_>, family: &Family, reaching: &Reaching) -> Worst {
    let bar = |cell: usize| {
        let (state, party) = (cell / arena.parties, cell % arena.parties);
        let now = family.values[family.answer[party][state] as usize][party];
        now - 1e-7 * (1.0 + now.abs())
    };
    let cells = arena.states * arena.parties;
    let start = Worst {
        worth: (0..cells).map(bar).collect(),
        next: vec![u32::MAX; cells],
        looks: 0,
    };
    let departing = family.departing(arena);
    let nodes = family.nodes_in_use();
    let chunk = nodes.len().div_ceil(4 * rayon::current_num_threads()).max(1);
    let parts: Vec<Worst> = nodes
        .par_chunks(chunk)
        .map(|nodes| {
            let mut worst = start.clone();
            let mut along = Along::new(arena, &departing, reaching);
            for node in nodes {
                look_before(arena, family, &mut along, *node, &mut worst);
            }
            worst
        })
        .collect();
    parts.into_iter().fold(start, merged)
}

/// Lowers what is worst in every state from which `node` can follow.
fn look_before(arena: &Arena<'_>, family: &Family, along: &mut Along<'_, '_>, node: u32, worst: &mut Worst) {
    let target = family.state[node as usize] as usize;
    let follows = &family.values[node as usize];
    let brings = family.worth_before_costs(arena, target, follows);
    let may_lower = |worth: &[f64]| worth.iter().zip(&brings).any(|(worth, brought)| brought < worth);
    let free = !arena.game.has_costs();
    along.for_each_state(target, &brings, &mut |along, state| {
        worst.looks += 1;
        let first = state * arena.parties;
        if free && !may_lower(&worst.worth[first..first + arena.parties]) {
            return;
        }
        for (party, brought) in brings.iter().enumerate().take(arena.parties) {
            let worth = brought - arena.cost_of_policy(party, state, target as u32);
            if worth < worst.worth[first + party] && along.all(state, target, &brings) {
                worst.worth[first + party] = worth;
                worst.next[first + party] = node;
            }
        }
    });
}

/// The worse of two findings for every party and state, the earlier node where they are equal.
fn merged(mut all: Worst, part: Worst) -> Worst {
    for (cell, (worth, node)) in part.worth.into_iter().zip(part.next).enumerate() {
        if worth < all.worth[cell] {
            all.worth[cell] = worth;
            all.next[cell] = node;
        }
    }
    all.looks += part.looks;
    all
}
