//! `detente plan test`: who keeps a plan, who breaks it and when, and whether it is worth offering.

use std::fmt::Write as _;
use std::path::PathBuf;

use detente_plans::assess::{self, Assessment, Regret, Untested};
use detente_report::view;
use schemars::JsonSchema;
use serde::Serialize;

use super::words;
use crate::asking::WorldArguments;
use crate::case_file;
use crate::failure::Failure;
use crate::output;
use crate::progress::Terminal;

/// Test proposed plans as they stand: the best answer of every type, beliefs, and whether the proposer carries on.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The case: a file, or a folder with case.toml in it.
    case: PathBuf,
    /// A plan of the case; may be given several times. All of them, side by side, if left out.
    #[arg(long = "deal", value_name = "NAME")]
    deals: Vec<String>,
    /// The most seconds to work.
    #[arg(long, default_value_t = 300)]
    seconds: u64,
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
    world: &'a view::World,
    concept: &'static str,
    plans: &'a [Assessment],
    /// Plans that cannot be tested in this world, with the steps that its rules forbid.
    #[serde(skip_serializing_if = "<[Untested]>::is_empty")]
    untested: &'a [Untested],
    /// One table for each proposer: values of different parties are not compared.
    regret: &'a [Regret],
    command: String,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.case)?;
        let case = &loaded.case;
        let given = self.world.given(case)?;
        let watch = Terminal::start(Some(self.seconds));
        let deals = super::deals(case, &self.deals)?;
        let (plans, untested) = assess::assess_all(case, &deals, &given.world, &watch);
        drop(watch);
        if plans.is_empty() {
            return Err(Failure::BadInput(words::untested(&untested)));
        }
        let tests: Vec<_> = plans.iter().map(|plan| plan.test.clone()).collect();
        let regret = assess::regret(&tests);
        let command = self.command();
        if self.json {
            return output::print_json(&Printed {
                schema: "detente plan test v1",
                case: &case.title,
                case_hash: case.hash.to_string(),
                world: &given.view,
                concept: words::CONCEPT,
                plans: &plans,
                untested: &untested,
                regret: &regret,
                command,
            });
        }
        let mut text = words::tested(&plans, &regret);
        if !untested.is_empty() {
            let _ = write!(text, "\n{}\n", words::untested(&untested));
        }
        text.push_str(&words::foot(words::CONCEPT, &case.hash.to_string(), &command));
        output::print_text(&given.under_line_one(&text))
    }

    fn command(&self) -> String {
        let mut words = vec!["detente plan test".to_owned(), self.case.display().to_string()];
        words.extend(self.deals.iter().map(|deal| format!("--deal {deal}")));
        words.extend(self.world.words());
        words.join(" ")
    }
}
