//! Speed of stability from rankings: all five concepts by growing conflicts, the matrix form beside them, and
//! the inverse question.
//!
//! `cargo bench -p detente-verdict --bench stability` takes under a minute; with `-- --long` also
//! 22 options, 20 options with listed moves, and the byte matrices of ten options, which takes minutes. Rankings are random and strict unless said otherwise, options are
//! dealt out in turn, nothing is infeasible. A time is the median of the runs in the column before it; building
//! the model (states, moves) is in its own column.

mod bit_rows;
#[path = "../../crates/stability/tests/conflicts/mod.rs"]
mod conflicts;

use std::time::Instant;

use detente_base::watch::Unwatched;
use detente_conflict::{
    Assembly, Blocked, GraphModel, Issue, Limits, Movement, Party, PartyId, Preference, Problems, Ranking,
    StateId,
};
use detente_stability::inverse::conditions;
use detente_stability::inverse_profiles::profiles;
use detente_stability::{Concept, judge};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What moves look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    /// Every option moves both ways.
    Free,
    /// Every other option moves one way only.
    OneWay,
    /// One pattern of moves is ruled out, so that arcs are listed and moves need not compose.
    Listed,
}

fn conflict(options: usize, parties: usize, ties: bool, shape: Shape, seed: u64) -> GraphModel {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let option = |place: usize| Issue {
        id: format!("o{place}"),
        name: format!("Option {place}"),
        owners: vec![PartyId::at(place % parties)],
        levels: vec!["no".into(), "yes".into()],
        movement: match shape == Shape::OneWay && (place / parties).is_multiple_of(2) {
            true => Movement::FORWARD,
            false => Movement::FREE,
        },
    };
    let party = |place| Party {
        id: format!("p{place}"),
        name: format!("Party {place}"),
    };
    let mut parts = Assembly {
        id: format!("{options} options"),
        parties: (0..parties).map(party).collect(),
        issues: (0..options).map(option).collect(),
        ..Assembly::default()
    };
    if shape == Shape::Listed {
        parts.blocked.push(Blocked {
            party: None,
            from: vec![(0, vec![0])],
            to: vec![(0, vec![1]), (parties, vec![1])],
        });
    }
    let mut problems = Problems::default();
    let states = parts
        .states(Limits::default(), &mut problems)
        .expect("within the limits");
    let count = states.count();
    let most = if ties { (count as u64 / 4).max(2) } else { u64::MAX };
    let preferences = (0..parties).map(|_| {
        let worths: Vec<u64> = (0..count).map(|_| random.random_range(0..most)).collect();
        Preference::Ranked(Ranking::by_worth(&worths))
    });
    let preferences = preferences.collect();
    let today = Some(StateId::at(0));
    parts
        .model(states, preferences, today, Limits::default(), &mut problems)
        .expect("the parts fit together")
}

fn seconds<T>(run: impl FnOnce() -> T) -> (f64, T) {
    let start = Instant::now();
    let result = run();
    (start.elapsed().as_secs_f64(), result)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// The most memory that this process has held so far, in MiB (Linux; elsewhere 0).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
    kibibytes.unwrap_or(0) / 1024
}

/// One row of the growth table; gives the seconds of the judgement.
fn row(options: usize, parties: usize, ties: bool, shape: Shape) -> f64 {
    let runs = if options <= 14 { 9 } else { 3 };
    let (building, model) = seconds(|| conflict(options, parties, ties, shape, 7));
    let judged = || judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
    let time = median((0..runs).map(|_| seconds(judged).0).collect());
    let answer = judged();
    let found: Vec<String> = Concept::ALL
        .iter()
        .filter_map(|concept| answer.equilibria(*concept))
        .map(|set| set.len().to_string())
        .collect();
    println!(
        "| {options} | {} | {parties} | {} | {shape:?} | {:.1} | {runs} | {:.2} | {} | {} |",
        model.states().count(),
        if ties { "ties" } else { "strict" },
        building * 1e3,
        time * 1e3,
        found.join(" "),
        peak()
    );
    time
}

/// The exponent of growth in the number of states between two sizes of a series.
fn exponent(options: [usize; 2], times: [f64; 2]) -> f64 {
    (times[1] / times[0]).log2() / (options[1] - options[0]) as f64
}

fn series(parties: usize, ties: bool, shape: Shape, sizes: &[usize]) {
    let times: Vec<f64> = sizes
        .iter()
        .map(|options| row(*options, parties, ties, shape))
        .collect();
    let last = sizes.len() - 1;
    let middle = last / 2;
    println!(
        "    time grows as states to the power {:.2} ({} to {} options)",
        exponent([sizes[middle], sizes[last]], [times[middle], times[last]]),
        sizes[middle],
        sizes[last]
    );
}

/// All parties and concepts by matrices, the same conflict and the same answers: with one bit a cell, and, where
/// asked, as the tests' cross-check writes them, straight from the formulas with one byte a cell.
fn matrices(options: usize, parties: usize, bytes_too: bool) {
    let model = conflict(options, parties, false, Shape::Free, 7);
    let (bits, by_bits) = seconds(|| bit_rows::judge(&model));
    let (fast, answer) = seconds(|| judge(&model, &Concept::ALL, &Unwatched).expect("ranked"));
    for (concept, by_party) in Concept::ALL.iter().zip(&by_bits) {
        for (party, expected) in model.party_ids().zip(by_party) {
            let stable = answer.stable(*concept, party).expect("judged");
            let same = |state: StateId| stable.contains(state) == expected[state.index()];
            assert!(model.states().iter().all(same), "{concept:?} {party:?}");
        }
    }
    let bytes = bytes_too.then(|| {
        let one = |concept: Concept, party: PartyId| conflicts::by_matrices(&model, party, concept);
        let (time, by_bytes) = seconds(|| {
            let of_concept =
                |concept: &Concept| model.party_ids().map(|party| one(*concept, party)).collect();
            Concept::ALL.iter().map(of_concept).collect::<Vec<Vec<_>>>()
        });
        assert_eq!(by_bits, by_bytes);
        format!("{:.1}", time * 1e3)
    });
    println!(
        "| {options} | {} | {parties} | {} | {:.1} | {:.2} | {:.0} |",
        model.states().count(),
        bytes.unwrap_or("not run".into()),
        bits * 1e3,
        fast * 1e3,
        bits / fast
    );
}

/// Two parties, as many states as asked, every state within both parties' reach at some point.
fn inverse(levels: [usize; 2]) {
    let issue = |place: usize| Issue {
        id: format!("o{place}"),
        name: format!("Option {place}"),
        owners: vec![PartyId::at(place)],
        levels: (0..levels[place]).map(|level| level.to_string()).collect(),
        movement: Movement::FREE,
    };
    let party = |place| Party {
        id: format!("p{place}"),
        name: format!("Party {place}"),
    };
    let parts = Assembly {
        id: "inverse".into(),
        parties: (0..2).map(party).collect(),
        issues: (0..2).map(issue).collect(),
        ..Assembly::default()
    };
    let mut problems = Problems::default();
    let states = parts
        .states(Limits::default(), &mut problems)
        .expect("few states");
    let count = states.count();
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let preferences = (0..2).map(|_| {
        let worths: Vec<u64> = (0..count).map(|_| random.random_range(0..u64::MAX)).collect();
        Preference::Ranked(Ranking::by_worth(&worths))
    });
    let preferences = preferences.collect();
    let model = parts
        .model(states, preferences, None, Limits::default(), &mut problems)
        .expect("the parts fit together");
    let asked = || {
        let target = StateId::at(0);
        for concept in Concept::ALL {
            for party in model.party_ids() {
                let found = conditions(&model, party, target, concept);
                found.count(1 << 24).expect("within the steps");
                found.least_change(&model, 1 << 24).expect("within the steps");
            }
            std::hint::black_box(profiles(&model, target, concept, 1 << 24));
        }
    };
    let time = median((0..9).map(|_| seconds(asked).0).collect());
    let per_profile = seconds(|| profiles(&model, StateId::at(0), Concept::Seq, 1 << 24));
    println!(
        "| {count} | {:.3} | {:.3} | {} |",
        time * 1e3,
        per_profile.0 * 1e3,
        per_profile
            .1
            .map_or("not counted (limit)".into(), |count| count.to_string())
    );
}

fn main() {
    let long = std::env::args().any(|argument| argument == "--long");
    println!("Nash, GMR, SMR, SEQ and SSEQ together:");
    println!(
        "| options | states | parties | rankings | moves | build ms | runs | judge ms | equilibria | peak MiB |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    series(3, false, Shape::Free, &[8, 10, 12, 14, 16, 18, 20]);
    series(4, false, Shape::Free, &[8, 10, 12, 14, 16, 18, 20]);
    series(4, true, Shape::Free, &[12, 16, 20]);
    series(4, false, Shape::OneWay, &[12, 16, 20]);
    series(4, false, Shape::Listed, &[12, 14, 16, 18]);
    if long {
        series(4, false, Shape::Free, &[20, 22]);
        row(20, 4, false, Shape::Listed);
    }
    println!("\nThe matrix form in the same run, same answers:");
    println!("| options | states | parties | bytes ms | bits ms | judge ms | bits / judge |");
    println!("|---|---|---|---|---|---|---|");
    matrices(4, 3, true);
    matrices(6, 3, true);
    matrices(8, 3, true);
    matrices(10, 3, long);
    matrices(12, 3, false);
    println!(
        "\nInverse, two parties: all five concepts with conditions, exact counts, least change and profiles:"
    );
    println!("| states | all ms | SEQ profiles ms | SEQ profiles |");
    println!("|---|---|---|---|");
    inverse([2, 2]);
    inverse([2, 3]);
    inverse([2, 4]);
    inverse([3, 3]);
    inverse([4, 4]);
}
