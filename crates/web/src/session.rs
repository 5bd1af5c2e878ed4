//! Who is signed in: whoever has signed a challenge with a registered key, which stays at home, or as an issuer says
//! (`openid`). A session ends by signing out, after two hours of silence, or when the same person has begun enough others.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Form;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use detente_ledger::canonical::hex;
use detente_ledger::log::SignIn;
use detente_ledger::log::keys::PrivateKey;
use serde::Deserialize;

use crate::{Board, pages};

const IDLE: Duration = Duration::from_secs(2 * 60 * 60);
/// The most sessions at once.
const MOST_SESSIONS: usize = 1000;
/// The most sessions of one person; a further one ends the one that has been silent longest.
const MOST_OF_ONE_PERSON: usize = 5;

/// Somebody who has signed in.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    person: String,
    /// What signs for this person, where whoever runs the board was entrusted with it; others sign at home.
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

/// The form of the sign-in page: a challenge, signed.
#[derive(Debug, Deserialize)]
pub(crate) struct Answered {
    answer: String,
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

/// The session's cookie, one for each deal and port: boards of one machine share its name. Over TLS the cookie's name makes
/// browsers insist on `Secure`, this host and the whole path.
fn cookie_name(board: &Board) -> String {
    let insist = if board.secure { "__Host-" } else { "" };
    format!("{insist}detente-{}", board.name)
}

fn set_cookie(board: &Board, value: &str, more: &str) -> String {
    let secure = if board.secure { "; Secure" } else { "" };
    let name = cookie_name(board);
    format!("{name}={value}; HttpOnly; SameSite=Strict; Path=/{secure}{more}")
}

/// Whoever sent these headers, if signed in.
pub(crate) fn current(board: &Board, headers: &HeaderMap) -> Option<Session> {
    let token = cookie(headers, &cookie_name(board))?;
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

/// The name by which a browser asks for this board.
pub(crate) fn host(headers: &HeaderMap) -> &str {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    host.unwrap_or_default()
}

/// Signs in whoever has signed a challenge of this board.
pub(crate) async fn sign_in(
    State(board): State<Arc<Board>>,
    headers: HeaderMap,
    Form(form): Form<Answered>,
) -> Response {
    let host = host(&headers);
    let refuse = |why: &str| {
        (
            StatusCode::FORBIDDEN,
            pages::sign_in::with_error(&board, host, why),
        )
            .into_response()
    };
    let answer = match SignIn::read(&form.answer) {
        Ok(answer) => answer,
        Err(why) => return refuse(&why),
    };
    if !board.challenges.take(&answer.challenge, host, board.deal()) {
        return refuse(
            "the challenge is not one of this board's, was used before, or is more than ten minutes old",
        );
    }
    let person = &answer.signed.person;
    if !board.knows(person, &answer.signed.key).await {
        return refuse("this key is not registered in the ledger, or was revoked");
    }
    match begin(&board, person, None) {
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
    end_oldest(&mut sessions, person);
    if sessions.len() >= MOST_SESSIONS {
        return Err("too many people are signed in");
    }
    let cookie = set_cookie(board, &token, "");
    sessions.insert(token, session);
    Ok(cookie)
}

/// Makes room for one more session of a person.
fn end_oldest(sessions: &mut HashMap<String, Session>, person: &str) {
    let own = sessions.iter().filter(|(_, session)| session.person == person);
    let mut own: Vec<(Instant, String)> = own
        .map(|(token, session)| (session.last, token.clone()))
        .collect();
    own.sort();
    let too_many = (own.len() + 1).saturating_sub(MOST_OF_ONE_PERSON);
    for (_, token) in own.iter().take(too_many) {
        sessions.remove(token);
    }
}

/// Signs out.
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
    if let Some(token) = cookie(&headers, &cookie_name(&board)) {
        board.lock(&board.sessions).remove(token);
    }
    let cookie = set_cookie(&board, "", "; Max-Age=0");
    ([(header::SET_COOKIE, cookie)], Redirect::to("/")).into_response()
}
