//! Reads a case file as TOML, setting aside each statement that is none: it is complained of once, and the rest is
//! read as if it were not there. What was lost with it is remembered, so that its absence is no news.

use std::collections::HashSet;

use toml::de::DeTable;

use super::document::Document;
use super::statements::{Kind, Statement, Unclosed, statements};
use super::syntax::inside;
use super::toml_words::{self, Words};
use crate::diagnostic::{Diagnostics, Span};

/// How often a file is read again without what could not be read.
const MOST_ROUNDS: usize = 8;

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
    aside: HashSet<usize>,
    complaints: Vec<(Span, Words)>,
    twice: HashSet<(usize, &'t str)>,
    torn: Vec<Span>,
    sections_lost: bool,
}

impl<'t> Recovery<'t> {
    fn new(text: &'t str) -> Self {
        Self {
            text,
            rest: text.as_bytes().to_vec(),
            statements: statements(text),
            aside: HashSet::new(),
            complaints: Vec::new(),
            twice: HashSet::new(),
            torn: Vec::new(),
            sections_lost: false,
        }
    }

    fn complain(&mut self, span: Span, words: Words) {
        self.complaints.push((span, words));
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
        for (span, message) in places {
            // Of names with too many points the parser does not say where they stand.
            let deepest = (message == "recursion limit").then(|| self.deepest_name()).flatten();
            let (index, span) = match deepest {
                Some(index) => (index, self.statements[index].span.clone()),
                None => {
                    let after = self
                        .statements
                        .partition_point(|one| one.span.start <= span.start);
                    let Some(index) = after.checked_sub(1) else {
                        continue;
                    };
                    (index, span)
                }
            };
            if !self.aside.contains(&index) {
                self.complain_of(index, span, message);
                self.lose(index);
            }
        }
        self.aside.len() > before
    }

    /// The statement whose name has the most points.
    fn deepest_name(&self) -> Option<usize> {
        let depth = |index: &usize| self.statements[*index].name(self.text).matches('.').count();
        (0..self.statements.len())
            .filter(|index| !self.aside.contains(index))
            .max_by_key(depth)
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
            let other = self.statements[..index].iter().position(
                |one| matches!(one.kind, Kind::Header { doubled: other } if other != doubled && one.name(text) == name),
            );
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

    /// The header that a statement stands under; 0 for what stands above all headers.
    fn section_of(&self, index: usize) -> usize {
        let header = self.statements[..=index].iter().rposition(Statement::is_header);
        header.map_or(0, |header| header + 1)
    }

    /// Blanks out a statement; a header takes its section and the sections in it along.
    fn lose(&mut self, index: usize) {
        self.blank(index);
        match self.statements[index].kind {
            Kind::Comment => {}
            Kind::Field => {
                let header = self.section_of(index).saturating_sub(1);
                let region = self.region(header);
                if self.torn.last() != Some(&region) {
                    self.torn.push(region);
                }
            }
            Kind::Header { .. } => {
                self.sections_lost = true;
                let within = format!("{}.", self.statements[index].name(self.text));
                let outside =
                    |one: &Statement| one.is_header() && !one.name(self.text).starts_with(&within);
                let after = &self.statements[index + 1..];
                let length = after.iter().position(outside).unwrap_or(after.len());
                (index + 1..=index + length).for_each(|inner| self.blank(inner));
            }
        }
    }

    /// From a header up to the next one.
    fn region(&self, header: usize) -> Span {
        let after = self.statements.iter().skip(header + 1);
        let next = after.clone().find(|one| one.is_header());
        self.statements[header].span.start..next.map_or(self.text.len(), |one| one.span.start)
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
        if !table.get_ref().iter().any(known) && !self.complaints.is_empty() {
            // Nothing of a case in it: one fault, however many lines there are.
            self.complaints.truncate(1);
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
        diagnostics.set_aside(self.torn, self.sections_lost);
        Some(rest)
    }
}
