//! What happened, as somebody recorded it.
//!
//! An event keeps four times: when it occurred (perhaps an interval), when it was reported, when it was received,
//! and when it was accepted into the record. Status looks at the first for what was true, and at the last for what
//! was known. An event is a statement by its authors; what it does depends on who they are and what the text says.

mod csv;
mod ids;
mod kind;
mod numbers;
mod read;

use std::collections::BTreeMap;
use std::sync::Arc;

use detente_base::number::Exact;

pub use csv::{CsvError, read_csv};
pub(crate) use ids::Ids;
pub use kind::EventKind;
pub(crate) use numbers::inexact_in_json;
pub use read::{EventError, event_from_json, events_from_text, raw_events};

use crate::moment::{Moment, Occurrence};

/// A fact that an event carries: measured or stated.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// A word.
    Word(String),
    /// A number.
    Number(Exact),
    /// True or false.
    Truth(bool),
}

/// What a report or verification says about a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Finding {
    /// It was done.
    #[default]
    Performed,
    /// It was broken.
    Violated,
    /// What was broken is whole again.
    Cured,
    /// It is being kept.
    Kept,
}

impl Finding {
    /// The words of an event file.
    pub const WORDS: [(&'static str, Self); 4] = [
        ("performed", Self::Performed),
        ("violated", Self::Violated),
        ("cured", Self::Cured),
        ("kept", Self::Kept),
    ];
}

/// Votes as counted by whoever keeps the body's record, or the ballot of one member.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Votes {
    /// How many said yes.
    pub yes: u32,
    /// How many said no.
    pub no: u32,
    /// How many abstained.
    pub abstain: u32,
    /// Who said no, where it matters (vetoes).
    pub no_by: Vec<String>,
    /// Who said yes, if known.
    pub yes_by: Vec<String>,
}

/// The rarer fields of an event.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Details {
    /// The stage of a dispute.
    pub stage: Option<String>,
    /// How much was delivered by this event.
    pub amount: Option<Exact>,
    /// How much has been delivered in all up to this event.
    pub total: Option<Exact>,
    /// Facts.
    pub facts: BTreeMap<String, Fact>,
    /// A vote.
    pub votes: Option<Votes>,
    /// What a body decided, or what an opinion says.
    pub outcome: Option<String>,
    /// A new last day.
    pub until: Option<jiff::civil::Date>,
    /// Days added.
    pub days: Option<u32>,
    /// Fields of the text that an amendment sets.
    pub set: Vec<(String, serde_json::Value)>,
    /// Why, in words.
    pub cause: Option<String>,
    /// The form's fields.
    pub form: BTreeMap<String, String>,
    /// Where it is known from.
    pub source: Option<String>,
    /// How sure the source is.
    pub confidence: Option<String>,
    /// In words.
    pub note: Option<String>,
    /// Hashes of evidence.
    pub evidence: Vec<String>,
}

/// Names that many events have in common: they are kept once.
pub type Names = Arc<[String]>;

/// A recorded event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Its id, unique in its record.
    pub id: String,
    /// Its kind.
    pub kind: EventKind,
    /// Who says so.
    pub by: Names,
    /// What it is about: commitments, powers, procedures, snapbacks.
    pub on: Names,
    /// The event that it answers, withdraws or reverses.
    pub of: Option<String>,
    /// When it occurred.
    pub occurred: Occurrence,
    /// Whether that time was stated; if not, it is the time of the report.
    pub occurred_stated: bool,
    /// When it was reported.
    pub reported: Moment,
    /// When it was received.
    pub received: Moment,
    /// When it was accepted into the record.
    pub accepted: Moment,
    /// The level of a process reached.
    pub level: Option<u32>,
    /// What it says about the duty.
    pub finding: Finding,
    /// The rarer fields.
    pub details: Option<Box<Details>>,
    /// Whether it was supposed and not recorded (`--if`).
    pub supposed: bool,
}

static NO_DETAILS: Details = Details {
    stage: None,
    amount: None,
    total: None,
    facts: BTreeMap::new(),
    votes: None,
    outcome: None,
    until: None,
    days: None,
    set: Vec::new(),
    cause: None,
    form: BTreeMap::new(),
    source: None,
    confidence: None,
    note: None,
    evidence: Vec::new(),
};

impl Event {
    /// The rarer fields; empty when there are none.
    #[must_use]
    pub fn details(&self) -> &Details {
        self.details.as_deref().unwrap_or(&NO_DETAILS)
    }

    /// The same without what its authors wrote in their own words: causes, notes, sources, opinions, forms' contents.
    #[must_use]
    pub fn without_words(&self) -> Self {
        let mut event = self.clone();
        if let Some(details) = &mut event.details {
            details.cause = None;
            details.source = None;
            details.confidence = None;
            details.note = None;
            details.evidence.clear();
            details.form.values_mut().for_each(String::clear);
            if event.kind == EventKind::Opinion {
                details.outcome = None;
            }
        }
        event
    }

    /// Whether it is about `id`.
    #[must_use]
    pub fn is_on(&self, id: &str) -> bool {
        self.on.iter().any(|on| on == id)
    }
}
