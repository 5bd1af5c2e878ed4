//! What a path holds: a ledger, an exported bundle, or something else.

use std::io::Read;
use std::path::Path;

/// What a path holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A ledger in a database.
    Ledger,
    /// An exported bundle.
    Bundle,
    /// Something else: a text, an event file, a proof.
    Other,
}

/// Looks at what is there.
pub fn place_of(path: &Path) -> Place {
    let shown = path.to_string_lossy();
    if shown.starts_with("postgres://") || shown.starts_with("postgresql://") {
        return Place::Ledger;
    }
    let mut head = [0; 40];
    let read = std::fs::File::open(path)
        .and_then(|mut file| file.read(&mut head))
        .unwrap_or(0);
    if head[..read].starts_with(b"SQLite format 3\0") {
        Place::Ledger
    } else if head[..read].starts_with(b"{\"bundle\":\"detente-ledger-") {
        Place::Bundle
    } else {
        Place::Other
    }
}
