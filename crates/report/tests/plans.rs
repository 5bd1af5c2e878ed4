//! Tested plans as sections: every figure has its sentence and its table, and the page shows them.

use detente_base::watch::Unwatched;
use detente_case::{World, check};
use detente_plans::{assess, bridge, design};
use detente_report::view::Report;
use detente_report::{html, words};

const CASE: &str = include_str!("../../../cases/korea-prototype/case.toml");

#[test]
fn plans_are_shown_side_by_side_with_beliefs_regret_and_the_frontier() {
    let case = check(CASE).unwrap();
    let world = World::default();
    let plans: Vec<assess::Assessment> = case
        .deals
        .iter()
        .map(|deal| assess::assess(&case, deal, &world, &Unwatched).unwrap())
        .collect();
    let tests: Vec<_> = plans.iter().map(|plan| plan.test.clone()).collect();
    let mut sections = words::plans::sections(&plans, &[], &assess::regret(&tests));
    let exchange = case
        .deals
        .iter()
        .find(|deal| deal.id == "limited-at-once")
        .unwrap();
    let bridged = bridge::bridge(&case, exchange).unwrap();
    let mut packages = design::packages_of(&bridged.model, &bridged.plan);
    packages.drain(..2);
    sections.push(words::plans::frontier(
        &design::design(
            &bridged.model,
            &packages,
            &bridged.plan,
            design::Limits::default(),
            &Unwatched,
        )
        .unwrap(),
        &exchange.name,
    ));
    let ids: Vec<&str> = sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(ids, ["plans", "beliefs", "regret", "frontier"]);
    for figure in sections.iter().flat_map(|section| &section.figures) {
        assert!(!figure.sentence.is_empty() && !figure.table.rows.is_empty());
        assert!(
            figure
                .table
                .rows
                .iter()
                .all(|row| row.len() == figure.table.columns.len())
        );
    }
    let page = html::page(&Report {
        title: "Plans".into(),
        sections,
        ..Default::default()
    });
    for shown in [
        "WOULD NOT BE CARRIED ON",
        "Plans side by side",
        "What is learned on the way",
        "smallest largest regret is: graded",
    ] {
        assert!(page.contains(shown), "{shown}");
    }
}
