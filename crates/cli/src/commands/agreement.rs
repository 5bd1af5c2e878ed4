//! Reading an agreement's text and its events from files.

use std::path::{Path, PathBuf};

use detente_ledger::checks::{Severity, check, exposures, shortest_answer};
use detente_ledger::event::{Event, events_from_text, read_csv};
use detente_ledger::text::{Complaint, Text};

use detente_reading::foreign::shown;

use crate::failure::Failure;
use crate::files::read_text;
use crate::output::{self, counted};

/// Reads a text; everything wrong with it is shown at once.
pub fn read_agreement(path: &Path) -> Result<(Text, String), Failure> {
    let source = read_text(path)?;
    let text = agreement_of(&source, &path.display().to_string())?;
    Ok((text, source))
}

/// Reads a text that is at hand; `name` is shown in complaints.
pub fn agreement_of(source: &str, name: &str) -> Result<Text, Failure> {
    Text::read(source).map_err(|complaints| Failure::BadInput(show_complaints(&complaints, name, source)))
}

fn show_complaints(complaints: &[Complaint], name: &str, source: &str) -> String {
    let mut out = String::new();
    for complaint in complaints {
        out.push_str(&complaint.show(name, source));
    }
    out.push_str(&counted(complaints.len() as u64, "error", "errors"));
    out
}

/// Reads event files: TOML, JSON, JSON lines, and CSV lists with their facts.
pub fn read_events(paths: &[PathBuf], text: &Text, feed: Option<&str>) -> Result<Vec<Event>, Failure> {
    let zone = &text.agreement.zone;
    let (lists, files): (Vec<&PathBuf>, Vec<&PathBuf>) = paths
        .iter()
        .partition(|path| path.extension().is_some_and(|extension| extension == "csv"));
    let mut events = Vec::new();
    for path in files {
        let source = read_text(path)?;
        let read = events_from_text(&source, zone).map_err(|errors| {
            let all: Vec<String> = errors
                .iter()
                .map(|error| format!("{}: {error}", path.display()))
                .collect();
            Failure::BadInput(all.join("\n"))
        })?;
        events.extend(read);
    }
    if !lists.is_empty() {
        events.extend(read_lists(&lists, text, feed)?);
    }
    Ok(events)
}

fn read_lists(paths: &[&PathBuf], text: &Text, feed: Option<&str>) -> Result<Vec<Event>, Failure> {
    let feeds = &text.agreement.feeds;
    let feed = match feed {
        Some(name) => feeds.get(name),
        None => feeds.values().next(),
    };
    let Some(feed) = feed else {
        let known: Vec<&str> = feeds.keys().map(String::as_str).collect();
        let what = "a CSV list needs a [feeds.NAME] in the text, which says whose word it is";
        return Err(Failure::BadCall(format!(
            "{what}; the text has: {}",
            known.join(", ")
        )));
    };
    let sources = paths
        .iter()
        .map(|path| read_text(path))
        .collect::<Result<Vec<String>, Failure>>()?;
    let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
    read_csv(&sources, feed, &text.agreement.zone).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Failure::BadInput(all.join("\n"))
    })
}

/// Prints what the static checks find.
pub fn show_checks(text: &Text, json: bool) -> Result<(), Failure> {
    let flaws = check(&text.agreement);
    let exposed = exposures(&text.agreement);
    let sound = flaws.iter().all(|flaw| flaw.severity == Severity::Warning);
    if json {
        return output::print_json(&serde_json::json!({
            "title": text.agreement.title,
            "text_hash": text.hash,
            "can_be_signed": sound,
            "flaws": flaws,
            "exposures": exposed,
            "shortest_answer_days": shortest_answer(&text.agreement),
        }));
    }
    let errors = flaws
        .iter()
        .filter(|flaw| flaw.severity == Severity::Error)
        .count();
    let verdict = if sound {
        "can be signed"
    } else {
        "cannot work as written"
    };
    let mut lines = vec![format!(
        "{}: {verdict}; {}, {}",
        text.agreement.title,
        counted(errors as u64, "error", "errors"),
        counted((flaws.len() - errors) as u64, "warning", "warnings")
    )];
    for flaw in &flaws {
        let word = if flaw.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        lines.push(format!("  {word} [{}] {}", flaw.check, flaw.what));
        lines.push(format!("      remedy: {}", flaw.remedy));
    }
    lines.extend(
        exposed
            .iter()
            .map(|exposure| format!("  exposure: {}", exposure.what)),
    );
    if let Some(days) = shortest_answer(&text.agreement) {
        let days = counted(days.unsigned_abs(), "day", "days");
        lines.push(format!(
            "  shortest way from an opened dispute to a reversal: {days}"
        ));
    }
    lines.push(format!("text sha256 {}", text.hash));
    let lines: Vec<_> = lines.iter().map(|line| shown(line)).collect();
    output::print_text(&lines.join("\n"))
}
