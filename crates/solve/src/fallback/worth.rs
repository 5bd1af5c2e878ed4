//! What following policies is worth.

use rayon::prelude::*;

use super::Policy;
use crate::arena::Arena;
use crate::paths;

/// What following policies in turn for ever is worth, by phase, party and state.
///
/// Without chances play leads from one phase and state to the next in a straight line that ends in a cycle or in a
/// settlement, so the values are geometric sums; with chances they are iterated to the accuracy of doubles.
pub(super) fn evaluate(arena: &Arena<'_>, policies: &[Policy]) -> Vec<Vec<Vec<f64>>> {
    let by_party: Vec<Vec<Vec<f64>>> = (0..arena.parties)
        .into_par_iter()
        .map(|party| {
            if arena.game.has_chances() {
                iterate(arena, party, policies)
            } else {
                follow(arena, party, policies)
            }
        })
        .collect();
    let phase = |phase: usize| by_party.iter().map(|phases| phases[phase].clone()).collect();
    (0..policies.len()).map(phase).collect()
}

/// What a policy is worth to a party if play then goes on with `after`, or stays where the policy settles.
pub(super) fn worth_of_policy(arena: &Arena<'_>, party: usize, after: &[f64], policy: &Policy) -> Vec<f64> {
    let c = arena.worth_of_moving(party, after);
    let stays = arena.staying(party);
    let worth = |state: usize| {
        let target = policy.target[state];
        let cost = arena.cost_of_policy(party, state, target);
        let of = if policy.settles[state] { &stays } else { &c };
        of[target as usize] - cost
    };
    (0..arena.states).map(worth).collect()
}

fn iterate(arena: &Arena<'_>, party: usize, policies: &[Policy]) -> Vec<Vec<f64>> {
    let mut values = vec![arena.staying(party); policies.len()];
    for _ in 0..100_000 {
        let mut change = 0.0f64;
        for phase in (0..policies.len()).rev() {
            let after = &values[(phase + 1) % policies.len()];
            let now = worth_of_policy(arena, party, after, &policies[phase]);
            for (now, then) in now.iter().zip(&values[phase]) {
                change = change.max((now - then).abs());
            }
            values[phase] = now;
        }
        if change < 1e-13 {
            break;
        }
    }
    values
}

/// Values of following policies in turn; a node is a phase and a state.
fn follow(arena: &Arena<'_>, party: usize, policies: &[Policy]) -> Vec<Vec<f64>> {
    let (base, weight, states) = (&arena.base[party], &arena.weight[party], arena.states);
    let nodes = states * policies.len();
    let next = |node: usize| {
        let phase = (node / states + 1) % policies.len();
        phase * states + policies[node / states].target[node % states] as usize
    };
    let term = |node: usize| {
        let to = next(node) % states;
        let cost = arena.cost_of_policy(party, node % states, to as u32);
        (base[to] - cost, weight[to])
    };
    let step = |node: usize, after: f64| {
        let (pay, weight) = term(node);
        pay + weight * after
    };
    let mut values = vec![f64::NAN; nodes];
    let stays = arena.staying(party);
    for node in (0..nodes).filter(|node| policies[node / states].settles[node % states]) {
        values[node] = step(node, stays[next(node) % states]);
    }
    paths::fill(&mut values, &next, &step, &|cycle| paths::geometric(cycle, &term));
    values.chunks(states).map(<[f64]>::to_vec).collect()
}
