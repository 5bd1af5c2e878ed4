//! Places in a case file: its first statement, and where the characters of a value stand.

use std::ops::Range;

use detente_reading::diagnostic::{Diagnostics, Span};

/// Reports a file that is too long to be read at all.
pub(super) fn report_long_file(text: &str, most: usize, diagnostics: &mut Diagnostics) {
    diagnostics.report(
        "case-too-large",
        first_statement(text),
        format!("this file has {} bytes; a case has at most {most}", text.len()),
        "the file starts here",
        Some("a case describes one conflict in at most some thousand lines; is this the right file?".into()),
    );
}

/// The first line that is neither blank nor a comment: where something that the file lacks is reported.
pub(super) fn first_statement(text: &str) -> Span {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start_matches('\u{feff}').trim();
        if !content.is_empty() && !content.starts_with('#') {
            let from = start + line.find(content).unwrap_or(0);
            return from..from + content.len();
        }
        start += line.len();
    }
    text.len()..text.len()
}

/// A place moved onto whole characters of the text.
pub(super) fn inside(text: &str, span: Range<usize>) -> Span {
    let mut start = span.start.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    start..end
}

/// Where characters of a text value stand in the file, given the value as it is written, quotes and all.
#[derive(Debug)]
pub(super) struct Written<'t> {
    raw: &'t str,
    start: usize,
}

impl<'t> Written<'t> {
    /// The value written at this place of the file.
    pub(super) fn at(file: &'t str, span: &Span) -> Self {
        let span = inside(file, span.clone());
        Self {
            raw: &file[span.clone()],
            start: span.start,
        }
    }

    /// The place in the file of a stretch of the value.
    pub(super) fn place(&self, range: Range<usize>) -> Span {
        let from = self.offset(range.start, true);
        let to = self.offset(range.end, false).max(from);
        self.start + from..self.start + to
    }

    /// The byte of the written form at which a byte of the value starts. `past_breaks` also steps over an escaped
    /// line break, which stands for nothing.
    fn offset(&self, value_byte: usize, past_breaks: bool) -> usize {
        let quote = self
            .raw
            .chars()
            .next()
            .filter(|first| matches!(first, '"' | '\''));
        let quotes = match self.raw {
            raw if raw.starts_with("\"\"\"") || raw.starts_with("'''") => 3,
            _ => usize::from(quote.is_some()),
        };
        // A text that is never closed has been reported; its end is no quote then.
        let end = self.raw.len().saturating_sub(quotes).max(quotes);
        let end = if self.raw.is_char_boundary(end) {
            end
        } else {
            self.raw.len()
        };
        let mut at = quotes.min(self.raw.len());
        if quotes == 3 {
            let body = &self.raw[at..];
            at += body.len()
                - body
                    .trim_start_matches('\r')
                    .strip_prefix('\n')
                    .unwrap_or(body)
                    .len();
        }
        let mut passed = 0;
        while at < end {
            let rest = &self.raw[at..end];
            let (written, value) = if quote == Some('"') {
                unit(rest)
            } else {
                plain(rest)
            };
            if passed >= value_byte && (value > 0 || !past_breaks) {
                break;
            }
            at += written;
            passed += value;
        }
        at
    }
}

/// How long the next character is as written and as a value.
fn plain(rest: &str) -> (usize, usize) {
    let length = rest.chars().next().map_or(1, char::len_utf8);
    (length, length)
}

/// The same where a backslash escapes.
fn unit(rest: &str) -> (usize, usize) {
    let mut characters = rest.chars();
    if characters.next() != Some('\\') {
        return plain(rest);
    }
    let digits = match characters.next() {
        Some('x') => 2,
        Some('u') => 4,
        Some('U') => 8,
        Some(blank) if blank.is_whitespace() => {
            let body = &rest[1..];
            return (1 + body.len() - body.trim_start().len(), 0);
        }
        Some(escaped) => return (1 + escaped.len_utf8(), 1),
        None => return (1, 1),
    };
    let Some(code) = rest.get(2..2 + digits) else {
        return (rest.len(), 1);
    };
    let character = u32::from_str_radix(code, 16).ok().and_then(char::from_u32);
    (2 + digits, character.map_or(1, char::len_utf8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, wanted: &str, value: &str) -> bool {
        let start = value.find(wanted).unwrap();
        let place = Written::at(file, &(0..file.len())).place(start..start + wanted.len());
        &file[place] == wanted
    }

    #[test]
    fn places_survive_every_way_of_quoting() {
        assert!(found("\"a = b\"", "b", "a = b"));
        assert!(found("ޥ = b", "b", "ޥ = b"));
        assert_eq!(Written::at("\"aޥ", &(0..4)).place(0..9), 1..4);
        assert!(found("'a = b'", "b", "a = b"));
        assert!(found("\"\\u00e9\\t = bc\"", "bc", "é\t = bc"));
        assert!(found("\"\"\"\na = \\\n   bc\"\"\"", "bc", "a = bc"));
        assert!(found("'''\r\na = bc'''", "bc", "a = bc"));
    }

    #[test]
    fn the_first_statement_is_found_behind_comments() {
        assert_eq!(first_statement("# x\n\n  [case]\n"), 7..13);
        assert_eq!(first_statement("# x"), 3..3);
    }
}
