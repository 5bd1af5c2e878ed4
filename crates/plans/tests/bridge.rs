//! A case file and the parameter file of the same problem give the same plan tests.

use detente_plans::{bridge, parameters, test};

const CASE: &str = include_str!("../../../cases/korea-prototype/case.toml");

#[test]
fn the_case_and_the_parameters_agree_on_every_plan() {
    let case = detente_case::check(CASE).unwrap();
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
    let case = detente_case::check(SMALL).unwrap();
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
    let case = detente_case::check(SMALL).unwrap();
    let world = detente_case::World::default();
    let deal = &case.deals[0];
    let assessed =
        detente_plans::assess::assess(&case, deal, &world, &detente_base::watch::Unwatched).unwrap();
    let enforced = &assessed.enforcement[0].coalitions;
    assert!(enforced.holds_with_all);
    // With A alone a fifth of the relief comes back, a third of that after backfilling.
    assert!(!enforced.holds_with_none, "{enforced:?}");
    assert!(!enforced.minimal.is_empty());
    let d = enforced.parts.iter().find(|part| part.name == "D").unwrap();
    assert!(!d.would_enforce && d.side_payment > 0.0);
}

/// By pardons: what keeping the pause is worth to B. A period brings 2, a false alarm comes with chance 0.1; without a
/// pardon left the deal comes apart, worth 10, so `V_0 = (2 + 0.9·0.1·10)/(1 − 0.9·0.9)` and
/// `V_m = (2 + 0.9·0.1·V_{m−1})/(1 − 0.9·0.9)`.
#[test]
fn alarms_that_the_deal_forgives_do_not_end_it() {
    for (written, expected) in [
        ("", 2.9 / 0.19),
        ("pardons = 0", 2.9 / 0.19),
        ("pardons = 1", (2.0 + 0.09 * 2.9 / 0.19) / 0.19),
        (
            "pardons = 2",
            (2.0 + 0.09 * (2.0 + 0.09 * 2.9 / 0.19) / 0.19) / 0.19,
        ),
    ] {
        let text = SMALL
            .replace("today = \"paused\"", "today = \"paused\"\nfalse_alarm = 0.1")
            .replace("periods = 2", &format!("periods = 2\n{written}"));
        let case = detente_case::check(&text).unwrap();
        let bridged = bridge::bridge(&case, &case.deals[0]).unwrap();
        let result = test::test(&bridged.model, &bridged.plan).unwrap();
        let b = &result.answers[0];
        assert_eq!((b.party.as_str(), b.label.as_str()), ("B", "comply"), "{written}");
        assert!(
            (b.value - expected).abs() < 1e-9,
            "{written}: {} {expected}",
            b.value
        );
    }
}

/// Where every breach is seen at once, a pardon is one breach for free: it must not be counted as none.
#[test]
fn a_pardon_counts_without_false_alarms_too() {
    let text = SMALL.replace("periods = 2", "periods = 2\npardons = 1");
    let case = detente_case::check(&text).unwrap();
    let mut model = bridge::bridge(&case, &case.deals[0]).unwrap().model;
    model.joint.clear();
    assert!(!detente_plans::worlds::is_plain(&model));
    model.pardons = 0;
    assert!(detente_plans::worlds::is_plain(&model));
}
