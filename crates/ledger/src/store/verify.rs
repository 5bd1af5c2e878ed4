//! Verification of all that is stored: every entry's bytes, hash, signatures and admission, every checkpoint, every time
//! stamp, and the database's own structure. Each finding says where.

use rayon::prelude::*;
use serde::Serialize;

use super::backend::{Backend, Row};
use super::bundle::split_bundle;
use super::stamps::{CheckedStamp, StoredStamp, check_stamps};
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
    let mut check = Check::default();
    loop {
        match backend.rows(check.next).await {
            Ok(rows) if rows.is_empty() => break,
            Ok(rows) => {
                let before = check.next;
                check.rows(&rows, &mut verification);
                if check.next == before {
                    verification.wrong(-1, "the entries' index and the entries disagree on their places");
                    break;
                }
            }
            Err(error) => {
                verification.wrong(-1, error.to_string());
                break;
            }
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
    /// The place after the last row that was read.
    next: u64,
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
            self.next = self.next.max(row.seq.max(0) as u64 + 1);
        }
    }

    fn row(&mut self, row: &Row, alone: Alone, verification: &mut Verification) {
        let place = self.leaves.len();
        verification.entries += 1;
        self.leaves.push(alone.leaf);
        let before = self.received.last().copied().unwrap_or(i64::MIN);
        self.received.push(
            alone
                .entry
                .as_ref()
                .map_or(before, |entry| entry.received.as_second()),
        );
        if row.seq != place as i64 {
            verification.wrong(row.seq, format!("entry {place} is missing before it"));
        }
        if alone.leaf != row.leaf_hash {
            verification.wrong(row.seq, "its bytes do not have the stored hash");
        }
        let entry = match alone.entry {
            Ok(entry) => entry,
            Err(error) => return verification.wrong(row.seq, error.to_string()),
        };
        verification.signatures += entry.signatures.len() as u64;
        if super::id_of(&entry) != row.event_id.as_deref() {
            verification.wrong(row.seq, "the id stored beside it is not its own");
        }
        if entry.seq != row.seq as u64 {
            return verification.wrong(row.seq, format!("it says that it is entry {}", entry.seq));
        }
        let admitted = match &mut self.log {
            None => Log::start(&entry).map(|started| self.log = Some(started)),
            Some(log) => match log.append_signed(&entry, alone.signed) {
                Ok((Admission::TimeStamp, _)) => Stamped::read(&entry, &log.operator).map(|stamped| {
                    let (seq, received) = (entry.seq, entry.received);
                    self.stamps.push(StoredStamp {
                        seq,
                        received,
                        stamped,
                    });
                }),
                other => other.map(|_| ()),
            },
        };
        if let Err(refusal) = admitted {
            verification.wrong(row.seq, refusal.to_string());
        }
    }

    fn finish(
        self,
        checkpoints: &[(i64, String)],
        authorities: &Authorities,
        verification: &mut Verification,
    ) {
        verification.root = hex(&root(&self.leaves));
        let Some(log) = self.log else {
            return verification.wrong(-1, "there is no entry 0 that can be read");
        };
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
            verification.wrong(
                -1,
                format!("checkpoint {size}: the entries before it were altered"),
            );
        }
    }
}
