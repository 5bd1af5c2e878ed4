//! The bytes of a proof: any changed byte is refused, and nothing panics.

use detente_case::World;
use detente_proof::automaton::Automaton;
use detente_proof::bounds::{Bounds, Stage};
use detente_proof::{Body, Claim, Proof, Refusal, Shown, verify};
use proptest::prelude::*;

/// The prisoners' dilemma: both may work together or not; alone it pays not to.
const DILEMMA: &str = r#"
[case]
title = "A dilemma"
period = "a period"
[parties.a]
name = "Anna"
discount = "1/2"
[parties.b]
name = "Ben"
discount = "1/2"
[issues.x]
party = "a"
name = "Anna's part"
levels = ["no", "yes"]
today = "no"
[issues.y]
party = "b"
name = "Ben's part"
levels = ["no", "yes"]
today = "no"
[[values]]
party = "a"
when = "y = yes"
worth = 3
[[values]]
party = "a"
when = "x = yes"
worth = -1
[[values]]
party = "b"
when = "x = yes"
worth = 3
[[values]]
party = "b"
when = "y = yes"
worth = -1
"#;

/// Nodes 0 to 3: go and stay together, in each state; nodes 4 to 7: for ever apart.
fn grim() -> Automaton {
    let apart = [[0, 4], [1, 5], [2, 6], [3, 7]];
    Automaton {
        start: 0,
        state: vec![0, 1, 2, 3, 0, 1, 2, 3],
        target: vec![3, 3, 3, 3, 0, 0, 0, 0],
        next: vec![3, 3, 3, 3, 4, 4, 4, 4],
        answers: vec![apart.to_vec(); 2],
        fallback: Vec::new(),
        promises: vec![vec!["2".into(), "2".into()]; 2],
    }
}

fn together() -> Claim {
    Claim::Possible {
        target: "x = yes and y = yes".into(),
        settlement: vec!["yes".into(), "yes".into()],
    }
}

fn proof(text: &str, automaton: Automaton) -> Vec<u8> {
    Proof::seal(text, World::default(), together(), Body::Automaton(automaton)).to_bytes()
}

#[test]
fn the_dilemma_is_overcome_by_patience() {
    let verified = verify(&proof(DILEMMA, grim())).unwrap();
    let Shown::SelfEnforcing(found) = &verified.shown else {
        panic!("a plan was shown")
    };
    assert_eq!((found.nodes, found.departures, found.path.len()), (8, 16, 2));
    let impatient = DILEMMA.replace("1/2", "1/4");
    let refusal = verify(&proof(&impatient, grim())).unwrap_err();
    assert!(matches!(refusal, Refusal::Pays(_)));
    let words = refusal.to_string();
    assert!(
        words.contains("Anna gets 2 by this, but 2.25 if it alone departs"),
        "{words}"
    );
    // At this patience departing is worth exactly as much, which is allowed.
    verify(&proof(&DILEMMA.replace("1/2", "1/3"), grim())).unwrap();
}

#[test]
fn chances_and_their_fallback_enter_the_values() {
    // One time in ten Anna's part falls through though both did it; they then go on.
    let risky = format!(
        "{DILEMMA}[[chances]]\nname = \"mishap\"\nwhen = \"x = yes\"\nissue = \"x\"\nto = \"no\"\nchance = 0.1\n"
    );
    let mut automaton = grim();
    automaton.fallback = vec![[0, 4], [2, 2]];
    automaton.promises = vec![Vec::new(), Vec::new()];
    let verified = verify(&proof(&risky, automaton.clone())).unwrap();
    let Shown::SelfEnforcing(found) = &verified.shown else {
        panic!("a plan was shown")
    };
    // Every period pays 3 − 0.9 to Anna and 0.9·3 − 1 to Ben.
    let values: Vec<String> = found
        .values
        .iter()
        .map(detente_base::number::format_exact)
        .collect();
    assert_eq!(values, ["2.1", "1.7"]);
    automaton.fallback.pop();
    let refusal = verify(&proof(&risky, automaton)).unwrap_err();
    assert!(
        refusal.to_string().contains("no node is named for it"),
        "{refusal}"
    );
}

/// Whatever one party wants the other wants to avoid: nothing is self-enforcing in pure strategies.
fn pennies() -> String {
    let head: Vec<&str> = DILEMMA.split("[[values]]").collect();
    format!(
        "{}[[values]]\nparty = \"a\"\nwhen = \"x = yes iff y = yes\"\nworth = 2\n\
         [[values]]\nparty = \"b\"\nwhen = \"not (x = yes iff y = yes)\"\nworth = 2\n",
        head[0].replace("1/2", "1/5")
    )
}

fn impossible(text: &str, target: &str, without_equilibrium: Option<u32>) -> Vec<u8> {
    let claim = Claim::Impossible {
        target: target.into(),
    };
    // The payoff range alone: impatient parties look little further than the period.
    let stage = Stage {
        high: vec![vec![2; 4]; 2],
        low: vec![vec![0; 4]; 2],
        pairs: Vec::new(),
    };
    let bounds = Bounds {
        grid: 1,
        stages: vec![stage],
        without_equilibrium,
    };
    Proof::seal(text, World::default(), claim, Body::Bounds(bounds)).to_bytes()
}

#[test]
fn that_nothing_at_all_is_self_enforcing_is_said_so() {
    let verified = verify(&impossible(&pennies(), "x = yes", Some(2))).unwrap();
    let Shown::Bounded(found) = verified.shown else {
        panic!("bounds were shown")
    };
    assert!(matches!(
        found.grounds,
        detente_proof::bounds::Grounds::NoEquilibrium { .. }
    ));
    let refusal = verify(&impossible(DILEMMA, "x = yes", Some(2))).unwrap_err();
    assert!(
        matches!(refusal, Refusal::Stands(_) | Refusal::Bound(_)),
        "{refusal}"
    );
    assert!(verify(&impossible(&pennies(), "x = yes", Some(4))).is_err());
    assert!(verify(&impossible(&pennies(), "x = yse", None)).is_err());
}

#[test]
fn every_flipped_bit_is_refused() {
    let bytes = proof(DILEMMA, grim());
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            assert!(verify(&changed).is_err(), "bit {bit} of byte {place}");
        }
    }
    for place in 0..=bytes.len() {
        let spaced = [&bytes[..place], b" ", &bytes[place..]].concat();
        assert!(matches!(verify(&spaced), Err(Refusal::Bytes(_))));
        assert!(place == bytes.len() || verify(&bytes[..place]).is_err());
    }
}

#[test]
fn wrong_fields_are_named() {
    let refused = |change: &dyn Fn(&mut Automaton), part: &str| {
        let mut automaton = grim();
        change(&mut automaton);
        let words = verify(&proof(DILEMMA, automaton)).unwrap_err().to_string();
        assert!(words.contains(part), "{words}");
    };
    refused(&|plan| plan.start = 9, "there is no node 9");
    refused(&|plan| plan.start = 1, "today");
    refused(&|plan| plan.state[0] = 77, "no state 77");
    refused(&|plan| plan.next[0] = 5, "does not stand there");
    refused(&|plan| plan.answers.truncate(1), "parties");
    refused(&|plan| plan.answers[0].swap(0, 1), "increasing");
    refused(&|plan| plan.answers[1][2][1] = 3, "does not stand there");
    refused(&|plan| plan.answers[1].truncate(1), "none for");
    refused(&|plan| plan.promises[1][0] = "2.0".into(), "another value");
    refused(&|plan| plan.target[6] = 2, "does not stand there");
    let claim = Claim::Possible {
        target: "x = yes".into(),
        settlement: vec!["yes".into(), "no".into()],
    };
    let other = Proof::seal(DILEMMA, World::default(), claim, Body::Automaton(grim())).to_bytes();
    assert!(matches!(verify(&other), Err(Refusal::Path(_))));
    let body = Body::Bounds(Bounds {
        grid: 3,
        stages: Vec::new(),
        without_equilibrium: None,
    });
    let mixed = Proof::seal(DILEMMA, World::default(), together(), body.clone()).to_bytes();
    assert!(
        verify(&mixed)
            .unwrap_err()
            .to_string()
            .contains("needs an automaton")
    );
    let claim = Claim::Impossible {
        target: "true".into(),
    };
    let grid = Proof::seal(DILEMMA, World::default(), claim, body).to_bytes();
    assert!(verify(&grid).unwrap_err().to_string().contains("power of two"));
}

#[test]
fn numbers_at_the_ends_of_their_range_do_not_panic() {
    for extreme in [i64::MIN, i64::MIN + 1, -1, i64::MAX] {
        let claim = Claim::Impossible {
            target: "true".into(),
        };
        let pair = detente_proof::bounds::Pair {
            first: 0,
            second: 1,
            weights: [u32::MAX, 1],
            high: vec![extreme; 4],
            low: vec![extreme; 4],
        };
        for grid in [1, 1 << 40] {
            let stage = Stage {
                high: vec![vec![extreme; 4]; 2],
                low: vec![vec![extreme.wrapping_neg(); 4]; 2],
                pairs: vec![pair.clone(), pair.clone()],
            };
            let bounds = Bounds {
                grid,
                stages: vec![stage; 2],
                without_equilibrium: None,
            };
            let proof = Proof::seal(DILEMMA, World::default(), claim.clone(), Body::Bounds(bounds));
            assert!(verify(&proof.to_bytes()).is_err());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(verify(&bytes).is_err());
    }

    #[test]
    fn no_spliced_proof_panics(from in 0usize..3000, to in 0usize..3000, bytes in "[\\[\\]{}\",:0-9a-z-]{0,20}") {
        let whole = proof(DILEMMA, grim());
        let (from, to) = (from % whole.len(), to % whole.len());
        let spliced = [&whole[..from], bytes.as_bytes(), &whole[to..]].concat();
        prop_assert!(spliced == whole || verify(&spliced).is_err());
    }

    #[test]
    fn deep_nesting_is_refused(depth in 1usize..20_000) {
        prop_assert!(verify("[".repeat(depth).as_bytes()).is_err());
        let nested = format!("{{\"format\":\"detente-proof/1\",\"case\":{}", "{\"hash\":".repeat(depth));
        prop_assert!(verify(nested.as_bytes()).is_err());
    }
}
