//! Handing in statements that were signed at home, and what became of them.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use detente_ledger::log::Receipt;
use detente_ledger::store::Appended;
use maud::{Markup, html};

use super::layout::{page as frame, sight};
use crate::session::Session;
use crate::{Board, session};

/// `GET /submit`.
pub(crate) async fn page(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let session = session::current(&board, &headers);
    if let Err(elsewhere) = sight(&board, session.as_ref()) {
        return *elsewhere;
    }
    let body = html! { h1 { "Submit" } (form(session.as_ref(), "")) };
    frame(&board, session.as_ref(), "Submit", &body).into_response()
}

/// The page again, with every reason why nothing was recorded and with what was pasted.
pub(crate) fn with_errors(board: &Board, session: Option<&Session>, why: &str, pasted: &str) -> Html<String> {
    let body = html! {
        h1 { "Submit" }
        div.error role="alert" {
            p { "Nothing was recorded:" }
            ul { @for line in why.lines() { li { (line) } } }
        }
        (form(session, pasted))
    };
    frame(board, session, "Submit", &body)
}

/// What was said in the form, to be signed at home.
pub(crate) fn to_be_signed(board: &Board, session: &Session, event: &str) -> Html<String> {
    let body = html! {
        h1 { "Sign and submit" }
        p { "The board holds no key of yours. Save this as " code { "event.json" } ":" }
        pre id="event" tabindex="0" { (event) }
        p { "and sign it where you keep your key:" }
        pre { "detente say event.json --deal " (board.deal()) " --key YOUR.key --out statement" }
        p { "Whoever says it with you signs it next: " code { "detente say --add-signature statement --key THEIR.key" } "." }
        (form(Some(session), ""))
    };
    frame(board, Some(session), "Sign and submit", &body)
}

/// What was recorded, with its receipts.
pub(crate) fn done(
    board: &Board,
    session: Option<&Session>,
    appended: &[Appended],
    receipts: &[Receipt],
) -> Html<String> {
    let lines = receipts.iter().map(Receipt::line);
    let lines: Result<String, String> = lines.collect();
    let body = html! {
        h1 { "Recorded" }
        ul id="recorded" {
            @for appended in appended {
                li { "Entry " (appended.seq) @if appended.duplicate { " holds this already" } @else { " recorded" } }
            }
        }
        @match lines {
            Ok(lines) => {
                p { "Keep these receipts: each shows, without this board, that the ledger holds the entry (" code { "detente verify FILE" } ")." }
                textarea id="receipts" rows="8" cols="60" readonly spellcheck="false" { (lines) }
            }
            Err(why) => { p.error { "Their receipts cannot be written: " (why) "." } }
        }
        p { a href="/timeline" { "To the timeline" } }
    };
    frame(board, session, "Recorded", &body)
}

fn form(session: Option<&Session>, pasted: &str) -> Markup {
    html! {
        p { "Statements are signed where your key is, with " code { "detente say" } "; a private key does not belong here. All are recorded or none." }
        form.submit method="post" action="/submit" enctype="multipart/form-data" {
            @if let Some(session) = session { input type="hidden" name="token" value=(session.form_token); }
            label { "File of statements" input id="file" type="file" name="statements"; }
            label { "Or the statements themselves" textarea id="pasted" name="statements" rows="8" cols="60" autocomplete="off" spellcheck="false" { (pasted) } }
            button id="submit" type="submit" { "Submit" }
        }
    }
}
