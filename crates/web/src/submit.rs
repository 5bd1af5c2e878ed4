//! Statements that come in signed, from a file or pasted, and receipts that go out.

use std::sync::Arc;

use axum::extract::multipart::MultipartError;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use detente_ledger::log::read_statements;

use crate::pages::layout::{Sight, sight};
use crate::session::Session;
use crate::{Board, pages, session};

/// The fields of the form.
#[derive(Default)]
struct Sent {
    token: String,
    statements: String,
}

/// Records statements, all or none; whoever carries them here need not be their author.
pub(crate) async fn submit(State(board): State<Arc<Board>>, headers: HeaderMap, form: Multipart) -> Response {
    let session = session::current(&board, &headers);
    if let Err(elsewhere) = sight(&board, session.as_ref()) {
        return *elsewhere;
    }
    let refuse = |why: String, pasted: &str| refused(&board, session.as_ref(), &why, pasted);
    let sent = match read(form).await {
        Ok(sent) => sent,
        Err(why) => return refuse(why, ""),
    };
    if session
        .as_ref()
        .is_some_and(|session| session.form_token != sent.token)
    {
        return (StatusCode::FORBIDDEN, "the form was not made by this board\n").into_response();
    }
    let entries = match read_statements(&sent.statements) {
        Ok(entries) => entries,
        // What was pasted may be a key by mistake: it is not sent back.
        Err(why) => return refuse(why.join("\n"), ""),
    };
    match board.append(&entries).await {
        Ok((appended, receipts)) => {
            pages::submit::done(&board, session.as_ref(), &appended, &receipts).into_response()
        }
        Err(error) => refuse(error.to_string(), &sent.statements),
    }
}

fn refused(board: &Board, session: Option<&Session>, why: &str, pasted: &str) -> Response {
    let page = pages::submit::with_errors(board, session, why, pasted);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

async fn read(mut form: Multipart) -> Result<Sent, String> {
    let failed = |error: MultipartError| format!("the form cannot be read: {}", error.body_text());
    let mut sent = Sent::default();
    while let Some(field) = form.next_field().await.map_err(failed)? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(failed)?;
        let text =
            String::from_utf8(bytes.to_vec()).map_err(|_| "what was sent is not UTF-8 text".to_owned())?;
        match name.as_str() {
            "token" => sent.token = text,
            // A file and a pasted text are taken together.
            "statements" if !text.trim().is_empty() => {
                if !sent.statements.is_empty() {
                    sent.statements.push('\n');
                }
                sent.statements.push_str(text.trim_end());
            }
            _ => {}
        }
    }
    Ok(sent)
}

/// `GET /receipt/SEQ`: the receipt of an entry, for whoever may read everything in it.
pub(crate) async fn receipt(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Path(seq): Path<u64>,
) -> Response {
    let session = session::current(&board, &headers);
    match sight(&board, session.as_ref()) {
        Err(elsewhere) => return *elsewhere,
        Ok(Sight::Summary) => {
            let why = "a receipt holds the whole entry: sign in to read it\n";
            return (StatusCode::FORBIDDEN, why).into_response();
        }
        Ok(Sight::Full) => {}
    }
    let receipt = match board.receipt(seq).await {
        Ok(Some(receipt)) => receipt.line(),
        Ok(None) => return (StatusCode::NOT_FOUND, "there is no such entry\n").into_response(),
        Err(error) => Err(error.to_string()),
    };
    match receipt {
        Ok(line) => ([(header::CONTENT_TYPE, "application/json")], line).into_response(),
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why).into_response(),
    }
}
