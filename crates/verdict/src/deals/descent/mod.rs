//! The greatest family: punishments and settlements that hold each other up, found from outside.
//!
//! A path is that of a pure-strategy subgame-perfect equilibrium exactly if no single departure pays when it is
//! answered by the worst equilibrium path of the party that departed (Abreu 1988). Families that grow from what is
//! played without a deal ([`super::worsen`]) never find a punishment and a settlement that rest on each other, such as a
//! period of stick before the carrot. So here the search starts from too much and prunes:
//!
//! ```text
//! p_i(s) := values below which no equilibrium is
//! repeat   drop the paths with a step that does not satisfy  v_j ≥ max over own departures of c_j(landing; p_j)  for
//!          every party j; build others in their place, backwards from stays, two-cycles, what is played without a deal
//!          and the paths that are left
//!          p_i(s) := max(p_i(s), the least value to i of the paths kept from s)
//! until nothing changes
//! ```
//!
//! `p` only rises, so a path that is dropped never comes back, and the rounds end. In a state in which no path is kept
//! nothing can answer a departure, and `p` is infinite. What is left is a family in which every departure is answered
//! by the least path kept for the party that departed; it is checked as a family before it is used, and by the exact
//! checker afterwards. Paths are built without listing joint moves (`seek`). Once the limit on work is reached no
//! more are built: the rounds then only drop, and end with a smaller family.
//!
//! Few paths are kept in a state (`kept`), so the search is not complete, and says nothing when it finds nothing.

mod cycles;
mod extract;
mod kept;
mod seek;

use rayon::prelude::*;

use super::along::Reaching;
use super::blocks::Rows;
use super::family::{Family, Values, departing, holds, less_costs};
use crate::arena::Arena;
use cycles::Cycle;
use detente_base::watch::Watch;
use kept::{Kept, NONE, Scale, Slot};
use seek::{Found, Seek};

/// Limits of the search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most rounds of pruning.
    pub rounds: u32,
    /// The most steps by which paths grow in one round.
    pub steps: u32,
    /// The same where more paths are kept than `kept`.
    pub steps_of_many: u32,
    /// The most blocks of up to 64 states that are looked at, over all rounds.
    pub looks: u64,
    /// The most joint moves for which two-cycles are listed, and paths with the widest margin are sought among all.
    pub joint_moves: u64,
    /// The most paths in all for which each state also keeps the greatest for each party, and that are kept without a
    /// place of their own.
    pub kept: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rounds: 400,
            steps: 4,
            steps_of_many: 2,
            looks: 800_000_000,
            joint_moves: 2_000_000,
            kept: 200_000,
        }
    }
}

/// What departing into a state where nothing is kept is worth: more than anything.
const UNANSWERED: f64 = 1e200;

/// Searches for the greatest family; `None` where it keeps no path in some state that today can lead to, or the limit on
/// rounds was reached. `no_deal` are the nodes of what is played without a deal, which in games with chances say how play
/// goes on where chance leads elsewhere; `least` are values below which no equilibrium is, by party and state.
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
    let mut search = Descent::new(arena, no_deal.unwrap_or(&empty), &reaching, least, limits);
    for round in 0..limits.rounds {
        watch.advanced(
            "punishments and settlements that hold each other up: rounds",
            u64::from(round),
            Some(u64::from(limits.rounds)),
        );
        if watch.should_stop() {
            return None;
        }
        search.build();
        if !search.raise() {
            return search.family();
        }
    }
    None
}

/// The search as it is after some rounds.
struct Descent<'a, 'g> {
    arena: &'a Arena<'g>,
    limits: &'a Limits,
    /// What is played without a deal; without nodes where nothing was found. Its nodes are the first ones kept.
    no_deal: &'a Family,
    reaching: &'a Reaching,
    rows: Rows,
    scale: Scale,
    /// What each party can be held to after departing into each state: `p` above.
    least: Vec<Vec<f64>>,
    kept: Kept,
    /// The two-cycles that were not found to break.
    cycles: Vec<Cycle>,
    looks: u64,
}

impl<'a, 'g> Descent<'a, 'g> {
    fn new(
        arena: &'a Arena<'g>,
        no_deal: &'a Family,
        reaching: &'a Reaching,
        least: Vec<Vec<f64>>,
        limits: &'a Limits,
    ) -> Self {
        let listed = arena.joint_moves() <= limits.joint_moves;
        let with_most = (2 * arena.parties + 1) * arena.states <= limits.kept;
        let departing = departing(arena, |party| least[party].clone());
        let mut search = Self {
            arena,
            limits,
            no_deal,
            reaching,
            rows: Rows::of(arena),
            scale: Scale::of(arena),
            least,
            kept: Kept::of(arena, no_deal, &departing, with_most, limits.kept),
            cycles: Vec::new(),
            looks: 0,
        };
        // By chance play may leave a cycle half way.
        if listed && !arena.game.has_chances() {
            search.cycles = cycles::all(arena, &departing);
        }
        search
    }

    /// Drops the paths that do not hold under the present `least`, and builds others in their place.
    fn build(&mut self) {
        let departing = departing(self.arena, |party| self.least[party].clone());
        self.kept.drop_broken(self.arena, &departing);
        let open = self.kept.open();
        if !open.iter().any(|open| *open) {
            return;
        }
        self.kept.share_places(self.arena, &self.scale, &departing);
        // What is played without a deal holds as long as the least values are no higher than what it answers with, and they
        // never are, because it is always offered.
        for node in self.kept.first() {
            if self.kept.has_room(self.kept.at(node).0) {
                self.kept.place(self.arena, &self.scale, &departing, node);
            }
        }
        self.offer_cycles(&departing);
        let mut fresh = 0;
        let steps = match self.kept.are_many() {
            true => self.limits.steps_of_many,
            false => self.limits.steps,
        };
        for _ in 0..steps {
            if self.looks >= self.limits.looks {
                break;
            }
            let before = self.kept.nodes();
            self.extend(fresh, &open, &departing);
            fresh = before;
            if self.kept.nodes() == before {
                break;
            }
        }
        self.kept.give_up_empty();
    }

    fn offer_cycles(&mut self, departing: &[Vec<Vec<f64>>]) {
        let (arena, cycles) = (self.arena, std::mem::take(&mut self.cycles));
        for cycle in cycles {
            let [one, other] = cycle.map(|state| state as usize);
            if !self.kept.has_room(one) && !self.kept.has_room(other) {
                self.cycles.push(cycle);
                continue;
            }
            let (here, there) = cycles::values(arena, one, other);
            if holds(arena, departing, one, other, &here) && holds(arena, departing, other, one, &there) {
                self.cycles.push(cycle);
                self.kept
                    .place_cycle(arena, &self.scale, departing, (one, here), (other, there));
            }
        }
    }

    /// Adds paths one step before those kept from a number on, wherever they are better than what an open place holds.
    fn extend(&mut self, from: usize, open: &[bool], departing: &[Vec<Vec<f64>>]) {
        let arena = self.arena;
        let seek = Seek::new(self, self.kept.followed(from), departing);
        let slots: Vec<(usize, Slot)> = self.kept.slots().enumerate().collect();
        let one = |(number, slot): (usize, Slot)| seek.best(number, slot, open);
        let found: Vec<Found> = slots.into_par_iter().map(one).collect();
        self.looks += found.iter().map(|found| found.looks).sum::<u64>();
        for (state, next) in found.into_iter().flat_map(|found| found.next) {
            let (target, values) = self.kept.at(next);
            let brings = self.no_deal.worth_before_costs(arena, target, &values);
            let values = less_costs(arena, state, target, &brings);
            self.offer(departing, (state, target, next), values);
        }
    }

    /// Adds a path, given as state, target and what follows, if it is to be kept in its state.
    fn offer(&mut self, departing: &[Vec<Vec<f64>>], path: (usize, usize, u32), values: Values) {
        let node = self.kept.add(path, values);
        if !self.kept.place(self.arena, &self.scale, departing, node) {
            self.kept.take_back();
        }
    }

    /// Raises `least` to the least values kept; whether any rose by more than the error of doubles.
    fn raise(&mut self) -> bool {
        let mut any = false;
        for party in 0..self.arena.parties {
            let tiny = self.scale.tiny(party);
            for state in 0..self.arena.states {
                let now = match self.kept.least(state, party) {
                    NONE => UNANSWERED,
                    node => self.kept.at(node).1[party],
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
}
