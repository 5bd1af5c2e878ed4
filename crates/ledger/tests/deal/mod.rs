//! A small deal between two parties with a verifier, and its keys.

#![allow(dead_code)]

pub mod bodies;

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, Log, deal_of};
use jiff::Timestamp;
use serde_json::{Value, json};

pub const TEXT: &str = r#"
[agreement]
title = "Two steps"
zone = "UTC"
signed_by = ["A", "B"]
[parties]
A = { name = "Alba" }
B = { name = "Borea" }
[others]
V = { name = "Verifier" }
[commitments.F1]
title = "Shut the plant"
kind = "achieve"
by = "A"
to = "B"
verifier = "V"
within = "60 days"
hold_by = ["A", "B"]
[commitments.R]
title = "Relief"
kind = "permit"
by = "B"
to = "A"
lifts = ["oil", "coal"]
[snapback.S]
title = "Return of measures"
notify_by = "B"
reverses = "R"
clock = "30 days"
"#;

pub fn operator() -> PrivateKey {
    PrivateKey::from_seed("operator", &[1; 32])
}

pub fn key(person: &str) -> PrivateKey {
    let mut seed = [0; 32];
    seed[..person.len()].copy_from_slice(person.as_bytes());
    seed[31] = 9;
    PrivateKey::from_seed(person, &seed)
}

pub fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub fn first(text: &str) -> Entry {
    let operator = operator();
    let body = json!({ "text": text, "operator": operator.public() });
    Entry::signed(&deal_of(text), Kind::Text, body, &[&operator])
        .unwrap()
        .at(0, at("2030-01-01T00:00:00Z"))
}

pub fn statement(text: &str, kind: Kind, body: Value, by: &[&PrivateKey]) -> Entry {
    Entry::signed(&deal_of(text), kind, body, by).unwrap()
}

pub fn key_in(text: &str, person: &str) -> Entry {
    let body = json!({ "person": person, "key": key(person).public() });
    statement(text, Kind::Key, body, &[&operator()])
}

pub fn key_entry(person: &str) -> Entry {
    key_in(TEXT, person)
}

pub fn event_in(text: &str, body: Value, by: &[&str]) -> Entry {
    let keys: Vec<PrivateKey> = by.iter().map(|person| key(person)).collect();
    statement(text, Kind::Event, body, &keys.iter().collect::<Vec<_>>())
}

pub fn event(body: Value, by: &[&str]) -> Entry {
    event_in(TEXT, body, by)
}

pub fn signature(person: &str) -> Value {
    json!({ "id": format!("sign-{person}"), "kind": "sign", "by": person, "on": "agreement",
        "occurred": "2030-01-01" })
}

pub fn sign(person: &str) -> Entry {
    event(signature(person), &[person])
}

/// The text and the three keys, received at once: the entries of a ledger that was stamped.
pub fn unsigned_entries(received: &str) -> Vec<Entry> {
    let keys = ["A", "B", "V"].map(key_entry);
    let all = [first(TEXT)].into_iter().chain(keys).zip(0..);
    all.map(|(entry, seq)| entry.at(seq, at(received))).collect()
}

/// The log of entries that it admits.
pub fn log_of(entries: &[Entry]) -> Log {
    let mut log = Log::start(&entries[0]).unwrap();
    for entry in &entries[1..] {
        log.append(entry).unwrap();
    }
    log
}

/// A log with the keys of both parties and the verifier, signed by both.
pub fn log() -> Log {
    let mut log = Log::start(&first(TEXT)).unwrap();
    for entry in [
        key_entry("A"),
        key_entry("B"),
        key_entry("V"),
        sign("A"),
        sign("B"),
    ] {
        put(&mut log, entry, "2030-01-01T10:00:00Z").unwrap();
    }
    log
}

pub fn put(
    log: &mut Log,
    entry: Entry,
    received: &str,
) -> Result<detente_ledger::log::Admission, detente_ledger::log::Refusal> {
    let entry = entry.at(log.size(), at(received));
    log.append(&entry)
}
