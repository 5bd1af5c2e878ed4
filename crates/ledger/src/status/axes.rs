//! The axes behind a headline: life, clock, performance, evidence, dispute, holds, recognition. They are kept apart,
//! because one word cannot say that something was done late, verified later, and is being kept.

use super::commitment::Case;
use super::record::Recognition;
use super::types::{CommitmentStatus, Headline, Performance};
use crate::calendar::days_between;
use crate::moment::Moment;
use crate::show::amount_in_words;

/// The whole status of a commitment once its headline is known.
pub(super) fn finish(case: Case<'_, '_>, headline: Headline) -> CommitmentStatus {
    let zone = &case.commitment.zone;
    let day = |moment: Moment| moment.day(zone);
    let occurred = case.evidence.done.as_ref().map(|done| done.occurred);
    let occurred = occurred.or_else(|| case.evidence.claim.as_ref().map(|(_, occurred)| *occurred));
    let late = |moment: Moment| {
        let last_day = case.clock.last_day?;
        let late = days_between(last_day, day(moment));
        (late > 0).then_some(late)
    };
    let late_days = occurred.and_then(|occurred| late(occurred.to));
    let verified_late_days = case.evidence.done.as_ref().and_then(|done| late(done.verified));
    let shown_amount = case.commitment.amount.as_ref().map(|amount| {
        let delivered = case.evidence.amount.clone().min(amount.of.clone());
        (
            amount_in_words(&delivered),
            amount_in_words(&amount.of),
            amount.unit.clone(),
        )
    });
    let maintain = if case.evidence.done.is_some() {
        maintain_shown(&case)
    } else {
        None
    };
    let complete = case.evidence.done.is_some();
    let partial = case.evidence.level().is_some() || case.evidence.amount > Default::default();
    let label = super::label::label(
        &case,
        headline,
        late_days,
        verified_late_days,
        shown_amount.as_ref(),
    );
    let state = if complete {
        "complete"
    } else if partial {
        "partial"
    } else {
        "none"
    };
    let recognition = recognition(&case);
    CommitmentStatus {
        id: case.commitment.id.clone(),
        title: case.commitment.title.clone(),
        kind: case.commitment.kind.word().to_owned(),
        by: case.commitment.by.clone(),
        to: case.commitment.to.clone(),
        headline,
        label,
        life: life(headline).to_owned(),
        clock: clock_word(&case).to_owned(),
        performance: Performance {
            state: state.to_owned(),
            level: case.evidence.level(),
            amount: shown_amount.as_ref().map(|(done, _, _)| done.clone()),
            amount_owed: shown_amount.as_ref().map(|(_, owed, _)| owed.clone()),
            unit: shown_amount.map(|(_, _, unit)| unit),
            occurred: case
                .evidence
                .done
                .as_ref()
                .map(|done| crate::show::occurrence(done.occurred, zone)),
            verified: case
                .evidence
                .done
                .as_ref()
                .map(|done| day(done.verified).to_string()),
        },
        evidence: if case.evidence.state.is_empty() {
            "none"
        } else {
            case.evidence.state
        }
        .to_owned(),
        dispute: case.dispute.clone(),
        holds: case.clock.holding.clone(),
        maintain,
        late_days,
        verified_late_days,
        opens: case.activation.opens.map(|day| day.to_string()),
        last_day: case.clock.last_day.map(|day| day.to_string()),
        deadline: case.clock.deadline.map(|deadline| deadline.show(zone)),
        grace_until: case.clock.grace_until.map(|day| day.to_string()),
        recognition,
        because: case.because,
        branches: case.branches,
    }
}

fn maintain_shown(case: &Case<'_, '_>) -> Option<Headline> {
    case.commitment
        .then_maintain
        .then(|| super::keeping::kept(case.evidence))
        .filter(|_| case.evidence.done.is_some())
}

fn recognition(case: &Case<'_, '_>) -> Recognition {
    let mut all = Recognition::default();
    let done = case.evidence.done.iter().flat_map(|done| &done.events);
    for event in done {
        let own = case.world.seen.record().recognition(event, case.world.seen);
        all.recognised_by.extend(own.recognised_by);
        all.contested_by.extend(own.contested_by);
    }
    all
}

fn life(headline: Headline) -> &'static str {
    match headline {
        Headline::Draft => "draft",
        Headline::Dormant => "dormant",
        Headline::Pending => "pending",
        Headline::Terminated
        | Headline::Reversed
        | Headline::Waived
        | Headline::Superseded
        | Headline::ExpiredKept => "ended",
        _ => "active",
    }
}

fn clock_word(case: &Case<'_, '_>) -> &'static str {
    let at = case.at();
    if case.activation.opened.is_none() {
        return "not_open";
    }
    let (Some(deadline), Some(last_day)) = (case.clock.deadline, case.clock.last_day) else {
        return "none";
    };
    if at > deadline {
        return match case.clock.grace_end {
            Some(grace) if at <= grace => "grace",
            _ => "past_due",
        };
    }
    let left = days_between(at.day(&case.commitment.zone), last_day);
    if left <= i64::from(case.world.agreement.due_soon) {
        "due_soon"
    } else {
        "open"
    }
}
