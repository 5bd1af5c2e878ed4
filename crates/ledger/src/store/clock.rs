//! The ledger's clock. A time of receipt is the machine's word, and a machine's clock may be wrong: one that is far
//! ahead of everything else the ledger knows of time is refused unless it is confirmed, and once it is right again
//! what came meanwhile does not stand in the way of what comes later (rule A7).

use jiff::{SignedDuration, Timestamp};

use super::StoreError;
use crate::event::event_from_json;
use crate::log::{Entry, Kind, Log, Refusal};

/// How many days an append may lie after the last entry and after every day that its statements name.
pub const FAR_AHEAD_DAYS: i64 = 7;
/// How many seconds the clock may step back; then the time of the last entry is taken.
const LEVELLED_SECONDS: i64 = 5;
/// How far the last entry must lie ahead of all that was said for the clock to have been ahead beyond doubt.
const SURELY_AHEAD: SignedDuration = SignedDuration::from_hours(48);

/// Where the time of receipt comes from.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    source: Source,
    confirmed: bool,
}

#[derive(Debug, Clone, Copy)]
enum Source {
    Fixed(Timestamp),
    Read(fn() -> Timestamp),
}

/// What is to be done with a reading of the clock.
pub(super) enum Judged {
    /// It is the time of receipt.
    Now(Timestamp),
    /// Earlier entries came while the clock was ahead: that is recorded first.
    SetRight(Timestamp),
}

impl From<Timestamp> for Clock {
    fn from(now: Timestamp) -> Self {
        Self {
            source: Source::Fixed(now),
            confirmed: false,
        }
    }
}

impl Clock {
    /// A clock that is read at every try.
    #[must_use]
    pub fn read(now: fn() -> Timestamp) -> Self {
        Self {
            source: Source::Read(now),
            confirmed: false,
        }
    }

    /// The same, confirmed by whoever looks after the machine.
    #[must_use]
    pub fn confirmed(self, confirmed: bool) -> Self {
        Self { confirmed, ..self }
    }

    /// The time of receipt for these entries.
    pub(super) fn judged(&self, log: &Log, entries: &[Entry]) -> Result<Judged, StoreError> {
        let now = match self.source {
            Source::Fixed(now) => now,
            Source::Read(read) => read(),
        };
        let last = log.last_received();
        if now >= last {
            return self.not_far_ahead(log, entries, now);
        }
        let behind = last.as_second() - now.as_second();
        if behind <= LEVELLED_SECONDS {
            return Ok(Judged::Now(last));
        }
        if self.confirmed || surely_ahead(log, now) {
            return Ok(Judged::SetRight(now));
        }
        Err(Refusal::ClockBackwards { now, last }.into())
    }

    fn not_far_ahead(&self, log: &Log, entries: &[Entry], now: Timestamp) -> Result<Judged, StoreError> {
        let far = SignedDuration::from_hours(24 * FAR_AHEAD_DAYS);
        let last = log.last_received();
        let zone = &log.text.agreement.zone;
        let said = entries.iter().filter_map(|entry| {
            let event = event_from_json(&entry.body, zone, 0).ok()?;
            Some(event.reported.timestamp().max(event.occurred.to.timestamp()))
        });
        let known = said.chain([last]).max().unwrap_or(last);
        // A time stamp carries the word of an authority about the time, which `verify` holds against the ledger's.
        let stamps = entries.iter().all(|entry| entry.kind == Kind::TimeStamp);
        if self.confirmed || stamps || now.duration_since(known) <= far {
            return Ok(Judged::Now(now));
        }
        Err(StoreError::DoubtfulClock(format!(
            "the clock says {now}, more than {FAR_AHEAD_DAYS} days after the last entry ({last}) and after every day that \
             the statements name; if it is right, give --clock-is-right"
        )))
    }
}

/// Whether nothing that anybody said speaks for the time at which the last entry was received, and all of it for `now`.
fn surely_ahead(log: &Log, now: Timestamp) -> bool {
    let said = log
        .events()
        .iter()
        .filter(|event| event.of.is_none() || event.occurred_stated);
    let latest = said.map(|event| event.occurred.from.timestamp()).max();
    latest.is_some_and(|latest| latest <= now && log.last_received().duration_since(latest) > SURELY_AHEAD)
}
