//! The JSON Schema of the case file, generated from the types that read it, so that editors complete and check.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::document::Document;
use super::schema_rules::add_rules;

/// The JSON Schema of a case file (draft 7, which TOML editors understand).
#[must_use]
pub fn case_schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<Document>();
    schema.insert("title".into(), "A case of Detente".into());
    let mut value = Value::from(schema);
    add_rules(&mut value);
    Schema::try_from(value).expect("an object with more fields is an object")
}

/// Writes into a section's schema whether one field is required, and takes out the null that no TOML can hold.
pub(crate) fn settle_field(section: &mut Schema, field: &str, required: bool) {
    if let Some(Value::Array(names)) = section.get_mut("required")
        && !required
    {
        names.retain(|name| name != field);
    }
    let field = section
        .get_mut("properties")
        .and_then(|properties| properties.get_mut(field));
    let Some(Value::Object(field)) = field else { return };
    if let Some(Value::Array(kinds)) = field.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [only] = kinds.as_slice() {
            let only = only.clone();
            field.insert("type".into(), only);
        }
    }
    let Some(Value::Array(choices)) = field.get_mut("anyOf") else {
        return;
    };
    let before = choices.len();
    choices.retain(|choice| choice.get("type").is_none_or(|kind| kind != "null"));
    if before > choices.len()
        && choices.len() == 1
        && let Some(Value::Object(only)) = choices.pop()
    {
        field.remove("anyOf");
        for (key, value) in only {
            field.entry(key).or_insert(value);
        }
    }
}
