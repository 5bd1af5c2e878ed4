//! The first page: the answer, who owes what by when, clocks that run, views that differ, what comes next.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use detente_ledger::status::{Headline, SnapbackStatus, Status};
use maud::{Markup, html};

use super::layout::{hidden_note, mark, page as frame, reasons, sight};
use crate::board::Asked;
use crate::{Board, session};

/// `GET /`.
pub(crate) async fn page(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let session = session::current(&board, &headers);
    let sight = match sight(&board, session.as_ref()) {
        Ok(sight) => sight,
        Err(elsewhere) => return *elsewhere,
    };
    let body = match board.answer(&asked, sight) {
        Ok(status) => html! { (hidden_note(sight)) (dates(&board, &asked)) (whole(&status)) },
        Err(why) => html! { (dates(&board, &asked)) p.error role="alert" { (why) } },
    };
    frame(&board, session.as_ref(), "Board", &body).into_response()
}

fn dates(board: &Board, asked: &Asked) -> Markup {
    html! {
        form.dates method="get" action="/" {
            label { "As of " input name="at" value=(asked.at) placeholder="now"; }
            label { "As known " input name="known" value=(asked.known) placeholder="as of"; }
            label { "In the view of "
                select name="viewer" {
                    option value="" { "everybody" }
                    @for (id, party) in board.text.agreement.parties.iter().chain(&board.text.agreement.others) {
                        option value=(id) selected[asked.viewer == *id] { (party.name) }
                    }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

fn whole(status: &Status) -> Markup {
    html! {
        h1 id="answer" { (mark(status.headline, &status.headline.word())) }
        p { "As of " time { (status.at) } ", as known " time { (status.known) }
            @if let Some(viewer) = &status.viewer { ", in the view of " strong { (viewer) } }
        }
        (commitments(status))
        @for snapback in &status.snapbacks { (clock(snapback)) }
        (disputes(status))
        (aside(status))
    }
}

fn commitments(status: &Status) -> Markup {
    html! {
        h2 { "Who owes what by when" }
        table {
            thead { tr { th scope="col" { "Item" } th scope="col" { "What" } th scope="col" { "Who, to whom" }
                th scope="col" { "Last day" } th scope="col" { "Stands" } } }
            tbody {
                @for own in &status.commitments {
                    tr id=(format!("row-{}", own.id)) {
                        th scope="row" { a href=(format!("/item/{}", own.id)) { (own.id) } }
                        td { (own.title) }
                        td { (own.by.join(", ")) @if !own.to.is_empty() { " → " (own.to.join(", ")) } }
                        td { @if let Some(day) = &own.last_day { time { (day) } } @else { "none" } }
                        td { (mark(own.headline, if own.branches.is_empty() { &own.label } else { "DISPUTED" }))
                            @for branch in &own.branches { br; small { "if " (branch.when) ": " (branch.label) } }
                        }
                    }
                }
            }
        }
    }
}

fn clock(own: &SnapbackStatus) -> Markup {
    html! {
        section.clock id=(format!("snapback-{}", own.id)) {
            h2 { "Snapback: " (own.title) }
            @let label = if own.headline == Headline::Disputed { "DISPUTED".to_owned() } else { own.label.clone() };
            p { (mark(own.headline, &label)) }
            @if let Some(event) = &own.event { p { "Started by " a href="/timeline" { (event) } " (" (own.by.join(", ")) ")" } }
            @for vote in &own.votes {
                p { "Vote " (vote.event) " on " (vote.day) ": " (vote.yes) " yes, " (vote.no) " no, " (vote.abstain) " abstain — "
                    @if vote.adopted { "adopted" } @else { "not adopted" } ", " (vote.why) }
            }
            @if !own.recognition.contested_by.is_empty() { p { "Contested by " (own.recognition.contested_by.join(", ")) } }
            @if !own.recognition.recognised_by.is_empty() { p { "Recognised by " (own.recognition.recognised_by.join(", ")) } }
            (reasons(&own.because, &own.branches))
        }
    }
}

fn disputes(status: &Status) -> Markup {
    html! {
        @if !status.disputes.is_empty() { h2 { "Disputes" } }
        @for own in &status.disputes {
            section.clock id=(format!("dispute-{}", own.event)) {
                h3 { (own.procedure) ", opened by " (own.by.join(", ")) " (" (own.event) ")" }
                p { (mark(own.headline, &own.label)) " about " (own.about.join(", ")) }
                table {
                    thead { tr { th scope="col" { "Stage" } th scope="col" { "What" } th scope="col" { "State" } th scope="col" { "Last day" } } }
                    tbody { @for stage in &own.stages { tr {
                        th scope="row" { (stage.id) } td { (stage.title) @if !stage.note.is_empty() { br; small { (stage.note) } } }
                        td { (stage.state) } td { (stage.last_day.clone().unwrap_or_default()) }
                    } } }
                }
            }
        }
        @if status.powers.iter().any(|own| own.headline != Headline::NotAvailable) {
            h2 { "Powers" }
            ul { @for own in status.powers.iter().filter(|own| own.headline != Headline::NotAvailable) {
                li { (own.id) " " (mark(own.headline, &own.headline.word())) " " (own.title) " (" (own.holders.join(", ")) ")" }
            } }
        }
    }
}

fn aside(status: &Status) -> Markup {
    html! {
        @if !status.next.is_empty() {
            h2 { "Next" }
            ol.next { @for next in &status.next { li { time { (next.when) } " " strong { (next.id) } " " (next.what) } } }
        }
        @if !status.views.is_empty() {
            h2 { "Views that differ" }
            ul { @for view in &status.views { li { (view.viewer) " sees " (view.id) ": " (view.label) " — " (view.why) } } }
        }
        @if !status.beliefs.is_empty() {
            h2 { "Beliefs, apart from the status" }
            ul { @for belief in &status.beliefs { li { "About " (belief.party) ", by " (if belief.by == "plan" { "the plan's model" } else { "the chances the text states" }) ": "
                @for own in &belief.types { (own.id) " " (own.percent) "% (at first " (own.prior) ") " } } } }
        }
        @if !status.measures.in_force.is_empty() || !status.measures.lifted.is_empty() {
            h2 { "Measures" }
            p id="measures" { "In force: " (listed(&status.measures.in_force)) ". Lifted: " (listed(&status.measures.lifted)) "." }
        }
        @if !status.refused.is_empty() {
            h2 { "Recorded, but without effect" }
            ul { @for refused in &status.refused { li { (refused.event) ": " (refused.why) } } }
        }
    }
}

fn listed(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    }
}
