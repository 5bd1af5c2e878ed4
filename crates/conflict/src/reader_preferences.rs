//! Preferences as the schema `gmcr-case/1` writes them.
//!
//! `preferences.X` is a list of states, best first, a list within the list being a tie and the word `">>"`
//! between two entries a strong gap; or an object: `{ "priorities": [statement, …] }`, most important first,
//! or `{ "weights": { option: number or one a level } }`, or `{ "pairs": … }` as in `partial_preferences`. A statement is an object of option levels (all of
//! them at once), or `{ "not": … }`, `{ "all": […] }`, `{ "any": […] }`, `{ "if": …, "then": … }`,
//! `{ "iff": […, …] }`; `{ "statement": …, "strong": true }` and `"unknown": true` qualify it.
//! `partial_preferences.X` lists chains under `strict`, `strong`, `indifferent` and `unknown` (each chain best
//! first, every pair in it compared) over `everything_else`: `unknown` (the default) or `indifferent`; where
//! the party also stands under `preferences`, the chains change that ranking.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::reader::{level, literals, places};
use super::{
    Assembly, Comparison, IssueId, Limits, PartyId, Preference, Priority, Problems, Ranking, Relation,
    StateId, Statement, States, nearest, prioritised, weighted,
};
use detente_base::number::{Exact, parse_exact};

/// The names of a conflict that a file may refer to.
pub(super) struct Names<'a> {
    pub(super) parts: &'a Assembly,
    pub(super) states: &'a States,
    listed: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    pub(super) fn new(parts: &'a Assembly, states: &'a States) -> Self {
        let entries = parts.listed.as_deref().unwrap_or_default();
        let listed = places(entries.iter().map(|entry| entry.id.as_str()));
        Self {
            parts,
            states,
            listed,
        }
    }

    /// A state by its short name, or by its vector.
    pub(super) fn state(&self, value: &Value, place: &str, problems: &mut Problems) -> Option<StateId> {
        let found = match value {
            Value::String(id) => match self.listed.get(id.as_str()) {
                Some(listed) => Some(StateId::at(*listed)),
                None if self.parts.listed.is_none() => self.states.by_id(id),
                None => None,
            },
            Value::Array(items) if items.len() == self.parts.issues.len() => {
                let levels = items.iter().zip(&self.parts.issues);
                let vector: Option<Vec<u8>> = levels.map(|(item, issue)| level(issue, item)).collect();
                vector.and_then(|vector| self.states.find(&vector))
            }
            _ => None,
        };
        if found.is_none() {
            let hint = match value.as_str() {
                Some(id) => nearest(id, self.listed.keys().copied()),
                None => "name a state by its id".to_owned(),
            };
            problems.error(place, format!("{value} is not a state"), hint);
        }
        found
    }

    pub(super) fn warn_of_unknown_parties(
        &self,
        by_party: &Map<String, Value>,
        place: &str,
        problems: &mut Problems,
    ) {
        let known = || self.parts.parties.iter().map(|party| party.id.as_str());
        for key in by_party.keys() {
            if !known().any(|id| id == key) {
                problems.error(format!("{place}.{key}"), "is not a party", nearest(key, known()));
            }
        }
    }

    /// One preference a party, or an error for each that has none.
    pub(super) fn preferences(
        &self,
        file: &Map<String, Value>,
        limits: Limits,
        problems: &mut Problems,
    ) -> Vec<Preference> {
        let empty = Map::new();
        let full = file
            .get("preferences")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        let partial = file
            .get("partial_preferences")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        self.warn_of_unknown_parties(full, "preferences", problems);
        self.warn_of_unknown_parties(partial, "partial_preferences", problems);
        let mut found = Vec::new();
        for party in &self.parts.parties {
            let place = format!("preferences.{}", party.id);
            let base = full
                .get(&party.id)
                .map(|value| self.preference(value, &place, limits, problems));
            let preference = match (base, partial.get(&party.id)) {
                (base, Some(value)) => {
                    let place = format!("partial_preferences.{}", party.id);
                    self.partial(value, base.flatten().as_ref(), &place, limits, problems)
                }
                (Some(base), None) => base,
                (None, None) => {
                    let hint = "list its states best first; one list within the list if it does not care";
                    problems.error(place, "this party has no preference", hint);
                    None
                }
            };
            found.extend(preference);
        }
        found
    }

    /// The preferences that a misperceiving party ascribes to others.
    pub(super) fn ascribed(
        &self,
        view: &Map<String, Value>,
        place: &str,
        limits: Limits,
        problems: &mut Problems,
    ) -> Vec<(PartyId, Preference)> {
        let empty = Map::new();
        let given = view
            .get("preferences")
            .and_then(Value::as_object)
            .unwrap_or(&empty);
        self.warn_of_unknown_parties(given, &format!("{place}.preferences"), problems);
        let mut found = Vec::new();
        for (i, party) in self.parts.parties.iter().enumerate() {
            if let Some(value) = given.get(&party.id) {
                let place = format!("{place}.preferences.{}", party.id);
                let preference = self.preference(value, &place, limits, problems);
                found.extend(preference.map(|preference| (PartyId::at(i), preference)));
            }
        }
        found
    }

    fn preference(
        &self,
        value: &Value,
        place: &str,
        limits: Limits,
        problems: &mut Problems,
    ) -> Option<Preference> {
        match value {
            Value::Array(items) => self.ranked(items, place, problems),
            Value::Object(object) => {
                if let Some(items) = object.get("ranking").and_then(Value::as_array) {
                    self.ranked(items, place, problems)
                } else if let Some(items) = object.get("priorities").and_then(Value::as_array) {
                    self.by_priorities(items, place, limits, problems)
                } else if let Some(weights) = object.get("weights").and_then(Value::as_object) {
                    self.by_weights(weights, place, problems)
                } else if let Some(pairs) = object.get("pairs") {
                    self.partial(pairs, None, place, limits, problems)
                } else {
                    let hint = "use ranking, priorities, weights or pairs";
                    problems.error(place, "says no preference", hint);
                    None
                }
            }
            _ => {
                problems.error(
                    place,
                    "must be a list of states or an object",
                    "list the states best first",
                );
                None
            }
        }
    }

    fn ranked(&self, items: &[Value], place: &str, problems: &mut Problems) -> Option<Preference> {
        let mut groups: Vec<Vec<StateId>> = Vec::new();
        let mut strong = Vec::new();
        let mut seen = vec![false; self.states.count()];
        let mut sound = true;
        for (position, item) in items.iter().enumerate() {
            let place = format!("{place}[{position}]");
            if item.as_str() == Some(">>") && !groups.is_empty() {
                if let Some(last) = strong.last_mut() {
                    *last = true;
                }
                continue;
            }
            let is_tie = |tied: &Vec<Value>| tied.iter().any(|one| one.is_string() || one.is_array());
            let tied: Vec<&Value> = match item {
                Value::Array(tied) if is_tie(tied) => tied.iter().collect(),
                single => vec![single],
            };
            let mut group = Vec::new();
            for value in tied {
                let Some(state) = self.state(value, &place, problems) else {
                    sound = false;
                    continue;
                };
                if std::mem::replace(&mut seen[state.index()], true) {
                    problems.error(
                        &place,
                        format!("{value} is ranked twice"),
                        "keep one of the two places",
                    );
                    sound = false;
                }
                group.push(state);
            }
            groups.push(group);
            strong.push(false);
        }
        let missing: Vec<String> = self
            .states
            .iter()
            .filter(|state| !seen[state.index()])
            .map(|state| self.states.id(state))
            .collect();
        if sound && !missing.is_empty() {
            let shown = missing.iter().take(8).cloned().collect::<Vec<_>>().join(", ");
            let reason = format!("{} states are not ranked: {shown}", missing.len());
            problems.error(
                place,
                reason,
                "rank every state once; tied states stand in a list of their own",
            );
            return None;
        }
        groups.retain(|group| !group.is_empty());
        Ranking::from_groups(self.states.count(), &groups, &strong).map(Preference::Ranked)
    }

    fn by_priorities(
        &self,
        items: &[Value],
        place: &str,
        limits: Limits,
        problems: &mut Problems,
    ) -> Option<Preference> {
        let mut priorities = Vec::new();
        for (position, item) in items.iter().enumerate() {
            let place = format!("{place}.priorities[{position}]");
            let flag = |key: &str| item.get(key).and_then(Value::as_bool).unwrap_or(false);
            let inner = item.get("statement").unwrap_or(item);
            priorities.push(Priority {
                statement: self.statement(inner, &place, 0, problems)?,
                text: inner.to_string(),
                strong: flag("strong"),
                unknown: flag("unknown"),
            });
        }
        let found = prioritised(self.states, &priorities, limits.related_states);
        if found.is_none() {
            let hint = format!(
                "at most {} states can have unknown or strong pairs",
                limits.related_states
            );
            problems.error(place, "too many states for unknown or strong statements", hint);
        }
        found
    }

    fn statement(
        &self,
        value: &Value,
        place: &str,
        depth: usize,
        problems: &mut Problems,
    ) -> Option<Statement> {
        let wrong = |problems: &mut Problems| {
            let hint = "an object of option levels, or not, all, any, if … then, iff";
            problems.error(place, "this is not a statement", hint);
            None
        };
        let Some(object) = value.as_object() else {
            return wrong(problems);
        };
        if depth > 64 {
            problems.error(place, "nested more than 64 deep", "write it flatter");
            return None;
        }
        let parts = |key: &str, problems: &mut Problems| -> Option<Vec<Statement>> {
            let items = object.get(key)?.as_array()?;
            items
                .iter()
                .map(|item| self.statement(item, place, depth + 1, problems))
                .collect()
        };
        let inner = |key: &str, problems: &mut Problems| {
            object
                .get(key)
                .and_then(|value| self.statement(value, place, depth + 1, problems))
        };
        let is_option = |key: &str| self.parts.issues.iter().any(|issue| issue.id == key);
        match object.keys().next().map(String::as_str) {
            Some("not") if !is_option("not") => Some(Statement::Not(Box::new(inner("not", problems)?))),
            Some("all") if !is_option("all") => parts("all", problems).map(Statement::All),
            Some("any") if !is_option("any") => parts("any", problems).map(Statement::Any),
            Some("iff") if !is_option("iff") => match <[Statement; 2]>::try_from(parts("iff", problems)?) {
                Ok([a, b]) => Some(Statement::Same(Box::new(a), Box::new(b))),
                Err(_) => wrong(problems),
            },
            Some("if" | "then") if !is_option("if") => Some(Statement::implies(
                inner("if", problems)?,
                inner("then", problems)?,
            )),
            _ => {
                let found = literals(value, &self.parts.issues, place, problems);
                let at = found
                    .into_iter()
                    .map(|(issue, levels)| Statement::At(IssueId::at(issue), levels));
                Some(Statement::All(at.collect()))
            }
        }
    }

    fn by_weights(
        &self,
        given: &Map<String, Value>,
        place: &str,
        problems: &mut Problems,
    ) -> Option<Preference> {
        let known = || self.parts.issues.iter().map(|issue| issue.id.as_str());
        for key in given.keys().filter(|key| !known().any(|id| id == **key)) {
            problems.error(
                format!("{place}.weights.{key}"),
                "is not an option",
                nearest(key, known()),
            );
        }
        let mut exact = |value: &Value, place: &str| -> Exact {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            parse_exact(&text).unwrap_or_else(|error| {
                problems.error(place, error.to_string(), "");
                Exact::ZERO
            })
        };
        let mut weights = Vec::new();
        for issue in &self.parts.issues {
            let place = format!("{place}.weights.{}", issue.id);
            weights.push(match given.get(&issue.id) {
                None => Vec::new(),
                Some(Value::Array(levels)) => levels.iter().map(|value| exact(value, &place)).collect(),
                Some(value) => {
                    let one = exact(value, &place);
                    (0..issue.levels.len())
                        .map(|level| &one * Exact::from(level as u32))
                        .collect()
                }
            });
        }
        Some(Preference::Ranked(weighted(self.states, &weights)))
    }

    fn partial(
        &self,
        value: &Value,
        base: Option<&Preference>,
        place: &str,
        limits: Limits,
        problems: &mut Problems,
    ) -> Option<Preference> {
        let Some(object) = value.as_object() else {
            problems.error(
                place,
                "must be an object",
                "write { \"strict\": [[better, worse], …] }",
            );
            return None;
        };
        let count = self.states.count();
        if count > limits.related_states {
            let reason = format!("a partial preference over {count} states");
            problems.error(
                place,
                reason,
                format!("at most {} are read", limits.related_states),
            );
            return None;
        }
        let mut table = match base {
            Some(Preference::Ranked(ranking)) => Relation::of_ranking(ranking),
            Some(Preference::Related(table)) => table.clone(),
            None => match object
                .get("everything_else")
                .map(|value| value.as_str().unwrap_or("?"))
            {
                None | Some("unknown") => Relation::filled(count, Comparison::Unknown),
                Some("indifferent") => Relation::filled(count, Comparison::Equal),
                Some(word) => {
                    let place = format!("{place}.everything_else");
                    problems.error(
                        place,
                        format!("\"{word}\" is not known"),
                        "unknown or indifferent",
                    );
                    return None;
                }
            },
        };
        let kinds = [
            ("strict", Comparison::Better),
            ("strong", Comparison::MuchBetter),
            ("indifferent", Comparison::Equal),
            ("unknown", Comparison::Unknown),
        ];
        for key in object.keys().filter(|key| *key != "everything_else") {
            if !kinds.iter().any(|(known, _)| known == key) {
                let hint = "strict, strong, indifferent, unknown, everything_else";
                problems.error(format!("{place}.{key}"), "is not known here", hint);
            }
        }
        let mut set = vec![false; count * count];
        for (key, comparison) in kinds {
            let chains = object
                .get(key)
                .and_then(Value::as_array)
                .map(Vec::as_slice)
                .unwrap_or_default();
            for (position, chain) in chains.iter().enumerate() {
                let place = format!("{place}.{key}[{position}]");
                let items = chain.as_array().map(Vec::as_slice).unwrap_or_default();
                if items.len() < 2 {
                    problems.error(
                        &place,
                        "must be a list of at least two states",
                        "write [better, worse]",
                    );
                }
                let states: Vec<StateId> = items
                    .iter()
                    .filter_map(|item| self.state(item, &place, problems))
                    .collect();
                for (first, a) in states.iter().enumerate() {
                    for b in &states[first + 1..] {
                        let pair = a.index().min(b.index()) * count + a.index().max(b.index());
                        if a == b
                            || (std::mem::replace(&mut set[pair], true) && table.get(*a, *b) != comparison)
                        {
                            let (a, b) = (self.states.id(*a), self.states.id(*b));
                            problems.error(&place, format!("{a} and {b} are compared twice"), "keep one");
                            continue;
                        }
                        table.set(*a, *b, comparison);
                    }
                }
            }
        }
        Some(
            table
                .as_ranking()
                .map_or(Preference::Related(table), Preference::Ranked),
        )
    }
}
