//! `detente explore` as a person runs it: shards, going on, and what is refused.

mod program;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use program::detente;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases")
}

/// The exit code, what was printed and what was said beside.
fn explore(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let case = cases().join("ceasefire");
    let all = ["explore", case.to_str().expect("UTF-8")]
        .into_iter()
        .chain(arguments.iter().copied());
    let run = detente(folder, &all.collect::<Vec<_>>());
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        run.status.code().expect("an end"),
        text(run.stdout),
        text(run.stderr),
    )
}

/// All files of a folder by name, with their bytes.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        for entry in std::fs::read_dir(&path).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("inside").display().to_string();
                found.insert(name, std::fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

const ASKED: [&str; 4] = ["--worlds", "150", "--seed", "3"];

fn asked<'a>(out: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&ASKED[..], &["--out", out], more].concat()
}

#[test]
fn shards_put_together_are_the_bytes_of_one_run() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    let (code, whole, said) = explore(folder.path(), &asked("whole", &[]));
    assert_eq!(code, 0, "{said}");
    assert!(whole.contains("of 150 worlds"), "{whole}");
    for shard in ["1/2", "2/2"] {
        let out = format!("shard{}", &shard[..1]);
        let (code, printed, said) = explore(folder.path(), &asked(&out, &["--shard", shard]));
        assert_eq!((code, printed.trim()), (0, ""), "{said}");
    }
    let (code, merged, said) = explore(folder.path(), &["--merge", "shard1", "shard2", "--out", "merged"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(merged, whole);
    let (one, other) = (files(&at("whole")), files(&at("merged")));
    assert!(one.keys().eq(other.keys()), "{:?} {:?}", one.keys(), other.keys());
    for (name, bytes) in &one {
        assert!(bytes == &other[name], "{name} differs");
    }
    let table = &one["worlds.parquet"];
    assert!(table.starts_with(b"PAR1") && table.ends_with(b"PAR1"));

    // One shard alone is not the whole.
    let (code, _, said) = explore(folder.path(), &["--merge", "shard1", "--out", "part"]);
    assert!(
        code == 1 && said.contains("blocks of worlds are in none of these folders"),
        "{code} {said}"
    );
    assert!(!at("part").exists());
}

#[test]
fn what_was_stopped_is_gone_on_with() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    assert_eq!(explore(folder.path(), &asked("out", &[])).0, 0);
    let before = files(&at("out"));
    for lost in ["blocks/p0-b000001.json", "worlds.parquet", "summary.json"] {
        std::fs::remove_file(at("out").join(lost)).expect("it is there");
    }
    assert_eq!(explore(folder.path(), &asked("out", &[])).0, 0);
    assert!(files(&at("out")) == before);

    // Half a block is said, and nothing is written over.
    let block = at("out").join("blocks/p0-b000000.json");
    let bytes = std::fs::read(&block).expect("a block");
    std::fs::write(&block, &bytes[..bytes.len() / 2]).expect("written");
    let (code, _, said) = explore(folder.path(), &asked("out", &[]));
    assert!(
        code == 1 && said.contains("not a whole block of worlds"),
        "{code} {said}"
    );
    assert_eq!(std::fs::read(&block).expect("a block").len(), bytes.len() / 2);
    std::fs::write(&block, &bytes).expect("written");

    // Half a table is not written over either.
    let table = at("out").join("worlds.parquet");
    std::fs::write(&table, b"PAR1").expect("written");
    let (code, _, said) = explore(folder.path(), &asked("out", &[]));
    assert!(
        code == 2 && said.contains("holds something else"),
        "{code} {said}"
    );
    assert_eq!(std::fs::read(&table).expect("a table"), b"PAR1");
}

#[test]
fn what_does_not_fit_is_refused_and_nothing_changed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    assert_eq!(explore(folder.path(), &asked("out", &[])).0, 0);
    let before = files(&at("out"));
    let (code, _, said) = explore(folder.path(), &["--worlds", "150", "--seed", "4", "--out", "out"]);
    assert!(code == 2 && said.contains("another seed"), "{code} {said}");
    let other = cases().join("river");
    let other = [
        "explore",
        other.to_str().expect("UTF-8"),
        "--merge",
        "out",
        "--out",
        "merged",
    ];
    let run = detente(folder.path(), &other);
    let said = String::from_utf8(run.stderr).expect("UTF-8");
    assert!(
        run.status.code() == Some(1) && said.contains("of another case"),
        "{said}"
    );
    assert!(!at("merged").exists());
    std::fs::create_dir(at("taken")).expect("a folder");
    std::fs::write(at("taken").join("letter.txt"), "mine").expect("written");
    let (code, _, said) = explore(folder.path(), &asked("taken", &[]));
    assert!(
        code == 2 && said.contains("holds no exploration"),
        "{code} {said}"
    );
    for shard in ["0/2", "3/2", "x", "1/0"] {
        let (code, _, said) = explore(folder.path(), &asked("new", &["--shard", shard]));
        assert!(
            code == 2 && said.contains("is not a shard such as 2/8"),
            "{code} {said}"
        );
    }
    assert!(files(&at("out")) == before && !at("new").exists());
}

#[test]
fn worlds_that_do_not_differ_are_not_reported_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let case = cases().join("korea-toy");
    let run = detente(
        folder.path(),
        &["explore", case.to_str().expect("UTF-8"), "--out", "out"],
    );
    let said = String::from_utf8(run.stderr).expect("UTF-8");
    assert!(
        run.status.code() == Some(1) && said.contains("all worlds would be the same"),
        "{said}"
    );
    assert!(run.stdout.is_empty() && !folder.path().join("out").exists());
}
