//! Files at the rim: bounded reads, and writes that go to a temporary file first and are then renamed.

use std::io::{Read, Write};
use std::path::Path;

use detente_reading::foreign::text_of;

use crate::failure::Failure;

/// The largest input file that is read, in bytes.
pub const LARGEST_FILE: u64 = 256 * 1024 * 1024;

/// Reads a whole file, or standard input for `-`, up to [`LARGEST_FILE`] bytes.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let shown = path.display();
    let read = if path == Path::new("-") {
        std::io::stdin()
            .lock()
            .take(LARGEST_FILE + 1)
            .read_to_end(&mut bytes)
    } else {
        let file = std::fs::File::open(path)
            .map_err(|error| Failure::BadCall(format!("{shown}: cannot be opened: {error}")))?;
        file.take(LARGEST_FILE + 1).read_to_end(&mut bytes)
    };
    read.map_err(|error| Failure::BadCall(format!("{shown}: cannot be read: {error}")))?;
    if is_extensive_form(&bytes) {
        return Err(Failure::BadInput(format!(
            "{shown}:1:1: this is an extensive form of Gambit (.efg), which is not read\n  help: let Gambit write its \
             normal form (`gambit-convert`, or Save As .nfg) and give that to `detente set FILE.nfg --discount 0.9`; \
             a game with dates and moves is written as a case, see `detente new`"
        )));
    }
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Failure::BadInput(format!(
            "{shown}: larger than {LARGEST_FILE} bytes; not read"
        )));
    }
    Ok(bytes)
}

/// Whether a file begins as Gambit's trees do: `EFG 2 R`.
fn is_extensive_form(bytes: &[u8]) -> bool {
    let text = bytes
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(bytes)
        .trim_ascii_start();
    text.strip_prefix(b"EFG")
        .is_some_and(|rest| rest.first().is_some_and(u8::is_ascii_whitespace))
}

/// Reads a text file; says in which line and column it stops being UTF-8.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    let bytes = read_bytes(path)?;
    text_of(&bytes).map(str::to_owned).map_err(|error| {
        let (line, column) = error.place;
        Failure::BadInput(format!(
            "{0}:{line}:{column}: {1}; {2}\n\n1 error in {0}; nothing was written",
            path.display(),
            error.message,
            error.hint
        ))
    })
}

/// Writes a file that people may have changed by hand or that cannot be made again: where one lies already, it must hold
/// the same bytes.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.exists() && std::fs::read(path).ok().as_deref() != Some(bytes) {
        let shown = path.display();
        return Err(Failure::BadCall(format!(
            "{shown}: is there already and holds something else; choose another name or move it away"
        )));
    }
    write_whole(path, bytes)
}

/// Writes a file whole: to a temporary neighbour, then renamed over the old one, which must be no ledger.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if crate::place::place_of(path) == crate::place::Place::Ledger {
        return Err(Failure::BadCall(format!(
            "{}: is a ledger; nothing is written over it",
            path.display()
        )));
    }
    let failed =
        |error: std::io::Error| Failure::BadCall(format!("{}: cannot be written: {error}", path.display()));
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(format!(".{}.part", std::process::id()));
    let temporary = std::path::PathBuf::from(temporary);
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&temporary)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&temporary, path)
    };
    write().map_err(|error| {
        let _ = std::fs::remove_file(&temporary);
        failed(error)
    })
}
