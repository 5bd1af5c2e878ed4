//! A case file and the parameter file of the same problem give the same plan tests.

use detente_solve::plan::{bridge, parameters, test};

const CASE: &str = include_str!("../../../cases/korea-prototype/case.toml");

#[test]
fn the_case_and_the_parameters_agree_on_every_plan() {
    let case = detente_model::case::check(CASE).unwrap();
    let parameters = parameters::korea().unwrap();
    assert_eq!(case.deals.len(), 7);
    for deal in &case.deals {
        let bridged = bridge::bridge(&case, deal).unwrap();
        let from_case = test::test(&bridged.model, &bridged.plan).unwrap();
        let plan = parameters.plan(&deal.name).unwrap();
        let direct = test::test(&parameters.model, plan).unwrap();
        assert_eq!(from_case.holds, direct.holds, "{}", deal.name);
        assert!((from_case.value - direct.value).abs() < 1e-9, "{}", deal.name);
        assert_eq!(from_case.learning, direct.learning);
        for (a, b) in from_case.answers.iter().zip(&direct.answers) {
            assert!(
                (a.value - b.value).abs() < 1e-9 && a.behaviour.date == b.behaviour.date,
                "{}",
                deal.name
            );
            assert!((a.worst_case - b.worst_case).abs() < 1e-9);
        }
        assert_eq!(bridged.notes.len(), 0, "{:?}", bridged.notes);
    }
}

/// Enforcers, levels kept as they are, snapback below today and joint flows, in one small case.
const SMALL: &str = r#"
[case]
title = "A pause that third parties watch"
period = "a quarter"
[parties.a]
name = "A"
discount = 0.9
[parties.b]
name = "B"
discount = 0.9
[parties.c]
name = "C"
discount = 0.95
[parties.d]
name = "D"
discount = 0.95
[issues.relief]
party = "a"
name = "relief"
levels = ["none", "full"]
today = "none"
enforcers = { c = { share = 0.5, cost = 0.2 }, d = { share = 0.3, cost = 5 } }
backfill = 0.5
[issues.tests]
party = "b"
name = "tests"
levels = ["testing", "paused"]
today = "paused"
[[values]]
party = "a"
when = "tests = testing"
worth = -3
[[values]]
party = "a"
when = "relief = full"
worth = -1
[[values]]
party = "a"
when = "relief = full and tests = paused"
worth = 2
[[values]]
party = "b"
when = "tests = testing"
worth = 1
[[values]]
party = "b"
when = "relief = full"
worth = 2
[[values]]
party = "c"
when = "tests = paused"
worth = 1
[deals.pause]
name = "pause for relief"
proposer = "a"
periods = 2
steps = [{ at = 0, set = { relief = "full" } }]
snapback = { tests = "testing" }
"#;

#[test]
fn a_level_kept_as_it_is_is_an_obligation_where_the_snapback_is_lower() {
    let case = detente_model::case::check(SMALL).unwrap();
    let bridged = bridge::bridge(&case, &case.deals[0]).unwrap();
    let result = test::test(&bridged.model, &bridged.plan).unwrap();
    // B keeps the pause for the relief: testing would gain 1 and lose relief worth 2 from the next period on.
    let b = &result.answers[0];
    assert_eq!((b.party.as_str(), b.label.as_str()), ("B", "comply"));
    assert!((b.value - 2.0 / 0.1).abs() < 1e-9);
    // A: relief costs 1 and the joint flow adds 2, for ever.
    assert!((result.value - 1.0 / 0.1).abs() < 1e-9, "{}", result.value);
    assert!(result.holds);
    assert_eq!(bridged.model.joint.len(), 1);
}

#[test]
fn third_parties_are_asked_whether_they_would_enforce() {
    let case = detente_model::case::check(SMALL).unwrap();
    let world = detente_model::case::World::default();
    let deal = &case.deals[0];
    let assessed =
        detente_solve::plan::assess::assess(&case, deal, &world, &detente_solve::watch::Unwatched).unwrap();
    let enforced = &assessed.enforcement[0].coalitions;
    assert!(enforced.holds_with_all);
    // With A alone a fifth of the relief comes back, a third of that after backfilling.
    assert!(!enforced.holds_with_none, "{enforced:?}");
    assert!(!enforced.minimal.is_empty());
    let d = enforced.parts.iter().find(|part| part.name == "D").unwrap();
    assert!(!d.would_enforce && d.side_payment > 0.0);
}
