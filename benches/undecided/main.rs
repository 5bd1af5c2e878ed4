//! How many questions on small random games stay undecided.
//!
//! `cargo bench -p detente-verdict --bench undecided -- GAMES SEED [chances] [show]` draws games of two or three parties and
//! up to a dozen states, asks of each whether anything at all and whether each of three random targets can be settled,
//! and counts the answers. With `chances` the games have random changes; with `show` the text of each undecided
//! question is printed. Every answer that is counted as possible or impossible was confirmed by the exact checker.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use detente_base::watch::Unwatched;
use detente_case::{Case, World, check};
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{Limits, Question, Subject, Verdict, solve};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rayon::prelude::*;

fn pick<'c>(random: &mut ChaCha8Rng, choices: &[&'c str]) -> &'c str {
    choices[random.random_range(0..choices.len())]
}

/// An issue of a game as it is drawn.
struct Issue {
    id: String,
    party: usize,
    levels: usize,
}

fn atom(random: &mut ChaCha8Rng, issues: &[Issue]) -> String {
    let issue = &issues[random.random_range(0..issues.len())];
    let sign = pick(random, &["=", "!=", "<=", ">="]);
    format!("{} {sign} l{}", issue.id, random.random_range(0..issue.levels))
}

fn condition(random: &mut ChaCha8Rng, issues: &[Issue]) -> String {
    let (one, other) = (atom(random, issues), atom(random, issues));
    match random.random_range(0..4) {
        0 => one,
        1 => format!("({one}) and ({other})"),
        2 => format!("({one}) or ({other})"),
        _ => format!("({one}) implies ({other})"),
    }
}

/// The text of a game without its target, and its issues.
fn game(random: &mut ChaCha8Rng, chances: bool) -> (String, Vec<Issue>) {
    let parties = if random.random_bool(0.8) { 2 } else { 3 };
    let mut issues = Vec::new();
    let mut states = 1;
    let mut text = String::new();
    for party in 0..parties {
        let discount = pick(random, &["0.5", "0.75", "0.8", "0.9", "0.95"]);
        let _ = writeln!(
            text,
            "[parties.p{party}]\nname = \"P{party}\"\ndiscount = {discount}"
        );
    }
    for party in 0..parties {
        for number in 0..random.random_range(1..3) {
            let levels = random.random_range(2..4);
            if states * levels > 12 {
                break;
            }
            states *= levels;
            issues.push(Issue {
                id: format!("i{party}{number}"),
                party,
                levels,
            });
        }
    }
    for issue in &issues {
        let names: Vec<String> = (0..issue.levels).map(|level| format!("\"l{level}\"")).collect();
        let _ = writeln!(
            text,
            "[issues.{id}]\nparty = \"p{}\"\nname = \"{id}\"\nlevels = [{}]\ntoday = \"l0\"",
            issue.party,
            names.join(", "),
            id = issue.id
        );
        match random.random_range(0..5) {
            0 => text.push_str("moves = \"step\"\n"),
            1 => text.push_str("moves = \"forward\"\n"),
            _ => {}
        }
    }
    for party in 0..parties {
        for issue in &issues {
            if random.random_bool(0.75) {
                let step = random.random_range(-4..5);
                let worths: Vec<String> = (0..issue.levels as i32)
                    .map(|level| format!("l{level} = {}", step * level + i32::from(level > 1)))
                    .collect();
                let _ = writeln!(
                    text,
                    "[[values]]\nparty = \"p{party}\"\nissue = \"{}\"\nlevels = {{ {} }}",
                    issue.id,
                    worths.join(", ")
                );
            }
        }
        for _ in 0..random.random_range(0..3) {
            let when = condition(random, &issues);
            let worth = f64::from(random.random_range(-6..7)) / 2.0;
            let _ = writeln!(
                text,
                "[[values]]\nparty = \"p{party}\"\nwhen = \"{when}\"\nworth = {worth}"
            );
        }
    }
    if random.random_bool(0.25) {
        let issue = &issues[random.random_range(0..issues.len())];
        let _ = writeln!(
            text,
            "[[costs]]\nparty = \"p{}\"\nissue = \"{}\"\ncost = 0.5",
            issue.party, issue.id
        );
    }
    if random.random_bool(0.2) {
        let when = condition(random, &issues);
        let _ = writeln!(
            text,
            "[[endings]]\nname = \"e\"\nchance = 0.1\nwhen = \"{when}\"\nworth = {{ p0 = -1 }}"
        );
    }
    if chances {
        for number in 0..random.random_range(1..3) {
            let issue = &issues[random.random_range(0..issues.len())];
            let to = random.random_range(0..issue.levels);
            let chance = pick(random, &["0.05", "0.1", "0.3"]);
            let _ = writeln!(
                text,
                "[[chances]]\nname = \"c{number}\"\nissue = \"{}\"\nto = \"l{to}\"\nchance = {chance}",
                issue.id
            );
            if random.random_bool(0.4) {
                let _ = writeln!(text, "when = \"{}\"", condition(random, &issues));
            }
        }
    }
    (text, issues)
}

/// One question as a case, if the rules of cases allow it.
fn question(body: &str, target: &str) -> Option<(String, Case)> {
    let text = format!("[case]\ntitle = \"random\"\nperiod = \"p\"\ntarget = \"{target}\"\n{body}");
    check(&text).ok().map(|case| (text, case))
}

#[derive(Default)]
struct Counts {
    possible: AtomicUsize,
    impossible: AtomicUsize,
    undecided: AtomicUsize,
}

fn main() {
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| word != "--bench")
        .collect();
    let number = |at: usize| words.get(at).and_then(|word| word.parse::<u64>().ok());
    let (games, seed) = (number(0).unwrap_or(200), number(1).unwrap_or(1));
    let has = |word: &str| words.iter().any(|given| given == word);
    let (chances, show) = (has("chances"), has("show"));
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
            let asked = Question {
                target: case.target.clone().expect("a target was written"),
                criterion: Criterion::default(),
            };
            let before = Instant::now();
            let subject = Subject {
                text: &text,
                case: &case,
            };
            let answer = solve(subject, &World::default(), &asked, &Limits::default(), &Unwatched);
            let took = before.elapsed();
            if let Ok(mut longest) = longest.lock() {
                *longest = took.max(*longest);
            }
            let count = match answer.map(|answer| answer.verdict) {
                Ok(Verdict::Possible { .. }) => &counts.possible,
                Ok(Verdict::Impossible { .. }) => &counts.impossible,
                Ok(Verdict::Undecided { why, open }) => {
                    if show {
                        println!("# undecided: game {game_number}: {why} ({open} open)\n{text}");
                    }
                    &counts.undecided
                }
                Err(error) => panic!("{error}\n{text}"),
            };
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let [possible, impossible, undecided] =
        [&counts.possible, &counts.impossible, &counts.undecided].map(|count| count.load(Ordering::Relaxed));
    let all = possible + impossible + undecided;
    println!(
        "{all} questions: {possible} possible, {impossible} impossible, {undecided} undecided ({:.2} %); {:.1} s, longest {:.2} s",
        100.0 * undecided as f64 / all.max(1) as f64,
        started.elapsed().as_secs_f64(),
        longest.lock().map_or(0.0, |longest| longest.as_secs_f64()),
    );
}
