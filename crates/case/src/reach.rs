//! Which levels can ever be reached from today, if every condition that may hold does: an upper bound that
//! finds `needs` that go in a circle or can never be met.

use super::{Case, Chance};
use crate::condition::{Comparison, Condition};
use detente_base::ids::{IssueId, Level};

impl Case {
    /// The levels that can never be reached from today, by the rules of movement and `needs`, or by chance.
    #[must_use]
    pub fn unreachable_levels(&self) -> Vec<(IssueId, Level)> {
        let reach = reachable_levels(self);
        let levels = self.issue_ids().flat_map(|issue| {
            let levels = Level::first(self.issue(issue).levels.len());
            levels.map(move |level| (issue, level))
        });
        levels
            .filter(|(issue, level)| reach[issue.index()] >> level.index() & 1 == 0)
            .collect()
    }
}

/// Which levels each issue can ever take, as bit sets, if every condition that may hold does.
pub(super) fn reachable_levels(case: &Case) -> Vec<u64> {
    let mut reach: Vec<u64> = case
        .issues
        .iter()
        .map(|issue| 1u64 << issue.today.index())
        .collect();
    loop {
        let before = reach.clone();
        for (index, issue) in case.issues.iter().enumerate() {
            for level in 0..issue.levels.len() {
                let lowest = before[index].trailing_zeros() as usize;
                let highest = 63 - before[index].leading_zeros() as usize;
                if reach[index] >> level & 1 == 1 {
                    continue;
                }
                let way = (level > lowest && issue.speed.up > 0) || (level < highest && issue.speed.down > 0);
                let met = issue.needs[level]
                    .as_ref()
                    .is_none_or(|need| may(&need.condition, &before).0);
                if (way && met) || by_chance(case, index, level, &before) {
                    reach[index] |= 1 << level;
                }
            }
        }
        if reach == before {
            return reach;
        }
    }
}

/// Whether a chance that may happen leads to a level of an issue, whatever moves it.
fn by_chance(case: &Case, issue: usize, level: usize, reach: &[u64]) -> bool {
    let leads = |chance: &&Chance| chance.issue.index() == issue && chance.to.index() == level;
    case.chances
        .iter()
        .filter(leads)
        .any(|chance| may(&chance.when.condition, reach).0)
}

/// Whether a condition may be true, and whether it may be false, if each issue takes any of its levels.
pub(super) fn may(condition: &Condition, reach: &[u64]) -> (bool, bool) {
    let fold = |parts: &[Condition], all: bool| {
        parts
            .iter()
            .map(|part| may(part, reach))
            .fold((all, !all), |(yes, no), (y, n)| {
                if all {
                    (yes && y, no || n)
                } else {
                    (yes || y, no && n)
                }
            })
    };
    match condition {
        Condition::Constant(value) => (*value, !*value),
        Condition::Compare(issue, comparison, right) => {
            let holds = levels_where(*comparison, *right);
            (
                reach[issue.index()] & holds != 0,
                reach[issue.index()] & !holds != 0,
            )
        }
        Condition::Not(inner) => {
            let (yes, no) = may(inner, reach);
            (no, yes)
        }
        Condition::All(parts) => fold(parts, true),
        Condition::Any(parts) => fold(parts, false),
        Condition::Same(left, right) => {
            let ((ly, ln), (ry, rn)) = (may(left, reach), may(right, reach));
            ((ly && ry) || (ln && rn), (ly && rn) || (ln && ry))
        }
    }
}

/// The levels, as bits, that compare so with `right`.
fn levels_where(comparison: Comparison, right: Level) -> u64 {
    let same = 1u64 << right.index().min(63);
    let below = same - 1;
    match comparison {
        Comparison::Equal => same,
        Comparison::Different => !same,
        Comparison::Below => below,
        Comparison::AtMost => below | same,
        Comparison::Above => !(below | same),
        Comparison::AtLeast => !below,
    }
}
