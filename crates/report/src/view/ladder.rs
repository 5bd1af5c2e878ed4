//! A deal as a ladder of steps: one lane a party, time running down.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The deal as steps, from today to the settlement.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Ladder {
    /// The deal in one sentence, for readers who do not see the drawing.
    pub sentence: String,
    /// The parties, in the order of their lanes.
    pub lanes: Vec<Lane>,
    /// Where things stand before the first step.
    pub today: String,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// The settlement in which everybody then stays. Empty when the ladder breaks before it.
    pub settlement: String,
    /// What each side goes back to after a breach.
    pub snapback: String,
}

/// One party's lane.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Lane {
    /// The party's name, as in [`LadderMove::by`].
    pub party: String,
    /// What it holds today, in words. May be empty.
    pub starts: String,
    /// What it holds at the settlement, in words. May be empty.
    pub settles: String,
}

/// Everything that happens in one period of the deal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// The period in words: "Quarter 1", "January 2020".
    pub when: String,
    /// The moves of the period. A party without a move keeps what it has.
    pub moves: Vec<LadderMove>,
    /// Why nobody departs here: who is tempted, by how much, and what answer deters it. May be empty.
    pub holds_because: String,
    /// Who departs here, how, and what it gains, when the ladder breaks at this step. Empty when it holds.
    pub breaks: String,
    /// What follows a breach at this step, where it differs from [`Ladder::snapback`]. May be empty.
    pub snapback: String,
}

/// One move of one party.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct LadderMove {
    /// The party that moves.
    pub by: String,
    /// The move in words: "Suspends major exercises".
    pub words: String,
    /// What is particular about it.
    pub marks: Vec<Mark>,
}

/// What is particular about a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// Costs its mover about nothing.
    CheapGesture,
    /// Cannot be undone.
    Irreversible,
    /// Can be undone only in part.
    PartlyReversible,
}

impl Mark {
    /// The words shown with the move.
    pub fn words(self) -> &'static str {
        match self {
            Self::CheapGesture => "cheap gesture",
            Self::Irreversible => "cannot be undone",
            Self::PartlyReversible => "undone only in part",
        }
    }

    /// A sign that is told apart by shape, not by colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::CheapGesture => "○",
            Self::Irreversible => "■",
            Self::PartlyReversible => "◧",
        }
    }
}

impl Ladder {
    /// The parties in lane order; a party that moves without having a lane gets one at the end, so that no
    /// move is lost.
    pub fn parties(&self) -> Vec<&str> {
        let mut parties: Vec<&str> = self.lanes.iter().map(|lane| lane.party.as_str()).collect();
        for step in &self.steps {
            for the_move in &step.moves {
                if !parties.contains(&the_move.by.as_str()) {
                    parties.push(&the_move.by);
                }
            }
        }
        parties
    }

    /// What a party holds at the settlement, in words; empty when the view does not say.
    pub fn settles(&self, party: &str) -> &str {
        self.lanes
            .iter()
            .find(|lane| lane.party == party)
            .map_or("", |lane| &lane.settles)
    }

    /// What a party holds today, in words; empty when the view does not say.
    pub fn starts(&self, party: &str) -> &str {
        self.lanes
            .iter()
            .find(|lane| lane.party == party)
            .map_or("", |lane| &lane.starts)
    }

    /// The marks that occur, each once.
    pub fn marks(&self) -> Vec<Mark> {
        let mut marks: Vec<Mark> = self
            .steps
            .iter()
            .flat_map(|step| &step.moves)
            .flat_map(|the_move| the_move.marks.clone())
            .collect();
        marks.sort();
        marks.dedup();
        marks
    }
}
