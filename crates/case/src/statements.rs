//! The statements of a case file, found by brackets and quotes alone, so that one that is no TOML can be set aside and
//! the rest read as if it were not there.

use detente_reading::diagnostic::Span;

/// What a statement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `[section]` or, when doubled, `[[section]]`.
    Header {
        /// Written in two brackets.
        doubled: bool,
    },
    /// `name = value`, perhaps on several lines.
    Field,
    /// A line that is only a comment.
    Comment,
}

/// What a statement opens and never closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unclosed {
    /// A list: `[`.
    List,
    /// A table in braces: `{`.
    Table,
    /// A text in three quotes.
    Text,
}

/// One statement and its place, without the line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Statement {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// What stays open in it, and where that starts.
    pub(super) unclosed: Option<(Unclosed, usize)>,
}

impl Statement {
    /// The name it gives: of the section, or of the field.
    pub(super) fn name<'t>(&self, text: &'t str) -> &'t str {
        let written = text.get(self.span.clone()).unwrap_or("");
        match self.kind {
            Kind::Header { .. } => {
                let line = written.split('#').next().unwrap_or("").trim();
                line.trim_start_matches('[').trim_end_matches(']').trim()
            }
            Kind::Field => written.split('=').next().unwrap_or("").trim(),
            Kind::Comment => "",
        }
    }

    pub(super) fn is_header(&self) -> bool {
        matches!(self.kind, Kind::Header { .. })
    }
}

/// All statements of a file, in order.
pub(super) fn statements(text: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line_end = end_of_line(text, at);
        let line = &text[at..line_end];
        let content = line.trim_start_matches(|c: char| c == '\u{feff}' || c.is_whitespace());
        let start = at + line.len() - content.len();
        let (kind, end, unclosed) = match content.chars().next() {
            None => {
                at = line_end + 1;
                continue;
            }
            Some('#') => (Kind::Comment, line_end, None),
            Some('[') => {
                let doubled = content.starts_with("[[");
                (Kind::Header { doubled }, line_end, None)
            }
            Some(_) => {
                let (end, unclosed) = end_of_field(text, start);
                (Kind::Field, end, unclosed)
            }
        };
        found.push(Statement {
            kind,
            span: start..end,
            unclosed,
        });
        at = end_of_line(text, end) + 1;
    }
    found
}

fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |length| at + length)
}

/// Where a field that starts here ends, and what it leaves open.
fn end_of_field(text: &str, start: usize) -> (usize, Option<(Unclosed, usize)>) {
    let bytes = text.as_bytes();
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            quote @ (b'"' | b'\'') => match end_of_text(text, at, quote) {
                Some(end) => at = end,
                None => return (end_of_line(text, start), Some((Unclosed::Text, at))),
            },
            b'#' => at = end_of_line(text, at),
            bracket @ (b'[' | b'{') => {
                open.push((bracket, at));
                at += 1;
            }
            b']' | b'}' => {
                open.pop();
                at += 1;
            }
            b'\n' => {
                let in_table = open.iter().any(|(bracket, _)| *bracket == b'{');
                match open.first() {
                    None => return (at, None),
                    Some(first) if starts_anew(text, at + 1, in_table) => {
                        return (at, Some(left_open(first)));
                    }
                    Some(_) => at += 1,
                }
            }
            _ => at += 1,
        }
    }
    (text.len(), open.first().map(left_open))
}

fn left_open((bracket, at): &(u8, usize)) -> (Unclosed, usize) {
    match bracket {
        b'[' => (Unclosed::List, *at),
        _ => (Unclosed::Table, *at),
    }
}

/// The byte after a text in quotes. A text in single quotes ends with its line at the latest; `None` for one in
/// three quotes that never ends, or only where the text of a later field starts.
fn end_of_text(text: &str, start: usize, quote: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let triple = [quote; 3];
    let long = bytes[start..].starts_with(&triple);
    let mut at = start + if long { 3 } else { 1 };
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            b'\n' if !long => return Some(at),
            _ if long && bytes[at..].starts_with(&triple) => {
                return (!opens_a_field(text, start, at)).then_some(at + 3);
            }
            found if !long && found == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    // An escape at the very end steps past it.
    (!long).then_some(bytes.len())
}

/// Whether a later line reads `name =` up to these quotes, so that they open a text and do not end the one before.
fn opens_a_field(text: &str, start: usize, quotes: usize) -> bool {
    let before = &text[start..quotes];
    let line = before.rsplit_once('\n').map(|(_, line)| line);
    line.and_then(|line| line.split_once('='))
        .is_some_and(|(name, between)| named(name.trim()) && between.trim().is_empty())
}

fn named(name: &str) -> bool {
    name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || "_-. ".contains(c))
}

/// Whether a line inside an open bracket looks as if a new statement starts there: a section, or, outside braces, a
/// field.
fn starts_anew(text: &str, start: usize, in_table: bool) -> bool {
    let line = text[start..end_of_line(text, start)].trim();
    if let Some(inner) = line.strip_prefix('[') {
        let inner = inner.strip_prefix('[').unwrap_or(inner);
        return inner.split(']').next().is_some_and(named) && line.contains(']');
    }
    !in_table && line.split_once('=').is_some_and(|(name, _)| named(name.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shapes(text: &str) -> Vec<(&str, Option<Unclosed>)> {
        let all = statements(text);
        let shape = |one: &Statement| (&text[one.span.clone()], one.unclosed.map(|(what, _)| what));
        all.iter().map(shape).collect()
    }

    #[test]
    fn statements_end_where_their_brackets_and_quotes_do() {
        let text = "# x\n[a]\nb = [\n  \"]\", # ]\n]\nc = '''\n[z]\n'''\nd = { e = 1,\n f = 2 }\n";
        let expected = [
            "# x",
            "[a]",
            "b = [\n  \"]\", # ]\n]",
            "c = '''\n[z]\n'''",
            "d = { e = 1,\n f = 2 }",
        ];
        assert_eq!(shapes(text), expected.map(|text| (text, None)));
    }

    #[test]
    fn what_is_never_closed_ends_where_the_next_statement_starts() {
        assert_eq!(
            shapes("a = [\n 1,\nb = 2\nc = { d = 1\n[e]\nf = \"\"\"x\ng = 1"),
            [
                ("a = [\n 1,", Some(Unclosed::List)),
                ("b = 2", None),
                ("c = { d = 1", Some(Unclosed::Table)),
                ("[e]", None),
                ("f = \"\"\"x", Some(Unclosed::Text)),
                ("g = 1", None),
            ]
        );
        assert_eq!(
            shapes("a = \"\"\"x\n[e]\nb = \"\"\"y\nz\"\"\"\nc = 1"),
            [
                ("a = \"\"\"x", Some(Unclosed::Text)),
                ("[e]", None),
                ("b = \"\"\"y\nz\"\"\"", None),
                ("c = 1", None),
            ]
        );
    }
}
