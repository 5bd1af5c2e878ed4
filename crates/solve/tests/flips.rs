//! What would change the answer, where the closed form is known: a prisoners' dilemma with temptation T, reward 2 and
//! punishment 1, in which both cooperate for ever if `(1−δ)T + δ ≤ 2` for each.

mod dilemma;

use detente_model::case::{World, check};
use detente_model::game::Game;
use detente_model::number::{Exact, to_float};
use detente_solve::deals::Criterion;
use detente_solve::flips::{Extent, Outcome, Scan, candidates};
use detente_solve::line::Change;
use detente_solve::verdict::{Ground, Limits, Question, Subject, answer, solve};
use detente_solve::watch::Unwatched;
use detente_solve::why;

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
            judgements: 10,
            points: 4,
            halvings: 6,
        },
        watch: &Unwatched,
    };
    let tried = candidates(&case, &world, &temptations);
    let scanned = scan.over(Outcome::Possible, &tried);
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
        assert!(!one.cut_short);
        for change in &one.changes {
            assert_eq!(asked(&change.last_same), Outcome::Possible);
            assert_eq!(asked(&change.first_other), change.becomes);
        }
    }
}
