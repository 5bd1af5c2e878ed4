//! One entry of the log and its bytes.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::keys::{PrivateKey, Signed, signed_bytes};
use super::merkle::Hash;
use crate::canonical::{canonical_bytes, sha256};
use crate::words;

/// The largest entry, in bytes.
pub const LARGEST_ENTRY: usize = 8 * 1024 * 1024;
/// The most signatures on one entry.
pub const MOST_SIGNATURES: usize = 64;

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The text; entry 0 only.
    Text,
    /// A key is registered.
    Key,
    /// A key is revoked.
    Revoke,
    /// An event.
    Event,
    /// A time stamp of a checkpoint.
    TimeStamp,
    /// The ledger's clock had been ahead and is set right.
    Clock,
}

impl Kind {
    const WORDS: [(&'static str, Self); 6] = [
        ("text", Self::Text),
        ("key", Self::Key),
        ("revoke", Self::Revoke),
        ("event", Self::Event),
        ("time-stamp", Self::TimeStamp),
        ("clock", Self::Clock),
    ];

    /// The kind that a word names.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let known = Self::WORDS.iter().find(|(known, _)| *known == word);
        known.map(|(_, kind)| *kind)
    }

    /// The word in the entry.
    #[must_use]
    pub fn word(self) -> &'static str {
        words::word(&Self::WORDS, &self)
    }
}

/// An entry of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its place, from 0.
    pub seq: u64,
    /// The deal it belongs to.
    pub deal: String,
    /// What it is.
    pub kind: Kind,
    /// When the ledger received it.
    pub received: Timestamp,
    /// What it says.
    pub body: Value,
    /// Who says so.
    pub signatures: Vec<Signed>,
}

/// Bytes that are no entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryError(pub String);

impl std::fmt::Display for EntryError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl std::error::Error for EntryError {}

impl Entry {
    /// Signs a body with keys; place and time of receipt are the ledger's to give.
    ///
    /// # Errors
    /// When the body cannot be written canonically.
    pub fn signed(deal: &str, kind: Kind, body: Value, keys: &[&PrivateKey]) -> Result<Self, EntryError> {
        let bytes = signed_bytes(deal, kind.word(), &body).map_err(|error| EntryError(error.to_string()))?;
        Ok(Self {
            seq: 0,
            deal: deal.to_owned(),
            kind,
            received: Timestamp::UNIX_EPOCH,
            body,
            signatures: keys.iter().map(|key| key.sign(&bytes)).collect(),
        })
    }

    /// The same at a place and time.
    #[must_use]
    pub fn at(mut self, seq: u64, received: Timestamp) -> Self {
        self.seq = seq;
        self.received = received;
        self
    }

    /// The bytes that were signed.
    ///
    /// # Errors
    /// When the body cannot be written canonically.
    pub fn signed_bytes(&self) -> Result<Vec<u8>, EntryError> {
        signed_bytes(&self.deal, self.kind.word(), &self.body).map_err(|error| EntryError(error.to_string()))
    }

    /// SHA-256 over what was signed: two deliveries of one statement agree in it.
    ///
    /// # Errors
    /// When the body cannot be written canonically.
    pub fn body_hash(&self) -> Result<Hash, EntryError> {
        Ok(sha256(&self.signed_bytes()?))
    }

    /// The canonical bytes, which are hashed into the tree and stored.
    ///
    /// # Errors
    /// When the body cannot be written canonically.
    pub fn bytes(&self) -> Result<Vec<u8>, EntryError> {
        let value = json!({
            "format": "detente-entry-1",
            "seq": self.seq,
            "deal": self.deal,
            "kind": self.kind.word(),
            "received": self.received.to_string(),
            "body": self.body,
            "signatures": self.signatures,
        });
        canonical_bytes(&value).map_err(|error| EntryError(error.to_string()))
    }

    /// Reads an entry; its bytes must be canonical, so that one entry has one form only.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        // The one strict reader says better than a comparison of bytes what is wrong with a name given twice.
        let text = std::str::from_utf8(bytes).map_err(|error| EntryError(format!("no text: {error}")))?;
        if bytes.len() <= LARGEST_ENTRY {
            detente_reading::json::value(text).map_err(|fault| EntryError(format!("no JSON: {fault}")))?;
        }
        let entry = Self::from_stored(bytes)?;
        if entry.bytes()? != bytes {
            return Err(EntryError(
                "the bytes are not in canonical form (RFC 8785)".to_owned(),
            ));
        }
        Ok(entry)
    }

    /// Reads an entry from bytes whose hash is under a signed root: they are the bytes that were appended.
    pub(crate) fn from_stored(bytes: &[u8]) -> Result<Self, EntryError> {
        let wrong = |what: &str| EntryError(what.to_owned());
        if bytes.len() > LARGEST_ENTRY {
            return Err(wrong("the entry is too large"));
        }
        let value: Value =
            serde_json::from_slice(bytes).map_err(|error| EntryError(format!("no JSON: {error}")))?;
        let Value::Object(mut object) = value else {
            return Err(wrong("an entry is an object"));
        };
        let entry = read(&mut object)?;
        if !object.is_empty() {
            let known: Vec<&str> = object.keys().map(String::as_str).collect();
            return Err(EntryError(format!("unknown fields: {}", known.join(", "))));
        }
        Ok(entry)
    }

    /// The hash of what was signed, out of the entry's own bytes: in canonical form they begin with it.
    #[cfg_attr(not(feature = "store"), allow(dead_code))]
    pub(crate) fn said(bytes: &[u8]) -> Option<Hash> {
        const NEXT: &[u8] = b",\"received\":\"";
        // Quotes inside of texts are escaped, and what follows has no such field: the last one is the entry's own.
        let end = bytes.windows(NEXT.len()).rposition(|window| window == NEXT)?;
        Some(sha256(&[&bytes[..end], b"}"].concat()))
    }
}

fn read(object: &mut Map<String, Value>) -> Result<Entry, EntryError> {
    let wrong = |what: &str| EntryError(what.to_owned());
    let text = |object: &mut Map<String, Value>, name: &str| match object.remove(name) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(EntryError(format!("`{name}` must be text"))),
    };
    if text(object, "format")? != "detente-entry-1" {
        return Err(wrong("the format is not detente-entry-1"));
    }
    let seq = object
        .remove("seq")
        .and_then(|seq| seq.as_u64())
        .ok_or_else(|| wrong("`seq` must be a number"))?;
    let deal = text(object, "deal")?;
    let kind = Kind::of_word(&text(object, "kind")?);
    let received = text(object, "received")?
        .parse()
        .map_err(|_| wrong("`received` must be an instant"))?;
    let body = object
        .remove("body")
        .ok_or_else(|| wrong("the entry has no `body`"))?;
    let signatures = object
        .remove("signatures")
        .ok_or_else(|| wrong("the entry has no `signatures`"))?;
    let signatures: Vec<Signed> =
        serde_json::from_value(signatures).map_err(|error| EntryError(format!("`signatures`: {error}")))?;
    if signatures.len() > MOST_SIGNATURES {
        return Err(wrong("too many signatures"));
    }
    Ok(Entry {
        seq,
        deal,
        kind: kind.ok_or_else(|| wrong("unknown kind of entry"))?,
        received,
        body,
        signatures,
    })
}
