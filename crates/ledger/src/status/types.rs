//! The answer: headline and axes of every commitment, procedures with their clocks, and what comes next.

use serde::Serialize;

use super::record::Recognition;

/// The headline of a commitment, procedure or snapback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Headline {
    /// Not in force.
    Draft,
    /// In force, its trigger has not come.
    Dormant,
    /// Triggered, but its window is not open.
    Pending,
    /// Its window is open.
    Due,
    /// The last day has passed; grace runs.
    Grace,
    /// Last day and grace have passed without accepted performance. Not a breach.
    Overdue,
    /// The debtor says it has performed.
    Claimed,
    /// A dispute about it runs, or a text is read in different ways with different answers.
    Disputed,
    /// Somebody entitled holds it.
    Suspended,
    /// A breach was found as the text provides.
    Breached,
    /// Performed in time.
    Fulfilled,
    /// Performed late.
    FulfilledLate,
    /// Replaced.
    Superseded,
    /// Waived.
    Waived,
    /// Relief that was taken back.
    Reversed,
    /// Ended.
    Terminated,
    /// Being kept, as far as anything accepted says.
    Complying,
    /// Somebody says it is broken; nobody entitled has found so.
    Alleged,
    /// Found broken.
    Violated,
    /// Broken and made whole.
    Cured,
    /// Kept to its end.
    ExpiredKept,
    /// Relief or permission in force.
    InForce,
    /// Nobody can say from what is accepted.
    Undetermined,
    /// A power that can be used.
    Available,
    /// A power that cannot be used yet, or by these holders.
    NotAvailable,
    /// A power that was used.
    Exercised,
    /// A clock runs.
    Running,
    /// A clock ran out.
    Expired,
    /// A dispute or clock ended by decision or agreement.
    Resolved,
    /// Taken back by whoever started it.
    Withdrawn,
    /// A notification without effect.
    Invalid,
    /// A procedure that nobody has opened.
    NotOpen,
}

impl Headline {
    /// As printed.
    #[must_use]
    pub fn word(self) -> String {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(word)) => word,
            _ => String::new(),
        }
    }
}

/// Why an answer is what it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Because {
    /// The rule.
    pub rule: String,
    /// The fact: events or dates.
    pub fact: String,
}

/// One of several answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Branch {
    /// Under which reading or assumption.
    pub when: String,
    /// The headline there.
    pub headline: Headline,
    /// The label there.
    pub label: String,
    /// More about it.
    pub detail: String,
}

/// A hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hold {
    /// The event that began it.
    pub event: String,
    /// By whom.
    pub by: Vec<String>,
    /// Why.
    pub cause: String,
    /// Since when.
    pub since: String,
    /// Until when, if it has ended.
    pub until: Option<String>,
}

/// How far a commitment was performed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Performance {
    /// none, partial or complete.
    pub state: String,
    /// The level reached, if levels were reported.
    pub level: Option<u32>,
    /// The amount delivered and accepted.
    pub amount: Option<String>,
    /// The amount owed.
    pub amount_owed: Option<String>,
    /// Its unit.
    pub unit: Option<String>,
    /// When the performance occurred.
    pub occurred: Option<String>,
    /// When it was verified.
    pub verified: Option<String>,
}

/// The status of a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitmentStatus {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// What sort of duty.
    pub kind: String,
    /// Who owes it.
    pub by: Vec<String>,
    /// To whom.
    pub to: Vec<String>,
    /// The headline.
    pub headline: Headline,
    /// The headline with level, days late and amount.
    pub label: String,
    /// draft, dormant, pending, active or ended.
    pub life: String,
    /// not_open, open, due_soon, grace, past_due or none.
    pub clock: String,
    /// How far it was performed.
    pub performance: Performance,
    /// none, reported, claimed, under_review, verified, rejected or withdrawn.
    pub evidence: String,
    /// none, alleged, a stage, unresolved or resolved.
    pub dispute: String,
    /// What holds it now.
    pub holds: Vec<Hold>,
    /// For what was achieved and must be kept: COMPLYING, ALLEGED, VIOLATED, CURED.
    pub maintain: Option<Headline>,
    /// Days between the last day and the performance (or claim).
    pub late_days: Option<i64>,
    /// Days between the last day and the verification.
    pub verified_late_days: Option<i64>,
    /// When the window opens or opened.
    pub opens: Option<String>,
    /// The last day.
    pub last_day: Option<String>,
    /// The last point in time.
    pub deadline: Option<String>,
    /// The last day of grace.
    pub grace_until: Option<String>,
    /// Who contests or recognises events that it rests on.
    pub recognition: Recognition,
    /// Rules and facts behind the answer.
    pub because: Vec<Because>,
    /// The answers of an undetermined or disputed status.
    pub branches: Vec<Branch>,
}

/// The status of a dispute's stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StageStatus {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// not_open, running, expired, resolved or skipped.
    pub state: String,
    /// The day on which it opened.
    pub opened: Option<String>,
    /// Its last day.
    pub last_day: Option<String>,
    /// What was said there.
    pub note: String,
}

/// The status of a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisputeStatus {
    /// The procedure.
    pub procedure: String,
    /// The event that opened it.
    pub event: String,
    /// Who opened it.
    pub by: Vec<String>,
    /// The commitments it is about.
    pub about: Vec<String>,
    /// RUNNING, RESOLVED, WITHDRAWN, EXPIRED (unresolved) or INVALID.
    pub headline: Headline,
    /// In words.
    pub label: String,
    /// What was decided, if anything.
    pub outcome: Option<String>,
    /// Its stages.
    pub stages: Vec<StageStatus>,
    /// Rules and facts.
    pub because: Vec<Because>,
}

/// The status of a power.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PowerStatus {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// AVAILABLE, NOT_AVAILABLE, EXERCISED or EXPIRED.
    pub headline: Headline,
    /// Who holds it now.
    pub holders: Vec<String>,
    /// Since when.
    pub since: Option<String>,
    /// Events that used it.
    pub used: Vec<String>,
    /// Rules and facts.
    pub because: Vec<Because>,
    /// Answers under different readings.
    pub branches: Vec<Branch>,
}

/// The status of a snapback, for one thing that started it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SnapbackStatus {
    /// The snapback.
    pub id: String,
    /// In words.
    pub title: String,
    /// The event that started it; none when nothing has.
    pub event: Option<String>,
    /// By whom.
    pub by: Vec<String>,
    /// NOT_OPEN, RUNNING, REVERSED, RESOLVED, WITHDRAWN, INVALID, EXPIRED or UNDETERMINED.
    pub headline: Headline,
    /// In words.
    pub label: String,
    /// Whether the notification is valid.
    pub valid: Option<bool>,
    /// The last day for a draft decision.
    pub draft_by: Option<String>,
    /// The last day of the clock.
    pub last_day: Option<String>,
    /// The instant of the reversal.
    pub reverses_at: Option<String>,
    /// Whether a continuing decision was adopted, with the votes counted.
    pub votes: Vec<VoteStatus>,
    /// Who recognises and contests the notification.
    pub recognition: Recognition,
    /// Rules and facts.
    pub because: Vec<Because>,
    /// Answers under different readings or ties.
    pub branches: Vec<Branch>,
}

/// A vote and what it decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VoteStatus {
    /// The event.
    pub event: String,
    /// On which day.
    pub day: String,
    /// Yes.
    pub yes: u32,
    /// No.
    pub no: u32,
    /// Abstentions.
    pub abstain: u32,
    /// Whether it adopted the decision.
    pub adopted: bool,
    /// Whether nobody can say so: who said no is not named and could have vetoed.
    pub open: bool,
    /// Why (not).
    pub why: String,
}

/// A date that the text computes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DateStatus {
    /// Its id.
    pub id: String,
    /// In words.
    pub title: String,
    /// The day, if it can be computed.
    pub day: Option<String>,
    /// How.
    pub rule: String,
}

/// What happens next.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Next {
    /// When.
    pub when: String,
    /// What it concerns.
    pub id: String,
    /// What happens.
    pub what: String,
}

/// A view that differs from the common one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct View {
    /// Whose.
    pub viewer: String,
    /// Of what.
    pub id: String,
    /// The headline in that view.
    pub headline: Headline,
    /// The label in that view.
    pub label: String,
    /// Why it differs.
    pub why: String,
}

/// An event of a public list, as a commitment with thresholds sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingStatus {
    /// The commitment.
    pub commitment: String,
    /// The event.
    pub event: String,
    /// Its day.
    pub day: String,
    /// breach, alleged, outside or undetermined.
    pub finding: String,
    /// Which condition decided, or which fact is missing.
    pub why: String,
    /// The findings under other readings, where they differ.
    pub branches: Vec<(String, String)>,
}

/// Whether a party has signed the text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignatureStatus {
    /// Who.
    pub party: String,
    /// Whether the text comes into force only with this signature.
    pub needed: bool,
    /// The day on which it signed.
    pub on: Option<String>,
    /// The event by which it signed.
    pub event: Option<String>,
}

/// A known event that has no effect.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Refused {
    /// The event.
    pub event: String,
    /// Why.
    pub why: String,
}

/// A passage read in several ways, and which reading was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingStatus {
    /// Its id.
    pub id: String,
    /// The question.
    pub question: String,
    /// The option used, or none when all were.
    pub used: Option<String>,
    /// Why that one: chosen, settled, or held by the viewer.
    pub why: String,
    /// The options.
    pub options: Vec<String>,
}

/// Measures lifted by reliefs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Measures {
    /// In force now.
    pub in_force: Vec<String>,
    /// Lifted now.
    pub lifted: Vec<String>,
}

/// The whole answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The agreement.
    pub title: String,
    /// SHA-256 of the signed text.
    pub text_hash: String,
    /// As of when.
    pub at: String,
    /// As known when.
    pub known: String,
    /// In whose view; common when absent.
    pub viewer: Option<String>,
    /// What was supposed (`--if`).
    pub supposed: Vec<String>,
    /// The agreement as a whole, the worst first: DRAFT or TERMINATED when all of it is; then BREACHED, VIOLATED, REVERSED,
    /// DISPUTED, OVERDUE, ALLEGED, UNDETERMINED; IN_FORCE when nothing is wrong.
    pub headline: Headline,
    /// In words.
    pub answer: String,
    /// Who has signed the text.
    pub signatures: Vec<SignatureStatus>,
    /// Commitments, in the order of the text.
    pub commitments: Vec<CommitmentStatus>,
    /// Snapbacks.
    pub snapbacks: Vec<SnapbackStatus>,
    /// Disputes that were opened.
    pub disputes: Vec<DisputeStatus>,
    /// Powers.
    pub powers: Vec<PowerStatus>,
    /// Measures that reliefs lift.
    pub measures: Measures,
    /// Dates that the text computes.
    pub dates: Vec<DateStatus>,
    /// Disputed passages.
    pub readings: Vec<ReadingStatus>,
    /// Beliefs about types, which decide nothing.
    pub beliefs: Vec<super::beliefs::Belief>,
    /// Views that differ.
    pub views: Vec<View>,
    /// What happens next and when.
    pub next: Vec<Next>,
    /// Events of public lists against thresholds.
    pub findings: Vec<FindingStatus>,
    /// Known events without effect.
    pub refused: Vec<Refused>,
}
