//! Forms against solving, in one run: what a world costs when a known deal is tried in it, and what it costs to solve it.
//!
//! `cargo bench -p detente-worlds --bench explore -- [CASE] [WORLDS]`

use std::time::{Duration, Instant};

use detente_base::watch::Unwatched;
use detente_case::{World, check_game};
use detente_game::Game;
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{self, Limits, Question, Subject, Verdict};
use detente_worlds::explore::entering;
use detente_worlds::flips::flips;
use detente_worlds::ranges::Ranges;
use detente_worlds::sample::{Distribution, Sampler};
use detente_worlds::sturdiness::sturdiness;
use detente_worlds::testing::Known;

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    let took = start.elapsed();
    println!("{what}: {took:.2?}");
    (done, took)
}

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let name = arguments.first().map_or("korea-2020", String::as_str);
    let worlds: u64 = arguments
        .get(1)
        .map_or(200, |number| number.parse().expect("a number of worlds"));
    let path = format!("{}/../../cases/{name}/case.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).expect("a bundled case");
    let case = check_game(&text).expect("a clean case");
    let base = World::default();
    let question = Question {
        target: case.target.clone().expect("a target"),
        criterion: Criterion::Nash,
    };
    let subject = Subject {
        text: &text,
        case: &case,
    };
    let solve = |world: &World| verdict::solve(subject, world, &question, &Limits::default(), &Unwatched);
    println!("{name}");
    let (answer, solving) = timed("solve, with its proof checked", || solve(&base).expect("a game"));
    let Verdict::Possible { proof, .. } = answer.verdict else {
        return println!("no deal at the likely values");
    };
    let game = Game::of_case(&case, &base).expect("a game");
    let (known, laying_out) = timed("forms of the deal", || {
        Known::new(&case, &base, &game, &proof).expect("forms")
    });
    let survives = || sturdiness(known.forms(), &game, &case, Ranges::Stated).expect("sturdiness");
    let (_, radius) = timed("sturdiness", survives);
    timed("flips of all judgements", || {
        flips(known.forms(), &game, &case, Ranges::Stated).expect("flips")
    });
    println!(
        "{} different departures; forms and sturdiness take {:.2} of one solve",
        known.forms().departures(),
        (laying_out + radius).as_secs_f64() / solving.as_secs_f64()
    );
    let judgements = entering(&case, &base);
    let sampler = Sampler::new(&case, &base, &judgements, 1, Distribution::Triangular).expect("ranges");
    let (holding, trying) = timed(&format!("the deal tried in {worlds} worlds"), || {
        let tried = (0..worlds).filter(|world| {
            let draw = sampler.draw(*world);
            let there = case.in_world(&draw.world).expect("a world");
            known.holds(&there, &draw.world)
        });
        tried.count()
    });
    let each = trying.as_secs_f64() / worlds as f64;
    println!(
        "it holds in {holding}; {:.3} ms a world, {:.0} times faster than solving it",
        each * 1e3,
        solving.as_secs_f64() / each
    );
}
