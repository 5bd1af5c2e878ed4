//! Backup and restore. A backup is a whole ledger in one SQLite file, with all of its checkpoints, made while others may
//! be writing; it is verified before it gets its name, and neither way anything is overwritten.

use std::path::Path;

use super::backend::Backend;
use super::verify::verify_store;
use super::{Store, StoreError, Verification};

/// Writes a backup of the ledger at `place` to `file`, which must not exist; gives what was verified.
///
/// # Errors
/// [`StoreError`] when the ledger cannot be read or is damaged, or the file exists or cannot be written.
pub async fn backup(place: &str, file: &str) -> Result<Verification, StoreError> {
    absent(file)?;
    let part = format!("{file}.{}.part", std::process::id());
    let made = async {
        let backend = Backend::open(place, false).await?;
        let copied = match &backend {
            Backend::Sqlite(_) => backend.copy_into(&part).await,
            Backend::Postgres(_) => copy(&backend, &part).await,
        };
        backend.close().await;
        copied?;
        verified(&part).await
    };
    let result = made.await.and_then(|verification| {
        named(&part, file)?;
        Ok(verification)
    });
    remove(&part);
    result
}

/// Makes a ledger at `place`, which must not exist, from a backup.
///
/// # Errors
/// [`StoreError`] when the backup is damaged, or there is a ledger already.
pub async fn restore(file: &str, place: &str) -> Result<Verification, StoreError> {
    let verification = verified(file).await?;
    let backend = Backend::open(file, false).await?;
    let result = if place.contains("://") {
        copy(&backend, place).await
    } else {
        absent(place)?;
        let part = format!("{place}.{}.part", std::process::id());
        let copied = copy(&backend, &part).await;
        let named = copied.and_then(|()| named(&part, place));
        remove(&part);
        named
    };
    backend.close().await;
    result?;
    Store::open(place, None).await?.close().await;
    Ok(verification)
}

async fn verified(file: &str) -> Result<Verification, StoreError> {
    let verification = verify_store(file).await?;
    if verification.findings.is_empty() {
        Ok(verification)
    } else {
        Err(StoreError::Damaged(verification.findings))
    }
}

/// Copies entries and checkpoints up to the last checkpoint that is there when it begins; what is appended meanwhile
/// is not part of it.
async fn copy(from: &Backend, to: &str) -> Result<(), StoreError> {
    let all = from.all_checkpoints().await?;
    let size = all.last().map_or(0, |(size, _)| *size);
    let target = Backend::create(to).await?;
    target.migrate(true).await?;
    if target.size().await? > 0 {
        return Err(StoreError::Exists(to.to_owned()));
    }
    let mut rows = Vec::new();
    let mut next = 0;
    while next < size {
        let page = from.rows(next as u64).await?;
        let Some(last) = page.last() else { break };
        next = last.seq + 1;
        rows.extend(page.into_iter().filter(|row| row.seq < size));
    }
    target.fill_empty(&rows, &all).await?;
    target.close().await;
    Ok(())
}

fn absent(file: &str) -> Result<(), StoreError> {
    if Path::new(file).exists() {
        return Err(StoreError::Exists(file.to_owned()));
    }
    Ok(())
}

/// Gives a finished file its name: on disk first, and never in the place of another.
fn named(part: &str, file: &str) -> Result<(), StoreError> {
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::AlreadyExists => StoreError::Exists(file.to_owned()),
        _ => StoreError::Database(format!("{file}: cannot be written: {error}")),
    };
    std::fs::File::open(part)
        .and_then(|open| open.sync_all())
        .map_err(failed)?;
    std::fs::hard_link(part, file).map_err(failed)
}

fn remove(part: &str) {
    for end in ["", "-wal", "-shm", "-journal"] {
        let _ = std::fs::remove_file(format!("{part}{end}"));
    }
}
