//! What was found about a commitment: performance, violations, allegations and cures, each as it was said.

use detente_base::number::Exact;

use super::thresholds::Assessed;
use crate::event::Event;
use crate::moment::{Moment, Occurrence};

/// Performance that was accepted by those who may.
#[derive(Debug, Clone)]
pub(super) struct Done {
    pub occurred: Occurrence,
    /// When it was said.
    pub verified: Moment,
    pub events: Vec<String>,
    /// Whether creditors accepted it after the fact instead of a verifier.
    pub by_creditors: bool,
}

/// A finding about keeping or breaking.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub occurred: Occurrence,
    /// When it came into the record.
    pub accepted: Moment,
    pub events: Vec<String>,
    /// The event that it answers.
    pub of: Option<String>,
}

impl Found {
    pub(super) fn by(event: &Event) -> Self {
        Self {
            occurred: event.occurred,
            accepted: event.accepted,
            events: vec![event.id.clone()],
            of: event.of.clone(),
        }
    }
}

/// Everything weighed for one commitment.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    pub done: Option<Done>,
    pub claim: Option<(String, Occurrence)>,
    /// Levels reached and when, rising.
    pub levels: Vec<(u32, Moment)>,
    pub amount: Exact,
    pub amount_events: Vec<String>,
    pub state: &'static str,
    /// Every violation that was found; a later one does not replace an earlier one.
    pub violated: Vec<Found>,
    pub alleged: Vec<Found>,
    pub cured: Vec<Found>,
    pub notices: Vec<(String, Occurrence)>,
    pub counted: Vec<(String, Occurrence, Exact, bool)>,
    pub assessed: Vec<Assessed>,
}

impl Evidence {
    pub(super) fn level(&self) -> Option<u32> {
        self.levels.last().map(|(level, _)| *level)
    }

    /// The cure of a violation or the answer to an allegation: one that names it, or one after it that names none.
    pub(super) fn cure_of(&self, broken: &Found) -> Option<&Found> {
        let names_one = |of: &String| {
            let mut all = self.violated.iter().chain(&self.alleged);
            all.any(|found| found.events.contains(of))
        };
        self.cured.iter().find(|cured| {
            cured.occurred.to >= broken.occurred.from
                && cured
                    .of
                    .as_ref()
                    .filter(|of| names_one(of))
                    .is_none_or(|of| broken.events.contains(of))
        })
    }

    /// The first violation that nothing has made whole.
    pub(super) fn uncured(&self) -> Option<&Found> {
        self.violated.iter().find(|found| self.cure_of(found).is_none())
    }

    /// The last allegation that no cure came after.
    pub(super) fn open_allegation(&self) -> Option<&Found> {
        let mut open = self.alleged.iter().rev();
        open.find(|found| self.cure_of(found).is_none())
    }
}
