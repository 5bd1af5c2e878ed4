//! Sessions with `detente stability` and `detente convert`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::{Value, json};

fn case(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases")
        .join(name)
}

fn conflict(name: &str) -> PathBuf {
    case("literature/conflicts").join(name)
}

fn detente(words: &[&str], file: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    command
        .args(&words[..1])
        .arg(file)
        .args(&words[1..])
        .output()
        .expect("runs")
}

fn analysed(name: &str) -> Value {
    let output = detente(&["stability", "--json"], &conflict(name));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("JSON")
}

#[test]
fn json_gives_the_equilibria_of_each_concept_as_vectors_and_as_names() {
    let told = analysed("us_nk_2017_base.json");
    assert_eq!(told["equilibria"]["Nash"], json!([[0, 0, 0, 0], [1, 0, 1, 0]]));
    assert_eq!(told["equilibrium_states"]["SEQ"], json!(["s0", "s5", "s10"]));
    assert_eq!(
        told["equilibrium_states"]["SEQ_or_simultaneous"],
        json!(["s0", "s4", "s5", "s10"])
    );
    assert_eq!(
        told["individual_stability"]["Nash"]["NK"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    let elmira = analysed("elmira_1991.json");
    assert_eq!(
        elmira["states"]["s9"]["members"].as_array().map(Vec::len),
        Some(4)
    );
    assert_eq!(
        elmira["coalitions"][0]["universally_stable"]["Nash"],
        json!(["s8", "s9"])
    );
    let gisborne = analysed("gisborne_unknown_pref.json");
    assert_eq!(
        gisborne["extensions"]["c"]["equilibrium_states"]["SEQ"],
        json!(["s4", "s6"])
    );
}

#[test]
fn the_answer_stands_in_line_one_then_because_then_unless() {
    let output = detente(&["stability"], &conflict("elmira_1991.json"));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(text.starts_with("Stable under every concept"), "{text}");
    let (because, unless) = (text.find("\nBecause"), text.find("\nUnless"));
    assert!(because.is_some() && because < unless, "{text}");
    assert!(text.contains("MoE and UR together leave s5"), "{text}");
}

#[test]
fn a_certificate_is_checked_and_one_of_another_conflict_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let certificate = folder.path().join("certificate.json");
    let shown = certificate.to_str().expect("UTF-8");
    let (elmira, chicken) = (conflict("elmira_1991.json"), conflict("chicken.json"));
    assert!(
        detente(&["stability", "--certificate", shown], &elmira)
            .status
            .success()
    );
    assert!(
        detente(&["stability", "--verify", shown], &elmira)
            .status
            .success()
    );
    assert_eq!(
        detente(&["stability", "--verify", shown], &chicken).status.code(),
        Some(1)
    );
}

#[test]
fn a_certificate_is_verified_without_its_case_and_a_corrupted_one_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("certificate.json");
    let shown = file.to_str().expect("UTF-8");
    for about in [
        conflict("elmira_1991.json"),
        conflict("gisborne_unknown_pref.json"),
        case("korea-toy"),
    ] {
        let written = detente(&["stability", "--brief", "--certificate", shown], &about);
        assert!(written.status.success());
        let output = detente(&["verify"], &file);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{told}");
        assert!(told.starts_with("VERIFIED"), "{told}");
        let about = about.to_str().expect("UTF-8");
        assert!(detente(&["verify", "--case", about], &file).status.success());
    }
    // The last one is about the toy, so another case or conflict does not do.
    let chicken = conflict("chicken.json");
    let other = detente(&["verify", "--case", chicken.to_str().expect("UTF-8")], &file);
    assert_eq!(other.status.code(), Some(1));
    let honest: Value = serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
    let corrupted: [(&str, fn(&mut Value)); 9] = [
        ("a stable state called unstable", |c| {
            let stable = judgement(c, "stable");
            stable["standing"] = json!({ "unstable": { "leaving_to": "s1", "reached": [] } });
        }),
        ("an unstable state called stable", |c| {
            judgement(c, "unstable")["standing"] = json!({ "stable": [] });
        }),
        ("another ranking in the conflict that is carried", |c| {
            let ranking = c["about"]["preferences"]["dprk"].as_array_mut().expect("a list");
            ranking.swap(0, 1);
        }),
        ("another party", |c| c["judgements"][0]["party"] = json!("nobody")),
        ("another state", |c| c["judgements"][0]["state"] = json!("s9999")),
        ("another version", |c| {
            c["schema"] = json!("detente-stability-proof/9")
        }),
        ("no judgement", |c| {
            c["judgements"] = json!([]);
            c.as_object_mut().expect("an object").remove("simultaneous");
        }),
        ("a field that no certificate has", |c| c["more"] = json!([])),
        ("no conflict", |c| {
            c.as_object_mut().expect("an object").remove("about");
        }),
    ];
    for (what, corrupt) in corrupted {
        let mut forged = honest.clone();
        corrupt(&mut forged);
        assert_ne!(forged, honest, "{what}");
        std::fs::write(&file, forged.to_string()).expect("written");
        let output = detente(&["verify", "--json"], &file);
        let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(
            (&told["verified"], output.status.code()),
            (&json!(false), Some(1)),
            "{what}: {told}"
        );
    }
}

#[test]
fn a_certificate_holds_every_kind_that_is_shown_and_each_is_checked() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("certificate.json");
    let shown = file.to_str().expect("UTF-8");
    let mut seen = std::collections::BTreeSet::new();
    for name in ["elmira_1991.json", "chicken.json", "gisborne_unknown_pref.json"] {
        let about = conflict(name);
        let written = detente(&["stability", "--concept", "SEQ", "--certificate", shown], &about);
        assert!(
            written.status.success(),
            "{}",
            String::from_utf8_lossy(&written.stderr)
        );
        let output = detente(&["stability", "--verify", shown], &about);
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success() && told.starts_with("All "), "{told}");
        let honest: Value = serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
        for (kind, turned) in [
            ("groups", json!({ "stable": [] })),
            ("simultaneous", json!({ "somebody-stays": "nobody" })),
            ("foresight", json!(null)),
            ("metarational", json!(null)),
        ] {
            let Some(all) = honest[kind].as_array() else {
                continue;
            };
            seen.insert(kind);
            // Claims of the contrary: of a group that leaves, and of a party that stays or not.
            let Some(place) = all
                .iter()
                .position(|one| kind != "groups" || one["standing"].get("unstable").is_some())
            else {
                continue;
            };
            let mut forged = honest.clone();
            let one = &mut forged[kind][place];
            match turned {
                Value::Null => one["stable"] = json!(!one["stable"].as_bool().expect("a flag")),
                standing => one["standing"] = standing,
            }
            std::fs::write(&file, forged.to_string()).expect("written");
            assert_eq!(
                detente(&["verify"], &file).status.code(),
                Some(1),
                "{name} {kind}"
            );
        }
    }
    assert_eq!(seen.len(), 4, "{seen:?}");
}

#[test]
fn a_state_that_is_asked_for_is_explained_under_every_kind() {
    for (name, state, wanted) in [
        (
            "elmira_1991.json",
            "s5",
            &[
                "under SEQ with simultaneous moves: everybody would leave",
                "Not everybody leaves at once here",
                "Ontario Ministry of the Environment and Uniroyal Chemical leave together for s8",
                "Uniroyal Chemical and Local government stay: nothing they can do together is better for each of them.",
            ][..],
        ),
        (
            "chicken.json",
            "CC",
            &[
                "under L_2",
                "rounds of answers that pay",
                "leaves: it expects to end at",
                "the others bring it to",
            ],
        ),
        ("gisborne_unknown_pref.json", "s2", &["unknown read as (a)"]),
    ] {
        let output = detente(&["stability", "--state", state], &conflict(name));
        assert!(output.status.success());
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        for words in wanted {
            assert!(told.contains(words), "{words}: {told}");
        }
    }
}

#[test]
fn what_a_certificate_shows_is_told_apart_by_kind_and_reading() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("certificate.json");
    let shown = file.to_str().expect("UTF-8");
    for (name, wanted) in [
        (
            "gisborne_unknown_pref.json",
            [
                " under GMR: ",
                " under GMR, unknown read as (a): ",
                " under SEQ, unknown read as (a): ",
            ],
        ),
        (
            "chicken.json",
            [
                "CC under Nash with simultaneous moves: ",
                "CC by L_2: ",
                "CC over 4 moves, any answers: ",
            ],
        ),
        (
            "elmira_1991.json",
            [
                " under Nash, groups, all better: ",
                "MoE with UR leave",
                " under Nash with simultaneous moves: ",
            ],
        ),
    ] {
        let written = detente(&["stability", "--certificate", shown], &conflict(name));
        assert!(written.status.success(), "{name}");
        let told = detente(&["verify"], &file);
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        for words in wanted {
            assert!(told.contains(words), "{name}, {words}: {told}");
        }
    }
}

#[test]
fn of_too_many_states_those_asked_for_and_today_are_certified_first() {
    let folder = tempfile::tempdir().expect("a folder");
    let (about, file) = (
        folder.path().join("large.json"),
        folder.path().join("certificate.json"),
    );
    let issue = |place: usize| json!({ "id": format!("o{place}"), "owner": if place.is_multiple_of(2) { "A" } else { "B" } });
    // Nobody cares about most options, so that very many states are equilibria.
    let conflict = json!({
        "schema": "gmcr-case/1", "id": "wide", "title": "Wide", "status_quo": "s600",
        "decision_makers": [{ "id": "A" }, { "id": "B" }],
        "options": (0..10).map(issue).collect::<Vec<_>>(),
        "preferences": { "A": { "priorities": [{ "o0": 1 }] }, "B": { "priorities": [{ "o1": 1 }] } }
    });
    std::fs::write(&about, conflict.to_string()).expect("written");
    let shown = file.to_str().expect("UTF-8");
    let call = [
        "stability",
        "--brief",
        "--concept",
        "Nash",
        "--state",
        "s1001",
        "--certificate",
        shown,
    ];
    let written = detente(&call, &about);
    let told = String::from_utf8_lossy(&written.stderr).into_owned();
    assert!(
        written.status.success() && told.contains("certified: the first 200 of "),
        "{told}"
    );
    let certificate: Value = serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
    let judged = certificate["judgements"].as_array().expect("a list");
    let states: Vec<&str> = judged.iter().filter_map(|one| one["state"].as_str()).collect();
    assert!(
        states.contains(&"s1001") && states.contains(&"s600"),
        "{states:?}"
    );
}

/// The first judgement with this standing.
fn judgement<'a>(certificate: &'a mut Value, standing: &str) -> &'a mut Value {
    let judgements = certificate["judgements"].as_array_mut().expect("a list");
    let found = judgements
        .iter_mut()
        .find(|one| one["standing"].get(standing).is_some());
    found.expect("one of each")
}

#[test]
fn where_each_thinks_by_its_own_concept_those_not_named_are_certified_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("certificate.json");
    let shown = file.to_str().expect("UTF-8");
    let call = [
        "--mixed",
        "MoE=SEQ",
        "--concept",
        "GMR",
        "--brief",
        "--certificate",
        shown,
    ];
    let written = detente(
        &[&["stability"], &call[..]].concat(),
        &conflict("elmira_1991.json"),
    );
    assert!(written.status.success());
    let certificate: Value = serde_json::from_slice(&std::fs::read(&file).expect("written")).expect("JSON");
    let judged = certificate["judgements"].as_array().expect("a list");
    let concepts: std::collections::BTreeSet<&str> =
        judged.iter().filter_map(|one| one["concept"].as_str()).collect();
    // Whoever is not named thinks by Nash.
    assert_eq!(concepts, ["GMR", "Nash", "SEQ"].into());
}

#[test]
fn a_case_with_numbers_is_ranked_and_analysed() {
    let output = detente(&["stability", "--json"], &case("korea-toy"));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(told["state_count"], 72);
    // Tests resumed and no relief: nobody alone does better.
    let nash = told["equilibria"]["Nash"].as_array().expect("a list");
    assert!(nash.contains(&json!([0, 0, 0, 0, 0])));
}

#[test]
fn rankings_are_compared_with_numbers_and_each_difference_has_its_sentence() {
    let output = detente(&["stability", "--compare", "--json"], &case("korea-toy"));
    let told: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let comparison = &told["comparison"];
    let nash = json!({ "both": 3, "rankings_only": 0, "numbers_only": 7, "neither": 62, "open": 0 });
    assert_eq!(comparison["counts"]["Nash"], nash);
    let mut differences = 0;
    for state in comparison["states"].as_array().expect("a list") {
        for difference in state["differences"].as_array().expect("a list") {
            differences += 1;
            let sentence = difference["sentence"].as_str().expect("words");
            let (party, to) = (
                &difference["party"],
                difference["leaving_to"].as_str().expect("a state"),
            );
            assert!(party.is_string() && sentence.contains(to), "{sentence}");
        }
    }
    assert_eq!(differences, 22);
    let words = detente(&["stability", "--compare"], &case("korea-toy"));
    let words = String::from_utf8(words.stdout).expect("UTF-8");
    assert!(
        words.contains(
            "Rankings against numbers (compared up to 131072 states, explained up to 512, proved with up to 128 deals \
             and 128 questions to the bounds)"
        ),
        "{words}"
    );
    assert!(
        words.contains("Kept though not stable by Nash: United States would rank s13 higher"),
        "{words}"
    );
    assert!(
        words.contains("Stable by GMR, SMR but not kept: North Korea gains 0.8"),
        "{words}"
    );
    // Without numbers there is nothing to compare with.
    let elmira = conflict("elmira_1991.json");
    assert_eq!(
        detente(&["stability", "--compare"], &elmira).status.code(),
        Some(2)
    );
}

#[test]
fn the_page_of_a_small_case_compares_rankings_with_numbers() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = detente(
        &["report", "-o", folder.path().to_str().expect("UTF-8")],
        &case("korea-toy"),
    );
    assert!(output.status.success());
    let page = std::fs::read_to_string(folder.path().join("report.html")).expect("written");
    assert!(page.contains("id=\"rankings-and-numbers\""));
    assert!(page.contains("Kept though not stable by Nash"));
}

#[test]
fn conflicts_are_converted_and_losses_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let gmcr = folder.path().join("elmira.gmcr");
    let output = detente(
        &["convert", gmcr.to_str().expect("UTF-8")],
        &conflict("elmira_1991.json"),
    );
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("merged states are written as separate states"));
    let told = detente(&["stability", "--json", "--brief"], &gmcr);
    let told: Value = serde_json::from_slice(&told.stdout).expect("JSON");
    assert_eq!(told["state_count"], 12);
    let csv = folder.path().join("elmira.csv");
    assert!(
        detente(
            &["convert", csv.to_str().expect("UTF-8")],
            &conflict("elmira_1991.json")
        )
        .status
        .success()
    );
    assert!(
        std::fs::read_to_string(csv)
            .expect("written")
            .starts_with("state,name,modify,delay")
    );
}

#[test]
fn conflicts_beyond_the_limit_are_refused_with_the_limit() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |options: usize| {
        let named = |place: usize| json!({ "id": format!("o{place}"), "owner": if place.is_multiple_of(2) { "A" } else { "B" } });
        let file = json!({
            "schema": "gmcr-case/1", "id": "large", "title": "Large",
            "decision_makers": [{ "id": "A" }, { "id": "B" }],
            "options": (0..options).map(named).collect::<Vec<_>>(),
            "preferences": {
                "A": { "priorities": [{ "o1": 1 }, { "o0": 0 }] },
                "B": { "priorities": [{ "o0": 1 }, { "o1": 0 }] }
            }
        });
        let path = folder.path().join(format!("{options}.json"));
        std::fs::write(&path, file.to_string()).expect("written");
        path
    };
    let refused = detente(&["stability", "--brief"], &write(25));
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(told.contains("at most 16777216 are judged"), "{told}");
    // Large, and judged; what is too much is said to be left out.
    let judged = detente(&["stability", "--brief", "--json"], &write(13));
    let told: Value = serde_json::from_slice(&judged.stdout).expect("JSON");
    assert_eq!(told["state_count"], 8192);
    let left_out = told["left_out"].to_string();
    assert!(
        left_out.contains("simultaneous sanctions: computed up to 4096 states"),
        "{left_out}"
    );
}

#[test]
fn wrong_calls_and_wrong_files_have_their_exit_codes() {
    assert_eq!(
        detente(&["stability"], &conflict("nowhere.json")).status.code(),
        Some(2)
    );
    assert_eq!(
        detente(&["stability", "--state", "s99"], &conflict("chicken.json"))
            .status
            .code(),
        Some(2)
    );
    let folder = tempfile::tempdir().expect("a folder");
    let wrong = folder.path().join("wrong.json");
    std::fs::write(&wrong, "{\"schema\": \"gmcr-case/1\"}").expect("written");
    assert_eq!(detente(&["stability"], &wrong).status.code(), Some(1));
}
