//! How the answer was found and checked, under which limits, and the command that repeats it.

use maud::{Markup, html};

use super::Part;
use crate::view::Report;

/// The part; every report has one.
pub fn parts(report: &Report) -> Vec<Part> {
    vec![Part {
        id: "method".into(),
        title: "Method, limits and how to repeat this".into(),
        body: body(report),
    }]
}

fn body(report: &Report) -> Markup {
    html! {
        @for paragraph in &report.method { p { (paragraph) } }
        h3 { "To repeat" }
        dl class="facts" {
            @for limit in &report.limits {
                div {
                    dt { (limit.what) }
                    dd { (limit.value) @if limit.reached { strong { " (limit reached)" } } }
                }
            }
            @if !report.world.sentence.is_empty() {
                div { dt { "World" } dd { (report.world.sentence) "." } }
            }
            @for (name, value) in [("Case hash", &report.hash), ("Version", &report.version)] {
                @if !value.is_empty() { div { dt { (name) } dd { code { (value) } } } }
            }
            @if !report.command.is_empty() {
                div class="command" { dt { "Command" } dd { code { (report.command) } } }
            }
        }
    }
}
