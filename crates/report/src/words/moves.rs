//! Moves and states in the analyst's words.

use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_case::condition::{Comparison, Condition};
use detente_case::{Case, level_name};
use detente_game::Game;

use crate::view;

/// One change in words: "sanctions relief: none → half".
fn change(case: &Case, issue: IssueId, before: Level, after: Level) -> String {
    let of = case.issue(issue);
    let name = |level: Level| level_name(&of.levels[level.index()]);
    format!("{}: {} → {}", of.name, name(before), name(after))
}

/// The moves of one step, for the ladder: the parties' own, or what chance makes of a state.
#[must_use]
pub fn ladder_moves(
    case: &Case,
    game: &Game,
    from: StateId,
    to: StateId,
    by_chance: bool,
) -> Vec<view::LadderMove> {
    game.changes(from, to)
        .map(|(issue, before, after)| {
            let of = case.issue(issue);
            let back = if after > before {
                of.speed.down
            } else {
                of.speed.up
            };
            let kept = of.remains.is_some_and(|floor| after >= floor && after > before);
            let marks = match (back, kept) {
                (0, _) => vec![view::Mark::Irreversible],
                (_, true) => vec![view::Mark::PartlyReversible],
                _ => Vec::new(),
            };
            // Only chance moves what nature has.
            let by = of
                .party
                .filter(|_| !by_chance)
                .map_or("chance", |party| &case.party(party).name)
                .to_owned();
            view::LadderMove {
                by,
                words: change(case, issue, before, after),
                marks,
            }
        })
        .collect()
}

/// Everything that differs between two states, in words.
#[must_use]
pub fn changes_in_words(case: &Case, game: &Game, from: StateId, to: StateId) -> String {
    let changes: Vec<String> = game
        .changes(from, to)
        .map(|(issue, _, after)| case.level_in_words(issue, after))
        .collect();
    if changes.is_empty() {
        "nothing changes from today".into()
    } else {
        changes.join("; ")
    }
}

/// How many changes a sentence names before it counts the rest.
const NAMED: usize = 3;

/// What differs between two states, short enough for a sentence.
#[must_use]
pub fn some_changes(case: &Case, game: &Game, from: StateId, to: StateId) -> String {
    let changes: Vec<String> = game
        .changes(from, to)
        .map(|(issue, _, after)| case.level_in_words(issue, after))
        .collect();
    match changes.len() {
        0 => "changing nothing".into(),
        count if count <= NAMED + 1 => changes.join(", "),
        count => format!(
            "{} and {} more changes",
            changes[..NAMED].join(", "),
            count - NAMED
        ),
    }
}

/// A condition in the analyst's words: "sanctions relief: at least partial; military coercion: no".
#[must_use]
pub fn condition_in_words(case: &Case, condition: &Condition) -> String {
    match condition {
        Condition::Constant(true) => "anything".into(),
        Condition::Constant(false) => "nothing".into(),
        Condition::Compare(issue, comparison, level) => {
            let of = case.issue(*issue);
            let level = level_name(&of.levels[level.index()]);
            let how = match comparison {
                Comparison::Equal => "",
                Comparison::Different => "not ",
                Comparison::Below => "less than ",
                Comparison::AtMost => "at most ",
                Comparison::Above => "more than ",
                Comparison::AtLeast => "at least ",
            };
            format!("{}: {how}{level}", of.name)
        }
        Condition::Not(inner) => format!("not ({})", condition_in_words(case, inner)),
        Condition::All(parts) => joined(case, parts, "; "),
        Condition::Any(parts) => format!("({})", joined(case, parts, ", or ")),
        Condition::Same(left, right) => format!(
            "({}) exactly when ({})",
            condition_in_words(case, left),
            condition_in_words(case, right)
        ),
    }
}

fn joined(case: &Case, parts: &[Condition], between: &str) -> String {
    let parts: Vec<String> = parts.iter().map(|part| condition_in_words(case, part)).collect();
    parts.join(between)
}

/// A whole state in words.
#[must_use]
pub fn state_in_words(case: &Case, game: &Game, state: StateId) -> String {
    let levels = case
        .issue_ids()
        .map(|issue| case.level_in_words(issue, game.level(state, issue)));
    levels.collect::<Vec<_>>().join("; ")
}

/// What one party holds in a state, in words.
#[must_use]
pub fn settlement_in_words(case: &Case, game: &Game, state: StateId, party: PartyId) -> String {
    let own = case
        .issue_ids()
        .filter(|issue| case.issue(*issue).party == Some(party));
    let levels = own.map(|issue| case.level_in_words(issue, game.level(state, issue)));
    levels.collect::<Vec<_>>().join("; ")
}
