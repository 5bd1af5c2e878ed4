//! Admission: whether an entry may be appended to a log. The rules are numbered A1 to A13 and published in
//! `docs/agreements.md`; each refusal names its rule.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::Value;

use super::entry::{Entry, EntryError, Kind};
use super::keys::{Signed, verify};
use super::merkle::Hash;
use super::registry::{self, usable};
use super::stamped::Stamped;
use super::{Log, acts};
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
    /// The ledger's clock had been ahead and was set right.
    Clock,
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
    NotEntitled(Denied),
    /// With it no status could be computed any more.
    NotComputable(String),
    /// It does not follow the last entry.
    OutOfOrder {
        /// The place it names.
        named: u64,
        /// The next place.
        next: u64,
    },
}

/// What somebody may not do, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// The rule, for example `A12`.
    pub rule: &'static str,
    /// What it says here.
    pub what: String,
}

impl Refusal {
    /// A refusal by a rule about who may do what.
    pub(crate) fn denied(rule: &'static str, what: impl Into<String>) -> Self {
        let what = what.into();
        Self::NotEntitled(Denied { rule, what })
    }

    /// The rule of `docs/agreements.md` that refuses.
    #[must_use]
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Malformed(_) | Self::OutOfOrder { .. } => "A1",
            Self::OtherDeal { .. } => "A2",
            Self::Forged(_) | Self::UnknownKey(_) | Self::RevokedKey(_) => "A3",
            Self::Replayed(_) => "A5",
            Self::BackDated(_) => "A6",
            Self::ClockBackwards { .. } => "A7",
            Self::NotComputable(_) => "A8",
            Self::NotEntitled(denied) => denied.rule,
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Malformed(what) => write!(f, "malformed: {what}"),
            Self::OtherDeal { named } => write!(f, "it belongs to another deal ({named})"),
            Self::Forged(what) => write!(f, "forged: {what}"),
            Self::UnknownKey(key) => write!(f, "the key {key} is not registered"),
            Self::RevokedKey(key) => write!(f, "the key {key} was revoked"),
            Self::Replayed(id) => write!(f, "id `{id}` is already used by a different statement"),
            Self::BackDated(what) => write!(f, "back-dated: {what}"),
            Self::ClockBackwards { now, last } => {
                write!(
                    f,
                    "the clock says {now}, but the last entry was received at {last}; set the clock right, or, if it is \
                     right and the last entry came while it was ahead, give --clock-is-right"
                )
            }
            Self::NotEntitled(denied) => write!(f, "not entitled ({}): {}", denied.rule, denied.what),
            Self::NotComputable(what) => write!(f, "no status could be computed after it: {what}"),
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

/// Whether an entry may be appended; otherwise everything that stands against it, so that a statement is sent back once.
pub(super) fn examine(log: &Log, entry: &Entry) -> Result<Admission, Vec<Refusal>> {
    let mut against: Vec<Refusal> = Vec::new();
    against.extend(readable(entry).err());
    against.extend(same_deal(log, entry).err());
    let said = false_signatures(entry).unwrap_or_else(|refusals| {
        against.extend(refusals);
        [0; 32]
    });
    match admit(log, entry, &said) {
        Ok(admission) if against.is_empty() => return Ok(admission),
        Ok(_) => {}
        Err(refusals) => against.extend(refusals),
    }
    let mut seen = std::collections::HashSet::new();
    against.retain(|refusal| seen.insert(refusal.to_string()));
    Err(against)
}

/// Whether an entry, once written, can be read again: writing and reading have the same limits (A1).
pub(crate) fn readable(entry: &Entry) -> Result<(), Refusal> {
    exact_numbers(&entry.body)?;
    // Place and time are still to be given; no other place or time makes it longer than these.
    let widest = entry.clone().at(u64::MAX >> 1, Timestamp::MAX);
    Entry::from_bytes(&widest.bytes()?)?;
    Ok(())
}

/// Canonical JSON writes every number as a double; one that no double is would be changed on the way.
fn exact_numbers(value: &Value) -> Result<(), Refusal> {
    const LARGEST: u64 = 1 << 53;
    match value {
        Value::Number(number) => {
            let whole = number.as_u64().or(number.as_i64().map(i64::unsigned_abs));
            if whole.is_some_and(|whole| whole > LARGEST) {
                let what = format!("{number} is beyond what a JSON number holds exactly; write it as text");
                return Err(Refusal::Malformed(what));
            }
            Ok(())
        }
        Value::Array(list) => list.iter().try_for_each(exact_numbers),
        Value::Object(object) => object.values().try_for_each(exact_numbers),
        _ => Ok(()),
    }
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
    false_signatures(entry).map_err(first)
}

/// Every signature of an entry that does not fit; the hash of what was signed where all do.
fn false_signatures(entry: &Entry) -> Result<Hash, Vec<Refusal>> {
    let bytes = entry.signed_bytes().map_err(|error| vec![Refusal::from(error)])?;
    if entry.signatures.is_empty() {
        return Err(vec![Refusal::Forged("nobody signed it".to_owned())]);
    }
    let wrong: Vec<Refusal> = entry
        .signatures
        .iter()
        .filter(|signed| !verify(signed, &bytes))
        .map(|signed| Refusal::Forged(format!("the signature of {} does not fit", signed.person)))
        .collect();
    match wrong.is_empty() {
        true => Ok(sha256(&bytes)),
        false => Err(wrong),
    }
}

/// The first of several refusals, where one is enough.
pub(super) fn first(refusals: Vec<Refusal>) -> Refusal {
    let none = || Refusal::Malformed("it was refused without a reason".to_owned());
    refusals.into_iter().next().unwrap_or_else(none)
}

/// Whether an entry of this deal whose signatures fit may be appended; otherwise every reason against it.
pub(super) fn admit(log: &Log, entry: &Entry, said: &Hash) -> Result<Admission, Vec<Refusal>> {
    let one = |refusal: Refusal| vec![refusal];
    if let Some(known) = duplicate(log, entry, said).map_err(one)? {
        return Ok(Admission::Duplicate(known));
    }
    if entry.seq != log.size() {
        return Err(one(Refusal::OutOfOrder {
            named: entry.seq,
            next: log.size(),
        }));
    }
    if entry.received < log.last_received && entry.kind != Kind::Clock {
        return Err(one(Refusal::ClockBackwards {
            now: entry.received,
            last: log.last_received,
        }));
    }
    match entry.kind {
        Kind::Text => Err(one(Refusal::Malformed(
            "the text is entry 0 and never another".to_owned(),
        ))),
        Kind::Key => registry::key(log, entry).map_err(one),
        Kind::Revoke => registry::revocation(log, entry).map_err(one),
        Kind::Event => event(log, entry),
        Kind::Clock => clock(log, entry).map_err(one),
        Kind::TimeStamp => Stamped::examine(log, entry)
            .map(|()| Admission::TimeStamp)
            .map_err(one),
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
        Kind::Clock => Ok(Admission::Clock),
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

pub(super) fn field<'e>(entry: &'e Entry, name: &str) -> Result<&'e str, Refusal> {
    let value = entry.body.get(name).and_then(Value::as_str);
    value.ok_or_else(|| Refusal::Malformed(format!("it has no `{name}`")))
}

/// The operator says that its clock was ahead when earlier entries were received: they had come by now (A7).
fn clock(log: &Log, entry: &Entry) -> Result<Admission, Refusal> {
    if !entry.signatures.iter().any(|signed| signed.key == log.operator) {
        return Err(Refusal::denied(
            "A7",
            "the operator alone sets the ledger's clock right",
        ));
    }
    if entry.received >= log.last_received {
        return Err(Refusal::Malformed(
            "no entry was received after this time: there is nothing to set right".to_owned(),
        ));
    }
    Ok(Admission::Clock)
}

fn event(log: &Log, entry: &Entry) -> Result<Admission, Vec<Refusal>> {
    let set_by_ledger = ["received", "accepted"].into_iter();
    let mut against: Vec<Refusal> = set_by_ledger
        .filter(|name| entry.body.get(*name).is_some())
        .map(|name| Refusal::BackDated(format!("`{name}` is given by the ledger, not by the author")))
        .collect();
    let event = match read_event(&log.text.agreement.zone, entry) {
        Ok(event) => event,
        Err(refusal) => {
            against.push(refusal);
            return Err(against);
        }
    };
    against.extend(plain_id(&event.id).err());
    let signed = signers(log, entry, &event, &mut against);
    against.extend(times(log, entry, &event).err());
    against.extend(acts::entitled(log, &event, &signed).err());
    match against.is_empty() {
        true => Ok(Admission::Event(Box::new(event))),
        false => Err(against),
    }
}

/// An id is shown everywhere and referred to by others: it has no characters that are not seen or that turn text around.
fn plain_id(id: &str) -> Result<(), Refusal> {
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    if id.chars().any(unseen) || id.trim() != id {
        let what = "`id` must not have control characters, invisible characters or blanks at its ends";
        return Err(Refusal::Malformed(what.to_owned()));
    }
    Ok(())
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

/// A key that signed, with the person whose it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signer<'l> {
    pub person: &'l str,
    /// Who holds the key among the people who act for that person.
    pub holder: &'l str,
}

/// Everybody in `by` has signed with a usable key of its own, and nobody else has.
fn signers<'l>(log: &'l Log, entry: &Entry, event: &Event, against: &mut Vec<Refusal>) -> Vec<Signer<'l>> {
    let mut all: Vec<Signer<'l>> = Vec::new();
    for signed in &entry.signatures {
        match signer(log, entry, signed) {
            Ok(signer) => all.push(signer),
            Err(refusal) => against.push(refusal),
        }
    }
    let authors = log.text.agreement.expand(&event.by, None);
    for author in &authors {
        // Whoever signed with a key that does not count has been told so.
        let told = !against.is_empty() && entry.signatures.iter().any(|signed| signed.person == *author);
        if !told && !all.iter().any(|signer| signer.person == author) {
            against.push(Refusal::Forged(format!("{author} has not signed it")));
        }
    }
    let strange = all
        .iter()
        .filter(|signer| !authors.iter().any(|author| author == signer.person));
    against.extend(strange.map(|signer| {
        Refusal::Forged(format!(
            "{} signed it but is not among its authors",
            signer.person
        ))
    }));
    all
}

/// Whose key made a signature, if it may be used.
fn signer<'l>(log: &'l Log, entry: &Entry, signed: &Signed) -> Result<Signer<'l>, Refusal> {
    if signed.key == log.operator {
        return Err(Refusal::denied("A4", "the operator records no events"));
    }
    let known = usable(log, &signed.key, entry.received)?;
    if known.person != signed.person {
        return Err(Refusal::Forged(format!(
            "the key of {} is not a key of {}",
            known.person, signed.person
        )));
    }
    Ok(Signer {
        person: &known.person,
        holder: &known.holder,
    })
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
    if event.occurred.from > event.occurred.to || day(event.occurred.from).year() < 1 {
        return Err(Refusal::BackDated(
            "its time is not one that a calendar counts".to_owned(),
        ));
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
    // The start counts: an act dated "from 2020 to today" would reach back to 2020.
    let late = crate::calendar::days_between(day(event.occurred.from), today);
    let allowed = i64::from(log.text.agreement.late_recording);
    if late > allowed {
        return Err(Refusal::BackDated(format!(
            "{} is dated {}, {late} days before it was received; the text allows {allowed}",
            event.kind.word(),
            day(event.occurred.from)
        )));
    }
    Ok(())
}
