//! Sections that every case needs and this one lacks, unless something in the file was meant as one.

use toml::de::{DeTable, DeValue};

use crate::document::Document;
use crate::reader::Entries;
use detente_reading::diagnostic::{Diagnostics, nearest};

/// Reports a missing [case], parties or issues. Names of a section that is missing are not known, so that nothing
/// further is said about a mention of one.
pub(super) fn report_missing_sections(
    table: &DeTable<'_>,
    document: &mut Document,
    diagnostics: &mut Diagnostics,
) {
    let lacks = |name: &str| table.get(name).is_none() && !is_mistyped(table, name);
    let missing: Vec<&str> = ["case", "parties", "issues"]
        .into_iter()
        .filter(|name| lacks(name))
        .collect();
    // A section of another name, which was reported, stands for one that is missing.
    let meant_otherwise = strays(table).filter(|name| near(name).is_empty()).count() >= missing.len();
    if missing.len() == 3 && table.is_empty() && !diagnostics.sections_lost() {
        diagnostics.report(
            "missing-section",
            document.span.clone(),
            "there is nothing in this file",
            "a case is missing here",
            Some("`detente new NAME` writes a case to start from".into()),
        );
    } else if !meant_otherwise && !diagnostics.sections_lost() {
        for name in missing {
            report_missing(name, document, diagnostics);
        }
    }
    forget_if_empty(&mut document.parties, table.get("parties").is_none());
    forget_if_empty(&mut document.issues, table.get("issues").is_none());
}

fn forget_if_empty<T>(entries: &mut Entries<T>, missing: bool) {
    entries.unreadable |= missing;
}

/// Names of tables that no case has.
fn strays<'t>(table: &'t DeTable<'_>) -> impl Iterator<Item = &'t str> {
    let entries = table.iter().map(|(key, value)| (key.get_ref().as_ref(), value));
    entries
        .filter(|(name, value)| {
            !Document::FIELDS.contains(name)
                && matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_))
        })
        .map(|(name, _)| name)
}

fn near(name: &str) -> Vec<&'static str> {
    nearest(name, Document::FIELDS.iter().copied())
}

fn is_mistyped(table: &DeTable<'_>, name: &str) -> bool {
    strays(table).take(100).any(|stray| near(stray).contains(&name))
}

fn report_missing(name: &str, document: &Document, diagnostics: &mut Diagnostics) {
    let (message, label, hint) = if name == "case" {
        (
            "a case needs a section [case]".to_owned(),
            "[case] is missing; it usually stands here".to_owned(),
            "write [case], title = \"…\" and period = \"…\"; `detente new NAME` writes a template".to_owned(),
        )
    } else {
        (
            format!("a case needs {name}"),
            format!("there is no section [{name}.…] in this file"),
            format!("write a section [{name}.NAME] for each; `detente new NAME` writes a template"),
        )
    };
    diagnostics.report(
        "missing-section",
        document.span.clone(),
        message,
        label,
        Some(hint),
    );
}
