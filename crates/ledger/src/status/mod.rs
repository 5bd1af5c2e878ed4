//! Status: a pure function of (signed text, accepted events, as-of time, as-known-at time).
//!
//! The same inputs give the same answer whatever the order of delivery; a later event never changes what was known
//! earlier. A passage that is read in several ways gives one answer only if all readings agree on it; otherwise the
//! answer is DISPUTED and every branch is shown. Source: the state machine of agreements/README section 3.

mod amendments;
mod axes;
mod beliefs;
mod clock;
mod commitment;
mod dispute;
mod effects;
mod evidence;
mod found;
mod keeping;
mod label;
mod merge;
mod next;
mod power;
pub(crate) mod readings;
mod record;
mod snapback;
mod thresholds;
mod types;
mod votes;
mod world;

use std::collections::{BTreeMap, BTreeSet};

pub use beliefs::{Belief, TypeBelief};
pub use record::{Recognition, Record, Seen};
pub use types::*;

use crate::moment::Moment;
use crate::text::agreement::{Agreement, Reading};
use crate::text::document::Node;
use crate::text::{Complaint, Text};
use world::World;

pub use readings::MOST_READINGS;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// As of when.
    pub at: Moment,
    /// As known when.
    pub known: Moment,
    /// In whose view; nobody's when absent.
    pub viewer: Option<String>,
    /// Readings that were chosen: reading → option.
    pub readings: BTreeMap<String, String>,
    /// Fields of the text that are supposed to be otherwise.
    pub changes: Vec<(String, Node)>,
    /// Whether views of the parties that differ are worked out too.
    pub views: bool,
}

impl Question {
    /// The common view at a moment, with what was known then.
    #[must_use]
    pub fn at(at: Moment) -> Self {
        Self {
            at,
            known: at,
            viewer: None,
            readings: BTreeMap::new(),
            changes: Vec::new(),
            views: true,
        }
    }
}

/// Why no status can be given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatusError {
    /// An amendment, reading or supposition makes the text unreadable.
    Text(Vec<Complaint>),
    /// A reading or viewer that the text does not know.
    Unknown(String),
    /// More combinations of readings than the number that is followed.
    TooManyReadings(usize),
}

impl std::fmt::Display for StatusError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(complaints) => {
                let all: Vec<&str> = complaints
                    .iter()
                    .map(|complaint| complaint.what.as_str())
                    .collect();
                write!(f, "the changed text cannot be read: {}", all.join("; "))
            }
            Self::Unknown(what) => write!(f, "{what}"),
            Self::TooManyReadings(most) => {
                write!(f, "more than {most} combinations of readings: choose some")
            }
        }
    }
}

impl std::error::Error for StatusError {}

/// The status of a deal.
///
/// # Errors
/// [`StatusError`] when the question or an amendment does not fit the text.
pub fn status(text: &Text, record: &Record, question: &Question) -> Result<Status, StatusError> {
    check_question(text, question)?;
    let mut whole = one_view(text, record, question)?;
    if question.views && question.viewer.is_none() {
        whole.views = views(text, record, question, &whole)?;
    }
    Ok(whole)
}

fn check_question(text: &Text, question: &Question) -> Result<(), StatusError> {
    let agreement = &text.agreement;
    if let Some(viewer) = &question.viewer
        && !agreement.parties.contains_key(viewer)
        && !agreement.others.contains_key(viewer)
    {
        let near = crate::text::fields::nearest(viewer, agreement.parties.keys().map(String::as_str));
        return Err(StatusError::Unknown(format!(
            "`{viewer}` is not a party of this text; {near}"
        )));
    }
    for (id, option) in &question.readings {
        let reading = agreement
            .readings
            .iter()
            .find(|reading| reading.id == *id)
            .ok_or_else(|| {
                let known: Vec<&str> = agreement
                    .readings
                    .iter()
                    .map(|reading| reading.id.as_str())
                    .collect();
                StatusError::Unknown(format!(
                    "the text has no reading `{id}`; it has: {}",
                    known.join(", ")
                ))
            })?;
        if !reading.options.iter().any(|known| known.id == *option) {
            let known: Vec<&str> = reading.options.iter().map(|option| option.id.as_str()).collect();
            let what = format!(
                "the reading `{id}` has no option `{option}`; it has: {}",
                known.join(", ")
            );
            return Err(StatusError::Unknown(what));
        }
    }
    Ok(())
}

/// The status in one view: every combination of open readings, merged.
fn one_view(text: &Text, record: &Record, question: &Question) -> Result<Status, StatusError> {
    let viewer = question.viewer.as_deref();
    let seen = record.seen(question.at, question.known, viewer);
    let used: Vec<ReadingStatus> = text
        .agreement
        .readings
        .iter()
        .map(|reading| used_reading(reading, question))
        .collect();
    let chosen: Vec<Option<&str>> = used.iter().map(|used| used.used.as_deref()).collect();
    let combinations = readings::combinations(&text.agreement.readings, &chosen)
        .ok_or(StatusError::TooManyReadings(MOST_READINGS))?;
    let (amendments, mut refused) = amendments::amendments(text, &seen, question, &combinations)?;
    let mut branches = Vec::with_capacity(combinations.len());
    let mut ids = BTreeSet::new();
    for combination in &combinations {
        let mut changes = question.changes.clone();
        changes.extend(combination.changes.iter().cloned());
        changes.extend(amendments.iter().cloned());
        let agreement = if changes.is_empty() {
            text.agreement.clone()
        } else {
            text.with(&changes).map_err(StatusError::Text)?
        };
        ids.extend(effects::ids(&agreement));
        let status = evaluate(text, agreement, &seen, question);
        branches.push((combination.name.clone(), status));
    }
    let mut merged = merge::merge(branches);
    merged.readings = used;
    merged.refused.append(&mut refused);
    merged
        .refused
        .extend(effects::without(&text.agreement, &ids, &seen));
    merged.refused.extend(
        record
            .conflicts()
            .iter()
            .filter(|(_, at)| *at <= question.known)
            .map(|(id, _)| Refused {
                event: id.clone(),
                why: "another event with this id was accepted earlier".to_owned(),
            }),
    );
    merged.refused.sort();
    merged.refused.dedup();
    Ok(merged)
}

fn used_reading(reading: &Reading, question: &Question) -> ReadingStatus {
    let held = question.viewer.as_ref().and_then(|viewer| {
        reading
            .options
            .iter()
            .find(|option| option.held_by.contains(viewer))
            .map(|option| option.id.clone())
    });
    let (used, why) = match (question.readings.get(&reading.id), &reading.settled, held) {
        (Some(chosen), _, _) => (Some(chosen.clone()), "chosen in the question"),
        (None, Some(settled), _) => (Some(settled.clone()), "settled in the text"),
        (None, None, Some(held)) => (Some(held), "held by the viewer"),
        (None, None, None) => (None, "not settled: every reading was followed"),
    };
    ReadingStatus {
        id: reading.id.clone(),
        question: reading.question.clone(),
        used,
        why: why.to_owned(),
        options: reading
            .options
            .iter()
            .map(|option| format!("{}: {}", option.id, option.says))
            .collect(),
    }
}

/// The status under one reading of everything.
fn evaluate<'a>(text: &Text, agreement: Agreement, seen: &'a Seen<'a>, question: &'a Question) -> Status {
    let world = World::new(agreement, seen, question.viewer.as_deref());
    let disputes = dispute::disputes(&world);
    let (snapbacks, reversals, ties) = snapback::snapbacks(&world, &disputes);
    let mut commitments: Vec<CommitmentStatus> = world
        .agreement
        .commitments
        .iter()
        .map(|commitment| commitment::commitment_status(&world, commitment, &disputes, &reversals))
        .collect();
    for status in commitments.iter_mut().filter(|status| ties.contains(&status.id)) {
        merge::leave_open(status, &snapbacks);
    }
    let headlines: BTreeMap<String, Headline> = commitments
        .iter()
        .map(|status| (status.id.clone(), status.headline))
        .collect();
    let powers = world
        .agreement
        .powers
        .iter()
        .map(|power| power::power_status(&world, power, &disputes))
        .collect();
    let zone = &world.agreement.zone;
    let next = next::next(&world, &commitments, &snapbacks, &disputes);
    let mut status = Status {
        title: world.agreement.title.clone(),
        text_hash: text.hash.clone(),
        at: question.at.show(zone),
        known: question.known.show(zone),
        viewer: question.viewer.clone(),
        supposed: Vec::new(),
        headline: Headline::InForce,
        answer: String::new(),
        signatures: world
            .signatures()
            .into_iter()
            .map(|own| SignatureStatus {
                party: own.name,
                needed: own.needed,
                on: own.signed.as_ref().map(|(day, _)| day.to_string()),
                event: own.signed.map(|(_, event)| event),
            })
            .collect(),
        measures: snapback::measures(&world, &headlines),
        dates: next::dates(&world),
        findings: thresholds::findings(&world),
        commitments,
        snapbacks,
        disputes: disputes.all.into_iter().map(|opened| opened.status).collect(),
        powers,
        readings: Vec::new(),
        beliefs: Vec::new(),
        views: Vec::new(),
        next,
        refused: Vec::new(),
    };
    let refused = world.refused.borrow();
    status.refused = refused
        .iter()
        .map(|(event, why)| Refused {
            event: event.clone(),
            why: why.clone(),
        })
        .collect();
    status.beliefs = beliefs::beliefs(&world.agreement, &status.commitments);
    status.headline = merge::whole_headline(&status);
    status.answer = merge::answer(&status);
    status
}

/// Views of parties that differ from the common one, and why.
fn views(
    text: &Text,
    record: &Record,
    question: &Question,
    common: &Status,
) -> Result<Vec<View>, StatusError> {
    let contesting = record.contesting();
    let agreement = &text.agreement;
    let mut all = Vec::new();
    for party in agreement.parties.keys().chain(agreement.others.keys()) {
        let contests = contesting.contains(&party.as_str());
        let reads = agreement.readings.iter().any(|reading| {
            reading.settled.is_none()
                && reading
                    .options
                    .iter()
                    .any(|option| option.held_by.contains(party))
        });
        let claims = agreement
            .commitments
            .iter()
            .any(|commitment| !commitment.written && agreement.includes(&commitment.claimed_by, party, None));
        if !contests && !reads && !claims {
            continue;
        }
        let mut own = question.clone();
        own.viewer = Some(party.clone());
        let own = one_view(text, record, &own)?;
        let mut reasons = Vec::new();
        if contests {
            reasons.push("contests an event");
        }
        if reads {
            reasons.push("holds one reading of a disputed passage");
        }
        if claims {
            reasons.push("claims a precondition that is not written");
        }
        all.extend(merge::differences(common, &own, party, &reasons.join("; ")));
    }
    Ok(all)
}
