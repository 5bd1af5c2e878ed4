//! Deals from today, built from the inside: answers to breaches that are themselves self-enforcing, then paths to
//! settlements that those answers keep up.
//!
//! A *family* is a finite set of nodes, each a state with a joint move and a following node, together with an
//! answer for every party and state: the node at which play goes on after that party has departed and that state
//! has come about. If no single departure pays at any node, every node is a self-enforcing play (one-shot
//! deviation principle). The first family is the [`crate::fallback`]; [`worsen`] adds harsher answers enforced by
//! those already there; [`search`] finds the deals; [`choose`] picks among them by a named criterion.

mod along;
mod ascending;
mod automaton;
mod backward;
mod between;
mod blocks;
pub mod choose;
mod close;
pub mod descent;
mod family;
pub mod search;
mod worsen;

pub use automaton::{automaton, exact_values, settlement_by_chance};
pub use choose::Criterion;
pub use descent::descend;
pub use family::{Family, Values};
pub(crate) use family::{departing, holds, values_at};
pub use search::{Candidate, Extent, Found, Limits, Search};
pub use worsen::worsen;
