//! `detente schema`: the JSON Schemas of what is read and written, for editors and programs.

use clap::{Args, ValueEnum};
use detente_case::case_schema;
use detente_report::stability::Stability;
use detente_report::view::{Claim, Report};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};

use super::{areas, check, gestures, plan, verify};
use crate::failure::Failure;
use crate::output::print_json;

/// Print the JSON Schema of the case file, or of what a command prints with `--json`.
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
    /// What `verify --json` prints of a proof.
    Verify,
    /// What `plan test --json` prints.
    PlanTest,
    /// What `plan prove --json` prints.
    PlanProve,
    /// What `plan design --json` prints.
    PlanDesign,
    /// What `gestures --json` prints.
    Gestures,
    /// What `areas --json` prints.
    Areas,
    /// What `stability --json` prints.
    Stability,
}

impl Arguments {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        print_json(&match self.which {
            Which::Case => case_schema(),
            Which::Check => printed::<check::Answer>("What `detente check --json` prints"),
            Which::Report => printed::<Report>("What `detente report`, `solve` and `why` print with --json"),
            Which::Claims => printed::<Vec<Claim>>("What `detente claims --json` prints"),
            Which::Verify => printed::<verify::Outcome>("What `detente verify --json` prints of a proof"),
            Which::PlanTest => printed::<plan::test::Printed>("What `detente plan test --json` prints"),
            Which::PlanProve => printed::<plan::prove::Printed>("What `detente plan test --json` prints"),
            Which::PlanDesign => printed::<plan::design::Printed>("What `detente plan design --json` prints"),
            Which::Gestures => printed::<gestures::Printed>("What `detente gestures --json` prints"),
            Which::Areas => printed::<areas::Printed>("What `detente areas --json` prints"),
            Which::Stability => printed::<Stability>("What `detente stability --json` prints"),
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
