//! Harsher answers, enforced by the answers already there.
//!
//! For every state and party, the joint move and following node that are worst for that party among those from
//! which nobody gains by departing. Lower answers only loosen the incentive constraints of older nodes, so the
//! family stays self-enforcing; rounds repeat until nothing gets harsher or a limit is reached.
//!
//! Joint moves are not listed. Whether party j goes along to a target t and a node n there depends on its own
//! position only: `c_j(n) ≥ dev_j(s_j, t_−j)`. So the states from which n can follow are the product over the
//! parties of the positions from which each goes along, and only those states are looked at.

use rayon::prelude::*;

use super::close::closed;
use super::family::{Family, Values};
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

/// Adds harsher answers in every state; gives how many were found in the last round (0 when nothing got harsher).
///
/// `looks` is the most states that are looked at, over all rounds: the limit is noticed between rounds.
pub fn worsen(arena: &Arena<'_>, family: &mut Family, rounds: u32, looks: u64, watch: &dyn Watch) -> usize {
    let positions = Reaching::new(arena);
    let (mut last, mut looked) = (0, 0);
    for round in 0..rounds {
        watch.advanced(
            "harsher answers: rounds",
            u64::from(round),
            Some(u64::from(rounds)),
        );
        if watch.should_stop() || looked >= looks {
            return last;
        }
        let found = harsher(arena, family, &positions);
        looked += found.looks;
        last = 0;
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
                last += 1;
            }
        }
        if last == 0 {
            return 0;
        }
        if let Some(closed) = closed(arena, family) {
            *family = closed;
        }
    }
    last
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
            let mut search = Search::new(arena, family, &departing, reaching);
            for node in nodes {
                search.look_before(*node, &mut worst);
            }
            worst
        })
        .collect();
    parts.into_iter().fold(start, merged)
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

/// For each party, table of moves and target position: the positions from which it can be reached, at which cost.
struct Reaching {
    from: Vec<Vec<Vec<Vec<(u32, f64)>>>>,
}

impl Reaching {
    fn new(arena: &Arena<'_>) -> Self {
        let of_table = |party: usize, moves: &crate::arena::FlatMoves| {
            let mut from = vec![Vec::new(); arena.positions[party]];
            for position in 0..arena.positions[party] {
                for (k, to) in moves.from(position).iter().enumerate() {
                    from[*to as usize].push((position as u32, moves.cost(position, k)));
                }
            }
            from
        };
        let of_party = |party: usize| {
            let tables = arena.moves[party].iter();
            tables.map(|moves| of_table(party, moves)).collect()
        };
        Self {
            from: (0..arena.parties).map(of_party).collect(),
        }
    }
}

/// Looks over the states from which a node can follow; its lists are used again for the next node.
struct Search<'a, 'g> {
    arena: &'a Arena<'g>,
    family: &'a Family,
    departing: &'a [Vec<Vec<f64>>],
    reaching: &'a Reaching,
    /// By party: own positions from which it goes along under some table of moves.
    along: Vec<Vec<u32>>,
    /// The parties, widest stride first, so that neighbouring states are looked at one after the other.
    order: Vec<usize>,
}

impl<'a, 'g> Search<'a, 'g> {
    fn new(
        arena: &'a Arena<'g>,
        family: &'a Family,
        departing: &'a [Vec<Vec<f64>>],
        reaching: &'a Reaching,
    ) -> Self {
        let mut order: Vec<usize> = (0..arena.parties).collect();
        order.sort_by_key(|party| std::cmp::Reverse(arena.strides[*party]));
        Self {
            order,
            arena,
            family,
            departing,
            reaching,
            along: vec![Vec::new(); arena.parties],
        }
    }

    /// Lowers what is worst in every state from which `node` can follow.
    fn look_before(&mut self, node: u32, worst: &mut Worst) {
        let arena = self.arena;
        let target = self.family.state[node as usize] as usize;
        let follows = &self.family.values[node as usize];
        let brings = self.family.worth_before_costs(arena, target, follows);
        for party in 0..arena.parties {
            if !self.find_positions(party, target, brings[party]) {
                return;
            }
        }
        self.over_states(node, target, 0, 0, &brings, worst);
    }

    /// The positions from which a party goes along to a target that brings it so much; false when there is none.
    fn find_positions(&mut self, party: usize, target: usize, brings: f64) -> bool {
        let arena = self.arena;
        let along = &mut self.along[party];
        along.clear();
        let (stride, own) = (arena.strides[party], arena.position(target, party));
        for (table, from) in self.reaching.from[party].iter().enumerate() {
            let departing = &self.departing[party][table];
            for (position, cost) in &from[own] {
                let sure = departing[target + *position as usize * stride - own * stride];
                if goes_along(brings - cost, sure) && !along.contains(position) {
                    along.push(*position);
                }
            }
        }
        !along.is_empty()
    }

    fn over_states(
        &self,
        node: u32,
        target: usize,
        depth: usize,
        state: usize,
        brings: &Values,
        worst: &mut Worst,
    ) {
        let arena = self.arena;
        if let Some(party) = self.order.get(depth) {
            for position in &self.along[*party] {
                let state = state + *position as usize * arena.strides[*party];
                self.over_states(node, target, depth + 1, state, brings, worst);
            }
            return;
        }
        worst.looks += 1;
        let first = state * arena.parties;
        for party in 0..arena.parties {
            let worth = brings[party] - arena.cost_of_policy(party, state, target as u32);
            if worth < worst.worth[first + party] && self.all_go_along(state, target, brings) {
                worst.worth[first + party] = worth;
                worst.next[first + party] = node;
            }
        }
    }

    /// Whether each party goes along from a state with the table of moves that applies to it there.
    fn all_go_along(&self, state: usize, target: usize, brings: &Values) -> bool {
        let arena = self.arena;
        (0..arena.parties).all(|party| {
            let table = arena.table_at(state, party);
            let own = arena.position(state, party) as u32;
            let from = &self.reaching.from[party][table][arena.position(target, party)];
            let sure = self.departing[party][table][arena.own_from(state, target, party)];
            from.iter()
                .find(|(position, _)| *position == own)
                .is_some_and(|(_, cost)| goes_along(brings[party] - cost, sure))
        })
    }
}

/// Whether a worth is at least what departing brings, up to the error of doubles.
fn goes_along(worth: f64, sure: f64) -> bool {
    worth >= sure - 1e-11 * (1.0 + sure.abs())
}
