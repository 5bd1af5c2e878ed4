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
