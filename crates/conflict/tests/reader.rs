//! The reader of gmcr-case/1: every error at once, no panic on any bytes, and what is written reads back.

use detente_conflict::{Comparison, Limits, PartyId, StateId, Weight, read, write};
use proptest::prelude::*;
use serde_json::{Value, json};

fn folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/literature/conflicts")
}

fn files() -> Vec<Vec<u8>> {
    let entries = std::fs::read_dir(folder()).expect("there");
    let paths = entries.map(|entry| entry.expect("readable").path());
    let mut paths: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).expect("readable"))
        .collect()
}

#[test]
fn what_is_written_reads_back() {
    for bytes in files() {
        let model = read(&bytes, Limits::default()).model.expect("no errors");
        let text = write(&model).to_string();
        let again = read(text.as_bytes(), Limits::default());
        assert!(
            again
                .problems
                .iter()
                .all(|problem| problem.weight == Weight::Warning),
            "{:?}",
            again.problems
        );
        let again = again.model.expect("no errors");
        assert_eq!(write(&again).to_string(), text);
        for party in model.party_ids() {
            assert_eq!(again.preference(party), model.preference(party));
            for state in model.states().iter() {
                assert_eq!(again.moves_from(party, state), model.moves_from(party, state));
                assert_eq!(again.states().members(state), model.states().members(state));
            }
        }
    }
}

#[test]
fn what_parties_get_wrong_is_written_too() {
    let file = json!({
        "schema": "gmcr-case/1",
        "decision_makers": [{ "id": "A" }, { "id": "B" }],
        "options": [{ "id": "x", "owner": "A" }, { "id": "y", "owner": "B" }],
        "preferences": { "A": ["s1", "s2", ["s3", "s4"]], "B": ["s4", "s3", "s2", "s1"] },
        "misperceptions": {
            "A": {
                "unseen": ["s3"],
                "preferences": {
                    "B": { "priorities": [{ "statement": { "x": 1 }, "unknown": true }, { "y": 1 }] }
                }
            },
            "B": { "preferences": { "A": ["s2", ">>", ["s1", "s3"], "s4"] } }
        }
    });
    let model = read(file.to_string().as_bytes(), Limits::default())
        .model
        .expect("no errors");
    assert_eq!(model.misperceptions().len(), 2);
    let again = read(write(&model).to_string().as_bytes(), Limits::default());
    let again = again.model.expect("no errors");
    assert_eq!(again.misperceptions(), model.misperceptions());
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let file = json!({
        "schema": "gmcr-case/1",
        "decision_makers": [{ "id": "A" }, { "id": "B" }, { "id": "A" }],
        "options": [
            { "id": "x", "owner": "A", "moves": "sideways" },
            { "id": "y", "owner": "C" },
            { "id": "z", "owner": "B", "levels": 1 }
        ],
        "infeasible": [{ "when": { "x": 1, "w": 1 } }, { "when": { "y": 7 } }],
        "states": [{ "id": "s1", "vector": [0, 0] }],
        "preferences": {},
        "statusquo": "s1"
    });
    let reading = read(file.to_string().as_bytes(), Limits::default());
    assert!(reading.model.is_none());
    let places: Vec<&str> = reading
        .problems
        .iter()
        .map(|problem| problem.place.as_str())
        .collect();
    for place in [
        "statusquo",
        "decision_makers[2]",
        "options[0].moves",
        "options[1]",
        "options[2].levels",
        "infeasible[0]",
        "infeasible[1]",
        "states[0].vector",
    ] {
        assert!(places.contains(&place), "{place} is not among {places:?}");
    }
}

#[test]
fn a_preference_must_name_every_state_once() {
    let file = |ranking: Value| {
        json!({
            "schema": "gmcr-case/1",
            "decision_makers": ["A", "B"],
            "options": [{ "id": "x", "owner": "A" }, { "id": "y", "owner": "B" }],
            "preferences": { "A": ranking, "B": [["s1", "s2", "s3", "s4"]] }
        })
    };
    let told = |ranking: Value| {
        let reading = read(file(ranking).to_string().as_bytes(), Limits::default());
        reading
            .problems
            .into_iter()
            .map(|problem| problem.reason)
            .collect::<Vec<_>>()
    };
    assert!(told(json!(["s1", ["s2", "s3"], "s4"])).is_empty());
    assert!(told(json!(["s1", "s2", "s4"]))[0].contains("1 states are not ranked: s3"));
    assert!(told(json!(["s1", "s2", "s3", "s4", "s2"]))[0].contains("ranked twice"));
    assert!(told(json!(["s1", "s2", "s3", "s4", "s5"]))[0].contains("is not a state"));
    let strong = read(
        file(json!(["s1", ">>", "s2", "s3", "s4"])).to_string().as_bytes(),
        Limits::default(),
    );
    let model = strong.model.expect("no errors");
    let compare = |a: usize, b: usize| {
        model
            .preference(PartyId::at(0))
            .compare(StateId::at(a), StateId::at(b))
    };
    assert_eq!(compare(0, 3), Comparison::MuchBetter);
    assert_eq!(compare(1, 3), Comparison::Better);
    assert_eq!(compare(2, 0), Comparison::MuchWorse);
}

#[test]
fn seventy_priorities_are_compared_one_by_one() {
    // The one difference is at the last statement: sums of powers of two in 64 bits would lose it.
    let mut priorities = vec![json!({ "x": 1 }); 69];
    priorities.push(json!({ "iff": [{ "x": 1 }, { "y": 1 }] }));
    let file = json!({
        "schema": "gmcr-case/1",
        "decision_makers": ["A"],
        "options": [{ "id": "x", "owner": "A" }, { "id": "y", "owner": "A" }],
        "preferences": { "A": { "priorities": priorities } }
    });
    let model = read(file.to_string().as_bytes(), Limits::default())
        .model
        .expect("no errors");
    let state = |levels: &[u8]| model.states().find(levels).expect("feasible");
    let preference = model.preference(PartyId::at(0));
    assert_eq!(
        preference.compare(state(&[1, 1]), state(&[1, 0])),
        Comparison::Better
    );
    assert_eq!(
        preference.compare(state(&[0, 0]), state(&[0, 1])),
        Comparison::Better
    );
    assert_eq!(
        preference.compare(state(&[1, 0]), state(&[0, 0])),
        Comparison::Better
    );
}

/// Changes one value somewhere in a JSON tree.
fn disturb(value: &mut Value, path: &mut impl Iterator<Item = usize>, with: &Value) {
    let step = path.next();
    match (value, step) {
        (Value::Array(items), Some(step)) if !items.is_empty() => {
            let place = step % items.len();
            disturb(&mut items[place], path, with);
        }
        (Value::Object(items), Some(step)) if !items.is_empty() => {
            let place = step % items.len();
            if let Some(inner) = items.values_mut().nth(place) {
                disturb(inner, path, with);
            }
        }
        (value, _) => *value = with.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let reading = read(&bytes, Limits::default());
        prop_assert!(reading.model.is_none() && !reading.problems.is_empty());
    }

    #[test]
    fn no_disturbed_file_panics(
        which in 0usize..9,
        path in proptest::collection::vec(0usize..64, 6),
        with in prop_oneof![
            Just(json!(null)), Just(json!(-1)), Just(json!(1)), Just(json!(4_000_000_000u64)), Just(json!("s1")),
            Just(json!([])), Just(json!({})), Just(json!([["s1"], []])), Just(json!(">>")), Just(json!(true)),
        ],
    ) {
        let files = files();
        let mut value: Value = serde_json::from_slice(&files[which % files.len()]).expect("JSON");
        disturb(&mut value, &mut path.into_iter(), &with);
        let reading = read(value.to_string().as_bytes(), Limits::default());
        if let Some(model) = &reading.model {
            prop_assert!(model.states().count() > 0);
            for party in model.party_ids() {
                prop_assert!(model.moves_from(party, StateId::at(0)).len() < model.states().count());
            }
        } else {
            prop_assert!(reading.problems.iter().any(|problem| problem.weight == Weight::Error));
        }
    }

    #[test]
    fn no_cut_file_panics(which in 0usize..9, cut in 0usize..12_000) {
        let files = files();
        let bytes = &files[which % files.len()];
        let reading = read(&bytes[..cut.min(bytes.len().saturating_sub(2))], Limits::default());
        prop_assert!(reading.model.is_none());
    }
}
