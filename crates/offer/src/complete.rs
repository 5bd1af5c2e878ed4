//! An offer under complete information and certain notice: the automaton of a proved deal as a decision problem.
//!
//! A point is a node. A party that follows goes on to the next node; one that departs is seen for certain and goes on at its
//! answer for the state that comes about ([`detente_proof::automaton`]). The automaton is self-enforcing exactly if from
//! every node following is a best response of every party (the one-shot deviation principle; Blackwell 1965).

use std::collections::HashMap;

use detente_base::ids::{PartyId, StateId};
use detente_proof::automaton::Automaton;

use crate::play::Play;
use crate::problem::{Doing, Problem};

/// The decision problem of a party from a node of an automaton.
///
/// # Errors
/// A sentence that says which list of the automaton does not name a node that is needed.
pub fn problem_of_automaton(
    play: &Play,
    automaton: &Automaton,
    party: PartyId,
    start: u32,
) -> Result<Problem, String> {
    let game = play.game();
    let (mut nodes, mut places) = (vec![start], HashMap::from([(start, 0u32)]));
    let mut place = |node: u32, nodes: &mut Vec<u32>| {
        *places.entry(node).or_insert_with(|| {
            nodes.push(node);
            nodes.len() as u32 - 1
        })
    };
    let named = |list: &[[u32; 2]], state: StateId| {
        let found = list.iter().find(|[of, _]| *of as usize == state.index());
        found
            .map(|[_, node]| *node)
            .ok_or_else(|| format!("no node is named for state {}", state.index()))
    };
    let mut problem = Problem::without_choice(party);
    let mut next = 0;
    while next < nodes.len() {
        let node = nodes[next] as usize;
        next += 1;
        let state = StateId::at(automaton.state[node] as usize);
        let target = StateId::at(automaton.target[node] as usize);
        let mut ways = Vec::new();
        for (reached, chance) in game.outcomes(target) {
            let after = match reached == target {
                true => automaton.next[node],
                false => named(&automaton.fallback, reached)?,
            };
            ways.push((chance, reached, place(after, &mut nodes)));
        }
        problem.add_point(state, game.cost(party, state, target), ways);
        let own = game.position(target, party);
        for position in game.own_moves(state, party).iter().filter(|other| **other != own) {
            let instead = game.with_position(target, party, *position);
            let mut ways = Vec::new();
            for (reached, chance) in game.outcomes(instead) {
                let after = named(&automaton.answers[party.index()], reached)?;
                ways.push((chance, reached, place(after, &mut nodes)));
            }
            let cost = game.cost(party, state, instead);
            problem.add_choice(Doing::Depart, *position, cost, ways);
        }
    }
    Ok(problem.closed())
}
