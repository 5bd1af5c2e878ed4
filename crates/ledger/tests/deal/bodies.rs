//! A deal with bodies: a snapback on which members vote, a dispute stage, a secretary.

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, Log};
use serde_json::Value;

use super::first;

pub const TEXT: &str = r#"
[agreement]
title = "Bodies"
zone = "UTC"
signed_by = ["A", "B"]
[parties]
A = { name = "Alba" }
B = { name = "Borea" }
[others]
V = { name = "Verifier" }
S = { name = "Secretary" }
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
[snapback.S1]
title = "Return"
notify_by = ["A", "B"]
reverses = "R"
clock = "30 days"
[snapback.S1.decision]
members = ["A", "B"]
secretary = "S"
yes = 1
vetoes = "B"
[disputes.D]
title = "d"
[disputes.D.stages.one]
within = "20 days"
body = ["A", "B"]
"#;

pub const DAY: &str = "2030-01-02T12:00:00Z";

pub fn statement(kind: Kind, body: Value, by: &[&PrivateKey]) -> Entry {
    super::statement(TEXT, kind, body, by)
}

pub fn said(body: Value, by: &[&str]) -> Entry {
    super::event_in(TEXT, body, by)
}

/// The text, the keys of everybody, and the signatures of both parties, each at its place.
pub fn entries() -> Vec<Entry> {
    let mut all = vec![first(TEXT)];
    all.extend(["A", "B", "V", "S"].map(|person| super::key_in(TEXT, person)));
    all.extend(["A", "B"].map(|person| said(super::signature(person), &[person])));
    let received = super::at("2030-01-01T10:00:00Z");
    let placed = all.into_iter().zip(0..);
    placed.map(|(entry, seq)| entry.at(seq, received)).collect()
}

/// A log with the keys of everybody, signed by both parties.
pub fn log() -> Log {
    super::log_of(&entries())
}
