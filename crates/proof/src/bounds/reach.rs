//! What surviving moves may bring at most and are sure to bring at least, by sweeps over one party after the other.
//!
//! Joint moves are not listed, and so some that do not survive may count: a target does if every party goes along with
//! it from *some* stance, the party whose bound is checked from its own, and the others' parts of the move are whatever
//! some table of theirs allows. All surviving moves are among these, so a bound that allows for what is found
//! here allows for them; where one does not, the moves themselves are looked at ([`super::stages`]).

use crate::reading::{Position, Reading};
use detente_base::ids::{PartyId, StateId};

use super::survival::{Departures, Survival};

/// The most and the least of no moves, with room for costs.
pub(super) const NOTHING: (i128, i128) = (i128::MIN / 4, i128::MAX / 4);
/// Bits of a rounded number, its sign left out.
const ROUNDED_BITS: u32 = 62;

/// For one party and every state: no surviving move brings more than `most` or is sure of less than `least`, both
/// rounded outwards to whole numbers of `2^shift`, which are quicker to go through than the numbers themselves.
pub(super) struct Reach {
    most: Vec<i64>,
    least: Vec<i64>,
    shift: u32,
}

impl Reach {
    /// From what moving to each target brings at most, and the departures. Moves must be free: what others' moves
    /// cost hangs on where they start.
    pub(super) fn of(
        game: &Reading,
        party: PartyId,
        survival: &Survival<'_>,
        alive: &[u64],
        arriving: &[i128],
        departures: &Departures,
    ) -> Self {
        let states = game.states();
        let positions = game.positions(party);
        let mut reach = Self {
            most: vec![i64::MIN; states],
            least: vec![i64::MAX; states],
            shift: shift(arriving.iter().copied().chain(departures.extremes())),
        };
        for table in 0..game.tables(party).len() {
            let (mut most, mut least) = (vec![i64::MIN; states], vec![i64::MAX; states]);
            for stance in table * positions..(table + 1) * positions {
                let own = Position::at(stance % positions);
                survival.for_each_complying(party, stance, alive, departures, &mut |_, target, sure| {
                    let from = game.with_position(target, party, own).index();
                    most[from] = most[from].max(reach.rounded_up(arriving[target.index()]));
                    least[from] = least[from].min(reach.rounded_down(sure));
                });
            }
            for mover in game.parties().filter(|mover| *mover != party) {
                most = over_moves(game, mover, &most, i64::max);
                least = over_moves(game, mover, &least, i64::min);
            }
            for state in 0..states {
                if game.table_number(StateId::at(state), party) == table {
                    (reach.most[state], reach.least[state]) = (most[state], least[state]);
                }
            }
        }
        reach
    }

    /// Whether nothing that survives in a state brings more than a ceiling or is sure of less than a floor; a no may
    /// be wrong.
    pub(super) fn allows(&self, state: StateId, ceiling: Option<i128>, floor: Option<i128>) -> bool {
        let whole = |rounded: i64| i128::from(rounded) << self.shift;
        ceiling.is_none_or(|ceiling| whole(self.most[state.index()]) <= ceiling)
            && floor.is_none_or(|floor| whole(self.least[state.index()]) >= floor)
    }

    fn rounded_up(&self, number: i128) -> i64 {
        -self.rounded_down(-number)
    }

    fn rounded_down(&self, number: i128) -> i64 {
        (number >> self.shift) as i64
    }
}

/// How many bits numbers must lose so that [`ROUNDED_BITS`] are left of each: at most 60, as they are below `2^122`
/// ([`super::scale::fits`]), so that every rounded number times `2^shift` fits 128 bits.
fn shift(numbers: impl Iterator<Item = i128>) -> u32 {
    let largest = numbers.map(i128::unsigned_abs).max().unwrap_or(0);
    (u128::BITS - largest.leading_zeros()).saturating_sub(ROUNDED_BITS)
}

/// For every state, the most (or least) over what some table of a party's moves lets it make of it.
fn over_moves(game: &Reading, mover: PartyId, of: &[i64], better: impl Fn(i64, i64) -> i64) -> Vec<i64> {
    let (stride, positions) = (game.stride(mover), game.positions(mover));
    let mut found = of.to_vec();
    for from in 0..positions {
        let targets = positions_from(game, mover, from);
        for start in (0..of.len()).step_by(stride * positions) {
            let found = &mut found[start + from * stride..][..stride];
            for to in &targets {
                let of = &of[start + to * stride..][..stride];
                for (found, of) in found.iter_mut().zip(of) {
                    *found = better(*found, *of);
                }
            }
        }
    }
    found
}

/// Where some table of a party's moves leads from a position, staying included.
fn positions_from(game: &Reading, mover: PartyId, from: usize) -> Vec<usize> {
    let tables = game.tables(mover).iter();
    let mut to: Vec<usize> = tables
        .flat_map(|table| table.from(Position::at(from)))
        .map(|position| position.index())
        .collect();
    to.sort_unstable();
    to.dedup();
    to
}
