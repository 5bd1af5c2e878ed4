//! What every request passes: the host it names, its origin, its rate, and the headers of every answer.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::Board;

/// Requests that change something: so many at once, and so many a second after that.
const BURST: f64 = 20.0;
const PER_SECOND: f64 = 1.0;
/// How long a request may take until its answer begins, its body included.
const REQUEST_LIMIT: Duration = Duration::from_secs(20);
/// The most addresses that are remembered.
const MOST_BUCKETS: usize = 10_000;

/// How much each address may still do.
#[derive(Debug, Default)]
pub struct Buckets(HashMap<IpAddr, (f64, Instant)>);

impl Buckets {
    /// Takes one from the bucket of an address; false when it is empty.
    pub(crate) fn take(&mut self, address: IpAddr, now: Instant) -> bool {
        if self.0.len() >= MOST_BUCKETS && !self.0.contains_key(&address) {
            self.0.clear();
        }
        let (left, last) = self.0.entry(address).or_insert((BURST, now));
        *left = (*left + now.duration_since(*last).as_secs_f64() * PER_SECOND).min(BURST);
        *last = now;
        if *left < 1.0 {
            return false;
        }
        *left -= 1.0;
        true
    }
}

/// Checks a request and dresses its answer.
pub(crate) async fn guard(
    State(board): State<Arc<Board>>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let answer = match refused(&board, address, &request) {
        Some((code, why)) => (code, why).into_response(),
        None => match tokio::time::timeout(REQUEST_LIMIT, next.run(request)).await {
            Ok(answer) => answer,
            Err(_) => (StatusCode::REQUEST_TIMEOUT, "the request took too long\n").into_response(),
        },
    };
    let mut answer = dressed(answer);
    if board.secure && !address.ip().is_loopback() {
        // Not on this machine, where other programs share the name and speak plain HTTP.
        let year = HeaderValue::from_static("max-age=31536000");
        answer
            .headers_mut()
            .insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    answer
}

fn refused(board: &Board, address: SocketAddr, request: &Request) -> Option<(StatusCode, &'static str)> {
    let named = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    // A page elsewhere may have pointed its own name at this machine; over TLS the certificate stands against that.
    if !board.secure && !is_loopback(named) {
        return Some((
            StatusCode::MISDIRECTED_REQUEST,
            "this board answers to localhost only\n",
        ));
    }
    // What is asked under here makes the board remember, ask an issuer, or read all leaves of the tree.
    let path = request.uri().path();
    let costs = path.starts_with("/sign-in/") || path.starts_with("/receipt/");
    if request.method() != Method::POST && !costs {
        return None;
    }
    let origin = request
        .headers()
        .get(header::ORIGIN)
        .and_then(|origin| origin.to_str().ok());
    if let Some(origin) = origin
        && origin != format!("{}://{named}", if board.secure { "https" } else { "http" })
    {
        return Some((StatusCode::FORBIDDEN, "the request comes from another site\n"));
    }
    let taken = board.lock(&board.buckets).take(address.ip(), Instant::now());
    (!taken).then_some((
        StatusCode::TOO_MANY_REQUESTS,
        "too many requests; wait a few seconds\n",
    ))
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.chars().all(|c| c.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

fn dressed(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
             form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // With "no-referrer" browsers would call the origin of our own forms "null".
        (header::REFERRER_POLICY, "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        for host in ["localhost", "localhost:8017", "127.0.0.1:1", "[::1]:8017"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8017",
            "127.0.0.1.evil.example",
            "localhost.evil:80",
        ] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    #[test]
    fn a_flood_is_slowed_and_others_are_not() {
        let mut buckets = Buckets::default();
        let now = Instant::now();
        let (one, two): (IpAddr, IpAddr) = ("127.0.0.1".parse().unwrap(), "127.0.0.2".parse().unwrap());
        let taken = (0..100).filter(|_| buckets.take(one, now)).count();
        assert_eq!(taken, 20);
        assert!(buckets.take(two, now));
        assert!(buckets.take(one, now + std::time::Duration::from_secs(2)));
    }
}
