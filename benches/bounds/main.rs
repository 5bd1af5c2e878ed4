//! Speed and size of the bounds: a synthetic family of five parties at 10⁴, 10⁵ and 10⁶ states, the naive loop over
//! joint moves beside it where that finishes, and the parts of a solve on `korea-2020`.
//!
//! `cargo bench -p detente-verdict --bench bounds` runs everything; `-- --korea`, `-- --family` and `-- --naive` one
//! part. Every size runs in a child process of its own, so that its peak memory is its own.

mod family;
mod naive;

use std::time::Instant;

use detente_base::watch::Unwatched;
use detente_case::{MOST_PARTIES, World, check};
use detente_game::Game;
use detente_verdict::arena::Arena;
use detente_verdict::bounds::{self, Limits, Stage};
use detente_verdict::deals::{Criterion, Search};
use detente_verdict::fallback::{self, Kept};
use detente_verdict::verdict::{self, Ground, Harshness};

/// The seed of the family.
const SEED: u64 = 7;

fn seconds<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_secs_f64(), result)
}

/// The most memory that this process has held so far, in MiB (Linux; elsewhere 0).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) / 1024
}

/// The machine's load of the last minute (Linux; elsewhere empty).
fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().unwrap_or_default().to_owned()
}

/// Limits under which joint moves are never listed: what sizes beyond the listing limit get anyway.
fn sweeping() -> Limits {
    Limits {
        joint_moves: 0,
        ..Limits::default()
    }
}

/// How tight bounds are: their average width as a share of the payoff range.
fn width(arena: &Arena<'_>, stage: &Stage, limits: &Limits) -> f64 {
    let widest = Stage::payoff_range(arena, limits);
    let sum = |stage: &Stage, party: usize| -> f64 {
        let sides = stage.high[party].iter().zip(&stage.low[party]);
        sides.map(|(high, low)| (high - low) as f64).sum()
    };
    let share = |party| sum(stage, party) / sum(&widest, party);
    (0..arena.parties).map(share).sum::<f64>() / arena.parties as f64
}

/// One size of the family, in this process; prints its row and, last, the seconds of the bounds.
fn size(name: &str) {
    let case = family::case(family::shape(name), SEED);
    let (building, game) =
        seconds(|| Game::of_case(&case, &World::default()).expect("the family makes a game"));
    let (laying, arena) = seconds(|| Arena::new(&game));
    let one = Limits {
        stages: 1,
        ..sweeping()
    };
    let (first, _) = seconds(|| bounds::compute(&arena, &one, &Unwatched, &|_| false));
    let limits = sweeping();
    let (time, found) = seconds(|| bounds::compute(&arena, &limits, &Unwatched, &|_| false));
    let last = found.last();
    println!(
        "| {} | {:.1e} | {:.2} | {:.2} | {:.2} | {:.2} | {} {:?} | {:.3} | {} | {} |",
        arena.states,
        arena.joint_moves() as f64,
        building,
        laying,
        first,
        time,
        found.stages.len(),
        found.stop,
        width(&arena, last, &limits),
        peak(),
        bounds::memory_needed(&arena) >> 20,
    );
    println!("{time}");
}

/// Runs one size in a child process; passes its row on and gives its seconds.
fn child(name: &str) -> f64 {
    let this = std::env::current_exe().expect("the path of this program");
    let output = std::process::Command::new(this)
        .args(["--size", name])
        .output()
        .expect("a child process");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).expect("text");
    let (row, time) = text.trim_end().rsplit_once('\n').expect("two lines");
    println!("{row}");
    time.parse().expect("a number")
}

fn growing_family() {
    println!(
        "| states | joint moves | game s | arena s | one stage s | bounds s | stages, stop | width | peak MiB | said MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    let times: Vec<f64> = ["10000", "100000", "1000000"].map(child).to_vec();
    for pair in times.windows(2) {
        println!("growth exponent: {:.2}", (pair[1] / pair[0]).log10());
    }
}

/// Compares the sweeps and the listing with the naive loop.
fn beside_naive() {
    println!(
        "| states | joint moves | naive s (stages, looks) | listing s | sweeps s | listing off by | sweeps looser by |"
    );
    println!("|---|---|---|---|---|---|---|");
    for name in ["32", "243", "1024", "3125", "10000"] {
        let case = family::case(family::shape(name), SEED);
        let game = Game::of_case(&case, &World::default()).expect("the family makes a game");
        let arena = Arena::new(&game);
        let (naive_time, naive) = seconds(|| naive::bounds(&game, 40));
        let listing = Limits {
            joint_moves: u64::MAX,
            pairs: false,
            ..Limits::default()
        };
        let run = |limits: &Limits| {
            let (time, found) = seconds(|| bounds::compute(&arena, limits, &Unwatched, &|_| false));
            (time, found.last().clone())
        };
        let (listing_time, listed) = run(&listing);
        let (sweep_time, swept) = run(&sweeping());
        let widest = Stage::payoff_range(&arena, &listing);
        let (mut off, mut looser) = (0.0f64, 0.0f64);
        for party in 0..arena.parties {
            let sides = |stage: &Stage| (stage.high_of(party), stage.low_of(party));
            let range = widest.high_of(party)[0] - widest.low_of(party)[0];
            let ((listed_high, listed_low), (swept_high, swept_low)) = (sides(&listed), sides(&swept));
            for state in 0..arena.states {
                let (high, low) = (naive.high[party][state], naive.low[party][state]);
                assert!(
                    swept_high[state] >= high - 1e-3 * range && swept_low[state] <= low + 1e-3 * range,
                    "a sweep cut what the naive loop keeps"
                );
                off = off.max(
                    (listed_high[state] - high)
                        .abs()
                        .max((listed_low[state] - low).abs())
                        / range,
                );
                looser = looser.max((swept_high[state] - high).max(low - swept_low[state]) / range);
            }
        }
        assert!(off < 1e-3, "the listing and the naive loop differ by {off}");
        println!(
            "| {} | {:.1e} | {naive_time:.3} ({}, {:.1e}) | {listing_time:.3} | {sweep_time:.3} | {off:.0e} | {looser:.0e} |",
            arena.states,
            arena.joint_moves() as f64,
            naive.stages,
            naive.looks as f64,
        );
    }
}

/// The parts of a solve of `korea-2020`.
fn korea() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/korea-2020/case.toml");
    let text = std::fs::read_to_string(path).expect("the bundled case");
    let (time, case) = seconds(|| check(&text).expect("a sound case"));
    println!("korea-2020: reading and checking the case {:>26.3} s", time);
    let (time, game) = seconds(|| Game::of_case(&case, &World::default()).expect("a game"));
    println!("korea-2020: building the game {:>38.3} s", time);
    let (time, arena) = seconds(|| Arena::new(&game));
    println!("korea-2020: laying it out in doubles {:>31.3} s", time);
    let limits = verdict::Limits::default();
    for stages in [1, limits.bounds.stages] {
        let limits = Limits {
            stages,
            ..limits.bounds
        };
        let (time, found) = seconds(|| bounds::compute(&arena, &limits, &Unwatched, &|_| false));
        let last = found.last();
        println!(
            "korea-2020: bounds, at most {stages:>2} stages {:>31.3} s ({} stages, {:?}, width {:.4})",
            time,
            found.stages.len(),
            found.stop,
            width(&arena, last, &limits)
        );
    }
    let (time, found) =
        seconds(|| fallback::find(&arena, limits.fallback_rounds, limits.fallback_looks, &Unwatched));
    println!("korea-2020: what is played without a deal {:>26.3} s", time);
    let Some(Kept { fallback, family }) = found else {
        return;
    };
    let wanted = game.truth(&case.target.as_ref().expect("a target").condition);
    let today = game.today().index();
    let mut no_deal = [0.0; MOST_PARTIES];
    for (party, value) in no_deal.iter_mut().enumerate().take(arena.parties) {
        *value = fallback.phases[0].values[party][today];
    }
    let search = Search {
        arena: &arena,
        family: &family,
        wanted: &wanted,
        criterion: Criterion::default(),
        no_deal: &no_deal,
        limits: &limits.deals,
        watch: &Unwatched,
    };
    let (time, found) = seconds(|| search.forward());
    println!("korea-2020: deals, {} found {:>40.3} s", found.deals.len(), time);
    let ground = Ground::new(&game, &limits, &Unwatched).expect("within memory");
    for harshness in [Harshness::OneRound, Harshness::AllRounds] {
        let (time, made) = seconds(|| ground.answers(harshness, &limits, &Unwatched).is_some());
        println!(
            "korea-2020: harsher answers, {harshness:?} ({made}) {:>18.3} s",
            time
        );
    }
    println!("korea-2020: peak {} MiB", peak());
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == "--size") {
        size(&arguments[place + 1]);
        return;
    }
    println!("load {}", load());
    let parts = ["--korea", "--family", "--naive"];
    let all = !arguments
        .iter()
        .any(|argument| parts.contains(&argument.as_str()));
    let wanted = |part: &str| all || arguments.iter().any(|argument| argument == part);
    if wanted("--korea") {
        korea();
    }
    if wanted("--family") {
        growing_family();
    }
    if wanted("--naive") {
        beside_naive();
    }
    println!("load {}", load());
}
