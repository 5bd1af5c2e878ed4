//! The headline of a commitment and the axes behind it (specification, agreements/README section 3).

use super::clock::{Clock, clock_of};
use super::dispute::Disputes;
use super::found::Evidence;
use super::keeping::{keeping_headline, notice_headline, quota_headline};
use super::snapback::Reversals;
use super::types::{Because, Branch, CommitmentStatus, Headline};
use super::world::{Activation, World, describe_when};
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::text::agreement::{BreachRule, Commitment, Kind, Unproven, When};

/// Everything that the headline of one commitment rests on.
pub(super) struct Case<'w, 'a> {
    pub world: &'w World<'a>,
    pub commitment: &'w Commitment,
    pub evidence: &'w Evidence,
    pub activation: Activation,
    pub clock: Clock,
    pub because: Vec<Because>,
    pub branches: Vec<Branch>,
    pub dispute: String,
    pub breach: Option<String>,
    pub reversed: Option<(String, String)>,
}

impl Case<'_, '_> {
    pub(super) fn because(&mut self, rule: &str, fact: impl Into<String>) {
        self.because.push(Because {
            rule: rule.to_owned(),
            fact: fact.into(),
        });
    }

    pub(super) fn at(&self) -> Moment {
        self.world.seen.at
    }
}

/// The status of one commitment.
pub(super) fn commitment_status(
    world: &World<'_>,
    commitment: &Commitment,
    disputes: &Disputes,
    reversals: &Reversals,
) -> CommitmentStatus {
    let empty = Evidence::default();
    let evidence = world.evidence.get(&commitment.id).unwrap_or(&empty);
    let activation = world.activation(commitment);
    let clock = clock_of(world, commitment, &activation);
    let mut case = Case {
        world,
        commitment,
        evidence,
        activation,
        clock,
        because: Vec::new(),
        branches: Vec::new(),
        dispute: disputes.axis(&commitment.id, !evidence.alleged.is_empty()),
        breach: disputes.breach(&commitment.id),
        reversed: reversals.of(&commitment.id),
    };
    let headline = headline(&mut case);
    super::axes::finish(case, headline)
}

fn headline(case: &mut Case<'_, '_>) -> Headline {
    if let Some(ended) = ended(case) {
        return ended;
    }
    let performs = matches!(case.commitment.kind, Kind::Achieve | Kind::Process);
    if performs && case.evidence.done.is_some() {
        return fulfilled(case);
    }
    if let Some(waiting) = not_open(case) {
        return waiting;
    }
    match case.commitment.kind {
        Kind::Permit => {
            case.because(
                "relief or permission in force since it took effect",
                opened_fact(case),
            );
            Headline::InForce
        }
        Kind::Maintain | Kind::Forbid => keeping_headline(case),
        Kind::Quota if case.commitment.quota.is_some() => quota_headline(case),
        Kind::Notify if case.commitment.every.is_some() => notice_headline(case),
        Kind::Notify if !case.evidence.notices.is_empty() => notice_headline(case),
        _ => open_headline(case),
    }
}

fn opened_fact(case: &Case<'_, '_>) -> String {
    case.activation
        .opened
        .map_or_else(String::new, |day| format!("since {day}"))
}

/// Ends that stand above everything else: termination, reversal, waiver, replacement, sunset.
fn ended(case: &mut Case<'_, '_>) -> Option<Headline> {
    let events = case.world.seen.acts(&case.commitment.id);
    if case.world.in_force.is_none() {
        case.because(
            "1: not in force until the entry rule is met",
            "signatures or date still missing",
        );
        return Some(Headline::Draft);
    }
    if let Some(event) = terminated(case, &events) {
        case.because("ended by all parties", event);
        return Some(Headline::Terminated);
    }
    if let Some((rule, fact)) = case.reversed.clone() {
        case.because(&rule, fact);
        return Some(Headline::Reversed);
    }
    if let Some(event) = waived(case, &events) {
        case.because("22: waived by its creditors", event);
        return Some(Headline::Waived);
    }
    if let Some(successor) = &case.commitment.superseded_by {
        case.because(
            "23: replaced by an amendment in force",
            format!("successor {successor}"),
        );
        return Some(Headline::Superseded);
    }
    if let Some(unless) = discharged(case) {
        case.because("4: discharged as the text provides", unless);
        return Some(Headline::Terminated);
    }
    sunset(case)
}

/// What discharges a duty (`unless`), before its window opened or after: as long as it was neither done, nor broken, nor
/// overdue.
fn discharged(case: &Case<'_, '_>) -> Option<String> {
    if case.evidence.done.is_some() || case.evidence.uncured().is_some() {
        return None;
    }
    let last = case.clock.grace_end.or(case.clock.deadline);
    let in_time = |day| {
        let opened = case.activation.opened.is_some();
        !opened || last.is_none_or(|last| Moment::start_of(day, &case.commitment.zone) <= last)
    };
    let met = case.commitment.unless.iter().find(|when| {
        let day = case.world.day_of(when, None);
        day.is_some_and(|day| case.world.reached(day) && in_time(day))
    });
    met.map(describe_when)
}

fn terminated(case: &Case<'_, '_>, events: &[&Event]) -> Option<String> {
    let whole = case.world.seen.acts("agreement");
    let all = events.iter().chain(whole.iter()).copied();
    let mut ends = all.filter(|event| event.kind == EventKind::Terminate);
    ends.find(|event| {
        let day = Some(event.occurred.to.day(&case.world.agreement.zone));
        let said = case.world.agreement.expand(&event.by, day);
        let entitled = case
            .world
            .agreement
            .parties
            .keys()
            .all(|party| said.contains(party));
        if !entitled {
            case.world.refuse(event, "a termination needs all parties");
        }
        entitled
    })
    .map(|event| event.id.clone())
}

fn waived(case: &Case<'_, '_>, events: &[&Event]) -> Option<String> {
    let commitment = case.commitment;
    let mut said: Vec<String> = Vec::new();
    for event in events.iter().filter(|event| event.kind == EventKind::Waive) {
        if !case.world.entitled(&commitment.to, event) {
            case.world
                .refuse(event, format!("only creditors may waive {}", commitment.id));
            continue;
        }
        let day = Some(event.occurred.to.day(&case.world.agreement.zone));
        said.extend(case.world.agreement.expand(&event.by, day));
        let creditors = case.world.agreement.expand(&commitment.to, day);
        if !commitment.waiver_by_all || creditors.iter().all(|creditor| said.contains(creditor)) {
            return Some(event.id.clone());
        }
    }
    None
}

/// The end of the commitment or of the whole agreement by date.
fn sunset(case: &mut Case<'_, '_>) -> Option<Headline> {
    let own = case
        .commitment
        .ends
        .as_ref()
        .and_then(|when| case.world.day_of(when, Some(case.commitment)));
    let whole = case.world.agreement.sunset.as_ref();
    let whole = whole.and_then(|sunset| Some((case.world.day_of(&sunset.on, None)?, sunset.kept)));
    let (day, kept) = match (own, whole) {
        (Some(own), Some((whole, _))) if own <= whole => (own, true),
        (_, Some((whole, kept))) => (whole, kept),
        (Some(own), None) => (own, true),
        (None, None) => return None,
    };
    if !case.world.reached(day) {
        return None;
    }
    if case.evidence.done.is_some() && !matches!(case.commitment.kind, Kind::Maintain | Kind::Forbid) {
        return None;
    }
    if case.evidence.uncured().is_some() {
        return None;
    }
    case.because("24: sunset", format!("reached {day}"));
    let keeps = matches!(case.commitment.kind, Kind::Maintain | Kind::Forbid | Kind::Permit);
    Some(if keeps && kept {
        Headline::ExpiredKept
    } else {
        Headline::Terminated
    })
}

/// Dormant or pending, or discharged because its preconditions came too late.
fn not_open(case: &mut Case<'_, '_>) -> Option<Headline> {
    if case.activation.triggered.is_none() {
        let trigger = case
            .commitment
            .trigger
            .as_ref()
            .map(describe_when)
            .unwrap_or_default();
        case.because("2: waits for its trigger", trigger);
        return Some(Headline::Dormant);
    }
    let acts = case.world.seen.acts(&case.commitment.id);
    let mut cancels = acts.iter().filter(|event| event.kind == EventKind::Cancel);
    if let Some(event) = cancels.find(|event| cancels_trigger(case, event)) {
        case.because("4: its trigger was cancelled", event.id.clone());
        return Some(Headline::Terminated);
    }
    if let Some(lapses) = case.commitment.lapses
        && Moment::end_of(lapses, &case.commitment.zone) < case.at()
        && (!case.activation.missing.is_empty() || case.activation.met.is_some_and(|met| met > lapses))
    {
        case.because("4: the window for its preconditions lapsed", lapses.to_string());
        return Some(Headline::Terminated);
    }
    if case.activation.opened.is_some() {
        return None;
    }
    if !case.clock.holding.is_empty() {
        return Some(suspended(case));
    }
    if case.activation.missing.is_empty() {
        let opens = case
            .activation
            .opens
            .map(|day| day.to_string())
            .unwrap_or_default();
        case.because("3: its window has not opened", format!("opens {opens}"));
    } else {
        case.because("3: preconditions are missing", case.activation.missing.join(", "));
    }
    if case.evidence.claim.is_some() {
        Some(claimed(case))
    } else {
        Some(Headline::Pending)
    }
}

/// A trigger is cancelled by all who gave it, until the window opens; by all creditors at any time.
fn cancels_trigger(case: &Case<'_, '_>, event: &Event) -> bool {
    let (world, commitment) = (case.world, case.commitment);
    let day = event.occurred.to.day(&world.agreement.zone);
    let said = world.agreement.expand(&event.by, Some(day));
    let all = |names: &[String]| {
        let needed = world.agreement.expand(names, Some(day));
        !needed.is_empty() && needed.iter().all(|person| said.contains(person))
    };
    let trigger = match &commitment.trigger {
        Some(When::Event(pattern)) => world.first_match(pattern),
        _ => None,
    };
    let open = case.activation.opened.is_some_and(|opened| opened <= day);
    let may = all(&commitment.to) || (!open && trigger.is_some_and(|trigger| all(&trigger.by)));
    if !may {
        let why = "a trigger is cancelled by all who gave it before the window opens, or by all creditors";
        world.refuse(event, why);
    }
    may
}

fn suspended(case: &mut Case<'_, '_>) -> Headline {
    let holds: Vec<String> = case
        .clock
        .holding
        .iter()
        .map(|hold| format!("{} by {}: {}", hold.event, hold.by.join(", "), hold.cause))
        .collect();
    case.because("16: held by somebody who may", holds.join("; "));
    Headline::Suspended
}

fn claimed(case: &mut Case<'_, '_>) -> Headline {
    let claim = case
        .evidence
        .claim
        .as_ref()
        .map(|(id, _)| id.clone())
        .unwrap_or_default();
    case.because("8: claimed by the debtor; a claim is not performance", claim);
    Headline::Claimed
}

/// Performed: in time, late, or at a time that may be either.
fn fulfilled(case: &mut Case<'_, '_>) -> Headline {
    let Some(done) = case.evidence.done.clone() else {
        return Headline::Undetermined;
    };
    let events = done.events.join(", ");
    let who = if done.by_creditors {
        "20: accepted by the creditors"
    } else {
        "9: the verifier accepted"
    };
    let kept = super::keeping::maintain_after(case);
    if kept == Some(Headline::Violated) {
        return Headline::Violated;
    }
    match case.clock.deadline {
        Some(deadline) if done.occurred.from > deadline => {
            case.because(
                &format!("{who}; it occurred after the last day").replace("9:", "10:"),
                events,
            );
            Headline::FulfilledLate
        }
        Some(deadline) if done.occurred.to > deadline => {
            for (headline, when) in [
                (Headline::Fulfilled, "it occurred by the last day"),
                (Headline::FulfilledLate, "it occurred after the last day"),
            ] {
                case.branches.push(Branch {
                    when: when.to_owned(),
                    headline,
                    label: headline.word(),
                    detail: format!("the record gives only an interval ({events})"),
                });
            }
            case.because(
                "the interval of its occurrence contains the end of the last day",
                events,
            );
            Headline::Undetermined
        }
        Some(_) => {
            case.because(&format!("{who}; it occurred by the last day"), events);
            Headline::Fulfilled
        }
        None => {
            case.because(&format!("{who}; the text states no last day"), events);
            Headline::Fulfilled
        }
    }
}

/// The headline while a performance is still owed.
pub(super) fn open_headline(case: &mut Case<'_, '_>) -> Headline {
    if let Some(decision) = case.breach.clone() {
        case.because("13: a breach was found as the text provides", decision);
        return Headline::Breached;
    }
    if !case.clock.holding.is_empty() {
        return suspended(case);
    }
    if case.dispute.starts_with("stage") || case.dispute == "unresolved" {
        case.because("12: a dispute about it is open", case.dispute.clone());
        return Headline::Disputed;
    }
    if case.evidence.claim.is_some() {
        return claimed(case);
    }
    let Some(deadline) = case.clock.deadline else {
        if let Some(trouble) = case.clock.trouble.clone() {
            case.because("the text does not decide the last day", trouble);
            return Headline::Undetermined;
        }
        case.because(
            "3: its window is open and the text states no last day",
            opened_fact(case),
        );
        return Headline::Due;
    };
    let last_day = case.clock.last_day.map(|day| day.to_string()).unwrap_or_default();
    if case.at() <= deadline {
        case.because("3: its window is open", format!("last day {last_day}"));
        return Headline::Due;
    }
    if let Some(grace_end) = case.clock.grace_end
        && case.at() <= grace_end
    {
        case.because(
            "5: the last day passed; grace runs",
            format!("last day {last_day}"),
        );
        return Headline::Grace;
    }
    if let Some(trouble) = case.clock.trouble.clone() {
        case.because("the text does not decide the last day", trouble);
        return Headline::Undetermined;
    }
    match (case.commitment.breach, case.commitment.unproven) {
        (BreachRule::Automatic, _) => {
            case.because(
                "the text makes an overdue duty a breach",
                format!("last day {last_day}"),
            );
            Headline::Breached
        }
        (_, Unproven::Undetermined) => {
            case.because(
                "the last day passed and nobody is named who could say whether it was done; silence is not breach",
                format!("last day {last_day}"),
            );
            Headline::Undetermined
        }
        _ => {
            case.because(
                "5: last day and grace passed without accepted performance",
                format!("last day {last_day}"),
            );
            Headline::Overdue
        }
    }
}
