//! The record: all events of a deal, in an order and with an index that do not depend on how they were delivered.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

use crate::event::{Event, EventKind, Finding, Ids};
use crate::moment::{Moment, Occurrence};

/// An event in the index of a target, with what most questions need of it: a million events lie far apart in memory.
#[derive(Debug, Clone, Copy)]
struct Mention {
    occurred: Moment,
    place: u32,
    /// A report that finds nothing broken and carries nothing further: after the first, one more says nothing new.
    plain: bool,
}

impl Mention {
    fn new(event: &Event, place: u32) -> Self {
        let plain = event.kind == EventKind::Report
            && matches!(event.finding, Finding::Performed | Finding::Kept)
            && event.details.is_none();
        Self {
            occurred: event.occurred.to,
            place,
            plain,
        }
    }
}

/// Events that were accepted, indexed by what they are about.
#[derive(Debug, Clone, Default)]
pub struct Record {
    events: Vec<Event>,
    /// In order of occurrence; those that occurred together in order of acceptance.
    by_target: HashMap<String, Vec<Mention>>,
    /// Of these, what is no evidence: holds, waivers, extensions and other acts, which are few.
    acts: HashMap<String, Vec<u32>>,
    /// Amendments and departures, which change the text or its groups.
    changes: Vec<u32>,
    untargeted: Vec<u32>,
    reversals: Vec<u32>,
    contests: Vec<u32>,
    ids: Ids,
    conflicts: Vec<(String, Moment)>,
}

impl Record {
    /// Builds the record. Events delivered twice count once; two different events with one id: the one accepted
    /// first counts, and the other is shown as refused.
    #[must_use]
    pub fn new(mut events: Vec<Event>) -> Self {
        inherit_occurrences(&mut events);
        let key = |event: &Event| (event.accepted, event.occurred.to, event.occurred.from);
        events.sort_by(|a, b| {
            key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id)).then_with(|| {
                // Same id and same times: any order that depends only on the contents.
                if a.id == b.id {
                    format!("{a:?}").cmp(&format!("{b:?}"))
                } else {
                    std::cmp::Ordering::Equal
                }
            })
        });
        let mut record = Self::default();
        for event in events {
            match record.event(&event.id) {
                Some(first) if *first == event => {}
                Some(_) => record.conflicts.push((event.id.clone(), event.accepted)),
                None => record.push(event),
            }
        }
        for mentions in record.by_target.values_mut() {
            mentions.sort_by_key(|mention| mention.occurred);
        }
        record
    }

    /// Adds an event that was accepted after all others, without building the record anew.
    pub fn add(&mut self, mut event: Event) {
        let late = self
            .events
            .last()
            .is_some_and(|last| event.accepted < last.accepted);
        if late || self.event(&event.id).is_some() {
            let mut all = std::mem::take(self).events;
            all.push(event);
            *self = Self::new(all);
            return;
        }
        if confirms(&event)
            && let Some(claim) = event.of.as_deref().and_then(|of| self.event(of))
        {
            event.occurred = claim.occurred;
        }
        let targets = event.on.clone();
        self.push(event);
        for on in targets.iter() {
            // It was put last; here it goes to where it belongs by the time at which it occurred.
            if let Some(mentions) = self.by_target.get_mut(on)
                && let Some(last) = mentions.pop()
            {
                let at = mentions.partition_point(|other| other.occurred <= last.occurred);
                mentions.insert(at, last);
            }
        }
    }

    fn push(&mut self, event: Event) {
        let place = self.events.len() as u32;
        self.ids.insert(&event.id, place);
        let mention = Mention::new(&event, place);
        for on in event.on.iter() {
            match self.by_target.get_mut(on) {
                // Named twice, it is still one event.
                Some(mentions) if mentions.last().is_some_and(|last| last.place == place) => {}
                Some(mentions) => mentions.push(mention),
                None => {
                    self.by_target.insert(on.clone(), vec![mention]);
                }
            }
        }
        if !event.kind.is_evidence() {
            for on in event.on.iter() {
                self.acts.entry(on.clone()).or_default().push(place);
            }
        }
        if matches!(event.kind, EventKind::Amend | EventKind::Leave) {
            self.changes.push(place);
        }
        if event.on.is_empty() {
            self.untargeted.push(place);
        }
        match event.kind {
            EventKind::Reverse => self.reversals.push(place),
            EventKind::Contest | EventKind::Recognise => self.contests.push(place),
            _ => {}
        }
        self.events.push(event);
    }

    /// All events, in order of acceptance.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// An event by id.
    #[must_use]
    pub fn event(&self, id: &str) -> Option<&Event> {
        let place = self.ids.get(id, &self.events)?;
        self.events.get(place as usize)
    }

    /// Ids that were used for two different events, with when the second was accepted.
    #[must_use]
    pub fn conflicts(&self) -> &[(String, Moment)] {
        &self.conflicts
    }

    /// What of it counts: occurred by `at`, accepted by `known`, not reversed, not contested by `viewer`.
    #[must_use]
    pub fn seen<'a>(&'a self, at: Moment, known: Moment, viewer: Option<&str>) -> Seen<'a> {
        let mut seen = Seen {
            record: self,
            at,
            known,
            // Events lie in order of acceptance.
            known_before: self.events.partition_point(|event| event.accepted <= known) as u32,
            gone: HashSet::new(),
            gone_places: HashSet::new(),
            picked: RefCell::default(),
            refused: Vec::new(),
        };
        for place in &self.reversals {
            seen.apply_reversal(&self.events[*place as usize]);
        }
        if let Some(viewer) = viewer {
            for place in &self.contests {
                let event = &self.events[*place as usize];
                if event.kind == EventKind::Contest
                    && seen.counts(event)
                    && event.by.iter().any(|by| by == viewer)
                {
                    seen.gone.extend(event.of.as_deref());
                }
            }
        }
        let places = seen.gone.iter().filter_map(|id| self.ids.get(id, &self.events));
        seen.gone_places = places.collect();
        seen
    }

    /// Who recognises and who contests an event, as known.
    #[must_use]
    pub fn recognition(&self, id: &str, seen: &Seen<'_>) -> Recognition {
        let mut last: BTreeMap<&str, bool> = BTreeMap::new();
        for place in &self.contests {
            let event = &self.events[*place as usize];
            if event.of.as_deref() == Some(id) && seen.counts(event) {
                for by in event.by.iter() {
                    last.insert(by, event.kind == EventKind::Recognise);
                }
            }
        }
        let pick = |wanted: bool| {
            last.iter()
                .filter(|(_, yes)| **yes == wanted)
                .map(|(by, _)| (*by).to_owned())
                .collect()
        };
        Recognition {
            recognised_by: pick(true),
            contested_by: pick(false),
        }
    }

    /// Parties that contest some event.
    #[must_use]
    pub fn contesting(&self) -> Vec<&str> {
        let all = self.contests.iter().map(|place| &self.events[*place as usize]);
        let mut names: Vec<&str> = all
            .filter(|event| event.kind == EventKind::Contest)
            .flat_map(|event| event.by.iter().map(String::as_str))
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }
}

/// Whether an event speaks of the time of the claim that it confirms, because it states none of its own.
fn confirms(event: &Event) -> bool {
    !event.occurred_stated
        && event.of.is_some()
        && matches!(event.kind, EventKind::Verify | EventKind::Accept)
}

/// A verification or acceptance that states no time of its own speaks of the time of the claim that it confirms.
fn inherit_occurrences(events: &mut [Event]) {
    let wanted: HashSet<&str> = events
        .iter()
        .filter(|event| confirms(event))
        .filter_map(|event| event.of.as_deref())
        .collect();
    let claims: HashMap<String, (Moment, Occurrence)> = events
        .iter()
        .filter(|event| wanted.contains(event.id.as_str()))
        .map(|event| (event.id.clone(), (event.accepted, event.occurred)))
        .collect();
    for event in events.iter_mut().filter(|event| confirms(event)) {
        if let Some((accepted, occurred)) = event.of.as_ref().and_then(|of| claims.get(of))
            && *accepted <= event.accepted
        {
            event.occurred = *occurred;
        }
    }
}

/// Who recognises an event and who contests it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Recognition {
    /// These recognise it.
    pub recognised_by: Vec<String>,
    /// These contest it.
    pub contested_by: Vec<String>,
}

/// The part of a record that counts for one question.
#[derive(Debug)]
pub struct Seen<'a> {
    record: &'a Record,
    /// As of when.
    pub at: Moment,
    /// As known when.
    pub known: Moment,
    /// Events from this place on were not known.
    known_before: u32,
    gone: HashSet<&'a str>,
    gone_places: HashSet<u32>,
    /// What was asked for already; every rule asks again.
    picked: RefCell<HashMap<String, Rc<[&'a Event]>>>,
    refused: Vec<(String, String)>,
}

impl<'a> Seen<'a> {
    /// The whole record.
    #[must_use]
    pub fn record(&self) -> &'a Record {
        self.record
    }

    /// Whether an event counts.
    #[must_use]
    pub fn counts(&self, event: &Event) -> bool {
        event.accepted <= self.known && event.occurred.to <= self.at && !self.is_gone(event)
    }

    /// Whether an event is known, whenever it occurred, and not reversed.
    #[must_use]
    pub fn is_known(&self, event: &Event) -> bool {
        event.accepted <= self.known && !self.is_gone(event)
    }

    fn is_gone(&self, event: &Event) -> bool {
        !self.gone.is_empty() && self.gone.contains(event.id.as_str())
    }

    /// What counts about `target`, in order of occurrence.
    #[must_use]
    pub fn about(&self, target: &str) -> Rc<[&'a Event]> {
        if let Some(known) = self.picked.borrow().get(target) {
            return Rc::clone(known);
        }
        let counting = self.mentions(target);
        let picked: Rc<[&Event]> = counting
            .map(|mention| &self.record.events[mention.place as usize])
            .collect();
        self.picked
            .borrow_mut()
            .insert(target.to_owned(), Rc::clone(&picked));
        picked
    }

    /// What counts about `target`, in order of occurrence, without plain reports after the first.
    pub fn telling(&self, target: &str) -> impl Iterator<Item = &'a Event> {
        let record = self.record;
        let mut reported = false;
        let telling = self.mentions(target).filter(move |mention| {
            let again = mention.plain && reported;
            reported |= mention.plain;
            !again
        });
        telling.map(move |mention| &record.events[mention.place as usize])
    }

    fn mentions(&self, target: &str) -> impl Iterator<Item = Mention> {
        let mentions = self.record.by_target.get(target).map_or(&[][..], Vec::as_slice);
        let occurred = mentions.partition_point(|mention| mention.occurred <= self.at);
        let known = |mention: &&Mention| {
            mention.place < self.known_before
                && (self.gone_places.is_empty() || !self.gone_places.contains(&mention.place))
        };
        mentions[..occurred].iter().filter(known).copied()
    }

    /// What counts about `target` and is an act, not evidence, in order of occurrence.
    #[must_use]
    pub fn acts(&self, target: &str) -> Vec<&'a Event> {
        self.pick(self.record.acts.get(target).map_or(&[][..], Vec::as_slice))
    }

    /// Amendments and departures that count, in order of occurrence.
    #[must_use]
    pub fn changes(&self) -> Vec<&'a Event> {
        self.pick(&self.record.changes)
    }

    /// What counts and names no target.
    #[must_use]
    pub fn untargeted(&self) -> Vec<&'a Event> {
        self.pick(&self.record.untargeted)
    }

    /// Events that were known but have no effect, and why.
    #[must_use]
    pub fn refused(&self) -> &[(String, String)] {
        &self.refused
    }

    fn pick(&self, places: &[u32]) -> Vec<&'a Event> {
        let all = places.iter().map(|place| &self.record.events[*place as usize]);
        let mut picked: Vec<&Event> = all.filter(|event| self.counts(event)).collect();
        picked.sort_by_key(|event| event.occurred.to);
        picked
    }

    /// A reversal takes an event out of what is known, whatever `at` is: it corrects the record, not the world.
    fn apply_reversal(&mut self, reversal: &'a Event) {
        if reversal.accepted > self.known || self.gone.contains(reversal.id.as_str()) {
            return;
        }
        let Some(of) = reversal.of.as_deref() else {
            self.refused.push((
                reversal.id.clone(),
                "a reversal must say of which event (`of`)".to_owned(),
            ));
            return;
        };
        // What comes into the record later cannot have been reversed before.
        match self
            .record
            .event(of)
            .filter(|event| event.accepted <= reversal.accepted)
        {
            None => self.refused.push((
                reversal.id.clone(),
                format!("there is no event `{of}` to reverse"),
            )),
            Some(event) if event.kind == EventKind::Reverse => {
                self.refused.push((
                    reversal.id.clone(),
                    "a reversal cannot be reversed; record the event again".into(),
                ));
            }
            Some(event) if event.by.iter().any(|by| reversal.by.contains(by)) => {
                self.gone.insert(of);
            }
            Some(_) if reversal.by.iter().any(|by| by == "registrar") => {
                self.gone.insert(of);
            }
            Some(event) => {
                let why = format!("only {} or the registrar can reverse `{of}`", event.by.join(", "));
                self.refused.push((reversal.id.clone(), why));
            }
        }
    }
}
