//! Counting days, business days and months from a date, by the rules that the text states.
//!
//! "Within N days of D": D is left out, the last day is D + N, and it ends at 24:00 in the stated zone
//! (agreements/README section 3.4 of the specification). Every departure from that is a field of the text: D
//! counted in, clear days, business days with a calendar, what happens to a month without the same day, and what
//! happens when the last day is no business day.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::{Date, Weekday};

/// Which days are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DayCount {
    /// The first day is left out: the last day is D + N.
    #[default]
    ExcludeFirst,
    /// The first day counts: the last day is D + N − 1.
    IncludeFirst,
    /// N whole days lie between: neither end counts, the day reached is D + N + 1.
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

/// The unit of a [`Length`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Calendar days.
    Day,
    /// Business days of the text's calendar.
    BusinessDay,
    /// Seven days.
    Week,
    /// Calendar months.
    Month,
    /// Calendar years.
    Year,
}

/// A length of time as a text states it: "60 days", "10 business days", "3 months".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// How many.
    pub count: i32,
    /// Of what.
    pub unit: LengthUnit,
}

/// The longest length read, in its own unit.
pub const LONGEST_LENGTH: i32 = 100_000;

impl Length {
    /// So many days.
    #[must_use]
    pub fn days(count: i32) -> Self {
        Self {
            count,
            unit: LengthUnit::Day,
        }
    }

    /// Reads "60 days", "1 week", "10 business days", "3 months", "10 years" or a bare number of days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let count: i32 = words.next()?.parse().ok()?;
        if !(0..=LONGEST_LENGTH).contains(&count) {
            return None;
        }
        let rest: Vec<&str> = words.collect();
        let unit = match rest.as_slice() {
            [] | ["day" | "days"] | ["calendar", "day" | "days"] => LengthUnit::Day,
            ["business" | "working", "day" | "days"] => LengthUnit::BusinessDay,
            ["week" | "weeks"] => LengthUnit::Week,
            ["month" | "months"] => LengthUnit::Month,
            ["year" | "years"] => LengthUnit::Year,
            _ => return None,
        };
        Some(Self { count, unit })
    }
}

impl std::fmt::Display for Length {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = match self.unit {
            LengthUnit::Day => "day",
            LengthUnit::BusinessDay => "business day",
            LengthUnit::Week => "week",
            LengthUnit::Month => "month",
            LengthUnit::Year => "year",
        };
        write!(
            f,
            "{} {unit}{}",
            self.count,
            if self.count == 1 { "" } else { "s" }
        )
    }
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

impl CountingRules {
    /// The last day of a window of `length` that is counted from `from`.
    ///
    /// # Errors
    /// [`CountError`] when the text does not decide the date or it is out of range.
    pub fn last_day(&self, from: Date, length: Length) -> Result<Date, CountError> {
        let out_of_range = || CountError::OutOfRange(from, length);
        let shift = match self.day_count {
            DayCount::ExcludeFirst => 0,
            DayCount::IncludeFirst if length.count > 0 => -1,
            DayCount::IncludeFirst => 0,
            DayCount::ClearDays => 1,
        };
        let reached = match length.unit {
            LengthUnit::Day => from
                .checked_add((length.count + shift).days())
                .map_err(|_| out_of_range())?,
            LengthUnit::Week => from
                .checked_add((length.count * 7 + shift).days())
                .map_err(|_| out_of_range())?,
            LengthUnit::BusinessDay => self
                .business_days(from, length.count + shift)
                .ok_or_else(out_of_range)?,
            LengthUnit::Month => self.months(from, length.count, length)?,
            LengthUnit::Year => self.months(from, length.count * 12, length)?,
        };
        self.rolled(reached).ok_or_else(out_of_range)
    }

    fn months(&self, from: Date, count: i32, length: Length) -> Result<Date, CountError> {
        let out_of_range = || CountError::OutOfRange(from, length);
        let reached = from.checked_add(count.months()).map_err(|_| out_of_range())?;
        if reached.day() == from.day() {
            return Ok(reached);
        }
        match self.months {
            MonthRule::Error => Err(CountError::MonthTooShort(from, length)),
            MonthRule::LastDay => Ok(reached),
            MonthRule::NextMonth => reached.tomorrow().map_err(|_| out_of_range()),
        }
    }

    fn business_days(&self, from: Date, count: i32) -> Option<Date> {
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
}
