//! The agreement: parties, dates, commitments, dispute procedures, snapback, and what is disputed in its words.
//!
//! Everything that decides a status is a field here; `docs/agreements.md` describes each in the words of a text.

use std::collections::BTreeMap;

use detente_base::number::Exact;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::calendar::{CountingRules, Length};

pub use super::commitment::{
    Amount, BreachRule, Commitment, FactTest, HoldClock, Kind, Quota, Unproven, Wanted,
};
pub use super::procedure::{Dispute, Power, Silence, Snapback, SnapbackStart, Stage, Tie, Vote};

/// A checked agreement, under one reading of every disputed passage.
#[derive(Debug, Clone)]
pub struct Agreement {
    /// Its title.
    pub title: String,
    /// The zone in which days end, unless a rule states another.
    pub zone: TimeZone,
    /// The name of that zone.
    pub zone_name: String,
    /// How time is counted.
    pub rules: CountingRules,
    /// From how many days before the last day a duty counts as due soon.
    pub due_soon: i32,
    /// When it comes into force.
    pub entry: Entry,
    /// The analysed case and plan, by hash and name.
    pub case: Option<CaseLink>,
    /// Parties, by name.
    pub parties: BTreeMap<String, Party>,
    /// Verifiers, secretariats, feeds: others who may say something.
    pub others: BTreeMap<String, Party>,
    /// Groups of parties, by name.
    pub groups: BTreeMap<String, Group>,
    /// Dates that the text computes, in its order.
    pub dates: Vec<NamedDate>,
    /// Commitments in the order of the text.
    pub commitments: Vec<Commitment>,
    /// Powers in the order of the text.
    pub powers: Vec<Power>,
    /// Dispute procedures in the order of the text.
    pub disputes: Vec<Dispute>,
    /// Snapbacks in the order of the text.
    pub snapbacks: Vec<Snapback>,
    /// Passages that are read in more than one way.
    pub readings: Vec<Reading>,
    /// Beliefs about the types of parties, shown apart from status.
    pub beliefs: Vec<BeliefRule>,
    /// Public lists of events that may be fed in, by name.
    pub feeds: BTreeMap<String, Feed>,
    /// Public keys that the text itself gives to persons.
    pub keys: BTreeMap<String, Vec<String>>,
    /// How many keys of a party sign a text (two-person rule), where more than one.
    pub signatories: BTreeMap<String, u32>,
    /// How many days after the fact an act (a notification, a vote) may still be recorded.
    pub late_recording: u32,
    /// When the whole agreement ends, if the text says so.
    pub sunset: Option<Sunset>,
}

/// When the agreement comes into force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// On a date of the text.
    On(Date),
    /// When all of these have signed.
    Signatures(Vec<String>),
    /// On a date of the text, or later when all of these have signed.
    OnAndSigned(Date, Vec<String>),
}

/// What the text was drafted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLink {
    /// SHA-256 of the case file, in hex.
    pub hash: String,
    /// The plan in it.
    pub plan: String,
}

/// A party.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Its name in words.
    pub name: String,
    /// Public keys, hex.
    pub keys: Vec<String>,
    /// How many of them sign a text.
    pub signatories: u32,
}

/// A group whose membership may change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Group {
    /// Its members.
    pub members: Vec<String>,
    /// First day of membership, where it is not from the start.
    pub from: BTreeMap<String, Date>,
    /// The day on which membership ended (on this day the member has left).
    pub until: BTreeMap<String, Date>,
    /// Whether the list stays as written when a party leaves.
    pub fixed: bool,
}

/// A date that the text computes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedDate {
    /// Its name.
    pub id: String,
    /// In words.
    pub title: String,
    /// From what it is counted.
    pub from: When,
    /// How far.
    pub plus: Option<Length>,
}

/// A point that a rule speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// A day of the text.
    Day(Date),
    /// Entry into force.
    InForce,
    /// The opening of the commitment's own window.
    Opening,
    /// A `[dates.X]`.
    Date(String),
    /// The performance of another commitment, wholly or up to a level.
    Performed {
        /// Which commitment.
        commitment: String,
        /// Up to which level; whole performance when absent.
        level: Option<u32>,
    },
    /// An event of a kind.
    Event(EventPattern),
}

/// Which events a rule speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventPattern {
    /// The kind of event.
    pub kind: String,
    /// What it is about; anything when absent.
    pub on: Option<String>,
    /// By whom; anybody when empty.
    pub by: Vec<String>,
    /// Counted on from there.
    pub plus: Option<Length>,
}

/// The end of the whole agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sunset {
    /// When.
    pub on: When,
    /// Whether duties kept until then end as kept.
    pub kept: bool,
}

/// A passage that is read in more than one way.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Its id.
    pub id: String,
    /// The question.
    pub question: String,
    /// The answers, in the order of the text.
    pub options: Vec<ReadingOption>,
    /// The option that the parties have agreed upon, if any.
    pub settled: Option<String>,
}

/// One answer to a disputed passage.
#[derive(Debug, Clone)]
pub struct ReadingOption {
    /// Its id.
    pub id: String,
    /// In words.
    pub says: String,
    /// Parties that hold it.
    pub held_by: Vec<String>,
    /// The fields that it changes: path and value.
    pub set: Vec<(String, super::document::Node)>,
}

/// What observers believe about a party at first, and how likely each type keeps its duties.
#[derive(Debug, Clone, PartialEq)]
pub struct BeliefRule {
    /// About whom.
    pub party: String,
    /// For beliefs by a plan: duties of the party, and before which date of the plan each, once verified, shows that
    /// nothing was found.
    pub vouches: Vec<(String, u32)>,
    /// The types.
    pub types: Vec<TypeRule>,
}

/// One type of a party.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeRule {
    /// Its name.
    pub id: String,
    /// The chance of it at first.
    pub prior: Exact,
    /// How likely it keeps its duties.
    pub chances: Chances,
}

/// How likely a type keeps its duties.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chances {
    /// Each of them, whatever the others.
    Keeps(Exact),
    /// By a plan: for each date, the chance that nothing has been found broken before it; at least one, none larger
    /// than the one before.
    Quiet(Vec<Exact>),
}

/// A public list of events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Feed {
    /// Who stands behind it as a source.
    pub source: String,
    /// Entries whose fields have these values count as verified by `verifier`; others are reports.
    pub verified: BTreeMap<String, Vec<String>>,
    /// The verifier for those.
    pub verifier: String,
}

impl Agreement {
    /// A commitment by id.
    #[must_use]
    pub fn commitment(&self, id: &str) -> Option<&Commitment> {
        self.commitments.iter().find(|commitment| commitment.id == id)
    }

    /// A snapback by id.
    #[must_use]
    pub fn snapback(&self, id: &str) -> Option<&Snapback> {
        self.snapbacks.iter().find(|snapback| snapback.id == id)
    }

    /// A dispute procedure by id.
    #[must_use]
    pub fn dispute(&self, id: &str) -> Option<&Dispute> {
        self.disputes.iter().find(|dispute| dispute.id == id)
    }

    /// The persons behind a list of names: groups are opened as they stand on `day`.
    #[must_use]
    pub fn expand(&self, names: &[String], day: Option<Date>) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for name in names {
            match self.groups.get(name) {
                Some(group) => {
                    for member in &group.members {
                        let from = group.from.get(member);
                        let until = group.until.get(member);
                        let inside = day.is_none_or(|day| {
                            from.is_none_or(|from| *from <= day) && until.is_none_or(|until| day < *until)
                        });
                        if inside && !all.contains(member) {
                            all.push(member.clone());
                        }
                    }
                }
                None if !all.contains(name) => all.push(name.clone()),
                None => {}
            }
        }
        all
    }

    /// Whether `who` is among `names` on `day`.
    #[must_use]
    pub fn includes(&self, names: &[String], who: &str, day: Option<Date>) -> bool {
        self.includes_at(names, who, || day)
    }

    /// The same; the day is asked for only where membership depends on it.
    pub fn includes_at(&self, names: &[String], who: &str, day: impl Fn() -> Option<Date>) -> bool {
        names
            .iter()
            .any(|name| name == who || self.groups.get(name).is_some_and(|group| group.has(who, &day)))
    }
}

impl Group {
    fn has(&self, who: &str, day: &impl Fn() -> Option<Date>) -> bool {
        if !self.members.iter().any(|member| member == who) {
            return false;
        }
        let (from, until) = (self.from.get(who), self.until.get(who));
        if from.is_none() && until.is_none() {
            return true;
        }
        day().is_none_or(|day| from.is_none_or(|from| *from <= day) && until.is_none_or(|until| day < *until))
    }
}
