//! Who may use whom: the manifests say the same as ARCHITECTURE.md.

use std::collections::BTreeMap;

const ALLOWED: [(&str, &[&str]); 8] = [
    ("model", &[]),
    ("proof", &["model"]),
    ("solve", &["proof", "model"]),
    ("exchange", &["model"]),
    ("ledger", &["proof", "model"]),
    ("report", &["model", "solve"]),
    ("web", &["report", "ledger", "exchange", "model"]),
    (
        "cli",
        &["model", "proof", "solve", "exchange", "ledger", "report", "web"],
    ),
];

fn manifests() -> BTreeMap<String, toml::Table> {
    let crates = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let folders = std::fs::read_dir(crates)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    folders
        .filter(|folder| folder.join("Cargo.toml").is_file())
        .map(|folder| {
            let name = folder.file_name().unwrap().to_string_lossy().into_owned();
            (
                name,
                std::fs::read_to_string(folder.join("Cargo.toml"))
                    .unwrap()
                    .parse()
                    .unwrap(),
            )
        })
        .collect()
}

/// Every table of a manifest in which one of our crates can be used, by the tests as well: what a test of a lower layer
/// needs from a higher one belongs into a test of the higher one.
fn used(manifest: &toml::Table) -> Vec<String> {
    let targets = manifest.get("target").and_then(toml::Value::as_table);
    let places = targets.into_iter().flat_map(toml::Table::values);
    let places = places
        .filter_map(toml::Value::as_table)
        .chain(std::iter::once(manifest));
    let kinds = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = places.flat_map(|place| kinds.map(|kind| place.get(kind)));
    tables
        .flatten()
        .filter_map(toml::Value::as_table)
        .flat_map(toml::Table::iter)
        .map(|(name, given)| {
            // A crate may be used under another name.
            let renamed = given.get("package").and_then(toml::Value::as_str);
            renamed.unwrap_or(name).to_owned()
        })
        .collect()
}

#[test]
fn crates_use_only_what_they_may() {
    let manifests = manifests();
    assert_eq!(
        manifests.len(),
        ALLOWED.len(),
        "a crate is missing from the list, or from the folder"
    );
    for (name, allowed) in ALLOWED {
        for other in used(&manifests[name]) {
            let Some(other) = other.strip_prefix("detente-") else {
                continue;
            };
            assert!(allowed.contains(&other), "`{name}` may not use `{other}`");
        }
    }
}

#[test]
fn uses_are_found_wherever_a_manifest_can_hide_them() {
    let manifest = "[dev-dependencies]\ndetente-solve = \"1\"\n[target.'cfg(unix)'.build-dependencies]\n\
                    other = { package = \"detente-web\" }\n";
    let mut found = used(&manifest.parse().unwrap());
    found.sort();
    assert_eq!(found, ["detente-solve", "detente-web"]);
}

#[test]
fn the_architecture_names_every_crate() {
    let text = include_str!("../../../ARCHITECTURE.md");
    for name in manifests().keys() {
        assert!(
            text.contains(&format!("| `{name}` |")),
            "ARCHITECTURE.md does not speak of `{name}`"
        );
    }
}

#[test]
fn no_drawers_for_homeless_code() {
    let mut open = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/.."
    ))];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            assert!(
                !["util", "utils", "helper", "helpers", "misc", "common"].contains(&stem.as_str()),
                "name the idea instead: {}",
                path.display()
            );
            if path.is_dir() {
                open.push(path);
            }
        }
    }
}

/// The most lines a file of code may have; most have far fewer.
const LONGEST_FILE: usize = 900;

#[test]
fn no_file_grows_beyond_reading() {
    let mut open = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/.."
    ))];
    let mut read = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|end| end == "rs") {
            let lines = std::fs::read_to_string(&path).unwrap().lines().count();
            assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
            read += 1;
        }
    }
    assert!(read > 100, "only {read} files of code were found");
}
