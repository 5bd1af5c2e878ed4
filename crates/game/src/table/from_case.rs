//! The explicit game of a case: every joint move listed, for the methods that need a table.
//!
//! The payoff of a period belongs to the next state, so `g_i(s,a)` is the mean flow of what follows less
//! one-off costs. A chance h of an ending after moving to t leads to a state that is never left and pays the
//! ending's worth for ever: `d [(1-h) v(t) + h e]` as in the case. These states come after the game's own.

use super::game::{ProfileParts, StateParts, TableGame, TableProblem, problem};
use crate::{Game, Position};
use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

/// Lists a case's game, if it has at most `limit` joint moves.
///
/// # Errors
/// How many joint moves there are when that is more than the limit.
pub fn table_of_game(game: &Game, name: &str, limit: usize) -> Result<TableGame, Vec<TableProblem>> {
    let parties: Vec<PartyId> = game.parties().collect();
    let mut joint: usize = 0;
    for state in game.state_ids() {
        let here = parties.iter().try_fold(1usize, |product, party| {
            product.checked_mul(game.own_moves(state, *party).len())
        });
        joint = joint.saturating_add(here.unwrap_or(usize::MAX));
    }
    if joint > limit {
        let message = format!("the case has {joint} joint moves in all states; at most {limit} are listed");
        return Err(vec![problem("case", message)]);
    }
    let mut endings: Vec<usize> = Vec::new();
    for (class, ending) in game.ending_classes().iter().enumerate() {
        if ending.hazard != Exact::ZERO {
            endings.push(class);
        }
    }
    let mut states: Vec<StateParts> = game
        .state_ids()
        .map(|state| list_state(game, &parties, state, &endings))
        .collect();
    for (k, class) in endings.iter().enumerate() {
        let ending = &game.ending_classes()[*class];
        let worth = ending.worth.iter().map(|worth| worth / &ending.hazard).collect();
        let next = vec![(game.states() + k, Exact::ONE)];
        states.push(StateParts {
            label: format!("ended ({class})"),
            actions: vec![1; parties.len()],
            profiles: vec![ProfileParts {
                payoffs: worth,
                next,
                on_path: true,
            }],
        });
    }
    let discount = parties
        .iter()
        .map(|party| game.discount(*party).clone())
        .collect();
    TableGame::new(name, "the case of this name", discount, states)
}

fn list_state(game: &Game, parties: &[PartyId], state: StateId, endings: &[usize]) -> StateParts {
    let moves: Vec<&[Position]> = parties
        .iter()
        .map(|party| game.own_moves(state, *party))
        .collect();
    let joint = moves.iter().map(|list| list.len()).product();
    let mut profiles = Vec::with_capacity(joint);
    for index in 0..joint {
        let (mut rest, mut target) = (index, state);
        for (party, list) in parties.iter().zip(&moves) {
            target = game.with_position(target, *party, list[rest % list.len()]);
            rest /= list.len();
        }
        profiles.push(list_move(game, parties, state, target, endings));
    }
    StateParts {
        label: state.index().to_string(),
        actions: moves.iter().map(|list| list.len()).collect(),
        profiles,
    }
}

fn list_move(
    game: &Game,
    parties: &[PartyId],
    state: StateId,
    target: StateId,
    endings: &[usize],
) -> ProfileParts {
    let mut payoffs: Vec<Exact> = parties
        .iter()
        .map(|party| -game.cost(*party, state, target))
        .collect();
    let mut next = Vec::new();
    for (after, chance) in game.outcomes(target) {
        for (payoff, party) in payoffs.iter_mut().zip(parties) {
            *payoff += &chance * game.flow(*party, after);
        }
        let hazard = &game.endings(after).hazard;
        if let Some(k) = endings
            .iter()
            .position(|class| *class == game.ending_class_number(after))
        {
            next.push((game.states() + k, &chance * hazard));
            next.push((after.index(), chance * (Exact::ONE - hazard)));
        } else {
            next.push((after.index(), chance));
        }
    }
    ProfileParts {
        payoffs,
        next,
        on_path: true,
    }
}
