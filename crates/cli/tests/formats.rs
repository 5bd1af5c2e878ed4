//! Other programs' files and texts from the other side (reported November 2026): what is read, refused, written and shown.

mod program;

use std::path::{Path, PathBuf};

use program::detente;
use serde_json::{Value, json};

fn faults() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults")
}

/// The exit code, standard output and standard error.
fn said(arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = detente(&faults(), arguments);
    (
        run.status.code(),
        String::from_utf8(run.stdout).expect("text"),
        String::from_utf8(run.stderr).expect("text"),
    )
}

#[test]
fn normal_forms_are_read_to_their_end_and_no_further() {
    let (code, _, told) = said(&["set", "nfg-trailing.nfg", "--discount", "0.5"]);
    assert_eq!(code, Some(1), "{told}");
    assert!(told.contains("line 3, column 1"), "{told}");
    let (code, words, told) = said(&["set", "nfg-bom.nfg", "--discount", "0.5"]);
    assert_eq!(code, Some(0), "{words}{told}");
    for json in [&[][..], &["--json"]] {
        let call = [&["set", "nfg-tiny-payoffs.nfg", "--discount", "0.5"], json].concat();
        let (code, words, told) = said(&call);
        assert_eq!(code, Some(0), "{words}{told}");
        assert!(
            words.contains("e-1") && !words.contains("0.0000000000"),
            "{words}"
        );
        assert!(!words.contains("-0.0"), "{words}");
    }
}

#[test]
fn a_tree_is_told_what_it_is_by_every_command() {
    for call in [
        &["set", "tree.efg", "--discount", "0.5"][..],
        &["check", "tree.efg"],
        &["check", "tree.efg", "--json"],
        &["solve", "tree.efg"],
        &["stability", "tree.efg"],
        &["status", "tree.efg"],
        &["verify", "tree.efg"],
    ] {
        let (code, _, told) = said(call);
        assert_eq!(code, Some(1), "{call:?}: {told}");
        assert!(
            told.contains("extensive form") && told.contains("gambit-convert"),
            "{call:?}: {told}"
        );
    }
}

/// The receiving program keeps options with their owners and numbers states by that order.
#[test]
fn conflicts_are_written_with_the_options_of_each_party_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (out, back, capital) = (path("out.gmcr"), path("back.json"), path("OUT.GMCR"));
    let (code, _, told) = said(&["convert", "gmcr-interleaved.json", &out]);
    assert_eq!(code, Some(0), "{told}");
    let written: Value =
        serde_json::from_str(&std::fs::read_to_string(&out).expect("written")).expect("JSON");
    let names: Vec<&str> = written["options"]
        .as_array()
        .expect("options")
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    assert_eq!(names, ["a1", "a2", "b1"]);
    assert_eq!(written["decisionMakers"][0]["options"], json!([0, 1]));
    assert_eq!(written["decisionMakers"][1]["options"], json!([2]));
    assert_eq!(
        written["decisionMakers"][0]["preferenceRanking"],
        json!([4, 2, [7, 8], 3, [5, 6], 1])
    );
    let (code, _, told) = said(&["convert", "gmcr-interleaved.json", &capital]);
    assert_eq!(code, Some(0), "a capital ending: {told}");
    let (code, _, told) = said(&["convert", &capital, &back]);
    assert_eq!(code, Some(0), "{told}");
    let vectors = |file: &str, swap: bool| -> Vec<Vec<u64>> {
        let (_, words, _) = said(&["stability", file, "--json", "--brief"]);
        let view: Value = serde_json::from_str(&words).expect("JSON");
        let list = view["equilibria"]["Nash"].as_array().expect("a list").clone();
        let bits = |vector: &Value| -> Vec<u64> {
            vector
                .as_array()
                .expect("a vector")
                .iter()
                .filter_map(Value::as_u64)
                .collect()
        };
        let mut all: Vec<Vec<u64>> = list.iter().map(bits).collect();
        if swap {
            all.iter_mut().for_each(|vector| vector.swap(1, 2));
        }
        all.sort();
        all
    };
    assert_eq!(vectors("gmcr-interleaved.json", true), vectors(&back, false));
}

#[test]
fn headings_are_grouped_before_lists_are_cut() {
    let (code, words, told) = said(&["stability", "stability-many.gmcr", "--brief"]);
    assert_eq!(code, Some(0), "{told}");
    let headings: Vec<&str> = words
        .lines()
        .filter(|line| line.starts_with("Stable under"))
        .collect();
    assert!(headings.iter().any(|line| line.contains("Nash")), "{words}");
    for line in headings.iter().filter(|line| line.contains("Nash")) {
        assert!(
            line.contains("GMR") && line.contains("SMR"),
            "Nash implies both: {line}"
        );
    }
}

#[test]
fn a_name_given_twice_is_refused() {
    let (code, words, told) = said(&["status", "events-text.toml", "events-doubled-name.json"]);
    assert_eq!(code, Some(1), "{words}{told}");
    assert!(told.contains("given twice"), "{told}");
}

#[test]
fn nothing_in_a_text_moves_the_cursor() {
    for call in [
        &["status", "terminal-overprint.toml"][..],
        &["status", "terminal-overprint.toml", "--checks"],
        &["status", "terminal-overprint.toml", "--json"],
    ] {
        let (code, words, told) = said(call);
        assert_eq!(code, Some(0), "{told}");
        assert!(
            !words.contains(|letter: char| letter.is_control() && letter != '\n'),
            "{words:?}"
        );
        let shown = words.lines().filter(|line| line.starts_with("F1")).count();
        assert!(shown <= 1, "one line for one commitment: {words}");
    }
}

#[test]
fn names_that_look_alike_are_told() {
    let (_, words, told) = said(&["status", "names-look-alike.toml", "--checks"]);
    assert_eq!(words.matches("[look-alike]").count(), 3, "{words}{told}");
    assert!(words.contains("U+0410"), "{words}");
    let folder = tempfile::tempdir().expect("a folder");
    let case = std::fs::read_to_string(faults().join("computed-numbers.toml")).expect("a case");
    let alike = case
        .replace("name = \"B\"", "name = \"\u{410}\"")
        .replace("\"low\", \"high\"", "\"low\", \"high\", \"hIgh\"");
    let file = folder.path().join("case.toml");
    std::fs::write(&file, alike).expect("written");
    let (code, words, told) = said(&["check", &file.display().to_string()]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        words.contains("parties `a` and `\u{410}` (\u{410} is U+0410)"),
        "{words}"
    );
}
