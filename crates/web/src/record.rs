//! Recording from a form: the fields become an event, to be signed at home, or with a key that whoever runs the board was
//! entrusted with.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use detente_ledger::log::{Entry, Kind};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Board, pages, session};

/// The form's fields as they come; empty ones are left out of the event.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Fields {
    pub token: String,
    pub id: String,
    pub kind: String,
    pub on: String,
    pub of: String,
    pub occurred: String,
    pub level: String,
    pub amount: String,
    pub finding: String,
    pub stage: String,
    pub outcome: String,
    pub days: String,
    pub ballot: String,
    pub yes: String,
    pub no: String,
    pub abstain: String,
    pub yes_by: String,
    pub no_by: String,
    pub cause: String,
    pub source: String,
    pub evidence: String,
    pub note: String,
}

/// Records one event.
pub(crate) async fn record(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    let Some(session) = session::current(&board, &headers) else {
        return Redirect::to("/sign-in").into_response();
    };
    if session.form_token != fields.token {
        return (StatusCode::FORBIDDEN, "the form was not made by this board\n").into_response();
    }
    let refuse = |why: String| {
        (
            StatusCode::UNPROCESSABLE_ENTITY,
            pages::form::with_error(&board, &session, &fields, &why),
        )
            .into_response()
    };
    let body = match event_of(&fields, session.person(), board.head().0) {
        Ok(body) => body,
        Err(why) => return refuse(why),
    };
    let Some(key) = &session.key else {
        let event = serde_json::to_string_pretty(&body).unwrap_or_default();
        let event = detente_reading::foreign::shown_json(&event);
        return pages::submit::to_be_signed(&board, &session, &event).into_response();
    };
    let entry = match Entry::signed(board.deal(), Kind::Event, body, &[key]) {
        Ok(entry) => entry,
        Err(error) => return refuse(error.to_string()),
    };
    match board.append(&[entry]).await {
        Ok((appended, receipts)) => {
            pages::submit::done(&board, Some(&session), &appended, &receipts).into_response()
        }
        Err(error) => refuse(error.to_string()),
    }
}

fn event_of(fields: &Fields, person: &str, size: u64) -> Result<Value, String> {
    let mut event = Map::new();
    let id = if fields.id.trim().is_empty() {
        format!("{person}-{size}")
    } else {
        fields.id.trim().to_owned()
    };
    event.insert("id".to_owned(), id.into());
    event.insert("by".to_owned(), person.into());
    let mut text = |name: &str, value: &str| {
        if !value.trim().is_empty() {
            event.insert(name.to_owned(), value.trim().into());
        }
    };
    text("kind", &fields.kind);
    text("of", &fields.of);
    text("occurred", &fields.occurred);
    text("amount", &fields.amount);
    text("finding", &fields.finding);
    text("stage", &fields.stage);
    text("outcome", &fields.outcome);
    text("ballot", &fields.ballot);
    text("cause", &fields.cause);
    text("source", &fields.source);
    text("note", &fields.note);
    let list = |value: &str| -> Vec<String> {
        value
            .split([',', ' '])
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect()
    };
    for (name, value) in [
        ("on", &fields.on),
        ("evidence", &fields.evidence),
        ("yes_by", &fields.yes_by),
        ("no_by", &fields.no_by),
    ] {
        let words = list(value);
        if !words.is_empty() {
            event.insert(name.to_owned(), words.into());
        }
    }
    for (name, value) in [
        ("level", &fields.level),
        ("days", &fields.days),
        ("yes", &fields.yes),
        ("no", &fields.no),
        ("abstain", &fields.abstain),
    ] {
        if value.trim().is_empty() {
            continue;
        }
        let number: u32 = value
            .trim()
            .parse()
            .map_err(|_| format!("`{name}` must be a whole number"))?;
        event.insert(name.to_owned(), number.into());
    }
    Ok(Value::Object(event))
}
