//! The best over the moves of several parties, one party after the other, and where it came from.
//!
//! A layer holds a value for every state; the next holds, for every state, the best value of the one below over the moves
//! of one more party. Where a value came from is sought afterwards and only where it is asked for: best moves of many
//! states lead to the same few, so each state of a layer is looked at once.

use crate::arena::{Arena, Best};

/// Layers of values with the movers between them.
pub(super) struct Layers<'a, 'g> {
    arena: &'a Arena<'g>,
    /// The party whose moves lead from each layer to the next.
    movers: Vec<usize>,
    /// Values by layer and state, the first layer's set from outside.
    values: Vec<Vec<f64>>,
    /// By layer but the last, the state there from which the value of a state in the next came.
    came_from: Vec<Sought>,
}

impl<'a, 'g> Layers<'a, 'g> {
    /// Layers for the moves of all parties but one.
    pub(super) fn of_others(arena: &'a Arena<'g>, party: usize) -> Self {
        let movers: Vec<usize> = (0..arena.parties).filter(|other| *other != party).collect();
        Self {
            arena,
            values: vec![vec![0.0; arena.states]; movers.len() + 1],
            came_from: movers.iter().map(|_| Sought::new(arena.states)).collect(),
            movers,
        }
    }

    /// The first layer, to be written before [`Self::climb`].
    pub(super) fn first(&mut self) -> &mut [f64] {
        &mut self.values[0]
    }

    /// Fills each layer with the best over the next mover's moves in the layer below.
    pub(super) fn climb(&mut self, best: Best) {
        for (level, mover) in self.movers.iter().enumerate() {
            let (below, above) = self.values.split_at_mut(level + 1);
            self.arena
                .over_any_moves(*mover, &below[level], best, &mut above[0]);
        }
        self.came_from.iter_mut().for_each(Sought::clear);
    }

    /// The value of a state in the last layer.
    pub(super) fn top(&self, state: usize) -> f64 {
        self.values[self.movers.len()][state]
    }

    /// The value of a state in the first layer.
    pub(super) fn bottom(&self, state: usize) -> f64 {
        self.values[0][state]
    }

    /// The state of the first layer from which the value of a state in the last came.
    pub(super) fn descend(&mut self, state: usize) -> usize {
        let layers = self.movers.iter().zip(&mut self.came_from).enumerate().rev();
        layers.fold(state, |now, (level, (mover, came_from))| {
            came_from.or_seek(now, || below(self.arena, *mover, &self.values[level..], now))
        })
    }
}

/// The state in the lower of two layers from which the value of a state in the upper came: the first in the order of the
/// mover's moves.
fn below(arena: &Arena<'_>, mover: usize, layers: &[Vec<f64>], state: usize) -> usize {
    let (value, stride) = (layers[1][state], arena.strides[mover]);
    let from = arena.position(state, mover);
    let home = state - from * stride;
    let moves = arena.any_moves[mover].from(from).iter();
    let mut targets = moves.map(|to| home + *to as usize * stride);
    targets
        .find(|target| layers[0][*target] == value)
        .unwrap_or(state)
}

/// A state for each state, found once where it is asked for.
pub(super) struct Sought {
    known: Vec<u32>,
}

impl Sought {
    /// Not found yet.
    const UNKNOWN: u32 = u32::MAX;

    /// Nothing found yet.
    pub(super) fn new(states: usize) -> Self {
        Self {
            known: vec![Self::UNKNOWN; states],
        }
    }

    /// Forgets all of it.
    pub(super) fn clear(&mut self) {
        self.known.fill(Self::UNKNOWN);
    }

    /// What belongs to a state, found now if it was not.
    pub(super) fn or_seek(&mut self, state: usize, find: impl FnOnce() -> usize) -> usize {
        let known = &mut self.known[state];
        if *known == Self::UNKNOWN {
            *known = find() as u32;
        }
        *known as usize
    }
}
