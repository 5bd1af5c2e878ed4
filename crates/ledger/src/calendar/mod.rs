//! Counting days, business days and months from a date, by the rules that the text states.
//!
//! "Within N days of D": D is left out, the last day is D + N, and it ends at 24:00 in the stated zone
//! (agreements/README section 3.4 of the specification). Every departure from that is a field of the text: D
//! counted in, clear days, business days with a calendar, what happens to a month without the same day, and what
//! happens when the last day is no business day.

mod length;

use std::collections::BTreeSet;

use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};

use crate::moment::Moment;

pub use length::{LONGEST_LENGTH, Length, LengthUnit};

/// Which days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayCount {
    /// The first day is left out: the last day is D + N.
    #[default]
    ExcludeFirst,
    /// The first day counts, if it is a day of the sort that is counted: one day less than with the first left out.
    IncludeFirst,
    /// The whole length lies between: neither end counts, one day more than with the first left out.
    ClearDays,
}

/// What a month (or year) without the same day becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MonthRule {
    /// Not decided by the text: an error, shown to the reader.
    #[default]
    Error,
    /// The last day of that month.
    LastDay,
    /// The first day of the month after.
    NextMonth,
}

/// What happens to a last day that is no business day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Roll {
    /// It stays.
    #[default]
    None,
    /// It moves to the next business day.
    Forward,
    /// It moves to the business day before.
    Back,
}

/// Which days are no business days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Days of the week off.
    pub weekend: BTreeSet<i8>,
    /// Dates off.
    pub holidays: BTreeSet<Date>,
}

impl Calendar {
    /// Whether work is done on that day.
    #[must_use]
    pub fn is_business_day(&self, day: Date) -> bool {
        !self.weekend.contains(&day.weekday().to_monday_one_offset()) && !self.holidays.contains(&day)
    }
}

/// Reads a day of the week by its English name or first three letters.
#[must_use]
pub fn parse_weekday(text: &str) -> Option<Weekday> {
    let names = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let text = text.to_ascii_lowercase();
    if text.len() < 3 {
        return None;
    }
    let place = names.iter().position(|name| name.starts_with(&text))?;
    Weekday::from_monday_zero_offset(i8::try_from(place).ok()?).ok()
}

/// The rules by which an agreement counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountingRules {
    /// Which days are counted.
    pub day_count: DayCount,
    /// What becomes of a month without the same day.
    pub months: MonthRule,
    /// What becomes of a last day that is no business day.
    pub roll: Roll,
    /// Business days.
    pub calendar: Calendar,
}

/// Why a date cannot be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CountError {
    /// The month reached has no such day and the text states no rule.
    MonthTooShort(Date, Length),
    /// Beyond the years that are handled, or no business day within ten years.
    OutOfRange(Date, Length),
}

impl std::fmt::Display for CountError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::MonthTooShort(day, length) => write!(
                f,
                "{length} from {day}: that month has no such day and the text states no month rule \
                 (`months = \"last-day\"` or `\"next-month\"`)"
            ),
            Self::OutOfRange(day, length) => write!(f, "{length} from {day} is out of range"),
        }
    }
}

impl std::error::Error for CountError {}

/// From where a length is counted: a day, and the point on it where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Start {
    /// The day.
    pub day: Date,
    /// The point; a day's end when only the day is known.
    pub point: Option<Moment>,
}

impl From<Date> for Start {
    fn from(day: Date) -> Self {
        Self { day, point: None }
    }
}

/// The end of a length: its last day and its last point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct End {
    /// The last day.
    pub day: Date,
    /// The last point: the end of that day, or an instant of it for a length in hours.
    pub point: Moment,
}

impl CountingRules {
    /// The end of a window of `length` that is counted from `start`. Hours run by the clock from the point where that
    /// is known and from the end of the day otherwise (from its beginning where the first day counts).
    ///
    /// # Errors
    /// [`CountError`] when the text does not decide the date or it is out of range.
    pub fn end(&self, start: Start, length: Length, zone: &TimeZone) -> Result<End, CountError> {
        if length.unit != LengthUnit::Hour {
            let day = self.last_day(start.day, length)?;
            return Ok(End {
                day,
                point: Moment::end_of(day, zone),
            });
        }
        let known = start
            .point
            .filter(|point| !point.is_day_end() || self.day_count != DayCount::IncludeFirst);
        let from = known.unwrap_or_else(|| match self.day_count {
            DayCount::IncludeFirst => Moment::start_of(start.day, zone),
            _ => Moment::end_of(start.day, zone),
        });
        let hours = SignedDuration::from_hours(i64::from(length.count));
        let point = from
            .later(hours)
            .ok_or(CountError::OutOfRange(start.day, length))?;
        Ok(End {
            day: point.day(zone),
            point,
        })
    }

    /// The last day of a window of `length` that is counted from the day `from`.
    ///
    /// # Errors
    /// [`CountError`] when the text does not decide the date or it is out of range.
    pub fn last_day(&self, from: Date, length: Length) -> Result<Date, CountError> {
        let out_of_range = || CountError::OutOfRange(from, length);
        let count = i64::from(length.count);
        let shift = match self.day_count {
            DayCount::IncludeFirst if length.count > 0 => -1,
            DayCount::ExcludeFirst | DayCount::IncludeFirst => 0,
            DayCount::ClearDays => 1,
        };
        let reached = match length.unit {
            // The day on which the last hour ends, counted from the end or the beginning of the first.
            LengthUnit::Hour => {
                let whole = (count + 23) / 24;
                return days_later(from, whole + shift.min(0)).ok_or_else(out_of_range);
            }
            LengthUnit::Day => days_later(from, count + shift),
            LengthUnit::Week => days_later(from, count * 7 + shift),
            LengthUnit::BusinessDay => match self.day_count {
                DayCount::IncludeFirst if count > 0 => from
                    .yesterday()
                    .ok()
                    .and_then(|before| self.business_days(before, count)),
                _ => self.business_days(from, count + shift),
            },
            LengthUnit::Month => days_later(self.months(from, count, length)?, shift),
            LengthUnit::Year => days_later(self.months(from, count * 12, length)?, shift),
        };
        let reached = reached.ok_or_else(out_of_range)?;
        self.rolled(reached).ok_or_else(out_of_range)
    }

    /// The periods of `length` that follow each other from `from` on: first and last day of each. Months are counted from
    /// the first period, so that 31 January, 29 February and 31 March begin one each.
    ///
    /// # Errors
    /// The last item is a [`CountError`] when the text does not decide a period or it is out of range.
    pub fn periods(
        &self,
        from: Date,
        length: Length,
    ) -> impl Iterator<Item = Result<(Date, Date), CountError>> + '_ {
        let mut next = Ok(from);
        (1..).map_while(move |number| {
            let first = next.clone().ok()?;
            next = match length.unit {
                // Only these are counted day by day.
                LengthUnit::BusinessDay => self.period_start(first, length, 1),
                _ => self.period_start(from, length, number),
            };
            match next.clone().map(Date::yesterday) {
                Err(error) => Some(Err(error)),
                Ok(Ok(last)) if first <= last => Some(Ok((first, last))),
                Ok(_) => {
                    let error = CountError::OutOfRange(first, length);
                    next = Err(error.clone());
                    Some(Err(error))
                }
            }
        })
    }

    fn period_start(&self, from: Date, length: Length, number: i64) -> Result<Date, CountError> {
        let count = i64::from(length.count) * number;
        let start = match length.unit {
            LengthUnit::Hour => days_later(from, count / 24),
            LengthUnit::Day => days_later(from, count),
            LengthUnit::Week => days_later(from, count * 7),
            LengthUnit::BusinessDay => self.business_days(from, count),
            LengthUnit::Month => return self.months(from, count, length),
            LengthUnit::Year => return self.months(from, count * 12, length),
        };
        start.ok_or(CountError::OutOfRange(from, length))
    }

    fn months(&self, from: Date, count: i64, length: Length) -> Result<Date, CountError> {
        let out_of_range = || CountError::OutOfRange(from, length);
        let span = Span::new().try_months(count).map_err(|_| out_of_range())?;
        let reached = from.checked_add(span).map_err(|_| out_of_range())?;
        if reached.day() == from.day() {
            return Ok(reached);
        }
        match self.months {
            MonthRule::Error => Err(CountError::MonthTooShort(from, length)),
            MonthRule::LastDay => Ok(reached),
            MonthRule::NextMonth => reached.tomorrow().map_err(|_| out_of_range()),
        }
    }

    fn business_days(&self, from: Date, count: i64) -> Option<Date> {
        let mut day = from;
        let mut left = count;
        let mut idle = 0;
        while left > 0 {
            day = day.tomorrow().ok()?;
            idle += 1;
            if self.calendar.is_business_day(day) {
                left -= 1;
                idle = 0;
            }
            if idle > 3660 {
                return None;
            }
        }
        Some(day)
    }

    fn rolled(&self, mut day: Date) -> Option<Date> {
        if self.roll == Roll::None {
            return Some(day);
        }
        for _ in 0..3660 {
            if self.calendar.is_business_day(day) {
                return Some(day);
            }
            day = match self.roll {
                Roll::Back => day.yesterday().ok()?,
                _ => day.tomorrow().ok()?,
            };
        }
        None
    }
}

/// The day so many days after `day`, if there is one.
#[must_use]
pub fn days_later(day: Date, days: i64) -> Option<Date> {
    let span = Span::new().try_days(days).ok()?;
    day.checked_add(span).ok()
}

/// Whole days from `from` to `to`; negative when `to` is earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    let span = from.until((jiff::Unit::Day, to));
    span.map_or(0, |span| i64::from(span.get_days()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    fn last(rules: &CountingRules, from: &str, length: &str) -> String {
        match rules.last_day(day(from), Length::parse(length).unwrap()) {
            Ok(day) => day.to_string(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_published_day_counts_come_out() {
        let rules = CountingRules::default();
        // Adoption Day of the JCPOA (trace J11): a public tracker printed 2015-10-19.
        assert_eq!(last(&rules, "2015-07-20", "90 days"), "2015-10-18");
        // The 13 February 2007 text: 60 and 30 days.
        assert_eq!(last(&rules, "2007-02-13", "60 days"), "2007-04-14");
        assert_eq!(last(&rules, "2007-02-13", "30 days"), "2007-03-15");
        assert_eq!(last(&rules, "2025-08-28", "30 days"), "2025-09-27");
        assert_eq!(last(&rules, "2015-10-18", "10 years"), "2025-10-18");
        assert_eq!(days_between(day("2007-04-14"), day("2007-07-14")), 91);
        assert_eq!(days_between(day("2007-12-31"), day("2008-06-26")), 178);
    }

    #[test]
    fn other_ways_of_counting_are_fields() {
        let mut rules = CountingRules {
            day_count: DayCount::IncludeFirst,
            ..CountingRules::default()
        };
        assert_eq!(last(&rules, "2007-02-13", "60 days"), "2007-04-13");
        rules.day_count = DayCount::ClearDays;
        assert_eq!(last(&rules, "2007-02-13", "60 days"), "2007-04-15");
        rules.day_count = DayCount::ExcludeFirst;
        assert!(last(&rules, "2024-01-31", "1 month").contains("no month rule"));
        rules.months = MonthRule::LastDay;
        assert_eq!(last(&rules, "2024-01-31", "1 month"), "2024-02-29");
        rules.months = MonthRule::NextMonth;
        assert_eq!(last(&rules, "2023-01-31", "1 month"), "2023-03-01");
        assert_eq!(last(&rules, "2024-02-29", "1 year"), "2025-03-01");
        rules.calendar.weekend = [6, 7].into();
        rules.calendar.holidays.insert(day("2024-05-01"));
        assert_eq!(last(&rules, "2024-04-26", "3 business days"), "2024-05-02");
        rules.roll = Roll::Forward;
        assert_eq!(last(&rules, "2024-04-26", "1 day"), "2024-04-29");
        rules.roll = Roll::Back;
        assert_eq!(last(&rules, "2024-04-26", "1 day"), "2024-04-26");
    }

    #[test]
    fn the_first_day_counts_only_if_it_is_one_of_those_counted() {
        let mut rules = CountingRules {
            day_count: DayCount::IncludeFirst,
            months: MonthRule::LastDay,
            ..CountingRules::default()
        };
        rules.calendar.weekend = [6, 7].into();
        // 2024-06-01 is a Saturday.
        for (from, length, expected) in [
            ("2024-06-01", "1 business day", "2024-06-03"),
            ("2024-06-01", "3 business days", "2024-06-05"),
            ("2024-06-03", "1 business day", "2024-06-03"),
            ("2024-06-07", "2 business days", "2024-06-10"),
            ("2024-01-15", "1 month", "2024-02-14"),
            ("2024-01-15", "1 year", "2025-01-14"),
            ("2024-03-01", "1 month", "2024-03-31"),
            ("2024-06-01", "30 days", "2024-06-30"),
            ("2024-06-01", "2 weeks", "2024-06-14"),
            ("2024-06-01", "0 days", "2024-06-01"),
            ("2024-06-01", "48 hours", "2024-06-02"),
        ] {
            assert_eq!(last(&rules, from, length), expected, "{length} from {from}");
        }
        rules.day_count = DayCount::ClearDays;
        for (from, length, expected) in [
            ("2024-06-01", "1 business day", "2024-06-04"),
            ("2024-01-15", "1 month", "2024-02-16"),
            ("2024-01-15", "1 year", "2025-01-16"),
            ("2024-06-01", "1 week", "2024-06-09"),
        ] {
            assert_eq!(last(&rules, from, length), expected, "{length} from {from}");
        }
    }

    #[test]
    fn no_length_is_too_long_to_be_answered() {
        for unit in ["hours", "days", "weeks", "business days", "months", "years"] {
            for day_count in [
                DayCount::ExcludeFirst,
                DayCount::IncludeFirst,
                DayCount::ClearDays,
            ] {
                for count in [9_999, 19_998, 19_999, LONGEST_LENGTH] {
                    for from in ["9999-12-30", "2024-01-31", "-009999-01-01"] {
                        let rules = CountingRules {
                            day_count,
                            ..CountingRules::default()
                        };
                        let length = Length::parse(&format!("{count} {unit}")).unwrap();
                        let from = from.parse().unwrap();
                        let _ = rules.end(Start::from(from), length, &TimeZone::UTC);
                        let _ = rules.periods(from, length).take(3).count();
                    }
                }
            }
        }
        let rules = CountingRules::default();
        let expected = "19999 years from 2024-01-01 is out of range";
        assert_eq!(last(&rules, "2024-01-01", "19999 years"), expected);
        assert!(Length::parse("100001 days").is_none());
    }

    #[test]
    fn hours_run_by_the_clock() {
        let zone = TimeZone::get("Europe/Vienna").expect("the zone table is bundled");
        let end = |from: &str| {
            let from = crate::moment::parse_as_of(from, &zone).expect("a time");
            let start = Start {
                day: from.day(&zone),
                point: Some(from),
            };
            let end = CountingRules::default().end(start, Length::parse("48 hours").unwrap(), &zone);
            end.map(|end| end.point.show(&zone)).unwrap()
        };
        assert_eq!(end("2024-06-01T10:30"), "2024-06-03T10:30:00+02:00");
        assert_eq!(end("2024-06-01"), "2024-06-03T24:00:00+02:00");
        // An hour is skipped in the night to 31 March.
        assert_eq!(end("2024-03-30T10:30"), "2024-04-01T11:30:00+02:00");
    }

    #[test]
    fn periods_of_months_do_not_drift() {
        let rules = CountingRules {
            months: MonthRule::LastDay,
            day_count: DayCount::IncludeFirst,
            roll: Roll::Forward,
            ..CountingRules::default()
        };
        let month = Length::parse("1 month").unwrap();
        let periods = rules.periods(day("2024-01-31"), month).take(4);
        let periods: Vec<String> = periods
            .map(|period| period.map(|(first, last)| format!("{first} to {last}")).unwrap())
            .collect();
        let expected = [
            "2024-01-31 to 2024-02-28",
            "2024-02-29 to 2024-03-30",
            "2024-03-31 to 2024-04-29",
            "2024-04-30 to 2024-05-30",
        ];
        assert_eq!(periods, expected);
    }
}
