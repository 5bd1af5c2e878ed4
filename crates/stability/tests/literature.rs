//! Every published conflict under every concept: what the file expects, and what was computed independently.

use std::collections::BTreeSet;

use detente_base::watch::Unwatched;
use detente_conflict::{GraphModel, Limits, PartyId, read};
use detente_stability::{Answer, Concept, SimLimits, StateSet, judge, simultaneous};
use serde_json::Value;

fn conflicts() -> Vec<(String, Value, GraphModel)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/literature/conflicts");
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.extension().is_none_or(|end| end != "json") {
            continue;
        }
        let bytes = std::fs::read(&path).expect("readable");
        let reading = read(&bytes, Limits::default());
        assert!(reading.problems.is_empty(), "{path:?}: {:?}", reading.problems);
        let value = serde_json::from_slice(&bytes).expect("JSON");
        found.push((
            path.display().to_string(),
            value,
            reading.model.expect("no errors"),
        ));
    }
    assert!(found.len() >= 9);
    found
}

fn ids(model: &GraphModel, set: &StateSet) -> BTreeSet<String> {
    set.iter().map(|state| model.states().id(state)).collect()
}

fn listed(value: &Value) -> BTreeSet<String> {
    let items = value.as_array().expect("a list of states");
    items
        .iter()
        .map(|item| item.as_str().expect("a state id").to_owned())
        .collect()
}

fn equilibria(model: &GraphModel, answer: &Answer, key: &str) -> StateSet {
    if let Some(concept) = Concept::by_name(key) {
        return answer.equilibria(concept).expect("judged");
    }
    let base = key.strip_suffix("_or_simultaneous").and_then(Concept::by_name);
    let base = base.unwrap_or_else(|| panic!("unknown concept {key}"));
    let by_party = simultaneous(model, answer, base, SimLimits::default()).expect("small");
    let mut all = StateSet::all(model.states().count());
    for (party, sim) in by_party.iter().enumerate() {
        let mut either = answer.stable(base, PartyId::at(party)).expect("judged").clone();
        either.add(sim);
        all.keep(&either);
    }
    all
}

#[test]
fn every_published_conflict_has_its_expected_and_its_computed_equilibria() {
    let mut compared = 0;
    for (name, file, model) in conflicts() {
        if model.rankings().is_none() {
            continue;
        }
        let answer = judge(&model, &Concept::ALL, &Unwatched).expect("ranked");
        for kind in ["expected_equilibria", "computed_equilibria"] {
            for (key, states) in file[kind].as_object().expect("an object") {
                let told = ids(&model, &equilibria(&model, &answer, key));
                assert_eq!(told, listed(states), "{name}: {kind} {key}");
                compared += 1;
            }
        }
        for (key, by_party) in file["computed_individual_stability"]
            .as_object()
            .expect("an object")
        {
            let concept = Concept::by_name(key).expect("a concept");
            for party in model.party_ids() {
                let told = ids(&model, answer.stable(concept, party).expect("judged"));
                let wanted = listed(&by_party[&model.party(party).id]);
                assert_eq!(told, wanted, "{name}: {key} for {}", model.party(party).id);
                compared += 1;
            }
        }
    }
    assert!(compared > 130, "only {compared} sets compared");
}

#[test]
fn where_print_and_definition_differ_the_difference_is_kept() {
    let all = conflicts();
    let (_, file, model) = all
        .iter()
        .find(|(name, ..)| name.contains("irreversible"))
        .expect("there");
    let answer = judge(model, &Concept::ALL, &Unwatched).expect("ranked");
    let told = ids(model, &equilibria(model, &answer, "SEQ_or_simultaneous"));
    let printed = listed(&file["published_equilibria"]["SEQ_or_simultaneous"]);
    let difference: Vec<&String> = told.symmetric_difference(&printed).collect();
    assert_eq!(
        difference,
        ["s12"],
        "the printed set lacks s12, a slip that the file explains"
    );
}
