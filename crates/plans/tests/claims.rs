//! Assertions decided by the plan engine on the Korea prototype.

use detente_base::watch::Unwatched;
use detente_case::{Case, Claim, ClaimKind, World, check};
use detente_plans::claims::{self, Decided};
use detente_plans::window;

const CASE: &str = include_str!("../../../cases/korea-prototype/case.toml");

fn decided(case: &Case, claim: &Claim) -> Decided {
    match claim.kind {
        ClaimKind::Types => claims::types(case, claim),
        ClaimKind::SmallAreas => claims::small_areas(case, claim, &Unwatched),
        other => panic!("{other:?} is not decided here"),
    }
}

fn answer(case: &Case, id: &str) -> Decided {
    decided(case, case.claims.iter().find(|claim| claim.id == id).unwrap())
}

#[test]
fn the_claims_of_the_prototype_are_decided_with_their_reasons() {
    let case = check(CASE).unwrap();
    let know = answer(&case, "only-way-to-know");
    assert_eq!(know.holds, Some(true), "{}", know.reason);
    let small = answer(&case, "small-areas");
    assert_eq!(small.holds, Some(true), "{}", small.reason);
}

#[test]
fn growing_costs_close_the_window_at_the_notes_dates() {
    for (rate, last) in [("0.03", 20), ("0.05", 12), ("0.08", 7)] {
        // The other side's costs of freeze, cap and denuclearisation grow while nothing is offered.
        let mut case = check(CASE).unwrap();
        let rate = detente_base::number::parse_exact(rate).unwrap();
        for judgement in &mut case.judgements {
            let costs = ["freeze", "cap", "denuke"]
                .iter()
                .any(|issue| judgement.key.contains(issue));
            if judgement.key.starts_with("worth.dprk") && costs {
                judgement.grows = Some(rate.clone());
            }
        }
        let graded = case.deals.iter().find(|deal| deal.id == "graded").unwrap();
        let longest = window::LONGEST_WAIT;
        let found = window::window(&case, graded, &World::default(), longest, &Unwatched).unwrap();
        assert_eq!((found.last, found.still_open), (Some(last), false), "{rate}");
    }
}

/// In the toy tests are paused today. Keeping the pause is a step: without a deal it would lapse, so relief for the
/// pause is a small area of agreement, and suspended exercises alone are not enough for it at this patience.
#[test]
fn keeping_a_pause_is_a_step_that_can_be_paid_for() {
    let toy = check(include_str!("../../../cases/korea-toy/case.toml")).unwrap();
    let found = detente_plans::areas::areas(&toy, Default::default(), false, &Unwatched);
    let moves: Vec<String> = found.areas.iter().map(|area| area.moves.join(" + ")).collect();
    assert!(
        moves.contains(&"sanctions relief: full + nuclear and missile tests: paused (kept)".to_owned()),
        "{moves:?}"
    );
    assert!(
        moves.iter().all(|exchange| exchange.contains("sanctions relief")),
        "{moves:?}"
    );
    assert!(found.complete);
}
