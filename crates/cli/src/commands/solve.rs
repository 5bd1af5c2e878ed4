//! `detente solve`: is a deal possible, which steps, and what would break it.

use std::path::PathBuf;

use clap::Args;

use crate::asking::QuestionArguments;
use crate::failure::Failure;
use crate::finding;
use crate::finding::Beside;
use crate::output;

/// Say whether a self-enforcing deal reaches a target, and prove it.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    question: QuestionArguments,
    /// Write the proof to this file; `detente verify` rechecks it.
    #[arg(long, value_name = "FILE")]
    proof: Option<PathBuf>,
    /// Print the result as JSON (schema/report.schema.json).
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let found = finding::find(
            &self.question,
            "solve",
            self.proof.as_deref(),
            Beside {
                sections: true,
                compare: false,
                ..Beside::default()
            },
        )?;
        output::print_report(&found.report, self.json)?;
        found.ended()
    }
}
