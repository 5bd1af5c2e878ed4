//! The program, run as a person runs it.

use std::path::Path;
use std::process::{Command, Output};

/// Runs it in a folder and waits for what it says.
pub fn detente(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_detente"))
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .args(arguments)
        .output()
        .expect("the program starts")
}
