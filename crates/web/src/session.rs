//! Signing in with a key: its private half stays in the memory of this board, on this machine, until signing out or
//! two hours of silence; it signs what its holder records and is written nowhere.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use detente_ledger::canonical::hex;
use detente_ledger::log::keys::PrivateKey;
use serde::Deserialize;

use crate::{Board, pages};

const IDLE: Duration = Duration::from_secs(2 * 60 * 60);
const COOKIE: &str = "detente";
/// The most sessions at once.
const MOST_SESSIONS: usize = 1000;

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    pub key: Arc<PrivateKey>,
    /// Must come back with every form, so that no other site can send one.
    pub form_token: String,
    last: Instant,
}

impl Session {
    pub(crate) fn person(&self) -> &str {
        &self.key.person
    }
}

/// The form of the sign-in page.
#[derive(Debug, Deserialize)]
pub(crate) struct SignIn {
    key: String,
}

/// A form that carries only its token.
#[derive(Debug, Deserialize)]
pub(crate) struct Token {
    token: String,
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// Whoever sent these headers, if signed in.
pub(crate) fn current(board: &Board, headers: &HeaderMap) -> Option<Session> {
    let token = cookie(headers)?;
    let mut sessions = board.lock(&board.sessions);
    let now = Instant::now();
    sessions.retain(|_, session| now.duration_since(session.last) < IDLE);
    let session = sessions.get_mut(token)?;
    session.last = now;
    Some(session.clone())
}

fn random() -> Option<String> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).ok()?;
    Some(hex(&bytes))
}

/// Signs in with a key file.
pub(crate) async fn sign_in(State(board): State<Arc<Board>>, Form(form): Form<SignIn>) -> Response {
    let refuse = |why: &str| (StatusCode::FORBIDDEN, pages::sign_in::with_error(&board, why)).into_response();
    let key = match PrivateKey::from_file(form.key.trim()) {
        Ok(key) => key,
        Err(why) => return refuse(&why),
    };
    if !board.knows(&key.person, &key.public()).await {
        return refuse("this key is not registered in the ledger, or was revoked");
    }
    let (Some(token), Some(form_token)) = (random(), random()) else {
        return refuse("the system gives no random bytes");
    };
    let session = Session {
        key: Arc::new(key),
        form_token,
        last: Instant::now(),
    };
    let mut sessions = board.lock(&board.sessions);
    if sessions.len() >= MOST_SESSIONS {
        return refuse("too many people are signed in");
    }
    sessions.insert(token.clone(), session);
    let cookie = format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}

/// Signs out and forgets the key.
pub(crate) async fn sign_out(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Form(form): Form<Token>,
) -> Response {
    let Some(session) = current(&board, &headers) else {
        return Redirect::to("/").into_response();
    };
    if session.form_token != form.token {
        return (StatusCode::FORBIDDEN, "the form was not made by this board\n").into_response();
    }
    if let Some(token) = cookie(&headers) {
        board.lock(&board.sessions).remove(token);
    }
    let cookie = format!("{COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}
