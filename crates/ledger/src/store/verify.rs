//! Verification of all that is stored: every entry's bytes, hash, signatures and admission, every checkpoint, and the
//! database's own structure. Each finding says where.

use serde::Serialize;
use serde_json::Value;

use super::backend::{Backend, Row};
use super::{Entry, StoreError, row_of};
use crate::canonical::hex;
use crate::log::merkle::{Hash, leaf_hash, root};
use crate::log::{Checkpoint, Log};

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
    fn wrong(&mut self, seq: i64, what: impl Into<String>) {
        self.findings.push(Finding {
            seq,
            what: what.into(),
        });
    }
}

/// Verifies a stored ledger from its raw rows.
///
/// # Errors
/// [`StoreError`] when the database cannot be read at all.
pub async fn verify_store(place: &str) -> Result<Verification, StoreError> {
    let backend = Backend::open(place, false).await?;
    let mut verification = Verification::default();
    match backend.structure().await {
        Ok(lines) => lines
            .into_iter()
            .for_each(|line| verification.wrong(-1, format!("database structure: {line}"))),
        Err(error) => verification.wrong(-1, error.to_string()),
    }
    let rows = match backend.rows(0).await {
        Ok(rows) => rows,
        Err(error) => {
            verification.wrong(-1, error.to_string());
            Vec::new()
        }
    };
    let checkpoints = match backend.all_checkpoints().await {
        Ok(checkpoints) => checkpoints,
        Err(error) => {
            verification.wrong(-1, error.to_string());
            Vec::new()
        }
    };
    backend.close().await;
    check_rows(&rows, &checkpoints, &mut verification);
    Ok(verification)
}

/// Verifies an exported bundle without any database.
#[must_use]
pub fn verify_bundle(bundle: &str) -> Verification {
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
                        .and_then(|entry| row_of(&entry).ok()?.event_id),
                    bytes,
                })
                .collect();
            let size = rows.len() as i64;
            check_rows(&rows, &[(size, note)], &mut verification);
        }
    }
    verification
}

/// The entries and the checkpoint of a bundle.
pub(super) fn split_bundle(bundle: &str) -> Result<(Vec<Vec<u8>>, String), Finding> {
    let wrong = |what: &str| Finding {
        seq: -1,
        what: what.to_owned(),
    };
    let mut lines = bundle.lines();
    let head: Value = lines
        .next()
        .and_then(|line| serde_json::from_str(line).ok())
        .unwrap_or_default();
    if head.get("bundle").and_then(Value::as_str) != Some("detente-ledger-1") {
        return Err(wrong("this is no ledger bundle of a known version"));
    }
    let mut lines: Vec<&str> = lines.collect();
    let last = lines
        .pop()
        .and_then(|line| serde_json::from_str::<Value>(line).ok());
    let note = last
        .as_ref()
        .and_then(|last| last.get("checkpoint"))
        .and_then(Value::as_str);
    let note = note
        .ok_or_else(|| wrong("the bundle does not end with a checkpoint"))?
        .to_owned();
    Ok((
        lines.into_iter().map(|line| line.as_bytes().to_vec()).collect(),
        note,
    ))
}

fn check_rows(rows: &[Row], checkpoints: &[(i64, String)], verification: &mut Verification) {
    let mut log: Option<Log> = None;
    let mut leaves: Vec<Hash> = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        verification.entries += 1;
        leaves.push(leaf_hash(&row.bytes));
        if row.seq != place as i64 {
            verification.wrong(row.seq, format!("entry {place} is missing before it"));
        }
        if leaf_hash(&row.bytes) != row.leaf_hash {
            verification.wrong(row.seq, "its bytes do not have the stored hash");
        }
        let entry = match Entry::from_bytes(&row.bytes) {
            Ok(entry) => entry,
            Err(error) => {
                verification.wrong(row.seq, error.to_string());
                continue;
            }
        };
        verification.signatures += entry.signatures.len() as u64;
        if row_of(&entry).is_ok_and(|own| own.event_id != row.event_id) {
            verification.wrong(row.seq, "the id stored beside it is not its own");
        }
        if entry.seq != row.seq as u64 {
            verification.wrong(row.seq, format!("it says that it is entry {}", entry.seq));
            continue;
        }
        let admitted = match &mut log {
            None => Log::start(&entry).map(|started| log = Some(started)),
            Some(log) => log.append(&entry).map(|_| ()),
        };
        if let Err(refusal) = admitted {
            verification.wrong(row.seq, refusal.to_string());
        }
    }
    verification.root = hex(&root(&leaves));
    let Some(log) = log else {
        verification.wrong(-1, "there is no entry 0 that can be read");
        return;
    };
    verification.deal = log.deal().to_owned();
    verification.operator.clone_from(&log.operator);
    check_checkpoints(&log, &leaves, checkpoints, verification);
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
