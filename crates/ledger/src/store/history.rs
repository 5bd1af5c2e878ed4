//! One history: whether a verified ledger still extends what somebody saw of it before, a witness's checkpoint or a receipt
//! (rule A16). The proof is the log's own: hashes that lead from the earlier root to the present one (RFC 6962, section 2.1.2).

use super::Verification;
use crate::log::merkle::{consistency_proof, root, verify_consistency};
use crate::log::{Checkpoint, Receipt};

impl Verification {
    /// Whether the ledger extends an earlier state of it; gives the number of hashes that prove it.
    ///
    /// # Errors
    /// In words, that it was rolled back, or that there are two histories.
    pub fn extends(&self, seen: &Checkpoint, who: &str) -> Result<usize, String> {
        let (old, size) = (seen.size, self.leaves.len() as u64);
        if seen.origin != format!("detente/{}", self.deal) {
            return Err(format!("{who} saw a ledger of another deal"));
        }
        if old > size {
            return Err(format!(
                "rolled back, or a second history: {who} saw {old} entries, and there are {size} now"
            ));
        }
        let place = usize::try_from(old).unwrap_or(usize::MAX);
        let path = consistency_proof(&self.leaves, place);
        let now = root(&self.leaves);
        match path.filter(|path| verify_consistency(old, size, &seen.root, &now, path)) {
            Some(path) => Ok(path.len()),
            None => Err(format!("two histories: {who} saw another log of {old} entries")),
        }
    }

    /// Whether the ledger still holds what a receipt shows.
    ///
    /// # Errors
    /// Every reason why the receipt shows nothing, or the ledger is not the one that gave it.
    pub fn holds(&self, receipt: &Receipt) -> Result<(), Vec<String>> {
        let checked = receipt.check()?;
        let seq = receipt.entry.seq;
        if receipt.operator != self.operator {
            return Err(vec![format!(
                "the receipt of entry {seq} is signed by another operator ({})",
                receipt.operator
            )]);
        }
        let who = format!("the receipt of entry {seq}");
        self.extends(&checked.checkpoint, &who)
            .map_err(|what| vec![what])?;
        let place = usize::try_from(seq).unwrap_or(usize::MAX);
        match self.leaves.get(place) == Some(&checked.leaf) {
            true => Ok(()),
            false => Err(vec![format!("two histories: {who} shows another entry there")]),
        }
    }
}
