//! Proofs of tiny games, changed at random with the hash recomputed, against brute force.

mod bounds;
mod plans;
mod tiny;
