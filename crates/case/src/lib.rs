//! A checked case: every name resolved, every number exact, every judgement with its reason and sources.
//!
//! [`check`] turns the text of a case file into a [`Case`] or into everything that is wrong with it.

mod check;
mod claim;
pub mod condition;
pub mod document;
pub mod judgement;
mod names_alike;
mod needs;
pub mod rankings;
mod reach;
pub mod reader;
mod recovery;
mod resolve;
pub mod schedule;
mod schema;
mod schema_rules;
mod statements;
mod syntax;
mod target;
mod toml_words;
mod validate;
mod world;

pub use check::{
    LONGEST_CASE, MOST_ISSUES, MOST_LEVELS, MOST_PARDONS, MOST_PARTIES, MOST_PERIODS, MOST_SOURCES,
    MOST_STATES, MOST_TYPES, check, check_game,
};
pub use claim::{ClaimKind, ClaimPart, ClaimParts};
pub use schema::case_schema;
pub use target::TargetError;
pub use world::{Moved, MovedBy, World, WorldError};

use crate::condition::Condition;
use detente_base::hash::ContentHash;
use detente_base::ids::{IssueId, JudgementId, Level, PartyId, SourceId, TypeId};
use detente_base::number::Exact;

/// What `party` says of an issue that no party controls; no party may be called so.
pub const NATURE: &str = "nature";

/// A conflict, checked.
#[derive(Debug, Clone)]
pub struct Case {
    /// A short title.
    pub title: String,
    /// The question in the analyst's words.
    pub question: Option<String>,
    /// How long a period is, in words such as "half a year".
    pub period: String,
    /// The date of today's state, as written.
    pub today: Option<String>,
    /// A paragraph on the case.
    pub about: Option<String>,
    /// Who wrote the case.
    pub by: Option<String>,
    /// The condition a deal should reach unless another is asked for.
    pub target: Option<Target>,
    /// The sources.
    pub sources: Vec<Source>,
    /// The parties.
    pub parties: Vec<Party>,
    /// The issues.
    pub issues: Vec<Issue>,
    /// What each party gets a period.
    pub worths: Vec<Worth>,
    /// One-off costs of moves.
    pub costs: Vec<Cost>,
    /// Ways in which the game may end for good.
    pub endings: Vec<Ending>,
    /// Random changes of levels.
    pub chances: Vec<Chance>,
    /// Proposed plans.
    pub deals: Vec<Deal>,
    /// Named changes of the case.
    pub variants: Vec<Variant>,
    /// Assertions to decide.
    pub claims: Vec<Claim>,
    /// What it says for stability from rankings.
    pub rankings: rankings::Rankings,
    /// Every number, with its reason and sources.
    pub judgements: Vec<Judgement>,
    /// The hash of the case file's bytes.
    pub hash: ContentHash,
}

/// A condition together with the words it was written in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// As written.
    pub text: String,
    /// Resolved.
    pub condition: Condition,
}

/// Who said something, where and when.
#[derive(Debug, Clone)]
pub struct Source {
    /// Its short name in the file.
    pub id: String,
    /// Title.
    pub title: String,
    /// Who wrote it.
    pub by: Option<String>,
    /// Where it is found.
    pub place: Option<String>,
    /// When it was published.
    pub date: Option<String>,
    /// What to know about it.
    pub note: Option<String>,
}

/// Somebody who decides.
#[derive(Debug, Clone)]
pub struct Party {
    /// Its short name in the file.
    pub id: String,
    /// Full name.
    pub name: String,
    /// Short name for tables and figures.
    pub short: String,
    /// What the next period is worth against this one.
    pub discount: JudgementId,
    /// At most so many of its issues change in one period.
    pub pace: Option<u32>,
    /// What it may secretly be.
    pub types: Vec<PartyType>,
    /// A sentence on the party.
    pub about: Option<String>,
}

/// What a party may secretly be.
#[derive(Debug, Clone)]
pub struct PartyType {
    /// Its short name in the file.
    pub id: String,
    /// Name in words.
    pub name: String,
    /// The chance that the party is of this type.
    pub prior: JudgementId,
    /// Its own discount factor, if it has one.
    pub discount: Option<JudgementId>,
    /// A sentence on the type.
    pub about: Option<String>,
}

/// Something one party controls, with ordered levels.
#[derive(Debug, Clone)]
pub struct Issue {
    /// Its short name in the file.
    pub id: String,
    /// Name in words.
    pub name: String,
    /// Who controls it; `None` for nature, whose issues only chances move.
    pub party: Option<PartyId>,
    /// Names of the levels, from least to most.
    pub levels: Vec<String>,
    /// The level today.
    pub today: Level,
    /// Levels a period upwards and downwards.
    pub speed: Speed,
    /// Conditions that must hold before a move to a level; `None` where nothing is needed.
    pub needs: Vec<Option<Target>>,
    /// Chance a period that a breach on it is noticed (1 if not given).
    pub noticed: Option<JudgementId>,
    /// Periods until a breach can first be noticed.
    pub lag: u32,
    /// Chance a period of a false report of a breach.
    pub false_alarm: Option<JudgementId>,
    /// Periods before it is back where the snapback sends it.
    pub restored: u32,
    /// The level below which undoing cannot go once it was reached.
    pub remains: Option<Level>,
    /// Share of its effect that stays after a deal has been unwound.
    pub persists: Option<JudgementId>,
    /// Third parties without whom it does not come back after a breach.
    pub enforcers: Vec<Enforcer>,
    /// Fraction of what is missing that those who do not enforce make good.
    pub backfill: Option<JudgementId>,
    /// A sentence on the issue.
    pub about: Option<String>,
    /// Its sources.
    pub sources: Vec<SourceId>,
}

/// A third party that carries a share of the return of an issue after a breach.
#[derive(Debug, Clone)]
pub struct Enforcer {
    /// Who.
    pub party: PartyId,
    /// Share of the return that it carries.
    pub share: JudgementId,
    /// What enforcing costs it a period.
    pub cost: Option<JudgementId>,
    /// What a restored deal is worth to it a period, beside what its values say.
    pub benefit: Option<JudgementId>,
    /// Periods for which it must enforce.
    pub periods: u32,
}

/// How many levels per period an issue can move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Speed {
    /// Upwards.
    pub up: u32,
    /// Downwards; 0 is irreversible.
    pub down: u32,
}

/// What a party gets a period.
#[derive(Debug, Clone)]
pub struct Worth {
    /// Whose.
    pub party: PartyId,
    /// Only for this type of the party.
    pub of_type: Option<TypeId>,
    /// On what it depends.
    pub basis: Basis,
    /// What it stands for.
    pub about: Option<String>,
}

/// On what a worth depends.
#[derive(Debug, Clone)]
pub enum Basis {
    /// It is got where the condition holds.
    When(Target, JudgementId),
    /// It depends on the level of one issue; `None` is worth 0.
    Levels(IssueId, Vec<Option<JudgementId>>),
}

/// A one-off cost of moving an issue.
#[derive(Debug, Clone)]
pub struct Cost {
    /// Who pays.
    pub party: PartyId,
    /// The issue that moves.
    pub issue: IssueId,
    /// Only for moves to this level.
    pub to: Option<Level>,
    /// Only for moves in this direction.
    pub direction: Option<Direction>,
    /// How much.
    pub cost: JudgementId,
    /// What it stands for.
    pub about: Option<String>,
}

/// Up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To a higher level.
    Up,
    /// To a lower level.
    Down,
}

/// A way in which the game may end for good.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Name in words.
    pub name: String,
    /// Where it can happen.
    pub when: Target,
    /// Chance a period.
    pub chance: JudgementId,
    /// What each party gets a period for ever after; `None` is 0.
    pub worth: Vec<Option<JudgementId>>,
}

/// A random change of a level.
#[derive(Debug, Clone)]
pub struct Chance {
    /// Name in words.
    pub name: String,
    /// Where it can happen.
    pub when: Target,
    /// The issue that changes.
    pub issue: IssueId,
    /// To which level.
    pub to: Level,
    /// Chance a period.
    pub chance: JudgementId,
}

/// A plan: a deal somebody proposes.
#[derive(Debug, Clone)]
pub struct Deal {
    /// Its short name in the file.
    pub id: String,
    /// Name in words.
    pub name: String,
    /// Who proposes it.
    pub proposer: Option<PartyId>,
    /// Its dated steps, in order.
    pub steps: Vec<Step>,
    /// Where each issue goes after a breach, by issue.
    pub snapback: Vec<Level>,
    /// How many periods it runs.
    pub periods: u32,
    /// How many alarms are forgiven before it comes apart.
    pub pardons: u32,
    /// What it is.
    pub about: Option<String>,
    /// Its sources.
    pub sources: Vec<SourceId>,
}

/// One dated step of a plan.
#[derive(Debug, Clone)]
pub struct Step {
    /// The period in which it is done, from 0.
    pub at: u32,
    /// What moves where.
    pub set: Vec<(IssueId, Level)>,
    /// The step in words.
    pub about: Option<String>,
}

/// A named change of the case.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its short name in the file.
    pub id: String,
    /// What is different, in words.
    pub name: String,
    /// Issues that move differently.
    pub moves: Vec<(IssueId, Speed)>,
    /// Issues held at one level for ever.
    pub fixed: Vec<(IssueId, Level)>,
    /// Issues that stand elsewhere today.
    pub today: Vec<(IssueId, Level)>,
    /// Judgements with another value.
    pub judgements: Vec<(JudgementId, Exact)>,
}

/// An assertion to decide.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its short name in the file.
    pub id: String,
    /// The assertion.
    pub text: String,
    /// Where it stands in its source.
    pub paragraph: Option<String>,
    /// How it is decided.
    pub kind: ClaimKind,
    /// The condition it speaks of.
    pub target: Option<Target>,
    /// The condition it is compared with.
    pub against: Option<Target>,
    /// The levels set by its gesture or exchange.
    pub set: Vec<(IssueId, Level)>,
    /// The variants it compares, by position.
    pub variants: Vec<usize>,
    /// The parties it speaks of; empty for all.
    pub parties: Vec<PartyId>,
    /// The plans it speaks of, by position.
    pub deals: Vec<usize>,
    /// What counts as about nothing.
    pub about_nothing: Exact,
    /// Its sources.
    pub sources: Vec<SourceId>,
}

/// A number somebody supplied, with its range, reason and sources.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// Its handle, such as `worth.dprk.relief.full`; printed by `detente check`, used by variants.
    pub key: String,
    /// What it is, in words.
    pub label: String,
    /// The value used.
    pub likely: Exact,
    /// The least plausible value.
    pub low: Option<Exact>,
    /// The largest plausible value.
    pub high: Option<Exact>,
    /// Why.
    pub because: Option<String>,
    /// The sources it rests on.
    pub sources: Vec<SourceId>,
    /// Who judged.
    pub by: Option<String>,
    /// Growth a period, as a share.
    pub grows: Option<Exact>,
    /// Values that make sense for it at all.
    pub domain: Domain,
}

impl Judgement {
    /// Whether a value lies inside the stated range; an end that is not given bounds nothing.
    #[must_use]
    pub fn in_range(&self, value: &Exact) -> bool {
        self.low.as_ref().is_none_or(|low| low <= value)
            && self.high.as_ref().is_none_or(|high| value <= high)
    }
}

/// The values a judgement may take at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Domain {
    /// Any number.
    Any,
    /// From 0 to 1.
    Share,
    /// From 0 to below 1.
    Discount,
}

impl Domain {
    /// Whether the value makes sense.
    #[must_use]
    pub fn contains(self, value: &Exact) -> bool {
        match self {
            Self::Any => true,
            Self::Share => *value >= Exact::ZERO && *value <= Exact::ONE,
            Self::Discount => *value >= Exact::ZERO && *value < Exact::ONE,
        }
    }
}

impl Case {
    /// The judgement with this id.
    #[must_use]
    pub fn judgement(&self, id: JudgementId) -> &Judgement {
        &self.judgements[id.index()]
    }

    /// The value that is used for this judgement.
    #[must_use]
    pub fn value(&self, id: JudgementId) -> &Exact {
        &self.judgements[id.index()].likely
    }

    /// The party with this id.
    #[must_use]
    pub fn party(&self, id: PartyId) -> &Party {
        &self.parties[id.index()]
    }

    /// The issue with this id.
    #[must_use]
    pub fn issue(&self, id: IssueId) -> &Issue {
        &self.issues[id.index()]
    }

    /// All parties.
    pub fn party_ids(&self) -> impl DoubleEndedIterator<Item = PartyId> + Clone + use<> {
        PartyId::first(self.parties.len())
    }

    /// All issues.
    pub fn issue_ids(&self) -> impl DoubleEndedIterator<Item = IssueId> + Clone + use<> {
        IssueId::first(self.issues.len())
    }

    /// All judgements.
    pub fn judgement_ids(&self) -> impl DoubleEndedIterator<Item = JudgementId> + Clone + use<> {
        JudgementId::first(self.judgements.len())
    }

    /// The number of states: the product of the numbers of levels.
    #[must_use]
    pub fn states(&self) -> u64 {
        self.issues
            .iter()
            .map(|issue| issue.levels.len() as u64)
            .product()
    }

    /// A level in words, such as "sanctions relief: partial".
    #[must_use]
    pub fn level_in_words(&self, issue: IssueId, level: Level) -> String {
        let issue = self.issue(issue);
        format!("{}: {}", issue.name, level_name(&issue.levels[level.index()]))
    }

    /// The judgement with this key.
    #[must_use]
    pub fn judgement_by_key(&self, key: &str) -> Option<JudgementId> {
        self.judgements
            .iter()
            .position(|judgement| judgement.key == key)
            .map(JudgementId::at)
    }
}

/// A level's name as it is shown: `after_inspection` reads "after inspection".
#[must_use]
pub fn level_name(level: &str) -> String {
    level.replace('_', " ")
}
