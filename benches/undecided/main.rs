//! How many questions stay undecided: on small random games, and in worlds drawn from the ranges of a case.
//!
//! `cargo bench -p detente-verdict --bench undecided -- GAMES SEED [chances] [show]` draws games of two or three parties and
//! up to a dozen states, asks of each whether anything at all and whether each of three random targets can be settled,
//! and counts the answers. With `chances` the games have random changes; with `show` the text of each undecided
//! question is printed.
//!
//! `cargo bench -p detente-verdict --bench undecided -- worlds CASE COUNT SEED [uniform] [show]` draws every judgement of
//! `cases/CASE` from its range (triangular with the likely value as its peak, or uniform), asks the case's own
//! question in each world, and counts the answers and the time each took; `show` prints a line a world.
//!
//! Every answer that is counted as possible or impossible was confirmed by the exact checker.

mod games;
mod worlds;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use detente_base::watch::Unwatched;
use detente_case::{Case, World, check};
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{Answer, Limits, Question, Subject, Verdict, solve};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

use games::{condition, game};
use worlds::{Draw, drawn};

/// One question as a case, if the rules of cases allow it.
fn question(body: &str, target: &str) -> Option<(String, Case)> {
    let text = format!("[case]\ntitle = \"random\"\nperiod = \"p\"\ntarget = \"{target}\"\n{body}");
    check(&text).ok().map(|case| (text, case))
}

/// The answer to a case's own question in a world, and the time it took.
fn ask(text: &str, case: &Case, world: &World) -> (Answer, Duration) {
    let asked = Question {
        target: case.target.clone().expect("the case has a target"),
        criterion: Criterion::default(),
    };
    let before = Instant::now();
    let answer = solve(
        Subject { text, case },
        world,
        &asked,
        &Limits::default(),
        &Unwatched,
    );
    let answer = answer.unwrap_or_else(|error| panic!("{error}\n{text}"));
    (answer, before.elapsed())
}

#[derive(Default)]
struct Counts {
    possible: AtomicUsize,
    impossible: AtomicUsize,
    undecided: AtomicUsize,
}

impl Counts {
    fn add(&self, answer: &Answer) {
        let count = match answer.verdict {
            Verdict::Possible { .. } => &self.possible,
            Verdict::Impossible { .. } => &self.impossible,
            Verdict::Undecided { .. } => &self.undecided,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    fn summary(&self) -> String {
        let [possible, impossible, undecided] =
            [&self.possible, &self.impossible, &self.undecided].map(|count| count.load(Ordering::Relaxed));
        let all = possible + impossible + undecided;
        format!(
            "{all} questions: {possible} possible, {impossible} impossible, {undecided} undecided ({:.2} %)",
            100.0 * undecided as f64 / all.max(1) as f64,
        )
    }
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
    let has = |word: &str| words.iter().any(|given| given == word);
    if has("worlds") {
        let name = words.get(1).map_or("korea-2020", String::as_str);
        let draw = if has("uniform") {
            Draw::Uniform
        } else {
            Draw::Triangular
        };
        return worlds_of(
            name,
            draw,
            number(2).unwrap_or(20),
            number(3).unwrap_or(0),
            has("show"),
        );
    }
    random_games(
        number(0).unwrap_or(200),
        number(1).unwrap_or(1),
        has("chances"),
        has("show"),
    );
}

fn random_games(games: u64, seed: u64, chances: bool, show: bool) {
    let counts = Counts::default();
    let longest = std::sync::Mutex::new(Duration::ZERO);
    let started = Instant::now();
    (0..games).into_par_iter().for_each(|game_number| {
        let mut random = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(game_number));
        let (body, issues) = game(&mut random, chances);
        let mut targets = vec!["true".to_owned()];
        targets.extend((0..3).map(|_| condition(&mut random, &issues)));
        for target in targets {
            let Some((text, case)) = question(&body, &target) else {
                continue;
            };
            let (answer, took) = ask(&text, &case, &World::default());
            if let Ok(mut longest) = longest.lock() {
                *longest = took.max(*longest);
            }
            if let Verdict::Undecided { why, open, .. } = &answer.verdict
                && show
            {
                println!("# undecided: game {game_number}: {why} ({open} open)\n{text}");
            }
            counts.add(&answer);
        }
    });
    println!(
        "{}; {:.1} s, longest {:.2} s",
        counts.summary(),
        started.elapsed().as_secs_f64(),
        longest.lock().map_or(0.0, |longest| longest.as_secs_f64()),
    );
}

fn worlds_of(name: &str, draw: Draw, count: u64, seed: u64, show: bool) {
    let path = format!("{}/../../cases/{name}/case.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let case = check(&text).unwrap_or_else(|errors| panic!("{path}: {errors:?}"));
    let counts = Counts::default();
    let (mut decided, mut undecided) = (Vec::new(), Vec::new());
    for world in seed..seed + count {
        let (answer, took) = ask(&text, &case, &drawn(&case, draw, world));
        counts.add(&answer);
        let open = match &answer.verdict {
            Verdict::Undecided { .. } => true,
            Verdict::Possible { .. } | Verdict::Impossible { .. } => false,
        };
        if open { &mut undecided } else { &mut decided }.push(took);
        if show {
            let word = match &answer.verdict {
                Verdict::Possible { .. } => "possible",
                Verdict::Impossible { .. } => "impossible",
                Verdict::Undecided { .. } => "undecided",
            };
            println!(
                "seed {world}: {word}, answers {:?}, bounds {:?}, {:.2} s",
                answer.harshness,
                answer.bounds,
                took.as_secs_f64()
            );
        }
    }
    println!("{name}: {}", counts.summary());
    for (word, times) in [("decided", &mut decided), ("undecided", &mut undecided)] {
        times.sort();
        if let (Some(middle), Some(longest)) = (times.get(times.len() / 2), times.last()) {
            println!(
                "{word}: median {:.2} s, longest {:.2} s",
                middle.as_secs_f64(),
                longest.as_secs_f64()
            );
        }
    }
}
