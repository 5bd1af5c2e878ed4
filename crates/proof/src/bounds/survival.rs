//! Which joint moves survive a pair of bounds, kept as sets of bits.
//!
//! Whether party j goes along with a joint move from s to t depends on its own position in s (and on which of its
//! tables of moves applies there) and on t alone, also with costs: what it pays for the others' parts of the
//! move is the same whether it complies or departs. So each party has, for each of its *stances* (table and
//! position), the set of targets it goes along with. The bits of one *row* are the targets that differ
//! only in the position of the *inner* party.

use crate::reading::{Position, Reading};
use detente_base::ids::{PartyId, StateId};

use super::layout::{Layout, Levels};
use super::scale::Scale;

/// A party's stance in a state: which table of moves applies, and its position.
pub(super) fn stance(game: &Reading, party: PartyId, state: StateId) -> usize {
    game.table_number(state, party) * game.positions(party) + game.position(state, party).index()
}

/// The moves of a stance, and the position they start from.
fn moves(game: &Reading, party: PartyId, stance: usize) -> (Position, &[Position]) {
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
    pub(super) fn of(game: &Reading, party: PartyId, scale: &Scale, arriving: &[i128]) -> Self {
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
        self.best[stance * self.others + self.other(target)]
    }

    /// The best departures from a stance against the targets of a row from its first on; for the inner party only the
    /// first, which holds for all of them.
    pub(super) fn in_row(&self, stance: usize, first: StateId) -> &[i128] {
        &self.best[stance * self.others + self.other(first)..]
    }

    /// The least and the most of them all.
    pub(super) fn extremes(&self) -> impl Iterator<Item = i128> {
        let all = || self.best.iter().copied();
        [all().min(), all().max()].into_iter().flatten()
    }

    fn other(&self, target: StateId) -> usize {
        let block = self.stride * self.positions;
        target.index() / block * self.stride + target.index() % self.stride
    }
}

/// The joint moves that survive one pair of bounds.
pub(super) struct Survival<'g> {
    game: &'g Reading,
    layout: &'g Layout,
    /// For each party, stance and row, the targets it goes along with.
    complies: Vec<Vec<u64>>,
    /// For each party, whether there is such a target at all, by stance and block.
    ever: Vec<Levels<bool>>,
    /// For each stance of the inner party, the positions it can move to.
    inner_moves: Vec<u64>,
}

impl<'g> Survival<'g> {
    /// From what moving to each target brings at most and from the departures, for each party.
    pub(super) fn of(
        game: &'g Reading,
        layout: &'g Layout,
        scales: &[Scale],
        high: &[Vec<i128>],
        departures: &[Departures],
    ) -> Self {
        let words = layout.words;
        let complies: Vec<Vec<u64>> = game
            .parties()
            .map(|party| {
                let index = party.index();
                complies(
                    game,
                    layout,
                    party,
                    &scales[index],
                    &high[index],
                    &departures[index],
                )
            })
            .collect();
        let ever = complies.iter().map(|bits| {
            let rows = bits
                .chunks(words)
                .map(|words| words.iter().any(|word| *word != 0));
            layout.levels(rows.collect(), |a, b| a || b)
        });
        let mut inner_moves = vec![0u64; layout.stances(layout.inner) * words];
        for stance in 0..layout.stances(layout.inner) {
            for to in moves(game, layout.inner, stance).1 {
                inner_moves[stance * words + to.index() / 64] |= 1 << (to.index() % 64);
            }
        }
        Self {
            game,
            layout,
            ever: ever.collect(),
            complies,
            inner_moves,
        }
    }

    /// The targets that each party goes along with in some stance, as bits by row: no other target survives anywhere.
    pub(super) fn alive(&self) -> Vec<u64> {
        let size = self.layout.rows() * self.layout.words;
        let mut alive = vec![u64::MAX; size];
        for complies in &self.complies {
            let mut somewhere = vec![0; size];
            for bits in complies.chunks(size) {
                somewhere
                    .iter_mut()
                    .zip(bits)
                    .for_each(|(all, bits)| *all |= bits);
            }
            alive
                .iter_mut()
                .zip(somewhere)
                .for_each(|(alive, bits)| *alive &= bits);
        }
        alive
    }

    /// Calls `visit` with each of some targets, as bits by row, with which a party goes along in a stance: its row, the
    /// target and the best departure there.
    pub(super) fn for_each_complying(
        &self,
        party: PartyId,
        stance: usize,
        targets: &[u64],
        departures: &Departures,
        visit: &mut impl FnMut(usize, StateId, i128),
    ) {
        let (layout, words) = (self.layout, self.layout.words);
        let size = layout.rows() * words;
        let complies = &self.complies[party.index()][stance * size..][..size];
        // Against the inner party all targets of a row are one.
        let apart = usize::from(party != layout.inner);
        for (number, (complies, targets)) in complies.iter().zip(targets).enumerate() {
            let (row, word) = (number / words, number % words);
            let mut left = complies & targets;
            if left == 0 {
                continue;
            }
            let departing = departures.in_row(stance, layout.state(row, 0));
            while left != 0 {
                let place = word * 64 + left.trailing_zeros() as usize;
                left &= left - 1;
                visit(row, layout.state(row, place), departing[place * apart]);
            }
        }
    }

    /// Calls `visit` with each row that the parties other than the inner one can lead to from a state and in which
    /// every party goes along with some target. `enter` may pass over whole blocks, by level and block; both stop the
    /// walk by saying `None`.
    pub(super) fn descend(
        &self,
        from: StateId,
        stances: &[usize],
        enter: &mut impl FnMut(usize, usize) -> bool,
        visit: &mut impl FnMut(usize) -> Option<()>,
    ) -> Option<()> {
        self.descend_below(from, stances, 0, self.layout.natures_row(from), enter, visit)
    }

    fn descend_below(
        &self,
        from: StateId,
        stances: &[usize],
        level: usize,
        start: usize,
        enter: &mut impl FnMut(usize, usize) -> bool,
        visit: &mut impl FnMut(usize) -> Option<()>,
    ) -> Option<()> {
        let Some((party, stride)) = self.layout.outer.get(level) else {
            return visit(start);
        };
        for to in self.game.own_moves(from, *party) {
            let row = start + to.index() * stride;
            let block = row / stride;
            let lives = |(ever, stance): (&Levels<bool>, &usize)| ever.at(level, *stance, block);
            if self.ever.iter().zip(stances).all(lives) && enter(level, block) {
                self.descend_below(from, stances, level + 1, row, enter, visit)?;
            }
        }
        Some(())
    }

    /// The surviving targets of a state in a row, as bits. Writes over `survivors`.
    pub(super) fn surviving(&self, stances: &[usize], row: usize, survivors: &mut [u64]) {
        let (words, rows) = (self.layout.words, self.layout.rows());
        let start = stances[self.layout.inner.index()] * words;
        survivors.copy_from_slice(&self.inner_moves[start..start + words]);
        for (complies, stance) in self.complies.iter().zip(stances) {
            let start = (stance * rows + row) * words;
            let bits = &complies[start..start + words];
            survivors
                .iter_mut()
                .zip(bits)
                .for_each(|(all, bits)| *all &= bits);
        }
    }

    /// Calls `visit` with each surviving target of a state in a row; stops early when it says false.
    pub(super) fn in_row(
        &self,
        stances: &[usize],
        row: usize,
        visit: &mut impl FnMut(StateId) -> bool,
    ) -> bool {
        let mut survivors = vec![0; self.layout.words];
        self.surviving(stances, row, &mut survivors);
        each_bit(&survivors).all(|place| visit(self.layout.state(row, place)))
    }

    /// The stance of every party in a state.
    pub(super) fn stances(&self, state: StateId) -> Vec<usize> {
        let stance = |party| stance(self.game, party, state);
        self.game.parties().map(stance).collect()
    }
}

/// The places of the bits that are set.
pub(super) fn each_bit(words: &[u64]) -> impl Iterator<Item = usize> {
    words.iter().enumerate().flat_map(|(word, bits)| {
        let mut left = *bits;
        std::iter::from_fn(move || {
            let place = (left != 0).then_some(word * 64 + left.trailing_zeros() as usize);
            left &= left.wrapping_sub(1);
            place
        })
    })
}

/// For each stance of a party and row, the targets that it goes along with.
fn complies(
    game: &Reading,
    layout: &Layout,
    party: PartyId,
    scale: &Scale,
    high: &[i128],
    departures: &Departures,
) -> Vec<u64> {
    let per_stance = layout.rows() * layout.words;
    let mut bits = vec![0u64; layout.stances(party) * per_stance];
    let (stride, positions) = (game.stride(party), game.positions(party));
    for stance in 0..layout.stances(party) {
        let (from, own) = moves(game, party, stance);
        let set = &mut bits[stance * per_stance..];
        for to in own {
            let cost = scale.cost(party, from, *to);
            for other in 0..game.states() / positions {
                let state = other / stride * stride * positions + to.index() * stride + other % stride;
                if high[state] - cost >= departures.best[stance * departures.others + other] {
                    let target = StateId::at(state);
                    let place = game.position(target, layout.inner).index();
                    set[layout.row(target) * layout.words + place / 64] |= 1 << (place % 64);
                }
            }
        }
    }
    bits
}
