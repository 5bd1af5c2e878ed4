//! Paths on which issues may also go back, in games whose joint moves are too many to list.
//!
//! From the settlements backwards, one period a layer: a label at a target is extended to every state from which
//! everybody goes along to it ([`super::along`]). A state keeps a few labels, the first that are not dominated, so what
//! is found is a deal and what is not found proves nothing. The layer that reaches today is the last.

use rayon::prelude::*;

use super::along::{Along, Reaching};
use super::blocks::{Rows, States};
use super::choose::covers;
use super::family::{Family, Values, less_costs};
use super::search::{Candidate, Limits};
use crate::arena::Arena;
use detente_base::watch::Watch;

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

/// All labels found so far.
struct Labels<'r> {
    all: Vec<Label>,
    /// By state, which of them are there.
    at: Vec<Vec<u32>>,
    /// The most that a state keeps.
    most: usize,
    /// The states with room for more.
    open: States<'r>,
}

impl<'r> Labels<'r> {
    fn new(arena: &Arena<'_>, rows: &'r Rows, most: usize) -> Self {
        Self {
            all: Vec::new(),
            at: vec![Vec::new(); arena.states],
            most,
            open: States::all(arena.states, rows),
        }
    }

    /// Keeps a label.
    fn add(&mut self, label: Label) {
        let state = label.state as usize;
        self.at[state].push(self.all.len() as u32);
        self.all.push(label);
        if self.at[state].len() >= self.most {
            self.open.remove(state);
        }
    }

    /// How many more labels a state keeps.
    fn room(&self, state: usize) -> usize {
        self.most.saturating_sub(self.at[state].len())
    }

    /// Whether a label of a state is at least as good for everybody.
    fn cover(&self, parties: usize, state: usize, values: &Values) -> bool {
        let mut here = self.at[state].iter();
        here.any(|label| covers(parties, &self.all[*label as usize].values, values))
    }
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
        let (arena, limits) = (self.arena, self.limits);
        let today = arena.game.today().index();
        let reaching = Reaching::new(arena);
        let rows = Rows::of(arena);
        let mut labels = Labels::new(arena, &rows, limits.labels_back);
        let mut looks = 0;
        let mut layer = 0;
        for (state, values) in settlements {
            labels.add(Label {
                state: *state,
                values: *values,
                next: u32::MAX,
            });
        }
        for step in 0..limits.steps {
            self.watch.advanced(
                "deals: steps back from settlements",
                u64::from(step),
                Some(u64::from(limits.steps)),
            );
            if self.watch.should_stop() || looks >= limits.looks || layer == labels.all.len() {
                break;
            }
            let last = labels.all.len();
            for start in (layer..last).step_by(LABELS_AT_ONCE) {
                if looks >= limits.looks {
                    break;
                }
                let end = last.min(start + LABELS_AT_ONCE);
                let (found, looked) = self.before(&reaching, &labels, start..end);
                looks += looked;
                for label in found {
                    let state = label.state as usize;
                    if labels.room(state) > 0 && !labels.cover(arena.parties, state, &label.values) {
                        labels.add(label);
                    }
                }
            }
            layer = last;
            if labels.at[today].iter().any(|label| *label as usize >= layer) {
                break;
            }
        }
        let reached = labels.at[today].iter();
        reached
            .filter(|label| labels.all[**label as usize].next != u32::MAX)
            .map(|label| path(&labels.all, *label))
            .collect()
    }

    /// Labels one period before some others, as far as there is room, and from how many states everybody goes along,
    /// those without room counted.
    fn before(
        &self,
        reaching: &Reaching,
        labels: &Labels<'_>,
        which: std::ops::Range<usize>,
    ) -> (Vec<Label>, u64) {
        let arena = self.arena;
        let parts: Vec<(Vec<Label>, u64)> = labels.all[which.clone()]
            .par_chunks(LABELS_A_CORE)
            .enumerate()
            .map(|(part, chunked)| {
                let mut along = Along::new(arena, self.departing, reaching);
                let mut open = labels.open.clone();
                let mut room: Vec<usize> = (0..arena.states).map(|state| labels.room(state)).collect();
                let (mut found, mut looks) = (Vec::new(), 0);
                for (number, label) in chunked.iter().enumerate() {
                    let next = (which.start + part * LABELS_A_CORE + number) as u32;
                    let target = label.state as usize;
                    let brings = self.family.worth_before_costs(arena, target, &label.values);
                    let Some(positions) = along.positions(target, &brings) else {
                        continue;
                    };
                    looks += positions.iter().map(|list| list.len() as u64).product::<u64>();
                    open.remove_where(&open.product(positions), &mut |state| {
                        if room[state] == 0 {
                            return true;
                        }
                        if state == target || !along.all(state, target, &brings) {
                            return false;
                        }
                        let values = less_costs(arena, state, target, &brings);
                        if labels.cover(arena.parties, state, &values) {
                            return false;
                        }
                        room[state] -= 1;
                        found.push(Label {
                            state: state as u32,
                            values,
                            next,
                        });
                        room[state] == 0
                    });
                }
                (found, looks)
            })
            .collect();
        let looks = parts.iter().map(|(_, looks)| looks).sum();
        (parts.into_iter().flat_map(|(found, _)| found).collect(), looks)
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
