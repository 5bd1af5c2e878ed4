//! No plan that the engine shows breaks the rules of its case: reported November 2026.

use std::path::Path;

use detente_base::ids::Level;
use detente_base::watch::Unwatched;
use detente_case::{Case, Deal, Step, World, check};
use detente_plans::model::{Plan, PlanModel};
use detente_plans::{areas, assess, bridge, design, gestures, known, neighbours};

fn case(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases")
        .join(name);
    check(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"))
}

/// The plan as a deal of the case, so that the case itself says whether its rules allow it.
fn as_deal(case: &Case, plan: &Plan, like: &Deal) -> Deal {
    let level = |issue: usize, date: usize| {
        let last = case.issues[issue].levels.len().saturating_sub(1).max(1) as f64;
        Level::at((plan.levels[issue][date] * last).round() as usize)
    };
    let ids: Vec<_> = case.issue_ids().collect();
    let steps = (0..plan.dates()).map(|date| Step {
        at: date as u32,
        set: ids
            .iter()
            .map(|issue| (*issue, level(issue.index(), date)))
            .collect(),
        about: None,
    });
    Deal {
        steps: steps.collect(),
        ..like.clone()
    }
}

const CASES: [&str; 6] = [
    "ceasefire/case.toml",
    "tariff-truce/case.toml",
    "river/case.toml",
    "korea-2020/case.toml",
    "faults/plan-rules.toml",
    "../crates/cli/src/commands/template.toml",
];

fn packages(model: &PlanModel, plan: &Plan) -> Vec<detente_plans::orders::Package> {
    design::packages_of(model, plan)
}

#[test]
fn every_order_that_a_design_shows_obeys_the_rules() {
    for name in CASES {
        let case = case(name);
        let mut shown = 0;
        for deal in &case.deals {
            let bridged = bridge::bridge(&case, deal).unwrap();
            for exhaustive in [4, 0] {
                let limits = design::Limits {
                    exhaustive,
                    search: neighbours::Limits {
                        orders: 60,
                        labelled: 6,
                        ..neighbours::Limits::default()
                    },
                };
                let (model, plan) = (&bridged.model, &bridged.plan);
                let Ok(found) = design::design(model, &packages(model, plan), plan, limits, &Unwatched)
                else {
                    continue;
                };
                for order in &found.frontier {
                    let written = as_deal(&case, &order.plan, deal);
                    assert_eq!(
                        case.forbidden_steps(&written),
                        Vec::new(),
                        "{name}: {}",
                        order.order
                    );
                    shown += 1;
                }
            }
        }
        assert!(
            shown > 0 || name == "korea-2020/case.toml",
            "{name}: no order at all"
        );
    }
}

#[test]
fn a_step_that_a_variant_forbids_is_said_and_the_other_plans_are_tested() {
    let case = case("faults/plan-rules.toml");
    let world = World {
        variants: vec!["shut".into()],
        ..World::default()
    };
    let deals: Vec<&Deal> = case.deals.iter().collect();
    let (tested, untested) = assess::assess_all(&case, &deals, &world, &Unwatched);
    assert_eq!(tested.len() + untested.len(), case.deals.len());
    assert_eq!(untested.len(), 1);
    assert_eq!(untested[0].deal, "opened");
    assert!(untested[0].because[0].contains("at date 1"), "{:?}", untested[0]);
}

#[test]
fn gestures_and_small_exchanges_are_moves_that_the_rules_allow() {
    let case = case("faults/plan-rules.toml");
    let found = gestures::gestures(&case, &Unwatched).unwrap();
    let moves: Vec<(&str, &str)> = found
        .iter()
        .map(|one| (one.issue.as_str(), one.to.as_str()))
        .collect();
    // The gate needs the road, the dam moves one level a period.
    assert!(
        !moves.is_empty() && !moves.contains(&("the gate", "open")) && !moves.contains(&("the dam", "open"))
    );
    assert!(moves.contains(&("the dam", "half")), "{moves:?}");
    let limits = areas::Limits {
        issues: 2,
        tests: 10_000,
    };
    for area in areas::areas(&case, limits, false, &Unwatched).areas {
        let exchange = Deal {
            steps: vec![Step {
                at: 0,
                set: area.set,
                about: None,
            }],
            ..case.deals[0].clone()
        };
        assert_eq!(case.forbidden_steps(&exchange), Vec::new(), "{:?}", area.moves);
    }
    assert!(known::case_in_world(&case, &World::default()).is_ok());
}
