//! Private keys from files, and what is signed with them.

use std::path::{Path, PathBuf};

use detente_ledger::event::EventKind;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, EntryError, Kind};
use serde_json::Value;

use crate::failure::Failure;
use crate::files::read_text;

/// Reads a private key.
pub fn read_key(path: &Path) -> Result<PrivateKey, Failure> {
    let text = read_text(path)?;
    PrivateKey::from_file(&text).map_err(|what| Failure::BadInput(format!("{}: {what}", path.display())))
}

/// Reads several.
pub fn read_keys(paths: &[PathBuf]) -> Result<Vec<PrivateKey>, Failure> {
    paths.iter().map(|path| read_key(path)).collect()
}

/// An event signed with those of the keys that are its authors'.
pub fn signed_event(
    deal: &str,
    body: Value,
    authors: &[String],
    keys: &[PrivateKey],
) -> Result<Entry, EntryError> {
    let word = body.get("kind").and_then(Value::as_str);
    let of_text = matches!(
        word.and_then(EventKind::from_word),
        Some(EventKind::Sign | EventKind::Amend)
    );
    let mut own: Vec<&PrivateKey> = Vec::new();
    for author in authors {
        let all = keys.iter().filter(|key| key.person == *author);
        // One key is enough for an event; a text takes all that are given.
        own.extend(all.take(if of_text { usize::MAX } else { 1 }));
    }
    Entry::signed(deal, Kind::Event, body, &own)
}
