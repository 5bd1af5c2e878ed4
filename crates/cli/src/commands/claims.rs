//! `detente claims`: the assertions of a case, decided.

use clap::Args;

use crate::asking::QuestionArguments;
use crate::failure::Failure;
use crate::finding::Beside;
use crate::{finding, output};

/// Decide the assertions that a case lists.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    question: QuestionArguments,
    /// The most judgements moved alone, for each claim that asks the game, to see what it turns on; 0 leaves these
    /// claims out.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    turns: usize,
    /// Print the claims as JSON (schema/claims.schema.json).
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let found = finding::find(
            &self.question,
            "claims",
            None,
            Beside {
                claims: true,
                turns: Some(self.turns),
                ..Beside::default()
            },
        )?;
        if self.json {
            output::print_json(&found.report.claims)?;
        } else {
            output::print_text(&detente_report::text::claims_only(
                &found.report,
                output::width(),
                output::style(),
            ))?;
        }
        found.ended()
    }
}
