//! How a party reads preferences when it judges: what is unknown, what is strong, and how it regards others.
//!
//! *Unknown* (Li, Hipel, Kilgour, Fang 2004), for the party that judges: reading a leaves for what is better or
//! unknown and is deterred by what is no better; b leaves for what is better, deterred by no better; c leaves
//! for better or unknown, deterred by no better or unknown; d leaves for better, deterred by no better or
//! unknown. Under all four an opponent's answer is credible if it is better or unknown for whoever gives it.
//! Without a reading unknown pairs neither tempt nor deter nor pay.
//!
//! *Strong* (Hamouda, Kilgour, Hipel 2004): only what is much worse deters (readings c and d: or unknown).
//!
//! *Attitudes* (Inohara, Hipel, Walker 2007): x is in `TRP_i(s)` if it is better than s for every party that
//! i regards positively and worse for every party that it regards negatively. A party leaves for `TRP_i(s)`,
//! what is not in it deters, and an answer pays whoever gives it if it is in the giver's own TRP.

use detente_conflict::{Attitude, Comparison, GraphModel, PartyId, StateId};
use serde::{Deserialize, Serialize};

/// How unknown comparisons are read by the party that judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Unknown {
    /// Eager to move, hard to deter.
    A,
    /// Ignores what is unknown.
    B,
    /// Eager to move, easy to deter.
    C,
    /// The most cautious.
    D,
}

impl Unknown {
    /// All four.
    pub const ALL: [Self; 4] = [Self::A, Self::B, Self::C, Self::D];

    /// Its letter.
    #[must_use]
    pub fn letter(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::B => "b",
            Self::C => "c",
            Self::D => "d",
        }
    }
}

/// How preferences are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lens {
    /// How the unknown is read; `None` for the plain definitions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unknown: Option<Unknown>,
    /// Whether only what is much worse deters.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub strong: bool,
    /// Whether attitudes towards others are what is judged by.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub attitudes: bool,
}

impl Lens {
    /// The plain definitions.
    pub const PLAIN: Self = Self {
        unknown: None,
        strong: false,
        attitudes: false,
    };

    /// Whether it is the plain one.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        *self == Self::PLAIN
    }

    /// A reading of what is unknown.
    #[must_use]
    pub fn reading(unknown: Unknown) -> Self {
        Self {
            unknown: Some(unknown),
            ..Self::PLAIN
        }
    }

    /// The same, with only strong sanctions.
    #[must_use]
    pub fn strongly(self) -> Self {
        Self { strong: true, ..self }
    }

    /// Judging by attitudes.
    pub const ATTITUDES: Self = Self {
        unknown: None,
        strong: false,
        attitudes: true,
    };

    /// Whether the party would leave `from` for `to`.
    #[must_use]
    pub fn leaves(self, model: &GraphModel, party: PartyId, from: StateId, to: StateId) -> bool {
        if self.attitudes {
            return total_relational_preference(model, party, from, to);
        }
        let comparison = model.preference(party).compare(to, from);
        let eager = matches!(self.unknown, Some(Unknown::A | Unknown::C));
        comparison.is_better() || (eager && comparison == Comparison::Unknown)
    }

    /// Whether finding itself at `at` deters the party from leaving `from`.
    #[must_use]
    pub fn deters(self, model: &GraphModel, party: PartyId, from: StateId, at: StateId) -> bool {
        if self.attitudes {
            return !total_relational_preference(model, party, from, at);
        }
        let comparison = model.preference(party).compare(at, from);
        let cautious = matches!(self.unknown, Some(Unknown::C | Unknown::D));
        let known = match self.strong {
            true => comparison == Comparison::MuchWorse,
            false => comparison.is_no_better(),
        };
        known || (cautious && comparison == Comparison::Unknown)
    }

    /// Whether the step pays whoever takes it, so that opponents believe in it.
    #[must_use]
    pub fn pays(self, model: &GraphModel, mover: PartyId, from: StateId, to: StateId) -> bool {
        if self.attitudes {
            return total_relational_preference(model, mover, from, to);
        }
        let comparison = model.preference(mover).compare(to, from);
        comparison.is_better() || (self.unknown.is_some() && comparison == Comparison::Unknown)
    }
}

/// Whether `to` is in `TRP_i(from)`. Without attitudes: whether it is better for the party itself.
fn total_relational_preference(model: &GraphModel, party: PartyId, from: StateId, to: StateId) -> bool {
    let Some(attitudes) = model.attitudes() else {
        return model.preference(party).compare(to, from).is_better();
    };
    model
        .party_ids()
        .all(|other| match attitudes[party.index()][other.index()] {
            Attitude::Positive => model.preference(other).compare(to, from).is_better(),
            Attitude::Indifferent => true,
            Attitude::Negative => model.preference(other).compare(from, to).is_better(),
        })
}
