//! What would change the answer, where the closed form is known: a prisoners' dilemma with temptation T, reward 2 and
//! punishment 1, in which both cooperate for ever if `(1−δ)T + δ ≤ 2` for each.

mod dilemma;

use std::collections::BTreeSet;

use detente_base::number::{Exact, format_exact, to_float};
use detente_base::watch::Unwatched;
use detente_case::{World, check};
use detente_game::Game;
use detente_verdict::deals::Criterion;
use detente_verdict::flips::{Extent, Outcome, Scan, candidates};
use detente_verdict::line::Change;
use detente_verdict::verdict::{Ground, Limits, Question, Subject, answer, solve};
use detente_verdict::why;

#[test]
fn a_dilemma_changes_where_the_closed_form_says() {
    let text = dilemma::text(
        "{ low = 0.2, likely = 0.6, high = 0.9 }",
        "{ low = 1.9, likely = 2, high = 2.5 }",
        "",
    );
    let case = check(&text).expect("well written");
    let (world, limits) = (World::default(), Limits::default());
    let subject = Subject {
        text: &text,
        case: &case,
    };
    let question = Question {
        target: case.target.clone().expect("it has one"),
        criterion: Criterion::Nash,
    };
    let game = Game::of_case(&case, &world).expect("a game");
    let ground = Ground::new(&game, &limits, &Unwatched).expect("small");
    let found = answer(subject, &world, &ground, &question, &limits, &Unwatched);
    assert_eq!(Outcome::of(&found.verdict), Outcome::Possible);
    let asked = (&question, &found);
    let temptations = why::of_answer(&case, &world, &ground, asked, &limits, &Unwatched);
    let scan = Scan {
        subject,
        case: &case,
        world: &world,
        question: &question,
        limits: &limits,
        extent: Extent {
            judgements: usize::MAX,
            points: 4,
            halvings: 6,
        },
        watch: &Unwatched,
    };
    let tried = candidates(&case, &world, &temptations);
    let scanned = scan.over(&found.verdict, &tried);
    let change_of = |label: &str| -> Vec<Change<Outcome>> {
        let is_it = |id| case.judgement(id).label.contains(label);
        let of = scanned.iter().find(|scanned| is_it(scanned.judgement));
        of.unwrap_or_else(|| panic!("{label} was not scanned"))
            .changes
            .clone()
    };
    // 0.4·T + 0.6 ≤ 2 while T ≤ 3.5; (1−δ)·3 + δ ≤ 2 while δ ≥ 1/2.
    for (label, threshold) in [("only one armed", 3.5), ("discount", 0.5)] {
        let changes = change_of(label);
        assert_eq!(changes.len(), 1, "{label}: {changes:?}");
        let (same, other) = (to_float(&changes[0].last_same), to_float(&changes[0].first_other));
        assert_eq!(changes[0].becomes, Outcome::Impossible, "{label}");
        assert!(
            (same - threshold) * (other - threshold) <= 0.0,
            "{label}: {same} to {other}"
        );
        assert!((same - other).abs() < 0.02, "{label}: {same} to {other}");
    }
    // What is reported is so when it is asked again.
    for one in &scanned {
        let asked = |value: &Exact| {
            let world = world.with_judgement(&case, one.judgement, value);
            let again = solve(subject, &world, &question, &limits, &Unwatched).expect("a game");
            Outcome::of(&again.verdict)
        };
        assert!(one.at_both_ends && !one.cut_short);
        for change in &one.changes {
            assert_eq!(asked(&change.last_same), Outcome::Possible);
            assert_eq!(asked(&change.first_other), change.becomes);
        }
    }
}

/// What is found in a case, and what asking at both ends of every range finds: `(key, end, becomes)`.
fn found_and_asked(text: &str, world: &World) -> [BTreeSet<(String, String, &'static str)>; 2] {
    let case = check(text).expect("well written");
    let limits = Limits::default();
    let subject = Subject { text, case: &case };
    let question = Question {
        target: case.target.clone().expect("it has one"),
        criterion: Criterion::Nash,
    };
    let here = case.in_world(world).expect("a world");
    let ask = |world: &World| {
        let answer = solve(subject, world, &question, &limits, &Unwatched).expect("a game");
        answer.verdict
    };
    let word = |outcome: Outcome| match outcome {
        Outcome::Possible => "possible",
        Outcome::Impossible => "impossible",
        Outcome::Undecided => "undecided",
    };
    let present = ask(world);
    let scan = Scan {
        subject,
        case: &here,
        world,
        question: &question,
        limits: &limits,
        extent: Extent {
            points: 1,
            halvings: 0,
            ..Extent::default()
        },
        watch: &Unwatched,
    };
    // Without any margin to go by: nothing is left out because the deal shown does not rest on it.
    let scanned = scan.over(&present, &candidates(&here, world, &[]));
    let found = scanned.iter().flat_map(|one| {
        let key = &here.judgement(one.judgement).key;
        one.changes.iter().map(|change| {
            (
                key.clone(),
                format_exact(&change.first_other),
                word(change.becomes),
            )
        })
    });
    let asked = here.judgement_ids().flat_map(|id| {
        let judgement = here.judgement(id);
        let ends = [&judgement.low, &judgement.high].into_iter().flatten();
        let ends = ends.filter(|end| **end != judgement.likely);
        let changed = |end: &Exact| {
            let becomes = Outcome::of(&ask(&world.with_judgement(&here, id, end)));
            (becomes != Outcome::of(&present))
                .then(|| (judgement.key.clone(), format_exact(end), word(becomes)))
        };
        ends.filter_map(changed).collect::<Vec<_>>()
    });
    [found.collect(), asked.collect()]
}

/// Cases as data, with how many ends of ranges change the verdict in a world; the same ends change it when they are asked.
#[test]
fn every_judgement_is_tried_at_both_ends_and_asking_again_confirms_it() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/faults/");
    let hasty = World {
        types: [("b".to_owned(), "hasty".to_owned())].into(),
        ..World::default()
    };
    for (name, world, ends) in [
        ("worlds", World::default(), 2),
        ("worlds", hasty, 0),
        ("why-misses", World::default(), 4),
    ] {
        let text = std::fs::read_to_string(format!("{folder}{name}.toml")).expect("the case is there");
        let [found, asked] = found_and_asked(&text, &world);
        assert_eq!(found, asked, "{name}");
        assert_eq!(found.len(), ends, "{name}: {found:?}");
    }
}
