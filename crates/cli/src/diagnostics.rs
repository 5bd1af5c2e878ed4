//! Draws what is wrong with a case: each place with its line, the reason and the hint, then a count.
//!
//! The only module that knows the drawing library. The text of the file is shown with control characters made
//! visible and long lines cut, so that no file can upset a terminal or flood it.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::ops::Range;

use detente_reading::diagnostic::{Diagnostic, Diagnostics};
use detente_reading::foreign::shown_prose;
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

/// How wide the drawing may get, in columns.
const WIDTH: usize = 100;
/// How much of a long line is shown before and after the start of the place.
const BEFORE: usize = 30;
const AFTER: usize = 60;

/// Whether to draw in colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// Colours and signs.
    Yes,
    /// Signs only.
    No,
}

impl Colour {
    /// Colour when standard error is a terminal and `NO_COLOR` is not set.
    pub fn of_stderr() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if std::io::stderr().is_terminal() && !refused {
            Self::Yes
        } else {
            Self::No
        }
    }
}

/// Draws diagnostics of a file: those that were kept, and how many more there are.
pub fn draw(diagnostics: &Diagnostics, file: &str, text: &str, colour: Colour) -> String {
    draw_list(diagnostics, diagnostics.total(), file, text, colour)
}

fn draw_list(list: &[Diagnostic], total: usize, file: &str, text: &str, colour: Colour) -> String {
    let theme = match colour {
        Colour::Yes => GraphicalTheme::unicode(),
        Colour::No => GraphicalTheme::unicode_nocolor(),
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(WIDTH)
        .with_context_lines(1)
        .with_links(false);
    let lines = LineStarts::of(text);
    let mut drawn = String::new();
    for diagnostic in list {
        let report = Drawable::new(diagnostic, file, text, &lines);
        if handler.render_report(&mut drawn, &report).is_err() {
            let _ = writeln!(drawn, "{file}: {}", diagnostic.message);
        }
        drawn.push('\n');
    }
    if total > list.len() {
        let _ = writeln!(drawn, "… and {} more\n", total - list.len());
    }
    let errors = if total == 1 { "error" } else { "errors" };
    let _ = writeln!(drawn, "{total} {errors} in {file}; nothing was written");
    drawn
}

/// The line and the column at which each diagnostic stands, both from 1.
pub fn places_of(text: &str, diagnostics: &Diagnostics) -> Vec<(usize, usize)> {
    let lines = LineStarts::of(text);
    let starts = diagnostics.iter().map(|diagnostic| diagnostic.span.start);
    starts.map(|start| lines.place(text, start)).collect()
}

/// Where each line starts.
struct LineStarts(Vec<usize>);

impl LineStarts {
    fn of(text: &str) -> Self {
        let after_breaks = text
            .bytes()
            .enumerate()
            .filter(|(_, byte)| *byte == b'\n')
            .map(|(at, _)| at + 1);
        Self(std::iter::once(0).chain(after_breaks).collect())
    }

    /// The number of the line that holds a byte, from 0.
    fn number(&self, byte: usize) -> usize {
        self.0.partition_point(|start| *start <= byte).saturating_sub(1)
    }

    /// The bytes of a line, without its break.
    fn line(&self, text: &str, number: usize) -> Range<usize> {
        let start = self.0.get(number).copied().unwrap_or(text.len());
        let end = self.0.get(number + 1).map_or(text.len(), |next| next - 1);
        let carriage = text
            .as_bytes()
            .get(start..end)
            .is_some_and(|line| line.ends_with(b"\r"));
        start..end - usize::from(carriage)
    }

    fn place(&self, text: &str, byte: usize) -> (usize, usize) {
        let byte = floor_boundary(text, byte);
        let number = self.number(byte);
        let start = self.line(text, number).start;
        (number + 1, text[start..byte].chars().count() + 1)
    }
}

/// The last character boundary at or before a byte.
fn floor_boundary(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or(0)
}

/// A diagnostic with the few lines it is drawn with.
#[derive(Debug)]
struct Drawable<'d> {
    diagnostic: &'d Diagnostic,
    excerpt: Excerpt,
    span: SourceSpan,
}

/// A few lines of the file, made fit to be shown.
#[derive(Debug)]
struct Excerpt {
    file: String,
    shown: String,
    first_line: usize,
    place: (usize, usize),
}

impl<'d> Drawable<'d> {
    fn new(diagnostic: &'d Diagnostic, file: &str, text: &str, lines: &LineStarts) -> Self {
        let start = floor_boundary(text, diagnostic.span.start);
        let number = lines.number(start);
        let line = lines.line(text, number);
        // Only the first line of a longer place is marked.
        let start = start.clamp(line.start, line.end);
        let end = floor_boundary(text, diagnostic.span.end).clamp(start, line.end);
        let mut shown = String::new();
        let mut first_line = number;
        if number > 0 {
            let above = &text[lines.line(text, number - 1)];
            if !above.trim().is_empty() {
                shown.push_str(&shown_prose(&head(above, BEFORE + AFTER)));
                shown.push('\n');
                first_line = number - 1;
            }
        }
        shown.push_str(&shown_prose(&tail(&text[line.start..start], BEFORE)));
        // An empty place still needs something to point at: the next character, or a blank at the end.
        let next = text[start..line.end].chars().next();
        let end = if start == end {
            start + next.map_or(0, char::len_utf8)
        } else {
            end
        };
        let marked = if start == end {
            " ".to_owned()
        } else {
            shown_prose(&head(&text[start..end], AFTER)).into_owned()
        };
        let span = SourceSpan::from((shown.len(), marked.len()));
        let room = AFTER.saturating_sub(marked.chars().count());
        shown.push_str(&marked);
        shown.push_str(&shown_prose(&head(&text[end..line.end], room)));
        Self {
            diagnostic,
            excerpt: Excerpt {
                file: file.to_owned(),
                shown,
                first_line,
                place: lines.place(text, start),
            },
            span,
        }
    }
}

/// The first characters of a text, with a sign where it was cut.
fn head(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some((cut, _)) => format!("{}…", &text[..cut]),
    }
}

/// The last characters of a text, with a sign where it was cut.
fn tail(text: &str, most: usize) -> String {
    match text.char_indices().rev().nth(most) {
        None => text.to_owned(),
        Some((cut, last)) => format!("…{}", &text[cut + last.len_utf8()..]),
    }
}

impl std::fmt::Display for Drawable<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&shown_prose(&self.diagnostic.message))
    }
}

impl std::error::Error for Drawable<'_> {}

impl miette::Diagnostic for Drawable<'_> {
    fn code<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        Some(Box::new(self.diagnostic.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        let hint = self.diagnostic.hint.as_ref()?;
        Some(Box::new(shown_prose(hint).into_owned()))
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.excerpt)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = LabeledSpan::new_primary_with_span(
            Some(shown_prose(&self.diagnostic.label).into_owned()),
            self.span,
        );
        Some(Box::new(std::iter::once(label)))
    }
}

impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.shown.read_span(span, before, after)?;
        // Read without context, this is the place in the heading: that of the file, not of the cut line.
        let (line, column) = if before == 0 {
            (self.place.0 - 1, self.place.1 - 1)
        } else {
            (self.first_line + contents.line(), contents.column())
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.file.clone(),
            contents.data(),
            *contents.span(),
            line,
            column,
            contents.line_count(),
        )))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn diagnostic(span: Range<usize>) -> Diagnostic {
        Diagnostic {
            code: "test",
            message: "wrong".into(),
            span,
            label: "here".into(),
            hint: None,
        }
    }

    #[test]
    fn places_count_characters_from_one() {
        let text = "eins\r\nzwölf = 3\n";
        let at = text.find('3').unwrap();
        let lines = LineStarts::of(text);
        assert_eq!(lines.place(text, at), (2, 9));
        assert_eq!(lines.place(text, 0), (1, 1));
        assert_eq!(LineStarts::of("").place("", 99), (1, 1));
    }

    #[test]
    fn long_lines_are_cut_around_the_place() {
        let text = format!("{}WRONG{}", "a".repeat(5_000), "b".repeat(5_000));
        let drawn = draw_list(&[diagnostic(5_000..5_005)], 1, "case.toml", &text, Colour::No);
        assert!(drawn.contains("[case.toml:1:5001]"), "{drawn}");
        assert!(drawn.contains("…aaa") && drawn.contains("bbb…"), "{drawn}");
        assert!(
            drawn.lines().all(|line| line.chars().count() <= WIDTH + 10),
            "{drawn}"
        );
    }

    #[test]
    fn any_span_of_any_text_is_drawn() {
        let text = "\u{feff}a\u{0}\u{1b}[31mö\r\n\n\u{202e}x\ty\r";
        for start in 0..text.len() + 3 {
            for end in 0..text.len() + 3 {
                let drawn = draw_list(&[diagnostic(start..end)], 1, "case.toml", text, Colour::No);
                assert!(
                    drawn.contains("here") && !drawn.contains('\u{1b}'),
                    "{start}..{end}: {drawn}"
                );
            }
        }
    }
}
