//! From several readings to one answer: what all agree on stands, what they do not agree on is DISPUTED with its
//! branches.

use std::collections::BTreeMap;

use super::types::{Branch, CommitmentStatus, Headline, PowerStatus, Refused, SnapbackStatus, Status, View};

/// Merges the answers under different readings; `branches` holds at least one, each with the reading's name.
pub(super) fn merge(branches: Vec<(String, Status)>) -> Status {
    let mut merged = branches[0].1.clone();
    if branches.len() == 1 {
        return merged;
    }
    for place in 0..merged.commitments.len() {
        let id = merged.commitments[place].id.clone();
        let all = found(&branches, |status| {
            status.commitments.iter().find(|own| own.id == id)
        });
        merged.commitments[place] = merge_commitment(&all);
    }
    for place in 0..merged.powers.len() {
        let id = merged.powers[place].id.clone();
        let all = found(&branches, |status| status.powers.iter().find(|own| own.id == id));
        merged.powers[place] = merge_power(&all);
    }
    for place in 0..merged.snapbacks.len() {
        let (id, event) = (
            merged.snapbacks[place].id.clone(),
            merged.snapbacks[place].event.clone(),
        );
        let all = found(&branches, |status| {
            status
                .snapbacks
                .iter()
                .find(|own| own.id == id && own.event == event)
        });
        merged.snapbacks[place] = merge_snapback(&all);
    }
    merge_lists(&mut merged, &branches);
    merged.headline = whole_headline(&merged);
    merged.answer = answer(&merged);
    merged
}

fn found<'b, T>(
    branches: &'b [(String, Status)],
    pick: impl Fn(&'b Status) -> Option<&'b T>,
) -> Vec<(&'b str, &'b T)> {
    branches
        .iter()
        .filter_map(|(name, status)| pick(status).map(|item| (name.as_str(), item)))
        .collect()
}

fn merge_commitment(all: &[(&str, &CommitmentStatus)]) -> CommitmentStatus {
    let mut merged = all[0].1.clone();
    if all
        .iter()
        .all(|(_, own)| own.label == merged.label && own.branches == merged.branches)
    {
        return merged;
    }
    merged.branches = all
        .iter()
        .map(|(name, own)| branch(name, own.headline, &own.label, &own.because))
        .collect();
    merged.headline = Headline::Disputed;
    merged.label = in_words(&merged.branches);
    merged.because = all[0].1.because.clone();
    merged
}

fn merge_power(all: &[(&str, &PowerStatus)]) -> PowerStatus {
    let mut merged = all[0].1.clone();
    if all
        .iter()
        .all(|(_, own)| own.headline == merged.headline && own.holders == merged.holders)
    {
        return merged;
    }
    merged.branches = all
        .iter()
        .map(|(name, own)| Branch {
            when: (*name).to_owned(),
            headline: own.headline,
            label: own.headline.word(),
            detail: own.holders.join(", "),
        })
        .collect();
    merged.headline = Headline::Disputed;
    merged
}

fn merge_snapback(all: &[(&str, &SnapbackStatus)]) -> SnapbackStatus {
    let mut merged = all[0].1.clone();
    if all.iter().all(|(_, own)| own.label == merged.label) {
        return merged;
    }
    merged.branches = all
        .iter()
        .map(|(name, own)| branch(name, own.headline, &own.label, &own.because))
        .collect();
    merged.headline = Headline::Disputed;
    merged.label = in_words(&merged.branches);
    merged.valid = None;
    // Dates that only some readings know are shown in the branches; the latest is kept for orientation.
    merged.last_day = all.iter().filter_map(|(_, own)| own.last_day.clone()).max();
    merged.draft_by = all.iter().filter_map(|(_, own)| own.draft_by.clone()).max();
    merged.reverses_at = all.iter().filter_map(|(_, own)| own.reverses_at.clone()).max();
    merged.votes = all
        .iter()
        .map(|(_, own)| own.votes.clone())
        .max_by_key(Vec::len)
        .unwrap_or_default();
    merged
}

fn branch(name: &str, headline: Headline, label: &str, because: &[super::types::Because]) -> Branch {
    let detail: Vec<String> = because
        .iter()
        .map(|because| format!("{} ({})", because.rule, because.fact))
        .collect();
    Branch {
        when: name.to_owned(),
        headline,
        label: label.to_owned(),
        detail: detail.join("; "),
    }
}

fn in_words(branches: &[Branch]) -> String {
    let all: Vec<String> = branches
        .iter()
        .map(|branch| format!("{} if {}", branch.label, branch.when))
        .collect();
    format!("DISPUTED: {}", all.join(" | "))
}

/// Findings, disputes, next steps and refusals of all readings.
fn merge_lists(merged: &mut Status, branches: &[(String, Status)]) {
    for (place, finding) in merged.findings.iter_mut().enumerate() {
        let all: Vec<(String, String)> = branches
            .iter()
            .filter_map(|(name, status)| {
                let own = status
                    .findings
                    .get(place)
                    .filter(|own| own.event == finding.event);
                let own = own.or_else(|| {
                    let same = |own: &&super::types::FindingStatus| {
                        own.event == finding.event && own.commitment == finding.commitment
                    };
                    status.findings.iter().find(same)
                })?;
                Some((name.clone(), own.finding.clone()))
            })
            .collect();
        if all.iter().any(|(_, own)| *own != finding.finding) {
            finding.finding = "disputed".to_owned();
            finding.why = "the readings of the text differ".to_owned();
            finding.branches = all;
        }
    }
    for (name, status) in &branches[1..] {
        for dispute in &status.disputes {
            if !merged.disputes.contains(dispute) {
                let mut own = dispute.clone();
                own.label = format!("{} (if {name})", own.label);
                merged.disputes.push(own);
            }
        }
        for next in &status.next {
            if !merged.next.contains(next) {
                let mut own = next.clone();
                own.what = format!("{} (if {name})", own.what);
                merged.next.push(own);
            }
        }
    }
    merged.next.sort();
    let mut counts: BTreeMap<&Refused, usize> = BTreeMap::new();
    for (_, status) in branches {
        let mut own: Vec<&Refused> = status.refused.iter().collect();
        own.sort();
        own.dedup();
        own.into_iter()
            .for_each(|refused| *counts.entry(refused).or_default() += 1);
    }
    // An event that only some readings refuse is no refused event: its branches say so.
    merged.refused = counts
        .into_iter()
        .filter(|(_, count)| *count == branches.len())
        .map(|(refused, _)| refused.clone())
        .collect();
}

/// A relief whose fate a tie leaves open.
pub(super) fn leave_open(status: &mut CommitmentStatus, snapbacks: &[SnapbackStatus]) {
    if status.headline == Headline::Reversed {
        return;
    }
    status.headline = Headline::Undetermined;
    status.label = Headline::Undetermined.word();
    for snapback in snapbacks
        .iter()
        .filter(|snapback| snapback.headline == Headline::Undetermined)
    {
        status.because.clone_from(&snapback.because);
        status.branches.clone_from(&snapback.branches);
    }
}

/// What is wrong with an agreement, the worst first.
const WORST_FIRST: [Headline; 7] = [
    Headline::Breached,
    Headline::Violated,
    Headline::Reversed,
    Headline::Disputed,
    Headline::Overdue,
    Headline::Alleged,
    Headline::Undetermined,
];

/// The agreement as a whole: what a reader must know first.
pub(super) fn whole_headline(status: &Status) -> Headline {
    let all = |wanted: Headline| {
        let mut commitments = status.commitments.iter();
        !status.commitments.is_empty() && commitments.all(|own| own.headline == wanted)
    };
    if let Some(whole) = [Headline::Draft, Headline::Terminated]
        .into_iter()
        .find(|whole| all(*whole))
    {
        return whole;
    }
    let commitments = status.commitments.iter().map(|own| own.headline);
    let started = status.snapbacks.iter().filter(|own| own.event.is_some());
    let found: Vec<Headline> = commitments.chain(started.map(|own| own.headline)).collect();
    let worst = WORST_FIRST.iter().find(|wrong| found.contains(wrong));
    worst.copied().unwrap_or(Headline::InForce)
}

/// The answer in one line.
pub(super) fn answer(status: &Status) -> String {
    let mut counts: BTreeMap<(usize, Headline), usize> = BTreeMap::new();
    for commitment in &status.commitments {
        let worst = WORST_FIRST.iter().position(|wrong| *wrong == commitment.headline);
        let place = worst.unwrap_or(WORST_FIRST.len());
        *counts.entry((place, commitment.headline)).or_default() += 1;
    }
    let parts: Vec<String> = counts
        .iter()
        .map(|((_, headline), count)| format!("{count} {}", headline.word()))
        .collect();
    let mut answer = format!("{}: {}", status.headline.word(), parts.join(", "));
    if status.headline == Headline::Draft {
        let missing = status
            .signatures
            .iter()
            .filter(|own| own.needed && own.on.is_none());
        let missing: Vec<&str> = missing.map(|own| own.party.as_str()).collect();
        if !missing.is_empty() {
            answer.push_str(&format!("; not signed by {}", missing.join(", ")));
        }
    }
    for snapback in status
        .snapbacks
        .iter()
        .filter(|snapback| snapback.event.is_some())
    {
        answer.push_str(&format!("; {} {}", snapback.id, snapback.label));
    }
    answer
}

/// Items whose answer differs in a party's view.
pub(super) fn differences(common: &Status, own: &Status, viewer: &str, why: &str) -> Vec<View> {
    let view = |id: &str, headline: Headline, label: &str| View {
        viewer: viewer.to_owned(),
        id: id.to_owned(),
        headline,
        label: label.to_owned(),
        why: why.to_owned(),
    };
    let mut all = Vec::new();
    for (one, other) in common.commitments.iter().zip(&own.commitments) {
        if one.label != other.label {
            all.push(view(&other.id, other.headline, &other.label));
        }
    }
    for one in &common.snapbacks {
        let other = own
            .snapbacks
            .iter()
            .find(|other| other.id == one.id && other.event == one.event);
        match other {
            Some(other) if other.label != one.label => {
                all.push(view(&other.id, other.headline, &other.label))
            }
            None => {
                let label = "not recognised: no clock".to_owned();
                all.push(view(&one.id, Headline::NotOpen, &label));
            }
            Some(_) => {}
        }
    }
    all
}
