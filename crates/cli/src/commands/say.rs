//! `detente say`: a statement signed at home, with no ledger and nobody else's key.

use std::path::{Path, PathBuf};

use clap::Args;
use detente_ledger::event::{event_from_json, raw_events};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, SignIn, add_signature, authors_of, read_statements, statement_line};
use detente_ledger::text::Text;
use serde_json::json;

use super::agreement::read_agreement;
use super::key_file::{read_keys, signed_event};
use crate::failure::Failure;
use crate::files::{read_text, write_new};
use crate::output::{counted, print_exact, tell};

/// What to say, and with which keys.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Event files: TOML, JSON or JSON lines; `-` for standard input.
    events: Vec<PathBuf>,
    /// Key files of those who say so and are here; others add their signatures later.
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
    /// The deal's text (TOML): names the deal, and the statement is checked against it.
    #[arg(long, value_name = "TEXT", conflicts_with = "deal")]
    text: Option<PathBuf>,
    /// The deal's name alone, the sha256 of its text (`detente status TEXT --checks` prints it).
    #[arg(long, value_name = "SHA256")]
    deal: Option<String>,
    /// Sign the statements of this file as well, which others have signed.
    #[arg(long, value_name = "STATEMENT", conflicts_with_all = ["events", "deal", "new_key", "revoke"])]
    add_signature: Option<PathBuf>,
    /// Register a further key of a person, given by its public half.
    #[arg(long, value_name = "PERSON=KEY")]
    new_key: Vec<String>,
    /// Revoke a public key: KEY, or KEY@INSTANT (from when it no longer counts).
    #[arg(long, value_name = "KEY[@INSTANT]")]
    revoke: Vec<String>,
    /// Sign a board's challenge instead, to sign in there; the answer is pasted into the board's page.
    #[arg(long, value_name = "CHALLENGE", conflicts_with_all = ["events", "text", "deal", "add_signature", "new_key", "revoke"])]
    sign_in: Option<String>,
    /// Write to this file instead of standard output; never over another.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Arguments {
    /// Signs, and writes one statement a line.
    pub fn run(self) -> Result<(), Failure> {
        let keys = read_keys(&self.keys)?;
        if let Some(challenge) = &self.sign_in {
            return self.write(&answer(challenge, &keys)?);
        }
        let text = match &self.text {
            Some(path) => Some(read_agreement(path)?.0),
            None => None,
        };
        let statements = match &self.add_signature {
            Some(path) => signed_too(path, text.as_ref(), &keys)?,
            None => self.said(text.as_ref(), &keys)?,
        };
        let lines: Result<String, _> = statements.iter().map(statement_line).collect();
        self.write(&lines.map_err(|error| Failure::BadInput(error.to_string()))?)?;
        for statement in &statements {
            tell_who_is_missing(statement, text.as_ref());
        }
        Ok(())
    }

    fn write(&self, text: &str) -> Result<(), Failure> {
        match &self.out {
            Some(path) => write_new(path, text.as_bytes()),
            None => print_exact(text),
        }
    }

    /// The statements of the event files, with keys that are registered or revoked.
    fn said(&self, text: Option<&Text>, keys: &[PrivateKey]) -> Result<Vec<Entry>, Failure> {
        let deal = match (text, &self.deal) {
            (Some(text), _) => text.hash.clone(),
            (None, Some(deal)) if is_sha256(deal) => deal.clone(),
            (None, Some(_)) => {
                let what = "--deal is the sha256 of the deal's text: 64 hex digits in lower case";
                return Err(Failure::BadCall(what.to_owned()));
            }
            (None, None) => {
                let what = "which deal? give its text (--text) or its name (--deal)";
                return Err(Failure::BadCall(what.to_owned()));
            }
        };
        let mut statements = Vec::new();
        let mut wrong = Vec::new();
        for path in &self.events {
            let shown = path.display();
            match raw_events(&read_text(path)?) {
                Err(errors) => wrong.extend(errors.iter().map(|error| format!("{shown}: {error}"))),
                Ok(bodies) => {
                    for (body, place) in bodies.into_iter().zip(1..) {
                        let zone = text.map_or(jiff::tz::TimeZone::UTC, |text| text.agreement.zone.clone());
                        if let Err(errors) = event_from_json(&body, &zone, place) {
                            wrong.extend(errors.iter().map(|error| format!("{shown}: {error}")));
                            continue;
                        }
                        let authors = authors(&authors_of(&body), text);
                        match signed_event(&deal, body, &authors, keys) {
                            Ok(statement) => statements.push(statement),
                            Err(error) => wrong.push(format!("{shown}: {error}")),
                        }
                    }
                }
            }
        }
        for statement in &statements {
            if statement.signatures.is_empty() {
                let id = statement.body["id"].as_str().unwrap_or_default();
                let by = authors_of(&statement.body).join(", ");
                wrong.push(format!(
                    "event {id}: said by {by}, and no key of theirs was given"
                ));
            }
        }
        let unused = keys.iter().filter(|key| {
            let mut all = statements.iter().flat_map(|statement| &statement.signatures);
            !all.any(|signed| signed.key == key.public())
        });
        if self.new_key.is_empty() && self.revoke.is_empty() && wrong.is_empty() {
            wrong.extend(unused.map(|key| format!("{} says nothing here; leave its key out", key.person)));
        }
        statements.extend(self.of_keys(&deal, keys, &mut wrong));
        if statements.is_empty() && wrong.is_empty() {
            return Err(Failure::BadCall(
                "nothing is said: give event files, --new-key or --revoke".to_owned(),
            ));
        }
        refused(wrong)?;
        Ok(statements)
    }

    /// Statements about keys, signed with every key that was given.
    fn of_keys(&self, deal: &str, keys: &[PrivateKey], wrong: &mut Vec<String>) -> Vec<Entry> {
        let with: Vec<&PrivateKey> = keys.iter().collect();
        let mut bodies = Vec::new();
        for new in &self.new_key {
            match new.rsplit_once('=') {
                Some((person, key)) if is_sha256(key) && !person.is_empty() => {
                    bodies.push((Kind::Key, json!({ "person": person, "key": key })));
                }
                _ => wrong.push(format!(
                    "--new-key {new}: write PERSON=KEY, the key as 64 hex digits"
                )),
            }
        }
        for revoked in &self.revoke {
            let (key, since) = revoked.split_once('@').unwrap_or((revoked, ""));
            let now = jiff::Timestamp::now().to_string();
            let since = if since.is_empty() { &now } else { since };
            if !is_sha256(key) || since.parse::<jiff::Timestamp>().is_err() {
                wrong.push(format!(
                    "--revoke {revoked}: write KEY or KEY@2030-01-02T12:00:00Z"
                ));
                continue;
            }
            bodies.push((Kind::Revoke, json!({ "key": key, "since": since })));
        }
        let signed = bodies
            .into_iter()
            .map(|(kind, body)| Entry::signed(deal, kind, body, &with));
        let mut all = Vec::new();
        for entry in signed {
            match entry {
                Ok(entry) => all.push(entry),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        all
    }
}

/// Every reason at once, or nothing.
fn refused(wrong: Vec<String>) -> Result<(), Failure> {
    if wrong.is_empty() {
        return Ok(());
    }
    let count = counted(wrong.len() as u64, "error", "errors");
    Err(Failure::BadInput(format!(
        "{}\n\n{count}; nothing was signed",
        wrong.join("\n")
    )))
}

fn is_sha256(text: &str) -> bool {
    detente_ledger::canonical::unhex::<32>(text).is_some()
}

/// The persons behind names of a statement; groups are known where the text is.
fn authors(by: &[String], text: Option<&Text>) -> Vec<String> {
    match text {
        Some(text) => text.agreement.expand(by, None),
        None => by.to_vec(),
    }
}

/// The statements of a file, with further signatures on those whose authors the keys are.
fn signed_too(path: &Path, text: Option<&Text>, keys: &[PrivateKey]) -> Result<Vec<Entry>, Failure> {
    let shown = path.display();
    let mut statements = read_statements(&read_text(path)?).map_err(|wrong| {
        let lines: Vec<String> = wrong.iter().map(|what| format!("{shown}: {what}")).collect();
        Failure::BadInput(format!("{}\n\nnothing was signed", lines.join("\n")))
    })?;
    let mut wrong = Vec::new();
    let mut used = vec![false; keys.len()];
    for (statement, line) in statements.iter_mut().zip(1..) {
        if let Some(text) = text.filter(|text| text.hash != statement.deal) {
            wrong.push(format!(
                "{shown}: statement {line} is of another deal ({}) than {}",
                statement.deal, text.hash
            ));
            continue;
        }
        let by = authors(&authors_of(&statement.body), text);
        for (key, used) in keys.iter().zip(&mut used) {
            // Anybody may be asked to vouch for a key; what is said of the deal is signed by its authors.
            if statement.kind == Kind::Event && !by.contains(&key.person) {
                continue;
            }
            *used = true;
            if let Err(why) = add_signature(statement, key) {
                wrong.push(format!("{shown}: statement {line}: {why}"));
            }
        }
    }
    for (key, _) in keys.iter().zip(&used).filter(|(_, used)| !**used) {
        let hint = match text {
            Some(_) => "",
            None => "; if it speaks through a group of the text, give --text",
        };
        wrong.push(format!(
            "{shown}: {} is not an author of any statement in it{hint}",
            key.person
        ));
    }
    refused(wrong)?;
    Ok(statements)
}

/// Says whose signatures a joint statement still needs.
fn tell_who_is_missing(statement: &Entry, text: Option<&Text>) {
    if statement.kind != Kind::Event {
        return;
    }
    let mut missing = authors(&authors_of(&statement.body), text);
    missing.retain(|author| !statement.signatures.iter().any(|signed| signed.person == *author));
    if !missing.is_empty() {
        let id = statement.body["id"].as_str().unwrap_or_default();
        tell(&format!(
            "{id}: still to be signed by {} (`detente say --add-signature FILE --key …`)",
            missing.join(" and ")
        ));
    }
}

fn answer(challenge: &str, keys: &[PrivateKey]) -> Result<String, Failure> {
    let [key] = keys else {
        return Err(Failure::BadCall("one key signs in".to_owned()));
    };
    let answer = SignIn::answer(challenge, key).map_err(Failure::BadInput)?;
    answer
        .line()
        .map_err(|error| Failure::BadInput(error.to_string()))
}
