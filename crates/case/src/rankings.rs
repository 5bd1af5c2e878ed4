//! What a case says for stability from rankings: preferences given directly, combinations that cannot be, and
//! states that count as one. The game with numbers does not use them; see the crate `conflict`.

use super::document::Document;
use super::judgement::PlainNumber;
use super::reader::{Entries, Text, section};
use super::resolve::Names;
use super::{Level, PartyId, Target};
use detente_base::ids::IssueId;
use detente_base::number::Exact;
use detente_reading::diagnostic::Diagnostics;

section! {
    /// A party's preference by rank alone: a ranking, or priorities, or weights. Without one its values are ranked.
    pub struct PreferenceSection as "a preference" {
        /// Conditions from best to worst; a state stands where it first fits, states that fit none come last.
        ranking: Vec<Text>,
        /// What the party wants to be true, most important first (option prioritisation).
        priorities: Vec<Text>,
        /// Those of the priorities that make a much better state.
        strong: Vec<Text>,
        /// Those of the priorities of which it is not known whether the party wants them or their opposite.
        unknown: Vec<Text>,
        /// What each level of an issue adds (option weighting); a level left out adds 0.
        weights: Entries<Entries<PlainNumber>>,
        /// Why.
        because: Option<Text>,
    }
}

section! {
    /// A combination of levels that cannot be.
    pub struct InfeasibleSection as "an infeasible combination" {
        /// The condition that no state may satisfy.
        when: Text,
        /// Why.
        because: Option<Text>,
    }
}

section! {
    /// States that count as one.
    pub struct MergedSection as "a merged state" {
        /// Name in words.
        name: Text,
        /// The condition that its states satisfy.
        when: Text,
    }
}

/// What the case says for stability from rankings.
#[derive(Debug, Clone, Default)]
pub struct Rankings {
    /// Preferences given directly, at most one a party.
    pub preferences: Vec<(PartyId, DirectPreference)>,
    /// Conditions that no state satisfies.
    pub infeasible: Vec<Target>,
    /// States that count as one: the name and the condition.
    pub merged: Vec<(String, Target)>,
}

/// A preference that was given directly.
#[derive(Debug, Clone)]
pub enum DirectPreference {
    /// Conditions from best to worst.
    Ranking(Vec<Target>),
    /// Priorities, most important first; with whether they are strong, and unknown.
    Priorities(Vec<(Target, bool, bool)>),
    /// What levels of issues add.
    Weights(Vec<(IssueId, Level, Exact)>),
}

/// Resolves the sections of a document.
pub(super) fn rankings(document: &Document, names: &Names<'_>, diagnostics: &mut Diagnostics) -> Rankings {
    let mut found = Rankings::default();
    for (party, section) in &document.preferences.items {
        let preference = preference(section, names, diagnostics);
        if let (Some(party), Some(preference)) = (names.party(party, diagnostics), preference) {
            found.preferences.push((party, preference));
        }
    }
    let infeasible = document.infeasible.iter();
    found.infeasible = infeasible
        .filter_map(|section| names.condition(&section.when, diagnostics))
        .collect();
    for section in &document.merged {
        if let Some(condition) = names.condition(&section.when, diagnostics) {
            found.merged.push((section.name.value.clone(), condition));
        }
    }
    found
}

fn preference(
    section: &PreferenceSection,
    names: &Names<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<DirectPreference> {
    let given = [
        !section.ranking.is_empty(),
        !section.priorities.is_empty(),
        !section.weights.items.is_empty(),
    ];
    if given.iter().filter(|given| **given).count() != 1 {
        diagnostics.report(
            "bad-preference",
            section.span.clone(),
            "a preference is given in exactly one way",
            "has none or several of ranking, priorities, weights",
            Some("write `priorities = [\"…\", \"…\"]`, most important first".into()),
        );
        return None;
    }
    report_strangers(section, diagnostics);
    let mut conditions = |texts: &[Text]| -> Vec<Option<Target>> {
        texts
            .iter()
            .map(|text| names.condition(text, diagnostics))
            .collect()
    };
    if given[0] {
        let ranking: Option<Vec<Target>> = conditions(&section.ranking).into_iter().collect();
        return ranking.map(DirectPreference::Ranking);
    }
    if given[1] {
        let marked = |marks: &[Text], text: &Text| marks.iter().any(|mark| mark.value == text.value);
        let resolved = conditions(&section.priorities);
        let both = section.priorities.iter().zip(resolved);
        let priorities: Option<Vec<_>> = both
            .map(|(text, target)| {
                Some((
                    target?,
                    marked(&section.strong, text),
                    marked(&section.unknown, text),
                ))
            })
            .collect();
        return priorities.map(DirectPreference::Priorities);
    }
    let mut weights = Vec::new();
    for (issue, levels) in &section.weights.items {
        let Some(issue) = names.issue(issue, diagnostics) else {
            continue;
        };
        for (level, number) in &levels.items {
            if let Some(level) = names.level(issue, level, diagnostics) {
                weights.push((issue, level, number.value.clone()));
            }
        }
    }
    Some(DirectPreference::Weights(weights))
}

/// Marks must repeat a priority word for word.
fn report_strangers(section: &PreferenceSection, diagnostics: &mut Diagnostics) {
    for mark in section.strong.iter().chain(&section.unknown) {
        if !section.priorities.iter().any(|text| text.value == mark.value) {
            diagnostics.report(
                "unknown-name",
                mark.span.clone(),
                "this is none of the priorities",
                "marks a priority that is not there",
                Some("repeat the priority word for word".into()),
            );
        }
    }
}
