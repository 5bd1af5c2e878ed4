//! `detente submit`: hands statements that were signed at home in to a ledger.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::log::read_statements;
use detente_ledger::store::{Clock, Store};

use super::appended;
use super::key_file::read_key;
use super::ledger::{operator_file, place_name, run};
use crate::failure::Failure;
use crate::files::read_text;
use crate::output::counted;

/// What to hand in, and where.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The ledger: a file or a postgres:// URL.
    ledger: PathBuf,
    /// Files of statements (`detente say`), signed by all of their authors; `-` for standard input.
    #[arg(required = true)]
    statements: Vec<PathBuf>,
    /// The operator's key; LEDGER.operator.key when left out. It signs the ledger's state, not the statements.
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// The machine's clock is right, although it is far from the ledger's last entry.
    #[arg(long)]
    clock_is_right: bool,
    /// Write the receipts to this file, one a line; never over another.
    #[arg(long, value_name = "FILE")]
    receipt: Option<PathBuf>,
    /// Print the receipts as JSON lines.
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Records all of them or none.
    pub fn run(self) -> Result<(), Failure> {
        let mut entries = Vec::new();
        let mut wrong = Vec::new();
        for path in &self.statements {
            match read_statements(&read_text(path)?) {
                Ok(read) => entries.extend(read),
                Err(all) => wrong.extend(all.iter().map(|what| format!("{}: {what}", path.display()))),
            }
        }
        if !wrong.is_empty() {
            let count = counted(wrong.len() as u64, "error", "errors");
            return Err(Failure::BadInput(format!(
                "{}\n\n{count}; nothing was recorded",
                wrong.join("\n")
            )));
        }
        let operator = read_key(&operator_file(&self.ledger, self.operator.as_ref()))?;
        let place = place_name(&self.ledger)?;
        let clock = Clock::read(jiff::Timestamp::now).confirmed(self.clock_is_right);
        let wanted = self.receipt.is_some() || self.json;
        let (appended, receipts) = run(async {
            let mut store = Store::open(&place, Some(operator)).await?;
            let appended = store.append(&entries, clock).await?;
            let receipts = match wanted {
                true => Some(store.receipts(&appended).await?),
                false => None,
            };
            store.close().await;
            Ok((appended, receipts))
        })?;
        appended::print(&appended, receipts.as_deref(), self.receipt.as_deref(), self.json)
    }
}
