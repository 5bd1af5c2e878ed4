//! Files at the rim: bounded reads, and writes that go to a temporary file first and are then renamed.

use std::io::{Read, Write};
use std::path::Path;

use crate::diagnostics::line_and_column;
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
    if bytes.len() as u64 > LARGEST_FILE {
        return Err(Failure::BadInput(format!(
            "{shown}: larger than {LARGEST_FILE} bytes; not read"
        )));
    }
    Ok(bytes)
}

/// Reads a text file; says in which line and column it stops being UTF-8.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    String::from_utf8(read_bytes(path)?).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let before = String::from_utf8_lossy(&error.as_bytes()[..at]);
        let (line, column) = line_and_column(&before, at);
        Failure::BadInput(format!(
            "{}:{line}:{column}: this byte is not UTF-8 text; save the file as UTF-8 and try again\n\n\
             1 error in {0}; nothing was written",
            path.display()
        ))
    })
}

/// Writes a file whole: to a temporary neighbour, then renamed over the old one.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
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
