//! `detente record`: events into a ledger, signed; acknowledged when they are on disk.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::event::raw_events;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, Refusal, authors_of};
use detente_ledger::store::{Clock, Store};
use serde_json::json;

use super::appended;
use super::key_file::{read_key, read_keys, signed_event};
use super::ledger::{operator_file, place_name, run};
use crate::failure::Failure;
use crate::files::read_text;

/// What to record.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The ledger: a file or a postgres:// URL.
    ledger: PathBuf,
    /// Event files: TOML, JSON or JSON lines; `-` for standard input.
    events: Vec<PathBuf>,
    /// Key files of those who say so.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// The operator's key; LEDGER.operator.key when left out.
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// Revoke the public keys of these key files' owners: KEY or KEY@INSTANT (from when it no longer counts).
    #[arg(long, value_name = "KEY[@INSTANT]")]
    revoke: Vec<String>,
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
    /// Records and prints one receipt an entry.
    pub fn run(self) -> Result<(), Failure> {
        let mut bodies = Vec::new();
        for path in &self.events {
            let text = read_text(path)?;
            let read = raw_events(&text).map_err(|errors| {
                let all: Vec<String> = errors
                    .iter()
                    .map(|error| format!("{}: {error}", path.display()))
                    .collect();
                Failure::BadInput(all.join("\n"))
            })?;
            bodies.extend(read);
        }
        let keys = read_keys(&self.keys)?;
        let operator = read_key(&operator_file(&self.ledger, self.operator.as_ref()))?;
        let now = jiff::Timestamp::now();
        let place = place_name(&self.ledger)?;
        let wanted = self.receipt.is_some() || self.json;
        let (appended, receipts) = run(async {
            let mut store = Store::open(&place, Some(operator.clone())).await?;
            let mut entries = Vec::with_capacity(bodies.len());
            for body in bodies {
                let log = store.log();
                let authors = log.text.agreement.expand(&authors_of(&body), None);
                entries.push(signed_event(log.deal(), body, &authors, &keys).map_err(Refusal::from)?);
            }
            for revoked in &self.revoke {
                entries.push(revocation(&store, revoked, &keys, &operator, now)?);
            }
            let clock = Clock::read(jiff::Timestamp::now).confirmed(self.clock_is_right);
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

fn revocation(
    store: &Store,
    words: &str,
    keys: &[PrivateKey],
    operator: &PrivateKey,
    now: jiff::Timestamp,
) -> Result<Entry, detente_ledger::store::StoreError> {
    let (key, since) = words.split_once('@').unwrap_or((words, ""));
    let since = if since.is_empty() {
        now.to_string()
    } else {
        since.to_owned()
    };
    let body = json!({ "key": key, "since": since });
    let owner = store.log().keys().get(key).map(|known| known.person.clone());
    // The owner revokes, with another key of its own or with this one; the operator only where it may.
    let own = || {
        keys.iter()
            .filter(|candidate| Some(&candidate.person) == owner.as_ref())
    };
    let other = own().find(|candidate| candidate.public() != key);
    let signer = other.or(own().next()).unwrap_or(operator);
    Ok(Entry::signed(store.log().deal(), Kind::Revoke, body, &[signer]).map_err(Refusal::from)?)
}
