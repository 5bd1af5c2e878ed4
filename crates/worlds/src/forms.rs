//! A deal as linear forms: for every party, the slack of every departure in its payoff judgements.

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;
use detente_case::{Case, World};
use detente_game::Game;
use detente_proof::automaton::Automaton;
use rayon::prelude::*;

use crate::exact::ExactForms;
use crate::floats::Floats;
use crate::payoff::{Payoffs, Rates};
use crate::plays::{Departure, Plays};

/// An automaton with what every party's departures from it rest on. It speaks of the rules of a case, not of its numbers.
#[derive(Debug)]
pub struct Forms {
    pub(crate) automaton: Automaton,
    pub(crate) parties: Vec<PartyForms>,
    /// The nodes of the path, from the start to the one that follows itself.
    pub(crate) path: Vec<u32>,
}

/// What one party's departures rest on.
#[derive(Debug)]
pub(crate) struct PartyForms {
    pub party: PartyId,
    pub payoffs: Payoffs,
    pub plays: Plays,
}

/// A departure where it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Who departs.
    pub party: PartyId,
    /// At which step of the path, from 0; `None` in the play that follows a breach.
    pub step: Option<u32>,
    /// The node at which it does.
    pub node: u32,
    /// The state before.
    pub from: StateId,
    /// Where everybody was to move.
    pub target: StateId,
    /// What it brings about instead.
    pub reached: StateId,
}

impl Forms {
    /// Those of an automaton that was checked, in the game of a case in a world.
    ///
    /// # Errors
    /// A sentence when the automaton does not fit the game.
    pub fn of(case: &Case, world: &World, game: &Game, automaton: &Automaton) -> Result<Self, String> {
        let nodes = automaton.state.len();
        let states = game.states();
        let inside = |list: &[u32], most: usize| list.iter().all(|number| (*number as usize) < most);
        let answers = automaton.answers.iter().flatten().chain(&automaton.fallback);
        let fits = automaton.target.len() == nodes
            && automaton.next.len() == nodes
            && (automaton.start as usize) < nodes
            && inside(&automaton.state, states)
            && inside(&automaton.target, states)
            && inside(&automaton.next, nodes)
            && answers
                .into_iter()
                .all(|[state, node]| (*state as usize) < states && (*node as usize) < nodes)
            && automaton.answers.len() == game.party_count();
        if !fits {
            return Err("the plan does not fit the game".into());
        }
        let path = path(automaton);
        let parties: Vec<PartyId> = game.parties().collect();
        let of_party = |party: &PartyId| {
            let payoffs = Payoffs::of(case, world, game, *party);
            let plays = Plays::of(game, automaton, &path, *party, &payoffs)?;
            Ok(PartyForms {
                party: *party,
                payoffs,
                plays,
            })
        };
        let parties: Result<Vec<PartyForms>, String> = parties.par_iter().map(of_party).collect();
        Ok(Self {
            parties: parties?,
            automaton: automaton.clone(),
            path,
        })
    }

    /// How many different departures there are, over all parties.
    #[must_use]
    pub fn departures(&self) -> usize {
        self.parties
            .iter()
            .map(|party| party.plays.departures.len())
            .sum()
    }

    /// A departure of a party where it is made first.
    pub(crate) fn breach(
        &self,
        game: &Game,
        of: &PartyForms,
        (departure, node): (Departure, u32),
    ) -> Option<Breach> {
        let automaton = &self.automaton;
        let at = (departure.departing, node);
        let reached = of.plays.reached((game, automaton), of.party, &of.payoffs, at)?;
        let step = self.path.iter().position(|on_path| *on_path == node);
        Some(Breach {
            party: of.party,
            step: step.map(|step| step as u32),
            node,
            from: StateId::at(automaton.state[node as usize] as usize),
            target: StateId::at(automaton.target[node as usize] as usize),
            reached,
        })
    }
}

/// The nodes that follow one another from the start, each once.
fn path(automaton: &Automaton) -> Vec<u32> {
    let mut path = vec![automaton.start];
    let mut seen = vec![false; automaton.state.len()];
    seen[automaton.start as usize] = true;
    loop {
        let next = automaton.next[path[path.len() - 1] as usize];
        if std::mem::replace(&mut seen[next as usize], true) {
            return path;
        }
        path.push(next);
    }
}

/// The forms of one party with the numbers of a case.
pub(crate) struct Weighed<'a> {
    pub of: &'a PartyForms,
    pub forms: Floats,
    pub values: Floats,
    pub exact: ExactForms<'a>,
    pub likely: Vec<Exact>,
}

impl<'a> Weighed<'a> {
    pub fn new(of: &'a PartyForms, case: &Case) -> Self {
        let rates: Rates<f64> = of.payoffs.rates(case);
        let likely: Vec<f64> = of.payoffs.values(case);
        Self {
            forms: Floats::forms(&of.plays, &of.payoffs, &rates),
            values: Floats::values(&of.plays, &of.payoffs, &rates, &likely),
            exact: ExactForms::new(&of.plays, &of.payoffs, of.payoffs.rates(case)),
            likely: of.payoffs.values(case),
            of,
        }
    }

    /// About the slack of a departure; it is not farther off than twice the error of the values.
    pub fn slack(&self, departure: Departure) -> f64 {
        self.values.value(departure.complying) - self.values.value(departure.departing)
    }

    /// The slack of a departure and its coefficients, exactly.
    ///
    /// # Errors
    /// A sentence when too many plays are entangled.
    pub fn exactly(&mut self, departure: Departure) -> Result<(Exact, Vec<Exact>), String> {
        let mut form = self.exact.of(departure.complying)?.to_vec();
        let departing = self.exact.of(departure.departing)?;
        form.iter_mut()
            .zip(departing)
            .for_each(|(entry, other)| *entry -= other);
        let parts = form.iter().zip(&self.likely);
        let slack = parts.fold(Exact::ZERO, |sum, (entry, value)| sum + entry * value);
        Ok((slack, form))
    }
}
