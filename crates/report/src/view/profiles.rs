//! The verdict by what the parties are: one line a profile of types.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Answer;

/// The verdict for one profile of types.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// The type of every party that has types, by their names in the file; empty where no party has any.
    pub types: BTreeMap<String, String>,
    /// The same in words: "North Korea: hardliner".
    pub in_words: String,
    /// The chance of the profile.
    pub prior: f64,
    /// The chance in words: "35 %".
    pub chance: String,
    /// The verdict; `null` where there was no time to ask.
    pub answer: Option<Answer>,
    /// What each party gets without a deal, per period on its own scale, by its name in the file; `null` where no
    /// play without a deal was found.
    pub no_deal: Option<BTreeMap<String, f64>>,
    /// What each party gets from the deal; `null` where none was found.
    pub values: Option<BTreeMap<String, f64>>,
    /// The deal in a few words. Empty where none was found.
    pub deal: String,
}

/// Whether one deal is self-enforcing whatever the parties are.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct TypeProof {
    /// The verdict on that.
    pub answer: Answer,
    /// The types for which the deal was found, or for which there is none.
    pub types: BTreeMap<String, String>,
    /// It in one sentence.
    pub sentence: String,
}
