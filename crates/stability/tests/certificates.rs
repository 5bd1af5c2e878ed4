//! Every judgement comes with a certificate that the checker accepts, and a changed one is refused; and the
//! lenses (unknown, strong, attitudes) reduce to the plain concepts and imply each other as they must.

mod conflicts;

use conflicts::{Recipe, random, uncertain};
use detente_base::watch::Unwatched;
use detente_conflict::{Attitude, Limits, StateId, read};
use detente_proof::stability::{Standing, check, check_alone, check_certificate, conflict_hash};
use detente_stability::{Concept, Lens, LensLimits, Unknown, certify, judge, judge_by_lens, witness};

#[test]
fn every_judgement_has_a_certificate_that_is_accepted_and_says_the_same() {
    let mut checked = 0;
    for seed in 0..24 {
        let model = random(Recipe::of_four_issues(seed), 9_000 + seed);
        let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        for concept in Concept::ALL {
            for party in model.party_ids() {
                for state in model.states().iter() {
                    let judgement = witness(&model, party, state, concept, Lens::PLAIN);
                    assert_eq!(check(&model, &judgement), Ok(()), "{judgement:?}");
                    let claimed = matches!(judgement.standing, Standing::Stable(_));
                    assert_eq!(
                        claimed,
                        answer.stable(concept, party).expect("judged").contains(state)
                    );
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 5_000);
}

#[test]
fn a_certificate_that_leaves_something_out_or_turns_the_claim_round_is_refused() {
    let mut refused = 0;
    for seed in 0..24 {
        let model = random(Recipe::of_four_issues(seed), 31_000 + seed);
        for party in model.party_ids() {
            for state in model.states().iter() {
                for concept in Concept::ALL {
                    let honest = witness(&model, party, state, concept, Lens::PLAIN);
                    let mut forged = Vec::new();
                    match &honest.standing {
                        Standing::Stable(deterrences) => {
                            for gone in 0..deterrences.len() {
                                let mut fewer = deterrences.clone();
                                fewer.remove(gone);
                                forged.push(Standing::Stable(fewer));
                                let mut longer = deterrences.clone();
                                let again = longer[gone].answer[0].clone();
                                longer[gone].answer.insert(0, again);
                                forged.push(Standing::Stable(longer));
                                forged.push(Standing::Unstable {
                                    leaving_to: deterrences[gone].leaving_to.clone(),
                                    reached: Vec::new(),
                                });
                            }
                        }
                        Standing::Unstable { leaving_to, reached } => {
                            forged.push(Standing::Stable(Vec::new()));
                            for gone in 0..reached.len() {
                                let mut fewer = reached.clone();
                                fewer.remove(gone);
                                forged.push(Standing::Unstable {
                                    leaving_to: leaving_to.clone(),
                                    reached: fewer,
                                });
                            }
                        }
                    }
                    for standing in forged {
                        let mut judgement = honest.clone();
                        judgement.standing = standing;
                        assert!(check(&model, &judgement).is_err(), "{judgement:?}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(refused > 3_000, "only {refused}");
}

#[test]
fn a_certificate_of_another_conflict_is_refused() {
    let one = random(Recipe::of_four_issues(2), 1);
    let other = random(Recipe::of_four_issues(2), 2);
    let certificate = certify(&one, &[StateId::at(0)], &Concept::ALL, Lens::PLAIN);
    assert_eq!(check_certificate(&one, &certificate), Ok(()));
    assert!(check_certificate(&other, &certificate).is_err());
    let text = serde_json::to_string(&certificate).expect("serialises");
    assert!(check_alone(text.as_bytes(), None).is_ok());
    assert!(check_alone(text.as_bytes(), Some(other)).is_err());
    assert_eq!(
        serde_json::from_str::<detente_proof::stability::Certificate>(&text).expect("reads"),
        certificate
    );
}

#[test]
fn a_file_as_it_was_first_written_is_still_read() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../cases/literature/conflicts/chicken.json"
    );
    let bytes = std::fs::read(path).expect("there");
    let model = read(&bytes, Limits::default()).model.expect("no errors");
    let (plain, read) = (
        r#""party": "P1", "state": "CC""#,
        r#""lens": { "unknown": "a", "strong": true }"#,
    );
    let written = format!(
        r#"{{ "schema": "detente-stability-proof/1", "conflict": "{}", "judgements": [
            {{ {plain}, "concept": "Nash", "standing": {{ "unstable": {{ "leaving_to": "DC", "reached": [] }} }} }},
            {{ {plain}, "concept": "GMR", "standing": {{ "stable": [
                {{ "leaving_to": "DC", "answer": [{{ "by": "P2", "to": "DD" }}] }}
            ] }} }},
            {{ {plain}, "concept": "SEQ", "standing": {{ "unstable": {{ "leaving_to": "DC", "reached": [] }} }} }},
            {{ "party": "P1", "state": "DC", "concept": "GMR", {read}, "standing": {{ "stable": [] }} }}
        ] }}"#,
        conflict_hash(&model)
    );
    let found = check_alone(written.as_bytes(), Some(model)).expect("holds");
    assert_eq!(found.certificate.count(), 4);
}

#[test]
fn a_certificate_carries_its_conflict_unchanged() {
    for seed in 0..40 {
        let model = random(Recipe::of_four_issues(seed), 61_000 + seed);
        let certificate = certify(&model, &[StateId::at(0)], &[Concept::Seq], Lens::PLAIN);
        let text = serde_json::to_string(&certificate).expect("serialises");
        assert!(check_alone(text.as_bytes(), None).is_ok(), "seed {seed}");
    }
}

#[test]
fn without_unknowns_every_lens_says_what_the_plain_one_says() {
    for seed in 0..24 {
        let model = random(Recipe::of_four_issues(seed), 41_000 + seed);
        let fast = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        let selfish = model.party_ids().map(|i| {
            let regard = |j| {
                if i == j {
                    Attitude::Positive
                } else {
                    Attitude::Indifferent
                }
            };
            model.party_ids().map(regard).collect()
        });
        let with_attitudes = model.clone().with_attitudes(selfish.collect());
        let limits = LensLimits::default();
        let by_attitude = judge_by_lens(
            &with_attitudes,
            &Concept::ALL,
            Lens::ATTITUDES,
            limits,
            &Unwatched,
        );
        assert_eq!(by_attitude.as_ref(), Ok(&fast), "seed {seed}");
        for unknown in Unknown::ALL {
            let slow = judge_by_lens(&model, &Concept::ALL, Lens::reading(unknown), limits, &Unwatched);
            assert_eq!(slow.as_ref(), Ok(&fast), "seed {seed} {unknown:?}");
        }
    }
}

#[test]
fn readings_of_the_unknown_imply_each_other() {
    for seed in 0..24 {
        let model = uncertain(random(Recipe::of_four_issues(seed), 51_000 + seed), seed);
        let of = |lens| {
            judge_by_lens(&model, &Concept::ALL, lens, LensLimits::default(), &Unwatched).expect("small")
        };
        let [a, b, c, d] = Unknown::ALL.map(|unknown| of(Lens::reading(unknown)));
        let strong = of(Lens::reading(Unknown::B).strongly());
        for concept in Concept::ALL {
            for party in model.party_ids() {
                let at = |answer: &detente_stability::Answer| {
                    answer.stable(concept, party).expect("judged").clone()
                };
                assert!(at(&a).is_within(&at(&b)) && at(&b).is_within(&at(&d)));
                assert!(at(&a).is_within(&at(&c)) && at(&c).is_within(&at(&d)));
                assert!(at(&strong).is_within(&at(&b)), "strongly stable is stable");
                for state in model.states().iter() {
                    for lens in [Lens::reading(Unknown::C), Lens::reading(Unknown::B).strongly()] {
                        let judgement = witness(&model, party, state, concept, lens);
                        assert_eq!(check(&model, &judgement), Ok(()));
                        let claimed = matches!(judgement.standing, Standing::Stable(_));
                        let wanted = if lens.strong { at(&strong) } else { at(&c) };
                        assert_eq!(claimed, wanted.contains(state));
                    }
                }
            }
        }
    }
}

#[test]
fn lake_gisborne_under_the_four_readings() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../cases/literature/conflicts/gisborne_unknown_pref.json"
    );
    let bytes = std::fs::read(path).expect("there");
    let file: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    let model = read(&bytes, Limits::default()).model.expect("no errors");
    let mut compared = 0;
    for unknown in Unknown::ALL {
        let lens = Lens::reading(unknown);
        let answer =
            judge_by_lens(&model, &Concept::ALL, lens, LensLimits::default(), &Unwatched).expect("small");
        for (key, states) in file["computed_extensions"][unknown.letter()]
            .as_object()
            .expect("an object")
        {
            let concept = Concept::by_name(key).expect("a concept");
            let told = answer.equilibria(concept).expect("judged");
            let told: Vec<String> = told.iter().map(|state| model.states().id(state)).collect();
            let wanted: Vec<&str> = states
                .as_array()
                .expect("a list")
                .iter()
                .filter_map(|s| s.as_str())
                .collect();
            assert_eq!(told, wanted, "{unknown:?} {key}");
            compared += 1;
        }
    }
    assert_eq!(compared, 16);
}
