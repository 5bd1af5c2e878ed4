//! What is done when something is disputed or breached: powers, dispute procedures with their clocks, snapback.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::agreement::When;
use crate::calendar::Length;

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
    /// Who records what it decides, for all of its members.
    pub secretary: Vec<String>,
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
