//! The gallery of bad files: each beside the exact message expected. `DETENTE_UPDATE=1` rewrites the messages for a
//! person to review.

mod bundled;
mod program;

use std::path::{Path, PathBuf};

use program::detente;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/bad")
}

fn checked(folder: &Path, file: &str) -> (Option<i32>, String) {
    let run = detente(folder, &["check", file]);
    (run.status.code(), String::from_utf8(run.stderr).unwrap())
}

#[test]
fn every_bad_file_is_told_exactly_what_is_wrong() {
    let update = std::env::var_os("DETENTE_UPDATE").is_some();
    let mut files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".toml"))
        .collect();
    files.sort();
    assert!(files.len() >= 85, "{} bad files", files.len());
    let mut wrong = Vec::new();
    for file in files {
        let (code, said) = checked(&folder(), &file);
        assert_eq!(code, Some(1), "{file}");
        // In our words: each with a hint, and never in those of the TOML parser.
        assert_eq!(
            said.matches("\n  × ").count(),
            said.matches("\n  help: ").count(),
            "{file}: {said}"
        );
        let of_parser = [
            "duplicate key",
            "expected newline",
            "invalid ",
            "recurs",
            "unexpected ",
        ];
        let ours = ["unexpected character", "unexpected text after the value"];
        let rest = ours
            .iter()
            .fold(said.clone(), |rest, words| rest.replace(words, ""));
        assert!(
            !of_parser.iter().any(|words| rest.contains(words)),
            "{file}: {said}"
        );
        let expected = folder().join(file.replace(".toml", ".expected"));
        if update {
            std::fs::write(&expected, &said).unwrap();
        } else if std::fs::read_to_string(&expected).unwrap_or_default() != said {
            wrong.push(format!("{file} says now:\n{said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn bundled_cases_check_clean() {
    for name in bundled::CASES {
        let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
        let run = detente(&cases, &["check", name]);
        assert!(
            run.status.success(),
            "{name}: {}",
            String::from_utf8_lossy(&run.stderr)
        );
    }
}
