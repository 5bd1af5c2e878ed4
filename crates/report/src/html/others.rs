//! Other deals that no comparison rules out, so that the choice of the one shown is visible.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::view::{OtherDeal, Report};

/// The part, where there are other deals.
pub fn parts(report: &Report) -> Vec<Part> {
    if report.other_deals.is_empty() {
        return Vec::new();
    }
    let parties = parties(&report.other_deals);
    let mut columns = vec!["Deal", "Ends in"];
    columns.extend(&parties);
    columns.push("Chosen if");
    let rows: Vec<Vec<Markup>> = report
        .other_deals
        .iter()
        .map(|deal| row(deal, &parties))
        .collect();
    let body = html! {
        p class="lead" { "None of these is better for one party without being worse for another. Which is best is a choice, not a result." }
        (table("Other deals; each column of figures on that party's own scale", &columns, &rows))
    };
    vec![Part {
        id: "other-deals".into(),
        title: "Other undominated deals".into(),
        body,
    }]
}

/// Every party with a figure, in order of appearance.
fn parties(deals: &[OtherDeal]) -> Vec<&str> {
    let mut parties: Vec<&str> = Vec::new();
    for payoff in deals.iter().flat_map(|deal| &deal.payoffs) {
        if !parties.contains(&payoff.party.as_str()) {
            parties.push(&payoff.party);
        }
    }
    parties
}

fn row(deal: &OtherDeal, parties: &[&str]) -> Vec<Markup> {
    let mut row = vec![cell(&deal.name), cell(&deal.settlement)];
    row.extend(parties.iter().map(|party| {
        let found = deal.payoffs.iter().find(|payoff| payoff.party == *party);
        cell(found.map_or("", |payoff| &payoff.amount.shown))
    }));
    row.push(cell(&deal.chosen_by));
    row
}
