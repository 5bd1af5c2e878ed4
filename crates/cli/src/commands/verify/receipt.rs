//! `detente verify` for receipts: that a signed state of a ledger holds an entry, without the ledger.

use std::path::Path;

use detente_ledger::canonical::hex;
use detente_ledger::log::{Checked, Entry, Receipt};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::output::{counted, print_json, print_text};

/// Checks a file of receipts; `operator` is the public key that must have signed them, where the reader knows it.
pub fn verify_receipts(
    path: &Path,
    bytes: &[u8],
    operator: Option<&str>,
    as_json: bool,
) -> Result<(), Failure> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| Failure::BadInput(format!("{}: {error}", path.display())))?;
    let (good, mut wrong): (Vec<(Receipt, Checked)>, Vec<String>) = match Receipt::read_all(text) {
        Err(wrong) => (Vec::new(), wrong),
        Ok(receipts) => {
            let mut good = Vec::new();
            let mut wrong = Vec::new();
            for receipt in receipts {
                let which = format!("entry {}", receipt.entry.seq);
                let other = operator.filter(|operator| *operator != receipt.operator);
                wrong.extend(
                    other.map(|_| format!("{which}: signed by another operator, {}", receipt.operator)),
                );
                match receipt.check() {
                    Ok(checked) => good.push((receipt, checked)),
                    Err(all) => wrong.extend(all.into_iter().map(|what| format!("{which}: {what}"))),
                }
            }
            (good, wrong)
        }
    };
    let whole = wrong.is_empty();
    if as_json {
        let receipts: Vec<Value> = good
            .iter()
            .map(|(receipt, checked)| in_json(receipt, checked))
            .collect();
        print_json(
            &json!({ "file": path, "verified": whole, "refusals": wrong, "receipts": receipts,
            "operator_compared": operator.is_some() }),
        )?;
    } else if whole {
        let mut lines = vec![format!(
            "VERIFIED  {}",
            counted(good.len() as u64, "receipt", "receipts")
        )];
        lines.extend(
            good.iter()
                .flat_map(|(receipt, checked)| in_words(receipt, checked)),
        );
        if operator.is_none() {
            lines.push(
                "It rests on that key being the operator's: compare it with the one you know, or give it (--operator KEY).".to_owned(),
            );
        }
        print_text(&lines.join("\n"))?;
    } else {
        wrong.insert(
            0,
            "REFUSED  a refused receipt shows nothing, neither for an entry nor against it".to_owned(),
        );
        print_text(&wrong.join("\n  "))?;
    }
    if whole {
        Ok(())
    } else {
        Err(Failure::BadInput(String::new()))
    }
}

fn in_json(receipt: &Receipt, checked: &Checked) -> Value {
    json!({ "seq": receipt.entry.seq, "deal": receipt.entry.deal, "kind": receipt.entry.kind.word(),
        "received": receipt.entry.received.to_string(), "leaf": hex(&checked.leaf), "entries": checked.checkpoint.size,
        "root": hex(&checked.checkpoint.root), "operator": receipt.operator, "body": receipt.entry.body })
}

fn in_words(receipt: &Receipt, checked: &Checked) -> [String; 3] {
    let entry = &receipt.entry;
    [
        format!(
            "entry {} of deal {}, received {}: {}",
            entry.seq,
            entry.deal,
            entry.received,
            said(entry)
        ),
        format!(
            "  is in the state of {} entries with root {}",
            checked.checkpoint.size,
            hex(&checked.checkpoint.root)
        ),
        format!("  that the key {} has signed", receipt.operator),
    ]
}

/// What an entry says, in a few words, and who signed it.
fn said(entry: &Entry) -> String {
    let word = |name: &str| {
        entry
            .body
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let what = match word("id") {
        id if id.is_empty() => entry.kind.word().to_owned(),
        id => format!("`{id}` ({})", word("kind")),
    };
    let signers: Vec<&str> = entry
        .signatures
        .iter()
        .map(|signed| signed.person.as_str())
        .collect();
    format!("{what} signed by {}", signers.join(" and "))
}
