//! Sets of states as words of bits, and sets that are products of positions.
//!
//! The party whose positions are neighbours in the numbering of states gives each *row* of states its width; a row
//! is a few words of 64 bits. The states from which everybody goes along to a node are a product of one set of positions a
//! party ([`super::along`]): the same words again in every row that the other parties' positions single out.

use rayon::prelude::*;

use super::along::{Along, Reaching};
use super::family::{Family, Values};
use crate::arena::Arena;

const BITS: usize = 64;

/// How states lie in rows, and rows in nested blocks.
pub(super) struct Rows {
    width: usize,
    words: usize,
    /// The other parties, slowest first, each with the number of rows between two of its positions.
    others: Vec<(usize, usize)>,
}

impl Rows {
    pub(super) fn of(arena: &Arena<'_>) -> Self {
        let along = (0..arena.parties)
            .min_by_key(|party| (arena.strides[*party], usize::MAX - arena.positions[*party]));
        let along = along.unwrap_or(0);
        let width = arena.positions[along];
        let others = (0..arena.parties).filter(|party| *party != along);
        // A party with a single position may have any stride; it splits nothing.
        let mut others: Vec<(usize, usize)> = others
            .map(|party| (party, (arena.strides[party] / width).max(1)))
            .collect();
        others.sort_by_key(|(_, stride)| std::cmp::Reverse(*stride));
        Self {
            width,
            words: width.div_ceil(BITS),
            others,
        }
    }
}

/// A set of states.
pub(super) struct States<'r> {
    rows: &'r Rows,
    words: Vec<u64>,
    /// For each of the other parties, how many states of the set lie in each block that is left once it and the
    /// slower ones have moved.
    in_block: Vec<Vec<u32>>,
    size: usize,
}

impl<'r> States<'r> {
    pub(super) fn all(arena: &Arena<'_>, rows: &'r Rows) -> Self {
        let count = arena.states / rows.width;
        let blocks =
            |(_, stride): &(usize, usize)| vec![(stride * rows.width) as u32; count.div_ceil(*stride)];
        let mut all = Self {
            rows,
            words: vec![0; count * rows.words],
            in_block: rows.others.iter().map(blocks).collect(),
            size: arena.states,
        };
        for state in 0..arena.states {
            let (word, bit) = all.place(state);
            all.words[word] |= bit;
        }
        all
    }

    fn place(&self, state: usize) -> (usize, u64) {
        let (row, at) = (state / self.rows.width, state % self.rows.width);
        (row * self.rows.words + at / BITS, 1 << (at % BITS))
    }

    pub(super) fn remove(&mut self, state: usize) {
        let (word, bit) = self.place(state);
        if self.words[word] & bit == 0 {
            return;
        }
        self.words[word] &= !bit;
        self.size -= 1;
        let row = state / self.rows.width;
        for (blocks, (_, stride)) in self.in_block.iter_mut().zip(&self.rows.others) {
            blocks[row / stride] -= 1;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }
}

/// For each of some nodes, the positions from which each party goes along, under some table of its moves.
pub(super) struct Products<'r> {
    rows: &'r Rows,
    /// For each of the other parties, its first word and its count of words among those of a node; those along the
    /// rows come first.
    places: Vec<(usize, usize)>,
    words_a_node: usize,
    words: Vec<u64>,
}

impl<'r> Products<'r> {
    /// `brings` gives what arriving at a node's state is worth; nodes from which nobody can be expected are empty.
    pub(super) fn new(
        arena: &Arena<'_>,
        family: &Family,
        nodes: &[u32],
        brings: &[Values],
        departing: &[Vec<Vec<f64>>],
        reaching: &Reaching,
        rows: &'r Rows,
    ) -> Self {
        let mut first = vec![0; arena.parties];
        let (mut places, mut words_a_node) = (Vec::new(), rows.words);
        for (party, _) in &rows.others {
            let words = arena.positions[*party].div_ceil(BITS);
            first[*party] = words_a_node;
            places.push((words_a_node, words));
            words_a_node += words;
        }
        let mut words = vec![0u64; nodes.len() * words_a_node];
        let at_once = nodes.len().div_ceil(4 * rayon::current_num_threads()).max(1);
        words
            .par_chunks_mut(at_once * words_a_node)
            .zip(nodes.par_chunks(at_once))
            .zip(brings.par_chunks(at_once))
            .for_each(|((words, nodes), brings)| {
                let mut along = Along::new(arena, departing, reaching);
                let of_nodes = words.chunks_mut(words_a_node);
                for ((words, node), brings) in of_nodes.zip(nodes).zip(brings) {
                    let target = family.state[*node as usize] as usize;
                    if let Some(positions) = along.positions(target, brings) {
                        for (first, positions) in first.iter().zip(positions) {
                            for position in positions.iter().map(|position| *position as usize) {
                                words[first + position / BITS] |= 1 << (position % BITS);
                            }
                        }
                    }
                }
            });
        Self {
            rows,
            places,
            words_a_node,
            words,
        }
    }

    /// Calls back for every state of a set that lies in the product of the node with this place in the list; removes
    /// those for which the answer is yes. Gives the number of words looked at.
    pub(super) fn remove_where(
        &self,
        node: usize,
        states: &mut States<'_>,
        call: &mut impl FnMut(usize) -> bool,
    ) -> u64 {
        let words = &self.words[node * self.words_a_node..(node + 1) * self.words_a_node];
        self.over_rows(words, 0, 0, states, call)
    }

    fn over_rows(
        &self,
        words: &[u64],
        depth: usize,
        row: usize,
        states: &mut States<'_>,
        call: &mut impl FnMut(usize) -> bool,
    ) -> u64 {
        let Some((first, count)) = self.places.get(depth) else {
            return self.in_row(words, row, states, call);
        };
        let stride = self.rows.others[depth].1;
        // The parties before have moved by whole blocks of this one.
        let (block, mut looked) = (row / stride, 0);
        for (number, word) in words[*first..first + count].iter().enumerate() {
            for bit in ones(*word) {
                let position = number * BITS + bit;
                looked += 1;
                if states.in_block[depth][block + position] > 0 {
                    looked += self.over_rows(words, depth + 1, row + position * stride, states, call);
                }
            }
        }
        looked
    }

    fn in_row(
        &self,
        words: &[u64],
        row: usize,
        states: &mut States<'_>,
        call: &mut impl FnMut(usize) -> bool,
    ) -> u64 {
        for (number, word) in words[..self.rows.words].iter().enumerate() {
            let place = row * self.rows.words + number;
            for bit in ones(states.words[place] & word) {
                let state = row * self.rows.width + number * BITS + bit;
                if call(state) {
                    states.remove(state);
                }
            }
        }
        self.rows.words as u64
    }
}

/// The places of the ones in a word, lowest first.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let place = (word != 0).then(|| word.trailing_zeros() as usize);
        word &= word.wrapping_sub(1);
        place
    })
}
