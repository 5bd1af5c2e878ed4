//! What happens next and when, and the dates that the text computes.

use super::dispute::Disputes;
use super::types::{CommitmentStatus, DateStatus, Headline, Next, SnapbackStatus};
use super::world::{World, describe_when};
use crate::moment::parse_day;

/// Deadlines, openings, ends of clocks and reversals that lie ahead, in order.
pub(super) fn next(
    world: &World<'_>,
    commitments: &[CommitmentStatus],
    snapbacks: &[SnapbackStatus],
    disputes: &Disputes,
) -> Vec<Next> {
    let today = world.seen.at.day(&world.agreement.zone).to_string();
    let mut all = Vec::new();
    let mut put = |when: &str, id: &str, what: String| {
        if when > today.as_str() || (when == today && !world.seen.at.is_day_end()) {
            all.push(Next {
                when: when.to_owned(),
                id: id.to_owned(),
                what,
            });
        }
    };
    for own in commitments {
        let owed = matches!(
            own.headline,
            Headline::Pending
                | Headline::Due
                | Headline::Claimed
                | Headline::Grace
                | Headline::Suspended
                | Headline::Disputed
        );
        if own.headline == Headline::Pending
            && let Some(opens) = &own.opens
        {
            put(opens, &own.id, format!("the window of {} opens", own.title));
        }
        if !owed {
            continue;
        }
        if let Some(last_day) = &own.last_day {
            put(
                last_day,
                &own.id,
                format!("last day: {} ({})", own.title, own.by.join(", ")),
            );
        }
        if let Some(grace) = &own.grace_until {
            put(grace, &own.id, format!("grace ends: {}", own.title));
        }
    }
    for own in snapbacks.iter().filter(|own| own.headline == Headline::Running) {
        if let Some(day) = &own.draft_by {
            put(day, &own.id, "last day for a draft decision".to_owned());
        }
        if let Some(day) = &own.last_day {
            put(day, &own.id, format!("last day of the clock: {}", own.title));
        }
        if let Some(instant) = &own.reverses_at {
            put(
                instant,
                &own.id,
                "relief is reversed unless a continuing decision is adopted".to_owned(),
            );
        }
    }
    for opened in &disputes.all {
        for (stage, _, day) in &opened.running {
            put(
                day,
                &opened.status.procedure,
                format!("stage {stage} of dispute {} ends", opened.status.event),
            );
        }
    }
    if let Some(sunset) = &world.agreement.sunset
        && let Some(day) = world.day_of(&sunset.on, None)
    {
        put(&day.to_string(), "sunset", "the agreement ends".to_owned());
    }
    for snapback in &world.agreement.snapbacks {
        if let Some(day) = snapback.sunset.as_ref().and_then(|when| world.day_of(when, None)) {
            put(
                &day.to_string(),
                &snapback.id,
                format!("the power ends: {}", snapback.title),
            );
        }
    }
    all.sort();
    all.dedup();
    all
}

/// The dates of `[dates.X]`.
pub(super) fn dates(world: &World<'_>) -> Vec<DateStatus> {
    let all = world.agreement.dates.iter();
    all.map(|date| {
        let day = world.day_of(&super::world::named_date(&date.id), None);
        let from = describe_when(&date.from);
        DateStatus {
            id: date.id.clone(),
            title: date.title.clone(),
            rule: date
                .plus
                .map_or(from.clone(), |plus| format!("{from} plus {plus}")),
            day: day
                .map(|day| day.to_string())
                .filter(|day| parse_day(day).is_some()),
        }
    })
    .collect()
}
