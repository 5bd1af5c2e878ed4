//! The interval bounds on the worked toy: the figures of the design, and soundness against the exact ranges.

use detente_base::ids::StateId;
use detente_base::watch::Unwatched;
use detente_case::{Case, World, check};
use detente_game::Game;
use detente_verdict::arena::Arena;
use detente_verdict::bounds::{Limits, Stop, compute, settlements};

fn toy() -> Case {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/korea-toy/case.toml");
    check(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The North's bounds from today and the number of settlements with tests paused that are left standing.
fn measure(world: &World, joint_moves: u64, pairs: bool) -> Measured {
    let case = toy();
    let game = Game::of_case(&case, world).unwrap();
    let arena = Arena::new(&game);
    let limits = Limits {
        joint_moves,
        pairs,
        ..Limits::default()
    };
    let bounds = compute(&arena, &limits, &Unwatched, &|_| false);
    let last = bounds.last().clone();
    let tests = case
        .issue_ids()
        .find(|issue| case.issue(*issue).id == "tests")
        .unwrap();
    let open = settlements(&arena, &last).open;
    let is_quiet = |state: &StateId| game.level(*state, tests).index() == 1;
    let today = game.today().index();
    Measured {
        low: last.low_of(1)[today],
        high: last.high_of(1)[today],
        open: game
            .state_ids()
            .filter(|state| is_quiet(state) && open[state.index()])
            .count(),
        stop: bounds.stop,
    }
}

struct Measured {
    low: f64,
    high: f64,
    open: usize,
    stop: Stop,
}

#[test]
fn intervals_alone_leave_what_the_design_measured() {
    let world = World::default().with_variant("no-snapback");
    let found = measure(&world, 1_000_000, false);
    assert_eq!(found.stop, Stop::Settled);
    assert!(
        (found.low + 4.4).abs() < 1e-3 && (found.high - 2.55).abs() < 1e-3,
        "{} {}",
        found.low,
        found.high
    );
    // The design counts 16; a second, independent computation (listing every joint move in another language)
    // gives these 15, with the same ranges. See docs/decisions/0001-toy-settlement-count.md.
    assert_eq!(found.open, 15);
}

#[test]
fn sweeping_never_cuts_what_listing_keeps() {
    for world in [
        World::default(),
        World::default().with_variant("no-snapback"),
        World::default().with_variant("assured"),
    ] {
        let swept = measure(&world, 0, false);
        let listed = measure(&world, 1_000_000, false);
        assert!(swept.low <= listed.low + 1e-9 && swept.high >= listed.high - 1e-9);
        assert!(swept.open >= listed.open);
    }
}

/// With a few directions that tie both parties together no settlement with tests paused and arms kept survives
/// without snapback, as the exact sets say; with snapback the ten of the exact sets do.
#[test]
fn pair_bounds_decide_what_intervals_leave_open() {
    let without = measure(&World::default().with_variant("no-snapback"), 1_000_000, true);
    assert_eq!(without.open, 3, "paused only after full disarmament");
    assert!(
        (without.low + 0.4).abs() < 1e-3,
        "the North is sure of its value without a deal: {}",
        without.low
    );
    let with = measure(&World::default(), 1_000_000, true);
    assert_eq!(with.open, 7, "the exact sets leave these seven with tests paused");
}

/// A case with one-off costs and a random change, so that moves pay and play does not go in a straight line.
const COSTLY: &str = r#"
[case]
title = "Two who may build and who may be interrupted"
period = "a year"
[parties.a]
name = "A"
discount = 0.9
[parties.b]
name = "B"
discount = 0.8
[issues.dam]
party = "a"
name = "dam"
levels = ["none", "half", "full"]
today = "none"
moves = "step"
[issues.gauge]
party = "b"
name = "gauge"
levels = ["shut", "open"]
today = "shut"
needs = { open = "dam != full" }
[[values]]
party = "a"
issue = "dam"
levels = { none = 0, half = 1, full = 1.5 }
[[values]]
party = "a"
when = "gauge = open"
worth = 2
[[values]]
party = "b"
issue = "dam"
levels = { none = 0, half = -1, full = -3 }
[[values]]
party = "b"
when = "gauge = open"
worth = -0.5
[[costs]]
party = "a"
issue = "dam"
direction = "up"
cost = 2
[[costs]]
party = "b"
issue = "gauge"
to = "open"
cost = 1
CHANCES
"#;

const FLOOD: &str = r#"
[[chances]]
name = "a flood breaks the dam"
issue = "dam"
to = "none"
when = "dam = full"
chance = 0.1
"#;

/// A stage may end after any number of rounds: its bounds are then looser, and never tighter than those of a
/// stage that was brought to its end, which are in turn never tighter than those from listing.
#[test]
fn a_stage_that_ends_early_is_looser_and_still_right() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/");
    let bundled = |name: &str| std::fs::read_to_string(format!("{path}{name}/case.toml")).unwrap();
    for (name, text) in [
        ("toy", bundled("korea-toy")),
        ("ceasefire", bundled("ceasefire")),
        ("truce", bundled("tariff-truce")),
        ("costs", COSTLY.replace("CHANCES", "")),
        ("costs and chances", COSTLY.replace("CHANCES", FLOOD)),
    ] {
        let case = check(&text).unwrap();
        let game = Game::of_case(&case, &World::default()).unwrap();
        let arena = Arena::new(&game);
        let limited = |rounds: u32, joint_moves: u64| {
            let limits = Limits {
                rounds,
                joint_moves,
                pairs: false,
                ..Limits::default()
            };
            compute(&arena, &limits, &Unwatched, &|_| false).last().clone()
        };
        let chain = [
            limited(1, 0),
            limited(2, 0),
            limited(400, 0),
            limited(400, u64::MAX),
        ];
        let names = ["one round", "two rounds", "to the end", "listed"];
        for party in 0..arena.parties {
            for (number, pair) in chain.windows(2).enumerate() {
                let step = pair[0].units[party] / 1000;
                let sides = |side: fn(&detente_verdict::bounds::Stage) -> &Vec<Vec<i64>>| {
                    side(&pair[0])[party].iter().zip(&side(&pair[1])[party])
                };
                let wider = sides(|stage| &stage.high).all(|(loose, tight)| *loose >= *tight - step)
                    && sides(|stage| &stage.low).all(|(loose, tight)| *loose <= *tight + step);
                assert!(wider, "{name}, party {party}: {}", names[number]);
            }
        }
    }
}

/// Luck, which comes while One waits, is worth waiting for: counting the state alone, One would leave it.
#[test]
fn a_settlement_that_chance_leads_away_from_is_worth_what_chance_brings() {
    let text = r#"
case = { title = "waiting for luck", period = "a period" }
parties = { one = { name = "One", discount = "9/10" }, two = { name = "Two", discount = "9/10" } }
issues.watch = { party = "one", name = "watch", levels = ["kept", "left"], today = "kept", moves = "free" }
issues.luck = { party = "two", name = "luck", levels = ["none", "come"], today = "none", moves = "forward" }
chances = [{ name = "luck", when = "watch = kept", issue = "luck", to = "come", chance = "1/2" }]
values = [
    { party = "one", when = "watch = left", worth = 1 },
    { party = "one", when = "watch = kept and luck = come", worth = 10 },
]
"#;
    let case = check(text).expect("well written");
    let game = Game::of_case(&case, &World::default()).expect("a game");
    let arena = Arena::new(&game);
    let bounds = compute(&arena, &Limits::default(), &Unwatched, &|_| false);
    let open = settlements(&arena, bounds.last()).open;
    assert!(open[game.today().index()], "One would wait for luck");
}
