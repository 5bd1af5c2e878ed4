//! `detente stamp` and `verify --authority`: the question to an authority, its answer recorded, and what is refused. The
//! answers are those of `crates/ledger/tests/time_stamps`, over a ledger that is made again here.
#![cfg(feature = "ledger")]

#[path = "../../ledger/tests/deal/mod.rs"]
mod deal;
mod program;

use std::path::Path;

use deal::{log_of, operator, unsigned_entries};
use detente_ledger::store::bundle_of;
use program::detente;
use serde_json::{Value, json};

const ANSWERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ledger/tests/time_stamps");

/// Imports the ledger that was stamped, and lays the operator's key beside it.
fn ledger(folder: &Path) {
    let entries = unsigned_entries("2026-01-01T10:00:00Z");
    let note = log_of(&entries).checkpoint().note(&[&operator()]);
    let bundle = bundle_of(entries.iter().map(|entry| entry.bytes().unwrap()), &note);
    std::fs::write(folder.join("bundle"), bundle).unwrap();
    let imported = detente(folder, &["export", "bundle", "--to", "l.ledger"]);
    assert!(
        imported.status.success(),
        "{}",
        String::from_utf8_lossy(&imported.stderr)
    );
    std::fs::write(folder.join("l.ledger.operator.key"), operator().to_file()).unwrap();
}

#[test]
fn a_ledger_is_stamped_by_two_authorities_and_shows_it_to_whoever_trusts_them() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    ledger(here);
    for name in std::fs::read_dir(ANSWERS).unwrap() {
        let path = name.unwrap().path();
        std::fs::copy(&path, here.join(path.file_name().unwrap())).unwrap();
    }
    std::fs::remove_file(here.join("question.tsq")).unwrap();
    let run = |line: &str| {
        let output = detente(here, &line.split(' ').collect::<Vec<_>>());
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(said).unwrap())
    };
    let (status, said) = run("stamp l.ledger --request question.tsq");
    assert_eq!(status, 0, "{said}");
    assert!(said.contains("the ledger's state of 4 entries"), "{said}");
    let asked = std::fs::read(here.join("question.tsq")).unwrap();
    assert_eq!(
        asked,
        std::fs::read(Path::new(ANSWERS).join("question.tsq")).unwrap()
    );
    // Nobody who is trusted, no time stamp, about another ledger, a refusal, no authority, somebody else's key.
    for (line, status, words) in [
        (
            "stamp l.ledger --answer rsa.tsr --authority curve.pem",
            1,
            "none of the authorities",
        ),
        (
            "stamp l.ledger --answer expired.tsr --authority expired.pem",
            1,
            "Expired",
        ),
        (
            "stamp l.ledger --answer question.tsq --authority rsa.pem",
            1,
            "cannot be read",
        ),
        (
            "stamp l.ledger --answer ahead.tsr --authority rsa.pem",
            1,
            "no state of this ledger",
        ),
        (
            "stamp l.ledger --answer refused.tsr --authority rsa.pem",
            1,
            "did not grant",
        ),
        (
            "stamp l.ledger --answer rsa.tsr --authority rsa.tsr",
            1,
            "rsa.tsr",
        ),
        ("stamp l.ledger --answer rsa.tsr", 2, "--authority"),
        ("stamp l.ledger", 2, "--request"),
        ("verify l.ledger --authority rsa.pem", 1, "no time stamp leads to"),
        ("stamp l.ledger --request l.ledger", 2, "holds something else"),
        ("export l.ledger --out l.ledger", 2, "is a ledger"),
    ] {
        let (found, said) = run(line);
        assert_eq!(found, status, "{line}: {said}");
        assert!(said.contains(words), "{line}: {said}");
    }
    assert!(run("verify l.ledger").1.starts_with("whole: 4 entries"));
    let (status, said) = run("stamp l.ledger --answer rsa.tsr --authority rsa.pem");
    assert_eq!(status, 0, "{said}");
    for words in [
        "entry 4: the first 4 entries existed by 2026-",
        "(within 1.5 s)",
        "CN=rsa root,O=Detente test stands behind it",
    ] {
        assert!(said.contains(words), "{said}");
    }
    // The second answer comes when the ledger has grown: it is about the state that was asked about.
    let (status, said) = run("stamp l.ledger --answer curve.tsr --authority curve.pem --json");
    assert_eq!(status, 0, "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&said["seq"], &said["size"]), (&json!(5), &json!(4)));
    let (status, said) = run("verify l.ledger --authority rsa.pem --authority curve.pem");
    assert_eq!(
        (status, said.matches("stands behind it").count()),
        (0, 2),
        "{said}"
    );
    assert_eq!(run("export l.ledger --out whole").0, 0);
    let (status, said) = run("verify whole --authority curve.pem");
    assert_eq!(
        (status, said.matches("not vouched for").count()),
        (0, 1),
        "{said}"
    );
    assert_eq!(run("verify whole --authority expired.pem").0, 1);
}
