//! News: every page that listens is told when something was recorded, by this board or by another program.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use tokio::sync::broadcast::error::RecvError;

use crate::Board;

/// The stream of sizes of the log.
pub(crate) async fn stream(
    State(board): State<Arc<Board>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let first = board.head().0;
    let listener = board.news.subscribe();
    let sizes = futures_util::stream::unfold((Some(first), listener), |(first, mut listener)| async move {
        if let Some(size) = first {
            return Some((
                Ok(Event::default().event("size").data(size.to_string())),
                (None, listener),
            ));
        }
        loop {
            match listener.recv().await {
                Ok(size) => {
                    let event = Event::default().event("size").data(size.to_string());
                    return Some((Ok(event), (None, listener)));
                }
                // Whoever lags behind hears the next one, which says all.
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(sizes).keep_alive(KeepAlive::default())
}

/// Looks every two seconds whether another program has recorded something.
pub(crate) async fn follow_others(board: Arc<Board>) {
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        board.catch_up().await;
    }
}
