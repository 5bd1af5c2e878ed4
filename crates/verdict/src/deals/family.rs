//! Nodes and answers: the finite self-enforcing family on which deals rest.

use detente_base::ids::{PartyId, StateId};
use detente_case::MOST_PARTIES;
use rayon::prelude::*;

use crate::arena::{Arena, Best, Shares};
use crate::fallback::Fallback;

/// One value per party.
pub type Values = [f64; MOST_PARTIES];

/// A finite family of nodes with answers to departures.
#[derive(Debug, Clone)]
pub struct Family {
    /// The state of each node.
    pub state: Vec<u32>,
    /// The joint move of each node: the state everybody moves to.
    pub target: Vec<u32>,
    /// The node that follows when everybody complies.
    pub next: Vec<u32>,
    /// What each node is worth to each party, party by party for each node.
    worths: Vec<f64>,
    parties: usize,
    /// For each party and state, the node at which play goes on after that party departed.
    pub answer: Vec<Vec<u32>>,
    /// For each target, the chance that play gets there and what the other outcomes bring under the fallback;
    /// empty without chances.
    by_chance: Vec<(f64, Values)>,
    /// How many of the first nodes are those of what is played without a deal; the others are answers.
    lasting: usize,
    /// For each node after the lasting ones, the party to whose departure it is an answer.
    made_for: Vec<u8>,
    /// States out of reach of today for which nothing is known: their nodes say nothing. Empty where there are none.
    left_out: Vec<bool>,
}

impl Family {
    /// The family of what is played without a deal: a node for each phase and state, one for each settlement that is
    /// kept when leaving it is answered by going on as without a deal, and as answer to a departure whichever of the
    /// nodes there is worst for the party that departed.
    #[must_use]
    pub fn of_fallback(arena: &Arena<'_>, fallback: &Fallback) -> Self {
        let states = arena.states;
        let mut family = Self {
            state: Vec::new(),
            target: Vec::new(),
            next: Vec::new(),
            worths: Vec::new(),
            parties: arena.parties,
            answer: vec![vec![0; states]; arena.parties],
            by_chance: arena.elsewhere_by_chance(&fallback.phases[0].values),
            lasting: 0,
            made_for: Vec::new(),
            left_out: Vec::new(),
        };
        family.reserve((fallback.phases.len() + 1) * states);
        let node = |phase: usize, state: u32| (phase * states) as u32 + state;
        for (number, phase) in fallback.phases.iter().enumerate() {
            for (state, target) in phase.policy.target.iter().enumerate() {
                let next = node(fallback.after(number), *target);
                family.add(state as u32, *target, next, &values_at(&phase.values, state));
            }
        }
        family.answer_with_worst();
        family.add_settlements(arena);
        let settlements = family.settlements(states);
        for (number, phase) in fallback.phases.iter().enumerate() {
            for state in (0..states).filter(|state| phase.policy.settles[*state]) {
                let settlement = settlements[phase.policy.target[state] as usize];
                let node = node(number, state as u32) as usize;
                family.next[node] = settlement.unwrap_or(family.next[node]);
            }
        }
        family.answer_with_worst();
        family.lasting = family.state.len();
        family
    }

    /// Adds a node for every settlement that the present answers keep.
    fn add_settlements(&mut self, arena: &Arena<'_>) {
        let departing = self.departing(arena);
        for state in (0..arena.states).filter(|state| arena.rests(*state)) {
            let (values, shares) = (values_at(&arena.stays, state), arena.shares(state));
            let at_rest = (state, &shares);
            if holds_between(arena, &departing, at_rest, at_rest, &values) {
                let node = self.state.len() as u32;
                self.add(state as u32, state as u32, node, &values);
            }
        }
    }

    /// For each state, the first node at which everybody stays in it for ever, if there is one.
    fn settlements(&self, states: usize) -> Vec<Option<u32>> {
        let mut settlements = vec![None; states];
        for (node, state) in self.state.iter().enumerate().rev() {
            if self.target[node] == *state && self.next[node] as usize == node {
                settlements[*state as usize] = Some(node as u32);
            }
        }
        settlements
    }

    /// Whether a node is one of what is played without a deal.
    #[must_use]
    pub fn is_lasting(&self, node: u32) -> bool {
        (node as usize) < self.lasting
    }

    /// The party to whose departure a node is an answer; `None` for lasting ones.
    #[must_use]
    pub fn made_for(&self, node: u32) -> Option<usize> {
        let after = (node as usize).checked_sub(self.lasting)?;
        Some(usize::from(self.made_for[after]))
    }

    /// Makes room for so many more nodes.
    pub(super) fn reserve(&mut self, nodes: usize) {
        self.state.reserve_exact(nodes);
        self.target.reserve_exact(nodes);
        self.next.reserve_exact(nodes);
        self.worths.reserve_exact(nodes * self.parties);
        self.made_for.reserve_exact(nodes);
    }

    /// Adds a node that answers a party's departures.
    pub fn add_for(&mut self, party: usize, state: u32, target: u32, next: u32, worths: &Values) -> u32 {
        self.made_for.push(party as u8);
        self.add(state, target, next, worths)
    }

    /// The family without the nodes that no answer leads to any more.
    #[must_use]
    pub fn in_use_only(&self) -> Self {
        let mut used = vec![false; self.state.len()];
        used[..self.lasting].fill(true);
        for start in self.answer.iter().flatten() {
            let mut node = *start as usize;
            while !std::mem::replace(&mut used[node], true) {
                node = self.next[node] as usize;
            }
        }
        let mut number = vec![u32::MAX; self.state.len()];
        let kept: Vec<usize> = (0..self.state.len()).filter(|node| used[*node]).collect();
        for (new, node) in kept.iter().enumerate() {
            number[*node] = new as u32;
        }
        let renumbered = |nodes: &[u32]| nodes.iter().map(|node| number[*node as usize]).collect();
        Self {
            state: kept.iter().map(|node| self.state[*node]).collect(),
            target: kept.iter().map(|node| self.target[*node]).collect(),
            next: kept
                .iter()
                .map(|node| number[self.next[*node] as usize])
                .collect(),
            worths: kept
                .iter()
                .flat_map(|node| &self.worths[node * self.parties..(node + 1) * self.parties])
                .copied()
                .collect(),
            parties: self.parties,
            answer: self.answer.iter().map(|answers| renumbered(answers)).collect(),
            by_chance: self.by_chance.clone(),
            lasting: self.lasting,
            made_for: kept[self.lasting..]
                .iter()
                .map(|node| self.made_for[node - self.lasting])
                .collect(),
            left_out: self.left_out.clone(),
        }
    }

    /// A family without nodes, in a game without chances.
    #[must_use]
    pub(super) fn without_nodes(arena: &Arena<'_>) -> Self {
        Self {
            state: Vec::new(),
            target: Vec::new(),
            next: Vec::new(),
            worths: Vec::new(),
            parties: arena.parties,
            answer: vec![vec![0; arena.states]; arena.parties],
            by_chance: Vec::new(),
            lasting: 0,
            made_for: Vec::new(),
            left_out: Vec::new(),
        }
    }

    /// The same nodes, all of them lasting, with the first node of each state as answer to everything.
    pub(super) fn without_answers(&self) -> Self {
        let mut family = self.clone();
        family.end_lasting();
        family
    }

    /// Lets all nodes there are be lasting ones.
    pub(super) fn end_lasting(&mut self) {
        self.lasting = self.state.len();
        self.made_for.clear();
    }

    /// Says that nothing is known about a state, and that nothing leads to it.
    pub(super) fn leave_out(&mut self, state: usize) {
        self.left_out.resize(self.answer[0].len(), false);
        self.left_out[state] = true;
    }

    /// Whether something is known about a state.
    #[must_use]
    pub fn knows(&self, state: usize) -> bool {
        self.left_out.get(state).is_none_or(|left_out| !left_out)
    }

    /// The nodes that are an answer to somebody now, and those of what is played without a deal.
    #[must_use]
    pub fn nodes_in_use(&self) -> Vec<u32> {
        let mut used = vec![false; self.state.len()];
        used[..self.lasting].fill(true);
        for node in self.answer.iter().flatten() {
            used[*node as usize] = true;
        }
        (0..self.state.len() as u32)
            .filter(|node| used[*node as usize])
            .collect()
    }

    /// Answers every departure with the node that is worst for the party that departed, the first where they are equal.
    fn answer_with_worst(&mut self) {
        for (party, answers) in self.answer.iter_mut().enumerate() {
            let mut least = vec![f64::INFINITY; answers.len()];
            for (node, state) in self.state.iter().enumerate() {
                let (worth, state) = (self.worths[node * self.parties + party], *state as usize);
                if worth < least[state] {
                    least[state] = worth;
                    answers[state] = node as u32;
                }
            }
        }
    }

    /// Whether nobody gains by departing once from any node, in doubles.
    #[must_use]
    pub fn holds(&self, arena: &Arena<'_>) -> bool {
        let departing = self.departing(arena);
        let known = (0..self.state.len()).into_par_iter();
        let known = known.filter(|node| self.knows(self.state[*node] as usize));
        known.into_par_iter().all(|node| {
            let (state, target) = (self.state[node] as usize, self.target[node] as usize);
            let follows = self.worths(self.next[node] as usize);
            let worth = self.worth_of_step(arena, state, target, &follows);
            holds(arena, &departing, state, target, &worth)
        })
    }

    /// What a party can be sure of after departing into each state.
    #[must_use]
    pub fn answer_values(&self, party: usize) -> Vec<f64> {
        self.answer[party]
            .iter()
            .map(|node| self.worth(*node as usize, party))
            .collect()
    }

    /// `dev_j` under the answers of this family, by party, table of moves, and (own position, others' targets).
    #[must_use]
    pub fn departing(&self, arena: &Arena<'_>) -> Vec<Vec<Vec<f64>>> {
        departing(arena, |party| self.answer_values(party))
    }

    /// The states that follow when a party has departed into one, up to the first that repeats.
    #[must_use]
    pub fn play_after(&self, party: PartyId, departed: StateId) -> Vec<StateId> {
        let mut node = self.answer[party.index()][departed.index()] as usize;
        let mut play = vec![departed];
        loop {
            let next = StateId::at(self.target[node] as usize);
            if play.contains(&next) {
                return play;
            }
            play.push(next);
            node = self.next[node] as usize;
        }
    }

    /// Adds a node and gives its number.
    pub fn add(&mut self, state: u32, target: u32, next: u32, worths: &Values) -> u32 {
        let node = self.state.len() as u32;
        self.state.push(state);
        self.target.push(target);
        self.next.push(next);
        self.worths.extend_from_slice(&worths[..self.parties]);
        node
    }

    /// What a node is worth to a party.
    #[must_use]
    pub fn worth(&self, node: usize, party: usize) -> f64 {
        self.worths[node * self.parties + party]
    }

    /// What a node is worth to every party.
    #[must_use]
    pub fn worths(&self, node: usize) -> Values {
        let mut worths = [0.0; MOST_PARTIES];
        worths[..self.parties].copy_from_slice(&self.worths[node * self.parties..(node + 1) * self.parties]);
        worths
    }

    /// Gives a node another worth to a party.
    pub(super) fn set_worth(&mut self, node: usize, party: usize, worth: f64) {
        self.worths[node * self.parties + party] = worth;
    }

    /// What a joint move is worth to every party, if play then goes on with values `after`; costs included.
    /// Where chance leads elsewhere, play goes on as without a deal.
    #[must_use]
    pub fn worth_of_step(&self, arena: &Arena<'_>, state: usize, target: usize, after: &Values) -> Values {
        less_costs(
            arena,
            state,
            target,
            &self.worth_before_costs(arena, target, after),
        )
    }

    /// What everybody staying in a state is worth to every party; where chance leads away from it, play goes on as without
    /// a deal.
    #[must_use]
    pub fn worth_of_staying(&self, arena: &Arena<'_>, state: usize) -> Values {
        let Some((stays, elsewhere)) = self.by_chance.get(state) else {
            return values_at(&arena.stays, state);
        };
        let mut values = [0.0; MOST_PARTIES];
        for (party, value) in values.iter_mut().enumerate().take(arena.parties) {
            let (base, weight) = (arena.base[party][state], arena.weight[party][state]);
            *value = (stays * base + elsewhere[party]) / (1.0 - stays * weight);
        }
        values
    }

    /// What arriving at a target is worth to every party, if play then goes on with values `after`.
    #[must_use]
    pub fn worth_before_costs(&self, arena: &Arena<'_>, target: usize, after: &Values) -> Values {
        let mut values = [0.0; MOST_PARTIES];
        let (stays, elsewhere) = self
            .by_chance
            .get(target)
            .copied()
            .unwrap_or((1.0, [0.0; MOST_PARTIES]));
        for (party, value) in values.iter_mut().enumerate().take(arena.parties) {
            *value = arena.base[party][target] + arena.weight[party][target] * after[party];
            *value = stays * *value + elsewhere[party];
        }
        values
    }
}

/// What a joint move is worth to every party when arriving is worth so much.
#[must_use]
pub fn less_costs(arena: &Arena<'_>, state: usize, target: usize, brings: &Values) -> Values {
    let mut values = *brings;
    for (party, value) in values.iter_mut().enumerate().take(arena.parties) {
        *value -= arena.cost_of_policy(party, state, target as u32);
    }
    values
}

/// One value per party, from values by party and state.
#[must_use]
pub fn values_at(by_party: &[Vec<f64>], state: usize) -> Values {
    let mut values = [0.0; MOST_PARTIES];
    for (value, of) in values.iter_mut().zip(by_party) {
        *value = of[state];
    }
    values
}

/// `dev_j` when departing into each state is worth so much, by party, table of moves, and (own position, others'
/// targets).
#[must_use]
pub fn departing(arena: &Arena<'_>, worth: impl Fn(usize) -> Vec<f64>) -> Vec<Vec<Vec<f64>>> {
    (0..arena.parties)
        .map(|party| {
            let c = arena.worth_of_moving(party, &worth(party));
            let over = |moves| arena.over_own_moves(party, moves, &c, Best::Most);
            arena.moves[party].iter().map(over).collect()
        })
        .collect()
}

/// Whether no party gains by departing alone from a joint move worth `values`.
#[must_use]
pub fn holds(
    arena: &Arena<'_>,
    departing: &[Vec<Vec<f64>>],
    state: usize,
    target: usize,
    values: &Values,
) -> bool {
    let (from, to) = (arena.shares(state), arena.shares(target));
    holds_between(arena, departing, (state, &from), (target, &to), values)
}

/// The same where the parties' shares in the numbers of both states are known.
#[must_use]
pub fn holds_between(
    arena: &Arena<'_>,
    departing: &[Vec<Vec<f64>>],
    (state, from): (usize, &Shares),
    (target, to): (usize, &Shares),
    values: &Values,
) -> bool {
    (0..arena.parties).all(|party| {
        let at_home = target + from[party] as usize - to[party] as usize;
        let sure = departing[party][arena.table_at(state, party)][at_home];
        let by_others = arena.cost_by_others(party, state, target);
        goes_along(values[party] + by_others, sure)
    })
}

/// Whether a worth is at least what departing brings, up to the error of doubles.
pub(super) fn goes_along(worth: f64, sure: f64) -> bool {
    worth >= sure - 1e-11 * (1.0 + sure.abs())
}
