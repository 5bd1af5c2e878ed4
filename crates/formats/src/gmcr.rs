//! `.gmcr` files, the JSON save files of GMCR+ (gmcr-py), in and out.
//!
//! `options` is a list of `name` and `permittedDirection` (`both`, `fwd`, `back`); `decisionMakers` a list of
//! `name`, `options` (their places), `preferences` (statements, most important first: each a list of
//! `[option, "Y" or "N"]` that must all hold, or `{ "compound": true, "members": [...] }`, of which one must)
//! and, where `useManualPreferenceRanking` is set, `preferenceRanking`: states, best first, ties as lists.
//! `infeasibles` are lists of the first kind. States are numbered from 1 in the order of their codes, the first
//! option counting least; the receiving program keeps options with their owners, so options are written in the order of
//! the parties that own them. Older files say `useManualPreferenceVectors` and `preferenceVector`.

use detente_conflict::{
    Assembly, GraphModel, Issue, IssueId, Limits, Literal, Movement, Party, PartyId, Preference, Priority,
    Problem, Problems, Ranking, Rule, StateId, Statement, States, json_of, prioritised,
};
use serde_json::{Map, Value, json};

/// Reads a `.gmcr` file: the conflict, if there was no error, and every finding. No bytes make it panic.
#[must_use]
pub fn read(bytes: &[u8], limits: Limits) -> (Option<GraphModel>, Vec<Problem>) {
    let mut problems = Problems::default();
    let model = match json_of(bytes, &mut problems) {
        Some(Value::Object(file)) => import(&file, limits, &mut problems),
        Some(_) => {
            problems.error("the file", "is not a JSON object", "");
            None
        }
        None => None,
    };
    let model = if problems.any_error() { None } else { model };
    (model, problems.into_found())
}

const NOTHING: &[Value] = &[];

fn list<'a>(object: &'a Map<String, Value>, key: &str) -> &'a [Value] {
    object
        .get(key)
        .and_then(Value::as_array)
        .map_or(NOTHING, Vec::as_slice)
}

fn import(file: &Map<String, Value>, limits: Limits, problems: &mut Problems) -> Option<GraphModel> {
    let mut parts = Assembly {
        id: "imported".to_owned(),
        title: file
            .get("title")
            .and_then(Value::as_str)
            .unwrap_or("Imported from a .gmcr file")
            .to_owned(),
        source: "a .gmcr file".to_owned(),
        ..Assembly::default()
    };
    let makers = list(file, "decisionMakers");
    if makers.is_empty() || makers.len() > 64 {
        problems.error(
            "decisionMakers",
            format!("{} decision makers", makers.len()),
            "between 1 and 64 are read",
        );
        return None;
    }
    parts.parties = parties(makers);
    parts.issues = issues(list(file, "options"), makers, problems);
    for (place, rule) in list(file, "infeasibles").iter().enumerate() {
        let place = format!("infeasibles[{place}]");
        let when = literals(rule, parts.issues.len(), &place, problems);
        if !when.is_empty() {
            parts.rules.push(Rule { when });
        }
    }
    for key in ["coalitions", "misperceptions"] {
        if list(file, key).iter().any(Value::is_array) {
            problems.warn(
                key,
                "not read",
                "parties that act as one are analysed as coalitions",
            );
        }
    }
    if problems.any_error() {
        return None;
    }
    let states = parts.states(limits, problems)?;
    let manual = ["useManualPreferenceRanking", "useManualPreferenceVectors"];
    let manual = manual
        .iter()
        .any(|key| file.get(*key).and_then(Value::as_bool) == Some(true));
    let mut preferences = Vec::new();
    for (place, maker) in makers.iter().enumerate() {
        let place = format!("decisionMakers[{place}]");
        preferences.extend(preference(maker, manual, &parts, &states, &place, problems));
    }
    if problems.any_error() || preferences.len() != makers.len() {
        return None;
    }
    parts.model(states, preferences, None, limits, problems)
}

fn parties(makers: &[Value]) -> Vec<Party> {
    let mut parties: Vec<Party> = Vec::new();
    for (place, maker) in makers.iter().enumerate() {
        let name = maker.get("name").and_then(Value::as_str).unwrap_or("").trim();
        let name = if name.is_empty() {
            format!("party {}", place + 1)
        } else {
            name.to_owned()
        };
        let taken = parties.iter().any(|party| party.id == name);
        let id = if taken {
            format!("{name} {}", place + 1)
        } else {
            name.clone()
        };
        parties.push(Party { id, name });
    }
    parties
}

fn issues(options: &[Value], makers: &[Value], problems: &mut Problems) -> Vec<Issue> {
    let mut issues: Vec<Issue> = Vec::new();
    for (place, option) in options.iter().enumerate() {
        let name = option
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or("")
            .trim()
            .to_owned();
        let owns = |maker: &&Value| {
            let mine = maker
                .get("options")
                .and_then(Value::as_array)
                .map_or(NOTHING, Vec::as_slice);
            mine.iter().any(|index| number(index) == Some(place))
        };
        let owners = makers.iter().enumerate().filter(|(_, maker)| owns(maker));
        let owners: Vec<PartyId> = owners.map(|(party, _)| PartyId::at(party)).collect();
        let at = format!("options[{place}]");
        if owners.is_empty() {
            problems.warn(&at, format!("\"{name}\" belongs to nobody"), "it never changes");
        }
        let movement = match option.get("permittedDirection").and_then(Value::as_str) {
            Some("both") => Movement::FREE,
            Some("fwd") => Movement::FORWARD,
            Some("back") => Movement::BACKWARD,
            other => {
                let shown = other.unwrap_or("nothing");
                problems.warn(
                    &at,
                    format!("permittedDirection is \"{shown}\""),
                    "read as both ways",
                );
                Movement::FREE
            }
        };
        issues.push(Issue {
            id: format!("o{}", place + 1),
            name: if name.is_empty() {
                format!("option {}", place + 1)
            } else {
                name
            },
            owners,
            levels: vec!["no".to_owned(), "yes".to_owned()],
            movement,
        });
    }
    issues
}

fn number(value: &Value) -> Option<usize> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    usize::try_from(number).ok()
}

fn literals(value: &Value, options: usize, place: &str, problems: &mut Problems) -> Vec<Literal> {
    let mut found = Vec::new();
    for pair in value.as_array().map_or(NOTHING, Vec::as_slice) {
        let read = pair.as_array().and_then(|pair| match pair.as_slice() {
            [option, taken] => {
                let level = match taken.as_str()? {
                    "Y" => 1,
                    "N" => 0,
                    _ => return None,
                };
                Some((number(option).filter(|option| *option < options)?, vec![level]))
            }
            _ => None,
        });
        match read {
            Some(literal) => found.push(literal),
            None => problems.error(place, format!("{pair} is no [option, \"Y\" or \"N\"]"), ""),
        }
    }
    if found.is_empty() {
        problems.error(place, "says nothing", "a list of [option, \"Y\" or \"N\"]");
    }
    found
}

fn preference(
    maker: &Value,
    manual: bool,
    parts: &Assembly,
    states: &States,
    place: &str,
    problems: &mut Problems,
) -> Option<Preference> {
    let object = maker.as_object()?;
    if list(object, "misperceptions")
        .iter()
        .any(|entry| !entry.is_null())
    {
        problems.warn(
            format!("{place}.misperceptions"),
            "not read",
            "say in the case what the party does not see",
        );
    }
    let key = if object.contains_key("preferenceRanking") {
        "preferenceRanking"
    } else {
        "preferenceVector"
    };
    if manual && object.contains_key(key) {
        return ranked(list(object, key), states, &format!("{place}.{key}"), problems);
    }
    let mut priorities = Vec::new();
    for (position, statement) in list(object, "preferences").iter().enumerate() {
        let place = format!("{place}.preferences[{position}]");
        let mut all = |value: &Value| {
            let at = |(issue, levels): Literal| Statement::At(IssueId::at(issue), levels);
            let found = literals(value, parts.issues.len(), &place, problems);
            Statement::All(found.into_iter().map(at).collect())
        };
        let read = match statement.get("members").and_then(Value::as_array) {
            Some(members) => Statement::Any(members.iter().map(&mut all).collect()),
            None => all(statement),
        };
        priorities.push(Priority {
            statement: read,
            text: statement.to_string(),
            strong: false,
            unknown: false,
        });
    }
    if priorities.is_empty() {
        problems.warn(
            place,
            "says no preference",
            "read as indifferent between all states",
        );
    }
    prioritised(states, &priorities, usize::MAX)
}

fn ranked(items: &[Value], states: &States, place: &str, problems: &mut Problems) -> Option<Preference> {
    let mut groups = Vec::new();
    for item in items {
        let tied = item.as_array().map_or(std::slice::from_ref(item), Vec::as_slice);
        let mut group = Vec::new();
        for value in tied {
            match number(value).filter(|number| (1..=states.count()).contains(number)) {
                Some(number) => group.push(StateId::at(number - 1)),
                None => problems.error(
                    place,
                    format!("{value} is not a state"),
                    format!("1 to {}", states.count()),
                ),
            }
        }
        groups.push(group);
    }
    groups.retain(|group| !group.is_empty());
    let ranking = Ranking::from_groups(states.count(), &groups, &[]);
    if ranking.is_none() {
        problems.error(
            place,
            "does not rank every state once",
            format!("{} states", states.count()),
        );
    }
    ranking.map(Preference::Ranked)
}

/// Writes a conflict as a `.gmcr` file, with what was lost.
///
/// # Errors
/// What keeps the conflict from being written at all: options with more than two levels.
pub fn write(model: &GraphModel) -> Result<(String, Vec<Problem>), Vec<Problem>> {
    let mut problems = Problems::default();
    for issue in model.issues().iter().filter(|issue| issue.levels.len() > 2) {
        let reason = format!(
            "\"{}\" has {} levels; the format has yes and no",
            issue.name,
            issue.levels.len()
        );
        problems.error(
            format!("options.{}", issue.id),
            reason,
            "split it into options that exclude each other",
        );
    }
    if model.issues().is_empty() {
        problems.error("options", "there are none; the format needs them", "");
    }
    if problems.any_error() {
        return Err(problems.into_found());
    }
    tell_losses(model, &mut problems);
    let order = by_owner(model);
    // Every vector, in the order of its code with the options as written, the last counting most: the numbers that the
    // format gives to states.
    let mut vectors: Vec<(Vec<u8>, StateId)> = Vec::new();
    for state in model.states().iter() {
        for member in model.states().members(state) {
            let code = order.iter().rev().map(|issue| member[*issue]).collect();
            vectors.push((code, state));
        }
    }
    vectors.sort_unstable();
    let makers: Vec<Value> = model
        .party_ids()
        .map(|party| maker(model, party, &order, &vectors))
        .collect();
    let options = order.iter().map(|issue| &model.issues()[*issue]).map(|issue| {
        let direction = match issue.movement.word() {
            "forward_only" => "fwd",
            "backward_only" => "back",
            _ => "both",
        };
        json!({ "name": issue.name, "permittedDirection": direction })
    });
    let file = json!({
        "program": "gmcr-py",
        "version": "0.4.1",
        "title": model.title(),
        "useManualPreferenceRanking": true,
        "options": options.collect::<Vec<_>>(),
        "decisionMakers": makers,
        "coalitions": (0..model.parties().len()).collect::<Vec<_>>(),
        "infeasibles": infeasibles(model, &order, &mut problems),
    });
    Ok((file.to_string(), problems.into_found()))
}

/// The issues in the order in which they are written: those of the first party, then those of the second and so on; an
/// issue of several parties stands with the first of them, one of nobody at the end.
fn by_owner(model: &GraphModel) -> Vec<usize> {
    let mut order: Vec<usize> = (0..model.issues().len()).collect();
    order.sort_by_key(|issue| {
        let owners = model.issues()[*issue].owners.iter();
        owners.map(|owner| owner.index()).min().unwrap_or(usize::MAX)
    });
    order
}

fn tell_losses(model: &GraphModel, problems: &mut Problems) {
    if model.states().any_merged() {
        problems.warn(
            "states",
            "merged states are written as separate states",
            "they tie in every ranking",
        );
    }
    if model.moves_by_hand() || !model.blocked().is_empty() {
        problems.warn(
            "moves",
            "single moves and patterns are lost",
            "the format knows directions of options only",
        );
    }
    for issue in model.issues() {
        if matches!(issue.movement.word(), "fixed" | "stepwise") {
            let reason = format!(
                "\"{}\" moves {}; written as both ways",
                issue.name,
                issue.movement.word()
            );
            problems.warn(format!("options.{}", issue.id), reason, "");
        }
        if issue.owners.len() > 1 {
            let reason = format!("\"{}\" belongs to several parties", issue.name);
            problems.warn(
                format!("options.{}", issue.id),
                reason,
                "other programs may expect one",
            );
        }
    }
    for party in model.party_ids() {
        let preference = model.preference(party);
        let place = format!("preferences.{}", model.party(party).id);
        if preference.has_strength() {
            problems.warn(&place, "which preferences are strong is lost", "");
        }
        if preference.ranking().is_none() {
            problems.warn(
                &place,
                "unknown or intransitive preferences are lost",
                "all states are written as tied",
            );
        }
    }
    for (named, lost) in [
        (model.today().is_some(), "today's state"),
        (model.attitudes().is_some(), "attitudes"),
        (!model.misperceptions().is_empty(), "misperceptions"),
    ] {
        if named {
            problems.warn(
                "the conflict",
                format!("{lost} is lost"),
                "the format has no place for it",
            );
        }
    }
}

fn maker(model: &GraphModel, party: PartyId, order: &[usize], vectors: &[(Vec<u8>, StateId)]) -> Value {
    let options: Vec<usize> = (0..order.len())
        .filter(|place| model.issues()[order[*place]].owners.contains(&party))
        .collect();
    let groups = match model.preference(party).ranking() {
        Some(ranking) => ranking.groups(),
        None => vec![model.states().iter().collect()],
    };
    let numbers = |group: &Vec<StateId>| -> Value {
        let places = vectors
            .iter()
            .enumerate()
            .filter(|(_, (_, state))| group.contains(state));
        let numbers: Vec<usize> = places.map(|(place, _)| place + 1).collect();
        match numbers.as_slice() {
            [single] => json!(single),
            tied => json!(tied),
        }
    };
    json!({
        "name": model.party(party).name,
        "options": options,
        "preferences": [],
        "preferenceRanking": groups.iter().map(numbers).collect::<Vec<_>>(),
    })
}

/// The rules, and one more for every vector that is no state although no rule excludes it.
fn infeasibles(model: &GraphModel, order: &[usize], problems: &mut Problems) -> Vec<Value> {
    let place = |issue: usize| {
        order
            .iter()
            .position(|written| *written == issue)
            .unwrap_or(issue)
    };
    let sign = |level: u8| if level == 0 { "N" } else { "Y" };
    let mut all = Vec::new();
    for rule in model.rules() {
        let certain = rule.when.iter().filter(|(_, levels)| levels.len() == 1);
        let pairs: Vec<Value> = certain
            .map(|(issue, levels)| json!([place(*issue), sign(levels[0])]))
            .collect();
        all.push(Value::Array(pairs));
    }
    let grid = model.states().grid().clone();
    let excluded = |levels: &[u8]| model.rules().iter().any(|rule| rule.excludes(levels));
    match States::generate(grid, 1 << 20, |levels| !excluded(levels)) {
        None => problems.warn(
            "infeasibles",
            "too many combinations to name those left out by hand",
            "",
        ),
        Some(allowed) => {
            for state in allowed.iter() {
                let vector = allowed.vector(state);
                if model.states().find(vector).is_none() {
                    let pairs = vector
                        .iter()
                        .enumerate()
                        .map(|(issue, level)| json!([place(issue), sign(*level)]));
                    all.push(pairs.collect());
                }
            }
        }
    }
    all
}
