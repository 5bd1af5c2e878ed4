//! `detente backup` and `detente restore`: a whole ledger in one file, and back.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::store::{Verification, backup, restore, without_password};

use super::ledger::{place_name, run};
use crate::failure::Failure;
use crate::output;

/// What to copy and where to.
#[derive(Debug, Args)]
pub struct Backup {
    /// The ledger: a file or a postgres:// URL; others may be writing to it meanwhile.
    ledger: PathBuf,
    /// The backup, which must not exist.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Backup {
    /// Writes a backup, verified before it gets its name.
    pub fn run(self) -> Result<(), Failure> {
        let verification = run(backup(&place_name(&self.ledger), &place_name(&self.out)))?;
        output::print_text(&format!(
            "backup {}: {}\nthe operator's key is not in it; keep that apart",
            self.out.display(),
            whole(&verification)
        ))?;
        Ok(())
    }
}

/// What to make from which backup.
#[derive(Debug, Args)]
pub struct Restore {
    /// The backup.
    backup: PathBuf,
    /// The ledger to make: a file that does not exist, or a postgres:// URL of an empty database.
    #[arg(long, value_name = "LEDGER")]
    to: PathBuf,
}

impl Restore {
    /// Makes a ledger from a backup that verifies.
    pub fn run(self) -> Result<(), Failure> {
        let place = place_name(&self.to);
        let verification = run(restore(&place_name(&self.backup), &place))?;
        output::print_text(&format!(
            "ledger {}: {}",
            without_password(&place),
            whole(&verification)
        ))?;
        Ok(())
    }
}

fn whole(verification: &Verification) -> String {
    let entries = match verification.entries {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    format!("{entries}, whole; root {}", verification.root)
}
