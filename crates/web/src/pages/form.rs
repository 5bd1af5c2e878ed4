//! The form with which something is recorded.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Redirect, Response};
use detente_ledger::event::{EventKind, Finding};
use maud::html;

use super::layout::page as frame;
use crate::record::Fields;
use crate::session::Session;
use crate::{Board, session};

/// `GET /record`.
pub(crate) async fn page(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Query(fields): Query<Fields>,
) -> Response {
    match session::current(&board, &headers) {
        None => Redirect::to("/sign-in").into_response(),
        Some(session) => with(&board, &session, &fields, None).into_response(),
    }
}

/// The page again, with what was wrong and what was filled in.
pub(crate) fn with_error(board: &Board, session: &Session, fields: &Fields, why: &str) -> Html<String> {
    with(board, session, fields, Some(why))
}

fn with(board: &Board, session: &Session, fields: &Fields, error: Option<&str>) -> Html<String> {
    let today = jiff::Timestamp::now()
        .to_zoned(board.text.agreement.zone.clone())
        .date()
        .to_string();
    let occurred = if fields.occurred.is_empty() {
        today
    } else {
        fields.occurred.clone()
    };
    let agreement = &board.text.agreement;
    let known: Vec<&str> = agreement
        .commitments
        .iter()
        .map(|own| own.id.as_str())
        .chain(agreement.snapbacks.iter().map(|own| own.id.as_str()))
        .chain(agreement.disputes.iter().map(|own| own.id.as_str()))
        .chain(agreement.powers.iter().map(|own| own.id.as_str()))
        .collect();
    let body = html! {
        h1 { "Record" }
        @if let Some(error) = error { p.error role="alert" { "Nothing was recorded: " (error) "." } }
        p { "You say this as " strong { (session.person()) } "; it is signed with your key, and it can be reversed but never changed." }
        @if session.key.is_none() { p { "Your key stays at home: the form is turned into an event, which you sign there and submit." } }
        form.record method="post" action="/record" {
            input type="hidden" name="token" value=(session.form_token);
            label { "What" select id="kind" name="kind" required {
                @for (word, _) in EventKind::WORDS { option value=(word) selected[fields.kind == word] { (word) } }
            } }
            label { "About (ids of the text)" input id="on" name="on" value=(fields.on) list="known"; }
            datalist id="known" { @for id in known { option value=(id) {} } }
            label { "When it occurred" input id="occurred" name="occurred" value=(occurred) required; }
            label { "In answer to event" input id="of" name="of" value=(fields.of); }
            fieldset {
                legend { "Where it applies" }
                label { "Level reached" input name="level" value=(fields.level) inputmode="numeric"; }
                label { "Amount" input name="amount" value=(fields.amount) inputmode="decimal"; }
                label { "Finding" select name="finding" {
                    option value="" { "performed" }
                    @for (word, _) in Finding::WORDS.iter().skip(1) { option value=(word) selected[fields.finding == *word] { (word) } }
                } }
                label { "Stage of a dispute" input id="stage" name="stage" value=(fields.stage); }
                label { "Outcome" input id="outcome" name="outcome" value=(fields.outcome); }
                label { "Days of extension" input name="days" value=(fields.days) inputmode="numeric"; }
                label { "Ballot" select name="ballot" { option value="" { "none" }
                    @for word in ["yes", "no", "abstain"] { option value=(word) selected[fields.ballot == word] { (word) } } } }
                label { "Votes yes" input name="yes" value=(fields.yes) inputmode="numeric"; }
                label { "Votes no" input name="no" value=(fields.no) inputmode="numeric"; }
                label { "Who voted yes" input id="yes_by" name="yes_by" value=(fields.yes_by); }
                label { "Who voted no (vetoes count by name)" input id="no_by" name="no_by" value=(fields.no_by); }
                label { "Abstentions" input name="abstain" value=(fields.abstain) inputmode="numeric"; }
            }
            label { "Cause" input name="cause" value=(fields.cause); }
            label { "Source" input name="source" value=(fields.source); }
            label { "Evidence (sha256 of files)" input name="evidence" value=(fields.evidence); }
            label { "Note" textarea id="note" name="note" rows="3" { (fields.note) } }
            label { "Id (made for you when empty)" input id="id" name="id" value=(fields.id); }
            button id="send" type="submit" { @if session.key.is_some() { "Sign and record" } @else { "Make the event" } }
        }
    };
    frame(board, Some(session), "Record", &body)
}
