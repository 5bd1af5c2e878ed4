//! What following policies is worth.

use rayon::prelude::*;

use super::Policy;
use crate::arena::Arena;

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
        let cost = match arena.game.has_costs() {
            true => arena.cost_of_policy(party, state, target),
            false => 0.0,
        };
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
    let cost = |node: usize| match arena.game.has_costs() {
        true => arena.cost_of_policy(party, node % states, (next(node) % states) as u32),
        false => 0.0,
    };
    let step =
        |node: usize, to: usize, after: f64| base[to % states] - cost(node) + weight[to % states] * after;
    let mut values = vec![f64::NAN; nodes];
    let stays = arena.staying(party);
    for node in (0..nodes).filter(|node| policies[node / states].settles[node % states]) {
        let to = next(node);
        values[node] = step(node, to, stays[to % states]);
    }
    let mut seen = vec![u32::MAX; nodes];
    let mut path: Vec<usize> = Vec::new();
    for start in 0..nodes {
        path.clear();
        let mut node = start;
        while values[node].is_nan() && seen[node] != start as u32 {
            seen[node] = start as u32;
            path.push(node);
            node = next(node);
        }
        if values[node].is_nan() {
            // A new cycle begins at `node`: v = a + b·v once around.
            let from = path.iter().position(|known| *known == node).unwrap_or(0);
            let (mut sum, mut factor) = (0.0, 1.0);
            for node in &path[from..] {
                let to = next(*node);
                sum += factor * step(*node, to, 0.0);
                factor *= weight[to % states];
            }
            values[node] = sum / (1.0 - factor);
            for index in (from + 1..path.len()).rev() {
                let to = next(path[index]);
                values[path[index]] = step(path[index], to, values[to]);
            }
            path.truncate(from);
        }
        for node in path.iter().rev() {
            let to = next(*node);
            values[*node] = step(*node, to, values[to]);
        }
    }
    values.chunks(states).map(<[f64]>::to_vec).collect()
}
