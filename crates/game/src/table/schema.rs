//! The published JSON Schema of `dyngame/1` (`schema/dyngame.schema.json` is this, written out).

use serde_json::{Value, json};

/// The JSON Schema of a `dyngame/1` document.
#[must_use]
pub fn dyngame_schema() -> Value {
    let number = json!({
        "description": "A JSON number, or a string with an exact integer, decimal or fraction.",
        "anyOf": [
            { "type": "number" },
            { "type": "string", "pattern": "^[+-]?[0-9]*[.]?[0-9]*([eE][+-]?[0-9]+)?(/[0-9]+)?$" }
        ]
    });
    let profile = json!({
        "type": "object",
        "required": ["a", "u", "next"],
        "properties": {
            "a": { "type": "array", "items": { "type": "integer", "minimum": 0 },
                   "description": "One action number for each player, from 0." },
            "u": { "type": "array", "items": { "$ref": "#/$defs/number" },
                   "description": "What each player gets in this period." },
            "next": { "type": "object", "additionalProperties": { "$ref": "#/$defs/number" },
                      "description": "Probability of each next state, by its number; they add up to 1." },
            "on_path": { "type": "boolean", "default": true,
                         "description": "false: may be deviated to, never prescribed." }
        }
    });
    let state = json!({
        "type": "object",
        "required": ["actions", "profiles"],
        "properties": {
            "label": { "description": "What to call the state." },
            "actions": { "type": "array", "items": { "type": "integer", "minimum": 1 } },
            "moves": { "description": "What the actions mean; not read." },
            "profiles": { "type": "array", "items": { "$ref": "#/$defs/profile" } }
        }
    });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "dyngame/1: an explicit stochastic game",
        "description": "Payoffs are per-period averages. A double with at most 12 significant digits is exact; a longer one stands for the simplest fraction near it.",
        "type": "object",
        "required": ["schema", "players"],
        "anyOf": [ { "required": ["state"] }, { "required": ["rule", "rule_parameters"] } ],
        "properties": {
            "schema": { "const": "dyngame/1" },
            "name": { "type": "string" },
            "source": { "type": "string" },
            "players": { "type": "integer", "minimum": 1 },
            "states": { "type": "integer", "minimum": 1 },
            "profiles": { "type": "integer", "minimum": 1 },
            "discount": { "anyOf": [ { "$ref": "#/$defs/number" },
                                     { "type": "array", "items": { "$ref": "#/$defs/number" } } ] },
            "discount_exact": { "anyOf": [ { "$ref": "#/$defs/number" },
                                           { "type": "array", "items": { "$ref": "#/$defs/number" } } ] },
            "rule": { "type": "string" },
            "rule_parameters": { "type": "object" },
            "state": { "type": "array", "items": { "$ref": "#/$defs/state" } },
            "expected": { "type": "object" }
        },
        "$defs": { "number": number, "profile": profile, "state": state }
    })
}
