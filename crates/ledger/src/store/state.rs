//! A kept state: what the log made of its first entries, signed by the operator, so that opening a ledger reads what came
//! after it and no more (rule A17).
//!
//! The state names the deal, the size and the root of the entries that it is of, and the SHA-256 of each of its parts. It is
//! used only where all of that holds: the operator has signed it, each part has its hash, entry 0 is the one that is stored,
//! the peaks of its tree have its root, and with the entries after it they have the root of the last signed checkpoint. If
//! anything does not match, all entries are read, and it is said why. `verify` makes the state again from the entries.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Store, StoreError};
use crate::canonical::{canonical_bytes, hex, sha256};
use crate::event::Event;
use crate::log::kept::{Head, PART, read_part};
use crate::log::keys::{PrivateKey, Signed, verify};
use crate::log::merkle::Hash;
use crate::log::{Log, Noted};

/// After how many entries a state is kept again.
const EVERY: u64 = 4096;
const FORMAT: &str = "detente-state-1";

/// Whether a kept state was used to open a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateUse {
    /// There was none, or none was looked for: all entries were read.
    None,
    /// The entries after so many were read.
    Used(u64),
    /// There was one that does not match: all entries were read.
    Refused(String),
}

/// Whether a part is the one that was signed.
fn fits(((until, hash), (place, part)): (&(usize, String), &(i64, Vec<u8>))) -> bool {
    i64::try_from(*until) == Ok(*place) && hex(&sha256(part)) == *hash
}

/// What is kept beside the parts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Kept {
    format: String,
    deal: String,
    pub head: Head,
    root: String,
    /// Up to which event each part goes, and its SHA-256.
    pub parts: Vec<(usize, String)>,
    signed: Signed,
}

/// The parts of a state that are to be written, by the number of events up to which each goes.
pub(super) type Parts = Vec<(usize, Vec<u8>)>;

fn signed_bytes(deal: &str, head: &Head, root: &str, parts: &[(usize, String)]) -> Option<Vec<u8>> {
    let value = json!({ "format": FORMAT, "deal": deal, "head": head, "root": root, "parts": parts });
    canonical_bytes(&value).ok()
}

/// The state of a log beyond a state that is kept already; none where an event would not be read as it is.
fn state_of(
    log: &Log,
    first: &Hash,
    before: &[(usize, String)],
) -> Option<(Head, Vec<(usize, String)>, Parts)> {
    let mut all = before.to_vec();
    let mut written = Vec::new();
    let mut from = all.last().map_or(0, |(until, _)| *until);
    while from < log.events().len() {
        let until = log.events().len().min(from + PART);
        let part = log.part(from, until)?;
        all.push((until, hex(&sha256(&part))));
        written.push((until, part));
        from = until;
    }
    Some((log.head(first), all, written))
}

impl Kept {
    /// Reads and checks what can be checked without the parts.
    pub(super) fn open(text: &str, log: &Log) -> Result<Self, String> {
        let kept: Self =
            detente_reading::json::from_str(text).map_err(|fault| format!("it cannot be read: {fault}"))?;
        let bytes = signed_bytes(&kept.deal, &kept.head, &kept.root, &kept.parts);
        let good = bytes.is_some_and(|bytes| kept.signed.key == log.operator && verify(&kept.signed, &bytes));
        if kept.format != FORMAT || !good {
            return Err("the operator has not signed it".to_owned());
        }
        if kept.deal != log.deal() {
            return Err("it is of another deal".to_owned());
        }
        Ok(kept)
    }

    /// Lets a log that has only its first entry go on from here.
    fn resume(&self, log: &mut Log, parts: &[(i64, Vec<u8>)]) -> Result<(), String> {
        let pairs: Vec<_> = self.parts.iter().zip(parts).collect();
        if parts.len() != self.parts.len() || !pairs.into_par_iter().all(fits) {
            return Err("a part does not have the hash that was signed".to_owned());
        }
        let read: Vec<Result<Vec<(Event, Noted)>, String>> =
            parts.par_iter().map(|(_, part)| read_part(part)).collect();
        let mut events = Vec::with_capacity(self.head.events);
        for part in read {
            events.extend(part?);
        }
        log.resume(&self.head, events)?;
        if hex(&log.root()) != self.root {
            return Err("its tree does not have the root that was signed".to_owned());
        }
        Ok(())
    }

    /// What is wrong with a kept state, given the log as it was when it had as many entries.
    pub(super) fn differs(&self, log: &Log, first: &Hash, parts: &[(i64, Vec<u8>)]) -> Option<String> {
        let again = state_of(log, first, &[]);
        let again = again.filter(|(head, _, _)| *head == self.head && hex(&log.root()) == self.root);
        let Some((_, _, written)) = again else {
            return Some("the kept state is not what the entries make".to_owned());
        };
        // Parts may be cut elsewhere; their events are what counts.
        let events = |parts: Vec<&[u8]>| -> Option<Vec<(Event, Noted)>> {
            let read = parts.into_iter().map(|part| read_part(part).ok());
            Some(read.collect::<Option<Vec<_>>>()?.concat())
        };
        let signed = parts.len() == self.parts.len() && self.parts.iter().zip(parts).all(fits);
        let kept = events(parts.iter().map(|(_, part)| &part[..]).collect());
        let made = events(written.iter().map(|(_, part)| &part[..]).collect());
        (!signed || kept.is_none() || kept != made)
            .then(|| "the parts of the kept state are not what the entries make".to_owned())
    }
}

impl Store {
    /// Whether a kept state was used to open this ledger.
    #[must_use]
    pub fn state_use(&self) -> &StateUse {
        &self.state_use
    }

    /// How many entries were read to open this ledger.
    #[must_use]
    pub fn entries_read(&self) -> u64 {
        self.entries_read
    }

    /// Takes on the kept state, if there is one that matches so far.
    pub(super) async fn resume(&mut self) -> Result<(), StoreError> {
        let Some(text) = self.backend.state().await? else {
            return Ok(());
        };
        let kept = match Kept::open(&text, &self.log) {
            Ok(kept) => kept,
            Err(why) => return self.refuse_state(why),
        };
        let parts = self.backend.parts().await?;
        match kept.resume(&mut self.log, &parts) {
            Ok(()) => {
                self.state_use = StateUse::Used(kept.head.size);
                self.kept = Some(kept);
                Ok(())
            }
            Err(why) => self.refuse_state(why),
        }
    }

    /// Goes back to the first entry, and says why.
    pub(super) fn refuse_state(&mut self, why: String) -> Result<(), StoreError> {
        self.log = Log::start(&self.first)?;
        self.kept = None;
        self.state_use = StateUse::Refused(why);
        Ok(())
    }

    /// Keeps the present state where enough has come since the last one. Nothing depends on it: where it cannot be written, all
    /// entries are read the next time.
    pub(super) async fn keep_state_sometimes(&mut self) {
        let kept = self.kept.as_ref().map_or(0, |kept| kept.head.size);
        if self.log.size() >= kept + EVERY {
            // The entries are on disk already; that this failed shows when the ledger is opened.
            let _ = self.keep_state().await;
        }
    }

    /// Keeps the present state.
    ///
    /// # Errors
    /// [`StoreError`] of the database, or without the operator's key.
    pub async fn keep_state(&mut self) -> Result<(), StoreError> {
        let Some(operator) = &self.operator else {
            return Err(StoreError::ReadOnly);
        };
        // Times that were set right change events of earlier parts: then all are written again.
        let same = |kept: &&Kept| kept.head.set_right == self.log.times_set_right();
        let before = self
            .kept
            .as_ref()
            .filter(same)
            .map_or(&[][..], |kept| &kept.parts);
        let leaf = super::leaf_hash(&self.first.bytes().map_err(crate::log::Refusal::from)?);
        let state = state_of(&self.log, &leaf, before);
        let Some((kept, parts)) =
            state.and_then(|(head, all, written)| Some((signed(&self.log, head, all, operator)?, written)))
        else {
            return Err(StoreError::Database("the state cannot be written".to_owned()));
        };
        let text = serde_json::to_string(&kept).map_err(|error| StoreError::Database(error.to_string()))?;
        let from = i64::try_from(before.last().map_or(0, |(until, _)| *until)).unwrap_or(i64::MAX);
        self.backend.keep(from, &parts, &text).await?;
        self.kept = Some(kept);
        Ok(())
    }
}

fn signed(log: &Log, head: Head, parts: Vec<(usize, String)>, operator: &PrivateKey) -> Option<Kept> {
    let (deal, root) = (log.deal().to_owned(), hex(&log.root()));
    let bytes = signed_bytes(&deal, &head, &root, &parts)?;
    Some(Kept {
        format: FORMAT.to_owned(),
        deal,
        head,
        root,
        parts,
        signed: operator.sign(&bytes),
    })
}
