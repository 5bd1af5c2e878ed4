//! `detente verify`: whether a file is what it claims to be.

use std::path::PathBuf;

use clap::Args;

use super::ledger::{Place, place_of, verify_ledger};
use crate::failure::Failure;

/// What to verify.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A ledger (file or postgres:// URL) or an exported bundle.
    file: PathBuf,
    /// A witness's file: the last checkpoint it saw. The log must extend it; then the file holds the new one.
    #[arg(long, value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Print everything as JSON.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Verifies; exit 1 when something was altered.
    pub fn run(self) -> Result<(), Failure> {
        if place_of(&self.file) == Place::Other {
            return Err(Failure::BadCall(format!(
                "{}: no ledger and no bundle",
                self.file.display()
            )));
        }
        verify_ledger(&self.file, self.witness.as_deref(), self.json)
    }
}
