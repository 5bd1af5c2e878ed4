//! From a deal found in doubles to the automaton that the exact checker reads.
//!
//! Nodes are the steps of the deal, the fallback in every state, and whatever harsher answers can be reached from
//! them by one party's departure. The promises of the path are computed exactly, backwards from the settlement.

use std::collections::VecDeque;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::{Exact, format_exact};
use detente_proof::automaton::Automaton;

use super::family::Family;
use crate::arena::{Arena, FlatMoves};

/// Which node of the automaton is meant.
#[derive(Clone, Copy)]
enum Node {
    /// The k-th step of the deal.
    Step(u32),
    /// A node of the family.
    Member(u32),
}

struct Builder<'a, 'g> {
    arena: &'a Arena<'g>,
    family: &'a Family,
    path: &'a [u32],
    /// The number of each step of the deal, then of each member of the family; [`NONE`] while it has none.
    numbers: Vec<u32>,
    order: Vec<Node>,
    /// By party and state that came about, the number of the node that answers.
    answers: Vec<Vec<u32>>,
    /// By party, table of moves and state in which it is at home while the others have reached their targets, which of its
    /// departures from there are answered.
    homes: Vec<Vec<Answered>>,
    /// By state that chance made of another target.
    fallback: Vec<u32>,
}

/// Of the departures of a party from one home, those that are answered.
#[derive(Clone, Copy)]
enum Answered {
    None,
    /// All but to this position, which was then where the plan led it.
    AllBut(u32),
    All,
}

const NONE: u32 = u32::MAX;

/// Builds the automaton of a deal; `path` runs from today to the settlement. Without a path play starts as the family
/// has it.
#[must_use]
pub fn automaton(arena: &Arena<'_>, family: &Family, path: &[u32]) -> Automaton {
    let unanswered = |tables: &Vec<FlatMoves>| vec![Answered::None; tables.len() * arena.states];
    let mut builder = Builder {
        arena,
        family,
        path,
        numbers: vec![NONE; path.len() + family.state.len()],
        order: Vec::new(),
        answers: vec![vec![NONE; arena.states]; arena.parties],
        homes: arena.moves.iter().map(unanswered).collect(),
        fallback: vec![NONE; arena.states],
    };
    for step in 0..path.len() as u32 {
        builder.number(Node::Step(step));
    }
    let start = match path {
        [] => builder.number(Node::Member(arena.game.today().index() as u32)),
        _ => 0,
    };
    let mut automaton = Automaton {
        start,
        state: Vec::new(),
        target: Vec::new(),
        next: Vec::new(),
        answers: Vec::new(),
        fallback: Vec::new(),
        promises: match arena.game.has_chances() {
            // What chance makes of the path hangs on what is played elsewhere, which the checker works out.
            true => vec![Vec::new(); arena.parties],
            false => promises(arena, path),
        },
    };
    // Several parties may depart at once: every state needs some self-enforcing play, whoever brought it about.
    for state in (0..arena.states).filter(|state| family.knows(*state)) {
        builder.number(Node::Member(state as u32));
    }
    let mut done = 0;
    while done < builder.order.len() {
        let (state, target, next) = builder.node(builder.order[done]);
        done += 1;
        automaton.state.push(state);
        automaton.target.push(target);
        automaton.next.push(builder.number(next));
        builder.answer_departures(state, target);
    }
    automaton.answers = builder.answers.iter().map(|answers| pairs(answers)).collect();
    automaton.fallback = pairs(&builder.fallback);
    automaton
}

/// The nearest settlement satisfying a target to which a family's nodes and chance lead from today.
#[must_use]
pub fn settlement_by_chance(arena: &Arena<'_>, family: &Family, wanted: &[bool]) -> Option<u32> {
    let today = arena.game.today().index() as u32;
    let mut seen = vec![false; family.state.len()];
    let mut waiting = VecDeque::from([today]);
    seen[today as usize] = true;
    while let Some(node) = waiting.pop_front() {
        let at = node as usize;
        let (state, target, next) = (family.state[at], family.target[at], family.next[at]);
        if next == node && state == target && wanted[state as usize] {
            return Some(state);
        }
        for outcome in arena.outcomes_of(target as usize) {
            let follows = if outcome == target as usize {
                next
            } else {
                outcome as u32
            };
            if !std::mem::replace(&mut seen[follows as usize], true) {
                waiting.push_back(follows);
            }
        }
    }
    None
}

/// The states that have a node, with its number.
fn pairs(numbers: &[u32]) -> Vec<[u32; 2]> {
    let all = numbers.iter().enumerate().filter(|(_, node)| **node != NONE);
    all.map(|(state, node)| [state as u32, *node]).collect()
}

impl Builder<'_, '_> {
    fn number(&mut self, node: Node) -> u32 {
        let place = match node {
            Node::Step(step) => step as usize,
            Node::Member(member) => self.path.len() + member as usize,
        };
        if self.numbers[place] == NONE {
            self.numbers[place] = self.order.len() as u32;
            self.order.push(node);
        }
        self.numbers[place]
    }

    fn node(&self, node: Node) -> (u32, u32, Node) {
        match node {
            Node::Step(step) => {
                let last = self.path.len() as u32 - 1;
                let next = (step + 1).min(last);
                (
                    self.path[step as usize],
                    self.path[next as usize],
                    Node::Step(next),
                )
            }
            Node::Member(member) => {
                let member = member as usize;
                (
                    self.family.state[member],
                    self.family.target[member],
                    Node::Member(self.family.next[member]),
                )
            }
        }
    }

    /// Names the answers to every own departure of every party, and what follows where chance leads elsewhere.
    fn answer_departures(&mut self, state: u32, target: u32) {
        let game = self.arena.game;
        let (from, to) = (StateId::at(state as usize), StateId::at(target as usize));
        for party in game.parties() {
            self.answer_departures_of(party, from, to);
        }
        if game.has_chances() {
            for (outcome, _) in game
                .outcomes(to)
                .into_iter()
                .filter(|(outcome, _)| *outcome != to)
            {
                self.fallback[outcome.index()] = self.number(Node::Member(outcome.index() as u32));
            }
        }
    }

    /// The same of one party. What it can depart to hangs only on where it is, its moves and where the others go, which
    /// many nodes have in common.
    fn answer_departures_of(&mut self, party: PartyId, from: StateId, to: StateId) {
        let game = self.arena.game;
        let home = game.with_position(to, party, game.position(from, party));
        let planned = game.position(to, party).index() as u32;
        let table = game.table_number(from, party);
        let answered = &mut self.homes[party.index()][table * self.arena.states + home.index()];
        let only = match *answered {
            Answered::None => None,
            Answered::AllBut(position) if position != planned => Some(position),
            Answered::AllBut(_) | Answered::All => return,
        };
        *answered = match only {
            None => Answered::AllBut(planned),
            Some(_) => Answered::All,
        };
        for position in game.own_moves(from, party) {
            let number = position.index() as u32;
            if number == planned || only.is_some_and(|only| only != number) {
                continue;
            }
            let departed = game.with_position(to, party, *position);
            if !game.has_chances() {
                self.answer(party, departed);
                continue;
            }
            for (outcome, _) in game.outcomes(departed) {
                self.answer(party, outcome);
            }
        }
    }

    fn answer(&mut self, party: PartyId, came_about: StateId) {
        let (party, state) = (party.index(), came_about.index());
        if self.answers[party][state] == NONE {
            let member = self.family.answer[party][state];
            self.answers[party][state] = self.number(Node::Member(member));
        }
    }
}

/// The exact value of the deal to each party at each step. Without chances only: with them the values hang on
/// the fallback's, which the checker computes.
fn promises(arena: &Arena<'_>, path: &[u32]) -> Vec<Vec<String>> {
    arena
        .game
        .parties()
        .map(|party| {
            exact_values(arena, party, path)
                .iter()
                .map(format_exact)
                .collect()
        })
        .collect()
}

/// The exact value of going along, at each state of a path whose last state is a settlement.
#[must_use]
pub fn exact_values(arena: &Arena<'_>, party: PartyId, path: &[u32]) -> Vec<Exact> {
    let game = arena.game;
    let delta = game.discount(party);
    let at = |index: usize| StateId::at(path[index] as usize);
    let last = path.len() - 1;
    let flow_part = |state: StateId, cost: Exact| {
        (Exact::ONE - delta.clone()) * (game.flow(party, state) - cost)
            + delta.clone() * game.endings(state).worth[party.index()].clone()
    };
    let goes_on = |state: StateId| delta.clone() * (Exact::ONE - game.endings(state).hazard.clone());
    let mut value = flow_part(at(last), Exact::ZERO) / (Exact::ONE - goes_on(at(last)));
    let mut values = vec![value.clone()];
    for index in (0..last).rev() {
        let (from, to) = (at(index), at(index + 1));
        value = flow_part(to, game.cost(party, from, to)) + goes_on(to) * value;
        values.push(value.clone());
    }
    values.reverse();
    values
}
