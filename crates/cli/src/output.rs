//! Results on standard output: words for people, JSON for programs.

use std::io::{IsTerminal, Write};

use detente_report::text::{Style, summary};
use detente_report::view::Report;

use crate::failure::Failure;

/// Prints a report as words or as JSON.
pub fn print_report(report: &Report, json: bool) -> Result<(), Failure> {
    if json {
        return print_json(report);
    }
    print_text(&summary(report, width(), style()))
}

/// Prints a value as JSON.
pub fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::BadCall(format!("the result cannot be written as JSON: {error}")))?;
    print_text(&text)
}

/// Prints text; a reader that stopped listening is no error.
pub fn print_text(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{}", text.trim_end()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::BadCall(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// How wide the terminal is; 100 columns where there is none.
pub fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        return 100;
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
