//! JSON from elsewhere, read strictly: a name given twice in one object, at any depth, is refused with its place
//! (RFC 8259, section 4, leaves open which of the two would count; readers differ, so neither does here).
//!
//! A byte order mark at the start is passed over, as in TOML and CSV.

use std::collections::HashSet;

use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// What is wrong with a JSON text, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, without the place.
    pub message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for Fault {}

/// Reads a value of a type.
///
/// # Errors
/// The first fault of the text: no JSON, a name given twice in one object, or not of the type.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let fault = |error: serde_json::Error| fault(text, &error);
    let mut names = serde_json::Deserializer::from_str(text);
    NoNameTwice.deserialize(&mut names).map_err(fault)?;
    names.end().map_err(fault)?;
    serde_json::from_str(text).map_err(fault)
}

/// Reads any value.
///
/// # Errors
/// As [`from_str`].
pub fn value(text: &str) -> Result<serde_json::Value, Fault> {
    from_str(text)
}

fn fault(text: &str, error: &serde_json::Error) -> Fault {
    let (line, bytes) = (error.line().max(1), error.column());
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    // The library counts columns in bytes and points behind what it has read.
    let before = text.split('\n').nth(line - 1).map_or(0, |line| {
        let read = line.bytes().take(bytes.saturating_sub(1));
        read.filter(|byte| byte & 0xc0 != 0x80).count()
    });
    Fault {
        line,
        column: before + 1,
        message: message.strip_suffix(&place).unwrap_or(&message).to_owned(),
    }
}

/// Walks through a value and keeps nothing of it but the names of the objects it is in.
#[derive(Clone, Copy)]
struct NoNameTwice;

impl<'de> DeserializeSeed<'de> for NoNameTwice {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NoNameTwice {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        while items.next_element_seed(self)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let mut seen: HashSet<String> = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if seen.contains(&name) {
                return Err(A::Error::custom(format_args!(
                    "the name {name:?} is given twice in one object"
                )));
            }
            members.next_value_seed(self)?;
            seen.insert(name);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_given_twice_is_refused_at_any_depth_with_its_place() {
        for (text, line, column) in [
            ("{\"a\": 1, \"a\": 2}", 1, 12),
            ("{\"b\": [\n {\"x\": 1,\n  \"x\": 1}]}", 3, 5),
            ("{\"é\": 0, \"\\u00e9\": 0}", 1, 17),
            ("{\"a\": {\"b\": {\"c\": 1, \"c\": {}}}}", 1, 24),
        ] {
            let fault = value(text).expect_err(text);
            assert!(fault.message.contains("given twice"), "{text}: {fault}");
            assert_eq!((fault.line, fault.column), (line, column), "{text}: {fault}");
        }
    }

    #[test]
    fn names_of_different_objects_and_a_byte_order_mark_are_no_fault() {
        let read = value("\u{feff}{\"a\": {\"a\": [{\"a\": 1}, {\"a\": 2.5}]}, \"b\": null}").expect("reads");
        assert_eq!(read["a"]["a"][1]["a"], 2.5);
    }

    #[test]
    fn what_is_no_json_is_told_with_its_place() {
        let fault = value("{\"a\":\n  é}").expect_err("no value");
        assert_eq!((fault.line, fault.message.as_str()), (2, "expected value"));
        assert!(value("1 2").is_err());
        assert!(value("").is_err());
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "[{}\\[\\]\":,a0é\n ]{0,40}") {
            let _ = value(&text);
        }

        #[test]
        fn what_is_written_is_read(numbers in proptest::collection::btree_map("[a-zé]{0,4}", any::<i64>(), 0..6)) {
            let text = serde_json::to_string(&numbers).unwrap();
            prop_assert_eq!(from_str::<std::collections::BTreeMap<String, i64>>(&text).unwrap(), numbers);
        }
    }
}
