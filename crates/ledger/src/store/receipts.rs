//! Receipts of what a store holds: of what was appended last from the tree's peaks alone, of older entries from all leaves.

use super::{Appended, Batch, Store, StoreError, damaged, entry_of};
use crate::log::Receipt;
use crate::log::merkle::{Hash, Levels};

impl Store {
    /// The receipts of what was appended, or was there before, under the last checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] of the database, or damage.
    pub async fn receipts(&self, appended: &[Appended]) -> Result<Vec<Receipt>, StoreError> {
        let seqs: Vec<u64> = appended.iter().map(|appended| appended.seq).collect();
        self.receipts_of(&seqs).await
    }

    /// The receipts of entries by their places, under the last checkpoint.
    ///
    /// # Errors
    /// [`StoreError`] of the database, damage, or a place that holds nothing.
    pub async fn receipts_of(&self, seqs: &[u64]) -> Result<Vec<Receipt>, StoreError> {
        let size = self.log.size();
        let last = self.last.as_ref().filter(|batch| batch.size() == size);
        let fresh = last.filter(|batch| seqs.iter().all(|seq| *seq >= batch.before.size()));
        let (levels, note) = match fresh {
            Some(batch) => (None, batch.note.clone()),
            None => {
                let (leaves, note) = self.leaves().await?;
                (Some(Levels::of(leaves)), note)
            }
        };
        let mut receipts = Vec::with_capacity(seqs.len());
        for seq in seqs {
            let proof = match (&levels, fresh) {
                (Some(levels), _) => levels.inclusion_proof(*seq),
                (None, Some(batch)) => batch.proof(*seq),
                (None, None) => None,
            };
            let absent = || StoreError::Database(format!("there is no entry {seq}"));
            let proof = proof.ok_or_else(absent)?;
            let place = i64::try_from(*seq).map_err(|_| absent())?;
            let row = self.backend.row(place).await?.ok_or_else(absent)?;
            receipts.push(Receipt {
                operator: self.log.operator.clone(),
                entry: entry_of(&row, *seq)?,
                checkpoint: note.clone(),
                proof,
            });
        }
        Ok(receipts)
    }

    /// The leaves of all entries, and the signed checkpoint whose root they have.
    async fn leaves(&self) -> Result<(Vec<Hash>, String), StoreError> {
        let Some((size, note)) = self.backend.last_checkpoint().await? else {
            return Err(damaged(-1, "no checkpoint is stored".to_owned()));
        };
        let leaves = self.backend.leaf_hashes(size).await?;
        if leaves.len() as i64 != size {
            return Err(damaged(
                -1,
                "an entry of the last checkpoint is missing".to_owned(),
            ));
        }
        Ok((leaves, note))
    }
}

impl Batch {
    fn size(&self) -> u64 {
        self.before.size() + self.leaves.len() as u64
    }

    fn proof(&self, seq: u64) -> Option<Vec<Hash>> {
        let place = usize::try_from(seq.checked_sub(self.before.size())?).ok()?;
        self.before.inclusion_proof(&self.leaves, place)
    }
}
