//! The state of a log in few bytes: what it made of its entries, so that it need not read them again. Events lie in parts
//! that are written once; the head has everything else. What is written is what is read, or nothing is.

use std::collections::BTreeMap;

use detente_base::number::{Exact, parse_exact};
use serde::{Deserialize, Serialize};

use super::merkle::{Frontier, Hash};
use super::{Log, Noted, RegisteredKey};
use crate::canonical::{hex, unhex};
use crate::event::{Details, Event, EventKind, Fact, Finding, Names, Votes};
use crate::moment::{Moment, Occurrence};

/// The most events of one part.
pub(crate) const PART: usize = 4096;

/// What a log is besides its text and its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    /// The leaf of entry 0, which carries the text.
    first: String,
    /// How many entries.
    pub size: u64,
    /// The peaks of their tree, hex.
    peaks: Vec<String>,
    /// How many events.
    pub events: usize,
    last_received: Moment,
    /// How often times of receipt were set right.
    pub set_right: usize,
    keys: BTreeMap<String, KeptKey>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeptKey {
    person: String,
    holder: String,
    since: Moment,
    revoked: Option<(Moment, Moment)>,
}

/// Events and names that several of them have in common.
#[derive(Serialize, Deserialize)]
struct Part {
    names: Vec<Vec<String>>,
    events: Vec<KeptEvent>,
}

#[derive(Serialize, Deserialize)]
struct KeptEvent {
    id: String,
    kind: u8,
    by: u32,
    on: u32,
    of: Option<String>,
    occurred: Occurrence,
    occurred_stated: bool,
    reported: Moment,
    received: Moment,
    accepted: Moment,
    level: Option<u32>,
    finding: u8,
    details: Option<KeptDetails>,
    seq: u64,
    said: Hash,
    signers: u32,
}

#[derive(Serialize, Deserialize)]
struct KeptDetails {
    stage: Option<String>,
    amount: Option<String>,
    total: Option<String>,
    facts: Vec<(String, KeptFact)>,
    votes: Option<(u32, u32, u32, Vec<String>, Vec<String>)>,
    outcome: Option<String>,
    until: Option<String>,
    days: Option<u32>,
    set: Vec<(String, String)>,
    cause: Option<String>,
    form: BTreeMap<String, String>,
    source: Option<String>,
    confidence: Option<String>,
    note: Option<String>,
    evidence: Vec<String>,
}

#[derive(Serialize, Deserialize)]
enum KeptFact {
    Word(String),
    Number(String),
    Truth(bool),
}

impl Log {
    /// The head of this state; entry 0 has the leaf `first`.
    pub(crate) fn head(&self, first: &Hash) -> Head {
        let keys = self.keys.iter().map(|(key, known)| {
            let kept = KeptKey {
                person: known.person.clone(),
                holder: known.holder.clone(),
                since: Moment::instant(known.since),
                revoked: known
                    .revoked
                    .map(|(since, learned)| (Moment::instant(since), Moment::instant(learned))),
            };
            (key.clone(), kept)
        });
        Head {
            first: hex(first),
            size: self.size(),
            peaks: self.frontier.peaks().iter().map(|peak| hex(peak)).collect(),
            events: self.events.len(),
            last_received: Moment::instant(self.last_received),
            set_right: self.times_set_right(),
            keys: keys.collect(),
        }
    }

    /// The events from one place up to another, in bytes; none where they would not be read as they are.
    pub(crate) fn part(&self, from: usize, until: usize) -> Option<Vec<u8>> {
        let (events, noted) = (self.events.get(from..until)?, self.noted.get(from..until)?);
        let bytes = postcard::to_allocvec(&Part::of(events, noted)).ok()?;
        let again = read_part(&bytes).ok()?;
        let same = again
            .iter()
            .zip(events.iter().zip(noted))
            .all(|(again, (event, noted))| again.0 == *event && again.1 == *noted);
        (same && again.len() == events.len()).then_some(bytes)
    }

    /// Takes on a state that was kept of this log, which has only its first entry yet.
    ///
    /// # Errors
    /// Why it is no state of this log; nothing has changed then.
    pub(crate) fn resume(&mut self, head: &Head, events: Vec<(Event, Noted)>) -> Result<(), String> {
        if self.size() != 1
            || self.frontier.peaks().first().map(|leaf| hex(leaf)).as_ref() != Some(&head.first)
        {
            return Err("it is of another first entry".to_owned());
        }
        let peaks: Option<Vec<Hash>> = head.peaks.iter().map(|peak| unhex(peak)).collect();
        let frontier = peaks.and_then(|peaks| Frontier::of_peaks(head.size, peaks));
        let frontier = frontier.ok_or("its tree has another form than its size")?;
        if events.len() != head.events {
            return Err(format!(
                "it has {} events instead of {}",
                events.len(),
                head.events
            ));
        }
        self.frontier = frontier;
        self.last_received = head.last_received.timestamp();
        self.set_right_before = head.set_right;
        for (key, kept) in &head.keys {
            let known = RegisteredKey {
                person: kept.person.clone(),
                holder: kept.holder.clone(),
                since: kept.since.timestamp(),
                revoked: kept
                    .revoked
                    .map(|(since, learned)| (since.timestamp(), learned.timestamp())),
            };
            self.keys.insert(key.clone(), known);
        }
        for (event, mut noted) in events {
            self.ids.insert(&event.id, self.events.len() as u32);
            noted.signers = self.shared(noted.signers);
            self.note(event, noted);
        }
        self.possible = self.readings();
        Ok(())
    }
}

/// The events of a part.
///
/// # Errors
/// Why it is none.
pub(crate) fn read_part(bytes: &[u8]) -> Result<Vec<(Event, Noted)>, String> {
    let (part, rest): (Part, &[u8]) =
        postcard::take_from_bytes(bytes).map_err(|error| format!("a part cannot be read: {error}"))?;
    if !rest.is_empty() {
        return Err("a part is longer than what it holds".to_owned());
    }
    let names: Vec<Names> = part.names.into_iter().map(Names::from).collect();
    let read = part.events.into_iter().map(|kept| kept.event(&names));
    let read: Option<Vec<(Event, Noted)>> = read.collect();
    read.ok_or_else(|| "a part holds what is not an event".to_owned())
}

impl Part {
    fn of(events: &[Event], noted: &[Noted]) -> Self {
        let mut places: BTreeMap<&[String], u32> = BTreeMap::new();
        let mut names: Vec<Vec<String>> = Vec::new();
        let mut kept = Vec::with_capacity(events.len());
        for (event, noted) in events.iter().zip(noted) {
            let mut place = |all: &'_ Names| -> u32 {
                if let Some(place) = places.get(&all[..]) {
                    return *place;
                }
                names.push(all.to_vec());
                names.len() as u32 - 1
            };
            let (by, on, signers) = (place(&event.by), place(&event.on), place(&noted.signers));
            for (all, place) in [(&event.by, by), (&event.on, on), (&noted.signers, signers)] {
                places.insert(&all[..], place);
            }
            kept.push(KeptEvent {
                id: event.id.clone(),
                kind: index_of(&EventKind::WORDS, &event.kind),
                by,
                on,
                of: event.of.clone(),
                occurred: event.occurred,
                occurred_stated: event.occurred_stated,
                reported: event.reported,
                received: event.received,
                accepted: event.accepted,
                level: event.level,
                finding: index_of(&Finding::WORDS, &event.finding),
                details: event.details.as_deref().map(KeptDetails::of),
                seq: noted.seq,
                said: noted.said,
                signers,
            });
        }
        Self { names, events: kept }
    }
}

fn index_of<T: PartialEq>(words: &[(&str, T)], value: &T) -> u8 {
    let place = words.iter().position(|(_, known)| known == value);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(u8::MAX)
}

impl KeptEvent {
    fn event(self, names: &[Names]) -> Option<(Event, Noted)> {
        let names = |place: u32| names.get(place as usize).cloned();
        let details = match self.details {
            None => None,
            Some(details) => Some(Box::new(details.details()?)),
        };
        let event = Event {
            id: self.id,
            kind: EventKind::WORDS.get(usize::from(self.kind))?.1,
            by: names(self.by)?,
            on: names(self.on)?,
            of: self.of,
            occurred: self.occurred,
            occurred_stated: self.occurred_stated,
            reported: self.reported,
            received: self.received,
            accepted: self.accepted,
            level: self.level,
            finding: Finding::WORDS.get(usize::from(self.finding))?.1,
            details,
            supposed: false,
        };
        let noted = Noted {
            seq: self.seq,
            said: self.said,
            signers: names(self.signers)?,
        };
        Some((event, noted))
    }
}

impl KeptDetails {
    fn of(details: &Details) -> Self {
        let number = |number: &Exact| number.to_string();
        let fact = |fact: &Fact| match fact {
            Fact::Word(word) => KeptFact::Word(word.clone()),
            Fact::Number(exact) => KeptFact::Number(exact.to_string()),
            Fact::Truth(truth) => KeptFact::Truth(*truth),
        };
        let votes = details.votes.as_ref();
        Self {
            stage: details.stage.clone(),
            amount: details.amount.as_ref().map(number),
            total: details.total.as_ref().map(number),
            facts: details
                .facts
                .iter()
                .map(|(name, value)| (name.clone(), fact(value)))
                .collect(),
            votes: votes.map(|own| {
                (
                    own.yes,
                    own.no,
                    own.abstain,
                    own.no_by.clone(),
                    own.yes_by.clone(),
                )
            }),
            outcome: details.outcome.clone(),
            until: details.until.map(|day| day.to_string()),
            days: details.days,
            set: details
                .set
                .iter()
                .map(|(path, value)| (path.clone(), value.to_string()))
                .collect(),
            cause: details.cause.clone(),
            form: details.form.clone(),
            source: details.source.clone(),
            confidence: details.confidence.clone(),
            note: details.note.clone(),
            evidence: details.evidence.clone(),
        }
    }

    fn details(self) -> Option<Details> {
        let number = |written: Option<String>| match written {
            None => Some(None),
            Some(written) => parse_exact(&written).ok().map(Some),
        };
        let mut facts = BTreeMap::new();
        for (name, fact) in self.facts {
            let fact = match fact {
                KeptFact::Word(word) => Fact::Word(word),
                KeptFact::Number(written) => Fact::Number(parse_exact(&written).ok()?),
                KeptFact::Truth(truth) => Fact::Truth(truth),
            };
            facts.insert(name, fact);
        }
        let mut set = Vec::with_capacity(self.set.len());
        for (path, value) in self.set {
            set.push((path, detente_reading::json::value(&value).ok()?));
        }
        let until = match self.until {
            None => None,
            Some(day) => Some(day.parse().ok()?),
        };
        Some(Details {
            stage: self.stage,
            amount: number(self.amount)?,
            total: number(self.total)?,
            facts,
            votes: self.votes.map(|(yes, no, abstain, no_by, yes_by)| Votes {
                yes,
                no,
                abstain,
                no_by,
                yes_by,
            }),
            outcome: self.outcome,
            until,
            days: self.days,
            set,
            cause: self.cause,
            form: self.form,
            source: self.source,
            confidence: self.confidence,
            note: self.note,
            evidence: self.evidence,
        })
    }
}
