//! What an entry with a time stamp carries: a checkpoint of this log, and an authority's token about its text.
//!
//! The log admits it by its form: the operator has signed both the entry and the checkpoint, and the checkpoint is of
//! this log and no later than the entry. What the token says is checked where authorities are known, by `verify`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::admission::Refusal;
use super::entry::{Entry, EntryError, Kind};
use super::keys::PrivateKey;
use super::{Checkpoint, Log};

/// The largest token, in bytes.
pub const LARGEST_TOKEN: usize = 64 * 1024;

/// A checkpoint and the token about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamped {
    /// The checkpoint; its text ([`Checkpoint::body`]) is what was stamped.
    pub checkpoint: Checkpoint,
    /// The token (DER), as it came.
    pub token: Vec<u8>,
}

impl Stamped {
    /// The entry that records a token about the checkpoint in a signed note.
    ///
    /// # Errors
    /// When the body cannot be written canonically.
    pub fn entry(deal: &str, note: &str, token: &[u8], operator: &PrivateKey) -> Result<Entry, EntryError> {
        let body = json!({ "checkpoint": note, "token": STANDARD.encode(token) });
        Entry::signed(deal, Kind::TimeStamp, body, &[operator])
    }

    /// Reads an entry's body; the note must be signed by `operator` (a public key, hex).
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(entry: &Entry, operator: &str) -> Result<Self, Refusal> {
        let malformed = |what: &str| Refusal::Malformed(what.to_owned());
        let field = |name: &str| {
            let value = entry.body.get(name).and_then(Value::as_str);
            value.ok_or_else(|| Refusal::Malformed(format!("it has no `{name}`")))
        };
        let checkpoint = Checkpoint::open(field("checkpoint")?, operator)
            .map_err(|error| Refusal::Malformed(error.to_string()))?;
        let token = STANDARD
            .decode(field("token")?)
            .map_err(|_| malformed("`token` is not base64"))?;
        if token.len() > LARGEST_TOKEN {
            return Err(malformed("`token` is too large"));
        }
        Ok(Self { checkpoint, token })
    }

    /// Whether `entry` may record it in this log.
    pub(super) fn examine(log: &Log, entry: &Entry) -> Result<(), Refusal> {
        if !entry.signatures.iter().any(|signed| signed.key == log.operator) {
            return Err(Refusal::denied("A4", "the operator alone records time stamps"));
        }
        let now = log.checkpoint();
        let stamped = Self::read(entry, &log.operator)?.checkpoint;
        if stamped.origin != now.origin {
            return Err(Refusal::OtherDeal {
                named: stamped.origin,
            });
        }
        if stamped.size > now.size || (stamped.size == now.size && stamped.root != now.root) {
            return Err(Refusal::Malformed(
                "its checkpoint is none of this log".to_owned(),
            ));
        }
        Ok(())
    }
}
