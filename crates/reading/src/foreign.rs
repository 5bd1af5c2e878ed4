//! Text that somebody else wrote: read as UTF-8, shown so that it cannot pretend, compared by looks.
//!
//! A title or an id may hold a carriage return, an escape sequence, a mark that turns the direction of writing or a
//! letter without width. On a terminal or a page those overprint, hide or reorder what stands beside them; [`shown`]
//! writes them as what they are (`\u{202e}`). What is hidden so: control characters, the separators of lines and
//! paragraphs, and the code points that Unicode calls default-ignorable (DerivedCoreProperties.txt, Unicode 17).
//!
//! Two names *look alike* when they differ only by case, by blanks or by letters that readers confuse: when their
//! skeletons agree (Unicode Technical Standard 39, section 4).

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;

use unicode_security::confusable_detection::skeleton;

/// Default_Ignorable_Code_Point, and the marks of interlinear annotations.
const WITHOUT_SHAPE: [(char, char); 19] = [
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{fff9}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// Whether a character has no shape of its own but an effect on how others are shown.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    let after = WITHOUT_SHAPE.partition_point(|(first, _)| *first <= character);
    character.is_control() || after > 0 && character <= WITHOUT_SHAPE[after - 1].1
}

/// A text for one line: every hidden character escaped, breaks and tabs too (`\n`, `\t`).
#[must_use]
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, |_| false, escape)
}

/// A text of several lines, made of pieces that were [`shown`] or that we wrote: its breaks are kept.
#[must_use]
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    escaped(text, |character| character == '\n', escape)
}

/// Prose that will be wrapped again: line breaks and tabs become spaces, other hidden characters are escaped.
#[must_use]
pub fn shown_prose(text: &str) -> Cow<'_, str> {
    escaped(
        text,
        |_| false,
        |character, out| match character {
            '\n' | '\t' => out.push(' '),
            other => escape(other, out),
        },
    )
}

/// A JSON text with every hidden character within its strings escaped as JSON does it (`\u202e`): the same value.
#[must_use]
pub fn shown_json(json: &str) -> Cow<'_, str> {
    escaped(
        json,
        |character| matches!(character, '\n' | '\r' | '\t'),
        |character, out| {
            for unit in character.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        },
    )
}

fn escape(character: char, out: &mut String) {
    out.extend(character.escape_default());
}

fn escaped(text: &str, kept: fn(char) -> bool, write: impl Fn(char, &mut String)) -> Cow<'_, str> {
    let hidden = |character: char| is_hidden(character) && !kept(character);
    if !text.contains(hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match hidden(character) {
            true => write(character, &mut out),
            false => out.push(character),
        }
    }
    Cow::Owned(out)
}

/// Why bytes are not text: where that shows, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotText {
    /// The line and the column in characters, from 1.
    pub place: (usize, usize),
    /// The first byte that is not text.
    pub byte: usize,
    /// What is wrong.
    pub message: &'static str,
    /// What to do about it.
    pub hint: &'static str,
}

/// The text that the bytes of a file are.
///
/// # Errors
/// Where they stop being UTF-8.
pub fn text_of(bytes: &[u8]) -> Result<&str, NotText> {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    std::str::from_utf8(bytes).map_err(|error| {
        let byte = error.valid_up_to();
        let before = String::from_utf8_lossy(&bytes[..byte]);
        let line = before.rsplit('\n').next().unwrap_or("");
        let place = (before.matches('\n').count() + 1, line.chars().count() + 1);
        let (message, hint) = if utf16 {
            ("this file was saved as UTF-16", "save it as UTF-8 and try again")
        } else {
            (
                "this byte is not UTF-8 text",
                "save the file as UTF-8 and try again",
            )
        };
        NotText {
            place,
            byte,
            message,
            hint,
        }
    })
}

/// The pairs of names of different owners that look alike or are the same, each with the first that it looks like, in
/// the order given. What has several names (an id, a name in words) is told by its number.
#[must_use]
pub fn look_alikes<'a>(names: impl IntoIterator<Item = (usize, &'a str)>) -> Vec<(&'a str, &'a str)> {
    let mut first: HashMap<String, (usize, &'a str)> = HashMap::new();
    let mut pairs = Vec::new();
    for (owner, name) in names {
        let looks = looks(name);
        let like = looks.iter().find_map(|look| first.get(look)).copied();
        if let Some((_, like)) = like.filter(|(other, _)| *other != owner) {
            pairs.push((like, name));
        }
        for look in looks {
            first.entry(look).or_insert((owner, name));
        }
    }
    pairs
}

/// Two readings of how a name looks without case, blanks and hyphens: a capital I is like a small l by its shape, and like a
/// small i as a letter.
fn looks(name: &str) -> [String; 2] {
    let joins = |letter: &char| letter.is_whitespace() || matches!(letter, '-' | '_');
    let without_blanks: String = name.chars().filter(|letter| !joins(letter)).collect();
    let by_shape: String = skeleton(&without_blanks).flat_map(char::to_lowercase).collect();
    let by_letter = without_blanks.to_lowercase();
    [skeleton(&by_shape).collect(), skeleton(&by_letter).collect()]
}

/// A name in backquotes, with its letters beyond ASCII spelled out behind it: what tells look-alikes apart.
#[must_use]
pub fn spelled(name: &str) -> String {
    let foreign: Vec<String> = name
        .chars()
        .filter(|letter| !letter.is_ascii() && !is_hidden(*letter))
        .map(|letter| format!("{letter} is U+{:04X}", u32::from(letter)))
        .collect();
    match foreign.is_empty() {
        true => format!("`{}`", shown(name)),
        false => format!("`{}` ({})", shown(name), foreign.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_ranges_are_in_order() {
        assert!(WITHOUT_SHAPE.iter().all(|(first, last)| first <= last));
        assert!(WITHOUT_SHAPE.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn what_is_hidden_is_escaped() {
        for (text, expected) in [
            (
                "plain Ünï—code 漢字 1\u{202f}000\u{a0}m",
                "plain Ünï—code 漢字 1\u{202f}000\u{a0}m",
            ),
            ("a\rb\u{1b}[2K", "a\\rb\\u{1b}[2K"),
            ("x\u{202e}y\u{2066}z\u{2069}", "x\\u{202e}y\\u{2066}z\\u{2069}"),
            (
                "\u{200b}\u{ad}\u{feff}\u{3164}",
                "\\u{200b}\\u{ad}\\u{feff}\\u{3164}",
            ),
            ("\u{9b}31m\u{7f}\u{0}\u{85}", "\\u{9b}31m\\u{7f}\\u{0}\\u{85}"),
            ("a\nb\tc", "a\\nb\\tc"),
            ("\u{e0041}\u{2028}", "\\u{e0041}\\u{2028}"),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(shown_lines("a\n\rb"), "a\n\\rb");
        assert_eq!(shown_prose("a\n\tb\u{202e}"), "a  b\\u{202e}");
    }

    #[test]
    fn json_stays_the_same_value() {
        let value = serde_json::json!({ "a\u{202e}": "\u{e0041}\u{7f}\n", "b": [1, "é"] });
        let text = serde_json::to_string_pretty(&value).unwrap();
        let shown = shown_json(&text);
        assert!(
            !shown.contains(|letter| letter != '\n' && is_hidden(letter)),
            "{shown}"
        );
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn names_that_differ_by_case_blanks_or_confusable_letters_look_alike() {
        for (first, second) in [
            ("A", "\u{410}"),
            ("F1", "F1 "),
            ("F1", "f1"),
            ("Alba", "A\u{200b}lba"),
            ("North Korea", "NorthKorea"),
            ("a-b", "a_b"),
            ("North Korea", "north\u{a0}korea"),
            ("level I", "level l"),
            ("O2", "02"),
            ("paypal", "p\u{430}yp\u{430}l"),
            ("é", "e\u{301}"),
        ] {
            let names = [(0, first), (1, "other"), (2, second)];
            assert_eq!(look_alikes(names), [(first, second)], "{second:?}");
            assert_eq!(
                look_alikes([(7, first), (7, second)]),
                [],
                "{second:?} of one owner"
            );
        }
        for (first, second) in [("US", "NK"), ("low", "high"), ("a1", "a2"), ("i10", "l2")] {
            assert_eq!(look_alikes([(0, first), (1, second)]), [], "{first} and {second}");
        }
        assert_eq!(spelled("\u{410}b"), "`\u{410}b` (\u{410} is U+0410)");
    }

    #[test]
    fn bytes_that_are_not_text_are_told_with_their_place() {
        let fault = text_of(b"one\ntw\xff").expect_err("not UTF-8");
        assert_eq!((fault.place, fault.byte), ((2, 3), 6));
        assert!(
            text_of(&[0xff, 0xfe, b'a', 0])
                .expect_err("UTF-16")
                .message
                .contains("UTF-16")
        );
        assert_eq!(text_of("é".as_bytes()), Ok("é"));
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in "\\PC*|[\\x00-\\x{2fff}\\x{e0000}-\\x{e0fff}]{0,40}") {
            prop_assert!(!shown(&text).contains(is_hidden));
            prop_assert!(!shown_prose(&text).contains(is_hidden));
            prop_assert!(!shown_lines(&text).contains(|c| c != '\n' && is_hidden(c)));
            let _ = look_alikes([(0, text.as_str()), (1, "a")]);
        }
    }
}
