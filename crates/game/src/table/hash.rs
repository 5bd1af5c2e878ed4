//! The name of a game and of a document: SHA-256 of its canonical JSON.
//!
//! Canonical JSON has sorted keys, no white space and exact numbers as strings `n` or `n/d` in lowest terms,
//! so that anybody's tools can recompute the name.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::game::TableGame;
use super::ids::TableState;

/// JSON with sorted keys and no white space.
#[must_use]
pub fn canonical(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    text
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            text.push('{');
            for (k, key) in keys.into_iter().enumerate() {
                if k > 0 {
                    text.push(',');
                }
                text.push_str(&Value::String(key.clone()).to_string());
                text.push(':');
                write_canonical(&map[key], text);
            }
            text.push('}');
        }
        Value::Array(list) => {
            text.push('[');
            for (k, item) in list.iter().enumerate() {
                if k > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        other => text.push_str(&other.to_string()),
    }
}

/// The hash of a JSON document, leaving out its own top-level field `hash`.
#[must_use]
pub fn hash_of(document: &Value) -> String {
    let mut document = document.clone();
    if let Value::Object(map) = &mut document {
        map.remove("hash");
    }
    hex(&Sha256::digest(canonical(&document).as_bytes()))
}

/// The hash of the mathematical content of a game: parties, discount factors, states, actions, payoffs and
/// probabilities. Names and sources do not change it.
#[must_use]
pub fn content_hash(game: &TableGame) -> String {
    let mut digest = Sha256::new();
    let mut put = |text: String| {
        digest.update(text.as_bytes());
        digest.update(b"\n");
    };
    put(format!("dyngame-content {} {}", game.parties(), game.states()));
    for factor in game.discount() {
        put(factor.to_string());
    }
    for s in 0..game.states() {
        let state = TableState::at(s);
        put(format!("{:?}", game.action_counts(state)));
        for profile in game.profiles(state) {
            let payoffs: Vec<String> = game.payoffs(profile).iter().map(ToString::to_string).collect();
            let next: Vec<String> = game
                .law(game.law_of(profile))
                .iter()
                .map(|(state, chance)| format!("{}:{chance}", state.index()))
                .collect();
            put(format!(
                "{} {} {}",
                payoffs.join(","),
                next.join(","),
                game.on_path(profile)
            ));
        }
    }
    hex(&digest.finalize())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
