//! Stands in for everything that keeps a ledger where this program was built without it: each such command is
//! known, and says how to get it.

use std::ffi::OsString;
use std::path::Path;

use clap::Args;
use detente_ledger::event::Event;
use detente_ledger::text::Text;

use super::verify::LedgerCheck;
use crate::failure::Failure;
use crate::place::{Place, place_of};

const HOW_TO_GET: &str = "\
This program was built without ledgers: it has no key, sign, record, submit, stamp, backup, restore, export and serve, and reads no ledger or bundle.
To get them, in a clone of the repository: cargo install --path crates/cli --features ledger";

/// The command line of a command that is not built in: anything.
#[derive(Debug, Args)]
#[command(after_help = HOW_TO_GET)]
pub struct Arguments {
    /// Whatever the command is given where it is built in.
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _given: Vec<OsString>,
}

/// Neither is this one.
pub type Backup = Arguments;
/// Nor this one.
pub type Restore = Arguments;

impl Arguments {
    /// Says that the command is not built in.
    pub fn run(self) -> Result<(), Failure> {
        Err(not_built_in())
    }
}

fn not_built_in() -> Failure {
    Failure::BadCall(HOW_TO_GET.to_owned())
}

/// A deal to ask about: a text without events.
pub fn read_deal(path: &Path) -> Result<(Text, Vec<Event>), Failure> {
    match place_of(path) {
        Place::Other => Ok((super::agreement::read_agreement(path)?.0, Vec::new())),
        Place::Ledger | Place::Bundle => Err(not_built_in()),
    }
}

/// `detente verify` for a ledger or bundle.
pub fn verify_ledger(_: &LedgerCheck<'_>) -> Result<(), Failure> {
    Err(not_built_in())
}
