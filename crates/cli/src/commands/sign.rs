//! `detente sign`: fixes a text by its hash and binds a party to it.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::event::{Event, EventKind};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind};
use detente_ledger::store::{Clock, Store, without_password};
use detente_ledger::text::Text;
use detente_reading::foreign::shown;
use serde_json::json;

use super::agreement::read_agreement;
use super::key_file::{read_key, read_keys};
use super::ledger::{fresh_key, operator_file, place_name, run, write_key};
use crate::failure::Failure;
use crate::files::read_bytes;
use crate::output;

/// What to sign, where, and with which keys.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The agreement's text (TOML).
    text: PathBuf,
    /// The ledger: a file that is made if it does not exist, or a postgres:// URL.
    #[arg(long, value_name = "LEDGER")]
    ledger: PathBuf,
    /// Key files of the signers; a party with the two-person rule gives two.
    #[arg(long = "key", value_name = "FILE")]
    keys: Vec<PathBuf>,
    /// Register these key files' public halves too (verifiers and others who sign nothing now).
    #[arg(long = "register", value_name = "FILE")]
    register: Vec<PathBuf>,
    /// The operator's key; LEDGER.operator.key when left out, made with the ledger.
    #[arg(long, value_name = "FILE")]
    operator: Option<PathBuf>,
    /// The case file that was analysed: its hash must be the one that the text names.
    #[arg(long, value_name = "FILE")]
    case: Option<PathBuf>,
    /// The machine's clock is right, although it is far from the ledger's last entry.
    #[arg(long)]
    clock_is_right: bool,
}

impl Arguments {
    /// Signs, and prints the deal's hash.
    pub fn run(self) -> Result<(), Failure> {
        let (text, source) = read_agreement(&self.text)?;
        self.check_case(&text)?;
        let (keys, others) = (read_keys(&self.keys)?, read_keys(&self.register)?);
        let place = place_name(&self.ledger)?;
        let operator_path = operator_file(&self.ledger, self.operator.as_ref());
        let exists = !place.contains("://") && self.ledger.exists();
        if !exists && !show_checks_quietly(&text) {
            return Err(Failure::BadInput(
                "nothing was signed: `detente status TEXT --checks` shows what cannot work as written"
                    .to_owned(),
            ));
        }
        let operator = if operator_path.exists() {
            read_key(&operator_path)?
        } else {
            let key = fresh_key("operator")?;
            write_key(&operator_path, &key)?;
            output::tell(&format!(
                "made the operator's key {}; keep it secret",
                operator_path.display()
            ));
            key
        };
        let now = jiff::Timestamp::now();
        let (appended, log_size) = run(async {
            let mut store = if exists {
                Store::open(&place, Some(operator.clone())).await?
            } else {
                match Store::create(&place, &source, operator.clone(), now).await {
                    Err(detente_ledger::store::StoreError::Exists(_)) => {
                        Store::open(&place, Some(operator.clone())).await?
                    }
                    other => other?,
                }
            };
            let entries = entries(&store, &text, &keys, &others, &operator, now)?;
            let clock = Clock::read(jiff::Timestamp::now).confirmed(self.clock_is_right);
            store.append(&entries, clock).await?;
            let size = store.log().size();
            store.close().await;
            Ok((entries, size))
        })?;
        let mut lines = appended_in_words(&appended, &keys, &text.hash);
        lines.push(format!("ledger {}: {log_size} entries", without_password(&place)));
        output::print_text(&lines.join("\n"))
    }

    /// What was analysed and what is signed must be the same bytes.
    fn check_case(&self, text: &Text) -> Result<(), Failure> {
        let Some(path) = &self.case else {
            return Ok(());
        };
        let hash = detente_ledger::canonical::hex(&detente_ledger::canonical::sha256(&read_bytes(path)?));
        match &text.agreement.case {
            Some(link) if link.hash == hash => Ok(()),
            Some(link) => Err(Failure::BadInput(format!(
                "{}: its hash is {hash}, but the text was drafted from {}; what was analysed is not what would be signed",
                path.display(),
                link.hash
            ))),
            None => Err(Failure::BadInput(
                "the text names no case (`[agreement.case]`)".to_owned(),
            )),
        }
    }
}

fn show_checks_quietly(text: &Text) -> bool {
    use detente_ledger::checks::{Severity, check};
    let flaws = check(&text.agreement);
    for flaw in &flaws {
        let word = if flaw.severity == Severity::Error {
            "error"
        } else {
            "warning"
        };
        output::tell(&format!("{word} [{}] {}", flaw.check, shown(&flaw.what)));
    }
    flaws.iter().all(|flaw| flaw.severity == Severity::Warning)
}

/// Key registrations that are still missing, then the signature of each person.
fn entries(
    store: &Store,
    text: &Text,
    keys: &[PrivateKey],
    others: &[PrivateKey],
    operator: &PrivateKey,
    now: jiff::Timestamp,
) -> Result<Vec<Entry>, detente_ledger::store::StoreError> {
    use detente_ledger::log::Refusal;
    let log = store.log();
    if log.deal() != text.hash {
        return Err(Refusal::OtherDeal {
            named: text.hash.clone(),
        }
        .into());
    }
    let signed =
        |kind, body, with: &[&PrivateKey]| Entry::signed(log.deal(), kind, body, with).map_err(Refusal::from);
    let mut entries = Vec::new();
    // A first key is entered by the operator; a further one by a key of the same person, or as the text provides.
    let known = |key: &&PrivateKey| log.keys().contains_key(&key.public());
    let vouchers: Vec<&PrivateKey> = std::iter::once(operator)
        .chain(keys.iter().chain(others).filter(known))
        .collect();
    for key in keys.iter().chain(others).filter(|key| !known(key)) {
        let body = json!({ "person": key.person, "key": key.public() });
        entries.push(signed(Kind::Key, body, &vouchers)?);
    }
    let mut persons: Vec<&str> = keys.iter().map(|key| key.person.as_str()).collect();
    persons.sort_unstable();
    persons.dedup();
    for person in persons {
        let own: Vec<&PrivateKey> = keys.iter().filter(|key| key.person == person).collect();
        let day = now.to_zoned(text.agreement.zone.clone()).date();
        if has_signed(log.events(), person) {
            continue;
        }
        let taken = |id: &String| log.events().iter().any(|event| event.id == *id);
        let ids = (1..).map(|number| match number {
            1 => format!("sign-{person}"),
            _ => format!("sign-{person}-{number}"),
        });
        let id = ids.into_iter().find(|id| !taken(id));
        let body = json!({ "id": id, "kind": "sign", "by": person, "on": "agreement",
            "occurred": day.to_string() });
        entries.push(signed(Kind::Event, body, &own)?);
    }
    Ok(entries)
}

/// Whether a signature of a person is in the record and was not taken back; an id says nothing about it.
fn has_signed(events: &[Event], person: &str) -> bool {
    let reversed = |id: &str| {
        let mut reversals = events.iter().filter(|event| event.kind == EventKind::Reverse);
        reversals.any(|event| event.of.as_deref() == Some(id))
    };
    events
        .iter()
        .filter(|event| event.kind == EventKind::Sign && event.by.iter().any(|by| by == person))
        .any(|event| !reversed(&event.id))
}

/// What was appended, and what was there already.
fn appended_in_words(entries: &[Entry], keys: &[PrivateKey], hash: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let text = |entry: &Entry, name: &str| entry.body.get(name)?.as_str().map(str::to_owned);
    let of_kind = |kind: Kind| entries.iter().filter(move |entry| entry.kind == kind);
    for entry in of_kind(Kind::Key) {
        let person = text(entry, "person").unwrap_or_default();
        lines.push(format!("registered a key of {person}"));
    }
    let signed: Vec<String> = of_kind(Kind::Event)
        .filter_map(|entry| text(entry, "by"))
        .collect();
    if !signed.is_empty() {
        lines.push(format!("signed {hash} by {}", signed.join(", ")));
    }
    let mut before: Vec<&str> = keys.iter().map(|key| key.person.as_str()).collect();
    before.retain(|person| !signed.iter().any(|signed| signed == person));
    before.dedup();
    if !before.is_empty() {
        lines.push(format!(
            "nothing new was signed: {} had signed before",
            before.join(", ")
        ));
    } else if signed.is_empty() {
        lines.push(format!(
            "nobody has signed {hash} here; the ledger is kept for it"
        ));
    }
    lines
}
