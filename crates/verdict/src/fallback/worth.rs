//! What following policies is worth.

use rayon::prelude::*;

use super::Policy;
use crate::arena::Arena;
use crate::paths::{Order, Step, geometric};

/// What following policies in turn for ever is worth, by phase, party and state.
///
/// Without chances play leads from one phase and state to the next in a straight line that ends in a cycle or in a
/// settlement, so the values are geometric sums; with chances they are iterated to the accuracy of doubles.
pub(super) fn evaluate(arena: &Arena<'_>, policies: &[Policy]) -> Vec<Vec<Vec<f64>>> {
    let turns = Turns::of(policies);
    let order = Order::of(&turns.settles, &|node| turns.next[node] as usize);
    let worths: Vec<Vec<Vec<f64>>> = (0..arena.parties)
        .into_par_iter()
        .map(|party| {
            if arena.game.has_chances() {
                return iterate(arena, party, policies);
            }
            turns.worth(arena, party, &order)
        })
        .collect();
    // From phases by party to parties by phase.
    let mut by_phase = vec![Vec::with_capacity(arena.parties); policies.len()];
    for phases in worths {
        by_phase
            .iter_mut()
            .zip(phases)
            .for_each(|(parties, worth)| parties.push(worth));
    }
    by_phase
}

/// What a policy is worth to a party if play then goes on with `after`, or stays where the policy settles.
pub(super) fn worth_of_policy(arena: &Arena<'_>, party: usize, after: &[f64], policy: &Policy) -> Vec<f64> {
    let c = arena.worth_of_moving(party, after);
    let stays = &arena.stays[party];
    let worth = |state: usize| {
        let target = policy.target[state];
        let cost = arena.cost_of_policy(party, state, target);
        let of = if policy.settles[state] { stays } else { &c };
        of[target as usize] - cost
    };
    (0..arena.states).map(worth).collect()
}

fn iterate(arena: &Arena<'_>, party: usize, policies: &[Policy]) -> Vec<Vec<f64>> {
    let mut values = vec![arena.stays[party].clone(); policies.len()];
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

/// Policies played in turn for ever, laid out; a node is a phase and a state.
struct Turns {
    /// The state each node stands in.
    state: Vec<u32>,
    /// The state each node leads to.
    target: Vec<u32>,
    /// The node that follows each.
    next: Vec<u32>,
    /// Whether everybody stays at the target for ever.
    settles: Vec<bool>,
}

impl Turns {
    fn of(policies: &[Policy]) -> Self {
        let phase = |phase: usize| {
            let after = (phase + 1) % policies.len();
            let first = (after * policies[after].target.len()) as u32;
            policies[phase].target.iter().map(move |target| first + target)
        };
        Self {
            state: policies
                .iter()
                .flat_map(|policy| 0..policy.target.len() as u32)
                .collect(),
            target: policies
                .iter()
                .flat_map(|policy| &policy.target)
                .copied()
                .collect(),
            next: (0..policies.len()).flat_map(phase).collect(),
            settles: policies
                .iter()
                .flat_map(|policy| &policy.settles)
                .copied()
                .collect(),
        }
    }

    /// What they are worth to a party, by phase and state; `order` is over the nodes that do not settle.
    fn worth(&self, arena: &Arena<'_>, party: usize, order: &Order) -> Vec<Vec<f64>> {
        let (base, weight) = (&arena.base[party], &arena.weight[party]);
        let term = |node: usize| {
            let to = self.target[node];
            let cost = arena.cost_of_policy(party, self.state[node] as usize, to);
            (base[to as usize] - cost, weight[to as usize])
        };
        let onward = |node: usize, after: f64| {
            let (pay, weight) = term(node);
            pay + weight * after
        };
        let mut values = vec![0.0; self.target.len()];
        let stays = &arena.stays[party];
        for node in (0..values.len()).filter(|node| self.settles[*node]) {
            values[node] = onward(node, stays[self.target[node] as usize]);
        }
        for step in order.steps() {
            match step {
                Step::Around(cycle) => values[cycle[0]] = geometric(cycle, &term),
                Step::Onward(node) => values[node] = onward(node, values[self.next[node] as usize]),
            }
        }
        if values.len() == arena.states {
            return vec![values];
        }
        values.chunks(arena.states).map(<[f64]>::to_vec).collect()
    }
}
