//! The verdict by what the parties are, in words: a line a profile, and what the headline says of the others.

use std::collections::BTreeMap;

use detente_base::number::to_float;
use detente_case::Case;
use detente_verdict::profiles::{Profile, TypeProof};
use detente_verdict::verdict::{Answer, Verdict};

use super::{Findings, changes_in_words, counted};
use crate::view;

/// The profiles, the verdict of each where it was asked, and which of them is the world of the report.
#[derive(Debug)]
pub struct Profiles<'a> {
    /// The profiles, the most probable first.
    pub all: &'a [Profile],
    /// The answer for each; `None` where there was no time to ask.
    pub answers: &'a [Option<&'a Answer>],
    /// Which of them the report speaks of.
    pub here: usize,
    /// Whether one deal is self-enforcing in all of them.
    pub type_proof: &'a TypeProof,
}

/// Adds the lines to a report, and to its headline what the other profiles say.
pub fn add_profiles(report: &mut view::Report, findings: &Findings<'_>, profiles: &Profiles<'_>) {
    let case = findings.case;
    let both = profiles.all.iter().zip(profiles.answers);
    let rows: Vec<view::Profile> = both
        .map(|(profile, answer)| row(findings, profile, *answer))
        .collect();
    if let [_, _, ..] = rows.as_slice() {
        let base = std::mem::take(&mut report.verdict.headline);
        let (headline, told) = headline(&base, &rows, profiles);
        report.verdict.headline = headline;
        // What the headline leaves out stands first under it.
        if !told {
            report.verdict.because.insert(0, format!("{base}."));
        }
    }
    report.type_proof = Some(type_proof(case, &rows, profiles));
    report.profiles = rows;
}

fn row(findings: &Findings<'_>, profile: &Profile, answer: Option<&Answer>) -> view::Profile {
    let case = findings.case;
    let by_party = |values: Vec<f64>| -> BTreeMap<String, f64> {
        let names = case.parties.iter().map(|party| party.id.clone());
        names.zip(values).collect()
    };
    let deal = answer.and_then(|answer| match &answer.verdict {
        Verdict::Possible { deal, .. } => Some(deal),
        _ => None,
    });
    let prior = to_float(&profile.prior);
    view::Profile {
        types: profile.types.clone(),
        in_words: in_words(case, profile),
        prior,
        chance: percent(prior),
        answer: answer.map(|answer| of(&answer.verdict)),
        no_deal: answer.and_then(|answer| answer.no_deal.clone()).map(by_party),
        values: deal.map(|deal| by_party(deal.values.iter().map(to_float).collect())),
        deal: deal.map_or_else(String::new, |deal| {
            let (first, last) = (deal.path[0], deal.path[deal.path.len() - 1]);
            format!(
                "in {}: {}",
                counted(deal.path.len() - 1, "step", "steps"),
                changes_in_words(case, findings.game, first, last)
            )
        }),
    }
}

fn of(verdict: &Verdict) -> view::Answer {
    match verdict {
        Verdict::Possible { .. } => view::Answer::Possible,
        Verdict::Impossible { .. } => view::Answer::Impossible,
        Verdict::Undecided { .. } => view::Answer::Undecided,
    }
}

/// "35 %"; a chance that rounds to nothing or to everything says so.
fn percent(share: f64) -> String {
    match share * 100.0 {
        percent if percent > 0.0 && percent < 0.5 => "under 1 %".to_owned(),
        percent if (99.5..100.0).contains(&percent) => "over 99 %".to_owned(),
        percent => format!("{percent:.0}\u{a0}%"),
    }
}

/// "North Korea is “hardliner”": every party with types.
fn in_words(case: &Case, profile: &Profile) -> String {
    let parties = case.parties.iter().filter_map(|party| {
        let id = profile.types.get(&party.id)?;
        let of = party.types.iter().find(|of| of.id == *id)?;
        Some(format!("{} is “{}”", party.name, of.name))
    });
    parties.collect::<Vec<_>>().join(" and ")
}

/// The most other profiles that the headline names one by one.
const NAMED: usize = 2;

/// The headline, and whether it says what the one of a single profile says.
fn headline(base: &str, rows: &[view::Profile], profiles: &Profiles<'_>) -> (String, bool) {
    let here = &rows[profiles.here];
    let mut told = format!("If {} ({})", here.in_words, here.chance);
    let others: Vec<&view::Profile> = rows
        .iter()
        .enumerate()
        .filter(|(row, _)| *row != profiles.here)
        .map(|(_, row)| row)
        .collect();
    if *profiles.type_proof == TypeProof::Possible(profiles.here) {
        return (format!("{base}, whatever the parties are"), true);
    }
    if rows
        .iter()
        .all(|row| row.answer == Some(view::Answer::Impossible))
    {
        return (format!("{base}, whatever the parties are"), true);
    }
    if others.len() <= NAMED {
        for other in others {
            let types = match other.types.len() {
                1 => other.in_words.rsplit(" is ").next().unwrap_or_default(),
                _ => &other.in_words,
            };
            let word = said(other.answer, here.answer);
            told += &format!("; {word} if {types} ({})", other.chance);
        }
        return (told, false);
    }
    let shares = [
        (Some(view::Answer::Possible), "possible"),
        (Some(view::Answer::Impossible), "impossible"),
        (Some(view::Answer::Undecided), "undecided"),
        (None, "not tried"),
    ];
    let shares: Vec<String> = shares
        .into_iter()
        .filter_map(|(answer, word)| {
            let of = rows.iter().filter(|row| row.answer == answer);
            let (count, share) = of.fold((0, 0.0), |(count, share), row| (count + 1, share + row.prior));
            (count > 0).then(|| format!("{word} {}", percent(share)))
        })
        .collect();
    told += &format!(". Of the {} profiles of types: {}", rows.len(), shares.join(", "));
    (told, false)
}

fn said(answer: Option<view::Answer>, here: Option<view::Answer>) -> &'static str {
    match answer {
        Some(view::Answer::Possible) if here == answer => "by another deal",
        Some(view::Answer::Possible) => "possible",
        Some(_) if here == answer => "likewise",
        Some(view::Answer::Impossible) => "impossible",
        Some(view::Answer::Undecided) => "undecided",
        None => "not tried",
    }
}

fn type_proof(case: &Case, rows: &[view::Profile], profiles: &Profiles<'_>) -> view::TypeProof {
    let with_types = case.parties.iter().any(|party| !party.types.is_empty());
    let whoever = match with_types && rows.len() > 1 {
        true => "whatever the parties are",
        false => "with the one profile there is",
    };
    let (answer, row, sentence) = match *profiles.type_proof {
        TypeProof::Possible(row) => (
            view::Answer::Possible,
            Some(row),
            format!(
                "One deal is self-enforcing {whoever}{}.",
                found_if(rows, row, ": the one found if ")
            ),
        ),
        TypeProof::Impossible(row) => (
            view::Answer::Impossible,
            Some(row),
            format!(
                "No deal is self-enforcing {whoever}{}.",
                found_if(rows, row, ": there is none if ")
            ),
        ),
        TypeProof::Undecided => (
            view::Answer::Undecided,
            None,
            format!(
                "None of the deals found is self-enforcing {whoever}; whether another is was not settled."
            ),
        ),
    };
    view::TypeProof {
        answer,
        types: row.map(|row| rows[row].types.clone()).unwrap_or_default(),
        sentence,
    }
}

fn found_if(rows: &[view::Profile], row: usize, joined: &str) -> String {
    match rows.len() {
        1 => String::new(),
        _ => format!("{joined}{}", rows[row].in_words),
    }
}
