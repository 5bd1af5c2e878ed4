//! Lengths that cannot be counted: beyond the calendar, or to a day of a month that the text does not decide.

use jiff::civil::Date;

use super::{Flaw, Severity, entry_day, flaw, stated_last_day};
use crate::calendar::{CountError, CountingRules, Length};
use crate::text::agreement::{Agreement, HoldClock, When};

/// Every length is counted from the first day from which the text can count it, as far as it states one.
pub(super) fn uncountable(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    let Some(entry) = entry_day(agreement) else {
        return;
    };
    let mut count = |id: &str, rules: &CountingRules, from: Date, length: Option<Length>| {
        if let Some(Err(error)) = length.map(|length| rules.last_day(from, length)) {
            flaws.push(impossible(id, &error));
        }
    };
    for own in &agreement.commitments {
        let from = match own.of {
            When::Day(day) => day,
            _ => entry,
        };
        count(&own.id, &own.rules, from, own.within);
        let end = stated_last_day(agreement, own).unwrap_or(entry);
        count(&own.id, &own.rules, end, own.grace);
        if let HoldClock::Extend(length) = own.hold_clock {
            count(&own.id, &own.rules, end, Some(length));
        }
        count(&own.id, &own.rules, entry, own.every);
        count(
            &own.id,
            &own.rules,
            entry,
            own.quota.as_ref().map(|quota| quota.per),
        );
    }
    for date in &agreement.dates {
        let from = match date.from {
            When::Day(day) => day,
            _ => entry,
        };
        count(&date.id, &agreement.rules, from, date.plus);
    }
    for snapback in &agreement.snapbacks {
        count(&snapback.id, &agreement.rules, entry, Some(snapback.clock));
        count(&snapback.id, &agreement.rules, entry, snapback.draft_within);
    }
    for dispute in &agreement.disputes {
        for stage in &dispute.stages {
            let id = format!("{}.{}", dispute.id, stage.id);
            count(&id, &agreement.rules, entry, Some(stage.within));
        }
    }
}

fn impossible(id: &str, error: &CountError) -> Flaw {
    let remedy = match error {
        CountError::MonthTooShort(..) => "state `months`",
        CountError::OutOfRange(..) => "write a shorter length",
    };
    flaw(
        Severity::Error,
        "two clocks",
        &[id],
        format!("{id}: {error}"),
        remedy,
    )
}
