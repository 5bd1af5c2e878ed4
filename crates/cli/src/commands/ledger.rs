//! Opening ledgers: an SQLite file, a PostgreSQL URL, or an exported bundle.

use std::path::{Path, PathBuf};

use detente_ledger::event::Event;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Checkpoint, Entry, Log};
use detente_ledger::store::{
    Store, StoreError, Verification, verify_bundle, verify_bundle_trusting, verify_store_trusting,
};
use detente_ledger::text::Text;
use detente_ledger::time_stamp::Vouched;

use detente_reading::foreign::shown;

use super::stamp::{read_authorities, sentence};
use crate::failure::Failure;
use crate::files::read_text;
use crate::output;
use crate::place::{Place, place_of};

/// Runs the store.
pub fn run<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let runtime = runtime.map_err(|error| Failure::BadCall(format!("the store cannot run: {error}")))?;
    runtime.block_on(work).map_err(store_failure)
}

/// What a store's error means for the caller.
pub fn store_failure(error: StoreError) -> Failure {
    match error {
        StoreError::Damaged(_) | StoreError::Refused(_) | StoreError::DoubtfulClock(_) => {
            Failure::BadInput(error.to_string())
        }
        _ => Failure::BadCall(error.to_string()),
    }
}

/// The path as the store wants it.
pub fn place_name(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// Where the operator's key of a ledger lies unless another place is given.
pub fn operator_file(ledger: &Path, given: Option<&PathBuf>) -> PathBuf {
    if let Some(given) = given {
        return given.clone();
    }
    let name = place_name(ledger);
    if name.contains("://") {
        PathBuf::from("detente.operator.key")
    } else {
        PathBuf::from(format!("{name}.operator.key"))
    }
}

/// Reads a private key.
pub fn read_key(path: &Path) -> Result<PrivateKey, Failure> {
    let text = read_text(path)?;
    PrivateKey::from_file(&text).map_err(|what| Failure::BadInput(format!("{}: {what}", path.display())))
}

/// A fresh private key from the system's random bytes.
pub fn fresh_key(person: &str) -> Result<PrivateKey, Failure> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| Failure::BadCall(format!("no random bytes: {error}")))?;
    Ok(PrivateKey::from_seed(person, &seed))
}

/// Writes a key file that only its owner can read; never over another file.
pub fn write_key(path: &Path, key: &PrivateKey) -> Result<(), Failure> {
    use std::io::Write;
    let failed =
        |error: std::io::Error| Failure::BadCall(format!("{}: cannot be written: {error}", path.display()));
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    let mut file = options.open(path).map_err(failed)?;
    file.write_all(key.to_file().as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)
}

/// A deal to ask about: a text without events, or a ledger or bundle with what it holds.
pub fn read_deal(path: &Path) -> Result<(Text, Vec<Event>), Failure> {
    match place_of(path) {
        Place::Other => Ok((super::agreement::read_agreement(path)?.0, Vec::new())),
        Place::Ledger => {
            let store = run(Store::open(&place_name(path), None))?;
            Ok(store.into_log().into_text_and_events())
        }
        Place::Bundle => {
            let bundle = read_text(path)?;
            let verification = verify_bundle(&bundle);
            if let Some(first) = verification.findings.first() {
                return Err(Failure::BadInput(format!("{}: damaged: {first}", path.display())));
            }
            let log = log_of_bundle(&bundle)?;
            Ok(log.into_text_and_events())
        }
    }
}

fn log_of_bundle(bundle: &str) -> Result<Log, Failure> {
    let mut log: Option<Log> = None;
    for line in bundle.lines().skip(1) {
        let Ok(entry) = Entry::from_bytes(line.as_bytes()) else {
            continue;
        };
        match &mut log {
            None => log = Some(Log::start(&entry).map_err(|error| Failure::BadInput(error.to_string()))?),
            Some(log) => {
                log.replay(&entry)
                    .map_err(|error| Failure::BadInput(error.to_string()))?;
            }
        }
    }
    log.ok_or_else(|| Failure::BadInput("the bundle has no entries".to_owned()))
}

/// `detente verify` for a ledger or bundle: every byte, signature and checkpoint; with `witness`, that the log still
/// extends what the witness saw last (and then remembers the new state); with authorities, that one of them stands
/// behind a time stamp.
pub fn verify_ledger(
    path: &Path,
    witness: Option<&Path>,
    authorities: &[PathBuf],
    json: bool,
) -> Result<(), Failure> {
    let trusted = read_authorities(authorities)?;
    let (mut verification, note) = match place_of(path) {
        Place::Bundle => {
            let bundle = read_text(path)?;
            let last = bundle
                .lines()
                .last()
                .and_then(|line| serde_json::from_str::<serde_json::Value>(line).ok());
            let note = last.and_then(|last| last.get("checkpoint")?.as_str().map(str::to_owned));
            (verify_bundle_trusting(&bundle, &trusted), note)
        }
        _ => {
            let verification = run(verify_store_trusting(&place_name(path), &trusted))?;
            let note = match run(Store::open(&place_name(path), None)) {
                Ok(store) => run(async { store.checkpoint_note().await })?,
                Err(_) => None,
            };
            (verification, note)
        }
    };
    let vouched = |stamp: &detente_ledger::store::CheckedStamp| matches!(stamp.stamp.vouched, Vouched::By(_));
    if !trusted.is_empty() && !verification.stamps.iter().any(vouched) {
        let what = "no time stamp leads to an authority that was given".to_owned();
        verification
            .findings
            .push(detente_ledger::store::Finding { seq: -1, what });
    }
    if let Some(witness) = witness {
        watch(path, witness, note.as_deref(), &mut verification)?;
    }
    if json {
        output::print_json(&verification)?;
    } else {
        output::print_text(&in_words(&verification))?;
    }
    if verification.findings.is_empty() {
        Ok(())
    } else {
        Err(Failure::BadInput(String::new()))
    }
}

/// What was found in a ledger, in lines.
fn in_words(verification: &Verification) -> String {
    let mut lines = Vec::new();
    if verification.findings.is_empty() {
        lines.push(format!(
            "whole: {} entries, {} signatures, {} checkpoints",
            verification.entries, verification.signatures, verification.checkpoints
        ));
        lines.push(format!("deal {}", verification.deal));
        lines.push(format!("root {}", verification.root));
        lines.push(format!("operator {}", verification.operator));
        lines.extend(verification.stamps.iter().map(sentence));
    } else {
        lines.push(format!(
            "altered: {} findings in {} entries",
            verification.findings.len(),
            verification.entries
        ));
        let findings = verification.findings.iter();
        lines.extend(findings.map(|finding| format!("  {finding}")));
    }
    let lines: Vec<_> = lines.iter().map(|line| shown(line)).collect();
    lines.join("\n")
}

/// A witness keeps the last checkpoint; the leaves stored now must have that root at that size.
fn watch(
    path: &Path,
    witness: &Path,
    note: Option<&str>,
    verification: &mut Verification,
) -> Result<(), Failure> {
    let finding = |what: String| detente_ledger::store::Finding { seq: -1, what };
    if witness.exists() {
        let old = read_text(witness)?;
        match Checkpoint::open(&old, &verification.operator) {
            Err(error) => verification
                .findings
                .push(finding(format!("what the witness keeps: {error}"))),
            Ok(old) => {
                let root = root_at(path, old.size)?;
                if root != Some(old.root) {
                    let what = format!(
                        "two histories: the witness saw another log of {} entries",
                        old.size
                    );
                    verification.findings.push(finding(what));
                }
            }
        }
    }
    if let Some(note) = note
        && verification.findings.is_empty()
    {
        crate::files::write_whole(witness, note.as_bytes())?;
    }
    Ok(())
}

fn root_at(path: &Path, size: u64) -> Result<Option<detente_ledger::log::merkle::Hash>, Failure> {
    use detente_ledger::log::merkle::{leaf_hash, root};
    let leaves: Vec<_> = match place_of(path) {
        Place::Bundle => {
            let bundle = read_text(path)?;
            let lines: Vec<&str> = bundle.lines().collect();
            let entries = lines.get(1..lines.len().saturating_sub(1)).unwrap_or(&[]);
            entries.iter().map(|line| leaf_hash(line.as_bytes())).collect()
        }
        _ => {
            let store = run(Store::open(&place_name(path), None))?;
            run(async { store.entries().await })?
                .iter()
                .map(|bytes| leaf_hash(bytes))
                .collect()
        }
    };
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    Ok(leaves.get(..size).map(root))
}
