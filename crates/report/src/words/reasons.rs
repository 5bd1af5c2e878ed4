//! Because, three reasons, three doubts: what carries an answer and what a careful reader should question.

use detente_base::ids::JudgementId;
use detente_base::number::{format_exact, to_float};
use detente_case::Case;
use detente_verdict::bounds::Stop;
use detente_verdict::verdict::Verdict;
use detente_verdict::why::{Grounds, Temptation};

use super::Findings;
use super::compared;
use super::moves::{changes_in_words, some_changes};
use super::numbers::{counted, short, signed};
use crate::view::Reason;

/// The few sentences after the headline.
pub(super) fn because(findings: &Findings<'_>) -> Vec<String> {
    let mut words = Vec::new();
    match &findings.answer.verdict {
        Verdict::Possible { deal, .. } => {
            words.extend(closest_calls(findings));
            let better: Vec<&str> = compared::better(findings, deal).collect();
            match better.len() {
                0 => {}
                all if all == findings.case.parties.len() => {
                    words.push("Every party is better off than without a deal.".into());
                }
                _ => words.push(format!("Better off than without a deal: {}.", better.join(", "))),
            }
        }
        Verdict::Impossible { .. } => {
            words.extend(findings.excluded.map(excluded));
            words.extend(closest_attempt(findings));
        }
        Verdict::Undecided { why, open } => {
            words.push(format!("{}.", capitalised(why)));
            match *open {
                0 => {}
                1 => words.push("One settlement that satisfies it is left open by the bounds.".into()),
                open => words.push(format!(
                    "{open} settlements that satisfy it are left open by the bounds."
                )),
            }
            words.extend(closest_attempt(findings));
        }
    }
    words
}

/// Why nothing is left, as it was proved.
fn excluded(grounds: &Grounds) -> String {
    let (targets, left, unreached) = match grounds {
        Grounds::NoEquilibrium { .. } => {
            return "No play at all enforces itself in pure strategies.".into();
        }
        Grounds::EachExcluded {
            targets,
            left,
            unreached,
        } => (*targets, *left, *unreached),
    };
    if targets == 0 {
        return "Nothing that the rules allow from today satisfies it.".into();
    }
    let mut parts = Vec::new();
    if left > 0 {
        let verb = if left == 1 { "is" } else { "are" };
        parts.push(format!(
            "{left} {verb} broken, because some party gains by it whatever follows"
        ));
    }
    if unreached > 0 {
        let verb = if unreached == 1 { "is" } else { "are" };
        parts.push(format!(
            "{unreached} {verb} never reached by self-enforcing play from today"
        ));
    }
    let states = counted(targets, "state satisfies", "states satisfy");
    format!("{states} the target: {}.", parts.join(", and "))
}

/// The settlement that comes nearest, and who breaks it by what. A party that would lose by breaking it is no reason.
fn closest_attempt(findings: &Findings<'_>) -> Option<String> {
    let breach = findings.temptations.first().filter(|breach| breach.slack < 0.0)?;
    let (case, game) = (findings.case, findings.game);
    Some(format!(
        "Closest attempt: {} fails because {} gains {} per period by {}.",
        some_changes(case, game, game.today(), breach.along),
        case.party(breach.party).name,
        short(-breach.slack),
        some_changes(case, game, breach.along, breach.departed)
    ))
}

/// The closest call of each party, in the order of the case: margins of different parties are not compared.
fn closest_calls(findings: &Findings<'_>) -> Option<String> {
    let calls: Vec<String> = tightest_of_each(findings)
        .map(|tightest| {
            let name = &findings.case.party(tightest.party).name;
            format!(
                "{name} {} {}",
                short(tightest.slack.max(0.0)),
                place(findings, tightest)
            )
        })
        .collect();
    match calls.len() {
        0 => None,
        1 => Some(format!(
            "What breaking it would cost per period, at the least: {}.",
            calls[0]
        )),
        _ => Some(format!(
            "What breaking it would cost each party per period at the least, on its own scale: {}.",
            calls.join("; ")
        )),
    }
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Each party's own temptation with the least margin, in the order of the case.
fn tightest_of_each<'a>(findings: &'a Findings<'_>) -> impl Iterator<Item = &'a Temptation> {
    findings.case.party_ids().filter_map(|party| {
        let own = findings.temptations.iter();
        own.filter(|temptation| temptation.party == party)
            .min_by(|a, b| a.slack.total_cmp(&b.slack))
    })
}

/// Where it is tempted: "at step 2", "at the settlement".
fn place(findings: &Findings<'_>, temptation: &Temptation) -> String {
    match &findings.answer.verdict {
        Verdict::Possible { deal, .. } if temptation.step + 1 < deal.path.len() => {
            format!("at step {}", temptation.step + 1)
        }
        _ => "at the settlement".to_owned(),
    }
}

/// One temptation in a short sentence: who, where, and what breaking it is worth.
fn tempted(findings: &Findings<'_>, temptation: &Temptation) -> String {
    let name = &findings.case.party(temptation.party).name;
    let at = place(findings, temptation);
    if temptation.slack < 0.0 && !matches!(findings.answer.verdict, Verdict::Possible { .. }) {
        format!(
            "{name} gains {} per period by breaking it {at}.",
            short(-temptation.slack)
        )
    } else {
        format!(
            "{name} would lose {} per period by breaking it {at}.",
            short(temptation.slack.max(0.0))
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

/// Why nobody departs at one step: what each party would lose, each on its own scale.
pub(super) fn holds_because(findings: &Findings<'_>, step: usize) -> String {
    let here = findings
        .temptations
        .iter()
        .filter(|temptation| temptation.step == step);
    let losses: Vec<String> = here
        .map(|temptation| {
            let name = &findings.case.party(temptation.party).name;
            format!("{name} {}", short(temptation.slack.max(0.0)))
        })
        .collect();
    match losses.is_empty() {
        true => String::new(),
        false => format!(
            "Nobody gains by breaking it here. Lost per period: {}.",
            losses.join(", ")
        ),
    }
}

/// What is played if nothing is agreed.
pub(super) fn no_deal(findings: &Findings<'_>) -> String {
    let path = &findings.answer.no_deal_path;
    let (Some(first), Some(last)) = (path.first(), path.last()) else {
        return "Without a deal: no equilibrium was found within the limits.".into();
    };
    if path.len() == 1 {
        return "Without a deal nothing changes.".into();
    }
    format!(
        "Without a deal play goes on in {} to: {}.",
        counted(path.len() - 1, "step", "steps"),
        changes_in_words(findings.case, findings.game, *first, *last)
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

/// What carries the answer: for each party the place where it is tempted most, in the order of the case.
pub(super) fn reasons(findings: &Findings<'_>) -> Vec<Reason> {
    tightest_of_each(findings)
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
    if let Some((_, Stop::StageLimit | Stop::WorkLimit | Stop::Interrupted)) = findings.answer.bounds {
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
        headline: "Moves are observed immediately and without error: within a period a breach is noticed and answered."
            .into(),
        detail: format!(
            "One period is {}; plans with imperfect notice are tested by `detente plan`.",
            findings.case.period
        ),
        rests_on: Vec::new(),
    });
    doubts
}

/// The narrowest margin of each party by which the deal holds.
fn thinnest(findings: &Findings<'_>) -> Option<Reason> {
    let Verdict::Possible { .. } = findings.answer.verdict else {
        return None;
    };
    let margins: Vec<String> = tightest_of_each(findings)
        .map(|tightest| {
            let name = &findings.case.party(tightest.party).name;
            format!("{name} {}", short(tightest.slack.max(0.0)))
        })
        .collect();
    let rests_on = tightest_of_each(findings).flat_map(|tightest| {
        let parts = tightest.rests_on.iter().take(2);
        parts.map(|(id, _)| findings.case.judgement(*id).label.clone())
    });
    (!margins.is_empty()).then(|| Reason {
        headline: format!(
            "It holds by no more than this per period, each party on its own scale: {}.",
            margins.join(", ")
        ),
        detail:
            "A judgement off by a party's margin on its parts below would make breaking it pay that party."
                .into(),
        rests_on: rests_on.collect(),
    })
}

fn unsourced(case: &Case) -> Option<Reason> {
    let without: Vec<&str> = case
        .judgements
        .iter()
        .filter(|judgement| judgement.sources.is_empty())
        .map(|judgement| judgement.label.as_str())
        .collect();
    let all = case.judgements.len();
    let headline = match without.len() {
        0 => return None,
        some if some == all => match all {
            1 => "The one judgement names no source.".to_owned(),
            all => format!("None of the {all} judgements names a source."),
        },
        1 => format!("1 of {all} judgements names no source."),
        some => format!("{some} of {all} judgements name no source."),
    };
    Some(Reason {
        headline,
        detail: String::new(),
        rests_on: without.iter().take(4).map(|label| (*label).to_owned()).collect(),
    })
}

/// The judgement whose range moves the margin it is part of the farthest, in shares of that party's own margin.
fn widest(findings: &Findings<'_>) -> Option<Reason> {
    let case = findings.case;
    let reach = |tightest: &Temptation, id: JudgementId, part: f64| {
        let judgement = case.judgement(id);
        let (low, high) = (judgement.low.as_ref()?, judgement.high.as_ref()?);
        let value = to_float(&judgement.likely);
        let moved = (to_float(high) - to_float(low)) * (part / value).abs();
        (value != 0.0).then(|| (id, moved / tightest.slack.abs().max(f64::MIN_POSITIVE)))
    };
    let ranged = tightest_of_each(findings).flat_map(|tightest| {
        let parts = tightest.rests_on.iter();
        parts.filter_map(move |(id, part)| reach(tightest, *id, *part))
    });
    let (id, _) = ranged.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
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
