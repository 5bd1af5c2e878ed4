//! Times of the set engine, one line of CSV a game: `cargo run --release --example set_times -- RUNS FILE...`.
//!
//! `solve_ms` is the median wall time of the whole answer (search, exact finish, both bounds proved in memory),
//! without reading the file and without writing proofs down. `benches/sets/run.sh` calls this.

use std::time::Instant;

use detente_model::table::read_dyngame;
use detente_solve::sets::{SetLimits, solve_sets};
use detente_solve::watch::Unwatched;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let Some(runs) = arguments.next().and_then(|text| text.parse::<usize>().ok()) else {
        eprintln!("usage: set_times RUNS FILE...");
        return;
    };
    println!("game,profiles,states,runs,solve_ms,stop,steps,corners,inner_gap,outer_gap");
    let limits = SetLimits { proofs: false, ..SetLimits::default() };
    for file in arguments {
        let game = match std::fs::read_to_string(&file).map(|text| read_dyngame(&text)) {
            Ok(Ok(published)) => published.game,
            other => {
                eprintln!("{file}: {:?}", other.map(|read| read.err()));
                continue;
            }
        };
        let mut times = Vec::new();
        let mut last = None;
        for _ in 0..runs.max(1) {
            let start = Instant::now();
            last = solve_sets(&game, &limits, &Unwatched).ok();
            times.push(start.elapsed().as_secs_f64() * 1e3);
        }
        times.sort_by(f64::total_cmp);
        let Some(answer) = last else { continue };
        println!(
            "{},{},{},{},{:.4},{},{},{},{},{:e}",
            game.name(),
            game.profile_count(),
            game.states(),
            times.len(),
            times[times.len() / 2],
            answer.stop.word(),
            answer.steps,
            answer.states.iter().map(|set| set.vertices.len()).sum::<usize>(),
            answer.inner_gap.map_or("none".to_owned(), |gap| format!("{gap:e}")),
            answer.outer_gap
        );
    }
}
