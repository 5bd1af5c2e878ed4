//! Orders of many packages by label-setting: suffixes of a plan, built from the last step backwards.
//!
//! A label at a set of packages already in place is one way to add the rest. From the date after the set on its
//! values do not depend on how the set was reached: the proposer's against each type, every hoped-for type's of
//! keeping on, the other types' of their best answers. A suffix in which a hoped-for type would depart at a later date
//! whatever pardons are left is dropped exactly. Of the others the undominated ones are kept, at most `width` a set:
//! values of several parties enter the constraints, so one number a set would be wrong, and because a breach that began
//! earlier and is still unnoticed also sees the suffix, even the vector is not all that matters. The result is therefore
//! good orders that are tested in full, not a proof that no better one exists; up to eight packages
//! [`all_orders`](super::orders::all_orders) is exhaustive and the tests compare the two.
//!
//! One party that answers without lags, alarms or pardons is followed by the recursions of [`values`],
//! everything else by [`play`].

use std::collections::HashMap;

use rayon::prelude::*;

use super::behaviour::{Behaviour, IssueSet};
use super::flows::Flows;
use super::model::{PartyIndex, Plan, PlanModel, TypeIndex};
use super::orders::{self, Order, Package, Quick};
use super::play;
use super::test::Checks;
use super::values::{self, TIE, Valuation, Valued};
use super::worlds::{self, Answer, World};
use detente_base::watch::Watch;

/// The most packages.
pub const MOST_PACKAGES: usize = 16;

/// The most moves of one package by which an order that was found is made better.
pub const MOVES: usize = 100;

/// Limits of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Labels kept a set of packages.
    pub width: usize,
    /// Packages that may move in one step.
    pub step: usize,
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Orders that hold when tested in full, by value to the proposer, the best first.
    pub orders: Vec<(Order, Quick)>,
    /// Labels that were made.
    pub labels: u64,
    /// Whether the search was stopped from outside.
    pub stopped: bool,
}

/// One way to add the packages that are not in place yet.
struct Label {
    steps: Vec<u32>,
    merits: Merits,
}

/// What counts about a suffix, from its first step on.
struct Merits {
    /// More of each is better: what the proposer and every hoped-for type get, and by how little at most, at most 0, the
    /// proposer would rather stop.
    more: Vec<f64>,
    /// What the other types get by their best answers: more may be good or bad, they stay longer.
    as_much: Vec<f64>,
    /// What the proposer gets at the prior.
    value: f64,
    /// 2 where it goes on at the prior, 1 where it does once it is sure, else 0.
    willing: u8,
}

impl Merits {
    fn beat(&self, other: &Self) -> bool {
        let more = self.more.iter().zip(&other.more).all(|(a, b)| *a >= *b - TIE);
        let mut as_much = self.as_much.iter().zip(&other.as_much);
        more && as_much.all(|(a, b)| (a - b).abs() <= TIE)
    }
}

/// Finds good orders of up to [`MOST_PACKAGES`] packages.
pub fn best_orders(
    model: &PlanModel,
    packages: &[Package],
    limits: Limits,
    watch: &dyn Watch,
) -> Result<Found, String> {
    if packages.len() > MOST_PACKAGES {
        return Err(format!(
            "{} packages: orders are sought up to {MOST_PACKAGES}",
            packages.len()
        ));
    }
    let all = (1_u32 << packages.len()) - 1;
    let at_once = Order(vec![all]).plan(model, packages);
    let responders = model.responders(&at_once);
    let search = Search {
        model,
        packages,
        lone: match responders[..] {
            [responder] if orders::is_quick(model, &at_once) => Some(responder),
            _ => None,
        },
        responders,
        limits,
    };
    let (labels, made) = search.label(all, watch);
    let quick = |label: Label| {
        let order = Order(label.steps);
        let plan = order.plan(model, packages);
        model.allows(&plan).then(|| (order, orders::quick(model, &plan)))
    };
    let mut orders: Vec<(Order, Quick)> = labels
        .into_iter()
        .filter_map(quick)
        .filter(|(_, quick)| quick.holds)
        .collect();
    orders.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then_with(|| a.0.cmp(&b.0)));
    orders.truncate(limits.width);
    for entry in &mut orders {
        improve(model, packages, limits.step, entry, watch);
    }
    orders.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then_with(|| a.0.cmp(&b.0)));
    orders.dedup_by(|a, b| a.0 == b.0);
    Ok(Found {
        orders,
        labels: made,
        stopped: watch.should_stop(),
    })
}

/// Moves one package at a time to another step, or to a step of its own, as long as that helps and the order holds.
fn improve(
    model: &PlanModel,
    packages: &[Package],
    most: usize,
    entry: &mut (Order, Quick),
    watch: &dyn Watch,
) {
    for _ in 0..MOVES {
        let mut better: Option<(Order, Quick)> = None;
        for steps in moved(&entry.0.0, packages.len(), most) {
            if watch.should_stop() {
                return;
            }
            let order = Order(steps);
            let plan = order.plan(model, packages);
            if !model.allows(&plan) {
                continue;
            }
            let quick = orders::quick(model, &plan);
            let beaten = better.as_ref().map_or(entry.1.value, |(_, best)| best.value);
            if quick.holds && quick.value > beaten + TIE {
                better = Some((order, quick));
            }
        }
        match better {
            Some(better) => *entry = better,
            None => return,
        }
    }
}

/// The orders in which one package stands in another step, or in one of its own.
pub(super) fn moved(steps: &[u32], packages: usize, most: usize) -> Vec<Vec<u32>> {
    let mut found = Vec::new();
    for package in (0..packages).map(|place| 1_u32 << place) {
        let without: Vec<u32> = steps
            .iter()
            .map(|step| step & !package)
            .filter(|step| *step != 0)
            .collect();
        for place in 0..=without.len() {
            let mut alone = without.clone();
            alone.insert(place, package);
            found.push(alone);
            if place < without.len() && (without[place].count_ones() as usize) < most {
                let mut joined = without.clone();
                joined[place] |= package;
                found.push(joined);
            }
        }
    }
    found
}

/// Every non-empty set of at most `most` of the packages.
fn steps(rest: u32, most: usize) -> Vec<u32> {
    let mut steps = Vec::new();
    let mut step = rest;
    while step != 0 {
        if step.count_ones() as usize <= most {
            steps.push(step);
        }
        step = (step - 1) & rest;
    }
    steps
}

/// Adds a label unless one that is kept is at least as good in everything; drops those it beats.
fn keep(labels: &mut Vec<Label>, label: Label, width: usize) {
    if labels.iter().any(|other| other.merits.beat(&label.merits)) {
        return;
    }
    labels.retain(|other| !label.merits.beat(&other.merits));
    labels.push(label);
    if labels.len() > width {
        // Suffixes that the proposer would carry on come first, at the prior or at least once it is sure.
        let willing = |label: &Label| label.merits.willing;
        let value = |label: &Label| label.merits.value;
        labels.sort_by(|a, b| willing(b).cmp(&willing(a)).then(value(b).total_cmp(&value(a))));
        // Half of the places go to suffixes that need the other types to have gone.
        let sure: Vec<usize> = (0..labels.len())
            .filter(|place| willing(&labels[*place]) == 1)
            .collect();
        let spared = sure.len().min(width / 2);
        let first = labels
            .iter()
            .filter(|label| willing(label) == 2)
            .count()
            .min(width - spared);
        if spared > 0 && first < sure[0] {
            labels.drain(first..sure[0]);
        }
        labels.truncate(width);
    }
}

struct Search<'a> {
    model: &'a PlanModel,
    packages: &'a [Package],
    /// The party that answers, where it is the only one and the recursions of [`values`] are exact.
    lone: Option<PartyIndex>,
    responders: Vec<PartyIndex>,
    limits: Limits,
}

impl Search<'_> {
    /// The labels where nothing is in place yet, and how many were made; none when the watch says stop.
    fn label(&self, all: u32, watch: &dyn Watch) -> (Vec<Label>, u64) {
        let mut labels: HashMap<u32, Vec<Label>> = HashMap::new();
        labels.insert(
            all,
            vec![Label {
                steps: vec![],
                // Nothing is left to be compared: all suffixes end alike.
                merits: Merits {
                    more: Vec::new(),
                    as_much: Vec::new(),
                    value: 0.0,
                    willing: 2,
                },
            }],
        );
        let (mut made, mut done) = (0, 0);
        // Sets by falling size: the supersets of those of one size are all labelled before.
        for size in (0..all.count_ones()).rev() {
            let sets: Vec<u32> = (0..all).filter(|set| set.count_ones() == size).collect();
            let found: Vec<(u32, Vec<Label>, u64)> = sets
                .into_par_iter()
                .filter(|_| !watch.should_stop())
                .map(|set| {
                    let (here, made) = self.at(set, all, &labels);
                    (set, here, made)
                })
                .collect();
            for (set, here, number) in found {
                labels.insert(set, here);
                (made, done) = (made + number, done + 1);
            }
            watch.advanced("sets of packages", done, Some(u64::from(all)));
        }
        (labels.remove(&0).unwrap_or_default(), made)
    }

    /// The labels at a set of packages, from those at the sets that a step leads to, and how many were made.
    fn at(&self, set: u32, all: u32, labels: &HashMap<u32, Vec<Label>>) -> (Vec<Label>, u64) {
        let (mut here, mut made) = (Vec::new(), 0);
        let state = |set: u32| Order(vec![set]).plan(self.model, self.packages);
        for step in steps(all & !set, self.limits.step) {
            // What the rules allow next depends on what is in place, not on how it came there.
            if !self.model.allows_from(&state(set), &state(set | step)) {
                continue;
            }
            for label in labels.get(&(set | step)).into_iter().flatten() {
                made += 1;
                let mut steps = vec![step];
                steps.extend(&label.steps);
                if let Some(merits) = self.merits(set, &steps) {
                    keep(&mut here, Label { steps, merits }, self.limits.width);
                }
            }
        }
        (here, made)
    }

    /// What counts from the first step on when `set` stands before it; nothing if a hoped-for type departs.
    fn merits(&self, set: u32, steps: &[u32]) -> Option<Merits> {
        // One date on which the set stands, if there is one, then the steps.
        let mut dated = Vec::with_capacity(steps.len() + 1);
        dated.extend((set != 0).then_some(set));
        dated.extend(steps);
        let plan = Order(dated).plan(self.model, self.packages);
        let from = usize::from(set != 0);
        match self.lone {
            Some(responder) => self.by_recursion(&plan, from, responder),
            None => self.by_play(&plan, from),
        }
    }

    /// Merits by [`super::play`]: of any number of parties that answer, with lags, alarms, pardons and joint flows.
    fn by_play(&self, plan: &Plan, from: usize) -> Option<Merits> {
        let model = self.model;
        let everybody = play::all_comply(model);
        let (mut answers, mut more, mut as_much) = (Vec::new(), Vec::new(), Vec::new());
        for party in self.responders.iter().copied() {
            for kind in (0..model.parties[party.0].types.len()).map(TypeIndex) {
                let flows = Flows::new(model, plan, party, kind);
                let comply = play::values_of(&flows, &everybody, &[], from);
                let all = comply.len() - 1;
                let mut best = self.best_answer(&flows, (party, kind), from, &comply)?;
                if kind == TypeIndex(0) {
                    more.extend([comply[all], comply[all] - best.value]);
                    best.behaviour = Behaviour::Comply;
                } else {
                    as_much.push(best.value);
                }
                answers.push(Answer {
                    party,
                    kind,
                    best,
                    comply: comply[all],
                    margin: 0.0,
                });
            }
        }
        let worlds = worlds::worlds(model, &answers).ok()?;
        let checks = Checks::new(model, plan, &worlds);
        let value = worlds
            .iter()
            .zip(&checks.keep)
            .map(|(world, keep)| world.chance * keep[from]);
        let value = value.sum();
        let slack = |worlds: &[World]| {
            let slacks = (from..=plan.dates()).filter_map(|date| checks.slack(worlds, date));
            slacks.flatten().fold(0.0, f64::min)
        };
        // The first world is that of the hoped-for types.
        let (unsure, sure) = (slack(&worlds), slack(&worlds[..1]));
        more.extend(checks.keep.iter().map(|keep| keep[from]));
        more.extend([unsure, sure]);
        Some(Merits {
            more,
            as_much,
            value,
            willing: u8::from(sure > -TIE) + u8::from(unsure > -TIE && sure > -TIE),
        })
    }

    /// The best a type can do from a date on with all pardons left; nothing if it is hoped for and departing pays
    /// whatever pardons are left by then, and so from the start as well. `comply` is what keeping on is worth.
    fn best_answer(
        &self,
        flows: &Flows,
        (party, kind): (PartyIndex, TypeIndex),
        from: usize,
        comply: &[f64],
    ) -> Option<Valued> {
        let all = comply.len() - 1;
        let mut best = Valued {
            behaviour: Behaviour::Comply,
            value: comply[all],
        };
        for (behaviour, values) in self.departures(flows, party, from) {
            if kind == TypeIndex(0) && values.iter().zip(comply).all(|(a, b)| *a > b + TIE) {
                return None;
            }
            if values[all] > best.value + TIE {
                best = Valued {
                    behaviour,
                    value: values[all],
                };
            }
        }
        Some(best)
    }

    /// What a party can do by departing from a date on, with what it is worth at that date by pardons left.
    fn departures(
        &self,
        flows: &Flows,
        party: PartyIndex,
        from: usize,
    ) -> impl Iterator<Item = (Behaviour, Vec<f64>)> {
        let mut profile = play::all_comply(self.model);
        worlds::all_behaviours(self.model, flows.plan(), party)
            .into_iter()
            .filter(move |behaviour| behaviour.date().is_some_and(|date| date >= from))
            .map(move |behaviour| {
                profile[party.0] = behaviour;
                (behaviour, play::values_of(flows, &profile, &[], from))
            })
    }

    /// Merits by the recursions of [`values`], which are exact for one party that answers without lags.
    fn by_recursion(&self, plan: &Plan, from: usize, responder: PartyIndex) -> Option<Merits> {
        let duties = IssueSet::of(self.model.obligations(responder, plan));
        let proposer = Valuation::new(self.model, plan, self.model.proposer, TypeIndex(0));
        let types = &self.model.parties[responder.0].types;
        let mut others = (Behaviour::Comply, 0.0);
        let mut merits = Merits {
            more: Vec::new(),
            as_much: Vec::new(),
            value: 0.0,
            willing: 0,
        };
        let prior = types[0].prior;
        for kind in 0..types.len().min(2) {
            let valuation = Valuation::new(self.model, plan, responder, TypeIndex(kind));
            let all = values::behaviours_over(self.model, plan.dates(), duties, &valuation);
            let later = |valued: &&values::Valued| valued.behaviour.date().is_none_or(|date| date >= from);
            let mut best = all[0];
            for candidate in all.iter().filter(later) {
                if candidate.value > best.value + TIE {
                    best = *candidate;
                }
            }
            if kind == 0 && best.behaviour != Behaviour::Comply {
                return None;
            }
            let notice = values::notice(self.model, best.behaviour.breached());
            others = (best.behaviour, notice);
            let value = proposer.from_date(from, best.behaviour, notice);
            let own = valuation.from_date(from, best.behaviour, notice);
            merits.more.push(value);
            merits.value += if kind == 0 { prior } else { 1.0 - prior } * value;
            match kind {
                0 => merits.more.push(own),
                _ => merits.as_much.push(own),
            }
        }
        let slacks = self.slacks(&proposer, plan, from, others, [prior, 1.0 - prior]);
        merits.willing = u8::from(slacks[1] > -TIE) + u8::from(slacks[0] > -TIE && slacks[1] > -TIE);
        merits.more.extend(slacks);
        Some(merits)
    }

    /// The proposer's least slack from a date on, up to the other type's departure at the prior, and over all dates
    /// against the hoped-for type alone; each at most 0.
    fn slacks(
        &self,
        proposer: &Valuation,
        plan: &Plan,
        from: usize,
        other: (Behaviour, f64),
        [good, bad]: [f64; 2],
    ) -> [f64; 2] {
        let own = IssueSet::of(self.model.obligations(self.model.proposer, plan));
        let none = IssueSet::default();
        let reneged = proposer.unnoticed(own, 1.0);
        let gone = other.0.date().unwrap_or(usize::MAX);
        let mut least = [0.0_f64; 2];
        for (date, reneged) in reneged.iter().enumerate().skip(from) {
            let alternative = f64::max(proposer.unwinding(date, none), reneged + proposer.held(date, own));
            let sure = proposer.comply_from(date) - alternative;
            least[1] = least[1].min(sure);
            if date < gone {
                let unsure = proposer.from_date(date, other.0, other.1) - alternative;
                least[0] = least[0].min(good * sure + bad * unsure);
            }
        }
        least
    }
}
