//! Public lists of events as CSV (RFC 4180), for example the 172 events around Korea from 2017 to 2020.
//!
//! A file with a column `date` holds events; one without holds facts that are joined to events by `id`. Every
//! column becomes a fact, so a commitment's `watches` and `forbids` can speak of it. Whether a row counts as
//! verified is decided by the `[feeds.NAME]` of the text, never by the file.

use std::collections::BTreeMap;

use detente_base::number::{Exact, parse_exact};
use jiff::tz::TimeZone;

use super::{Details, Event, EventKind, Fact, Finding};
use crate::moment::parse_occurrence;
use crate::text::agreement::Feed;

/// What is wrong with a CSV file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CsvError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for CsvError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.what)
    }
}

/// A row: the line it starts on, and its cells by column.
type Row = (usize, BTreeMap<String, String>);

/// Reads events from `texts`, joining facts by id.
///
/// # Errors
/// The first thing wrong in each row.
pub fn read_csv(texts: &[&str], feed: &Feed, zone: &TimeZone) -> Result<Vec<Event>, Vec<CsvError>> {
    let mut errors = Vec::new();
    let mut events = Vec::new();
    let mut facts: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for text in texts {
        let rows = match rows(text) {
            Ok(rows) => rows,
            Err(error) => {
                errors.push(error);
                continue;
            }
        };
        for (line, row) in rows {
            if row.contains_key("date") {
                events.push((line, row));
            } else if let Some(id) = row.get("id") {
                let joined = facts.entry(id.clone()).or_default();
                let stated = row
                    .iter()
                    .filter(|(name, cell)| *name != "id" && !cell.is_empty());
                for (name, cell) in stated {
                    if let Err(what) = join(id, joined, name, cell) {
                        errors.push(CsvError { line, what });
                    }
                }
            } else {
                let what = "a row of facts needs a column `id`".to_owned();
                errors.push(CsvError { line, what });
            }
        }
    }
    let mut read = Vec::with_capacity(events.len());
    for (line, mut row) in events {
        let id = row.get("id").cloned().unwrap_or_default();
        if let Some(more) = facts.get(&id) {
            for (name, cell) in more {
                if let Err(what) = join(&id, &mut row, name, cell) {
                    errors.push(CsvError { line, what });
                }
            }
        }
        match event_of(line, &row, feed, zone) {
            Ok(event) => read.push(event),
            Err(error) => errors.push(error),
        }
    }
    if errors.is_empty() { Ok(read) } else { Err(errors) }
}

/// Adds a fact to a row; two different values of one fact cannot both count.
fn join(id: &str, row: &mut BTreeMap<String, String>, name: &str, cell: &str) -> Result<(), String> {
    match row.get(name) {
        Some(known) if !known.is_empty() && known != cell => {
            Err(format!("`{name}` of `{id}` is given twice: {known} and {cell}"))
        }
        _ => {
            row.insert(name.to_owned(), cell.to_owned());
            Ok(())
        }
    }
}

/// Amounts are numbers that are not negative.
fn check_amounts(line: usize, row: &BTreeMap<String, String>) -> Result<(), CsvError> {
    for name in ["amount", "total"] {
        let Some(cell) = row.get(name).filter(|cell| !cell.is_empty()) else {
            continue;
        };
        let what = match parse_exact(cell) {
            Ok(amount) if amount >= Exact::ZERO => continue,
            Ok(_) => format!("`{name}` is negative: {cell}"),
            Err(error) => format!("`{name}` is `{cell}`: {error}"),
        };
        return Err(CsvError { line, what });
    }
    Ok(())
}

fn event_of(
    line: usize,
    row: &BTreeMap<String, String>,
    feed: &Feed,
    zone: &TimeZone,
) -> Result<Event, CsvError> {
    let cell = |name: &str| row.get(name).cloned().unwrap_or_default();
    let id = cell("id");
    if id.is_empty() {
        let what = "the row has no `id`".to_owned();
        return Err(CsvError { line, what });
    }
    check_amounts(line, row)?;
    let occurred = parse_occurrence(&cell("date"), zone).map_err(|error| CsvError {
        line,
        what: error.to_string(),
    })?;
    let verified = !feed.verifier.is_empty()
        && feed
            .verified
            .iter()
            .all(|(name, values)| values.contains(&cell(name)));
    let facts = row
        .iter()
        .filter(|(name, cell)| !cell.is_empty() && !["id", "date", "note", "source"].contains(&name.as_str()))
        .map(|(name, cell)| (name.clone(), fact_of(cell)))
        .collect();
    let some = |text: String| (!text.is_empty()).then_some(text);
    let details = Details {
        facts,
        source: some(cell("source")),
        confidence: some(cell("confidence")),
        note: some([cell("action"), cell("note")].join(" ").trim().to_owned()),
        ..Details::default()
    };
    Ok(Event {
        id,
        kind: if verified {
            EventKind::Verify
        } else {
            EventKind::Report
        },
        by: [if verified {
            feed.verifier.clone()
        } else {
            feed.source.clone()
        }]
        .into(),
        on: [].into(),
        of: None,
        occurred,
        occurred_stated: true,
        reported: occurred.to,
        received: occurred.to,
        accepted: occurred.to,
        level: None,
        finding: Finding::Violated,
        details: Some(Box::new(details)),
        supposed: false,
    })
}

fn fact_of(cell: &str) -> Fact {
    match cell {
        "true" => Fact::Truth(true),
        "false" => Fact::Truth(false),
        _ if cell.starts_with(|c: char| c.is_ascii_digit() || c == '-') => {
            parse_exact(cell).map_or_else(|_| Fact::Word(cell.to_owned()), Fact::Number)
        }
        _ => Fact::Word(cell.to_owned()),
    }
}

fn rows(text: &str) -> Result<Vec<Row>, CsvError> {
    let mut records = records(text)?.into_iter();
    let Some((line, head)) = records.next() else {
        return Ok(Vec::new());
    };
    let twice = head
        .iter()
        .enumerate()
        .find(|(place, name)| head[..*place].contains(name));
    if let Some((_, name)) = twice {
        let what = format!("the column `{name}` is given twice");
        return Err(CsvError { line, what });
    }
    records
        .map(|(line, cells)| {
            if cells.len() != head.len() {
                let what = format!("{} cells, but the head has {}", cells.len(), head.len());
                return Err(CsvError { line, what });
            }
            Ok((line, head.iter().cloned().zip(cells).collect()))
        })
        .collect()
}

fn records(text: &str) -> Result<Vec<(usize, Vec<String>)>, CsvError> {
    let mut all = Vec::new();
    let (mut cells, mut cell, mut quoted) = (Vec::new(), String::new(), false);
    let (mut line, mut start) = (1, 1);
    let mut letters = text.strip_prefix('\u{feff}').unwrap_or(text).chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => cells.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                cells.push(std::mem::take(&mut cell));
                let record = std::mem::take(&mut cells);
                if record.len() > 1 || !record[0].is_empty() {
                    all.push((start, record));
                }
                line += 1;
                start = line;
            }
            _ => {
                line += usize::from(letter == '\n');
                cell.push(letter);
            }
        }
    }
    if quoted {
        let what = "a quotation mark is never closed".to_owned();
        return Err(CsvError { line: start, what });
    }
    if !cell.is_empty() || !cells.is_empty() {
        cells.push(cell);
        all.push((start, cells));
    }
    Ok(all)
}
