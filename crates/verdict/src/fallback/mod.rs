//! What is played when no deal is on the table: an equilibrium in pure strategies that remembers as little as it can.
//!
//! At best it is a Markov-perfect equilibrium (Maskin and Tirole 2001): every party's move depends on the state only,
//! and in no state does any party gain by another own move, given that all go on so. Such an equilibrium need not
//! exist in pure strategies, and two wider forms are looked for in turn:
//!
//! - *phases*: the move depends on the state and on the period modulo P, and play in phase p goes on in phase p + 1;
//! - *settling*: in a state where no joint move is a best reply to what follows by itself, one is made after which
//!   everybody stays for ever, where leaving that settlement, answered by going on as without a deal, pays for nobody.
//!
//! In each, every departure is answered by play that is itself of this kind, so all of it is credible; its value from
//! today is what each party gets without a deal. First come *best replies from staying*: all parties at once take a
//! strictly better own move against the others' present ones until none has any, the nearest of those that are equally
//! good, and stay where they are otherwise; the policy's worth for ever is computed and the round repeats. Where rounds
//! chase each other, backward induction follows, in which parties reply one after the other. Nothing of it depends on the order of parties or issues, on names or
//! on a party's scale. The search need not find what exists; that is said. What it finds is checked again as a family
//! of nodes before it is used.

mod backward;
mod nearness;
mod order;
mod reply;
mod worth;

use crate::arena::Arena;
use crate::deals::Family;
use detente_base::watch::Watch;

pub use backward::MOST_PHASES;
use nearness::Nearness;
use reply::{Replying, Standing};
use worth::evaluate;

/// What is played without a deal, phase by phase.
#[derive(Debug, Clone)]
pub struct Fallback {
    /// The phases in the order in which they are played; one for a Markov-perfect equilibrium.
    pub phases: Vec<Phase>,
    /// Rounds that were needed.
    pub rounds: u32,
}

/// A joint move for every state, and what it is worth.
#[derive(Debug, Clone)]
pub struct Phase {
    /// What is played.
    pub policy: Policy,
    /// Values by party and state.
    pub values: Vec<Vec<f64>>,
}

/// A joint move for every state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The target of the joint move, by state.
    pub target: Vec<u32>,
    /// Whether everybody stays at the target for ever afterwards, by state; else play goes on in the next phase.
    pub settles: Vec<bool>,
}

impl Policy {
    /// Nobody moves.
    fn still(states: usize) -> Self {
        Self {
            target: (0..states as u32).collect(),
            settles: vec![false; states],
        }
    }
}

/// A gain smaller than this share of the party's own payoff range is no reason to move.
const INDIFFERENT: f64 = 1e-9;

/// Rounds of best replies before backward induction takes over.
const REPLY_ROUNDS: u32 = 12;

/// Rounds of backward induction in which parties reply in one order before another is tried: first, then again.
const BACKWARD_ROUNDS: [u32; 2] = [12, 60];

/// What is played without a deal, and the family it makes, from whose nodes nobody gains by departing.
#[derive(Debug)]
pub struct Kept {
    /// What is played.
    pub fallback: Fallback,
    /// Its nodes with the mildest answers to departures.
    pub family: Family,
}

/// Searches for what is played without a deal; `None` when nothing was found within the rounds, or within so many looks
/// at joint moves in states in which replies one after the other do not end.
#[must_use]
pub fn find(arena: &Arena<'_>, rounds: u32, most_looks: u64, watch: &dyn Watch) -> Option<Kept> {
    let mut looks = 0;
    let mut policy = Policy::still(arena.states);
    let mut values = evaluate(arena, std::slice::from_ref(&policy)).swap_remove(0);
    let slack: Vec<f64> = values.iter().map(|values| INDIFFERENT * range(values)).collect();
    let nearness = Nearness::of(arena);
    for round in 0..rounds.min(REPLY_ROUNDS) {
        watch.advanced("what happens without a deal: rounds", u64::from(round), None);
        if watch.should_stop() {
            return None;
        }
        let replies = Standing::new(arena, &values, &nearness, &slack).replies(&policy, Replying::AtOnce);
        if replies.policy == policy && replies.stuck.is_empty() {
            let found = Fallback {
                phases: vec![Phase { policy, values }],
                rounds: round,
            };
            return found.kept(arena);
        }
        looks += replies.looks;
        if looks >= most_looks {
            return None;
        }
        policy = replies.policy;
        values = evaluate(arena, std::slice::from_ref(&policy)).swap_remove(0);
    }
    let mut round = REPLY_ROUNDS;
    let orders = order::orders(arena);
    // Where one order brings an end it does so soon; so all are tried briefly before any is tried for long.
    let tries = BACKWARD_ROUNDS
        .iter()
        .flat_map(|rounds| orders.iter().map(move |order| (*rounds, order)));
    for (most, order) in tries {
        let until = rounds.min(round + most);
        let (policy, values) = (policy.clone(), values.clone());
        let near = (&nearness, slack.as_slice());
        let work = backward::Work {
            rounds: round..until,
            most_looks,
            watch,
        };
        let kept = backward::find(arena, policy, values, near, order, work, &mut looks);
        if kept.is_some() || watch.should_stop() || until == rounds || looks >= most_looks {
            return kept;
        }
        round = until;
    }
    None
}

impl Fallback {
    /// The phase that follows.
    #[must_use]
    pub fn after(&self, phase: usize) -> usize {
        (phase + 1) % self.phases.len()
    }

    /// With its family, if nobody gains by departing once from any of its nodes, with all of them as answers.
    fn kept(self, arena: &Arena<'_>) -> Option<Kept> {
        let family = Family::of_fallback(arena, &self);
        family.holds(arena).then_some(Kept {
            fallback: self,
            family,
        })
    }
}

fn range(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    top - values.iter().copied().fold(f64::INFINITY, f64::min)
}
