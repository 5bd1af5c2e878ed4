//! Who may say what: the acts that the text reserves to somebody (rules A11 to A13). Everything else may be said by
//! anybody whom the text names; what effect it has, the status decides.
//!
//! Where a passage is read in several ways, an act is admitted if one of the readings allows it: the status then shows
//! what it does under each.

use std::collections::BTreeSet;

use super::Log;
use super::admission::{Refusal, Signer};
use super::registry::binds;
use crate::body::Body;
use crate::event::{Event, EventKind};
use crate::text::agreement::{Agreement, Entry, Vote};

/// Whether those who signed an event may say it.
pub(super) fn entitled(log: &Log, event: &Event, signers: &[Signer<'_>]) -> Result<(), Refusal> {
    match event.kind {
        EventKind::Sign | EventKind::Amend => text(log, event, signers),
        EventKind::Vote | EventKind::Ballot | EventKind::Opinion | EventKind::Resolve => body(log, event),
        EventKind::Reverse => reversal(log, event),
        EventKind::Withdraw => withdrawal(log, event),
        _ => Ok(()),
    }
}

/// A text is signed by those who are bound by it, each with as many holders' keys as the text asks of it, and amended by
/// all of them together (A11).
fn text(log: &Log, event: &Event, signers: &[Signer<'_>]) -> Result<(), Refusal> {
    let agreement = &log.text.agreement;
    let authors = agreement.expand(&event.by, None);
    for author in &authors {
        let signs = match &agreement.entry {
            Entry::Signatures(all) | Entry::OnAndSigned(_, all) => agreement.includes(all, author, None),
            Entry::On(_) => false,
        };
        if !signs && !agreement.parties.contains_key(author) {
            let what = format!("{author} is not a party to this text");
            return Err(Refusal::denied("A11", what));
        }
        let own = signers.iter().filter(|signer| signer.person == author);
        let holders: BTreeSet<&str> = own.map(|signer| signer.holder).collect();
        let needed = agreement.signatories.get(author).copied().unwrap_or(1) as usize;
        if holders.len() < needed {
            let what = format!(
                "{author} signs a text with keys of {needed} different holders; there {} {}",
                if holders.len() == 1 { "was" } else { "were" },
                holders.len()
            );
            return Err(Refusal::denied("A11", what));
        }
    }
    let missing = agreement.parties.keys().find(|party| !authors.contains(party));
    match missing {
        Some(party) if event.kind == EventKind::Amend => {
            let what = format!("an amendment is signed by all parties together; {party} has not signed it");
            Err(Refusal::denied("A11", what))
        }
        _ => Ok(()),
    }
}

/// The bodies that an event may speak for: those of the snapbacks and of the stage that it is about.
fn bodies<'t>(agreement: &'t Agreement, event: &Event) -> Vec<Body<'t>> {
    let mut all = Vec::new();
    let mut add = |names: &'t [String], decision: Option<&'t Vote>, zone: &jiff::tz::TimeZone| {
        let day = event.occurred.to.day(zone);
        all.push(Body {
            agreement,
            names,
            decision,
            day,
        });
    };
    for id in event.on.iter() {
        if let Some(snapback) = agreement.snapback(id)
            && let Some(vote) = &snapback.decision
        {
            add(&vote.members, Some(vote), &snapback.zone);
        }
        let Some(dispute) = agreement.dispute(id) else {
            continue;
        };
        let stages = dispute.stages.iter();
        let named = stages.filter(|stage| event.details().stage.as_deref() == Some(&stage.id));
        for stage in named {
            let members = stage.decision.as_ref().map_or(&[][..], |vote| &vote.members);
            let names = if stage.body.is_empty() {
                members
            } else {
                &stage.body
            };
            add(names, stage.decision.as_ref(), &dispute.zone);
        }
    }
    all
}

/// Votes, ballots, opinions and decisions come from the body's secretary, from the body itself, or from its members
/// (A12).
fn body(log: &Log, event: &Event) -> Result<(), Refusal> {
    let mut why =
        "it is about no body of the text: name a snapback, or a procedure with its `stage`".to_owned();
    for agreement in &log.possible {
        let authors = agreement.expand(&event.by, None);
        for body in bodies(agreement, event) {
            match body.hears(event, &authors) {
                Ok(()) => return Ok(()),
                Err(what) => why = what,
            }
        }
    }
    Err(Refusal::denied("A12", why))
}

/// A statement is reversed by all of its authors, and an act that binds only while nothing rests on it (A13).
fn reversal(log: &Log, event: &Event) -> Result<(), Refusal> {
    let denied = |what: String| Err(Refusal::denied("A13", what));
    let Some(of) = event.of.as_deref() else {
        return denied("a reversal says of which event (`of`)".to_owned());
    };
    let Some(target) = log.event(of) else {
        return denied(format!("there is no event `{of}` to reverse"));
    };
    if target.kind == EventKind::Reverse {
        return denied("a reversal cannot be reversed; record the event again".to_owned());
    }
    let agreement = &log.text.agreement;
    let (authors, said) = (
        agreement.expand(&event.by, None),
        agreement.expand(&target.by, None),
    );
    let registrar = authors == ["registrar"] && said.len() == 1 && is_report(target.kind);
    if !registrar && let Some(missing) = said.iter().find(|author| !authors.contains(author)) {
        return denied(format!(
            "`{of}` was said by {} and is reversed by all of its authors; {missing} has not signed",
            said.join(" and ")
        ));
    }
    if let Some(strange) = authors.iter().find(|author| !registrar && !said.contains(author)) {
        return denied(format!("{strange} is not an author of `{of}`"));
    }
    match rests_on(log, target) {
        Some(what) => denied(format!("`{of}` cannot be reversed any more: {what}")),
        None => Ok(()),
    }
}

fn is_report(kind: EventKind) -> bool {
    matches!(kind, EventKind::Claim | EventKind::Report | EventKind::Evidence)
}

/// A statement against another, which builds nothing on it.
fn is_comment(kind: EventKind) -> bool {
    matches!(
        kind,
        EventKind::Contest | EventKind::Recognise | EventKind::Object | EventKind::Reverse
    )
}

/// What rests on an act that binds.
fn rests_on(log: &Log, target: &Event) -> Option<String> {
    if !binds(target) {
        return None;
    }
    let reversed: BTreeSet<&str> = log
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Reverse)
        .filter_map(|event| event.of.as_deref())
        .collect();
    let counts = |event: &&Event| !reversed.contains(event.id.as_str());
    if target.kind == EventKind::Sign && in_force(log, &counts) {
        return Some("the text is in force by the signatures of all".to_owned());
    }
    let after = log
        .events
        .iter()
        .skip_while(|event| event.id != target.id)
        .skip(1);
    let items = items(target);
    let rests = |event: &&Event| {
        let answers = event.of.as_deref() == Some(&target.id);
        let same = items.is_empty() || event.on.iter().any(|on| items.contains(on.as_str()));
        let others = event.by.iter().any(|by| !target.by.contains(by)) || target.by.len() > 1;
        !is_comment(event.kind) && (answers || (same && others && target.kind != EventKind::Sign))
    };
    let mut resting = after.filter(counts).filter(rests);
    resting.next().map(|event| format!("`{}` rests on it", event.id))
}

/// What an act changes: what it is about, and the items whose fields an amendment sets.
fn items(target: &Event) -> BTreeSet<&str> {
    let set = target.details().set.iter();
    let set = set.filter_map(|(path, _)| path.split('.').nth(1));
    let named = target.on.iter().map(String::as_str);
    named.chain(set).filter(|on| *on != "agreement").collect()
}

fn in_force(log: &Log, counts: &impl Fn(&&Event) -> bool) -> bool {
    let agreement = &log.text.agreement;
    let signers = match &agreement.entry {
        Entry::On(_) => return false,
        Entry::Signatures(all) if all.is_empty() => agreement.parties.keys().cloned().collect(),
        Entry::Signatures(all) | Entry::OnAndSigned(_, all) => agreement.expand(all, None),
    };
    let signed: BTreeSet<String> = log
        .events
        .iter()
        .filter(|event| event.kind == EventKind::Sign)
        .filter(counts)
        .flat_map(|event| agreement.expand(&event.by, None))
        .collect();
    signers.iter().all(|signer| signed.contains(signer))
}

/// Whoever said something takes it back for itself (A13).
fn withdrawal(log: &Log, event: &Event) -> Result<(), Refusal> {
    let Some(of) = event.of.as_deref() else {
        return Ok(());
    };
    let Some(target) = log.event(of) else {
        return Err(Refusal::denied(
            "A13",
            format!("there is no event `{of}` to withdraw"),
        ));
    };
    let agreement = &log.text.agreement;
    let said = agreement.expand(&target.by, None);
    let authors = agreement.expand(&event.by, None);
    match authors.iter().find(|author| !said.contains(author)) {
        Some(author) => Err(Refusal::denied(
            "A13",
            format!("{author} is not an author of `{of}`"),
        )),
        None => Ok(()),
    }
}
