//! The worked toy reads as it should: 72 states, exact flows, its variants.

use detente_base::number::format_exact;
use detente_case::{World, check};
use detente_game::Game;

fn toy() -> detente_case::Case {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/korea-toy/case.toml");
    check(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn flows_of_today_are_exact() {
    let game = Game::of_case(&toy(), &World::default()).unwrap();
    assert_eq!(game.states(), 72);
    let flows: Vec<String> = game
        .parties()
        .map(|party| format_exact(&game.flow(party, game.today())))
        .collect();
    // Today tests are paused: US -3 for the arsenal; North 2.4 - 1 - 2.6.
    assert_eq!(flows, ["-3", "-1.2"]);
    let moves: Vec<usize> = game
        .parties()
        .map(|party| game.own_moves(game.today(), party).len())
        .collect();
    assert_eq!(moves, [12, 4]);
}

#[test]
fn variants_change_movement_and_leave_out_what_cannot_occur() {
    let case = toy();
    let assured = World::default().with_variant("assured");
    let game = Game::of_case(&case, &assured).unwrap();
    assert_eq!(game.states(), 36);
    let no_snapback = Game::of_case(&case, &World::default().with_variant("no-snapback")).unwrap();
    let relieved = no_snapback.state_with(|issue| {
        if case.issue(issue).id == "relief" {
            detente_base::ids::Level::at(2)
        } else {
            case.issue(issue).today
        }
    });
    let us = no_snapback.parties().next().unwrap();
    assert_eq!(no_snapback.own_moves(relieved.unwrap(), us).len(), 4);
    assert!(Game::of_case(&case, &World::default().with_variant("nonsense")).is_err());
}
