//! The agreement: parties, dates, commitments, dispute procedures, snapback, and what is disputed in its words.
//!
//! Everything that decides a status is a field here; `docs/agreements.md` describes each in the words of a text.

use std::collections::BTreeMap;

use detente_model::number::Exact;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use crate::calendar::{CountingRules, Length};

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

/// What sort of duty it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bring something about.
    Achieve,
    /// Keep something so.
    Maintain,
    /// Do not do something.
    Forbid,
    /// Something is allowed, or relief is given.
    Permit,
    /// Tell, again and again.
    Notify,
    /// At most or at least so much in a period.
    Quota,
    /// Begin or discuss; measured in levels.
    Process,
}

impl Kind {
    /// The words of the text.
    pub const WORDS: [(&'static str, Self); 7] = [
        ("achieve", Self::Achieve),
        ("maintain", Self::Maintain),
        ("forbid", Self::Forbid),
        ("permit", Self::Permit),
        ("notify", Self::Notify),
        ("quota", Self::Quota),
        ("process", Self::Process),
    ];

    /// The word of the text.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::WORDS
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("", |(word, _)| word)
    }
}

/// What a time that passed without proof means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// The duty is overdue: somebody could have verified it.
    Overdue,
    /// Nobody can say: undetermined.
    Undetermined,
}

/// How a breach comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreachRule {
    /// Only a dispute body can find one.
    ByDecision,
    /// The text itself makes an overdue duty a breach.
    Automatic,
}

/// What a hold does to the clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldClock {
    /// The clock stands still; what was left is left afterwards.
    Stop,
    /// The clock runs on.
    Run,
    /// Each hold adds so much.
    Extend(Length),
}

/// An amount to be delivered.
#[derive(Debug, Clone, PartialEq)]
pub struct Amount {
    /// How much.
    pub of: Exact,
    /// In which unit.
    pub unit: String,
    /// Deliveries under these commitments count too, once.
    pub includes: Vec<String>,
}

/// A quota: at most or at least `limit` in each period.
#[derive(Debug, Clone, PartialEq)]
pub struct Quota {
    /// How many events, or how much when `unit` is stated.
    pub limit: Exact,
    /// Unit of the amount; events are counted when absent.
    pub unit: Option<String>,
    /// The period, counted from entry into force.
    pub per: Length,
    /// Whether the limit is a floor.
    pub at_least: bool,
}

/// One condition on a fact of an event.
#[derive(Debug, Clone, PartialEq)]
pub struct FactTest {
    /// The fact's name.
    pub fact: String,
    /// What it must be.
    pub wanted: Wanted,
}

/// What a fact must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// One of these words.
    OneOf(Vec<String>),
    /// True or false.
    Truth(bool),
    /// Compared with a number: `>=`, `>`, `<=`, `<` or `=`.
    Compare(&'static str, Exact),
}

/// A commitment.
#[derive(Debug, Clone)]
pub struct Commitment {
    /// Its id in the text.
    pub id: String,
    /// In words.
    pub title: String,
    /// The clause it stands in.
    pub clause: String,
    /// What sort of duty.
    pub kind: Kind,
    /// Who owes it.
    pub by: Vec<String>,
    /// To whom.
    pub to: Vec<String>,
    /// Who says whether it was done; the creditors jointly when empty.
    pub verifiers: Vec<String>,
    /// How many of the verifiers must say so.
    pub verifiers_needed: u32,
    /// Whether it stands in the text; if not, `claimed_by` say it does.
    pub written: bool,
    /// Who says that an unwritten commitment exists.
    pub claimed_by: Vec<String>,
    /// Commitments that it holds back, in the view of those who claim it (or of all, if written).
    pub blocks: Vec<String>,
    /// What wakes it; in force from the start when absent.
    pub trigger: Option<When>,
    /// What must hold before the window opens.
    pub after: Vec<When>,
    /// Whether one of `after` is enough.
    pub after_any: bool,
    /// What discharges it before it opens.
    pub unless: Vec<When>,
    /// The last day for the preconditions.
    pub lapses: Option<Date>,
    /// When the window opens.
    pub opens: Option<When>,
    /// The last day, stated.
    pub due: Option<Date>,
    /// The last day, counted.
    pub within: Option<Length>,
    /// From what it is counted.
    pub of: When,
    /// Zone and counting, if other than the agreement's.
    pub zone: TimeZone,
    /// How its time is counted.
    pub rules: CountingRules,
    /// The hour at which the last day ends, if not 24:00.
    pub cut_off: Option<Time>,
    /// Grace after the last day.
    pub grace: Option<Length>,
    /// The level at which a process is complete.
    pub complete_at: u32,
    /// The amount owed.
    pub amount: Option<Amount>,
    /// Whether the first delivery is the performance.
    pub on_start: bool,
    /// Whether what was achieved must then be kept.
    pub then_maintain: bool,
    /// Quota.
    pub quota: Option<Quota>,
    /// Period of a recurring notice.
    pub every: Option<Length>,
    /// Acts that break it: any of these, each a list of conditions that must all hold.
    pub forbids: Vec<Vec<FactTest>>,
    /// Which events of a public list it looks at: field → allowed values.
    pub watches: BTreeMap<String, Vec<String>>,
    /// What an unproven end of the window means.
    pub unproven: Unproven,
    /// How a breach comes about.
    pub breach: BreachRule,
    /// Who may hold it.
    pub hold_by: Vec<String>,
    /// Who may extend it; the creditors when empty.
    pub extend_by: Vec<String>,
    /// What a hold does to the clock.
    pub hold_clock: HoldClock,
    /// Whether a waiver needs all creditors.
    pub waiver_by_all: bool,
    /// Its own end.
    pub ends: Option<When>,
    /// The commitment that replaced it.
    pub superseded_by: Option<String>,
    /// Measures that this relief lifts.
    pub lifts: Vec<String>,
}

/// A power: something a holder may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Power {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// Who holds it; `complainant` is whoever opened the dispute.
    pub holders: Vec<String>,
    /// Stages (`para36.S4`) that must have passed unresolved.
    pub after_stages: Vec<String>,
    /// Dates or events from which it exists.
    pub from: Option<When>,
    /// Until when.
    pub until: Option<When>,
}

/// A dispute procedure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// Commitments it covers; all when empty.
    pub covers: Vec<String>,
    /// Who may open it.
    pub opened_by: Vec<String>,
    /// Fields of the event that a referral must carry.
    pub form: Vec<String>,
    /// Whether the next step may be taken on the last day itself.
    pub next_on_last_day: bool,
    /// Zone in which its days end.
    pub zone: TimeZone,
    /// Its stages in the order of the text.
    pub stages: Vec<Stage>,
}

/// What silence at the end of a stage means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// Unresolved: the next stage or power opens.
    Unresolved,
    /// Taken as agreement: resolved.
    Agreement,
}

/// A stage of a dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Its id within the procedure.
    pub id: String,
    /// In words.
    pub title: String,
    /// Who decides.
    pub body: Vec<String>,
    /// Stages before it; the first stage has none.
    pub after: Vec<String>,
    /// Whether it opens by itself when those before it end.
    pub automatic: bool,
    /// Who may refer to it.
    pub refer_by: Vec<String>,
    /// How long.
    pub within: Length,
    /// Whether it is counted from its referral instead of the end of the stage before.
    pub from_referral: bool,
    /// Whether it can be extended, and by whom; all of the body when this is empty but allowed.
    pub extension: Option<Vec<String>>,
    /// Whether an extension after the end is valid.
    pub late_extension: bool,
    /// What silence means.
    pub silence: Silence,
    /// How the body decides.
    pub decision: Option<Vote>,
}

/// How a body votes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vote {
    /// Its members.
    pub members: Vec<String>,
    /// Yes votes (by weight) needed.
    pub yes: Option<u32>,
    /// Members whose no stops it.
    pub vetoes: Vec<String>,
    /// Whether everybody must agree and none object.
    pub consensus: bool,
    /// Votes cast that are needed.
    pub quorum: Option<u32>,
    /// Weights other than 1.
    pub weights: BTreeMap<String, u32>,
}

/// What starts a snapback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SnapbackStart {
    /// A notification by a holder of the power.
    Notification,
    /// A breach of one of these commitments.
    Breach(Vec<String>),
}

/// Which of two coinciding instants comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tie {
    /// The text does not say.
    Undeclared,
    /// The sunset comes first: the relief stays.
    Sunset,
    /// The snapback comes first: the relief is reversed.
    Snapback,
}

/// A snapback as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapback {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// What starts it.
    pub start: SnapbackStart,
    /// Who may notify.
    pub notify_by: Vec<String>,
    /// Stages that must have passed first.
    pub after_stages: Vec<String>,
    /// Commitments (reliefs) that are reversed.
    pub reverses: Vec<String>,
    /// The clock; the reversal comes at 00:00 after its last day.
    pub clock: Length,
    /// The last day for a draft decision, counted from the notification.
    pub draft_within: Option<Length>,
    /// The decision that stops it.
    pub decision: Option<Vote>,
    /// Whether the notifier may withdraw before the end.
    pub withdrawable: bool,
    /// Zone of its clock.
    pub zone: TimeZone,
    /// When the power ends.
    pub sunset: Option<When>,
    /// Which comes first when both fall on one instant.
    pub tie: Tie,
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

/// What observers believe about a party at first, and how likely each type keeps a duty.
#[derive(Debug, Clone, PartialEq)]
pub struct BeliefRule {
    /// About whom.
    pub party: String,
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
    /// The chance that it keeps a duty.
    pub keeps: Exact,
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
