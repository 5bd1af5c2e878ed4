//! What goes wrong with a store, in words that hold no password.

use super::{Finding, SCHEMA_VERSION};
use crate::log::Refusal;

/// What went wrong with a store.
#[derive(Debug)]
pub enum StoreError {
    /// The database said no: missing, locked, full, read-only, damaged.
    Database(String),
    /// There is no ledger here.
    Absent(String),
    /// There is one here already.
    Exists(String),
    /// What is stored is not what was written.
    Damaged(Vec<Finding>),
    /// An entry was refused.
    Refused(Refusal),
    /// The machine's clock is far from everything that the ledger knows of time.
    DoubtfulClock(String),
    /// The tables are of a later version of this program.
    TooNew(i64),
    /// The ledger was opened for reading.
    ReadOnly,
}

impl std::fmt::Display for StoreError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Database(what) => write!(f, "the ledger's database: {what}"),
            Self::Absent(place) => write!(f, "there is no ledger at {}", without_password(place)),
            Self::Exists(place) => write!(f, "there is already a ledger at {}", without_password(place)),
            Self::Damaged(findings) => {
                let all: Vec<String> = findings.iter().take(5).map(ToString::to_string).collect();
                write!(f, "the ledger is damaged: {}", all.join("; "))
            }
            Self::Refused(refusal) => write!(f, "{refusal}"),
            Self::DoubtfulClock(what) => write!(f, "{what}"),
            Self::TooNew(version) => {
                write!(
                    f,
                    "the ledger has format {version}; this program knows up to {SCHEMA_VERSION}"
                )
            }
            Self::ReadOnly => write!(
                f,
                "the ledger was opened for reading; the operator's key is needed to append"
            ),
        }
    }
}

impl std::error::Error for StoreError {}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// A place as it may be shown: the password of a URL is left out.
#[must_use]
pub fn without_password(place: &str) -> String {
    let Some((scheme, rest)) = place.split_once("://") else {
        return place.to_owned();
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let shown = match authority.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{user}@{host}")
        }
        None => authority.to_owned(),
    };
    // Parameters may carry a password too.
    let path = path.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{shown}{path}")
}
