//! The frame of every page, and the marks of a headline: a word always, colour never alone.

use axum::response::{Html, IntoResponse, Redirect, Response};
use detente_ledger::status::{Because, Branch, Headline};
use detente_reading::foreign::shown_lines;
use maud::{DOCTYPE, Markup, html};

use crate::session::Session;
use crate::{Board, PublicTier};

/// A whole page.
pub(crate) fn page(board: &Board, session: Option<&Session>, title: &str, body: &Markup) -> Html<String> {
    let (size, root) = board.head();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (board.text.agreement.title) }
                link rel="stylesheet" href="/style.css";
                script src="/live.js" defer data-size=(size) {}
            }
            body {
                a.skip href="#main" { "Skip to the page" }
                header {
                    p.deal { a href="/" { (board.text.agreement.title) } }
                    nav aria-label="Pages" {
                        a href="/" { "Board" }
                        a href="/timeline" { "Timeline" }
                        a href="/text" { "Text" }
                        a href="/record" { "Record" }
                        a href="/submit" { "Submit" }
                        a href="/calendar.ics" { "Calendar" }
                    }
                    (who(session))
                }
                p.news id="news" role="status" hidden { "Something was recorded. " a href="" { "Show it" } }
                main id="main" { (body) }
                footer {
                    p { (size) " entries, root " code { (root) } }
                    p { "Text sha256 " code { (board.text.hash) } }
                    p { "The board shows what was recorded and what the text makes of it. Silence is not breach, a claim is not performance." }
                }
            }
        }
    };
    Html(shown_lines(&page.into_string()).into_owned())
}

fn who(session: Option<&Session>) -> Markup {
    html! {
        div.who {
            @match session {
                Some(session) => {
                    form method="post" action="/sign-out" {
                        input type="hidden" name="token" value=(session.form_token);
                        span { "Signed in as " strong { (session.person()) } " " }
                        button type="submit" { "Sign out" }
                    }
                }
                None => { a href="/sign-in" { "Sign in" } }
            }
        }
    }
}

/// What a reader may see: everything, or without notes, causes and evidence; nothing leads to the sign-in page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sight {
    /// Everything.
    Full,
    /// Without notes, causes and evidence; the page says so.
    Summary,
}

/// The sight of a reader, or where to send it.
pub(crate) fn sight(board: &Board, session: Option<&Session>) -> Result<Sight, Box<Response>> {
    match (session, board.public) {
        (Some(_), _) | (None, PublicTier::All) => Ok(Sight::Full),
        (None, PublicTier::Summary) => Ok(Sight::Summary),
        (None, PublicTier::None) => Err(Box::new(Redirect::to("/sign-in").into_response())),
    }
}

/// What is hidden is said.
pub(crate) fn hidden_note(sight: Sight) -> Markup {
    html! {
        @if sight == Sight::Summary {
            p.hidden { "Hidden from readers who have not signed in: notes, causes, sources and evidence of events." }
        }
    }
}

/// A headline with its sign.
pub(crate) fn mark(headline: Headline, label: &str) -> Markup {
    let (class, sign) = match headline {
        Headline::Fulfilled
        | Headline::FulfilledLate
        | Headline::Complying
        | Headline::Cured
        | Headline::ExpiredKept
        | Headline::InForce => ("good", "✓"),
        Headline::Breached | Headline::Violated | Headline::Reversed => ("bad", "✕"),
        Headline::Overdue | Headline::Alleged | Headline::Grace => ("late", "!"),
        Headline::Disputed | Headline::Undetermined => ("open", "?"),
        Headline::Due | Headline::Claimed | Headline::Running | Headline::Available => ("now", "●"),
        _ => ("quiet", "○"),
    };
    html! { span.mark.(class) { span.sign aria-hidden="true" { (sign) } " " (label) } }
}

/// Rules and facts.
pub(crate) fn reasons(because: &[Because], branches: &[Branch]) -> Markup {
    html! {
        @if !because.is_empty() {
            ul.because {
                @for reason in because { li { (reason.rule) @if !reason.fact.is_empty() { " — " (reason.fact) } } }
            }
        }
        @if !branches.is_empty() {
            dl.branches {
                @for branch in branches {
                    dt { "If " (branch.when) }
                    dd { (mark(branch.headline, &branch.label)) " " small { (branch.detail) } }
                }
            }
        }
    }
}
