//! Statements by anybody about anything, most of them odd; and what a calendar must be.

use proptest::prelude::*;
use serde_json::{Value, json};

use detente_ledger::event::EventKind;

/// A statement without an id, and who signs it.
pub fn a_statement() -> impl Strategy<Value = (Value, Vec<&'static str>)> {
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

/// A feed whose lines are those of RFC 5545: ended by CRLF, of at most 75 bytes, with nothing that is not seen.
pub fn is_calendar(feed: &str) {
    assert!(
        feed.starts_with("BEGIN:VCALENDAR\r\n") && feed.ends_with("END:VCALENDAR\r\n"),
        "{feed}"
    );
    for line in feed.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{line}");
        assert!(!line.contains(detente_reading::foreign::is_hidden), "{line:?}");
    }
    let unfolded = feed.replace("\r\n ", "");
    let named = unfolded.lines().all(|line| {
        let name = line.split([':', ';']).next().unwrap_or_default();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '-')
    });
    assert!(named, "{unfolded}");
}
