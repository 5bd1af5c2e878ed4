//! What goes wrong with a store, in words that hold no password.

use super::{Finding, SCHEMA_VERSION};
use crate::log::Refusal;

/// One of several entries that was refused, with everything that stands against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Which of those that were to be appended, from 0.
    pub number: usize,
    /// Its id, if it has one.
    pub name: Option<String>,
    /// Every reason.
    pub why: Vec<Refusal>,
}

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
    /// Entries were refused, for more than one reason.
    AllRefused(Vec<Refused>),
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
            Self::AllRefused(all) => {
                let lines = all.iter().flat_map(|refused| {
                    let which = match &refused.name {
                        Some(name) => format!("`{name}`"),
                        None => format!("statement {}", refused.number + 1),
                    };
                    let why = refused.why.iter();
                    why.map(move |why| format!("{which}: {why} [{}]", why.rule()))
                });
                write!(f, "{}", lines.collect::<Vec<_>>().join("\n"))
            }
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

impl StoreError {
    /// The one reason why entries were refused, or all of them.
    pub(super) fn of_refused(mut all: Vec<Refused>) -> Self {
        match all.as_mut_slice() {
            [one] if one.why.len() == 1 => Self::Refused(one.why.remove(0)),
            _ => Self::AllRefused(all),
        }
    }
}

impl From<Refusal> for StoreError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// Whether the URL of a database holds a password, before its host or among its parameters.
#[must_use]
pub fn holds_password(place: &str) -> bool {
    let Some((_, rest)) = place.split_once("://") else {
        return false;
    };
    let (place, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    // A password may itself hold a slash or a sign that ought to be written otherwise there.
    let user = place.rsplit_once('@').map(|(user, _)| user);
    let named = parameters.split('&').filter_map(|pair| pair.split_once('='));
    user.is_some_and(|user| user.contains(':'))
        || named
            .into_iter()
            .any(|(name, _)| name.to_ascii_lowercase().contains("pass"))
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
