//! What was appended to a ledger, for people and for programs, and the receipts of it.

use std::path::Path;

use detente_ledger::canonical::hex;
use detente_ledger::log::Receipt;
use detente_ledger::store::Appended;
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::files::write_new;
use crate::output::{print_exact, print_text};

/// Prints a line an entry; with their receipts, if they were asked for, in a file or in the JSON.
pub fn print(
    appended: &[Appended],
    receipts: Option<&[Receipt]>,
    file: Option<&Path>,
    as_json: bool,
) -> Result<(), Failure> {
    let failed = |what: String| Failure::BadInput(what);
    let lines = receipts.unwrap_or_default().iter().map(Receipt::line);
    let lines: Vec<String> = lines.collect::<Result<_, _>>().map_err(failed)?;
    if let Some(file) = file {
        write_new(file, lines.concat().as_bytes())?;
    }
    if as_json {
        let mut out = String::new();
        for (place, appended) in appended.iter().enumerate() {
            let receipt = lines.get(place).map(|line| detente_reading::json::value(line));
            let receipt: Value = receipt
                .transpose()
                .map_err(|fault| failed(fault.to_string()))?
                .into();
            let leaf = appended.leaf.map(|leaf| hex(&leaf));
            let line = json!({ "seq": appended.seq, "leaf": leaf, "duplicate": appended.duplicate, "receipt": receipt });
            out.push_str(&format!("{line}\n"));
        }
        return print_exact(&out);
    }
    let mut lines: Vec<String> = appended.iter().map(in_words).collect();
    match file {
        Some(file) => lines.push(format!(
            "receipts in {}; `detente verify` checks them",
            file.display()
        )),
        None => lines.push("keep a receipt of it: --receipt FILE".to_owned()),
    }
    print_text(&lines.join("\n"))
}

fn in_words(appended: &Appended) -> String {
    match &appended.leaf {
        Some(leaf) => format!("entry {} recorded, leaf {}", appended.seq, hex(leaf)),
        None => format!("entry {} holds this already", appended.seq),
    }
}
