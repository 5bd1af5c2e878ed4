//! The text, as it was signed.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use maud::html;

use super::layout::{page as frame, sight};
use crate::{Board, session};

/// `GET /text`.
pub(crate) async fn page(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let session = session::current(&board, &headers);
    if let Err(elsewhere) = sight(&board, session.as_ref()) {
        return *elsewhere;
    }
    let body = html! {
        h1 { "The text as signed" }
        p { "These bytes have the sha256 " code { (board.text.hash) } "; signatures bind them." }
        pre tabindex="0" { (board.source) }
    };
    frame(&board, session.as_ref(), "Text", &body).into_response()
}
