//! Conditions on states, such as `tests = banned and not (relief < partial)`.
//!
//! Grammar, loosest first: `iff`, `implies` (to the right), `or`, `and`, `not`, then a comparison
//! `issue = level` (also `!=`, `<`, `<=`, `>`, `>=`), `true`, `false` or parentheses.

mod parse;

pub use parse::{ConditionError, LONGEST_CONDITION, Syntax, parse};

use detente_base::ids::{IssueId, Level};

/// How a level is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// The same level.
    Equal,
    /// Any other level.
    Different,
    /// A lower level.
    Below,
    /// This level or a lower one.
    AtMost,
    /// A higher level.
    Above,
    /// This level or a higher one.
    AtLeast,
}

impl Comparison {
    /// Whether `left` compares so with `right`.
    #[must_use]
    pub fn holds(self, left: Level, right: Level) -> bool {
        match self {
            Self::Equal => left == right,
            Self::Different => left != right,
            Self::Below => left < right,
            Self::AtMost => left <= right,
            Self::Above => left > right,
            Self::AtLeast => left >= right,
        }
    }

    /// The sign as it is written.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::Different => "!=",
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }
}

/// A condition whose names have been resolved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Always or never.
    Constant(bool),
    /// One issue compared with one level.
    Compare(IssueId, Comparison, Level),
    /// The opposite.
    Not(Box<Condition>),
    /// All of them.
    All(Vec<Condition>),
    /// At least one of them.
    Any(Vec<Condition>),
    /// Both or neither.
    Same(Box<Condition>, Box<Condition>),
}

impl Condition {
    /// Whether the condition holds where `level` gives each issue's level.
    pub fn holds(&self, level: &(impl Fn(IssueId) -> Level + ?Sized)) -> bool {
        match self {
            Self::Constant(value) => *value,
            Self::Compare(issue, comparison, right) => comparison.holds(level(*issue), *right),
            Self::Not(inner) => !inner.holds(level),
            Self::All(parts) => parts.iter().all(|part| part.holds(level)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(level)),
            Self::Same(left, right) => left.holds(level) == right.holds(level),
        }
    }

    /// The issues it speaks of, without repetition.
    #[must_use]
    pub fn issues(&self) -> Vec<IssueId> {
        let mut issues = Vec::new();
        self.collect_issues(&mut issues);
        issues.sort();
        issues.dedup();
        issues
    }

    fn collect_issues(&self, into: &mut Vec<IssueId>) {
        match self {
            Self::Constant(_) => {}
            Self::Compare(issue, ..) => into.push(*issue),
            Self::Not(inner) => inner.collect_issues(into),
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_issues(into));
            }
            Self::Same(left, right) => {
                left.collect_issues(into);
                right.collect_issues(into);
            }
        }
    }
}
