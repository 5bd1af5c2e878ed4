//! What one evaluation looks at: one reading of the text, the events that count, one viewer.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::evidence::weigh;
use super::found::Evidence;
use super::record::Seen;
use crate::calendar::Start;
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::text::agreement::{Agreement, Commitment, Entry, EventPattern, When};

/// One evaluation.
pub(super) struct World<'a> {
    pub agreement: Agreement,
    pub seen: &'a Seen<'a>,
    pub viewer: Option<&'a str>,
    pub evidence: HashMap<String, Evidence>,
    pub refused: RefCell<Vec<(String, String)>>,
    /// What a party asserts that the text does not say, and what therefore differs in its view.
    pub in_force: Option<Date>,
}

impl<'a> World<'a> {
    pub(super) fn new(mut agreement: Agreement, seen: &'a Seen<'a>, viewer: Option<&'a str>) -> Self {
        apply_departures(&mut agreement, seen);
        let mut world = Self {
            in_force: None,
            agreement,
            seen,
            viewer,
            evidence: HashMap::new(),
            refused: RefCell::new(seen.refused().to_vec()),
        };
        world.in_force = world.entry();
        let watching = world
            .agreement
            .commitments
            .iter()
            .any(|commitment| !commitment.watches.is_empty());
        let untargeted = if watching { seen.untargeted() } else { Vec::new() };
        let all: Vec<(String, Evidence)> = world
            .agreement
            .commitments
            .iter()
            .map(|commitment| (commitment.id.clone(), weigh(&world, commitment, &untargeted)))
            .collect();
        world.evidence = all.into_iter().collect();
        world
    }

    /// The day of entry into force, if it has come.
    fn entry(&self) -> Option<Date> {
        let signed = || {
            let days = self.signatures().into_iter().filter(|own| own.needed);
            let days: Option<Vec<Date>> = days.map(|own| own.signed.map(|(day, _)| day)).collect();
            days.and_then(|days| days.into_iter().max())
        };
        let day = match &self.agreement.entry {
            Entry::On(day) => Some(*day),
            Entry::Signatures(_) => signed(),
            Entry::OnAndSigned(day, _) => signed().map(|signed| signed.max(*day)),
        };
        day.filter(|day| self.reached(*day))
    }

    /// Who has signed the text, and whose signature it waits for.
    pub(super) fn signatures(&self) -> Vec<Signer> {
        let agreement = &self.agreement;
        let needed = match &agreement.entry {
            Entry::On(_) => Vec::new(),
            Entry::Signatures(signers) | Entry::OnAndSigned(_, signers) => agreement.expand(signers, None),
        };
        let about = self.seen.about("agreement");
        let untargeted = self.seen.untargeted();
        let signatures: Vec<&Event> = about
            .iter()
            .chain(&untargeted)
            .copied()
            .filter(|event| event.kind == EventKind::Sign)
            .collect();
        let others = agreement.parties.keys().filter(|party| !needed.contains(party));
        let all = needed.iter().map(|name| (name, true));
        all.chain(others.map(|name| (name, false)))
            .map(|(name, needed)| {
                let own = signatures.iter().filter(|event| event.by.contains(name));
                let first = own.min_by_key(|event| event.occurred.to);
                Signer {
                    name: name.clone(),
                    needed,
                    signed: first.map(|event| (event.occurred.to.day(&agreement.zone), event.id.clone())),
                }
            })
            .collect()
    }

    pub(super) fn refuse(&self, event: &Event, why: impl Into<String>) {
        self.refused.borrow_mut().push((event.id.clone(), why.into()));
    }

    /// Whether `who` is one of `names` when `event` occurs; groups are opened as they stand on that day.
    pub(super) fn entitled(&self, names: &[String], event: &Event) -> bool {
        let day = || Some(event.occurred.to.day(&self.agreement.zone));
        event
            .by
            .iter()
            .any(|by| self.agreement.includes_at(names, by, day))
    }

    /// The day on which a point of the text comes, if it has come or can be computed.
    pub(super) fn day_of(&self, when: &When, commitment: Option<&Commitment>) -> Option<Date> {
        match when {
            When::Day(day) => Some(*day),
            When::InForce => self.in_force,
            When::Opening => commitment.and_then(|commitment| self.activation(commitment).opened),
            When::Date(name) => {
                let date = self.agreement.dates.iter().find(|date| date.id == *name)?;
                if matches!(&date.from, When::Date(other) if other == name) {
                    return None;
                }
                let from = self.day_of(&date.from, None)?;
                match date.plus {
                    None => Some(from),
                    Some(plus) => self.agreement.rules.last_day(from, plus).ok(),
                }
            }
            When::Performed { commitment, level } => self
                .performed(commitment, *level)
                .map(|occurred| occurred.day(&self.agreement.zone)),
            When::Event(pattern) => self.first_match(pattern).and_then(|event| {
                let day = event.occurred.to.day(&self.agreement.zone);
                match pattern.plus {
                    None => Some(day),
                    // "If none by day N": the rule bites on the day after.
                    Some(plus) => self.agreement.rules.last_day(day, plus).ok()?.tomorrow().ok(),
                }
            }),
        }
    }

    /// From where a length is counted that runs from a point of the text: the day, and the instant where an event gives it.
    pub(super) fn start_of(&self, when: &When, commitment: Option<&Commitment>) -> Option<Start> {
        let day = self.day_of(when, commitment)?;
        let point = match when {
            When::Performed { commitment, level } => self.performed(commitment, *level),
            When::Event(pattern) if pattern.plus.is_none() => {
                self.first_match(pattern).map(|event| event.occurred.to)
            }
            _ => None,
        };
        Some(Start { day, point })
    }

    /// When a commitment was performed, wholly or up to a level.
    fn performed(&self, commitment: &str, level: Option<u32>) -> Option<Moment> {
        let evidence = self.evidence.get(commitment)?;
        match level {
            None => evidence.done.as_ref().map(|done| done.occurred.to),
            Some(level) => {
                let reached = evidence.levels.iter().find(|(reached, _)| *reached >= level);
                reached.map(|(_, at)| *at)
            }
        }
    }

    /// The first counting event that fits a pattern.
    pub(super) fn first_match(&self, pattern: &EventPattern) -> Option<&'a Event> {
        let kind = EventKind::from_word(&pattern.kind)?;
        let fits = |event: &&Event| {
            event.kind == kind && (pattern.by.is_empty() || self.entitled(&pattern.by, event))
        };
        match &pattern.on {
            Some(on) => self.seen.about(on).iter().copied().find(fits),
            None => self
                .seen
                .record()
                .events()
                .iter()
                .filter(|event| self.seen.counts(event))
                .filter(fits)
                .min_by_key(|event| event.occurred.to),
        }
    }

    /// When a commitment woke and when its window opened.
    pub(super) fn activation(&self, commitment: &Commitment) -> Activation {
        let mut activation = Activation::default();
        let Some(in_force) = self.in_force else {
            return activation;
        };
        activation.triggered = match &commitment.trigger {
            None => Some(in_force),
            Some(When::Opening) => None,
            Some(When::Performed { .. } | When::Event(_)) | Some(_) => commitment
                .trigger
                .as_ref()
                .and_then(|when| self.day_of(when, None))
                .filter(|day| self.reached(*day)),
        };
        let Some(triggered) = activation.triggered else {
            return activation;
        };
        let mut opened = triggered;
        let mut missing = Vec::new();
        let mut held = Vec::new();
        for when in &commitment.after {
            match self.day_of(when, None).filter(|day| self.reached(*day)) {
                Some(day) => held.push(day),
                None => missing.push(describe_when(when)),
            }
        }
        activation.met = if commitment.after_any {
            held.iter().min().copied()
        } else {
            held.iter().max().copied()
        };
        if !commitment.after_any || held.is_empty() {
            activation.missing.append(&mut missing);
        }
        for blocker in self.blockers(commitment) {
            let done = self
                .evidence
                .get(&blocker.id)
                .and_then(|evidence| evidence.done.as_ref());
            match done {
                Some(done) => {
                    let day = done.occurred.to.day(&self.agreement.zone);
                    activation.moved_by = Some(blocker.id.clone());
                    activation.met = activation.met.max(Some(day));
                }
                None => activation
                    .missing
                    .push(format!("{} ({})", blocker.id, blocker.title)),
            }
        }
        opened = activation.met.map_or(opened, |met| opened.max(met));
        if let Some(day) = commitment.opens.as_ref().filter(|when| **when != When::Opening)
            && let Some(day) = self.day_of(day, None)
        {
            opened = opened.max(day);
        }
        activation.opens = Some(opened);
        if activation.missing.is_empty() && self.reached(opened) {
            activation.opened = Some(opened);
        }
        activation
    }

    /// What holds a commitment back before it opens: written blockers, and unwritten ones in the view of whoever
    /// claims them.
    fn blockers<'c>(&'c self, commitment: &'c Commitment) -> impl Iterator<Item = &'c Commitment> {
        self.agreement.commitments.iter().filter(move |blocker| {
            blocker.blocks.contains(&commitment.id)
                && (blocker.written
                    || self
                        .viewer
                        .is_some_and(|viewer| self.agreement.includes(&blocker.claimed_by, viewer, None)))
        })
    }

    /// Whether `at` lies on or after a day.
    pub(super) fn reached(&self, day: Date) -> bool {
        Moment::start_of(day, &self.agreement.zone) <= self.seen.at
    }
}

/// Somebody who has signed the text or is to sign it.
pub(super) struct Signer {
    pub name: String,
    /// Whether the text is in force only with this signature.
    pub needed: bool,
    /// When it signed, by which event.
    pub signed: Option<(Date, String)>,
}

/// When a commitment woke and opened.
#[derive(Debug, Clone, Default)]
pub(super) struct Activation {
    pub triggered: Option<Date>,
    /// The day on which the window opens, as far as it can be said.
    pub opens: Option<Date>,
    /// The same, once it has come and nothing is missing.
    pub opened: Option<Date>,
    pub missing: Vec<String>,
    /// The day on which the last of its preconditions was met.
    pub met: Option<Date>,
    /// A blocker that moved the opening.
    pub moved_by: Option<String>,
}

/// A party that has left is out of every group from that day, unless the list stays as written.
fn apply_departures(agreement: &mut Agreement, seen: &Seen<'_>) {
    let mut left: BTreeMap<String, Date> = BTreeMap::new();
    for event in seen.changes() {
        if event.kind == EventKind::Leave {
            let day = event.occurred.to.day(&agreement.zone);
            for by in event.by.iter() {
                let first = left.entry(by.clone()).or_insert(day);
                *first = (*first).min(day);
            }
        }
    }
    for group in agreement.groups.values_mut().filter(|group| !group.fixed) {
        for (party, day) in &left {
            if group.members.contains(party) {
                let until = group.until.entry(party.clone()).or_insert(*day);
                *until = (*until).min(*day);
            }
        }
    }
}

/// A point of the text in words.
pub(super) fn describe_when(when: &When) -> String {
    match when {
        When::Day(day) => day.to_string(),
        When::InForce => "entry into force".to_owned(),
        When::Opening => "opening of the window".to_owned(),
        When::Date(name) => name.clone(),
        When::Performed {
            commitment,
            level: None,
        } => commitment.clone(),
        When::Performed {
            commitment,
            level: Some(level),
        } => format!("{commitment} at level {level}"),
        When::Event(pattern) => {
            let mut text = pattern.kind.clone();
            if let Some(on) = &pattern.on {
                text.push_str(&format!(" on {on}"));
            }
            if !pattern.by.is_empty() {
                text.push_str(&format!(" by {}", pattern.by.join(", ")));
            }
            if let Some(plus) = pattern.plus {
                text.push_str(&format!(" plus {plus}"));
            }
            text
        }
    }
}

/// The point that a `[dates.X]` stands for.
pub(super) fn named_date(id: &str) -> When {
    When::Date(id.to_owned())
}
