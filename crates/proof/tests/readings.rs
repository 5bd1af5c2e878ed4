//! The checker's reading of a case and the search's are the same game, and a rule changed for one of them is noticed.

use detente_base::ids::{IssueId, StateId};
use detente_case::{World, check};
use detente_game::Game;
use detente_proof::reading::Reading;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The first difference between the search's game of one text and the checker's reading of another.
fn difference(searched: &str, checked: &str, world: &World) -> Option<String> {
    let case = check(searched).unwrap_or_else(|errors| panic!("{errors:?}\n{searched}"));
    let game = Game::of_case(&case, world).unwrap();
    let read = Reading::of(checked, world).unwrap_or_else(|error| panic!("{error}\n{checked}"));
    if (game.states(), game.today(), game.party_count()) != (read.states(), read.today(), read.party_count())
    {
        return Some("states".into());
    }
    for party in game.parties() {
        if game.discount(party) != read.discount(party)
            || game.flow_denominator(party) != read.flow_denominator(party)
        {
            return Some("discount or scale".into());
        }
    }
    game.state_ids()
        .find_map(|state| differs_at(&game, &read, case.issues.len(), state))
}

fn differs_at(game: &Game, read: &Reading, issues: usize, state: StateId) -> Option<String> {
    let at = |what: &str| Some(format!("{what} in state {}", state.index()));
    if IssueId::first(issues).any(|issue| game.level(state, issue) != read.level(state, issue)) {
        return at("levels");
    }
    let (one, other) = (game.endings(state), read.endings(state));
    if (&one.hazard, &one.worth) != (&other.hazard, &other.worth) {
        return at("endings");
    }
    let (mut one, mut other) = (game.outcomes(state), read.outcomes(state));
    one.sort();
    other.sort();
    if one != other {
        return at("chances");
    }
    for party in game.parties() {
        if game.flow(party, state) != read.flow(party, state) {
            return at("flow");
        }
        let own = game.own_moves(state, party).iter();
        let mut own: Vec<StateId> = own.map(|to| game.with_position(state, party, *to)).collect();
        let checked = read.own_moves(state, party).iter();
        let mut checked: Vec<StateId> = checked.map(|to| read.with_position(state, party, *to)).collect();
        own.sort();
        checked.sort();
        if own != checked {
            return at("moves");
        }
        let pays = |payer| {
            own.iter()
                .any(|to| game.cost(payer, state, *to) != read.cost(payer, state, *to))
        };
        if game.parties().any(pays) {
            return at("costs");
        }
    }
    None
}

fn pick<'c>(random: &mut ChaCha8Rng, choices: &[&'c str]) -> &'c str {
    choices[random.random_range(0..choices.len())]
}

fn condition(random: &mut ChaCha8Rng, depth: u32) -> String {
    if depth == 0 || random.random_bool(0.3) {
        let sign = pick(random, &["=", "!=", "<", "<=", ">", ">="]);
        let (issue, level) = (random.random_range(0..4), random.random_range(0..3));
        return format!("i{issue} {sign} l{level}");
    }
    let (left, right) = (condition(random, depth - 1), condition(random, depth - 1));
    match pick(random, &["and", "or", "implies", "iff", "not", "true"]) {
        "not" => format!("not ({left})"),
        "true" => format!("true and {left}"),
        word => format!("({left}) {word} {right}"),
    }
}

/// A small case with every kind of rule; issue 3 is nature's in some.
fn random_case(random: &mut ChaCha8Rng) -> String {
    let mut text = String::from("[case]\ntitle = \"t\"\nperiod = \"p\"\n");
    for party in 0..2 {
        text += &format!(
            "[parties.p{party}]\nname = \"P\"\ndiscount = 0.{}\n",
            random.random_range(1..9)
        );
        if random.random_bool(0.4) {
            text += "pace = 1\n";
        }
        if party == 0 {
            text += "types.a = { prior = 0.4 }\ntypes.b = { prior = 0.6, discount = \"2/7\" }\n";
        }
    }
    for issue in 0..4 {
        let nature = issue == 3 && random.random_bool(0.5);
        let owner = if nature {
            "nature".into()
        } else {
            format!("p{}", random.random_range(0..2))
        };
        let today = random.random_range(0..3);
        text += &format!(
            "[issues.i{issue}]\nparty = \"{owner}\"\nname = \"I\"\nlevels = [\"l0\", \"l1\", \"l2\"]\n"
        );
        text += &format!("today = \"l{today}\"\n");
        if nature {
            continue;
        }
        let moves = [
            "\"free\"",
            "\"step\"",
            "\"forward\"",
            "{ up = 2, down = 1 }",
            "{ up = 0, down = 1 }",
        ];
        text += &format!("moves = {}\n", pick(random, &moves));
        if random.random_bool(0.2) {
            text += "remains = \"l1\"\n";
        }
        if random.random_bool(0.5) {
            // Always possible in the end, whatever else the case says.
            let need = condition(random, 1);
            text += &format!("needs = {{ l{today} = \"{need}\" }}\n");
        }
    }
    for _ in 0..3 {
        let (party, worth) = (random.random_range(0..2), random.random_range(-9..9));
        let of = if party == 0 && random.random_bool(0.5) {
            "type = \"b\"\n"
        } else {
            ""
        };
        let when = condition(random, 2);
        text += &format!("[[values]]\nparty = \"p{party}\"\n{of}when = \"{when}\"\nworth = \"{worth}/3\"\n");
    }
    text += "[[values]]\nparty = \"p1\"\nissue = \"i0\"\nlevels = { l1 = { likely = 1.5, grows = \"3% a period\" }, l2 = -2 }\n";
    let direction = pick(
        random,
        &[
            "",
            "direction = \"up\"\n",
            "direction = \"down\"\n",
            "to = \"l1\"\n",
        ],
    );
    text += &format!(
        "[[costs]]\nparty = \"p1\"\nissue = \"i{}\"\n{direction}cost = 0.3\n",
        random.random_range(0..3)
    );
    let when = condition(random, 1);
    text += &format!("[[endings]]\nname = \"e\"\nwhen = \"{when}\"\nchance = 0.2\nworth = {{ p0 = -3 }}\n");
    for number in 0..random.random_range(0..3) {
        let (issue, level) = (random.random_range(0..4), random.random_range(0..3));
        let when = condition(random, 1);
        text += &format!(
            "[[chances]]\nname = \"c{number}\"\nwhen = \"{when}\"\nissue = \"i{issue}\"\nto = \"l{level}\"\nchance = 0.25\n"
        );
    }
    text + "[variants.v]\nname = \"v\"\nmoves = { i0 = \"step\" }\nfixed = { i1 = \"l1\" }\ntoday = { i2 = \"l2\" }\ndiscount = { p1 = 0.35 }\n"
}

fn random_world(random: &mut ChaCha8Rng) -> World {
    let mut world = World {
        periods_later: random.random_range(0..3),
        ..World::default()
    };
    if random.random_bool(0.3) {
        world.variants.push("v".into());
    }
    if random.random_bool(0.5) {
        world.types.insert("p0".into(), "b".into());
    }
    if random.random_bool(0.3) {
        world.judgements.insert("worth.p1.i0.l2".into(), "7/9".into());
    }
    world
}

/// Random cases that `check` takes: some conditions can never hold.
fn random_cases(count: usize) -> Vec<(String, World)> {
    let mut random = ChaCha8Rng::seed_from_u64(20_201_125);
    let mut cases = Vec::new();
    while cases.len() < count {
        let (text, world) = (random_case(&mut random), random_world(&mut random));
        if check(&text).is_ok() {
            cases.push((text, world));
        }
    }
    cases
}

#[test]
fn both_readings_of_random_cases_are_the_same_game() {
    for (text, world) in random_cases(2_000) {
        assert_eq!(difference(&text, &text, &world), None, "{world:?}\n{text}");
    }
}

#[test]
fn both_readings_of_reported_cases_are_the_same_game() {
    for name in [
        "chance-nature",
        "chance-outside",
        "chance-needs-refused",
        "gov",
        "w1",
        "w2",
    ] {
        let path = format!("{}/../../cases/faults/{name}.toml", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(difference(&text, &text, &World::default()), None, "{name}");
    }
}

/// A rule that one side reads otherwise is noticed, whichever side it is.
#[test]
fn a_changed_rule_is_noticed() {
    let faults = [
        ("moves = \"step\"", "moves = \"free\""),
        ("moves = \"forward\"", "moves = \"free\""),
        ("pace = 1", "pace = 2"),
        ("remains = \"l1\"\n", ""),
        ("chance = 0.25", "chance = 0.75"),
        ("chance = 0.2\n", "chance = 0.3\n"),
        ("cost = 0.3", "cost = 0.4"),
        ("direction = \"up\"", "direction = \"down\""),
        ("p0 = -3", "p0 = -4"),
        ("type = \"b\"\n", "type = \"a\"\n"),
        ("l2 = -2", "l2 = -3"),
        ("discount = 0.", "discount = 0.0"),
        // Left out, as a comment.
        ("\nneeds = {", "\n# needs = {"),
        ("party = \"nature\"", "party = \"p0\""),
    ];
    let cases = random_cases(300);
    for (from, to) in faults {
        let (mut by_checker, mut by_search) = (0, 0);
        for (text, world) in cases.iter().filter(|(text, _)| text.contains(from)) {
            let changed = text.replacen(from, to, 1);
            if check(&changed).is_ok() {
                by_checker += usize::from(difference(text, &changed, world).is_some());
                by_search += usize::from(difference(&changed, text, world).is_some());
            }
        }
        assert!(
            by_checker > 0 && by_search > 0,
            "nobody notices `{from}` read as `{to}`"
        );
    }
}
