//! The assertions the case was asked to decide, each with its verdict, its reason and what it turns on.

use maud::{Markup, html};

use super::Part;
use crate::view::{Claim, ClaimVerdict, Flip, Report};

/// The part, where there are claims.
pub fn parts(report: &Report) -> Vec<Part> {
    if report.claims.is_empty() {
        return Vec::new();
    }
    vec![Part {
        id: "claims".into(),
        title: "The claims, tested".into(),
        body: body(&report.claims),
    }]
}

fn body(claims: &[Claim]) -> Markup {
    html! {
        p class="lead" {
            "True, false and depends are all good answers: a claim is tested under the stated judgements, not judged."
        }
        ul class="counts" {
            @for verdict in ClaimVerdict::ALL {
                @let count = claims.iter().filter(|claim| claim.verdict == verdict).count();
                @if count > 0 { li { strong { (count) } " " (badge(verdict)) } }
            }
        }
        ol class="claims" { @for claim in claims { (said(claim)) } }
    }
}

fn said(claim: &Claim) -> Markup {
    html! {
        li class=(class(claim.verdict)) {
            h3 { span class="id" { (claim.id) } " " (claim.assertion) }
            p {
                (badge(claim.verdict)) " "
                @if !claim.as_judged.is_empty() { strong { "As judged " (claim.as_judged) "." } " " }
                (claim.reason)
            }
            @if !claim.turns_on.is_empty() {
                ul class="turns" { @for flip in &claim.turns_on { li { (turn(flip)) } } }
            }
            @if !claim.moved.is_empty() {
                p class="note" { (claim.moved) "." }
            }
            @if !claim.place.is_empty() || !claim.proof.is_empty() {
                p class="note" {
                    @if !claim.place.is_empty() { "In the text: " (claim.place) ". " }
                    @if !claim.proof.is_empty() { "Checked proofs: " code { (claim.proof) } }
                }
            }
        }
    }
}

fn turn(flip: &Flip) -> Markup {
    html! {
        "Turns on " strong { (flip.judgement) }
        @if !flip.now.is_empty() { " (now " (flip.now) ")" }
        @if !flip.flips_at.is_empty() {
            ": " @if !flip.becomes.is_empty() { (flip.becomes) " " } (flip.flips_at)
        }
        "."
    }
}

fn badge(verdict: ClaimVerdict) -> Markup {
    html! {
        span class={ "badge " (class(verdict)) } {
            span aria-hidden="true" { (verdict.sign()) " " } (verdict.word())
        }
    }
}

fn class(verdict: ClaimVerdict) -> &'static str {
    match verdict {
        ClaimVerdict::True => "true",
        ClaimVerdict::False => "false",
        ClaimVerdict::Depends => "depends",
        ClaimVerdict::Undecided => "undecided",
        ClaimVerdict::NotYetDecidable => "later",
    }
}
