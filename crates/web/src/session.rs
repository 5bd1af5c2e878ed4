//! Who is signed in. With a key: its private half stays in the memory of this board, on this machine, until signing out
//! or two hours of silence; it signs what its holder records and is written nowhere. Or as an issuer says (`openid`).

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
/// The session's cookie; over TLS its name makes browsers insist on `Secure`, this host and the whole path.
const PLAIN_COOKIE: &str = "detente";
const SECURE_COOKIE: &str = "__Host-detente";
/// The most sessions at once.
const MOST_SESSIONS: usize = 1000;

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    person: String,
    /// What signs for this person; without it nothing can be recorded.
    pub key: Option<Arc<PrivateKey>>,
    /// Must come back with every form, so that no other site can send one.
    pub form_token: String,
    last: Instant,
}

impl Session {
    pub(crate) fn person(&self) -> &str {
        &self.person
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

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

fn cookie_name(board: &Board) -> &'static str {
    if board.secure { SECURE_COOKIE } else { PLAIN_COOKIE }
}

fn set_cookie(board: &Board, value: &str, more: &str) -> String {
    let secure = if board.secure { "; Secure" } else { "" };
    let name = cookie_name(board);
    format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/{secure}{more}")
}

/// Whoever sent these headers, if signed in.
pub(crate) fn current(board: &Board, headers: &HeaderMap) -> Option<Session> {
    let token = cookie(headers, cookie_name(board))?;
    let mut sessions = board.lock(&board.sessions);
    let now = Instant::now();
    sessions.retain(|_, session| now.duration_since(session.last) < IDLE);
    let session = sessions.get_mut(token)?;
    session.last = now;
    Some(session.clone())
}

/// 32 random bytes, hex.
pub(crate) fn random() -> Option<String> {
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
    let person = key.person.clone();
    match begin(&board, &person, Some(Arc::new(key))) {
        Ok(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response(),
        Err(why) => refuse(why),
    }
}

/// Begins a session; gives the cookie to set.
pub(crate) fn begin(
    board: &Board,
    person: &str,
    key: Option<Arc<PrivateKey>>,
) -> Result<String, &'static str> {
    let (Some(token), Some(form_token)) = (random(), random()) else {
        return Err("the system gives no random bytes");
    };
    let session = Session {
        person: person.to_owned(),
        key,
        form_token,
        last: Instant::now(),
    };
    let mut sessions = board.lock(&board.sessions);
    if sessions.len() >= MOST_SESSIONS {
        return Err("too many people are signed in");
    }
    let cookie = set_cookie(board, &token, "");
    sessions.insert(token, session);
    Ok(cookie)
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
    if let Some(token) = cookie(&headers, cookie_name(&board)) {
        board.lock(&board.sessions).remove(token);
    }
    let cookie = set_cookie(&board, "", "; Max-Age=0");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}
