//! What people read: every bundled case under the commands of the first day, at 80 columns, as it was last reviewed.
//! `DETENTE_UPDATE=1` rewrites it for a person to review. Commands that take minutes on a case are left out there.

mod bundled;

use std::path::{Path, PathBuf};
use std::process::Command;

/// What is asked of a case: the name of the file that holds the answer, and the arguments before and after the case.
const QUESTIONS: [(&str, &[&str], &[&str]); 7] = [
    ("check", &["check"], &[]),
    ("solve", &["solve"], &[]),
    ("why", &["why"], &["--judgements", "0"]),
    ("plan-test", &["plan", "test"], &[]),
    ("gestures", &["gestures"], &[]),
    ("areas", &["areas"], &[]),
    ("claims", &["claims"], &["--turns", "0"]),
];

/// What takes minutes, or is not asked because the case has no plan.
const LEFT_OUT: [(&str, &str); 6] = [
    ("korea-2020", "areas"),
    ("korea-2020", "claims"),
    ("river", "claims"),
    ("tariff-truce", "claims"),
    ("ceasefire", "claims"),
    ("korea-toy", "plan-test"),
];

/// What is asked of an agreement or a conflict.
const OTHERS: [(&str, &[&str]); 4] = [
    (
        "agreements/initial-actions-2007/shown/status.txt",
        &[
            "status",
            "agreements/initial-actions-2007/agreement.toml",
            "agreements/initial-actions-2007/events.toml",
            "--at",
            "2007-04-20",
        ],
    ),
    (
        "agreements/moratorium/shown/checks.txt",
        &["status", "agreements/moratorium/agreement.toml", "--checks"],
    ),
    (
        "literature/shown/elmira_1991.txt",
        &["stability", "literature/conflicts/elmira_1991.json"],
    ),
    (
        "literature/shown/as2014_d50.txt",
        &["set", "literature/games/as2014_d50.json"],
    ),
];

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

/// What the program says, on both streams.
fn said(arguments: &[&str]) -> String {
    let run = Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(cases())
        .env("NO_COLOR", "1")
        .env("COLUMNS", "80")
        .args(arguments)
        .output()
        .expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    format!(
        "$ detente {}\n{}{}",
        arguments.join(" "),
        text(run.stdout),
        text(run.stderr)
    )
}

/// What is said now where it is not what was reviewed.
fn changed(file: &str, arguments: &[&str]) -> Option<String> {
    let (path, now) = (cases().join(file), said(arguments));
    if std::env::var_os("DETENTE_UPDATE").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("writable");
        std::fs::write(&path, &now).expect("writable");
        return None;
    }
    let reviewed = std::fs::read_to_string(&path).unwrap_or_default();
    (reviewed != now).then(|| format!("{file} would be:\n{now}"))
}

#[test]
fn every_bundled_case_reads_as_it_was_reviewed() {
    let mut wrong = Vec::new();
    for case in bundled::CASES {
        for (name, before, after) in QUESTIONS {
            if !LEFT_OUT.contains(&(case, name)) {
                let arguments = [before, &[case], after].concat();
                wrong.extend(changed(&format!("{case}/shown/{name}.txt"), &arguments));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn agreements_conflicts_and_games_read_as_they_were_reviewed() {
    let wrong: Vec<String> = OTHERS
        .iter()
        .filter_map(|(file, arguments)| changed(file, arguments))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
