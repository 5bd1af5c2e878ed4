//! Who may append what: the rules of the security section of the specification, one refusal each.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::entry::{Entry, EntryError, Kind};
use super::keys::verify;
use super::merkle::Hash;
use super::stamped::Stamped;
use super::{Log, RegisteredKey};
use crate::canonical::sha256;
use crate::event::{Event, EventKind, event_from_json};
use crate::moment::Moment;

/// How far a signed time may lie ahead of the ledger's clock.
pub const CLOCK_SKEW_SECONDS: i64 = 300;

/// What an examined entry is.
#[derive(Debug, Clone, PartialEq)]
pub enum Admission {
    /// A new event.
    Event(Box<Event>),
    /// A key of a person.
    Key {
        /// The public key.
        key: String,
        /// Whose.
        person: String,
    },
    /// A key whose signatures no longer count from an instant.
    Revocation {
        /// The public key.
        key: String,
        /// From when.
        since: Timestamp,
    },
    /// A time stamp of a checkpoint.
    TimeStamp,
    /// The same statement is entry number so already; nothing is appended.
    Duplicate(u64),
}

/// Why an entry is not appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It cannot be read.
    Malformed(String),
    /// It belongs to another deal.
    OtherDeal {
        /// The deal it names.
        named: String,
    },
    /// A signature is missing or false.
    Forged(String),
    /// A key that the ledger does not know.
    UnknownKey(String),
    /// A key that was revoked.
    RevokedKey(String),
    /// An id that stands for another statement.
    Replayed(String),
    /// A time that the ledger's own clock contradicts.
    BackDated(String),
    /// The ledger's clock went backwards.
    ClockBackwards {
        /// What it says.
        now: Timestamp,
        /// When the last entry was received.
        last: Timestamp,
    },
    /// Whoever signed may not say this.
    NotEntitled(String),
    /// It does not follow the last entry.
    OutOfOrder {
        /// The place it names.
        named: u64,
        /// The next place.
        next: u64,
    },
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::OtherDeal { named } => write!(f, "it belongs to another deal ({named})"),
            Self::Forged(what) => write!(f, "forged: {what}"),
            Self::UnknownKey(key) => write!(f, "the key {key} is not registered"),
            Self::RevokedKey(key) => write!(f, "the key {key} was revoked"),
            Self::Replayed(id) => write!(f, "the id `{id}` stands for another statement already"),
            Self::BackDated(what) => write!(f, "back-dated: {what}"),
            Self::ClockBackwards { now, last } => {
                write!(
                    f,
                    "the clock says {now}, but the last entry was received at {last}; set the clock right"
                )
            }
            Self::NotEntitled(what) => write!(f, "not entitled: {what}"),
            Self::OutOfOrder { named, next } => {
                write!(f, "entry {named} does not follow; the next is {next}")
            }
        }
    }
}

impl std::error::Error for Refusal {}

impl From<EntryError> for Refusal {
    fn from(error: EntryError) -> Self {
        Self::Malformed(error.0)
    }
}

/// The text and the operator's key in entry 0.
pub(super) fn first_entry(entry: &Entry) -> Result<(String, String), Refusal> {
    let text = |name: &str| {
        let value = entry.body.get(name).and_then(Value::as_str);
        value
            .map(str::to_owned)
            .ok_or_else(|| Refusal::Malformed(format!("entry 0 has no `{name}`")))
    };
    if entry.kind != Kind::Text || entry.seq != 0 {
        return Err(Refusal::Malformed("entry 0 carries the text".to_owned()));
    }
    let (source, operator) = (text("text")?, text("operator")?);
    if super::deal_of(&source) != entry.deal {
        return Err(Refusal::OtherDeal {
            named: entry.deal.clone(),
        });
    }
    let bytes = entry.signed_bytes()?;
    if !entry
        .signatures
        .iter()
        .any(|signed| signed.key == operator && verify(signed, &bytes))
    {
        return Err(Refusal::Forged(
            "entry 0 is not signed by the operator".to_owned(),
        ));
    }
    Ok((source, operator))
}

/// Examines an entry against the log as it stands.
pub(super) fn examine(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    same_deal(log, entry)?;
    admit(log, entry, &signatures(entry)?)
}

/// Whether an entry belongs to the deal of this log.
pub(super) fn same_deal(log: &Log, entry: &Entry) -> Result<(), Refusal> {
    if entry.deal == log.deal() {
        return Ok(());
    }
    Err(Refusal::OtherDeal {
        named: entry.deal.clone(),
    })
}

/// Whether every signature of an entry fits, and the hash of what was signed; this needs no log, so that many entries can be verified at once.
pub(crate) fn signatures(entry: &Entry) -> Result<Hash, Refusal> {
    let bytes = entry.signed_bytes()?;
    if entry.signatures.is_empty() {
        return Err(Refusal::Forged("nobody signed it".to_owned()));
    }
    for signed in &entry.signatures {
        if !verify(signed, &bytes) {
            return Err(Refusal::Forged(format!(
                "the signature of {} does not fit",
                signed.person
            )));
        }
    }
    Ok(sha256(&bytes))
}

/// Whether an entry of this deal whose signatures fit may be appended.
pub(super) fn admit(log: &Log, entry: &Entry, said: &Hash) -> Result<Admission, Refusal> {
    if let Some(known) = duplicate(log, entry, said)? {
        return Ok(Admission::Duplicate(known));
    }
    if entry.seq != log.size() {
        return Err(Refusal::OutOfOrder {
            named: entry.seq,
            next: log.size(),
        });
    }
    if entry.received < log.last_received {
        return Err(Refusal::ClockBackwards {
            now: entry.received,
            last: log.last_received,
        });
    }
    match entry.kind {
        Kind::Text => Err(Refusal::Malformed(
            "the text is entry 0 and never another".to_owned(),
        )),
        Kind::Key => key(log, entry),
        Kind::Revoke => revocation(log, entry),
        Kind::Event => event(log, entry),
        Kind::TimeStamp => Stamped::examine(log, entry).map(|()| Admission::TimeStamp),
    }
}

/// Whether a stored entry is the next one of this log.
#[cfg_attr(not(feature = "store"), allow(dead_code))]
pub(super) fn follows(log: &Log, entry: &Entry) -> Result<(), Refusal> {
    same_deal(log, entry)?;
    if entry.seq == log.size() {
        return Ok(());
    }
    Err(Refusal::OutOfOrder {
        named: entry.seq,
        next: log.size(),
    })
}

/// What a stored entry is; signatures were verified when it was appended, and `detente verify` verifies them again.
#[cfg_attr(not(feature = "store"), allow(dead_code))]
pub(crate) fn reread(entry: &Entry, zone: &TimeZone) -> Result<Admission, Refusal> {
    let text = |name: &str| field(entry, name).map(str::to_owned);
    match entry.kind {
        Kind::Text => Err(Refusal::Malformed(
            "the text is entry 0 and never another".to_owned(),
        )),
        Kind::Key => Ok(Admission::Key {
            key: text("key")?,
            person: text("person")?,
        }),
        Kind::Revoke => {
            let since = text("since")?
                .parse()
                .map_err(|_| Refusal::Malformed("`since` must be an instant".into()))?;
            Ok(Admission::Revocation {
                key: text("key")?,
                since,
            })
        }
        Kind::Event => read_event(zone, entry).map(|event| Admission::Event(Box::new(event))),
        Kind::TimeStamp => Ok(Admission::TimeStamp),
    }
}

fn duplicate(log: &Log, entry: &Entry, said: &Hash) -> Result<Option<u64>, Refusal> {
    if entry.kind != Kind::Event {
        return Ok(None);
    }
    let id = entry.body.get("id").and_then(Value::as_str).unwrap_or_default();
    match log.known(id) {
        Some((seq, known)) if known == *said => Ok(Some(seq)),
        Some(_) => Err(Refusal::Replayed(id.to_owned())),
        None => Ok(None),
    }
}

fn field<'e>(entry: &'e Entry, name: &str) -> Result<&'e str, Refusal> {
    let value = entry.body.get(name).and_then(Value::as_str);
    value.ok_or_else(|| Refusal::Malformed(format!("it has no `{name}`")))
}

/// A valid, unrevoked key of `person` at the time of receipt.
fn usable<'l>(log: &'l Log, key: &str) -> Result<&'l RegisteredKey, Refusal> {
    let known = log
        .keys
        .get(key)
        .ok_or_else(|| Refusal::UnknownKey(key.to_owned()))?;
    if known.revoked.is_some() {
        return Err(Refusal::RevokedKey(key.to_owned()));
    }
    Ok(known)
}

/// A first key is registered by the operator (unless the text itself lists the person's keys); a further one by a
/// key of the same person.
fn key(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    let (person, key) = (field(entry, "person")?, field(entry, "key")?);
    let agreement = &log.text.agreement;
    let known = agreement.parties.contains_key(person) || agreement.others.contains_key(person);
    if !known && person != "registrar" {
        return Err(Refusal::NotEntitled(format!("`{person}` is nobody in this text")));
    }
    if crate::canonical::unhex::<32>(key).is_none() {
        return Err(Refusal::Malformed("`key` is no public key".to_owned()));
    }
    if log.keys.contains_key(key) || key == log.operator {
        return Err(Refusal::Replayed(key.to_owned()));
    }
    let own =
        |signed: &super::keys::Signed| usable(log, &signed.key).is_ok_and(|known| known.person == person);
    if entry.signatures.iter().any(own) {
        let (key, person) = (key.to_owned(), person.to_owned());
        return Ok(Admission::Key { key, person });
    }
    let first = !log.keys.values().any(|known| known.person == person);
    if first && entry.signatures.iter().any(|signed| signed.key == log.operator) {
        let (key, person) = (key.to_owned(), person.to_owned());
        return Ok(Admission::Key { key, person });
    }
    Err(Refusal::NotEntitled(format!(
        "a further key of {person} is registered by one of its own keys, a first one by the operator"
    )))
}

/// A key is revoked by a key of the same person or by the operator.
fn revocation(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    let key = field(entry, "key")?;
    let since = field(entry, "since")?.parse::<Timestamp>();
    let since = since.map_err(|_| Refusal::Malformed("`since` must be an instant".to_owned()))?;
    let known = usable(log, key)?;
    let person = &known.person;
    let own = |signed: &super::keys::Signed| {
        signed.key == log.operator || usable(log, &signed.key).is_ok_and(|other| other.person == *person)
    };
    if !entry.signatures.iter().any(own) {
        return Err(Refusal::NotEntitled(format!(
            "a key of {person} is revoked by {person} or the operator"
        )));
    }
    let key = key.to_owned();
    Ok(Admission::Revocation { key, since })
}

fn event(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    for set_by_ledger in ["received", "accepted"] {
        if entry.body.get(set_by_ledger).is_some() {
            return Err(Refusal::BackDated(format!(
                "`{set_by_ledger}` is given by the ledger, not by the author"
            )));
        }
    }
    let event = read_event(&log.text.agreement.zone, entry)?;
    signers(log, entry, &event)?;
    times(log, entry, &event)?;
    Ok(Admission::Event(Box::new(event)))
}

/// The event of an entry, with the times that the ledger gives.
fn read_event(zone: &TimeZone, entry: &Entry) -> Result<Event, Refusal> {
    let mut event = event_from_json(&entry.body, zone, entry.seq as usize).map_err(|errors| {
        let all: Vec<String> = errors.iter().map(|error| error.what.clone()).collect();
        Refusal::Malformed(all.join("; "))
    })?;
    let received = Moment::instant(entry.received);
    event.received = received;
    event.accepted = received;
    // A day-only time of today is known up to now, not to midnight: the event was received before the day ended.
    event.reported = event.reported.min(received);
    if event.occurred.from <= received {
        event.occurred.to = event.occurred.to.min(received);
    }
    Ok(event)
}

/// Everybody in `by` has signed with a usable key of its own, and nobody else has.
fn signers(log: &Log, entry: &Entry, event: &Event) -> Result<(), Refusal> {
    let mut persons: Vec<(&str, &str)> = Vec::new();
    for signed in &entry.signatures {
        if signed.key == log.operator {
            return Err(Refusal::NotEntitled("the operator records no events".to_owned()));
        }
        let known = usable(log, &signed.key)?;
        if known.person != signed.person {
            return Err(Refusal::Forged(format!(
                "the key of {} is no key of {}",
                known.person, signed.person
            )));
        }
        persons.push((&known.person, &signed.key));
    }
    let authors = log.text.agreement.expand(&event.by, None);
    for author in &authors {
        let keys = persons.iter().filter(|(person, _)| person == author).count();
        if keys == 0 {
            return Err(Refusal::Forged(format!("{author} has not signed it")));
        }
        let needed = log.text.agreement.signatories.get(author).copied().unwrap_or(1) as usize;
        if matches!(event.kind, EventKind::Sign | EventKind::Amend) && keys < needed {
            return Err(Refusal::NotEntitled(format!(
                "{author} signs a text with {needed} keys; {keys} were given"
            )));
        }
    }
    if let Some((person, _)) = persons
        .iter()
        .find(|(person, _)| !authors.iter().any(|author| author == person))
    {
        return Err(Refusal::Forged(format!(
            "{person} signed it but is not among its authors"
        )));
    }
    Ok(())
}

/// An act happens when it is recorded; only what is observed may lie further back.
fn times(log: &Log, entry: &Entry, event: &Event) -> Result<(), Refusal> {
    let now = entry.received.as_second();
    let zone = &log.text.agreement.zone;
    let day = |moment: Moment| moment.day(zone);
    let today = day(Moment::instant(entry.received));
    if event.reported.timestamp().as_second() > now + CLOCK_SKEW_SECONDS && day(event.reported) > today {
        return Err(Refusal::BackDated(format!(
            "it is reported on {}, but today is {today}",
            day(event.reported)
        )));
    }
    let observed = matches!(
        event.kind,
        EventKind::Claim | EventKind::Report | EventKind::Evidence | EventKind::Verify | EventKind::Accept
    );
    if event.occurred.from.timestamp().as_second() > now + CLOCK_SKEW_SECONDS
        && day(event.occurred.from) > today
    {
        return Err(Refusal::BackDated(format!(
            "it occurs on {}, which is still to come",
            day(event.occurred.from)
        )));
    }
    if observed {
        return Ok(());
    }
    let late = crate::calendar::days_between(day(event.occurred.to), today);
    let allowed = i64::from(log.text.agreement.late_recording);
    if late > allowed {
        return Err(Refusal::BackDated(format!(
            "{} is dated {}, {late} days before it was received; the text allows {allowed}",
            event.kind.word(),
            day(event.occurred.to)
        )));
    }
    Ok(())
}
