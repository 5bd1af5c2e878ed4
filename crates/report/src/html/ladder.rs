//! The deal as a ladder, then step by step: who moves, why nobody departs, what follows a breach.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::svg;
use crate::view::{Answer, Ladder, LadderMove, Mark, Report, Step, Sturdiness};

/// The part, where there is a ladder.
pub fn parts(report: &Report) -> Vec<Part> {
    let title = match report.verdict.answer {
        Answer::Possible => "The deal, step by step",
        Answer::Impossible | Answer::Undecided => "The best attempt, step by step",
    };
    let ladder = report.ladder.as_ref();
    ladder
        .map(|ladder| Part {
            id: "ladder".into(),
            title: title.into(),
            body: body(ladder, report.sturdiness.as_ref()),
        })
        .into_iter()
        .collect()
}

fn body(ladder: &Ladder, sturdiness: Option<&Sturdiness>) -> Markup {
    html! {
        p class="lead" { (ladder.sentence) }
        figure class="wide ladder" {
            (svg::ladder(ladder, "ladder-drawing"))
            figcaption { (legend(ladder)) }
        }
        @if let Some(sturdiness) = sturdiness { p class="sturdiness" { (sturdiness.sentence) } }
        div class="steps" { (steps(ladder)) }
    }
}

/// What the borders and dots mean, for those marks that occur.
fn legend(ladder: &Ladder) -> Markup {
    let marks = ladder.marks();
    html! {
        "One lane a party, time running down. A dot on a rung: the party keeps what it has. "
        @if marks.contains(&Mark::CheapGesture) { "Dashed border: a cheap gesture. " }
        @if marks.contains(&Mark::Irreversible) { "Double border: cannot be undone. " }
        @if !ladder.snapback.is_empty() { "Dotted line on the right: the snapback. " }
        "The table says the same in words."
    }
}

fn steps(ladder: &Ladder) -> Markup {
    let starts: Vec<(&str, &str)> = ladder
        .lanes
        .iter()
        .map(|lane| (lane.party.as_str(), lane.starts.as_str()))
        .collect();
    let settles: Vec<(&str, &str)> = ladder
        .lanes
        .iter()
        .map(|lane| (lane.party.as_str(), lane.settles.as_str()))
        .collect();
    let mut rows = vec![vec![html! { "Today" }, stands(&ladder.today, &starts), html! {}]];
    rows.extend(
        ladder
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| row(place + 1, step)),
    );
    if !ladder.settlement.is_empty() {
        rows.push(vec![
            html! { "Settlement" },
            stands(&ladder.settlement, &settles),
            html! {},
        ]);
    }
    let mut columns = vec!["When", "What happens", "Why nobody departs"];
    if ladder.steps.iter().any(|step| !step.snapback.is_empty()) {
        columns.push("If it is broken");
        let own = ladder.steps.iter().map(|step| {
            cell(if step.snapback.is_empty() {
                &ladder.snapback
            } else {
                &step.snapback
            })
        });
        let broken: Vec<Markup> = std::iter::once(html! {})
            .chain(own)
            .chain([cell(&ladder.snapback)])
            .collect();
        for (row, broken) in rows.iter_mut().zip(broken) {
            row.push(broken);
        }
    }
    html! {
        (table("The steps in words", &columns, &rows))
        @if columns.len() == 3 && !ladder.snapback.is_empty() {
            p { strong { "If anyone departs: " } (ladder.snapback) }
        }
    }
}

fn row(number: usize, step: &Step) -> Vec<Markup> {
    let number = format!("Step {number}");
    vec![
        html! {
            @if step.when != number { span class="note" { (number) } br; }
            (step.when)
        },
        html! {
            @if step.moves.is_empty() { "Nobody moves." }
            ul class="moves" {
                @for party in movers(step) { (moved(party, step)) }
            }
        },
        holds(step),
    ]
}

/// The parties that move in a step, in order of appearance.
fn movers(step: &Step) -> Vec<&str> {
    let mut movers: Vec<&str> = Vec::new();
    for the_move in &step.moves {
        if !movers.contains(&the_move.by.as_str()) {
            movers.push(&the_move.by);
        }
    }
    movers
}

/// Where things stand: party by party where the view says so, otherwise in one sentence.
fn stands(words: &str, parties: &[(&str, &str)]) -> Markup {
    html! {
        @if parties.iter().all(|(_, holds)| holds.is_empty()) { (words) } @else {
            ul class="moves" {
                @for (party, holds) in parties.iter().filter(|(_, holds)| !holds.is_empty()) {
                    li { strong { (party) } ": " (holds) }
                }
            }
        }
    }
}

/// Why the step holds, or who breaks it.
fn holds(step: &Step) -> Markup {
    if step.breaks.is_empty() {
        return cell(&step.holds_because);
    }
    html! {
        p { strong class="broken" { span aria-hidden="true" { "✗ " } "Breaks here." } " " (step.breaks) }
        @if !step.holds_because.is_empty() { p { (step.holds_because) } }
    }
}

/// What one party does in a step.
fn moved(party: &str, step: &Step) -> Markup {
    let moves: Vec<&LadderMove> = step
        .moves
        .iter()
        .filter(|the_move| the_move.by == party)
        .collect();
    html! {
        li {
            strong { (party) } ": "
            @for (place, the_move) in moves.iter().enumerate() {
                @if place > 0 { "; " }
                (the_move.words)
                @for mark in &the_move.marks {
                    " " span class="mark" { span aria-hidden="true" { (mark.sign()) " " } (mark.words()) }
                }
            }
        }
    }
}
