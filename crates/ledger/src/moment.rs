//! When something is true, and when something happened.
//!
//! A [`Moment`] is a point on the time line. "The end of 14 April" is the last point that still belongs to that
//! day: it comes just before 00:00 of 15 April and is told apart from it, because a duty that must be done "by
//! 14 April" is still due there and overdue at the next instant. An [`Occurrence`] is the stretch of time in
//! which something is known to have happened: an instant, a day, or several days.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A point in time; `before` marks the last point before the instant (the end of the day that it closes). Seconds and
/// nanoseconds stand side by side, because a record keeps five points for each of a million events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    second: i64,
    nanosecond: i32,
    before: bool,
}

impl Moment {
    /// The instant itself.
    #[must_use]
    pub fn instant(at: Timestamp) -> Self {
        Self {
            second: at.as_second(),
            nanosecond: at.subsec_nanosecond(),
            before: false,
        }
    }

    /// The last point that still belongs to `day` in `zone` (its 24:00).
    #[must_use]
    pub fn end_of(day: Date, zone: &TimeZone) -> Self {
        let at = match day.tomorrow() {
            Ok(next) => start_of(next, zone),
            Err(_) => Timestamp::MAX,
        };
        Self {
            before: true,
            ..Self::instant(at)
        }
    }

    /// 00:00 of `day` in `zone`.
    #[must_use]
    pub fn start_of(day: Date, zone: &TimeZone) -> Self {
        Self::instant(start_of(day, zone))
    }

    /// The day in `zone` to which this point belongs.
    #[must_use]
    pub fn day(self, zone: &TimeZone) -> Date {
        let at = self.timestamp();
        let at = if self.before {
            at.checked_sub(jiff::SignedDuration::from_nanos(1)).unwrap_or(at)
        } else {
            at
        };
        at.to_zoned(zone.clone()).date()
    }

    /// The instant on which this point lies or which it comes just before.
    #[must_use]
    pub fn timestamp(self) -> Timestamp {
        // It was taken apart from one, so it can be put together again.
        Timestamp::new(self.second, self.nanosecond).unwrap_or(Timestamp::MAX)
    }

    /// The next instant: the first point that is surely after this one.
    #[must_use]
    pub fn next_instant(self) -> Self {
        let at = self.timestamp();
        if self.before {
            Self::instant(at)
        } else {
            let next = at.checked_add(jiff::SignedDuration::from_nanos(1));
            Self::instant(next.unwrap_or(at))
        }
    }

    /// The point so much later, if there is one; the end of a day stays the end of what comes before it.
    #[must_use]
    pub fn later(self, by: jiff::SignedDuration) -> Option<Self> {
        let at = self.timestamp().checked_add(by).ok()?;
        Some(Self {
            before: self.before,
            ..Self::instant(at)
        })
    }

    /// Whether this is the end of a day and not an instant of the next one.
    #[must_use]
    pub fn is_day_end(self) -> bool {
        self.before
    }

    /// RFC 3339 text in `zone`; the end of a day is written as `2007-04-14T24:00:00`.
    #[must_use]
    pub fn show(self, zone: &TimeZone) -> String {
        let shown = self.timestamp().to_zoned(zone.clone());
        let offset = if shown.offset().is_zero() {
            "Z".to_owned()
        } else {
            shown.strftime("%:z").to_string()
        };
        if self.before && shown.time() == jiff::civil::Time::midnight() {
            return format!("{}T24:00:00{offset}", self.day(zone));
        }
        format!("{}{offset}", shown.strftime("%Y-%m-%dT%H:%M:%S"))
    }
}

impl PartialOrd for Moment {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Moment {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let own = (self.second, self.nanosecond, !self.before);
        own.cmp(&(other.second, other.nanosecond, !other.before))
    }
}

fn start_of(day: Date, zone: &TimeZone) -> Timestamp {
    // A day whose midnight is skipped by a change of clocks starts at its first instant.
    match day.to_zoned(zone.clone()) {
        Ok(zoned) => zoned.timestamp(),
        Err(_) if day.year() > 0 => Timestamp::MAX,
        Err(_) => Timestamp::MIN,
    }
}

/// The stretch of time in which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Occurrence {
    /// Not earlier than this.
    pub from: Moment,
    /// Not later than this.
    pub to: Moment,
}

impl Occurrence {
    /// An exactly known instant.
    #[must_use]
    pub fn instant(at: Timestamp) -> Self {
        Self {
            from: Moment::instant(at),
            to: Moment::instant(at),
        }
    }

    /// Some time on `day` in `zone`.
    #[must_use]
    pub fn on_day(day: Date, zone: &TimeZone) -> Self {
        Self {
            from: Moment::start_of(day, zone),
            to: Moment::end_of(day, zone),
        }
    }
}

/// A text that is no date, instant or interval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotATime(pub String);

impl std::fmt::Display for NotATime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "`{}` is not a time; write a day (2007-04-14), an instant (2007-07-14T04:00+09:00, \
             2025-09-28T00:00Z) or two of them with `/` between",
            self.0
        )
    }
}

impl std::error::Error for NotATime {}

/// Reads a day, an instant, or an interval `FROM/TO`. A time without offset is meant in `zone`.
///
/// # Errors
/// [`NotATime`] with the text.
pub fn parse_occurrence(text: &str, zone: &TimeZone) -> Result<Occurrence, NotATime> {
    let wrong = || NotATime(text.chars().take(64).collect());
    if text.len() > 128 {
        return Err(wrong());
    }
    if let Some((from, to)) = text.split_once('/') {
        let (from, to) = (parse_single(from, zone), parse_single(to, zone));
        let (from, to) = from.zip(to).ok_or_else(wrong)?;
        if to.to < from.from {
            return Err(wrong());
        }
        return Ok(Occurrence {
            from: from.from,
            to: to.to,
        });
    }
    parse_single(text, zone).ok_or_else(wrong)
}

/// Reads an as-of point: a day means its end, an instant means itself.
///
/// # Errors
/// [`NotATime`] with the text.
pub fn parse_as_of(text: &str, zone: &TimeZone) -> Result<Moment, NotATime> {
    parse_single(text, zone)
        .map(|occurrence| occurrence.to)
        .ok_or_else(|| NotATime(text.chars().take(64).collect()))
}

/// Reads a calendar day and nothing else.
#[must_use]
pub fn parse_day(text: &str) -> Option<Date> {
    let text = text.trim();
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

fn parse_single(text: &str, zone: &TimeZone) -> Option<Occurrence> {
    let text = text.trim();
    if let Some(day) = parse_day(text) {
        return Some(Occurrence::on_day(day, zone));
    }
    if text.len() < 16 || !text.is_ascii() {
        return None;
    }
    let (day, rest) = (parse_day(&text[..10])?, &text[10..]);
    if let Some(offset) = ["T24:00:00", "T24:00", " 24:00"]
        .iter()
        .find_map(|end| rest.strip_prefix(end))
    {
        let zone = match offset {
            "" => zone.clone(),
            "Z" => TimeZone::UTC,
            _ => format!("{day}T00:00:00{offset}")
                .parse::<Timestamp>()
                .ok()
                .map(|_| ())
                .and_then(|()| offset_zone(offset))?,
        };
        let end = Moment::end_of(day, &zone);
        return Some(Occurrence { from: end, to: end });
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(Occurrence::instant(instant));
    }
    let civil: DateTime = text.parse().ok()?;
    let zoned = civil.to_zoned(zone.clone()).ok()?;
    Some(Occurrence::instant(zoned.timestamp()))
}

fn offset_zone(offset: &str) -> Option<TimeZone> {
    let sign = match offset.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = offset[1..].chars().filter(char::is_ascii_digit).collect();
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4).unwrap_or("00").parse().ok()?;
    let seconds = sign * (hours * 3600 + minutes * 60);
    jiff::tz::Offset::from_seconds(seconds).ok().map(TimeZone::fixed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> TimeZone {
        TimeZone::get("Asia/Shanghai").expect("the zone table is bundled")
    }

    #[test]
    fn the_end_of_a_day_comes_before_the_next_midnight_and_belongs_to_its_day() {
        let day: Date = "2007-04-14".parse().unwrap();
        let end = Moment::end_of(day, &shanghai());
        let midnight = Moment::start_of(day.tomorrow().unwrap(), &shanghai());
        assert!(end < midnight);
        assert_eq!(end.day(&shanghai()), day);
        assert_eq!(end.show(&shanghai()), "2007-04-14T24:00:00+08:00");
        assert_eq!(midnight.show(&TimeZone::UTC), "2007-04-14T16:00:00Z");
    }

    #[test]
    fn days_instants_and_intervals_are_read() {
        let zone = shanghai();
        for text in [
            "2025-09-28T00:00Z",
            "2025-09-28T00:00:00Z",
            "2025-09-28T08:00+08:00",
            "2025-09-28T08:00",
        ] {
            let read = parse_occurrence(text, &zone).unwrap();
            assert_eq!(read.from.show(&TimeZone::UTC), "2025-09-28T00:00:00Z", "{text}");
        }
        let days = parse_occurrence("2007-03-05/2007-03-06", &zone).unwrap();
        assert_eq!(days.to, parse_as_of("2007-03-06", &zone).unwrap());
        assert_eq!(
            parse_as_of("2007-03-06T24:00+08:00", &zone),
            parse_as_of("2007-03-06", &zone)
        );
        for text in [
            "",
            "soon",
            "2007-02-30",
            "2007-03-06/2007-03-05",
            "2007-13-01T00:00Z",
        ] {
            assert!(parse_occurrence(text, &zone).is_err(), "{text}");
        }
    }
}
