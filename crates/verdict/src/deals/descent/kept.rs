//! The paths kept in each state.
//!
//! A state has a few places: for each party one for the path that is worth least to it (a punishment), one for the path
//! with the widest margin, each party's margin measured against its own payoff range, and in smaller games for each
//! party one for the path that is worth most to it. A path may take several places.

use rayon::prelude::*;

use super::super::family::{Family, Values, holds};
use crate::arena::Arena;

/// No path yet.
pub(super) const NONE: u32 = u32::MAX;

/// What a place is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The least for a party.
    Least(usize),
    /// The greatest for a party.
    Most(usize),
    /// The widest margin.
    Widest,
}

/// Each party's payoff range, so that margins are measured on its own scale.
pub(super) struct Scale {
    ranges: Vec<f64>,
}

impl Scale {
    pub(super) fn of(arena: &Arena<'_>) -> Self {
        let range = |values: &Vec<f64>| {
            let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let range = top - values.iter().copied().fold(f64::INFINITY, f64::min);
            if range > 0.0 { range } else { 1.0 }
        };
        Self {
            ranges: arena.stays.iter().map(range).collect(),
        }
    }

    /// A party's range.
    pub(super) fn of_party(&self, party: usize) -> f64 {
        self.ranges[party]
    }

    /// What does not count as a difference to a party.
    pub(super) fn tiny(&self, party: usize) -> f64 {
        1e-9 * self.ranges[party]
    }

    /// The least by which a party is better off going along, each as a share of its own range.
    pub(super) fn margin(
        &self,
        arena: &Arena<'_>,
        departing: &[Vec<Vec<f64>>],
        (state, target): (usize, usize),
        values: &Values,
    ) -> f64 {
        let of = |party: usize| {
            let sure = departing[party][arena.table_at(state, party)][arena.own_from(state, target, party)];
            let worth = values[party] + arena.cost_by_others(party, state, target);
            (worth - sure) / self.ranges[party]
        };
        (0..arena.parties).map(of).fold(f64::INFINITY, f64::min)
    }
}

/// A path: its first step and the path that follows, itself where everybody stays.
#[derive(Clone, Copy)]
pub(super) struct Node {
    pub(super) state: u32,
    pub(super) target: u32,
    pub(super) next: u32,
    pub(super) values: Values,
}

/// All paths, and the places they have.
pub(super) struct Kept {
    /// What follows comes before, but in a two-cycle, whose two paths are neighbours.
    nodes: Vec<Node>,
    /// How many of the first are what is played without a deal: they hold always.
    played: usize,
    /// How many of those that follow are stays: they are kept as long as they hold.
    stays: usize,
    /// The most paths that are kept without a place.
    most: usize,
    /// What the places of every state are for.
    slots: Vec<Slot>,
    /// By state and place.
    places: Vec<u32>,
    /// States in which nothing was kept in some round: nothing ever will be.
    given_up: Vec<bool>,
}

impl Kept {
    /// What is played without a deal and the stays that hold, without a place yet; no more than `most` paths are ever kept
    /// without one.
    pub(super) fn of(
        arena: &Arena<'_>,
        no_deal: &Family,
        departing: &[Vec<Vec<f64>>],
        with_most: bool,
        most: usize,
    ) -> Self {
        let node = |node: usize| Node {
            state: no_deal.state[node],
            target: no_deal.target[node],
            next: no_deal.next[node],
            values: no_deal.worths(node),
        };
        let nodes: Vec<Node> = (0..no_deal.state.len()).map(node).collect();
        let mut slots: Vec<Slot> = (0..arena.parties).map(Slot::Least).collect();
        if with_most {
            slots.extend((0..arena.parties).map(Slot::Most));
        }
        slots.push(Slot::Widest);
        let mut kept = Self {
            played: nodes.len(),
            stays: 0,
            most,
            nodes,
            places: vec![NONE; slots.len() * arena.states],
            slots,
            given_up: vec![false; arena.states],
        };
        for state in 0..arena.states {
            let values = no_deal.worth_of_staying(arena, state);
            if holds(arena, departing, state, state, &values) {
                kept.add((state, state, kept.nodes.len() as u32), values);
                kept.stays += 1;
            }
        }
        kept
    }

    /// How many paths there are.
    pub(super) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are more than are kept without a place.
    pub(super) fn are_many(&self) -> bool {
        self.nodes.len() > self.most
    }

    /// How many of the first are what is played without a deal.
    pub(super) fn played(&self) -> usize {
        self.played
    }

    /// What is played without a deal and the stays that hold.
    pub(super) fn first(&self) -> std::ops::Range<u32> {
        0..(self.played + self.stays) as u32
    }

    /// A path.
    pub(super) fn node(&self, number: u32) -> &Node {
        &self.nodes[number as usize]
    }

    /// The state of a path and its values.
    pub(super) fn at(&self, number: u32) -> (usize, Values) {
        let node = self.node(number);
        (node.state as usize, node.values)
    }

    /// What the places of a state are for.
    pub(super) fn slots(&self) -> impl Iterator<Item = Slot> {
        self.slots.iter().copied()
    }

    /// The path in a place.
    pub(super) fn in_place(&self, state: usize, slot: usize) -> u32 {
        self.places[state * self.slots.len() + slot]
    }

    /// The path that is worth least to a party.
    pub(super) fn least(&self, state: usize, party: usize) -> u32 {
        self.in_place(state, party)
    }

    /// The path with the widest margin.
    pub(super) fn widest(&self, state: usize) -> u32 {
        self.in_place(state, self.slots.len() - 1)
    }

    /// The places that paths are sought for, by state and place.
    pub(super) fn open(&self) -> Vec<bool> {
        let open = |(at, node): (usize, &u32)| *node == NONE && !self.given_up[at / self.slots.len()];
        self.places.iter().enumerate().map(open).collect()
    }

    /// Whether paths are sought for some place of a state.
    pub(super) fn has_room(&self, state: usize) -> bool {
        let slots = self.slots.len();
        !self.given_up[state] && self.places[state * slots..(state + 1) * slots].contains(&NONE)
    }

    /// Lets the paths that have a place in a state take the open ones there as well.
    pub(super) fn share_places(&mut self, arena: &Arena<'_>, scale: &Scale, departing: &[Vec<Vec<f64>>]) {
        let slots = self.slots.len();
        for state in (0..arena.states)
            .filter(|state| self.has_room(*state))
            .collect::<Vec<_>>()
        {
            let here = self.places[state * slots..(state + 1) * slots].to_vec();
            for (at, node) in here.iter().enumerate() {
                if *node != NONE && !here[..at].contains(node) {
                    self.place(arena, scale, departing, *node);
                }
            }
        }
    }

    /// Lets the states in which nothing is kept be.
    pub(super) fn give_up_empty(&mut self) {
        for (places, given_up) in self.places.chunks(self.slots.len()).zip(&mut self.given_up) {
            *given_up |= places[0] == NONE;
        }
    }

    /// The paths that others may lead to, from a number on: where there are many, not all that is played without a deal.
    pub(super) fn followed(&self, from: usize) -> Vec<u32> {
        let many = self.are_many();
        let mut has = vec![!many; self.nodes.len()];
        if many {
            has[self.played.min(self.nodes.len())..].fill(true);
            for node in self.places.iter().filter(|node| **node != NONE) {
                has[*node as usize] = true;
            }
        }
        let numbers = (from..self.nodes.len()).filter(|node| has[*node]);
        numbers.map(|node| node as u32).collect()
    }

    /// Adds a path, given as state, target and what follows, without a place.
    pub(super) fn add(&mut self, (state, target, next): (usize, usize, u32), values: Values) -> u32 {
        self.nodes.push(Node {
            state: state as u32,
            target: target as u32,
            next,
            values,
        });
        self.nodes.len() as u32 - 1
    }

    /// Takes the path that was added last away again.
    pub(super) fn take_back(&mut self) {
        self.nodes.pop();
    }

    /// Adds two states by turns, with what each is worth.
    pub(super) fn place_cycle(
        &mut self,
        arena: &Arena<'_>,
        scale: &Scale,
        departing: &[Vec<Vec<f64>>],
        (one, here): (usize, Values),
        (other, there): (usize, Values),
    ) {
        let first = self.nodes.len() as u32;
        self.add((one, other, first + 1), here);
        self.add((other, one, first), there);
        let first_kept = self.place(arena, scale, departing, first);
        if !self.place(arena, scale, departing, first + 1) && !first_kept {
            self.take_back();
            self.take_back();
        }
    }

    /// Lets a path take the places in its state for which it is better than what is there; whether there are any.
    pub(super) fn place(
        &mut self,
        arena: &Arena<'_>,
        scale: &Scale,
        departing: &[Vec<Vec<f64>>],
        number: u32,
    ) -> bool {
        let node = self.nodes[number as usize];
        let state = node.state as usize;
        let margin = |node: &Node| {
            let step = (node.state as usize, node.target as usize);
            scale.margin(arena, departing, step, &node.values)
        };
        let mut any = false;
        for (slot, place) in self
            .slots
            .iter()
            .zip(&mut self.places[state * self.slots.len()..])
        {
            let better = *place == NONE || {
                let now = &self.nodes[*place as usize];
                match *slot {
                    Slot::Least(party) => node.values[party] < now.values[party] - scale.tiny(party),
                    Slot::Most(party) => node.values[party] > now.values[party] + scale.tiny(party),
                    Slot::Widest => margin(&node) > margin(now) + 1e-9,
                }
            };
            if better {
                *place = number;
                any = true;
            }
        }
        any
    }

    /// Takes away the paths with a step that does not hold any more, and where there are many those that neither have a
    /// place nor follow one that has.
    pub(super) fn drop_broken(&mut self, arena: &Arena<'_>, departing: &[Vec<Vec<f64>>]) {
        let holds_at_first = |(number, node): (usize, &Node)| {
            let (state, target) = (node.state as usize, node.target as usize);
            number < self.played || holds(arena, departing, state, target, &node.values)
        };
        let numbered = self.nodes.par_iter().enumerate();
        let mut stands: Vec<bool> = numbered.map(holds_at_first).collect();
        for node in self.played..self.nodes.len() {
            let next = self.nodes[node].next as usize;
            // Of a two-cycle the first comes before what follows it: the second has not been looked at.
            stands[node] &= stands[next];
            if next + 1 == node && self.nodes[next].next as usize == node {
                stands[next] &= stands[node];
            }
        }
        let first = self.first().end as usize;
        let many = stands.iter().filter(|stands| **stands).count() > self.most;
        let of_use = |(node, stands): (usize, &bool)| *stands && (!many || node < first);
        let mut used: Vec<bool> = stands.iter().enumerate().map(of_use).collect();
        for place in &mut self.places {
            if *place != NONE && !stands[*place as usize] {
                *place = NONE;
            }
            let mut node = *place;
            while node != NONE && !std::mem::replace(&mut used[node as usize], true) {
                node = self.nodes[node as usize].next;
            }
        }
        self.keep_only(&used);
    }

    /// Numbers the paths anew without those not in use.
    fn keep_only(&mut self, used: &[bool]) {
        let mut count = 0;
        let number = |used: &bool| {
            count += u32::from(*used);
            if *used { count - 1 } else { NONE }
        };
        let numbers: Vec<u32> = used.iter().map(number).collect();
        self.stays = used[self.played..self.played + self.stays]
            .iter()
            .filter(|used| **used)
            .count();
        let mut used = used.iter();
        self.nodes.retain(|_| *used.next().unwrap_or(&false));
        for node in &mut self.nodes {
            node.next = numbers[node.next as usize];
        }
        for place in self.places.iter_mut().filter(|place| **place != NONE) {
            *place = numbers[*place as usize];
        }
    }
}
