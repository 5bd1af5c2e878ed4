//! Whatever a log admits, everything works afterwards; and the table of who may say what, as `docs/agreements.md` has it.

mod deal;

use deal::bodies::{DAY, log, said, statement};
use deal::{at, key, operator, put};
use detente_ledger::event::EventKind;
use detente_ledger::log::{Entry, Kind, Log};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, status};
use proptest::prelude::*;
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

fn a_statement() -> impl Strategy<Value = (Value, Vec<&'static str>)> {
    let kinds = prop::sample::select(EventKind::WORDS.map(|(word, _)| word).to_vec());
    let by = prop::sample::select(vec![vec!["A"], vec!["B"], vec!["V"], vec!["S"], vec!["A", "B"]]);
    let on = prop::sample::select(vec!["F1", "R", "S1", "D", "agreement", "nothing"]);
    let set = prop::sample::select(vec![
        json!({ "commitments.F1.grace": "99999 years" }),
        json!({ "commitments.F1.witin": "5 days" }),
        json!({ "snapback.S1.clock": "19999 years" }),
        json!({ "agreement.day_count": "clear-days" }),
        json!({ "commitments.F1": "gone" }),
        json!({ "disputes.D.stages.one.within": "48 hours" }),
    ]);
    let times = prop::sample::select(vec![
        "2030-01-02",
        "2030-01-01",
        "2030-01-02T11:59:00Z",
        "2029-12-31/2030-01-02",
    ]);
    let extra = prop::sample::select(vec![
        json!({ "until": "9999-12-31" }),
        json!({ "days": 1_000_000 }),
        json!({ "until": "0001-01-01" }),
        json!({ "amount": "1e60", "total": "1/3" }),
        json!({ "finding": "violated", "outcome": "breach" }),
        json!({ "finding": "cured", "level": 3 }),
        json!({ "yes": 1_000_000, "no": 1_000_000, "no_by": ["A"], "stage": "one" }),
        json!({ "ballot": "no", "stage": "one" }),
        json!({ "cause": "\u{1b}[2J\r\u{202e}", "stage": "none" }),
    ]);
    let of = prop::option::of(0usize..12);
    (kinds, by, on, set, times, extra, of).prop_map(|(kind, by, on, set, time, extra, of)| {
        let mut body = json!({ "kind": kind, "by": by, "on": on, "occurred": time });
        for (name, value) in extra.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        if kind == "amend" {
            body["set"] = set;
        }
        if let Some(of) = of {
            body["of"] = format!("e{of}").into();
        }
        (body, by)
    })
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
            assert!(detente_ledger::ical::calendar(&answer, when).ends_with("END:VCALENDAR\r\n"));
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
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn whatever_is_admitted_everything_works_afterwards(said_all in prop::collection::vec(a_statement(), 0..12)) {
        let mut log = log();
        let mut entries = deal::bodies::entries();
        for (number, (mut body, by)) in said_all.into_iter().enumerate() {
            body["id"] = format!("e{number}").into();
            let entry = said(body, &by).at(log.size(), at(DAY));
            if log.append(&entry).is_ok() {
                entries.push(entry);
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
