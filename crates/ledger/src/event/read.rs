//! Event files: TOML (`[[events]]`), JSON (a list, or an object with `events`), JSON lines, and CSV lists.

use std::collections::BTreeMap;

use detente_base::number::{Exact, parse_exact};
use jiff::tz::TimeZone;
use serde_json::{Map, Value};

use super::{Details, Event, EventKind, Fact, Finding, Votes, numbers};
use crate::moment::{Moment, Occurrence, parse_as_of, parse_day, parse_occurrence};
use crate::text::fields::nearest;

/// The most events that are read from one file.
pub const MOST_EVENTS: usize = 4_000_000;

/// What is wrong with an event: which one, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventError {
    /// The event's id, or its place in the file.
    pub event: String,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for EventError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "event {}: {}", self.event, self.what)
    }
}

/// Reads the events of a TOML, JSON or JSON-lines text; which one it is shows from its first characters.
///
/// # Errors
/// Everything that is wrong in it.
pub fn events_from_text(text: &str, zone: &TimeZone) -> Result<Vec<Event>, Vec<EventError>> {
    let list = list_of(text)?;
    if list.len() > MOST_EVENTS {
        let what = format!("{} events; at most {MOST_EVENTS} are read", list.len());
        return Err(vec![whole_file(what)]);
    }
    let mut events = Vec::with_capacity(list.len());
    let mut errors = Vec::new();
    for (place, value) in list.iter().enumerate() {
        match event_from_json(value, zone, place + 1) {
            Ok(event) => events.push(event),
            Err(wrong) => errors.extend(wrong),
        }
    }
    if errors.is_empty() {
        Ok(events)
    } else {
        Err(errors)
    }
}

/// The events of a text as they are written, to be signed as they are.
///
/// # Errors
/// What is wrong with the file as a whole.
pub fn raw_events(text: &str) -> Result<Vec<Value>, Vec<EventError>> {
    list_of(text)
}

fn whole_file(what: String) -> EventError {
    EventError {
        event: "file".to_owned(),
        what,
    }
}

fn list_of(text: &str) -> Result<Vec<Value>, Vec<EventError>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    let json = start.starts_with('{') || (start.starts_with('[') && !looks_like_toml(start));
    if !json {
        let tree = crate::text::document::parse(text).map_err(|complaints| {
            complaints
                .iter()
                .map(|c| whole_file(c.show("line", text)))
                .collect::<Vec<_>>()
        })?;
        let inexact = numbers::inexact_in_tree(&tree);
        if !inexact.is_empty() {
            let shown = inexact
                .iter()
                .map(|complaint| whole_file(complaint.show("line", text)));
            return Err(shown.collect());
        }
        return events_field(tree.to_json());
    }
    let inexact = numbers::inexact_in_json(text);
    if !inexact.is_empty() {
        return Err(inexact.into_iter().map(whole_file).collect());
    }
    match detente_reading::json::value(text) {
        Ok(Value::Array(list)) => Ok(list),
        Ok(Value::Object(object)) if object.contains_key("events") => events_field(Value::Object(object)),
        Ok(one) => Ok(vec![one]),
        Err(whole) => text
            .lines()
            .filter(|line| !line.trim().is_empty())
            .enumerate()
            .map(|(number, line)| {
                detente_reading::json::value(line).map_err(|fault| {
                    // A file of one value on many lines is told by its own place, one of many values by the line's.
                    let told = if number == 0 {
                        whole.to_string()
                    } else {
                        format!("event {}: {fault}", number + 1)
                    };
                    vec![whole_file(format!("this is not JSON: {told}"))]
                })
            })
            .collect(),
    }
}

fn looks_like_toml(start: &str) -> bool {
    let line = start.lines().next().unwrap_or("").trim();
    let inner = line.trim_matches(['[', ']']).trim();
    line.ends_with(']')
        && !inner.is_empty()
        && inner.chars().all(|c| c.is_alphanumeric() || "._-\" ".contains(c))
}

fn events_field(json: Value) -> Result<Vec<Value>, Vec<EventError>> {
    match json {
        Value::Object(mut object) => match object.remove("events") {
            Some(Value::Array(list)) => Ok(list),
            None if object.is_empty() => Ok(Vec::new()),
            _ => Err(vec![whole_file("an event file holds a list `events`".to_owned())]),
        },
        _ => Err(vec![whole_file("an event file holds a list `events`".to_owned())]),
    }
}

/// Reads one event from JSON; `place` names it when it has no id.
///
/// # Errors
/// Everything that is wrong with it.
pub fn event_from_json(value: &Value, zone: &TimeZone, place: usize) -> Result<Event, Vec<EventError>> {
    let Value::Object(object) = value else {
        return Err(vec![EventError {
            event: place.to_string(),
            what: "an event is an object".to_owned(),
        }]);
    };
    let id = object.get("id").and_then(Value::as_str).map(str::to_owned);
    let mut reader = Reader {
        object,
        zone,
        name: id.clone().unwrap_or_else(|| format!("number {place}")),
        errors: Vec::new(),
    };
    let event = reader.event(id);
    if reader.errors.is_empty() {
        Ok(event)
    } else {
        Err(reader.errors)
    }
}

const KNOWN: [&str; 31] = [
    "id",
    "kind",
    "by",
    "on",
    "of",
    "occurred",
    "reported",
    "received",
    "accepted",
    "level",
    "finding",
    "stage",
    "amount",
    "facts",
    "yes",
    "no",
    "abstain",
    "yes_by",
    "no_by",
    "ballot",
    "outcome",
    "until",
    "days",
    "set",
    "cause",
    "form",
    "source",
    "confidence",
    "note",
    "evidence",
    "total",
];

struct Reader<'a> {
    object: &'a Map<String, Value>,
    zone: &'a TimeZone,
    name: String,
    errors: Vec<EventError>,
}

impl Reader<'_> {
    fn wrong(&mut self, what: String) {
        self.errors.push(EventError {
            event: self.name.clone(),
            what,
        });
    }

    fn event(&mut self, id: Option<String>) -> Event {
        for key in self.object.keys() {
            if !KNOWN.contains(&key.as_str()) {
                self.wrong(format!(
                    "unknown field `{key}` of an event; {}",
                    nearest(key, KNOWN.into_iter())
                ));
            }
        }
        let id = id
            .filter(|id| !id.is_empty() && id.len() <= 200)
            .unwrap_or_else(|| {
                self.wrong("it needs an `id`, a text of at most 200 bytes".to_owned());
                String::new()
            });
        let kind = self.kind();
        let by = self.texts("by");
        if by.is_empty() {
            self.wrong("it needs `by`: who says so".to_owned());
        }
        let occurred = self.text("occurred").and_then(|text| self.occurrence(&text));
        let reported = self.text("reported").and_then(|text| self.moment(&text));
        if occurred.is_none() && reported.is_none() && self.errors.is_empty() {
            self.wrong("it needs a time: `occurred` or `reported`".to_owned());
        }
        let occurred_stated = occurred.is_some();
        let unknown = Occurrence::instant(jiff::Timestamp::UNIX_EPOCH);
        let occurred = occurred.or_else(|| self.reported_day()).unwrap_or(unknown);
        let reported = reported.unwrap_or(occurred.to);
        let received = self
            .text("received")
            .and_then(|text| self.moment(&text))
            .unwrap_or(reported);
        let accepted = self
            .text("accepted")
            .and_then(|text| self.moment(&text))
            .unwrap_or(received);
        if accepted < received {
            self.wrong("it is accepted before it is received".to_owned());
        }
        Event {
            id,
            kind,
            by: by.into(),
            on: self.texts("on").into(),
            of: self.text("of"),
            occurred,
            occurred_stated,
            reported,
            received,
            accepted,
            level: self.count("level"),
            finding: self.finding(),
            details: self.details(),
            supposed: false,
        }
    }

    fn reported_day(&mut self) -> Option<Occurrence> {
        let text = self.text("reported")?;
        self.occurrence(&text)
    }

    fn kind(&mut self) -> EventKind {
        let word = self.text("kind").unwrap_or_default();
        EventKind::from_word(&word).unwrap_or_else(|| {
            let near = nearest(&word, EventKind::WORDS.iter().map(|(word, _)| *word));
            self.wrong(format!("`{word}` is not a kind of event; {near}"));
            EventKind::Report
        })
    }

    fn finding(&mut self) -> Finding {
        let Some(word) = self.text("finding") else {
            return Finding::Performed;
        };
        let known = Finding::WORDS.iter().find(|(known, _)| *known == word);
        known.map_or_else(
            || {
                self.wrong(format!(
                    "`{word}` is not a finding; performed, violated, cured or kept"
                ));
                Finding::Performed
            },
            |(_, finding)| *finding,
        )
    }

    fn details(&mut self) -> Option<Box<Details>> {
        let details = Details {
            stage: self.text("stage"),
            amount: self.amount("amount"),
            total: self.amount("total"),
            facts: self.facts(),
            votes: self.votes(),
            outcome: self.text("outcome"),
            until: self.until(),
            days: self.count("days"),
            set: self.set(),
            cause: self.text("cause"),
            form: self.form(),
            source: self.text("source"),
            confidence: self.text("confidence"),
            note: self.text("note"),
            evidence: self.texts("evidence"),
        };
        (details != super::NO_DETAILS).then(|| Box::new(details))
    }

    fn text(&mut self, name: &str) -> Option<String> {
        match self.object.get(name) {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.wrong(format!("`{name}` must be text"));
                None
            }
        }
    }

    fn texts(&mut self, name: &str) -> Vec<String> {
        match self.object.get(name) {
            None | Some(Value::Null) => Vec::new(),
            Some(Value::String(text)) => vec![text.clone()],
            Some(Value::Array(list)) if list.iter().all(Value::is_string) => {
                list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            Some(_) => {
                self.wrong(format!("`{name}` must be a text or a list of texts"));
                Vec::new()
            }
        }
    }

    fn count(&mut self, name: &str) -> Option<u32> {
        let value = self.object.get(name)?;
        let read = value
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .filter(|n| *n <= 1_000_000);
        if read.is_none() {
            self.wrong(format!("`{name}` must be a whole number from 0 to 1000000"));
        }
        read
    }

    fn occurrence(&mut self, text: &str) -> Option<Occurrence> {
        match parse_occurrence(text, self.zone) {
            Ok(occurrence) => Some(occurrence),
            Err(error) => {
                self.wrong(error.to_string());
                None
            }
        }
    }

    fn moment(&mut self, text: &str) -> Option<Moment> {
        match parse_as_of(text, self.zone) {
            Ok(moment) => Some(moment),
            Err(error) => {
                self.wrong(error.to_string());
                None
            }
        }
    }

    fn until(&mut self) -> Option<jiff::civil::Date> {
        let text = self.text("until")?;
        let day = parse_day(&text);
        if day.is_none() {
            self.wrong(format!("`until` must be a day, not `{text}`"));
        }
        day
    }

    fn amount(&mut self, name: &str) -> Option<Exact> {
        let value = self.object.get(name)?;
        let read = self.number(name, value)?;
        let Some(read) = read else {
            self.wrong(format!("`{name}` must be a number"));
            return None;
        };
        if read < Exact::ZERO {
            self.wrong(format!("`{name}` is negative: {read}"));
        }
        Some(read)
    }

    /// A number, written as a number or as text. `None` if an error was reported; `Some(None)` if the text is not a number.
    fn number(&mut self, name: &str, value: &Value) -> Option<Option<Exact>> {
        match value {
            Value::Number(number) => match numbers::kept(&number.to_string()) {
                Ok(exact) => Some(Some(exact)),
                Err(why) => {
                    self.wrong(format!("`{name}`: {why}"));
                    None
                }
            },
            Value::String(text) => Some(parse_exact(text).ok()),
            _ => Some(None),
        }
    }

    fn facts(&mut self) -> BTreeMap<String, Fact> {
        let Some(value) = self.object.get("facts") else {
            return BTreeMap::new();
        };
        let Value::Object(object) = value else {
            self.wrong("`facts` must be a table".to_owned());
            return BTreeMap::new();
        };
        let mut facts = BTreeMap::new();
        for (name, value) in object {
            let fact = match value {
                Value::Bool(truth) => Some(Fact::Truth(*truth)),
                Value::String(text) => Some(Fact::Word(text.clone())),
                Value::Number(_) => match self.number(name, value) {
                    None => continue,
                    Some(number) => number.map(Fact::Number),
                },
                _ => None,
            };
            match fact {
                Some(fact) => {
                    facts.insert(name.clone(), fact);
                }
                None => self.wrong(format!(
                    "the fact `{name}` must be a word, a number, true or false"
                )),
            }
        }
        facts
    }

    fn votes(&mut self) -> Option<Votes> {
        if let Some(ballot) = self.text("ballot") {
            let one = |is: &str| u32::from(ballot == is);
            if !["yes", "no", "abstain"].contains(&ballot.as_str()) {
                self.wrong("`ballot` is yes, no or abstain".to_owned());
            }
            return Some(Votes {
                yes: one("yes"),
                no: one("no"),
                abstain: one("abstain"),
                ..Votes::default()
            });
        }
        if !["yes", "no", "abstain", "yes_by", "no_by"]
            .iter()
            .any(|name| self.object.contains_key(*name))
        {
            return None;
        }
        let (yes_by, no_by) = (self.texts("yes_by"), self.texts("no_by"));
        Some(Votes {
            yes: self.count("yes").unwrap_or(yes_by.len() as u32),
            no: self.count("no").unwrap_or(no_by.len() as u32),
            abstain: self.count("abstain").unwrap_or(0),
            no_by,
            yes_by,
        })
    }

    fn set(&mut self) -> Vec<(String, Value)> {
        match self.object.get("set") {
            None => Vec::new(),
            Some(Value::Object(object)) => object
                .iter()
                .map(|(path, value)| (path.clone(), value.clone()))
                .collect(),
            Some(_) => {
                self.wrong("`set` must be a table of field and value".to_owned());
                Vec::new()
            }
        }
    }

    fn form(&mut self) -> BTreeMap<String, String> {
        match self.object.get("form") {
            None => BTreeMap::new(),
            Some(Value::Object(object)) if object.values().all(Value::is_string) => object
                .iter()
                .map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()))
                .collect(),
            Some(_) => {
                self.wrong("`form` must be a table of texts".to_owned());
                BTreeMap::new()
            }
        }
    }
}
