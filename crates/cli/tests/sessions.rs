//! Sessions with the binary: a case is begun, checked and asked about, as a person does it; each exit code; the same
//! bytes for the same input.

mod program;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use program::detente;

fn cases() -> PathBuf {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    cases.canonicalize().expect("the cases are there")
}

fn said(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// Every file under a folder with its bytes, in order.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(&path)
                    .expect("a folder")
                    .map(|entry| entry.expect("an entry").path()),
            );
        } else {
            let bytes = std::fs::read(&path).expect("a file");
            found.push((path.strip_prefix(folder).expect("below it").to_owned(), bytes));
        }
    }
    found.sort();
    found
}

#[test]
fn a_new_case_checks_clean_and_can_be_asked_about() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let (code, out, err) = said(&detente(here, &["new", "mine"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(
        out.contains("mine/case.toml written") && out.contains("detente check mine"),
        "{out}"
    );
    let written = contents(here);
    let names: Vec<String> = written
        .iter()
        .map(|(path, _)| path.display().to_string())
        .collect();
    assert_eq!(names, ["mine/case.schema.json", "mine/case.toml"]);
    let text = String::from_utf8_lossy(&written[1].1).into_owned();
    assert!(text.starts_with("#:schema case.schema.json\n"), "{text}");
    let comments = text.lines().filter(|line| line.contains('#')).count();
    assert!(comments >= 10, "{comments} comments only");
    let (code, out, err) = said(&detente(here, &["check", "mine"]));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("mine: ") && out.contains("checks clean"), "{out}");
    let (code, out, _) = said(&detente(here, &["solve", "mine"]));
    assert_eq!(code, Some(0), "{out}");
    // What exists is left as it is.
    let (code, _, err) = said(&detente(here, &["new", "mine"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("exists already"), "{err}");
    assert_eq!(contents(here), written);
}

#[test]
fn a_case_starts_from_another_only_if_that_is_clean() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    for name in ["korea-toy", "ceasefire", "river", "tariff-truce", "korea-2020"] {
        let from = cases().join(name).display().to_string();
        assert_eq!(
            said(&detente(here, &["new", name, "--from", &from])).0,
            Some(0),
            "{name}"
        );
        let (code, _, err) = said(&detente(here, &["check", name]));
        assert_eq!(code, Some(0), "{name}: {err}");
    }
    let bad = cases().join("bad/several-mistakes.toml").display().to_string();
    assert_eq!(said(&detente(here, &["new", "bad", "--from", &bad])).0, Some(1));
    assert!(!here.join("bad").exists(), "a folder was made for a bad case");
}

#[test]
fn check_reads_files_folders_and_standard_input() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let toy = cases().join("korea-toy");
    let (code, of_folder, _) = said(&detente(&toy, &["check", "."]));
    assert_eq!(code, Some(0));
    assert_eq!(said(&detente(&toy, &["check", "case.toml"])).1, of_folder);
    let mut command = Command::new(env!("CARGO_BIN_EXE_detente"));
    let text = std::fs::File::open(toy.join("case.toml")).expect("the case is there");
    let run = command
        .args(["check", "-"])
        .stdin(Stdio::from(text))
        .output()
        .expect("it runs");
    assert_eq!(said(&run).0, Some(0), "{run:?}");
    let (code, out, _) = said(&detente(&toy, &["check", ".", "--judgements"]));
    assert_eq!(code, Some(0));
    assert!(
        out.starts_with(of_folder.trim_end()) && out.len() > 2 * of_folder.len(),
        "{out}"
    );
    let bad = cases().join("bad/several-mistakes.toml").display().to_string();
    let (code, out, err) = said(&detente(here, &["check", &bad]));
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert!(err.ends_with("nothing was written\n"), "{err}");
    let (code, out, err) = said(&detente(here, &["check", &bad, "--json"]));
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let answer: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!((&answer["clean"], &answer["errors"]), (&false.into(), &7.into()));
    let (code, _, err) = said(&detente(here, &["check", "."]));
    assert_eq!(code, Some(2));
    assert!(err.contains("no case.toml"), "{err}");
}

/// 0 done whatever the verdict, 1 the input is wrong, 2 the call is wrong, 3 stopped at a limit.
#[test]
fn exit_codes_say_how_it_ended() {
    let folder = tempfile::tempdir().expect("a folder");
    let here = folder.path();
    let place = |name: &str| cases().join(name).display().to_string();
    let (toy, bad) = (place("korea-toy"), place("bad/unknown-party.toml"));
    std::fs::write(here.join("proof.json"), "{}").expect("written");
    let proof = detente(here, &["solve", &toy, "--proof", "good.json"]);
    assert_eq!(proof.status.code(), Some(0));
    let good = std::fs::read_to_string(here.join("good.json")).expect("a proof");
    std::fs::write(here.join("altered.json"), good.replacen('1', "2", 1)).expect("written");
    let calls: [(i32, &[&str], &str); 28] = [
        (0, &["--help"], ""),
        (0, &["--version"], ""),
        (0, &["solve", "--help"], ""),
        (0, &["solve", &toy], ""),
        (0, &["solve", &toy, "--variant", "no-snapback"], ""),
        (0, &["why", &toy], ""),
        (0, &["claims", &toy], ""),
        (0, &["verify", "good.json"], ""),
        (0, &["schema", "report"], ""),
        (1, &["check", &bad], "unknown party"),
        (1, &["solve", &bad], "unknown party"),
        (1, &["why", &bad], "unknown party"),
        (1, &["claims", &bad], "unknown party"),
        (1, &["report", &bad, "-o", "out"], "unknown party"),
        (1, &["verify", "proof.json"], ""),
        (1, &["verify", "altered.json"], ""),
        (2, &[], "Usage"),
        (2, &["frobnicate"], "unrecognized subcommand"),
        (2, &["solve"], "required"),
        (2, &["solve", "nowhere"], "nowhere"),
        (2, &["solve", &toy, "--target", "x = y"], "unknown issue `x`"),
        (2, &["solve", &toy, "--target", "tests ="], "--target"),
        (2, &["solve", &toy, "--criterion", "fair"], "--criterion"),
        (2, &["solve", &toy, "--variant", "none"], "none"),
        (2, &["solve", &toy, "--set", "no.such.key=1"], "no.such.key"),
        (2, &["solve", &toy, "--seconds", "soon"], "--seconds"),
        (3, &["solve", &toy, "--seconds", "0"], "stopped"),
        (3, &["solve", &toy, "--memory", "0"], "memory"),
    ];
    let before = contents(here);
    for (code, arguments, reason) in calls {
        let (found, out, err) = said(&detente(here, arguments));
        assert_eq!(found, Some(code), "{arguments:?}: {out}{err}");
        assert!(err.contains(reason), "{arguments:?}: {err}");
        // Data on standard output, talk on standard error. That a proof is refused is an answer; that a limit
        // is too low to start with is none.
        let answers = matches!(code, 0 | 3) && reason != "memory" || out.starts_with("REFUSED");
        assert_eq!(out.is_empty(), !answers, "{arguments:?}: {out}");
    }
    assert_eq!(contents(here), before, "something was written");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let toy = cases().join("korea-toy").display().to_string();
    let calls: [&[&str]; 9] = [
        &["check", &toy, "--judgements"],
        &["solve", &toy, "--json"],
        &["solve", &toy, "--variant", "no-snapback", "--proof", "proof.json"],
        &["why", &toy],
        &["claims", &toy, "--json"],
        &["report", &toy, "-o", "pages", "--json"],
        &["set", &toy, "--json"],
        &["stability", &toy, "--json"],
        &["schema", "report"],
    ];
    let folders = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
    for arguments in calls {
        let [first, second] = [0, 1].map(|which| said(&detente(folders[which].path(), arguments)));
        assert!(first.0 == Some(0), "{arguments:?}: {}", first.2);
        assert!(first == second, "{arguments:?} differs between two runs");
    }
    let [first, second] = [0, 1].map(|which| contents(folders[which].path()));
    assert!(first.len() >= 3, "{} files", first.len());
    assert!(first == second, "the files written differ between two runs");
}
