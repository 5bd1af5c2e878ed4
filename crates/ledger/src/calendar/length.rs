//! A length of time as a text states it: a whole number of hours, days, business days, weeks, months or years.

/// The unit of a [`Length`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LengthUnit {
    /// Hours by the clock, from the instant and not from its day.
    Hour,
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

    /// Reads "48 hours", "60 days", "1 week", "10 business days", "3 months", "10 years" or a bare number of days.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let count: i32 = words.next()?.parse().ok()?;
        if !(0..=LONGEST_LENGTH).contains(&count) {
            return None;
        }
        let rest: Vec<&str> = words.collect();
        let unit = match rest.as_slice() {
            ["hour" | "hours"] => LengthUnit::Hour,
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
            LengthUnit::Hour => "hour",
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
