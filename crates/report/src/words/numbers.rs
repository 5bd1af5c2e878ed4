//! Numbers as they are shown: short, never more precise than they are.

use crate::view::Amount;

/// A number with at most three decimals and no trailing zeros; a true minus sign.
#[must_use]
pub fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match text {
        "-0" | "" => "0".into(),
        text => text.replace('-', "−"),
    }
}

/// A number with its sign shown.
#[must_use]
pub fn signed(value: f64) -> String {
    let text = short(value);
    if text.starts_with('−') || text == "0" {
        text
    } else {
        format!("+{text}")
    }
}

/// A number to show and to draw.
#[must_use]
pub fn amount(value: f64) -> Amount {
    Amount::new(short(value), value)
}

/// A whole number with thin spaces between groups of three digits.
#[must_use]
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(digit);
    }
    out
}

/// A small whole number as a word, a larger one in digits.
#[must_use]
pub fn in_words(number: usize) -> String {
    const WORDS: [&str; 11] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    WORDS
        .get(number)
        .map_or_else(|| number.to_string(), |word| (*word).to_owned())
}

/// A count with its noun: "1 step", "3 steps".
#[must_use]
pub fn counted(count: usize, one: &str, many: &str) -> String {
    let number = grouped(count as u64);
    match count {
        1 => format!("{number} {one}"),
        _ => format!("{number} {many}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_signed() {
        assert_eq!(short(-0.40000001), "−0.4");
        assert_eq!(short(-0.00001), "0");
        assert_eq!(signed(1.25), "+1.25");
        assert_eq!(grouped(73_728), "73\u{202f}728");
    }
}
