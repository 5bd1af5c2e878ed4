//! Opening a ledger and taking in what others have appended: from a kept state where it matches, and from the entries.

use jiff::tz::TimeZone;
use rayon::prelude::*;

use super::backend::{Backend, Row};
use super::{StateUse, Store, StoreError, TRIES, damaged, entry_of};
use crate::log::admission::reread;
use crate::log::keys::PrivateKey;
use crate::log::{Admission, Checkpoint, Entry, Hashes, Log, Refusal};

impl Store {
    /// Opens a ledger; with the operator's key it can be appended to. A kept state that matches spares reading the entries
    /// before it.
    ///
    /// # Errors
    /// [`StoreError`] when it is absent, damaged, of a later version, or the key is another operator's.
    pub async fn open(place: &str, operator: Option<PrivateKey>) -> Result<Self, StoreError> {
        let mut store = Self::begin(place, operator).await?;
        store.resume().await?;
        if matches!(store.state_use, StateUse::Used(_)) {
            match store.read_to_the_end().await {
                Ok(()) => return Ok(store),
                Err(error) => store.refuse_state(error.to_string())?,
            }
        }
        store.read_to_the_end().await?;
        Ok(store)
    }

    /// Opens a ledger from its entries alone, whatever state is kept.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_from_entries(place: &str, operator: Option<PrivateKey>) -> Result<Self, StoreError> {
        let mut store = Self::begin(place, operator).await?;
        store.read_to_the_end().await?;
        Ok(store)
    }

    /// Reads the entries that the log has not yet; they must have the root of the last checkpoint.
    async fn read_to_the_end(&mut self) -> Result<(), StoreError> {
        self.read_on().await?;
        self.check_head().await
    }

    /// Opens a ledger with its first entry.
    async fn begin(place: &str, operator: Option<PrivateKey>) -> Result<Self, StoreError> {
        let backend = Backend::open(place, operator.is_some()).await?;
        backend.migrate(operator.is_some()).await?;
        let Some(first) = backend.row(0).await? else {
            return Err(match backend.size().await? {
                0 => StoreError::Absent(place.to_owned()),
                _ => damaged(0, "entry 0 is missing".to_owned()),
            });
        };
        let first = entry_of(&first, 0)?;
        let log = Log::start(&first)?;
        let store = Self {
            backend,
            log,
            operator,
            last: None,
            first,
            kept: None,
            state_use: StateUse::None,
            entries_read: 1,
        };
        if let Some(key) = &store.operator
            && key.public() != store.log.operator
        {
            return Err(Refusal::denied("A4", "this is another operator's key").into());
        }
        Ok(store)
    }

    /// Takes in what other writers have appended.
    ///
    /// # Errors
    /// [`StoreError`] of the database, or damage.
    pub async fn catch_up(&mut self) -> Result<(), StoreError> {
        if self.backend.size().await? == self.log.size() {
            return Ok(());
        }
        self.read_on().await
    }

    async fn read_on(&mut self) -> Result<(), StoreError> {
        loop {
            let rows = self.backend.rows(self.log.size()).await?;
            if rows.is_empty() {
                return Ok(());
            }
            self.take_in(&rows)?;
        }
    }

    /// Takes in stored entries: all cores read them, then each follows the one before.
    fn take_in(&mut self, rows: &[Row]) -> Result<(), StoreError> {
        self.entries_read += rows.len() as u64;
        let (next, zone) = (self.log.size(), self.log.text.agreement.zone.clone());
        let read: Vec<Result<Stored, StoreError>> = rows
            .par_iter()
            .enumerate()
            .map(|(after, row)| stored(row, next + after as u64, &zone))
            .collect();
        for (read, row) in read.into_iter().zip(rows) {
            let read = read?;
            self.log
                .take_in(&read.entry, read.admission, read.hashes)
                .map_err(|refusal| damaged(row.seq, refusal.to_string()))?;
        }
        Ok(())
    }

    /// The last stored checkpoint must be the root of what was read; another writer may append meanwhile.
    async fn check_head(&mut self) -> Result<(), StoreError> {
        for _ in 0..TRIES {
            let last = self.backend.last_checkpoint().await?;
            let Some((size, note)) = last else {
                return Err(damaged(-1, "no checkpoint is stored".to_owned()));
            };
            if size as u64 > self.log.size() && self.backend.size().await? > self.log.size() {
                self.catch_up().await?;
                continue;
            }
            let checkpoint = Checkpoint::open(&note, &self.log.operator)
                .map_err(|error| damaged(-1, error.to_string()))?;
            if checkpoint == self.log.checkpoint() && size as u64 == self.log.size() {
                return Ok(());
            }
            let what = format!(
                "the checkpoint is for {} entries with another root than the {} stored",
                checkpoint.size,
                self.log.size()
            );
            return Err(damaged(-1, what));
        }
        Err(StoreError::Database(
            "other writers were faster each time; try again".to_owned(),
        ))
    }
}

/// A stored entry as the log takes it in.
struct Stored {
    entry: Entry,
    admission: Admission,
    hashes: Hashes,
}

fn stored(row: &Row, place: u64, zone: &TimeZone) -> Result<Stored, StoreError> {
    let mut entry = entry_of(row, place)?;
    let said =
        Entry::said(&row.bytes).ok_or_else(|| damaged(row.seq, "it names no time of receipt".to_owned()))?;
    let admission = reread(&entry, zone).map_err(|refusal| damaged(row.seq, refusal.to_string()))?;
    entry.body = serde_json::Value::Null;
    let hashes = Hashes {
        leaf: row.leaf_hash,
        said,
    };
    Ok(Stored {
        entry,
        admission,
        hashes,
    })
}
