//! Which joint moves survive a pair of bounds, kept as sets of bits.
//!
//! Whether party j goes along with a joint move from s to t depends on its own position in s (and on which of its
//! tables of moves applies there) and on t alone, also with costs: what it pays for the others' parts of the
//! move is the same whether it complies or departs. So each party has, for each of its *stances* (table and
//! position), the set of targets it goes along with. The bits of one *row* are the targets that differ
//! only in the position of the *inner* party, the one with most positions.

use detente_model::game::{Game, Position};
use detente_model::ids::{PartyId, StateId};

use super::scale::Scale;
use crate::Refusal;

/// The most bits that the sets of going along may take.
const MOST_BITS: usize = 1 << 33;
/// The most values of departures that are kept.
const MOST_DEPARTURES: usize = 1 << 27;

/// How targets are laid out in rows of bits.
pub(super) struct Layout {
    pub(super) inner: PartyId,
    inner_stride: usize,
    inner_count: usize,
    words: usize,
    rows: usize,
    stances: Vec<usize>,
}

impl Layout {
    pub(super) fn of(game: &Game) -> Result<Self, Refusal> {
        let mut inner = PartyId::at(0);
        for party in game.parties() {
            if game.positions(party) > game.positions(inner) {
                inner = party;
            }
        }
        let inner_count = game.positions(inner);
        let (words, rows) = (inner_count.div_ceil(64), game.states() / inner_count);
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
        Ok(Self {
            inner,
            inner_stride: game.stride(inner),
            inner_count,
            words,
            rows,
            stances,
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.rows
    }

    /// The row of a state, whatever the inner party's position in it.
    pub(super) fn row(&self, state: StateId) -> usize {
        let block = self.inner_stride * self.inner_count;
        state.index() / block * self.inner_stride + state.index() % self.inner_stride
    }

    /// The state in a row in which the inner party has a position.
    pub(super) fn state(&self, row: usize, position: usize) -> StateId {
        let block = self.inner_stride * self.inner_count;
        let (high, low) = (row / self.inner_stride, row % self.inner_stride);
        StateId::at(high * block + position * self.inner_stride + low)
    }

    /// How many positions the inner party has.
    pub(super) fn width(&self) -> usize {
        self.inner_count
    }

    pub(super) fn stances(&self, party: PartyId) -> usize {
        self.stances[party.index()]
    }
}

/// A party's stance in a state: which table of moves applies, and its position.
pub(super) fn stance(game: &Game, party: PartyId, state: StateId) -> usize {
    game.table_number(state, party) * game.positions(party) + game.position(state, party).index()
}

/// The moves of a stance, and the position they start from.
fn moves(game: &Game, party: PartyId, stance: usize) -> (Position, &[Position]) {
    let positions = game.positions(party);
    let from = Position::at(stance % positions);
    (from, game.tables(party)[stance / positions].from(from))
}

/// What a party gets at most by departing, given what the others do: `dev_j` before costs of the others' moves.
pub(super) struct Departures {
    stride: usize,
    positions: usize,
    others: usize,
    best: Vec<i128>,
}

impl Departures {
    /// The best own move of each stance against each combination of the others' targets.
    pub(super) fn of(game: &Game, party: PartyId, scale: &Scale, arriving: &[i128]) -> Self {
        let (stride, positions) = (game.stride(party), game.positions(party));
        let others = game.states() / positions;
        let stances = game.tables(party).len() * positions;
        let mut best = Vec::with_capacity(stances * others);
        for stance in 0..stances {
            let (from, own) = moves(game, party, stance);
            let offsets: Vec<(usize, i128)> = own
                .iter()
                .map(|to| (to.index() * stride, scale.cost(party, from, *to)))
                .collect();
            for other in 0..others {
                let start = other / stride * stride * positions + other % stride;
                let gets = offsets
                    .iter()
                    .map(|(offset, cost)| arriving[start + offset] - cost);
                // Staying is always a move, so there is one.
                best.push(gets.max().unwrap_or(i128::MIN / 4));
            }
        }
        Self {
            stride,
            positions,
            others,
            best,
        }
    }

    /// The best departure from a stance against what a target says of the others.
    pub(super) fn best(&self, stance: usize, target: StateId) -> i128 {
        let block = self.stride * self.positions;
        let other = target.index() / block * self.stride + target.index() % self.stride;
        self.best[stance * self.others + other]
    }
}

/// The joint moves that survive one pair of bounds.
pub(super) struct Survival<'g> {
    game: &'g Game,
    layout: &'g Layout,
    /// For each party, stance and row, the targets it goes along with.
    complies: Vec<Vec<u64>>,
    /// For each stance of the inner party, the positions it can move to.
    inner_moves: Vec<u64>,
}

impl<'g> Survival<'g> {
    /// From what moving to each target brings at most and from the departures, for each party.
    pub(super) fn of(
        game: &'g Game,
        layout: &'g Layout,
        scales: &[Scale],
        high: &[Vec<i128>],
        departures: &[Departures],
    ) -> Self {
        let complies = game.parties().map(|party| {
            let index = party.index();
            let scale = &scales[index];
            let mut bits = vec![0u64; layout.stances(party) * layout.rows * layout.words];
            let (stride, positions) = (game.stride(party), game.positions(party));
            for stance in 0..layout.stances(party) {
                let (from, own) = moves(game, party, stance);
                let set = &mut bits[stance * layout.rows * layout.words..];
                for to in own {
                    let cost = scale.cost(party, from, *to);
                    for other in 0..game.states() / positions {
                        let state =
                            other / stride * stride * positions + to.index() * stride + other % stride;
                        let best = departures[index].best[stance * departures[index].others + other];
                        if high[index][state] - cost >= best {
                            let target = StateId::at(state);
                            let place = game.position(target, layout.inner).index();
                            set[layout.row(target) * layout.words + place / 64] |= 1 << (place % 64);
                        }
                    }
                }
            }
            bits
        });
        let complies = complies.collect();
        let mut inner_moves = vec![0u64; layout.stances(layout.inner) * layout.words];
        for stance in 0..layout.stances(layout.inner) {
            for to in moves(game, layout.inner, stance).1 {
                inner_moves[stance * layout.words + to.index() / 64] |= 1 << (to.index() % 64);
            }
        }
        Self {
            game,
            layout,
            complies,
            inner_moves,
        }
    }

    /// The rows that the parties other than the inner one can lead to from a state.
    pub(super) fn rows_from(&self, state: StateId, rows: &mut Vec<usize>) {
        let inner = self.layout.inner;
        let start = self.layout.row(state);
        rows.clear();
        rows.push(start);
        for party in self.game.parties().filter(|party| *party != inner) {
            let own = self.game.own_moves(state, party);
            let stride = self.row_stride(party);
            let now = self.game.position(state, party).index();
            // The first move is staying, which the rows so far already are.
            let so_far = rows.len();
            for to in &own[1..] {
                for row in 0..so_far {
                    rows.push(rows[row] + to.index() * stride - now * stride);
                }
            }
        }
    }

    fn row_stride(&self, party: PartyId) -> usize {
        let stride = self.game.stride(party);
        if stride > self.layout.inner_stride {
            stride / self.layout.inner_count
        } else {
            stride
        }
    }

    /// Calls `visit` with each surviving target of a state in a row; stops early when it says false.
    pub(super) fn in_row(
        &self,
        stances: &[usize],
        row: usize,
        visit: &mut impl FnMut(StateId) -> bool,
    ) -> bool {
        let (words, rows) = (self.layout.words, self.layout.rows);
        for word in 0..words {
            let mut bits = self.inner_moves[stances[self.layout.inner.index()] * words + word];
            for (complies, stance) in self.complies.iter().zip(stances) {
                bits &= complies[(stance * rows + row) * words + word];
            }
            while bits != 0 {
                let place = word * 64 + bits.trailing_zeros() as usize;
                if !visit(self.layout.state(row, place)) {
                    return false;
                }
                bits &= bits - 1;
            }
        }
        true
    }

    /// The stance of every party in a state.
    pub(super) fn stances(&self, state: StateId) -> Vec<usize> {
        let stance = |party| stance(self.game, party, state);
        self.game.parties().map(stance).collect()
    }
}
