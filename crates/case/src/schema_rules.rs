//! What a schema can say of a case beyond the kinds of its fields: ranges, patterns, what excludes what.
//!
//! These rules repeat for editors what the checks of a case report; they never refuse what is clean. What needs names of
//! the file, sums or conditions that are understood is beyond any schema.

use serde_json::{Map, Value, json};

use super::validate::LONGEST_NAME;
use super::{
    MOST_ISSUES, MOST_LEVELS, MOST_PARDONS, MOST_PARTIES, MOST_PERIODS, MOST_SOURCES, MOST_TYPES, NATURE,
};

/// Adds the rules to the schema of a case file.
pub(super) fn add_rules(schema: &mut Value) {
    merge(schema, top());
    if let Some(definitions) = schema.get_mut("definitions") {
        merge(definitions, sections());
    }
}

/// Adds what one value says to another: objects by their fields, lists by their items; anything else is replaced.
fn merge(into: &mut Value, more: Value) {
    match (into, more) {
        (Value::Object(into), Value::Object(more)) => {
            for (key, value) in more {
                merge(into.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(into), Value::Array(more)) => into.extend(more),
        (into, more) => *into = more,
    }
}

fn top() -> Value {
    json!({
        "required": ["case", "parties"],
        "properties": {
            "parties": {
                "minProperties": 1, "maxProperties": MOST_PARTIES, "propertyNames": { "not": { "const": NATURE } }
            },
            "issues": { "maxProperties": MOST_ISSUES, "propertyNames": word() },
            "sources": { "maxProperties": MOST_SOURCES }
        }
    })
}

fn sections() -> Value {
    let condition = condition();
    json!({
        "CaseSection": { "properties": { "target": condition } },
        "PartySection": { "properties": {
            "name": sentence_name(), "discount": within(&discount()), "pace": { "minimum": 1 },
            "types": { "maxProperties": MOST_TYPES }
        } },
        "TypeSection": { "properties": {
            "name": sentence_name(), "prior": within(&share()), "discount": within(&discount())
        } },
        "IssueSection": {
            "required": ["levels"],
            "properties": {
                "name": sentence_name(),
                "levels": { "minItems": 1, "maxItems": MOST_LEVELS, "uniqueItems": true, "items": word() },
                "needs": { "additionalProperties": condition },
                "lag": { "maximum": MOST_PERIODS }, "restored": { "maximum": MOST_PERIODS },
                "noticed": within(&share()), "false_alarm": within(&share()),
                "persists": within(&share()), "backfill": within(&share())
            }
        },
        "ValueSection": {
            "properties": { "when": condition },
            "oneOf": [
                { "required": ["when", "worth"], "not": either("issue", "levels") },
                { "required": ["issue", "levels"], "not": either("when", "worth") }
            ]
        },
        "EndingSection": { "properties": {
            "name": sentence_name(), "chance": within(&share()), "when": condition
        } },
        "ChanceSection": { "properties": { "chance": within(&share()), "when": condition } },
        "DealSection": { "properties": {
            "pardons": { "maximum": MOST_PARDONS }, "periods": { "maximum": MOST_PERIODS }
        } },
        "EnforcerSection": { "properties": { "share": within(&share()) } },
        "StepSection": { "properties": { "at": { "maximum": MOST_PERIODS } } },
        "ClaimSection": { "properties": { "target": condition } }
    })
}

fn either(one: &str, other: &str) -> Value {
    json!({ "anyOf": [{ "required": [one] }, { "required": [other] }] })
}

/// A name that may stand in a condition: letters, digits and `_`, `-`, `.`, and no word of conditions.
fn word() -> Value {
    json!({ "pattern": r"^(?!(and|or|not|implies|iff|true|false)$)[^\s!-,/:-@\[-^`{-~]+$" })
}

/// A name that stands in sentences.
fn sentence_name() -> Value {
    json!({ "maxLength": LONGEST_NAME, "pattern": r"\S" })
}

/// A condition has words, and no signs of programming languages.
fn condition() -> Value {
    json!({ "pattern": r"\S", "not": { "pattern": "&|\\||==" } })
}

fn share() -> Value {
    json!({ "minimum": 0, "maximum": 1 })
}

fn discount() -> Value {
    json!({ "minimum": 0, "exclusiveMaximum": 1 })
}

/// A number, plain or with a range, of which every part that is written as a decimal lies within limits.
fn within(limits: &Value) -> Value {
    let part = plain_within(limits);
    let parts: Map<String, Value> = ["low", "likely", "high"]
        .into_iter()
        .map(|name| (name.to_owned(), part.clone()))
        .collect();
    json!({ "allOf": [part, { "if": { "type": "object" }, "then": { "properties": parts } }] })
}

fn plain_within(limits: &Value) -> Value {
    json!({ "if": { "type": "number" }, "then": limits })
}
