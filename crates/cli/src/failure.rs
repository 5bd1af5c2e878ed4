//! What can go wrong for a caller, and the exit code that says so: 1 the case is wrong, 2 the call is
//! wrong, 3 stopped at a limit. A finished run is 0, whatever the verdict.

use std::process::ExitCode;

/// Why a command did not finish.
#[derive(Debug)]
pub enum Failure {
    /// The input is wrong; the text is ready to be shown (exit 1).
    BadInput(String),
    /// The call is wrong: no such file, no such name, contradicting flags (exit 2).
    BadCall(String),
    /// Stopped at a limit or by the user; partial results have been printed and labelled (exit 3).
    Stopped(String),
}

impl Failure {
    /// Prints the reason on stderr and gives the exit code.
    pub fn report(&self) -> ExitCode {
        let (text, code) = match self {
            Self::BadInput(text) => (text, 1),
            Self::BadCall(text) => (text, 2),
            Self::Stopped(text) => (text, 3),
        };
        if !text.is_empty() {
            crate::output::tell(text);
        }
        ExitCode::from(code)
    }
}
