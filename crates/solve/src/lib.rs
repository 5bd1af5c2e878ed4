//! From a game to verdicts: bounds, sets, deals, plans and stability. No file, clock, network or global
//! random source is touched here; limits and seeds come with the call.

pub mod arena;
pub mod bounds;
pub mod claims;
pub mod deals;
pub mod fallback;
pub mod flips;
pub mod formula;
mod ground;
pub mod line;
mod ordered;
mod paths;
pub mod plan;
pub mod sets;
pub mod stability;
pub mod verdict;
pub mod watch;
pub mod why;
