//! What a set computation hands back.

use detente_base::number::{Exact, to_float};
use detente_proof::sets::{Membership, Refutation};

/// Limits of a set computation; all are printed with the answer.
#[derive(Debug, Clone)]
pub struct SetLimits {
    /// Steps of the search, and of the chain of outer bounds.
    pub steps: u64,
    /// The gap, relative to the widest payoff range, that is good enough. Without one exact corners are sought for two
    /// parties, and [`SetLimits::GAP`] is good enough for three and more.
    pub gap: Option<f64>,
    /// Whether to prove bounds at all; without, the vertices are what the search found and both gaps are open.
    pub prove: bool,
    /// Whether to write down the proofs (exact sets and gaps are proved either way).
    pub proofs: bool,
    /// The most bounds (joint actions times directions times steps) that are written down as proof.
    pub largest_proof: usize,
    /// For three and more parties: directions have whole coordinates from -grain to grain; the grain grows
    /// from 1 to this while the gap asked for is not reached.
    pub grain: u32,
    /// The most directions that growing may lead to.
    pub directions: usize,
    /// The most points of an inner set per state for three and more parties.
    pub points: usize,
}

impl SetLimits {
    /// The gap that is good enough for three and more parties where none is asked for.
    pub const GAP: f64 = 1e-6;

    /// The gap that is good enough for so many parties.
    #[must_use]
    pub fn gap_for(&self, parties: usize) -> f64 {
        self.gap.unwrap_or(if parties > 2 { Self::GAP } else { 0.0 })
    }
}

impl Default for SetLimits {
    fn default() -> Self {
        Self {
            steps: 20_000,
            gap: None,
            prove: true,
            proofs: true,
            largest_proof: 400_000,
            grain: 4,
            directions: 300,
            points: 60,
        }
    }
}

/// A coordinate: exact where it is proved to be, else a double near it.
#[derive(Debug, Clone, PartialEq)]
pub enum Coordinate {
    /// Exactly this.
    Exact(Exact),
    /// About this.
    Near(f64),
}

impl Coordinate {
    /// The nearest double.
    #[must_use]
    pub fn to_float(&self) -> f64 {
        match self {
            Self::Exact(value) => to_float(value),
            Self::Near(value) => *value,
        }
    }
}

/// Why a computation stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The set is exact: it generates itself and nothing lies outside, both proved in rationals.
    Exact,
    /// Proved that some or all states have no equilibrium in pure strategies, and nothing is left open.
    Empty,
    /// The levels and threats stand still as far as doubles can tell; the gaps are proved.
    StoodStill,
    /// The gap asked for was reached.
    GapReached,
    /// The limit of steps was reached: undecided beyond the gaps shown.
    StepLimit,
    /// Somebody asked to stop: undecided beyond the gaps shown.
    Interrupted,
}

impl Stop {
    /// The word used in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Empty => "no equilibrium",
            Self::StoodStill => "stood still",
            Self::GapReached => "gap reached",
            Self::StepLimit => "step limit",
            Self::Interrupted => "interrupted",
        }
    }
}

/// The equilibrium payoffs of one state.
#[derive(Debug, Clone, Default)]
pub struct StateSet {
    /// Whether it is proved that there is no equilibrium in pure strategies.
    pub none: bool,
    /// The worst value of each party.
    pub threat: Vec<Coordinate>,
    /// Corners; counter-clockwise from the lowest for two parties.
    pub vertices: Vec<Vec<Coordinate>>,
    /// Proved outer levels: direction and level.
    pub outer: Vec<(Vec<f64>, f64)>,
    /// Proved inner points (equal to the vertices where those are exact).
    pub inner: Vec<Vec<f64>>,
}

/// The equilibrium payoffs of all states, and how sure they are.
#[derive(Debug, Clone)]
pub struct SetAnswer {
    /// By state.
    pub states: Vec<StateSet>,
    /// How far the vertices may stick out of what is proved possible; `None` when nothing is proved.
    pub inner_gap: Option<f64>,
    /// How far what is not proved impossible sticks out of the vertices; for three and more parties along the directions of
    /// the states' outer levels, between which it may be more.
    pub outer_gap: f64,
    /// Why it stopped.
    pub stop: Stop,
    /// Steps of the search.
    pub steps: u64,
    /// Proof that the points are equilibrium payoffs.
    pub membership: Option<Membership>,
    /// Proof that nothing else is.
    pub refutation: Option<Refutation>,
    /// What could not be written down or reached, in words.
    pub notes: Vec<String>,
}
