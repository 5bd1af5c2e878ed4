//! Salvage: what can still be read of a damaged ledger. Every whole entry before and after the damage is given as it was
//! written, and the damage is located once.

use super::StoreError;
use super::backend::{Backend, Row};
use super::verify::{Finding, readable_rows, verify_store};
use crate::log::Entry;
use crate::log::admission::signatures;
use crate::log::merkle::leaf_hash;

/// What was saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Salvage {
    /// Places and bytes of whole entries: canonical, with the stored hash, and with signatures that fit.
    pub whole: Vec<(u64, Vec<u8>)>,
    /// What is damaged.
    pub findings: Vec<Finding>,
}

/// Reads what is whole in a ledger, however damaged.
///
/// # Errors
/// [`StoreError`] when the database cannot be opened at all.
pub async fn salvage(place: &str) -> Result<Salvage, StoreError> {
    let findings = verify_store(place).await?.findings;
    let backend = Backend::open(place, false).await?;
    let mut whole = Vec::new();
    let mut next = 0;
    while let Some((rows, _)) = readable_rows(&backend, next).await {
        next = rows.last().map_or(next, |row| row.seq.max(0) as u64) + 1;
        whole.extend(rows.into_iter().filter_map(entry));
    }
    backend.close().await;
    Ok(Salvage { whole, findings })
}

fn entry(row: Row) -> Option<(u64, Vec<u8>)> {
    let entry = Entry::from_bytes(&row.bytes).ok()?;
    let whole =
        leaf_hash(&row.bytes) == row.leaf_hash && entry.seq as i64 == row.seq && signatures(&entry).is_ok();
    whole.then_some((entry.seq, row.bytes))
}
