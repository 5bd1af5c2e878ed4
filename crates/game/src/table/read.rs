//! Reads `dyngame/1`: every state with every joint action, or a rule that stands for them.
//!
//! Every mistake is reported at once with its place. Numbers are read by [`super::number`]; probabilities
//! that came from doubles and miss one by less than a billionth are divided by their sum.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::game::{ProfileParts, StateParts, TableGame, TableProblem, problem};
use super::number;
use super::rule::{Rule, game_of_rule};
use detente_base::number::{Exact, to_float};

/// A game as published: the game and what its source expects of it, untouched.
#[derive(Debug, Clone)]
pub struct Published {
    /// The game.
    pub game: TableGame,
    /// The published answer, if the file carries one.
    pub expected: Option<Value>,
}

/// Reads a `dyngame/1` document.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read_dyngame(text: &str) -> Result<Published, Vec<TableProblem>> {
    let document = detente_reading::json::value(text).map_err(|fault| {
        let place = format!("line {}, column {}", fault.line, fault.column);
        vec![problem(place, format!("this is not JSON: {}", fault.message))]
    })?;
    let Value::Object(document) = document else {
        return Err(vec![problem("document", "a dyngame/1 file is one JSON object")]);
    };
    let mut problems = Vec::new();
    if document.get("schema").and_then(Value::as_str) != Some("dyngame/1") {
        problems.push(problem("schema", "the schema must be \"dyngame/1\""));
    }
    let text_of = |key: &str| document.get(key).and_then(Value::as_str).unwrap_or("").to_owned();
    let listed = match document.get("state") {
        None | Some(Value::Null) => None,
        Some(Value::Array(list)) => Some(list),
        Some(_) => {
            problems.push(problem("state", "a list of states is needed"));
            None
        }
    };
    let parties = read_parties(&document, listed, &mut problems);
    let discount = read_discount(&document, parties, &mut problems);
    let states = match listed {
        Some(list) => list
            .iter()
            .enumerate()
            .map(|(s, state)| read_state(s, state, parties, &mut problems))
            .collect(),
        None => read_rule(&document, parties, &mut problems),
    };
    if let Some(count) = document.get("states").and_then(Value::as_u64)
        && problems.is_empty()
        && count as usize != states.len()
    {
        problems.push(problem(
            "states",
            format!("{count} states are announced, {} are given", states.len()),
        ));
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let game = TableGame::new(&text_of("name"), &text_of("source"), discount, states)?;
    Ok(Published {
        game,
        expected: document.get("expected").cloned(),
    })
}

fn read_parties(
    document: &Map<String, Value>,
    listed: Option<&Vec<Value>>,
    problems: &mut Vec<TableProblem>,
) -> usize {
    let announced = document
        .get("players")
        .and_then(Value::as_u64)
        .map(|count| count as usize);
    let seen = listed
        .and_then(|list| list.first())
        .and_then(|state| state.get("actions"))
        .and_then(Value::as_array)
        .map(Vec::len);
    match announced.or(seen) {
        Some(count) if count >= 1 => count,
        _ => {
            problems.push(problem("players", "the number of players is needed"));
            1
        }
    }
}

fn read_discount(
    document: &Map<String, Value>,
    parties: usize,
    problems: &mut Vec<TableProblem>,
) -> Vec<Exact> {
    let given = document
        .get("discount_exact")
        .or_else(|| document.get("discount"));
    let read = match given {
        Some(Value::Array(list)) => list.iter().map(number::read).collect::<Option<Vec<_>>>(),
        Some(value) => number::read(value).map(|factor| vec![factor; parties]),
        None => None,
    };
    match read {
        Some(discount) if discount.len() == parties => discount,
        Some(discount) => {
            let message = format!("{} factors are given for {parties} players", discount.len());
            problems.push(problem("discount", message));
            vec![Exact::ZERO; parties]
        }
        None => {
            problems.push(problem(
                "discount",
                "a number, a fraction in quotes, or a list with one of them for each player is needed",
            ));
            vec![Exact::ZERO; parties]
        }
    }
}

fn read_rule(
    document: &Map<String, Value>,
    parties: usize,
    problems: &mut Vec<TableProblem>,
) -> Vec<StateParts> {
    let text = document.get("rule").and_then(Value::as_str).unwrap_or("");
    let parameters: BTreeMap<String, u64> = document
        .get("rule_parameters")
        .and_then(Value::as_object)
        .map(|map| {
            map.iter()
                .filter_map(|(key, value)| Some((key.clone(), value.as_u64()?)))
                .collect()
        })
        .unwrap_or_default();
    let built = Rule::recognise(text, parties, &parameters).and_then(game_of_rule);
    built.unwrap_or_else(|message| {
        problems.push(problem("rule", message));
        Vec::new()
    })
}

fn read_state(s: usize, state: &Value, parties: usize, problems: &mut Vec<TableProblem>) -> StateParts {
    let place = format!("state[{s}]");
    let counts: Option<Vec<usize>> = state.get("actions").and_then(Value::as_array).and_then(|list| {
        list.iter()
            .map(|count| count.as_u64().map(|count| count as usize))
            .collect()
    });
    let counts = counts
        .filter(|counts| counts.len() == parties && !counts.contains(&0))
        .unwrap_or_else(|| {
            problems.push(problem(
                format!("{place}.actions"),
                format!("{parties} numbers of actions are needed"),
            ));
            vec![1; parties]
        });
    let label = match state.get("label") {
        None => s.to_string(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    };
    let empty = Vec::new();
    let list = state.get("profiles").and_then(Value::as_array).unwrap_or(&empty);
    let joint = counts
        .iter()
        .try_fold(1usize, |product, count| product.checked_mul(*count));
    let Some(joint) = joint.filter(|joint| *joint == list.len()) else {
        let message = format!("{} joint actions are listed for {counts:?} actions", list.len());
        problems.push(problem(format!("{place}.profiles"), message));
        return StateParts {
            label,
            actions: counts,
            profiles: Vec::new(),
        };
    };
    let mut found: Vec<Option<ProfileParts>> = vec![None; joint];
    for (k, profile) in list.iter().enumerate() {
        let place = format!("{place}.profiles[{k}]");
        let Some(index) = read_index(profile, &counts) else {
            problems.push(problem(
                format!("{place}.a"),
                format!("no joint action of {counts:?}"),
            ));
            continue;
        };
        if found[index].is_some() {
            problems.push(problem(format!("{place}.a"), "this joint action is listed twice"));
        }
        found[index] = Some(read_profile(&place, profile, parties, problems));
    }
    StateParts {
        label,
        actions: counts,
        profiles: found.into_iter().flatten().collect(),
    }
}

fn read_index(profile: &Value, counts: &[usize]) -> Option<usize> {
    let actions = profile.get("a")?.as_array()?;
    if actions.len() != counts.len() {
        return None;
    }
    let mut index = 0;
    for (action, count) in actions.iter().zip(counts).rev() {
        let action = action.as_u64()? as usize;
        if action >= *count {
            return None;
        }
        index = index * count + action;
    }
    Some(index)
}

fn read_profile(
    place: &str,
    profile: &Value,
    parties: usize,
    problems: &mut Vec<TableProblem>,
) -> ProfileParts {
    let payoffs = profile
        .get("u")
        .and_then(Value::as_array)
        .and_then(|list| list.iter().map(number::read).collect::<Option<Vec<_>>>())
        .filter(|payoffs| payoffs.len() == parties)
        .unwrap_or_else(|| {
            problems.push(problem(
                format!("{place}.u"),
                format!("{parties} finite numbers are needed"),
            ));
            vec![Exact::ZERO; parties]
        });
    let next = profile.get("next").and_then(Value::as_object).and_then(|map| {
        map.iter()
            .map(|(state, chance)| Some((state.parse::<usize>().ok()?, number::read(chance)?)))
            .collect::<Option<Vec<_>>>()
    });
    let next = next.unwrap_or_else(|| {
        problems.push(problem(
            format!("{place}.next"),
            "an object from state numbers to probabilities is needed",
        ));
        vec![(0, Exact::ONE)]
    });
    let on_path = profile.get("on_path").and_then(Value::as_bool).unwrap_or(true);
    ProfileParts {
        payoffs,
        next: add_up(next),
        on_path,
    }
}

/// Doubles such as three times 0.333333 miss one by a little; larger misses are left to be refused.
fn add_up(next: Vec<(usize, Exact)>) -> Vec<(usize, Exact)> {
    let sum = next.iter().fold(Exact::ZERO, |sum, (_, chance)| sum + chance);
    if sum == Exact::ONE || (to_float(&sum) - 1.0).abs() > 1e-9 {
        return next;
    }
    next.into_iter()
        .map(|(state, chance)| (state, chance / &sum))
        .collect()
}
