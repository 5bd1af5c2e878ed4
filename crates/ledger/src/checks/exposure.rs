//! Who can be exposed how long: having performed, while what the other side owes in return is not yet due, and then
//! while the text's own answer to non-performance runs its course.

use serde::Serialize;

use super::{paths, stated_last_day};
use crate::calendar::days_between;
use crate::text::agreement::{Agreement, Commitment, Kind};

/// The worst exposure of one party.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exposure {
    /// The party.
    pub party: String,
    /// What it has done.
    pub after: String,
    /// What it waits for.
    pub waits_for: String,
    /// Days between the two last days.
    pub days: i64,
    /// Days until the text's answer has effect, if it has one: dispute path and snapback clock.
    pub answer_days: Option<i64>,
    /// In words.
    pub what: String,
}

/// The worst exposure of each party that owes something and is owed something in return.
#[must_use]
pub fn exposures(agreement: &Agreement) -> Vec<Exposure> {
    let answer = answer_days(agreement);
    let mut all = Vec::new();
    for party in agreement.parties.keys() {
        let owes = |commitment: &&Commitment| agreement.includes(&commitment.by, party, None);
        let owed = |commitment: &&Commitment| {
            agreement.includes(&commitment.to, party, None)
                && !agreement.includes(&commitment.by, party, None)
        };
        let done: Vec<&Commitment> = agreement.commitments.iter().filter(owes).collect();
        let due: Vec<&Commitment> = agreement.commitments.iter().filter(owed).collect();
        let mut worst: Option<Exposure> = None;
        for own in done.iter().filter(|own| own.written && own.kind != Kind::Permit) {
            for other in due.iter().filter(|other| other.written) {
                let (Some(first), Some(second)) =
                    (stated_last_day(agreement, own), stated_last_day(agreement, other))
                else {
                    continue;
                };
                let days = days_between(first, second).max(0);
                if worst.as_ref().is_none_or(|worst| worst.days < days) {
                    worst = Some(exposure(party, own, other, days, answer));
                }
            }
        }
        all.extend(worst);
    }
    all.sort_by_key(|exposure| -exposure.days);
    all
}

fn exposure(party: &str, own: &Commitment, other: &Commitment, days: i64, answer: Option<i64>) -> Exposure {
    let tail = match answer {
        Some(answer) => format!("; then {answer} days until the text's own answer has effect"),
        None => "; the text then writes no answer".to_owned(),
    };
    let what = if days == 0 {
        format!("{party}: {} and {} are due together{tail}", own.id, other.id)
    } else {
        format!(
            "{party} may have done {} and still wait {days} days for {}{tail}",
            own.id, other.id
        )
    };
    Exposure {
        party: party.to_owned(),
        after: own.id.clone(),
        waits_for: other.id.clone(),
        days,
        answer_days: answer,
        what,
    }
}

/// Days from an opened dispute to a reversal, when nobody extends: JCPOA 15 + 15 + 5 + 30 = 65.
fn answer_days(agreement: &Agreement) -> Option<i64> {
    let start = super::entry_day(agreement).unwrap_or(jiff::civil::date(2000, 1, 1));
    let snapback = agreement
        .snapbacks
        .iter()
        .filter_map(|snapback| agreement.rules.last_day(start, snapback.clock).ok())
        .map(|day| days_between(start, day))
        .min();
    let path = agreement
        .disputes
        .iter()
        .filter_map(|dispute| paths::shortest(agreement, dispute))
        .min();
    match (path, snapback) {
        (None, None) => None,
        (path, snapback) => Some(path.unwrap_or(0) + snapback.unwrap_or(0)),
    }
}

/// Days from an opened dispute to a reversal, if the text writes a way there.
#[must_use]
pub fn shortest_answer(agreement: &Agreement) -> Option<i64> {
    answer_days(agreement)
}
