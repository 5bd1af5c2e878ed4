//! The numbers of a plan problem: parties with secret types, issues with what they are worth at each level,
//! and how a deal comes apart.
//!
//! An issue has one owner and a level from 0 (today) to 1 (all of it). Its flow to a party of a type is a
//! function of the level, on that party's own scale and relative to today. When the deal unwinds, an issue
//! keeps the share `persist` of its effect for ever, after `delay` periods if the unwinding follows a
//! detection or a departure, at once if the deal collapses. A breach of an issue is noticed at the end of a
//! period with chance `detect`, for the first time `lag` periods after it began; an issue that is kept still
//! raises a false alarm with chance `false_alarm`. With chance `hazard` a period outside politics ends the
//! deal. `pardons` alarms are forgiven before the deal unwinds.

use detente_base::ids::Level;
use detente_case::schedule::Rules;
use serde::{Deserialize, Serialize};

/// The place of a party in [`PlanModel::parties`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartyIndex(pub usize);

/// The place of a type in [`PlanParty::types`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TypeIndex(pub usize);

/// The place of an issue in [`PlanModel::issues`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct IssueIndex(pub usize);

/// What a party may secretly be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyType {
    /// Its name, for instance `reformer`.
    pub name: String,
    /// Prior chance; the priors of a party add up to 1.
    pub prior: f64,
    /// Discount factor per period, strictly between 0 and 1.
    pub discount: f64,
}

/// A party and its types; the first type is the one that the others hope for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanParty {
    /// Its name.
    pub name: String,
    /// Its types, at least one.
    pub types: Vec<PartyType>,
}

/// What an issue is worth to one type at each level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Worth {
    /// Proportional to the level: flow per period at level 1.
    Linear(f64),
    /// Flow per period at equally spaced levels from 0 to 1; between them on a straight line.
    Levels(Vec<f64>),
}

impl Worth {
    /// Flow per period at a level from 0 to 1.
    pub fn at(&self, level: f64) -> f64 {
        match self {
            Self::Linear(slope) => slope * level,
            Self::Levels(table) => {
                let last = table.len().saturating_sub(1);
                let place = level.clamp(0.0, 1.0) * last as f64;
                let below = (place as usize).min(last);
                let above = (below + 1).min(last);
                match (table.get(below), table.get(above)) {
                    (Some(low), Some(high)) => low + (high - low) * (place - below as f64),
                    _ => 0.0,
                }
            }
        }
    }

    /// Flow at level 1 if the worth is in proportion to the level.
    pub fn slope(&self) -> Option<f64> {
        match self {
            Self::Linear(slope) => Some(*slope),
            Self::Levels(table) => {
                let (last, top) = (table.len().checked_sub(1)?.max(1) as f64, *table.last()?);
                let straight =
                    |(place, worth): (usize, &f64)| (worth - top * place as f64 / last).abs() < 1e-12;
                table.iter().enumerate().all(straight).then_some(top)
            }
        }
    }

    /// Multiplies every worth by a factor.
    pub fn scale(&mut self, factor: f64) {
        match self {
            Self::Linear(slope) => *slope *= factor,
            Self::Levels(table) => table.iter_mut().for_each(|worth| *worth *= factor),
        }
    }
}

/// Something one party controls.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanIssue {
    /// Its name.
    pub name: String,
    /// Who controls it.
    pub owner: PartyIndex,
    /// The level today, from 0 to 1; every worth is relative to it.
    pub today: f64,
    /// The level to which a breach or the snapback sends it.
    pub fallback: f64,
    /// The level below which undoing cannot go once the plan has reached it.
    pub remains: Option<f64>,
    /// Share of the effect that stays after unwinding, from 0 to 1.
    pub persist: f64,
    /// Periods until unwinding bites after a detection or a departure.
    pub delay: u32,
    /// Chance per period that a breach is noticed.
    pub detect: f64,
    /// Periods from the start of a breach to the first chance of notice, at least 1.
    pub lag: u32,
    /// Chance per period of an alarm while the issue is kept.
    pub false_alarm: f64,
    /// Worth by party and type.
    pub worth: Vec<Vec<Worth>>,
}

impl PlanIssue {
    /// The level to which an issue falls that stands at `level`.
    pub fn falls_to(&self, level: f64) -> f64 {
        match self.remains {
            Some(floor) if level >= floor && self.fallback < floor => floor,
            _ => self.fallback,
        }
    }

    /// Flow to a type of what stays after the issue has come apart at `level`.
    pub fn after(&self, party: PartyIndex, kind: TypeIndex, level: f64) -> f64 {
        let worth = &self.worth[party.0][kind.0];
        self.persist * worth.at(level) + (1.0 - self.persist) * worth.at(self.falls_to(level))
    }
}

/// A flow that depends on several issues at once, such as coercing a disarmed party.
///
/// What stays of an issue after it has come apart counts as a lottery: with the share that persists it stands at
/// the level it had, otherwise at the level to which it fell. For one issue alone this is [`PlanIssue::after`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Joint {
    /// Whose flow.
    pub party: PartyIndex,
    /// Of which type.
    pub kind: TypeIndex,
    /// The issues, each with its number of levels.
    pub issues: Vec<(IssueIndex, usize)>,
    /// Flow by combination of levels, the last issue running fastest, relative to today.
    pub worth: Vec<f64>,
}

/// A plan problem without its plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlanModel {
    /// The parties.
    pub parties: Vec<PlanParty>,
    /// The issues.
    pub issues: Vec<PlanIssue>,
    /// Flows that depend on several issues at once.
    pub joint: Vec<Joint>,
    /// Who proposes the plan and carries on until a breach is noticed.
    pub proposer: PartyIndex,
    /// Chance per period that the deal collapses for reasons outside it.
    pub hazard: f64,
    /// Alarms that are forgiven before the deal unwinds.
    pub pardons: u32,
    /// What reneging brings the proposer against somebody who is in breach already.
    pub reneging: Reneging,
    /// How issues may move; `None` for a problem that states no rules.
    #[serde(skip)]
    pub rules: Option<Rules>,
}

/// What reneging brings the proposer against somebody who is in breach of some obligations already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Reneging {
    /// The obligations that the other still keeps at that date: the true value of the departure.
    #[default]
    TakesWhatIsKept,
    /// No more than leaving does. The tables of the theory notes count this way, which leaves out a temptation:
    /// 3799 orders of six packages hold then, 3508 with the temptation.
    GainsNothing,
}

/// A plan: the level of every issue at every date; after the last date levels stay for ever.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Its name.
    pub name: String,
    /// Level by issue and date, from 0 to 1.
    pub levels: Vec<Vec<f64>>,
}

impl Plan {
    /// The number of dates.
    pub fn dates(&self) -> usize {
        self.levels.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// The levels of a plan as levels of the case; nothing where one lies between two of them.
fn named_levels(rules: &Rules, plan: &Plan) -> Option<Vec<Vec<Level>>> {
    let level = |level: f64, levels: usize| {
        let place = level * levels.saturating_sub(1).max(1) as f64;
        // Levels of a case are quotients of whole numbers, so only their rounding is forgiven.
        let whole = (place - place.round()).abs() < 1e-9 && place.round() >= 0.0;
        (whole && (place.round() as usize) < levels).then(|| Level::at(place.round() as usize))
    };
    let rows = plan.levels.iter().zip(&rules.issues);
    rows.map(|(row, issue)| row.iter().map(|place| level(*place, issue.levels)).collect())
        .collect()
}

/// The most obligations of one party whose breaches are all tried.
pub const MOST_OBLIGATIONS: usize = 12;
/// The most dates of a plan.
pub const MOST_DATES: usize = 400;

impl PlanModel {
    /// Level of an issue at a date of a plan; today's before the first and the last one after the last.
    pub fn level(&self, plan: &Plan, issue: IssueIndex, date: isize) -> f64 {
        if date < 0 {
            return self.issues[issue.0].today;
        }
        let row = &plan.levels[issue.0];
        row.get(date.unsigned_abs())
            .or(row.last())
            .copied()
            .unwrap_or(self.issues[issue.0].today)
    }

    /// Whether the rules allow every joint move of a plan, the first one from today, and every level is one of the
    /// issue's own.
    pub fn allows(&self, plan: &Plan) -> bool {
        let Some(rules) = &self.rules else { return true };
        named_levels(rules, plan).is_some_and(|levels| rules.allow_schedule(&levels))
    }

    /// Whether the rules allow the joint move from where one plan ends to where another ends.
    pub fn allows_from(&self, before: &Plan, after: &Plan) -> bool {
        let Some(rules) = &self.rules else { return true };
        let last = |plan: &Plan| -> Option<Vec<Level>> {
            let levels = named_levels(rules, plan)?;
            levels.iter().map(|row| row.last().copied()).collect()
        };
        match (last(before), last(after)) {
            (Some(before), Some(after)) => rules.allow(&before, &after),
            _ => false,
        }
    }

    /// Whether the rules let an issue be moved from a level back towards today's.
    pub fn can_undo(&self, issue: IssueIndex, level: f64) -> bool {
        let this = &self.issues[issue.0];
        let Some(rules) = &self.rules else { return true };
        let speed = rules.issues[issue.0].speed;
        match level > this.today {
            true => speed.down > 0,
            false => level == this.today || speed.up > 0,
        }
    }

    /// The issues of a party.
    pub fn issues_of(&self, party: PartyIndex) -> Vec<IssueIndex> {
        (0..self.issues.len())
            .map(IssueIndex)
            .filter(|issue| self.issues[issue.0].owner == party)
            .collect()
    }

    /// Whether doing more than the plan says, and so going where the snapback would send an issue at once, is welcome:
    /// some other party gains by it at some date, and no type of any other loses by it at any. Nobody answers that
    /// as a breach. Where flows hang on several issues at once nothing is taken to be welcome.
    fn is_welcome(&self, issue: IssueIndex, plan: &Plan) -> bool {
        let this = &self.issues[issue.0];
        if self
            .joint
            .iter()
            .any(|joint| joint.issues.iter().any(|(of, _)| *of == issue))
        {
            return false;
        }
        let mut gains = false;
        for (party, types) in this.worth.iter().enumerate() {
            for worth in types.iter().filter(|_| party != this.owner.0) {
                for level in &plan.levels[issue.0] {
                    let change = worth.at(this.falls_to(*level)) - worth.at(*level);
                    if change < 0.0 {
                        return false;
                    }
                    gains |= change > 0.0;
                }
            }
        }
        gains
    }

    /// The issues of a party that the plan keeps away from where a breach would send them, unless going there is
    /// welcome to the others.
    pub fn obligations(&self, party: PartyIndex, plan: &Plan) -> Vec<IssueIndex> {
        self.issues_of(party)
            .into_iter()
            .filter(|issue| {
                let fallback = self.issues[issue.0].fallback;
                plan.levels[issue.0].iter().any(|level| *level != fallback) && !self.is_welcome(*issue, plan)
            })
            .collect()
    }

    /// The parties other than the proposer that own an issue which the plan moves.
    pub fn responders(&self, plan: &Plan) -> Vec<PartyIndex> {
        (0..self.parties.len())
            .map(PartyIndex)
            .filter(|party| *party != self.proposer && !self.obligations(*party, plan).is_empty())
            .collect()
    }

    /// Everything that is wrong with the numbers or with the plan's shape, one sentence each.
    pub fn faults(&self, plan: &Plan) -> Vec<String> {
        let mut faults = self.own_faults();
        if plan.levels.len() != self.issues.len() {
            faults.push(format!(
                "the plan has {} rows of levels, but there are {} issues",
                plan.levels.len(),
                self.issues.len()
            ));
            return faults;
        }
        if plan.dates() == 0 || plan.dates() > MOST_DATES {
            faults.push(format!(
                "the plan has {} dates; 1 to {MOST_DATES} are possible",
                plan.dates()
            ));
        }
        for (row, issue) in plan.levels.iter().zip(&self.issues) {
            if row.len() != plan.dates() {
                faults.push(format!(
                    "`{}` has {} dates, others have {}",
                    issue.name,
                    row.len(),
                    plan.dates()
                ));
            }
            if row.iter().any(|level| !(0.0..=1.0).contains(level)) {
                faults.push(format!("`{}` has a level outside 0 to 1", issue.name));
            }
        }
        for party in (0..self.parties.len()).map(PartyIndex) {
            let number = self.obligations(party, plan).len();
            if number > MOST_OBLIGATIONS {
                faults.push(format!(
                    "`{}` has {number} obligations; breaches of up to {MOST_OBLIGATIONS} can all be tried",
                    self.parties[party.0].name
                ));
            }
        }
        faults
    }

    fn own_faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let chance = |value: f64| (0.0..=1.0).contains(&value);
        if self.proposer.0 >= self.parties.len() {
            faults.push("the proposer is not a party".to_owned());
        }
        if !(0.0..1.0).contains(&self.hazard) {
            faults.push(format!(
                "the chance of collapse is {}; it lies from 0 to below 1",
                self.hazard
            ));
        }
        for party in &self.parties {
            let total: f64 = party.types.iter().map(|kind| kind.prior).sum();
            if party.types.is_empty() || (total - 1.0).abs() > 1e-9 {
                faults.push(format!("the priors of `{}` add up to {total}, not 1", party.name));
            }
            for kind in &party.types {
                let patient = kind.discount > 0.0 && kind.discount < 1.0;
                if !patient || !chance(kind.prior) {
                    faults.push(format!(
                        "`{}` of `{}`: the discount factor lies strictly between 0 and 1 and the prior from 0 to 1",
                        kind.name, party.name
                    ));
                }
            }
        }
        for issue in &self.issues {
            if ![issue.today, issue.fallback, issue.remains.unwrap_or(0.0)]
                .into_iter()
                .all(chance)
            {
                faults.push(format!("`{}` has a level outside 0 to 1", issue.name));
            }
            if !chance(issue.persist) || !chance(issue.detect) || !chance(issue.false_alarm) || issue.lag == 0
            {
                faults.push(format!(
                    "`{}`: shares and chances lie from 0 to 1, and the lag is at least 1",
                    issue.name
                ));
            }
            let complete = issue.worth.len() == self.parties.len()
                && issue
                    .worth
                    .iter()
                    .zip(&self.parties)
                    .all(|(row, party)| row.len() == party.types.len());
            if issue.owner.0 >= self.parties.len() || !complete {
                faults.push(format!(
                    "`{}` has no owner or lacks a worth for some type",
                    issue.name
                ));
            }
        }
        faults
    }
}
