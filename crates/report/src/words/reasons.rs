//! Because, three reasons, three doubts: what carries an answer and what a careful reader should question.

use detente_model::case::Case;
use detente_model::ids::JudgementId;
use detente_model::number::{format_exact, to_float};
use detente_solve::bounds::Stop;
use detente_solve::verdict::Verdict;
use detente_solve::why::Temptation;

use super::Findings;
use super::moves::{changes_in_words, some_changes};
use super::numbers::{short, signed};
use crate::view::Reason;

/// The one to three sentences after the headline.
pub(super) fn because(findings: &Findings<'_>) -> Vec<String> {
    let mut words = Vec::new();
    match &findings.answer.verdict {
        Verdict::Possible { deal, .. } => {
            if let Some(tightest) = tightest(findings) {
                words.push(format!("The closest call: {}", tempted(findings, tightest)));
            }
            let better: Vec<&str> =
                better_off(findings, &deal.values.iter().map(to_float).collect::<Vec<_>>());
            match better.len() {
                0 => {}
                all if all == findings.case.parties.len() => {
                    words.push("Every party is better off than without a deal.".into());
                }
                _ => words.push(format!("Better off than without a deal: {}.", better.join(", "))),
            }
        }
        Verdict::Impossible { .. } => {
            if let Some(breaks) = findings.temptations.first() {
                words.push(format!(
                    "The settlement that comes nearest breaks: {}",
                    tempted(findings, breaks)
                ));
            }
        }
        Verdict::Undecided { why, open } => {
            words.push(format!("{}.", capitalised(why)));
            if *open > 0 {
                words.push(format!(
                    "{open} settlements that satisfy it are left open by the bounds."
                ));
            }
            if let Some(breaks) = findings.temptations.first() {
                words.push(format!(
                    "The settlement that comes nearest breaks here: {}",
                    tempted(findings, breaks)
                ));
            }
        }
    }
    words
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn better_off<'a>(findings: &Findings<'a>, values: &[f64]) -> Vec<&'a str> {
    let Some(no_deal) = &findings.answer.no_deal else {
        return Vec::new();
    };
    let better = findings.case.parties.iter().zip(values.iter().zip(no_deal));
    better
        .filter(|(_, (with, without))| *with > &(**without + 5e-4))
        .map(|(party, _)| party.name.as_str())
        .collect()
}

fn tightest<'a>(findings: &Findings<'a>) -> Option<&'a Temptation> {
    findings
        .temptations
        .iter()
        .min_by(|a, b| a.slack.total_cmp(&b.slack))
}

/// One temptation in a short sentence: who, where, and what leaving is worth.
fn tempted(findings: &Findings<'_>, temptation: &Temptation) -> String {
    let name = &findings.case.party(temptation.party).name;
    let at = match &findings.answer.verdict {
        Verdict::Possible { deal, .. } if temptation.step + 1 < deal.path.len() => {
            format!("at step {}", temptation.step + 1)
        }
        _ => "at the settlement".to_owned(),
    };
    if temptation.slack < 0.0 {
        format!(
            "{name} gains {} a period by leaving {at}.",
            short(-temptation.slack)
        )
    } else {
        format!(
            "{name} would lose {} a period by leaving {at}.",
            short(temptation.slack)
        )
    }
}

/// How it would depart, and what the others then do.
fn departure(findings: &Findings<'_>, temptation: &Temptation) -> String {
    let (case, game) = (findings.case, findings.game);
    let departure = some_changes(case, game, temptation.along, temptation.departed);
    match temptation.answer.last() {
        Some(last) if temptation.answer.len() > 1 => format!(
            "Its best departure is {departure}; the others then answer until {}.",
            some_changes(case, game, temptation.departed, *last)
        ),
        _ => format!("Its best departure is {departure}; no answer undoes that."),
    }
}

/// Why nobody departs at one step: the strongest temptation there.
pub(super) fn holds_because(findings: &Findings<'_>, step: usize) -> String {
    let here = findings
        .temptations
        .iter()
        .filter(|temptation| temptation.step == step);
    let Some(tightest) = here.min_by(|a, b| a.slack.total_cmp(&b.slack)) else {
        return String::new();
    };
    let name = &findings.case.party(tightest.party).name;
    let departure = some_changes(findings.case, findings.game, tightest.along, tightest.departed);
    format!(
        "Most tempted: {name}, by {departure}. It would lose {} a period.",
        short(tightest.slack)
    )
}

/// How a breach is answered, at the mildest.
pub(super) fn snapback(findings: &Findings<'_>) -> String {
    let path = &findings.answer.no_deal_path;
    match (path.first(), path.last()) {
        (Some(first), Some(last)) if first != last => format!(
            "A breach is answered by play that nobody gains by leaving, at the mildest as without a deal; from today that leads to {}.",
            changes_in_words(findings.case, findings.game, *first, *last)
        ),
        (Some(_), Some(_)) => {
            "A breach is answered by play that nobody gains by leaving, at the mildest as without a deal, which from today changes nothing.".into()
        }
        _ => String::new(),
    }
}

/// What carries the answer, strongest first.
pub(super) fn reasons(findings: &Findings<'_>) -> Vec<Reason> {
    let mut sorted: Vec<&Temptation> = findings.temptations.iter().collect();
    sorted.sort_by(|a, b| a.slack.total_cmp(&b.slack));
    let mut seen = Vec::new();
    // One reason a party: the place where it is tempted most.
    sorted.retain(|temptation| {
        let fresh = !seen.contains(&temptation.party);
        seen.push(temptation.party);
        fresh
    });
    sorted
        .into_iter()
        .take(3)
        .map(|temptation| reason(findings, temptation))
        .collect()
}

fn reason(findings: &Findings<'_>, temptation: &Temptation) -> Reason {
    let case = findings.case;
    let parts: Vec<String> = temptation
        .rests_on
        .iter()
        .take(4)
        .map(|(id, part)| format!("{} ({})", case.judgement(*id).label, signed(*part)))
        .collect();
    Reason {
        headline: tempted(findings, temptation),
        detail: departure(findings, temptation),
        rests_on: parts,
    }
}

/// What a careful reader should doubt, most serious first.
pub(super) fn doubts(findings: &Findings<'_>) -> Vec<Reason> {
    let mut doubts = Vec::new();
    if let Verdict::Undecided { .. } = findings.answer.verdict {
        doubts.push(Reason {
            headline: "Undecided is not “no deal”: a limit or a method that cannot see further was reached."
                .into(),
            ..Reason::default()
        });
    }
    if let Some((_, Stop::StageLimit | Stop::Interrupted)) = findings.answer.bounds {
        doubts.push(Reason {
            headline: "The bounds had not settled when they stopped.".into(),
            ..Reason::default()
        });
    }
    if let Some(thin) = thinnest(findings) {
        doubts.push(thin);
    }
    doubts.extend(unsourced(findings.case));
    if let Some(wide) = widest(findings) {
        doubts.push(wide);
    }
    doubts.push(Reason {
        headline: "Moves are seen at once and nobody errs: within a period a breach is noticed and answered."
            .into(),
        detail: format!(
            "One period is {}; plans with imperfect notice are tested by `detente plan`.",
            findings.case.period
        ),
        rests_on: Vec::new(),
    });
    doubts
}

/// The narrowest margin by which the deal holds.
fn thinnest(findings: &Findings<'_>) -> Option<Reason> {
    let Verdict::Possible { .. } = findings.answer.verdict else {
        return None;
    };
    let tightest = tightest(findings)?;
    let name = &findings.case.party(tightest.party).name;
    Some(Reason {
        headline: format!(
            "The narrowest margin is {} a period, for {name}.",
            short(tightest.slack)
        ),
        detail: "A judgement off by that much on the parts below would make departing pay.".into(),
        rests_on: labels(findings.case, &tightest.rests_on),
    })
}

fn labels(case: &Case, parts: &[(JudgementId, f64)]) -> Vec<String> {
    parts
        .iter()
        .take(4)
        .map(|(id, _)| case.judgement(*id).label.clone())
        .collect()
}

fn unsourced(case: &Case) -> Option<Reason> {
    let without: Vec<&str> = case
        .judgements
        .iter()
        .filter(|judgement| judgement.sources.is_empty())
        .map(|judgement| judgement.label.as_str())
        .collect();
    (!without.is_empty()).then(|| Reason {
        headline: format!(
            "{} of {} judgements name no source.",
            without.len(),
            case.judgements.len()
        ),
        detail: String::new(),
        rests_on: without.iter().take(4).map(|label| (*label).to_owned()).collect(),
    })
}

/// The judgement with the widest range among those the tightest constraint rests on.
fn widest(findings: &Findings<'_>) -> Option<Reason> {
    let case = findings.case;
    let tightest = tightest(findings)?;
    let width = |id: &JudgementId| {
        let judgement = case.judgement(*id);
        Some(to_float(judgement.high.as_ref()?) - to_float(judgement.low.as_ref()?))
    };
    let ranged = tightest
        .rests_on
        .iter()
        .filter_map(|(id, _)| Some((*id, width(id)?)));
    let (id, _) = ranged.max_by(|a, b| a.1.total_cmp(&b.1))?;
    let judgement = case.judgement(id);
    let (low, high) = (judgement.low.as_ref()?, judgement.high.as_ref()?);
    Some(Reason {
        headline: format!(
            "{} may lie anywhere from {} to {}.",
            judgement.label,
            format_exact(low),
            format_exact(high)
        ),
        detail: judgement.because.clone().unwrap_or_default(),
        rests_on: vec![judgement.label.clone()],
    })
}
