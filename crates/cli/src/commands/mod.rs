//! One file per subcommand; this one only lists them.

mod agreement;
mod status;
mod status_words;
mod solve;

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Designs, tests and runs step-by-step deals between parties who do not trust each other.
#[derive(Debug, Parser)]
#[command(name = "detente", version, max_term_width = 110)]
pub struct CommandLine {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Tells what stands in a deal: headline of every commitment, clocks, disputes, snapback, and what comes next.
    Status(Box<status::Arguments>),
    Solve(solve::Arguments),
}

impl CommandLine {
    /// Runs the chosen command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Status(arguments) => arguments.run(),
            Command::Solve(arguments) => arguments.run(),
        }
    }
}
