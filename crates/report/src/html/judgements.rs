//! Every judgement with its range, reason and source, and the sources.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::view::{Judgement, Report, Source};

/// The judgements and, after them, the sources.
pub fn parts(report: &Report) -> Vec<Part> {
    let mut parts = Vec::new();
    if !report.judgements.is_empty() {
        parts.push(Part {
            id: "judgements".into(),
            title: "Judgements".into(),
            body: judgements(report),
        });
    }
    if !report.sources.is_empty() {
        parts.push(Part {
            id: "sources".into(),
            title: "Sources".into(),
            body: sources(&report.sources),
        });
    }
    parts
}

fn judgements(report: &Report) -> Markup {
    let (sourced, all) = report.sourced();
    let rows: Vec<Vec<Markup>> = report
        .judgements
        .iter()
        .map(|each| row(each, &report.sources))
        .collect();
    let columns = [
        "What is judged",
        "Used",
        "Plausible range",
        "Because",
        "Source",
        "Judged by",
    ];
    html! {
        p class="lead" {
            "Judgements with a source: " (sourced) " of " (all) ". Each is somebody's assessment, not a measurement; the answer is only as good as they are."
        }
        (table("Judgements the answer rests on", &columns, &rows))
    }
}

fn row(judgement: &Judgement, sources: &[Source]) -> Vec<Markup> {
    let range = match (judgement.low.as_str(), judgement.high.as_str()) {
        ("", "") => String::new(),
        ("", high) => format!("up to {high}"),
        (low, "") => format!("from {low}"),
        (low, high) => format!("{low} to {high}"),
    };
    let listed = sources.iter().any(|source| source.id == judgement.source);
    vec![
        cell(&judgement.what),
        cell(&judgement.likely),
        cell(&range),
        cell(&judgement.because),
        html! {
            @if judgement.source.is_empty() { span class="none" { "unsourced" } }
            @else if listed { a href={ "#source-" (judgement.source) } { (judgement.source) } }
            @else { (judgement.source) }
        },
        cell(&judgement.by),
    ]
}

fn sources(sources: &[Source]) -> Markup {
    html! {
        ol class="sources" {
            @for source in sources {
                li id={ "source-" (source.id) } {
                    span class="id" { (source.id) } " " (source.citation)
                    @if !source.address.is_empty() {
                        " " a href=(source.address) rel="noreferrer" { (source.address) }
                    }
                }
            }
        }
    }
}
