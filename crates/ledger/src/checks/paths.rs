//! Dispute paths: stages that cannot be reached, rounds without end, and ends that lead nowhere.

use super::{Flaw, Severity, flaw};
use crate::text::agreement::{Agreement, Dispute, Stage};

/// Checks the stages of every procedure.
pub(super) fn dispute_paths(agreement: &Agreement, flaws: &mut Vec<Flaw>) {
    for dispute in &agreement.disputes {
        reachability(dispute, flaws);
        endlessness(dispute, flaws);
        ends(agreement, dispute, flaws);
    }
}

fn name(dispute: &Dispute, stage: &Stage) -> String {
    format!("{}.{}", dispute.id, stage.id)
}

fn reachability(dispute: &Dispute, flaws: &mut Vec<Flaw>) {
    let first = dispute
        .stages
        .iter()
        .filter(|stage| stage.after.is_empty())
        .count();
    if first == 0 && !dispute.stages.is_empty() {
        let what = format!("{} has no first stage: each one waits for another", dispute.id);
        flaws.push(flaw(
            Severity::Error,
            "unreachable",
            &[&dispute.id],
            what,
            "leave `after` out in the stage that opens it",
        ));
    }
    let mut reached: Vec<&str> = Vec::new();
    loop {
        let before = reached.len();
        for stage in &dispute.stages {
            let open = stage.after.is_empty() || stage.after.iter().any(|id| reached.contains(&id.as_str()));
            if open && !reached.contains(&stage.id.as_str()) {
                reached.push(&stage.id);
            }
        }
        if reached.len() == before {
            break;
        }
    }
    for stage in dispute
        .stages
        .iter()
        .filter(|stage| !reached.contains(&stage.id.as_str()))
    {
        let full = name(dispute, stage);
        let what = format!("{full} can never be reached");
        flaws.push(flaw(
            Severity::Error,
            "unreachable",
            &[&full],
            what,
            "let it come after a stage that opens",
        ));
    }
    for (place, stage) in dispute.stages.iter().enumerate() {
        let later = |id: &String| {
            dispute
                .stages
                .iter()
                .position(|other| other.id == *id)
                .is_some_and(|at| at >= place)
        };
        if reached.contains(&stage.id.as_str()) && stage.after.iter().any(later) {
            let full = name(dispute, stage);
            let what = format!("{full} comes after a stage that is written below it: the path turns back");
            flaws.push(flaw(
                Severity::Error,
                "endless",
                &[&full],
                what,
                "write stages in their order",
            ));
        }
    }
}

fn endlessness(dispute: &Dispute, flaws: &mut Vec<Flaw>) {
    for stage in &dispute.stages {
        let full = name(dispute, stage);
        if let Some(by) = &stage.extension {
            let who = if by.is_empty() {
                "consensus of its body".to_owned()
            } else {
                by.join(", ")
            };
            let what =
                format!("{full} can be extended by {who} as often as they like: nothing bounds the path");
            flaws.push(flaw(
                Severity::Warning,
                "endless",
                &[&full],
                what,
                "bound it, or accept that all must agree to wait",
            ));
        }
        if stage.late_extension {
            let what = format!("{full} can be extended after its end: nobody can rely on its end");
            flaws.push(flaw(
                Severity::Warning,
                "endless",
                &[&full],
                what,
                "drop `late_extension`",
            ));
        }
    }
}

fn ends(agreement: &Agreement, dispute: &Dispute, flaws: &mut Vec<Flaw>) {
    for stage in &dispute.stages {
        let full = name(dispute, stage);
        let followed = dispute.stages.iter().any(|other| other.after.contains(&stage.id));
        let opens = agreement
            .powers
            .iter()
            .any(|power| power.after_stages.contains(&full))
            || agreement
                .snapbacks
                .iter()
                .any(|snapback| snapback.after_stages.contains(&full));
        if !followed && !opens {
            let what = format!(
                "{full} is the last stage and opens no power: an unresolved dispute stays open permanently"
            );
            flaws.push(flaw(
                Severity::Warning,
                "endless",
                &[&full],
                what,
                "write a power with `after_stage`, or a body that decides",
            ));
        }
        if stage.body.is_empty() && stage.decision.is_none() {
            let what = format!("{full} names no body: nobody can decide in it");
            flaws.push(flaw(
                Severity::Warning,
                "unreachable",
                &[&full],
                what,
                "name the `body`",
            ));
        }
    }
}

/// The shortest way through a procedure in days, when nobody extends and every stage runs out.
pub(super) fn shortest(agreement: &Agreement, dispute: &Dispute) -> Option<i64> {
    let start = super::entry_day(agreement).unwrap_or(jiff::civil::date(2000, 1, 1));
    let mut ends: Vec<(&str, jiff::civil::Date)> = Vec::new();
    for stage in &dispute.stages {
        let from = if stage.after.is_empty() {
            Some(start)
        } else {
            // Side-by-side stages: one of them is enough to go on.
            let known = stage
                .after
                .iter()
                .filter_map(|id| ends.iter().find(|(other, _)| other == id).map(|(_, day)| *day));
            known.min()
        };
        let end = from.and_then(|from| agreement.rules.last_day(from, stage.within).ok())?;
        ends.push((&stage.id, end));
    }
    let last = |id: &str| {
        !dispute
            .stages
            .iter()
            .any(|stage| stage.after.iter().any(|after| after == id))
    };
    let end = ends
        .iter()
        .filter(|(id, _)| last(id))
        .map(|(_, day)| *day)
        .max()?;
    Some(crate::calendar::days_between(start, end))
}
