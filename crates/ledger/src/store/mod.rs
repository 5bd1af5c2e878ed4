//! Where a log is kept: an SQLite file by default, PostgreSQL by URL for teams; the same statements and tests on both.
//!
//! An append is one transaction that also carries the new signed checkpoint: it is acknowledged when the database
//! says that it is on disk, and after a crash either all of it is there or nothing. Two writers are told apart by the
//! size they saw; whoever is late catches up and tries again.

mod backend;
mod backup;
mod bundle;
mod clock;
mod error;
mod history;
mod opening;
mod receipts;
mod salvage;
mod server;
mod stamps;
mod state;
mod verify;

use jiff::Timestamp;
use rayon::prelude::*;
use serde_json::json;

pub use backup::{backup, restore};
pub use bundle::bundle_of;
pub use clock::{Clock, FAR_AHEAD_DAYS};
pub use error::{Refused, StoreError, holds_password, without_password};
pub use salvage::{Salvage, restore_before_damage, salvage};
pub use stamps::CheckedStamp;
pub use state::StateUse;
pub use verify::{
    Finding, Verification, verify_bundle, verify_bundle_trusting, verify_store, verify_store_trusting,
};

use crate::log::admission::{readable, signatures};
use crate::log::keys::PrivateKey;
use crate::log::merkle::{Frontier, Hash, leaf_hash};
use crate::log::{Admission, Checkpoint, Entry, Kind, Log, Refusal, deal_of, flawed_keys, trial};
use backend::{Backend, Row};

/// The version of the tables.
pub const SCHEMA_VERSION: i64 = 3;
/// How often an append is tried again when another writer was faster.
const TRIES: usize = 50;

/// A stored ledger with its log in memory.
#[derive(Debug)]
pub struct Store {
    backend: Backend,
    log: Log,
    operator: Option<PrivateKey>,
    /// What was appended last, from which its receipts are made.
    last: Option<Batch>,
    /// Entry 0.
    first: Entry,
    kept: Option<state::Kept>,
    state_use: StateUse,
    entries_read: u64,
}

/// The entries of one append: the tree before them, and their leaves.
#[derive(Debug)]
struct Batch {
    before: Frontier,
    leaves: Vec<Hash>,
    note: String,
}

/// What was appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The entry's place.
    pub seq: u64,
    /// Its leaf hash; none of an entry that was there before.
    pub leaf: Option<Hash>,
    /// Whether the same statement had been there before.
    pub duplicate: bool,
}

impl Store {
    /// Makes a new ledger with the text as entry 0.
    ///
    /// # Errors
    /// [`StoreError`] when there is one already, or the text or database is bad.
    pub async fn create(
        place: &str,
        source: &str,
        operator: PrivateKey,
        received: Timestamp,
    ) -> Result<Self, StoreError> {
        let deal = deal_of(source);
        let body = json!({ "text": source, "operator": operator.public() });
        let first = Entry::signed(&deal, Kind::Text, body, &[&operator]).map_err(Refusal::from)?;
        let first = first.at(0, received);
        readable(&first)?;
        let log = Log::start(&first)?;
        trial::text(&log.text, received)?;
        let flaws = flawed_keys(&log.text.agreement, &operator.public());
        if !flaws.is_empty() {
            return Err(Refusal::denied("A9", flaws.join("; ")).into());
        }
        let backend = Backend::create(place).await?;
        backend.migrate(true).await?;
        let row = row_of(&first)?;
        let store = Self {
            backend,
            log,
            operator: Some(operator),
            last: None,
            first,
            kept: None,
            state_use: StateUse::None,
            entries_read: 0,
        };
        if !store.backend.append(0, &[row], &store.note()?).await? {
            return Err(StoreError::Exists(place.to_owned()));
        }
        Ok(store)
    }

    /// The log.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The log, when nothing else of the store is needed any more.
    #[must_use]
    pub fn into_log(self) -> Log {
        self.log
    }

    /// The last signed checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn checkpoint_note(&self) -> Result<Option<String>, StoreError> {
        Ok(self.backend.last_checkpoint().await?.map(|(_, note)| note))
    }

    /// The last signed checkpoint for which `wanted` holds, with its note.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn checkpoint_where(
        &self,
        wanted: impl Fn(&Checkpoint) -> bool,
    ) -> Result<Option<(String, Checkpoint)>, StoreError> {
        let notes = self.backend.all_checkpoints().await?;
        let opened = notes.into_iter().rev().filter_map(|(_, note)| {
            let checkpoint = Checkpoint::open(&note, &self.log.operator).ok()?;
            Some((note, checkpoint))
        });
        Ok(opened.into_iter().find(|(_, checkpoint)| wanted(checkpoint)))
    }

    /// Appends statements in one transaction: all of them or none. Place and time are given here; the clock is read
    /// again for every try, so that a writer who waited for others is not behind them.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was appended then.
    pub async fn append(
        &mut self,
        entries: &[Entry],
        clock: impl Into<Clock>,
    ) -> Result<Vec<Appended>, StoreError> {
        let clock = clock.into();
        if self.operator.is_none() {
            return Err(StoreError::ReadOnly);
        }
        // Signatures need no state: all cores verify them, once.
        let signed: Vec<Result<Hash, Refusal>> = entries
            .par_iter()
            .map(|entry| readable(entry).and_then(|()| signatures(entry)))
            .collect();
        for _ in 0..TRIES {
            self.catch_up().await?;
            let mark = self.log.mark();
            let staged = self.stage(entries, &signed, &clock);
            let (rows, appended) = match staged {
                Ok(staged) => staged,
                Err(error) => {
                    self.log.rollback(mark);
                    return Err(error);
                }
            };
            if rows.is_empty() {
                return Ok(appended);
            }
            let note = self.note()?;
            match self.backend.append(mark.size(), &rows, &note).await {
                Ok(true) => {
                    self.last = Some(Batch {
                        before: mark.frontier(),
                        leaves: rows.iter().map(|row| row.leaf_hash).collect(),
                        note,
                    });
                    self.keep_state_sometimes().await;
                    return Ok(appended);
                }
                // Another writer was faster: take in what it wrote and try again.
                Ok(false) => self.log.rollback(mark),
                Err(error) => {
                    self.log.rollback(mark);
                    return Err(error);
                }
            }
        }
        Err(StoreError::Database(
            "other writers were faster each time; try again".to_owned(),
        ))
    }

    fn stage(
        &mut self,
        entries: &[Entry],
        signed: &[Result<Hash, Refusal>],
        clock: &Clock,
    ) -> Result<(Vec<Row>, Vec<Appended>), StoreError> {
        let mut rows = Vec::with_capacity(entries.len());
        let mut appended = Vec::with_capacity(entries.len());
        let mut refused: Vec<Refused> = Vec::new();
        let now = match clock.judged(&self.log, entries)? {
            clock::Judged::Now(now) => now,
            clock::Judged::SetRight(now) => {
                rows.push(self.set_right(now)?);
                now
            }
        };
        for (number, (entry, signed)) in entries.iter().zip(signed).enumerate() {
            let entry = entry.clone().at(self.log.size(), now);
            match self.log.append_signed(&entry, signed.clone(), true) {
                Ok((Admission::Duplicate(seq), _)) => appended.push(Appended {
                    seq,
                    leaf: None,
                    duplicate: true,
                }),
                Ok((_, bytes)) => {
                    let row = row_from(&entry, bytes);
                    appended.push(Appended {
                        seq: entry.seq,
                        leaf: Some(row.leaf_hash),
                        duplicate: false,
                    });
                    rows.push(row);
                }
                // Those behind it are looked at as well, so that all are told what is wrong at once.
                Err(refusal) => {
                    let why = self.log.examine(&entry).err().unwrap_or_else(|| vec![refusal]);
                    let name = id_of(&entry).map(str::to_owned);
                    refused.push(Refused { number, name, why });
                }
            }
        }
        if refused.is_empty() {
            return Ok((rows, appended));
        }
        Err(StoreError::of_refused(refused))
    }

    /// The operator's entry that sets the ledger's clock right, before what is appended.
    fn set_right(&mut self, now: Timestamp) -> Result<Row, StoreError> {
        let operator = self.operator.as_ref().ok_or(StoreError::ReadOnly)?;
        let body = json!({ "ahead": self.log.last_received().to_string(), "now": now.to_string() });
        let entry = Entry::signed(self.log.deal(), Kind::Clock, body, &[operator]).map_err(Refusal::from)?;
        let entry = entry.at(self.log.size(), now);
        let (_, bytes) = self.log.append_signed(&entry, signatures(&entry), false)?;
        Ok(row_from(&entry, bytes))
    }

    fn note(&self) -> Result<String, StoreError> {
        let operator = self.operator.as_ref().ok_or(StoreError::ReadOnly)?;
        Ok(self.log.checkpoint().note(&[operator]))
    }

    /// All entries' bytes, in order.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn entries(&self) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut all: Vec<Vec<u8>> = Vec::new();
        loop {
            let rows = self.backend.rows(all.len() as u64).await?;
            if rows.is_empty() {
                return Ok(all);
            }
            all.extend(rows.into_iter().map(|row| row.bytes));
        }
    }

    /// The ledger as a bundle that stands alone.
    ///
    /// # Errors
    /// [`StoreError`] of the database.
    pub async fn bundle(&self) -> Result<String, StoreError> {
        let note = self.checkpoint_note().await?.unwrap_or_default();
        Ok(bundle_of(self.entries().await?, &note))
    }

    /// Makes a ledger from a bundle, entry by entry as they were; used to move between databases.
    ///
    /// # Errors
    /// [`StoreError`] when the bundle is damaged or there is a ledger already.
    pub async fn import(place: &str, bundle: &str) -> Result<Self, StoreError> {
        let verification = verify_bundle(bundle);
        if !verification.findings.is_empty() {
            return Err(StoreError::Damaged(verification.findings));
        }
        let (entries, note) =
            bundle::split_bundle(bundle).map_err(|finding| StoreError::Damaged(vec![finding]))?;
        let backend = Backend::create(place).await?;
        backend.migrate(true).await?;
        let mut rows = Vec::with_capacity(entries.len());
        for bytes in &entries {
            let entry = Entry::from_bytes(bytes).map_err(Refusal::from)?;
            rows.push(row_of(&entry)?);
        }
        if !backend.append(0, &rows, &note).await? {
            return Err(StoreError::Exists(place.to_owned()));
        }
        Self::open(place, None).await
    }

    /// Lets go of the database in good order: what lies in the write-ahead log goes into the file itself.
    pub async fn close(self) {
        self.finish().await;
    }

    /// The same for a store that others still hold; it can answer nothing afterwards.
    pub async fn finish(&self) {
        self.backend.close().await;
    }
}

fn damaged(seq: i64, what: String) -> StoreError {
    StoreError::Damaged(vec![Finding { seq, what }])
}

fn row_of(entry: &Entry) -> Result<Row, StoreError> {
    let bytes = entry.bytes().map_err(Refusal::from)?;
    Ok(row_from(entry, bytes))
}

fn row_from(entry: &Entry, bytes: Vec<u8>) -> Row {
    Row {
        seq: entry.seq as i64,
        leaf_hash: leaf_hash(&bytes),
        event_id: id_of(entry).map(str::to_owned),
        bytes,
    }
}

/// The id that is stored beside an event.
fn id_of(entry: &Entry) -> Option<&str> {
    match entry.kind {
        Kind::Event => entry.body.get("id")?.as_str(),
        _ => None,
    }
}

fn entry_of(row: &Row, place: u64) -> Result<Entry, StoreError> {
    if row.seq as u64 != place {
        return Err(damaged(row.seq, format!("entry {place} is missing")));
    }
    if leaf_hash(&row.bytes) != row.leaf_hash {
        return Err(damaged(
            row.seq,
            "its bytes do not have the stored hash".to_owned(),
        ));
    }
    Entry::from_stored(&row.bytes).map_err(|error| damaged(row.seq, error.to_string()))
}
