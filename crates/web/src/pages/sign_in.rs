//! Signing in by signing a challenge with a key that stays at home, or with OpenID Connect where it is configured.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, IntoResponse, Response};
use detente_reading::foreign::shown_lines;
use maud::{Markup, html};

use super::layout::page as frame;
use crate::{Board, session};

/// `GET /sign-in`.
pub(crate) async fn page(State(board): State<Arc<Board>>, headers: HeaderMap) -> Response {
    let session = session::current(&board, &headers);
    let body = form(&board, session::host(&headers), None);
    frame(&board, session.as_ref(), "Sign in", &body).into_response()
}

/// The page again, with what was wrong.
pub(crate) fn with_error(board: &Board, host: &str, why: &str) -> Html<String> {
    frame(board, None, "Sign in", &form(board, host, Some(why)))
}

/// After an issuer has sent somebody back: on to the board from a page of the board's own.
pub(crate) fn welcome(board: &Board) -> Html<String> {
    let page = html! {
        (maud::DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="refresh" content="0;url=/";
                title { "Signed in · " (board.text.agreement.title) }
                link rel="stylesheet" href="/style.css";
            }
            body { main id="main" { p { "You are signed in. " a href="/" { "To the board" } } } }
        }
    };
    Html(shown_lines(&page.into_string()).into_owned())
}

fn form(board: &Board, host: &str, error: Option<&str>) -> Markup {
    let challenge = board.challenges.give(host, board.deal());
    html! {
        h1 { "Sign in" }
        @if let Some(error) = error { p.error role="alert" { "Not signed in: " (error) "." } }
        @if let Some(openid) = &board.openid {
            p { a.button href="/sign-in/start" { "Sign in with " (openid.issuer_name()) } }
            p { "Or with your key:" }
        }
        p { "Your key stays with you; never paste it here. Sign this challenge with it, within ten minutes, where you keep it:" }
        @match challenge {
            Some(challenge) => { pre { "detente say --key YOUR.key --sign-in '" span id="challenge" { (challenge) } "'" } }
            None => { p.error role="alert" { "The system gives no random bytes: nobody can sign in with a key." } }
        }
        form method="post" action="/sign-in" {
            label for="answer" { "What it prints" }
            textarea id="answer" name="answer" rows="6" cols="60" required autocomplete="off" spellcheck="false" {}
            button type="submit" { "Sign in" }
        }
        p { "To hand in statements that you have signed, " a href="/submit" { "submit them" } "." }
    }
}
