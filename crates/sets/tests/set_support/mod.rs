//! Published games, changed games and distances for the set tests.
#![allow(dead_code)]

use std::path::PathBuf;

use detente_base::number::Exact;
use detente_game::table::{ProfileParts, StateParts, TableGame, TableState, read_dyngame};
use detente_sets::StateSet;
use serde_json::Value;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/literature/games")
}

/// The names of all published games.
pub fn published() -> Vec<String> {
    let names = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path());
    names
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect()
}

/// A published game with its answer.
pub fn read(name: &str) -> (TableGame, Value) {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json"))).unwrap();
    let read = read_dyngame(&text).unwrap();
    (read.game, read.expected.unwrap())
}

/// The parts of a game, to change and put together again.
pub fn parts(game: &TableGame) -> Vec<StateParts> {
    (0..game.states())
        .map(|s| {
            let state = TableState::at(s);
            StateParts {
                label: game.label(state).to_owned(),
                actions: game
                    .action_counts(state)
                    .iter()
                    .map(|count| *count as usize)
                    .collect(),
                profiles: game
                    .profiles(state)
                    .map(|p| ProfileParts {
                        payoffs: game.payoffs(p).to_vec(),
                        next: game
                            .law(game.law_of(p))
                            .iter()
                            .map(|(s, c)| (s.index(), c.clone()))
                            .collect(),
                        on_path: game.on_path(p),
                    })
                    .collect(),
            }
        })
        .collect()
}

/// The same game with other payoffs.
pub fn with_payoffs(game: &TableGame, change: impl Fn(usize, &Exact) -> Exact) -> TableGame {
    let mut parts = parts(game);
    for profile in parts.iter_mut().flat_map(|state| &mut state.profiles) {
        for (i, payoff) in profile.payoffs.iter_mut().enumerate() {
            *payoff = change(i, payoff);
        }
    }
    TableGame::new("", "", game.discount().to_vec(), parts).unwrap()
}

/// The same game with something added to every payoff.
pub fn shifted(game: &TableGame, by: &[Exact]) -> TableGame {
    with_payoffs(game, |i, payoff| payoff + &by[i])
}

/// Corners in doubles.
pub fn corners(set: &StateSet) -> Vec<Vec<f64>> {
    set.vertices
        .iter()
        .map(|corner| corner.iter().map(|x| x.to_float()).collect())
        .collect()
}

/// How far two sets of corners of convex sets in the plane reach apart, over many directions and those
/// between any two corners.
pub fn distance(a: &[Vec<f64>], b: &[Vec<f64>]) -> f64 {
    if a.is_empty() || b.is_empty() {
        return if a.len() == b.len() { 0.0 } else { f64::INFINITY };
    }
    let mut directions: Vec<[f64; 2]> = (0..256)
        .map(|k| {
            let (y, x) = (f64::from(k) * std::f64::consts::TAU / 256.0).sin_cos();
            [x, y]
        })
        .collect();
    for list in [a, b] {
        for (k, z) in list.iter().enumerate() {
            let next = &list[(k + 1) % list.len()];
            let (x, y) = (next[1] - z[1], z[0] - next[0]);
            let length = x.hypot(y);
            if length > 1e-7 {
                directions.push([x / length, y / length]);
                directions.push([-x / length, -y / length]);
            }
        }
    }
    let reach = |list: &[Vec<f64>], u: &[f64; 2]| {
        list.iter()
            .map(|z| z[0] * u[0] + z[1] * u[1])
            .fold(f64::NEG_INFINITY, f64::max)
    };
    directions
        .iter()
        .map(|u| (reach(a, u) - reach(b, u)).abs())
        .fold(0.0, f64::max)
}
