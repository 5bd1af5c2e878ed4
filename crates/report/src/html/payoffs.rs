//! What each party gets against no deal, each on its own scale; nothing is added across parties.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::svg;
use crate::view::{Amount, Payoff, Report};

/// The part, where there are payoffs.
pub fn parts(report: &Report) -> Vec<Part> {
    if report.payoffs.is_empty() {
        return Vec::new();
    }
    vec![Part {
        id: "payoffs".into(),
        title: "What each party gets, against no deal".into(),
        body: body(report),
    }]
}

fn body(report: &Report) -> Markup {
    let payoffs = &report.payoffs;
    let worst = payoffs.iter().any(|payoff| payoff.worst.is_some());
    let columns = ["Party", "No deal", "The deal", "Worst case", "Scale"];
    let rows: Vec<Vec<Markup>> = payoffs.iter().map(|payoff| row(payoff, worst)).collect();
    let columns: Vec<&str> = columns
        .into_iter()
        .filter(|name| worst || *name != "Worst case")
        .collect();
    html! {
        p class="lead" { "Each party is measured on its own scale. Figures of different parties are never added or compared." }
        @if !report.no_deal.is_empty() { p { (report.no_deal) } }
        @if payoffs.iter().any(|payoff| payoff.deal.is_some()) { (strips(payoffs)) }
        (table("Each party's value, on its own scale", &columns, &rows))
    }
}

/// The small drawings, one a party.
fn strips(payoffs: &[Payoff]) -> Markup {
    html! {
        div class="strips" {
            @for (place, payoff) in payoffs.iter().enumerate() {
                figure {
                    h3 { (payoff.party) }
                    (svg::strip(payoff, &format!("payoff-{place}")))
                    figcaption { (payoff.sentence) }
                }
            }
        }
        p class="note" {
            "Open circle: no deal. Filled diamond: the deal. "
            @if payoffs.iter().any(|payoff| payoff.worst.is_some()) { "Upright bar: the worst case if the deal breaks down." }
        }
    }
}

fn row(payoff: &Payoff, worst: bool) -> Vec<Markup> {
    let shown = |amount: &Option<Amount>| cell(amount.as_ref().map_or("none", |amount| &amount.shown));
    let mut row = vec![
        cell(&payoff.party),
        cell(&payoff.no_deal.shown),
        shown(&payoff.deal),
    ];
    if worst {
        row.push(shown(&payoff.worst));
    }
    row.push(cell(&payoff.scale));
    row
}
