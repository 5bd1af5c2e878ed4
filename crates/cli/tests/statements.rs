//! Signing at home, handing in, receipts and witnesses, as a person does it.
#![cfg(feature = "ledger")]

mod program;

use std::path::Path;
use std::process::Output;

use program::detente;

const TEXT: &str = "[agreement]\ntitle = \"Two steps\"\nsigned_by = [\"A\", \"B\"]\n[parties]\nA = {}\nB = {}\n[others]\nV = {}\n\
    [groups]\nall = { members = [\"A\", \"B\"] }\n\
    [commitments.F1]\ntitle = \"Shut\"\nkind = \"achieve\"\nby = \"A\"\nto = \"B\"\nverifier = \"V\"\nwithin = \"60 days\"\n";

/// Words as a shell would part them.
fn run(here: &Path, line: &str) -> Output {
    detente(here, &line.split(' ').collect::<Vec<_>>())
}

fn good(here: &Path, line: &str) -> String {
    let output = run(here, line);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{line}: {said}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a refused call says, and its exit code.
fn bad(here: &Path, line: &str) -> (i32, String) {
    let output = run(here, line);
    assert!(!output.status.success(), "{line}");
    let said = [&output.stdout[..], &output.stderr[..]].concat();
    (
        output.status.code().unwrap(),
        String::from_utf8_lossy(&said).into_owned(),
    )
}

fn today() -> String {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
        .to_string()
}

/// A folder with keys, a signed ledger in `book`, and nothing of it at `home`.
fn prepared() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("text.toml"), TEXT).unwrap();
    for person in ["A", "B", "V"] {
        good(here, &format!("key {person} --out {person}.key"));
    }
    good(
        here,
        "sign text.toml --ledger l.ledger --key A.key --key B.key --register V.key",
    );
    let day = today();
    let write = |name: &str, text: String| std::fs::write(here.join(name), text).unwrap();
    write(
        "claim.json",
        format!("{{\"id\":\"c\",\"kind\":\"claim\",\"by\":\"A\",\"on\":\"F1\",\"occurred\":\"{day}\"}}"),
    );
    write(
        "amend.toml",
        format!(
            "[[events]]\nid = \"am\"\nkind = \"amend\"\nby = \"all\"\non = \"agreement\"\noccurred = {day}\n\
                 set = {{ \"commitments.F1.grace\" = \"5 days\" }}\n"
        ),
    );
    folder
}

fn entries(here: &Path) -> String {
    let whole = good(here, "verify l.ledger");
    whole.split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn a_statement_is_signed_without_ledger_or_operator_and_handed_in() {
    let folder = prepared();
    let here = folder.path();
    let home = tempfile::tempdir().unwrap();
    for file in ["A.key", "claim.json"] {
        std::fs::copy(here.join(file), home.path().join(file)).unwrap();
    }
    let checks = good(here, "status text.toml --checks");
    let deal = checks.split("text sha256 ").nth(1).unwrap().trim().to_owned();
    // With the deal's name alone; nothing else is in this folder.
    let said = good(home.path(), &format!("say claim.json --deal {deal} --key A.key"));
    assert!(said.starts_with("{\"format\":\"detente-statement-1\""), "{said}");
    assert_eq!(good(here, "say claim.json --text text.toml --key A.key"), said);
    std::fs::write(here.join("statement"), &said).unwrap();
    assert!(good(here, "submit l.ledger statement --receipt r").contains("entry 6 recorded"));
    assert!(good(here, "status l.ledger").contains("F1  CLAIMED"));
    assert!(good(here, "submit l.ledger statement").contains("entry 6 holds this already"));
    // The receipt shows it to whoever has nothing but the program.
    std::fs::copy(here.join("r"), home.path().join("r")).unwrap();
    let shown = good(home.path(), "verify r");
    for word in [
        "VERIFIED  1 receipt",
        "entry 6 of deal",
        "`c` (claim) signed by A",
        "compare it with the one you know",
    ] {
        assert!(shown.contains(word), "{word}: {shown}");
    }
    let operator = good(here, "verify l.ledger");
    let operator = operator
        .lines()
        .find_map(|line| line.strip_prefix("operator "))
        .unwrap();
    assert!(!good(home.path(), &format!("verify r --operator {operator}")).contains("compare it"));
    let other = "0".repeat(64);
    assert!(
        bad(home.path(), &format!("verify r --operator {other}"))
            .1
            .contains("signed by another operator")
    );
    let forged = std::fs::read_to_string(here.join("r"))
        .unwrap()
        .replacen("\"claim\"", "\"report\"", 1);
    std::fs::write(home.path().join("forged"), forged).unwrap();
    let (code, words) = bad(home.path(), "verify forged");
    assert!(
        code == 1 && words.contains("the signature of A does not fit") && words.contains("does not lead"),
        "{words}"
    );
    let as_json = good(home.path(), "verify r --json");
    let as_json: serde_json::Value = serde_json::from_str(&as_json).unwrap();
    assert_eq!(
        (&as_json["verified"], &as_json["receipts"][0]["seq"]),
        (&true.into(), &6.into())
    );
}

#[test]
fn a_joint_statement_goes_from_hand_to_hand() {
    let folder = prepared();
    let here = folder.path();
    // The group is known with the text; without it nobody of the group is an author.
    let (code, words) = bad(
        here,
        "say amend.toml --deal 0000000000000000000000000000000000000000000000000000000000000000 --key A.key",
    );
    assert!(
        code == 1 && words.contains("no key of theirs was given"),
        "{words}"
    );
    let first = run(here, "say amend.toml --text text.toml --key A.key --out half");
    let said = String::from_utf8_lossy(&first.stderr).into_owned();
    assert!(
        first.status.success() && said.contains("still to be signed by B"),
        "{said}"
    );
    let (code, words) = bad(here, "submit l.ledger half");
    assert!(code == 1 && words.contains("B has not signed it"), "{words}");
    let (_, words) = bad(here, "say --add-signature half --text text.toml --key V.key");
    assert!(words.contains("V is not an author"), "{words}");
    let (_, words) = bad(here, "say --add-signature half --text text.toml --key A.key");
    assert!(words.contains("this key of A has signed it already"), "{words}");
    good(
        here,
        "say --add-signature half --text text.toml --key B.key --out whole",
    );
    good(here, "submit l.ledger whole");
    // Nothing is written over what is there.
    assert!(
        !run(here, "say claim.json --text text.toml --key A.key --out whole")
            .status
            .success()
    );
}

#[test]
fn keys_are_registered_and_revoked_by_statements_too() {
    let folder = prepared();
    let here = folder.path();
    let new = good(here, "key A --out A2.key");
    good(
        here,
        &format!(
            "say --text text.toml --new-key A={} --key A.key --out new",
            new.trim()
        ),
    );
    good(here, "submit l.ledger new");
    let old = std::fs::read_to_string(here.join("A.key")).unwrap();
    let old: serde_json::Value = serde_json::from_str(&old).unwrap();
    let old = old["public"].as_str().unwrap();
    good(
        here,
        &format!("say --text text.toml --revoke {old} --key A2.key --out gone"),
    );
    good(here, "submit l.ledger gone");
    good(here, "say claim.json --text text.toml --key A.key --out late");
    assert!(bad(here, "submit l.ledger late").1.contains("was revoked"));
    good(here, "say claim.json --text text.toml --key A2.key --out now");
    good(here, "submit l.ledger now");
}

/// (the files, words of the answer): all reasons at once, and the ledger as it was.
#[test]
fn bad_statements_are_told_with_every_reason_and_nothing_changes() {
    let folder = prepared();
    let here = folder.path();
    let before = entries(here);
    let claim = good(here, "say claim.json --text text.toml --key A.key");
    let write = |name: &str, text: &str| std::fs::write(here.join(name), text).unwrap();
    write("good", &claim);
    write("altered", &claim.replacen("\"claim\"", "\"report\"", 1));
    write("twice", &claim.replacen("\"by\"", "\"by\":\"B\",\"by\"", 1));
    write("noise", "{\n]\n");
    write("other.toml", &TEXT.replace("Two steps", "Others"));
    write(
        "other",
        &good(here, "say claim.json --text other.toml --key A.key"),
    );
    write(
        "wrong.json",
        &std::fs::read_to_string(here.join("claim.json"))
            .unwrap()
            .replace("claim", "clam")
            .replace("\"on\"", "\"om\""),
    );
    let cases: [(&str, &[&str]); 6] = [
        (
            "submit l.ledger good altered",
            &["the signature of A does not fit"],
        ),
        (
            "submit l.ledger good other altered",
            &["it belongs to another deal", "[A2]", "does not fit", "[A3]"],
        ),
        (
            "submit l.ledger twice noise good",
            &[
                "twice: line 1",
                "given twice",
                "noise: line 1",
                "noise: line 2",
                "nothing was recorded",
            ],
        ),
        ("submit l.ledger A.key", &["this is a private key"]),
        (
            "say wrong.json --text text.toml --key A.key",
            &[
                "`clam` is not a kind of event",
                "unknown field `om`",
                "nothing was signed",
            ],
        ),
        (
            "say --add-signature altered --key B.key",
            &["B is not an author of any statement"],
        ),
    ];
    for (line, expected) in cases {
        let (code, words) = bad(here, line);
        assert_eq!(code, 1, "{line}: {words}");
        for word in expected {
            assert!(words.contains(word), "{line}: {word} is not in\n{words}");
        }
    }
    assert_eq!(entries(here), before);
    assert!(bad(here, "say claim.json --key A.key").1.contains("--text"));
}

#[test]
fn a_rollback_and_a_second_history_are_found_by_witnesses_and_receipts() {
    let folder = prepared();
    let here = folder.path();
    std::fs::copy(here.join("l.ledger"), here.join("before")).unwrap();
    std::fs::copy(
        here.join("l.ledger.operator.key"),
        here.join("before.operator.key"),
    )
    .unwrap();
    let alone = good(here, "verify l.ledger");
    assert!(
        alone.contains("a rollback") && alone.contains("a second history") && alone.contains("not excluded"),
        "{alone}"
    );
    let as_json: serde_json::Value = serde_json::from_str(&good(here, "verify l.ledger --json")).unwrap();
    assert!(
        as_json["not_excluded"]
            .as_str()
            .unwrap()
            .contains("second history")
    );
    good(here, "record l.ledger claim.json --key A.key --receipt r");
    // A witness that sees it for the first time has nothing to compare.
    assert!(good(here, "verify l.ledger --witness seen").contains("not excluded"));
    let second = good(here, "verify l.ledger --witness seen --receipt r");
    assert!(
        !second.contains("not excluded") && second.contains("it extends the 7 entries that the witness saw"),
        "{second}"
    );
    assert!(second.contains("1 of 1 receipts"), "{second}");
    // The operator shows an earlier state, and another claim in its place.
    for (flag, expected) in [
        (
            "--witness seen",
            "rolled back, or a second history: the witness saw 7 entries, and there are 6 now",
        ),
        (
            "--receipt r",
            "rolled back, or a second history: the receipt of entry 6 saw 7 entries",
        ),
    ] {
        let (code, words) = bad(here, &format!("verify before {flag}"));
        assert!(code == 1 && words.contains(expected), "{words}");
    }
    let other = std::fs::read_to_string(here.join("claim.json"))
        .unwrap()
        .replace("\"c\"", "\"d\"");
    std::fs::write(here.join("other.json"), other).unwrap();
    good(here, "record before other.json --key A.key");
    for flag in ["--witness seen", "--receipt r"] {
        let (code, words) = bad(here, &format!("verify before {flag}"));
        assert!(code == 1 && words.contains("two histories"), "{words}");
    }
    // What the witness keeps is not changed by a ledger that fails.
    good(here, "verify l.ledger --witness seen");
    let receipt = std::fs::read_to_string(here.join("r")).unwrap();
    std::fs::write(
        here.join("broken"),
        receipt.replacen("\"proof\":[\"", "\"proof\":[\"00", 1),
    )
    .unwrap();
    assert!(
        bad(here, "verify l.ledger --receipt broken")
            .1
            .contains("64 hex digits")
    );
}

#[test]
fn what_is_whole_of_a_damaged_ledger_is_saved() {
    let folder = prepared();
    let here = folder.path();
    good(here, "record l.ledger claim.json --key A.key");
    // One letter of the claim, in the file itself.
    let mut bytes = std::fs::read(here.join("l.ledger")).unwrap();
    let place = bytes
        .windows(14)
        .rposition(|window| window == b"\"kind\":\"claim\"")
        .unwrap();
    bytes[place + 9] = b'x';
    std::fs::write(here.join("hurt"), bytes).unwrap();
    let (code, words) = bad(here, "restore hurt --to again");
    assert!(code == 1 && words.contains("entry 6"), "{words}");
    let saved = good(here, "restore hurt --salvage whole.jsonl --to again");
    assert!(
        saved.contains("6 whole entries in whole.jsonl") && saved.contains("6 entries before the damage"),
        "{saved}"
    );
    assert_eq!(saved.matches("entry 6:").count(), 1, "{saved}");
    assert_eq!(
        std::fs::read_to_string(here.join("whole.jsonl"))
            .unwrap()
            .lines()
            .count(),
        6
    );
    assert!(good(here, "verify again").starts_with("whole: 6 entries"));
    assert!(!run(here, "restore hurt").status.success());
}

#[test]
fn a_password_on_the_command_line_is_refused_and_not_shown() {
    let folder = prepared();
    let here = folder.path();
    let place = "postgres://book:s3cret@127.0.0.1:1/deal";
    let by_name = "postgres://127.0.0.1:1/deal?user=book&password=s3cret";
    for line in [
        format!("status {place}"),
        format!("verify {place}"),
        format!("export {by_name}"),
        format!("export l.ledger --to {place}"),
        format!("record {place} claim.json --key A.key --operator l.ledger.operator.key"),
        format!("submit {place} claim.json"),
        format!("serve {place} --operator l.ledger.operator.key"),
        format!("backup {by_name} --out b"),
        format!("restore b --to {place}"),
        format!("sign text.toml --ledger {place} --key A.key"),
    ] {
        let (code, words) = bad(here, &line);
        assert!(!words.contains("s3cret"), "{line}: {words}");
        let refused = words.contains("PGPASSWORD") && words.contains("PGPASSFILE");
        assert!(
            code == 2 && refused || line.starts_with("submit"),
            "{line}: {words}"
        );
    }
}

/// A state that does not match is said to be passed over, and the answer is the one of the entries.
#[test]
fn a_kept_state_that_was_altered_is_not_used_and_that_is_said() {
    use detente_ledger::log::keys::PrivateKey;
    use detente_ledger::store::Store;
    let folder = prepared();
    let here = folder.path();
    good(here, "record l.ledger claim.json --key A.key");
    let place = here.join("l.ledger").display().to_string();
    let key = std::fs::read_to_string(here.join("l.ledger.operator.key")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut store = Store::open(&place, Some(PrivateKey::from_file(&key).unwrap()))
            .await
            .unwrap();
        store.keep_state().await.unwrap();
        store.close().await;
    });
    let answer = run(here, "status l.ledger");
    assert!(answer.status.success() && answer.stderr.is_empty());
    let mut bytes = std::fs::read(&place).unwrap();
    let word = b"\"set_right\":0";
    let at = bytes
        .windows(word.len())
        .position(|window| window == word)
        .unwrap();
    bytes[at + word.len() - 1] = b'1';
    std::fs::write(&place, bytes).unwrap();
    let again = run(here, "status l.ledger");
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(
        said.contains("was not used") && said.contains("has not signed it"),
        "{said}"
    );
    let (one, other) = (
        String::from_utf8_lossy(&answer.stdout),
        String::from_utf8_lossy(&again.stdout),
    );
    assert!(other.contains("F1  CLAIMED") && one.contains("F1  CLAIMED"));
    let (code, words) = bad(here, "verify l.ledger");
    assert!(code == 1 && words.contains("the kept state"), "{words}");
}
