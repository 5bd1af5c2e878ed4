//! From a game to verdicts: bounds, deals, what is played without one, and what the answer turns on. No file, clock, network or global
//! random source is touched here; limits and seeds come with the call.

pub mod arena;
pub mod bounds;
pub mod deals;
pub mod fallback;
pub mod flips;
mod ground;
pub mod line;
mod paths;
pub mod profiles;
pub mod verdict;
pub mod why;
