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
    let arguments = match commands::CommandLine::try_parse() {
        Ok(arguments) => arguments,
        Err(asked) => return help_or_mistake(&asked),
    };
    match arguments.run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Prints the help that was asked for, or what is wrong with the call.
fn help_or_mistake(asked: &clap::Error) -> std::process::ExitCode {
    let printed = asked.print();
    match printed {
        Err(error) if !asked.use_stderr() && error.kind() != std::io::ErrorKind::BrokenPipe => {
            output::not_printed(&error).report()
        }
        _ => std::process::ExitCode::from(u8::try_from(asked.exit_code()).unwrap_or(2)),
    }
}
