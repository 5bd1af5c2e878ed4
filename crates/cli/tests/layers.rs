//! Who may use whom: the manifests say the same as ARCHITECTURE.md.

use std::collections::{BTreeMap, BTreeSet};

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

/// The table of ARCHITECTURE.md: each crate with the crates of ours that it uses.
fn table() -> BTreeMap<String, BTreeSet<String>> {
    let text = include_str!("../../../ARCHITECTURE.md");
    let rows = text.lines().filter_map(|line| {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let name = cells.get(1)?.strip_prefix('`')?.strip_suffix('`')?;
        let uses = cells.get(3)?.split(", ").filter(|used| *used != "nothing");
        Some((name.to_owned(), uses.map(str::to_owned).collect()))
    });
    rows.collect()
}

#[test]
fn the_architecture_says_who_uses_whom() {
    let manifests = manifests();
    let used: BTreeMap<String, BTreeSet<String>> = manifests
        .iter()
        .map(|(name, manifest)| {
            let ours = used(manifest);
            let ours = ours.iter().filter_map(|other| other.strip_prefix("detente-"));
            (name.clone(), ours.map(str::to_owned).collect())
        })
        .collect();
    assert_eq!(used, table(), "left: the manifests, right: ARCHITECTURE.md");
}

#[test]
fn every_use_of_ours_is_a_use() {
    for (name, manifest) in manifests() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(&name);
        let mut text = String::new();
        for path in files(&folder).iter().chain(&files(&folder.join("../../benches"))) {
            text += &std::fs::read_to_string(path).unwrap();
        }
        for other in used(&manifest) {
            let word = other.replace('-', "_");
            assert!(
                !other.starts_with("detente-") || text.contains(&word),
                "`{name}` names `{other}` and does not use it"
            );
        }
    }
}

/// All files of code below a folder.
fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(
                std::fs::read_dir(path)
                    .unwrap()
                    .map(|entry| entry.unwrap().path()),
            );
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.push(path);
        }
    }
    found
}

#[test]
fn uses_are_found_wherever_a_manifest_can_hide_them() {
    let manifest = "[dev-dependencies]\ndetente-verdict = \"1\"\n[target.'cfg(unix)'.build-dependencies]\n\
                    other = { package = \"detente-web\" }\n";
    let mut found = used(&manifest.parse().unwrap());
    found.sort();
    assert_eq!(found, ["detente-verdict", "detente-web"]);
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
    let all = files(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")));
    assert!(all.len() > 100, "only {} files of code were found", all.len());
    for path in all {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines <= LONGEST_FILE, "{} has {lines} lines", path.display());
    }
}

/// The largest part of all lines that one crate may hold.
const LARGEST_SHARE: f64 = 0.2;

#[test]
fn no_crate_holds_more_than_a_fifth() {
    let lines = |folder: &std::path::Path| -> usize {
        let read = |path| std::fs::read_to_string(path).unwrap().lines().count();
        files(folder).into_iter().map(read).sum()
    };
    let crates = std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let all = lines(crates) as f64;
    for name in manifests().keys() {
        let share = lines(&crates.join(name)) as f64 / all;
        assert!(
            share <= LARGEST_SHARE,
            "`{name}` holds {:.0} % of the lines",
            share * 100.0
        );
    }
}
