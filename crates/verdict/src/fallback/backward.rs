//! Backward induction: each round plays one period earlier what is best against the rounds already played.

use std::collections::{BTreeSet, VecDeque};

use rayon::prelude::*;

use super::nearness::{Far, Nearness};
use super::reply::{Replying, Standing};
use super::worth::{evaluate, worth_of_policy};
use super::{Fallback, Kept, Phase, Policy};
use crate::arena::Arena;
use crate::deals::{departing, holds, values_at};
use detente_base::watch::Watch;

/// What looking at a joint move costs where replies ran out, in looks of best replies: whether everybody goes along is
/// worked out twice, with and without a settlement.
const LOOKS_WHERE_STUCK: u64 = 8;

/// The most phases that are looked for; printed in every report.
pub const MOST_PHASES: usize = 6;

/// How much is done.
pub(super) struct Work<'w> {
    /// The rounds, numbered.
    pub(super) rounds: std::ops::Range<u32>,
    /// The most joint moves looked at, with those of before.
    pub(super) most_looks: u64,
    /// Who watches.
    pub(super) watch: &'w dyn Watch,
}

/// From a policy and its worth, round by round, parties replying in an order, until the policies of the last rounds repeat as an equilibrium.
pub(super) fn find(
    arena: &Arena<'_>,
    mut policy: Policy,
    mut values: Vec<Vec<f64>>,
    (nearness, slack): (&Nearness, &[f64]),
    order: &[usize],
    work: Work<'_>,
    looks: &mut u64,
) -> Option<Kept> {
    // Where chance leads elsewhere a proof goes on in the first phase, whatever the phase was.
    let most_phases = if arena.game.has_chances() { 1 } else { MOST_PHASES };
    // The last policies, newest first: the newest is played first, the one after it a period later.
    let mut recent: VecDeque<Policy> = VecDeque::new();
    // States in which best replies alone ran out once: they keep what was found there while it holds.
    let mut stuck: BTreeSet<usize> = BTreeSet::new();
    for round in work.rounds {
        let watch = work.watch;
        watch.advanced("what happens without a deal: rounds", u64::from(round), None);
        if watch.should_stop() || *looks >= work.most_looks {
            return None;
        }
        let replies =
            Standing::new(arena, &values, nearness, slack).replies(&policy, Replying::InTurn(order));
        let before = std::mem::replace(&mut policy, replies.policy);
        stuck.extend(replies.stuck);
        *looks += replies.looks;
        *looks += LOOKS_WHERE_STUCK * settle_stuck(arena, &values, &before, &mut policy, nearness, &stuck);
        values = (0..arena.parties)
            .map(|party| worth_of_policy(arena, party, &values[party], &policy))
            .collect();
        recent.push_front(policy.clone());
        recent.truncate(2 * most_phases);
        let repeats = |length: &usize| (0..*length).all(|phase| recent[phase] == recent[phase + length]);
        for length in (1..=recent.len() / 2).filter(repeats) {
            let policies: Vec<Policy> = recent.iter().take(length).cloned().collect();
            let values = evaluate(arena, &policies);
            let phases = policies.into_iter().zip(values);
            let found = Fallback {
                phases: phases.map(|(policy, values)| Phase { policy, values }).collect(),
                rounds: round,
            };
            if let Some(kept) = found.kept(arena) {
                return Some(kept);
            }
        }
    }
    None
}

/// In states where no joint move is a best reply, looks for one that leads to a settlement everybody keeps, or from
/// which the threat of such a settlement keeps everybody from departing. The move of the round before comes first. Gives
/// how many joint moves were looked at.
fn settle_stuck(
    arena: &Arena<'_>,
    values: &[Vec<f64>],
    before: &Policy,
    policy: &mut Policy,
    nearness: &Nearness,
    stuck: &BTreeSet<usize>,
) -> u64 {
    if stuck.is_empty() {
        return 0;
    }
    let staying = |state: usize| values_at(&arena.stays, state);
    let plain = departing(arena, |party| values[party].clone());
    let kept: Vec<bool> = (0..arena.states)
        .map(|state| arena.rests(state) && holds(arena, &plain, state, state, &staying(state)))
        .collect();
    let worst: Vec<Vec<f64>> = (0..arena.parties)
        .map(|party| {
            let at = |state: usize| match kept[state] {
                true => values[party][state].min(arena.stays[party][state]),
                false => values[party][state],
            };
            (0..arena.states).map(at).collect()
        })
        .collect();
    let answered = departing(arena, |party| worst[party].clone());
    let c: Vec<Vec<f64>> = (0..arena.parties)
        .map(|party| arena.worth_of_moving(party, &values[party]))
        .collect();
    let works = |state: usize, target: usize, settles: bool| {
        let mut worth = values_at(if settles { &arena.stays } else { &c }, target);
        for (party, worth) in worth.iter_mut().enumerate().take(arena.parties) {
            *worth -= arena.cost_of_policy(party, state, target as u32);
        }
        (!settles || kept[target]) && holds(arena, &answered, state, target, &worth)
    };
    let settle = |state: usize| {
        let known = (before.target[state] as usize, before.settles[state]);
        if works(state, known.0, known.1) {
            return (state, Some(known), 0);
        }
        let from = arena.shares(state);
        let mut nearest: Option<(Far, usize, bool)> = None;
        arena.for_each_joint_move(state, &mut |target, _| {
            let far = nearness.joint(arena, &from, &arena.shares(target));
            if nearest.is_none_or(|(known, ..)| far < known)
                && let Some(settles) = [false, true]
                    .into_iter()
                    .find(|settles| works(state, target, *settles))
            {
                nearest = Some((far, target, settles));
            }
        });
        let found = nearest.map(|(_, target, settles)| (target, settles));
        (state, found, arena.joint_moves_of(state))
    };
    let states: Vec<usize> = stuck.iter().copied().collect();
    let found: Vec<_> = states.into_par_iter().map(settle).collect();
    let looks = found.iter().map(|(.., looks)| *looks).sum();
    for (state, found, _) in found {
        if let Some((target, settles)) = found {
            policy.target[state] = target as u32;
            policy.settles[state] = settles;
        }
    }
    looks
}
