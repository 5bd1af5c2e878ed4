//! The world that an answer speaks of: what differs from the case as written.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The world that an answer speaks of, in the analyst's words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct World {
    /// All of it in one line, without a full stop; of many judgements those outside their ranges and a few others.
    pub sentence: String,
    /// Whether it is the case as written, with the first type of every party.
    pub as_written: bool,
    /// The variants that are applied, in order.
    pub variants: Vec<WorldVariant>,
    /// Periods that have passed without a deal.
    pub periods_later: u32,
    /// What every party that has types is taken to be.
    pub types: Vec<TypeTaken>,
    /// The judgements with another value than in the case as written.
    pub judgements: Vec<MovedJudgement>,
}

/// A variant that is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct WorldVariant {
    /// Its name in the file.
    pub id: String,
    /// What is different, in words.
    pub name: String,
}

/// The type a party is taken to be.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TypeTaken {
    /// The party's name in the file.
    pub party: String,
    /// The party.
    pub party_name: String,
    /// The type's name in the file.
    #[serde(rename = "type")]
    pub kind: String,
    /// The type.
    pub type_name: String,
    /// How many types the party has.
    pub of: usize,
}

/// A judgement with another value than in the case as written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct MovedJudgement {
    /// Its key.
    pub key: String,
    /// What it is, in words.
    pub what: String,
    /// The value it has here.
    pub value: String,
    /// The value as written.
    pub written: String,
    /// The least value of its stated range. Empty when none is stated.
    pub low: String,
    /// The largest value of its stated range. Empty when none is stated.
    pub high: String,
    /// Whether the value lies inside the stated range; an end that is not stated bounds nothing.
    pub in_range: bool,
    /// What moved it: "set", "variant NAME" or "time".
    pub by: String,
}

impl World {
    /// The judgements with a value outside their stated range.
    pub fn outside(&self) -> impl Iterator<Item = &MovedJudgement> {
        self.judgements.iter().filter(|moved| !moved.in_range)
    }

    /// The line that goes under a headline; `None` where the world is the case as written.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        (!self.as_written && !self.sentence.is_empty()).then(|| format!("World: {}.", self.sentence))
    }
}

impl MovedJudgement {
    /// "the discount of A is 0.5 instead of 0.9, OUTSIDE its stated range 0.8 to 0.95"
    #[must_use]
    pub fn in_words(&self) -> String {
        let range = match (self.low.as_str(), self.high.as_str()) {
            ("", "") => "; no range is stated for it".to_owned(),
            (low, "") => format!(", {} its stated range (at least {low})", self.side()),
            ("", high) => format!(", {} its stated range (at most {high})", self.side()),
            (low, high) => format!(", {} its stated range {low} to {high}", self.side()),
        };
        format!(
            "{} is {} instead of {}{range}",
            self.what, self.value, self.written
        )
    }

    fn side(&self) -> &'static str {
        if self.in_range { "inside" } else { "OUTSIDE" }
    }
}
