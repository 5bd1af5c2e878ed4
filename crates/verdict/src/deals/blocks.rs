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
    /// The other parties, slowest first.
    others: Vec<Other>,
    /// By party, its first word among those of a product.
    first: Vec<usize>,
    /// How many words a product takes: those along the rows come first.
    words_a_product: usize,
}

/// A party whose positions single out rows.
struct Other {
    party: usize,
    positions: usize,
    /// The number of rows between two of its positions.
    stride: usize,
}

impl Other {
    /// How many words of bits its positions take.
    fn words(&self) -> usize {
        self.positions.div_ceil(BITS)
    }
}

impl Rows {
    pub(super) fn of(arena: &Arena<'_>) -> Self {
        let mut rows = Self::new(&arena.positions, &arena.strides);
        let natures = arena.states / arena.natures_stride;
        if natures > 1 {
            rows.add_nature(natures, arena.natures_stride);
        }
        rows
    }

    /// Nature splits the rows as a party does that never moves: the slowest of all.
    fn add_nature(&mut self, positions: usize, stride: usize) {
        let nature = Other {
            party: self.first.len(),
            positions,
            stride: stride / self.width,
        };
        self.first.push(self.words_a_product);
        self.words_a_product += nature.words();
        self.others.insert(0, nature);
    }

    /// Rows for parties with so many positions each, neighbouring ones so far apart in the numbering of states.
    fn new(positions: &[usize], strides: &[usize]) -> Self {
        let parties = positions.len();
        let along = (0..parties).min_by_key(|party| (strides[*party], usize::MAX - positions[*party]));
        let along = along.unwrap_or(0);
        let width = positions[along];
        let others = (0..parties).filter(|party| *party != along);
        // A party with a single position may have any stride; it splits nothing.
        let mut others: Vec<Other> = others
            .map(|party| Other {
                party,
                positions: positions[party],
                stride: (strides[party] / width).max(1),
            })
            .collect();
        others.sort_by_key(|other| std::cmp::Reverse((other.stride, other.positions)));
        let words = width.div_ceil(BITS);
        let (mut first, mut words_a_product) = (vec![0; parties], words);
        for other in &others {
            first[other.party] = words_a_product;
            words_a_product += other.words();
        }
        Self {
            width,
            words,
            others,
            first,
            words_a_product,
        }
    }

    /// Adds positions, given by party and last nature's, to an empty product.
    fn write_product(&self, positions: &[Vec<u32>], product: &mut [u64]) {
        debug_assert!(
            positions.len() >= self.first.len(),
            "one list for each that splits rows"
        );
        for (first, positions) in self.first.iter().zip(positions) {
            for position in positions.iter().map(|position| *position as usize) {
                product[first + position / BITS] |= 1 << (position % BITS);
            }
        }
    }
}

/// A set of states.
#[derive(Clone)]
pub(super) struct States<'r> {
    rows: &'r Rows,
    words: Vec<u64>,
    /// For each of the other parties, the blocks that are left once it and the slower ones have moved.
    blocks: Vec<Blocks>,
    size: usize,
}

/// The blocks of states that the positions of a party and of those slower than it single out, the party's own
/// positions next to each other.
#[derive(Clone)]
struct Blocks {
    /// How many states of the set lie in each block.
    sizes: Vec<u32>,
    /// Bits of the blocks that are not empty: for each choice of the slower parties words for the party's positions.
    filled: Vec<u64>,
}

impl<'r> States<'r> {
    /// All of so many states.
    pub(super) fn all(states: usize, rows: &'r Rows) -> Self {
        let count = states / rows.width;
        let blocks = |other: &Other| {
            let blocks = count.div_ceil(other.stride);
            let choices = blocks / other.positions;
            Blocks {
                sizes: vec![(other.stride * rows.width) as u32; blocks],
                filled: full(other.positions).repeat(choices),
            }
        };
        Self {
            rows,
            words: full(rows.width).repeat(count),
            blocks: rows.others.iter().map(blocks).collect(),
            size: states,
        }
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
        for (blocks, other) in self.blocks.iter_mut().zip(&self.rows.others) {
            let block = row / other.stride;
            blocks.sizes[block] -= 1;
            if blocks.sizes[block] == 0 {
                let (choice, position) = (block / other.positions, block % other.positions);
                blocks.filled[choice * other.words() + position / BITS] &= !(1 << (position % BITS));
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.size == 0
    }

    /// The states whose parties are each in one of some positions, given by party and last nature's.
    pub(super) fn product(&self, positions: &[Vec<u32>]) -> Vec<u64> {
        let mut product = vec![0; self.rows.words_a_product];
        self.rows.write_product(positions, &mut product);
        product
    }

    /// Calls back for every state of the set that lies in a product; removes those for which the answer is yes. Gives the
    /// number of blocks and words of the product; empty blocks are among them, but passed over.
    pub(super) fn remove_where(&mut self, product: &[u64], call: &mut impl FnMut(usize) -> bool) -> u64 {
        self.over_rows(product, 0, 0, call)
    }

    fn over_rows(
        &mut self,
        product: &[u64],
        depth: usize,
        row: usize,
        call: &mut impl FnMut(usize) -> bool,
    ) -> u64 {
        let Some(other) = self.rows.others.get(depth) else {
            return self.in_row(product, row, call);
        };
        let (first, count) = (self.rows.first[other.party], other.words());
        // The parties before have moved by whole blocks of this one.
        let (choice, mut looked) = (row / other.stride / other.positions, 0);
        for (number, word) in product[first..first + count].iter().enumerate() {
            looked += u64::from(word.count_ones());
            let filled = self.blocks[depth].filled[choice * count + number];
            for bit in ones(*word & filled) {
                let row = row + (number * BITS + bit) * other.stride;
                looked += self.over_rows(product, depth + 1, row, call);
            }
        }
        looked
    }

    fn in_row(&mut self, product: &[u64], row: usize, call: &mut impl FnMut(usize) -> bool) -> u64 {
        for (number, word) in product[..self.rows.words].iter().enumerate() {
            let place = row * self.rows.words + number;
            for bit in ones(self.words[place] & word) {
                let state = row * self.rows.width + number * BITS + bit;
                if call(state) {
                    self.remove(state);
                }
            }
        }
        self.rows.words as u64
    }
}

/// Words whose first bits are ones, so many.
fn full(bits: usize) -> Vec<u64> {
    let ones = |word: usize| match bits - word * BITS {
        left if left < BITS => (1 << left) - 1,
        _ => u64::MAX,
    };
    (0..bits.div_ceil(BITS)).map(ones).collect()
}

/// For each of some nodes, the states from which each party goes along, under some table of its moves.
pub(super) struct Products<'r> {
    rows: &'r Rows,
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
        let mut words = vec![0u64; nodes.len() * rows.words_a_product];
        let at_once = nodes.len().div_ceil(4 * rayon::current_num_threads()).max(1);
        words
            .par_chunks_mut(at_once * rows.words_a_product)
            .zip(nodes.par_chunks(at_once))
            .zip(brings.par_chunks(at_once))
            .for_each(|((words, nodes), brings)| {
                let mut along = Along::new(arena, departing, reaching);
                let products = words.chunks_mut(rows.words_a_product);
                for ((product, node), brings) in products.zip(nodes).zip(brings) {
                    let target = family.state[*node as usize] as usize;
                    if let Some(positions) = along.positions(target, brings) {
                        rows.write_product(positions, product);
                    }
                }
            });
        Self { rows, words }
    }

    /// The product of the node with this place in the list.
    pub(super) fn of(&self, place: usize) -> &[u64] {
        let words = self.rows.words_a_product;
        &self.words[place * words..(place + 1) * words]
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Parties with positions and strides of a numbering in which they come in some order.
    fn shapes() -> impl Strategy<Value = (Vec<usize>, Vec<usize>)> {
        let positions = prop_oneof![1..=4usize, 60..=70usize];
        let parties = proptest::collection::vec(positions, 1..=3);
        parties.prop_flat_map(|positions| {
            let order: Vec<usize> = (0..positions.len()).collect();
            Just(order).prop_shuffle().prop_map(move |order| {
                let mut strides = vec![0; positions.len()];
                let mut stride = 1;
                for party in order {
                    strides[party] = stride;
                    stride *= positions[party];
                }
                (positions.clone(), strides)
            })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn products_of_what_is_left_as_by_plain_sets(
            (positions, strides) in shapes(),
            products in proptest::collection::vec(proptest::collection::vec(any::<u64>(), 3), 1..12),
            kept in any::<u64>(),
        ) {
            let states: usize = positions.iter().product();
            let rows = Rows::new(&positions, &strides);
            let mut set = States::all(states, &rows);
            let mut plain: BTreeSet<usize> = (0..states).collect();
            let chosen = |word: u64, at: usize| word >> (at % 64) & 1 == 1;
            for words in products {
                let some = |(count, word): (&usize, &u64)| -> Vec<u32> {
                    (0..*count as u32).filter(|at| chosen(*word, *at as usize)).collect()
                };
                let lists: Vec<Vec<u32>> = positions.iter().zip(&words).map(some).collect();
                let inside = |state: usize| {
                    let mut parties = positions.iter().zip(&strides).zip(&lists);
                    parties.all(|((count, stride), list)| list.contains(&((state / stride % count) as u32)))
                };
                let expected: BTreeSet<usize> = plain.iter().copied().filter(|state| inside(*state)).collect();
                let mut met = BTreeSet::new();
                set.remove_where(&set.product(&lists), &mut |state| {
                    met.insert(state);
                    !chosen(kept, state)
                });
                prop_assert_eq!(&met, &expected);
                plain.retain(|state| !expected.contains(state) || chosen(kept, *state));
                prop_assert_eq!(set.is_empty(), plain.is_empty());
            }
        }
    }
}
