//! The form of a bundle, a ledger that stands alone: a line that names the form, one line an entry (its canonical bytes), and a
//! last line with the signed checkpoint.

use serde_json::{Value, json};

use super::verify::Finding;

/// The name of the form.
const FORM: &str = "detente-ledger-1";

/// The bundle of entries, given by their bytes, under a signed checkpoint.
#[must_use]
pub fn bundle_of<Bytes: AsRef<[u8]>>(entries: impl IntoIterator<Item = Bytes>, note: &str) -> String {
    let mut out = format!("{}\n", json!({ "bundle": FORM }));
    for bytes in entries {
        out.push_str(&String::from_utf8_lossy(bytes.as_ref()));
        out.push('\n');
    }
    out.push_str(&json!({ "checkpoint": note }).to_string());
    out.push('\n');
    out
}

/// The entries and the checkpoint of a bundle.
pub(super) fn split_bundle(bundle: &str) -> Result<(Vec<Vec<u8>>, String), Finding> {
    let wrong = |what: &str| Finding {
        seq: -1,
        what: what.to_owned(),
    };
    let mut lines = bundle.lines();
    let head: Value = lines
        .next()
        .and_then(|line| detente_reading::json::value(line).ok())
        .unwrap_or_default();
    if head.get("bundle").and_then(Value::as_str) != Some(FORM) {
        return Err(wrong("this is not a ledger bundle of a known version"));
    }
    let mut lines: Vec<&str> = lines.collect();
    let last = lines
        .pop()
        .and_then(|line| detente_reading::json::value(line).ok());
    let note = last
        .as_ref()
        .and_then(|last| last.get("checkpoint"))
        .and_then(Value::as_str);
    let note = note
        .ok_or_else(|| wrong("the bundle does not end with a checkpoint"))?
        .to_owned();
    Ok((
        lines.into_iter().map(|line| line.as_bytes().to_vec()).collect(),
        note,
    ))
}
