//! What is played when no deal is on the table: a Markov-perfect equilibrium in pure strategies.
//!
//! Every party's move depends on the state only, and in no state does any party gain by another own move, given
//! that all go on so (Maskin and Tirole 2001). It is the first, always credible answer to a breach, and its value
//! from today is what each party gets without a deal.
//!
//! Found by sticky best replies: from the present policy, parties in turn take a strictly better own move against
//! the others' present ones until none has any; the policy's exact worth is then computed and the round repeats.
//! Such an equilibrium need not exist and the search need not find it; both are said.

use detente_model::game::Game;
use detente_model::ids::{PartyId, StateId};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use crate::arena::Arena;
use crate::watch::Watch;

/// A joint move for every state, and what it is worth.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// The target of the joint move in each state.
    pub target: Vec<u32>,
    /// Values by party and state.
    pub values: Vec<Vec<f64>>,
    /// Rounds that were needed.
    pub rounds: u32,
}

/// A gain smaller than this share of the payoff range is no reason to move.
const INDIFFERENT: f64 = 1e-9;

/// Searches for a Markov-perfect equilibrium; `None` when none was found within the rounds.
#[must_use]
pub fn find(arena: &Arena<'_>, rounds: u32, seed: u64, watch: &dyn Watch) -> Option<Fallback> {
    let mut target: Vec<u32> = (0..arena.states as u32).collect();
    let mut values = evaluate(arena, &target);
    let slack: Vec<f64> = values
        .iter()
        .map(|values| INDIFFERENT * range(values).max(1.0))
        .collect();
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for round in 0..rounds {
        watch.advanced("what happens without a deal: rounds", u64::from(round), None);
        if watch.should_stop() {
            return None;
        }
        let c: Vec<Vec<f64>> = (0..arena.parties)
            .map(|party| arena.worth_of_moving(party, &values[party]))
            .collect();
        let replies: Vec<(u32, bool)> = (0..arena.states)
            .into_par_iter()
            .map(|state| reply(arena, &c, &slack, state, target[state]))
            .collect();
        let changed = replies.iter().zip(&target).any(|((to, _), now)| to != now);
        let settled = replies.iter().all(|(_, settled)| *settled);
        if !changed {
            return settled.then_some(Fallback {
                target,
                values,
                rounds: round,
            });
        }
        // From the tenth round on only some states change at once: simultaneous replies may chase each other.
        for (now, (to, _)) in target.iter_mut().zip(replies) {
            if round < 10 || rng.random_bool(0.5) {
                *now = to;
            }
        }
        values = evaluate(arena, &target);
    }
    None
}

/// Best replies in turn from a state; the target they end in, and whether they ended at all.
fn reply(arena: &Arena<'_>, c: &[Vec<f64>], slack: &[f64], state: usize, start: u32) -> (u32, bool) {
    let mut target = start as usize;
    for _ in 0..4 * arena.parties {
        let mut moved = false;
        for party in 0..arena.parties {
            let better = best_own_move(arena, &c[party], slack[party], state, target, party);
            moved |= better != target;
            target = better;
        }
        if !moved {
            return (target as u32, true);
        }
    }
    (target as u32, false)
}

/// The best own move of a party against the others' targets; the present one unless another is strictly better.
fn best_own_move(
    arena: &Arena<'_>,
    c: &[f64],
    slack: f64,
    state: usize,
    target: usize,
    party: usize,
) -> usize {
    let from = arena.position(state, party);
    let moves = &arena.moves[party][arena.table_at(state, party)];
    let base = arena.own_from(state, target, party) - from * arena.strides[party];
    let now = arena.position(target, party) as u32;
    let worth = |k: usize, to: u32| c[base + to as usize * arena.strides[party]] - moves.cost(from, k);
    let list = moves.from(from);
    let present = list
        .iter()
        .position(|to| *to == now)
        .map_or(f64::NEG_INFINITY, |k| worth(k, now));
    let (mut best, mut best_worth) = (target, present + slack);
    for (k, to) in list.iter().enumerate() {
        let here = worth(k, *to);
        if here > best_worth {
            (best, best_worth) = (base + *to as usize * arena.strides[party], here);
        }
    }
    best
}

fn range(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top - values.iter().copied().fold(f64::INFINITY, f64::min)
}

/// What following a policy for ever is worth, by party and state.
///
/// Without chances the policy leads from state to state in a straight line that ends in a cycle, so the values are
/// geometric sums; with chances they are iterated to the accuracy of doubles.
#[must_use]
pub fn evaluate(arena: &Arena<'_>, target: &[u32]) -> Vec<Vec<f64>> {
    (0..arena.parties)
        .into_par_iter()
        .map(|party| {
            let costs: Vec<f64> = match arena.game.has_costs() {
                true => (0..arena.states)
                    .map(|state| arena.cost_of_policy(party, state, target[state]))
                    .collect(),
                false => Vec::new(),
            };
            let mut values = if arena.game.has_chances() {
                arena.staying(party)
            } else {
                follow(arena, party, target, &costs)
            };
            let rounds = if arena.game.has_chances() { 100_000 } else { 2 };
            for _ in 0..rounds {
                let c = arena.worth_of_moving(party, &values);
                let next =
                    |state: usize| c[target[state] as usize] - costs.get(state).copied().unwrap_or(0.0);
                let after: Vec<f64> = (0..arena.states).map(next).collect();
                let change = after
                    .iter()
                    .zip(&values)
                    .fold(0.0f64, |most, (a, b)| most.max((a - b).abs()));
                values = after;
                if change < 1e-13 {
                    break;
                }
            }
            values
        })
        .collect()
}

fn follow(arena: &Arena<'_>, party: usize, target: &[u32], costs: &[f64]) -> Vec<f64> {
    let (base, weight) = (&arena.base[party], &arena.weight[party]);
    let cost = |state: usize| costs.get(state).copied().unwrap_or(0.0);
    let mut values = vec![f64::NAN; arena.states];
    let mut seen = vec![u32::MAX; arena.states];
    let mut path: Vec<usize> = Vec::new();
    for start in 0..arena.states {
        path.clear();
        let mut state = start;
        while values[state].is_nan() && seen[state] != start as u32 {
            seen[state] = start as u32;
            path.push(state);
            state = target[state] as usize;
        }
        if values[state].is_nan() {
            // A new cycle begins at `state`: v = a + b·v once around.
            let from = path.iter().position(|known| *known == state).unwrap_or(0);
            let (mut sum, mut factor) = (0.0, 1.0);
            for state in &path[from..] {
                let to = target[*state] as usize;
                sum += factor * (base[to] - cost(*state));
                factor *= weight[to];
            }
            values[state] = sum / (1.0 - factor);
            for index in (from + 1..path.len()).rev() {
                let (state, to) = (path[index], target[path[index]] as usize);
                values[state] = base[to] - cost(state) + weight[to] * values[to];
            }
            path.truncate(from);
        }
        for state in path.iter().rev() {
            let to = target[*state] as usize;
            values[*state] = base[to] - cost(*state) + weight[to] * values[to];
        }
    }
    values
}

impl Arena<'_> {
    /// What a joint move costs a party, its own and others' moves together, times `1−δ`.
    #[must_use]
    pub fn cost_of_policy(&self, party: usize, state: usize, target: u32) -> f64 {
        let id = PartyId::at(party);
        let game: &Game = self.game;
        let kappa = 1.0 - detente_model::number::to_float(game.discount(id));
        kappa
            * detente_model::number::to_float(&game.cost(
                id,
                StateId::at(state),
                StateId::at(target as usize),
            ))
    }

    /// What the others' moves cost a party in a joint move, times `1−δ`: the same whether it departs or not.
    #[must_use]
    pub fn cost_by_others(&self, party: usize, state: usize, target: usize) -> f64 {
        if !self.game.has_costs() {
            return 0.0;
        }
        let at_home = self.own_from(state, target, party);
        self.cost_of_policy(party, state, at_home as u32)
    }
}
