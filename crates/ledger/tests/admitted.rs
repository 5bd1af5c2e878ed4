//! Whatever a log admits, everything works afterwards; and the table of who may say what, as `docs/agreements.md` has it.

mod deal;
mod random_statements;

use deal::bodies::{DAY, log, said, statement};
use deal::{at, key, operator, put};
use detente_ledger::event::EventKind;
use detente_ledger::log::{Entry, Kind, Log};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, status};
use proptest::prelude::*;
use random_statements::{a_statement, is_calendar};
use serde_json::{Value, json};

/// A statement of a kind in good form, about the item that the kind is about.
fn in_form(kind: EventKind, by: &[&str]) -> Value {
    let mut body = json!({ "id": "x", "kind": kind.word(), "by": by, "on": "F1", "occurred": "2030-01-02" });
    let more = match kind {
        EventKind::Sign => json!({ "on": "agreement" }),
        EventKind::Amend => json!({ "on": "agreement", "set": { "commitments.F1.grace": "5 days" } }),
        EventKind::Vote => json!({ "on": "S1", "yes": 1, "no": 0 }),
        EventKind::Ballot => json!({ "on": "S1", "ballot": "yes" }),
        EventKind::Notify | EventKind::Draft => json!({ "on": "S1" }),
        EventKind::Refer => json!({ "on": ["D", "F1"] }),
        EventKind::Opinion | EventKind::Resolve => {
            json!({ "on": "D", "stage": "one", "outcome": "none" })
        }
        EventKind::Extend => json!({ "days": 5 }),
        EventKind::Reverse | EventKind::Withdraw => json!({ "of": "said" }),
        EventKind::Contest | EventKind::Recognise => json!({ "of": "said" }),
        _ => json!({}),
    };
    for (name, value) in more.as_object().into_iter().flatten() {
        body[name] = value.clone();
    }
    body
}

/// The table: a row for each kind of statement, a column for each role; `yes`, or the rule that refuses.
fn table() -> String {
    let roles: [(&str, &[&str]); 6] = [
        ("debtor", &["A"]),
        ("creditor", &["B"]),
        ("all parties", &["A", "B"]),
        ("verifier", &["V"]),
        ("secretary", &["S"]),
        ("operator", &[]),
    ];
    let heads: Vec<&str> = roles.iter().map(|(role, _)| *role).collect();
    let mut out = format!(
        "| kind | {} |\n|---{}|\n",
        heads.join(" | "),
        "|---".repeat(heads.len())
    );
    let mut base = log();
    let claim = json!({ "id": "said", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-02" });
    put(&mut base, said(claim, &["A"]), "2030-01-02T11:00:00Z").unwrap();
    for (word, kind) in EventKind::WORDS {
        let cells = roles.iter().map(|(_, by)| {
            let entry = if by.is_empty() {
                statement(Kind::Event, in_form(kind, &["A"]), &[&operator()])
            } else {
                said(in_form(kind, by), by)
            };
            match put(&mut base.clone(), entry, DAY) {
                Ok(_) => "yes".to_owned(),
                Err(refusal) => refusal.rule().to_owned(),
            }
        });
        let cells: Vec<String> = cells.collect();
        out.push_str(&format!("| `{word}` | {} |\n", cells.join(" | ")));
    }
    out
}

#[test]
fn the_published_table_of_who_may_say_what_is_right() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/agreements.md");
    let docs = std::fs::read_to_string(&path).unwrap();
    let table = table();
    assert!(
        docs.contains(&table),
        "docs/agreements.md lacks this table:\n{table}"
    );
}

/// Everything that a reader may ask, at several times and in every view.
fn everything_works(log: &Log, entries: &[Entry]) {
    let record = log.record();
    for when in [
        "2029-06-01T00:00:00Z",
        DAY,
        "2030-03-01T00:00:00Z",
        "2090-01-01T00:00:00Z",
    ] {
        for viewer in [None, Some("A".to_owned()), Some("V".to_owned())] {
            let mut question = Question::at(Moment::instant(at(when)));
            question.viewer = viewer;
            let answer = status(&log.text, &record, &question).unwrap();
            assert!(!answer.answer.is_empty());
            is_calendar(&detente_ledger::ical::calendar(&answer, when));
            serde_json::to_string(&answer).unwrap();
        }
    }
    let mut again = Log::start(&entries[0]).unwrap();
    for entry in &entries[1..] {
        let read = Entry::from_bytes(&entry.bytes().unwrap()).unwrap();
        again.replay(&read).unwrap();
    }
    assert_eq!(again.root(), log.root());
    assert_eq!(again.record().events(), record.events());
    #[cfg(feature = "store")]
    {
        use detente_ledger::store::{bundle_of, verify_bundle};
        let bytes = entries.iter().map(|entry| entry.bytes().unwrap());
        let bundle = bundle_of(bytes, &log.checkpoint().note(&[&operator()]));
        assert_eq!(verify_bundle(&bundle).findings, []);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_is_admitted_everything_works_afterwards(said_all in prop::collection::vec(a_statement(), 0..12)) {
        let mut log = log();
        let mut entries = deal::bodies::entries();
        for (number, (mut body, by)) in said_all.into_iter().enumerate() {
            body["id"] = format!("e{number}").into();
            let entry = said(body, &by).at(log.size(), at(DAY));
            if log.append(&entry).is_ok() {
                entries.push(entry);
                everything_works(&log, &entries);
            }
        }
        let revoke = json!({ "key": key("V").public(), "since": DAY });
        let revoke = statement(Kind::Revoke, revoke, &[&key("V")]).at(log.size(), at(DAY));
        if log.append(&revoke).is_ok() {
            entries.push(revoke);
        }
        everything_works(&log, &entries);
    }
}
