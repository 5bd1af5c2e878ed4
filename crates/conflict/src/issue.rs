//! Issues (the graph model calls them options): what one party controls, with ordered levels, and which way
//! they may be moved.

use super::PartyId;

/// How far an issue may go in one direction in one move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Speed {
    /// Never: the direction is closed.
    Never,
    /// At most so many levels in one move.
    Levels(u8),
    /// Any number of levels.
    Any,
}

impl Speed {
    /// Whether a change by `levels` (at least 1) is within the speed.
    #[must_use]
    pub fn allows(self, levels: u8) -> bool {
        match self {
            Self::Never => false,
            Self::Levels(most) => levels <= most,
            Self::Any => true,
        }
    }
}

/// Which way, and how far, an issue moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Movement {
    /// Towards higher levels.
    pub up: Speed,
    /// Towards lower levels.
    pub down: Speed,
}

impl Movement {
    /// Both ways, freely.
    pub const FREE: Self = Self {
        up: Speed::Any,
        down: Speed::Any,
    };
    /// Only upwards: once taken, never undone.
    pub const FORWARD: Self = Self {
        up: Speed::Any,
        down: Speed::Never,
    };
    /// Only downwards: once given up, never taken again.
    pub const BACKWARD: Self = Self {
        up: Speed::Never,
        down: Speed::Any,
    };
    /// Not at all.
    pub const FIXED: Self = Self {
        up: Speed::Never,
        down: Speed::Never,
    };

    /// Whether one move may take the issue from one level to another (staying is always allowed).
    #[must_use]
    pub fn allows(self, from: u8, to: u8) -> bool {
        match to.cmp(&from) {
            std::cmp::Ordering::Equal => true,
            std::cmp::Ordering::Greater => self.up.allows(to - from),
            std::cmp::Ordering::Less => self.down.allows(from - to),
        }
    }

    /// Whether two allowed moves in the same issue always make one allowed move: no speed limit is in force.
    #[must_use]
    pub fn composes(self, levels: usize) -> bool {
        let unlimited = |speed| match speed {
            Speed::Levels(most) => usize::from(most) + 1 >= levels,
            Speed::Never | Speed::Any => true,
        };
        unlimited(self.up) && unlimited(self.down)
    }

    /// The word of the case schema: `both`, `forward_only`, `backward_only`, `fixed` or `stepwise`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match (self.up, self.down) {
            (Speed::Any, Speed::Any) => "both",
            (Speed::Any, Speed::Never) => "forward_only",
            (Speed::Never, Speed::Any) => "backward_only",
            (Speed::Never, Speed::Never) => "fixed",
            _ => "stepwise",
        }
    }
}

/// Something that one party (or several, each on its own) controls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Short name, unique in the conflict.
    pub id: String,
    /// The analyst's words.
    pub name: String,
    /// Who can move it. More than one owner makes the moves common: each can bring them about alone.
    pub owners: Vec<PartyId>,
    /// The names of its levels, lowest first; at least two, at most 255.
    pub levels: Vec<String>,
    /// Which way it moves.
    pub movement: Movement,
}

impl Issue {
    /// Whether it is a plain option, taken or not, whose levels need no names.
    #[must_use]
    pub fn is_yes_or_no(&self) -> bool {
        self.levels == ["no", "yes"]
    }
}
