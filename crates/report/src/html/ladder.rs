//! The deal as a ladder, then step by step: who moves, why nobody departs, what follows a breach.

use maud::{Markup, html};

use super::Part;
use super::table::{cell, table};
use crate::svg;
use crate::view::{Answer, Ladder, LadderMove, Mark, Report, Step};

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
            body: body(ladder),
        })
        .into_iter()
        .collect()
}

fn body(ladder: &Ladder) -> Markup {
    html! {
        p class="lead" { (ladder.sentence) }
        figure class="wide ladder" {
            (svg::ladder(ladder, "ladder-drawing"))
            figcaption { (legend(ladder)) }
        }
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
    let mut rows = vec![vec![
        html! { "Today" },
        html! { (ladder.today) },
        html! {},
        html! {},
    ]];
    rows.extend(
        ladder
            .steps
            .iter()
            .enumerate()
            .map(|(place, step)| row(place + 1, step, ladder)),
    );
    if ladder.settlement.is_empty() {
        return words(&rows);
    }
    rows.push(vec![
        html! { "Settlement" },
        html! { p { "Everybody stays: " (ladder.settlement) } (held(ladder)) },
        html! {},
        cell(&ladder.snapback),
    ]);
    words(&rows)
}

fn words(rows: &[Vec<Markup>]) -> Markup {
    table(
        "The steps in words",
        &["When", "What happens", "Why nobody departs", "If it is broken"],
        rows,
    )
}

fn row(number: usize, step: &Step, ladder: &Ladder) -> Vec<Markup> {
    let broken = if step.snapback.is_empty() {
        &ladder.snapback
    } else {
        &step.snapback
    };
    vec![
        html! { span class="note" { "Step " (number) } br; (step.when) },
        html! {
            @if step.moves.is_empty() { "Nobody moves." }
            ul class="moves" { @for the_move in &step.moves { (moved(the_move)) } }
        },
        holds(step),
        cell(broken),
    ]
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

fn moved(the_move: &LadderMove) -> Markup {
    html! {
        li {
            strong { (the_move.by) } ": " (the_move.words)
            @for mark in &the_move.marks {
                " " span class="mark" { span aria-hidden="true" { (mark.sign()) " " } (mark.words()) }
            }
        }
    }
}

fn held(ladder: &Ladder) -> Markup {
    html! {
        @if ladder.lanes.iter().any(|lane| !lane.settles.is_empty()) {
            ul class="moves" {
                @for lane in ladder.lanes.iter().filter(|lane| !lane.settles.is_empty()) {
                    li { strong { (lane.party) } ": " (lane.settles) }
                }
            }
        }
    }
}
