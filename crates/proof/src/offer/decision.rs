//! What a party can do at a point while all others follow, and where it leads: the checker's own account.

use std::collections::HashMap;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

use super::deal::Plan;
use super::format::Node;
use crate::reading::{Position, Reading};

/// One thing a party can do.
pub(super) struct Act {
    /// The position moved to; −1 for leaving.
    pub(super) choice: i64,
    /// Whether the offer forbids it.
    pub(super) forbidden: bool,
    pub(super) cost: Exact,
    /// Chance, state that comes about, node and notices that follow.
    pub(super) ways: Vec<(Exact, StateId, Node, u64)>,
}

/// The case with all types that the world leaves open, and a plan.
pub(super) struct Table<'a> {
    pub(super) plan: &'a Plan,
    /// The readings, one for each number of a type.
    pub(super) readings: &'a [Reading],
    /// By party: its types as (reading, prior).
    pub(super) types: &'a [Vec<(usize, Exact)>],
    /// What was asked of parties already.
    pub(super) follows: HashMap<(StateId, Vec<u8>, usize), Position>,
}

impl Table<'_> {
    fn reading(&self) -> &Reading {
        &self.readings[0]
    }

    /// The position to which a party goes that is to come to levels: of its moves those with the fewest levels left to go, of
    /// them the one that gives most to itself before its type is known if it alone moves, of equals the lowest number.
    fn follow(&mut self, state: StateId, aims: &[u8], party: usize) -> Position {
        let key = (state, aims.to_vec(), party);
        if let Some(known) = self.follows.get(&key) {
            return *known;
        }
        let reading = self.reading();
        let mover = PartyId::at(party);
        let left = |position: Position| -> u32 {
            let levels = reading.all_levels(reading.with_position(state, mover, position));
            let own = (0..levels.len()).filter(|issue| reading.owner(*issue) == Some(party));
            own.map(|issue| u32::from(levels[issue].abs_diff(aims[issue])))
                .sum()
        };
        let moves: Vec<Position> = reading.own_moves(state, mover).to_vec();
        let fewest = moves.iter().map(|position| left(*position)).min().unwrap_or(0);
        let mut best: Option<(Exact, Position)> = None;
        for position in moves.into_iter().filter(|position| left(*position) == fewest) {
            let there = reading.with_position(state, mover, position);
            let mut gives = Exact::ZERO;
            for (of, prior) in &self.types[party] {
                gives += prior * self.readings[*of].flow(mover, there);
            }
            let better = match &best {
                None => true,
                Some((most, known)) => gives > *most || (gives == *most && position < *known),
            };
            if better {
                best = Some((gives, position));
            }
        }
        let (_, position) = best.expect("staying is a move");
        self.follows.insert(key, position);
        position
    }

    /// Whether nobody else loses if one issue goes elsewhere than asked, and somebody gains.
    fn welcome(&self, mover: usize, asked: StateId, instead: StateId) -> bool {
        let mut gains = false;
        for party in (0..self.types.len()).filter(|party| *party != mover) {
            for (of, _) in &self.types[party] {
                let reading = &self.readings[*of];
                let before = reading.flow(PartyId::at(party), asked);
                let after = reading.flow(PartyId::at(party), instead);
                if after < before {
                    return false;
                }
                gains = gains || after > before;
            }
        }
        gains
    }

    /// The levels at which a node aims.
    fn aims(&self, node: &Node) -> Vec<u8> {
        match node {
            Node::Date(date, _) => self.plan.at(i64::from(*date)).to_vec(),
            Node::Back(schedule) => schedule[0].clone(),
        }
    }

    /// All that a party can do at a point.
    pub(super) fn acts(&mut self, party: usize, node: &Node, state: StateId, notices: u64) -> Vec<Act> {
        let aims = self.aims(node);
        let mover = PartyId::at(party);
        let mut others = state;
        for other in (0..self.types.len()).filter(|other| *other != party) {
            let position = self.follow(state, &aims, other);
            others = self.reading().with_position(others, PartyId::at(other), position);
        }
        let asked = match node {
            Node::Date(..) => {
                let own = self.follow(state, &aims, party);
                self.reading().with_position(others, mover, own)
            }
            Node::Back(_) => others,
        };
        let mut acts = Vec::new();
        let moves = self.reading().own_moves(state, mover).to_vec();
        for position in moves {
            let target = self.reading().with_position(others, mover, position);
            let (breached, then) = self.after(party, node, asked, target, notices);
            let mut ways = Vec::new();
            for (reached, chance) in self.reading().outcomes(target) {
                for (share, node, notices) in &then {
                    ways.push((&chance * share, reached, node.clone(), *notices));
                }
            }
            acts.push(Act {
                choice: position.index() as i64,
                forbidden: breached,
                cost: self.reading().cost(mover, state, target),
                ways,
            });
        }
        if let Node::Date(date, _) = node
            && *date > 0
            && self.plan.bound[party]
        {
            let back = self.plan.snapback(i64::from(*date) - 1, party, self.reading());
            let ways = back
                .into_iter()
                .map(|(chance, schedule)| (chance, state, Node::Back(schedule), 0));
            acts.push(Act {
                choice: -1,
                forbidden: true,
                cost: Exact::ZERO,
                ways: ways.collect(),
            });
        }
        acts
    }

    /// Whether a move is a breach, and the nodes that may follow it with their chances and the notices then under way.
    fn after(
        &self,
        party: usize,
        node: &Node,
        asked: StateId,
        target: StateId,
        notices: u64,
    ) -> (bool, Vec<(Exact, Node, u64)>) {
        let (date, pardons) = match node {
            Node::Back(schedule) => {
                let rest = if schedule.len() > 1 {
                    schedule[1..].to_vec()
                } else {
                    schedule.clone()
                };
                return (false, vec![(Exact::ONE, Node::Back(rest), 0)]);
            }
            Node::Date(date, pardons) => (*date, *pardons),
        };
        let reading = self.reading();
        let (is, should) = (reading.all_levels(target), reading.all_levels(asked));
        let (mut any, mut quiet) = (false, Exact::ONE);
        let (mut offset, mut then) = (0u32, 0u64);
        for (issue, rules) in reading.issues().iter().enumerate() {
            let mine = reading.owner(issue) == Some(party) && self.plan.bound[party];
            let elsewhere = mine && is[issue] != should[issue];
            let breach =
                elsewhere && !self.welcome(party, asked, reading.with_level(asked, issue, is[issue]));
            any = any || breach;
            if mine {
                let mut seen = breach;
                // A queue of `lag − 1` periods: what leaves it now can be seen now.
                let length = rules.lag as u32 - 1;
                for place in (0..length).rev() {
                    let bit = notices >> (offset + place) & 1 == 1;
                    if place + 1 == length {
                        seen = bit;
                    } else if bit {
                        then |= 1 << (offset + place + 1);
                    }
                }
                if length > 0 && breach {
                    then |= 1 << offset;
                }
                offset += length;
                if seen {
                    quiet *= Exact::ONE - &rules.noticed;
                }
            }
            let bound = reading.owner(issue).is_some_and(|owner| self.plan.bound[owner]);
            let watched = self.plan.at(i64::from(date))[issue] != self.plan.back(i64::from(date), issue);
            if bound && watched && !breach {
                quiet *= Exact::ONE - &rules.false_alarm;
            }
        }
        let next = (date + 1).min(self.plan.asked.len() as u32);
        let alarm = Exact::ONE - &quiet;
        let mut nodes = vec![(quiet, Node::Date(next, pardons), then)];
        if pardons > 0 {
            nodes.push((alarm, Node::Date(next, pardons - 1), then));
        } else if alarm != Exact::ZERO {
            for (chance, schedule) in self.plan.snapback(i64::from(date), party, reading) {
                nodes.push((&alarm * chance, Node::Back(schedule), 0));
            }
        }
        nodes.retain(|(chance, ..)| *chance != Exact::ZERO);
        (any, nodes)
    }
}
