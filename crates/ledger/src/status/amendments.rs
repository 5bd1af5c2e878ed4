//! Amendments: changes of the text by all of its parties. One that makes the text unreadable under any of its readings
//! has no effect and is listed so; the deal stays readable.

use super::readings::Combination;
use super::record::Seen;
use super::types::Refused;
use super::{Question, StatusError};
use crate::event::{Event, EventKind};
use crate::text::Text;
use crate::text::agreement::Agreement;
use crate::text::document::Node;

type Changes = Vec<(String, Node)>;

/// The text fields that accepted amendments set, in the order in which they occurred.
pub(super) fn amendments(
    text: &Text,
    seen: &Seen<'_>,
    question: &Question,
    combinations: &[Combination],
) -> Result<(Changes, Vec<Refused>), StatusError> {
    let mut changes = Vec::new();
    let mut refused = Vec::new();
    let all = seen.changes().into_iter();
    for event in all.filter(|event| event.kind == EventKind::Amend) {
        let set = set_by(event);
        let why = why_without_effect(&text.agreement, event).or_else(|| {
            let mut with = changes.clone();
            with.extend(set.iter().cloned());
            unreadable(text, question, combinations, &with)
        });
        match why {
            Some(why) => refused.push(Refused {
                event: event.id.clone(),
                why,
            }),
            None => changes.extend(set),
        }
    }
    Ok((changes, refused))
}

fn set_by(event: &Event) -> Changes {
    let set = event.details().set.iter();
    set.map(|(path, value)| (path.clone(), Node::from_json(value, &(0..0))))
        .collect()
}

fn why_without_effect(agreement: &Agreement, event: &Event) -> Option<String> {
    let day = Some(event.occurred.to.day(&agreement.zone));
    let said = agreement.expand(&event.by, day);
    if !agreement.parties.keys().all(|party| said.contains(party)) {
        return Some("an amendment needs all parties".to_owned());
    }
    if event.details().set.is_empty() {
        return Some("an amendment states the fields that it sets (`set`)".to_owned());
    }
    None
}

/// Why the text cannot be read with some changes, under the first of its readings for which it cannot.
fn unreadable(
    text: &Text,
    question: &Question,
    combinations: &[Combination],
    changes: &Changes,
) -> Option<String> {
    combinations.iter().find_map(|combination| {
        let mut base = question.changes.clone();
        base.extend(combination.changes.iter().cloned());
        let mut with = base.clone();
        with.extend(changes.iter().cloned());
        let complaints = text.with(&with).err()?;
        // What the question itself supposes is the asker's to mend, not the amendment's.
        if !question.changes.is_empty() && text.with(&base).is_err() {
            return None;
        }
        let all: Vec<&str> = complaints
            .iter()
            .map(|complaint| complaint.what.as_str())
            .collect();
        Some(format!("the amended text cannot be read: {}", all.join("; ")))
    })
}
