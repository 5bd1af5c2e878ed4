//! Which states are stable, from rankings alone: the graph model for conflict resolution.
//!
//! A state s is *stable for a party* under a concept if the party, thinking as the concept says, does not
//! leave it; it is an *equilibrium* if it is stable for every party. The concepts, with `R_i+(s)` the
//! unilateral improvements of party i from s, `R_O(q)` what the opponents can reach from q in a legal sequence
//! of moves (nobody twice in succession) and `R_O+(q)` the same with every step an improvement for whoever
//! takes it, judged from the state it leaves:
//!
//! | concept | s is stable for i if |
//! | --- | --- |
//! | Nash | `R_i+(s)` is empty |
//! | GMR | for every q in `R_i+(s)` some z in `R_O(q)` has `z <=_i s` |
//! | SMR | … and also `w <=_i s` for every w in `R_i(z)` |
//! | SEQ | for every q in `R_i+(s)` some z in `R_O+(q)` has `z <=_i s` |
//! | SSEQ | … and also `w <=_i s` for every w in `R_i(z)` |
//!
//! A tie counts for the sanction and against the improvement. Sources: Nash 1951; Howard 1971 (GMR, SMR);
//! Fraser and Hipel 1979, 1984 (SEQ); Fang, Hipel, Kilgour 1993 (legal sequences); Rêgo and Vieira 2017 (SSEQ).

mod judge;
mod listed;
mod product;
mod simultaneous;
mod state_set;

pub use judge::{Answer, Trouble, judge};
pub use simultaneous::{SimLimits, simultaneous};
pub use state_set::StateSet;

/// What a party thinks of before it leaves a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Concept {
    /// Nash stability (also called rationality): it looks one move ahead.
    Nash,
    /// General metarationality: it fears any answer.
    #[serde(rename = "GMR")]
    Gmr,
    /// Symmetric metarationality: it fears any answer that it cannot escape.
    #[serde(rename = "SMR")]
    Smr,
    /// Sequential stability: it fears only answers that pay for those who give them.
    #[serde(rename = "SEQ")]
    Seq,
    /// Symmetric sequential stability: it fears paying answers that it cannot escape.
    #[serde(rename = "SSEQ")]
    Sseq,
}

impl Concept {
    /// All five, in the order of the table.
    pub const ALL: [Self; 5] = [Self::Nash, Self::Gmr, Self::Smr, Self::Seq, Self::Sseq];

    /// The short name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nash => "Nash",
            Self::Gmr => "GMR",
            Self::Smr => "SMR",
            Self::Seq => "SEQ",
            Self::Sseq => "SSEQ",
        }
    }

    /// The concept with a short name, whatever the case of its letters.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|concept| concept.name().eq_ignore_ascii_case(name))
    }

    /// Whether opponents answer only by improvements.
    #[must_use]
    pub fn credible(self) -> bool {
        matches!(self, Self::Seq | Self::Sseq)
    }

    /// Whether the party looks at its own way out of the sanction.
    #[must_use]
    pub fn symmetric(self) -> bool {
        matches!(self, Self::Smr | Self::Sseq)
    }

    /// What the concept supposes, in words.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Nash => "nobody can do better by a move of its own",
            Self::Gmr => {
                "whoever moves away can be brought to something no better, at any cost to the others"
            }
            Self::Smr => {
                "whoever moves away can be brought to something no better and cannot escape from there"
            }
            Self::Seq => {
                "whoever moves away is brought to something no better by answers that pay the others"
            }
            Self::Sseq => {
                "whoever moves away is brought to something no better by answers that pay, without escape"
            }
        }
    }
}
