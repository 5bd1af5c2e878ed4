//! Conditions for moves that can never be met: each circle of them once, and each that fails by itself.

use std::collections::BTreeMap;

use super::Case;
use super::document::Document;
use super::reach::{may, reachable_levels};
use detente_base::ids::IssueId;
use detente_reading::diagnostic::{Diagnostics, Span};

/// A move that waits for ever.
#[derive(Debug)]
struct Blocked {
    issue: IssueId,
    level: usize,
    /// The issues it waits for.
    mentions: Vec<IssueId>,
    /// Where its condition stands.
    span: Span,
    /// Whether its condition would fail even if nothing else were blocked.
    by_itself: bool,
}

/// Reports `needs` that go in a circle or can never be met. What only waits for one of those is not reported.
pub(super) fn report_unmeetable(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    let blocked = blocked(document, case);
    for one in blocked.iter().filter(|one| one.by_itself) {
        let this = case.issue(one.issue);
        diagnostics.report(
            "needs-never-met",
            one.span.clone(),
            format!(
                "{} can never reach `{}`: its condition can never hold",
                this.name, this.levels[one.level]
            ),
            "never true on any way from today",
            Some("change the condition, or how the issues in it may move".into()),
        );
    }
    let waits = waits(&blocked);
    let circular = |one: &&Blocked| !one.by_itself && waits.reaches(one.issue, one.issue);
    let mut told: Vec<IssueId> = Vec::new();
    let mut in_order: Vec<&Blocked> = blocked.iter().filter(circular).collect();
    in_order.sort_by_key(|one| one.span.start);
    for one in in_order {
        let same_circle =
            |other: &IssueId| waits.reaches(one.issue, *other) && waits.reaches(*other, one.issue);
        if told.iter().any(same_circle) {
            continue;
        }
        told.push(one.issue);
        report_circle(case, one, &waits, diagnostics);
    }
}

fn report_circle(case: &Case, one: &Blocked, waits: &Waits, diagnostics: &mut Diagnostics) {
    let way = waits.way_back(one.issue);
    let names: Vec<&str> = way.iter().map(|issue| case.issue(*issue).name.as_str()).collect();
    let this = case.issue(one.issue);
    let level = &this.levels[one.level];
    let message = match names.as_slice() {
        [] | [_] => format!(
            "`needs` go in a circle: {} waits for itself to reach `{level}`",
            this.name
        ),
        [first, others @ ..] => format!(
            "`needs` go in a circle: to reach `{level}`, {first} waits for {}, and that for {first}",
            others.join(", that for ")
        ),
    };
    diagnostics.report(
        "needs-circle",
        one.span.clone(),
        message,
        "never true on any way from today",
        Some("let one of the steps go first without a condition".into()),
    );
}

fn blocked(document: &Document, case: &Case) -> Vec<Blocked> {
    let reach = reachable_levels(case);
    let mut blocked = Vec::new();
    for (issue, (_, section)) in case.issue_ids().zip(&document.issues.items) {
        let this = case.issue(issue);
        for (level, need) in this.needs.iter().enumerate() {
            let written = section
                .needs
                .items
                .iter()
                .find(|(key, _)| key.value == this.levels[level]);
            let (Some(need), Some((_, place))) = (need, written) else {
                continue;
            };
            if reach[issue.index()] >> level & 1 == 0 && !may(&need.condition, &reach).0 {
                blocked.push(Blocked {
                    issue,
                    level,
                    mentions: need.condition.issues(),
                    span: place.span.clone(),
                    by_itself: false,
                });
            }
        }
    }
    // Whether a condition fails by itself: it does even where every blocked level could be reached.
    let mut hoped = reach;
    for one in &blocked {
        hoped[one.issue.index()] |= 1 << one.level;
    }
    for one in &mut blocked {
        let need = case.issue(one.issue).needs[one.level].as_ref();
        one.by_itself = need.is_some_and(|need| !may(&need.condition, &hoped).0);
    }
    blocked
}

/// Which issue waits for which.
struct Waits(BTreeMap<IssueId, Vec<IssueId>>);

fn waits(blocked: &[Blocked]) -> Waits {
    let mut edges: BTreeMap<IssueId, Vec<IssueId>> = BTreeMap::new();
    for one in blocked.iter().filter(|one| !one.by_itself) {
        edges.entry(one.issue).or_default().extend(&one.mentions);
    }
    let waiting: Vec<IssueId> = edges.keys().copied().collect();
    for mentions in edges.values_mut() {
        mentions.retain(|issue| waiting.contains(issue));
        mentions.sort();
        mentions.dedup();
    }
    Waits(edges)
}

impl Waits {
    /// Whether one issue waits for another, perhaps through others.
    fn reaches(&self, from: IssueId, to: IssueId) -> bool {
        !self.way(from, to).is_empty()
    }

    /// The issues of the shortest circle through this one, starting with it.
    fn way_back(&self, issue: IssueId) -> Vec<IssueId> {
        self.way(issue, issue)
    }

    /// The shortest way, without its end; empty if there is none.
    fn way(&self, from: IssueId, to: IssueId) -> Vec<IssueId> {
        let mut came: BTreeMap<IssueId, IssueId> = BTreeMap::new();
        let mut open = std::collections::VecDeque::from([from]);
        while let Some(issue) = open.pop_front() {
            for next in self.0.get(&issue).into_iter().flatten() {
                if *next == to {
                    let mut way = vec![issue];
                    while way[way.len() - 1] != from {
                        way.push(came[&way[way.len() - 1]]);
                    }
                    way.reverse();
                    return way;
                }
                if *next != from && !came.contains_key(next) {
                    came.insert(*next, issue);
                    open.push_back(*next);
                }
            }
        }
        Vec::new()
    }
}
