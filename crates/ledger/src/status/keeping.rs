//! Duties that are kept and not done: maintain, forbid, quotas, recurring notices, and what must be kept after it
//! was achieved.

use detente_base::number::Exact;
use jiff::civil::Date;

use super::commitment::{Case, open_headline};
use super::found::Evidence;
use super::types::Headline;
use crate::calendar::{CountError, Length};

/// COMPLYING, ALLEGED, VIOLATED or CURED from what was found: the worst of what nothing has made whole.
pub(super) fn kept(evidence: &Evidence) -> Headline {
    if evidence.uncured().is_some() {
        Headline::Violated
    } else if evidence.open_allegation().is_some() {
        Headline::Alleged
    } else if evidence.violated.is_empty() {
        Headline::Complying
    } else {
        Headline::Cured
    }
}

/// The maintain part of something achieved; a violation is linked to the performance that it undoes.
pub(super) fn maintain_after(case: &mut Case<'_, '_>) -> Option<Headline> {
    if !case.commitment.then_maintain {
        return None;
    }
    let kept = kept(case.evidence);
    if kept == Headline::Violated
        && let (Some(violated), Some(done)) = (case.evidence.uncured(), &case.evidence.done)
    {
        let fact = format!(
            "{}, undoing {}",
            violated.events.join(", "),
            done.events.join(", ")
        );
        case.because("21: what was achieved was reversed", fact);
    }
    Some(kept)
}

/// The headline of a maintain or forbid.
pub(super) fn keeping_headline(case: &mut Case<'_, '_>) -> Headline {
    if let Some(decision) = case.breach.clone() {
        case.because("13: a breach was found as the text provides", decision);
        return Headline::Violated;
    }
    let found = kept(case.evidence);
    if let Some(violated) = case.evidence.uncured() {
        case.because("found broken by whoever may", violated.events.join(", "));
        return Headline::Violated;
    }
    if let (Headline::Cured, Some(violated)) = (found, case.evidence.violated.last()) {
        case.because("20: made whole and accepted", violated.events.join(", "));
        return Headline::Cured;
    }
    if !case.clock.holding.is_empty() {
        case.because(
            "16: held by somebody who may",
            case.clock.holding[0].event.clone(),
        );
        return Headline::Suspended;
    }
    if found == Headline::Alleged {
        let open = case.evidence.open_allegation();
        let events = open.map(|found| found.events.join(", ")).unwrap_or_default();
        case.because("said to be broken; nobody entitled has found so", events);
        return Headline::Alleged;
    }
    if case.dispute.starts_with("stage") || case.dispute == "unresolved" {
        case.because("12: a dispute about it is open", case.dispute.clone());
        return Headline::Disputed;
    }
    let open: Vec<&str> = case
        .evidence
        .assessed
        .iter()
        .filter(|assessed| assessed.finding == "undetermined")
        .map(|assessed| assessed.event.as_str())
        .collect();
    if !open.is_empty() {
        let shown = open.join(", ");
        case.because("whether these events break it was not measured", shown);
        return Headline::Undetermined;
    }
    if let Some(deadline) = case.clock.deadline
        && case.at() > deadline
    {
        case.because(
            "24: kept to the end of its window",
            case.clock.last_day.map(|day| day.to_string()).unwrap_or_default(),
        );
        return Headline::ExpiredKept;
    }
    case.because(
        "nothing accepted says that it is broken; silence is not breach",
        opened(case),
    );
    Headline::Complying
}

fn opened(case: &Case<'_, '_>) -> String {
    case.activation
        .opened
        .map_or_else(String::new, |day| format!("since {day}"))
}

/// The periods counted from `from` up to the one that contains `at`: first and last day of each.
fn periods(case: &Case<'_, '_>, from: Date, per: Length) -> Result<Vec<(Date, Date)>, CountError> {
    let today = case.at().day(&case.commitment.zone);
    let mut all = Vec::new();
    for period in case.commitment.rules.periods(from, per) {
        let (first, last) = period?;
        all.push((first, last));
        if today <= last {
            break;
        }
    }
    Ok(all)
}

/// What was counted in one period: verified, and said by anybody.
#[derive(Clone, Default)]
struct Counted {
    verified: Exact,
    said: Exact,
}

/// What was counted in each of the periods.
fn counted(case: &Case<'_, '_>, periods: &[(Date, Date)]) -> Vec<Counted> {
    let mut all = vec![Counted::default(); periods.len()];
    for (_, occurred, amount, verified) in &case.evidence.counted {
        let day = occurred.to.day(&case.commitment.zone);
        let place = periods.partition_point(|(_, last)| *last < day);
        let inside = periods.get(place).is_some_and(|(first, _)| *first <= day);
        if inside && let Some(own) = all.get_mut(place) {
            own.said += amount.clone();
            if *verified {
                own.verified += amount.clone();
            }
        }
    }
    all
}

/// The headline of a quota: what was broken in an earlier period stays broken, and the current one is counted.
pub(super) fn quota_headline(case: &mut Case<'_, '_>) -> Headline {
    let (Some(quota), Some(from)) = (case.commitment.quota.clone(), case.activation.opened) else {
        return open_headline(case);
    };
    let periods = match periods(case, from, quota.per) {
        Ok(periods) => periods,
        Err(error) => {
            case.because("the text does not decide the period", error.to_string());
            return Headline::Undetermined;
        }
    };
    let counted = counted(case, &periods);
    let word = if quota.at_least { "at least" } else { "at most" };
    let fact = |(own, (start, end)): (&Counted, &(Date, Date))| {
        format!("{} of {word} {} from {start} to {end}", own.verified, quota.limit)
    };
    let over = |own: &Exact| *own > quota.limit;
    let (Some(now), Some((_, past))) = (counted.iter().zip(&periods).next_back(), counted.split_last())
    else {
        return open_headline(case);
    };
    let past = past.iter().zip(&periods);
    if quota.at_least {
        let mut short = past.filter(|(own, _)| own.verified < quota.limit);
        if let Some(first) = short.next() {
            case.because(
                "5: less was verified in an earlier period than the quota asks for",
                fact(first),
            );
            return Headline::Overdue;
        }
        case.because("quota of the current period", fact(now));
        return if now.0.verified >= quota.limit {
            Headline::Fulfilled
        } else {
            Headline::Due
        };
    }
    let broken: Vec<_> = counted
        .iter()
        .zip(&periods)
        .filter(|(own, _)| over(&own.verified))
        .collect();
    let cured_after = |first: Date| {
        let mut cured = case.evidence.cured.iter();
        cured.any(|cured| cured.occurred.to.day(&case.commitment.zone) >= first)
    };
    let uncured = broken.iter().find(|(_, period)| !cured_after(period.0));
    if let Some(shown) = uncured.or(broken.last()) {
        let (cured, fact) = (uncured.is_none(), fact(*shown));
        case.because("more was verified than the quota allows", fact);
        let Some(cure) = case.evidence.cured.last().filter(|_| cured) else {
            return Headline::Violated;
        };
        case.because("20: made whole and accepted", cure.events.join(", "));
        return Headline::Cured;
    }
    if let Some((own, (start, end))) = counted.iter().zip(&periods).find(|(own, _)| over(&own.said)) {
        let fact = format!("{} of {word} {} from {start} to {end}", own.said, quota.limit);
        case.because("more was reported than the quota allows, but not verified", fact);
        return Headline::Alleged;
    }
    case.because("within the quota of the current period", fact(now));
    Headline::Complying
}

/// The headline of a duty to notify: once, or in every period.
pub(super) fn notice_headline(case: &mut Case<'_, '_>) -> Headline {
    let zone = case.commitment.zone.clone();
    let Some(every) = case.commitment.every else {
        let (event, occurred) = case.evidence.notices[0].clone();
        let late = case.clock.deadline.is_some_and(|deadline| occurred.to > deadline);
        case.because(
            if late {
                "10: notified after the last day"
            } else {
                "9: notified by the last day"
            },
            event,
        );
        return if late {
            Headline::FulfilledLate
        } else {
            Headline::Fulfilled
        };
    };
    let Some(from) = case.activation.opened else {
        return open_headline(case);
    };
    let periods = match periods(case, from, every) {
        Ok(periods) => periods,
        Err(error) => {
            case.because("the text does not decide the period", error.to_string());
            return Headline::Undetermined;
        }
    };
    let Some(((start, end), past)) = periods.split_last() else {
        return open_headline(case);
    };
    let given = |first: Date, last: Date| {
        case.evidence
            .notices
            .iter()
            .any(|(_, occurred)| (first..=last).contains(&occurred.to.day(&zone)))
    };
    let missed = past.iter().filter(|(first, last)| !given(*first, *last));
    let missed: Vec<String> = missed.map(|(first, last)| format!("{first} to {last}")).collect();
    if let Some(latest) = missed.last() {
        let fact = format!("{} missed, the last from {latest}", missed.len());
        case.because("5: a period passed without notice", fact);
        return Headline::Overdue;
    }
    if given(*start, *end) {
        case.because(
            "notice of the current period was given",
            format!("{start} to {end}"),
        );
        return Headline::Fulfilled;
    }
    case.because("notice of the current period is due", format!("by {end}"));
    Headline::Due
}
