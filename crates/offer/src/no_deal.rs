//! What is played if nothing is agreed, and what it gives to every type: everybody stays at today's levels, and where chance
//! moves an issue, it stays there. Values are averages per period from today on, exact.

use std::collections::HashMap;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

use crate::exact::{Payoffs, evaluate};
use crate::play::Play;
use crate::problem::{Problem, TooLarge};

/// The most states to which chance may lead without a deal.
const MOST_POINTS: usize = 20_000;

/// The points of no deal from today on, as a problem without a choice.
fn problem(play: &Play, party: PartyId) -> Result<Problem, TooLarge> {
    let game = play.game();
    let mut places: HashMap<StateId, u32> = HashMap::new();
    let mut open: Vec<StateId> = Vec::new();
    let mut place = |at: StateId, open: &mut Vec<StateId>| {
        *places.entry(at).or_insert_with(|| {
            open.push(at);
            open.len() as u32 - 1
        })
    };
    let mut chain = Problem::without_choice(party);
    place(game.today(), &mut open);
    let mut next = 0;
    while next < open.len() {
        let state = open[next];
        next += 1;
        if open.len() > MOST_POINTS {
            return Err(TooLarge(format!(
                "no deal leads through more than {MOST_POINTS} states"
            )));
        }
        let ways = game
            .outcomes(state)
            .into_iter()
            .map(|(reached, chance)| (chance, reached, place(reached, &mut open)));
        let ways = ways.collect();
        chain.add_point(state, game.cost(party, state, state), ways);
    }
    Ok(chain.closed())
}

/// What no deal gives to a type from today.
///
/// # Errors
/// A sentence that names the limit that is exceeded.
pub fn value(play: &Play, party: PartyId, kind: usize) -> Result<Exact, String> {
    Ok(values(play, party, kind)?.swap_remove(0).1)
}

/// What no deal gives to a type from every state to which it leads, today's first.
///
/// # Errors
/// A sentence that names the limit that is exceeded.
pub fn values(play: &Play, party: PartyId, kind: usize) -> Result<Vec<(StateId, Exact)>, String> {
    let problem = problem(play, party).map_err(|error| error.0)?;
    let payoffs = Payoffs::of_type(play, &problem, kind);
    let policy: Vec<u32> = (0..problem.points.len() as u32).collect();
    let values = evaluate(&problem, &payoffs, &policy, &[0])?;
    let states = problem.points.iter().map(|point| point.state);
    let values = values.into_iter().map(|value| value.expect("all are led to"));
    Ok(states.zip(values).collect())
}
