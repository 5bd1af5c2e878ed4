//! `detente plan`: plans with uncertain types, tested as they are, proved, and designed again.

pub mod design;
pub mod prove;
pub mod test;
mod words;

use detente_reading::diagnostic::nearest_names;

use crate::failure::Failure;

/// Test the plans of a case as they are, prove what comes out, or design the best order and size of steps.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Test(test::Arguments),
    Prove(prove::Arguments),
    Design(design::Arguments),
}

impl Command {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        match self {
            Self::Test(arguments) => arguments.run(),
            Self::Prove(arguments) => arguments.run(),
            Self::Design(arguments) => arguments.run(),
        }
    }
}

/// The deals a call names, or all of the case.
pub(super) fn deals<'a>(
    case: &'a detente_case::Case,
    names: &[String],
) -> Result<Vec<&'a detente_case::Deal>, Failure> {
    if case.deals.is_empty() {
        return Err(Failure::BadCall(
            "the case proposes no deal: write one under [deals.NAME]".into(),
        ));
    }
    if names.is_empty() {
        return Ok(case.deals.iter().collect());
    }
    names
        .iter()
        .map(|name| {
            let found = case
                .deals
                .iter()
                .find(|deal| deal.id == *name || deal.name == *name);
            found.ok_or_else(|| {
                let known = case.deals.iter().map(|deal| deal.id.as_str());
                Failure::BadCall(format!("unknown deal `{name}`{}", nearest_names(name, known)))
            })
        })
        .collect()
}
