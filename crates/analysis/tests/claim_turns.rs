//! What claims turn on, where the closed form is known: a prisoners' dilemma with temptation T, reward 2 and
//! punishment 1, in which both cooperate for ever if `(1−δ)T + δ ≤ 2` for each, and a step that costs its mover c.

#[path = "../../verdict/tests/dilemma/mod.rs"]
mod dilemma;

use detente_analysis::claims::{Answered, ClaimContext, Decision, Extent, Finding, decide, decide_all};
use detente_base::number::to_float;
use detente_base::watch::StopsAfter;
use detente_base::watch::{Unwatched, Watch};
use detente_case::{Case, ClaimKind, World, check};
use detente_game::Game;
use detente_verdict::line::Change;
use detente_verdict::verdict::{Ground, Limits, Subject};

/// An office that One may open, and the claims.
const OFFICE_AND_CLAIMS: &str = r#"[issues.office]
party = "one"
name = "an office of One"
levels = ["closed", "open"]
today = "closed"
moves = "free"
[[values]]
party = "one"
when = "office = open"
worth = { low = -0.3, likely = -0.05, high = 0.2 }
about = "the cost of an office"
[[values]]
party = "two"
when = "office = open"
worth = { low = 0.1, likely = 0.2, high = 0.3 }
about = "the use of an office"
[claims.deal]
text = "Both can hold back."
kind = "possible"
target = "a = held and b = held"
[claims.office]
text = "An office costs about nothing."
kind = "gesture"
set = { office = "open" }
about_nothing = 0.1
[claims.quiet]
text = "Both are better off holding back."
kind = "quiet-is-better"
target = "a = held and b = held"
against = "a = armed and b = armed"
"#;

fn dilemma_text() -> String {
    dilemma::text("{ low = 0.55, likely = 0.6, high = 0.9 }", "2", OFFICE_AND_CLAIMS)
}

/// The decisions of a case, with so many judgements moved for each claim that asks the game.
fn decisions(case: &Case, text: &str, turns: Option<usize>, watch: &dyn Watch) -> Vec<Decision> {
    let (world, limits) = (World::default(), Limits::default());
    let game = Game::of_case(case, &world).expect("a game");
    let ground = Ground::new(&game, &limits, &Unwatched).expect("small");
    decide_all(&ClaimContext {
        subject: Subject { text, case },
        case,
        world: &world,
        ground: &ground,
        limits: &limits,
        elsewhere: &limits,
        answered: &Answered::default(),
        turns: turns.map(Extent::on),
        watch,
    })
}

fn change_of<'d>(case: &Case, decision: &'d Decision, label: &str) -> &'d Change<Finding> {
    let mut changes = decision.turns.changes.iter();
    let is_it = |id| case.judgement(id).label.contains(label);
    let found = changes.find(|(id, _)| is_it(*id));
    &found
        .unwrap_or_else(|| panic!("{label} turns nothing: {decision:?}"))
        .1
}

fn brackets(change: &Change<Finding>, threshold: f64) {
    let (same, other) = (to_float(&change.last_same), to_float(&change.first_other));
    assert!(
        (same - threshold) * (other - threshold) <= 0.0,
        "{same} to {other}"
    );
    assert!((same - other).abs() < 0.2, "{same} to {other}");
}

#[test]
fn claims_turn_where_the_closed_form_says() {
    let text = dilemma_text();
    let case = check(&text).expect("well written");
    let found = decisions(&case, &text, Some(4), &Unwatched);
    let [deal, office, quiet] = found.as_slice() else {
        panic!("three claims");
    };
    // 0.4·T + 0.6 ≤ 2 while T ≤ 3.5; the discount factor stays above 1/2, where it turns nothing.
    assert_eq!(deal.finding, Finding::True);
    let change = change_of(&case, deal, "only one armed");
    assert_eq!(change.becomes, Finding::False);
    brackets(change, 3.5);
    assert_eq!(deal.turns.changes.len(), 1);
    assert_eq!((deal.turns.candidates, deal.turns.moved), (3, 3));
    assert_eq!(deal.reversals().count(), 1);
    // The office costs 0.05, and more than the limit of 0.1 where its worth is below −0.1.
    assert_eq!(office.finding, Finding::True, "{}", office.reason);
    let change = change_of(&case, office, "cost of an office");
    assert_eq!(change.becomes, Finding::False);
    brackets(change, -0.1);
    assert_eq!(office.turns.moved, 1, "what cannot turn a flow is not moved");
    // Nothing that has a range counts in either of the two states compared.
    assert_eq!(quiet.finding, Finding::True);
    assert_eq!((quiet.turns.candidates, quiet.turns.changes.len()), (0, 0));
}

#[test]
fn what_is_reported_is_so_when_it_is_asked_again() {
    let text = dilemma_text();
    let case = check(&text).expect("well written");
    let found = decisions(&case, &text, Some(4), &Unwatched);
    let limits = Limits::default();
    let again = |world: &World, number: usize| {
        let there = case.in_world(world).expect("a case");
        let game = Game::of_case(&case, world).expect("a game");
        let ground = Ground::new(&game, &limits, &Unwatched).expect("small");
        let context = ClaimContext {
            subject: Subject {
                text: &text,
                case: &case,
            },
            case: &there,
            world,
            ground: &ground,
            limits: &limits,
            elsewhere: &limits,
            answered: &Answered::default(),
            turns: None,
            watch: &Unwatched,
        };
        decide(&context, &there.claims[number]).finding
    };
    for (number, decision) in found.iter().enumerate() {
        for (id, change) in &decision.turns.changes {
            let at = |value| World::default().with_judgement(&case, *id, value);
            assert_eq!(again(&at(&change.last_same), number), decision.finding);
            assert_eq!(again(&at(&change.first_other), number), change.becomes);
        }
    }
}

#[test]
fn unasked_nothing_is_moved_and_with_no_judgements_only_where_the_game_is_not_asked() {
    let text = dilemma_text();
    let case = check(&text).expect("well written");
    for decision in decisions(&case, &text, None, &Unwatched) {
        assert_eq!((decision.turns.candidates, decision.turns.values), (0, 0));
    }
    let moved = decisions(&case, &text, Some(0), &Unwatched);
    let moved: Vec<bool> = moved.iter().map(|decision| decision.turns.values > 0).collect();
    let asked: Vec<bool> = case
        .claims
        .iter()
        .map(|claim| !matches!(claim.kind, ClaimKind::Gesture | ClaimKind::QuietIsBetter))
        .collect();
    assert!(moved.contains(&true) && moved.iter().zip(asked).all(|(moved, asked)| !(*moved && asked)));
}

/// Says stop once the claims are decided and what they turn on is asked.
#[derive(Default)]
struct StopsAtTurns(std::sync::atomic::AtomicBool);

impl Watch for StopsAtTurns {
    fn advanced(&self, stage: &str, _done: u64, _total: Option<u64>) {
        if stage.starts_with("what claims turn on") {
            self.0.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    fn should_stop(&self) -> bool {
        self.0.load(std::sync::atomic::Ordering::Relaxed)
    }
}

#[test]
fn what_was_not_moved_for_want_of_time_is_counted() {
    let text = dilemma_text();
    let case = check(&text).expect("well written");
    let found = decisions(&case, &text, Some(4), &StopsAtTurns::default());
    assert_eq!(found[0].finding, Finding::True);
    assert_eq!((found[0].turns.candidates, found[0].turns.moved), (3, 0));
    assert!(found[0].turns.changes.is_empty());
}

/// Where plans decide, every judgement with a range is moved, and what turns the claim is found.
#[test]
fn claims_that_plans_decide_are_scanned_on_every_range() {
    let text = include_str!("../../../cases/korea-prototype/case.toml");
    let mut case = check(text).expect("well written");
    case.claims.retain(|claim| claim.id == "only-way-to-know");
    let found = decisions(&case, text, Some(1), &Unwatched);
    let ranges = case
        .judgements
        .iter()
        .filter(|one| one.low.is_some() || one.high.is_some());
    let tied = case.parties.iter().filter(|party| party.types.len() == 2);
    let tied = tied.filter(|party| {
        let other = case.judgement(party.types[1].prior);
        other.low.is_some() || other.high.is_some()
    });
    assert_eq!(found[0].turns.candidates + tied.count(), ranges.count());
    assert_eq!(found[0].turns.moved, found[0].turns.candidates);
}

/// A claim is found as it is found with all the time there is, or not decided.
#[test]
fn a_claim_is_never_found_otherwise_for_want_of_time() {
    let text = include_str!("../../../cases/ceasefire/case.toml");
    let case = check(text).expect("well written");
    let whole = decisions(&case, text, None, &Unwatched);
    let mut decided = std::collections::BTreeSet::new();
    for looks in (0..40).map(|step| step * step).chain([1 << 40]) {
        let found = decisions(&case, text, None, &StopsAfter::looks(looks));
        for (found, whole) in found.iter().zip(&whole) {
            assert!(
                [whole.finding, Finding::Undecided].contains(&found.finding),
                "{} after {looks}: {}",
                found.id,
                found.reason
            );
        }
        decided.insert(
            found
                .iter()
                .filter(|one| one.finding != Finding::Undecided)
                .count(),
        );
    }
    assert!(decided.len() > 2, "some at a time, not {decided:?}");
}

/// Reported November 2026: a claim about a party looks at that party, and where nothing grows no window closes.
#[test]
fn claims_look_at_the_parties_they_name() {
    let text = include_str!("../../../cases/faults/claims-and-parties.toml");
    let case = check(text).unwrap();
    let found: Vec<(String, Finding)> = decisions(&case, text, None, &Unwatched)
        .into_iter()
        .map(|decision| (decision.id, decision.finding))
        .collect();
    let found: Vec<(&str, Finding)> = found
        .iter()
        .map(|(id, finding)| (id.as_str(), *finding))
        .collect();
    assert_eq!(
        found,
        [
            ("to-b", Finding::True),
            ("to-c", Finding::False),
            ("by-b", Finding::False),
            ("guarded-by-b", Finding::NotDecidable),
            ("guarded-by-c", Finding::False),
            ("narrowing", Finding::False),
        ]
    );
}

/// Reported November 2026: the verdict on this claim and its test came from two deciders.
#[test]
fn the_window_of_the_prototype_does_not_narrow() {
    let text = include_str!("../../../cases/korea-prototype/case.toml");
    let mut case = check(text).unwrap();
    case.claims.retain(|claim| claim.id == "narrowing");
    let found = decisions(&case, text, None, &Unwatched);
    assert_eq!(found[0].finding, Finding::False, "{}", found[0].reason);
    assert!(found[0].reason.contains("nothing narrows"), "{}", found[0].reason);
}
