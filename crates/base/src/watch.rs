//! How long work is watched and stopped from outside: the solvers read no clock and no signal themselves.

/// Somebody who is told how far work has come, and who may ask it to stop.
pub trait Watch: Sync {
    /// `done` of `total` units of the named stage are finished (`total` is `None` where nobody can know).
    fn advanced(&self, stage: &str, done: u64, total: Option<u64>);

    /// Whether to stop now and hand back what there is, labelled as partial.
    fn should_stop(&self) -> bool;
}

/// Nobody watches: for tests and for libraries that have no one to tell.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn advanced(&self, _stage: &str, _done: u64, _total: Option<u64>) {}

    fn should_stop(&self) -> bool {
        false
    }
}

/// Stops whoever looks more often than it says: work cut at the same place each time, which a clock cannot do.
#[derive(Debug)]
pub struct StopsAfter(std::sync::atomic::AtomicI64);

impl StopsAfter {
    /// Stops at the look after so many.
    #[must_use]
    pub fn looks(looks: i64) -> Self {
        Self(looks.into())
    }
}

impl Watch for StopsAfter {
    fn advanced(&self, _stage: &str, _done: u64, _total: Option<u64>) {}

    fn should_stop(&self) -> bool {
        self.0.fetch_sub(1, std::sync::atomic::Ordering::Relaxed) <= 0
    }
}
