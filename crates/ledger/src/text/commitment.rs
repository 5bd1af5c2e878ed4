//! A commitment: what is owed by whom to whom, when, how it is shown, and what counts as a breach.

use std::collections::BTreeMap;

use detente_base::number::Exact;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

use super::agreement::When;
use crate::calendar::{CountingRules, Length};
use crate::words;

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
        words::word(&Self::WORDS, &self)
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
