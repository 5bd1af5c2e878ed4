//! `detente draft`: from a plan that was tested to a text that can be signed.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::calendar::Length;
use detente_ledger::canonical::{hex, sha256};
use detente_ledger::draft::{Terms, draft};
use detente_ledger::moment::parse_day;

use super::agreement::agreement_of;
use crate::case_file::load;
use crate::failure::Failure;
use crate::files::write_whole;

/// Which plan, and what it does not say.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// The plan: the name of a [deals] entry.
    #[arg(long, value_name = "NAME")]
    plan: String,
    /// The first day.
    #[arg(long, value_name = "DATE")]
    start: String,
    /// How long a period is, for example "3 months".
    #[arg(long, value_name = "LENGTH")]
    period: String,
    /// How long after a found breach the snapback comes.
    #[arg(long, default_value = "30 days", value_name = "LENGTH")]
    clock: String,
    /// The zone in which days end.
    #[arg(long, default_value = "UTC")]
    zone: String,
    /// Who verifies.
    #[arg(long, value_name = "NAME")]
    verifier: Option<String>,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Writes the draft.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = load(&self.case)?;
        let length = |words: &str| {
            Length::parse(words)
                .ok_or_else(|| Failure::BadCall(format!("`{words}` is no length such as \"3 months\"")))
        };
        let start = parse_day(&self.start).ok_or_else(|| {
            Failure::BadCall(format!("--start {}: write a day such as 2030-01-01", self.start))
        })?;
        let terms = Terms {
            start,
            period: length(&self.period)?,
            clock: length(&self.clock)?,
            zone: self.zone,
            verifier: self.verifier,
        };
        let hash = hex(&sha256(loaded.text.as_bytes()));
        let text = draft(&loaded.case, &hash, &self.plan, &terms).map_err(Failure::BadCall)?;
        agreement_of(&text, "draft")?;
        match &self.out {
            Some(path) => write_whole(path, text.as_bytes()),
            None => {
                print!("{text}");
                Ok(())
            }
        }
    }
}
