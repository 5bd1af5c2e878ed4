//! `detente sign`: fixes a text by its hash and binds a party to it.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind};
use detente_ledger::store::Store;
use detente_ledger::text::Text;
use detente_model::foreign::shown;
use serde_json::json;

use super::agreement::read_agreement;
use super::ledger::{fresh_key, operator_file, place_name, read_key, run, write_key};
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
}

impl Arguments {
    /// Signs, and prints the deal's hash.
    pub fn run(self) -> Result<(), Failure> {
        let (text, source) = read_agreement(&self.text)?;
        self.check_case(&text)?;
        let keys = self
            .keys
            .iter()
            .map(|path| read_key(path))
            .collect::<Result<Vec<_>, _>>()?;
        let others = self
            .register
            .iter()
            .map(|path| read_key(path))
            .collect::<Result<Vec<_>, _>>()?;
        let place = place_name(&self.ledger);
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
        let log_size = run(async {
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
            store.append(&entries, now).await?;
            let size = store.log().size();
            store.close().await;
            Ok(size)
        })?;
        output::print_text(&format!(
            "signed {} by {}\nledger {place}: {log_size} entries",
            text.hash,
            names(&keys)
        ))
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
    for key in keys.iter().chain(others) {
        if !log.keys().contains_key(&key.public()) {
            let body = json!({ "person": key.person, "key": key.public() });
            entries.push(signed(Kind::Key, body, &[operator])?);
        }
    }
    let mut persons: Vec<&str> = keys.iter().map(|key| key.person.as_str()).collect();
    persons.sort_unstable();
    persons.dedup();
    for person in persons {
        let own: Vec<&PrivateKey> = keys.iter().filter(|key| key.person == person).collect();
        let day = now.to_zoned(text.agreement.zone.clone()).date();
        let body = json!({ "id": format!("sign-{person}"), "kind": "sign", "by": person, "on": "agreement",
            "occurred": day.to_string() });
        if log
            .events()
            .iter()
            .any(|event| event.id == format!("sign-{person}"))
        {
            continue;
        }
        entries.push(signed(Kind::Event, body, &own)?);
    }
    Ok(entries)
}

fn names(keys: &[PrivateKey]) -> String {
    let mut names: Vec<&str> = keys.iter().map(|key| key.person.as_str()).collect();
    names.dedup();
    if names.is_empty() {
        "nobody yet".to_owned()
    } else {
        names.join(", ")
    }
}
