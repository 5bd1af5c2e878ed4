//! Everything that was recorded, in the order in which it was accepted.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use detente_ledger::event::Event;
use maud::{Markup, html};

use super::layout::{Sight, hidden_note, page as frame, sight};
use crate::board::SignedBy;
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
    let rows = rows(&board, sight, None).await;
    let body = html! { (hidden_note(sight)) h1 { "Timeline" } (rows) };
    frame(&board, session.as_ref(), "Timeline", &body).into_response()
}

/// A table of events, the latest first; about one item when `on` is given.
pub(crate) async fn rows(board: &Board, sight: Sight, on: Option<&str>) -> Markup {
    let shown: Vec<Event> = board.with_record(|record| {
        let all = record.events().iter().rev();
        let all = all.filter(|event| on.is_none_or(|on| event.is_on(on)));
        all.take(MOST_SHOWN).cloned().collect()
    });
    let ids: Vec<&str> = shown.iter().map(|event| event.id.as_str()).collect();
    let signed = board.signed_by(&ids).await;
    let zone = &board.text.agreement.zone;
    html! {
        @if shown.is_empty() { p { "Nothing yet." } }
        @else {
            table.events {
                thead { tr { th scope="col" { "Event" } th scope="col" { "Kind" } th scope="col" { "By" } th scope="col" { "About" }
                    th scope="col" { "Occurred" } th scope="col" { "Accepted" } th scope="col" { "Details" } th scope="col" { "Signed" } } }
                tbody { @for (event, signed) in shown.iter().zip(&signed) {
                    tr id=(format!("event-{}", event.id)) {
                        th scope="row" { (event.id) }
                        td { (event.kind.word()) }
                        td { (event.by.join(", ")) }
                        td { (event.on.join(", ")) @if let Some(of) = &event.of { " (of " (of) ")" } }
                        td { (detente_ledger::show::occurrence(event.occurred, zone)) }
                        td { (event.accepted.show(zone)) }
                        td { (details(event, sight)) }
                        td { (signatures(signed.as_ref(), sight)) }
                    }
                } }
            }
            @if shown.len() == MOST_SHOWN { p { "Only the latest " (MOST_SHOWN) " are shown." } }
        }
    }
}

/// Whose keys signed an event; its receipt holds the signatures themselves, for whoever may read the whole entry.
fn signatures(signed: Option<&SignedBy>, sight: Sight) -> Markup {
    html! {
        @match signed {
            None => { "by the ledger: its key was revoked" }
            Some(signed) => {
                @for (person, key) in &signed.by { (person) " " small { code { (key) } } br; }
                @if sight == Sight::Full { a href=(format!("/receipt/{}", signed.seq)) { "receipt of entry " (signed.seq) } }
            }
        }
    }
}

fn details(event: &Event, sight: Sight) -> Markup {
    let details = event.details();
    html! {
        @if let Some(level) = event.level { "level " (level) " " }
        @if let Some(stage) = &details.stage { "stage " (stage) " " }
        @if let Some(outcome) = &details.outcome { "outcome " (outcome) " " }
        @if let Some(votes) = &details.votes { (votes.yes) " yes, " (votes.no) " no, " (votes.abstain) " abstain "
            @if !votes.yes_by.is_empty() { "(yes: " (votes.yes_by.join(", ")) ") " }
            @if !votes.no_by.is_empty() { "(no: " (votes.no_by.join(", ")) ") " } }
        @if sight == Sight::Full {
            @if let Some(cause) = &details.cause { "cause: " (cause) " " }
            @if let Some(note) = &details.note { (note) " " }
            @if let Some(source) = &details.source { small { "source: " (source) } }
            @for evidence in &details.evidence { br; small { "evidence sha256 " code { (evidence) } } }
        }
    }
}
