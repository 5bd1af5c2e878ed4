//! Writes `dyngame/1` so that reading it back gives the same game: every number exact, as a string.

use serde_json::{Map, Value, json};

use super::game::TableGame;
use super::ids::TableState;
use detente_base::number::{Exact, to_float};

/// The game as a `dyngame/1` document, every state listed.
#[must_use]
pub fn write_dyngame(game: &TableGame) -> Value {
    let same = game.discount().iter().all(|factor| factor == &game.discount()[0]);
    let discount: Vec<Value> = game.discount().iter().map(exact).collect();
    let doubles: Vec<f64> = game.discount().iter().map(to_float).collect();
    let states: Vec<Value> = (0..game.states())
        .map(|s| write_state(game, TableState::at(s)))
        .collect();
    json!({
        "schema": "dyngame/1",
        "name": game.name(),
        "source": game.source(),
        "players": game.parties(),
        "states": game.states(),
        "profiles": game.profile_count(),
        "discount": if same { json!(doubles[0]) } else { json!(doubles) },
        "discount_exact": if same { discount[0].clone() } else { Value::Array(discount) },
        "monitoring": "perfect",
        "randomisation": "public",
        "strategies": "pure",
        "state": states,
    })
}

fn exact(value: &Exact) -> Value {
    Value::String(value.to_string())
}

fn write_state(game: &TableGame, state: TableState) -> Value {
    let profiles: Vec<Value> = game
        .profiles(state)
        .map(|profile| {
            let next: Map<String, Value> = game
                .law(game.law_of(profile))
                .iter()
                .map(|(state, chance)| (state.index().to_string(), exact(chance)))
                .collect();
            let mut value = json!({
                "a": game.actions_of(state, profile),
                "u": game.payoffs(profile).iter().map(exact).collect::<Vec<_>>(),
                "next": next,
            });
            if !game.on_path(profile) {
                value["on_path"] = json!(false);
            }
            value
        })
        .collect();
    json!({ "label": game.label(state), "actions": game.action_counts(state), "profiles": profiles })
}
