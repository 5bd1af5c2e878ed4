//! `detente export`: a ledger as a bundle, a checkpoint, a calendar, or in another database.

use std::path::PathBuf;

use clap::Args;
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, status};
use detente_ledger::store::Store;

use super::ledger::{place_name, run};
use crate::failure::Failure;
use crate::files::{read_text, write_whole};
use crate::output;
use crate::place::{Place, place_of};

/// What to write out.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The ledger (file or URL), or a bundle to be imported with --to.
    ledger: PathBuf,
    /// Write to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Copy into a new ledger: a file or a postgres:// URL.
    #[arg(long, value_name = "LEDGER", conflicts_with_all = ["checkpoint", "ical", "text"])]
    to: Option<PathBuf>,
    /// Only the last signed checkpoint.
    #[arg(long)]
    checkpoint: bool,
    /// Only the deadlines, as iCalendar.
    #[arg(long)]
    ical: bool,
    /// Only the signed text.
    #[arg(long)]
    text: bool,
}

impl Arguments {
    /// Writes it.
    pub fn run(self) -> Result<(), Failure> {
        if let Some(to) = &self.to {
            let bundle = self.bundle()?;
            let store = run(Store::import(&place_name(to)?, &bundle))?;
            return output::print_text(&format!("{} entries in {}", store.log().size(), to.display()));
        }
        let out = if self.checkpoint || self.ical || self.text {
            let store = run(Store::open(&place_name(&self.ledger)?, None))?;
            if self.text {
                store.log().source.clone()
            } else if self.checkpoint {
                run(async { store.checkpoint_note().await })?.unwrap_or_default()
            } else {
                let now = jiff::Timestamp::now();
                let question = Question::at(Moment::instant(now));
                let answer = status(&store.log().text, &store.log().record(), &question);
                let answer = answer.map_err(|error| Failure::BadCall(error.to_string()))?;
                detente_ledger::ical::calendar(&answer, &now.to_string())
            }
        } else {
            self.bundle()?
        };
        match &self.out {
            Some(path) => write_whole(path, out.as_bytes()),
            None => output::print_exact(&out),
        }
    }

    fn bundle(&self) -> Result<String, Failure> {
        if place_of(&self.ledger) == Place::Bundle {
            return read_text(&self.ledger);
        }
        let place = place_name(&self.ledger)?;
        run(async { Store::open(&place, None).await?.bundle().await })
    }
}
