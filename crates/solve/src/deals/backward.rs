//! Paths on which issues may also go back, in games whose joint moves are too many to list.
//!
//! From the settlements backwards, one period a layer: a label at a target is extended to every state from which
//! everybody goes along to it ([`super::along`]). A state keeps a few labels, the first that are not dominated, so what
//! is found is a deal and what is not found proves nothing. The layer that reaches today is the last.

use rayon::prelude::*;

use super::along::{Along, Reaching};
use super::choose::covers;
use super::family::{Family, Values};
use super::search::{Candidate, Limits};
use crate::arena::Arena;
use crate::watch::Watch;

/// How many labels are extended before the limit is looked at again.
const LABELS_AT_ONCE: usize = 4_096;

/// How many of them one core takes at a time: a fixed number, so that what is found does not hang on the machine.
const LABELS_A_CORE: usize = 512;

/// A label: values of going on from a state, and what follows.
#[derive(Debug, Clone, Copy)]
struct Label {
    state: u32,
    values: Values,
    /// The label that follows; `u32::MAX` at the settlement itself.
    next: u32,
}

/// A search from the settlements backwards.
pub(super) struct Backward<'a, 'g> {
    pub(super) arena: &'a Arena<'g>,
    pub(super) family: &'a Family,
    pub(super) departing: &'a [Vec<Vec<f64>>],
    pub(super) limits: &'a Limits,
    pub(super) watch: &'a dyn Watch,
}

impl Backward<'_, '_> {
    /// Deals that reach one of the settlements, each given with its values, in the fewest periods in which the kept
    /// labels reach today.
    pub(super) fn search(&self, settlements: &[(u32, Values)]) -> Vec<Candidate> {
        let today = self.arena.game.today().index() as u32;
        let reaching = Reaching::new(self.arena);
        let mut labels: Vec<Label> = Vec::new();
        let mut at: Vec<Vec<u32>> = vec![Vec::new(); self.arena.states];
        let mut looks = 0;
        let mut layer = 0;
        for (state, values) in settlements {
            at[*state as usize].push(labels.len() as u32);
            labels.push(Label {
                state: *state,
                values: *values,
                next: u32::MAX,
            });
        }
        for step in 0..self.limits.steps {
            self.watch.advanced(
                "deals: steps back from settlements",
                u64::from(step),
                Some(u64::from(self.limits.steps)),
            );
            if self.watch.should_stop() || looks >= self.limits.looks || layer == labels.len() {
                break;
            }
            let last = labels.len();
            for start in (layer..last).step_by(LABELS_AT_ONCE) {
                if looks >= self.limits.looks {
                    break;
                }
                let end = last.min(start + LABELS_AT_ONCE);
                let (found, looked) = self.before(&reaching, &labels, start..end, &at);
                looks += looked;
                for label in found {
                    self.keep(label, &mut labels, &mut at);
                }
            }
            layer = last;
            if at[today as usize].iter().any(|label| *label as usize >= layer) {
                break;
            }
        }
        let reached = at[today as usize].iter();
        reached
            .filter(|label| labels[**label as usize].next != u32::MAX)
            .map(|label| path(&labels, *label))
            .collect()
    }

    /// Labels one period before some others, as far as there is room, and how many states were looked at.
    fn before(
        &self,
        reaching: &Reaching,
        labels: &[Label],
        which: std::ops::Range<usize>,
        at: &[Vec<u32>],
    ) -> (Vec<Label>, u64) {
        let parts: Vec<(Vec<Label>, u64)> = labels[which.clone()]
            .par_chunks(LABELS_A_CORE)
            .enumerate()
            .map(|(part, chunked)| {
                let mut along = Along::new(self.arena, self.departing, reaching);
                let mut room: Vec<u8> = at.iter().map(|here| self.room(here.len())).collect();
                let (mut found, mut looks) = (Vec::new(), 0);
                for (number, label) in chunked.iter().enumerate() {
                    let next = (which.start + part * LABELS_A_CORE + number) as u32;
                    let target = label.state as usize;
                    let brings = self.family.worth_before_costs(self.arena, target, &label.values);
                    along.for_each_state(target, &brings, &mut |along, state| {
                        looks += 1;
                        if room[state] == 0 || state == target || !along.all(state, target, &brings) {
                            return;
                        }
                        let values = self
                            .family
                            .worth_of_step(self.arena, state, target, &label.values);
                        if !self.covered(&at[state], labels, &values) {
                            room[state] -= 1;
                            found.push(Label {
                                state: state as u32,
                                values,
                                next,
                            });
                        }
                    });
                }
                (found, looks)
            })
            .collect();
        let looks = parts.iter().map(|(_, looks)| looks).sum();
        (parts.into_iter().flat_map(|(found, _)| found).collect(), looks)
    }

    fn room(&self, taken: usize) -> u8 {
        u8::try_from(self.limits.labels_back.saturating_sub(taken)).unwrap_or(u8::MAX)
    }

    fn covered(&self, here: &[u32], labels: &[Label], values: &Values) -> bool {
        here.iter()
            .any(|label| covers(self.arena.parties, &labels[*label as usize].values, values))
    }

    fn keep(&self, label: Label, labels: &mut Vec<Label>, at: &mut [Vec<u32>]) {
        let here = &mut at[label.state as usize];
        if here.len() < self.limits.labels_back && !self.covered(here, labels, &label.values) {
            here.push(labels.len() as u32);
            labels.push(label);
        }
    }
}

fn path(labels: &[Label], first: u32) -> Candidate {
    let mut path = Vec::new();
    let mut number = first;
    while number != u32::MAX {
        let label = labels[number as usize];
        path.push(label.state);
        number = label.next;
    }
    Candidate {
        path,
        values: labels[first as usize].values,
    }
}
