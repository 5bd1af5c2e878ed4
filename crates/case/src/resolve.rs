//! From names to ids: what the file calls a party, an issue, a level, a source; and its conditions.

use std::collections::HashMap;

use super::document::{Document, IssueSection};
use super::reader::{Entries, Text, shorten};
use super::syntax::Written;
use super::{Level, NATURE, PartyId, Target};
use crate::condition::{Condition, Syntax, parse};
use detente_base::ids::{IssueId, SourceId, TypeId};
use detente_reading::diagnostic::{Diagnostics, Span, did_you_mean, nearest};

/// The names of a document, and where complaints go.
pub(super) struct Names<'d> {
    document: &'d Document,
    text: &'d str,
    sources: HashMap<&'d str, usize>,
}

/// Finds a name among entries. `Err(true)`: it exists but could not be read, so nothing more is said.
fn find<T>(entries: &Entries<T>, name: &str) -> Result<usize, bool> {
    entries
        .items
        .iter()
        .position(|(key, _)| key.value == name)
        .ok_or_else(|| entries.unreadable || entries.broken.iter().any(|broken| broken == name))
}

fn known<T>(entries: &Entries<T>) -> impl Iterator<Item = &str> + Clone {
    entries.items.iter().map(|(key, _)| key.as_str())
}

fn unknown<'n>(
    what: &str,
    name: &Text,
    known: impl Iterator<Item = &'n str> + Clone,
    diagnostics: &mut Diagnostics,
) {
    // It may be a name out of a section that could not be read, unless it is another one, mistyped.
    if diagnostics.sections_lost() && nearest(&name.value, known.clone()).is_empty() {
        return;
    }
    diagnostics.report_with("unknown-name", name.span.clone(), || {
        (
            format!("unknown {what} `{}`", shorten(&name.value)),
            format!("no {what} has this name"),
            did_you_mean(&name.value, known)
                .or_else(|| Some("use a name that this file gives, or give it one".into())),
        )
    });
}

impl<'d> Names<'d> {
    pub(super) fn of(document: &'d Document, text: &'d str) -> Self {
        let sources = document.sources.items.iter().enumerate();
        Self {
            document,
            text,
            sources: sources.map(|(index, (name, _))| (name.as_str(), index)).collect(),
        }
    }

    fn entry<T>(
        &self,
        what: &str,
        entries: &Entries<T>,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<usize> {
        match find(entries, &name.value) {
            Ok(index) => Some(index),
            Err(true) => None,
            Err(false) => {
                unknown(what, name, known(entries), diagnostics);
                None
            }
        }
    }

    pub(super) fn party(&self, name: &Text, diagnostics: &mut Diagnostics) -> Option<PartyId> {
        self.entry("party", &self.document.parties, name, diagnostics)
            .map(PartyId::at)
    }

    pub(super) fn issue(&self, name: &Text, diagnostics: &mut Diagnostics) -> Option<IssueId> {
        self.entry("issue", &self.document.issues, name, diagnostics)
            .map(IssueId::at)
    }

    pub(super) fn variant(&self, name: &Text, diagnostics: &mut Diagnostics) -> Option<usize> {
        self.entry("variant", &self.document.variants, name, diagnostics)
    }

    pub(super) fn deal(&self, name: &Text, diagnostics: &mut Diagnostics) -> Option<usize> {
        self.entry("deal", &self.document.deals, name, diagnostics)
    }

    pub(super) fn sources(&self, names: &[Text], diagnostics: &mut Diagnostics) -> Vec<SourceId> {
        names
            .iter()
            .filter_map(|name| {
                let known = self.sources.get(name.as_str()).copied();
                known.or_else(|| self.entry("source", &self.document.sources, name, diagnostics))
            })
            .map(SourceId::at)
            .collect()
    }

    pub(super) fn party_type(
        &self,
        party: PartyId,
        name: &Text,
        diagnostics: &mut Diagnostics,
    ) -> Option<TypeId> {
        let (_, section) = &self.document.parties.items[party.index()];
        self.entry(
            &format!("type of {}", shorten(&section.name.value)),
            &section.types,
            name,
            diagnostics,
        )
        .map(TypeId::at)
    }

    /// Whether no party controls an issue.
    pub(super) fn is_natures(&self, issue: IssueId) -> bool {
        self.issue_section(issue).party.value == NATURE
    }

    /// Whether no party controls the issue of this name, if there is one.
    pub(super) fn is_called_natures(&self, name: &str) -> bool {
        find(&self.document.issues, name).is_ok_and(|issue| self.is_natures(IssueId::at(issue)))
    }

    pub(super) fn issue_section(&self, issue: IssueId) -> &'d IssueSection {
        &self.document.issues.items[issue.index()].1
    }

    pub(super) fn level(&self, issue: IssueId, name: &Text, diagnostics: &mut Diagnostics) -> Option<Level> {
        let section = self.issue_section(issue);
        let found = section.levels.iter().position(|level| level.value == name.value);
        // An issue without levels has been reported.
        if found.is_none() && !section.levels.is_empty() {
            unknown(
                &format!("level of {}", shorten(&section.name.value)),
                name,
                section.levels.iter().map(Text::as_str),
                diagnostics,
            );
        }
        found.map(Level::at)
    }

    /// Reads `issue = "level"` entries.
    pub(super) fn levels(
        &self,
        entries: &Entries<Text>,
        diagnostics: &mut Diagnostics,
    ) -> Vec<(IssueId, Level)> {
        entries
            .items
            .iter()
            .filter_map(|(issue, level)| {
                let issue = self.issue(issue, diagnostics)?;
                Some((issue, self.level(issue, level, diagnostics)?))
            })
            .collect()
    }

    /// Reads a condition.
    pub(super) fn condition(&self, text: &Text, diagnostics: &mut Diagnostics) -> Option<Target> {
        let written = Written::at(self.text, &text.span);
        let place = |range: std::ops::Range<usize>| -> Span { written.place(range) };
        match parse(&text.value) {
            Err(error) => {
                diagnostics.report(
                    "bad-condition",
                    place(error.stretch(&text.value)),
                    format!("this condition cannot be read: {}", error.reason),
                    "reading stopped here",
                    Some(error.advice(&text.value).into()),
                );
                None
            }
            Ok(syntax) => {
                let condition = self.resolve(&syntax, &place, diagnostics)?;
                Some(Target {
                    text: text.value.split_whitespace().collect::<Vec<_>>().join(" "),
                    condition,
                })
            }
        }
    }

    fn resolve(
        &self,
        syntax: &Syntax,
        place: &impl Fn(std::ops::Range<usize>) -> Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Condition> {
        let mut pair = |left: &Syntax, right: &Syntax| {
            let left = self.resolve(left, place, diagnostics);
            let right = self.resolve(right, place, diagnostics);
            Some((Box::new(left?), Box::new(right?)))
        };
        Some(match syntax {
            Syntax::Constant(value) => Condition::Constant(*value),
            Syntax::Not(inner) => Condition::Not(Box::new(self.resolve(inner, place, diagnostics)?)),
            Syntax::Implies(left, right) => {
                let (left, right) = pair(left, right)?;
                Condition::Any(vec![Condition::Not(left), *right])
            }
            Syntax::Iff(left, right) => {
                let (left, right) = pair(left, right)?;
                Condition::Same(left, right)
            }
            Syntax::All(parts) => Condition::All(self.resolve_all(parts, place, diagnostics)?),
            Syntax::Any(parts) => Condition::Any(self.resolve_all(parts, place, diagnostics)?),
            Syntax::Compare {
                issue,
                comparison,
                level,
            } => {
                let issue = Text {
                    value: issue.0.clone(),
                    span: place(issue.1.clone()),
                };
                let level = Text {
                    value: level.0.clone(),
                    span: place(level.1.clone()),
                };
                let issue = self.issue(&issue, diagnostics)?;
                Condition::Compare(issue, *comparison, self.level(issue, &level, diagnostics)?)
            }
        })
    }

    fn resolve_all(
        &self,
        parts: &[Syntax],
        place: &impl Fn(std::ops::Range<usize>) -> Span,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<Condition>> {
        // Collected before the check, so that every part reports its own errors.
        let resolved: Vec<Option<Condition>> = parts
            .iter()
            .map(|part| self.resolve(part, place, diagnostics))
            .collect();
        resolved.into_iter().collect()
    }
}
