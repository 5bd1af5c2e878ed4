//! `detente verify`: recheck a file that shows something, without trusting whoever made it.

#[cfg(feature = "ledger")]
mod ledger;
mod offer;
mod receipt;
mod stability_words;

use std::path::{Path, PathBuf};

use clap::Args;
use detente_base::hash::ContentHash;
use detente_base::ids::StateId;
use detente_base::number::format_exact;
use detente_case::WorldError;
use detente_ledger::log::RECEIPT_FORMAT;
use detente_proof::automaton::SelfEnforcing;
use detente_proof::bounds::{Bounded, Grounds};
use detente_proof::sets::Established;
use detente_proof::stability::{check_alone, is_certificate};
use detente_proof::{Claim, FORMAT, Refusal, Shown, Verified};
use detente_report::{view, words};
use schemars::JsonSchema;
use serde::Serialize;

#[cfg(feature = "ledger")]
use ledger::verify_ledger;

#[cfg(not(feature = "ledger"))]
use super::ledger::verify_ledger;
use super::stability;
use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;
use crate::files::read_bytes;
use crate::output::{counted, print_json, print_text};
use crate::place::{Place, place_of};

pub use stability_words::{kinds_in_words, reading};

/// Recheck a proof in exact arithmetic, a ledger byte by byte, or a ledger's receipt.
#[derive(Debug, Args)]
pub struct Arguments {
    /// A proof of a verdict, of an offer or of a set, a stability certificate, receipts, a ledger (file or postgres:// URL) or an exported bundle; `-` reads standard input.
    file: PathBuf,
    /// Also require that the proof speaks of this case (of a stability certificate: of this case or conflict).
    #[arg(long, value_name = "CASE")]
    case: Option<PathBuf>,
    /// The world that the file must speak of; where none is named, any.
    #[command(flatten)]
    world: WorldArguments,
    /// A witness's file: the last checkpoint it saw of a ledger. The log must extend it; then it holds the new one.
    #[arg(long, value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Receipts that a ledger gave: it must still hold what they show.
    #[arg(long, value_name = "FILE")]
    receipt: Vec<PathBuf>,
    /// The public key of the operator, as you know it: a ledger or receipt of another one is refused.
    #[arg(long, value_name = "KEY")]
    operator: Option<String>,
    /// A certificate (PEM) that is trusted to stand behind a ledger's time stamps; without a stamp that leads to one, the check fails.
    #[arg(long, value_name = "FILE")]
    authority: Vec<PathBuf>,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// What to check of a ledger or bundle.
#[cfg_attr(not(feature = "ledger"), allow(dead_code))]
pub struct LedgerCheck<'a> {
    pub path: &'a Path,
    pub witness: Option<&'a Path>,
    pub receipts: &'a [PathBuf],
    pub operator: Option<&'a str>,
    pub authorities: &'a [PathBuf],
    pub json: bool,
}

/// The result for programs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Outcome {
    file: String,
    verified: bool,
    /// Why the file was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    refusal: Option<String>,
    /// What is claimed, as the file has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<serde_json::Map<String, serde_json::Value>>")]
    claim: Option<Claim>,
    /// The solution concept of the claim.
    #[serde(skip_serializing_if = "Option::is_none")]
    concept: Option<&'static str>,
    /// The world that the claim speaks of.
    #[serde(skip_serializing_if = "Option::is_none")]
    world: Option<view::World>,
    /// What was rechecked, in sentences.
    checked: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof_hash: Option<String>,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        if place_of(&self.file) != Place::Other {
            self.world.of_no_case("a ledger has none")?;
            return verify_ledger(&LedgerCheck {
                path: &self.file,
                witness: self.witness.as_deref(),
                receipts: &self.receipt,
                operator: self.operator.as_deref(),
                authorities: &self.authority,
                json: self.json,
            });
        }
        let bytes = read_bytes(&self.file)?;
        let text = detente_reading::foreign::text_of(&bytes).ok();
        let document = match text.map(detente_reading::json::value) {
            // A proof of a verdict says itself where its bytes are wrong.
            Some(Err(fault)) if format_of(&bytes).is_none() => {
                return self.show(&Err(Refusal::Bytes(fault.to_string())));
            }
            read => read.and_then(Result::ok),
        };
        if let Some(document) = document.as_ref().filter(|document| is_set_proof(document)) {
            self.world
                .of_no_case("a set proof carries an explicit game, which has none")?;
            return self.show_set(document);
        }
        if document.as_ref().is_some_and(is_certificate) {
            return self.show_stability(&bytes);
        }
        // Each kind of file that shows something names its format first.
        match format_of(&bytes) {
            Some(FORMAT) => self.show(&detente_proof::verify(&bytes)),
            Some(detente_proof::offer::FORMAT) => self.show_offer(&bytes),
            Some(RECEIPT_FORMAT) => {
                self.world.of_no_case("a receipt has none")?;
                receipt::verify_receipts(&self.file, &bytes, self.operator.as_deref(), self.json)
            }
            Some(format) => Err(Failure::BadInput(format!(
                "{}: the format `{format}` is not known; `{FORMAT}` is",
                self.file.display()
            ))),
            None => self.show(&detente_proof::verify(&bytes)),
        }
    }

    fn show_set(&self, document: &serde_json::Value) -> Result<(), Failure> {
        let result = detente_proof::sets::verify_alone(document);
        let (verified, refusal) = match &result {
            Ok((_, Established::Membership(_))) => ("every listed point is an equilibrium payoff", None),
            Ok((_, Established::Refutation(_))) => ("the last levels bound every equilibrium payoff", None),
            Err(refusal) => ("", Some(refusal.to_string())),
        };
        let outcome = Outcome {
            file: self.file.display().to_string(),
            verified: refusal.is_none(),
            refusal,
            claim: None,
            concept: None,
            world: None,
            checked: vec![verified.to_owned()],
            case_hash: None,
            proof_hash: None,
        };
        if self.json {
            print_json(&outcome)?;
        } else {
            match &outcome.refusal {
                None => print_text(&format!("VERIFIED  {verified}."))?,
                Some(refusal) => print_text(&format!("REFUSED  {refusal}"))?,
            }
        }
        if outcome.verified {
            Ok(())
        } else {
            Err(Failure::BadInput(String::new()))
        }
    }

    /// A certificate of stability judgements, which carries its conflict; with `--case` about that one.
    fn show_stability(&self, bytes: &[u8]) -> Result<(), Failure> {
        let given = match &self.case {
            Some(path) => Some(stability::open(path, &self.world)?),
            None => {
                self.world
                    .of_no_case("a stability certificate needs --case beside it, to which they belong")?;
                None
            }
        };
        let (given, world) = given.map(|given| (given.model, given.given)).unzip();
        let world = world.flatten().map(|given| given.view);
        let result = check_alone(bytes, given);
        let outcome = Outcome {
            file: self.file.display().to_string(),
            verified: result.is_ok(),
            refusal: result.as_ref().err().map(ToString::to_string),
            claim: None,
            concept: None,
            world: world.filter(|_| result.is_ok()),
            checked: result.as_ref().map(stability_words::in_words).unwrap_or_default(),
            case_hash: result
                .as_ref()
                .ok()
                .map(|found| found.certificate.conflict.clone()),
            proof_hash: None,
        };
        let lines: Vec<String> = outcome.checked.iter().map(|line| format!("  - {line}")).collect();
        match (&outcome.refusal, self.json) {
            (_, true) => print_json(&outcome)?,
            (None, false) => print_text(&format!(
                "VERIFIED  every judgement holds.\n{}\nRechecked\n{}\nconflict  {}",
                world_line(outcome.world.as_ref()),
                lines.join("\n"),
                outcome.case_hash.as_deref().unwrap_or_default()
            ))?,
            (Some(refusal), false) => print_text(&format!(
                "REFUSED  {refusal}\n\nA refused certificate says nothing about the states, neither for nor against."
            ))?,
        }
        if outcome.verified {
            Ok(())
        } else {
            Err(Failure::BadInput(String::new()))
        }
    }

    /// Says so if the proof speaks of another world than the one that is named.
    fn other_world(&self, verified: &Verified) -> Result<Option<String>, Failure> {
        let named = self.world.given(&verified.written)?;
        let fault = |error: WorldError| Failure::BadInput(error.to_string());
        let same = verified.written.same_world(&named.world, &verified.world);
        if same.map_err(fault)? {
            return Ok(None);
        }
        let spoken = words::world(&verified.written, &verified.world).map_err(fault)?;
        Ok(Some(format!(
            "the world: the proof speaks of {}, and the call names {}",
            spoken.sentence, named.view.sentence
        )))
    }

    fn show(&self, result: &Result<Verified, Refusal>) -> Result<(), Failure> {
        let other_case = match (&self.case, result) {
            (Some(path), Ok(verified)) => differs(path, verified)?,
            _ => None,
        };
        let other_world = match result {
            Ok(verified) if self.world.names_a_world() => self.other_world(verified)?,
            _ => None,
        };
        let refusal = result.as_ref().err().map(ToString::to_string);
        let refusal = refusal.or(other_case).or(other_world);
        let verified = result.as_ref().ok().filter(|_| refusal.is_none());
        let world = verified.map(|verified| words::world(&verified.written, &verified.world));
        let world = world
            .transpose()
            .map_err(|error| Failure::BadInput(error.to_string()))?;
        let outcome = Outcome {
            file: self.file.display().to_string(),
            verified: refusal.is_none(),
            claim: verified.map(|verified| verified.claim.clone()),
            concept: verified.map(Verified::concept),
            world,
            checked: verified.map(checked).unwrap_or_default(),
            case_hash: verified.map(|verified| verified.case.hash.to_string()),
            proof_hash: verified.map(|verified| verified.hash.clone()),
            refusal,
        };
        if self.json {
            print_json(&outcome)?;
        } else {
            print_text(&outcome.in_words())?;
        }
        // What is wrong has been said on standard output.
        if outcome.verified {
            Ok(())
        } else {
            Err(Failure::BadInput(String::new()))
        }
    }
}

/// The line under the headline that says the world, ended.
fn world_line(world: Option<&view::World>) -> String {
    world.map_or_else(String::new, |world| format!("World: {}.\n", world.sentence))
}

/// Whether a document is a proof about equilibrium sets, told by its `kind`.
fn is_set_proof(document: &serde_json::Value) -> bool {
    let kind = document.get("kind").and_then(serde_json::Value::as_str);
    kind.is_some_and(|kind| kind.starts_with("set-"))
}

/// The text of the field `format` where a file begins with it.
fn format_of(bytes: &[u8]) -> Option<&str> {
    let rest = bytes.strip_prefix(br#"{"format":""#)?;
    let end = rest.iter().take(64).position(|byte| *byte == b'"')?;
    std::str::from_utf8(&rest[..end]).ok()
}

/// Says so if the proof speaks of another case than the one in this file.
fn differs(path: &Path, verified: &Verified) -> Result<Option<String>, Failure> {
    let loaded = case_file::load(path)?;
    let hash = ContentHash::of(loaded.text.as_bytes());
    Ok((hash != verified.case.hash).then(|| {
        format!(
            "the case: the proof speaks of the case {}, but {} has {hash}",
            verified.case.hash,
            loaded.path.display()
        )
    }))
}

impl Outcome {
    fn in_words(&self) -> String {
        let mut lines = Vec::new();
        match (&self.claim, &self.refusal) {
            (Some(claim), None) => {
                let (word, target) = match claim {
                    Claim::Possible { target, .. } => ("POSSIBLE, verified", target),
                    Claim::Impossible { target } => ("IMPOSSIBLE, verified", target),
                };
                lines.push(format!(
                    "{word}: a self-enforcing path that settles in “{target}”"
                ));
                lines.push(world_line(self.world.as_ref()).trim_end().to_owned());
            }
            (_, refusal) => lines.push(format!(
                "REFUSED  {}\n\nA refused proof says nothing about the claim, neither for it nor against it.",
                refusal.as_deref().unwrap_or_default()
            )),
        }
        if !self.checked.is_empty() {
            lines.push("\nRechecked, in exact arithmetic".into());
        }
        lines.extend(self.checked.iter().map(|sentence| format!("  - {sentence}")));
        if let Some(concept) = self.concept {
            lines.push(format!("\nThe claim is about this: {concept}."));
        }
        for (name, hash) in [("case ", &self.case_hash), ("proof", &self.proof_hash)] {
            if let Some(hash) = hash {
                lines.push(format!("{name}  {hash}"));
            }
        }
        lines.join("\n")
    }
}

/// What was rechecked, in sentences.
fn checked(verified: &Verified) -> Vec<String> {
    match &verified.shown {
        Shown::SelfEnforcing(found) => plan_in_words(verified, found),
        Shown::Bounded(found) => bounds_in_words(verified, found),
    }
}

fn plan_in_words(verified: &Verified, found: &SelfEnforcing) -> Vec<String> {
    let mut sentences = vec![format!(
        "{} of the plan: none of {} pays",
        counted(found.nodes as u64, "node", "nodes"),
        counted(found.departures, "single departure", "single departures"),
    )];
    for (number, step) in found.path.windows(2).enumerate() {
        let words = changes(verified, step[0], step[1]);
        let who = if found.by_chance[number] {
            "by chance, "
        } else {
            ""
        };
        sentences.push(format!("step {}: {who}{words}", number + 1));
    }
    let parties = verified.case.parties.iter().zip(&found.values);
    let values = parties.map(|(party, value)| format!("{} {}", party.name, format_exact(value)));
    sentences.push(format!(
        "worth from today, each on its own scale: {}",
        values.collect::<Vec<_>>().join(", ")
    ));
    sentences
}

fn changes(verified: &Verified, from: StateId, to: StateId) -> String {
    let changes = verified.game.changes(from, to);
    let words: Vec<String> = changes
        .map(|(issue, _, after)| verified.case.level_in_words(issue, after))
        .collect();
    if words.is_empty() {
        "no further moves".into()
    } else {
        words.join("; ")
    }
}

fn bounds_in_words(verified: &Verified, found: &Bounded) -> Vec<String> {
    let mut sentences = vec![format!(
        "{} of bounds over {}: {}, each of which follows from the stage before",
        counted(found.stages as u64, "stage", "stages"),
        counted(verified.game.states() as u64, "state", "states"),
        counted(found.earned, "bound is tightened", "bounds are tightened"),
    )];
    match &found.grounds {
        Grounds::NoEquilibrium { state } => sentences.push(format!(
            "nothing at all is self-enforcing in pure strategies, whatever the target: today can lead to [{}], from \
             which no joint move survives",
            verified
                .case
                .issue_ids()
                .map(|issue| verified.case.level_in_words(issue, verified.game.level(*state, issue)))
                .collect::<Vec<_>>()
                .join(", ")
        )),
        Grounds::EachExcluded {
            targets,
            left,
            unreached,
        } => sentences.push(format!(
            "{} the target: in {left} somebody is sure to gain by leaving, and to {unreached} no surviving moves lead \
             from today",
            counted(*targets as u64, "state satisfies", "states satisfy"),
        )),
    }
    sentences
}
