//! Receipts: the ledger's signed word that it holds an entry at a place, which anybody checks without the ledger (rule A15).
//!
//! A receipt carries the entry, a signed checkpoint of a state that holds it, and the proof that it does: the hashes that lead
//! from the entry's leaf to the checkpoint's root (RFC 6962, section 2.1.1). Whoever keeps one can show a ledger that was
//! rolled back, or of which there is a second history, for what it is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::checkpoint::Checkpoint;
use super::entry::Entry;
use super::merkle::{Hash, leaf_hash, verify_inclusion};
use crate::canonical::{hex, unhex};

/// The first field of a receipt.
pub const RECEIPT_FORMAT: &str = "detente-receipt-1";
/// The longest proof: a tree has at most 2^64 leaves.
const LONGEST_PROOF: usize = 64;

/// An entry of a ledger, with the proof that a signed state holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    /// The operator's public key, hex: who signed the checkpoint.
    pub operator: String,
    /// The entry as it stands in the ledger.
    pub entry: Entry,
    /// The signed checkpoint (C2SP note).
    pub checkpoint: String,
    /// The hashes from the entry's leaf to the checkpoint's root.
    pub proof: Vec<Hash>,
}

/// What a receipt shows that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The state that holds the entry.
    pub checkpoint: Checkpoint,
    /// The entry's leaf.
    pub leaf: Hash,
}

/// A receipt as it is written; the format comes first, so that a file is known by its first bytes.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    operator: String,
    entry: Value,
    checkpoint: String,
    proof: Vec<String>,
}

impl Receipt {
    /// The line of a file that carries it.
    ///
    /// # Errors
    /// When the entry cannot be written canonically.
    pub fn line(&self) -> Result<String, String> {
        let entry = self.entry.bytes().map_err(|error| error.to_string())?;
        let written = Written {
            format: RECEIPT_FORMAT.to_owned(),
            operator: self.operator.clone(),
            entry: serde_json::from_slice(&entry).map_err(|error| error.to_string())?,
            checkpoint: self.checkpoint.clone(),
            proof: self.proof.iter().map(|hash| hex(hash)).collect(),
        };
        let line = serde_json::to_string(&written).map_err(|error| error.to_string())?;
        // What is not seen is escaped as JSON does it: the same value, and a file that may be looked at.
        Ok(format!("{}\n", detente_reading::foreign::shown_json(&line)))
    }

    /// Reads a file of receipts, one a line.
    ///
    /// # Errors
    /// Everything that is wrong with the file, each with its line.
    pub fn read_all(text: &str) -> Result<Vec<Self>, Vec<String>> {
        let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
        let mut receipts = Vec::new();
        let mut wrong = Vec::new();
        for (line, number) in lines {
            match Self::read(line) {
                Ok(receipt) => receipts.push(receipt),
                Err(what) => wrong.push(format!("line {number}: {what}")),
            }
        }
        if receipts.is_empty() && wrong.is_empty() {
            wrong.push("the file holds no receipt".to_owned());
        }
        if wrong.is_empty() {
            Ok(receipts)
        } else {
            Err(wrong)
        }
    }

    fn read(line: &str) -> Result<Self, String> {
        let written: Written = detente_reading::json::from_str(line).map_err(|fault| fault.to_string())?;
        if written.format != RECEIPT_FORMAT {
            return Err(format!("the format is not {RECEIPT_FORMAT}"));
        }
        let bytes = crate::canonical::canonical_bytes(&written.entry).map_err(|error| error.to_string())?;
        let entry = Entry::from_bytes(&bytes).map_err(|error| format!("`entry`: {error}"))?;
        if written.proof.len() > LONGEST_PROOF {
            return Err(format!("the proof is longer than {LONGEST_PROOF} hashes"));
        }
        let proof = written.proof.iter().map(|hash| unhex::<32>(hash));
        let proof: Option<Vec<Hash>> = proof.collect();
        Ok(Self {
            operator: written.operator,
            entry,
            checkpoint: written.checkpoint,
            proof: proof.ok_or("`proof` holds hashes of 64 hex digits each")?,
        })
    }

    /// Checks everything that can be checked without the ledger: the checkpoint is signed by the operator that the receipt
    /// names and is of the entry's deal, the proof leads from the entry to its root, and the entry's signatures fit. Whether
    /// that operator is the deal's is for the reader to compare.
    ///
    /// # Errors
    /// Every reason for which it shows nothing.
    pub fn check(&self) -> Result<Checked, Vec<String>> {
        let mut wrong = Vec::new();
        if let Err(refusal) = super::admission::signatures(&self.entry) {
            wrong.push(format!("the entry is {refusal}"));
        }
        let leaf = match self.entry.bytes() {
            Ok(bytes) => leaf_hash(&bytes),
            Err(error) => return Err(vec![error.to_string()]),
        };
        match Checkpoint::open(&self.checkpoint, &self.operator) {
            Err(error) => wrong.push(error.to_string()),
            Ok(checkpoint) => {
                if checkpoint.origin != super::origin_of(&self.entry.deal) {
                    wrong.push("the checkpoint is of another deal than the entry".to_owned());
                }
                let (place, size) = (self.entry.seq, checkpoint.size);
                if !verify_inclusion(&leaf, place, size, &self.proof, &checkpoint.root) {
                    wrong.push(format!(
                        "the proof does not lead from the entry to the root of the checkpoint: no state of {size} entries \
                         that was signed holds this entry at place {place}"
                    ));
                }
                if wrong.is_empty() {
                    return Ok(Checked { checkpoint, leaf });
                }
            }
        }
        Err(wrong)
    }
}
