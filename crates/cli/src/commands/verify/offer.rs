//! The proof of an offer: what every type does with it, rechecked.

use detente_base::hash::ContentHash;
use detente_base::number::to_float;
use detente_case::{World, check_game};
use detente_proof::offer::{Checked, verify_offer};
use detente_report::words;

use super::{Arguments, Outcome, world_line};
use crate::case_file;
use crate::failure::Failure;
use crate::output::{counted, print_json, print_text};

impl Arguments {
    /// Rechecks a proof of an offer and says what it shows.
    pub(super) fn show_offer(&self, bytes: &[u8]) -> Result<(), Failure> {
        let result = verify_offer(bytes);
        let (checked, mut refusal) = match &result {
            Ok(checked) => (Some(checked), None),
            Err(refusal) => (None, Some(refusal.to_string())),
        };
        if let Some(checked) = checked {
            refusal = self.other_offer(checked, bytes)?;
        }
        let holds = checked.filter(|_| refusal.is_none());
        let outcome = Outcome {
            file: self.file.display().to_string(),
            verified: refusal.is_none(),
            claim: None,
            concept: holds.map(|_| {
                "for each type the optimum of its decision problem while all others follow the offer; Bayes' rule along the \
                 history without an alarm"
            }),
            world: match holds {
                // Types that the world leaves open are open.
                Some(checked) if checked.world != World::default() => Some(spoken(checked, bytes)?),
                _ => None,
            },
            checked: holds.map(lines).unwrap_or_default(),
            case_hash: holds.map(|checked| checked.case_hash.clone()),
            proof_hash: holds.map(|checked| checked.hash.clone()),
            refusal,
        };
        match (&outcome.refusal, self.json) {
            (_, true) => print_json(&outcome)?,
            (Some(refusal), false) => print_text(&format!(
                "REFUSED  {refusal}\n\nA refused proof says nothing about the offer, neither for it nor against it."
            ))?,
            (None, false) => {
                let lines: Vec<String> = outcome.checked.iter().map(|line| format!("  - {line}")).collect();
                print_text(&format!(
                    "VERIFIED  what every type does with the plan `{}`\n{}\nRechecked\n{}\nconcept  {}\ncase     {}\nproof    {}",
                    checked.map_or("", |checked| &checked.deal),
                    world_line(outcome.world.as_ref()),
                    lines.join("\n"),
                    outcome.concept.unwrap_or_default(),
                    outcome.case_hash.as_deref().unwrap_or_default(),
                    outcome.proof_hash.as_deref().unwrap_or_default()
                ))?;
            }
        }
        match outcome.verified {
            true => Ok(()),
            false => Err(Failure::BadInput(String::new())),
        }
    }

    /// Says so if the proof speaks of another case, or of another world, than the call names.
    fn other_offer(&self, checked: &Checked, bytes: &[u8]) -> Result<Option<String>, Failure> {
        if let Some(path) = &self.case {
            let loaded = case_file::load(path)?;
            let hash = ContentHash::of(loaded.text.as_bytes()).to_string();
            if hash != checked.case_hash {
                return Ok(Some(format!(
                    "the case: the proof speaks of the case {}, but {} has {hash}",
                    checked.case_hash,
                    loaded.path.display()
                )));
            }
        }
        if self.world.names_a_world() {
            let case = case_of(bytes)?;
            let named = self.world.given(&case)?;
            if named.world != checked.world {
                return Ok(Some(format!(
                    "the world: in that of the proof {}; in that of the call {}",
                    known(&checked.world),
                    known(&named.world)
                )));
            }
        }
        Ok(None)
    }
}

/// What a world sets, in a few words: its types first.
fn known(world: &World) -> String {
    let types = world.types.iter().map(|(party, of)| format!("{party} is {of}"));
    let judgements = world
        .judgements
        .iter()
        .map(|(key, value)| format!("{key} is {value}"));
    let variants = world
        .variants
        .iter()
        .map(|variant| format!("`{variant}` applies"));
    let later = (world.periods_later > 0).then(|| format!("{} periods have passed", world.periods_later));
    let all: Vec<String> = types.chain(judgements).chain(variants).chain(later).collect();
    match all.is_empty() {
        true => "nothing is changed and every type is open".to_owned(),
        false => all.join(", "),
    }
}

fn case_of(bytes: &[u8]) -> Result<detente_case::Case, Failure> {
    let proof = detente_proof::offer::OfferProof::from_bytes(bytes);
    let proof = proof.map_err(|refusal| Failure::BadInput(refusal.to_string()))?;
    check_game(&proof.case.text).map_err(|_| Failure::BadInput("the case in the proof is not a case".into()))
}

fn spoken(checked: &Checked, bytes: &[u8]) -> Result<detente_report::view::World, Failure> {
    words::world(&case_of(bytes)?, &checked.world).map_err(|error| Failure::BadInput(error.to_string()))
}

/// What was rechecked, one sentence a type.
fn lines(checked: &Checked) -> Vec<String> {
    let mut lines: Vec<String> = checked
        .types
        .iter()
        .map(|of| {
            let name = match &of.of {
                Some(kind) => format!("{} ({kind})", of.party),
                None => of.party.clone(),
            };
            format!(
                "{name} {} it: {:.3} per period, {:.3} by keeping it, {:.3} without a deal ({})",
                if of.reaction == "departs" {
                    "departs from"
                } else {
                    &of.reaction
                },
                to_float(&of.value),
                to_float(&of.keeping),
                to_float(&of.no_deal),
                counted(of.choices, "choice", "choices")
            )
        })
        .collect();
    if checked.beliefs > 0 {
        lines.push(format!(
            "{} by Bayes' rule",
            counted(checked.beliefs as u64, "belief", "beliefs")
        ));
    }
    lines
}
