//! Best replies in one state after the other, to what a joint move brings a period later.

use std::sync::atomic::{AtomicU32, Ordering};

use rayon::prelude::*;

use super::Policy;
use crate::arena::{Arena, Best, Shares};

/// What every party gets by every target, if play then goes on with given values.
pub(super) struct Standing<'a, 'g> {
    arena: &'a Arena<'g>,
    /// Worth of moving to each target, by party.
    c: Vec<Vec<f64>>,
    /// The most that an own move brings, by party, table of moves, and (own position, others' targets).
    most: Vec<Vec<Vec<f64>>>,
    /// The first move that brings it, as its share in the number of the target; [`UNSOUGHT`] until it is asked for.
    first: Vec<Vec<Vec<AtomicU32>>>,
    slack: &'a [f64],
}

const UNSOUGHT: u32 = u32::MAX;

/// Best replies by state.
pub(super) struct Replies {
    /// The targets found.
    pub(super) policy: Policy,
    /// States in which no joint move is a best reply for everybody.
    pub(super) stuck: Vec<usize>,
}

/// A search among all joint moves from a state.
struct Hunt<'h> {
    state: usize,
    from: Shares,
    /// The parties, the one with the most moves last.
    order: &'h [usize],
    /// What a step in each party's list of moves adds to the number of a joint move.
    places: &'h [u64],
    /// The first found so far: its number and target.
    first: Option<(u64, usize)>,
}

impl<'a, 'g> Standing<'a, 'g> {
    pub(super) fn new(arena: &'a Arena<'g>, values: &[Vec<f64>], slack: &'a [f64]) -> Self {
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
        let first = arena
            .moves
            .iter()
            .map(|tables| tables.iter().map(|_| unsought()).collect());
        Self {
            arena,
            most: most.collect(),
            first: first.collect(),
            c,
            slack,
        }
    }

    /// Best replies of all states, each sought from the present policy first.
    pub(super) fn replies(&self, present: &Policy) -> Replies {
        let found: Vec<(u32, bool)> = (0..self.arena.states)
            .into_par_iter()
            .map(|state| {
                let (target, settled) = self.reply(state, present.target[state]);
                match settled {
                    true => (target, true),
                    false => self
                        .any_reply(state)
                        .map_or((target, false), |target| (target, true)),
                }
            })
            .collect();
        let stuck = (0..found.len()).filter(|state| !found[*state].1).collect();
        Replies {
            policy: Policy {
                settles: vec![false; found.len()],
                target: found.into_iter().map(|(target, _)| target).collect(),
            },
            stuck,
        }
    }

    /// Best replies in turn from a state; the target they end in, and whether they ended at all.
    fn reply(&self, state: usize, start: u32) -> (u32, bool) {
        let parties = self.arena.parties;
        let mut target = start as usize;
        let (from, mut to) = (self.arena.shares(state), self.arena.shares(target));
        // How many parties in a row have nothing better; whoever has just moved is one of them.
        let mut content = 0;
        for party in (0..parties).cycle().take(4 * parties * parties) {
            match self.better_own_move(state, (target, &to), &from, party) {
                None => content += 1,
                Some(better) => {
                    (target, to[party]) = (target + better as usize - to[party] as usize, better);
                    content = 1;
                }
            }
            if content == parties {
                return (target as u32, true);
            }
        }
        (target as u32, false)
    }

    /// The first joint move from a state, in their order, from which no party gains by an own move. The party with the
    /// most moves is left for last: against each choice of the others only its best moves need a closer look.
    fn any_reply(&self, state: usize) -> Option<u32> {
        let arena = self.arena;
        let own = |party: usize| {
            arena.moves[party][arena.table_at(state, party)].from(arena.position(state, party))
        };
        let last = (0..arena.parties).max_by_key(|party| own(*party).len())?;
        let mut order: Vec<usize> = (0..arena.parties).filter(|party| *party != last).collect();
        order.push(last);
        let mut places = vec![1u64; arena.parties];
        for party in (1..arena.parties).rev() {
            places[party - 1] = places[party] * own(party).len() as u64;
        }
        let mut hunt = Hunt {
            state,
            from: arena.shares(state),
            order: &order,
            places: &places,
            first: None,
        };
        self.hunt(&mut hunt, 0, state, 0);
        hunt.first.map(|(_, target)| target as u32)
    }

    fn hunt(&self, hunt: &mut Hunt<'_>, depth: usize, so_far: usize, number: u64) {
        let (arena, party) = (self.arena, hunt.order[depth]);
        let table = arena.table_at(hunt.state, party);
        let (stride, from) = (arena.strides[party], hunt.from[party] as usize);
        let moves = &arena.moves[party][table];
        let own = from / stride;
        let last = depth + 1 == hunt.order.len();
        for (k, to) in moves.from(own).iter().enumerate() {
            let target = so_far + *to as usize * stride - from;
            let number = number + k as u64 * hunt.places[party];
            if !last {
                self.hunt(hunt, depth + 1, target, number);
                continue;
            }
            let here = self.c[party][target] - moves.cost(own, k);
            if self.most[party][table][so_far] <= here + self.slack[party]
                && hunt.first.is_none_or(|(first, _)| number < first)
                && self.best_for_all(hunt.state, target, &hunt.from)
            {
                hunt.first = Some((number, target));
            }
        }
    }

    /// Whether no party has a better own move.
    fn best_for_all(&self, state: usize, target: usize, from: &Shares) -> bool {
        let to = self.arena.shares(target);
        let better = |party| self.better_own_move(state, (target, &to), from, party);
        (0..self.arena.parties).all(|party| better(party).is_none())
    }

    /// What the best own move of a party against the others' targets makes its share in the number of the target, where
    /// another than its present one is strictly better. `from` and `to` are the shares in state and target.
    fn better_own_move(
        &self,
        state: usize,
        (target, to): (usize, &Shares),
        from: &Shares,
        party: usize,
    ) -> Option<u32> {
        let arena = self.arena;
        let table = arena.table_at(state, party);
        let moves = &arena.moves[party][table];
        let stride = arena.strides[party];
        let own = from[party] as usize / stride;
        let present = self.c[party][target] - moves.cost_of(own, to[party] as usize / stride);
        let home = target - to[party] as usize + from[party] as usize;
        let most = self.most[party][table][home];
        (most > present + self.slack[party]).then(|| self.first_best(party, table, home))
    }

    /// The first of the best own moves of a party that is still at home while the others have reached their targets.
    fn first_best(&self, party: usize, table: usize, home: usize) -> u32 {
        let known = &self.first[party][table][home];
        let share = known.load(Ordering::Relaxed);
        if share != UNSOUGHT {
            return share;
        }
        let arena = self.arena;
        let moves = &arena.moves[party][table];
        let target = arena.best_own_target(party, moves, home, &self.c[party]);
        let best = (arena.position(target, party) * arena.strides[party]) as u32;
        // Whoever else finds it at the same time finds the same.
        known.store(best, Ordering::Relaxed);
        best
    }
}
