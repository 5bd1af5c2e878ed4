//! `detente schema`: the JSON Schemas of what is read and written, for editors and programs.

use clap::{Args, ValueEnum};
use detente_model::case::case_schema;

use super::check;
use crate::failure::Failure;
use crate::output::print_json;

/// Prints the JSON Schema of the case file, or of what `check --json` prints.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which schema.
    #[arg(value_enum, default_value_t = Which::Case)]
    which: Which,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    Case,
    Check,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self.which {
            Which::Case => print_json(&case_schema()),
            Which::Check => print_json(&schemars::schema_for!(check::Answer)),
        }
    }
}
