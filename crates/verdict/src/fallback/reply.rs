//! Best replies in one state after the other, to what a joint move brings a period later: all parties at once, from what
//! they play now, until none has a better move. Neither the order of parties nor their scales matter.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::Policy;
use super::nearness::{Far, Nearness};
use crate::arena::{Arena, Best, Shares};

/// What every party gets by every target, if play then goes on with given values.
pub(super) struct Standing<'a, 'g> {
    arena: &'a Arena<'g>,
    /// Worth of moving to each target, by party.
    c: Vec<Vec<f64>>,
    /// The most that an own move brings, by party, table of moves, and (own position, others' targets).
    most: Vec<Vec<Vec<f64>>>,
    /// The nearest move that brings it, as its share in the number of the target; [`UNSOUGHT`] until it is asked for.
    nearest: Vec<Vec<Vec<AtomicU32>>>,
    nearness: &'a Nearness,
    /// By party: less than this is no reason to move.
    slack: &'a [f64],
}

const UNSOUGHT: u32 = u32::MAX;

/// Who replies when.
#[derive(Clone, Copy)]
pub(super) enum Replying<'o> {
    /// All parties at once; where that goes round in circles, only whoever gains most on its own scale.
    AtOnce,
    /// One party after the other, in this order.
    InTurn(&'o [usize]),
}

/// Best replies by state.
pub(super) struct Replies {
    /// The targets found.
    pub(super) policy: Policy,
    /// States in which no joint move is a best reply for everybody.
    pub(super) stuck: Vec<usize>,
    /// Joint moves of the states in which all were looked at.
    pub(super) looks: u64,
}

/// A search among all joint moves from a state.
struct Hunt<'h> {
    state: usize,
    from: Shares,
    /// The parties, the one with the most moves last.
    order: &'h [usize],
    /// The best found so far: how far it is, what the parties gain by it over staying, and its target.
    best: Option<(Far, Vec<f64>, usize)>,
}

impl<'a, 'g> Standing<'a, 'g> {
    pub(super) fn new(
        arena: &'a Arena<'g>,
        values: &[Vec<f64>],
        nearness: &'a Nearness,
        slack: &'a [f64],
    ) -> Self {
        let c: Vec<Vec<f64>> = (0..arena.parties)
            .map(|party| arena.worth_of_moving(party, &values[party]))
            .collect();
        let most = c.iter().enumerate().map(|(party, c)| {
            let tables = arena.moves[party].iter();
            tables
                .map(|moves| arena.over_own_moves(party, moves, c, Best::Most))
                .collect()
        });
        let unsought = || (0..arena.states).map(|_| AtomicU32::new(UNSOUGHT)).collect();
        let nearest = arena
            .moves
            .iter()
            .map(|tables| tables.iter().map(|_| unsought()).collect());
        Self {
            arena,
            most: most.collect(),
            nearest: nearest.collect(),
            c,
            nearness,
            slack,
        }
    }

    /// Best replies of all states, each sought from the present policy first.
    pub(super) fn replies(&self, present: &Policy, replying: Replying<'_>) -> Replies {
        let found: Vec<(u32, bool, u64)> = (0..self.arena.states)
            .into_par_iter()
            .map(|state| {
                let (target, settled) = self.reply(state, present.target[state], replying);
                if settled {
                    return (target, true, 0);
                }
                let looks = self.arena.joint_moves_of(state);
                self.any_reply(state)
                    .map_or((target, false, looks), |target| (target, true, looks))
            })
            .collect();
        let stuck = (0..found.len()).filter(|state| !found[*state].1).collect();
        Replies {
            policy: Policy {
                settles: vec![false; found.len()],
                target: found.iter().map(|(target, ..)| *target).collect(),
            },
            stuck,
            looks: found.iter().map(|(.., looks)| *looks).sum(),
        }
    }

    /// Best replies from a state, again and again, until none is left; the target they end in, and whether they ended at
    /// all.
    fn reply(&self, state: usize, start: u32, replying: Replying<'_>) -> (u32, bool) {
        let ended = match replying {
            Replying::AtOnce => self
                .replies_from(state, start, false)
                .or_else(|| self.replies_from(state, start, true)),
            Replying::InTurn(order) => self.replies_in_turn(state, start, order),
        };
        ended.map_or((start, false), |target| (target, true))
    }

    /// The target in which best replies in turn end.
    fn replies_in_turn(&self, state: usize, start: u32, order: &[usize]) -> Option<u32> {
        let arena = self.arena;
        let mut target = start as usize;
        let (from, mut to) = (arena.shares(state), arena.shares(target));
        // How many parties in a row have nothing better; whoever has just moved is one of them.
        let mut content = 0;
        for party in order.iter().copied().cycle().take(4 * order.len() * order.len()) {
            match self.better_own_move(state, (target, &to), &from, party) {
                None => content += 1,
                Some((better, _)) => {
                    (target, to[party]) = (target + better as usize - to[party] as usize, better);
                    content = 1;
                }
            }
            if content == order.len() {
                return Some(target as u32);
            }
        }
        None
    }

    /// The target in which best replies end; `None` when they come back to one they have been in.
    fn replies_from(&self, state: usize, start: u32, only_the_keenest: bool) -> Option<u32> {
        let arena = self.arena;
        let from = arena.shares(state);
        let mut targets = vec![start as usize];
        for _ in 0..4 * arena.parties * arena.parties {
            let target = targets[targets.len() - 1];
            let to = arena.shares(target);
            let mut next = target;
            let mut keenest = 0.0;
            for party in 0..arena.parties {
                let Some((better, gain)) = self.better_own_move(state, (target, &to), &from, party) else {
                    continue;
                };
                // Equally keen parties move together, whoever is named first.
                if only_the_keenest && gain > keenest + 1.0 {
                    next = target;
                }
                if !only_the_keenest || gain >= keenest - 1.0 {
                    next = next + better as usize - to[party] as usize;
                }
                keenest = f64::max(keenest, gain);
            }
            if next == target {
                return Some(target as u32);
            }
            if targets.contains(&next) {
                return None;
            }
            targets.push(next);
        }
        None
    }

    /// The nearest joint move from a state from which no party gains by an own move; of equally near ones that by which
    /// the party that gains least, on its own scale, gains most. The party with the most moves is left for last: against
    /// each choice of the others only its best moves need a closer look.
    fn any_reply(&self, state: usize) -> Option<u32> {
        let arena = self.arena;
        let own = |party: usize| {
            arena.moves[party][arena.table_at(state, party)].from(arena.position(state, party))
        };
        let last = (0..arena.parties).max_by_key(|party| own(*party).len())?;
        let mut order: Vec<usize> = (0..arena.parties).filter(|party| *party != last).collect();
        order.push(last);
        let mut hunt = Hunt {
            state,
            from: arena.shares(state),
            order: &order,
            best: None,
        };
        self.hunt(&mut hunt, 0, state);
        hunt.best.map(|(_, _, target)| target as u32)
    }

    fn hunt(&self, hunt: &mut Hunt<'_>, depth: usize, so_far: usize) {
        let (arena, party) = (self.arena, hunt.order[depth]);
        let table = arena.table_at(hunt.state, party);
        let (stride, from) = (arena.strides[party], hunt.from[party] as usize);
        let moves = &arena.moves[party][table];
        let own = from / stride;
        let last = depth + 1 == hunt.order.len();
        for (k, to) in moves.from(own).iter().enumerate() {
            let target = so_far + *to as usize * stride - from;
            if !last {
                self.hunt(hunt, depth + 1, target);
                continue;
            }
            let here = self.c[party][target] - moves.cost(own, k);
            if self.most[party][table][so_far] <= here + self.slack[party] {
                self.consider(hunt, target);
            }
        }
    }

    /// Keeps a joint move if it is a better one than that kept so far, and a best reply for everybody.
    fn consider(&self, hunt: &mut Hunt<'_>, target: usize) {
        let arena = self.arena;
        let far = self.nearness.joint(arena, &hunt.from, &arena.shares(target));
        if hunt.best.as_ref().is_some_and(|(best, ..)| *best < far)
            || !self.best_for_all(hunt.state, target, &hunt.from)
        {
            return;
        }
        // A party that can gain nothing anywhere has no scale, and its gains are nothing.
        let gain = |party: usize| {
            let cost = arena.cost_of_policy(party, hunt.state, target as u32);
            let gains = self.c[party][target] - cost - self.c[party][hunt.state];
            if self.slack[party] > 0.0 {
                gains / self.slack[party]
            } else {
                0.0
            }
        };
        let mut gains: Vec<f64> = (0..arena.parties).map(gain).collect();
        gains.sort_by(f64::total_cmp);
        let better = hunt.best.as_ref().is_none_or(|(best, known, _)| {
            far < *best || (far == *best && first_apart(&gains, known) == Some(std::cmp::Ordering::Greater))
        });
        if better {
            hunt.best = Some((far, gains, target));
        }
    }

    /// Whether no party has a better own move.
    fn best_for_all(&self, state: usize, target: usize, from: &Shares) -> bool {
        let to = self.arena.shares(target);
        let better = |party| self.better_own_move(state, (target, &to), from, party);
        (0..self.arena.parties).all(|party| better(party).is_none())
    }

    /// What the best own move of a party against the others' targets makes its share in the number of the target, where
    /// another than its present one is strictly better, and by how many times its slack. `from` and `to` are the shares
    /// in state and target.
    fn better_own_move(
        &self,
        state: usize,
        (target, to): (usize, &Shares),
        from: &Shares,
        party: usize,
    ) -> Option<(u32, f64)> {
        let arena = self.arena;
        let table = arena.table_at(state, party);
        let moves = &arena.moves[party][table];
        let stride = arena.strides[party];
        let own = from[party] as usize / stride;
        let present = self.c[party][target] - moves.cost_of(own, to[party] as usize / stride);
        let home = target - to[party] as usize + from[party] as usize;
        let most = self.most[party][table][home];
        let gain = (most - present) / self.slack[party];
        (most > present + self.slack[party]).then(|| (self.nearest_best(party, table, home), gain))
    }

    /// The nearest of the best own moves of a party that is still at home while the others have reached their targets.
    fn nearest_best(&self, party: usize, table: usize, home: usize) -> u32 {
        let known = &self.nearest[party][table][home];
        let share = known.load(Ordering::Relaxed);
        if share != UNSOUGHT {
            return share;
        }
        let arena = self.arena;
        let moves = &arena.moves[party][table];
        let (from, stride) = (arena.position(home, party), arena.strides[party]);
        let gets = |k: usize, to: u32| {
            self.c[party][home + to as usize * stride - from * stride] - moves.cost(from, k)
        };
        let least = self.most[party][table][home] - self.slack[party];
        let own = moves.from(from).iter().copied().enumerate();
        let nearest = own
            .filter(|(k, to)| gets(*k, *to) >= least)
            .min_by_key(|(_, to)| self.nearness.own(arena, party, from, *to as usize));
        let best = (nearest.map_or(from, |(_, to)| to as usize) * stride) as u32;
        // Whoever else finds it at the same time finds the same.
        known.store(best, Ordering::Relaxed);
        best
    }
}

/// How two lists of gains compare at the first place where they differ by more than the slack they are measured in.
fn first_apart(gains: &[f64], known: &[f64]) -> Option<std::cmp::Ordering> {
    let mut pairs = gains.iter().zip(known);
    pairs
        .find(|(gain, known)| (*gain - *known).abs() > 1.0)
        .map(|(gain, known)| gain.total_cmp(known))
}
