//! A condition given from outside the case file, such as on the command line or in a proof, read against a
//! checked case.

use super::{Case, Target};
use crate::condition::{Condition, ConditionError, Syntax, parse};
use detente_base::ids::{IssueId, Level};
use detente_reading::diagnostic::did_you_mean;

/// Why a text is not a condition on this case: one sentence that names what is wrong and, where there is one, what
/// was probably meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetError(pub String);

impl std::fmt::Display for TargetError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for TargetError {}

impl Case {
    /// Reads a condition on the states of this case.
    ///
    /// # Errors
    /// A [`TargetError`] when the text cannot be read or names an issue or level that the case does not have.
    pub fn target(&self, text: &str) -> Result<Target, TargetError> {
        let syntax = parse(text).map_err(|error| unreadable(text, &error))?;
        Ok(Target {
            text: text.split_whitespace().collect::<Vec<_>>().join(" "),
            condition: self.resolve(&syntax)?,
        })
    }

    fn resolve(&self, syntax: &Syntax) -> Result<Condition, TargetError> {
        let pair = |left: &Syntax, right: &Syntax| -> Result<_, TargetError> {
            Ok((Box::new(self.resolve(left)?), Box::new(self.resolve(right)?)))
        };
        let all = |parts: &[Syntax]| -> Result<Vec<Condition>, TargetError> {
            parts.iter().map(|part| self.resolve(part)).collect()
        };
        Ok(match syntax {
            Syntax::Constant(value) => Condition::Constant(*value),
            Syntax::Not(inner) => Condition::Not(Box::new(self.resolve(inner)?)),
            Syntax::All(parts) => Condition::All(all(parts)?),
            Syntax::Any(parts) => Condition::Any(all(parts)?),
            Syntax::Implies(left, right) => {
                let (left, right) = pair(left, right)?;
                Condition::Any(vec![Condition::Not(left), *right])
            }
            Syntax::Iff(left, right) => {
                let (left, right) = pair(left, right)?;
                Condition::Same(left, right)
            }
            Syntax::Compare {
                issue: (issue, _),
                comparison,
                level: (level, _),
            } => {
                let (issue, level) = self.issue_and_level(issue, level)?;
                Condition::Compare(issue, *comparison, level)
            }
        })
    }

    fn issue_and_level(&self, issue: &str, level: &str) -> Result<(IssueId, Level), TargetError> {
        let known = self.issues.iter().map(|known| known.id.as_str());
        let found = self.issues.iter().position(|known| known.id == issue);
        let found = found.ok_or_else(|| unknown("issue", issue, known))?;
        let levels = &self.issues[found].levels;
        let what = format!("level of {}", self.issues[found].name);
        let place = levels.iter().position(|known| known == level);
        let place = place.ok_or_else(|| unknown(&what, level, levels.iter().map(String::as_str)))?;
        Ok((IssueId::at(found), Level::at(place)))
    }
}

/// What is wrong with a text that is not a condition, in the words typed.
fn unreadable(text: &str, error: &ConditionError) -> TargetError {
    /// The most characters of the text before the fault that are shown.
    const SHOWN: usize = 40;
    let before = text.get(..error.at).unwrap_or("").trim_end();
    let start = before
        .char_indices()
        .rev()
        .nth(SHOWN)
        .map_or(0, |(place, _)| place);
    let after = match (&before[start..], start) {
        ("", _) => String::new(),
        (words, 0) => format!(" after “{words}”"),
        (words, _) => format!(" after “…{words}”"),
    };
    let word = text.get(error.stretch(text)).unwrap_or("");
    let what = match word {
        "" => "it ends too early".to_owned(),
        word => format!("“{word}” is not expected"),
    };
    TargetError(format!(
        "the condition cannot be read: {what}{after} ({}); {}",
        error.reason,
        error.advice(text)
    ))
}

fn unknown<'n>(what: &str, name: &str, known: impl Iterator<Item = &'n str> + Clone) -> TargetError {
    let hint = did_you_mean(name, known).map_or(String::new(), |hint| format!("; {hint}"));
    TargetError(format!("unknown {what} `{name}`{hint}"))
}

#[cfg(test)]
mod tests {
    use crate::check;

    #[test]
    fn reads_what_the_case_file_reads_and_names_what_it_does_not_know() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/korea-toy/case.toml");
        let case = check(&std::fs::read_to_string(path).unwrap()).unwrap();
        let target = case.target(" tests = paused  and disarmament < full").unwrap();
        assert_eq!(Some(target), case.target);
        let implied = case.target("relief = full implies not (coercion = yes iff tests = testing)");
        assert!(implied.is_ok());
        let error = case.target("test = paused").unwrap_err().to_string();
        assert_eq!(error, "unknown issue `test`; did you mean `tests`?");
        assert!(case.target("tests = pausing").unwrap_err().0.contains("`paused`"));
        let early = case.target("tests = ").unwrap_err().to_string();
        assert!(early.contains("it ends too early after “tests =”"), "{early}");
        let sign = case.target("tests == paused").unwrap_err().to_string();
        assert!(sign.contains("“=” is not expected after “tests =”"), "{sign}");
        assert!(sign.contains("write one `=` instead of `==`"), "{sign}");
        assert!(case.target(&"(".repeat(5000)).is_err());
    }
}
