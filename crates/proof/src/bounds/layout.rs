//! How targets are laid out for a walk over joint moves: in rows, and rows in nested blocks.
//!
//! States are numbered with one party's position fastest; that is the *inner* party, and the states that differ only
//! in its position are a *row*. The other parties, slowest first, split the rows into nested blocks of neighbours: a
//! block of level k is what is left once the first k + 1 of them have moved. A block of the last level is one row.

use crate::reading::Reading;
use detente_base::ids::{PartyId, StateId};

use crate::Refusal;

/// The most bits that the sets of going along may take.
const MOST_BITS: usize = 1 << 33;
/// The most values of departures that are kept.
const MOST_DEPARTURES: usize = 1 << 27;

/// Rows and blocks of a game.
pub(super) struct Layout {
    /// The party whose position varies within a row.
    pub(super) inner: PartyId,
    width: usize,
    /// Words of bits a row.
    pub(super) words: usize,
    rows: usize,
    /// How many neighbouring rows have the same levels of what nature has.
    natures_rows: usize,
    stances: Vec<usize>,
    /// The other parties, slowest first, each with how many rows lie between two of its positions.
    pub(super) outer: Vec<(PartyId, usize)>,
}

impl Layout {
    pub(super) fn of(game: &Reading) -> Result<Self, Refusal> {
        let fastest = game.parties().filter(|party| game.stride(*party) == 1);
        let inner = fastest.max_by_key(|party| game.positions(*party));
        let inner = inner.ok_or_else(|| Refusal::TooLarge("states are numbered in an unknown way".into()))?;
        let width = game.positions(inner);
        let (words, rows) = (width.div_ceil(64), game.states() / width);
        let stances: Vec<usize> = game
            .parties()
            .map(|party| game.tables(party).len() * game.positions(party))
            .collect();
        let all: usize = stances.iter().sum();
        let tables: usize = game.parties().map(|party| game.tables(party).len()).sum();
        if all.saturating_mul(rows * words * 64) > MOST_BITS
            || tables.saturating_mul(game.states()) > MOST_DEPARTURES
        {
            return Err(Refusal::TooLarge(format!(
                "{} states with {all} stances of parties",
                game.states()
            )));
        }
        let outer = game.parties().filter(|party| *party != inner);
        // A party with a single position may have any stride; it splits nothing.
        let mut outer: Vec<(PartyId, usize)> = outer
            .map(|party| (party, (game.stride(party) / width).max(1)))
            .collect();
        outer.sort_by_key(|(_, stride)| std::cmp::Reverse(*stride));
        Ok(Self {
            inner,
            width,
            words,
            rows,
            natures_rows: game.natures_stride() / width,
            stances,
            outer,
        })
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The row of a state, whatever the inner party's position in it.
    pub(super) fn row(&self, state: StateId) -> usize {
        state.index() / self.width
    }

    /// The first row in which nature's levels are those of a state: no party's move changes them.
    pub(super) fn natures_row(&self, state: StateId) -> usize {
        self.row(state) / self.natures_rows * self.natures_rows
    }

    /// The state in a row in which the inner party has a position.
    pub(super) fn state(&self, row: usize, position: usize) -> StateId {
        StateId::at(row * self.width + position)
    }

    /// How many stances a party has.
    pub(super) fn stances(&self, party: PartyId) -> usize {
        self.stances[party.index()]
    }

    /// Sums up numbers over rows, for each of one or more stances, block by block.
    pub(super) fn levels<T: Copy>(&self, rows: Vec<T>, join: impl Fn(T, T) -> T) -> Levels<T> {
        let levels = self.outer.iter().map(|(_, stride)| {
            let mut blocks = Vec::new();
            for stance in rows.chunks(self.rows) {
                for block in stance.chunks(*stride) {
                    blocks.extend(block.iter().copied().reduce(&join));
                }
            }
            (self.rows.div_ceil(*stride), blocks)
        });
        Levels {
            blocks: levels.collect(),
        }
    }

    /// The most of some numbers over targets, block by block.
    pub(super) fn most(&self, numbers: &[i128]) -> Levels<i128> {
        let rows = numbers.chunks(self.width).map(|row| row.iter().copied().max());
        self.levels(rows.map(Option::unwrap_or_default).collect(), i128::max)
    }

    /// The least of some numbers over targets, block by block.
    pub(super) fn least(&self, numbers: &[i128]) -> Levels<i128> {
        let rows = numbers.chunks(self.width).map(|row| row.iter().copied().min());
        self.levels(rows.map(Option::unwrap_or_default).collect(), i128::min)
    }
}

/// Something about every block of every level.
pub(super) struct Levels<T> {
    /// By level: how many blocks a stance has, and what is known of each.
    blocks: Vec<(usize, Vec<T>)>,
}

impl<T: Copy> Levels<T> {
    /// What is known of a block of a level for a stance.
    pub(super) fn at(&self, level: usize, stance: usize, block: usize) -> T {
        let (count, blocks) = &self.blocks[level];
        blocks[stance * count + block]
    }
}
