//! Statements that are signed at home, and receipts that are checked there.

mod deal;

use deal::bodies::{DAY, TEXT, log};
use deal::{at, key, operator};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::merkle::{Levels, leaf_hash};
use detente_ledger::log::{
    Entry, Kind, Log, Receipt, add_signature, deal_of, read_statements, statement_line,
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn said(body: Value, by: &[&PrivateKey]) -> Entry {
    Entry::signed(&deal_of(TEXT), Kind::Event, body, by).unwrap()
}

fn claim() -> Value {
    json!({ "id": "c", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-02" })
}

fn amendment() -> Value {
    json!({ "id": "am", "kind": "amend", "by": ["A", "B"], "on": "agreement", "occurred": "2030-01-02",
        "set": { "commitments.F1.grace": "5 days" } })
}

#[test]
fn a_statement_signed_at_home_is_the_one_that_is_recorded() {
    let line = statement_line(&said(claim(), &[&key("A")])).unwrap();
    assert!(line.starts_with("{\"format\":\"detente-statement-1\","), "{line}");
    for text in [
        line.clone(),
        format!("\u{feff}\n{line}\n"),
        serde_json::to_string_pretty(&serde_json::from_str::<Value>(&line).unwrap()).unwrap(),
    ] {
        let read = read_statements(&text).unwrap();
        let mut log = log();
        let entry = read[0].clone().at(log.size(), at(DAY));
        log.append(&entry).unwrap();
        assert_eq!(log.events().last().unwrap().id, "c");
    }
}

#[test]
fn joint_statements_are_signed_one_after_the_other() {
    let mut statement = said(amendment(), &[&key("A")]);
    let mut log = log();
    let half = statement.clone().at(log.size(), at(DAY));
    let refused: Vec<String> = log
        .examine(&half)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        refused.contains(&"forged: B has not signed it".to_owned()),
        "{refused:?}"
    );
    // It goes to the other party as a file.
    statement = read_statements(&statement_line(&statement).unwrap())
        .unwrap()
        .remove(0);
    add_signature(&mut statement, &key("B")).unwrap();
    assert!(
        add_signature(&mut statement, &key("B"))
            .unwrap_err()
            .contains("signed it already")
    );
    log.append(&statement.clone().at(log.size(), at(DAY))).unwrap();
    // Nobody adds a signature to what was altered on the way.
    let mut altered = said(amendment(), &[&key("A")]);
    altered.body["set"] = json!({ "commitments.F1.grace": "500 days" });
    assert!(
        add_signature(&mut altered, &key("B"))
            .unwrap_err()
            .contains("of A on it does not fit")
    );
}

/// Everything that is wrong is said at once: (what is wrong with the file, words of each reason).
#[test]
fn a_bad_file_is_told_with_every_reason() {
    let good: Value = serde_json::from_str(&statement_line(&said(claim(), &[&key("A")])).unwrap()).unwrap();
    let with = |name: &str, value: Value| {
        let mut all = good.clone();
        all[name] = value;
        all.to_string()
    };
    let secret = key("A").to_file();
    let cases: [(String, &[&str]); 12] = [
        (String::new(), &["holds no statement"]),
        ("[1]".to_owned(), &["line 1: a statement is an object"]),
        (
            "{\n\"a\": 1".to_owned(),
            &["line 1: this is not JSON", "line 2: this is not JSON"],
        ),
        (secret.replace('\n', " "), &["this is a private key"]),
        (
            with("format", json!("detente-statement-9")),
            &["the format is not detente-statement-1"],
        ),
        (
            with("kind", json!("text")),
            &["`text` is not a kind of statement"],
        ),
        (with("body", json!("x")), &["`body` must be an object"]),
        (with("signatures", json!([{ "person": "A" }])), &["`signatures`"]),
        (
            with("signatures", json!(vec![good["signatures"][0].clone(); 65])),
            &["65 signatures"],
        ),
        (with("note", json!("n")), &["unknown field `note`"]),
        (
            "{\"format\":\"x\",\"kind\":\"clock\",\"body\":3,\"more\":1}\n{}".to_owned(),
            &[
                "the format is not",
                "it has no `deal`",
                "`clock` is not a kind",
                "`body` must be",
                "unknown field `more`",
                "line 2: it has no `format`",
            ],
        ),
        (
            good.to_string()
                .replacen("{\"body\":{", "{\"body\":{\"by\":\"B\",", 1),
            &["given twice"],
        ),
    ];
    for (text, words) in cases {
        let wrong = read_statements(&text).unwrap_err().join("\n");
        for word in words {
            assert!(wrong.contains(word), "{text}: {word} is not in\n{wrong}");
        }
    }
    let number = good
        .to_string()
        .replacen("\"id\"", "\"total\":12345678901234567890,\"id\"", 1);
    let wrong = read_statements(&number).unwrap_err().join("\n");
    assert!(wrong.contains("not kept exactly"), "{wrong}");
}

#[test]
fn a_refused_statement_is_told_with_every_reason() {
    let log = log();
    let body = json!({ "id": "x\u{202e}", "kind": "waive", "by": ["A", "B"], "on": "F1", "occurred": "2020-01-01",
        "received": "2020-01-01" });
    let mut entry = Entry::signed("another deal", Kind::Event, body, &[&key("V"), &operator()]).unwrap();
    entry.signatures[0].signature = key("V").sign(b"something else").signature;
    let against = log.examine(&entry.at(log.size(), at(DAY))).unwrap_err();
    let rules: Vec<&str> = against.iter().map(|refusal| refusal.rule()).collect();
    for rule in ["A1", "A2", "A3", "A4", "A6"] {
        assert!(rules.contains(&rule), "{rule} is not in {against:?}");
    }
    let words: Vec<String> = against.iter().map(ToString::to_string).collect();
    for word in [
        "signature of V does not fit",
        "A has not signed",
        "B has not signed",
        "V signed it but is not",
    ] {
        assert!(
            words.iter().any(|known| known.contains(word)),
            "{word} is not in {words:?}"
        );
    }
}

/// A receipt for each entry of a log.
fn receipts(entries: &[Entry], log: &Log) -> Vec<Receipt> {
    let leaves = entries.iter().map(|entry| leaf_hash(&entry.bytes().unwrap()));
    let levels = Levels::of(leaves.collect());
    let made = entries.iter().map(|entry| Receipt {
        operator: operator().public(),
        entry: entry.clone(),
        checkpoint: log.checkpoint().note(&[&operator()]),
        proof: levels.inclusion_proof(entry.seq).unwrap(),
    });
    made.collect()
}

#[test]
fn a_receipt_shows_its_entry_and_no_other() {
    let entries = deal::bodies::entries();
    let log = deal::log_of(&entries);
    for receipt in receipts(&entries, &log) {
        let read = Receipt::read_all(&receipt.line().unwrap()).unwrap().remove(0);
        assert_eq!(read, receipt);
        assert_eq!(read.check().unwrap().checkpoint.size, log.size());
        // (what is forged, words of the reason)
        let mut other_place = receipt.clone();
        other_place.entry.seq = (receipt.entry.seq + 1) % log.size();
        let mut other_time = receipt.clone();
        other_time.entry.received = at("2030-01-01T09:59:59Z");
        let mut other_words = receipt.clone();
        other_words.entry.body["note"] = "added".into();
        let mut other_operator = receipt.clone();
        other_operator.operator = key("A").public();
        let mut other_root = receipt.clone();
        let mut root = log.checkpoint();
        root.root[0] ^= 1;
        other_root.checkpoint = root.note(&[&operator()]);
        let mut other_deal = receipt.clone();
        let mut deal = log.checkpoint();
        deal.origin = "detente/another".to_owned();
        other_deal.checkpoint = deal.note(&[&operator()]);
        for (forged, word) in [
            (other_place, "does not lead from the entry"),
            (other_time, "does not lead from the entry"),
            (other_words, "does not fit"),
            (other_operator, "not signed by"),
            (other_root, "does not lead from the entry"),
            (other_deal, "of another deal"),
        ] {
            let wrong = forged.check().unwrap_err().join("; ");
            assert!(wrong.contains(word), "{word} is not in {wrong}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// One altered character makes a receipt unreadable, or one that shows nothing, or is the same receipt.
    #[test]
    fn no_altered_receipt_shows_anything_else(which in 0usize..7, place in any::<prop::sample::Index>(), to in any::<char>()) {
        let entries = deal::bodies::entries();
        let good = receipts(&entries, &deal::log_of(&entries)).remove(which % entries.len());
        let mut line: Vec<char> = good.line().unwrap().chars().collect();
        let place = place.index(line.len());
        line[place] = to;
        let line: String = line.into_iter().collect();
        if let Ok(read) = Receipt::read_all(&line) {
            for receipt in read {
                prop_assert!(receipt.check().is_err() || receipt == good, "{line}");
            }
        }
    }

    #[test]
    fn no_text_makes_a_reader_panic(text in "\\PC{0,200}", bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        for text in [text.as_str(), String::from_utf8_lossy(&bytes).as_ref()] {
            let _ = read_statements(text);
            let _ = Receipt::read_all(text);
        }
    }
}
