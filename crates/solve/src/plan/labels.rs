//! Orders of many packages by label-setting: suffixes of a plan, built from the last step backwards.
//!
//! A label at a set of packages already in place is one way to add the rest. From the date after the set on its
//! values do not depend on how the set was reached: the proposer's against each type, the hoped-for type's of
//! keeping on, the other type's of its best answer. A suffix that the hoped-for type would leave at a later date is
//! dropped exactly. Of the others the undominated ones are kept, at most `width` a set: values of several
//! parties enter the constraints, so one number a set would be wrong, and because a breach that began earlier and
//! is still unnoticed also sees the suffix, even the vector is not all that matters. The result is therefore a
//! good order that is tested in full, not a proof that no better one exists; up to eight packages
//! [`all_orders`](super::orders::all_orders) is exhaustive and the tests compare the two.

use std::collections::HashMap;

use super::behaviour::{Behaviour, IssueSet};
use super::model::{PartyIndex, Plan, PlanModel, TypeIndex};
use super::orders::{self, Order, Package, Quick};
use super::values::{self, TIE, Valuation};
use crate::watch::Watch;

/// The most packages.
pub const MOST_PACKAGES: usize = 16;

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

struct Label {
    steps: Vec<u32>,
    /// The proposer's value against the hoped-for and the other type, the hoped-for type's, the other type's, and
    /// the proposer's least slack over the dates of the suffix at the prior and once the other type has gone, each
    /// at most 0.
    values: [f64; 6],
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
    let [responder] = model.responders(&at_once)[..] else {
        return Err("label-setting needs exactly one party that answers".into());
    };
    if !orders::is_quick(model, &at_once) {
        return Err(
            "label-setting needs a case without lags, false alarms, pardons and flows over several issues"
                .into(),
        );
    }
    let search = Search {
        model,
        packages,
        responder,
        limits,
    };
    let mut labels: HashMap<u32, Vec<Label>> = HashMap::new();
    labels.insert(
        all,
        vec![Label {
            steps: vec![],
            values: [0.0; 6],
        }],
    );
    let (mut made, mut stopped) = (0, false);
    // Sets in order of falling size: every set's supersets come first.
    let mut sets: Vec<u32> = (0..all).collect();
    sets.sort_by_key(|set| std::cmp::Reverse(set.count_ones()));
    for (done, set) in sets.iter().enumerate() {
        if watch.should_stop() {
            stopped = true;
            break;
        }
        let mut here: Vec<Label> = Vec::new();
        for step in steps(all & !set, limits.step) {
            for label in labels.get(&(set | step)).into_iter().flatten() {
                made += 1;
                let mut steps = vec![step];
                steps.extend(&label.steps);
                if let Some(values) = search.values(*set, &steps) {
                    keep(&mut here, Label { steps, values }, limits.width, search.weights());
                }
            }
        }
        labels.insert(*set, here);
        watch.advanced("sets of packages", done as u64 + 1, Some(u64::from(all)));
    }
    let mut orders: Vec<(Order, Quick)> = labels
        .remove(&0)
        .unwrap_or_default()
        .into_iter()
        .map(|label| {
            let order = Order(label.steps);
            let quick = orders::quick(model, &order.plan(model, packages));
            (order, quick)
        })
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
        stopped,
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
    const ROUNDS: usize = 100;
    for _ in 0..ROUNDS {
        let mut better: Option<(Order, Quick)> = None;
        for steps in moved(&entry.0.0, packages.len(), most) {
            if watch.should_stop() {
                return;
            }
            let order = Order(steps);
            let quick = orders::quick(model, &order.plan(model, packages));
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

/// Adds a label unless one that is kept is at least as good in every value; drops those it beats.
fn keep(labels: &mut Vec<Label>, label: Label, width: usize, weights: [f64; 2]) {
    let beats = |a: &Label, b: &Label| {
        a.values
            .iter()
            .zip(&b.values)
            .enumerate()
            .all(|(place, (a, b))| match place {
                // More for the other type may be good or bad: it stays longer.
                3 => (a - b).abs() <= TIE,
                _ => *a >= *b - TIE,
            })
    };
    if labels.iter().any(|other| beats(other, &label)) {
        return;
    }
    labels.retain(|other| !beats(&label, other));
    labels.push(label);
    if labels.len() > width {
        // Suffixes that the proposer would carry on come first, at the prior or at least once it is sure.
        let willing = |label: &Label| {
            u8::from(label.values[5] > -TIE) + u8::from(label.values[4] > -TIE && label.values[5] > -TIE)
        };
        let value = |label: &Label| weights[0] * label.values[0] + weights[1] * label.values[1];
        labels.sort_by(|a, b| willing(b).cmp(&willing(a)).then(value(b).total_cmp(&value(a))));
        // Half of the places go to suffixes that need the other type to have gone.
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
    responder: PartyIndex,
    limits: Limits,
}

impl Search<'_> {
    fn weights(&self) -> [f64; 2] {
        let prior = self.model.parties[self.responder.0].types[0].prior;
        debug_assert!(self.limits.width > 0);
        [prior, 1.0 - prior]
    }

    /// Values from the first step on when `set` stands before it; nothing if the hoped-for type departs.
    fn values(&self, set: u32, steps: &[u32]) -> Option<[f64; 6]> {
        // One date on which the set stands, then the steps.
        let mut dated = vec![set];
        dated.extend(steps);
        let plan: Plan = Order(dated).plan(self.model, self.packages);
        let from = if set == 0 { 0 } else { 1 };
        let plan = if set == 0 {
            Order(steps.to_vec()).plan(self.model, self.packages)
        } else {
            plan
        };
        let duties = IssueSet::of(self.model.obligations(self.responder, &plan));
        let proposer = Valuation::new(self.model, &plan, self.model.proposer, TypeIndex(0));
        let kinds = self.model.parties[self.responder.0].types.len();
        let mut others = (Behaviour::Comply, 0.0);
        let mut values = [0.0; 6];
        for kind in 0..kinds.min(2) {
            let valuation = Valuation::new(self.model, &plan, self.responder, TypeIndex(kind));
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
            values[kind] = proposer.from_date(from, best.behaviour, notice);
            values[2 + kind] = valuation.from_date(from, best.behaviour, notice);
        }
        if kinds == 1 {
            (values[1], values[3]) = (values[0], values[2]);
        }
        [values[4], values[5]] = self.slacks(&proposer, &plan, from, others);
        Some(values)
    }

    /// The proposer's least slack from a date on, up to the other type's departure at the prior, and over all dates
    /// against the hoped-for type alone; each at most 0.
    fn slacks(&self, proposer: &Valuation, plan: &Plan, from: usize, other: (Behaviour, f64)) -> [f64; 2] {
        let own = IssueSet::of(self.model.obligations(self.model.proposer, plan));
        let none = IssueSet::default();
        let reneged = proposer.unnoticed(own, 1.0);
        let [good, bad] = self.weights();
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
