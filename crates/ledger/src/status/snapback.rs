//! Snapback as written: a notification or a breach starts a clock; unless a continuing decision is adopted or the
//! notifier withdraws in time, the relief is reversed at 00:00 after the last day. No text, no snapback.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::dispute::Disputes;
use super::record::Recognition;
use super::types::{Because, Branch, Headline, Measures, SnapbackStatus, VoteStatus};
use super::votes::count_votes;
use super::world::World;
use crate::calendar;
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::text::agreement::{Kind, Snapback, SnapbackStart, Tie};

/// Reliefs that were reversed: by which rule and fact.
#[derive(Debug, Default)]
pub(super) struct Reversals(BTreeMap<String, (String, String)>);

impl Reversals {
    /// Why a commitment is reversed, if it is.
    pub(super) fn of(&self, commitment: &str) -> Option<(String, String)> {
        self.0.get(commitment).cloned()
    }
}

/// The status of every snapback and what they have reversed. `ties` are reliefs whose fate a tie leaves open.
pub(super) fn snapbacks(
    world: &World<'_>,
    disputes: &Disputes,
) -> (Vec<SnapbackStatus>, Reversals, Vec<String>) {
    let mut all = Vec::new();
    let mut reversals = Reversals::default();
    let mut ties = Vec::new();
    for snapback in &world.agreement.snapbacks {
        let starts = starts(world, snapback, disputes);
        if starts.is_empty() {
            all.push(untouched(world, snapback));
        }
        for start in starts {
            let status = follow(world, snapback, &start);
            if status.headline == Headline::Reversed {
                let fact = format!(
                    "{} on {}",
                    start.id,
                    status.reverses_at.clone().unwrap_or_default()
                );
                for relief in &snapback.reverses {
                    let why = (
                        "18: no continuing decision by the last day".to_owned(),
                        fact.clone(),
                    );
                    reversals.0.entry(relief.clone()).or_insert(why);
                }
            }
            if status.headline == Headline::Undetermined {
                ties.extend(snapback.reverses.iter().cloned());
            }
            all.push(status);
        }
    }
    (all, reversals, ties)
}

/// What starts a clock.
struct Start<'a> {
    id: String,
    by: Vec<String>,
    from: calendar::Start,
    event: Option<&'a Event>,
    /// Why it has no effect, if it has none.
    invalid: Option<String>,
}

fn starts<'a>(world: &World<'a>, snapback: &Snapback, disputes: &Disputes) -> Vec<Start<'a>> {
    match &snapback.start {
        SnapbackStart::Notification => {
            let events = world.seen.about(&snapback.id);
            events
                .iter()
                .filter(|event| event.kind == EventKind::Notify)
                .map(|event| Start {
                    id: event.id.clone(),
                    by: event.by.to_vec(),
                    from: start_at(event.occurred.to, snapback),
                    event: Some(event),
                    invalid: invalid(world, snapback, event, disputes),
                })
                .collect()
        }
        SnapbackStart::Breach(commitments) => {
            // The finding that was on record first starts the clock: no cure and no further finding moves it.
            let all = commitments.iter().flat_map(|id| breaches(world, id, disputes));
            let first = all.min_by_key(|breach| (breach.accepted, breach.occurred));
            let start = first.map(|breach| Start {
                id: breach.events,
                by: Vec::new(),
                from: start_at(breach.occurred, snapback),
                event: None,
                invalid: None,
            });
            start.into_iter().collect()
        }
    }
}

/// A violation that was found, or a breach that a body decided.
struct Breach {
    events: String,
    accepted: Moment,
    occurred: Moment,
}

fn breaches(world: &World<'_>, commitment: &String, disputes: &Disputes) -> Vec<Breach> {
    let evidence = world.evidence.get(commitment);
    let found = evidence.iter().flat_map(|evidence| &evidence.violated);
    let mut all: Vec<Breach> = found
        .map(|found| Breach {
            events: found.events.join(", "),
            accepted: found.accepted,
            occurred: found.occurred.to,
        })
        .collect();
    let decided = disputes.all.iter().filter(|opened| {
        opened.status.outcome.as_deref() == Some("breach") && opened.status.about.contains(commitment)
    });
    let resolved = decided.filter_map(|opened| resolved_by(world, &opened.status.procedure));
    all.extend(resolved.map(|event| Breach {
        events: event.id.clone(),
        accepted: event.accepted,
        occurred: event.occurred.to,
    }));
    all
}

fn start_at(moment: Moment, snapback: &Snapback) -> calendar::Start {
    calendar::Start {
        day: moment.day(&snapback.zone),
        point: Some(moment),
    }
}

fn resolved_by<'a>(world: &World<'a>, procedure: &str) -> Option<&'a Event> {
    let events = world.seen.about(procedure);
    let events = events.iter().copied();
    events
        .filter(|event| event.kind == EventKind::Resolve)
        .find(|event| event.details().outcome.as_deref() == Some("breach"))
}

fn invalid(world: &World<'_>, snapback: &Snapback, event: &Event, disputes: &Disputes) -> Option<String> {
    let day = event.occurred.to.day(&world.agreement.zone);
    if world.in_force.is_none_or(|from| day < from) {
        return Some("the text is not in force".to_owned());
    }
    if !world.entitled(&snapback.notify_by, event) {
        let who = world.agreement.expand(&snapback.notify_by, Some(day)).join(", ");
        return Some(format!(
            "{} cannot notify on {day}; only {who} can",
            event.by.join(", ")
        ));
    }
    for stage in &snapback.after_stages {
        if disputes.passed(stage).is_none_or(|(passed, _)| passed > day) {
            return Some(format!("{stage} has not ended unresolved"));
        }
    }
    if let Some(sunset) = sunset_day(world, snapback)
        && Moment::start_of(sunset, &snapback.zone) <= event.occurred.from
    {
        return Some(format!("the power ended on {sunset}"));
    }
    None
}

fn sunset_day(world: &World<'_>, snapback: &Snapback) -> Option<Date> {
    snapback.sunset.as_ref().and_then(|when| world.day_of(when, None))
}

fn blank(snapback: &Snapback, headline: Headline, label: String) -> SnapbackStatus {
    SnapbackStatus {
        id: snapback.id.clone(),
        title: snapback.title.clone(),
        event: None,
        by: Vec::new(),
        headline,
        label,
        valid: None,
        draft_by: None,
        last_day: None,
        reverses_at: None,
        votes: Vec::new(),
        recognition: Recognition::default(),
        because: Vec::new(),
        branches: Vec::new(),
    }
}

fn untouched(world: &World<'_>, snapback: &Snapback) -> SnapbackStatus {
    let sunset =
        sunset_day(world, snapback).filter(|day| Moment::start_of(*day, &snapback.zone) <= world.seen.at);
    match sunset {
        Some(day) => {
            let mut status = blank(
                snapback,
                Headline::Expired,
                format!("EXPIRED: the power ended on {day}"),
            );
            status.because.push(Because {
                rule: "24: sunset before any notification".to_owned(),
                fact: day.to_string(),
            });
            status
        }
        None => blank(
            snapback,
            Headline::NotOpen,
            "NOT_OPEN: nothing has started it".to_owned(),
        ),
    }
}

fn follow(world: &World<'_>, snapback: &Snapback, start: &Start<'_>) -> SnapbackStatus {
    let mut status = blank(snapback, Headline::Running, String::new());
    status.event = Some(start.id.clone());
    status.by.clone_from(&start.by);
    status.valid = Some(start.invalid.is_none());
    if let Some(event) = start.event {
        status.recognition = world.seen.record().recognition(&event.id, world.seen);
    }
    if let Some(why) = &start.invalid {
        status.headline = Headline::Invalid;
        status.label = format!("INVALID: {why}; no clock");
        status.because.push(Because {
            rule: "7: standing and form of the notification".to_owned(),
            fact: why.clone(),
        });
        return status;
    }
    let rules = &world.agreement.rules;
    let end = match rules.end(start.from, snapback.clock, &snapback.zone) {
        Ok(end) => end,
        Err(error) => {
            status.headline = Headline::Undetermined;
            status.label = format!("UNDETERMINED: the text does not decide the last day ({error})");
            return status;
        }
    };
    status.last_day = Some(end.day.to_string());
    let end = end.point;
    let reversal = end.next_instant();
    status.draft_by = snapback
        .draft_within
        .and_then(|within| rules.end(start.from, within, &snapback.zone).ok())
        .map(|end| end.day.to_string());
    status.reverses_at = Some(reversal.show(&snapback.zone));
    let own: Vec<&Event> = world
        .seen
        .about(&snapback.id)
        .iter()
        .copied()
        .filter(|event| event.of.as_ref().is_none_or(|of| *of == start.id) && event.occurred.to <= end)
        .filter(|event| {
            start
                .event
                .is_none_or(|first| event.occurred.to >= first.occurred.from)
        })
        .collect();
    status.votes = count_votes(world, snapback, &own);
    decide(world, snapback, start, &own, reversal, &mut status);
    status
}

fn decide(
    world: &World<'_>,
    snapback: &Snapback,
    start: &Start<'_>,
    own: &[&Event],
    reversal: Moment,
    status: &mut SnapbackStatus,
) {
    let because = |rule: &str, fact: String| Because {
        rule: rule.to_owned(),
        fact,
    };
    let last_day = status.last_day.clone().unwrap_or_default();
    if let Some(vote) = status.votes.iter().find(|vote| vote.adopted) {
        status.headline = Headline::Resolved;
        status.label = format!(
            "RESOLVED: continuing decision adopted on {}; the relief stays",
            vote.day
        );
        status.because.push(because(
            "19: a continuing decision was adopted in time",
            vote.event.clone(),
        ));
        return;
    }
    if let Some(event) = withdrawn(snapback, start, own) {
        status.headline = Headline::Withdrawn;
        status.label = format!("WITHDRAWN by {}; the relief stays", event.by.join(", "));
        status
            .because
            .push(because("19: the notifier withdrew in time", event.id.clone()));
        return;
    }
    let sunset = sunset_day(world, snapback).map(|day| Moment::start_of(day, &snapback.zone));
    let at = world.seen.at;
    let open = status.votes.iter().find(|vote| vote.open).cloned();
    if let Some(vote) = open {
        undetermined(&vote, status);
        return;
    }
    match sunset {
        Some(sunset) if sunset < reversal && sunset <= at => {
            status.headline = Headline::Expired;
            let day = sunset.day(&snapback.zone);
            status.label = format!("EXPIRED: the sunset on {day} came before the end of the clock");
            status.because.push(because("24: sunset", day.to_string()));
        }
        Some(sunset) if sunset == reversal && reversal <= at => tie(snapback, reversal, status),
        _ if reversal <= at => reversed(snapback, reversal, status),
        _ => {
            status.label = format!(
                "RUNNING to {last_day}; relief in force until {}",
                reversal.show(&snapback.zone)
            );
            status.because.push(because(
                "17: valid notification; the clock runs",
                start.id.clone(),
            ));
        }
    }
}

/// The act by which the last of those who notified took it back in time; each takes back its own part.
fn withdrawn<'e>(snapback: &Snapback, start: &Start<'_>, own: &[&'e Event]) -> Option<&'e Event> {
    let mut left = start.by.clone();
    let withdrawals = own.iter().filter(|event| event.kind == EventKind::Withdraw);
    for event in withdrawals.filter(|_| snapback.withdrawable && !start.by.is_empty()) {
        left.retain(|by| !event.by.contains(by));
        if left.is_empty() {
            return Some(event);
        }
    }
    None
}

/// A vote of which nobody can say whether it was vetoed: both fates are shown.
fn undetermined(vote: &VoteStatus, status: &mut SnapbackStatus) {
    status.headline = Headline::Undetermined;
    status.label = format!("UNDETERMINED: {}", vote.why);
    status.because.push(Because {
        rule: "8: who said no is not named".to_owned(),
        fact: vote.event.clone(),
    });
    for (when, headline, detail) in [
        ("it was vetoed", Headline::Running, "the clock runs to its end"),
        ("it was not vetoed", Headline::Resolved, "the relief stays"),
    ] {
        status.branches.push(Branch {
            when: when.to_owned(),
            headline,
            label: headline.word(),
            detail: detail.to_owned(),
        });
    }
}

fn reversed(snapback: &Snapback, reversal: Moment, status: &mut SnapbackStatus) {
    let instant = reversal.show(&snapback.zone);
    status.headline = Headline::Reversed;
    status.label = format!("REVERSED at {instant}");
    let votes: Vec<String> = status
        .votes
        .iter()
        .map(|vote| format!("{} ({})", vote.event, vote.why))
        .collect();
    let fact = if votes.is_empty() {
        "no vote".to_owned()
    } else {
        votes.join("; ")
    };
    status.because.push(Because {
        rule: "18: no continuing decision adopted by the last day".to_owned(),
        fact,
    });
}

fn tie(snapback: &Snapback, reversal: Moment, status: &mut SnapbackStatus) {
    match snapback.tie {
        Tie::Snapback => reversed(snapback, reversal, status),
        Tie::Sunset => {
            status.headline = Headline::Expired;
            status.label =
                "EXPIRED: sunset and reversal fall together and the text puts the sunset first".to_owned();
        }
        Tie::Undeclared => {
            status.headline = Headline::Undetermined;
            let instant = reversal.show(&snapback.zone);
            status.label = format!("UNDETERMINED: sunset and reversal both fall on {instant}; no tie rule");
            for (when, headline, detail) in [
                ("snapback first", Headline::Reversed, "the relief is reversed"),
                ("sunset first", Headline::Expired, "the relief stays"),
            ] {
                status.branches.push(Branch {
                    when: when.to_owned(),
                    headline,
                    label: headline.word(),
                    detail: detail.to_owned(),
                });
            }
        }
    }
    status.because.push(Because {
        rule: "tie rule of the text".to_owned(),
        fact: format!("{:?}", snapback.tie).to_lowercase(),
    });
}

/// Which measures are lifted by reliefs in force; a reversed relief restores exactly what it had lifted, unless
/// another relief still lifts it.
pub(super) fn measures(world: &World<'_>, headlines: &BTreeMap<String, Headline>) -> Measures {
    let mut lifted = BTreeMap::new();
    for commitment in world
        .agreement
        .commitments
        .iter()
        .filter(|commitment| commitment.kind == Kind::Permit)
    {
        let headline = headlines.get(&commitment.id);
        let in_effect = matches!(headline, Some(Headline::InForce | Headline::ExpiredKept));
        for measure in &commitment.lifts {
            *lifted.entry(measure.clone()).or_insert(false) |= in_effect;
        }
    }
    let pick = |wanted: bool| {
        lifted
            .iter()
            .filter(|(_, lifted)| **lifted == wanted)
            .map(|(measure, _)| measure.clone())
            .collect()
    };
    Measures {
        in_force: pick(false),
        lifted: pick(true),
    }
}
