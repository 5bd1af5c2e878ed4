//! What programs read: the calendar, the status as JSON, the style and the script.

use std::sync::Arc;

use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use detente_reading::foreign::shown_json;

use super::layout::sight;
use crate::board::Asked;
use crate::{Board, session};

const STYLE: &str = include_str!("../../assets/style.css");
const SCRIPT: &str = include_str!("../../assets/live.js");

/// `GET /calendar.ics`.
pub(crate) async fn calendar(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let session = session::current(&board, &headers);
    let sight = match sight(&board, session.as_ref()) {
        Ok(sight) => sight,
        Err(elsewhere) => return *elsewhere,
    };
    match board.answer(&Asked::default(), sight) {
        Err(why) => (StatusCode::INTERNAL_SERVER_ERROR, why).into_response(),
        Ok(status) => {
            let feed = detente_ledger::ical::calendar(&status, &jiff::Timestamp::now().to_string());
            ([(header::CONTENT_TYPE, "text/calendar; charset=utf-8")], feed).into_response()
        }
    }
}

/// `GET /status.json`; nobody's own words are in it for those who have not signed in.
pub(crate) async fn json(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Response {
    let session = session::current(&board, &headers);
    let sight = match sight(&board, session.as_ref()) {
        Ok(sight) => sight,
        Err(elsewhere) => return *elsewhere,
    };
    match board.answer(&asked, sight) {
        Err(why) => (StatusCode::BAD_REQUEST, why).into_response(),
        Ok(status) => match serde_json::to_string(&status) {
            Ok(json) => {
                let json = shown_json(&json).into_owned();
                ([(header::CONTENT_TYPE, "application/json")], json).into_response()
            }
            Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
        },
    }
}

/// `GET /style.css`.
pub(crate) async fn style() -> Response {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], STYLE).into_response()
}

/// `GET /live.js`.
pub(crate) async fn script() -> Response {
    ([(header::CONTENT_TYPE, "text/javascript; charset=utf-8")], SCRIPT).into_response()
}
