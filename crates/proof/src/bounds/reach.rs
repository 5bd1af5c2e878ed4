//! What surviving moves may bring at most and are sure to bring at least, by sweeps over one party after the other.
//!
//! Joint moves are not listed, and so some that do not survive may count: a target does if every party goes along with
//! it from *some* stance, the party whose bound is checked from its own, and the others' parts of the move are whatever
//! some table of theirs allows. All surviving moves are among these, so a bound that allows for what is found
//! here allows for them; where one does not, the moves themselves are looked at ([`super::stages`]).

use detente_model::game::{Game, Position};
use detente_model::ids::{PartyId, StateId};

use super::layout::Layout;
use super::survival::{Departures, Survival};

/// The most and the least of no moves, with room for costs.
pub(super) const NOTHING: (i128, i128) = (i128::MIN / 4, i128::MAX / 4);

/// For one party and every state: no surviving move brings more than `most` or is sure of less than `least`.
pub(super) struct Reach {
    pub(super) most: Vec<i128>,
    pub(super) least: Vec<i128>,
}

impl Reach {
    /// From what moving to each target brings at most, and the departures. Moves must be free: what others' moves
    /// cost hangs on where they start.
    pub(super) fn of(
        game: &Game,
        layout: &Layout,
        party: PartyId,
        survival: &Survival<'_>,
        alive: &[u64],
        arriving: &[i128],
        departures: &Departures,
    ) -> Self {
        let states = game.states();
        let positions = game.positions(party);
        let mut reach = Self {
            most: vec![NOTHING.0; states],
            least: vec![NOTHING.1; states],
        };
        for table in 0..game.tables(party).len() {
            let (mut most, mut least) = (vec![NOTHING.0; states], vec![NOTHING.1; states]);
            for stance in table * positions..(table + 1) * positions {
                let own = Position::at(stance % positions);
                for row in 0..layout.rows() {
                    survival.for_each_complying(party, stance, row, alive, &mut |target| {
                        let from = game.with_position(target, party, own).index();
                        most[from] = most[from].max(arriving[target.index()]);
                        least[from] = least[from].min(departures.best(stance, target));
                    });
                }
            }
            for mover in game.parties().filter(|mover| *mover != party) {
                most = over_moves(game, mover, &most, i128::max);
                least = over_moves(game, mover, &least, i128::min);
            }
            for state in 0..states {
                if game.table_number(StateId::at(state), party) == table {
                    (reach.most[state], reach.least[state]) = (most[state], least[state]);
                }
            }
        }
        reach
    }
}

/// For every state, the most (or least) over what some table of a party's moves lets it make of it.
fn over_moves(game: &Game, mover: PartyId, of: &[i128], better: impl Fn(i128, i128) -> i128) -> Vec<i128> {
    let (stride, positions) = (game.stride(mover), game.positions(mover));
    let mut found = of.to_vec();
    for from in 0..positions {
        for to in positions_from(game, mover, from) {
            for start in (0..of.len()).step_by(stride * positions) {
                let (row, targets) = (start + from * stride, start + to * stride);
                let targets = &of[targets..targets + stride];
                for (found, target) in found[row..row + stride].iter_mut().zip(targets) {
                    *found = better(*found, *target);
                }
            }
        }
    }
    found
}

/// Where some table of a party's moves leads from a position, staying included.
fn positions_from(game: &Game, mover: PartyId, from: usize) -> Vec<usize> {
    let tables = game.tables(mover).iter();
    let mut to: Vec<usize> = tables
        .flat_map(|table| table.from(Position::at(from)))
        .map(|position| position.index())
        .collect();
    to.sort_unstable();
    to.dedup();
    to
}
