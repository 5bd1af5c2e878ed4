//! `detente submit`: hands statements that were signed at home in to a ledger.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::log::read_statements;
use detente_ledger::store::Store;

use super::appended::Appending;
use super::ledger::{place_name, run};
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
    #[command(flatten)]
    appending: Appending,
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
        let operator = self.appending.operator(&self.ledger)?;
        let place = place_name(&self.ledger)?;
        let done = run(async {
            let store = Store::open(&place, Some(operator)).await?;
            self.appending.append(store, &entries).await
        })?;
        self.appending.print(&done)
    }
}
