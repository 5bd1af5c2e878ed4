//! Sections that later kinds of analysis add: a sentence, then figures with their sentences and tables.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::svg;
use crate::view::{Chart, Figure, Report, Section, Table};

/// One part for each added section.
pub fn parts(report: &Report) -> Vec<Part> {
    report
        .sections
        .iter()
        .map(|section| Part {
            id: section.id.clone(),
            title: section.title.clone(),
            body: body(section),
        })
        .collect()
}

fn body(section: &Section) -> Markup {
    html! {
        p class="lead" { (section.sentence) }
        @for (place, figure) in section.figures.iter().enumerate() {
            (drawn(figure, &format!("{}-{place}", section.id)))
        }
    }
}

fn drawn(figure: &Figure, id: &str) -> Markup {
    let wide = matches!(figure.chart, Some(Chart::Ladder(_)));
    html! {
        @if !figure.title.is_empty() { h3 { (figure.title) } }
        @if let Some(chart) = &figure.chart {
            figure class=(if wide { "wide ladder" } else { "chart" }) {
                (svg::chart(chart, id, &figure.sentence))
                figcaption { (figure.sentence) }
            }
        } @else {
            p { (figure.sentence) }
        }
        @if !figure.table.columns.is_empty() { (said(&figure.table)) }
    }
}

fn said(view: &Table) -> Markup {
    let columns: Vec<&str> = view.columns.iter().map(String::as_str).collect();
    let rows: Vec<Vec<Markup>> = view
        .rows
        .iter()
        .map(|row| row.iter().map(|text| cell(text)).collect())
        .collect();
    table(&view.caption, &columns, &rows)
}
