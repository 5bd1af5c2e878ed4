//! What each party gets. Payoffs of different parties are never added, ranked together or drawn on one axis.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A number as it is shown and where it is drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Amount {
    /// The text to show, exact where exactness was promised: "-0.4", "2/3", "at least 1.2".
    pub shown: String,
    /// Its position on the party's own axis. Only drawings use it.
    pub at: f64,
}

impl Amount {
    /// An amount with its text and position.
    pub fn new(shown: impl Into<String>, at: f64) -> Self {
        Self {
            shown: shown.into(),
            at,
        }
    }
}

/// What one party gets with the deal and without it, on its own scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Payoff {
    /// The party.
    pub party: String,
    /// What the scale measures: "flow per quarter relative to today".
    pub scale: String,
    /// Its value if there is no deal.
    pub no_deal: Amount,
    /// Its value from the deal; absent when there is no deal to value.
    pub deal: Option<Amount>,
    /// The least it can be held to if the deal breaks down after its own moves.
    pub worst: Option<Amount>,
    /// The comparison in one sentence.
    pub sentence: String,
}

/// Another deal that no comparison rules out.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct OtherDeal {
    /// A short name: "Relief first".
    pub name: String,
    /// Its settlement in words.
    pub settlement: String,
    /// By which criterion it would be chosen: "best for North Korea". May be empty.
    pub chosen_by: String,
    /// What each party gets from it.
    pub payoffs: Vec<PartyAmount>,
}

/// What a named party gets.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PartyAmount {
    /// The party.
    pub party: String,
    /// What it gets, on its own scale.
    pub amount: Amount,
}
