//! The matrix form of the five concepts with one bit a cell: the strongest plain rival that could be written in
//! a page. A product of two matrices joins whole rows, so it costs m^3/64 word operations for m states.

use detente_conflict::{GraphModel, PartyId, StateId};
use detente_stability::Concept;

/// A square matrix of bits, row by row.
#[derive(Clone, PartialEq, Eq)]
struct Bits {
    size: usize,
    words: usize,
    cells: Vec<u64>,
}

impl Bits {
    fn none(size: usize) -> Self {
        let words = size.div_ceil(64);
        Self {
            size,
            words,
            cells: vec![0; size * words],
        }
    }

    fn filled(size: usize, cell: impl Fn(usize, usize) -> bool) -> Self {
        let mut bits = Self::none(size);
        for i in 0..size {
            for j in (0..size).filter(|j| cell(i, *j)) {
                bits.cells[i * bits.words + j / 64] |= 1 << (j % 64);
            }
        }
        bits
    }

    fn get(&self, i: usize, j: usize) -> bool {
        self.cells[i * self.words + j / 64] & (1 << (j % 64)) != 0
    }

    fn row(&self, i: usize) -> &[u64] {
        &self.cells[i * self.words..(i + 1) * self.words]
    }

    fn add(&mut self, other: &Self) {
        self.cells.iter_mut().zip(&other.cells).for_each(|(a, b)| *a |= b);
    }

    fn times(&self, other: &Self) -> Self {
        let mut product = Self::none(self.size);
        for i in 0..self.size {
            for k in (0..self.size).filter(|k| self.get(i, *k)) {
                let into = &mut product.cells[i * self.words..(i + 1) * self.words];
                into.iter_mut().zip(other.row(k)).for_each(|(a, b)| *a |= b);
            }
        }
        product
    }
}

/// Where each party is stable under each concept: `[concept][party][state]`.
pub fn judge(model: &GraphModel) -> Vec<Vec<Vec<bool>>> {
    let size = model.states().count();
    let better: Vec<Bits> = model
        .party_ids()
        .map(|party| {
            let compare =
                |s: usize, w: usize| model.preference(party).compare(StateId::at(w), StateId::at(s));
            Bits::filled(size, |s, w| compare(s, w).is_better())
        })
        .collect();
    let steps: Vec<Bits> = model
        .party_ids()
        .map(|party| {
            let mut moves = Bits::none(size);
            for from in model.states().iter() {
                model.for_each_move(party, from, |to| {
                    moves.cells[from.index() * moves.words + to.index() / 64] |= 1 << (to.index() % 64);
                });
            }
            moves
        })
        .collect();
    let improve: Vec<Bits> = (0..steps.len())
        .map(|party| both(&steps[party], &better[party]))
        .collect();
    let of_party = |concept: Concept, party: PartyId| {
        let own = party.index();
        if concept == Concept::Nash {
            return (0..size)
                .map(|s| improve[own].row(s).iter().all(|word| *word == 0))
                .collect();
        }
        let reach = reach(if concept.credible() { &improve } else { &steps }, own);
        // escape[z][s]: from z the party can go to something better than s.
        let turned = Bits::filled(size, |w, s| better[own].get(s, w));
        let escape = concept.symmetric().then(|| steps[own].times(&turned));
        let deters = Bits::filled(size, |z, s| {
            !better[own].get(s, z) && escape.as_ref().is_none_or(|escape| !escape.get(z, s))
        });
        let sanctioned = reach.times(&deters);
        let open = |s: usize| (0..size).any(|q| improve[own].get(s, q) && !sanctioned.get(q, s));
        (0..size).map(|s| !open(s)).collect()
    };
    let of_concept = |concept: &Concept| model.party_ids().map(|party| of_party(*concept, party)).collect();
    Concept::ALL.iter().map(of_concept).collect()
}

fn both(a: &Bits, b: &Bits) -> Bits {
    let mut met = a.clone();
    met.cells.iter_mut().zip(&b.cells).for_each(|(a, b)| *a &= b);
    met
}

/// What the others reach together, nobody moving twice in succession.
fn reach(steps: &[Bits], own: usize) -> Bits {
    let movers: Vec<usize> = (0..steps.len()).filter(|mover| *mover != own).collect();
    let mut ending: Vec<Bits> = movers.iter().map(|mover| steps[*mover].clone()).collect();
    let nothing = Bits::none(steps[own].size);
    let joined = |ending: &[Bits], without: usize| {
        let mut all = nothing.clone();
        let others = ending.iter().enumerate().filter(|(place, _)| *place != without);
        others.for_each(|(_, bits)| all.add(bits));
        all
    };
    loop {
        let mut grown = ending.clone();
        for (place, mover) in movers.iter().enumerate() {
            grown[place].add(&joined(&ending, place).times(&steps[*mover]));
        }
        if grown == ending {
            return joined(&ending, usize::MAX);
        }
        ending = grown;
    }
}
