//! What a stability analysis says, as data for `--json`, for tables and for sentences.
//!
//! Every state is given by its short name; `states` has each one's vector of levels and its words. Sets that
//! are too long to be listed are counted, and said to be cut.

mod compare;
mod text;

pub use compare::{
    ComparedState, Comparison, Counts, DifferenceView, comparison, comparison_section, comparison_text,
};
pub use text::{ORDER, text};

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::view::World;

/// The schema of the JSON.
pub const SCHEMA: &str = "detente-stability/1";

/// A short name and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Named {
    /// Short name.
    pub id: String,
    /// In words.
    pub name: String,
}

/// A state that is spoken of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StateView {
    /// Its levels, in the order of the options.
    pub vector: Vec<u8>,
    /// In words.
    pub words: String,
    /// All its vectors, where several are merged.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<Vec<u8>>,
}

/// Which states are stable, by concept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Sets {
    /// The vectors of the equilibria of each concept.
    pub equilibria: BTreeMap<String, Vec<Vec<u8>>>,
    /// The same by short name.
    pub equilibrium_states: BTreeMap<String, Vec<String>>,
    /// How many there are of each.
    pub equilibrium_counts: BTreeMap<String, usize>,
    /// Equilibria by the concepts that hold in them, strongest first; grouped before any list is cut.
    #[serde(skip)]
    pub groups: Vec<Group>,
    /// For each concept, for each party, where it is stable.
    pub individual_stability: BTreeMap<String, BTreeMap<String, Vec<String>>>,
}

/// The states that are equilibria under the same concepts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Group {
    /// The concepts.
    pub concepts: Vec<String>,
    /// How many states there are.
    pub count: usize,
    /// The first of them, by short name.
    pub states: Vec<String>,
}

/// Why one party stays or leaves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Story {
    /// The state.
    pub state: String,
    /// The party.
    pub party: String,
    /// The concept.
    pub concept: String,
    /// Whether it stays.
    pub stable: bool,
    /// Why, in sentences.
    pub sentences: Vec<String>,
}

/// One change of the conflict after which an equilibrium is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Flip {
    /// What is changed: `swap`, `tie` or `reversibility`.
    pub kind: String,
    /// Whose preference, or whose option.
    pub party: String,
    /// The change in words.
    pub change: String,
    /// The equilibria that it ends, by concept.
    pub ends: BTreeMap<String, Vec<String>>,
    /// The equilibria that it brings, by concept.
    pub brings: BTreeMap<String, Vec<String>>,
}

/// What the verdicts rest on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Robustness {
    /// How many single changes were tried.
    pub tried: usize,
    /// For each concept, for each equilibrium, how many of them end it.
    pub ended_by: BTreeMap<String, BTreeMap<String, usize>>,
    /// The changes that change something.
    pub flips: Vec<Flip>,
}

/// One move of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StepView {
    /// Who moves, several for a joint move.
    pub by: Vec<String>,
    /// Where to.
    pub to: String,
    /// Whether it is an improvement for everybody who moves.
    pub improves: bool,
    /// Whether it can be taken back in one move.
    pub reversible: bool,
    /// What is done, in words.
    pub words: String,
}

/// How an equilibrium is reached from today.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Route {
    /// The shortest path on which each step pays whoever takes it.
    pub by_improvements: Option<Vec<StepView>>,
    /// The shortest path by any moves.
    pub by_any_move: Option<Vec<StepView>>,
    /// The shortest path on which each step pays everybody who takes it, groups moving together.
    pub by_joint_improvements: Option<Vec<StepView>>,
    /// The shortest path, by any single or joint moves, on which every state after today is stable for everybody under the concept named.
    pub through_stable_states: Option<Vec<StepView>>,
}

/// From today to the equilibria.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StatusQuo {
    /// Today.
    pub from: String,
    /// The concept whose equilibria are aimed at, and whose stable states may be passed.
    pub concept: String,
    /// For each equilibrium.
    pub routes: BTreeMap<String, Route>,
    /// The equilibria that no moves lead to.
    pub unreachable: Vec<String>,
}

/// A coalition and the equilibria that it can upset.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CoalitionView {
    /// Who is in it.
    pub members: Vec<String>,
    /// For each concept, the states that are not stable for it.
    pub unstable: BTreeMap<String, Vec<String>>,
    /// For individually stable states that it leaves: from which, to which, under which concept.
    pub jumps: Vec<Jump>,
}

/// A joint move away from an individual equilibrium.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Jump {
    /// The concept under which nobody alone leaves.
    pub concept: String,
    /// The equilibrium that is left.
    pub from: String,
    /// Where the coalition goes, undeterred.
    pub to: String,
}

/// What coalitions change.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Coalitions {
    /// What counts as an improvement of a coalition, in words.
    pub improvement: String,
    /// Each coalition of two or more.
    pub coalitions: Vec<CoalitionView>,
    /// For each concept, the states that are stable for every coalition, single parties included.
    pub universally_stable: BTreeMap<String, Vec<String>>,
}

/// One more analysis that needs something special of the conflict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Special {
    /// What it supposes, in words.
    pub meaning: String,
    /// What came out.
    #[serde(flatten)]
    pub sets: Sets,
}

/// What makes one state stable for one party, as a condition on its ranking.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct InverseParty {
    /// The party.
    pub party: String,
    /// The condition in words.
    pub condition: String,
    /// Strict rankings under which the state is stable, exactly.
    pub rankings: String,
    /// All strict rankings.
    pub of: String,
    /// The same with ties allowed.
    pub rankings_with_ties: String,
    /// All rankings with ties.
    pub of_with_ties: String,
    /// Whether the present ranking is one.
    pub holds_now: bool,
    /// The fewest pairs that would have to change places, and the states to be put below the target.
    pub least_change: Option<LeastChange>,
}

/// The smallest change of a ranking that makes a state stable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeastChange {
    /// Pairs that change places.
    pub pairs: usize,
    /// States that must come to stand no higher than the target.
    pub lower: Vec<String>,
}

/// Which rankings make a state an equilibrium.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Inverse {
    /// The state.
    pub target: String,
    /// How far counting goes, in words.
    pub limits: String,
    /// For each concept, each party's condition.
    pub concepts: BTreeMap<String, Vec<InverseParty>>,
    /// For each concept, all profiles of strict rankings that make the target an equilibrium, where they can be counted.
    pub profiles: BTreeMap<String, String>,
}

/// A whole analysis.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct Stability {
    /// Always [`SCHEMA`].
    pub schema: String,
    /// Short name of the conflict.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Where it comes from.
    pub source: String,
    /// The SHA-256 of the conflict, for certificates.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub conflict_hash: String,
    /// The world of the case; absent where the conflict is not a case.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub world: Option<World>,
    /// Who decides.
    pub parties: Vec<Named>,
    /// The options in the order of the vectors.
    pub options: Vec<Named>,
    /// How many states there are.
    pub state_count: usize,
    /// Today's state.
    pub today: Option<String>,
    /// What each concept supposes.
    pub concepts: BTreeMap<String, String>,
    /// The plain analysis.
    #[serde(flatten)]
    pub sets: Sets,
    /// Unknown preferences under the four readings, by letter.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub extensions: BTreeMap<String, Special>,
    /// Foresight, attitudes, strength, misperception, mixed concepts: by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub special: BTreeMap<String, Special>,
    /// Why each equilibrium, and today, is what it is.
    pub because: Vec<Story>,
    /// What the equilibria rest on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub robustness: Option<Robustness>,
    /// From today to the equilibria.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_quo: Option<StatusQuo>,
    /// What coalitions change: `all better` and `none worse, some better`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub coalitions: Vec<Coalitions>,
    /// Which rankings make a state an equilibrium.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inverse: Option<Inverse>,
    /// Rankings against numbers, state by state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Every state that is spoken of.
    pub states: BTreeMap<String, StateView>,
    /// What was left out, and why.
    pub left_out: Vec<String>,
    /// Warnings about the conflict as written.
    pub warnings: Vec<String>,
    /// The command that repeats this.
    pub command: String,
    /// Which program said so.
    pub version: String,
}
