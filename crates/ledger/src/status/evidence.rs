//! What was done, as far as those who may say so have said so.
//!
//! A claim is not performance: only a verifier of the commitment (k of n), or without verifiers its creditors
//! jointly, turn a claim into performance. A debtor never verifies itself. A report changes nothing alone.

use std::collections::{BTreeMap, BTreeSet};

use detente_base::number::Exact;

use super::found::{Done, Evidence, Found};
use super::thresholds::assess;
use super::world::World;
use crate::event::{Event, EventKind, Finding};
use crate::moment::Occurrence;
use crate::text::agreement::{Commitment, Kind};

/// Weighs all events about a commitment.
pub(super) fn weigh(world: &World<'_>, commitment: &Commitment, untargeted: &[&Event]) -> Evidence {
    let mut scale = Scale {
        world,
        commitment,
        evidence: Evidence {
            state: "none",
            ..Evidence::default()
        },
        claim: None,
        voices: BTreeMap::new(),
        delivered: BTreeMap::new(),
    };
    let includes = commitment.amount.as_ref().map(|amount| &amount.includes);
    match includes.filter(|includes| !includes.is_empty()) {
        // Where reports are counted each one tells something.
        None if commitment.quota.is_none() => world
            .seen
            .telling(&commitment.id)
            .for_each(|event| scale.put(event)),
        None => world
            .seen
            .about(&commitment.id)
            .iter()
            .for_each(|event| scale.put(event)),
        Some(includes) => {
            let mut events = world.seen.about(&commitment.id).to_vec();
            for other in includes {
                let others = world.seen.about(other);
                events.extend(others.iter().filter(|event| !event.is_on(&commitment.id)));
            }
            events.sort_by_key(|event| event.occurred.to);
            events.into_iter().for_each(|event| scale.put(event));
        }
    }
    for event in untargeted {
        if super::thresholds::watches(commitment, event) {
            scale.assess(event);
        }
    }
    let Scale {
        mut evidence, claim, ..
    } = scale;
    evidence.claim = claim.map(|event| (event.id.clone(), event.occurred));
    evidence
}

/// What is being confirmed: the finding, the level, and the claim that is answered.
type Subject = (u8, Option<u32>, String);
/// Who confirmed it, the latest occurrence stated, and the events.
type Voices = (BTreeSet<String>, Occurrence, Vec<String>);

struct Scale<'w, 'a> {
    world: &'w World<'a>,
    commitment: &'w Commitment,
    evidence: Evidence,
    /// The claim that stands open.
    claim: Option<&'a Event>,
    /// Delivered so far, by the commitment under which it was delivered.
    delivered: BTreeMap<String, Exact>,
    /// Who has confirmed what, until enough have.
    voices: BTreeMap<Subject, Voices>,
}

impl<'a> Scale<'_, 'a> {
    fn put(&mut self, event: &'a Event) {
        match event.kind {
            EventKind::Claim => self.claim(event),
            EventKind::Notify => self.notice(event),
            EventKind::Report => self.report(event),
            EventKind::Evidence if self.claim.is_some() => self.evidence.state = "under_review",
            EventKind::Verify => self.verify(event),
            EventKind::Accept => self.accept(event),
            EventKind::Reject => self.reject(event),
            EventKind::Withdraw => self.withdraw(event),
            EventKind::Allege => self.allege(event),
            _ => {}
        }
    }

    fn claim(&mut self, event: &'a Event) {
        if !self.world.entitled(&self.commitment.by, event) {
            return self
                .world
                .refuse(event, "a claim is made by the debtor; recorded as a report");
        }
        self.notice(event);
        self.count(event, false);
        if self.is_joint(event) {
            return self.confirm(event, event.occurred, true);
        }
        self.evidence.state = "claimed";
        if self.completes(event) && event.finding == Finding::Performed {
            self.claim = Some(event);
        }
    }

    /// All debtors and all creditors say so together, and nobody else was to say it.
    fn is_joint(&self, event: &Event) -> bool {
        if !self.commitment.verifiers.is_empty() {
            return false;
        }
        let day = Some(event.occurred.to.day(&self.world.agreement.zone));
        let needed = self.world.agreement.expand(&self.commitment.by, day).into_iter();
        let needed = needed.chain(self.world.agreement.expand(&self.commitment.to, day));
        let said = self.world.agreement.expand(&event.by, day);
        needed.into_iter().all(|person| said.contains(&person))
    }

    fn report(&mut self, event: &Event) {
        if !self.commitment.forbids.is_empty() && !event.details().facts.is_empty() {
            return self.assess(event);
        }
        self.count(event, false);
        match event.finding {
            Finding::Violated => self.alleged(event),
            _ if self.evidence.state == "none" => self.evidence.state = "reported",
            _ => {}
        }
    }

    fn allege(&mut self, event: &Event) {
        let entitled = self.commitment.to.is_empty() || self.world.entitled(&self.commitment.to, event);
        if entitled {
            self.alleged(event);
        } else {
            self.world.refuse(event, "an allegation is made by a creditor");
        }
    }

    fn alleged(&mut self, event: &Event) {
        self.evidence.alleged.push(Found::by(event));
    }

    fn verify(&mut self, event: &Event) {
        if !self.commitment.forbids.is_empty() && !event.details().facts.is_empty() {
            return self.assess(event);
        }
        let occurred = event.occurred;
        if self.commitment.verifiers.is_empty() {
            return self.joint_voice(event, occurred);
        }
        if self.commitment.verifiers_needed == 1 && self.single_voice(event) {
            return self.confirm(event, occurred, false);
        }
        let day = Some(event.occurred.to.day(&self.world.agreement.zone));
        let verifiers = self.world.agreement.expand(&self.commitment.verifiers, day);
        let debtors = self.world.agreement.expand(&self.commitment.by, day);
        let said = self.world.agreement.expand(&event.by, day);
        let all_verify = verifiers.iter().all(|verifier| said.contains(verifier));
        // A debtor among several verifiers may join them but never stand alone.
        let counted: Vec<String> = said
            .iter()
            .filter(|by| verifiers.contains(by) && (!debtors.contains(by) || all_verify))
            .cloned()
            .collect();
        if counted.is_empty() {
            let own = said.iter().any(|by| debtors.contains(by));
            let why = if own {
                "the debtor cannot verify itself".to_owned()
            } else {
                format!(
                    "only {} may verify {}",
                    self.commitment.verifiers.join(", "),
                    self.commitment.id
                )
            };
            return self.world.refuse(event, why);
        }
        let needed = self.commitment.verifiers_needed as usize;
        if self.voice(event, occurred, &counted, |voices| voices.len() >= needed) {
            self.confirm(event, occurred, false);
        }
    }

    fn notice(&mut self, event: &Event) {
        if self.commitment.kind == Kind::Notify {
            self.evidence.notices.push((event.id.clone(), event.occurred));
        }
    }

    /// One verifier, no debtor, and one is enough.
    fn single_voice(&self, event: &Event) -> bool {
        let [by] = &*event.by else { return false };
        let agreement = &self.world.agreement;
        let day = || Some(event.occurred.to.day(&agreement.zone));
        !agreement.groups.contains_key(by)
            && agreement.includes_at(&self.commitment.verifiers, by, day)
            && !agreement.includes_at(&self.commitment.by, by, day)
    }

    fn accept(&mut self, event: &Event) {
        let occurred = event.occurred;
        self.joint_voice(event, occurred);
    }

    /// Creditors confirm jointly; between mutual debtors everybody must.
    fn joint_voice(&mut self, event: &Event, occurred: Occurrence) {
        let day = Some(event.occurred.to.day(&self.world.agreement.zone));
        let mut needed = self.world.agreement.expand(&self.commitment.to, day);
        let debtors = self.world.agreement.expand(&self.commitment.by, day);
        needed.retain(|person| !debtors.contains(person));
        if needed.is_empty() {
            needed = debtors;
        }
        let said = self.world.agreement.expand(&event.by, day);
        let counted: Vec<String> = said.into_iter().filter(|by| needed.contains(by)).collect();
        if counted.is_empty() {
            let why = format!(
                "only {} can accept performance of {}",
                needed.join(", "),
                self.commitment.id
            );
            return self.world.refuse(event, why);
        }
        if self.voice(event, occurred, &counted, |voices| {
            needed.iter().all(|person| voices.contains(person))
        }) {
            self.confirm(event, occurred, true);
        }
    }

    fn voice(
        &mut self,
        event: &Event,
        occurred: Occurrence,
        by: &[String],
        enough: impl Fn(&BTreeSet<String>) -> bool,
    ) -> bool {
        let subject = event.of.clone().unwrap_or_default();
        let key = (event.finding as u8, event.level, subject);
        let (voices, latest, events) = self
            .voices
            .entry(key.clone())
            .or_insert_with(|| (BTreeSet::new(), occurred, Vec::new()));
        voices.extend(by.iter().cloned());
        events.push(event.id.clone());
        if occurred.to > latest.to {
            *latest = occurred;
        }
        let reached = enough(voices);
        if reached {
            // The next act of the same sort (a further delivery, another level) is confirmed anew.
            self.voices.remove(&key);
        }
        reached
    }

    fn confirm(&mut self, event: &Event, occurred: Occurrence, by_creditors: bool) {
        let found = Found {
            occurred,
            ..Found::by(event)
        };
        match event.finding {
            Finding::Performed => self.performed(event, occurred, by_creditors),
            Finding::Violated => self.evidence.violated.push(found),
            Finding::Cured if by_creditors => self.evidence.cured.push(found),
            Finding::Cured | Finding::Kept => self.evidence.state = "verified",
        }
    }

    fn performed(&mut self, event: &Event, occurred: Occurrence, by_creditors: bool) {
        self.evidence.state = "verified";
        self.count(event, true);
        self.notice(event);
        if let Some(level) = event.level
            && self.evidence.level().is_none_or(|reached| reached < level)
        {
            self.evidence.levels.push((level, occurred.to));
        }
        let details = event.details();
        if self.commitment.amount.is_some() && (details.amount.is_some() || details.total.is_some()) {
            self.deliver(event);
            self.evidence.amount_events.push(event.id.clone());
        }
        if self.completes(event) && self.evidence.done.is_none() {
            let mut events = vec![event.id.clone()];
            events.extend(event.of.clone());
            self.evidence.done = Some(Done {
                occurred,
                verified: event.reported,
                events,
                by_creditors,
            });
            self.claim = None;
        }
        if self.commitment.kind == Kind::Maintain && !self.evidence.violated.is_empty() && by_creditors {
            self.evidence.cured.push(Found {
                occurred,
                ..Found::by(event)
            });
        }
    }

    /// Adds a delivery to what its own commitment has received so far; each event counts once.
    fn deliver(&mut self, event: &Event) {
        let own = &self.commitment.id;
        let target = if event.is_on(own) {
            Some(own)
        } else {
            event.on.first()
        };
        let Some(target) = target else { return };
        let details = event.details();
        let so_far = self.delivered.entry(target.clone()).or_default();
        if let Some(amount) = &details.amount {
            *so_far = so_far.clone() + amount.clone();
        }
        if let Some(total) = &details.total
            && *total > *so_far
        {
            *so_far = total.clone();
        }
        self.evidence.amount = self
            .delivered
            .values()
            .fold(Exact::ZERO, |sum, part| sum + part.clone());
    }

    /// Whether an event of performance is the whole of it.
    fn completes(&self, event: &Event) -> bool {
        let own = event.is_on(&self.commitment.id);
        let details = event.details();
        match &self.commitment.amount {
            Some(_) if self.commitment.on_start && own => {
                let delivered = details.amount.as_ref().or(details.total.as_ref());
                delivered.is_none_or(|amount| *amount > Exact::ZERO)
            }
            Some(amount) if details.amount.is_some() || details.total.is_some() || !own => {
                self.evidence.amount >= amount.of
            }
            _ => event
                .level
                .is_none_or(|level| level >= self.commitment.complete_at),
        }
    }

    fn count(&mut self, event: &Event, verified: bool) {
        if self.commitment.quota.is_some() {
            let amount = event.details().amount.clone().unwrap_or(Exact::ONE);
            self.evidence
                .counted
                .push((event.id.clone(), event.occurred, amount, verified));
        }
    }

    fn reject(&mut self, event: &Event) {
        let may = if self.commitment.verifiers.is_empty() {
            &self.commitment.to
        } else {
            &self.commitment.verifiers
        };
        if !self.world.entitled(may, event) {
            return self
                .world
                .refuse(event, format!("only {} may reject a claim", may.join(", ")));
        }
        let meant = event
            .of
            .as_ref()
            .is_none_or(|of| self.claim.is_some_and(|claim| claim.id == *of));
        if meant && self.claim.take().is_some() {
            self.evidence.state = "rejected";
        }
    }

    fn withdraw(&mut self, event: &Event) {
        let own = |id: &str| {
            self.world
                .seen
                .record()
                .event(id)
                .is_some_and(|first| first.by.iter().any(|by| event.by.contains(by)))
        };
        let claimed = self.claim.map(|claim| claim.id.clone());
        let of = event.of.clone().or_else(|| claimed.clone());
        match of {
            Some(of) if claimed.as_deref() == Some(&of) && own(&of) => {
                self.claim = None;
                self.evidence.state = "withdrawn";
            }
            Some(of) if own(&of) => self.evidence.alleged.retain(|found| !found.events.contains(&of)),
            _ => {}
        }
    }

    fn assess(&mut self, event: &Event) {
        let verified =
            event.kind == EventKind::Verify && self.world.entitled(&self.commitment.verifiers, event);
        let assessed = assess(self.commitment, event, verified);
        let day = event.occurred.to.day(&self.world.agreement.zone);
        let mut assessed = assessed;
        if self.world.in_force.is_none_or(|from| day < from) {
            assessed.finding = "before";
            assessed.why = "the text was not in force".to_owned();
        } else {
            match assessed.finding {
                "breach" => self.evidence.violated.push(Found::by(event)),
                "alleged" => self.evidence.alleged.push(Found::by(event)),
                _ => {}
            }
        }
        self.evidence.assessed.push(assessed);
    }
}
