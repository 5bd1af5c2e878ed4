//! The agreement as written: a tree of values with their places, so that every complaint can show its line and
//! every reading of a disputed text can be written down as a change of named fields.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

/// The largest agreement text that is read, in bytes.
pub const LARGEST_TEXT: usize = 4 * 1024 * 1024;

/// Something wrong in a text: where, what, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Complaint {
    /// Bytes of the text that it speaks of.
    pub place: Range<usize>,
    /// What is wrong.
    pub what: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl Complaint {
    /// A complaint without a hint.
    #[must_use]
    pub fn new(place: Range<usize>, what: impl Into<String>) -> Self {
        Self {
            place,
            what: what.into(),
            hint: String::new(),
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Line and column (from 1) in `text`.
    #[must_use]
    pub fn line_and_column(&self, text: &str) -> (usize, usize) {
        let mut start = self.place.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }

    /// The complaint with its line shown, ready for a person.
    #[must_use]
    pub fn show(&self, name: &str, text: &str) -> String {
        let (line, column) = self.line_and_column(text);
        let shown: String = text
            .lines()
            .nth(line - 1)
            .unwrap_or("")
            .chars()
            .take(160)
            .collect();
        let mut out = format!("{name}:{line}:{column}: {}\n    {line} | {shown}\n", self.what);
        if !self.hint.is_empty() {
            out.push_str(&format!("    hint: {}\n", self.hint));
        }
        out
    }
}

/// A value with its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What is written.
    pub value: Value,
    /// Where.
    pub place: Range<usize>,
}

/// What can be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text; dates and times are kept as text too.
    Text(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`.
    Truth(bool),
    /// A list.
    List(Vec<Node>),
    /// A table; the order of the file can be had from the places of the keys.
    Table(BTreeMap<String, Field>),
}

/// A named value in a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Where the name stands.
    pub key: Range<usize>,
    /// The value.
    pub node: Node,
}

impl Value {
    /// What it is, for a complaint.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Number(_) => "a number",
            Self::Truth(_) => "true or false",
            Self::List(_) => "a list",
            Self::Table(_) => "a table",
        }
    }
}

/// Reads TOML into a tree, with every syntax error.
///
/// # Errors
/// All complaints of the TOML reader.
pub fn parse(text: &str) -> Result<Node, Vec<Complaint>> {
    if text.len() > LARGEST_TEXT {
        return Err(vec![Complaint::new(
            0..0,
            format!(
                "the text has {} bytes; at most {LARGEST_TEXT} are read",
                text.len()
            ),
        )]);
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        return Err(errors
            .iter()
            .map(|error| Complaint::new(error.span().unwrap_or(0..0), error.message()))
            .collect());
    }
    let place = table.span();
    Ok(Node {
        value: lower_table(table.get_ref()),
        place,
    })
}

fn lower_table(table: &DeTable<'_>) -> Value {
    let fields = table.iter().map(|(key, value)| {
        let field = Field {
            key: key.span(),
            node: Node {
                value: lower(value.get_ref()),
                place: value.span(),
            },
        };
        (key.get_ref().to_string(), field)
    });
    Value::Table(fields.collect())
}

fn lower(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Number(number.to_string()),
        DeValue::Float(number) => Value::Number(number.to_string()),
        DeValue::Boolean(truth) => Value::Truth(*truth),
        DeValue::Datetime(time) => Value::Text(time.to_string()),
        DeValue::Array(list) => Value::List(
            list.iter()
                .map(|item| Node {
                    value: lower(item.get_ref()),
                    place: item.span(),
                })
                .collect(),
        ),
        DeValue::Table(table) => lower_table(table),
    }
}

impl Node {
    /// The value as JSON; numbers that are no JSON numbers become text.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Text(text) => text.as_str().into(),
            Value::Number(number) => {
                let plain: String = number.chars().filter(|c| *c != '_').collect();
                serde_json::from_str(plain.trim_start_matches('+'))
                    .unwrap_or(serde_json::Value::String(plain))
            }
            Value::Truth(truth) => (*truth).into(),
            Value::List(list) => list.iter().map(Node::to_json).collect(),
            Value::Table(table) => {
                let fields = table
                    .iter()
                    .map(|(name, field)| (name.clone(), field.node.to_json()));
                serde_json::Value::Object(fields.collect())
            }
        }
    }

    /// A tree from JSON, all of it at one place.
    #[must_use]
    pub fn from_json(json: &serde_json::Value, place: &Range<usize>) -> Self {
        let value = match json {
            serde_json::Value::Null => Value::Text(String::new()),
            serde_json::Value::Bool(truth) => Value::Truth(*truth),
            serde_json::Value::Number(number) => Value::Number(number.to_string()),
            serde_json::Value::String(text) => Value::Text(text.clone()),
            serde_json::Value::Array(list) => {
                Value::List(list.iter().map(|item| Self::from_json(item, place)).collect())
            }
            serde_json::Value::Object(fields) => Value::Table(
                fields
                    .iter()
                    .map(|(name, item)| {
                        let field = Field {
                            key: place.clone(),
                            node: Self::from_json(item, place),
                        };
                        (name.clone(), field)
                    })
                    .collect(),
            ),
        };
        Self {
            value,
            place: place.clone(),
        }
    }

    /// Sets the field at a dotted path (`commitments.F1.grace`), making tables on the way.
    ///
    /// # Errors
    /// The name at which the path meets something that is no table.
    pub fn set(&mut self, path: &str, node: &Node) -> Result<(), String> {
        let mut here = self;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let Value::Table(fields) = &mut here.value else {
                return Err(name.to_owned());
            };
            if names.peek().is_none() {
                let field = Field {
                    key: node.place.clone(),
                    node: node.clone(),
                };
                fields.insert(name.to_owned(), field);
                return Ok(());
            }
            here = &mut fields
                .entry(name.to_owned())
                .or_insert_with(|| Field {
                    key: node.place.clone(),
                    node: Node {
                        value: Value::Table(BTreeMap::new()),
                        place: node.place.clone(),
                    },
                })
                .node;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_sets_a_field_and_keeps_the_rest() {
        let mut tree = parse("[commitments.F1]\ndue = 2007-04-14\n").unwrap();
        let node = Node::from_json(&serde_json::json!("30 days"), &(0..0));
        tree.set("commitments.F1.grace", &node).unwrap();
        let json = tree.to_json();
        assert_eq!(json["commitments"]["F1"]["due"], "2007-04-14");
        assert_eq!(json["commitments"]["F1"]["grace"], "30 days");
        assert_eq!(tree.set("commitments.F1.due.day", &node), Err("day".to_owned()));
    }

    #[test]
    fn broken_toml_is_a_complaint_with_its_line() {
        let text = "[a]\nx = \n";
        let complaints = parse(text).unwrap_err();
        assert_eq!(complaints[0].line_and_column(text).0, 2);
    }
}
