//! Claims, judgements, what would flip them, and sources.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One assertion of a source, and what the case says of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Claim {
    /// Its name in the case: "C5".
    pub id: String,
    /// Where it stands in its source: "paragraph 5". May be empty.
    pub place: String,
    /// The assertion in a neutral sentence.
    pub assertion: String,
    /// What the case says of it.
    pub verdict: ClaimVerdict,
    /// Where the verdict is that it depends: what it is with every judgement as it stands, "true" or "false".
    pub as_judged: String,
    /// Why, in one or two sentences.
    pub reason: String,
    /// The judgements it turns on, with the point where it flips.
    pub turns_on: Vec<Flip>,
    /// How many judgements were moved to see: "2 of 5 judgements moved alone, at 8 values". Empty when there are none
    /// that could be.
    pub moved: String,
    /// The world that it was decided in, and the numbers that its own variants put outside their stated ranges. Empty
    /// where it is the case as written.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub world: String,
    /// The files with the checked proofs of the verdicts that it rests on. Empty when there is none.
    pub proof: String,
}

/// What a case says of a claim.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimVerdict {
    /// It holds under these judgements.
    True,
    /// It fails under these judgements.
    False,
    /// It holds for some values inside the stated ranges and fails for others.
    Depends,
    /// Neither was proved within the limits.
    #[default]
    Undecided,
    /// The case does not yet say enough, or this version cannot decide this kind of claim.
    NotYetDecidable,
}

impl ClaimVerdict {
    /// Every verdict, in the order in which counts are shown.
    pub const ALL: [Self; 5] = [
        Self::True,
        Self::False,
        Self::Depends,
        Self::Undecided,
        Self::NotYetDecidable,
    ];

    /// The word shown to readers.
    pub fn word(self) -> &'static str {
        match self {
            Self::True => "true",
            Self::False => "false",
            Self::Depends => "depends",
            Self::Undecided => "undecided",
            Self::NotYetDecidable => "not yet decidable",
        }
    }

    /// A sign that is told apart by shape, not by colour.
    pub fn sign(self) -> &'static str {
        match self {
            Self::True => "✓",
            Self::False => "✗",
            Self::Depends => "±",
            Self::Undecided => "?",
            Self::NotYetDecidable => "–",
        }
    }
}

impl Claim {
    /// Where it depends, the finding as judged and the changes that reverse it: "true as judged; false if …".
    #[must_use]
    pub fn depends_how(&self) -> String {
        let opposite = match self.as_judged.as_str() {
            "true" => "false",
            "false" => "true",
            _ => return String::new(),
        };
        let reversed = self.turns_on.iter().filter(|flip| flip.becomes == opposite);
        let places: Vec<String> = reversed
            .map(|flip| format!("{} is {}", flip.judgement, flip.flips_at))
            .collect();
        let more = match places.len().saturating_sub(FEW_PLACES) {
            0 => String::new(),
            more => format!(", or by any of {more} more"),
        };
        let shown = &places[..places.len().min(FEW_PLACES)];
        format!(
            "{} as judged; {opposite} if {}{more}",
            self.as_judged,
            shown.join(", or ")
        )
    }
}

/// How many places are named where it is said how a claim depends.
const FEW_PLACES: usize = 2;

/// How one judgement alone would change an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Flip {
    /// The judgement, in words, as in [`Judgement::what`].
    pub judgement: String,
    /// Its value now, with its unit.
    pub now: String,
    /// Its stated range in words: "0.2 to 0.6".
    pub range: String,
    /// Where this judgement alone breaks the deal shown, exactly for payoffs: "below 0.9, above 1.1". Empty where no deal is
    /// shown, and in claims. Another deal may still hold there.
    pub deal_breaks_at: String,
    /// Where the answer changes: "above 7 months". Empty when no value that was tried in the range changes it.
    pub flips_at: String,
    /// What the answer then becomes: "impossible", "false". May be empty.
    pub becomes: String,
}

/// A number or ranking somebody supplied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Judgement {
    /// What is judged, in words with its unit.
    pub what: String,
    /// The value used.
    pub likely: String,
    /// The lowest plausible value. Empty when none was given.
    pub low: String,
    /// The highest plausible value. Empty when none was given.
    pub high: String,
    /// Why this value.
    pub because: String,
    /// The source's id, as in [`Source::id`]. Empty when it is unsourced.
    pub source: String,
    /// Who judged.
    pub by: String,
}

/// Something a judgement or a claim was taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Source {
    /// Its short name: "S1".
    pub id: String,
    /// The citation in words.
    pub citation: String,
    /// Its address, shown as text and followed only when the reader asks. May be empty.
    pub address: String,
}
