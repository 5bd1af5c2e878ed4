//! `detente schema`: the JSON Schemas of what is read and written, for editors and programs.

use clap::{Args, ValueEnum};
use detente_model::case::case_schema;
use detente_report::view::{Claim, Report};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::check;
use crate::failure::Failure;
use crate::output::print_json;

/// Prints the JSON Schema of the case file, or of what a command prints with `--json`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// Which schema.
    #[arg(value_enum, default_value_t = Which::Case)]
    which: Which,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Which {
    /// The case file.
    Case,
    /// What `check --json` prints.
    Check,
    /// What `report`, `solve` and `why` print with `--json`.
    Report,
    /// What `claims --json` prints: the claims of a report.
    Claims,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        print_json(&match self.which {
            Which::Case => case_schema(),
            Which::Check => printed::<check::Answer>("What `detente check --json` prints"),
            Which::Report => printed::<Report>("What `detente report`, `solve` and `why` print with --json"),
            Which::Claims => printed::<Vec<Claim>>("What `detente claims --json` prints"),
        })
    }
}

/// The schema of what is written, so that every field that is always there is required.
fn printed<T: JsonSchema>(title: &str) -> Schema {
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<T>();
    schema.insert("title".into(), title.into());
    schema
}
