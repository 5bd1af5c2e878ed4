//! `detente check`: is the case file right, and what do its judgements rest on?

use std::path::PathBuf;

use clap::Args;

use crate::case_file;
use crate::failure::Failure;

/// Checks a case file and says everything that is wrong with it.
#[derive(Debug, Args)]
pub struct Check {
    /// The case: a file, or a folder with case.toml.
    case: PathBuf,
}

impl Check {
    /// Runs the command.
    pub fn run(self) -> Result<(), Failure> {
        let loaded = case_file::load(&self.case)?;
        let case = &loaded.case;
        println!(
            "{}: {} parties, {} issues, {} states; checks clean",
            loaded.name,
            case.parties.len(),
            case.issues.len(),
            case.states()
        );
        Ok(())
    }
}
