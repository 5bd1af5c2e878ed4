//! Everything that was recorded, in the order in which it was accepted.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use detente_ledger::event::Event;
use maud::{Markup, html};

use super::layout::{Sight, hidden_note, page as frame, sight};
use crate::{Board, session};

/// The most events on one page; the bundle has them all.
const MOST_SHOWN: usize = 500;

/// `GET /timeline`.
pub(crate) async fn page(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let session = session::current(&board, &headers);
    let sight = match sight(&board, session.as_ref()) {
        Ok(sight) => sight,
        Err(elsewhere) => return *elsewhere,
    };
    let body = html! { (hidden_note(sight)) h1 { "Timeline" } (rows(&board, sight, None)) };
    frame(&board, session.as_ref(), "Timeline", &body).into_response()
}

/// A table of events, the latest first; about one item when `on` is given.
pub(crate) fn rows(board: &Board, sight: Sight, on: Option<&str>) -> Markup {
    let zone = &board.text.agreement.zone;
    board.with_record(|record| {
        let all = record.events().iter().rev().filter(|event| on.is_none_or(|on| event.is_on(on)));
        let shown: Vec<&Event> = all.take(MOST_SHOWN).collect();
        html! {
            @if shown.is_empty() { p { "Nothing yet." } }
            @else {
                table.events {
                    thead { tr { th scope="col" { "Event" } th scope="col" { "Kind" } th scope="col" { "By" } th scope="col" { "About" }
                        th scope="col" { "Occurred" } th scope="col" { "Accepted" } th scope="col" { "Details" } } }
                    tbody { @for event in &shown {
                        tr id=(format!("event-{}", event.id)) {
                            th scope="row" { (event.id) }
                            td { (event.kind.word()) }
                            td { (event.by.join(", ")) }
                            td { (event.on.join(", ")) @if let Some(of) = &event.of { " (of " (of) ")" } }
                            td { (detente_ledger::show::occurrence(event.occurred, zone)) }
                            td { (event.accepted.show(zone)) }
                            td { (details(event, sight)) }
                        }
                    } }
                }
                @if shown.len() == MOST_SHOWN { p { "Only the latest " (MOST_SHOWN) " are shown." } }
            }
        }
    })
}

fn details(event: &Event, sight: Sight) -> Markup {
    let details = event.details();
    html! {
        @if let Some(level) = event.level { "level " (level) " " }
        @if let Some(stage) = &details.stage { "stage " (stage) " " }
        @if let Some(outcome) = &details.outcome { "outcome " (outcome) " " }
        @if let Some(votes) = &details.votes { (votes.yes) " yes, " (votes.no) " no, " (votes.abstain) " abstain " }
        @if sight == Sight::Full {
            @if let Some(cause) = &details.cause { "cause: " (cause) " " }
            @if let Some(note) = &details.note { (note) " " }
            @if let Some(source) = &details.source { small { "source: " (source) } }
            @for evidence in &details.evidence { br; small { "evidence sha256 " code { (evidence) } } }
        }
    }
}
