//! How entries are appended to a ledger, and what was appended, for people and for programs, with receipts.

use std::path::{Path, PathBuf};

use clap::Args;
use detente_ledger::canonical::hex;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Receipt};
use detente_ledger::store::{Appended, Clock, Store, StoreError};
use serde_json::{Value, json};

use super::key_file::read_key;
use super::ledger::operator_file;
use crate::failure::Failure;
use crate::files::write_new;
use crate::output::{print_exact, print_text};

/// How entries are appended and told of.
#[derive(Debug, Args)]
pub struct Appending {
    /// The operator's key; LEDGER.operator.key when left out. It signs the ledger's state, not what is recorded.
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

/// What was appended, with receipts where they were asked for.
type Done = (Vec<Appended>, Option<Vec<Receipt>>);

impl Appending {
    /// The key of the ledger's operator.
    pub fn operator(&self, ledger: &Path) -> Result<PrivateKey, Failure> {
        read_key(&operator_file(ledger, self.operator.as_ref()))
    }

    /// Appends all entries or none, and closes the store.
    pub async fn append(&self, mut store: Store, entries: &[Entry]) -> Result<Done, StoreError> {
        let clock = Clock::read(jiff::Timestamp::now).confirmed(self.clock_is_right);
        let appended = store.append(entries, clock).await?;
        let receipts = match self.receipt.is_some() || self.json {
            true => Some(store.receipts(&appended).await?),
            false => None,
        };
        store.close().await;
        Ok((appended, receipts))
    }

    /// Prints a line an entry; with their receipts, if they were asked for, in a file or in the JSON.
    pub fn print(&self, (appended, receipts): &Done) -> Result<(), Failure> {
        let failed = |what: String| Failure::BadInput(what);
        let lines = receipts.iter().flatten().map(Receipt::line);
        let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(failed)?;
        if let Some(file) = &self.receipt {
            write_new(file, lines.concat().as_bytes())?;
        }
        if self.json {
            let mut out = String::new();
            for (place, appended) in appended.iter().enumerate() {
                let receipt = lines.get(place).map(|line| detente_reading::json::value(line));
                let receipt: Value = receipt
                    .transpose()
                    .map_err(|fault| failed(fault.to_string()))?
                    .into();
                let leaf = appended.leaf.map(|leaf| hex(&leaf));
                let line = json!({ "seq": appended.seq, "leaf": leaf, "duplicate": appended.duplicate, "receipt": receipt });
                out.push_str(&format!("{line}\n"));
            }
            return print_exact(&out);
        }
        let mut lines: Vec<String> = appended.iter().map(in_words).collect();
        match &self.receipt {
            Some(file) => lines.push(format!(
                "receipts in {}; `detente verify` checks them",
                file.display()
            )),
            None => lines.push("keep a receipt of it: --receipt FILE".to_owned()),
        }
        print_text(&lines.join("\n"))
    }
}

fn in_words(appended: &Appended) -> String {
    match &appended.leaf {
        Some(leaf) => format!("entry {} recorded, leaf {}", appended.seq, hex(leaf)),
        None => format!("entry {} holds this already", appended.seq),
    }
}
