//! A party's own moves: from each of its positions, the positions it can go to in one period.

use super::Position;

/// From each position of one party, the positions it can move to, the same one first. Flat arrays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoveTable {
    starts: Vec<u32>,
    targets: Vec<Position>,
}

impl MoveTable {
    /// Collects the moves of every position in order; each list must begin with the position itself.
    pub(super) fn collect(moves: impl Iterator<Item = Vec<Position>>) -> Self {
        let mut table = Self {
            starts: vec![0],
            targets: Vec::new(),
        };
        for list in moves {
            table.targets.extend(list);
            table.starts.push(Position::at(table.targets.len()).0);
        }
        table
    }

    /// The positions that can be moved to from this one, itself first.
    #[must_use]
    #[inline]
    pub fn from(&self, position: Position) -> &[Position] {
        let index = position.index();
        &self.targets[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    /// How many moves there are in all.
    #[must_use]
    pub fn len(&self) -> usize {
        self.targets.len()
    }

    /// Whether there is no move at all, which happens only without positions.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.targets.is_empty()
    }
}
