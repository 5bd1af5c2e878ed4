//! The board of a running deal: who owes what by when, what was said and by whom, disputes with their clocks, and how
//! it stood on any date. Pages are made on the server and work without scripts; a script only reloads them when
//! something is recorded. No rule and no formula lives here: every answer is the ledger's.
//!
//! Without a certificate the board speaks plain HTTP, listens on loopback and refuses to listen elsewhere; with one it
//! speaks TLS alone. Private keys stay at home: people hand in statements that they have signed, and sign in by signing a
//! challenge, or with OpenID Connect where it is configured.

mod board;
mod challenge;
mod guard;
mod live;
mod openid;
mod pages;
mod record;
mod session;
mod submit;
mod tls;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::store::{Store, StoreError};

pub use board::Board;
pub use openid::OpenId;
pub use tls::Tls;

/// How long the head of a request may take to arrive.
const HEAD_LIMIT: Duration = Duration::from_secs(10);
/// How long answers may take when the board ends.
const LAST_ANSWERS: Duration = Duration::from_secs(1);

/// What those see who have not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicTier {
    /// Nothing.
    None,
    /// Headlines, dates and who recorded what, without notes, causes and evidence.
    Summary,
    /// Everything.
    All,
}

/// How the board is run.
#[derive(Debug)]
pub struct Settings {
    /// The ledger: a file or URL.
    pub ledger: String,
    /// The operator's key; without it nothing can be recorded.
    pub operator: Option<PrivateKey>,
    /// Where to listen; loopback only, unless there is a certificate.
    pub listen: SocketAddr,
    /// What those see who have not signed in.
    pub public: PublicTier,
    /// The certificate; plain HTTP without one.
    pub tls: Option<Tls>,
    /// How people sign in without pasting a key.
    pub openid: Option<OpenId>,
}

/// Why the board does not run.
#[derive(Debug)]
pub enum ServeError {
    /// The address is no loopback address, and there is no certificate.
    NotLoopback(SocketAddr),
    /// The ledger cannot be opened.
    Store(StoreError),
    /// The network said no.
    Network(std::io::Error),
}

impl std::fmt::Display for ServeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotLoopback(address) => write!(
                f,
                "refusing to listen on {address}: without a certificate the board speaks plain HTTP, and it carries \
                 keys; give --certificate and --private-key, or listen on 127.0.0.1 or [::1]"
            ),
            Self::Store(error) => write!(f, "{error}"),
            Self::Network(error) => write!(f, "the board cannot listen: {error}"),
        }
    }
}

impl std::error::Error for ServeError {}

/// Serves the board until `stop` resolves; `ready` is told the address.
///
/// # Errors
/// [`ServeError`] when it cannot start.
pub async fn serve(
    settings: Settings,
    ready: impl FnOnce(SocketAddr),
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    if settings.tls.is_none() && !settings.listen.ip().is_loopback() {
        return Err(ServeError::NotLoopback(settings.listen));
    }
    let store = Store::open(&settings.ledger, settings.operator)
        .await
        .map_err(ServeError::Store)?;
    let listener = tokio::net::TcpListener::bind(settings.listen)
        .await
        .map_err(ServeError::Network)?;
    let address = listener.local_addr().map_err(ServeError::Network)?;
    let how = board::How {
        public: settings.public,
        secure: settings.tls.is_some(),
        openid: settings.openid,
        port: address.port(),
    };
    let board = Arc::new(Board::new(store, how));
    let following = tokio::spawn(live::follow_others(Arc::clone(&board)));
    ready(address);
    let app = router(Arc::clone(&board)).into_make_service_with_connect_info::<SocketAddr>();
    let handle = axum_server::Handle::new();
    let ending = handle.clone();
    tokio::spawn(async move {
        stop.await;
        // Pages that listen for news never end by themselves.
        ending.graceful_shutdown(Some(LAST_ANSWERS));
    });
    let listener = listener.into_std().map_err(ServeError::Network)?;
    let ended = match settings.tls {
        None => {
            let mut server = axum_server::from_tcp(listener).map_err(ServeError::Network)?;
            limit(server.http_builder());
            server.handle(handle).serve(app).await
        }
        Some(tls) => {
            let config = axum_server::tls_rustls::RustlsConfig::from_config(tls.0);
            let mut server = axum_server::from_tcp_rustls(listener, config).map_err(ServeError::Network)?;
            limit(server.http_builder());
            server.handle(handle).serve(app).await
        }
    };
    following.abort();
    board.close().await;
    ended.map_err(ServeError::Network)
}

/// A request whose head does not arrive in time is not waited for; nor is one whose body does not (see `guard`).
fn limit(builder: &mut hyper_util::server::conn::auto::Builder<hyper_util::rt::TokioExecutor>) {
    let mut http = builder.http1();
    http.timer(hyper_util::rt::TokioTimer::new())
        .header_read_timeout(HEAD_LIMIT);
}

fn router(board: Arc<Board>) -> Router {
    Router::new()
        .route("/", get(pages::overview::page))
        .route("/item/{id}", get(pages::item::page))
        .route("/timeline", get(pages::timeline::page))
        .route("/text", get(pages::text::page))
        .route("/record", get(pages::form::page).post(record::record))
        .route("/submit", get(pages::submit::page).post(submit::submit))
        .route("/receipt/{seq}", get(submit::receipt))
        .route("/sign-in", get(pages::sign_in::page).post(session::sign_in))
        .route("/sign-in/start", get(openid::start))
        .route(openid::RETURN, get(openid::come_back))
        .route("/sign-out", post(session::sign_out))
        .route("/calendar.ics", get(pages::feeds::calendar))
        .route("/status.json", get(pages::feeds::json))
        .route("/live", get(live::stream))
        .route("/live.js", get(pages::feeds::script))
        .route("/style.css", get(pages::feeds::style))
        .layer(axum::middleware::from_fn_with_state(
            Arc::clone(&board),
            guard::guard,
        ))
        .layer(axum::extract::DefaultBodyLimit::max(256 * 1024))
        .with_state(board)
}
