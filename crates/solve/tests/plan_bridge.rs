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
