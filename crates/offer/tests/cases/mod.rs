//! Small random cases with one plan each, as case files.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a random case may have.
#[derive(Clone, Copy)]
pub struct Shape {
    /// Levels of the issues of the two parties, one list a party.
    pub levels: [&'static [usize]; 2],
    /// Whether notice, lags, alarms, pardons, delays and what persists are drawn; else breaches are seen for certain.
    pub imperfect: bool,
    /// Whether there are a chance, an ending and a cost.
    pub chance: bool,
    /// How many types the second party has.
    pub types: usize,
    /// The last date on which a step may be.
    pub last: u32,
}

/// A case file; the same seed gives the same text.
pub fn case(seed: u64, shape: Shape) -> String {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut text = String::from("[case]\ntitle = \"drawn\"\nperiod = \"a month\"\ntarget = \"i00 = l1\"\n");
    for (party, discount) in ["a", "b"].iter().zip([0.7, 0.8]) {
        let discount = discount + f64::from(draw.random_range(0..15u32)) / 100.0;
        text += &format!("[parties.{party}]\nname = \"party {party}\"\ndiscount = {discount:.2}\n");
        if *party == "b" {
            for kind in 0..shape.types {
                let prior = if kind == 0 {
                    40
                } else {
                    60 / (shape.types as u32 - 1).max(1)
                };
                let prior = if shape.types == 1 { 100 } else { prior };
                text += &format!("[parties.b.types.t{kind}]\nname = \"type {kind}\"\nprior = 0.{prior:02}\n")
                    .replace("0.100", "1");
            }
        }
    }
    let mut issues = Vec::new();
    for (party, name) in ["a", "b"].iter().enumerate() {
        for (place, levels) in shape.levels[party].iter().enumerate() {
            let id = format!("i{party}{place}");
            let names: Vec<String> = (0..*levels).map(|level| format!("\"l{level}\"")).collect();
            text += &format!(
                "[issues.{id}]\nparty = \"{name}\"\nname = \"issue {id}\"\nlevels = [{}]\ntoday = \"l0\"\n",
                names.join(", ")
            );
            let moves = ["free", "free", "step", "forward"][draw.random_range(0..4usize)];
            text += &format!("moves = \"{moves}\"\n");
            if shape.imperfect {
                let mut share = |most: u32| f64::from(draw.random_range(0..=most)) / 20.0;
                text += &format!(
                    "noticed = {:.2}\nfalse_alarm = {:.2}\npersists = {:.2}\n",
                    share(20),
                    share(4),
                    share(10)
                );
                text += &format!(
                    "lag = {}\nrestored = {}\n",
                    draw.random_range(1..3u32),
                    draw.random_range(0..2u32)
                );
            }
            issues.push((party, id, *levels));
        }
    }
    let owners: Vec<String> = (0..shape.types)
        .map(|kind| format!("party = \"b\"\ntype = \"t{kind}\""))
        .chain(["party = \"a\"".to_owned()])
        .collect();
    for owner in &owners {
        for (_, id, levels) in &issues {
            text += &format!("[[values]]\n{owner}\nissue = \"{id}\"\n[values.levels]\n");
            for level in 1..*levels {
                text += &format!(
                    "l{level} = {}\n",
                    f64::from(draw.random_range(-30..=30i32)) / 10.0
                );
            }
        }
        let joint = f64::from(draw.random_range(-30..=30i32)) / 10.0;
        text += &format!("[[values]]\n{owner}\nwhen = \"i00 = l1 and i10 = l1\"\nworth = {joint}\n");
    }
    if shape.chance {
        text +=
            "[[chances]]\nname = \"slip\"\nwhen = \"i10 = l1\"\nissue = \"i10\"\nto = \"l0\"\nchance = 0.1\n";
        text += "[[endings]]\nname = \"storm\"\nwhen = \"i00 = l0\"\nchance = 0.05\n[endings.worth]\na = -1\nb = 0.5\n";
        text += "[[costs]]\nparty = \"b\"\nissue = \"i10\"\ndirection = \"up\"\ncost = 0.3\n";
    }
    text += "[deals.plan]\nname = \"the plan\"\nproposer = \"a\"\n";
    if shape.imperfect {
        text += &format!("pardons = {}\n", draw.random_range(0..2u32));
    }
    text += "periods = 4\nsteps = [\n";
    let mut dates: Vec<(u32, String)> = issues
        .iter()
        .filter(|_| true)
        .map(|(_, id, _)| (draw.random_range(0..=shape.last), format!("{id} = \"l1\"")))
        .collect();
    dates.sort();
    let mut at = 0;
    while at < dates.len() {
        let date = dates[at].0;
        let set: Vec<&str> = dates[at..]
            .iter()
            .take_while(|(other, _)| *other == date)
            .map(|(_, set)| set.as_str())
            .collect();
        text += &format!("  {{ at = {date}, set = {{ {} }} }},\n", set.join(", "));
        at += set.len();
    }
    text + "]\n"
}
