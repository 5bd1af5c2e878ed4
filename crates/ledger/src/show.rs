//! Numbers and times in words.

use detente_base::number::Exact;
use jiff::tz::TimeZone;

use crate::moment::Occurrence;

/// A number with thin groups of three digits (`6 200`), decimals kept, fractions as `a/b`.
#[must_use]
pub fn amount_in_words(number: &Exact) -> String {
    let text = number.to_string();
    if text.contains('/') {
        return text;
    }
    let (sign, digits) = text
        .strip_prefix('-')
        .map_or(("", text.as_str()), |digits| ("-", digits));
    let mut out = String::from(sign);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place) % 3 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// An occurrence as a day, an interval of days, or an instant.
#[must_use]
pub fn occurrence(occurred: Occurrence, zone: &TimeZone) -> String {
    if !occurred.to.is_day_end() {
        return occurred.to.show(zone);
    }
    let (from, to) = (occurred.from.day(zone), occurred.to.day(zone));
    if from == to {
        from.to_string()
    } else {
        format!("{from}/{to}")
    }
}
