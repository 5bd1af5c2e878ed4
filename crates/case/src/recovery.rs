//! Reads a case file as TOML, setting aside each statement that is none: it is complained of once, and the rest is
//! read as if it were not there. What was lost with it is remembered, so that its absence is no news.

use std::collections::{HashMap, HashSet};

use toml::de::DeTable;

use super::document::Document;
use super::statements::{Kind, Statement, Unclosed, statements};
use super::syntax::inside;
use super::toml_words::{self, Words};
use detente_reading::diagnostic::{Diagnostics, Span};

/// How often a file is read again without what could not be read.
const MOST_ROUNDS: usize = 8;
/// How many complaints are put into words; more are only counted.
const MOST_WORDED: usize = 10_000;

/// Reports what is no TOML, and gives the text with that blanked out: every byte left stands where it stood.
pub(super) fn readable(text: &str, diagnostics: &mut Diagnostics) -> Option<String> {
    let (_, errors) = DeTable::parse_recoverable(text);
    if errors.is_empty() {
        return None;
    }
    let mut recovery = Recovery::new(text);
    if toml_words::is_not_text(text) {
        let at = text.find('\0').unwrap_or(0);
        recovery.complain(at..at + 1, toml_words::not_text());
        recovery.rest.clear();
    } else {
        recovery.set_unclosed_aside();
        for _ in 0..MOST_ROUNDS {
            let rest = String::from_utf8_lossy(&recovery.rest).into_owned();
            let (_, errors) = DeTable::parse_recoverable(&rest);
            if errors.is_empty() || !recovery.set_aside(&errors) {
                break;
            }
        }
    }
    recovery.finish(diagnostics)
}

struct Recovery<'t> {
    text: &'t str,
    rest: Vec<u8>,
    statements: Vec<Statement>,
    /// The positions of headers among the statements.
    headers: Vec<usize>,
    /// The first header of each name, apart by whether it is doubled.
    first: HashMap<(&'t str, bool), usize>,
    aside: HashSet<usize>,
    complaints: Vec<(Span, Words)>,
    uncounted: usize,
    twice: HashSet<(usize, &'t str)>,
    torn: Vec<Span>,
    sections_lost: bool,
}

impl<'t> Recovery<'t> {
    fn new(text: &'t str) -> Self {
        let statements = statements(text);
        let mut first = HashMap::new();
        let mut headers = Vec::new();
        for (index, statement) in statements.iter().enumerate() {
            if let Kind::Header { doubled } = statement.kind {
                headers.push(index);
                first.entry((statement.name(text), doubled)).or_insert(index);
            }
        }
        Self {
            text,
            rest: text.as_bytes().to_vec(),
            statements,
            headers,
            first,
            uncounted: 0,
            aside: HashSet::new(),
            complaints: Vec::new(),
            twice: HashSet::new(),
            torn: Vec::new(),
            sections_lost: false,
        }
    }

    fn complain(&mut self, span: Span, words: Words) {
        if self.complaints.len() < MOST_WORDED {
            self.complaints.push((span, words));
        } else {
            self.uncounted += 1;
        }
    }

    fn set_unclosed_aside(&mut self) {
        for index in 0..self.statements.len() {
            if let Some((what, at)) = self.statements[index].unclosed {
                let width = if what == Unclosed::Text { 3 } else { 1 };
                self.complain(at..at + width, toml_words::unclosed(what));
                self.lose(index);
            }
        }
    }

    /// Complains of each statement that has an error for the first time, and sets it aside. False when there was none.
    fn set_aside(&mut self, errors: &[toml::de::Error]) -> bool {
        let end = self.text.len()..self.text.len();
        let mut places: Vec<(Span, &str)> = errors
            .iter()
            .map(|error| {
                (
                    inside(self.text, error.span().unwrap_or(end.clone())),
                    error.message(),
                )
            })
            .collect();
        places.sort_by_key(|(span, _)| span.start);
        let before = self.aside.len();
        let mut deep = None;
        for (span, message) in places {
            let (index, span) = if message == "recursion limit" {
                // Of names with too many points the parser does not say where they stand.
                let next = deep.get_or_insert_with(|| self.by_depth()).pop();
                let Some(index) = next else { continue };
                (index, self.statements[index].span.clone())
            } else {
                let after = self
                    .statements
                    .partition_point(|one| one.span.start <= span.start);
                let Some(index) = after.checked_sub(1) else {
                    continue;
                };
                (index, span)
            };
            if !self.aside.contains(&index) {
                self.complain_of(index, span, message);
                self.lose(index);
            }
        }
        self.aside.len() > before
    }

    /// The statements that are left, those whose names have the most points last.
    fn by_depth(&self) -> Vec<usize> {
        let mut left: Vec<usize> = (0..self.statements.len())
            .filter(|index| !self.aside.contains(index))
            .collect();
        left.sort_by_cached_key(|index| self.statements[*index].name(self.text).matches('.').count());
        left
    }

    fn complain_of(&mut self, index: usize, span: Span, message: &str) {
        let text = self.text;
        let statement = &self.statements[index];
        let name = statement.name(text);
        if !message.contains("duplicate key") {
            let words = toml_words::explain(message, text, &span, statement);
            self.complain(span, words);
            return;
        }
        if let Kind::Header { doubled } = statement.kind {
            let other = self.first.get(&(name, !doubled)).copied();
            let other = other.filter(|other| *other < index);
            let place = self.statements[other.unwrap_or(index)].span.clone();
            // All of a mixed list is one fault, however often it goes on.
            if self.twice.insert((other.unwrap_or(index), name)) {
                self.complain(place, toml_words::section_twice(name, other.is_some()));
            }
            if let Some(other) = other {
                self.lose(other);
            }
        } else if self.twice.insert((self.section_of(index), name)) {
            self.complain(span, toml_words::field_twice(name));
        }
    }

    /// How many headers stand before a statement; a header counts itself.
    fn section_of(&self, index: usize) -> usize {
        self.headers.partition_point(|header| *header <= index)
    }

    /// Blanks out a statement; a header takes its section and the sections in it along.
    fn lose(&mut self, index: usize) {
        self.blank(index);
        match self.statements[index].kind {
            Kind::Comment => {}
            Kind::Field => {
                let region = self.region(self.section_of(index));
                if self.torn.last() != Some(&region) {
                    self.torn.push(region);
                }
            }
            Kind::Header { .. } => {
                self.sections_lost = true;
                let within = format!("{}.", self.statements[index].name(self.text));
                let outside = |one: &Statement| one.is_header() && !one.name(self.text).starts_with(&within);
                let after = &self.statements[index + 1..];
                let length = after.iter().position(outside).unwrap_or(after.len());
                (index + 1..=index + length).for_each(|inner| self.blank(inner));
            }
        }
    }

    /// From one header up to the next; before the first header for 0.
    fn region(&self, section: usize) -> Span {
        let start = |section: usize| Some(self.statements[*self.headers.get(section)?].span.start);
        let from = section.checked_sub(1).and_then(start).unwrap_or(0);
        from..start(section).unwrap_or(self.text.len())
    }

    fn blank(&mut self, index: usize) {
        self.aside.insert(index);
        let span = self.statements[index].span.clone();
        for byte in &mut self.rest[span] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }

    fn finish(mut self, diagnostics: &mut Diagnostics) -> Option<String> {
        let rest = String::from_utf8(self.rest).ok()?;
        let (table, _) = DeTable::parse_recoverable(&rest);
        let known = |(key, _): (&toml::Spanned<_>, _)| {
            let key: &toml::de::DeString<'_> = key.get_ref();
            Document::FIELDS.contains(&key.as_ref())
        };
        self.complaints.sort_by_key(|(span, _)| span.start);
        let known = table.get_ref().iter().any(known);
        if !known && !self.complaints.is_empty() {
            // Nothing of a case in it: one fault, however many lines there are.
            self.complaints.truncate(1);
            self.uncounted = 0;
            self.sections_lost = true;
            if let Some((_, words)) = self.complaints.first_mut()
                && !rest.is_empty()
            {
                words.hint.push_str(toml_words::NO_CASE);
            }
        }
        for (span, words) in self.complaints {
            diagnostics.report_with("bad-toml", span, || {
                (words.message, words.label.into(), Some(words.hint))
            });
        }
        diagnostics.count_more(self.uncounted);
        diagnostics.set_aside(self.torn, self.sections_lost);
        Some(if known { rest } else { String::new() })
    }
}
