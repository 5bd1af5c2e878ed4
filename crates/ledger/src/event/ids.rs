//! Which event has an id: an index that keeps places and no copies of the ids.

use std::collections::HashMap;
use std::collections::hash_map::{Entry, RandomState};
use std::hash::BuildHasher;

use super::Event;

/// The places of events in a list, by their ids. The list is the caller's and is given to each question.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ids {
    hasher: RandomState,
    places: HashMap<u64, u32>,
    /// Ids whose hash another id has as well.
    others: HashMap<String, u32>,
}

impl Ids {
    /// The place of an id.
    #[must_use]
    pub(crate) fn get(&self, id: &str, events: &[Event]) -> Option<u32> {
        let place = self.places.get(&self.hasher.hash_one(id)).copied();
        let fits = |place: &u32| events.get(*place as usize).is_some_and(|event| event.id == id);
        place.filter(fits).or_else(|| self.others.get(id).copied())
    }

    /// Notes the place of an id that is not in the index.
    pub(crate) fn insert(&mut self, id: &str, place: u32) {
        let hash = self.hasher.hash_one(id);
        match self.places.entry(hash) {
            Entry::Vacant(free) => {
                free.insert(place);
            }
            Entry::Occupied(_) => {
                self.others.insert(id.to_owned(), place);
            }
        }
    }

    /// Forgets an id with its place.
    pub(crate) fn remove(&mut self, id: &str, place: u32) {
        if self.others.remove(id).is_none() {
            let hash = self.hasher.hash_one(id);
            if self.places.get(&hash) == Some(&place) {
                self.places.remove(&hash);
            }
        }
    }
}
