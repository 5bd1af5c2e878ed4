//! What if: suppositions added to a record or a text for one question, and shown as supposed.
//!
//! `F1 on 2007-04-10` (done and accepted then) · `F1 claimed on D` · `F1 broken on D` · `F1 cured on D` ·
//! `F1 level 2 on D` · `F1 amount 5000 on D` · `not F1` (nothing about it happened) · `without E12` · `E12 on D` (the
//! event moved) · `notify paragraph-11 by FR on D` (any kind of event) · `commitments.F1.grace = 30 days`.

use detente_base::number::{Exact, parse_exact};
use jiff::tz::TimeZone;

use crate::event::{Details, Event, EventKind, Finding};
use crate::moment::{Occurrence, parse_occurrence};
use crate::text::agreement::{Agreement, Commitment};
use crate::text::document::{Node, parse};

/// Why a supposition cannot be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SuppositionError(pub String);

impl std::fmt::Display for SuppositionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{}; write for example \"F1 on 2007-04-10\", \"F1 claimed on D\", \"F1 broken on D\", \"not F1\", \
             \"without E12\", \"E12 on D\", \"notify X by A on D\" or \"commitments.F1.grace = 30 days\"",
            self.0
        )
    }
}

impl std::error::Error for SuppositionError {}

/// Applies a supposition to events and text fields.
///
/// # Errors
/// [`SuppositionError`] when it cannot be read or speaks of something unknown.
pub fn suppose(
    words: &str,
    agreement: &Agreement,
    events: &mut Vec<Event>,
    changes: &mut Vec<(String, Node)>,
) -> Result<(), SuppositionError> {
    let wrong = |what: String| SuppositionError(format!("`{words}`: {what}"));
    if let Some((path, value)) = words.split_once('=') {
        let path = path.trim();
        changes.push((path.to_owned(), value_of(value.trim()).map_err(wrong)?));
        return Ok(());
    }
    let parts: Vec<&str> = words.split_whitespace().collect();
    match parts.as_slice() {
        ["without", id] => {
            let before = events.len();
            events.retain(|event| event.id != *id);
            if events.len() == before {
                Err(wrong(format!("there is no event `{id}`")))
            } else {
                Ok(())
            }
        }
        ["not", id] => {
            known(agreement, id).map_err(wrong)?;
            events.retain(|event| !event.is_on(id));
            Ok(())
        }
        [id, "on", time] => {
            let occurred = time_of(time, &agreement.zone).map_err(wrong)?;
            if let Some(event) = events.iter_mut().find(|event| event.id == *id) {
                move_to(event, occurred);
                return Ok(());
            }
            let commitment = known(agreement, id).map_err(wrong)?;
            let event = performance(agreement, commitment, occurred, events.len());
            events.push(event);
            Ok(())
        }
        [id, what @ ("claimed" | "broken" | "cured"), "on", time] => {
            let commitment = known(agreement, id).map_err(wrong)?;
            let occurred = time_of(time, &agreement.zone).map_err(wrong)?;
            let mut event = performance(agreement, commitment, occurred, events.len());
            match *what {
                "claimed" => {
                    event.kind = EventKind::Claim;
                    event.by = commitment.by.clone().into();
                }
                "broken" => event.finding = Finding::Violated,
                _ => {
                    event.kind = EventKind::Accept;
                    event.by = creditors(commitment).into();
                    event.finding = Finding::Cured;
                }
            }
            events.push(event);
            Ok(())
        }
        [id, what @ ("level" | "amount"), number, "on", time] => {
            let commitment = known(agreement, id).map_err(wrong)?;
            let occurred = time_of(time, &agreement.zone).map_err(wrong)?;
            let mut event = performance(agreement, commitment, occurred, events.len());
            if *what == "level" {
                event.level = Some(
                    number
                        .parse()
                        .map_err(|_| wrong(format!("`{number}` is not a level")))?,
                );
            } else {
                let amount = parse_exact(number).map_err(|error| wrong(error.to_string()))?;
                if amount < Exact::ZERO {
                    return Err(wrong(format!("`{number}` is negative")));
                }
                event.details = Some(Box::new(Details {
                    amount: Some(amount),
                    ..Details::default()
                }));
            }
            events.push(event);
            Ok(())
        }
        [kind, target, "by", who @ .., "on", time] if !who.is_empty() => {
            let kind = EventKind::from_word(kind)
                .ok_or_else(|| wrong(format!("`{kind}` is not a kind of event")))?;
            let occurred = time_of(time, &agreement.zone).map_err(wrong)?;
            let by = who.iter().map(|name| name.trim_matches(',').to_owned()).collect();
            events.push(blank(kind, by, (*target).to_owned(), occurred, events.len()));
            Ok(())
        }
        _ => Err(wrong("it cannot be read".to_owned())),
    }
}

fn known<'a>(agreement: &'a Agreement, id: &str) -> Result<&'a Commitment, String> {
    agreement.commitment(id).ok_or_else(|| {
        let all = agreement
            .commitments
            .iter()
            .map(|commitment| commitment.id.as_str());
        format!(
            "`{id}` is neither a commitment nor an event; {}",
            crate::text::fields::nearest(id, all)
        )
    })
}

fn time_of(text: &str, zone: &TimeZone) -> Result<Occurrence, String> {
    parse_occurrence(text, zone).map_err(|error| error.to_string())
}

fn value_of(text: &str) -> Result<Node, String> {
    let quoted = format!("value = {text}\n");
    let tree = parse(&quoted).or_else(|_| parse(&format!("value = {}\n", serde_json::Value::from(text))));
    let tree = tree.map_err(|complaints| complaints[0].what.clone())?;
    Ok(Node::from_json(&tree.to_json()["value"], &(0..0)))
}

/// Whole performance, accepted by those who may.
fn performance(agreement: &Agreement, commitment: &Commitment, occurred: Occurrence, number: usize) -> Event {
    let (kind, by) = if commitment.verifiers.is_empty() {
        (EventKind::Accept, creditors(commitment))
    } else {
        let day = Some(occurred.to.day(&agreement.zone));
        (EventKind::Verify, agreement.expand(&commitment.verifiers, day))
    };
    blank(kind, by, commitment.id.clone(), occurred, number)
}

fn creditors(commitment: &Commitment) -> Vec<String> {
    let mut all = commitment.to.clone();
    all.extend(commitment.by.iter().cloned());
    all
}

fn blank(kind: EventKind, by: Vec<String>, on: String, occurred: Occurrence, number: usize) -> Event {
    Event {
        id: format!("supposed-{}", number + 1),
        kind,
        by: by.into(),
        on: [on].into(),
        of: None,
        occurred,
        occurred_stated: true,
        reported: occurred.to,
        received: occurred.to,
        accepted: occurred.to,
        level: None,
        finding: Finding::Performed,
        details: None,
        supposed: true,
    }
}

fn move_to(event: &mut Event, occurred: Occurrence) {
    event.occurred = occurred;
    event.occurred_stated = true;
    event.reported = occurred.to;
    event.received = occurred.to;
    event.accepted = occurred.to;
    event.supposed = true;
}
