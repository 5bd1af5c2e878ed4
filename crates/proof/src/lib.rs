//! Exact re-verification of claimed verdicts. Nothing is searched for here and no float decides anything.

pub mod stability;
