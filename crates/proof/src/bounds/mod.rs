//! Something is impossible: a chain of bounds around all self-enforcing values that leaves no settlement.

use serde::{Deserialize, Serialize};

/// A chain of bounds. A bound is a whole number over (the party's flow denominator × `grid`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// How much finer than the party's flows the bounds are; a power of two.
    pub grid: u64,
    /// The stages after the payoff range, in order.
    pub stages: Vec<Stage>,
    /// A state that today can lead to and from which no joint move survives the last stage, so that there is no
    /// self-enforcing path at all; left out where the settlements are excluded one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_equilibrium: Option<u32>,
}

/// One stage: for each party, one whole number a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// No self-enforcing value is above.
    pub high: Vec<Vec<i64>>,
    /// No self-enforcing value is below.
    pub low: Vec<Vec<i64>>,
}
