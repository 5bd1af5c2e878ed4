//! What a case must satisfy as a whole: limits, priors, levels, needs that can be met, claims with their parts.

use std::collections::{BTreeMap, BTreeSet};

use super::document::{ClaimSection, Document};
use super::reader::{Entries, Text, shorten};
use super::{
    Case, Claim, ClaimKind, Judgement, MOST_ISSUES, MOST_LEVELS, MOST_PARTIES, MOST_SOURCES, MOST_STATES,
    MOST_TYPES,
};
use crate::condition::Condition;
use crate::diagnostic::Diagnostics;
use crate::ids::{IssueId, Level};
use crate::number::{Exact, format_exact};

/// Words that conditions use and no issue or level may be called.
const RESERVED: [&str; 7] = ["and", "or", "not", "implies", "iff", "true", "false"];

/// Reports what keeps the sections from making a case, whatever they mean. False when there are more of
/// something than is handled, so that nothing further can be said.
pub(super) fn within_limits(document: &Document, diagnostics: &mut Diagnostics) -> bool {
    let mut fits = at_most("parties", &document.parties, MOST_PARTIES, diagnostics)
        & at_most("issues", &document.issues, MOST_ISSUES, diagnostics)
        & at_most("sources", &document.sources, MOST_SOURCES, diagnostics);
    report_missing("parties", &document.parties, diagnostics);
    report_missing("issues", &document.issues, diagnostics);
    for (_, party) in &document.parties.items {
        fits &= at_most("types", &party.types, MOST_TYPES, diagnostics);
        if let Some(pace) = &party.pace
            && pace.value == 0
        {
            diagnostics.report(
                "empty-pace",
                pace.span.clone(),
                "a pace of 0 lets the party do nothing",
                "must be at least 1",
                Some("leave `pace` out if there is no limit".into()),
            );
        }
    }
    let mut states = 1u64;
    for (name, issue) in &document.issues.items {
        report_bad_name("issue", name, diagnostics);
        fits &= report_levels(&issue.levels, &issue.name, diagnostics);
        states = states.saturating_mul(issue.levels.len().max(1) as u64);
    }
    if let Some((name, _)) = document.issues.items.last()
        && states > MOST_STATES
    {
        diagnostics.report(
            "case-too-large",
            name.span.clone(),
            format!("the issues make {states} states; at most {MOST_STATES} are handled"),
            "the last issue of too many",
            Some("merge issues that always move together, or leave out levels that nobody uses".into()),
        );
    }
    fits && states <= MOST_STATES
}

fn report_missing<T>(what: &str, entries: &Entries<T>, diagnostics: &mut Diagnostics) {
    if entries.items.is_empty() && entries.broken.is_empty() {
        let label = format!("no [{what}.…] section");
        diagnostics.report(
            "missing-section",
            0..0,
            format!("a case needs {what}"),
            label,
            None,
        );
    }
}

fn at_most<T>(what: &str, entries: &Entries<T>, most: usize, diagnostics: &mut Diagnostics) -> bool {
    let found = entries.items.len();
    if let Some((name, _)) = entries.items.get(most) {
        diagnostics.report(
            "case-too-large",
            name.span.clone(),
            format!("{found} {what}; at most {most} are handled"),
            "one too many",
            None,
        );
    }
    found <= most
}

fn report_bad_name(what: &str, name: &Text, diagnostics: &mut Diagnostics) {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.value.is_empty() || !name.value.chars().all(fits) || RESERVED.contains(&name.value.as_str()) {
        diagnostics.report(
            "bad-name",
            name.span.clone(),
            format!(
                "`{}` cannot be the name of {what}s in conditions",
                shorten(&name.value)
            ),
            "use letters, digits, `_`, `-` and `.`",
            Some(format!("reserved words: {}", RESERVED.join(", "))),
        );
    }
}

fn report_levels(levels: &[Text], issue: &Text, diagnostics: &mut Diagnostics) -> bool {
    let fits = (1..=MOST_LEVELS).contains(&levels.len());
    if !fits {
        diagnostics.report(
            "bad-levels",
            issue.span.clone(),
            format!(
                "an issue has 1 to {MOST_LEVELS} levels; this one has {}",
                levels.len()
            ),
            "the levels of this issue",
            None,
        );
    }
    let mut seen = BTreeSet::new();
    for level in levels {
        report_bad_name("level", level, diagnostics);
        if !seen.insert(&level.value) {
            diagnostics.report(
                "contradictory-levels",
                level.span.clone(),
                format!("level `{}` is listed twice", shorten(&level.value)),
                "listed before",
                Some("levels go from least to most, each once".into()),
            );
        }
    }
    fits
}

/// Reports what the sections contradict among themselves.
pub(super) fn report_contradictions(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    report_priors(document, case, diagnostics);
    report_ending_chances(case, document, diagnostics);
    report_unmeetable_needs(document, case, diagnostics);
    report_backward_steps(document, case, diagnostics);
}

fn report_priors(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    for (party, (name, _)) in case.parties.iter().zip(&document.parties.items) {
        if party.types.is_empty() {
            continue;
        }
        let sum: Exact = party
            .types
            .iter()
            .fold(Exact::ZERO, |sum, of| sum + case.value(of.prior).clone());
        if sum != Exact::ONE {
            diagnostics.report(
                "priors",
                name.span.clone(),
                format!(
                    "the priors of {}'s types add to {}, not 1",
                    party.name,
                    format_exact(&sum)
                ),
                "its types",
                Some("the chances of all types of a party add to exactly 1".into()),
            );
        }
    }
}

fn report_ending_chances(case: &Case, document: &Document, diagnostics: &mut Diagnostics) {
    let sum = case
        .endings
        .iter()
        .fold(Exact::ZERO, |sum, ending| sum + case.value(ending.chance).clone());
    if sum > Exact::ONE
        && let Some(last) = document.endings.last()
    {
        diagnostics.report(
            "out-of-range",
            last.chance.span.clone(),
            format!(
                "the chances of all endings add to {}, more than 1",
                format_exact(&sum)
            ),
            "the last of them",
            None,
        );
    }
}

/// Which levels each issue can ever take, as bit sets, if every condition that may hold does.
fn reachable_levels(case: &Case) -> Vec<u64> {
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
                let way = (level > lowest && issue.speed.up > 0) || (level < highest && issue.speed.down > 0);
                let met = issue.needs[level]
                    .as_ref()
                    .is_none_or(|need| may(&need.condition, &before).0);
                if way && met {
                    reach[index] |= 1 << level;
                }
            }
        }
        if reach == before {
            return reach;
        }
    }
}

/// Whether a condition may be true, and whether it may be false, if each issue takes any of its levels.
fn may(condition: &Condition, reach: &[u64]) -> (bool, bool) {
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
            let levels = (0..64).filter(|level| reach[issue.index()] >> level & 1 == 1);
            levels.fold((false, false), |(yes, no), level| {
                let holds = comparison.holds(Level::at(level), *right);
                (yes || holds, no || !holds)
            })
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

fn report_unmeetable_needs(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    let reach = reachable_levels(case);
    let unmet = |issue: IssueId, level: usize| {
        let need = case.issue(issue).needs[level].as_ref()?;
        (reach[issue.index()] >> level & 1 == 0 && !may(&need.condition, &reach).0).then_some(need)
    };
    let blocked: BTreeMap<(IssueId, usize), Vec<IssueId>> = case
        .issue_ids()
        .flat_map(|issue| (0..case.issue(issue).levels.len()).map(move |level| (issue, level)))
        .filter_map(|(issue, level)| Some(((issue, level), unmet(issue, level)?.condition.issues())))
        .collect();
    for ((issue, level), mentions) in &blocked {
        let circle = leads_back(*issue, mentions, &blocked);
        let this = case.issue(*issue);
        let name = &this.levels[*level];
        let (_, section) = &document.issues.items[issue.index()];
        let Some((_, place)) = section.needs.items.iter().find(|(key, _)| &key.value == name) else {
            continue;
        };
        let (code, message) = if circle {
            (
                "needs-circle",
                format!(
                    "`needs` go in a circle: {} waits for itself to reach `{name}`",
                    this.name
                ),
            )
        } else {
            (
                "needs-never-met",
                format!(
                    "{} can never reach `{name}`: its condition can never hold",
                    this.name
                ),
            )
        };
        diagnostics.report(
            code,
            place.span.clone(),
            message,
            "never true on any way from today",
            Some("let one of the steps go first without a condition".into()),
        );
    }
}

fn leads_back(
    start: IssueId,
    mentions: &[IssueId],
    blocked: &BTreeMap<(IssueId, usize), Vec<IssueId>>,
) -> bool {
    let mut seen = BTreeSet::new();
    let mut open: Vec<IssueId> = mentions.to_vec();
    while let Some(issue) = open.pop() {
        if issue == start {
            return true;
        }
        if seen.insert(issue) {
            let next = blocked
                .iter()
                .filter(|((from, _), _)| *from == issue)
                .flat_map(|(_, to)| to);
            open.extend(next.copied());
        }
    }
    false
}

fn report_backward_steps(document: &Document, case: &Case, diagnostics: &mut Diagnostics) {
    for (deal, (_, section)) in case.deals.iter().zip(&document.deals.items) {
        let mut levels: Vec<Level> = case.issues.iter().map(|issue| issue.today).collect();
        for (step, written) in deal.steps.iter().zip(&section.steps) {
            for (issue, level) in &step.set {
                let this = case.issue(*issue);
                let from = levels[issue.index()];
                let stuck = (*level > from && this.speed.up == 0) || (*level < from && this.speed.down == 0);
                if stuck
                    && let Some((name, _)) = written.set.items.iter().find(|(name, _)| name.value == this.id)
                {
                    diagnostics.report(
                        "impossible-step",
                        name.span.clone(),
                        format!(
                            "{} cannot move from `{}` this way",
                            this.name,
                            this.levels[from.index()]
                        ),
                        "its movement rule forbids this step",
                        None,
                    );
                }
                levels[issue.index()] = *level;
            }
        }
    }
}

/// Reports a claim that lacks a part its kind needs.
pub(super) fn report_incomplete_claim(claim: &Claim, section: &ClaimSection, diagnostics: &mut Diagnostics) {
    use ClaimKind as K;
    let needs_target = matches!(
        claim.kind,
        K::Possible | K::Enables | K::Series | K::DependsOn | K::LimitedIsBetter | K::Window
    );
    let needs_set = matches!(
        claim.kind,
        K::Gesture | K::Widens | K::Exchange | K::AllAtOnceFails
    );
    let needs_variants = matches!(claim.kind, K::Enables | K::Widens | K::Coalition | K::DependsOn);
    let needs_both = matches!(claim.kind, K::QuietIsBetter);
    let mut lacks = |field: &str| {
        diagnostics.report(
            "incomplete-claim",
            section.kind.span.clone(),
            format!("a claim of the kind `{}` needs `{field}`", claim.kind.name()),
            format!("`{field}` is missing in this claim"),
            None,
        );
    };
    if (needs_target || needs_both) && section.target.is_none() {
        lacks("target");
    }
    if (needs_both || matches!(claim.kind, K::RoomToAnswer)) && section.against.is_none() {
        lacks("against");
    }
    if needs_set && section.set.items.is_empty() {
        lacks("set");
    }
    if needs_variants && section.variants.0.is_empty() {
        lacks("variants");
    }
}

/// Numbers judgements that would otherwise have the same key.
pub(super) fn make_keys_unique(judgements: &mut [Judgement]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for judgement in judgements {
        let times = seen.entry(judgement.key.clone()).or_insert(0);
        *times += 1;
        if *times > 1 {
            judgement.key = format!("{}#{times}", judgement.key);
        }
    }
}
