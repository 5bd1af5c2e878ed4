//! `detente record`: events into a ledger, signed; acknowledged when they are on disk.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::canonical::hex;
use detente_ledger::event::{EventKind, raw_events};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, Refusal};
use detente_ledger::store::{Clock, Receipt, Store};
use serde_json::{Value, json};

use super::ledger::{operator_file, place_name, read_key, run};
use crate::failure::Failure;
use crate::files::read_text;
use crate::output;

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
    /// Print receipts as JSON lines.
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
        let keys = self
            .keys
            .iter()
            .map(|path| read_key(path))
            .collect::<Result<Vec<_>, _>>()?;
        let operator = read_key(&operator_file(&self.ledger, self.operator.as_ref()))?;
        let now = jiff::Timestamp::now();
        let place = place_name(&self.ledger);
        let receipts = run(async {
            let mut store = Store::open(&place, Some(operator.clone())).await?;
            let mut entries = Vec::with_capacity(bodies.len());
            for body in bodies {
                entries.push(entry_of(&store, body, &keys)?);
            }
            for revoked in &self.revoke {
                entries.push(revocation(&store, revoked, &keys, &operator, now)?);
            }
            let clock = Clock::read(jiff::Timestamp::now).confirmed(self.clock_is_right);
            let receipts = store.append(&entries, clock).await?;
            store.close().await;
            Ok(receipts)
        })?;
        let line = |receipt: &Receipt| {
            if self.json {
                let leaf = hex(&receipt.leaf);
                json!({ "seq": receipt.seq, "leaf": leaf, "duplicate": receipt.duplicate }).to_string()
            } else if receipt.duplicate {
                format!("entry {} holds this already", receipt.seq)
            } else {
                format!("entry {} recorded, leaf {}", receipt.seq, hex(&receipt.leaf))
            }
        };
        let lines: Vec<String> = receipts.iter().map(line).collect();
        output::print_text(&lines.join("\n"))
    }
}

/// Signs a body with the keys of its authors.
fn entry_of(
    store: &Store,
    body: Value,
    keys: &[PrivateKey],
) -> Result<Entry, detente_ledger::store::StoreError> {
    let by: Vec<String> = match body.get("by") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let authors = store.log().text.agreement.expand(&by, None);
    let sign = body
        .get("kind")
        .and_then(Value::as_str)
        .and_then(EventKind::from_word);
    let both = matches!(sign, Some(EventKind::Sign | EventKind::Amend));
    let mut own: Vec<&PrivateKey> = Vec::new();
    for author in &authors {
        let all = keys.iter().filter(|key| key.person == *author);
        // One key is enough for an event; a text takes all that are given.
        own.extend(all.take(if both { usize::MAX } else { 1 }));
    }
    Ok(Entry::signed(store.log().deal(), Kind::Event, body, &own).map_err(Refusal::from)?)
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
