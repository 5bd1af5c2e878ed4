//! What a report says, as plain data: the contract between whoever computed a result and whoever words it.
//!
//! Everything is already in the analyst's words. Numbers come as the text to show plus a position to draw
//! ([`Amount`]), so that nothing is rounded twice and exact values stay exact on the page.

mod evidence;
mod ladder;
mod payoffs;
mod profiles;
mod section;
mod sturdiness;
mod world;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use evidence::{Claim, ClaimVerdict, Flip, Judgement, Source};
pub use ladder::{Ladder, LadderMove, Lane, Mark, Step};
pub use payoffs::{Amount, OtherDeal, PartyAmount, Payoff};
pub use profiles::{Profile, TypeProof};
pub use section::{Chart, Figure, LineChart, Marker, Point, Region, Section, Series, Table};
pub use sturdiness::{Binding, PartySturdiness, Sturdiness};
pub use world::{MovedJudgement, TypeTaken, World, WorldVariant};

/// Everything one report shows, in the order of the reader's questions.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Report {
    /// The case, as the analyst named it.
    pub title: String,
    /// The question asked of it, in one sentence.
    pub question: String,
    /// The answer.
    pub verdict: Verdict,
    /// The world it speaks of.
    pub world: World,
    /// The verdict for every profile of types, the most probable first.
    pub profiles: Vec<Profile>,
    /// Whether one deal is self-enforcing for every type of every party. Absent where that was not asked.
    pub type_proof: Option<TypeProof>,
    /// What carries the answer, strongest first. The first screen shows three.
    pub reasons: Vec<Reason>,
    /// What a careful reader should doubt, most serious first. The first screen shows three.
    pub doubts: Vec<Reason>,
    /// The deal, or the best attempt at one. Absent when there is nothing to draw.
    pub ladder: Option<Ladder>,
    /// What is played if nothing is agreed, in one sentence.
    pub no_deal: String,
    /// How far all numbers may be wrong at once before the deal breaks. Absent without a deal, and where it was not worked out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sturdiness: Option<Sturdiness>,
    /// What each party gets, each on its own scale.
    pub payoffs: Vec<Payoff>,
    /// Other deals no party-by-party comparison rules out, so that the choice of this one is visible.
    pub other_deals: Vec<OtherDeal>,
    /// The assertions the case was asked to decide.
    pub claims: Vec<Claim>,
    /// Judgements that alone would change the verdict, nearest first.
    pub flips: Vec<Flip>,
    /// Every judgement the result rests on.
    pub judgements: Vec<Judgement>,
    /// What the judgements were taken from.
    pub sources: Vec<Source>,
    /// Added sections, each rendered after the payoffs and before the claims.
    pub sections: Vec<Section>,
    /// How the answer was found and how it was checked, one paragraph an entry.
    pub method: Vec<String>,
    /// The limits the computation ran under.
    pub limits: Vec<Limit>,
    /// The hash of the case text, as hexadecimal.
    pub hash: String,
    /// The program's version.
    pub version: String,
    /// The command that gives the same bytes again.
    pub command: String,
}

/// The answer, then because, then unless.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Verdict {
    /// Which of the three answers.
    pub answer: Answer,
    /// The answer in one line, without the word of [`Answer`] itself.
    pub headline: String,
    /// The parties that are worse off with the deal than without one, and by how much per period, on their own scales.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub losers: Vec<PartyAmount>,
    /// Why, in a few short sentences.
    pub because: Vec<String>,
    /// What would change the answer, in one to three short sentences.
    pub unless: Vec<String>,
    /// What the answer claims exactly: solution concept, horizon, limits. Never left out of a real report.
    pub rests_on: String,
}

/// The three answers. A limit reached is undecided, never impossible.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// A deal is shown, and a checked proof that no departure from it pays.
    Possible,
    /// A checked proof that there is none.
    Impossible,
    /// Neither was proved within the limits.
    #[default]
    Undecided,
}

impl Answer {
    /// The word shown to readers.
    pub fn word(self) -> &'static str {
        match self {
            Self::Possible => "Possible",
            Self::Impossible => "Impossible",
            Self::Undecided => "Undecided",
        }
    }
}

impl Verdict {
    /// Who is worse off with the deal than without one, in a sentence; `None` where nobody is.
    #[must_use]
    pub fn losers_in_words(&self) -> Option<String> {
        let losers = self.losers.iter();
        let losers: Vec<String> = losers
            .map(|loser| format!("{} by {}", loser.party, loser.amount.shown))
            .collect();
        (!losers.is_empty()).then(|| {
            format!(
                "Worse off than without a deal, per period on their own scales: {}.",
                losers.join(", ")
            )
        })
    }
}

/// One reason or one doubt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Reason {
    /// It in one sentence.
    pub headline: String,
    /// What is behind it, with the figures. May be empty.
    pub detail: String,
    /// Names of the judgements it rests on, as in [`Report::judgements`].
    pub rests_on: Vec<String>,
}

/// One limit of the computation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Limit {
    /// What is limited, in words, for example "states searched".
    pub what: String,
    /// The limit and, where it helps, what was used: "288 of at most 1 000 000".
    pub value: String,
    /// Whether the computation stopped here. Then the verdict cannot be Impossible because of it.
    pub reached: bool,
}

impl Report {
    /// How many judgements name a source, and how many there are.
    pub fn sourced(&self) -> (usize, usize) {
        let sourced = self
            .judgements
            .iter()
            .filter(|judgement| !judgement.source.is_empty())
            .count();
        (sourced, self.judgements.len())
    }
}
