//! `detente report`: the summary on the terminal, and one page to share.

use std::path::PathBuf;

use clap::Args;
use detente_verdict::flips::Extent;
use rayon::prelude::*;

use crate::asking::{QuestionArguments, ScanArguments};
use crate::failure::Failure;
use crate::files::write_whole;
use crate::finding::Beside;
use crate::{finding, output};

/// Print the summary and write one self-contained HTML page with its proof beside it.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    question: QuestionArguments,
    #[command(flatten)]
    scan: ScanArguments,
    /// The folder to write to; made if it is not there.
    #[arg(short, long, value_name = "DIR", default_value = "detente-report")]
    output: PathBuf,
    /// Also ask what claims turn on: of each that plans or flows decide all judgements are moved alone, of each that asks
    /// the game at most so many (minutes).
    #[arg(long, value_name = "NUMBER")]
    turns: Option<usize>,
    /// Also compare rankings with numbers, state by state, in games of more than 512 states (about half a minute for 73,728).
    #[arg(long)]
    compare: bool,
    /// Print the report as JSON instead of words (schema/report.schema.json).
    #[arg(long)]
    json: bool,
}

/// Fewer judgements than `detente why` tries: a report decides the claims as well.
const FEW: Extent = Extent {
    judgements: 4,
    points: 1,
    halvings: 1,
};

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let turns = self.turns.map(|number| format!("--turns {number}")).into_iter();
        let compare = self.compare.then(|| "--compare".to_owned());
        let found = finding::find(
            &self.question,
            "report",
            None,
            Beside {
                claims: true,
                turns: self.turns,
                flips: Some(self.scan.extent(FEW)),
                flips_are_asked: false,
                words: turns.chain(compare).chain(self.scan.words()).collect(),
                sections: true,
                compare: self.compare,
            },
        )?;
        std::fs::create_dir_all(&self.output)
            .map_err(|error| Failure::BadCall(format!("{}: {error}", self.output.display())))?;
        let page = detente_report::html::page(&found.report).into_bytes();
        let page = ("report.html".to_owned(), page);
        let files = found.proofs.par_iter().chain(rayon::iter::once(&page));
        let written: Vec<String> = files
            .map(|(name, bytes)| {
                let path = self.output.join(name);
                write_whole(&path, bytes).map(|()| path.display().to_string())
            })
            .collect::<Result<_, Failure>>()?;
        output::print_report(&found.report, self.json)?;
        output::tell(&format!("Written: {}", written.join(", ")));
        found.ended()
    }
}
