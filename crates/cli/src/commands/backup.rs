//! `detente backup` and `detente restore`: a whole ledger in one file, and back.

use std::path::{Path, PathBuf};

use clap::Args;
use detente_ledger::store::{
    Verification, backup, restore, restore_before_damage, salvage, without_password,
};
use detente_reading::foreign::shown;

use super::ledger::{place_name, run};
use crate::failure::Failure;
use crate::files::write_new;
use crate::output::{self, counted};

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
        let verification = run(backup(&place_name(&self.ledger)?, &place_name(&self.out)?))?;
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
    /// The backup, or a damaged ledger with --salvage.
    backup: PathBuf,
    /// The ledger to make: a file that does not exist, or a postgres:// URL of an empty database.
    #[arg(long, value_name = "LEDGER", required_unless_present = "salvage")]
    to: Option<PathBuf>,
    /// Write every whole entry of a damaged ledger to this file, one a line, and say where the damage is. With --to, a ledger is
    /// made of the entries up to the last signed checkpoint before the damage.
    #[arg(long, value_name = "FILE")]
    salvage: Option<PathBuf>,
}

impl Restore {
    /// Makes a ledger from a backup that verifies.
    pub fn run(self) -> Result<(), Failure> {
        let damaged = place_name(&self.backup)?;
        let to = self.to.as_deref().map(place_name).transpose()?;
        if let Some(file) = &self.salvage {
            return save(&damaged, file, to.as_deref());
        }
        let Some(place) = to else {
            return Err(Failure::BadCall("--to says where the ledger goes".to_owned()));
        };
        let verification = run(restore(&damaged, &place))?;
        output::print_text(&format!(
            "ledger {}: {}",
            without_password(&place),
            whole(&verification)
        ))?;
        Ok(())
    }
}

/// What is whole in a damaged ledger, and where the damage is.
fn save(damaged: &str, file: &Path, to: Option<&str>) -> Result<(), Failure> {
    let saved = run(salvage(damaged))?;
    let mut bytes = Vec::new();
    for (_, entry) in &saved.whole {
        bytes.extend_from_slice(entry);
        bytes.push(b'\n');
    }
    write_new(file, &bytes)?;
    let count = saved.whole.len() as u64;
    let mut lines = vec![format!(
        "{} in {}",
        counted(count, "whole entry", "whole entries"),
        file.display()
    )];
    match saved.findings.is_empty() {
        true => lines.push("nothing is damaged".to_owned()),
        false => lines.extend(
            saved
                .findings
                .iter()
                .map(|finding| format!("  {}", shown(&finding.to_string()))),
        ),
    }
    if let Some(to) = to {
        let size = run(restore_before_damage(damaged, &saved, to))?;
        lines.push(format!(
            "ledger {}: {} before the damage, under their signed checkpoint",
            without_password(to),
            counted(size, "entry", "entries")
        ));
    }
    output::print_text(&lines.join("\n"))
}

fn whole(verification: &Verification) -> String {
    let entries = match verification.entries {
        1 => "1 entry".to_owned(),
        count => format!("{count} entries"),
    };
    format!("{entries}, whole; root {}", verification.root)
}
