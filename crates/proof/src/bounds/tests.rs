//! The sets of bits against the definition, move by move, in a game with rows of more than one word.

use crate::reading::Reading;
use detente_base::ids::{PartyId, StateId};
use detente_case::World;

use super::layout::Layout;
use super::scale::Scale;
use super::survival::{Departures, Survival};

/// Three parties, the second with 81 positions, needs and costs across parties.
const CASE: &str = r#"
[case]
title = "wide"
period = "a period"
[parties.a]
name = "A"
discount = "1/2"
[parties.b]
name = "B"
discount = "2/3"
[parties.c]
name = "C"
discount = "0.9"
[issues.x]
party = "a"
name = "X"
levels = ["l0", "l1", "l2"]
today = "l0"
moves = "step"
needs = { l2 = "y > l4" }
[issues.y]
party = "b"
name = "Y"
levels = ["l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"]
today = "l4"
[issues.z]
party = "b"
name = "Z"
levels = ["l0", "l1", "l2", "l3", "l4", "l5", "l6", "l7", "l8"]
today = "l0"
moves = { up = 2, down = 1 }
needs = { l3 = "w = l1" }
[issues.w]
party = "c"
name = "W"
levels = ["l0", "l1"]
today = "l0"
[[values]]
party = "b"
issue = "y"
levels = { l1 = 0.5, l7 = 2 }
[[values]]
party = "a"
when = "y > l2 iff w = l1"
worth = "1/3"
[[costs]]
party = "b"
issue = "x"
direction = "up"
cost = 0.7
[[costs]]
party = "b"
issue = "y"
cost = "2/7"
[[endings]]
name = "end"
when = "x = l2"
chance = 0.15
worth = { a = -3, c = 2 }
"#;

#[test]
fn bits_say_what_the_definition_says() {
    let game = Reading::of(CASE, &World::default()).unwrap();
    let layout = Layout::of(&game).unwrap();
    assert_eq!(game.positions(layout.inner), 81);
    let scales: Vec<Scale> = game
        .parties()
        .map(|party| Scale::of(&game, party, 8).unwrap())
        .collect();
    // Any numbers do for bounds; these are scattered by a multiplicative congruence.
    let scattered = |party: PartyId, above: i64| -> Vec<i64> {
        let number = |state: StateId| (state.index() * 7919 + party.index() * 104_729) % 61;
        game.state_ids()
            .map(|state| number(state) as i64 + above)
            .collect()
    };
    let arriving = |above: i64| -> Vec<Vec<i128>> {
        let of = |party: PartyId| scales[party.index()].arriving(&scattered(party, above)).unwrap();
        game.parties().map(of).collect()
    };
    let (high, low) = (arriving(45), arriving(0));
    let departures: Vec<Departures> = game
        .parties()
        .map(|party| Departures::of(&game, party, &scales[party.index()], &low[party.index()]))
        .collect();
    let survival = Survival::of(&game, &layout, &scales, &high, &departures);
    let paid = |party: PartyId, from: StateId, to: StateId| -> i128 {
        let cost = |mover| {
            let position = |state| game.position(state, mover);
            scales[party.index()].cost(mover, position(from), position(to))
        };
        game.parties().map(cost).sum()
    };
    let brings = |of: &[Vec<i128>], party: PartyId, from: StateId, to: StateId| {
        of[party.index()][to.index()] - paid(party, from, to)
    };
    let complies = |party: PartyId, from: StateId, to: StateId| {
        let own = game.own_moves(from, party).iter();
        let departing = own.map(|other| brings(&low, party, from, game.with_position(to, party, *other)));
        brings(&high, party, from, to) >= departing.max().unwrap()
    };
    let (mut found, mut moves) = (0, 0);
    for from in game.state_ids() {
        let mut listed = Vec::new();
        let stances = survival.stances(from);
        survival.descend(from, &stances, &mut |_, _| true, &mut |row| {
            survival.in_row(&stances, row, &mut |target| {
                listed.push(target);
                true
            });
            Some(())
        });
        listed.sort();
        let can = game.state_ids().filter(|to| game.can_move(from, *to));
        let can: Vec<StateId> = can.collect();
        moves += can.len();
        let expected = can
            .into_iter()
            .filter(|to| game.parties().all(|party| complies(party, from, *to)));
        assert_eq!(listed, expected.collect::<Vec<_>>());
        found += listed.len();
    }
    assert!(found > 1_000 && found < moves, "{found} of {moves} survive");
}

#[test]
fn numbers_on_the_common_scale_are_the_payoffs() {
    let game = Reading::of(CASE, &World::default()).unwrap();
    for party in game.parties() {
        let scale = Scale::of(&game, party, 8).unwrap();
        let arriving = scale.arriving(&vec![5; game.states()]).unwrap();
        let bound = scale.payoff(scale.bound(5).unwrap());
        for state in game.state_ids().step_by(17) {
            let (delta, endings) = (game.discount(party), game.endings(state));
            let one = detente_base::number::Exact::ONE;
            let flow = (&one - delta) * game.flow(party, state);
            let goes_on = delta * (one - &endings.hazard);
            let expected = flow + goes_on * &bound + delta * &endings.worth[party.index()];
            assert_eq!(scale.payoff(arriving[state.index()]), expected);
        }
    }
}
