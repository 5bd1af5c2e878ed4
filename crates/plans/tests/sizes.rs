//! The best sizes of steps: the programmes' values of the theory notes, sections 8 and 10.

use detente_base::watch::Unwatched;
use detente_plans::behaviour::Behaviour;
use detente_plans::model::{IssueIndex, PartyIndex, PlanModel};
use detente_plans::parameters;
use detente_plans::programme::{BestSizes, SizeQuestion, Sizes};
use detente_plans::test::{Learning, test};

const BASE: SizeQuestion = SizeQuestion {
    prior: 0.35,
    epsilon: 0.05,
    integer: false,
    proposer_carries_on: true,
};

fn korea(hazard: f64) -> PlanModel {
    let mut model = parameters::korea().unwrap().model;
    model.hazard = hazard;
    model
}

fn best(model: &PlanModel, question: &SizeQuestion) -> BestSizes {
    Sizes::new(model, PartyIndex(1), 8)
        .unwrap()
        .best(question, &Unwatched)
        .unwrap()
}

fn promised(best: &BestSizes) -> f64 {
    best.found
        .iter()
        .map(|(sized, _)| sized.promised)
        .fold(f64::NEG_INFINITY, f64::max)
}

#[test]
fn the_best_sizes_with_a_margin_keep_their_promise() {
    let model = korea(0.02);
    let best = best(&model, &BASE);
    let (sized, result) = &best.found[0];
    assert!((sized.promised - 22.963974).abs() < 1e-5, "{}", sized.promised);
    assert!((result.value - sized.promised).abs() < 1e-7);
    assert!(result.holds && result.learning == Learning::Screens);
    // Denuclearisation stays a token.
    assert!(model.issues[7].name == "denuke" && sized.plan.levels[7].iter().all(|level| *level < 0.05));
}

#[test]
fn without_a_margin_the_optimum_rests_on_a_tie() {
    let best = best(&korea(0.02), &SizeQuestion { epsilon: 0.0, ..BASE });
    assert!((promised(&best) - 23.015342).abs() < 1e-5, "{}", promised(&best));
    // Tested afresh, nothing that was promised so much keeps the promise.
    assert!(best.found[0].1.value < 22.97);
}

#[test]
fn a_plan_that_both_types_keep_teaches_nothing() {
    let model = korea(0.02);
    let sizes = Sizes::new(&model, PartyIndex(1), 8).unwrap();
    let pooling = sizes.best_against(Behaviour::Comply, &BASE).unwrap().unwrap();
    let result = test(&model, &pooling.plan).unwrap();
    assert!((result.value - 21.985848).abs() < 1e-5);
    assert_eq!((result.learning, result.p_star), (Learning::Pools, Some(0.0)));
    assert!(
        result
            .path
            .iter()
            .all(|at| at.learned.is_some_and(|learned| learned.abs() < 1e-12))
    );
    // It asks the other side to move first, so it is not regret-free.
    assert!(!result.regret_free);
}

/// The notes say that redesign is worth 14.0587 at a hazard of 0.10 and 6.0192 at 0.40 (with ε = 0). Those
/// programmes leave out that the proposer must want to carry on; with that constraint it is 13.8638 and 4.8098.
#[test]
fn redesign_under_more_distrust() {
    for (hazard, without, with) in [(0.1, 14.0587, 13.8638), (0.4, 6.0192, 4.8098)] {
        let model = korea(hazard);
        let free = SizeQuestion {
            epsilon: 0.0,
            proposer_carries_on: false,
            ..BASE
        };
        let got = promised(&best(&model, &free));
        assert!((got - without).abs() < 6e-5, "{got}");
        let best = best(&model, &SizeQuestion { epsilon: 0.0, ..BASE });
        let got = promised(&best);
        assert!((got - with).abs() < 6e-5, "{got}");
        // More distrust means smaller irreversible steps, not no deal.
        let plan = &best.found[0].0.plan;
        let cap = |date| model.level(plan, IssueIndex(6), date);
        assert!(best.found[0].1.value > 0.0);
        assert!(if hazard < 0.2 {
            cap(0) > 0.9
        } else {
            cap(0) < 0.2 && cap(7) < 0.6
        });
    }
}
