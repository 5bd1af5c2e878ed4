//! No text of a deal, no events and no suppositions panic the ledger's readers, the static checks or the status; complaints
//! lie inside the text. Text, events and suppositions (one a line) are parted by lines of five equals signs.
#![no_main]

use detente_ledger::checks::check;
use detente_ledger::event::events_from_text;
use detente_ledger::moment::parse_as_of;
use detente_ledger::status::{Question, Record, status};
use detente_ledger::suppose::suppose;
use detente_ledger::text::Text;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let (source, events) = input.split_once("\n=====\n").unwrap_or((input, "[]"));
    let text = match Text::read(source) {
        Ok(text) => text,
        Err(complaints) => {
            assert!(!complaints.is_empty());
            for complaint in complaints {
                assert!(source.get(complaint.place.clone()).is_some(), "{complaint:?}");
            }
            return;
        }
    };
    let _ = check(&text.agreement);
    let (events, suppositions) = events.split_once("\n=====\n").unwrap_or((events, ""));
    let Ok(mut events) = events_from_text(events, &text.agreement.zone) else { return };
    let mut changes = Vec::new();
    for words in suppositions.lines().take(8) {
        let _ = suppose(words, &text.agreement, &mut events, &mut changes);
    }
    let record = Record::new(events);
    for day in ["2007-06-01", "2030-12-31"] {
        if let Ok(at) = parse_as_of(day, &text.agreement.zone) {
            let _ = status(&text, &record, &Question::at(at));
        }
    }
});
