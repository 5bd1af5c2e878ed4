//! Votes: who may record them, and whether what was counted adopts a decision by the rule of the text.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::types::VoteStatus;
use super::world::World;
use crate::body::Body;
use crate::event::{Event, EventKind, Votes};
use crate::text::agreement::{Snapback, Vote};

/// What counted votes decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The decision is adopted.
    Adopted,
    /// It is not.
    Rejected,
    /// Nobody can say: a member whose no stops it may be among those who said no.
    Open,
}

/// Whether an event may record votes, an opinion or a decision of a body; what may not is refused. Where the text names no
/// secretary, counted votes may come from anybody who is not a party.
pub(super) fn heard(world: &World<'_>, event: &Event, body: &Body<'_>) -> bool {
    let authors = world.agreement.expand(&event.by, Some(body.day));
    let why = match body.hears(event, &authors) {
        Ok(()) => return true,
        Err(why) => why,
    };
    let secretary = body.decision.is_some_and(|vote| !vote.secretary.is_empty());
    let outside = |author: &String| world.agreement.others.contains_key(author);
    let counted = event.kind == EventKind::Vote;
    if counted && !secretary && authors.iter().all(outside) {
        return true;
    }
    world.refuse(event, why);
    false
}

/// Whether counted votes adopt a decision, and why (not). Names count once and only if they are members.
pub(super) fn decides(rule: &Vote, members: &[String], votes: &Votes) -> (Outcome, String) {
    let weight = |names: &[String], count: u32| {
        let mut known: Vec<&String> = names
            .iter()
            .filter(|name| members.is_empty() || members.contains(name))
            .collect();
        known.sort();
        known.dedup();
        if rule.weights.is_empty() || names.is_empty() {
            return u64::from(count).saturating_sub((names.len() - known.len()) as u64);
        }
        let of = |name: &&String| u64::from(rule.weights.get(*name).copied().unwrap_or(1));
        known.iter().map(of).sum()
    };
    let (yes, no) = (weight(&votes.yes_by, votes.yes), weight(&votes.no_by, votes.no));
    let cast = yes.saturating_add(no).saturating_add(u64::from(votes.abstain));
    if let Some(quorum) = rule.quorum
        && cast < u64::from(quorum)
    {
        return (Outcome::Rejected, format!("{cast} votes; the quorum is {quorum}"));
    }
    if rule.consensus {
        return if no == 0 && yes > 0 {
            (Outcome::Adopted, "nobody objected".to_owned())
        } else {
            (Outcome::Rejected, format!("{no} objected; consensus is needed"))
        };
    }
    let needed = u64::from(rule.yes.unwrap_or(1));
    if yes < needed {
        return (Outcome::Rejected, format!("{yes} yes; {needed} are needed"));
    }
    if let Some(veto) = votes.no_by.iter().find(|name| rule.vetoes.contains(name)) {
        return (Outcome::Rejected, format!("vetoed by {veto}"));
    }
    let unnamed = u64::from(votes.no).saturating_sub(votes.no_by.len() as u64);
    let could_veto = rule.vetoes.iter().any(|name| !votes.yes_by.contains(name));
    if unnamed > 0 && could_veto {
        let what = format!(
            "{unnamed} said no and are not named: a veto by {} is not ruled out",
            rule.vetoes.join(", ")
        );
        return (Outcome::Open, what);
    }
    (Outcome::Adopted, format!("{yes} yes of {needed} needed, no veto"))
}

/// Votes as counted, or ballots of members added up by the day on which the last was cast.
pub(super) fn count_votes(world: &World<'_>, snapback: &Snapback, own: &[&Event]) -> Vec<VoteStatus> {
    let Some(rule) = &snapback.decision else {
        return Vec::new();
    };
    let body = |event: &Event| Body {
        agreement: &world.agreement,
        names: &rule.members,
        decision: Some(rule),
        day: event.occurred.to.day(&snapback.zone),
    };
    let mut all: Vec<VoteStatus> = own
        .iter()
        .filter(|event| event.kind == EventKind::Vote)
        .filter_map(|event| {
            let votes = event.details().votes.as_ref()?;
            let body = body(event);
            heard(world, event, &body).then(|| {
                let decided = decides(rule, &body.members(), votes);
                vote_status(event.id.clone(), body.day, votes, decided)
            })
        })
        .collect();
    let mut ballots: BTreeMap<&str, (&Event, &Votes)> = BTreeMap::new();
    for event in own.iter().filter(|event| event.kind == EventKind::Ballot) {
        let day = Some(event.occurred.to.day(&snapback.zone));
        let members = event
            .by
            .iter()
            .filter(|by| world.agreement.includes(&rule.members, by, day));
        for member in members {
            // One ballot each; until the close a later one replaces it.
            if let Some(votes) = event.details().votes.as_ref() {
                ballots.insert(member, (event, votes));
            }
        }
    }
    if let Some(last) = ballots.values().map(|(event, _)| event.occurred.to).max() {
        let mut sum = Votes::default();
        for (member, (_, votes)) in &ballots {
            sum.yes += votes.yes;
            sum.no += votes.no;
            sum.abstain += votes.abstain;
            if votes.yes > 0 {
                sum.yes_by.push((*member).to_owned());
            }
            if votes.no > 0 {
                sum.no_by.push((*member).to_owned());
            }
        }
        let decided = decides(rule, &[], &sum);
        all.push(vote_status(
            "ballots".to_owned(),
            last.day(&snapback.zone),
            &sum,
            decided,
        ));
    }
    all
}

fn vote_status(event: String, day: Date, votes: &Votes, decided: (Outcome, String)) -> VoteStatus {
    let (outcome, why) = decided;
    VoteStatus {
        event,
        day: day.to_string(),
        yes: votes.yes,
        no: votes.no,
        abstain: votes.abstain,
        adopted: outcome == Outcome::Adopted,
        open: outcome == Outcome::Open,
        why,
    }
}
