//! Something is impossible: a chain of bounds around all self-enforcing values that leaves no settlement.
//!
//! Write E(s) for the set of value vectors of the pure-strategy subgame-perfect equilibria from state s. A chain
//! claims `low^k_i(s) ≤ v_i ≤ high^k_i(s)` for every v in E(s), every party i, state s and stage k.
//!
//! **Stage 0** is the payoff range, which the checker computes.
//!
//! **Moves that survive.** For a joint move from s to t let
//! `c_j(s,t;b) = (1−δ)(u_j(t) − cost_j(s,t)) + δ[(1−h(t)) b_j(t) + h(t) e_j(t)]` and
//! `dev_j(s,t_−j;b) = max c_j(s,t′;b)` over the t′ that j alone can make of t, t itself included (with chances,
//! expectations over what chance makes of t and t′). If an equilibrium from s starts with t, what follows is an
//! equilibrium from t, worth at most high; and after a departure by j an equilibrium follows that is worth at least low.
//! So `c_j(s,t;high^{k−1}) ≥ v_j ≥ dev_j(s,t_−j;low^{k−1})` for every j. Let `A_k(s)` be the moves that pass this
//! test: all first moves of equilibria are among them.
//!
//! **A stage** must satisfy, for every state s and party i,
//!
//! - `high^k_i(s) ≥ min(high^{k−1}_i(s), max over A_k(s) of c_i(s,t;high^k))`,
//! - `low^k_i(s) ≤ max(low^{k−1}_i(s), min over A_k(s) of dev_i(s,t_−i; max(low^{k−1}, low^k)))`.
//!
//! *Why it is sound though `high^k` stands on both sides.* The set A_k is fixed by the stage before, so
//! `(Tb)(s) = max over A_k(s) of c_i(s,t;b)` is monotone and shrinks distances by δ < 1. Let h* be the true
//! supremum, `d = sup_s (h*(s) − high^k(s))` over the states in which there is an equilibrium, and suppose d > 0.
//! In each such s either `high^k(s) ≥ high^{k−1}(s) ≥ h*(s)`, or `h*(s) − high^k(s) ≤ (Th*)(s) − (T high^k)(s) ≤ δd`,
//! because the states that a move from s leads to have equilibria too. So d ≤ δd, a contradiction. Likewise for low,
//! with `max(low^{k−1}, low^k)`, which exceeds the true infimum by no more than low^k does: maxima over own
//! moves and minima over A_k shrink distances as well. (A single set W with `B(W) ⊆ W` proves nothing, because
//! there the moves allowed are taken from W itself. Here they are taken from the stage before, which is already
//! known to hold; with them fixed, a super-solution of a contraction lies above its only fixed point.)
//!
//! **Pairs.** A stage may also bound `a·v_i + b·v_j` for two parties. With `pairs` the stage before says of each
//! joint move between what and what every party's value lies, `least_i(s,t)` and `most_i(s,t)`; `A_k` leaves out
//! the moves where these cross, and stage k must satisfy
//!
//! - `high^k_i(s) ≥ min(high^{k−1}_i(s), max over A_k(s) of min(c_i(s,t;high^k), most_i(s,t)))`, likewise low,
//! - `S^k(s) ≥ min(S^{k−1}(s), max over A_k(s) of min(sum(s,t;S^k), a·most_i + b·most_j))`, likewise from below,
//!
//! where sum takes S from stage k and the parties' intervals from the stage before. A sum that the stage before does
//! not bound starts at what its intervals imply. All that stage k has on the right is again its own bound under
//! an operator that shrinks distances by `max m ≤ δ < 1`, so the argument above holds for each bound by itself.
//!
//! **States without equilibrium.** Where A_k(s) is empty the conditions are empty and the numbers are free. That
//! is sound: an equilibrium says what happens after every joint move, so from a state that can lead to s there is none
//! either, and every statement above is about states that have one. If today can lead to such a state, nothing at
//! all is self-enforcing; a proof may say so with `without_equilibrium`, and the answer then says so too.
//!
//! **The conclusion.** A settlement x gives every party exactly what staying for ever gives (with chances, at most
//! the solution of `v = c(x,x)` with high wherever chance leads away). If for some j this is less than
//! `dev_j(x,x_−j;low)` or `low_j(x)` of the last stage, x is no settlement of an equilibrium. Every state that
//! satisfies the target must fail so, or must not be reached from today by moves that survive the last stage.
//!
//! Intervals are convex, so a public lottery before each period over what follows changes nothing in the bounds;
//! the statement is about pure actions. The idea of iterating outwards from the feasible payoffs is that of
//! Abreu, Pearce and Stacchetti (1990) and, with rounding outwards, of Judd, Yeltekin and Conklin (2003).

mod conclusion;
mod layout;
mod pairs;
mod reach;
mod rules;
mod scale;
mod stages;
mod survival;
#[cfg(test)]
mod tests;

pub use conclusion::Grounds;
pub use pairs::Pair;

use serde::{Deserialize, Serialize};

use crate::Refusal;
use crate::subject::Subject;
use layout::Layout;
use scale::Scale;
use stages::Checker;

/// The finest grid of bounds.
pub const FINEST_GRID: u64 = 1 << 40;

/// A chain of bounds. A bound is a whole number over (the party's flow denominator × `grid`); where that
/// denominator is beyond 2^20, over (2^20 × `grid`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// How much finer than that the bounds are; a power of two.
    pub grid: u64,
    /// The stages after the payoff range, in order.
    pub stages: Vec<Stage>,
    /// A state that today can lead to and from which no joint move survives the last stage, so that there is no
    /// self-enforcing path at all; left out where the settlements are excluded one by one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without_equilibrium: Option<u32>,
}

/// One stage: for each party, one whole number a state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// No self-enforcing value is above.
    pub high: Vec<Vec<i64>>,
    /// No self-enforcing value is below.
    pub low: Vec<Vec<i64>>,
    /// Bounds on weighted sums of two parties' values; none where intervals suffice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pairs: Vec<Pair>,
}

/// What the check of a chain of bounds found to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounded {
    /// Stages checked.
    pub stages: usize,
    /// Bounds that are tighter than in the stage before, over all stages.
    pub earned: u64,
    /// Why no settlement is left.
    pub grounds: Grounds,
}

/// Checks every stage, then the conclusion.
pub(crate) fn check(subject: &Subject, bounds: &Bounds) -> Result<Bounded, Refusal> {
    let game = &subject.game;
    if !bounds.grid.is_power_of_two() || bounds.grid > FINEST_GRID {
        return Err(Refusal::Field(format!(
            "grid: {} is not a power of two up to {FINEST_GRID}",
            bounds.grid
        )));
    }
    let without = bounds.without_equilibrium;
    let without = without.map(|state| subject.state(state, "without_equilibrium"));
    let without = without.transpose()?;
    for (number, stage) in bounds.stages.iter().enumerate() {
        let fits = |side: &[Vec<i64>]| {
            side.len() == game.party_count() && side.iter().all(|list| list.len() == game.states())
        };
        if !fits(&stage.high) || !fits(&stage.low) {
            return Err(Refusal::Field(format!(
                "stage {}: not one number for each of {} parties and {} states on each side",
                number + 1,
                game.party_count(),
                game.states()
            )));
        }
        for pair in &stage.pairs {
            pair.check_shape(subject, number + 1)?;
        }
    }
    let layout = Layout::of(game)?;
    let scales = game
        .parties()
        .map(|party| Scale::of(game, party, bounds.grid))
        .collect::<Result<Vec<_>, _>>()?;
    let checker = Checker {
        subject,
        layout: &layout,
        scales: &scales,
    };
    let side = |end: &dyn Fn(&Scale) -> i64| {
        scales
            .iter()
            .map(|scale| vec![end(scale); game.states()])
            .collect()
    };
    let range = Stage {
        high: side(&|scale| scale.range.1),
        low: side(&|scale| scale.range.0),
        pairs: Vec::new(),
    };
    let mut before = &range;
    let mut earned = 0;
    for (number, stage) in bounds.stages.iter().enumerate() {
        earned += checker.check(number + 1, before, stage)?;
        before = stage;
    }
    Ok(Bounded {
        stages: bounds.stages.len(),
        earned,
        grounds: checker.conclude(before, without)?,
    })
}
