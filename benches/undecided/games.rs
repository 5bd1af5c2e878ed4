//! Random small games: two or three parties and up to a dozen states.

use std::fmt::Write as _;

use rand::RngExt;
use rand_chacha::ChaCha8Rng;

fn pick<'c>(random: &mut ChaCha8Rng, choices: &[&'c str]) -> &'c str {
    choices[random.random_range(0..choices.len())]
}

/// An issue of a game as it is drawn.
pub struct Issue {
    id: String,
    party: usize,
    levels: usize,
}

fn atom(random: &mut ChaCha8Rng, issues: &[Issue]) -> String {
    let issue = &issues[random.random_range(0..issues.len())];
    let sign = pick(random, &["=", "!=", "<=", ">="]);
    format!("{} {sign} l{}", issue.id, random.random_range(0..issue.levels))
}

/// A condition over levels.
pub fn condition(random: &mut ChaCha8Rng, issues: &[Issue]) -> String {
    let (one, other) = (atom(random, issues), atom(random, issues));
    match random.random_range(0..4) {
        0 => one,
        1 => format!("({one}) and ({other})"),
        2 => format!("({one}) or ({other})"),
        _ => format!("({one}) implies ({other})"),
    }
}

/// The text of a game without its target, and its issues.
pub fn game(random: &mut ChaCha8Rng, chances: bool) -> (String, Vec<Issue>) {
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
