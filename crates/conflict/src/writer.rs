//! Writes a conflict as JSON, schema `gmcr-case/1`, so that reading it again gives the same conflict.

use serde_json::{Map, Value, json};

use super::{Attitude, Comparison, GraphModel, Literal, Preference, Ranking, SCHEMA, Speed, StateId};

/// The conflict as a JSON value. Preferences come out as rankings or as tables of pairs, whatever they were
/// written as.
#[must_use]
pub fn write(model: &GraphModel) -> Value {
    let mut file = Map::new();
    file.insert("schema".into(), json!(SCHEMA));
    file.insert("id".into(), json!(model.id()));
    file.insert("title".into(), json!(model.title()));
    file.insert("source".into(), json!(model.source()));
    let parties = model
        .parties()
        .iter()
        .map(|party| json!({ "id": party.id, "name": party.name }));
    file.insert("decision_makers".into(), parties.collect());
    file.insert("options".into(), options(model));
    let rules = model
        .rules()
        .iter()
        .map(|rule| json!({ "when": literals(model, &rule.when) }));
    file.insert("infeasible".into(), rules.collect());
    if !model.blocked().is_empty() {
        file.insert("blocked_moves".into(), blocked(model));
    }
    file.insert(
        "states".into(),
        model.states().iter().map(|state| entry(model, state)).collect(),
    );
    if let Some(today) = model.today() {
        file.insert("status_quo".into(), json!(model.states().id(today)));
    }
    let mut rankings = Map::new();
    let mut tables = Map::new();
    for party in model.party_ids() {
        let id = model.party(party).id.clone();
        match model.preference(party) {
            Preference::Ranked(own) => rankings.insert(id, ranking(model, own)),
            Preference::Related(_) => tables.insert(id, table(model, model.preference(party))),
        };
    }
    file.insert("preferences".into(), Value::Object(rankings));
    if !tables.is_empty() {
        file.insert("partial_preferences".into(), Value::Object(tables));
    }
    if model.moves_by_hand() {
        file.insert("graph".into(), graph(model));
    }
    if let Some(attitudes) = model.attitudes() {
        file.insert("attitudes".into(), attitude_rows(model, attitudes));
    }
    if !model.misperceptions().is_empty() {
        file.insert("misperceptions".into(), misperceptions(model));
    }
    Value::Object(file)
}

fn options(model: &GraphModel) -> Value {
    let mut options = Vec::new();
    for issue in model.issues() {
        let mut option = Map::new();
        option.insert("id".into(), json!(issue.id));
        option.insert("name".into(), json!(issue.name));
        let owners: Vec<&str> = issue
            .owners
            .iter()
            .map(|owner| model.party(*owner).id.as_str())
            .collect();
        match owners.as_slice() {
            [owner] => option.insert("owner".into(), json!(owner)),
            several => option.insert("owners".into(), json!(several)),
        };
        match issue.movement.word() {
            "stepwise" => {
                for (key, speed) in [("up", issue.movement.up), ("down", issue.movement.down)] {
                    let most = match speed {
                        Speed::Never => 0,
                        Speed::Levels(most) => most,
                        Speed::Any => 255,
                    };
                    option.insert(key.into(), json!(most));
                }
            }
            word => {
                option.insert("moves".into(), json!(word));
            }
        }
        if issue.levels != ["no", "yes"] {
            option.insert("levels".into(), json!(issue.levels));
        }
        options.push(Value::Object(option));
    }
    Value::Array(options)
}

fn literals(model: &GraphModel, literals: &[Literal]) -> Value {
    let mut object = Map::new();
    for (issue, levels) in literals {
        let value = match levels.as_slice() {
            [level] => json!(level),
            several => json!(several),
        };
        object.insert(model.issues()[*issue].id.clone(), value);
    }
    Value::Object(object)
}

fn blocked(model: &GraphModel) -> Value {
    let patterns = model.blocked().iter().map(|pattern| {
        let mut object = Map::new();
        if let Some(party) = pattern.party {
            object.insert("by".into(), json!(model.party(party).id));
        }
        object.insert("from".into(), literals(model, &pattern.from));
        object.insert("to".into(), literals(model, &pattern.to));
        Value::Object(object)
    });
    patterns.collect()
}

fn entry(model: &GraphModel, state: StateId) -> Value {
    let states = model.states();
    let mut object = Map::new();
    object.insert("id".into(), json!(states.id(state)));
    if let Some(name) = states.name(state) {
        object.insert("name".into(), json!(name));
    }
    object.insert("vector".into(), json!(states.vector(state)));
    let members = states.members(state);
    if members.len() > 1 {
        object.insert("members".into(), json!(members));
    }
    Value::Object(object)
}

fn ranking(model: &GraphModel, ranking: &Ranking) -> Value {
    let strong = ranking.strong_below();
    let mut items = Vec::new();
    for (place, group) in ranking.groups().iter().enumerate() {
        let ids: Vec<String> = group.iter().map(|state| model.states().id(*state)).collect();
        items.push(match ids.as_slice() {
            [id] => json!(id),
            tied => json!(tied),
        });
        if strong.get(place).copied().unwrap_or(false) {
            items.push(json!(">>"));
        }
    }
    Value::Array(items)
}

fn table(model: &GraphModel, preference: &Preference) -> Value {
    let mut lists = [Vec::new(), Vec::new(), Vec::new()];
    for a in model.states().iter() {
        for b in model.states().iter() {
            let list = match preference.compare(a, b) {
                Comparison::Better => 0,
                Comparison::MuchBetter => 1,
                Comparison::Equal if a < b => 2,
                _ => continue,
            };
            lists[list].push(json!([model.states().id(a), model.states().id(b)]));
        }
    }
    let [strict, strong, indifferent] = lists;
    json!({ "strict": strict, "strong": strong, "indifferent": indifferent, "everything_else": "unknown" })
}

fn graph(model: &GraphModel) -> Value {
    let mut by_party = Map::new();
    for party in model.party_ids() {
        let mut arcs = Vec::new();
        for from in model.states().iter() {
            for to in model.moves_from(party, from) {
                arcs.push(json!([model.states().id(from), model.states().id(to)]));
            }
        }
        by_party.insert(model.party(party).id.clone(), Value::Array(arcs));
    }
    Value::Object(by_party)
}

fn attitude_rows(model: &GraphModel, attitudes: &[Vec<Attitude>]) -> Value {
    let word = |attitude: &Attitude| match attitude {
        Attitude::Positive => "+",
        Attitude::Indifferent => "0",
        Attitude::Negative => "-",
    };
    let mut rows = Map::new();
    for (party, row) in model.parties().iter().zip(attitudes) {
        let others = model.parties().iter().zip(row);
        let row: Map<String, Value> = others
            .map(|(other, a)| (other.id.clone(), json!(word(a))))
            .collect();
        rows.insert(party.id.clone(), Value::Object(row));
    }
    Value::Object(rows)
}

fn misperceptions(model: &GraphModel) -> Value {
    let mut views = Map::new();
    for view in model.misperceptions() {
        let unseen: Vec<String> = view
            .unseen
            .iter()
            .map(|state| model.states().id(*state))
            .collect();
        let mut preferences = Map::new();
        for (party, preference) in &view.ascribed {
            let written = match preference {
                Preference::Ranked(ascribed) => ranking(model, ascribed),
                Preference::Related(_) => json!({ "pairs": table(model, preference) }),
            };
            preferences.insert(model.party(*party).id.clone(), written);
        }
        let view_of = json!({ "unseen": unseen, "preferences": preferences });
        views.insert(model.party(view.party).id.clone(), view_of);
    }
    Value::Object(views)
}
