//! `detente why`: who is tempted where, by which departure, against which answer, resting on which judgements.

use clap::Args;

use detente_verdict::flips::Extent;

use crate::asking::{QuestionArguments, ScanArguments};
use crate::failure::Failure;
use crate::finding::Beside;
use crate::{finding, output};

/// Explain a verdict: reasons, doubts, and the judgements they rest on with their sources.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    question: QuestionArguments,
    #[command(flatten)]
    scan: ScanArguments,
    /// Print the report with its reasons as JSON (schema/report.schema.json).
    #[arg(long)]
    json: bool,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let found = finding::find(
            &self.question,
            "why",
            None,
            Beside {
                flips: Some(self.scan.extent(Extent::default())),
                flips_are_asked: true,
                words: self.scan.words(),
                sections: true,
                compare: false,
                ..Beside::default()
            },
        )?;
        if self.json {
            output::print_json(&found.report)?;
        } else {
            output::print_text(&detente_report::text::why(
                &found.report,
                output::width(),
                output::style(),
            ))?;
        }
        found.ended()
    }
}
