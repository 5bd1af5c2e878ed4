//! The first screen: the answer, then because, then unless; three reasons and three doubts.

use maud::{Markup, html};

use crate::view::{Answer, Reason, Report};

/// How many reasons and doubts the first screen shows; the rest follow folded.
const SHOWN: usize = 3;

/// The first screen.
pub fn first_screen(report: &Report) -> Markup {
    let verdict = &report.verdict;
    html! {
        section id="answer" tabindex="-1" aria-labelledby="answer-heading" {
            div class={ "verdict " (verdict.answer.word().to_lowercase()) } {
                h2 id="answer-heading" {
                    span class="answer" { (sign(verdict.answer)) (verdict.answer.word()) }
                    span class="unseen" { ": " }
                    span class="headline" { (verdict.headline) }
                }
                @if let Some(losers) = verdict.losers_in_words() { p class="losers" { (losers) } }
                @if let Some(line) = report.world.line() { p class="world" { (line) } }
                div class="why" {
                    @if !verdict.because.is_empty() {
                        p class="because" { strong { "Because" } " " (verdict.because.join(" ")) }
                    }
                    @if !verdict.unless.is_empty() {
                        p class="unless" { strong { "Unless" } " " (verdict.unless.join(" ")) }
                    }
                }
                @if !verdict.rests_on.is_empty() { p class="rests" { (verdict.rests_on) } }
            }
            div class="two" {
                (list("reasons", "reason", &report.reasons))
                (list("doubts", "doubt", &report.doubts))
            }
        }
    }
}

fn list(id: &str, noun: &str, reasons: &[Reason]) -> Markup {
    let (shown, folded) = reasons.split_at(reasons.len().min(SHOWN));
    html! {
        @if !reasons.is_empty() {
            section id=(id) class="points" aria-labelledby={ (id) "-heading" } {
                h2 id={ (id) "-heading" } { (counted(shown.len(), noun)) }
                ol { @for reason in shown { (point(reason)) } }
                @if !folded.is_empty() {
                    details {
                        summary { (folded.len()) " more" }
                        ol start=(SHOWN + 1) { @for reason in folded { (point(reason)) } }
                    }
                }
            }
        }
    }
}

fn point(reason: &Reason) -> Markup {
    html! {
        li {
            p class="point" { (reason.headline) }
            @if !reason.detail.is_empty() { p { (reason.detail) } }
            @if !reason.rests_on.is_empty() {
                p class="note" { "Rests on: " (reason.rests_on.join("; ")) "." }
            }
        }
    }
}

fn counted(count: usize, noun: &str) -> String {
    let word = ["No", "One", "Two", "Three"]
        .get(count)
        .copied()
        .unwrap_or("More");
    if count == 1 {
        format!("{word} {noun}")
    } else {
        format!("{word} {noun}s")
    }
}

/// A sign of its own shape for each answer; the word beside it says the same.
fn sign(answer: Answer) -> Markup {
    let path = match answer {
        Answer::Possible => "M7 12.5l3.4 3.5L17 8.6",
        Answer::Impossible => "M8 8l8 8M16 8l-8 8",
        Answer::Undecided => "M9.2 9.4a2.9 2.9 0 1 1 4.3 2.6c-1 .6-1.5 1.100-1.500 2.300M12 17.400v.2",
    };
    html! {
        svg class="sign" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true" {
            @match answer {
                Answer::Impossible => rect x="2" y="2" width="20" height="20" rx="2" {},
                Answer::Undecided => path d="M12 1.500L22.500 12 12 22.500 1.500 12z" {},
                Answer::Possible => circle cx="12" cy="12" r="10" {},
            }
            path d=(path) {}
        }
    }
}
