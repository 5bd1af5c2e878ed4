//! What a deal survives, as plain data.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Amount;

/// By how large a share of their stated ranges all numbers may be wrong at once with the deal still an equilibrium.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Sturdiness {
    /// It in one sentence.
    pub sentence: String,
    /// The share at all points, punishments among them: 1 is all of every range. Absent where nothing inside the ranges can
    /// break the deal.
    pub share: Option<Amount>,
    /// The same along the path of the deal alone.
    pub on_path: Option<Amount>,
    /// For each party.
    pub parties: Vec<PartySturdiness>,
    /// The judgements that bind, those first that take most of the margin.
    pub binding: Vec<Binding>,
}

/// The same for one party.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PartySturdiness {
    /// The party.
    pub party: String,
    /// The share at all points.
    pub share: Option<Amount>,
    /// The share along the path.
    pub on_path: Option<Amount>,
    /// What breaking the deal costs it at the least along the path, per period on its own scale.
    pub least_loss: Option<Amount>,
}

/// A judgement that binds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Binding {
    /// The judgement, in words, as in [`super::Judgement::what`].
    pub judgement: String,
    /// Its value now.
    pub now: String,
    /// Its value where the deal breaks, all binding judgements moving at once.
    pub breaks_at: String,
}
