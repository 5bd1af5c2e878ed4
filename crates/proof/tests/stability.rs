//! What certificates of stability may not ask of their checker.

use detente_conflict::{GraphModel, Limits, read};
use detente_proof::stability::{Certificate, check_certificate, conflict_hash};
use serde_json::{Value, json};

/// Many parties that would each leave for a state of seven vectors, and one that can leave only where none of them can.
fn crowded(many: usize) -> GraphModel {
    let name = |party: usize| format!("p{party}");
    let vector = |place: usize, level: usize| -> Vec<usize> {
        let mut levels = vec![0; many + 2];
        levels[place] = level;
        levels
    };
    let both = |place: usize| {
        let mut levels = vector(many, 1);
        levels[place] = 1;
        levels
    };
    let option = |id: &str, owner: &str| json!({ "id": id, "owner": owner });
    let mut options: Vec<Value> = (0..many)
        .map(|party| json!({ "id": format!("o{party}"), "owner": name(party), "levels": ["0", "1", "2", "3", "4", "5", "6", "7"] }))
        .collect();
    options.push(json!({ "id": "taken", "owner": "p0", "moves": "forward_only" }));
    options.push(option("other", "last"));
    let mut states = vec![
        json!({ "id": "now", "vector": vector(0, 0), "members": [vector(0, 0), vector(many, 1)] }),
        json!({ "id": "moved", "vector": both(many + 1) }),
    ];
    let mut rankings = serde_json::Map::new();
    let goals: Vec<String> = (0..many).map(|party| format!("m{party}")).collect();
    for party in 0..many {
        let vectors: Vec<Vec<usize>> = (1..8).map(|level| vector(party, level)).collect();
        states.push(json!({ "id": goals[party], "vector": vectors[0], "members": vectors }));
        let rest: Vec<&String> = goals.iter().filter(|goal| **goal != goals[party]).collect();
        let ranked = [
            vec![json!(goals[party]), json!("now"), json!("moved")],
            rest.iter().map(|goal| json!(goal)).collect(),
        ];
        rankings.insert(name(party), json!(ranked.concat()));
    }
    let last: Vec<Value> = ["moved", "now"]
        .iter()
        .map(|id| json!(id))
        .chain(goals.iter().map(|goal| json!(goal)))
        .collect();
    rankings.insert("last".to_owned(), json!(last));
    let parties: Vec<Value> = (0..many)
        .map(name)
        .chain(["last".to_owned()])
        .map(|id| json!({ "id": id }))
        .collect();
    let file = json!({
        "schema": "gmcr-case/1", "id": "crowded", "title": "Crowded", "decision_makers": parties, "options": options,
        "states": states, "preferences": rankings
    });
    let reading = read(file.to_string().as_bytes(), Limits::default());
    reading.model.unwrap_or_else(|| panic!("{:?}", reading.problems))
}

fn certificate(model: &GraphModel, kind: &str, judgement: &Value) -> Certificate {
    let file = json!({
        "schema": "detente-stability-proof/2", "conflict": conflict_hash(model), "judgements": [], kind: [judgement]
    });
    // Where judgements of single parties are meant, the empty list is written over.
    serde_json::from_value(file).expect("reads")
}

#[test]
fn moves_that_cannot_be_made_at_once_are_not_gone_through_for_ever() {
    let many = 14;
    let model = crowded(many);
    let others = (1..many).map(|party| json!({ "by": format!("p{party}"), "to": format!("m{party}") }));
    let together: Vec<Value> = others.chain([json!({ "by": "last", "to": "moved" })]).collect();
    let claimed = json!({
        "party": "p0", "state": "now", "concept": "Nash", "standing": { "stable": [
            { "leaving_to": "m0", "together": together, "lands": "now" }
        ] }
    });
    // Out of the first vector fourteen parties have seven ways each and the last one none: 7^14 beginnings of no combination.
    let refused =
        check_certificate(&model, &certificate(&model, "simultaneous", &claimed)).expect_err("does not hold");
    assert!(
        refused.1.to_string().contains("do not lead there"),
        "{}",
        refused.1
    );
}

#[test]
fn attitudes_are_a_reading_of_their_own() {
    let model = crowded(2);
    let claimed = |lens: Value| json!({ "party": "p0", "state": "m0", "concept": "Nash", "lens": lens, "standing": { "stable": [] } });
    for (lens, holds) in [
        (json!({ "attitudes": true }), true),
        (json!({ "unknown": "a", "strong": true }), true),
        (json!({ "attitudes": true, "strong": true }), false),
        (json!({ "attitudes": true, "unknown": "d" }), false),
    ] {
        let checked = check_certificate(&model, &certificate(&model, "judgements", &claimed(lens.clone())));
        assert_eq!(checked.is_ok(), holds, "{lens}: {checked:?}");
    }
}
