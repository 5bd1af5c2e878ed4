//! Plans obey the rules of their case: the rules are those of the game, and a forbidden step is told with the
//! earliest date by which it can be done.

use std::path::Path;

use detente_base::ids::{IssueId, Level, StateId};
use detente_case::schedule::{ForbiddenStep, Rules};
use detente_case::{Case, Deal, Step, World, check};
use detente_game::Game;

const BUNDLED: [&str; 5] = [
    "korea-toy",
    "ceasefire",
    "tariff-truce",
    "river",
    "korea-prototype",
];

fn bundled(name: &str) -> Case {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../cases/{name}/case.toml"));
    check(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|wrong| panic!("{name}: {wrong:#?}"))
}

/// Numbers without a pattern, the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }
}

fn levels(game: &Game, case: &Case, state: StateId) -> Vec<Level> {
    case.issue_ids().map(|issue| game.level(state, issue)).collect()
}

#[test]
fn the_rules_of_plans_are_those_of_the_game() {
    for name in BUNDLED.iter().filter(|name| **name != "korea-prototype") {
        let case = bundled(name);
        let (game, rules) = (Game::of_case(&case, &World::default()).unwrap(), Rules::of(&case));
        let states: Vec<StateId> = game.state_ids().collect();
        let (mut numbers, mut allowed) = (Numbers(1), 0);
        for _ in 0..20_000 {
            let (from, to) = (
                states[numbers.below(states.len())],
                states[numbers.below(states.len())],
            );
            let says = rules.allow(&levels(&game, &case, from), &levels(&game, &case, to));
            assert_eq!(says, game.can_move(from, to), "{name}: {from:?} to {to:?}");
            allowed += usize::from(says);
        }
        assert!(allowed > 20, "{name}: {allowed}");
    }
}

fn random_deal(case: &Case, numbers: &mut Numbers) -> Deal {
    let mut at = 0;
    let steps = (0..4).map(|_| {
        let mut issues: Vec<IssueId> = case
            .issue_ids()
            .filter(|issue| case.issue(*issue).party.is_some())
            .collect();
        let set = (0..3).map(|_| {
            let issue = issues.swap_remove(numbers.below(issues.len()));
            (issue, Level::at(numbers.below(case.issue(issue).levels.len())))
        });
        let set = set.collect();
        let step = Step { at, set, about: None };
        at += 1 + numbers.below(3) as u32;
        step
    });
    let steps: Vec<Step> = steps.collect();
    Deal { steps, ..deal() }
}

fn deal() -> Deal {
    Deal {
        id: "d".into(),
        name: "d".into(),
        proposer: None,
        steps: Vec::new(),
        snapback: Vec::new(),
        periods: 1,
        pardons: 0,
        about: None,
        sources: Vec::new(),
    }
}

/// The plan with every forbidden step made on its way and by its earliest date, or not at all.
fn mended(case: &Case, deal: &Deal, forbidden: &[ForbiddenStep]) -> Deal {
    let mut moves: Vec<(u32, IssueId, Level)> = Vec::new();
    let mut before: Vec<Level> = case.issues.iter().map(|issue| issue.today).collect();
    for (place, step) in deal.steps.iter().enumerate() {
        for (issue, level) in &step.set {
            // A step to where the one before went already is none.
            if std::mem::replace(&mut before[issue.index()], *level) == *level {
                continue;
            }
            match forbidden
                .iter()
                .find(|one| one.step == place && one.issue == *issue)
            {
                Some(one) => moves.extend(one.way.iter().map(|(date, level)| (*date, *issue, *level))),
                None => moves.push((step.at, *issue, *level)),
            }
        }
    }
    moves.sort();
    let steps = moves.into_iter().map(|(at, issue, level)| Step {
        at,
        set: vec![(issue, level)],
        about: None,
    });
    Deal {
        steps: steps.collect(),
        ..deal.clone()
    }
}

#[test]
fn a_plan_mended_as_told_obeys_the_rules() {
    let (mut refused, mut never) = (0, 0);
    for name in BUNDLED {
        let case = bundled(name);
        let mut numbers = Numbers(7);
        for _ in 0..400 {
            let deal = random_deal(&case, &mut numbers);
            let forbidden = case.forbidden_steps(&deal);
            refused += forbidden.len();
            never += forbidden.iter().filter(|step| step.earliest.is_none()).count();
            for step in &forbidden {
                assert!(
                    step.earliest.is_none_or(|date| date > step.at),
                    "{name}: {step:?}"
                );
                let last = step.way.last().copied();
                assert!(
                    step.earliest.is_none_or(|date| last == Some((date, step.to))),
                    "{name}: {step:?}"
                );
            }
            let mended = mended(&case, &deal, &forbidden);
            assert_eq!(case.forbidden_steps(&mended), Vec::new(), "{name}: {deal:?}");
        }
    }
    assert!(refused > 1000 && never > 20, "{refused} {never}");
}

/// Every step that the game does not allow is refused, and no other: reported November 2026.
#[test]
fn what_is_refused_is_what_the_game_does_not_allow() {
    for name in BUNDLED.iter().filter(|name| **name != "korea-prototype") {
        let case = bundled(name);
        let game = Game::of_case(&case, &World::default()).unwrap();
        let mut numbers = Numbers(3);
        for _ in 0..300 {
            let deal = random_deal(&case, &mut numbers);
            let mut state = game.today();
            let fine = deal.steps.iter().all(|step| {
                let level = |issue: IssueId| {
                    let set = step.set.iter().find(|(of, _)| *of == issue);
                    set.map_or(game.level(state, issue), |(_, level)| *level)
                };
                let next = game.state_with(level).unwrap();
                let can = game.can_move(state, next);
                state = next;
                can
            });
            assert_eq!(case.forbidden_steps(&deal).is_empty(), fine, "{name}: {deal:?}");
        }
    }
}
