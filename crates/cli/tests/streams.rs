//! What every command does when standard output takes no more (reported November 2026): a full disk is told with exit
//! code 2, a reader that stopped listening is no error, and neither is ever a panic.

#![cfg(target_os = "linux")]

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// Every command that writes to standard output, and what it reads there. `{}` is a folder to write in.
const CALLS: [(&str, &str); 25] = [
    ("--help", ""),
    ("--version", ""),
    ("plan --help", ""),
    ("check cases/korea-toy", ""),
    ("check cases/korea-toy --json", ""),
    ("check cases/bad/unknown-field.toml --json", ""),
    ("solve cases/korea-toy", ""),
    ("solve cases/korea-toy --json", ""),
    ("why cases/korea-toy", ""),
    ("claims cases/korea-toy", ""),
    ("report cases/korea-toy --output {}", ""),
    ("set cases/literature/games/steps_k1_d20.json", ""),
    ("formula", ""),
    (
        "formula assurance_min_trust",
        "{\"T\": 3, \"R\": 2, \"P\": 1, \"S\": 0}",
    ),
    ("gestures cases/korea-toy", ""),
    ("plan test cases/tariff-truce", ""),
    ("status cases/agreements/moratorium/agreement.toml", ""),
    ("status cases/agreements/moratorium/agreement.toml --json", ""),
    ("status cases/agreements/moratorium/agreement.toml --ical", ""),
    ("status cases/agreements/moratorium/agreement.toml --checks", ""),
    ("stability cases/literature/conflicts/chicken.json", ""),
    ("stability cases/literature/conflicts/chicken.json --json", ""),
    ("schema", ""),
    ("new {}/case", ""),
    ("verify {}/proof.json", ""),
];

fn run(arguments: &str, input: &str, folder: &Path, out: Stdio) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let arguments = arguments.replace("{}", &folder.display().to_string());
    let mut program = Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(root)
        .args(arguments.split_whitespace())
        .stdin(Stdio::piped())
        .stdout(out)
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(program.stdout.take());
    let mut stdin = program.stdin.take().expect("piped");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    program.wait_with_output().expect("the program ends")
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let proof = run(
        "solve cases/korea-toy --proof {}/proof.json",
        "",
        folder.path(),
        Stdio::null(),
    );
    assert!(proof.status.success(), "{proof:?}");
    folder
}

#[test]
fn a_full_disk_is_told() {
    let folder = folder();
    for (call, input) in CALLS {
        let full = File::options().write(true).open("/dev/full").expect("/dev/full");
        let output = run(call, input, folder.path(), full.into());
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{call}: {told}");
        assert!(
            told.contains("could not be written to standard output: "),
            "{call}: {told}"
        );
        assert!(!told.contains("panicked"), "{call}: {told}");
        let _ = std::fs::remove_dir_all(folder.path().join("case"));
    }
}

#[test]
fn a_reader_that_stops_listening_is_no_error() {
    let folder = folder();
    for (call, input) in CALLS {
        let wrong = i32::from(call.contains("cases/bad"));
        let output = run(call, input, folder.path(), Stdio::piped());
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(wrong), "{call}: {told}");
        assert!(
            !told.contains("panicked") && !told.contains("pipe"),
            "{call}: {told}"
        );
        let _ = std::fs::remove_dir_all(folder.path().join("case"));
    }
}
