//! Checks of a text before it is signed: what can never be performed, never be decided, or never be told apart.
//!
//! Each finding names the fields it rests on. An error makes the text unworkable as written; a warning is a gap that
//! the parties may want (the 2007 text wrote no dispute clause) but should see before they sign.

mod exposure;
mod lengths;
mod look_alikes;
mod paths;

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::Serialize;

pub use exposure::{Exposure, exposures, shortest_answer};

use crate::text::agreement::{Agreement, Commitment, Entry, Kind, Tie, When};

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The text cannot work as written.
    Error,
    /// A gap to be seen before signing.
    Warning,
}

/// One finding of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Flaw {
    /// How grave.
    pub severity: Severity,
    /// Which check found it.
    pub check: &'static str,
    /// The items of the text that it concerns.
    pub items: Vec<String>,
    /// What is wrong.
    pub what: String,
    /// What would mend it.
    pub remedy: String,
}

/// Runs every check.
#[must_use]
pub fn check(agreement: &Agreement) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    deadlocks(agreement, &mut flaws);
    orphans(agreement, &mut flaws);
    contradictions(agreement, &mut flaws);
    lengths::uncountable(agreement, &mut flaws);
    keys(agreement, &mut flaws);
    paths::dispute_paths(agreement, &mut flaws);
    races(agreement, &mut flaws);
    look_alikes::warn(agreement, &mut flaws);
    flaws.sort_by(|a, b| (a.severity, &a.items, a.check).cmp(&(b.severity, &b.items, b.check)));
    flaws
}

/// Keys that anybody could sign with or that two persons share.
fn keys(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    for what in crate::log::flawed_keys(agreement, "") {
        let remedy = "give each person a key of its own, made by `detente key`";
        flaws.push(flaw(Severity::Error, "keys", &["agreement"], what, remedy));
    }
}

fn flaw(severity: Severity, check: &'static str, items: &[&str], what: String, remedy: &str) -> Flaw {
    Flaw {
        severity,
        check,
        items: items.iter().map(|item| (*item).to_owned()).collect(),
        what,
        remedy: remedy.to_owned(),
    }
}

/// Commitments that wait for each other can never open: none of a set is reached when every way into it starts in
/// the set itself.
fn deadlocks(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    let mut open: BTreeSet<&str> = BTreeSet::new();
    loop {
        let before = open.len();
        for commitment in &agreement.commitments {
            if can_open(agreement, commitment, &open) {
                open.insert(&commitment.id);
            }
        }
        if open.len() == before {
            break;
        }
    }
    let stuck: Vec<&str> = agreement
        .commitments
        .iter()
        .map(|commitment| commitment.id.as_str())
        .filter(|id| !open.contains(id))
        .collect();
    if !stuck.is_empty() {
        let what = format!(
            "{} wait for each other: none of them can ever open",
            stuck.join(", ")
        );
        flaws.push(flaw(
            Severity::Error,
            "deadlock",
            &stuck,
            what,
            "let one of them start by a date, or split it into steps",
        ));
    }
}

fn can_open(agreement: &Agreement, commitment: &Commitment, open: &BTreeSet<&str>) -> bool {
    let reached = |when: &When| match when {
        When::Performed { commitment, .. } => open.contains(commitment.as_str()),
        _ => true,
    };
    let after = if commitment.after_any && !commitment.after.is_empty() {
        commitment.after.iter().any(reached)
    } else {
        commitment.after.iter().all(reached)
    };
    let mut blockers = agreement
        .commitments
        .iter()
        .filter(|blocker| blocker.written && blocker.blocks.contains(&commitment.id));
    after
        && commitment.trigger.as_ref().is_none_or(reached)
        && blockers.all(|blocker| open.contains(blocker.id.as_str()))
}

/// Duties that nobody is owed, nobody can verify, or nobody can take to a body.
fn orphans(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    for commitment in &agreement.commitments {
        let id = commitment.id.as_str();
        let debtors = agreement.expand(&commitment.by, None);
        if commitment.to.is_empty() && debtors.len() < 2 && commitment.kind != Kind::Permit {
            let what = format!("{id} is owed by {} to nobody", commitment.by.join(", "));
            flaws.push(flaw(
                Severity::Warning,
                "orphan",
                &[id],
                what,
                "name the creditors in `to`",
            ));
        }
        let silent =
            commitment.verifiers.is_empty() && matches!(commitment.kind, Kind::Maintain | Kind::Forbid);
        if silent {
            let what = format!("{id} has no verifier: a violation can be alleged but never found");
            flaws.push(flaw(Severity::Warning, "orphan", &[id], what, "name a verifier"));
        }
        let verifiers = agreement.expand(&commitment.verifiers, None);
        if (verifiers.len() as u32) < commitment.verifiers_needed && !verifiers.is_empty() {
            let what = format!(
                "{id} needs {} verifiers, but only {} are named",
                commitment.verifiers_needed,
                verifiers.len()
            );
            flaws.push(flaw(
                Severity::Error,
                "orphan",
                &[id],
                what,
                "name more verifiers or need fewer",
            ));
        }
        if !verifiers.is_empty() && verifiers.iter().all(|verifier| debtors.contains(verifier)) {
            let what = format!("every verifier of {id} is its debtor: nobody can ever verify it");
            flaws.push(flaw(
                Severity::Error,
                "orphan",
                &[id],
                what,
                "name a verifier who does not owe it",
            ));
        }
        let covered = agreement
            .disputes
            .iter()
            .any(|dispute| dispute.covers.is_empty() || dispute.covers.iter().any(|covered| covered == id));
        if !covered && !agreement.disputes.is_empty() {
            let what = format!("no dispute procedure covers {id}");
            flaws.push(flaw(
                Severity::Warning,
                "orphan",
                &[id],
                what,
                "add it to `covers` of a procedure",
            ));
        }
    }
    if agreement.disputes.is_empty() && !agreement.commitments.is_empty() {
        let what =
            "the text has no dispute procedure: no breach can be found and no quarrel has a clock".to_owned();
        flaws.push(flaw(
            Severity::Warning,
            "orphan",
            &["agreement"],
            what,
            "write [disputes.NAME], or leave it so knowingly",
        ));
    }
}

/// The earliest day on which a window can open, as far as the text alone says.
fn earliest_opening(agreement: &Agreement, commitment: &Commitment, depth: usize) -> Option<Date> {
    if depth == 0 {
        return None;
    }
    let mut day = entry_day(agreement)?;
    let mut later = |when: &When| {
        let other = match when {
            When::Day(other) => Some(*other),
            When::Performed { commitment, .. } => agreement
                .commitment(commitment)
                .and_then(|before| earliest_opening(agreement, before, depth - 1)),
            _ => None,
        };
        if let Some(other) = other {
            day = day.max(other);
        }
    };
    commitment.trigger.iter().for_each(&mut later);
    commitment.opens.iter().for_each(&mut later);
    if !commitment.after_any {
        commitment.after.iter().for_each(&mut later);
    }
    Some(day)
}

fn entry_day(agreement: &Agreement) -> Option<Date> {
    match &agreement.entry {
        Entry::On(day) | Entry::OnAndSigned(day, _) => Some(*day),
        Entry::Signatures(_) => None,
    }
}

/// The last day of a commitment, as far as the text alone says.
fn stated_last_day(agreement: &Agreement, commitment: &Commitment) -> Option<Date> {
    if commitment.due.is_some() {
        return commitment.due;
    }
    let from = match &commitment.of {
        When::InForce => entry_day(agreement),
        When::Day(day) => Some(*day),
        When::Opening => earliest_opening(agreement, commitment, agreement.commitments.len() + 1),
        _ => None,
    }?;
    commitment.rules.last_day(from, commitment.within?).ok()
}

/// Two clocks that cannot both be kept.
fn contradictions(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    let depth = agreement.commitments.len() + 1;
    for commitment in &agreement.commitments {
        let id = commitment.id.as_str();
        let Some(last_day) = stated_last_day(agreement, commitment) else {
            continue;
        };
        if let Some(opens) = earliest_opening(agreement, commitment, depth)
            && opens > last_day
        {
            let what = format!("{id} opens on {opens} at the earliest, but its last day is {last_day}");
            flaws.push(flaw(
                Severity::Error,
                "two clocks",
                &[id],
                what,
                "move the last day, or count it from the opening",
            ));
        }
        for when in &commitment.after {
            let When::Performed {
                commitment: other, ..
            } = when
            else {
                continue;
            };
            let Some(before) = agreement.commitment(other) else {
                continue;
            };
            if let Some(other_last) = stated_last_day(agreement, before)
                && other_last > last_day
                && !commitment.after_any
            {
                let what = format!(
                    "{id} must be done by {last_day}, but may have to wait for {other} until {other_last}"
                );
                flaws.push(flaw(
                    Severity::Error,
                    "two clocks",
                    &[id, other],
                    what,
                    "count the last day of the later step from the earlier one",
                ));
            }
        }
        if let Some(lapses) = commitment.lapses
            && lapses > last_day
        {
            let what =
                format!("the preconditions of {id} may come until {lapses}, after its last day {last_day}");
            flaws.push(flaw(
                Severity::Error,
                "two clocks",
                &[id],
                what,
                "let the preconditions lapse earlier",
            ));
        }
    }
}

/// Sunset against snapback: a clock that can run into the end of its own power, and ties without a rule.
fn races(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    for snapback in &agreement.snapbacks {
        let id = snapback.id.as_str();
        let ends_by = agreement
            .commitments
            .iter()
            .filter(|relief| snapback.reverses.contains(&relief.id));
        let relief_ends = ends_by.clone().any(|relief| relief.ends.is_some());
        if snapback.reverses.is_empty() {
            let what = format!("the snapback {id} reverses nothing");
            flaws.push(flaw(
                Severity::Error,
                "race",
                &[id],
                what,
                "name the reliefs in `reverses`",
            ));
        }
        if snapback.sunset.is_none() && !relief_ends && agreement.sunset.is_none() {
            continue;
        }
        if snapback.tie == Tie::Undeclared {
            let what = format!(
                "{id}: a notification {} before the sunset makes reversal and sunset fall on one instant, and no tie \
                 rule says which comes first",
                snapback.clock
            );
            flaws.push(flaw(
                Severity::Warning,
                "tie",
                &[id],
                what,
                "tie = \"snapback-first\" or \"sunset-first\"",
            ));
        }
        let what = format!(
            "{id}: a breach noticed less than {} before the sunset can no longer be answered: the sunset comes first",
            snapback.clock
        );
        flaws.push(flaw(
            Severity::Warning,
            "race",
            &[id],
            what,
            "let a running clock survive the sunset, or accept the gap",
        ));
        if snapback.sunset.is_none() && relief_ends {
            let what = format!("{id} has no end of its own, but the relief that it reverses has one");
            flaws.push(flaw(
                Severity::Warning,
                "race",
                &[id],
                what,
                "state `sunset` for the power too",
            ));
        }
    }
}
