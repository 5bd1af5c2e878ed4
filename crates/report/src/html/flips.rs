//! Which single judgement would change the answer, in words before any chart.

use std::collections::BTreeSet;

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::view::{Flip, Report};

/// The part, where flips were looked for.
pub fn parts(report: &Report) -> Vec<Part> {
    if report.flips.is_empty() {
        return Vec::new();
    }
    // A judgement that changes the answer towards both ends has two rows.
    let judgements = |flips: &mut dyn Iterator<Item = &Flip>| {
        let names: BTreeSet<&str> = flips.map(|flip| flip.judgement.as_str()).collect();
        names.len()
    };
    let able = judgements(&mut report.flips.iter().filter(|flip| !flip.flips_at.is_empty()));
    let tried = judgements(&mut report.flips.iter());
    let with_deal = report.flips.iter().any(|flip| !flip.deal_breaks_at.is_empty());
    let rows: Vec<Vec<Markup>> = report.flips.iter().map(|flip| row(flip, with_deal)).collect();
    let mut columns = vec!["Judgement", "Now", "Stated range", "Answer changes", "It becomes"];
    if with_deal {
        columns.insert(3, "Deal shown breaks");
    }
    let body = html! {
        p class="lead" { (sentence(able, tried)) }
        (table("Each judgement moved alone, the others kept", &columns, &rows))
    };
    vec![Part {
        id: "flips".into(),
        title: "What would change the answer".into(),
        body,
    }]
}

fn sentence(able: usize, tried: usize) -> String {
    match able {
        0 => {
            format!(
                "None of the {tried} judgements tried changes the answer alone at the values tried in its stated range."
            )
        }
        1 => format!("Of {tried} judgements tried, one alone can change the answer."),
        _ => format!("Of {tried} judgements tried, {able} can each change the answer alone."),
    }
}

fn row(flip: &Flip, with_deal: bool) -> Vec<Markup> {
    let at = if flip.flips_at.is_empty() {
        "at no value tried"
    } else {
        &flip.flips_at
    };
    let becomes = if flip.flips_at.is_empty() {
        "unchanged"
    } else {
        &flip.becomes
    };
    let mut cells = vec![
        cell(&flip.judgement),
        cell(&flip.now),
        cell(&flip.range),
        cell(at),
        cell(becomes),
    ];
    if with_deal {
        cells.insert(3, cell(&flip.deal_breaks_at));
    }
    cells
}
