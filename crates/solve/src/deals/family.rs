//! Nodes and answers: the finite self-enforcing family on which deals rest.

use detente_model::case::MOST_PARTIES;

use crate::arena::{Arena, Best};
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
    /// What each node is worth to each party.
    pub values: Vec<Values>,
    /// For each party and state, the node at which play goes on after that party departed.
    pub answer: Vec<Vec<u32>>,
    /// The nodes at each state.
    pub at_state: Vec<Vec<u32>>,
    /// For each target, the chance that play gets there and what the other outcomes bring under the fallback;
    /// empty without chances.
    by_chance: Vec<(f64, Values)>,
}

impl Family {
    /// The family in which every departure is answered by going on as without a deal.
    #[must_use]
    pub fn of_fallback(arena: &Arena<'_>, fallback: &Fallback) -> Self {
        let states = fallback.target.len();
        let all: Vec<u32> = (0..states as u32).collect();
        let value = |state: usize| {
            let mut values = [0.0; MOST_PARTIES];
            fallback
                .values
                .iter()
                .enumerate()
                .for_each(|(party, of)| values[party] = of[state]);
            values
        };
        Self {
            state: all.clone(),
            target: fallback.target.clone(),
            next: fallback.target.clone(),
            values: (0..states).map(value).collect(),
            answer: vec![all.clone(); fallback.values.len()],
            at_state: all.iter().map(|node| vec![*node]).collect(),
            by_chance: arena.elsewhere_by_chance(&fallback.values),
        }
    }

    /// What a party can be sure of after departing into each state.
    #[must_use]
    pub fn answer_values(&self, party: usize) -> Vec<f64> {
        self.answer[party]
            .iter()
            .map(|node| self.values[*node as usize][party])
            .collect()
    }

    /// `dev_j` under the answers of this family, by party, table of moves, and (own position, others' targets).
    #[must_use]
    pub fn departing(&self, arena: &Arena<'_>) -> Vec<Vec<Vec<f64>>> {
        (0..arena.parties)
            .map(|party| {
                let c = arena.worth_of_moving(party, &self.answer_values(party));
                let over = |moves| arena.over_own_moves(party, moves, &c, Best::Most);
                arena.moves[party].iter().map(over).collect()
            })
            .collect()
    }

    /// Adds a node and gives its number.
    pub fn add(&mut self, state: u32, target: u32, next: u32, values: Values) -> u32 {
        let node = self.state.len() as u32;
        self.state.push(state);
        self.target.push(target);
        self.next.push(next);
        self.values.push(values);
        self.at_state[state as usize].push(node);
        node
    }

    /// What a joint move is worth to every party, if play then goes on with values `after`; costs included.
    /// Where chance leads elsewhere, play goes on as without a deal.
    #[must_use]
    pub fn worth_of_step(&self, arena: &Arena<'_>, state: usize, target: usize, after: &Values) -> Values {
        let mut values = [0.0; MOST_PARTIES];
        let (stays, elsewhere) = self
            .by_chance
            .get(target)
            .copied()
            .unwrap_or((1.0, [0.0; MOST_PARTIES]));
        for (party, value) in values.iter_mut().enumerate().take(arena.parties) {
            *value = arena.weight[party][target].mul_add(after[party], arena.base[party][target]);
            *value = stays * *value + elsewhere[party];
            if arena.game.has_costs() {
                *value -= arena.cost_of_policy(party, state, target as u32);
            }
        }
        values
    }
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
    (0..arena.parties).all(|party| {
        let from = arena.own_from(state, target, party);
        let sure = departing[party][arena.table_at(state, party)][from];
        let by_others = arena.cost_by_others(party, state, target);
        values[party] + by_others >= sure - 1e-11 * (1.0 + sure.abs())
    })
}
