//! Reasons are reasons: a loss never breaks anything, losers are named in line two, and nothing rests on whose numbers are
//! larger.

mod program;

use std::path::{Path, PathBuf};

use program::detente;
use serde_json::Value;

fn faults() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults");
    path.canonicalize().expect("the cases are there")
}

/// A report as JSON.
fn report(command: &str, case: &str) -> Value {
    let run = detente(&faults(), &[command, case, "--json", "--seconds", "100"]);
    serde_json::from_slice(&run.stdout)
        .unwrap_or_else(|error| panic!("{case}: {error}: {}", String::from_utf8_lossy(&run.stderr)))
}

/// All texts in a value, in order.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(parts) => parts.iter().flat_map(texts).collect(),
        Value::Object(parts) => parts.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

/// The same without its numbers.
fn without_numbers(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_ascii_digit() && !".+\u{2212}".contains(*c))
        .collect()
}

#[test]
fn what_a_party_would_lose_by_breaches_nothing() {
    let mut impossible = 0;
    let mut attempts = 0;
    // `gov.toml` is as large as a real case.
    let names = std::fs::read_dir(faults()).expect("a folder");
    let names = names.map(|entry| entry.expect("an entry").file_name().into_string().expect("UTF-8"));
    // Beside the cases lie agreements, tables of answers and cases that ask nothing.
    let is_case = |name: &String| {
        let text = std::fs::read_to_string(faults().join(name));
        text.is_ok_and(|text| text.contains("[case]\n") && text.contains("\ntarget = "))
    };
    for name in names.filter(|name| name.ends_with(".toml") && name != "gov.toml" && is_case(name)) {
        let found = report("solve", &name);
        let verdict = &found["verdict"];
        if verdict["answer"] == "possible" {
            continue;
        }
        impossible += 1;
        for text in texts(&verdict["because"]).iter().chain(&texts(&found["reasons"])) {
            assert!(!text.contains("would lose"), "{name}: {text}");
            if text.starts_with("Closest attempt: ") {
                attempts += 1;
                assert!(
                    text.contains(" fails because ") && text.contains(" gains "),
                    "{name}: {text}"
                );
            }
        }
        let because = verdict["because"].as_array().expect("a list");
        assert!(!because.is_empty(), "{name}: no reason at all");
    }
    assert!(
        impossible >= 3 && attempts >= 1,
        "{impossible} impossible, {attempts} attempts"
    );
}

#[test]
fn ten_times_the_numbers_of_a_party_name_the_same_parties_in_the_same_order() {
    let reports = ["worlds.toml", "worlds-times-10.toml"].map(|case| report("why", case));
    let [one, ten] = reports.each_ref().map(|report| {
        let parts = [
            &report["verdict"]["because"],
            &report["reasons"],
            &report["doubts"],
        ];
        let texts = parts.into_iter().flat_map(texts);
        texts.map(|text| without_numbers(&text)).collect::<Vec<_>>()
    });
    assert_eq!(one, ten);
    let because = texts(&reports[0]["verdict"]["because"]).join(" ");
    assert!(
        because.contains("Ana 0.2 at step 1") && because.contains("Ben 0.2 at"),
        "{because}"
    );
    let holds = texts(&reports[1]["ladder"]["steps"][0]["holds_because"]).join(" ");
    assert!(holds.contains("Ana 2,") && holds.contains("Ben 0.2"), "{holds}");
}

#[test]
fn who_loses_by_a_deal_is_named_in_line_two_and_in_json() {
    let run = detente(&faults(), &["solve", "loser.toml"]);
    let out = String::from_utf8(run.stdout).expect("UTF-8");
    assert!(out.starts_with("POSSIBLE"), "{out}");
    assert_eq!(
        out.lines().nth(1),
        Some("Worse off than without a deal, per period on their own scales: Cem by 0.3."),
        "{out}"
    );
    let losers = report("solve", "loser.toml")["verdict"]["losers"].clone();
    assert_eq!((&losers[0]["party"], &losers[1]), (&"Cem".into(), &Value::Null));
    let nobody = report("solve", "worlds.toml");
    assert_eq!(nobody["verdict"].get("losers"), None);
}

#[test]
fn what_why_finds_is_what_solve_says_there() {
    let found = report("why", "why-misses.toml");
    let flips = found["flips"].as_array().expect("a list").iter();
    let changing: Vec<(&str, &str)> = flips
        .filter(|flip| flip["flips_at"] != "")
        .map(|flip| {
            let text = |field: &str| flip[field].as_str().expect("a text");
            (text("judgement"), text("becomes"))
        })
        .collect();
    assert_eq!(changing.len(), 4, "{changing:?}");
    assert!(changing.iter().all(|(_, becomes)| *becomes == "possible"));
    let limits = found["limits"].as_array().expect("a list").iter();
    let scan = limits.filter(|limit| limit["what"] == "judgements moved alone");
    let scan: Vec<&Value> = scan.collect();
    assert!(scan.len() == 1 && scan[0]["reached"] == false, "{scan:?}");
    assert!(
        scan[0]["value"]
            .as_str()
            .is_some_and(|value| value.starts_with("4 of 4 ")),
        "{scan:?}"
    );
}
