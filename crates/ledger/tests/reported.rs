//! What came out wrong once, with the right answers: `cases/faults/ledger/*.cases.toml` (reported November 2026).
//!
//! A case names a text, events and what the status must say of an item, or what the refusal must say.

use std::path::{Path, PathBuf};

use detente_ledger::event::{events_from_text, read_csv};
use detente_ledger::moment::parse_as_of;
use detente_ledger::status::{Question, Record, Status, status};
use detente_ledger::suppose::suppose;
use detente_ledger::text::Text;
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults/ledger")
}

fn read(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Every case of every file, with a name for messages.
fn cases() -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if !name.ends_with(".cases.toml") {
            continue;
        }
        let file = detente_ledger::text::document::parse(&read(&name))
            .unwrap()
            .to_json();
        for case in file["cases"].as_array().unwrap() {
            let id = case["id"].as_str().unwrap();
            all.push((format!("{name}: {id}"), case.clone()));
        }
    }
    assert!(!all.is_empty());
    all
}

/// The text of a case, or its complaints: a file of the folder, with replacements `[from, to]`, and text put behind it.
fn text_of(case: &Value) -> Result<Text, String> {
    let mut source = read(case["text"].as_str().unwrap());
    for pair in case["replace"].as_array().into_iter().flatten() {
        let (from, to) = (pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
        assert!(source.contains(from), "`{from}` is not in the text");
        source = source.replace(from, to);
    }
    source.push_str(case["and"].as_str().unwrap_or_default());
    Text::read(&source).map_err(|complaints| {
        let all = complaints.iter().map(|complaint| complaint.show("text", &source));
        all.collect::<Vec<_>>().join("\n")
    })
}

fn record_of(case: &Value, text: &Text) -> Result<Record, String> {
    let zone = &text.agreement.zone;
    let mut events = match (&case["events"], &case["raw"], &case["csv"]) {
        (Value::Array(list), _, _) => {
            let json = serde_json::json!({ "events": list }).to_string();
            events_from_text(&json, zone).map_err(|errors| format!("{errors:?}"))?
        }
        (_, Value::String(raw), _) => events_from_text(raw, zone).map_err(|errors| format!("{errors:?}"))?,
        (_, _, Value::Array(files)) => {
            let files: Vec<&str> = files.iter().filter_map(Value::as_str).collect();
            read_csv(&files, &Default::default(), zone).map_err(|errors| format!("{errors:?}"))?
        }
        _ => Vec::new(),
    };
    for words in case["if"].as_array().into_iter().flatten() {
        suppose(
            words.as_str().unwrap(),
            &text.agreement,
            &mut events,
            &mut Vec::new(),
        )
        .map_err(|error| error.to_string())?;
    }
    Ok(Record::new(events))
}

/// What the status says of an item: a field of it, the headline when none is named.
fn said(status: &Status, id: &str, field: &str) -> String {
    let json = serde_json::to_value(status).unwrap();
    let items = ["commitments", "powers", "snapbacks"]
        .iter()
        .flat_map(|list| json[*list].as_array().into_iter().flatten());
    let disputes = json["disputes"].as_array().into_iter().flatten();
    let item = match id {
        "agreement" => Some(&json),
        _ => items
            .filter(|item| item["id"] == id)
            .chain(disputes.filter(|item| item["procedure"] == id))
            .next_back(),
    };
    match item.map(|item| &item[field]) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => "absent".to_owned(),
    }
}

fn wrong(case: &Value) -> Vec<String> {
    let text = text_of(case);
    let record = text
        .as_ref()
        .map_err(Clone::clone)
        .and_then(|text| record_of(case, text));
    if let Some(refusal) = case["refused"].as_str() {
        return match record {
            Err(why) if why.contains(refusal) => Vec::new(),
            Err(why) => vec![format!("refused otherwise: {why}")],
            Ok(_) => vec!["accepted".to_owned()],
        };
    }
    let (Ok(text), Ok(record)) = (&text, &record) else {
        return vec![format!("refused: {:?} {:?}", text.err(), record.err())];
    };
    let mut wrong = Vec::new();
    for expect in case["expect"].as_array().expect("a case expects something") {
        let at = parse_as_of(expect["at"].as_str().unwrap(), &text.agreement.zone).unwrap();
        let status = match status(text, record, &Question::at(at)) {
            Ok(status) => status,
            Err(error) => {
                wrong.push(format!("no status at {at:?}: {error}"));
                continue;
            }
        };
        let field = expect["field"].as_str().unwrap_or("headline");
        let found = said(&status, expect["item"].as_str().unwrap(), field);
        let fits = match (
            expect["is"].as_str(),
            expect["has"].as_str(),
            expect["not"].as_str(),
        ) {
            (Some(is), _, _) => found == is,
            (_, Some(has), _) => found.contains(has),
            (_, _, Some(not)) => !found.contains(not),
            _ => panic!("{expect} says nothing"),
        };
        if !fits {
            wrong.push(format!("{expect}: {found}"));
        }
    }
    wrong
}

#[test]
fn what_came_out_wrong_comes_out_right() {
    let mut all = Vec::new();
    for (name, case) in cases() {
        all.extend(wrong(&case).into_iter().map(|what| format!("{name}: {what}")));
    }
    assert!(all.is_empty(), "{}", all.join("\n"));
}

/// Causes, notes and opinions had leaked to readers who had not signed in.
#[test]
fn without_words_nothing_that_authors_wrote_is_in_a_status() {
    let source = read("../../agreements/jcpoa/agreement.toml");
    let text = Text::read(&source).unwrap();
    let zone = &text.agreement.zone;
    let events = r#"[
        { "id": "d", "kind": "refer", "by": "IR", "on": "paragraph-36", "stage": "S1", "occurred": "2030-01-01",
          "cause": "SECRET", "note": "SECRET", "source": "SECRET", "evidence": ["SECRET"] },
        { "id": "h", "kind": "suspend", "by": "IR", "on": "relief", "occurred": "2030-01-02", "cause": "SECRET" },
        { "id": "o", "kind": "opinion", "by": "advisory-board", "on": "paragraph-36", "stage": "S3",
          "occurred": "2030-01-31", "outcome": "SECRET" }]"#;
    let events = events_from_text(events, zone).unwrap();
    let plain = events
        .iter()
        .map(detente_ledger::event::Event::without_words)
        .collect();
    let at = parse_as_of("2030-02-01", zone).unwrap();
    let status = status(&text, &Record::new(plain), &Question::at(at)).unwrap();
    let shown = serde_json::to_string(&status).unwrap();
    assert!(!shown.contains("SECRET"), "{shown}");
    assert!(shown.contains("\"event\":\"d\""), "{shown}");
}
