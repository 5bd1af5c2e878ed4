//! Numbers of event files that every reader keeps: a signed statement is written as canonical JSON (RFC 8785), whose
//! numbers are doubles. A number that a double does not keep is refused and not rounded; as text, in quotation marks,
//! every number is kept exactly.

use detente_base::number::{Exact, parse_exact};

use crate::text::Complaint;
use crate::text::document::{Node, Value};

/// The largest whole number that every reader of JSON keeps (RFC 8259, section 6).
const LARGEST_WHOLE: u64 = (1 << 53) - 1;

/// The number, if a double keeps it.
pub(super) fn kept(written: &str) -> Result<Exact, String> {
    let exact = parse_exact(written).map_err(|error| format!("{written}: {error}"))?;
    let double = written.replace('_', "").parse::<f64>().unwrap_or(f64::NAN);
    let again = parse_exact(&format!("{double:?}")).ok();
    let large = Exact::from(LARGEST_WHOLE);
    if again.as_ref() == Some(&exact) && exact <= large && exact >= -large {
        return Ok(exact);
    }
    Err(format!(
        "{written} is not kept exactly by every reader of JSON; write it in quotation marks, \"{written}\""
    ))
}

/// Numbers of a TOML text that are not kept, with their places.
pub(super) fn inexact_in_tree(tree: &Node) -> Vec<Complaint> {
    match &tree.value {
        Value::Number(written) => match kept(written) {
            Ok(_) => Vec::new(),
            Err(why) => vec![Complaint::new(tree.place.clone(), why)],
        },
        Value::List(list) => list.iter().flat_map(inexact_in_tree).collect(),
        Value::Table(fields) => {
            let nodes = fields.values().map(|field| &field.node);
            let mut all: Vec<Complaint> = nodes.flat_map(inexact_in_tree).collect();
            all.sort_by_key(|complaint| complaint.place.start);
            all
        }
        Value::Text(_) | Value::Truth(_) => Vec::new(),
    }
}

/// Numbers of a JSON text that are not kept, with their lines. What is no JSON is left to its reader.
pub(crate) fn inexact_in_json(text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for (line, number) in numbers(text) {
        if let Err(why) = kept(number) {
            wrong.push(format!("line {line}: {why}"));
        }
    }
    wrong
}

/// The numbers of a JSON text outside its strings, each with its line.
fn numbers(text: &str) -> Vec<(usize, &str)> {
    let in_number = |c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E');
    let mut all = Vec::new();
    let (mut line, mut quoted, mut escaped) = (1, false, false);
    let mut skip_to = 0;
    for (place, letter) in text.char_indices() {
        line += usize::from(letter == '\n');
        if place < skip_to {
            continue;
        }
        if quoted {
            quoted = escaped || letter != '"';
            escaped = !escaped && letter == '\\';
        } else if letter == '"' {
            quoted = true;
        } else if letter == '-' || letter.is_ascii_digit() {
            let rest = text.get(place..).unwrap_or_default();
            let end = rest.find(|c| !in_number(c)).unwrap_or(rest.len());
            skip_to = place + end;
            let number = rest.get(..end).unwrap_or_default();
            if number.parse::<f64>().is_ok() {
                all.push((line, number));
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_kept_or_refused_and_never_rounded() {
        for text in [
            "0",
            "-5",
            "0.1",
            "1e3",
            "999.9",
            "9007199254740991",
            "1e-7",
            "50_000",
            "-0.0",
        ] {
            assert!(kept(text).is_ok(), "{text}");
        }
        for text in [
            "9007199254740993",
            "9007199254740992",
            "-9007199254740993",
            "999.9999999999999999",
            "0.1000000000000000055511151231257827",
            "1e20",
            "1e400",
            "nan",
        ] {
            assert!(kept(text).is_err(), "{text}");
        }
    }

    #[test]
    fn numbers_are_found_outside_strings_with_their_lines() {
        let text = "{\"a\": 1.5,\n \"b\\\"2\": [\"3\", -4e2],\n\"c\\\\\": 5}";
        assert_eq!(numbers(text), [(1, "1.5"), (2, "-4e2"), (3, "5")]);
    }
}
