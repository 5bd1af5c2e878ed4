//! Reads a conflict from JSON, schema `gmcr-case/1`.
//!
//! `decision_makers` (id, name), `options` (id, name, owner or owners, moves: both, forward_only,
//! backward_only, fixed; levels: a number or names; up, down: most levels in one move), `infeasible`
//! (conjunctions of option levels), `states` (id, name, vector, and members where several vectors are merged;
//! without the list every combination that no rule excludes is a state), `status_quo`, `preferences` and
//! `partial_preferences` (see [`super::reader_preferences`]), `blocked_moves` (by, from, to), `graph` (moves by
//! hand: for each party a list of pairs of states), `attitudes`, `misperceptions`.

use std::collections::HashMap;

use serde_json::{Map, Value};

use detente_reading::{foreign, json};

use super::reader_preferences::Names;
use super::{
    Arcs, Assembly, Attitude, Blocked, GraphModel, Issue, Limits, Literal, Misperception, Movement, Party,
    PartyId, Problem, Problems, Rule, Speed, StateEntry, nearest,
};

/// The name of the schema.
pub const SCHEMA: &str = "gmcr-case/1";

const KEYS: [&str; 19] = [
    "schema",
    "id",
    "title",
    "provenance",
    "confidence",
    "notes",
    "source",
    "decision_makers",
    "options",
    "infeasible",
    "states",
    "status_quo",
    "preferences",
    "partial_preferences",
    "blocked_moves",
    "graph",
    "attitudes",
    "misperceptions",
    "$schema",
];

/// What came of reading: the conflict, if there was no error, and every finding.
#[derive(Debug)]
pub struct Reading {
    /// The conflict.
    pub model: Option<GraphModel>,
    /// Errors and warnings in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a conflict from the bytes of a JSON file. No bytes make it panic.
#[must_use]
pub fn read(bytes: &[u8], limits: Limits) -> Reading {
    let mut problems = Problems::default();
    let value = json_of(bytes, &mut problems);
    let model = value.and_then(|value| read_value(&value, limits, &mut problems));
    let model = if problems.any_error() { None } else { model };
    Reading {
        model,
        problems: problems.into_found(),
    }
}

/// The JSON value that the bytes of a file hold; what keeps them from it is noted with its place.
pub fn json_of(bytes: &[u8], problems: &mut Problems) -> Option<Value> {
    let read = foreign::text_of(bytes).map_err(|error| (error.place, error.message.to_owned(), error.hint));
    let read = read.and_then(|text| {
        json::value(text).map_err(|fault| {
            let message = format!("this is not JSON: {}", fault.message);
            ((fault.line, fault.column), message, "")
        })
    });
    match read {
        Ok(value) => Some(value),
        Err(((line, column), reason, hint)) => {
            problems.error(format!("line {line}, column {column}"), reason, hint);
            None
        }
    }
}

fn read_value(value: &Value, limits: Limits, problems: &mut Problems) -> Option<GraphModel> {
    let Some(file) = value.as_object() else {
        problems.error("the file", "must be a JSON object", "see the schema gmcr-case/1");
        return None;
    };
    match file.get("schema").and_then(Value::as_str) {
        Some(SCHEMA) => {}
        Some(other) => problems.error("schema", format!("\"{other}\" is not {SCHEMA}"), ""),
        None => problems.error("schema", "is missing", format!("write \"schema\": \"{SCHEMA}\"")),
    }
    warn_of_strangers(file, problems);
    let mut parts = Assembly {
        id: text_of(file, "id").unwrap_or_default(),
        title: text_of(file, "title").unwrap_or_default(),
        source: text_of(file, "source").unwrap_or_default(),
        ..Assembly::default()
    };
    parts.parties = parties(file, problems);
    let party_places = places(parts.parties.iter().map(|party| party.id.as_str()));
    parts.issues = issues(file, &party_places, problems);
    parts.rules = rules(file, &parts.issues, problems);
    parts.blocked = blocked(file, &parts, problems);
    let by_hand = file.contains_key("graph");
    parts.listed = listed_states(file, &parts.issues, by_hand, problems);
    if problems.any_error() {
        return None;
    }
    let states = parts.states(limits, problems)?;
    let names = Names::new(&parts, &states);
    let today = match file.get("status_quo") {
        None | Some(Value::Null) => None,
        Some(value) => names.state(value, "status_quo", problems),
    };
    let preferences = names.preferences(file, limits, problems);
    let graph = by_hand.then(|| graph(file, &names, problems));
    let attitudes = attitudes(file, &names, problems);
    let misperceptions = misperceptions(file, &names, limits, problems);
    if problems.any_error() {
        return None;
    }
    let mut model = parts
        .clone()
        .model(states.clone(), preferences, today, limits, problems)?;
    if let Some(arcs) = graph {
        model = model.with_moves(arcs);
    }
    if let Some(attitudes) = attitudes {
        model = model.with_attitudes(attitudes);
    }
    Some(model.with_misperceptions(misperceptions))
}

fn warn_of_strangers(file: &Map<String, Value>, problems: &mut Problems) {
    for key in file.keys() {
        let answer = ["expected_", "computed_", "published_"]
            .iter()
            .any(|start| key.starts_with(start));
        if !answer && !KEYS.contains(&key.as_str()) {
            problems.warn(
                key,
                "is not a key of the schema; it is ignored",
                nearest(key, KEYS.into_iter()),
            );
        }
    }
}

/// Where each id stands.
pub(super) fn places<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    ids.enumerate().map(|(place, id)| (id, place)).collect()
}

fn text_of(object: &Map<String, Value>, key: &str) -> Option<String> {
    object.get(key).and_then(Value::as_str).map(str::to_owned)
}

/// The list under a key; nothing where the key is absent, an error where it is no list.
fn list<'a>(object: &'a Map<String, Value>, key: &str, problems: &mut Problems) -> &'a [Value] {
    match object.get(key) {
        None | Some(Value::Null) => &[],
        Some(Value::Array(items)) => items,
        Some(_) => {
            problems.error(key, "must be a list", "");
            &[]
        }
    }
}

fn parties(file: &Map<String, Value>, problems: &mut Problems) -> Vec<Party> {
    let mut parties: Vec<Party> = Vec::new();
    for (place, item) in list(file, "decision_makers", problems).iter().enumerate() {
        let place = format!("decision_makers[{place}]");
        let id = match item {
            Value::String(id) => Some(id.clone()),
            Value::Object(object) => text_of(object, "id"),
            _ => None,
        };
        let Some(id) = id else {
            problems.error(place, "has no id", "write { \"id\": …, \"name\": … }");
            continue;
        };
        if parties.iter().any(|party| party.id == id) {
            problems.error(place, format!("the id \"{id}\" is used twice"), "rename one");
            continue;
        }
        let name = item.as_object().and_then(|object| text_of(object, "name"));
        let name = name.unwrap_or_else(|| id.clone());
        parties.push(Party { id, name });
    }
    match parties.len() {
        0 => problems.error(
            "decision_makers",
            "nobody decides anything here",
            "name at least one party",
        ),
        1..=64 => {}
        many => problems.error(
            "decision_makers",
            format!("{many} parties"),
            "at most 64 are read",
        ),
    }
    parties
}

fn issues(file: &Map<String, Value>, parties: &HashMap<&str, usize>, problems: &mut Problems) -> Vec<Issue> {
    let mut issues: Vec<Issue> = Vec::new();
    for (place, item) in list(file, "options", problems).iter().enumerate() {
        let place = format!("options[{place}]");
        let Some(object) = item.as_object() else {
            problems.error(place, "must be an object", "write { \"id\": …, \"owner\": … }");
            continue;
        };
        let Some(id) = text_of(object, "id") else {
            problems.error(place, "has no id", "");
            continue;
        };
        if issues.iter().any(|issue| issue.id == id) {
            problems.error(&place, format!("the id \"{id}\" is used twice"), "rename one");
        }
        let levels = levels(object, &place, problems);
        issues.push(Issue {
            name: text_of(object, "name").unwrap_or_else(|| id.clone()),
            owners: owners(object, parties, &place, problems),
            movement: movement(object, &place, problems),
            levels,
            id,
        });
    }
    issues
}

fn owners(
    object: &Map<String, Value>,
    parties: &HashMap<&str, usize>,
    place: &str,
    problems: &mut Problems,
) -> Vec<PartyId> {
    let value = object.get("owner").or_else(|| object.get("owners"));
    let named: Vec<&str> = match value {
        Some(Value::String(owner)) => vec![owner],
        Some(Value::Array(owners)) => owners.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    if named.is_empty() {
        problems.error(
            place,
            "has no owner",
            "write \"owner\": a party, or \"owners\": a list of parties",
        );
    }
    let mut owners = Vec::new();
    for name in named {
        match parties.get(name) {
            Some(party) => owners.push(PartyId::at(*party)),
            None => {
                let hint = nearest(name, parties.keys().copied());
                problems.error(place, format!("the owner \"{name}\" is not a party"), hint);
            }
        }
    }
    owners
}

fn levels(object: &Map<String, Value>, place: &str, problems: &mut Problems) -> Vec<String> {
    let names: Vec<String> = match object.get("levels") {
        None | Some(Value::Null) => vec!["no".to_owned(), "yes".to_owned()],
        Some(Value::Number(count)) => (0..count.as_u64().unwrap_or(0).min(300))
            .map(|level| level.to_string())
            .collect(),
        Some(Value::Array(names)) => names
            .iter()
            .map(|name| name.as_str().map_or_else(|| name.to_string(), str::to_owned))
            .collect(),
        Some(_) => Vec::new(),
    };
    if !(2..=255).contains(&names.len()) {
        let reason = "an option has between 2 and 255 levels";
        problems.error(
            format!("{place}.levels"),
            reason,
            "give a number of levels or a list of names",
        );
        return vec!["no".to_owned(), "yes".to_owned()];
    }
    names
}

fn movement(object: &Map<String, Value>, place: &str, problems: &mut Problems) -> Movement {
    let mut movement = match object.get("moves").map(|value| value.as_str().unwrap_or("?")) {
        None | Some("both") => Movement::FREE,
        Some("forward_only") => Movement::FORWARD,
        Some("backward_only") => Movement::BACKWARD,
        Some("fixed" | "none") => Movement::FIXED,
        Some(word) => {
            let known = ["both", "forward_only", "backward_only", "fixed"];
            let hint = format!("one of {}", known.join(", "));
            problems.error(
                format!("{place}.moves"),
                format!("\"{word}\" is not a movement"),
                hint,
            );
            Movement::FREE
        }
    };
    for (key, speed) in [("up", &mut movement.up), ("down", &mut movement.down)] {
        match object.get(key).map(Value::as_u64) {
            None => {}
            Some(Some(0)) => *speed = Speed::Never,
            Some(Some(most)) => *speed = u8::try_from(most).map_or(Speed::Any, Speed::Levels),
            Some(None) => problems.error(format!("{place}.{key}"), "must be a number of levels", ""),
        }
    }
    movement
}

/// A level as written: a number, true or false, or the name of a level.
pub(super) fn level(issue: &Issue, value: &Value) -> Option<u8> {
    let number = match value {
        Value::Bool(taken) => usize::from(*taken),
        Value::Number(number) => usize::try_from(number.as_u64()?).ok()?,
        Value::String(name) => issue.levels.iter().position(|level| level == name)?,
        _ => return None,
    };
    (number < issue.levels.len()).then_some(number as u8)
}

/// `{ "option": level or [levels], … }`: every one of them at once.
pub(super) fn literals(
    value: &Value,
    issues: &[Issue],
    place: &str,
    problems: &mut Problems,
) -> Vec<Literal> {
    let Some(object) = value.as_object() else {
        problems.error(
            place,
            "must be an object of option levels",
            "write { \"option\": 0 or 1 }",
        );
        return Vec::new();
    };
    let mut found = Vec::new();
    for (key, value) in object {
        let Some(issue) = issues.iter().position(|issue| issue.id == *key) else {
            let hint = nearest(key, issues.iter().map(|issue| issue.id.as_str()));
            problems.error(place, format!("\"{key}\" is not an option"), hint);
            continue;
        };
        let wanted: Option<Vec<u8>> = match value {
            Value::Array(values) => values.iter().map(|value| level(&issues[issue], value)).collect(),
            single => level(&issues[issue], single).map(|level| vec![level]),
        };
        match wanted {
            Some(wanted) => found.push((issue, wanted)),
            None => {
                let most = issues[issue].levels.len() - 1;
                problems.error(
                    place,
                    format!("{value} is not a level of \"{key}\""),
                    format!("0 to {most}"),
                );
            }
        }
    }
    found
}

fn rules(file: &Map<String, Value>, issues: &[Issue], problems: &mut Problems) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (place, item) in list(file, "infeasible", problems).iter().enumerate() {
        let place = format!("infeasible[{place}]");
        let when = literals(item.get("when").unwrap_or(item), issues, &place, problems);
        if when.is_empty() {
            problems.error(
                place,
                "rules nothing out",
                "write { \"when\": { \"option\": 1, … } }",
            );
            continue;
        }
        rules.push(Rule { when });
    }
    rules
}

fn blocked(file: &Map<String, Value>, parts: &Assembly, problems: &mut Problems) -> Vec<Blocked> {
    let mut patterns = Vec::new();
    for (place, item) in list(file, "blocked_moves", problems).iter().enumerate() {
        let place = format!("blocked_moves[{place}]");
        let mut pattern = |key: &str| match item.get(key) {
            None => Vec::new(),
            Some(value) => literals(value, &parts.issues, &format!("{place}.{key}"), problems),
        };
        let (from, to) = (pattern("from"), pattern("to"));
        let party = match item.get("by").and_then(Value::as_str) {
            None => None,
            Some(by) => {
                let known = parts.parties.iter().position(|party| party.id == by);
                if known.is_none() {
                    let hint = nearest(by, parts.parties.iter().map(|party| party.id.as_str()));
                    problems.error(&place, format!("\"{by}\" is not a party"), hint);
                }
                known.map(PartyId::at)
            }
        };
        if from.is_empty() && to.is_empty() {
            problems.error(place, "blocks every move", "say from which levels to which");
            continue;
        }
        patterns.push(Blocked { party, from, to });
    }
    patterns
}

fn listed_states(
    file: &Map<String, Value>,
    issues: &[Issue],
    by_hand: bool,
    problems: &mut Problems,
) -> Option<Vec<StateEntry>> {
    if !file.contains_key("states") {
        if by_hand {
            problems.error("states", "is missing", "moves by hand need a list of states");
        }
        return None;
    }
    let mut entries = Vec::new();
    for (place, item) in list(file, "states", problems).iter().enumerate() {
        let place = format!("states[{place}]");
        let Some(object) = item.as_object() else {
            problems.error(
                place,
                "must be an object",
                "write { \"id\": …, \"vector\": [ … ] }",
            );
            continue;
        };
        let Some(id) = text_of(object, "id") else {
            problems.error(place, "has no id", "");
            continue;
        };
        let mut vectors = Vec::new();
        if let Some(value) = object.get("vector") {
            vectors.extend(vector(value, issues, &format!("{place}.vector"), problems));
        } else if !by_hand {
            problems.error(&place, "has no vector", "write one level for each option");
        }
        for (member, value) in list(object, "members", problems).iter().enumerate() {
            let found = vector(value, issues, &format!("{place}.members[{member}]"), problems);
            vectors.extend(found.filter(|found| !vectors.contains(found)));
        }
        let name = text_of(object, "name");
        entries.push(StateEntry { id, name, vectors });
    }
    if entries.is_empty() {
        problems.error(
            "states",
            "lists no state",
            "leave the key out to have all feasible states",
        );
    }
    Some(entries)
}

fn vector(value: &Value, issues: &[Issue], place: &str, problems: &mut Problems) -> Option<Vec<u8>> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.len() != issues.len() {
        let reason = format!("has {} levels for {} options", items.len(), issues.len());
        problems.error(place, reason, "give one level for each option, in their order");
        return None;
    }
    let levels: Option<Vec<u8>> = items
        .iter()
        .zip(issues)
        .map(|(item, issue)| level(issue, item))
        .collect();
    if levels.is_none() {
        problems.error(
            place,
            "holds something that is not a level of its option",
            "levels count from 0",
        );
    }
    levels
}

fn graph(file: &Map<String, Value>, names: &Names<'_>, problems: &mut Problems) -> Vec<Arcs> {
    let empty = Map::new();
    let by_party = file.get("graph").and_then(Value::as_object).unwrap_or(&empty);
    names.warn_of_unknown_parties(by_party, "graph", problems);
    let mut all = Vec::new();
    for party in &names.parts.parties {
        let mut arcs = Vec::new();
        for (place, pair) in list(by_party, &party.id, problems).iter().enumerate() {
            let place = format!("graph.{}[{place}]", party.id);
            let Some([from, to]) = pair.as_array().map(Vec::as_slice) else {
                problems.error(place, "must be a pair of states", "write [from, to]");
                continue;
            };
            let (from, to) = (
                names.state(from, &place, problems),
                names.state(to, &place, problems),
            );
            if let (Some(from), Some(to)) = (from, to) {
                arcs.push((from, to));
            }
        }
        all.push(Arcs::collect(names.states.count(), arcs));
    }
    all
}

fn attitudes(
    file: &Map<String, Value>,
    names: &Names<'_>,
    problems: &mut Problems,
) -> Option<Vec<Vec<Attitude>>> {
    let given = file.get("attitudes")?.as_object()?;
    names.warn_of_unknown_parties(given, "attitudes", problems);
    let count = names.parts.parties.len();
    let mut table = vec![vec![Attitude::Indifferent; count]; count];
    for (i, party) in names.parts.parties.iter().enumerate() {
        table[i][i] = Attitude::Positive;
        let Some(row) = given.get(&party.id).and_then(Value::as_object) else {
            continue;
        };
        names.warn_of_unknown_parties(row, &format!("attitudes.{}", party.id), problems);
        for (j, other) in names.parts.parties.iter().enumerate() {
            table[i][j] = match row.get(&other.id).map(|value| value.as_str().unwrap_or("?")) {
                None => continue,
                Some("+" | "positive") => Attitude::Positive,
                Some("0" | "indifferent") => Attitude::Indifferent,
                Some("-" | "negative") => Attitude::Negative,
                Some(word) => {
                    let place = format!("attitudes.{}.{}", party.id, other.id);
                    problems.error(place, format!("\"{word}\" is not an attitude"), "one of +, 0, -");
                    continue;
                }
            };
        }
    }
    Some(table)
}

fn misperceptions(
    file: &Map<String, Value>,
    names: &Names<'_>,
    limits: Limits,
    problems: &mut Problems,
) -> Vec<Misperception> {
    let empty = Map::new();
    let given = file
        .get("misperceptions")
        .and_then(Value::as_object)
        .unwrap_or(&empty);
    names.warn_of_unknown_parties(given, "misperceptions", problems);
    let mut views = Vec::new();
    for (i, party) in names.parts.parties.iter().enumerate() {
        let Some(view) = given.get(&party.id).and_then(Value::as_object) else {
            continue;
        };
        let place = format!("misperceptions.{}", party.id);
        let unseen = list(view, "unseen", problems).iter();
        let unseen = unseen
            .filter_map(|value| names.state(value, &place, problems))
            .collect();
        let ascribed = names.ascribed(view, &place, limits, problems);
        views.push(Misperception {
            party: PartyId::at(i),
            unseen,
            ascribed,
        });
    }
    views
}
