//! Sets of states, one bit each.

use detente_conflict::StateId;

/// A set of states of one conflict.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct StateSet {
    states: usize,
    words: Vec<u64>,
}

impl StateSet {
    /// No state, of so many.
    #[must_use]
    pub fn none(states: usize) -> Self {
        Self {
            states,
            words: vec![0; states.div_ceil(64)],
        }
    }

    /// Every state.
    #[must_use]
    pub fn all(states: usize) -> Self {
        let mut set = Self::none(states);
        set.words.fill(u64::MAX);
        if let Some(last) = set.words.last_mut()
            && !states.is_multiple_of(64)
        {
            *last = (1 << (states % 64)) - 1;
        }
        set
    }

    /// Adds a state; whether it was new.
    pub fn insert(&mut self, state: StateId) -> bool {
        let (word, bit) = (state.index() / 64, 1 << (state.index() % 64));
        let new = self.words[word] & bit == 0;
        self.words[word] |= bit;
        new
    }

    /// Takes a state out.
    pub fn remove(&mut self, state: StateId) {
        self.words[state.index() / 64] &= !(1 << (state.index() % 64));
    }

    /// Whether a state is in it.
    #[must_use]
    pub fn contains(&self, state: StateId) -> bool {
        self.words[state.index() / 64] & (1 << (state.index() % 64)) != 0
    }

    /// Keeps what is also in the other.
    pub fn keep(&mut self, other: &Self) {
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word &= with;
        }
    }

    /// Adds what is in the other.
    pub fn add(&mut self, other: &Self) {
        for (word, with) in self.words.iter_mut().zip(&other.words) {
            *word |= with;
        }
    }

    /// How many states are in it.
    #[must_use]
    pub fn len(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }

    /// Whether nothing is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    /// Whether everything in it is also in the other.
    #[must_use]
    pub fn is_within(&self, other: &Self) -> bool {
        self.words
            .iter()
            .zip(&other.words)
            .all(|(word, with)| word & !with == 0)
    }

    /// Whether some state is in both.
    #[must_use]
    pub fn meets(&self, other: &Self) -> bool {
        self.words
            .iter()
            .zip(&other.words)
            .any(|(word, with)| word & with != 0)
    }

    /// The states, in order.
    pub fn iter(&self) -> impl Iterator<Item = StateId> + '_ {
        let word_states = |(place, word): (usize, &u64)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                (left != 0).then(|| {
                    let bit = left.trailing_zeros() as usize;
                    left &= left - 1;
                    StateId::at(place * 64 + bit)
                })
            })
        };
        self.words.iter().enumerate().flat_map(word_states)
    }

    /// How many states the conflict has.
    #[must_use]
    pub fn universe(&self) -> usize {
        self.states
    }
}

impl FromIterator<(usize, bool)> for StateSet {
    /// One entry a state, in order.
    fn from_iter<I: IntoIterator<Item = (usize, bool)>>(entries: I) -> Self {
        let mut words = Vec::new();
        let mut states = 0;
        for (state, inside) in entries {
            if state.is_multiple_of(64) {
                words.push(0);
            }
            words[state / 64] |= u64::from(inside) << (state % 64);
            states = state + 1;
        }
        Self { states, words }
    }
}
