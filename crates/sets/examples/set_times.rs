//! Times of the set engine, one line of CSV a game: `cargo run --release --example set_times -- RUNS FILE...`.
//!
//! `solve_ms` is the median wall time of the whole answer (search, exact finish, both bounds proved in memory),
//! `gap_ms` that of an answer whose two bounds are proved to lie within 1e-8 of the payoff range of the corners shown,
//! `search_ms` that of the search in doubles alone (to 1e-10 of the payoff range, nothing proved: what the peers
//! do), all without reading the file and without writing proofs down. `benches/sets/run.sh` calls this.

use std::time::Instant;

use detente_base::watch::Unwatched;
use detente_game::table::{TableGame, read_dyngame};
use detente_sets::{SetAnswer, SetLimits, solve_sets};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(runs) = arguments.next().and_then(|text| text.parse::<usize>().ok()) else {
        eprintln!("usage: set_times RUNS FILE...");
        return;
    };
    println!(
        "game,profiles,states,runs,search_ms,gap_ms,solve_ms,gap_stop,stop,steps,corners,inner_gap,outer_gap"
    );
    let limits = SetLimits {
        proofs: false,
        ..SetLimits::default()
    };
    for file in arguments {
        let game = match std::fs::read_to_string(&file).map(|text| read_dyngame(&text)) {
            Ok(Ok(published)) => published.game,
            other => {
                eprintln!("{file}: {:?}", other.map(|read| read.err()));
                continue;
            }
        };
        let quick = SetLimits {
            prove: false,
            ..limits.clone()
        };
        let near = SetLimits {
            gap: Some(1e-8),
            ..limits.clone()
        };
        let (search, _) = median(&game, &quick, runs);
        let (gap, found) = median(&game, &near, runs);
        let (solve, answer) = median(&game, &limits, runs);
        let Some(answer) = answer else { continue };
        println!(
            "{},{},{},{},{search:.4},{gap:.4},{solve:.4},{},{},{},{},{},{:e}",
            if game.name().is_empty() { "?" } else { game.name() },
            game.profile_count(),
            game.states(),
            runs.max(1),
            found.map_or("none", |found| found.stop.word()),
            answer.stop.word(),
            answer.steps,
            answer.states.iter().map(|set| set.vertices.len()).sum::<usize>(),
            answer
                .inner_gap
                .map_or("none".to_owned(), |gap| format!("{gap:e}")),
            answer.outer_gap
        );
    }
}

fn median(game: &TableGame, limits: &SetLimits, runs: usize) -> (f64, Option<SetAnswer>) {
    let mut times = Vec::new();
    let mut last = None;
    for _ in 0..runs.max(1) {
        let start = Instant::now();
        last = solve_sets(game, limits, &Unwatched).ok();
        times.push(start.elapsed().as_secs_f64() * 1e3);
    }
    times.sort_by(f64::total_cmp);
    (times[times.len() / 2], last)
}
