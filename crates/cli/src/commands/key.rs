//! `detente key`: a signing key of one person.

use std::path::PathBuf;

use clap::Args;

use super::ledger::{fresh_key, write_key};
use crate::failure::Failure;
use crate::output;

/// Whose key, and where to.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The party, verifier or other person, as the text names it.
    person: String,
    /// The key file; it is made readable for you alone and never written over another.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl Arguments {
    /// Writes the key and prints its public half.
    pub fn run(self) -> Result<(), Failure> {
        let key = fresh_key(&self.person)?;
        write_key(&self.out, &key)?;
        output::print_text(&key.public())?;
        output::tell(&format!(
            "keep {} secret; the line above may go into the text: keys = [\"…\"]",
            self.out.display()
        ));
        Ok(())
    }
}
