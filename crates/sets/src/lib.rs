//! Equilibrium sets: all payoffs of subgame-perfect equilibria of an explicit game.
//!
//! **In words.** A payoff is an equilibrium payoff of a state when some pure strategy profile, with a public
//! lottery each period and perfect monitoring, gives it and nobody gains by departing at any point. The sets
//! of all of them are the largest sets that generate themselves: every point is a mean of
//! `(1-d) g(s,a) + d sum p(s'|s,a) w(s')` with `w(s')` in the set of s', such that no party does better by its
//! best deviation followed by its worst point (Abreu, Pearce and Stacchetti 1990). Strategies are pure: a set
//! can be empty, and that is an answer.
//!
//! **How.** Two parties: polygons in flat arrays ([`solve_sets`]), exact in rationals where the corners are
//! rational (Abreu and Sannikov 2014; Abreu, Brooks and Sannikov 2020, with the finish of this crate).
//! Three to five: outer levels over directions (Judd, Yeltekin and Conklin 2003) and finite inner sets.
//! Whatever is claimed is proved: see `detente_proof::sets`.

// Indices run over several flat arrays at once.
#![allow(clippy::needless_range_loop)]

mod answer;
mod certificates;
mod dense;
mod directions;
mod duals;
mod field;
mod flat;
mod gathering;
mod grow;
mod hull;
mod inner;
mod lottery;
mod many;
mod markov;
mod mixture;
mod near;
mod outer;
mod plan;
mod polygon;
pub mod renegotiation;
mod search;
pub mod settlements;
mod simplex;
mod sparse;
pub mod thresholds;
pub mod transfers;
mod turns;
mod two;
mod walls;
mod weights;

pub use answer::{Coordinate, SetAnswer, SetLimits, StateSet, Stop};
pub use directions::MOST_SET_PARTIES;

use detente_game::table::TableGame;

use detente_base::watch::Watch;

/// Why a game is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetRefusal {
    /// Fewer than two or more than [`MOST_SET_PARTIES`] parties; holds how many there are.
    Parties(usize),
}

impl std::fmt::Display for SetRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Parties(count) => {
                write!(
                    f,
                    "sets are computed for 2 to {MOST_SET_PARTIES} parties; this game has {count}"
                )
            }
        }
    }
}

impl std::error::Error for SetRefusal {}

/// All equilibrium payoffs of every state.
///
/// # Errors
/// A [`SetRefusal`] when the number of parties is not supported.
pub fn solve_sets(game: &TableGame, limits: &SetLimits, watch: &dyn Watch) -> Result<SetAnswer, SetRefusal> {
    match game.parties() {
        2 => Ok(two::solve_two(game, limits, watch)),
        3..=MOST_SET_PARTIES => Ok(many::solve_many(game, limits, watch)),
        count => Err(SetRefusal::Parties(count)),
    }
}
