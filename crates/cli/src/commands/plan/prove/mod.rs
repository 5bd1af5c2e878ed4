//! `detente plan prove`: which types keep a plan against every move they have, who breaches it, when and why, with proofs.

mod view;
mod words;

use std::fmt::Write as _;
use std::path::PathBuf;

use detente_offer::play::Play;
use detente_offer::proof::prove;
use detente_plans::assess::Untested;
use detente_proof::offer::verify_offer;
use schemars::JsonSchema;
use serde::Serialize;

use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;
use crate::files::write_whole;
use crate::output;
use view::{PlanView, Tested, tested};

/// Test proposed plans against every move each type has, in exact arithmetic, and prove what comes out.
///
/// `plan test` lets a type choose among commitments (keep, leave at a date, breach some issues from a date on) and adds regret,
/// windows and coalitions; here a type may make any move the rules allow at any time, costs and chances included. Where the two
/// differ, that is why.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// A plan of the case; may be given several times. All of them, side by side, if left out.
    #[arg(long = "deal", value_name = "NAME")]
    deals: Vec<String>,
    /// Write a proof of each test into this folder, for `detente verify`.
    #[arg(long, value_name = "FOLDER")]
    proofs: Option<PathBuf>,
    #[command(flatten)]
    world: WorldArguments,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

/// All that is printed as JSON.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Printed<'a> {
    /// The version of this form.
    schema: &'static str,
    case: &'a str,
    case_hash: String,
    /// The world of the case.
    world: &'a detente_report::view::World,
    concept: &'static str,
    plans: &'a [PlanView],
    /// Plans that cannot be tested in this world: steps that its rules forbid, or a limit.
    #[serde(skip_serializing_if = "<[Untested]>::is_empty")]
    untested: &'a [Untested],
    command: String,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.case)?;
        let case = &loaded.case;
        let given = self.world.given(case)?;
        let deals = super::deals(case, &self.deals)?;
        let play = Play::of_case(case, &given.world).map_err(|error| Failure::BadInput(error.to_string()))?;
        let (mut plans, mut untested) = (Vec::new(), Vec::new());
        for deal in deals {
            // The plan as it is in this world.
            let here = play.case.deals.iter().find(|here| here.id == deal.id);
            match tested(&play, here.unwrap_or(deal)) {
                Ok(tested) => {
                    self.write_proof(&play, &loaded.text, &given.world, &tested)?;
                    plans.push(tested.view);
                }
                Err(because) => untested.push(Untested {
                    deal: deal.id.clone(),
                    plan: deal.name.clone(),
                    because,
                }),
            }
        }
        if plans.is_empty() {
            return Err(Failure::BadInput(super::words::untested(&untested)));
        }
        let command = self.command();
        if self.json {
            return output::print_json(&Printed {
                schema: "detente plan prove v1",
                case: &case.title,
                case_hash: case.hash.to_string(),
                world: &given.view,
                concept: words::CONCEPT,
                plans: &plans,
                untested: &untested,
                command,
            });
        }
        let mut text = words::tested(&plans);
        if !untested.is_empty() {
            let _ = write!(text, "{}\n\n", super::words::untested(&untested));
        }
        text.push_str(&super::words::foot(
            words::CONCEPT,
            &case.hash.to_string(),
            &command,
        ));
        output::print_text(&given.under_line_one(&text))
    }

    /// Writes the proof of a test, once the checker has accepted it.
    fn write_proof(
        &self,
        play: &Play,
        text: &str,
        world: &detente_case::World,
        tested: &Tested,
    ) -> Result<(), Failure> {
        let Some(folder) = &self.proofs else {
            return Ok(());
        };
        let proof = prove(play, text, world, &tested.test, &tested.outlook).map_err(Failure::BadInput)?;
        let bytes = proof.to_bytes();
        verify_offer(&bytes).map_err(|refusal| {
            Failure::BadInput(format!(
                "the proof of `{}` is not accepted by the checker, so nothing is claimed: {refusal}",
                tested.view.deal
            ))
        })?;
        write_whole(
            &folder.join(format!("{}.offer-proof.json", tested.view.deal)),
            &bytes,
        )
    }

    fn command(&self) -> String {
        let mut words = vec!["detente plan prove".to_owned(), self.case.display().to_string()];
        words.extend(self.deals.iter().map(|deal| format!("--deal {deal}")));
        words.extend(self.world.words());
        words.join(" ")
    }
}
