//! Salvage: what can still be read of a damaged ledger. Every whole entry before and after the damage is given as it was
//! written, and the damage is located once. A ledger is made again of the entries up to the last signed checkpoint before
//! the damage: what came later has no signed root any more that could show it to be whole.

use super::backend::{Backend, Row};
use super::verify::{Finding, readable_rows, verify_store};
use super::{StoreError, row_from};
use crate::log::admission::signatures;
use crate::log::merkle::{Frontier, leaf_hash};
use crate::log::{Checkpoint, Entry, Log};

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

/// Makes a ledger at `place`, which must not exist, of what a damaged one held before the damage; gives the number of its
/// entries.
///
/// # Errors
/// [`StoreError`] when not even the text is whole under a signed checkpoint, or there is a ledger already.
pub async fn restore_before_damage(damaged: &str, saved: &Salvage, place: &str) -> Result<u64, StoreError> {
    let backend = Backend::open(damaged, false).await?;
    let checkpoints = backend.all_checkpoints().await;
    backend.close().await;
    let nothing = || {
        let what = "no signed checkpoint is left under which entries from the first on are whole".to_owned();
        StoreError::Damaged(vec![Finding { seq: -1, what }])
    };
    let first = saved
        .whole
        .first()
        .filter(|(seq, _)| *seq == 0)
        .ok_or_else(nothing)?;
    let first = Entry::from_bytes(&first.1).map_err(|_| nothing())?;
    let log = Log::start(&first)?;
    // Each checkpoint is held against the entries from the first on, as far as none is missing.
    let mut frontier = Frontier::default();
    let mut good: Vec<(i64, String)> = Vec::new();
    let mut whole = saved.whole.iter();
    for (size, note) in checkpoints? {
        while frontier.size() < size.max(0) as u64 {
            match whole.next().filter(|(seq, _)| *seq == frontier.size()) {
                Some((_, bytes)) => frontier.push(leaf_hash(bytes)),
                None => break,
            }
        }
        let opened = Checkpoint::open(&note, &log.operator);
        let expected = (log.checkpoint().origin, frontier.size(), frontier.root());
        if frontier.size() == size.max(0) as u64
            && opened.is_ok_and(|found| (found.origin, found.size, found.root) == expected)
        {
            good.push((size, note));
        } else {
            break;
        }
    }
    let size = good.last().map(|(size, _)| *size as u64).ok_or_else(nothing)?;
    let rows = saved.whole.iter().take_while(|(seq, _)| *seq < size);
    let rows = rows.map(|(_, bytes)| {
        let entry = Entry::from_bytes(bytes).map_err(|_| nothing())?;
        Ok(row_from(&entry, bytes.clone()))
    });
    let rows: Vec<Row> = rows.collect::<Result<_, StoreError>>()?;
    let target = Backend::create(place).await?;
    target.migrate(true).await?;
    if target.size().await? > 0 {
        return Err(StoreError::Exists(place.to_owned()));
    }
    target.fill_empty(&rows, &good).await?;
    target.close().await;
    let verification = verify_store(place).await?;
    match verification.findings.is_empty() {
        true => Ok(size),
        false => Err(StoreError::Damaged(verification.findings)),
    }
}

fn entry(row: Row) -> Option<(u64, Vec<u8>)> {
    let entry = Entry::from_bytes(&row.bytes).ok()?;
    let whole =
        leaf_hash(&row.bytes) == row.leaf_hash && entry.seq as i64 == row.seq && signatures(&entry).is_ok();
    whole.then_some((entry.seq, row.bytes))
}
