//! What is wrong with a conflict as it was written: every finding at once, each with its place, the reason
//! and what to do.

use serde::Serialize;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// The conflict is read, but the analyst should know this.
    Warning,
    /// The conflict cannot be read.
    Error,
}

/// One finding about a conflict as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Whether reading goes on.
    pub weight: Weight,
    /// Where it stands: a path such as `preferences.US[3]`, or a line and column.
    pub place: String,
    /// What is wrong.
    pub reason: String,
    /// What to do about it; empty where nothing better than the reason can be said.
    pub hint: String,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let word = match self.weight {
            Weight::Warning => "warning",
            Weight::Error => "error",
        };
        write!(f, "{word}: {}: {}", self.place, self.reason)?;
        if !self.hint.is_empty() {
            write!(f, "\n  {}", self.hint)?;
        }
        Ok(())
    }
}

/// Collects findings while reading goes on.
#[derive(Debug, Default)]
pub struct Problems {
    found: Vec<Problem>,
}

/// So many findings are kept; a file of a million errors is not helped by a million lines.
const MOST_KEPT: usize = 200;

impl Problems {
    /// Notes an error.
    pub fn error(&mut self, place: impl Into<String>, reason: impl Into<String>, hint: impl Into<String>) {
        self.note(Weight::Error, place.into(), reason.into(), hint.into());
    }

    /// Notes a warning.
    pub fn warn(&mut self, place: impl Into<String>, reason: impl Into<String>, hint: impl Into<String>) {
        self.note(Weight::Warning, place.into(), reason.into(), hint.into());
    }

    fn note(&mut self, weight: Weight, place: String, reason: String, hint: String) {
        if self.found.len() < MOST_KEPT || (weight == Weight::Error && !self.any_error()) {
            self.found.push(Problem {
                weight,
                place,
                reason,
                hint,
            });
        }
    }

    /// Whether an error was noted.
    #[must_use]
    pub fn any_error(&self) -> bool {
        self.found.iter().any(|problem| problem.weight == Weight::Error)
    }

    /// What was found, in the order of reading.
    #[must_use]
    pub fn into_found(self) -> Vec<Problem> {
        self.found
    }
}

/// The up to three known names nearest to a wrong one, as a hint.
#[must_use]
pub fn nearest<'a>(wrong: &str, known: impl Iterator<Item = &'a str>) -> String {
    let mut scored: Vec<(f64, &str)> = known
        .map(|name| (strsim::jaro_winkler(wrong, name), name))
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let best: Vec<&str> = scored
        .iter()
        .filter(|(score, _)| *score > 0.6)
        .take(3)
        .map(|(_, name)| *name)
        .collect();
    match best.is_empty() {
        true => String::new(),
        false => format!("nearest known: {}", best.join(", ")),
    }
}
