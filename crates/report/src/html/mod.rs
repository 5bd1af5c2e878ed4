//! One self-contained page: no script, no request, the same bytes for the same report.
//!
//! The page is a first screen (verdict, reasons, doubts) and a list of parts, each one file of this folder
//! with a function from the report to a `Part`. A new part is a new file and a line in `PARTS`.

mod added;
mod claims;
mod flips;
mod judgements;
mod ladder;
mod method;
mod others;
mod payoffs;
mod profiles;
mod table;
mod verdict;

use detente_reading::foreign::shown_lines;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::text::STANDING;
use crate::{svg, view::Report};

/// The page's own style rules.
pub const STYLE: &str = include_str!("page.css");

/// A part of the page under its own heading.
struct Part {
    /// The anchor of the heading.
    id: String,
    /// The heading.
    title: String,
    /// What stands under it.
    body: Markup,
}

/// The parts in reading order; each yields nothing when the report has nothing to say there.
const PARTS: [fn(&Report) -> Vec<Part>; 9] = [
    profiles::parts,
    ladder::parts,
    payoffs::parts,
    others::parts,
    added::parts,
    claims::parts,
    flips::parts,
    judgements::parts,
    method::parts,
];

/// The whole page.
pub fn page(report: &Report) -> String {
    let parts: Vec<Part> = PARTS.iter().flat_map(|parts| parts(report)).collect();
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            (head(report))
            body {
                a class="skip" href="#answer" { "Skip to the answer" }
                header class="masthead" {
                    p class="kicker" { "Detente " span aria-hidden="true" { "·" } " case report" }
                    h1 { (report.title) }
                    @if !report.question.is_empty() { p class="question" { (report.question) } }
                }
                main {
                    (verdict::first_screen(report))
                    (contents(&parts))
                    @for part in &parts {
                        section id=(part.id) aria-labelledby={ (part.id) "-heading" } {
                            h2 id={ (part.id) "-heading" } { (part.title) }
                            (part.body)
                        }
                    }
                }
                footer { p { (STANDING) } }
            }
        }
    };
    shown_lines(&markup.into_string()).into_owned()
}

fn head(report: &Report) -> Markup {
    let policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content={ "detente " (report.version) };
            meta http-equiv="Content-Security-Policy" content=(policy);
            link rel="icon" href="data:,";
            title { (report.verdict.answer.word()) ": " (report.title) }
            style { (PreEscaped(STYLE)) (PreEscaped(svg::STYLE)) }
        }
    }
}

fn contents(parts: &[Part]) -> Markup {
    html! {
        nav aria-label="On this page" {
            ul { @for part in parts { li { a href={ "#" (part.id) } { (part.title) } } } }
        }
    }
}
