//! A watch that stops work after so many looks, for tests of what is kept then.

use std::sync::atomic::{AtomicI64, Ordering};

use detente_solve::watch::Watch;

/// Stops whoever looks more often than it says.
pub struct StopsAfter(AtomicI64);

impl StopsAfter {
    /// Stops at the look after so many.
    pub fn looks(looks: i64) -> Self {
        Self(looks.into())
    }
}

impl Watch for StopsAfter {
    fn advanced(&self, _stage: &str, _done: u64, _total: Option<u64>) {}

    fn should_stop(&self) -> bool {
        self.0.fetch_sub(1, Ordering::Relaxed) <= 0
    }
}
