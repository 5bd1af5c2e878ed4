//! `detente record`: events into a ledger, signed; acknowledged when they are on disk.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::event::raw_events;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, Refusal, authors_of};
use detente_ledger::store::Store;
use serde_json::json;

use super::appended::Appending;
use super::key_file::{read_keys, signed_event};
use super::ledger::{place_name, run};
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
    /// Revoke the public keys of these key files' owners: KEY or KEY@INSTANT (from when it no longer counts).
    #[arg(long, value_name = "KEY[@INSTANT]")]
    revoke: Vec<String>,
    #[command(flatten)]
    appending: Appending,
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
        let operator = self.appending.operator(&self.ledger)?;
        let now = jiff::Timestamp::now();
        let place = place_name(&self.ledger)?;
        let done = run(async {
            let store = Store::open(&place, Some(operator.clone())).await?;
            let mut entries = Vec::with_capacity(bodies.len());
            for body in bodies {
                let log = store.log();
                let authors = log.text.agreement.expand(&authors_of(&body), None);
                entries.push(signed_event(log.deal(), body, &authors, &keys).map_err(Refusal::from)?);
            }
            for revoked in &self.revoke {
                entries.push(revocation(&store, revoked, &keys, &operator, now)?);
            }
            self.appending.append(store, &entries).await
        })?;
        self.appending.print(&done)
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
