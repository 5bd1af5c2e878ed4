//! Statements without effect: they are in the record and change nothing, because they name nothing that the text or the
//! record has, or lack what their kind needs.

use std::collections::BTreeSet;

use super::record::Seen;
use super::types::Refused;
use crate::event::{Event, EventKind};
use crate::text::agreement::Agreement;

/// Everything that a statement may be about.
pub(super) fn ids(agreement: &Agreement) -> BTreeSet<String> {
    let commitments = agreement.commitments.iter().map(|own| &own.id);
    let powers = agreement.powers.iter().map(|own| &own.id);
    let disputes = agreement.disputes.iter().map(|own| &own.id);
    let snapbacks = agreement.snapbacks.iter().map(|own| &own.id);
    let all = commitments.chain(powers).chain(disputes).chain(snapbacks);
    all.cloned().chain(["agreement".to_owned()]).collect()
}

/// The statements that are known and have no effect, and why.
pub(super) fn without(agreement: &Agreement, ids: &BTreeSet<String>, seen: &Seen<'_>) -> Vec<Refused> {
    let events = seen.record().events().iter();
    let counting = events.filter(|event| seen.counts(event));
    counting
        .filter_map(|event| {
            let why = why(agreement, ids, seen, event)?;
            let event = event.id.clone();
            Some(Refused { event, why })
        })
        .collect()
}

fn why(agreement: &Agreement, ids: &BTreeSet<String>, seen: &Seen<'_>, event: &Event) -> Option<String> {
    if !event.on.is_empty()
        && event
            .on
            .iter()
            .all(|on| !ids.contains(on) && !answers(seen, event, on))
    {
        return Some(format!("the text has nothing called {}", quoted(&event.on)));
    }
    let strangers: Vec<&String> = event.by.iter().filter(|by| !known(agreement, by)).collect();
    if !strangers.is_empty() && strangers.len() == event.by.len() && !event.supposed {
        return Some(format!("the text knows nobody called {}", quoted(&event.by)));
    }
    if let Some(of) = &event.of
        && event.kind != EventKind::Reverse
        && seen
            .record()
            .event(of)
            .is_none_or(|first| first.accepted > event.accepted)
    {
        return Some(format!("there is no event `{of}` to which it could answer"));
    }
    form(event).map(str::to_owned)
}

fn quoted(names: &[String]) -> String {
    let all: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    all.join(", ")
}

/// Whether a name is that of an earlier event, which some kinds are about.
fn answers(seen: &Seen<'_>, event: &Event, on: &str) -> bool {
    let comments = matches!(
        event.kind,
        EventKind::Contest
            | EventKind::Recognise
            | EventKind::Object
            | EventKind::Withdraw
            | EventKind::Reverse
    );
    comments && seen.record().event(on).is_some()
}

fn known(agreement: &Agreement, name: &str) -> bool {
    agreement.parties.contains_key(name)
        || agreement.others.contains_key(name)
        || agreement.groups.contains_key(name)
        || name == "registrar"
        || agreement
            .feeds
            .values()
            .any(|feed| feed.source == name || feed.verifier == name)
}

/// What a kind of statement needs and this one lacks.
fn form(event: &Event) -> Option<&'static str> {
    let details = event.details();
    match event.kind {
        EventKind::Vote | EventKind::Ballot if details.votes.is_none() => Some("it counts no votes"),
        EventKind::Contest | EventKind::Recognise if event.of.is_none() => Some("it names no event (`of`)"),
        EventKind::Claim
        | EventKind::Verify
        | EventKind::Accept
        | EventKind::Reject
        | EventKind::Allege
        | EventKind::Suspend
        | EventKind::Resume
        | EventKind::Waive
        | EventKind::Extend
        | EventKind::Notify
        | EventKind::Refer
        | EventKind::Resolve
        | EventKind::Vote
        | EventKind::Ballot
        | EventKind::Exercise
            if event.on.is_empty() && details.facts.is_empty() =>
        {
            Some("it does not say what it is about (`on`)")
        }
        _ => None,
    }
}
