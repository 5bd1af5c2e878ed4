//! Finds and reads the case that a command was given: a file, a folder with `case.toml`, or `-`.

use std::path::{Path, PathBuf};

use detente_case::{Case, check};

use crate::diagnostics::{Colour, draw};
use crate::failure::Failure;
use crate::files;

/// A case that was read and found clean.
#[derive(Debug)]
pub struct Loaded {
    /// The file that was read.
    pub path: PathBuf,
    /// The text of the file.
    pub text: String,
    /// The case.
    pub case: Case,
}

/// Reads and checks a case; everything wrong with it is drawn into the failure.
pub fn load(path: &Path) -> Result<Loaded, Failure> {
    let path = find(path)?;
    let text = files::read_text(&path)?;
    match check(&text) {
        Ok(case) => Ok(Loaded { path, text, case }),
        Err(diagnostics) => {
            let shown = path.display().to_string();
            Err(Failure::BadInput(draw(
                &diagnostics,
                &shown,
                &text,
                Colour::of_stderr(),
            )))
        }
    }
}

/// The case file that is meant by a path.
pub fn find(path: &Path) -> Result<PathBuf, Failure> {
    if !path.is_dir() {
        return Ok(path.to_owned());
    }
    let file = path.join("case.toml");
    if file.is_file() {
        return Ok(file);
    }
    Err(Failure::BadCall(format!(
        "{}: this folder has no case.toml; `detente new {0}-case` writes one to start from",
        path.display()
    )))
}

/// What a case is called: its folder if the file is named `case.toml`, else the file without its ending.
pub fn name(path: &Path) -> String {
    let stem = path
        .file_stem()
        .unwrap_or(path.as_os_str())
        .to_string_lossy()
        .into_owned();
    if stem != "case" {
        return stem;
    }
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.map_or_else(std::env::current_dir, std::fs::canonicalize);
    let folder = folder
        .ok()
        .and_then(|folder| Some(folder.file_name()?.to_string_lossy().into_owned()));
    folder.unwrap_or(stem)
}
