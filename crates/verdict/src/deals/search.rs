//! Label-setting search for deals from today.
//!
//! A label at a state is the vector of the parties' values of going on from there to a settlement. Every incentive
//! constraint is a lower bound on that vector, so a label that is at most as good for everybody as another one
//! can be dropped and the search stays exact; a single number per state would not do (design, section 4.3).
//!
//! Where all joint moves can be listed within the limit, the search covers all paths up to the number of steps.
//! Elsewhere it covers, for each promising settlement, the paths on which every issue only moves towards its level
//! there, as far as there is room for labels and ways on at each state, or goes back from all settlements with few
//! labels a state (`backward`); the result says which.

use std::cmp::Reverse;
use std::collections::{HashMap, VecDeque};

use super::ascending::ascending;
use super::backward::Backward;
use super::between::{Between, Onward};
use super::choose::{Criterion, covers};
use super::family::{Family, Values, goes_along, holds, holds_between, less_costs};
use crate::arena::{Arena, Shares};
use detente_base::watch::Watch;

/// On onward paths, how many ways on from a state are tried for each label that it has room for, those nearest the
/// settlement first; printed in every report.
pub const WAYS_A_LABEL: usize = 4;

/// Limits of the search; printed in every report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most periods until the settlement.
    pub steps: u32,
    /// The most settlements that paths are searched to, best first.
    pub settlements: usize,
    /// The most states looked at on the way to one settlement.
    pub states: usize,
    /// The most deals found before no further settlement is tried.
    pub deals: usize,
    /// The most labels kept at a state.
    pub labels: usize,
    /// The most positions and moves looked at on all ways to settlements together.
    pub work: u64,
    /// The most joint moves for which all paths are searched.
    pub joint_moves: u64,
    /// In larger games, the most labels kept at a state on ways back from settlements.
    pub labels_back: usize,
    /// In larger games, the most states looked at on ways back from settlements.
    pub looks: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            steps: 12,
            settlements: 40,
            states: 20_000,
            deals: usize::MAX,
            labels: 12,
            work: 20_000_000,
            joint_moves: 2_000_000,
            labels_back: 2,
            looks: 200_000_000,
        }
    }
}

/// A deal found in doubles: states from today to the settlement.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// States from today to the settlement, both included.
    pub path: Vec<u32>,
    /// What it is worth to each party today.
    pub values: Values,
}

/// Which paths a search looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All paths within the number of steps.
    AllPaths,
    /// Paths to the most promising settlements on which every issue only moves towards its level there.
    OnwardPaths,
    /// Paths back from all settlements on which issues may move either way, few labels a state.
    BackwardPaths,
}

/// What a search found.
#[derive(Debug, Clone)]
pub struct Found {
    /// Undominated deals, best by the criterion first.
    pub deals: Vec<Candidate>,
    /// Settlements satisfying the target that the answers keep up.
    pub settlements: Vec<u32>,
    /// Which paths were looked at.
    pub extent: Extent,
    /// Whether a limit on labels, work or time cut the search short.
    pub cut_short: bool,
}

/// A label: values, and how they come about.
#[derive(Debug, Clone, Copy)]
struct Label {
    values: Values,
    /// What arriving at this label's state is worth, before costs.
    brings: Values,
    steps: u32,
    target: u32,
    /// The label at the target that follows; `u32::MAX` at the settlement itself.
    after: u32,
}

/// A search for deals that reach a settlement in `wanted`.
#[derive(Clone, Copy)]
pub struct Search<'a, 'g> {
    /// The game.
    pub arena: &'a Arena<'g>,
    /// Answers to breaches.
    pub family: &'a Family,
    /// Whether a state satisfies the target.
    pub wanted: &'a [bool],
    /// How to choose.
    pub criterion: Criterion,
    /// What each party gets without a deal.
    pub no_deal: &'a Values,
    /// Limits of the search.
    pub limits: &'a Limits,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

impl Search<'_, '_> {
    /// Looks for deals on all paths where joint moves can be listed, elsewhere on onward paths.
    #[must_use]
    pub fn forward(&self) -> Found {
        if self.arena.joint_moves() <= self.limits.joint_moves {
            self.over(Extent::AllPaths)
        } else {
            self.over(Extent::OnwardPaths)
        }
    }

    /// Looks for deals on the paths named.
    #[must_use]
    pub fn over(&self, extent: Extent) -> Found {
        let Self { arena, family, .. } = *self;
        let departing = family.departing(arena);
        let worth = |state: u32| family.worth_of_staying(arena, state as usize);
        let starts: Vec<(u32, Values)> = (0..arena.states)
            .filter(|state| self.wanted[*state] && family.knows(*state))
            .map(|state| (state as u32, worth(state as u32)))
            .filter(|(state, worth)| holds(arena, &departing, *state as usize, *state as usize, worth))
            .collect();
        let best = no_deal_gains(arena, &starts, self.no_deal);
        let score = |values: &Values| self.criterion.score(arena.parties, values, self.no_deal, &best);
        // The best first.
        let order = ascending(starts.iter().map(|(_, worth)| -score(worth)).zip(0..));
        let starts: Vec<(u32, Values)> = order.map(|(_, place)| starts[place as usize]).collect();
        let task = Task {
            arena,
            family,
            departing: &departing,
            limits: self.limits,
            today: arena.game.today().index() as u32,
        };
        let (deals, cut_short) = match extent {
            Extent::AllPaths => task.over_all_states(&starts, self.watch),
            Extent::OnwardPaths => task.onward(&starts, self.watch),
            Extent::BackwardPaths => {
                let backward = Backward {
                    arena,
                    family,
                    departing: &departing,
                    limits: self.limits,
                    watch: self.watch,
                };
                (backward.search(&starts), true)
            }
        };
        Found {
            deals: undominated(arena.parties, deals, &score),
            settlements: starts.into_iter().map(|(state, _)| state).collect(),
            extent,
            cut_short,
        }
    }
}

/// For each party and position, the fewest periods in which the party can be there, whatever the others do;
/// `u32::MAX` where it cannot.
fn fewest_periods(arena: &Arena<'_>, today: usize) -> Vec<Vec<u32>> {
    let of = |party: usize| {
        let mut periods = vec![u32::MAX; arena.positions[party]];
        let mut waiting = VecDeque::from([arena.position(today, party)]);
        periods[waiting[0]] = 0;
        while let Some(from) = waiting.pop_front() {
            for to in arena.any_moves[party].from(from) {
                if periods[*to as usize] == u32::MAX {
                    periods[*to as usize] = periods[from] + 1;
                    waiting.push_back(*to as usize);
                }
            }
        }
        periods
    };
    (0..arena.parties).map(of).collect()
}

fn no_deal_gains(arena: &Arena<'_>, settlements: &[(u32, Values)], no_deal: &Values) -> Values {
    let mut best = [0.0f64; detente_case::MOST_PARTIES];
    for (_, values) in settlements {
        (0..arena.parties).for_each(|party| best[party] = best[party].max(values[party] - no_deal[party]));
    }
    best
}

fn undominated(parties: usize, mut deals: Vec<Candidate>, score: &impl Fn(&Values) -> f64) -> Vec<Candidate> {
    deals.sort_by(|a, b| {
        score(&b.values)
            .total_cmp(&score(&a.values))
            .then(a.path.len().cmp(&b.path.len()))
            .then_with(|| a.path.cmp(&b.path))
    });
    let mut kept: Vec<Candidate> = Vec::new();
    for deal in deals {
        if !kept
            .iter()
            .any(|better| covers(parties, &better.values, &deal.values))
        {
            kept.push(deal);
        }
    }
    kept
}

struct Task<'a, 'g> {
    arena: &'a Arena<'g>,
    family: &'a Family,
    departing: &'a [Vec<Vec<f64>>],
    limits: &'a Limits,
    today: u32,
}

type Labels = HashMap<u32, Vec<Label>>;

/// A label that a state can lead on to: its steps, the local number of its state, the last ones first, and its number
/// there; in the order in which they are gone through.
type Arriving = (u32, Reverse<u32>, u32);

impl Task<'_, '_> {
    /// Onward paths to the most promising settlements, and whether a limit cut the search short: fast schedules to
    /// each of them first, then slower ones while the limit on work allows.
    fn onward(&self, settlements: &[(u32, Values)], watch: &dyn Watch) -> (Vec<Candidate>, bool) {
        let (arena, limits) = (self.arena, self.limits);
        let periods = fewest_periods(arena, self.today as usize);
        let near = |state: u32| {
            (0..arena.parties)
                .all(|party| periods[party][arena.position(state as usize, party)] <= limits.steps)
        };
        let promising: Vec<(u32, Values)> = settlements
            .iter()
            .copied()
            .filter(|(state, _)| near(*state))
            .take(limits.settlements)
            .collect();
        let (mut deals, mut work) = (Vec::new(), 0);
        let tries = [true, false]
            .into_iter()
            .flat_map(|eager| promising.iter().map(move |settlement| (eager, *settlement)));
        for (number, (eager, (state, worth))) in tries.enumerate() {
            watch.advanced(
                "deals: settlements tried",
                number as u64,
                Some(2 * promising.len() as u64),
            );
            if watch.should_stop() || work >= limits.work || deals.len() >= limits.deals {
                return (deals, true);
            }
            deals.extend(self.towards(state, worth, eager, &mut work));
        }
        (deals, false)
    }

    /// Paths to one settlement on which every issue only moves towards its level there: all of them, or with `eager`
    /// those on which a party that moves goes as far as it can. Counts what it looks at in `work`, and stops at the limit.
    fn towards(&self, settlement: u32, worth: Values, eager: bool, work: &mut u64) -> Vec<Candidate> {
        let Some(between) = Between::new(self.arena, self.today, settlement, self.limits.states) else {
            return Vec::new();
        };
        let onward = between.onward(self.arena, eager);
        let last = between.states.len() - 1;
        let room = self.limits.labels.saturating_mul(WAYS_A_LABEL);
        let mut labels: Vec<Vec<Label>> = vec![Vec::new(); between.states.len()];
        let mut waiting: Vec<Vec<Arriving>> = vec![Vec::new(); between.states.len()];
        let mut behind = Vec::new();
        // Onward moves only raise the local number, so going down all that lead on from a state are done before it.
        for local in (0..=last).rev() {
            let state = between.states[local];
            labels[local] = if local == last {
                vec![self.start(worth, settlement)]
            } else {
                let waiting = std::mem::take(&mut waiting[local]);
                self.arrived(state, waiting, &labels, &between.states)
            };
            for (number, label) in labels[local].iter().enumerate() {
                if label.steps < self.limits.steps && *work < self.limits.work {
                    *work += self.step_back(state, label, &onward, &mut behind);
                    for behind in behind.iter().filter(|behind| **behind > 0) {
                        let waiting = &mut waiting[local - behind];
                        if waiting.len() < room {
                            waiting.push((label.steps, Reverse(local as u32), number as u32));
                        }
                    }
                }
            }
        }
        let after = |state: u32| &labels[between.number(self.arena, state)];
        labels[0].iter().map(|first| self.path(first, &after)).collect()
    }

    /// Puts into `behind`, for every state from which onward moves lead to a label and everybody goes along, how far its
    /// local number is behind, 0 for the label's own. Gives how many positions and states were looked at.
    fn step_back(&self, target: u32, label: &Label, onward: &[Onward], behind: &mut Vec<usize>) -> u64 {
        let (arena, target) = (self.arena, target as usize);
        behind.clear();
        behind.push(0);
        let mut looked = 0;
        for (party, onward) in onward.iter().enumerate() {
            let (own, stride) = (arena.position(target, party), arena.strides[party]);
            let goes_along = |position: usize, cost: f64| {
                let at_home = target + position * stride - own * stride;
                let mut sure = self.departing[party].iter().map(|table| table[at_home]);
                sure.any(|sure| goes_along(label.brings[party] - cost, sure))
            };
            let stays = onward.reached[own] && goes_along(own, 0.0);
            let so_far = behind.len();
            for step in &onward.before[own] {
                if onward.reached[step.position] && goes_along(step.position, step.cost) {
                    for index in 0..so_far {
                        behind.push(behind[index] + step.behind);
                    }
                }
            }
            looked += 1 + onward.before[own].len() as u64;
            if !stays {
                behind.drain(..so_far);
            }
        }
        looked + behind.len() as u64
    }

    /// The labels of a state, from those that it can lead on to: fewer periods first, then large steps, because where
    /// room for labels runs out, short deals are the ones to keep.
    fn arrived(
        &self,
        state: u32,
        mut waiting: Vec<Arriving>,
        labels: &[Vec<Label>],
        states: &[u32],
    ) -> Vec<Label> {
        waiting.sort_unstable();
        let from = self.arena.shares(state as usize);
        let mut here: Vec<Label> = Vec::new();
        for (_, Reverse(at), number) in waiting {
            let target = states[at as usize];
            if !self.arena.can_move(state as usize, target as usize) {
                continue;
            }
            let to = self.arena.shares(target as usize);
            self.extend(
                &labels[at as usize],
                number as usize,
                (state, &from),
                (target, &to),
                &mut here,
            );
        }
        here
    }

    /// All paths of at most so many steps, in a game whose joint moves can be listed, and whether room for labels or
    /// time ran out.
    fn over_all_states(&self, starts: &[(u32, Values)], watch: &dyn Watch) -> (Vec<Candidate>, bool) {
        let mut labels = Labels::new();
        for (state, worth) in starts {
            labels.insert(*state, vec![self.start(*worth, *state)]);
        }
        let mut whole = true;
        for step in 1..=self.limits.steps {
            watch.advanced(
                "deals: steps",
                u64::from(step),
                Some(u64::from(self.limits.steps)),
            );
            if watch.should_stop() {
                return (self.collect(&labels), true);
            }
            let mut changed = false;
            let mut fresh: Vec<(u32, Vec<Label>)> = Vec::new();
            for state in 0..self.arena.states as u32 {
                let mut here = labels.get(&state).cloned().unwrap_or_default();
                let before = here.len();
                let kept = here.clone();
                let from = self.arena.shares(state as usize);
                self.arena.for_each_joint_move(state as usize, &mut |target, _| {
                    if let Some(there) = labels.get(&(target as u32)) {
                        let to = self.arena.shares(target);
                        for after in 0..there.len() {
                            self.extend(there, after, (state, &from), (target as u32, &to), &mut here);
                        }
                    }
                });
                whole &= here.len() < self.limits.labels;
                let same = here.len() == before
                    && here
                        .iter()
                        .zip(&kept)
                        .all(|(a, b)| a.values == b.values && a.steps == b.steps);
                if !same {
                    changed = true;
                    fresh.push((state, here));
                }
            }
            labels.extend(fresh);
            if !changed {
                break;
            }
        }
        (self.collect(&labels), !whole)
    }

    /// Adds to `here` the label that going from a state to a target makes of one of the labels there, if there is
    /// room, it is not covered and everybody goes along.
    fn extend(
        &self,
        there: &[Label],
        after: usize,
        from: (u32, &Shares),
        to: (u32, &Shares),
        here: &mut Vec<Label>,
    ) {
        let (state, target, label) = (from.0 as usize, to.0 as usize, &there[after]);
        if label.steps >= self.limits.steps || here.len() >= self.limits.labels {
            return;
        }
        let values = less_costs(self.arena, state, target, &label.brings);
        let steps = label.steps + 1;
        let covered =
            |known: &Label| known.steps <= steps && covers(self.arena.parties, &known.values, &values);
        let (from, to) = ((state, from.1), (target, to.1));
        if !here.iter().any(covered) && holds_between(self.arena, self.departing, from, to, &values) {
            here.push(Label {
                values,
                brings: self.family.worth_before_costs(self.arena, state, &values),
                steps,
                target: target as u32,
                after: after as u32,
            });
        }
    }

    fn start(&self, values: Values, settlement: u32) -> Label {
        Label {
            values,
            brings: self
                .family
                .worth_before_costs(self.arena, settlement as usize, &values),
            steps: 0,
            target: settlement,
            after: u32::MAX,
        }
    }

    /// The paths behind the labels of today.
    fn collect(&self, labels: &Labels) -> Vec<Candidate> {
        let of_today = labels.get(&self.today).map_or(&[] as &[Label], Vec::as_slice);
        of_today
            .iter()
            .map(|first| self.path(first, &|state| &labels[&state]))
            .collect()
    }

    /// The path behind a label of today, given the labels at each state.
    fn path<'l>(&self, first: &Label, labels: &impl Fn(u32) -> &'l Vec<Label>) -> Candidate {
        let mut path = vec![self.today];
        let mut label = *first;
        while label.after != u32::MAX && path.len() <= self.limits.steps as usize {
            path.push(label.target);
            label = labels(label.target)[label.after as usize];
        }
        Candidate {
            path,
            values: first.values,
        }
    }
}
