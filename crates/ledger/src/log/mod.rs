//! The log: entries that are only ever appended, each signed by whoever says it, all under one Merkle root.
//!
//! Entry 0 carries the signed text. Others register or revoke a key, record an event, or carry a time stamp. The log refuses what is
//! forged, replayed, back-dated, of another deal, or signed with a key that is unknown or revoked; what it accepts it
//! never changes. It reads no clock and no file: the time of receipt is given by the caller.

pub(crate) mod admission;
mod checkpoint;
mod entry;
pub mod keys;
pub mod merkle;
mod stamped;

pub use admission::{Admission, Refusal};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry::{Entry, EntryError, Kind, LARGEST_ENTRY};
pub use stamped::{LARGEST_TOKEN, Stamped};

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::canonical::{hex, sha256};
use crate::event::{Event, Ids, Names};
use crate::moment::{Moment, Occurrence};
use crate::status::Record;
use crate::text::Text;
use merkle::{Frontier, Hash, leaf_hash};

/// A key that was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredKey {
    /// Whose.
    pub person: String,
    /// When it was registered.
    pub since: Timestamp,
    /// From when its signatures no longer count, and when that became known.
    pub revoked: Option<(Timestamp, Timestamp)>,
}

/// A state of the log to which it can return.
#[cfg_attr(not(feature = "store"), allow(dead_code))]
pub(crate) struct Mark {
    frontier: Frontier,
    keys: BTreeMap<String, RegisteredKey>,
    events: usize,
    last_received: Timestamp,
}

#[cfg_attr(not(feature = "store"), allow(dead_code))]
impl Mark {
    /// How many entries there were.
    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }
}

/// The log of one deal, in memory.
#[derive(Debug, Clone)]
pub struct Log {
    /// The signed text.
    pub text: Text,
    /// The text's source, as signed.
    pub source: String,
    /// The operator's public key, which signs checkpoints and first keys.
    pub operator: String,
    frontier: Frontier,
    keys: BTreeMap<String, RegisteredKey>,
    events: Vec<Event>,
    /// For each event, at the same place: where it stands and what was signed by whom.
    noted: Vec<Noted>,
    ids: Ids,
    /// Names and keys that stand in many events, kept once.
    names: HashSet<Names>,
    last_received: Timestamp,
}

/// What the log keeps of an event's entry beside the event.
#[derive(Debug, Clone)]
struct Noted {
    seq: u64,
    /// The hash of what was signed: a second delivery of the same statement agrees in it.
    said: Hash,
    /// The keys that signed it.
    signers: Names,
}

/// An entry as it stands in the tree: its leaf, and the hash of what was signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hashes {
    pub leaf: Hash,
    pub said: Hash,
}

impl Log {
    /// Starts a log from entry 0.
    ///
    /// # Errors
    /// [`Refusal`] when it is no text entry, or its signature or text is bad.
    pub fn start(first: &Entry) -> Result<Self, Refusal> {
        let (source, operator) = admission::first_entry(first)?;
        let text = Text::read(&source).map_err(|complaints| {
            let all: Vec<&str> = complaints
                .iter()
                .map(|complaint| complaint.what.as_str())
                .collect();
            Refusal::Malformed(format!("the text cannot be read: {}", all.join("; ")))
        })?;
        let mut log = Self {
            text,
            source,
            operator,
            frontier: Frontier::default(),
            keys: BTreeMap::new(),
            events: Vec::new(),
            noted: Vec::new(),
            ids: Ids::default(),
            names: HashSet::new(),
            last_received: first.received,
        };
        let written = log.text.agreement.keys.clone();
        for (person, keys) in written {
            for key in keys {
                log.register(&key, &person, first.received);
            }
        }
        log.frontier.push(leaf_hash(&first.bytes()?));
        Ok(log)
    }

    /// The deal: SHA-256 of its text.
    #[must_use]
    pub fn deal(&self) -> &str {
        &self.text.hash
    }

    /// How many entries.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The Merkle root of all entries.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.frontier.root()
    }

    /// Registered keys, by public key.
    #[must_use]
    pub fn keys(&self) -> &BTreeMap<String, RegisteredKey> {
        &self.keys
    }

    /// When the last entry was received.
    #[must_use]
    pub fn last_received(&self) -> Timestamp {
        self.last_received
    }

    /// Looks at an entry and says whether it may be appended, without appending it.
    ///
    /// # Errors
    /// [`Refusal`] with the reason.
    pub fn examine(&self, entry: &Entry) -> Result<Admission, Refusal> {
        admission::examine(self, entry)
    }

    /// Appends an entry that was examined against this very state.
    ///
    /// # Errors
    /// [`Refusal`] with the reason; nothing has changed then.
    pub fn append(&mut self, entry: &Entry) -> Result<Admission, Refusal> {
        self.append_signed(entry, admission::signatures(entry))
            .map(|(admission, _)| admission)
    }

    /// Appends an entry whose signatures were looked at; gives its bytes as well.
    pub(crate) fn append_signed(
        &mut self,
        entry: &Entry,
        signed: Result<Hash, Refusal>,
    ) -> Result<(Admission, Vec<u8>), Refusal> {
        admission::same_deal(self, entry)?;
        let said = signed?;
        let admission = admission::admit(self, entry, &said)?;
        let bytes = entry.bytes()?;
        let leaf = leaf_hash(&bytes);
        self.apply(admission.clone(), entry, Hashes { leaf, said });
        Ok((admission, bytes))
    }

    fn apply(&mut self, admission: Admission, entry: &Entry, hashes: Hashes) {
        match admission {
            Admission::Duplicate(_) => return,
            Admission::TimeStamp => {}
            Admission::Key { key, person } => self.register(&key, &person, entry.received),
            Admission::Revocation { key, since } => {
                if let Some(known) = self.keys.get_mut(&key) {
                    known.revoked = Some((since, entry.received));
                }
                self.disown(&key, since, entry);
            }
            Admission::Event(event) => {
                let keys = entry.signatures.iter().map(|signed| signed.key.clone());
                let noted = Noted {
                    seq: entry.seq,
                    said: hashes.said,
                    signers: self.shared(keys.collect()),
                };
                self.ids.insert(&event.id, self.events.len() as u32);
                self.note(*event, noted);
            }
        }
        self.frontier.push(hashes.leaf);
        self.last_received = entry.received;
    }

    fn note(&mut self, mut event: Event, noted: Noted) {
        event.by = self.shared(event.by);
        event.on = self.shared(event.on);
        self.events.push(event);
        self.noted.push(noted);
    }

    /// The same names, once in memory.
    fn shared(&mut self, names: Names) -> Names {
        if let Some(known) = self.names.get(&names) {
            return Names::clone(known);
        }
        self.names.insert(Names::clone(&names));
        names
    }

    /// The entry of an id, and the hash of what was signed there.
    fn known(&self, id: &str) -> Option<(u64, Hash)> {
        let place = self.ids.get(id, &self.events)?;
        let noted = self.noted.get(place as usize)?;
        Some((noted.seq, noted.said))
    }

    /// Takes in an entry that is stored: it was examined when it was appended, so only its form is checked again.
    ///
    /// # Errors
    /// [`Refusal`] when it does not follow.
    #[cfg_attr(not(feature = "store"), allow(dead_code))]
    pub(crate) fn take_in(
        &mut self,
        entry: &Entry,
        admission: Admission,
        hashes: Hashes,
    ) -> Result<(), Refusal> {
        admission::follows(self, entry)?;
        self.apply(admission, entry, hashes);
        Ok(())
    }

    /// The state to which a refused batch returns.
    #[cfg_attr(not(feature = "store"), allow(dead_code))]
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            frontier: self.frontier.clone(),
            keys: self.keys.clone(),
            events: self.events.len(),
            last_received: self.last_received,
        }
    }

    /// Returns to a mark.
    #[cfg_attr(not(feature = "store"), allow(dead_code))]
    pub(crate) fn rollback(&mut self, mark: Mark) {
        for (event, place) in self.events.drain(mark.events..).zip(mark.events..) {
            self.ids.remove(&event.id, place as u32);
        }
        self.noted.truncate(mark.events);
        self.frontier = mark.frontier;
        self.keys = mark.keys;
        self.last_received = mark.last_received;
    }

    fn register(&mut self, key: &str, person: &str, since: Timestamp) {
        let key = key.to_owned();
        self.keys.entry(key).or_insert_with(|| RegisteredKey {
            person: person.to_owned(),
            since,
            revoked: None,
        });
    }

    /// Events that a stolen key signed after the theft stop counting when the theft becomes known; what was known
    /// before stays what was known before.
    fn disown(&mut self, key: &str, since: Timestamp, entry: &Entry) {
        let received = Moment::instant(entry.received);
        let stolen: Vec<String> = self
            .events
            .iter()
            .zip(&self.noted)
            .filter(|(event, _)| event.received >= Moment::instant(since))
            .filter(|(_, noted)| noted.signers.iter().any(|own| own == key))
            .map(|(event, _)| event.id.clone())
            .collect();
        for id in stolen {
            let reversal = Event {
                id: format!("{id}/revoked-{}", entry.seq),
                kind: crate::event::EventKind::Reverse,
                by: ["registrar".to_owned()].into(),
                on: [].into(),
                of: Some(id),
                occurred: Occurrence::instant(entry.received),
                occurred_stated: true,
                reported: received,
                received,
                accepted: received,
                level: None,
                finding: crate::event::Finding::Performed,
                details: None,
                supposed: false,
            };
            let noted = Noted {
                seq: entry.seq,
                said: [0; 32],
                signers: [].into(),
            };
            self.note(reversal, noted);
        }
    }

    /// Events so far.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The record of events, for status.
    #[must_use]
    pub fn record(&self) -> Record {
        Record::new(self.events.clone())
    }

    /// The text and the events, when nothing else of the log is needed any more.
    #[must_use]
    pub fn into_text_and_events(self) -> (Text, Vec<Event>) {
        (self.text, self.events)
    }

    /// The present checkpoint, unsigned.
    #[must_use]
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint {
            origin: format!("detente/{}", self.deal()),
            size: self.size(),
            root: self.root(),
        }
    }
}

/// SHA-256 of a text, in hex: the name of a deal.
#[must_use]
pub fn deal_of(source: &str) -> String {
    hex(&sha256(source.as_bytes()))
}
