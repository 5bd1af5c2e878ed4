//! The best response against every strategy there is, on offers small enough to list them.

mod cases;

use cases::{Shape, case};
use detente_base::ids::PartyId;
use detente_base::number::{Exact, to_float};
use detente_case::{World, check};
use detente_offer::exact::{Payoffs, evaluate};
use detente_offer::offer::Offer;
use detente_offer::play::Play;
use detente_offer::problem::Problem;
use detente_offer::respond::{Allowed, respond};

fn offers(text: &str) -> (Play, Offer) {
    let case = check(text).unwrap_or_else(|errors| panic!("{errors:?}\n{text}"));
    let play = Play::of_case(&case, &World::default()).unwrap();
    let offer = Offer::of_deal(&play.case, &case.deals[0]).unwrap();
    (play, offer)
}

/// The most that any list of choices, one a point, gives; `None` where there are too many lists.
fn best_of_all(problem: &Problem, payoffs: &Payoffs, allowed: Allowed) -> Option<Exact> {
    let choices: Vec<Vec<u32>> = (0..problem.points.len())
        .map(|point| {
            let free = allowed == Allowed::All || problem.date(point).is_none();
            let all = problem.choices(point);
            all.filter(|choice| free || !problem.choice(*choice).breach)
                .map(|choice| choice as u32)
                .collect()
        })
        .collect();
    let lists = choices
        .iter()
        .try_fold(1usize, |lists, choices| lists.checked_mul(choices.len()))?;
    if lists > 3_000 {
        return None;
    }
    let mut best: Option<Exact> = None;
    for list in 0..lists {
        let mut rest = list;
        let policy: Vec<u32> = choices
            .iter()
            .map(|choices| {
                let choice = choices[rest % choices.len()];
                rest /= choices.len();
                choice
            })
            .collect();
        let value = evaluate(problem, payoffs, &policy, &[0]).unwrap()[0]
            .clone()
            .unwrap();
        if best.as_ref().is_none_or(|best| value > *best) {
            best = Some(value);
        }
    }
    best
}

#[test]
fn nothing_that_can_be_listed_beats_the_best_response() {
    let mut listed = 0;
    for seed in 0..240u64 {
        let shape = Shape {
            levels: [&[2], &[2]],
            imperfect: !seed.is_multiple_of(3),
            chance: seed.is_multiple_of(2),
            types: 2,
            last: 0,
        };
        let (play, offer) = offers(&case(seed, shape));
        for party in play.game().parties() {
            let problem = Problem::of_offer(&play, &offer, party).unwrap();
            for kind in 0..play.kinds(party).len() {
                let payoffs = Payoffs::of_type(&play, &problem, kind);
                for allowed in [Allowed::All, Allowed::Unforbidden] {
                    if let Some(best) = best_of_all(&problem, &payoffs, allowed) {
                        listed += 1;
                        let found = respond(&problem, &payoffs, allowed).unwrap();
                        assert_eq!(found.value, best, "seed {seed}, party {party:?}, type {kind}");
                    }
                }
            }
        }
    }
    assert!(listed > 300, "only {listed} problems were small enough");
}

#[test]
fn bounds_hold_for_every_choice_and_exactly_along_the_policy() {
    for seed in 0..60u64 {
        let shape = Shape {
            levels: [&[2, 2], &[3, 2]],
            imperfect: true,
            chance: seed.is_multiple_of(2),
            types: 2,
            last: 2,
        };
        let (play, offer) = offers(&case(1_000 + seed, shape));
        let party = PartyId::at(1);
        let problem = Problem::of_offer(&play, &offer, party).unwrap();
        for kind in 0..2 {
            let payoffs = Payoffs::of_type(&play, &problem, kind);
            let found = respond(&problem, &payoffs, Allowed::All).unwrap();
            for point in 0..problem.points.len() {
                for choice in problem.choices(point) {
                    let gives = payoffs.choice(&problem, choice, |next| found.upper[next].clone());
                    assert!(gives <= found.upper[point]);
                    if found.exact[point] && found.policy[point] as usize == choice {
                        assert_eq!(gives, found.upper[point]);
                    }
                }
            }
            assert!(found.exact[0]);
            assert!(to_float(&found.value).is_finite());
        }
    }
}
