//! No text panics the readers of events: JSON, TOML, CSV lists with a feed's rule, and dates alone. Complaints about a
//! CSV file name a line that it has; events that are read have an id, and their occurrence ends no sooner than it begins.
#![no_main]

use std::sync::LazyLock;

use detente_ledger::event::{Event, events_from_text, read_csv};
use detente_ledger::moment::{parse_as_of, parse_day, parse_occurrence};
use detente_ledger::text::agreement::Feed;
use jiff::tz::TimeZone;
use libfuzzer_sys::fuzz_target;

static FEED: LazyLock<Feed> = LazyLock::new(|| Feed {
    source: "list".to_owned(),
    verified: [("confidence".to_owned(), vec!["high".to_owned()])].into(),
    verifier: "V".to_owned(),
});
static ZONE: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Asia/Seoul").unwrap_or(TimeZone::UTC));

fn whole(events: &[Event]) {
    for event in events {
        assert!(!event.id.is_empty());
        assert!(event.occurred.from <= event.occurred.to, "{event:?}");
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    if let Ok(events) = events_from_text(input, &ZONE) {
        whole(&events);
    }
    let parts: Vec<&str> = input.split("\n=====\n").collect();
    match read_csv(&parts, &FEED, &ZONE) {
        Ok(events) => whole(&events),
        Err(complaints) => {
            let most = parts.iter().map(|part| part.lines().count()).max().unwrap_or(0);
            for complaint in complaints {
                assert!((1..=most.max(1) + 1).contains(&complaint.line), "{complaint}");
            }
        }
    }
    let line = input.lines().next().unwrap_or("");
    let _ = parse_as_of(line, &ZONE);
    if let Ok(occurred) = parse_occurrence(line, &ZONE) {
        assert!(occurred.from <= occurred.to, "{occurred:?}");
    }
    if let Some(day) = parse_day(line) {
        assert_eq!(parse_day(&day.to_string()), Some(day));
    }
});
