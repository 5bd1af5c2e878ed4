//! Rankings against numbers: the prisoners' dilemma, patient and not, whose answer is textbook, and the toy,
//! whose settlements the equilibrium sets (another algorithm) must confirm.

use detente_analysis::compare::{ByNumbers, CompareLimits, Compared, NotCompared, Reason, Sides, compare};
use detente_base::watch::Unwatched;
use detente_case::{Case, World, check};
use detente_conflict::{Limits, from_case};
use detente_game::Game;
use detente_game::table::table_of_game;
use detente_sets::settlements::{Stays, settlements};
use detente_sets::{SetLimits, solve_sets};
use detente_stability::{Concept, judge};
use detente_verdict::verdict::{self, Ground, Subject};

fn toy() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/korea-toy/case.toml");
    std::fs::read_to_string(path).expect("there")
}

fn compared(text: &str, world: &World, limits: CompareLimits) -> (Case, Result<Compared, NotCompared>) {
    let case = check(text).expect("a case");
    let game = Game::of_case(&case, world).expect("a game");
    let numbers = verdict::Limits::default();
    let ground = Ground::new(&game, &numbers, &Unwatched).expect("small");
    let (model, _) = from_case(&case, world, Limits::default()).expect("a conflict");
    let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
    let sides = Sides {
        subject: Subject { text, case: &case },
        world,
        model: &model,
        answer: &answer,
        ground: &ground,
        limits: &numbers,
    };
    let compared = compare(&sides, limits, &Unwatched);
    (case, compared)
}

fn dilemma(discount: &str) -> String {
    let party = |id: &str| format!("[parties.{id}]\nname = \"{id}\"\ndiscount = {discount}\n");
    let issue = |id: &str, party: &str| {
        format!(
            "[issues.{id}]\nparty = \"{party}\"\nname = \"{id}\"\nlevels = [\"quiet\", \"talks\"]\ntoday = \"talks\"\n"
        )
    };
    let value = |party: &str, when: &str, worth: &str| {
        format!("[[values]]\nparty = \"{party}\"\nwhen = \"{when}\"\nworth = {worth}\n")
    };
    let worths = [
        ("quiet", "quiet", "3"),
        ("quiet", "talks", "0"),
        ("talks", "quiet", "5"),
        ("talks", "talks", "1"),
    ];
    let mut text = "[case]\ntitle = \"dilemma\"\nquestion = \"Do both stay quiet?\"\nperiod = \"a period\"\n\
                    today = \"now\"\ntarget = \"first = quiet and second = quiet\"\n"
        .to_owned();
    text += &(party("a") + &party("b") + &issue("first", "a") + &issue("second", "b"));
    for (own, other, worth) in worths {
        text += &value("a", &format!("first = {own} and second = {other}"), worth);
        text += &value("b", &format!("second = {own} and first = {other}"), worth);
    }
    text
}

/// Both quiet is state s1 (levels 0, 0), both talk s4.
#[test]
fn both_quiet_is_kept_by_the_patient_though_it_is_not_nash() {
    let (_, compared) = compared(&dilemma("0.9"), &World::default(), CompareLimits::default());
    let compared = compared.expect("compared");
    let quiet = &compared.rows[0];
    assert!(matches!(quiet.numbers, ByNumbers::Reached(_)), "{quiet:?}");
    let under: Vec<Concept> = quiet
        .differences
        .iter()
        .map(|difference| difference.concept)
        .collect();
    assert_eq!(under, [Concept::Nash]);
    assert_eq!(quiet.differences[0].reason, Reason::LaterLoss);
    let departure = quiet.differences[0].departure.as_ref().expect("somebody's");
    // 5 now and 1 for ever after, against 3 for ever: 0.1 * 5 + 0.9 * 1 - 3.
    assert!((departure.gain + 1.6).abs() < 1e-9, "{departure:?}");
    assert_eq!(departure.after.len(), 2);
    assert_eq!(compared.rows[3].numbers.kept(), Some(true));
    assert!(compared.rows[3].differences.is_empty());
}

#[test]
fn both_quiet_is_not_kept_by_the_impatient_though_rankings_call_it_sequentially_stable() {
    let (_, compared) = compared(&dilemma("0.1"), &World::default(), CompareLimits::default());
    let compared = compared.expect("compared");
    let quiet = &compared.rows[0];
    assert_eq!(quiet.numbers, ByNumbers::Excluded);
    let under: Vec<Concept> = quiet
        .differences
        .iter()
        .map(|difference| difference.concept)
        .collect();
    assert_eq!(under, [Concept::Gmr, Concept::Smr, Concept::Seq, Concept::Sseq]);
    for difference in &quiet.differences {
        assert_eq!(difference.reason, Reason::SanctionTooWeak);
        let departure = difference.departure.as_ref().expect("somebody's");
        // 0.9 * 5 + 0.1 * 1 - 3.
        assert!((departure.gain - 1.6).abs() < 1e-9, "{departure:?}");
    }
    // One talks alone: kept by nobody and stable under nothing.
    for row in &compared.rows[1..3] {
        assert_eq!(row.numbers.kept(), Some(false));
        assert!(!row.stable.contains(&true));
    }
}

#[test]
fn what_is_kept_in_the_toy_is_what_the_equilibrium_sets_keep() {
    for variant in [None, Some("no-snapback"), Some("assured")] {
        let world = variant.map_or(World::default(), |name| World::default().with_variant(name));
        let text = toy();
        let (case, compared) = compared(&text, &world, CompareLimits::default());
        let compared = compared.expect("small enough");
        assert!(!compared.cut_short);
        let game = Game::of_case(&case, &world).expect("a game");
        let table = table_of_game(&game, "toy", 1_000_000).expect("small");
        let sets = solve_sets(&table, &SetLimits::default(), &Unwatched).expect("two parties");
        let judged = settlements(&table, &sets);
        let (mut kept, mut left) = (0, 0);
        for row in &compared.rows {
            let here: Vec<Stays> = judged
                .iter()
                .filter(|settlement| settlement.state.index() == row.at.index())
                .map(|settlement| settlement.stays)
                .collect();
            match row.numbers.kept() {
                Some(true) => {
                    kept += 1;
                    assert!(
                        here.iter().any(|stays| *stays != Stays::No),
                        "{variant:?} {row:?}"
                    );
                }
                Some(false) => {
                    left += 1;
                    assert!(!here.contains(&Stays::Yes), "{variant:?} {row:?}");
                }
                None => {}
            }
        }
        assert!(kept >= 3 && left >= 20, "{variant:?}: {kept} kept, {left} left");
    }
}

#[test]
fn every_difference_has_a_departure_that_says_what_its_reason_says() {
    let (_, compared) = compared(&toy(), &World::default(), CompareLimits::default());
    let compared = compared.expect("small enough");
    let mut told = 0;
    for row in &compared.rows {
        for difference in &row.differences {
            told += 1;
            let departure = difference.departure.as_ref().expect("no chances here");
            match difference.reason {
                Reason::SanctionTooWeak | Reason::LaterGain => {
                    assert_eq!(row.numbers.kept(), Some(false));
                    assert!(departure.gain > 0.0, "{row:?}");
                }
                Reason::LaterLoss | Reason::Cost => {
                    assert_eq!(row.numbers.kept(), Some(true));
                    assert!(departure.gain <= 1e-9, "{row:?}");
                }
                Reason::Chance => panic!("no chances here"),
            }
        }
    }
    assert_eq!(told, 15 + 15 + 13 + 13 + 7);
}

#[test]
fn limits_are_kept_and_said() {
    let few = CompareLimits {
        states: 71,
        ..CompareLimits::default()
    };
    let (_, compared_few) = compared(&toy(), &World::default(), few);
    assert_eq!(
        compared_few.expect_err("too large"),
        NotCompared::TooLarge(72, 71)
    );
    let unproved = CompareLimits {
        deals: 0,
        ..CompareLimits::default()
    };
    let (_, compared) = compared(&toy(), &World::default(), unproved);
    let compared = compared.expect("small enough");
    assert!(compared.cut_short);
    let proved = |row: &&detente_analysis::compare::Row| {
        matches!(row.numbers, ByNumbers::Reached(_) | ByNumbers::Excluded)
    };
    assert_eq!(compared.rows.iter().filter(proved).count(), 0);
    // Every state is compared; those that matter most are explained.
    let three = CompareLimits {
        explained: 3,
        ..CompareLimits::default()
    };
    let (_, compared) = self::compared(&toy(), &World::default(), three);
    let compared = compared.expect("small enough");
    let explained: Vec<_> = compared.rows.iter().filter(|row| row.explained).collect();
    assert_eq!((compared.rows.len(), explained.len()), (72, 3));
    let first = |row: &&&detente_analysis::compare::Row| {
        row.stable[0] || matches!(row.numbers, ByNumbers::Reached(_))
    };
    let matter = explained.iter().filter(first).count();
    assert!(matter >= 2, "today and two that matter most");
}
