//! Results on standard output: words for people, JSON for programs.

use std::io::{IsTerminal, Write};

use detente_reading::foreign::{shown_json, shown_lines};
use detente_report::text::{Style, summary};
use detente_report::view::Report;

use crate::diagnostics::Colour;
use crate::failure::Failure;

/// Prints a report as words or as JSON.
pub fn print_report(report: &Report, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(report);
    }
    print_text(&summary(report, width(), style()))
}

/// Prints a value as JSON; what a terminal would not show is escaped within the strings.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::BadCall(format!("the result cannot be written as JSON: {error}")))?;
    print_exact(&format!("{}\n", shown_json(&text)))
}

/// Prints text for people: what others wrote into it cannot move the cursor, hide or turn what stands beside it.
pub fn print_text(text: &str) -> Result<(), Failure> {
    let text = text.trim_end();
    print_exact(&match style() {
        Style::Plain => format!("{}\n", shown_lines(text)),
        Style::Ansi => format!("{}\n", shown_styled(text)),
    })
}

/// Prints the content of a file, byte for byte. A reader that stopped listening is no error.
pub fn print_exact(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(not_printed(&error)),
        _ => Ok(()),
    }
}

/// What to say when standard output takes no more.
pub fn not_printed(error: &std::io::Error) -> Failure {
    Failure::BadCall(format!(
        "the result could not be written to standard output: {error}"
    ))
}

/// Says something beside the result, on standard error; nobody listening is no error.
pub fn tell(text: &str) {
    let text = text.trim_end();
    let text = match Colour::of_stderr() {
        Colour::Yes => shown_styled(text),
        Colour::No => shown_lines(text).into_owned(),
    };
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// The numbers of the styles that we set: bold, dim, italic, underlined, the colours of letters, and their ends.
const STYLES: [&str; 19] = [
    "", "0", "1", "2", "3", "4", "22", "23", "24", "31", "32", "33", "34", "35", "36", "39", "91", "92", "94",
];

/// As [`shown_lines`], but with our own styles kept. None of them can hide or move anything.
fn shown_styled(text: &str) -> String {
    let mut pieces = text.split('\u{1b}');
    let mut out = shown_lines(pieces.next().unwrap_or_default()).into_owned();
    for piece in pieces {
        let style = piece.strip_prefix('[').and_then(|rest| rest.split_once('m'));
        match style.filter(|(numbers, _)| numbers.split(';').all(|number| STYLES.contains(&number))) {
            Some((numbers, rest)) => out += &format!("\u{1b}[{numbers}m{}", shown_lines(rest)),
            None => out += &format!("\\u{{1b}}{}", shown_lines(piece)),
        }
    }
    out
}

/// How wide the terminal is; where there is none, what COLUMNS says, or 100 columns.
pub fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        let asked = std::env::var("COLUMNS").ok();
        return asked
            .and_then(|columns| columns.parse().ok())
            .map_or(100, |columns: usize| columns.clamp(60, 120));
    }
    usize::from(console::Term::stdout().size().1).clamp(60, 120)
}

/// Whether to style the text.
pub fn style() -> Style {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if std::io::stdout().is_terminal() && !plain {
        Style::Ansi
    } else {
        Style::Plain
    }
}

/// A count with its noun and thousands set apart: "73,728 states".
pub fn counted(count: u64, one: &str, many: &str) -> String {
    let digits = count.to_string();
    let grouped: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    format!("{} {}", grouped.join(","), if count == 1 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_of_ours_are_kept_and_other_sequences_are_shown() {
        assert_eq!(
            shown_styled("\u{1b}[1mbold\u{1b}[0m \u{1b}[31;1mred\u{1b}[39m"),
            "\u{1b}[1mbold\u{1b}[0m \u{1b}[31;1mred\u{1b}[39m"
        );
        for foreign in [
            "\u{1b}[8mgone",
            "\u{1b}[2Kx",
            "\u{1b}[1Am",
            "\u{1b}]0;title\u{7}m",
            "\u{1b}",
            "\u{1b}[40mm",
            "a\rb",
        ] {
            let shown = shown_styled(foreign);
            assert!(!shown.contains(char::is_control), "{shown:?}");
        }
    }
}
