//! A trial: a statement that may change clocks or the text is applied to a copy first, and refused when no status could
//! be computed after it (rule A8).

use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::{SignedDuration, Timestamp};

use super::Log;
use super::admission::Refusal;
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::status::{Question, Record, status};
use crate::text::Text;

/// How many days later the status is tried as well: clocks that run now have ended then.
const LATER_DAYS: [i64; 4] = [0, 40, 400, 40 * 366];

/// Whether an event only says what happened or comments on it, which moves no clock of its own.
fn moves_nothing(kind: EventKind) -> bool {
    let comments = matches!(
        kind,
        EventKind::Ballot | EventKind::Object | EventKind::Recognise | EventKind::Contest
    );
    kind.is_evidence() || comments
}

/// Tries an event that is about to be admitted.
pub(super) fn event(log: &Log, event: &Event) -> Result<(), Refusal> {
    if moves_nothing(event.kind) {
        return Ok(());
    }
    let mut record = log.record();
    record.add(event.clone());
    computable(&log.text, &record, event.accepted.timestamp())?;
    if event.kind == EventKind::Amend {
        return with_effect(log, &record, event);
    }
    Ok(())
}

/// An amendment that would stand in the record without effect is not recorded.
fn with_effect(log: &Log, record: &Record, event: &Event) -> Result<(), Refusal> {
    let answer = status(&log.text, record, &Question::at(event.accepted));
    let answer = answer.map_err(|error| Refusal::NotComputable(error.to_string()))?;
    match answer
        .refused
        .into_iter()
        .find(|refused| refused.event == event.id)
    {
        Some(refused) => Err(Refusal::NotComputable(refused.why)),
        None => Ok(()),
    }
}

/// Tries a text before it is signed.
#[cfg_attr(not(feature = "store"), allow(dead_code))]
pub(crate) fn text(text: &Text, now: Timestamp) -> Result<(), Refusal> {
    computable(text, &Record::default(), now)?;
    guarded(|| {
        let _ = crate::checks::check(&text.agreement);
        let _ = crate::checks::exposures(&text.agreement);
        let _ = crate::checks::shortest_answer(&text.agreement);
        Ok(())
    })
}

fn computable(text: &Text, record: &Record, now: Timestamp) -> Result<(), Refusal> {
    for days in LATER_DAYS {
        let at = now.checked_add(SignedDuration::from_hours(24 * days));
        let at = at.unwrap_or(Timestamp::MAX);
        guarded(|| {
            let answer = status(text, record, &Question::at(Moment::instant(at)));
            let answer = answer.map_err(|error| Refusal::NotComputable(error.to_string()))?;
            let _ = crate::ical::calendar(&answer, &at.to_string());
            Ok(())
        })?;
    }
    Ok(())
}

/// A computation that breaks off is no answer either: what brings it about must not come into the ledger, where it
/// would do so for good.
fn guarded(work: impl FnOnce() -> Result<(), Refusal>) -> Result<(), Refusal> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let what = "its dates or numbers are out of the range that can be counted".to_owned();
        Err(Refusal::NotComputable(what))
    })
}
