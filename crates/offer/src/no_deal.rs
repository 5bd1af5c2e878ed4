//! What is played if nothing is agreed, and what it gives to every type.
//!
//! It is handed in, not found here: for each phase the joint move from every state, and whether everybody stays where it
//! leads. Values are averages per period from today on, exact.

use std::collections::HashMap;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

use crate::exact::{Payoffs, evaluate};
use crate::play::Play;
use crate::problem::{Problem, TooLarge};

/// The most points of a play without a deal.
const MOST_POINTS: usize = 20_000;

/// The play without a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoDeal {
    /// Everybody stays at today's levels; where chance moves an issue, it stays there.
    Stay,
    /// Joint moves that take turns.
    Phases(Vec<Phase>),
}

/// One phase of a play without a deal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phase {
    /// The target of the joint move, by state.
    pub target: Vec<u32>,
    /// Whether everybody stays at the target from then on, by state; else the next phase follows.
    pub settles: Vec<bool>,
}

impl NoDeal {
    /// The points of this play from today on, as a problem without a choice.
    ///
    /// # Errors
    /// [`TooLarge`] where it visits too many states.
    pub fn problem(&self, play: &Play, party: PartyId) -> Result<Problem, TooLarge> {
        let game = play.game();
        let mut places: HashMap<(StateId, usize), u32> = HashMap::new();
        let mut open: Vec<(StateId, usize)> = Vec::new();
        let mut place = |at: (StateId, usize), open: &mut Vec<(StateId, usize)>| {
            *places.entry(at).or_insert_with(|| {
                open.push(at);
                open.len() as u32 - 1
            })
        };
        let mut chain = Problem::without_choice(party);
        place((game.today(), 0), &mut open);
        let mut next = 0;
        while next < open.len() {
            let (state, phase) = open[next];
            next += 1;
            if open.len() > MOST_POINTS {
                return Err(TooLarge(format!(
                    "no deal leads through more than {MOST_POINTS} states"
                )));
            }
            let (target, after) = match self {
                Self::Stay => (state, 0),
                Self::Phases(phases) if phase < phases.len() => {
                    let of = &phases[phase];
                    let stays = of.settles[state.index()];
                    let after = if stays {
                        phases.len()
                    } else {
                        (phase + 1) % phases.len()
                    };
                    (StateId::at(of.target[state.index()] as usize), after)
                }
                Self::Phases(phases) => (state, phases.len()),
            };
            let ways = game.outcomes(target).into_iter().map(|(reached, chance)| {
                // Where chance upsets a settlement, the first phase starts again.
                let after = if reached == target { after } else { 0 };
                (chance, reached, place((reached, after), &mut open))
            });
            chain.add_point(state, game.cost(party, state, target), ways.collect());
        }
        Ok(chain.closed())
    }

    /// What it gives to a type.
    ///
    /// # Errors
    /// A sentence that names the limit that is exceeded.
    pub fn value(&self, play: &Play, party: PartyId, kind: usize) -> Result<Exact, String> {
        Ok(self.values(play, party, kind)?.swap_remove(0).1)
    }

    /// What it gives to a type from every state to which it leads, today's first.
    ///
    /// # Errors
    /// A sentence that names the limit that is exceeded.
    pub fn values(&self, play: &Play, party: PartyId, kind: usize) -> Result<Vec<(StateId, Exact)>, String> {
        let problem = self.problem(play, party).map_err(|error| error.0)?;
        let payoffs = Payoffs::of_type(play, &problem, kind);
        let policy: Vec<u32> = (0..problem.points.len() as u32).collect();
        let values = evaluate(&problem, &payoffs, &policy, &[0])?;
        let states = problem.points.iter().map(|point| point.state);
        let values = values.into_iter().map(|value| value.expect("all are led to"));
        Ok(states.zip(values).collect())
    }
}
