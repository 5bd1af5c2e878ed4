//! Exact numbers: what the analyst typed is what the proof uses.
//!
//! A number is a rational, read from a decimal (`0.35`, `-1.5e-3`), an integer or a fraction (`2/3`).
//! Nothing is rounded on the way in; [`to_float`] is for searching and for showing, never for claiming.

use dashu::integer::{IBig, UBig};
pub use dashu::rational::RBig as Exact;

/// The numerators and the denominator of a party's flows stay below this. A party's numbers may so have seventeen digits
/// each, as computed ones do, and a dozen places between the largest and the least.
pub const LARGEST_FLOW: i128 = 1 << 100;

/// The longest number, in characters, that is read. Longer ones are refused, not cut.
pub const LONGEST_NUMBER: usize = 64;
/// The largest power of ten that a decimal may carry.
pub const LARGEST_EXPONENT: i64 = 60;

/// Why a text is not a number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NumberError {
    /// Not a decimal, an integer or a fraction.
    NotANumber,
    /// More than [`LONGEST_NUMBER`] characters; holds how many there are.
    TooLong(usize),
    /// A power of ten beyond [`LARGEST_EXPONENT`].
    ExponentTooLarge,
    /// A fraction with denominator zero.
    DividesByZero,
    /// `nan` or `inf`.
    NotFinite,
}

impl std::fmt::Display for NumberError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotANumber => write!(f, "this is not a number"),
            Self::TooLong(length) => {
                write!(
                    f,
                    "this number has {length} characters; at most {LONGEST_NUMBER} are read"
                )
            }
            Self::ExponentTooLarge => {
                write!(
                    f,
                    "the exponent is beyond 10^{LARGEST_EXPONENT} or 10^-{LARGEST_EXPONENT}"
                )
            }
            Self::DividesByZero => write!(f, "a fraction cannot have the denominator 0"),
            Self::NotFinite => write!(f, "the number must be finite"),
        }
    }
}

impl std::error::Error for NumberError {}

/// Reads a decimal, an integer or a fraction exactly.
///
/// ```
/// use detente_base::number::{parse_exact, Exact};
/// assert_eq!(parse_exact("0.35").unwrap(), Exact::from_parts(7.into(), 20u8.into()));
/// assert_eq!(parse_exact("2/3").unwrap(), parse_exact("4/6").unwrap());
/// assert!(parse_exact("0x10").is_err());
/// ```
///
/// # Errors
/// A [`NumberError`] when the text is no finite number or is longer than the limits above.
pub fn parse_exact(text: &str) -> Result<Exact, NumberError> {
    let text = text.trim();
    if text.len() > LONGEST_NUMBER {
        return Err(NumberError::TooLong(text.len()));
    }
    if matches!(text.trim_start_matches(['+', '-']), "inf" | "nan") {
        return Err(NumberError::NotFinite);
    }
    match text.split_once('/') {
        Some((numerator, denominator)) => {
            let denominator = parse_decimal(denominator.trim())?;
            if denominator == Exact::ZERO {
                return Err(NumberError::DividesByZero);
            }
            Ok(parse_decimal(numerator.trim())? / denominator)
        }
        None => parse_decimal(text),
    }
}

fn parse_decimal(text: &str) -> Result<Exact, NumberError> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (
            mantissa,
            exponent.parse::<i64>().map_err(|error| match error.kind() {
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow => {
                    NumberError::ExponentTooLarge
                }
                _ => NumberError::NotANumber,
            })?,
        ),
        None => (digits, 0),
    };
    if exponent.unsigned_abs() > LARGEST_EXPONENT.unsigned_abs() {
        return Err(NumberError::ExponentTooLarge);
    }
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all: String = [whole, fraction].concat().chars().filter(|c| *c != '_').collect();
    if all.is_empty() || !all.bytes().all(|b| b.is_ascii_digit()) {
        return Err(NumberError::NotANumber);
    }
    let significand = IBig::from(all.parse::<UBig>().map_err(|_| NumberError::NotANumber)?);
    let shift = exponent - fraction.chars().filter(|c| *c != '_').count() as i64;
    let power = UBig::from(10u8).pow(shift.unsigned_abs() as usize);
    let value = if shift >= 0 {
        Exact::from(significand * IBig::from(power))
    } else {
        Exact::from_parts(significand, power)
    };
    Ok(if negative { -value } else { value })
}

/// The nearest double: for searching and showing only.
#[must_use]
pub fn to_float(value: &Exact) -> f64 {
    // Whole numbers up to 2^53 are doubles, and the quotient of two doubles is rounded to the nearest: the same, sooner.
    const MOST: i64 = 1 << 53;
    let parts = (
        i64::try_from(value.numerator()),
        i64::try_from(value.denominator()),
    );
    if let (Ok(above), Ok(below)) = parts
        && (-MOST..=MOST).contains(&above)
        && below <= MOST
    {
        return above as f64 / below as f64;
    }
    value.to_f64().value()
}

/// A finite double as the exact rational it stands for (0.1 becomes 3602879701896397/2^55).
///
/// # Errors
/// [`NumberError::NotFinite`] for infinities and NaN.
pub fn from_float(value: f64) -> Result<Exact, NumberError> {
    Exact::try_from(value).map_err(|_| NumberError::NotFinite)
}

/// Writes a number so that [`parse_exact`] reads the same value: a decimal when it ends within twelve
/// places, a fraction otherwise.
#[must_use]
pub fn format_exact(value: &Exact) -> String {
    let ten = UBig::from(10u8);
    let mut scaled = value.clone();
    for places in 0..=12usize {
        if scaled.denominator() == &UBig::ONE {
            return decimal(scaled.numerator(), places);
        }
        scaled *= Exact::from(ten.clone());
    }
    format!("{}/{}", value.numerator(), value.denominator())
}

fn decimal(significand: &IBig, places: usize) -> String {
    let (sign, digits) = match significand.to_string() {
        text if text.starts_with('-') => ("-", text[1..].to_owned()),
        text => ("", text),
    };
    if places == 0 {
        return format!("{sign}{digits}");
    }
    let digits = format!("{digits:0>width$}", width = places + 1);
    let (whole, fraction) = digits.split_at(digits.len() - places);
    format!("{sign}{whole}.{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(numerator in -1_000_000_000i64..1_000_000_000, denominator in 1u64..1_000_000) {
            let value = Exact::from_parts(numerator.into(), denominator.into());
            prop_assert_eq!(parse_exact(&format_exact(&value)).unwrap(), value);
        }

        #[test]
        fn doubles_are_the_nearest(numerator in any::<i64>(), denominator in 1u64.., cut in 0u32..63) {
            let value = Exact::from_parts((numerator >> cut).into(), (denominator >> cut).max(1).into());
            prop_assert_eq!(to_float(&value).to_bits(), value.to_f64().value().to_bits());
        }

        #[test]
        fn no_text_panics(text in "\\PC*") {
            let _ = parse_exact(&text);
        }
    }

    #[test]
    fn limits_are_refused_not_cut() {
        assert_eq!(
            parse_exact(&"1".repeat(10_000)),
            Err(NumberError::TooLong(10_000))
        );
        assert_eq!(parse_exact("1e999"), Err(NumberError::ExponentTooLarge));
        assert_eq!(
            parse_exact("1e-9223372036854775808"),
            Err(NumberError::ExponentTooLarge)
        );
        assert_eq!(
            parse_exact("1e99999999999999999999"),
            Err(NumberError::ExponentTooLarge)
        );
        assert_eq!(parse_exact("1/0"), Err(NumberError::DividesByZero));
        assert_eq!(parse_exact("inf"), Err(NumberError::NotFinite));
        assert_eq!(format_exact(&parse_exact("-0.050").unwrap()), "-0.05");
    }
}
