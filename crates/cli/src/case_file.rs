//! Finds and reads the case that a command names: a file, or a folder with `case.toml` in it.

use std::path::{Path, PathBuf};

use detente_model::case::{Case, check};

use crate::failure::Failure;
use crate::files::read_text;

/// A case with its text.
pub struct Loaded {
    /// Where it was found.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// The checked case.
    pub case: Case,
}

/// Reads and checks a case.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let path = if path.is_dir() {
        path.join("case.toml")
    } else {
        path.to_owned()
    };
    let text = read_text(&path)?;
    let case = check(&text).map_err(|d| Failure::BadInput(format!("{d:#?}")))?;
    Ok(Loaded { path, text, case })
}
