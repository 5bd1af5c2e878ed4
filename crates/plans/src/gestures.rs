//! One-sided moves: what each costs its mover, what it is worth to others, what could not be taken back, whether
//! it says anything about its mover, and which plans it opens.
//!
//! A move of cost `k` separates two types iff it is worth making for the one and not for the other: the type makes
//! it if what being answered is worth to it, the value of the best plan of the case to that type, is at least the
//! cost of one period. A move that costs nearly nothing is made by every type and says nothing; its uses are
//! others: it shifts what others need, moves first at little exposure and starts the clock. Source: Kydd 2005 for
//! the signal; Osgood 1962 for the use.

use detente_base::ids::{IssueId, Level, PartyId};
use detente_case::schedule::Rules;
use detente_case::{Case, Deal, Speed};
use schemars::JsonSchema;
use serde::Serialize;

use super::model::{PartyIndex, TypeIndex};
use super::play;
use super::test::{self, PlanTest, ROUNDING};
use super::{assess, bridge};
use detente_base::watch::Watch;

/// What a move is to one type of one party.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct WorthTo {
    /// The party.
    pub party: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// Flow a period relative to today.
    pub flow: f64,
}

/// Whether a move says something about its mover.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Signal {
    /// The mover has one type: there is nothing to tell.
    NothingToTell,
    /// Every type would make it.
    Everybody,
    /// Some would and some would not: it is a signal.
    Separates,
    /// None would.
    Nobody,
}

/// A one-sided move.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Gesture {
    /// Who moves.
    pub mover: String,
    /// The issue.
    pub issue: String,
    /// The level it is set to.
    pub to: String,
    /// What it costs the mover's first type a period; negative where the mover likes it for its own sake.
    pub cost: f64,
    /// Flow a period that the mover could not take back.
    pub exposure: f64,
    /// What it is to everybody else.
    pub others: Vec<WorthTo>,
    /// Whether it says something.
    pub signal: Signal,
    /// The types that would make it.
    pub made_by: Vec<String>,
    /// Plans of the case that hold after it and did not before.
    pub opens: Vec<String>,
    /// Plans of the case that held before it and do not after it.
    pub closes: Vec<String>,
}

/// All one-sided moves of one issue by one level change, those that help others at the least cost first.
pub fn gestures(case: &Case, watch: &dyn Watch) -> Result<Vec<Gesture>, Vec<String>> {
    let before: Vec<Option<PlanTest>> = case.deals.iter().map(|deal| tested(case, deal)).collect();
    let mut found = Vec::new();
    for (done, issue) in case.issue_ids().enumerate() {
        let today = case.issue(issue).today;
        for level in (0..case.issue(issue).levels.len())
            .map(Level::at)
            .filter(|level| *level != today)
        {
            if watch.should_stop() {
                return Ok(ranked(found));
            }
            if reachable(case, issue, level) {
                found.push(gesture(case, issue, level, &before)?);
            }
        }
        watch.advanced("issues", done as u64 + 1, Some(case.issues.len() as u64));
    }
    Ok(ranked(found))
}

fn tested(case: &Case, deal: &Deal) -> Option<PlanTest> {
    let bridged = bridge::bridge(case, deal).ok()?;
    test::test(&bridged.model, &bridged.plan).ok()
}

/// Whether the issue may move there at once.
fn reachable(case: &Case, issue: IssueId, level: Level) -> bool {
    let today: Vec<Level> = case.issues.iter().map(|issue| issue.today).collect();
    Rules::of(case).forbids(&today, issue, level).is_none()
}

/// A deal that makes this one move and nothing else.
pub(super) fn lone_move(case: &Case, moves: &[(IssueId, Level)], proposer: PartyId, name: &str) -> Deal {
    Deal {
        id: "move".into(),
        name: name.to_owned(),
        proposer: Some(proposer),
        steps: vec![detente_case::Step {
            at: 0,
            set: moves.to_vec(),
            about: None,
        }],
        snapback: case.issues.iter().map(|issue| issue.today).collect(),
        periods: 1,
        pardons: 0,
        about: None,
        sources: Vec::new(),
    }
}

/// The level to which the owner of an issue would move it if nothing kept it where it is today; nothing where the
/// owner likes today's level best. Judged by its first type's own flow, everything else standing as today.
pub(super) fn temptation(case: &Case, issue: IssueId) -> Option<Level> {
    let owner = case.issue(issue).party?;
    let gain = |level: &Level| {
        let bridged = bridge::bridge(case, &lone_move(case, &[(issue, *level)], owner, "departure")).ok()?;
        Some(play::flow_on_plan(
            &bridged.model,
            &bridged.plan,
            PartyIndex(owner.index()),
            TypeIndex(0),
            0,
        ))
    };
    (0..case.issue(issue).levels.len())
        .map(Level::at)
        .filter(|level| *level != case.issue(issue).today && reachable(case, issue, *level))
        .filter_map(|level| {
            gain(&level)
                .filter(|gain| *gain > ROUNDING)
                .map(|gain| (gain, level))
        })
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, level)| level)
}

/// The case in which levels that a set keeps as they are today would lapse without it: keeping a pause is then a
/// step like any other, and no deal is the state in which it ended. What is only kept is not moved, so no rule of
/// movement binds it.
pub(super) fn lapsed(case: &Case, set: &[(IssueId, Level)]) -> Case {
    let mut then = case.clone();
    for (issue, level) in set
        .iter()
        .filter(|(issue, level)| case.issue(*issue).today == *level)
    {
        if let Some(other) = temptation(case, *issue).filter(|other| other != level) {
            let lapsed = &mut then.issues[issue.index()];
            let all = lapsed.levels.len() as u32;
            lapsed.today = other;
            lapsed.speed = Speed { up: all, down: all };
            lapsed.needs.fill(None);
        }
    }
    then
}

fn gesture(
    case: &Case,
    issue: IssueId,
    level: Level,
    before: &[Option<PlanTest>],
) -> Result<Gesture, Vec<String>> {
    let Some(mover) = case.issue(issue).party else {
        return Err(vec![format!("nature has {}", case.issue(issue).name)]);
    };
    let (opens, closes) = opened(case, issue, level, before);
    Ok(Gesture {
        opens,
        closes,
        ..described(case, &[(issue, level)], mover, before)?
    })
}

fn described(
    case: &Case,
    set: &[(IssueId, Level)],
    mover: PartyId,
    before: &[Option<PlanTest>],
) -> Result<Gesture, Vec<String>> {
    let deal = lone_move(case, set, mover, "gesture");
    let bridged = bridge::bridge(case, &deal)?;
    let model = &bridged.model;
    let own = PartyIndex(mover.index());
    let flow = |party: PartyIndex, kind: TypeIndex| play::flow_on_plan(model, &bridged.plan, party, kind, 0);
    let cost = -flow(own, TypeIndex(0));
    let mut others = Vec::new();
    for (party, of) in model
        .parties
        .iter()
        .enumerate()
        .filter(|(party, _)| *party != own.0)
    {
        for (kind, named) in of.types.iter().enumerate() {
            let flow = flow(PartyIndex(party), TypeIndex(kind));
            others.push(WorthTo {
                party: of.name.clone(),
                kind: named.name.clone(),
                flow,
            });
        }
    }
    let kinds = &model.parties[own.0].types;
    let made_by: Vec<String> = (0..kinds.len())
        .filter(|kind| {
            let trust = worth_of_trust(&case.party(mover).name, &kinds[*kind].name, before);
            -flow(own, TypeIndex(*kind)) <= trust + ROUNDING
        })
        .map(|kind| kinds[kind].name.clone())
        .collect();
    let signal = match (kinds.len(), made_by.len()) {
        (1, _) => Signal::NothingToTell,
        (_, 0) => Signal::Nobody,
        (all, some) if all == some => Signal::Everybody,
        _ => Signal::Separates,
    };
    let join =
        |word: &dyn Fn(&(IssueId, Level)) -> String| set.iter().map(word).collect::<Vec<_>>().join(", ");
    Ok(Gesture {
        mover: case.party(mover).name.clone(),
        issue: join(&|(issue, _)| case.issue(*issue).name.clone()),
        to: join(&|(issue, level)| detente_case::level_name(&case.issue(*issue).levels[level.index()])),
        cost,
        exposure: assess::unrecoverable(model, &bridged.plan, own, TypeIndex(0), 0),
        others,
        signal,
        made_by,
        opens: Vec::new(),
        closes: Vec::new(),
    })
}

/// What the best plan of the case is worth to a type of the mover: what it may hope for from being trusted.
fn worth_of_trust(mover: &str, kind: &str, before: &[Option<PlanTest>]) -> f64 {
    before
        .iter()
        .flatten()
        .flat_map(|result| {
            // The value of a plan to its proposer is that of the type that decides on it.
            let decides = result
                .proposer_type
                .as_ref()
                .is_none_or(|decides| decides == kind);
            let proposes = (result.proposer == mover && result.holds && decides).then_some(result.value);
            let answers = result
                .answers
                .iter()
                .filter(|answer| answer.party == mover && answer.kind == kind);
            answers
                .map(|answer| answer.value)
                .chain(proposes)
                .collect::<Vec<_>>()
        })
        .fold(0.0, f64::max)
}

/// Plans that hold after the move and did not before, and the other way round.
fn opened(
    case: &Case,
    issue: IssueId,
    level: Level,
    before: &[Option<PlanTest>],
) -> (Vec<String>, Vec<String>) {
    let mut after = case.clone();
    after.issues[issue.index()].today = level;
    let (mut opens, mut closes) = (Vec::new(), Vec::new());
    for (deal, before) in case.deals.iter().zip(before) {
        let mut deal = deal.clone();
        // What is done already is no longer a step, and the snapback does not undo it.
        for step in &mut deal.steps {
            step.set.retain(|(of, to)| *of != issue || *to != level);
        }
        deal.snapback[issue.index()] = level;
        let held = before.as_ref().is_some_and(|result| result.holds);
        let holds = tested(&after, &deal).is_some_and(|result| result.holds);
        match (held, holds) {
            (false, true) => opens.push(deal.name.clone()),
            (true, false) => closes.push(deal.name.clone()),
            _ => {}
        }
    }
    (opens, closes)
}

/// Moves that open plans first, then those that help somebody, then cheap ones; what does neither is not a gesture.
fn ranked(mut found: Vec<Gesture>) -> Vec<Gesture> {
    let helps = |gesture: &Gesture| gesture.others.iter().any(|other| other.flow > ROUNDING);
    found.retain(|gesture| helps(gesture) || !gesture.opens.is_empty());
    found.sort_by(|a, b| {
        (b.opens.len().cmp(&a.opens.len()))
            .then(helps(b).cmp(&helps(a)))
            .then(a.cost.total_cmp(&b.cost))
            .then_with(|| (&a.issue, &a.to).cmp(&(&b.issue, &b.to)))
    });
    found
}
