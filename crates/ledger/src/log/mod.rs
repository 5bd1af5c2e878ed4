//! The log: entries that are only ever appended, each signed by whoever says it, all under one Merkle root.
//!
//! Entry 0 carries the signed text. Others register or revoke a key, record an event, carry a time stamp, or set the
//! ledger's clock right. The log refuses what is
//! forged, replayed, back-dated, of another deal, or signed with a key that is unknown or revoked; what it accepts it
//! never changes. It reads no clock and no file: the time of receipt is given by the caller.

mod acts;
pub(crate) mod admission;
mod checkpoint;
mod entry;
#[cfg(feature = "store")]
pub(crate) mod kept;
pub mod keys;
pub mod merkle;
mod receipt;
mod registry;
mod sign_in;
mod stamped;
mod statement;
pub(crate) mod trial;

pub use admission::{Admission, Denied, Refusal};
pub use checkpoint::{Checkpoint, CheckpointError};
pub use entry::{Entry, EntryError, Kind, LARGEST_ENTRY};
pub use receipt::{Checked, RECEIPT_FORMAT, Receipt};
pub use registry::{RECOVERY, RECOVERY_DAYS, flawed_keys};
pub use sign_in::SignIn;
pub use stamped::{LARGEST_TOKEN, Stamped};
pub use statement::{STATEMENT_FORMAT, add_signature, authors_of, read_statements, statement_line};

use std::collections::{BTreeMap, HashSet};

use jiff::Timestamp;

use crate::canonical::{hex, sha256};
use crate::event::{Event, EventKind, Ids, Names};
use crate::moment::{Moment, Occurrence};
use crate::status::Record;
use crate::text::Text;
use crate::text::agreement::Agreement;
use crate::text::document::Node;
use merkle::{Frontier, Hash, leaf_hash};

/// A key that was registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredKey {
    /// Whose.
    pub person: String,
    /// Who holds it among those who act for that person, named by the key that the holder came with: further keys
    /// that a holder registers are the same holder's.
    pub holder: String,
    /// From when it may be used: when it was registered, or a while after that where creditors registered it.
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
    recast: usize,
}

#[cfg_attr(not(feature = "store"), allow(dead_code))]
impl Mark {
    /// How many entries there were.
    pub(crate) fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// The tree of them.
    pub(crate) fn frontier(self) -> Frontier {
        self.frontier
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
    /// The agreement as amended, under each reading of its passages: what may be said is looked up here.
    possible: Vec<Agreement>,
    /// Events whose time of receipt was set right, with what it was before.
    recast: Vec<(usize, Moment)>,
    /// How many there had been in the state that this log was resumed from.
    set_right_before: usize,
}

/// What the log keeps of an event's entry beside the event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Noted {
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
            possible: Vec::new(),
            recast: Vec::new(),
            set_right_before: 0,
        };
        log.possible = log.readings();
        let written = log.text.agreement.keys.clone();
        for (person, keys) in written {
            for key in keys {
                let known = RegisteredKey {
                    person: person.clone(),
                    holder: key.clone(),
                    since: first.received,
                    revoked: None,
                };
                log.keys.entry(key).or_insert(known);
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

    /// Looks at an entry and says whether it may be appended as the next one, without appending it.
    ///
    /// # Errors
    /// Every [`Refusal`] that stands against it.
    pub fn examine(&self, entry: &Entry) -> Result<Admission, Vec<Refusal>> {
        let admission = admission::examine(self, entry)?;
        if let Admission::Event(event) = &admission {
            trial::event(self, event).map_err(|refusal| vec![refusal])?;
        }
        Ok(admission)
    }

    /// Appends an entry that was examined against this very state.
    ///
    /// # Errors
    /// [`Refusal`] with the reason; nothing has changed then.
    pub fn append(&mut self, entry: &Entry) -> Result<Admission, Refusal> {
        admission::readable(entry)?;
        self.append_signed(entry, admission::signatures(entry), true)
            .map(|(admission, _)| admission)
    }

    /// Appends an entry that was appended before: everything is examined as it was then, but no status is tried.
    ///
    /// # Errors
    /// [`Refusal`] with the reason; nothing has changed then.
    pub fn replay(&mut self, entry: &Entry) -> Result<Admission, Refusal> {
        self.append_signed(entry, admission::signatures(entry), false)
            .map(|(admission, _)| admission)
    }

    /// Appends an entry whose signatures were looked at, perhaps after a trial; gives its bytes as well.
    pub(crate) fn append_signed(
        &mut self,
        entry: &Entry,
        signed: Result<Hash, Refusal>,
        tried: bool,
    ) -> Result<(Admission, Vec<u8>), Refusal> {
        admission::same_deal(self, entry)?;
        let said = signed?;
        let admission = admission::admit(self, entry, &said).map_err(admission::first)?;
        if let Admission::Event(event) = &admission
            && tried
        {
            trial::event(self, event)?;
        }
        let bytes = entry.bytes()?;
        let leaf = leaf_hash(&bytes);
        self.apply(admission.clone(), entry, Hashes { leaf, said });
        Ok((admission, bytes))
    }

    fn apply(&mut self, admission: Admission, entry: &Entry, hashes: Hashes) {
        match admission {
            Admission::Duplicate(_) => return,
            Admission::TimeStamp => {}
            Admission::Clock => self.set_right(entry.received),
            Admission::Key { key, person } => {
                let known = registry::registered(self, entry, &key, &person);
                self.keys.entry(key).or_insert(known);
            }
            Admission::Revocation { key, since } => {
                if let Some(known) = self.keys.get_mut(&key) {
                    known.revoked = Some((since, entry.received));
                }
                self.disown(&key, since, entry, &hashes.leaf);
            }
            Admission::Event(event) => {
                let keys = entry.signatures.iter().map(|signed| signed.key.clone());
                let noted = Noted {
                    seq: entry.seq,
                    said: hashes.said,
                    signers: self.shared(keys.collect()),
                };
                self.ids.insert(&event.id, self.events.len() as u32);
                let changes = self.changes_text(&event);
                self.note(*event, noted);
                if changes {
                    self.possible = self.readings();
                }
            }
        }
        self.frontier.push(hashes.leaf);
        self.last_received = entry.received;
    }

    /// Whether an event amends the text or takes an amendment back.
    fn changes_text(&self, event: &Event) -> bool {
        let of = || event.of.as_deref().and_then(|of| self.event(of));
        event.kind == EventKind::Amend
            || (event.kind == EventKind::Reverse && of().is_some_and(|of| of.kind == EventKind::Amend))
    }

    /// The agreement as amended, under each reading of its passages.
    fn readings(&self) -> Vec<Agreement> {
        let reversed: HashSet<&str> = self
            .events
            .iter()
            .filter(|event| event.kind == EventKind::Reverse)
            .filter_map(|event| event.of.as_deref())
            .collect();
        let amended: Vec<(String, Node)> = self
            .events
            .iter()
            .filter(|event| event.kind == EventKind::Amend && !reversed.contains(event.id.as_str()))
            .flat_map(|event| &event.details().set)
            .map(|(path, value)| (path.clone(), Node::from_json(value, &(0..0))))
            .collect();
        let options = self
            .text
            .agreement
            .readings
            .iter()
            .flat_map(|reading| &reading.options);
        let read = std::iter::once(&[][..])
            .chain(options.map(|option| &option.set[..]))
            .filter_map(|set| self.text.with(&[set, &amended].concat()).ok());
        let mut all: Vec<Agreement> = read.collect();
        if all.is_empty() {
            all.push(self.text.agreement.clone());
        }
        all
    }

    /// The clock is set right: what came before this entry had come by now.
    fn set_right(&mut self, now: Timestamp) {
        let moment = Moment::instant(now);
        for (place, event) in self.events.iter_mut().enumerate() {
            if event.received > moment {
                self.recast.push((place, event.received));
                (event.received, event.accepted) = (moment, moment);
            }
        }
        for known in self.keys.values_mut() {
            known.since = known.since.min(now);
            if let Some((since, learned)) = &mut known.revoked {
                (*since, *learned) = ((*since).min(now), (*learned).min(now));
            }
        }
    }

    /// How often the times of earlier events were set right.
    #[must_use]
    pub fn times_set_right(&self) -> usize {
        self.set_right_before + self.recast.len()
    }

    /// An event by its id.
    fn event(&self, id: &str) -> Option<&Event> {
        let place = self.ids.get(id, &self.events)?;
        self.events.get(place as usize)
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

    /// Where the statement of an event stands, and the public keys that signed it.
    #[must_use]
    pub fn signed(&self, id: &str) -> Option<(u64, &[String])> {
        let place = self.ids.get(id, &self.events)?;
        let noted = self.noted.get(place as usize)?;
        (!noted.signers.is_empty()).then_some((noted.seq, &noted.signers[..]))
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
            recast: self.recast.len(),
        }
    }

    /// Returns to a mark.
    #[cfg_attr(not(feature = "store"), allow(dead_code))]
    pub(crate) fn rollback(&mut self, mark: Mark) {
        for (place, received) in self.recast.drain(mark.recast..).rev() {
            if let Some(event) = self.events.get_mut(place) {
                (event.received, event.accepted) = (received, received);
            }
        }
        let mut changed = false;
        for (event, place) in self.events.drain(mark.events..).zip(mark.events..) {
            self.ids.remove(&event.id, place as u32);
            changed |= matches!(event.kind, EventKind::Amend | EventKind::Reverse);
        }
        self.noted.truncate(mark.events);
        self.frontier = mark.frontier;
        self.keys = mark.keys;
        self.last_received = mark.last_received;
        if changed {
            self.possible = self.readings();
        }
    }

    /// An entry that is damaged or missing: its place is taken, and nothing else is known of it.
    #[cfg_attr(not(feature = "store"), allow(dead_code))]
    pub(crate) fn skip(&mut self, leaf: Hash) {
        self.frontier.push(leaf);
    }

    /// Events that a stolen key signed after the theft stop counting when the theft becomes known; what was known
    /// before stays what was known before.
    /// The ids of these reversals follow from the entry's own hash, so that nobody can have taken them beforehand.
    fn disown(&mut self, key: &str, since: Timestamp, entry: &Entry, leaf: &Hash) {
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
                id: format!("{id}/revoked-{}-{}", entry.seq, hex(&leaf[..8])),
                kind: EventKind::Reverse,
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
            origin: origin_of(self.deal()),
            size: self.size(),
            root: self.root(),
        }
    }
}

/// The origin that a deal's checkpoints name.
fn origin_of(deal: &str) -> String {
    format!("detente/{deal}")
}

/// SHA-256 of a text, in hex: the name of a deal.
#[must_use]
pub fn deal_of(source: &str) -> String {
    hex(&sha256(source.as_bytes()))
}
