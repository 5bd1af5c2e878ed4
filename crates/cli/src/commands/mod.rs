//! One file per subcommand; this one only lists them.

mod set;
mod areas;
mod formula;
mod gestures;
mod plan;
mod solve;
mod verify;
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
    Set(set::Arguments),
    Areas(areas::Arguments),
    Formula(formula::Formula),
    Gestures(gestures::Arguments),
    #[command(subcommand)]
    Plan(plan::Command),
    Solve(solve::Arguments),
    Verify(verify::Arguments),
    /// Which states are stable, from rankings alone: the graph model for conflict resolution.
    Stability(stability::Arguments),
}

impl CommandLine {
    /// Runs the chosen command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Set(arguments) => arguments.run(),
            Command::Areas(arguments) => arguments.run(),
            Command::Formula(command) => command.run(),
            Command::Gestures(arguments) => arguments.run(),
            Command::Plan(command) => command.run(),
            Command::Solve(arguments) => arguments.run(),
            Command::Verify(arguments) => arguments.run(),
            Command::Stability(arguments) => stability::run(&arguments),
        }
    }
}
