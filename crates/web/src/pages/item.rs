//! One commitment: every axis, the rules and facts behind its headline, and the events about it.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use detente_ledger::status::CommitmentStatus;
use maud::{Markup, html};

use super::layout::{Sight, hidden_note, mark, page as frame, reasons, sight};
use super::timeline::rows;
use crate::board::Asked;
use crate::{Board, session};

/// `GET /item/ID`.
pub(crate) async fn page(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    let session = session::current(&board, &headers);
    let sight = match sight(&board, session.as_ref()) {
        Ok(sight) => sight,
        Err(elsewhere) => return *elsewhere,
    };
    let events = rows(&board, sight, Some(&id)).await;
    let (code, body) = match board.answer(&asked, sight) {
        Err(why) => (StatusCode::BAD_REQUEST, html! { p.error role="alert" { (why) } }),
        Ok(status) => match status.commitments.iter().find(|own| own.id == id) {
            Some(own) => (StatusCode::OK, item(own, sight, &events)),
            None => (
                StatusCode::NOT_FOUND,
                html! { p.error role="alert" { "The text has no commitment " (id) "." } },
            ),
        },
    };
    (code, frame(&board, session.as_ref(), &id, &body)).into_response()
}

fn item(own: &CommitmentStatus, sight: Sight, events: &Markup) -> Markup {
    let performance = &own.performance;
    let axes = [
        ("Kind", Some(own.kind.clone())),
        ("Owed by", Some(own.by.join(", "))),
        ("Owed to", Some(own.to.join(", "))),
        ("Life", Some(own.life.clone())),
        ("Clock", Some(own.clock.clone())),
        ("Performance", Some(performance.state.clone())),
        ("Level", performance.level.map(|level| level.to_string())),
        (
            "Amount",
            performance
                .amount
                .clone()
                .zip(performance.unit.clone())
                .map(|(a, u)| format!("{a} {u}")),
        ),
        ("Occurred", performance.occurred.clone()),
        ("Verified", performance.verified.clone()),
        ("Evidence", Some(own.evidence.clone())),
        ("Dispute", Some(own.dispute.clone())),
        (
            "Kept since",
            own.maintain.map(detente_ledger::status::Headline::word),
        ),
        ("Opens", own.opens.clone()),
        ("Last day", own.last_day.clone()),
        ("Ends", own.deadline.clone()),
        ("Grace until", own.grace_until.clone()),
    ];
    html! {
        (hidden_note(sight))
        h1 { (own.id) " — " (own.title) }
        p { (mark(own.headline, &own.label)) }
        h2 { "Because" }
        (reasons(&own.because, &own.branches))
        @for hold in &own.holds {
            p { "Held since " (hold.since) " by " (hold.by.join(", "))
                @if sight == Sight::Full && !hold.cause.is_empty() { ": " (hold.cause) } }
        }
        h2 { "Axes" }
        dl.axes { @for (name, value) in axes { @if let Some(value) = value { dt { (name) } dd { (value) } } } }
        p { a.button href=(format!("/record?on={}", own.id)) { "Record something about " (own.id) } }
        h2 { "Events" }
        (events)
    }
}
