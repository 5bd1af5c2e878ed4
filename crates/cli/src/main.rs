//! The binary `detente`: arguments, files, progress, exit codes. No logic worth a unit test lives here.

mod asking;
mod case_file;
mod commands;
mod diagnostics;
mod failure;
mod files;
mod finding;
mod output;
mod place;
mod progress;

use clap::Parser;

fn main() -> std::process::ExitCode {
    let arguments = commands::CommandLine::parse();
    match arguments.run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
