//! Events of a public list against the thresholds of a text.
//!
//! Each condition is true, false, or unknown when the fact was not measured. A list of conditions breaks the duty
//! if one of its entries holds wholly; if none does but one could, the answer is undetermined. Thresholds are part
//! of the text (range, type, who measures): an event outside them is no breach, however loud it was.

use std::collections::BTreeMap;

use super::world::World;
use crate::event::{Event, Fact};
use crate::text::agreement::{Commitment, FactTest, Wanted};

/// An event, assessed.
#[derive(Debug, Clone)]
pub(super) struct Assessed {
    pub event: String,
    pub day: String,
    pub finding: &'static str,
    pub why: String,
}

/// Whether a commitment looks at this event.
pub(super) fn watches(commitment: &Commitment, event: &Event) -> bool {
    !commitment.watches.is_empty()
        && commitment
            .watches
            .iter()
            .all(|(field, allowed)| match event.details().facts.get(field) {
                Some(Fact::Word(word)) => allowed.contains(word),
                _ => false,
            })
}

/// What an event is under a commitment's thresholds.
pub(super) fn assess(commitment: &Commitment, event: &Event, verified: bool) -> Assessed {
    let facts = &event.details().facts;
    let mut unknown: Vec<&str> = Vec::new();
    let mut broken = None;
    for tests in &commitment.forbids {
        let answers: Vec<(&FactTest, Option<bool>)> =
            tests.iter().map(|test| (test, holds(test, facts))).collect();
        if answers.iter().all(|(_, answer)| *answer == Some(true)) {
            broken = Some(describe(tests));
            break;
        }
        if answers.iter().all(|(_, answer)| *answer != Some(false)) {
            unknown.extend(
                answers
                    .iter()
                    .filter(|(_, answer)| answer.is_none())
                    .map(|(test, _)| test.fact.as_str()),
            );
        }
    }
    let (finding, why) = match broken {
        Some(why) if verified => ("breach", why),
        Some(why) => (
            "alleged",
            format!("{why}, but reported only: the text's verifier has not confirmed it"),
        ),
        None if unknown.is_empty() => ("outside", "no condition of the text is met".to_owned()),
        None => {
            unknown.sort_unstable();
            unknown.dedup();
            ("undetermined", format!("not measured: {}", unknown.join(", ")))
        }
    };
    Assessed {
        event: event.id.clone(),
        day: event.occurred.from.day(&commitment.zone).to_string(),
        finding,
        why,
    }
}

fn holds(test: &FactTest, facts: &BTreeMap<String, Fact>) -> Option<bool> {
    let fact = facts.get(&test.fact)?;
    match (&test.wanted, fact) {
        (Wanted::OneOf(words), Fact::Word(word)) => {
            if word == "unknown" {
                return None;
            }
            Some(words.contains(word))
        }
        (Wanted::Truth(wanted), Fact::Truth(truth)) => Some(wanted == truth),
        (Wanted::Compare(sign, limit), Fact::Number(number)) => Some(match *sign {
            ">=" => number >= limit,
            ">" => number > limit,
            "<=" => number <= limit,
            "<" => number < limit,
            _ => number == limit,
        }),
        _ => None,
    }
}

fn describe(tests: &[FactTest]) -> String {
    let words: Vec<String> = tests
        .iter()
        .map(|test| match &test.wanted {
            Wanted::OneOf(words) => format!("{} is {}", test.fact, words.join(" or ")),
            Wanted::Truth(truth) => format!("{} is {truth}", test.fact),
            Wanted::Compare(sign, limit) => format!("{} {sign} {limit}", test.fact),
        })
        .collect();
    words.join(" and ")
}

/// The findings of all commitments that watch a list.
pub(super) fn findings(world: &World<'_>) -> Vec<super::types::FindingStatus> {
    let mut all = Vec::new();
    for commitment in &world.agreement.commitments {
        let Some(evidence) = world.evidence.get(&commitment.id) else {
            continue;
        };
        all.extend(
            evidence
                .assessed
                .iter()
                .map(|assessed| super::types::FindingStatus {
                    commitment: commitment.id.clone(),
                    event: assessed.event.clone(),
                    day: assessed.day.clone(),
                    finding: assessed.finding.to_owned(),
                    why: assessed.why.clone(),
                    branches: Vec::new(),
                }),
        );
    }
    all
}
