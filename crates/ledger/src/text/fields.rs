//! Reading one table of a text: each field is asked for by name and kind; what is missing, of the wrong kind or
//! unknown becomes a complaint, and reading goes on, so that all of them are shown at once.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use detente_base::number::{Exact, parse_exact};
use jiff::civil::Date;

use super::document::{Complaint, Field, Node, Value};
use crate::calendar::{LONGEST_LENGTH, Length, LengthUnit};
use crate::moment::parse_day;

/// Everything wrong that was found so far.
#[derive(Debug, Default)]
pub struct Complaints(RefCell<Vec<Complaint>>);

impl Complaints {
    /// Adds one.
    pub fn add(&self, complaint: Complaint) {
        self.0.borrow_mut().push(complaint);
    }

    /// All of them, in the order of the text.
    #[must_use]
    pub fn into_sorted(self) -> Vec<Complaint> {
        let mut all = self.0.into_inner();
        all.sort_by_key(|complaint| complaint.place.start);
        all
    }
}

/// A table being read.
pub struct Fields<'a> {
    fields: Option<&'a BTreeMap<String, Field>>,
    /// Where the table stands.
    pub place: Range<usize>,
    path: String,
    asked: RefCell<BTreeSet<&'static str>>,
    complaints: &'a Complaints,
}

impl<'a> Fields<'a> {
    /// Starts reading `node`, which must be a table; `path` names it in complaints.
    pub fn of(node: &'a Node, path: impl Into<String>, complaints: &'a Complaints) -> Self {
        let path = path.into();
        let fields = match &node.value {
            Value::Table(fields) => Some(fields),
            other => {
                complaints.add(Complaint::new(
                    node.place.clone(),
                    format!("`{path}` is {}, but a table is wanted", other.describe()),
                ));
                None
            }
        };
        Self {
            fields,
            place: node.place.clone(),
            path,
            asked: RefCell::default(),
            complaints,
        }
    }

    /// Where complaints go.
    #[must_use]
    pub fn complaints(&self) -> &'a Complaints {
        self.complaints
    }

    /// The field as written.
    pub fn node(&self, name: &'static str) -> Option<&'a Node> {
        self.asked.borrow_mut().insert(name);
        self.fields
            .and_then(|fields| fields.get(name))
            .map(|field| &field.node)
    }

    /// The named entries of a table of tables, in the order of the text.
    pub fn entries(&self, name: &'static str) -> Vec<(&'a str, &'a Node)> {
        let Some(node) = self.node(name) else {
            return Vec::new();
        };
        let Value::Table(fields) = &node.value else {
            self.wrong::<()>(node, name, "a table");
            return Vec::new();
        };
        let mut all: Vec<_> = fields.iter().collect();
        all.sort_by_key(|(_, field)| field.key.start);
        all.into_iter()
            .map(|(name, field)| (name.as_str(), &field.node))
            .collect()
    }

    /// All entries of this table itself, in the order of the text.
    pub fn own_entries(&self) -> Vec<(&'a str, &'a Node)> {
        let mut all: Vec<_> = self.fields.into_iter().flatten().collect();
        all.sort_by_key(|(_, field)| field.key.start);
        all.into_iter()
            .map(|(name, field)| (name.as_str(), &field.node))
            .collect()
    }

    /// Text.
    pub fn text(&self, name: &'static str) -> Option<String> {
        let node = self.node(name)?;
        match &node.value {
            Value::Text(text) => Some(text.clone()),
            _ => self.wrong(node, name, "text"),
        }
    }

    /// Text that must be there.
    pub fn required_text(&self, name: &'static str) -> String {
        if self.node(name).is_none() {
            self.missing(name);
        }
        self.text(name).unwrap_or_default()
    }

    /// `true` or `false`.
    pub fn truth(&self, name: &'static str, default: bool) -> bool {
        match self.node(name) {
            None => default,
            Some(Node {
                value: Value::Truth(truth),
                ..
            }) => *truth,
            Some(node) => self.wrong(node, name, "true or false").unwrap_or(default),
        }
    }

    /// A whole number from 0 to `largest`.
    pub fn count(&self, name: &'static str, largest: u32) -> Option<u32> {
        let node = self.node(name)?;
        let read = match &node.value {
            Value::Number(number) => number.parse().ok().filter(|n| *n <= largest),
            _ => None,
        };
        read.or_else(|| self.wrong(node, name, &format!("a whole number from 0 to {largest}")))
    }

    /// An exact number.
    pub fn number(&self, name: &'static str) -> Option<Exact> {
        let node = self.node(name)?;
        read_number(node).or_else(|| self.wrong(node, name, "a number"))
    }

    /// A calendar day.
    pub fn day(&self, name: &'static str) -> Option<Date> {
        let node = self.node(name)?;
        let read = match &node.value {
            Value::Text(text) => parse_day(text),
            _ => None,
        };
        read.or_else(|| self.wrong(node, name, "a day such as 2007-04-14"))
    }

    /// A length of time; a bare number means days.
    pub fn length(&self, name: &'static str) -> Option<Length> {
        let node = self.node(name)?;
        let read = match &node.value {
            Value::Text(text) | Value::Number(text) => Length::parse(text),
            _ => None,
        };
        read.or_else(|| {
            let wanted = format!(
                "a length such as \"60 days\", \"3 months\", \"10 business days\" or \"48 hours\", of at most \
                 {LONGEST_LENGTH},"
            );
            self.wrong(node, name, &wanted)
        })
    }

    /// A length that ends on a day: what is counted from it starts from days and not from instants.
    pub fn length_in_days(&self, name: &'static str) -> Option<Length> {
        let length = self.length(name)?;
        if length.unit == LengthUnit::Hour
            && let Some(node) = self.node(name)
        {
            return self.wrong(node, name, "a length in days, weeks, months or years");
        }
        Some(length)
    }

    /// The length of periods that follow each other.
    pub fn period(&self, name: &'static str) -> Option<Length> {
        let length = self.length_in_days(name)?;
        if length.count == 0
            && let Some(node) = self.node(name)
        {
            return self.wrong(node, name, "a period of at least one day");
        }
        Some(length)
    }

    /// An exact number that is not negative.
    pub fn amount(&self, name: &'static str) -> Option<Exact> {
        let node = self.node(name)?;
        let number = read_number(node).filter(|number| *number >= Exact::ZERO);
        number.or_else(|| self.wrong(node, name, "a number that is not negative"))
    }

    /// A list of texts; one text alone is a list of one.
    pub fn texts(&self, name: &'static str) -> Vec<String> {
        let Some(node) = self.node(name) else {
            return Vec::new();
        };
        match &node.value {
            Value::Text(text) => vec![text.clone()],
            Value::List(list) => list
                .iter()
                .filter_map(|item| match &item.value {
                    Value::Text(text) => Some(text.clone()),
                    _ => self.wrong(item, name, "a list of texts"),
                })
                .collect(),
            _ => self.wrong(node, name, "a list of texts").unwrap_or_default(),
        }
    }

    /// A list of numbers.
    pub fn numbers(&self, name: &'static str) -> Vec<Exact> {
        let Some(node) = self.node(name) else {
            return Vec::new();
        };
        let Value::List(list) = &node.value else {
            return self.wrong(node, name, "a list of numbers").unwrap_or_default();
        };
        let read = |item| read_number(item).or_else(|| self.wrong(item, name, "a list of numbers"));
        list.iter().filter_map(read).collect()
    }

    /// One of the named choices.
    pub fn choice<T: Copy>(&self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let node = self.node(name)?;
        let known: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
        let Value::Text(text) = &node.value else {
            return self.wrong(node, name, &format!("one of {}", known.join(", ")));
        };
        let found = choices
            .iter()
            .find(|(word, _)| word == text)
            .map(|(_, value)| *value);
        if found.is_none() {
            let what = format!("`{}` cannot be `{text}`", self.named(name));
            self.complaints
                .add(Complaint::new(node.place.clone(), what).hint(format!("one of {}", known.join(", "))));
        }
        found
    }

    /// A complaint that `name` should be `wanted`; gives nothing, so that it can end an expression.
    pub fn wrong<T>(&self, node: &Node, name: &str, wanted: &str) -> Option<T> {
        let what = format!(
            "`{}` is {}, but {wanted} is wanted here",
            self.named(name),
            node.value.describe()
        );
        self.complaints.add(Complaint::new(node.place.clone(), what));
        None
    }

    /// A complaint about a field that must be there.
    pub fn missing(&self, name: &str) {
        let what = format!("`{}` is missing", self.named(name));
        self.complaints.add(Complaint::new(self.place.clone(), what));
    }

    /// Complains of every field that nobody asked for.
    pub fn finish(self) {
        let asked = self.asked.borrow();
        for (name, field) in self.fields.into_iter().flatten() {
            if !asked.contains(name.as_str()) {
                let near = nearest(name, asked.iter().copied());
                let complaint =
                    Complaint::new(field.key.clone(), format!("unknown field `{}`", self.named(name)));
                self.complaints.add(complaint.hint(near));
            }
        }
    }

    fn named(&self, name: &str) -> String {
        if self.path.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.path)
        }
    }
}

/// An exact number from a node, written as a number or as text (`"2/3"`).
#[must_use]
pub fn read_number(node: &Node) -> Option<Exact> {
    match &node.value {
        Value::Number(text) | Value::Text(text) => parse_exact(text).ok(),
        _ => None,
    }
}

/// "did you mean …", with at most three of the nearest known names.
#[must_use]
pub fn nearest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> String {
    let mut all: Vec<(usize, &str)> = known
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .collect();
    all.sort_unstable();
    let close: Vec<&str> = all
        .iter()
        .filter(|(distance, known)| *distance <= 2.max(known.len() / 3))
        .take(3)
        .map(|(_, known)| *known)
        .collect();
    if close.is_empty() {
        let first: Vec<&str> = all.iter().take(3).map(|(_, known)| *known).collect();
        return if first.is_empty() {
            String::new()
        } else {
            format!("known here: {}, …", first.join(", "))
        };
    }
    format!("did you mean {}?", close.join(" or "))
}
