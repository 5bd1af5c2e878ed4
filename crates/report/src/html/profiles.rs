//! The verdict by what the parties are, one row a profile.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::view::{Profile, Report};

/// The part, where a party may be of several types.
pub fn parts(report: &Report) -> Vec<Part> {
    if report.profiles.len() < 2 {
        return Vec::new();
    }
    let rows: Vec<Vec<Markup>> = report.profiles.iter().map(row).collect();
    let columns = ["If", "Chance", "Verdict", "The deal"];
    let body = html! {
        @if let Some(type_proof) = &report.type_proof { p class="lead" { (type_proof.sentence) } }
        (table("The verdict for every profile of types", &columns, &rows))
    };
    vec![Part {
        id: "profiles".into(),
        title: "The verdict by type".into(),
        body,
    }]
}

fn row(profile: &Profile) -> Vec<Markup> {
    let answer = profile.answer.map_or("Not tried", crate::view::Answer::word);
    let deal = if profile.deal.is_empty() {
        "none shown"
    } else {
        &profile.deal
    };
    vec![
        cell(&profile.in_words),
        cell(&profile.chance),
        cell(answer),
        cell(deal),
    ]
}
