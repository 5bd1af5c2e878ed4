//! No statements of those who hold keys break the log: what is refused changes nothing, what is admitted reads back as
//! the same bytes and verifies as a bundle, and the status of what was recorded can be asked.
//!
//! The deal's text is parted from the statements by a line of five equals signs. A statement is a line: who signs
//! (`O`, `A`, `B` or `V`, any number), the kind of entry, the seconds since the last one, and the body in JSON, in which
//! `$A` stands for A's public key.
#![no_main]

use std::sync::LazyLock;

use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Admission, Entry, Kind, Log, deal_of};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, status};
use detente_ledger::store::{bundle_of, verify_bundle};
use jiff::Timestamp;
use libfuzzer_sys::fuzz_target;
use serde_json::json;

/// The operator and three others, with keys that never change.
static KEYS: LazyLock<[(char, PrivateKey); 4]> = LazyLock::new(|| {
    let key = |letter: char, name: &str, seed: u8| (letter, PrivateKey::from_seed(name, &[seed; 32]));
    [key('O', "operator", 1), key('A', "A", 2), key('B', "B", 3), key('V', "V", 4)]
});
/// Signing takes most of the time.
const MOST_STATEMENTS: usize = 24;

fn statement(line: &str, deal: &str) -> Option<(Entry, i64)> {
    let mut parts = line.splitn(4, ' ');
    let (who, kind, after, body) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let keys: Vec<&PrivateKey> = KEYS.iter().filter(|(letter, _)| who.contains(*letter)).map(|(_, key)| key).collect();
    let body = KEYS.iter().fold(body.to_owned(), |body, (letter, key)| body.replace(&format!("${letter}"), &key.public()));
    let kind = [Kind::Text, Kind::Key, Kind::Revoke, Kind::Event, Kind::TimeStamp].into_iter().find(|known| known.word() == kind)?;
    let after = i64::from(after.parse::<i32>().ok()?);
    Some((Entry::signed(deal, kind, serde_json::from_str(&body).ok()?, &keys).ok()?, after))
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(input) = std::str::from_utf8(bytes) else { return };
    let Some((source, statements)) = input.split_once("\n=====\n") else { return };
    let (deal, operator) = (deal_of(source), &KEYS[0].1);
    let body = json!({ "text": source, "operator": operator.public() });
    let Ok(first) = Entry::signed(&deal, Kind::Text, body, &[operator]) else { return };
    let mut now = Timestamp::UNIX_EPOCH + jiff::Span::new().hours(24 * 365 * 60);
    let first = first.at(0, now);
    let Ok(mut log) = Log::start(&first) else { return };
    let mut admitted = vec![bytes_of(&first)];
    for line in statements.lines().take(MOST_STATEMENTS) {
        let Some((entry, after)) = statement(line, &deal) else { continue };
        let Ok(then) = now.checked_add(jiff::Span::new().seconds(after)) else { continue };
        let entry = entry.at(log.size(), then);
        let (size, root, events) = (log.size(), log.root(), log.events().len());
        match log.append(&entry) {
            Ok(Admission::Duplicate(_)) | Err(_) => {
                assert_eq!((size, root, events), (log.size(), log.root(), log.events().len()));
            }
            Ok(_) => {
                assert_eq!(log.size(), size + 1);
                now = then;
                admitted.push(bytes_of(&entry));
            }
        }
    }
    let bundle = bundle_of(&admitted, &log.checkpoint().note(&[operator]));
    let found = verify_bundle(&bundle);
    assert!(found.findings.is_empty(), "{:?}\n{bundle}", found.findings);
    let _ = status(&log.text, &log.record(), &Question::at(Moment::instant(now)));
});

/// The entry's bytes, which read back as the same entry.
fn bytes_of(entry: &Entry) -> Vec<u8> {
    let bytes = entry.bytes().expect("what was signed can be written");
    let read = Entry::from_bytes(&bytes).unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&bytes)));
    assert_eq!(read.bytes().as_ref(), Ok(&bytes));
    bytes
}
