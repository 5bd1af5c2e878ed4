//! A status in words: the answer in line one, then each item with the rule and fact behind it, then what comes next.

use std::fmt::Write;

use detente_ledger::status::{Branch, CommitmentStatus, Headline, Status};
use detente_reading::foreign::shown;

/// The whole status for a terminal.
pub fn in_words(status: &Status) -> String {
    let mut out = String::new();
    put(&mut out, &status.answer);
    put(
        &mut out,
        &format!("{}, as of {}, as known {}", status.title, status.at, status.known),
    );
    if let Some(line) = signed(status) {
        put(&mut out, &line);
    }
    if let Some(viewer) = &status.viewer {
        put(&mut out, &format!("in the view of {viewer}"));
    }
    for supposed in &status.supposed {
        put(&mut out, &format!("supposed: {supposed}"));
    }
    put(&mut out, "");
    let width = status
        .commitments
        .iter()
        .map(|own| own.id.chars().count())
        .max()
        .unwrap_or(0);
    for own in &status.commitments {
        commitment(&mut out, own, width);
    }
    procedures(&mut out, status);
    rest(&mut out, status);
    put(&mut out, &format!("\ntext sha256 {}", status.text_hash));
    out
}

/// Who has signed, where signatures are needed or given.
fn signed(status: &Status) -> Option<String> {
    let all = || {
        status
            .signatures
            .iter()
            .filter(|own| own.needed || own.on.is_some())
    };
    let given = all().filter_map(|own| Some(format!("{} on {}", own.party, own.on.as_ref()?)));
    let given: Vec<String> = given.collect();
    let missing: Vec<&str> = all()
        .filter(|own| own.on.is_none())
        .map(|own| own.party.as_str())
        .collect();
    let parts = [
        ("signed by", given.join(", ")),
        ("not signed by", missing.join(", ")),
    ];
    let parts = parts.iter().filter(|(_, names)| !names.is_empty());
    let line: Vec<String> = parts.map(|(word, names)| format!("{word} {names}")).collect();
    (!line.is_empty()).then(|| line.join("; "))
}

/// Puts one line, after an empty one where it begins with a break. What others wrote in it breaks no line.
fn put(out: &mut String, line: &str) {
    let (gap, line) = match line.strip_prefix('\n') {
        Some(line) => ("\n", line),
        None => ("", line),
    };
    out.push_str(gap);
    out.push_str(&shown(line.trim_end()));
    out.push('\n');
}

fn commitment(out: &mut String, own: &CommitmentStatus, width: usize) {
    let label = if own.branches.is_empty() {
        own.label.clone()
    } else {
        own.headline.word()
    };
    put(out, &format!("{:width$}  {label}  {}", own.id, own.title));
    let indent = " ".repeat(width + 2);
    for because in &own.because {
        put(
            out,
            &format!("{indent}because {} ({})", because.rule, because.fact),
        );
    }
    if let Some(maintain) = own.maintain {
        put(out, &format!("{indent}kept since: {}", maintain.word()));
    }
    branches(out, &own.branches, &indent);
}

fn branches(out: &mut String, all: &[Branch], indent: &str) {
    for branch in all {
        put(out, &format!("{indent}if {}: {}", branch.when, branch.label));
        if !branch.detail.is_empty() {
            put(out, &format!("{indent}    {}", branch.detail));
        }
    }
}

fn procedures(out: &mut String, status: &Status) {
    for own in status.snapbacks.iter().filter(|own| own.event.is_some()) {
        let event = own.event.clone().unwrap_or_default();
        put(
            out,
            &format!("\nsnapback {} started by {event} ({})", own.id, own.by.join(", ")),
        );
        let label = if own.headline == Headline::Disputed {
            own.headline.word()
        } else {
            own.label.clone()
        };
        put(out, &format!("  {label}"));
        for vote in &own.votes {
            let word = if vote.adopted { "adopted" } else { "not adopted" };
            let count = format!("{} yes, {} no, {} abstain", vote.yes, vote.no, vote.abstain);
            put(
                out,
                &format!(
                    "  vote {} on {}: {count}: {word}, {}",
                    vote.event, vote.day, vote.why
                ),
            );
        }
        for (word, by) in [
            ("recognised by", &own.recognition.recognised_by),
            ("contested by", &own.recognition.contested_by),
        ] {
            if !by.is_empty() {
                put(out, &format!("  {word} {}", by.join(", ")));
            }
        }
        branches(out, &own.branches, "  ");
    }
    for own in &status.disputes {
        put(
            out,
            &format!(
                "\ndispute {} ({}) opened by {}: {}",
                own.event,
                own.procedure,
                own.by.join(", "),
                own.label
            ),
        );
        for stage in &own.stages {
            let day = stage
                .last_day
                .as_ref()
                .map(|day| format!(", last day {day}"))
                .unwrap_or_default();
            put(
                out,
                &format!("  {} {}{day}  {}", stage.id, stage.state, stage.title),
            );
        }
    }
    let mut powers = status
        .powers
        .iter()
        .filter(|own| own.headline != Headline::NotAvailable)
        .peekable();
    if powers.peek().is_some() {
        put(out, "\npowers");
    }
    for own in powers {
        put(
            out,
            &format!(
                "  {} {} ({})  {}",
                own.id,
                own.headline.word(),
                own.holders.join(", "),
                own.title
            ),
        );
        branches(out, &own.branches, "      ");
    }
}

fn rest(out: &mut String, status: &Status) {
    if !status.views.is_empty() {
        put(out, "\nviews that differ");
        for view in &status.views {
            put(
                out,
                &format!(
                    "  {} sees {}: {} ({})",
                    view.viewer, view.id, view.label, view.why
                ),
            );
        }
    }
    for belief in &status.beliefs {
        let types: Vec<String> = belief
            .types
            .iter()
            .map(|own| format!("{} {}% (at first {})", own.id, own.percent, own.prior))
            .collect();
        put(
            out,
            &format!(
                "\nbelief about {}, apart from the status, by {}: {}",
                belief.party,
                match belief.by {
                    "plan" => "the plan's model",
                    _ => "the chances the text states",
                },
                types.join(", ")
            ),
        );
    }
    for reading in status.readings.iter().filter(|reading| reading.used.is_none()) {
        put(out, &format!("\nread in several ways: {}", reading.question));
        for option in &reading.options {
            put(out, &format!("  {option}"));
        }
    }
    if !status.findings.is_empty() {
        put(out, "\nevents against thresholds");
        for own in &status.findings {
            put(
                out,
                &format!(
                    "  {} {} {} {}: {}",
                    own.event, own.day, own.commitment, own.finding, own.why
                ),
            );
            for (reading, finding) in &own.branches {
                let mut line = String::new();
                let _ = write!(line, "      {finding} if {reading}");
                put(out, &line);
            }
        }
    }
    if !status.next.is_empty() {
        put(out, "\nnext");
        for next in &status.next {
            put(out, &format!("  {}  {}  {}", next.when, next.id, next.what));
        }
    }
    if !status.refused.is_empty() {
        put(out, "\nrecorded, but without effect");
        for refused in &status.refused {
            put(out, &format!("  {}: {}", refused.event, refused.why));
        }
    }
}
