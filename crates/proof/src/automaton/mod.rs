//! Something is possible: a plan for every contingency, with no single departure that pays.
//!
//! A *node* stands in a state, plans a joint move to a target state and names the node that follows if everybody
//! complies. After a departure by party j that led to state t′, play continues at j's *answer* for t′, whatever the
//! node. Values solve, for every node n in state s with target t and every party i,
//!
//! `V_i(n) = (1−δ_i)(E u_i(y) − cost_i(s,t)) + δ_i E[(1−h(y)) V_i(n′(y)) + h(y) e_i(y)]`,
//!
//! y the state that chance makes of t, n′(t) the next node and n′(y) the fallback for y ≠ t. The plan is
//! self-enforcing (a pure-strategy subgame-perfect equilibrium) if at no node any party gains by one departure
//! after which it follows the plan again: the one-shot deviation principle, which holds because payoffs are bounded and
//! discounted (Blackwell 1965; Mailath and Samuelson 2006, proposition 2.2.1). Getting exactly as much by
//! departing is allowed.
//!
//! Play settles at a node that follows itself while everybody stays. With chances the way there may wait for one.

mod arrival;
mod check;
mod enclosure;
mod path;
mod plan;
mod values;
mod ways;

pub use check::SelfEnforcing;
pub(crate) use check::check;

use serde::{Deserialize, Serialize};

/// A plan for every contingency. Lists over nodes have the same length; nodes are numbered from 0.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Automaton {
    /// The node at which play starts today.
    pub start: u32,
    /// For each node, the state it stands in.
    pub state: Vec<u32>,
    /// For each node, the state that all parties move to.
    pub target: Vec<u32>,
    /// For each node, the node that follows if everybody complies and no chance intervenes; it stands in
    /// the target.
    pub next: Vec<u32>,
    /// For each party, pairs `[state, node]` by increasing state: where play continues after that party alone
    /// departed and the state came about.
    pub answers: Vec<Vec<[u32; 2]>>,
    /// Pairs `[state, node]` by increasing state: where play continues if all complied and chance made the
    /// state of another target. Empty without chances.
    pub fallback: Vec<[u32; 2]>,
    /// For each party, its value at each node of the path from the start to the settlement (both included), as
    /// [`detente_base::number::format_exact`] writes it; or an empty list, which promises that party nothing.
    pub promises: Vec<Vec<String>>,
}
