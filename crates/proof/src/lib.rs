//! Exact re-verification of claimed verdicts: no search, no floats, nothing shared with the solvers but the game.

pub mod sets;
