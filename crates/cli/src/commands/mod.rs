//! One file per subcommand; this one only lists them.

mod convert;
mod solve;
mod stability;

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
    Convert(convert::Arguments),
    Solve(solve::Arguments),
    /// Which states are stable, from rankings alone: the graph model for conflict resolution.
    Stability(stability::Arguments),
}

impl CommandLine {
    /// Runs the chosen command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Convert(arguments) => arguments.run(),
            Command::Solve(arguments) => arguments.run(),
            Command::Stability(arguments) => stability::run(&arguments),
        }
    }
}
