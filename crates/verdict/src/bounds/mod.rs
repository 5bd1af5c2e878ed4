//! Bounds for every state and party that contain all self-enforcing values.
//!
//! Start from the payoff range. A joint move from s to t *survives* if for every party j the best it can hope
//! for by going along is at least what it is sure of by departing:
//! `c_j(t; high) ≥ dev_j(s_j, t_−j; low)`, `dev_j = max` over j's own moves t′ of `c_j(t′; low)`.
//! Then `high_i(s)` is the largest `c_i(t; high)` over surviving moves and `low_i(s)` the least
//! `dev_i(s_i, t_−i; low)` over them (design, section 4.1; `c` is in [`crate::arena`]).
//!
//! The work goes in *stages*. Within a stage the surviving set is held fixed, as computed from the stage
//! before. For a fixed set the operator is a contraction: repeating it from above (below) gives super-solutions
//! (sub-solutions) at every step, and any values can be moved outwards by what one more step would change so that
//! they are one (`improve`). So a stage may end at any time and stay sound; it is then moved outwards by more than
//! the rounding and handed to the exact checker as whole numbers.
//!
//! Two ways to look over the surviving moves: `sweep` goes party by party and never lists joint moves; it may
//! keep moves that do not survive, which loosens bounds but never makes them false; `improve` solves a stage of it.
//! `enumerate` lists them, where their number is within the limit.

mod chain;
mod complying;
mod dead_end;
mod enumerate;
mod improve;
mod layers;
pub mod pairs;
mod settle;
mod stage;
mod sweep;

pub use chain::{Chain, Reach};
pub use settle::{Settlements, settlements};
pub use stage::{Answers, Stage};

use std::sync::Arc;

use crate::arena::Arena;
use detente_base::watch::Watch;

/// Limits of the computation; printed in every report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The most stages.
    pub stages: u32,
    /// The most repetitions within a stage.
    pub rounds: u32,
    /// The most joint moves, over all states, that are listed one by one.
    pub joint_moves: u64,
    /// The most joint moves that are looked at in stages that list them, over all rounds.
    pub looks: u64,
    /// The most memory, in bytes.
    pub memory: u64,
    /// Whether bounds that tie two parties together are added once intervals have settled.
    pub pairs: bool,
    /// How fine the whole numbers of a stage are: 2 to this power a unit of the party's flows.
    pub grid_bits: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            stages: 40,
            rounds: 400,
            joint_moves: 60_000_000,
            looks: 4_000_000,
            memory: 8 << 30,
            pairs: true,
            grid_bits: 16,
        }
    }
}

/// Why the computation stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stop {
    /// A whole stage changed nothing any more.
    Settled,
    /// The question was decided before.
    Decided,
    /// The limit on stages was reached.
    StageLimit,
    /// The limit on joint moves looked at was reached.
    WorkLimit,
    /// Somebody asked to stop.
    Interrupted,
    /// A state that today can lead to has no self-enforcing play at all.
    NothingSurvives,
}

/// Bounds, stage by stage.
#[derive(Debug, Clone)]
pub struct Bounds {
    /// Every stage after the payoff range; the last one holds the bounds.
    pub stages: Vec<Arc<Stage>>,
    /// The payoff range, from which the first stage starts.
    pub widest: Arc<Stage>,
    /// Why it stopped.
    pub stop: Stop,
    /// Whether joint moves were listed one by one in the last stage.
    pub listed: bool,
    /// A state that today can lead to and from which no joint move survives the last stage.
    pub dead_end: Option<u32>,
}

impl Bounds {
    /// The last stage, or the payoff range when there is none.
    #[must_use]
    pub fn last(&self) -> &Stage {
        self.stages.last().unwrap_or(&self.widest)
    }
}

/// Bytes that [`compute`] needs at its peak; of the stages it keeps one is counted, each further one takes
/// 16 bytes a party and state.
#[must_use]
pub fn memory_needed(arena: &Arena<'_>) -> u64 {
    let tables: u64 = arena.moves.iter().map(|tables| tables.len() as u64).sum();
    let parties = arena.parties as u64;
    // The arena; the stage before, the next, the one kept and their doubles; departures and worths.
    let held = 24 * parties + 4 * 16 * parties + 8 * (tables + parties);
    // What each side of each party keeps from stage to stage.
    let kept = 2 * parties * (8 + 4 + 4);
    // Layers of sweeps and where they came from, values and moves of each side: a core that waits takes another side, so
    // all may be in work.
    let worked = 2 * parties * (8 * (parties + 8) + 4 * parties) + 4 * tables;
    (held + kept + worked) * arena.states as u64
}

/// Computes bounds until nothing changes, `decided` says that the question is settled, or a limit is reached.
/// Once intervals have settled and the question has not, pair bounds are added where joint moves can be listed.
pub fn compute(
    arena: &Arena<'_>,
    limits: &Limits,
    watch: &dyn Watch,
    decided: &dyn Fn(&Stage) -> bool,
) -> Bounds {
    Chain::new(arena, limits).until(arena, limits, Reach::Everything, watch, decided)
}
