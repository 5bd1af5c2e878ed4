//! Every published game, by name, against its published answer: exact vertices exactly, numeric ones to 1e-6.

mod set_support;

use detente_base::number::{Exact, parse_exact, to_float};
use detente_base::watch::StopsAfter;
use detente_base::watch::Unwatched;
use detente_game::table::{TableGame, TableState};
use detente_sets::{Coordinate, SetAnswer, SetLimits, Stop, solve_sets};
use serde_json::Value;
use set_support::{corners, distance, published, read};

const NEAR: f64 = 1e-6;

fn solve(name: &str) -> (SetAnswer, Value) {
    let (game, expected) = read(name);
    let limits = SetLimits {
        proofs: false,
        ..SetLimits::default()
    };
    (solve_sets(&game, &limits, &Unwatched).unwrap(), expected)
}

fn numbers(value: &Value) -> Vec<f64> {
    let one = |value: &Value| match value {
        Value::String(text) => to_float(&parse_exact(text).unwrap()),
        other => other.as_f64().unwrap(),
    };
    value.as_array().unwrap().iter().map(one).collect()
}

fn exact_corners(value: &Value) -> Option<Vec<Vec<Exact>>> {
    let one = |value: &Value| value.as_str().and_then(|text| parse_exact(text).ok());
    value
        .as_array()?
        .iter()
        .map(|corner| corner.as_array()?.iter().map(one).collect())
        .collect()
}

fn check(name: &str) {
    let (answer, expected) = solve(name);
    let threats = expected["threat"].as_object().unwrap();
    for (s, threat) in threats {
        let state = &answer.states[s.parse::<usize>().unwrap()];
        for (found, wanted) in state.threat.iter().zip(numbers(threat)) {
            assert!(
                (found.to_float() - wanted).abs() < NEAR,
                "{name} state {s}: {found:?} for {wanted}"
            );
        }
        assert!(!state.threat.is_empty(), "{name} state {s} has no threat");
    }
    let Some(vertices) = expected.get("vertices").and_then(Value::as_object) else {
        return;
    };
    for (s, list) in vertices {
        let state = &answer.states[s.parse::<usize>().unwrap()];
        let wanted: Vec<Vec<f64>> = list.as_array().unwrap().iter().map(numbers).collect();
        let apart = distance(&corners(state), &wanted);
        assert!(apart < NEAR, "{name} state {s}: {apart}");
        if let Some(mut wanted) = exact_corners(list) {
            let mut found: Vec<Vec<Exact>> = state
                .vertices
                .iter()
                .map(|corner| {
                    let exact = |value: &Coordinate| match value {
                        Coordinate::Exact(value) => value.clone(),
                        Coordinate::Near(value) => panic!("{name} state {s}: {value} is not exact"),
                    };
                    corner.iter().map(exact).collect()
                })
                .collect();
            found.sort();
            wanted.sort();
            assert_eq!(found, wanted, "{name} state {s}");
            assert!(matches!(answer.stop, Stop::Exact), "{name}: {:?}", answer.stop);
        }
    }
    assert!(answer.outer_gap < NEAR, "{name}: outer gap {}", answer.outer_gap);
    assert!(
        answer.inner_gap.is_some_and(|gap| gap < NEAR),
        "{name}: inner gap {:?}",
        answer.inner_gap
    );
}

macro_rules! games {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { check(stringify!($name)); })*

        #[test]
        fn no_published_game_is_left_out() {
            // Solved in `benches/sets` instead: minutes without optimisation.
            let elsewhere = ["rs_e17_c5_d70", "rs_e2_c200_d70", "rs_e2_c200_d40", "rs_e9_c5_d70", "rs3_e3_c3_d60"];
            let here = [$(stringify!($name)),*];
            for name in published() {
                assert!(here.contains(&name.as_str()) || elsewhere.contains(&name.as_str()), "{name}");
            }
        }
    };
}

games!(
    as2014_d20,
    as2014_d30,
    as2014_d50,
    as2s_d50_p30,
    as2s_d70_p50,
    bos8_d80,
    contrib3_1s,
    contrib3_2s,
    contrib5_1s,
    cournot5,
    cournot10,
    cournot20,
    cournot30,
    cournot50,
    pd2_d356,
    pd2_d667,
    pd2_d70,
    pd9_d75,
    pd9_d90,
    pdsg_d70,
    rs3_e3_c1_d60,
    rs_e2_c5_d70,
    rs_e2_c10_d70,
    rs_e2_c20_d70,
    rs_e2_c40_d70,
    rs_e3_c5_d70,
    rs_e5_c5_d70,
    rs_e5_c20_d70,
    steps_k1_d20,
    steps_k1_d30,
    steps_k1_d40,
    steps_k1_d50,
    steps_k1_d80,
    steps_k2_d35,
    steps_k3_d80,
);

#[test]
fn the_published_outer_levels_of_three_contributors_are_reached() {
    let (answer, expected) = solve("contrib3_1s");
    let mut compared = 0;
    for entry in expected["outer_levels"]["state0"].as_array().unwrap() {
        let wanted = numbers(&entry["direction"]);
        let level = entry["level"].as_f64().unwrap();
        for (direction, found) in &answer.states[0].outer {
            // Directions are kept with their largest coordinate of size one, and the game is symmetric.
            let size = wanted.iter().fold(0.0, |size: f64, x| size.max(x.abs()));
            let mut sorted = direction.clone();
            sorted.sort_by(f64::total_cmp);
            if sorted
                .iter()
                .zip(&wanted)
                .all(|(a, b)| (a * size - b).abs() < 1e-12)
            {
                assert!(
                    (found * size - level).abs() < NEAR,
                    "{direction:?}: {found} for {level}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared >= 98, "{compared} levels compared");
    assert!(answer.outer_gap < NEAR);
}

#[test]
fn three_contributors_are_worst_off_with_nothing_whatever_is_added() {
    let (game, _) = read("contrib3_1s");
    let shifted = set_support::shifted(&game, &[Exact::from(10), Exact::from(10), Exact::from(10)]);
    let answer = solve_sets(&shifted, &SetLimits::default(), &Unwatched).unwrap();
    for threat in &answer.states[0].threat {
        assert!((threat.to_float() - 10.0).abs() < NEAR);
    }
}

#[test]
fn whoever_stops_later_knows_no_less() {
    let (game, _) = read("contrib3_2s");
    let limits = SetLimits {
        gap: Some(1e-6),
        proofs: false,
        ..SetLimits::default()
    };
    let mut least = f64::INFINITY;
    for asked in (0..600).step_by(50) {
        let watch = StopsAfter::looks(asked);
        let gap = solve_sets(&game, &limits, &watch).expect("an answer").outer_gap;
        assert!(
            gap <= least,
            "after {asked} questions the gap is {gap}, before it was {least}"
        );
        least = gap;
    }
    assert!(least < 1e-6, "{least}");
}

/// How far the payoffs of one period are apart, of the party for which they are farthest apart.
fn widest_range(game: &TableGame) -> f64 {
    let range = |i: usize| {
        let states = (0..game.states()).map(TableState::at);
        let paid = states.flat_map(|state| game.profiles(state).map(|profile| &game.payoffs(profile)[i]));
        let (low, high) = paid.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), paid| {
            (low.min(to_float(paid)), high.max(to_float(paid)))
        });
        high - low
    };
    (0..game.parties()).map(range).fold(0.0, f64::max)
}

#[test]
fn where_a_gap_is_good_enough_both_bounds_are_proved_that_near() {
    let gap = 1e-8;
    for name in [
        "rs_e2_c5_d70",
        "rs_e2_c20_d70",
        "rs_e3_c5_d70",
        "cournot10",
        "steps_k1_d40",
    ] {
        let (game, _) = read(name);
        let limits = SetLimits {
            gap: Some(gap),
            ..SetLimits::default()
        };
        let near = solve_sets(&game, &limits, &Unwatched).unwrap();
        let (whole, _) = solve(name);
        assert!(
            matches!(near.stop, Stop::GapReached | Stop::Exact),
            "{name}: {:?}",
            near.stop
        );
        let most = gap * widest_range(&game);
        assert!(near.outer_gap <= most, "{name}: {}", near.outer_gap);
        assert!(
            near.inner_gap.is_some_and(|gap| gap <= most),
            "{name}: {:?}",
            near.inner_gap
        );
        for (near, whole) in near.states.iter().zip(&whole.states) {
            let apart = distance(&corners(near), &corners(whole));
            assert!(apart <= 2.0 * most, "{name}: {apart}");
        }
        let proved = near.membership.expect("the inner set has a proof").check(&game);
        assert_eq!(proved, Ok(()), "{name}");
        let refuted = near
            .refutation
            .expect("the outer bounds have a proof")
            .check(&game);
        assert!(refuted.is_ok(), "{name}: {refuted:?}");
    }
}
