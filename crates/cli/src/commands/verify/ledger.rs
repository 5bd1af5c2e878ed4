//! `detente verify` for a ledger or bundle: every byte, signature and checkpoint; that it extends what a witness saw, and holds
//! what receipts show; with authorities, that one of them stands behind a time stamp.

use std::path::Path;

use detente_ledger::log::{Checkpoint, Receipt};
use detente_ledger::store::{
    CheckedStamp, Finding, Verification, verify_bundle_trusting, verify_store_trusting,
};
use detente_ledger::time_stamp::Vouched;
use detente_reading::foreign::shown;
use serde::Serialize;

use super::LedgerCheck;
use crate::commands::ledger::{place_name, run};
use crate::commands::stamp::{read_authorities, sentence};
use crate::failure::Failure;
use crate::files::{read_text, write_whole};
use crate::output::{print_json, print_text};
use crate::place::{Place, place_of};

/// What bytes alone cannot show.
const NOT_EXCLUDED: &str = "a rollback to an earlier state, or a second history shown to others, is not excluded by the ledger \
                            alone: compare it with a witness (--witness FILE) or with receipts (--receipt FILE)";

/// The result for programs.
#[derive(Serialize)]
struct Outcome<'v> {
    #[serde(flatten)]
    verification: &'v Verification,
    /// What was seen before and holds still.
    compared: Vec<String>,
    /// What this check cannot exclude.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_excluded: Option<&'static str>,
}

/// Verifies, and says what was found.
pub fn verify_ledger(check: &LedgerCheck<'_>) -> Result<(), Failure> {
    let trusted = read_authorities(check.authorities)?;
    let mut verification = match place_of(check.path) {
        Place::Bundle => verify_bundle_trusting(&read_text(check.path)?, &trusted),
        _ => run(verify_store_trusting(&place_name(check.path)?, &trusted))?,
    };
    let vouched = |stamp: &CheckedStamp| matches!(stamp.stamp.vouched, Vouched::By(_));
    if !trusted.is_empty() && !verification.stamps.iter().any(vouched) {
        found(
            &mut verification,
            "no time stamp leads to an authority that was given",
        );
    }
    if let Some(operator) = check.operator
        && operator != verification.operator
    {
        let what = format!("its operator is {}, not {operator}", verification.operator);
        found(&mut verification, what);
    }
    let mut compared = Vec::new();
    for file in check.receipts {
        compared.extend(held(file, &mut verification)?);
    }
    if let Some(witness) = check.witness {
        compared.extend(watched(witness, &mut verification)?);
    }
    let outcome = Outcome {
        not_excluded: compared.is_empty().then_some(NOT_EXCLUDED),
        verification: &verification,
        compared,
    };
    if check.json {
        print_json(&outcome)?;
    } else {
        print_text(&in_words(&outcome))?;
    }
    if verification.findings.is_empty() {
        Ok(())
    } else {
        Err(Failure::BadInput(String::new()))
    }
}

fn found(verification: &mut Verification, what: impl Into<String>) {
    verification.findings.push(Finding {
        seq: -1,
        what: what.into(),
    });
}

/// What was found in a ledger, in lines.
fn in_words(outcome: &Outcome<'_>) -> String {
    let verification = outcome.verification;
    let mut lines = Vec::new();
    if verification.findings.is_empty() {
        lines.push(format!(
            "whole: {} entries, {} signatures, {} checkpoints",
            verification.entries, verification.signatures, verification.checkpoints
        ));
        lines.push(format!("deal {}", verification.deal));
        lines.push(format!("root {}", verification.root));
        lines.push(format!("operator {}", verification.operator));
        lines.extend(verification.stamps.iter().map(sentence));
        lines.extend(outcome.compared.iter().cloned());
        lines.extend(outcome.not_excluded.map(str::to_owned));
    } else {
        lines.push(format!(
            "altered: {} findings in {} entries",
            verification.findings.len(),
            verification.entries
        ));
        let findings = verification.findings.iter();
        lines.extend(findings.map(|finding| format!("  {finding}")));
    }
    let lines: Vec<_> = lines.iter().map(|line| shown(line)).collect();
    lines.join("\n")
}

/// The ledger must still hold what receipts show.
fn held(file: &Path, verification: &mut Verification) -> Result<Option<String>, Failure> {
    let read = Receipt::read_all(&read_text(file)?).map_err(|wrong| {
        let lines: Vec<String> = wrong
            .iter()
            .map(|what| format!("{}: {what}", file.display()))
            .collect();
        Failure::BadInput(lines.join("\n"))
    })?;
    let mut good = 0;
    for receipt in &read {
        match verification.holds(receipt) {
            Ok(()) => good += 1,
            Err(wrong) => wrong.into_iter().for_each(|what| found(verification, what)),
        }
    }
    Ok((good > 0).then(|| {
        format!(
            "it holds the entries of {good} of {} receipts in {}",
            read.len(),
            file.display()
        )
    }))
}

/// A witness keeps the last checkpoint it saw; the ledger must extend it, and then the witness keeps the new one.
fn watched(witness: &Path, verification: &mut Verification) -> Result<Option<String>, Failure> {
    let mut compared = None;
    if witness.exists() {
        match Checkpoint::open(&read_text(witness)?, &verification.operator) {
            Err(error) => found(verification, format!("what the witness keeps: {error}")),
            Ok(seen) => match verification.extends(&seen, "the witness") {
                Err(what) => found(verification, what),
                Ok(hashes) => {
                    compared = Some(format!(
                        "it extends the {} entries that the witness saw (consistency proof of {hashes} hashes)",
                        seen.size
                    ));
                }
            },
        }
    }
    if let Some(note) = &verification.note
        && verification.findings.is_empty()
    {
        write_whole(witness, note.as_bytes())?;
    }
    Ok(compared)
}
