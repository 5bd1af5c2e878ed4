//! Reading powers, dispute procedures and snapbacks.

use super::agreement::{Dispute, Power, Silence, Snapback, SnapbackStart, Stage, Tie, Vote};
use super::document::{Complaint, Node, Value};
use super::fields::Fields;
use super::read::{Frame, read_zone};
use super::read_commitment::read_when;
use crate::calendar::Length;

/// Reads `[powers.ID]`.
pub(super) fn read_power(id: String, fields: &Fields<'_>, frame: &Frame) -> Power {
    fields.text("clause");
    Power {
        id,
        title: fields.required_text("title"),
        holders: fields.texts("holders"),
        after_stages: fields.texts("after_stage"),
        from: read_when(fields, "from", frame),
        until: read_when(fields, "until", frame),
    }
}

/// Reads `[disputes.ID]`.
pub(super) fn read_dispute(id: String, fields: &Fields<'_>, frame: &Frame) -> Dispute {
    fields.text("clause");
    let stages: Vec<Stage> = fields
        .entries("stages")
        .into_iter()
        .map(|(name, node)| {
            let stage = Fields::of(node, format!("disputes.{id}.stages.{name}"), fields.complaints());
            stage.texts("note");
            let read = read_stage(name.to_owned(), &stage);
            stage.finish();
            read
        })
        .collect();
    if stages.is_empty() {
        let what = format!("the dispute procedure `{id}` has no stages");
        fields
            .complaints()
            .add(Complaint::new(fields.place.clone(), what));
    }
    Dispute {
        id,
        title: fields.required_text("title"),
        covers: fields.texts("covers"),
        opened_by: fields.texts("opened_by"),
        form: fields.texts("form"),
        next_on_last_day: fields.truth("next_on_last_day", false),
        zone: read_zone(fields, "zone").unwrap_or_else(|| frame.zone.clone()),
        stages,
    }
}

fn read_stage(id: String, fields: &Fields<'_>) -> Stage {
    if fields.node("within").is_none() {
        fields.missing("within");
    }
    let silence = [
        ("unresolved", Silence::Unresolved),
        ("agreement", Silence::Agreement),
    ];
    let extension = match fields.node("extension") {
        None => None,
        Some(Node {
            value: Value::Text(text),
            ..
        }) if text == "none" => None,
        Some(Node {
            value: Value::Text(text),
            ..
        }) if text == "consensus" => Some(Vec::new()),
        Some(_) => Some(fields.texts("extension")),
    };
    let from = [("previous", false), ("referral", true)];
    Stage {
        id,
        title: fields.text("title").unwrap_or_default(),
        body: fields.texts("body"),
        after: fields.texts("after"),
        automatic: fields.truth("automatic", false),
        refer_by: fields.texts("refer_by"),
        within: fields.length("within").unwrap_or_else(|| Length::days(0)),
        from_referral: fields.choice("counts_from", &from).unwrap_or(false),
        extension,
        late_extension: fields.truth("late_extension", false),
        silence: fields.choice("silence", &silence).unwrap_or(Silence::Unresolved),
        decision: read_vote(fields, "decision"),
    }
}

fn read_vote(fields: &Fields<'_>, name: &'static str) -> Option<Vote> {
    let node = fields.node(name)?;
    let inner = Fields::of(node, name, fields.complaints());
    let mut vote = Vote {
        members: inner.texts("members"),
        secretary: inner.texts("secretary"),
        yes: inner.count("yes", 1_000_000),
        vetoes: inner.texts("vetoes"),
        consensus: inner.truth("consensus", false),
        quorum: inner.count("quorum", 1_000_000),
        weights: std::collections::BTreeMap::new(),
    };
    for (member, node) in inner.entries("weights") {
        match &node.value {
            Value::Number(number) => match number.parse() {
                Ok(weight) => {
                    vote.weights.insert(member.to_owned(), weight);
                }
                Err(_) => {
                    inner.wrong::<()>(node, "weights", "whole numbers");
                }
            },
            _ => {
                inner.wrong::<()>(node, "weights", "whole numbers");
            }
        }
    }
    if vote.yes.is_none() && !vote.consensus {
        let what = format!("`{name}` must say how many yes votes decide (`yes`) or `consensus = true`");
        inner.complaints().add(Complaint::new(inner.place.clone(), what));
    }
    inner.finish();
    Some(vote)
}

/// Reads `[snapback.ID]`.
pub(super) fn read_snapback(id: String, fields: &Fields<'_>, frame: &Frame) -> Snapback {
    fields.text("clause");
    let breach_of = fields.texts("on_breach_of");
    let notify_by = fields.texts("notify_by");
    if breach_of.is_empty() == notify_by.is_empty() {
        let what = format!("the snapback `{id}` must say what starts it, in one way");
        let complaint = Complaint::new(fields.place.clone(), what);
        fields.complaints().add(complaint.hint(
            "`notify_by = [\"…\"]` for a notification, or `on_breach_of = [\"F1\"]` for an automatic one",
        ));
    }
    let start = if breach_of.is_empty() {
        SnapbackStart::Notification
    } else {
        SnapbackStart::Breach(breach_of)
    };
    if fields.node("clock").is_none() {
        fields.missing("clock");
    }
    let ties = [
        ("undeclared", Tie::Undeclared),
        ("sunset-first", Tie::Sunset),
        ("snapback-first", Tie::Snapback),
    ];
    Snapback {
        id,
        title: fields.required_text("title"),
        start,
        notify_by,
        after_stages: fields.texts("after_stage"),
        reverses: fields.texts("reverses"),
        clock: fields.length("clock").unwrap_or_else(|| Length::days(0)),
        draft_within: fields.length("draft_within"),
        decision: read_vote(fields, "decision"),
        withdrawable: fields.truth("withdrawable", true),
        zone: read_zone(fields, "zone").unwrap_or_else(|| frame.zone.clone()),
        sunset: read_when(fields, "sunset", frame),
        tie: fields.choice("tie", &ties).unwrap_or(Tie::Undeclared),
    }
}
