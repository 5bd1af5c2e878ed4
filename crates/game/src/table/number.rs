//! What a number in an explicit game stands for.
//!
//! A string (`"2/3"`, `"0.35"`) is exact as written. A JSON double is exact as written when its shortest
//! decimal form has at most twelve significant digits. A longer one came out of somebody's floating
//! arithmetic: it stands for the simplest fraction within four units of the last place when that fraction's
//! denominator is at most [`OBVIOUS_DENOMINATOR`] (so `0.3333333333333333` is 1/3 and `3.7199999999999998`
//! is 93/25), and otherwise for the simplest fraction that rounds to the same double.

use detente_base::number::{Exact, from_float, parse_exact};

/// The largest denominator of a fraction that is taken as meant although the double is a few units off.
pub const OBVIOUS_DENOMINATOR: u32 = 100_000;
const SHORT_DIGITS: usize = 12;

/// The exact number a finite double stands for, by the rule of this module.
///
/// ```
/// use detente_game::table::number::stands_for;
/// use detente_base::number::parse_exact;
/// assert_eq!(stands_for(0.3333333333333333), parse_exact("1/3").ok());
/// assert_eq!(stands_for(-0.123456789), parse_exact("-0.123456789").ok());
/// assert_eq!(stands_for(3.7199999999999998), parse_exact("93/25").ok());
/// assert_eq!(stands_for(f64::NAN), None);
/// ```
#[must_use]
pub fn stands_for(value: f64) -> Option<Exact> {
    if !value.is_finite() {
        return None;
    }
    if value == 0.0 {
        return Some(Exact::ZERO);
    }
    let size = value.abs();
    let text = format!("{size:e}");
    let digits = text
        .split('e')
        .next()
        .unwrap_or("")
        .bytes()
        .filter(u8::is_ascii_digit)
        .count();
    let positive = if digits <= SHORT_DIGITS {
        match parse_exact(&text) {
            Ok(exact) => exact,
            Err(_) => from_float(size).ok()?,
        }
    } else {
        fraction(size)?
    };
    Some(if value < 0.0 { -positive } else { positive })
}

fn fraction(size: f64) -> Option<Exact> {
    let unit = from_float(size.next_up()).ok()? - from_float(size).ok()?;
    let centre = from_float(size).ok()?;
    let four = &unit * Exact::from(4);
    let obvious = Exact::simplest_in(&centre - &four, &centre + &four);
    if obvious.denominator() <= &OBVIOUS_DENOMINATOR.into() {
        return Some(obvious);
    }
    let half = unit / Exact::from(2);
    Some(Exact::simplest_in(&centre - &half, &centre + &half))
}

/// The exact number a JSON value stands for: a number or a string that holds one.
#[must_use]
pub fn read(value: &serde_json::Value) -> Option<Exact> {
    match value {
        serde_json::Value::String(text) => parse_exact(text).ok(),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Some(Exact::from(whole)),
            None => number.as_f64().and_then(stands_for),
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use detente_base::number::to_float;

    #[test]
    fn doubles_of_small_fractions_are_those_fractions() {
        for denominator in 1..=200i64 {
            for numerator in -denominator..=denominator {
                let exact = Exact::from_parts(numerator.into(), denominator.unsigned_abs().into());
                assert_eq!(stands_for(to_float(&exact)), Some(exact));
            }
        }
    }

    #[test]
    fn an_irrational_keeps_its_double() {
        let root = 0.6_f64.sqrt();
        assert_eq!(stands_for(root).map(|exact| to_float(&exact)), Some(root));
        assert_eq!(stands_for(-root).map(|exact| to_float(&exact)), Some(-root));
    }
}
