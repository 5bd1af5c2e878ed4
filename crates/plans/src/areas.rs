//! Small areas of agreement: every minimal exchange that enforces itself and is better than no deal for all its
//! parties, and what each opens next.
//!
//! An exchange sets a few issues of at least two parties at once and keeps them there. It stands if every
//! hoped-for type keeps it, the proposer carries on at every date, and each party that gives something ends above
//! no deal. A level that its owner would leave if nothing kept it there, such as a pause of tests, may be part of an
//! exchange by being kept; no deal is then the state in which it lapsed. An exchange is minimal if no part of it stands by itself. Exchanges that need less trust come first, then
//! smaller ones; payoffs of different parties are never added. What it opens next is found by taking it as today.

use std::cmp::Ordering;

use detente_base::ids::{IssueId, Level, PartyId};
use detente_case::{Case, level_name};
use schemars::JsonSchema;
use serde::Serialize;

use super::bridge;
use super::gestures::{lapsed, lone_move, temptation};
use super::model::{PartyIndex, TypeIndex};
use super::play;
use super::test::{self, PlanTest, ROUNDING};
use detente_base::watch::Watch;

/// Limits of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Limits {
    /// Issues that one exchange may move.
    pub issues: usize,
    /// Exchanges that are tested.
    pub tests: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            issues: 3,
            tests: 200_000,
        }
    }
}

/// What an exchange is worth to one party.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Share {
    /// The party.
    pub party: String,
    /// Its value over no deal, as the type the others hope for.
    pub value: f64,
}

/// A small area of agreement.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Area {
    /// Issues and the levels they are set to, in words.
    pub moves: Vec<String>,
    /// Who proposes it.
    pub proposer: String,
    /// The belief it needs; nothing if it needs to be sure.
    pub p_seq: Option<f64>,
    /// What it is worth to each party that gives something.
    pub shares: Vec<Share>,
    /// Exchanges that stand once this one does and did not before.
    pub opens: Vec<Vec<String>>,
    /// The levels by issue, for programs.
    #[serde(skip)]
    pub set: Vec<(IssueId, Level)>,
}

/// All areas found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Areas {
    /// The areas, those that need least trust first.
    pub areas: Vec<Area>,
    /// Exchanges that were tested.
    pub tested: u64,
    /// Whether every exchange within the limits was tested.
    pub complete: bool,
    /// The limits.
    pub limits: Limits,
}

/// Finds the areas of a case from today.
pub fn areas(case: &Case, limits: Limits, next: bool, watch: &dyn Watch) -> Areas {
    let mut search = Search::new(case, limits, &[], watch);
    let mut found = search.minimal(case);
    if next {
        let before: Vec<Vec<(IssueId, Level)>> = found.iter().map(|area| area.set.clone()).collect();
        for area in &mut found {
            let mut after = case.clone();
            for (issue, level) in &area.set {
                after.issues[issue.index()].today = *level;
            }
            let opened = search.minimal(&after);
            area.opens = opened
                .into_iter()
                .filter(|then| {
                    !before
                        .iter()
                        .any(|known| known.iter().all(|part| then.set.contains(part)))
                })
                .filter(|then| !undoes(case, &area.set, &then.set))
                .map(|then| then.moves)
                .collect();
        }
    }
    Areas {
        areas: found,
        tested: search.tested,
        complete: search.complete,
        limits,
    }
}

/// Whether a second exchange moves an issue of the first back towards where it is today.
fn undoes(case: &Case, first: &[(IssueId, Level)], then: &[(IssueId, Level)]) -> bool {
    first.iter().any(|(issue, level)| {
        let today = case.issue(*issue).today;
        then.iter().any(|(other, next)| {
            let back = match level.cmp(&today) {
                Ordering::Greater => next < level,
                Ordering::Less => next > level,
                Ordering::Equal => false,
            };
            other == issue && back
        })
    })
}

/// The areas in which nobody but the named parties gives something, of all parties where none is named.
pub fn areas_among(case: &Case, limits: Limits, parties: &[PartyId], watch: &dyn Watch) -> Areas {
    let mut search = Search::new(case, limits, parties, watch);
    Areas {
        areas: search.minimal(case),
        tested: search.tested,
        complete: search.complete,
        limits,
    }
}

struct Search<'a> {
    limits: Limits,
    /// Who may give something.
    among: Vec<PartyId>,
    tested: u64,
    complete: bool,
    /// By issue: whether its owner would leave today's level if nothing kept it there.
    fragile: Vec<bool>,
    watch: &'a dyn Watch,
}

impl<'a> Search<'a> {
    fn new(case: &Case, limits: Limits, parties: &[PartyId], watch: &'a dyn Watch) -> Self {
        Self {
            limits,
            among: match parties.is_empty() {
                true => case.party_ids().collect(),
                false => parties.to_vec(),
            },
            tested: 0,
            complete: true,
            fragile: Vec::new(),
            watch,
        }
    }

    /// The minimal exchanges of a case, ranked.
    fn minimal(&mut self, case: &Case) -> Vec<Area> {
        let mut found: Vec<Area> = Vec::new();
        self.fragile = case
            .issue_ids()
            .map(|issue| temptation(case, issue).is_some())
            .collect();
        for size in 2..=self.limits.issues {
            self.extend(case, 0, size, &mut Vec::new(), &mut found);
        }
        found.sort_by(|a, b| {
            let needs = |area: &Area| area.p_seq.unwrap_or(1.0);
            needs(a)
                .total_cmp(&needs(b))
                .then(a.set.len().cmp(&b.set.len()))
                .then_with(|| a.moves.cmp(&b.moves))
        });
        found
    }

    fn extend(
        &mut self,
        case: &Case,
        from: usize,
        size: usize,
        set: &mut Vec<(IssueId, Level)>,
        found: &mut Vec<Area>,
    ) {
        if set.len() == size {
            self.consider(case, set, found);
            return;
        }
        for issue in (from..case.issues.len()).map(IssueId::at) {
            let owner = case.issue(issue).party;
            if owner.is_none_or(|owner| !self.among.contains(&owner)) {
                continue;
            }
            let today = case.issue(issue).today;
            for level in (0..case.issue(issue).levels.len())
                .map(Level::at)
                .filter(|level| *level != today || self.fragile[issue.index()])
                .collect::<Vec<_>>()
            {
                if self.tested >= self.limits.tests || self.watch.should_stop() {
                    self.complete = false;
                    return;
                }
                set.push((issue, level));
                self.extend(case, issue.index() + 1, size, set, found);
                set.pop();
            }
        }
    }

    fn consider(&mut self, case: &Case, set: &[(IssueId, Level)], found: &mut Vec<Area>) {
        let mut parties: Vec<PartyId> = set
            .iter()
            .filter_map(|(issue, _)| case.issue(*issue).party)
            .collect();
        parties.sort();
        parties.dedup();
        let known = |area: &Area| area.set.iter().all(|part| set.contains(part));
        if parties.len() < 2 || found.iter().any(known) {
            return;
        }
        self.tested += 1;
        self.watch.advanced("exchanges", self.tested, None);
        let usual = case.deals.iter().find_map(|deal| deal.proposer);
        let proposer = usual
            .filter(|party| parties.contains(party))
            .unwrap_or(parties[0]);
        if let Some(area) = stands(case, set, proposer) {
            found.push(area);
        }
    }
}

/// The exchange as an area if it stands.
fn stands(today: &Case, set: &[(IssueId, Level)], proposer: PartyId) -> Option<Area> {
    let case = &lapsed(today, set);
    let deal = lone_move(case, set, proposer, "exchange");
    let bridged = bridge::bridge(case, &deal).ok()?;
    let result: PlanTest = test::test(&bridged.model, &bridged.plan).ok()?;
    if !result.holds {
        return None;
    }
    let shares = shares(case, set, proposer, &result);
    if shares.iter().any(|share| share.value <= ROUNDING) {
        return None;
    }
    let words = |(id, level): &(IssueId, Level)| {
        let issue = case.issue(*id);
        let name = level_name(&issue.levels[level.index()]);
        let kept = if today.issue(*id).today == *level {
            " (kept)"
        } else {
            ""
        };
        format!("{}: {name}{kept}", issue.name)
    };
    Some(Area {
        moves: set.iter().map(words).collect(),
        proposer: case.party(proposer).name.clone(),
        p_seq: result.p_seq,
        shares,
        opens: Vec::new(),
        set: set.to_vec(),
    })
}

/// What an exchange is worth to each party that gives something: to the proposer as tested, to the others as the
/// hoped-for type while everybody keeps it.
pub fn shares(case: &Case, set: &[(IssueId, Level)], proposer: PartyId, result: &PlanTest) -> Vec<Share> {
    let mut parties: Vec<PartyId> = set
        .iter()
        .filter_map(|(issue, _)| case.issue(*issue).party)
        .collect();
    parties.sort();
    parties.dedup();
    let deal = lone_move(case, set, proposer, "exchange");
    let Ok(bridged) = bridge::bridge(case, &deal) else {
        return Vec::new();
    };
    let everybody = play::all_comply(&bridged.model);
    let value = |party: &PartyId| match *party == proposer {
        true => result.value,
        false => {
            let index = PartyIndex(party.index());
            play::value(&bridged.model, &bridged.plan, &everybody, index, TypeIndex(0))
        }
    };
    parties
        .iter()
        .map(|party| Share {
            party: case.party(*party).name.clone(),
            value: value(party),
        })
        .collect()
}
