//! One file per subcommand; this one only lists them.

mod check;
mod new;
mod schema;
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
    New(new::Arguments),
    Check(check::Arguments),
    Schema(schema::Arguments),
    Solve(solve::Arguments),
}

impl CommandLine {
    /// Runs the chosen command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::New(arguments) => arguments.run(),
            Command::Check(arguments) => arguments.run(),
            Command::Schema(arguments) => arguments.run(),
            Command::Solve(arguments) => arguments.run(),
        }
    }
}
