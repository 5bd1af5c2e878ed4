//! The greatest family: punishments and settlements that hold each other up, found from outside.
//!
//! A path is that of a pure-strategy subgame-perfect equilibrium exactly if no single departure pays when it is
//! answered by the worst equilibrium path of the party that departed (Abreu 1988). Families that grow from what is
//! played without a deal ([`super::worsen`]) never find a punishment and a settlement that rest on each other, such as a
//! period of stick before the carrot. So here the search starts from too much and prunes:
//!
//! ```text
//! p_i(s) := −∞
//! repeat   build paths backwards from stays, two-cycles and what is played without a deal, keeping those all of whose
//!          steps satisfy  v_j ≥ max over own departures of c_j(landing; p_j)  for every party j
//!          p_i(s) := max(p_i(s), the least value to i of the paths kept from s)
//! until nothing changes
//! ```
//!
//! `p` only rises, so it ends. In a state in which no path is kept nothing can answer a departure, and `p` is infinite.
//! What is left is a family in which every departure is answered by the least path kept for the party that departed;
//! it is checked as a family before it is used, and by the exact checker afterwards.
//!
//! Few paths are kept in a state: for each party the least and the greatest, and the one with the widest margin, each
//! margin measured against its own party's payoff range. So the search is not complete, and says nothing when it
//! finds nothing.

use detente_base::ids::StateId;

use super::along::{Along, Reaching};
use super::family::{Family, Values, departing, holds, less_costs, values_at};
use crate::arena::Arena;
use detente_base::watch::Watch;

/// Limits of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most rounds of pruning.
    pub rounds: u32,
    /// The most steps before a stay, a cycle or play without a deal.
    pub steps: u32,
    /// The most states looked at, over all rounds.
    pub looks: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rounds: 400,
            steps: 4,
            looks: 400_000_000,
        }
    }
}

/// No node yet.
const NONE: u32 = u32::MAX;

/// A path: its first step and the path that follows.
#[derive(Clone, Copy)]
struct Node {
    state: u32,
    target: u32,
    next: u32,
    values: Values,
}

/// What departing into a state where nothing is kept is worth: more than anything.
const UNANSWERED: f64 = 1e200;

impl Node {
    /// Everybody stays in a state.
    fn staying(state: usize, values: &Values) -> Self {
        Self {
            state: state as u32,
            target: state as u32,
            next: NONE,
            values: *values,
        }
    }
}

/// Searches for the greatest family; `None` where it keeps no path in some state that today can lead to, or a limit
/// was reached. `no_deal` are the nodes of what is played without a deal, which in games with chances say how play goes on
/// where chance leads elsewhere; `least` are values below which no equilibrium is, by party and state.
#[must_use]
pub fn descend(
    arena: &Arena<'_>,
    no_deal: Option<&Family>,
    least: Vec<Vec<f64>>,
    limits: &Limits,
    watch: &dyn Watch,
) -> Option<Family> {
    if no_deal.is_none() && arena.game.has_chances() {
        return None;
    }
    let reaching = Reaching::new(arena);
    let empty = Family::without_nodes(arena);
    let mut search = Descent {
        arena,
        no_deal: no_deal.unwrap_or(&empty),
        reaching: &reaching,
        ranges: (0..arena.parties)
            .map(|party| range(&arena.stays[party]))
            .collect(),
        least,
        nodes: Vec::new(),
        kept: Vec::new(),
        looks: 0,
    };
    for round in 0..limits.rounds {
        watch.advanced(
            "punishments and settlements that hold each other up: rounds",
            u64::from(round),
            Some(u64::from(limits.rounds)),
        );
        if watch.should_stop() || search.looks >= limits.looks {
            return None;
        }
        search.build(limits.steps);
        if !search.raise() {
            return search.family();
        }
    }
    None
}

fn range(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let range = top - values.iter().copied().fold(f64::INFINITY, f64::min);
    if range > 0.0 { range } else { 1.0 }
}

/// The search as it is after some rounds.
struct Descent<'a, 'g> {
    arena: &'a Arena<'g>,
    /// What is played without a deal; without nodes where nothing was found.
    no_deal: &'a Family,
    reaching: &'a Reaching,
    /// Each party's range of what staying is worth, for margins on its own scale.
    ranges: Vec<f64>,
    /// What each party can be held to after departing into each state: `p` above.
    least: Vec<Vec<f64>>,
    /// The paths built in this round.
    nodes: Vec<Node>,
    /// For each state, the nodes kept there: for each party the least and the greatest, then the widest margin.
    kept: Vec<u32>,
    looks: u64,
}

impl Descent<'_, '_> {
    fn slots(&self) -> usize {
        2 * self.arena.parties + 1
    }

    /// Builds the paths that hold under the present `least`, up to some steps before what they start from.
    fn build(&mut self, steps: u32) {
        let arena = self.arena;
        self.nodes.clear();
        self.kept.clear();
        self.kept.resize(self.slots() * arena.states, NONE);
        let departing = departing(arena, |party| self.least[party].clone());
        self.keep_played(&departing);
        self.keep_stays(&departing);
        self.keep_cycles(&departing);
        let mut fresh = 0..self.nodes.len();
        let reaching = self.reaching;
        for _ in 0..steps {
            let before = self.nodes.len();
            let mut along = Along::new(arena, &departing, reaching);
            for node in fresh {
                self.step_back(node, &mut along, &departing);
            }
            fresh = before..self.nodes.len();
            if fresh.is_empty() {
                break;
            }
        }
    }

    fn keep_stays(&mut self, departing: &[Vec<Vec<f64>>]) {
        for state in 0..self.arena.states {
            let values = self.no_deal.worth_of_staying(self.arena, state);
            if holds(self.arena, departing, state, state, &values) {
                let node = self.nodes.len() as u32;
                self.offer(departing, state, state, node, values);
            }
        }
    }

    /// Two states by turns, in games without chances.
    fn keep_cycles(&mut self, departing: &[Vec<Vec<f64>>]) {
        let arena = self.arena;
        if arena.game.has_chances() {
            return;
        }
        let id = StateId::at;
        for state in 0..arena.states {
            let mut found = Vec::new();
            arena.for_each_joint_move(state, &mut |target, _| {
                if target > state && arena.game.can_move(id(target), id(state)) {
                    found.push(target);
                }
            });
            self.looks += found.len() as u64;
            for target in found {
                let (here, there) = alternating(arena, state, target);
                if holds(arena, departing, state, target, &here)
                    && holds(arena, departing, target, state, &there)
                {
                    let first = self.nodes.len() as u32;
                    for (from, to, next, values) in
                        [(state, target, first + 1, here), (target, state, first, there)]
                    {
                        self.nodes.push(Node {
                            state: from as u32,
                            target: to as u32,
                            next,
                            values,
                        });
                    }
                    self.keep(departing, first);
                    self.keep(departing, first + 1);
                }
            }
        }
    }

    /// What is played without a deal, with its answers and under the same numbers: all of it holds as long as the least
    /// values are no higher than what it answers with, and they never are, because it is always kept.
    fn keep_played(&mut self, departing: &[Vec<Vec<f64>>]) {
        let no_deal = self.no_deal;
        for node in 0..no_deal.state.len() {
            self.nodes.push(Node {
                state: no_deal.state[node],
                target: no_deal.target[node],
                next: no_deal.next[node],
                values: no_deal.worths(node),
            });
        }
        for node in 0..no_deal.state.len() as u32 {
            self.keep(departing, node);
        }
    }

    /// Keeps the paths that lead into one by a joint move that everybody goes along with.
    fn step_back(&mut self, node: usize, along: &mut Along<'_, '_>, departing: &[Vec<Vec<f64>>]) {
        let arena = self.arena;
        let (target, values) = (self.nodes[node].state as usize, self.nodes[node].values);
        let brings = self.no_deal.worth_before_costs(arena, target, &values);
        let Some(positions) = along.positions(target, &brings) else {
            return;
        };
        let mut states = vec![0usize];
        for (party, positions) in positions.iter().enumerate() {
            let stride = arena.strides.get(party).copied().unwrap_or(arena.natures_stride);
            let longer = states.iter().flat_map(|state| {
                positions
                    .iter()
                    .map(move |position| state + *position as usize * stride)
            });
            states = longer.collect();
        }
        self.looks += states.len() as u64;
        for state in states {
            if along.all(state, target, &brings) {
                let values = less_costs(arena, state, target, &brings);
                self.offer(departing, state, target, node as u32, values);
            }
        }
    }

    /// Adds a path if it is to be kept in its state.
    fn offer(&mut self, departing: &[Vec<Vec<f64>>], state: usize, target: usize, next: u32, values: Values) {
        let node = self.nodes.len() as u32;
        self.nodes.push(Node {
            state: state as u32,
            target: target as u32,
            next,
            values,
        });
        if !self.keep(departing, node) {
            self.nodes.pop();
        }
    }

    /// Lets a path take the places in its state for which it is better than what is there; whether there are any.
    fn keep(&mut self, departing: &[Vec<Vec<f64>>], number: u32) -> bool {
        let (slots, node) = (self.slots(), self.nodes[number as usize]);
        let state = node.state as usize;
        let mut any = false;
        for slot in 0..slots {
            let at = state * slots + slot;
            let better = match self.kept[at] {
                NONE => true,
                now => {
                    let now = self.nodes[now as usize];
                    let (party, tiny) = (slot / 2, 1e-9 * self.ranges.get(slot / 2).unwrap_or(&1.0));
                    if slot + 1 == slots {
                        self.margin(departing, &node) > self.margin(departing, &now) + 1e-9
                    } else if slot % 2 == 0 {
                        node.values[party] < now.values[party] - tiny
                    } else {
                        node.values[party] > now.values[party] + tiny
                    }
                }
            };
            if better {
                self.kept[at] = number;
                any = true;
            }
        }
        any
    }

    /// The least by which a party is better off going along, each as a share of its own range.
    fn margin(&self, departing: &[Vec<Vec<f64>>], node: &Node) -> f64 {
        let (arena, state, target) = (self.arena, node.state as usize, node.target as usize);
        let of = |party: usize| {
            let sure = departing[party][arena.table_at(state, party)][arena.own_from(state, target, party)];
            let worth = node.values[party] + arena.cost_by_others(party, state, target);
            (worth - sure) / self.ranges[party]
        };
        (0..arena.parties).map(of).fold(f64::INFINITY, f64::min)
    }

    /// Raises `least` to the least values kept; whether any rose by more than the error of doubles.
    fn raise(&mut self) -> bool {
        let slots = self.slots();
        let mut any = false;
        for party in 0..self.arena.parties {
            let tiny = 1e-9 * self.ranges[party];
            for state in 0..self.arena.states {
                let node = self.kept[state * slots + 2 * party];
                let now = match node {
                    NONE => UNANSWERED,
                    node => self.nodes[node as usize].values[party],
                };
                let least = &mut self.least[party][state];
                if now > *least + tiny {
                    *least = now;
                    any = true;
                }
            }
        }
        any
    }

    /// What is kept, as a family: first a node for each state, for where chance leads and for after several departures
    /// at once, then all that answers need.
    fn family(&self) -> Option<Family> {
        let (arena, slots) = (self.arena, self.slots());
        let mut family = self.no_deal.without_answers();
        let played = family.state.len() as u32;
        let mut numbers: Vec<u32> = (0..self.nodes.len() as u32)
            .map(|node| if node < played { node } else { NONE })
            .collect();
        let widest = |state: usize| self.kept[(state + 1) * slots - 1];
        if played == 0 {
            let reached = arena.reached_from_today();
            if (0..arena.states).any(|state| reached[state] && widest(state) == NONE) {
                return None;
            }
            for state in 0..arena.states {
                // Nothing leads to the others, but every state has its node.
                let node = match widest(state) {
                    NONE => Node::staying(state, &values_at(&arena.stays, state)),
                    node => self.nodes[node as usize],
                };
                family.add(node.state, node.target, state as u32, &node.values);
                if widest(state) == NONE {
                    family.leave_out(state);
                } else {
                    numbers[widest(state) as usize] = state as u32;
                }
            }
        }
        family.end_lasting();
        for state in (0..arena.states).filter(|state| played == 0 && widest(*state) != NONE) {
            let next = self.nodes[widest(state) as usize].next;
            family.next[state] = self.number(next, 0, &mut numbers, &mut family);
        }
        for party in 0..arena.parties {
            for state in 0..arena.states {
                let node = self.kept[state * slots + 2 * party];
                if node != NONE {
                    let number = self.number(node, party, &mut numbers, &mut family);
                    family.answer[party][state] = number;
                }
            }
        }
        family.holds(arena).then_some(family)
    }

    /// The number of a path in the family; it and what follows it are added if they are not there yet.
    fn number(&self, node: u32, party: usize, numbers: &mut [u32], family: &mut Family) -> u32 {
        let mut added = Vec::new();
        let mut at = node;
        while numbers[at as usize] == NONE {
            let here = self.nodes[at as usize];
            let number = family.add_for(party, here.state, here.target, 0, &here.values);
            numbers[at as usize] = number;
            added.push((number, here.next));
            at = here.next;
        }
        for (number, next) in added {
            family.next[number as usize] = numbers[next as usize];
        }
        numbers[node as usize]
    }
}

/// What two states by turns are worth: from the first, then from the second.
fn alternating(arena: &Arena<'_>, first: usize, second: usize) -> (Values, Values) {
    let (mut here, mut there) = (Values::default(), Values::default());
    for party in 0..arena.parties {
        let pays =
            |from: usize, to: usize| arena.base[party][to] - arena.cost_of_policy(party, from, to as u32);
        let (onward, back) = (pays(first, second), pays(second, first));
        let (to_second, to_first) = (arena.weight[party][second], arena.weight[party][first]);
        here[party] = (onward + to_second * back) / (1.0 - to_second * to_first);
        there[party] = back + to_first * here[party];
    }
    (here, there)
}
