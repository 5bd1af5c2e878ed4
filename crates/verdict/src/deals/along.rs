//! The states from which everybody goes along to a target.
//!
//! Joint moves are not listed. Whether party j goes along to a target t and a node n there depends on its own
//! position only: `c_j(n) ≥ dev_j(s_j, t_−j)`. So the states from which n can follow are the product over the
//! parties of the positions from which each goes along, and only those states are looked at.

use super::family::{Values, goes_along};
use crate::arena::{Arena, FlatMoves};

/// For each party, table of moves and target position: the positions from which it can be reached, at which cost.
pub(super) struct Reaching {
    from: Vec<Vec<Vec<Vec<(u32, f64)>>>>,
}

impl Reaching {
    pub(super) fn new(arena: &Arena<'_>) -> Self {
        let of_table = |party: usize, moves: &FlatMoves| {
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

    /// The least, over a party's positions, that arriving at a target must bring it to make it go along from there.
    pub(super) fn least_sure(
        &self,
        arena: &Arena<'_>,
        departing: &[Vec<Vec<f64>>],
        party: usize,
        target: usize,
    ) -> f64 {
        let (stride, own) = (arena.strides[party], arena.position(target, party));
        let tables = self.from[party].iter().zip(&departing[party]);
        let least = tables.flat_map(|(from, departing)| {
            from[own].iter().map(move |(position, cost)| {
                departing[target + *position as usize * stride - own * stride] + cost
            })
        });
        least.fold(f64::INFINITY, f64::min)
    }
}

/// Finds the states from which everybody goes along; its lists are used again for the next target.
pub(super) struct Along<'a, 'g> {
    arena: &'a Arena<'g>,
    departing: &'a [Vec<Vec<f64>>],
    reaching: &'a Reaching,
    /// By party: own positions from which it complies under some table of moves; last, the position of nature.
    positions: Vec<Vec<u32>>,
    /// Whether no party's moves depend on what others do.
    one_table: bool,
}

impl<'a, 'g> Along<'a, 'g> {
    /// `departing` is what leaving is worth, by party, table of moves, and (own position, others' targets).
    pub(super) fn new(arena: &'a Arena<'g>, departing: &'a [Vec<Vec<f64>>], reaching: &'a Reaching) -> Self {
        Self {
            arena,
            departing,
            reaching,
            positions: vec![Vec::new(); arena.parties + 1],
            one_table: arena.moves.iter().all(|tables| tables.len() == 1),
        }
    }

    /// By party, with nature last: the positions from which it complies with a move to a target of this value, under
    /// some table of moves;
    /// `None` when some party does from nowhere. [`Self::all`] says whether all do with the tables that apply in a state.
    pub(super) fn positions(&mut self, target: usize, brings: &Values) -> Option<&[Vec<u32>]> {
        let along = (0..self.arena.parties).all(|party| self.find_positions(party, target, brings[party]));
        self.positions[self.arena.parties] = vec![(target / self.arena.natures_stride) as u32];
        along.then_some(&self.positions)
    }

    /// The positions from which a party goes along to a target that brings it so much; false when there is none.
    fn find_positions(&mut self, party: usize, target: usize, brings: f64) -> bool {
        let arena = self.arena;
        let along = &mut self.positions[party];
        along.clear();
        let (stride, own) = (arena.strides[party], arena.position(target, party));
        for (table, from) in self.reaching.from[party].iter().enumerate() {
            let departing = &self.departing[party][table];
            for (position, cost) in &from[own] {
                let sure = departing[target + *position as usize * stride - own * stride];
                // Within one table no position comes twice.
                if goes_along(brings - cost, sure) && (table == 0 || !along.contains(position)) {
                    along.push(*position);
                }
            }
        }
        !along.is_empty()
    }

    /// Whether each party goes along from a state with the table of moves that applies to it there.
    pub(super) fn all(&self, state: usize, target: usize, brings: &Values) -> bool {
        let arena = self.arena;
        if self.one_table {
            return true;
        }
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
