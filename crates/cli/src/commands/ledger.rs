//! Opening ledgers: an SQLite file, a PostgreSQL URL, or an exported bundle.

use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::files::read_text;
use crate::output::tell;
use crate::place::{Place, place_of};
use detente_ledger::event::Event;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Log};
use detente_ledger::store::{StateUse, Store, StoreError, holds_password, verify_bundle, without_password};
use detente_ledger::text::Text;

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
        StoreError::Damaged(_)
        | StoreError::Refused(_)
        | StoreError::AllRefused(_)
        | StoreError::DoubtfulClock(_) => Failure::BadInput(error.to_string()),
        _ => Failure::BadCall(error.to_string()),
    }
}

/// The place of a ledger as the store wants it. A password in it would stand in the list of processes for everybody.
pub fn place_name(path: &Path) -> Result<String, Failure> {
    let place = path.to_string_lossy().into_owned();
    if holds_password(&place) {
        return Err(Failure::BadCall(format!(
            "{}: a password on the command line can be read in the list of processes; leave it out and give it in the \
             environment (PGPASSWORD) or in a password file (PGPASSFILE, ~/.pgpass)",
            without_password(&place)
        )));
    }
    Ok(place)
}

/// Where the operator's key of a ledger lies unless another place is given.
pub fn operator_file(ledger: &Path, given: Option<&PathBuf>) -> PathBuf {
    if let Some(given) = given {
        return given.clone();
    }
    let name = ledger.to_string_lossy();
    if name.contains("://") {
        PathBuf::from("detente.operator.key")
    } else {
        PathBuf::from(format!("{name}.operator.key"))
    }
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
            let store = run(Store::open(&place_name(path)?, None))?;
            if let StateUse::Refused(why) = store.state_use() {
                tell(&format!(
                    "the kept state of the ledger was not used, and all entries were read: {why}"
                ));
            }
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
