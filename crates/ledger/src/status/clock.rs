//! The clock of a commitment: last day, grace, extensions and holds.
//!
//! Holds are a set; the clock stands still while any of them runs, so a hold never shortens the time that was left
//! (time gained is counted in whole days, rounded up). Extension and hold after the last day revive nothing.

use jiff::civil::Date;

use super::types::Hold;
use super::world::{Activation, World};
use crate::calendar::{CountError, End, Length, Start, days_later};
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::text::agreement::{Commitment, HoldClock};

/// The clock as it stands.
#[derive(Debug, Clone, Default)]
pub(super) struct Clock {
    pub last_day: Option<Date>,
    pub deadline: Option<Moment>,
    pub grace_until: Option<Date>,
    pub grace_end: Option<Moment>,
    /// Holds that run now.
    pub holding: Vec<Hold>,
    /// Holds that ended.
    pub past: Vec<Hold>,
    /// Extensions and holds that moved the last day.
    pub moved: Vec<String>,
    /// Why no date can be computed, if one was wanted.
    pub trouble: Option<String>,
}

/// A change to the clock, in the order in which it took effect.
enum Change<'a> {
    Extension(&'a Event),
    Hold {
        from: Moment,
        to: Option<Moment>,
        event: String,
    },
}

/// Computes the clock of a commitment.
pub(super) fn clock_of(world: &World<'_>, commitment: &Commitment, activation: &Activation) -> Clock {
    let mut clock = Clock::default();
    let events = world.seen.acts(&commitment.id);
    let holds = holds_of(world, commitment, &events, &mut clock);
    base(world, commitment, activation, &mut clock);
    if clock.last_day.is_none() {
        return clock;
    }
    let mut changes: Vec<(Moment, Change<'_>)> = merged(holds)
        .into_iter()
        .map(|(from, to, event)| (from, Change::Hold { from, to, event }))
        .collect();
    for event in events.iter().filter(|event| event.kind == EventKind::Extend) {
        changes.push((event.occurred.from, Change::Extension(event)));
    }
    changes.sort_by_key(|(at, _)| *at);
    for (_, change) in changes {
        match change {
            Change::Extension(event) => extend(world, commitment, &mut clock, event),
            Change::Hold { from, to, event } => hold(commitment, &mut clock, from, to, &event),
        }
    }
    if let (Some(grace), Some(last_day)) = (commitment.grace, clock.last_day) {
        let from = Start {
            day: last_day,
            point: clock.deadline,
        };
        match counted(commitment, from, grace) {
            Ok(end) => {
                clock.grace_until = Some(end.day);
                clock.grace_end = Some(end.point);
            }
            Err(error) => clock.trouble = Some(error.to_string()),
        }
    }
    clock
}

/// The last point of a last day: 24:00, or the cut-off hour of the text.
pub(super) fn end_of(commitment: &Commitment, day: Date) -> Moment {
    let cut_off = commitment
        .cut_off
        .and_then(|time| day.to_datetime(time).to_zoned(commitment.zone.clone()).ok());
    match cut_off {
        Some(instant) => Moment::instant(instant.timestamp()),
        None => Moment::end_of(day, &commitment.zone),
    }
}

/// The end of a length under the rules of a commitment; a day ends at its cut-off hour.
fn counted(commitment: &Commitment, from: Start, length: Length) -> Result<End, CountError> {
    let mut end = commitment.rules.end(from, length, &commitment.zone)?;
    if end.point == Moment::end_of(end.day, &commitment.zone) {
        end.point = end_of(commitment, end.day);
    }
    Ok(end)
}

fn base(world: &World<'_>, commitment: &Commitment, activation: &Activation, clock: &mut Clock) {
    clock.last_day = if let Some(due) = commitment.due {
        // A claimed precondition that held a stated day back gives the lost days again.
        match (&activation.moved_by, activation.triggered, activation.opened) {
            (Some(blocker), Some(triggered), Some(opened)) => {
                let lost = crate::calendar::days_between(triggered, opened).max(0);
                clock.moved.push(format!("{blocker} held it back {lost} days"));
                days_later(due, lost)
            }
            _ => Some(due),
        }
    } else if let Some(within) = commitment.within {
        let from = match activation.moved_by {
            Some(ref blocker) => {
                clock.moved.push(format!("counted from when {blocker} was done"));
                activation.opened.map(Start::from)
            }
            None => world.start_of(&commitment.of, Some(commitment)),
        };
        match from.map(|from| counted(commitment, from, within)) {
            Some(Ok(end)) => {
                clock.deadline = Some(end.point);
                Some(end.day)
            }
            Some(Err(error)) => {
                clock.trouble = Some(error.to_string());
                None
            }
            None => None,
        }
    } else {
        None
    };
    clock.deadline = clock
        .deadline
        .or_else(|| clock.last_day.map(|day| end_of(commitment, day)));
}

fn extend(world: &World<'_>, commitment: &Commitment, clock: &mut Clock, event: &Event) {
    let (Some(last_day), Some(deadline)) = (clock.last_day, clock.deadline) else {
        return;
    };
    let may = if commitment.extend_by.is_empty() {
        &commitment.to
    } else {
        &commitment.extend_by
    };
    let day = Some(event.occurred.to.day(&world.agreement.zone));
    let said = world.agreement.expand(&event.by, day);
    if !world
        .agreement
        .expand(may, day)
        .iter()
        .all(|person| said.contains(person))
    {
        return world.refuse(
            event,
            format!("an extension of {} is given by {}", commitment.id, may.join(", ")),
        );
    }
    if event.occurred.to > deadline {
        return world.refuse(
            event,
            format!("it came after the last day {last_day}; an extension comes before"),
        );
    }
    match extension_of(event, last_day) {
        Ok(until) if until >= last_day => {
            clock.last_day = Some(until);
            clock.deadline = Some(end_of(commitment, until));
            clock.moved.push(format!("extended to {until} by {}", event.id));
        }
        Ok(_) => world.refuse(
            event,
            format!("it extends to a day before the last day {last_day}"),
        ),
        Err(why) => world.refuse(event, why),
    }
}

/// The new last day that an extension states.
pub(super) fn extension_of(event: &Event, last_day: Date) -> Result<Date, String> {
    let details = event.details();
    match (details.until, details.days) {
        (Some(until), None) => Ok(until),
        (None, Some(days)) => days_later(last_day, i64::from(days))
            .ok_or_else(|| CountError::OutOfRange(last_day, Length::days(days as i32)).to_string()),
        _ => Err("an extension states `until` (a later day) or `days`, one of them".to_owned()),
    }
}

fn hold(commitment: &Commitment, clock: &mut Clock, from: Moment, to: Option<Moment>, event: &str) {
    let (Some(last_day), Some(deadline)) = (clock.last_day, clock.deadline) else {
        return;
    };
    if from > deadline {
        return;
    }
    let gained = match commitment.hold_clock {
        HoldClock::Run => return,
        HoldClock::Extend(length) => {
            let from = Start {
                day: last_day,
                point: Some(deadline),
            };
            match counted(commitment, from, length) {
                Ok(end) => Some(end),
                Err(error) => {
                    clock.trouble = Some(error.to_string());
                    None
                }
            }
        }
        HoldClock::Stop => {
            let Some(to) = to else { return };
            let seconds = to.timestamp().as_second() - from.timestamp().as_second();
            let days = (seconds.max(0) + 86_399) / 86_400;
            let gained = days_later(last_day, days);
            if gained.is_none() {
                clock.trouble = Some(format!("{days} days that {event} held it are out of range"));
            }
            gained.map(|day| End {
                day,
                point: end_of(commitment, day),
            })
        }
    };
    if let Some(End { day, point }) = gained
        && point > deadline
    {
        clock
            .moved
            .push(format!("held by {event}: last day {last_day} became {day}"));
        clock.last_day = Some(day);
        clock.deadline = Some(point);
    }
}

/// The holds on a commitment: when each began and ended. Those that nobody entitled set are refused.
fn holds_of(
    world: &World<'_>,
    commitment: &Commitment,
    events: &[&Event],
    clock: &mut Clock,
) -> Vec<(Moment, Option<Moment>, String)> {
    let mut holds = Vec::new();
    for event in events.iter().filter(|event| event.kind == EventKind::Suspend) {
        if !world.entitled(&commitment.hold_by, event) {
            let why = if commitment.hold_by.is_empty() {
                format!("the text gives nobody the power to suspend {}", commitment.id)
            } else {
                format!(
                    "only {} may suspend {}",
                    commitment.hold_by.join(", "),
                    commitment.id
                )
            };
            world.refuse(event, why);
            continue;
        }
        let ends = |other: &&&Event| {
            other.kind == EventKind::Resume
                && other.occurred.from >= event.occurred.from
                && match &other.of {
                    Some(of) => *of == event.id,
                    None => other.by.iter().any(|by| event.by.contains(by)),
                }
                && lifts(world, event, other)
        };
        let resumed = events.iter().find(ends);
        let zone = &world.agreement.zone;
        let shown = Hold {
            event: event.id.clone(),
            by: event.by.to_vec(),
            cause: event.details().cause.clone().unwrap_or_default(),
            since: event.occurred.from.day(zone).to_string(),
            until: resumed.map(|resumed| resumed.occurred.from.day(zone).to_string()),
        };
        match resumed {
            Some(_) => clock.past.push(shown),
            None => clock.holding.push(shown),
        }
        holds.push((
            event.occurred.from,
            resumed.map(|resumed| resumed.occurred.from),
            event.id.clone(),
        ));
    }
    holds
}

/// A hold is ended by all who set it; nobody else ends it.
fn lifts(world: &World<'_>, hold: &Event, resume: &Event) -> bool {
    let day = Some(resume.occurred.to.day(&world.agreement.zone));
    let said = world.agreement.expand(&resume.by, day);
    let all = world.agreement.expand(&hold.by, day);
    let may = all.iter().all(|author| said.contains(author));
    if !may {
        let why = format!(
            "the hold {} is ended by {}, who set it",
            hold.id,
            all.join(" and ")
        );
        world.refuse(resume, why);
    }
    may
}

/// Overlapping holds become one stretch, so that no day is given back twice.
fn merged(mut holds: Vec<(Moment, Option<Moment>, String)>) -> Vec<(Moment, Option<Moment>, String)> {
    holds.sort_by_key(|(from, _, _)| *from);
    let mut out: Vec<(Moment, Option<Moment>, String)> = Vec::new();
    for (from, to, event) in holds {
        match out.last_mut() {
            Some((_, last, events)) if last.is_none_or(|last| from <= last) => {
                *last = match (*last, to) {
                    (Some(a), Some(b)) => Some(a.max(b)),
                    _ => None,
                };
                events.push_str(", ");
                events.push_str(&event);
            }
            _ => out.push((from, to, event)),
        }
    }
    out
}
