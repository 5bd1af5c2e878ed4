//! Thresholds, proofs and their corruption, settlements of the worked toy, payments, renegotiation.

mod set_support;

use detente_base::number::{Exact, parse_exact, to_float};
use detente_base::watch::Unwatched;
use detente_game::table::{Profile, ProfileParts, StateParts, TableGame, TableState, hash_of};
use detente_proof::sets::{Claim, Established, verify, verify_alone, write_membership, write_refutation};
use detente_sets::renegotiation::renegotiation;
use detente_sets::settlements::{Stays, settlements};
use detente_sets::thresholds::{Asked, Said, ScanSettings, scan};
use detente_sets::transfers::solve_paid;
use detente_sets::{SetLimits, Stop, solve_sets};
use serde_json::{Value, json};
use set_support::{corners, read};

fn exact(text: &str) -> Exact {
    parse_exact(text).unwrap()
}

fn settings(low: &str, high: &str, values: usize, width: &str) -> ScanSettings {
    let range = (exact(low), exact(high));
    ScanSettings {
        range,
        values,
        width: exact(width),
        limits: SetLimits::default(),
    }
}

#[test]
fn one_step_each_holds_from_patience_one_third_exactly() {
    let (game, _) = read("steps_k1_d50");
    let family = |d: &Exact| game.with_discount(vec![d.clone(); 2]).ok();
    let settings = settings("1/10", "9/10", 9, "1/50");
    let found = scan(
        &family,
        TableState::at(0),
        &Asked::MoreThanOne,
        &settings,
        &Unwatched,
    )
    .unwrap();
    assert!(found.monotone());
    let change = &found.changes[0];
    assert_eq!((change.below.1, change.above.1), (Said::No, Said::Yes));
    assert!(change.below.0 < exact("1/3"));
    assert_eq!(
        change.above.0,
        exact("1/3"),
        "the knife edge itself holds: {change:?}"
    );
}

#[test]
fn cooperation_in_the_two_state_dilemma_dies_between_356_and_357() {
    let (game, _) = read("pd2_d70");
    let family = |d: &Exact| game.with_discount(vec![d.clone(); 2]).ok();
    let settings = settings("0.355", "0.358", 4, "1/1000");
    let found = scan(
        &family,
        TableState::at(0),
        &Asked::MoreThanOne,
        &settings,
        &Unwatched,
    )
    .unwrap();
    let change = &found.changes[0];
    assert!(
        change.below.0 >= exact("0.356") && change.above.0 <= exact("0.357"),
        "{change:?}"
    );
}

#[test]
fn a_scan_asks_for_a_payoff_or_a_least_value_too() {
    let (game, _) = read("pdsg_d70");
    let family = |d: &Exact| game.with_discount(vec![d.clone(); 2]).ok();
    let both = Asked::Payoff(vec![exact("2"), exact("2")]);
    let settings = settings("1/5", "4/5", 7, "1/20");
    for asked in [both, Asked::AtLeast(0, exact("2"))] {
        let found = scan(&family, TableState::at(0), &asked, &settings, &Unwatched).unwrap();
        assert_eq!(found.changes.len(), 1, "{asked:?}");
        assert_eq!(
            found.changes[0].above.0,
            exact("1/3"),
            "{asked:?} {:?}",
            found.changes
        );
    }
}

fn proofs(name: &str) -> (TableGame, Value, Value) {
    let (game, _) = read(name);
    let answer = solve_sets(&game, &SetLimits::default(), &Unwatched).unwrap();
    let inside = write_membership(answer.membership.as_ref().unwrap(), &game);
    let outside = write_refutation(answer.refutation.as_ref().unwrap(), &game);
    (game, inside, outside)
}

#[test]
fn proofs_survive_writing_and_stand_alone() {
    for name in [
        "pd2_d667",
        "as2014_d20",
        "as2014_d30",
        "steps_k1_d30",
        "contrib3_1s",
        "rs_e2_c5_d70",
    ] {
        let (game, inside, outside) = proofs(name);
        for document in [inside, outside] {
            let text = document.to_string();
            let read: Value = serde_json::from_str(&text).unwrap();
            verify(&read, &game).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
            verify_alone(&read).unwrap_or_else(|refusal| panic!("{name}: {refusal}"));
        }
    }
}

#[test]
fn a_payoff_outside_is_refuted_and_one_inside_is_not() {
    let (game, _) = read("pd2_d667");
    let answer = solve_sets(&game, &SetLimits::default(), &Unwatched).unwrap();
    let mut proof = answer.refutation.unwrap();
    let levels = proof.levels()[0].clone().unwrap();
    let claim = |x: Exact, y: Exact| {
        let beyond = proof
            .directions
            .iter()
            .zip(&levels)
            .position(|(u, level)| &u[0] * &x + &u[1] * &y > *level);
        (
            Claim {
                state: TableState::at(0),
                payoff: vec![x, y],
                direction: beyond.unwrap_or(0),
            },
            beyond.is_some(),
        )
    };
    let (outside, is_outside) = claim(exact("3"), exact("3"));
    let (corner, corner_outside) = claim(exact("30/11"), exact("30/11"));
    assert!(is_outside && !corner_outside);
    proof.claims = vec![outside];
    assert_eq!(proof.check(&game), Ok(()));
    proof.claims = vec![corner];
    assert!(proof.check(&game).is_err());
}

/// Every number and structure of a document that could be changed, by path.
fn places(value: &Value, path: &str, out: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(k, v)| places(v, &format!("{path}/{k}"), out)),
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(k, v)| places(v, &format!("{path}/{k}"), out)),
        _ => out.push(path.to_owned()),
    }
}

fn changed(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.split_once('/') {
            Some((numerator, denominator)) => json!(format!("{numerator}7/{denominator}")),
            None if text.parse::<i64>().is_ok() => json!(format!("{text}7")),
            None => json!(format!("{text}x")),
        },
        Value::Number(number) => json!(number.as_u64().unwrap_or(0) + 1),
        Value::Bool(value) => json!(!value),
        other => other.clone(),
    }
}

#[test]
fn one_changed_digit_is_refused() {
    let (game, inside, outside) = proofs("pd2_d667");
    for document in [&inside, &outside] {
        let mut paths = Vec::new();
        places(document, "", &mut paths);
        for path in paths.iter().step_by(7) {
            let mut broken = document.clone();
            let slot = broken.pointer_mut(path).unwrap();
            *slot = changed(slot);
            if broken != *document {
                assert!(verify(&broken, &game).is_err(), "{path} with the old hash");
            }
        }
    }
}

#[test]
fn a_changed_claim_is_refused_even_with_a_fresh_hash() {
    let (game, inside, outside) = proofs("pd2_d667");
    let refuse = |document: &Value, path: &str, value: Value| {
        let mut broken = document.clone();
        *broken.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value;
        let hash = hash_of(&broken);
        broken["hash"] = json!(hash);
        assert!(verify(&broken, &game).is_err(), "{path} with a fresh hash");
    };
    refuse(&inside, "/points/0/1/value/0", json!("113/33"));
    refuse(&inside, "/points/0/0/from/0/weight", json!("1/2"));
    refuse(&inside, "/points/0/0/from/0/next/0/0/0", json!(3));
    refuse(&inside, "/points/1", json!([]));
    refuse(&inside, "/game", json!("0"));
    refuse(&outside, "/steps/0/levels/0/0", json!("-1000"));
    refuse(&outside, "/steps/0/levels/1", Value::Null);
    refuse(&outside, "/steps/0/weights/0/0", json!("1/1000000"));
    refuse(&outside, "/steps/0/weights", Value::Null);
    refuse(&outside, "/steps/0/arguments/0/0", json!("gone"));
    refuse(&outside, "/steps/0/arguments/0", json!([]));
    refuse(&outside, "/directions/0", json!(["0", "0"]));
    let negative = json!(["new", [[0, "-1"]], []]);
    refuse(&outside, "/steps/0/arguments/0/0/0", negative);
    for garbage in [
        json!(null),
        json!([]),
        json!({}),
        json!({"kind": "set-membership"}),
    ] {
        assert!(verify(&garbage, &game).is_err());
        assert!(verify_alone(&garbage).is_err());
    }
}

#[test]
fn no_level_of_the_true_set_can_be_lowered() {
    let (game, _) = read("bos8_d80");
    let answer = solve_sets(&game, &SetLimits::default(), &Unwatched).unwrap();
    let proof = answer.refutation.unwrap();
    for l in 0..proof.directions.len() {
        let mut lower = proof.clone();
        let last = lower.steps.last_mut().unwrap();
        last.levels[0].as_mut().unwrap()[l] -= exact("1/1000000");
        assert!(lower.check(&game).is_err(), "direction {l}");
    }
}

/// The worked toy: two parties, five issues, 72 states; payoffs belong to the state moved to.
fn toy(relief_returns: bool, coercion: bool) -> TableGame {
    let sizes = [2usize, 3, 2, 2, 3];
    let index = |x: [usize; 5]| {
        x.iter()
            .zip(sizes)
            .fold(0, |index, (level, size)| index * size + level)
    };
    let flow = |[exercises, relief, coercion, paused, disarmed]: [usize; 5]| {
        let mut us = 15 * disarmed as i64 - 30 - 6 * relief as i64;
        let mut north = 12 * (2 - disarmed as i64) - 13 * (2 - relief as i64);
        us += if paused == 0 { -30 } else { 0 } - if exercises == 1 { 5 } else { 0 };
        north += if paused == 0 { 8 } else { 0 } - if exercises == 0 { 10 } else { 0 };
        if coercion == 1 {
            us += if disarmed == 2 { 15 } else { -50 };
            north += if disarmed == 2 { -80 } else { -40 };
        }
        [us, north]
            .map(|value| Exact::from_parts(value.into(), 10u8.into()))
            .to_vec()
    };
    let mut states = Vec::new();
    for s in 0..72 {
        let mut rest = s;
        let mut x = [0; 5];
        for i in (0..5).rev() {
            x[i] = rest % sizes[i];
            rest /= sizes[i];
        }
        let mut us = Vec::new();
        for exercises in 0..2 {
            for relief in if relief_returns { 0 } else { x[1] }..3 {
                for coerce in 0..=usize::from(coercion) {
                    us.push([exercises, relief, coerce]);
                }
            }
        }
        let mut north = Vec::new();
        for paused in 0..2 {
            for disarmed in x[4]..=(x[4] + 1).min(2) {
                north.push([paused, disarmed]);
            }
        }
        let mut profiles = Vec::new();
        for [paused, disarmed] in &north {
            for [exercises, relief, coerce] in &us {
                let to = [*exercises, *relief, *coerce, *paused, *disarmed];
                profiles.push(ProfileParts {
                    payoffs: flow(to),
                    next: vec![(index(to), Exact::ONE)],
                    on_path: true,
                });
            }
        }
        states.push(StateParts {
            label: format!("{x:?}"),
            actions: vec![us.len(), north.len()],
            profiles,
        });
    }
    TableGame::new("toy", "", vec![exact("1/2"); 2], states).unwrap()
}

fn check_toy(game: &TableGame, wanted: &[[usize; 5]], us: [f64; 2], north: [f64; 2], coercion: bool) {
    let answer = solve_sets(game, &SetLimits::default(), &Unwatched).unwrap();
    let today = &answer.states[6]; // [0, 0, 0, 1, 0]
    for (i, [low, high]) in [us, north].into_iter().enumerate() {
        let values: Vec<f64> = corners(today).iter().map(|z| z[i]).collect();
        let (least, most) = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| {
                (a.min(*x), b.max(*x))
            });
        assert!(
            (least - low).abs() < 1e-6 && (most - high).abs() < 1e-6,
            "party {i}: {least} {most}"
        );
    }
    let list = settlements(game, &answer);
    assert!(list.iter().all(|one| one.stays != Stays::Undecided));
    let mut found: Vec<String> = list
        .iter()
        .filter(|one| one.stays == Stays::Yes)
        .map(|one| game.label(one.state).to_owned())
        .filter(|label| coercion || !label.starts_with("[0, 0, 1") && !label.contains("coerced"))
        .collect();
    let mut wanted: Vec<String> = wanted.iter().map(|x| format!("{x:?}")).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
    assert!(answer.outer_gap < 1e-6);
}

#[test]
fn the_toy_with_snapback() {
    let wanted = [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 1, 2],
        [0, 0, 1, 0, 2],
        [0, 2, 0, 1, 0],
        [0, 2, 0, 1, 1],
        [0, 2, 1, 1, 2],
        [1, 1, 0, 1, 0],
        [1, 1, 0, 1, 1],
        [1, 1, 1, 1, 2],
    ];
    check_toy(&toy(true, true), &wanted, [-6.0, -3.369231], [-0.4, 2.4], true);
}

#[test]
fn the_toy_when_relief_cannot_be_withdrawn() {
    let wanted = [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 1, 2],
        [0, 0, 1, 0, 2],
        [0, 1, 0, 0, 0],
        [0, 1, 0, 0, 1],
        [0, 1, 0, 1, 2],
        [0, 1, 1, 0, 2],
        [0, 2, 0, 0, 0],
        [0, 2, 0, 0, 1],
        [0, 2, 0, 1, 2],
        [0, 2, 1, 0, 2],
    ];
    check_toy(&toy(false, true), &wanted, [-6.0, -6.0], [-0.4, -0.4], true);
}

#[test]
fn the_toy_when_coercion_is_impossible() {
    let wanted = [
        [0, 0, 0, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 2],
        [0, 2, 0, 1, 0],
        [0, 2, 0, 1, 1],
        [0, 2, 0, 1, 2],
        [1, 1, 0, 1, 0],
        [1, 1, 0, 1, 1],
        [1, 1, 0, 1, 2],
    ];
    check_toy(&toy(true, false), &wanted, [-6.0, -3.369231], [-0.4, 2.4], false);
}

#[test]
fn payments_reach_what_the_joint_interest_allows() {
    // In the dilemma with payoffs 2 for both, payments need 4 d >= 2 (3 (1-d)) - the same third - but share the rest.
    let (game, _) = read("pdsg_d70");
    let paid = solve_paid(&game).unwrap();
    let state = paid.states[0].as_ref().unwrap();
    assert_eq!(state.joint, exact("4"));
    assert_eq!(state.threat, [Exact::ZERO, Exact::ZERO]);
    assert_eq!(state.corners().len(), 3);
    let impatient = game.with_discount(vec![exact("1/10"); 2]).unwrap();
    assert_eq!(
        solve_paid(&impatient).unwrap().states[0].as_ref().unwrap().joint,
        Exact::ZERO
    );
    let unequal = game.with_discount(vec![exact("1/10"), exact("1/2")]).unwrap();
    assert!(solve_paid(&unequal).is_err());
}

#[test]
fn grim_punishment_is_renegotiated_away_and_penance_is_not() {
    let (game, _) = read("pdsg_d70");
    let both_cooperate = Profile::at(3);
    let nothing = [Exact::ZERO, Exact::ZERO];
    let snapback = [nothing.clone(), nothing];
    let found = renegotiation(&game, TableState::at(0), both_cooperate, &snapback, 20).unwrap();
    assert_eq!(found.renegotiated_away, [true, true]);
    let penances = found
        .penances
        .expect("one period of cooperating against defection");
    for penance in &penances {
        // The partner defects meanwhile and gets more than by the deal, so it does not want to skip it.
        assert!(penance.values[1 - penance.by] >= exact("2"));
        assert!(to_float(&penance.values[penance.by]) < 2.0);
    }
    let impatient = game.with_discount(vec![exact("1/10"); 2]).unwrap();
    let found = renegotiation(&impatient, TableState::at(0), both_cooperate, &snapback, 20).unwrap();
    assert_eq!(found.penances, None);
}

#[test]
fn no_pure_equilibrium_is_an_answer() {
    // Matching pennies, impatient: whoever loses departs.
    let cell = |x: i64| ProfileParts {
        payoffs: vec![Exact::from(x), Exact::from(-x)],
        next: vec![(0, Exact::ONE)],
        on_path: true,
    };
    let state = StateParts {
        label: "0".into(),
        actions: vec![2, 2],
        profiles: vec![cell(1), cell(-1), cell(-1), cell(1)],
    };
    let game = TableGame::new("", "", vec![exact("1/10"); 2], vec![state]).unwrap();
    let answer = solve_sets(&game, &SetLimits::default(), &Unwatched).unwrap();
    assert_eq!(answer.stop, Stop::Empty);
    assert!(answer.states[0].none && answer.states[0].vertices.is_empty());
    let proof = write_refutation(&answer.refutation.unwrap(), &game);
    let Established::Refutation(checked) = verify(&proof, &game).unwrap() else {
        panic!("another kind")
    };
    assert_eq!(checked.levels(), [None]);
}
