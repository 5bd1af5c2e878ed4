//! Statements: what somebody says of a deal, signed where its key is, in a file that anybody may carry to the ledger
//! (rule A14).
//!
//! A line holds one: `{"format":"detente-statement-1","deal":…,"kind":…,"body":…,"signatures":[…]}`. What is signed is what an
//! entry's signatures cover, `canonical({"format":"detente-entry-1","deal":…,"kind":…,"body":…})`, so that the ledger adds its
//! place and its time of receipt and changes nothing. Joint statements go from hand to hand; each author adds a signature.

use serde_json::{Value, json};

use super::entry::{Entry, Kind, LARGEST_ENTRY, MOST_SIGNATURES};
use super::keys::{PrivateKey, Signed, signed_bytes, verify};
use crate::event::inexact_in_json;

/// The first field of a statement.
pub const STATEMENT_FORMAT: &str = "detente-statement-1";
/// The most statements in one file.
const MOST_STATEMENTS: usize = 100_000;

/// The line of a file that carries a statement.
///
/// # Errors
/// When it cannot be written as JSON.
pub fn statement_line(statement: &Entry) -> Result<String, serde_json::Error> {
    // The format comes first, so that a file is known by its first bytes.
    let rest = json!({ "deal": statement.deal, "kind": statement.kind.word(), "body": statement.body,
        "signatures": statement.signatures });
    let rest = String::from_utf8_lossy(&crate::canonical::canonical_bytes(&rest)?).into_owned();
    // What is not seen is escaped as JSON does it: the same value, and a file that may be looked at.
    let rest = detente_reading::foreign::shown_json(&rest);
    let rest = rest.strip_prefix('{').unwrap_or(&rest);
    Ok(format!("{{\"format\":\"{STATEMENT_FORMAT}\",{rest}\n"))
}

/// Reads a file of statements: one a line, or a single one written over several lines. Whether its signatures are good and
/// whether it may be recorded is not asked here.
///
/// # Errors
/// Everything that is wrong with the file, each with its line.
pub fn read_statements(text: &str) -> Result<Vec<Entry>, Vec<String>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let whole = detente_reading::json::value(text);
    let lines: Vec<(usize, &str)> = match &whole {
        Ok(_) => vec![(1, text)],
        Err(_) => {
            let lines = text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
            lines.map(|(line, number)| (number, line)).collect()
        }
    };
    if lines.is_empty() {
        return Err(vec!["the file holds no statement".to_owned()]);
    }
    if lines.len() > MOST_STATEMENTS {
        let what = format!("{} statements; at most {MOST_STATEMENTS} are read", lines.len());
        return Err(vec![what]);
    }
    let mut statements = Vec::with_capacity(lines.len());
    let mut wrong = Vec::new();
    for (number, line) in lines {
        match read_statement(line) {
            Ok(statement) => statements.push(statement),
            Err(all) => wrong.extend(all.into_iter().map(|what| format!("line {number}: {what}"))),
        }
    }
    if wrong.is_empty() {
        Ok(statements)
    } else {
        Err(wrong)
    }
}

fn read_statement(text: &str) -> Result<Entry, Vec<String>> {
    if text.len() > LARGEST_ENTRY {
        return Err(vec![format!("larger than {LARGEST_ENTRY} bytes")]);
    }
    let value =
        detente_reading::json::value(text).map_err(|fault| vec![format!("this is not JSON: {fault}")])?;
    let Value::Object(mut object) = value else {
        return Err(vec!["a statement is an object".to_owned()]);
    };
    if object.contains_key("secret") {
        return Err(vec![
            "this is a private key: keep it at home and hand in what it has signed (`detente say`)"
                .to_owned(),
        ]);
    }
    let mut wrong = inexact_in_json(text);
    let mut word = |name: &str| match object.remove(name) {
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("`{name}` must be text")),
        None => Err(format!("it has no `{name}`")),
    };
    let (format, deal, kind) = (word("format"), word("deal"), word("kind"));
    let mut note = |read: Result<String, String>| read.map_err(|what| wrong.push(what)).ok();
    let (format, deal, kind) = (note(format), note(deal), note(kind));
    if format.is_some_and(|format| format != STATEMENT_FORMAT) {
        wrong.push(format!("the format is not {STATEMENT_FORMAT}"));
    }
    let said = kind.as_deref().and_then(Kind::of_word);
    let said = said.filter(|kind| matches!(kind, Kind::Event | Kind::Key | Kind::Revoke));
    if let (Some(word), None) = (&kind, said) {
        wrong.push(format!(
            "`{word}` is not a kind of statement; event, key or revoke"
        ));
    }
    let body = object.remove("body");
    if !matches!(body, Some(Value::Object(_))) {
        wrong.push("`body` must be an object: what is said".to_owned());
    }
    let signatures = object.remove("signatures").unwrap_or_default();
    let signatures: Vec<Signed> = serde_json::from_value(signatures).unwrap_or_else(|error| {
        wrong.push(format!("`signatures`: {error}"));
        Vec::new()
    });
    if signatures.len() > MOST_SIGNATURES {
        wrong.push(format!(
            "{} signatures; at most {MOST_SIGNATURES} are read",
            signatures.len()
        ));
    }
    wrong.extend(object.keys().map(|name| format!("unknown field `{name}`")));
    let (Some(deal), Some(kind), Some(body), true) = (deal, said, body, wrong.is_empty()) else {
        return Err(wrong);
    };
    let mut statement = Entry::signed(&deal, kind, body, &[]).map_err(|error| vec![error.to_string()])?;
    statement.signatures = signatures;
    Ok(statement)
}

/// Who says a statement, as it is written: names of persons, or of groups of the text.
#[must_use]
pub fn authors_of(body: &Value) -> Vec<String> {
    match body.get("by") {
        Some(Value::String(one)) => vec![one.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

/// Adds a signature to a statement that others may have signed before.
///
/// # Errors
/// When a signature on it does not fit, this key has signed it already, or it can hold no more.
pub fn add_signature(statement: &mut Entry, key: &PrivateKey) -> Result<(), String> {
    let bytes = signed_bytes(&statement.deal, statement.kind.word(), &statement.body)
        .map_err(|error| error.to_string())?;
    if let Some(signed) = statement.signatures.iter().find(|signed| !verify(signed, &bytes)) {
        return Err(format!("the signature of {} on it does not fit", signed.person));
    }
    let public = key.public();
    if statement.signatures.iter().any(|signed| signed.key == public) {
        return Err(format!("this key of {} has signed it already", key.person));
    }
    if statement.signatures.len() >= MOST_SIGNATURES {
        return Err(format!("it has {MOST_SIGNATURES} signatures already"));
    }
    statement.signatures.push(key.sign(&bytes));
    Ok(())
}
