//! One file per subcommand; this one only lists them.

mod agreement;
#[cfg(feature = "ledger")]
mod appended;
mod areas;
#[cfg(feature = "ledger")]
mod backup;
mod check;
mod claims;
mod convert;
mod draft;
mod explore;
mod explore_words;
#[cfg(feature = "ledger")]
mod export;
mod formula;
mod gestures;
#[cfg(feature = "ledger")]
mod key;
mod key_file;
#[cfg(feature = "ledger")]
mod ledger;
mod new;
mod plan;
#[cfg(feature = "ledger")]
mod record;
mod report;
mod say;
mod schema;
#[cfg(feature = "ledger")]
mod serve;
mod set;
#[cfg(feature = "ledger")]
mod sign;
mod solve;
pub mod stability;
#[cfg(feature = "ledger")]
mod stamp;
mod status;
mod status_words;
#[cfg(feature = "ledger")]
mod submit;
mod verify;
mod why;
#[cfg(not(feature = "ledger"))]
mod without_ledger;

#[cfg(not(feature = "ledger"))]
use without_ledger as ledger;
#[cfg(not(feature = "ledger"))]
use {
    without_ledger as backup, without_ledger as export, without_ledger as key, without_ledger as record,
    without_ledger as serve, without_ledger as sign, without_ledger as stamp, without_ledger as submit,
};

use clap::{Parser, Subcommand};

use crate::failure::Failure;

/// Design, test and run step-by-step deals between parties who do not trust each other.
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
    Solve(solve::Arguments),
    Why(why::Arguments),
    #[command(subcommand)]
    Plan(plan::Command),
    Explore(explore::Arguments),
    Gestures(gestures::Arguments),
    Areas(areas::Arguments),
    Claims(claims::Arguments),
    Report(report::Arguments),
    Verify(verify::Arguments),
    /// Judge which states are stable, from rankings alone: the graph model for conflict resolution.
    Stability(stability::Arguments),
    Set(set::Arguments),
    Formula(formula::Formula),
    Convert(convert::Arguments),
    /// Write the text of a plan that was tested, ready to be read, checked and signed.
    Draft(draft::Arguments),
    /// Make a signing key for a party, a verifier or another person of a text.
    Key(key::Arguments),
    /// Sign a text: make its ledger with the first signature, or add a party's signature to it.
    Sign(sign::Arguments),
    /// Record events in a ledger, each signed by whoever says it: all of them or none.
    Record(record::Arguments),
    /// Sign a statement at home: no ledger and nobody else's key is needed.
    Say(say::Arguments),
    /// Hand statements that were signed at home in to a ledger: all of them or none.
    Submit(submit::Arguments),
    /// Show the status of a deal: the headline of every commitment, clocks, disputes, snapback, and what comes next.
    Status(Box<status::Arguments>),
    /// Ask an authority for a trusted time stamp of a ledger's state, or record its answer.
    Stamp(stamp::Arguments),
    /// Serve the board of a deal on this machine: who owes what by when, history at any date, recording.
    Serve(serve::Arguments),
    /// Write a ledger out: a bundle that stands alone, a checkpoint, a calendar, or another database.
    Export(export::Arguments),
    /// Write a whole ledger into one file, also while others write to it.
    Backup(backup::Backup),
    /// Make a ledger from a backup.
    Restore(backup::Restore),
    Schema(schema::Arguments),
}

impl CommandLine {
    /// Runs the chosen command.
    pub fn run(self) -> Result<(), Failure> {
        match self.command {
            Command::Claims(arguments) => arguments.run(),
            Command::Report(arguments) => arguments.run(),
            Command::Why(arguments) => arguments.run(),
            Command::Set(arguments) => arguments.run(),
            Command::Areas(arguments) => arguments.run(),
            Command::Formula(command) => command.run(),
            Command::Gestures(arguments) => arguments.run(),
            Command::Plan(command) => command.run(),
            Command::Status(arguments) => arguments.run(),
            Command::Draft(arguments) => arguments.run(),
            Command::Key(arguments) => arguments.run(),
            Command::Sign(arguments) => arguments.run(),
            Command::Record(arguments) => arguments.run(),
            Command::Say(arguments) => arguments.run(),
            Command::Submit(arguments) => arguments.run(),
            Command::Stamp(arguments) => arguments.run(),
            Command::Backup(arguments) => arguments.run(),
            Command::Restore(arguments) => arguments.run(),
            Command::Export(arguments) => arguments.run(),
            Command::Serve(arguments) => arguments.run(),
            Command::New(arguments) => arguments.run(),
            Command::Check(arguments) => arguments.run(),
            Command::Schema(arguments) => arguments.run(),
            Command::Convert(arguments) => arguments.run(),
            Command::Solve(arguments) => arguments.run(),
            Command::Explore(arguments) => arguments.run(),
            Command::Verify(arguments) => arguments.run(),
            Command::Stability(arguments) => stability::run(&arguments),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use clap::CommandFactory as _;

    fn no_two_options_share_a_name(command: &clap::Command) {
        let mut names = BTreeSet::new();
        for argument in command.get_arguments() {
            let name = argument.get_id().as_str();
            assert!(names.insert(name), "{}: {name}", command.get_name());
        }
        command.get_subcommands().for_each(no_two_options_share_a_name);
    }

    /// The library checks this too, but in builds with debug assertions only.
    #[test]
    fn the_command_line_is_well_formed() {
        no_two_options_share_a_name(&super::CommandLine::command());
        super::CommandLine::command().debug_assert();
    }
}
