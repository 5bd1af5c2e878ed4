//! The plays of an automaton as one party sees them, and the departures between them.
//!
//! A *play* is what follows a joint move, from the charge for it on: a row `V = −charge + Σ p·(arriving + weight·V')` over
//! what chance makes of it. Nodes from which the same judgements count in the same periods are one play, however many
//! states they stand in; so are departures after which the same follows. A *departure* is a pair of plays: that of
//! complying, and that of departing. Pairs of one and the same play say nothing and are left out.

use std::collections::HashMap;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;
use detente_game::Game;
use detente_proof::automaton::Automaton;

use crate::components::Components;
use crate::mix::NumberMap;
use crate::payoff::Payoffs;

const NONE: u32 = u32::MAX;

/// One way on from a joint move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Way {
    /// The number of its probability.
    pub probability: u32,
    /// The class of the state that came about.
    pub class: u32,
    /// The play that follows.
    pub follows: u32,
}

/// The play of complying, and that of departing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Departure {
    pub complying: u32,
    pub departing: u32,
}

/// The plays of an automaton for one party.
#[derive(Debug)]
pub(crate) struct Plays {
    /// By play, its charge and the end of its ways; they start where those of the play before end.
    charge: Vec<u32>,
    ends: Vec<u32>,
    ways: Vec<Way>,
    /// Lists of variables.
    charges: Vec<Vec<u32>>,
    /// The first is 1.
    pub probabilities: Vec<Exact>,
    /// The play of every node.
    pub of_node: Vec<u32>,
    pub components: Components,
    /// All departures, in order, each with the first node at which it can be made.
    pub departures: Vec<Departure>,
    pub at: Vec<u32>,
    /// Those at the nodes of the path, with the step.
    pub on_path: Vec<(u32, Departure)>,
}

impl Plays {
    /// Those of an automaton whose shape was checked, for one party.
    ///
    /// # Errors
    /// A sentence when the automaton names no answer or fallback where the game needs one.
    pub fn of(
        game: &Game,
        automaton: &Automaton,
        path: &[u32],
        party: PartyId,
        payoffs: &Payoffs,
    ) -> Result<Self, String> {
        let mut builder = Builder::new(game, automaton, party, payoffs)?;
        match game.has_chances() {
            true => builder.nodes_with_chances()?,
            false => builder.nodes(),
        }
        let mut first: NumberMap<Departure, u32> = NumberMap::default();
        for node in 0..automaton.state.len() {
            builder.departures_at(node, &mut |departure| {
                first.entry(departure).or_insert(node as u32);
            })?;
        }
        let mut found: Vec<(Departure, u32)> = first.into_iter().collect();
        found.sort_unstable();
        let (departures, at) = found.into_iter().unzip();
        let mut on_path = Vec::new();
        for (step, node) in path.iter().enumerate() {
            let step = step as u32;
            builder.departures_at(*node as usize, &mut |departure| on_path.push((step, departure)))?;
        }
        on_path.sort_unstable();
        on_path.dedup();
        let (ends, ways) = (builder.ends, builder.ways);
        let follows = |play: usize| {
            let start = play.checked_sub(1).map_or(0, |before| ends[before]);
            ways[start as usize..ends[play] as usize]
                .iter()
                .map(|way| way.follows as usize)
        };
        Ok(Self {
            components: Components::of(ends.len(), follows),
            charge: builder.charge,
            charges: builder.charges,
            probabilities: builder.probabilities,
            of_node: builder.of_node,
            ends,
            ways,
            departures,
            at,
            on_path,
        })
    }

    /// Where a party can depart to at a node so that a play follows.
    pub fn reached(
        &self,
        (game, automaton): (&Game, &Automaton),
        party: PartyId,
        payoffs: &Payoffs,
        (departing, node): (u32, u32),
    ) -> Option<StateId> {
        let from = StateId::at(automaton.state[node as usize] as usize);
        let target = StateId::at(automaton.target[node as usize] as usize);
        let answer = |state: StateId| {
            let answers = &automaton.answers[party.index()];
            let at = answers.binary_search_by_key(&(state.index() as u32), |pair| pair[0]);
            Some(self.of_node[answers[at.ok()?][1] as usize])
        };
        let leads = |reached: &StateId| {
            let outcomes = match game.has_chances() {
                true => game.outcomes(*reached),
                false => vec![(*reached, Exact::ONE)],
            };
            let ways = self.ways(departing);
            let same = |(way, (state, probability)): (&Way, &(StateId, Exact))| {
                self.probabilities[way.probability as usize] == *probability
                    && way.class == payoffs.class(*state)
                    && Some(way.follows) == answer(*state)
            };
            let charged = payoffs.charged(from, *reached);
            charged.eq(self.charged(departing).iter().copied())
                && ways.len() == outcomes.len()
                && ways.iter().zip(&outcomes).all(same)
        };
        let own = game.own_moves(from, party).iter();
        own.filter(|other| **other != game.position(target, party))
            .map(|other| game.with_position(target, party, *other))
            .find(leads)
    }

    /// How many plays there are.
    pub fn len(&self) -> usize {
        self.charge.len()
    }

    /// The variables charged at the start of a play.
    pub fn charged(&self, play: u32) -> &[u32] {
        &self.charges[self.charge[play as usize] as usize]
    }

    /// The ways on of a play.
    pub fn ways(&self, play: u32) -> &[Way] {
        let play = play as usize;
        let start = play.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.ways[start as usize..self.ends[play] as usize]
    }
}

struct Builder<'a> {
    game: &'a Game,
    automaton: &'a Automaton,
    party: PartyId,
    payoffs: &'a Payoffs,
    answers: Vec<u32>,
    fallback: Vec<u32>,
    charge: Vec<u32>,
    ends: Vec<u32>,
    ways: Vec<Way>,
    charges: Vec<Vec<u32>>,
    charge_numbers: HashMap<Vec<u32>, u32>,
    /// What is due for the move that is looked at.
    due: Vec<u32>,
    probabilities: Vec<Exact>,
    of_node: Vec<u32>,
    /// Plays with one certain way on, by charge and way.
    known: NumberMap<(u32, Way), u32>,
    /// Plays that go round a single one of their own, by charge and class.
    rounds: HashMap<(u32, u32), u32>,
    /// Departing plays by charge and state, where chance acts.
    departing: NumberMap<(u32, u32), u32>,
    /// Departing plays by state, where nothing is charged.
    uncharged: Vec<u32>,
}

impl<'a> Builder<'a> {
    fn new(
        game: &'a Game,
        automaton: &'a Automaton,
        party: PartyId,
        payoffs: &'a Payoffs,
    ) -> Result<Self, String> {
        let spread = |pairs: &[[u32; 2]]| {
            let mut nodes = vec![NONE; game.states()];
            for [state, node] in pairs {
                *nodes.get_mut(*state as usize)? = *node;
            }
            Some(nodes)
        };
        let unfit = || "the plan names a state that the game does not have".to_owned();
        let answers = automaton.answers.get(party.index()).ok_or_else(unfit)?;
        Ok(Self {
            answers: spread(answers).ok_or_else(unfit)?,
            fallback: spread(&automaton.fallback).ok_or_else(unfit)?,
            game,
            automaton,
            party,
            payoffs,
            charge: Vec::new(),
            ends: Vec::new(),
            ways: Vec::new(),
            charges: vec![Vec::new()],
            charge_numbers: HashMap::from([(Vec::new(), 0)]),
            due: Vec::new(),
            probabilities: vec![Exact::ONE],
            of_node: vec![NONE; automaton.state.len()],
            known: NumberMap::default(),
            rounds: HashMap::new(),
            departing: NumberMap::default(),
            uncharged: vec![NONE; game.states()],
        })
    }

    fn from(&self, node: usize) -> StateId {
        StateId::at(self.automaton.state[node] as usize)
    }

    fn target(&self, node: usize) -> StateId {
        StateId::at(self.automaton.target[node] as usize)
    }

    fn next(&self, node: usize) -> usize {
        self.automaton.next[node] as usize
    }

    fn charge_of(&mut self, from: StateId, to: StateId) -> u32 {
        if !self.payoffs.has_costs() {
            return 0;
        }
        self.due.clear();
        self.due.extend(self.payoffs.charged(from, to));
        if self.due.is_empty() {
            return 0;
        }
        if let Some(number) = self.charge_numbers.get(&self.due) {
            return *number;
        }
        let next = self.charges.len() as u32;
        self.charges.push(self.due.clone());
        self.charge_numbers.insert(self.due.clone(), next);
        next
    }

    fn add(&mut self, charge: u32, ways: &[Way]) -> u32 {
        self.charge.push(charge);
        self.ways.extend_from_slice(ways);
        self.ends.push(self.ways.len() as u32);
        self.charge.len() as u32 - 1
    }

    /// The play that a charge and a certain way on make.
    fn certain(&mut self, charge: u32, class: u32, follows: u32) -> u32 {
        let way = Way {
            probability: 0,
            class,
            follows,
        };
        if let Some(play) = self.known.get(&(charge, way)) {
            return *play;
        }
        // One that is followed by itself and begins as it does is the same.
        let round = self.ways_of(follows);
        let same = self.charge[follows as usize] == charge && round == [way];
        let play = if same { follows } else { self.add(charge, &[way]) };
        self.known.insert((charge, way), play);
        play
    }

    fn ways_of(&self, play: u32) -> &[Way] {
        let play = play as usize;
        let start = play.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.ways[start as usize..self.ends[play] as usize]
    }

    /// The plays of all nodes, where one node certainly follows another.
    fn nodes(&mut self) {
        let mut on_way = vec![false; self.of_node.len()];
        for start in 0..self.of_node.len() {
            let mut way = Vec::new();
            let mut node = start;
            while self.of_node[node] == NONE && !on_way[node] {
                on_way[node] = true;
                way.push(node);
                node = self.next(node);
            }
            if self.of_node[node] == NONE {
                let at = way.iter().position(|entry| *entry == node).unwrap_or(0);
                let cycle = way.split_off(at);
                self.cycle(&cycle);
            }
            while let Some(node) = way.pop() {
                let charge = self.charge_of(self.from(node), self.target(node));
                let class = self.payoffs.class(self.target(node));
                let follows = self.of_node[self.next(node)];
                self.of_node[node] = self.certain(charge, class, follows);
            }
        }
    }

    /// The plays of nodes that follow one another in a circle.
    fn cycle(&mut self, nodes: &[usize]) {
        let first = self.charge.len() as u32;
        let size = nodes.len() as u32;
        for (place, node) in nodes.iter().enumerate() {
            let charge = self.charge_of(self.from(*node), self.target(*node));
            let class = self.payoffs.class(self.target(*node));
            if size == 1
                && let Some(play) = self.rounds.get(&(charge, class))
            {
                self.of_node[*node] = *play;
                return;
            }
            let way = Way {
                probability: 0,
                class,
                follows: first + (place as u32 + 1) % size,
            };
            self.of_node[*node] = self.add(charge, &[way]);
            if size == 1 {
                self.rounds.insert((charge, class), first);
            }
        }
    }

    fn nodes_with_chances(&mut self) -> Result<(), String> {
        for node in 0..self.of_node.len() {
            self.of_node[node] = node as u32;
        }
        for node in 0..self.of_node.len() {
            let target = self.target(node);
            let charge = self.charge_of(self.from(node), target);
            let mut ways = Vec::new();
            for (state, probability) in self.game.outcomes(target) {
                let follows = match state == target {
                    true => self.next(node) as u32,
                    false => self.fallback[state.index()],
                };
                ways.push(self.way(state, probability, follows)?);
            }
            self.add(charge, &ways);
        }
        Ok(())
    }

    fn way(&mut self, state: StateId, probability: Exact, node: u32) -> Result<Way, String> {
        let follows = self.of_node.get(node as usize).copied();
        let number = self.probabilities.iter().position(|known| *known == probability);
        let number = number.unwrap_or_else(|| {
            self.probabilities.push(probability);
            self.probabilities.len() - 1
        });
        Ok(Way {
            probability: number as u32,
            class: self.payoffs.class(state),
            follows: follows.ok_or("the plan names no node for a state that play can lead to")?,
        })
    }

    /// The states that the party can bring about at a node instead of the target.
    fn reached(&self, node: usize) -> impl Iterator<Item = StateId> + use<'a> {
        let (game, party) = (self.game, self.party);
        let (from, target) = (self.from(node), self.target(node));
        let own = game.own_moves(from, party).iter();
        let others = own.filter(move |other| **other != game.position(target, party));
        others.map(move |other| game.with_position(target, party, *other))
    }

    fn departures_at(&mut self, node: usize, found: &mut impl FnMut(Departure)) -> Result<(), String> {
        let (from, complying) = (self.from(node), self.of_node[node]);
        for reached in self.reached(node) {
            let departing = self.departing(from, reached)?;
            if departing != complying {
                found(Departure { complying, departing });
            }
        }
        Ok(())
    }

    /// The play of having brought a state about alone.
    fn departing(&mut self, from: StateId, reached: StateId) -> Result<u32, String> {
        let charge = self.charge_of(from, reached);
        let known = match charge {
            0 => Some(self.uncharged[reached.index()]).filter(|play| *play != NONE),
            _ => self.departing.get(&(charge, reached.index() as u32)).copied(),
        };
        if let Some(play) = known {
            return Ok(play);
        }
        let play = if self.game.has_chances() {
            let mut ways = Vec::new();
            for (state, probability) in self.game.outcomes(reached) {
                ways.push(self.way(state, probability, self.answers[state.index()])?);
            }
            self.add(charge, &ways)
        } else {
            let way = self.way(reached, Exact::ONE, self.answers[reached.index()])?;
            self.certain(charge, way.class, way.follows)
        };
        match charge {
            0 => self.uncharged[reached.index()] = play,
            _ => _ = self.departing.insert((charge, reached.index() as u32), play),
        }
        Ok(play)
    }
}
