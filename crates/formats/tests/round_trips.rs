//! What goes out comes back, and what does not is said.

use detente_conflict::{
    GraphModel, Limits, Misperception, PartyId, Preference, Problem, Ranking, StateId, Weight, read,
};
use detente_formats::{gmcr, rankings};
use proptest::prelude::*;

fn literature() -> Vec<GraphModel> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/literature/conflicts");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("there")
        .map(|entry| entry.expect("readable").path())
        .filter(|path| path.extension().is_some_and(|end| end == "json"))
        .collect();
    paths.sort();
    let read_one = |path: &std::path::PathBuf| {
        let bytes = std::fs::read(path).expect("readable");
        read(&bytes, Limits::default()).model.expect("no errors")
    };
    paths.iter().map(read_one).collect()
}

#[test]
fn every_published_conflict_goes_out_as_gmcr_and_comes_back() {
    for model in literature() {
        let (text, losses) = gmcr::write(&model).expect("binary options");
        let (again, found) = gmcr::read(text.as_bytes(), Limits::default());
        assert!(
            found.iter().all(|problem| problem.weight == Weight::Warning),
            "{}: {found:?}",
            model.id()
        );
        let again = again.expect("reads back");
        let unknown = model.rankings().is_none();
        assert_eq!(
            losses.iter().any(|loss| loss.reason.contains("unknown")),
            unknown,
            "{}",
            model.id()
        );
        assert_eq!(
            losses.iter().any(|loss| loss.reason.contains("merged")),
            model.states().any_merged()
        );
        for state in model.states().iter() {
            for member in model.states().members(state) {
                let there = again.states().find(member).expect("feasible there too");
                for party in model.party_ids().filter(|_| !unknown) {
                    for other in model.states().iter() {
                        let other_there = again
                            .states()
                            .find(model.states().vector(other))
                            .expect("feasible");
                        assert_eq!(
                            again.preference(party).compare(there, other_there),
                            model.preference(party).compare(state, other),
                        );
                        if !model.states().any_merged() {
                            assert_eq!(
                                again.can_move(party, there, other_there),
                                model.can_move(party, state, other)
                            );
                        }
                    }
                }
            }
        }
    }
}

#[test]
fn a_save_file_of_the_other_program_is_read() {
    // In the form of its version 0.3: statements, most important first, one of them compound.
    let text = r#"{"program": "gmcr-py", "version": "0.3.12", "useManualPreferenceRanking": false,
        "options": [{"name": "Modify", "permittedDirection": "fwd"}, {"name": "Delay", "permittedDirection": "back"},
                    {"name": "Accept", "permittedDirection": "both"}],
        "decisionMakers": [
            {"name": "M", "options": [0], "preferences": [[[2, "Y"]], {"compound": true, "members": [[[0, "N"]], [[1, "Y"]]]}]},
            {"name": "U", "options": [1, 2], "preferences": [[[1, "Y"]]]}],
        "infeasibles": [[[1, "Y"], [2, "Y"]]], "coalitions": [0, 1]}"#;
    let (model, found) = gmcr::read(text.as_bytes(), Limits::default());
    assert!(found.is_empty(), "{found:?}");
    let model = model.expect("no errors");
    assert_eq!(model.states().count(), 6);
    let at = |levels: &[u8]| model.states().find(levels).expect("feasible");
    let m = model.preference(PartyId::at(0));
    assert!(
        m.compare(at(&[1, 0, 1]), at(&[0, 1, 0])).is_better(),
        "accept comes first"
    );
    assert!(
        m.compare(at(&[1, 1, 0]), at(&[1, 0, 0])).is_better(),
        "not modified, or delayed"
    );
    assert!(!model.can_move(PartyId::at(0), at(&[1, 0, 0]), at(&[0, 0, 0])));
    let vector = r#"{"useManualPreferenceVectors": true, "options": [{"name": "x", "permittedDirection": "both"}],
        "decisionMakers": [{"name": "A", "options": [0], "preferences": [], "preferenceVector": [2, 1]}], "infeasibles": []}"#;
    let (model, _) = gmcr::read(vector.as_bytes(), Limits::default());
    let model = model.expect("no errors");
    let at = |levels: &[u8]| model.states().find(levels).expect("feasible");
    assert!(
        model
            .preference(PartyId::at(0))
            .compare(at(&[1]), at(&[0]))
            .is_better()
    );
}

#[test]
fn rankings_go_out_as_csv_and_come_back() {
    for model in literature() {
        let (text, losses) = rankings::write(&model);
        if model.rankings().is_none() {
            assert!(!losses.is_empty());
            continue;
        }
        let count = model.states().count();
        let mut blank = model.clone();
        for party in model.party_ids() {
            let flat = Ranking::by_worth(&vec![0; count]);
            blank = blank.with_preference(party, Preference::Ranked(flat));
        }
        let again = rankings::read(&blank, &text).expect("reads back");
        for party in model.party_ids() {
            assert_eq!(again.preference(party), model.preference(party), "{}", model.id());
        }
        let wrong = text
            .replacen("s1", "nowhere", 1)
            .replacen("d1", "nowhere", 1)
            .replacen("CC", "nowhere", 1);
        assert!(rankings::read(&blank, &wrong).is_err());
    }
}

#[test]
fn what_no_other_format_holds_is_said_to_be_lost() {
    let party = PartyId::at(0);
    for model in literature()
        .into_iter()
        .filter(|model| !model.states().any_merged())
    {
        let model = model.with_misperceptions(vec![Misperception {
            party,
            unseen: vec![StateId::at(0)],
            ascribed: Vec::new(),
        }]);
        let told = |losses: &[Problem]| {
            losses
                .iter()
                .any(|loss| loss.to_string().contains("misperceptions"))
        };
        assert!(told(&rankings::write(&model).1), "{}", model.id());
        if let Ok((_, losses)) = gmcr::write(&model) {
            assert!(told(&losses), "{}: {losses:?}", model.id());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(gmcr::read(&bytes, Limits::default()).0.is_none());
    }

    #[test]
    fn no_csv_panics(text in "[a-z0-9,\"\n.]{0,120}") {
        let model = &literature()[0];
        let _ = rankings::read(model, &text);
    }

    #[test]
    fn no_cut_file_panics(cut in 0usize..2000) {
        let (text, _) = gmcr::write(&literature()[0]).expect("binary");
        let cut = cut.min(text.len() - 1);
        prop_assert!(gmcr::read(&text.as_bytes()[..cut], Limits::default()).0.is_none());
    }
}
