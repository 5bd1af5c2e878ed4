//! Verification of all that is stored: every entry's bytes, hash, signatures and admission, every checkpoint, every time
//! stamp, and the database's own structure. Each finding says where.

use rayon::prelude::*;
use serde::Serialize;

use super::backend::{Backend, Row};
use super::bundle::split_bundle;
use super::stamps::{CheckedStamp, StoredStamp, check_stamps};
use super::state::Kept;
use super::{Entry, StoreError};
use crate::canonical::hex;
use crate::log::admission::signatures;
use crate::log::merkle::{Hash, leaf_hash, root};
use crate::log::{Admission, Checkpoint, EntryError, Log, Refusal, Stamped};
use crate::time_stamp::Authorities;

/// Something that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The entry; -1 when it is no single entry.
    pub seq: i64,
    /// What is wrong.
    pub what: String,
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.seq >= 0 {
            write!(f, "entry {}: {}", self.seq, self.what)
        } else {
            write!(f, "{}", self.what)
        }
    }
}

/// The result of a verification.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Entries looked at.
    pub entries: u64,
    /// Signatures checked.
    pub signatures: u64,
    /// Checkpoints checked.
    pub checkpoints: u64,
    /// Time stamps whose digests and signatures hold, in the order of their entries.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stamps: Vec<CheckedStamp>,
    /// The deal.
    pub deal: String,
    /// The Merkle root, hex.
    pub root: String,
    /// The operator's public key.
    pub operator: String,
    /// Everything wrong; empty when all is as it was written.
    pub findings: Vec<Finding>,
    /// The leaves of all entries.
    #[serde(skip)]
    pub(super) leaves: Vec<Hash>,
    /// The last checkpoint as it is signed, where it is one of all entries.
    #[serde(skip)]
    pub note: Option<String>,
}

impl Verification {
    pub(super) fn wrong(&mut self, seq: i64, what: impl Into<String>) {
        self.findings.push(Finding {
            seq,
            what: what.into(),
        });
    }
}

/// Verifies a stored ledger from its raw rows; nobody is trusted to vouch for its time stamps.
///
/// # Errors
/// [`StoreError`] when the database cannot be read at all.
pub async fn verify_store(place: &str) -> Result<Verification, StoreError> {
    verify_store_trusting(place, &Authorities::none()).await
}

/// Verifies a stored ledger from its raw rows, and its time stamps against authorities that are trusted.
///
/// # Errors
/// [`StoreError`] when the database cannot be read at all.
pub async fn verify_store_trusting(
    place: &str,
    authorities: &Authorities,
) -> Result<Verification, StoreError> {
    let backend = Backend::open(place, false).await?;
    let mut verification = Verification::default();
    match backend.structure().await {
        Ok(lines) => lines
            .into_iter()
            .for_each(|line| verification.wrong(-1, format!("database structure: {line}"))),
        Err(error) => verification.wrong(-1, error.to_string()),
    }
    let state = match backend.state().await {
        Ok(None) => None,
        Ok(Some(text)) => Some((text, backend.parts().await.unwrap_or_default())),
        Err(error) => {
            verification.wrong(-1, error.to_string());
            None
        }
    };
    let mut check = Check {
        state,
        ..Check::default()
    };
    while let Some((rows, unreadable)) = readable_rows(&backend, check.next).await {
        if let Some(why) = unreadable {
            verification.wrong(-1, why);
        }
        let before = check.next;
        check.rows(&rows, &mut verification);
        if check.next == before {
            verification.wrong(-1, "the entries' index and the entries disagree on their places");
            break;
        }
    }
    let checkpoints = match backend.all_checkpoints().await {
        Ok(checkpoints) => checkpoints,
        Err(error) => {
            verification.wrong(-1, error.to_string());
            Vec::new()
        }
    };
    backend.close().await;
    check.finish(&checkpoints, authorities, &mut verification);
    Ok(verification)
}

/// The next page of entries; where one of them makes the database fail, those that can be read one by one, with what the
/// database says. None when there are no more.
pub(super) async fn readable_rows(backend: &Backend, from: u64) -> Option<(Vec<Row>, Option<String>)> {
    let error = match backend.rows(from).await {
        Ok(rows) if rows.is_empty() => return None,
        Ok(rows) => return Some((rows, None)),
        Err(error) => error.to_string(),
    };
    let last = backend.last_place().await.unwrap_or(-1);
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    let mut rows = Vec::new();
    for seq in from..=last {
        if let Ok(Some(row)) = backend.row(seq).await {
            rows.push(row);
        }
    }
    (!rows.is_empty()).then_some((rows, Some(error)))
}

/// Verifies an exported bundle without any database; nobody is trusted to vouch for its time stamps.
#[must_use]
pub fn verify_bundle(bundle: &str) -> Verification {
    verify_bundle_trusting(bundle, &Authorities::none())
}

/// Verifies an exported bundle without any database, and its time stamps against authorities that are trusted.
#[must_use]
pub fn verify_bundle_trusting(bundle: &str, authorities: &Authorities) -> Verification {
    let mut verification = Verification::default();
    match split_bundle(bundle) {
        Err(finding) => verification.findings.push(finding),
        Ok((entries, note)) => {
            let rows: Vec<Row> = entries
                .into_iter()
                .enumerate()
                .map(|(place, bytes)| Row {
                    seq: place as i64,
                    leaf_hash: leaf_hash(&bytes),
                    event_id: Entry::from_bytes(&bytes)
                        .ok()
                        .and_then(|entry| super::id_of(&entry).map(str::to_owned)),
                    bytes,
                })
                .collect();
            let size = rows.len() as i64;
            let mut check = Check::default();
            check.rows(&rows, &mut verification);
            check.finish(&[(size, note)], authorities, &mut verification);
        }
    }
    verification
}

/// A verification as it goes from page to page.
#[derive(Default)]
struct Check {
    log: Option<Log>,
    leaves: Vec<Hash>,
    /// When each entry was received, in seconds; what cannot be read has the time of the one before.
    received: Vec<i64>,
    stamps: Vec<StoredStamp>,
    /// The kept state with its parts, until as many entries have been read.
    state: Option<(String, Vec<(i64, Vec<u8>)>)>,
    /// The place after the last row that was read.
    next: u64,
    /// Whether an entry was damaged or missing, so that later ones may rest on what cannot be read.
    damaged: bool,
    /// Entries that name keys or statements which the damage took away.
    unfounded: u64,
}

/// What can be said of a row without those before it.
struct Alone {
    leaf: Hash,
    entry: Result<Entry, EntryError>,
    signed: Result<Hash, Refusal>,
}

impl Alone {
    fn of(row: &Row) -> Self {
        let entry = Entry::from_bytes(&row.bytes);
        let signed = match &entry {
            Ok(entry) => signatures(entry),
            Err(error) => Err(Refusal::from(error.clone())),
        };
        Self {
            leaf: leaf_hash(&row.bytes),
            entry,
            signed,
        }
    }
}

impl Check {
    fn rows(&mut self, rows: &[Row], verification: &mut Verification) {
        let alone: Vec<Alone> = rows.par_iter().map(Alone::of).collect();
        for (row, alone) in rows.iter().zip(alone) {
            self.row(row, alone, verification);
            self.state_here(verification);
            self.next = self.next.max(row.seq.max(0) as u64 + 1);
        }
    }

    fn row(&mut self, row: &Row, alone: Alone, verification: &mut Verification) {
        verification.entries += 1;
        self.missing_before(row, verification);
        let intact = alone
            .entry
            .as_ref()
            .is_ok_and(|entry| entry.seq as i64 == row.seq);
        // Bytes that are an entry stand for themselves; of others the hash beside them is all that is left.
        let leaf = if intact { alone.leaf } else { row.leaf_hash };
        self.leaves.push(leaf);
        let before = self.received.last().copied().unwrap_or(i64::MIN);
        let received = alone.entry.as_ref();
        self.received
            .push(received.map_or(before, |entry| entry.received.as_second()));
        let wrong = self.examine(row, alone, verification);
        if let Some(what) = wrong {
            verification.wrong(row.seq, what);
            self.damaged = true;
        }
        // Whatever is wrong with one entry, the next one is examined at its own place.
        if let Some(log) = &mut self.log
            && log.size() < self.leaves.len() as u64
        {
            log.skip(leaf);
        }
    }

    /// Where the entries have come to those of the kept state, it must be what they make.
    fn state_here(&mut self, verification: &mut Verification) {
        let (Some(log), Some((text, parts)), Some(first)) = (&self.log, &self.state, self.leaves.first())
        else {
            return;
        };
        let wrong = match Kept::open(text, log) {
            Err(why) => Some(format!("the kept state: {why}")),
            Ok(kept) if kept.head.size != log.size() => return,
            // What rests on damaged entries is not blamed on the state again.
            Ok(_) if self.damaged => None,
            Ok(kept) => kept.differs(log, first, parts),
        };
        if let Some(what) = wrong {
            verification.wrong(-1, what);
        }
        self.state = None;
    }

    /// Entries that are not there leave their places empty.
    fn missing_before(&mut self, row: &Row, verification: &mut Verification) {
        const MOST_MISSING: i64 = 1_000_000;
        let place = self.leaves.len() as i64;
        if row.seq <= place {
            return;
        }
        let what = match row.seq - place {
            1 => format!("entry {place} is missing before it"),
            _ => format!("entries {place} to {} are missing before it", row.seq - 1),
        };
        verification.wrong(row.seq, what);
        self.damaged = true;
        let before = self.received.last().copied().unwrap_or(i64::MIN);
        for _ in 0..(row.seq - place).min(MOST_MISSING) {
            self.leaves.push([0; 32]);
            self.received.push(before);
            if let Some(log) = &mut self.log {
                log.skip([0; 32]);
            }
        }
    }

    /// What is wrong with an entry, first cause first.
    fn examine(&mut self, row: &Row, alone: Alone, verification: &mut Verification) -> Option<String> {
        let entry = match alone.entry {
            Ok(entry) => entry,
            Err(error) => return Some(format!("its bytes are damaged: {error}")),
        };
        verification.signatures += entry.signatures.len() as u64;
        if entry.seq != row.seq as u64 {
            return Some(format!("it says that it is entry {}", entry.seq));
        }
        let refused = self.admitted(&entry, alone.signed);
        if alone.leaf != row.leaf_hash {
            return Some(match refused {
                Some(refusal) => format!("its bytes do not have the stored hash; {refusal}"),
                None => "its bytes do not have the stored hash".to_owned(),
            });
        }
        if super::id_of(&entry) != row.event_id.as_deref() {
            return Some("the id stored beside it is not its own".to_owned());
        }
        let refusal = refused?;
        let consequence = matches!(
            refusal,
            Refusal::UnknownKey(_) | Refusal::NotEntitled(_) | Refusal::OutOfOrder { .. }
        );
        if self.damaged && consequence {
            self.unfounded += 1;
            return None;
        }
        Some(refusal.to_string())
    }

    fn admitted(&mut self, entry: &Entry, signed: Result<Hash, Refusal>) -> Option<Refusal> {
        let Some(log) = &mut self.log else {
            return match Log::start(entry) {
                Ok(started) => {
                    self.log = Some(started);
                    None
                }
                Err(refusal) => Some(refusal),
            };
        };
        match log.append_signed(entry, signed, false) {
            Ok((Admission::TimeStamp, _)) => match Stamped::read(entry, &log.operator) {
                Ok(stamped) => {
                    let (seq, received) = (entry.seq, entry.received);
                    self.stamps.push(StoredStamp {
                        seq,
                        received,
                        stamped,
                    });
                    None
                }
                Err(refusal) => Some(refusal),
            },
            Ok((Admission::Duplicate(seq), _)) => {
                Some(Refusal::Malformed(format!("entry {seq} is the same statement")))
            }
            Ok(_) => None,
            Err(refusal) => Some(refusal),
        }
    }

    fn finish(
        self,
        checkpoints: &[(i64, String)],
        authorities: &Authorities,
        verification: &mut Verification,
    ) {
        verification.root = hex(&root(&self.leaves));
        if self.unfounded > 0 {
            let what = format!(
                "{} after the damage cannot be checked against what it took away (keys and statements)",
                entries(self.unfounded)
            );
            verification.wrong(-1, what);
        }
        let Some(log) = self.log else {
            return verification.wrong(-1, "there is no entry 0 that can be read");
        };
        if self.state.is_some() && !self.damaged {
            verification.wrong(-1, "the kept state is of more entries than there are");
        }
        verification.deal = log.deal().to_owned();
        verification.operator.clone_from(&log.operator);
        check_checkpoints(&log, &self.leaves, checkpoints, verification);
        check_stamps(
            self.stamps,
            &self.leaves,
            &self.received,
            authorities,
            verification,
        );
        verification.leaves = self.leaves;
    }
}

fn entries(count: u64) -> String {
    if count == 1 {
        "1 entry".to_owned()
    } else {
        format!("{count} entries")
    }
}

fn check_checkpoints(log: &Log, leaves: &[Hash], stored: &[(i64, String)], verification: &mut Verification) {
    if stored
        .last()
        .is_none_or(|(size, _)| *size as usize != leaves.len())
    {
        verification.wrong(
            -1,
            "the last checkpoint is not for all entries: entries or checkpoints were cut off",
        );
    }
    let mut frontier = crate::log::merkle::Frontier::default();
    let mut added = 0usize;
    let mut altered: Vec<i64> = Vec::new();
    for (size, note) in stored {
        verification.checkpoints += 1;
        let checkpoint = match Checkpoint::open(note, &log.operator) {
            Ok(checkpoint) => checkpoint,
            Err(error) => {
                verification.wrong(-1, format!("checkpoint {size}: {error}"));
                continue;
            }
        };
        if *size as u64 != checkpoint.size || checkpoint.origin != log.checkpoint().origin {
            verification.wrong(-1, format!("checkpoint {size} is one of another log or size"));
            continue;
        }
        let Some(upto) = usize::try_from(*size)
            .ok()
            .filter(|upto| *upto <= leaves.len() && *upto >= added)
        else {
            verification.wrong(
                -1,
                format!("checkpoint {size} is for more entries than are stored"),
            );
            continue;
        };
        leaves[added..upto].iter().for_each(|leaf| frontier.push(*leaf));
        added = upto;
        if frontier.root() != checkpoint.root {
            altered.push(*size);
        } else if upto == leaves.len() {
            verification.note = Some(note.clone());
        }
    }
    // One alteration shows in every checkpoint after it; the first says between which two it lies.
    if let Some(first) = altered.first() {
        let more = match altered.len() - 1 {
            0 => String::new(),
            1 => "; so does 1 later checkpoint".to_owned(),
            more => format!("; so do {more} later checkpoints"),
        };
        verification.wrong(
            -1,
            format!("checkpoint {first} says that entries before it were altered{more}"),
        );
    }
}
