//! `detente set` as a person or a program calls it.

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value;

fn games() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/literature/games")
}

fn set(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_detente"))
        .arg("set")
        .args(arguments)
        .output()
        .unwrap()
}

#[test]
fn json_gives_exact_strings_gaps_and_the_reason_to_stop() {
    let file = games().join("pd2_d667.json");
    let output = set(&[file.to_str().unwrap(), "--json"]);
    assert!(output.status.success());
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(result["stop"], "exact");
    assert_eq!(
        result["states"]["0"]["threat"],
        serde_json::json!(["8/11", "8/11"])
    );
    assert_eq!(result["states"]["1"]["vertices"].as_array().unwrap().len(), 6);
    assert_eq!(
        (result["inner_gap"].as_f64(), result["outer_gap"].as_f64()),
        (Some(0.0), Some(0.0))
    );
}

#[test]
fn proofs_and_games_are_written_and_check() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (inside, outside, game, svg) = (at("in.json"), at("out.json"), at("game.json"), at("set.svg"));
    let file = games().join("bos8_d80.json");
    let flags = [
        "--proof-inside",
        &inside,
        "--proof-outside",
        &outside,
        "--write",
        &game,
        "--svg",
        &svg,
    ];
    let arguments: Vec<&str> = std::iter::once(file.to_str().unwrap()).chain(flags).collect();
    assert!(set(&arguments).status.success());
    for proof in [&inside, &outside] {
        let document: Value = serde_json::from_slice(&std::fs::read(proof).unwrap()).unwrap();
        detente_proof::sets::verify_alone(&document).unwrap();
    }
    assert!(set(&[&game]).status.success());
    assert!(std::fs::read_to_string(&svg).unwrap().starts_with("<svg"));
}

#[test]
fn a_gap_that_is_good_enough_stops_earlier() {
    let file = games().join("rs_e3_c5_d70.json");
    let output = set(&[file.to_str().unwrap(), "--json", "--gap", "1e-8"]);
    assert!(output.status.success());
    let result: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&result["stop"], &result["exact"]),
        (&Value::from("gap reached"), &Value::from(false))
    );
    assert_eq!(result["limits"]["gap"], 1e-8);
    for gap in ["inner_gap", "outer_gap"] {
        let left = result[gap].as_f64().unwrap();
        assert!((0.0..1e-8).contains(&left), "{gap}: {left}");
    }
    for wrong in ["nan", "-1", "inf", "small"] {
        let output = set(&[file.to_str().unwrap(), &format!("--gap={wrong}")]);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
    }
}

#[test]
fn what_is_wrong_is_said_with_its_exit_code() {
    assert_eq!(set(&["no-such-file.json"]).status.code(), Some(2));
    let folder = tempfile::tempdir().unwrap();
    let bad = folder.path().join("bad.json");
    std::fs::write(&bad, "{\"schema\":\"dyngame/1\",\"players\":2}").unwrap();
    let output = set(&[bad.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("discount") && said.contains("rule"), "{said}");
}
