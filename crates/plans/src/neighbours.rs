//! Orders of many packages by local search on full tests, where more counts than the recursions of one party that answers
//! tell: several such parties, lags, false alarms, pardons, flows over several issues at once.
//!
//! From what [label-setting](super::labels) found and a few plain orders the search steps to their neighbours: one
//! package moved to another step or to one of its own, two steps joined, two exchanged. Every neighbour is tested in full. Kept are the orders that no other beats:
//! among those that do not hold, in what is missing party by party (what each hoped-for type would gain by
//! departing, what the proposer would gain by stopping, what the plan costs it) and never in a sum of these; among
//! those that hold, in every aim. Then the neighbours of what was kept are tested, until nothing kept is left to
//! step from or the limit is reached. Definition: Pareto local search; L. Paquete, M. Chiarandini and T. Stützle, in
//! *Metaheuristics for Multiobjective Optimisation*, 2004. It finds good orders and does not prove that no better
//! one exists; the tests compare it with all orders where those can be listed.

use std::collections::HashSet;

use rayon::prelude::*;

use super::design::goods;
use super::model::{Plan, PlanModel};
use super::orders::{Order, Package, Quick};
use super::test::{self, PlanTest};
use detente_base::watch::Watch;

/// The most packages.
pub const MOST_PACKAGES: usize = 24;

/// Limits of a search.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Orders that are tested.
    pub orders: usize,
    /// Orders kept that do not hold.
    pub failing: usize,
    /// The most packages of which label-setting says first where to start.
    pub labelled: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            orders: 20_000,
            failing: 100,
            labelled: 12,
        }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Orders that hold and that no other order met beats in every aim.
    pub orders: Vec<(Order, Quick)>,
    /// Orders that were tested.
    pub tested: usize,
    /// How many of them hold.
    pub hold: usize,
    /// Of the orders that hold nothing was met, the one that lacks least, with what it lacks.
    pub nearest: Option<(Order, Vec<Lack>)>,
    /// Whether it ended because nothing was left to step from.
    pub finished: bool,
    /// Whether it was stopped from outside.
    pub stopped: bool,
}

/// What an order lacks to hold, on one party's own scale.
#[derive(Debug, Clone, PartialEq, serde::Serialize, schemars::JsonSchema)]
pub struct Lack {
    /// The party.
    pub party: String,
    /// By how much departing beats keeping to it, or by how much the plan falls short of no deal.
    pub amount: f64,
}

/// An order that was tested.
struct Tested {
    order: Order,
    quick: Quick,
    /// At most 0 each: what is missing for every hoped-for type, for the proposer to go on, and for it to gain.
    missing: Vec<f64>,
    explored: bool,
}

impl Tested {
    fn new(model: &PlanModel, packages: &[Package], order: Order) -> Option<Self> {
        let plan = order.plan(model, packages);
        if !model.allows(&plan) {
            return None;
        }
        let result = test::test(model, &plan).ok()?;
        let quick = Quick::of(model, &plan, &result);
        Some(Self {
            missing: missing(model, &result),
            order,
            quick,
            explored: false,
        })
    }

    /// Whether this order is at least as good in everything that counts for the other.
    fn beats(&self, other: &Self) -> bool {
        let at_least = |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| *a >= *b - test::ROUNDING);
        match (self.quick.holds, other.quick.holds) {
            (true, true) => at_least(&goods(&self.quick), &goods(&other.quick)),
            (holds, false) => holds || at_least(&self.missing, &other.missing),
            (false, true) => false,
        }
    }
}

fn missing(model: &PlanModel, result: &PlanTest) -> Vec<f64> {
    let hoped = |answer: &&test::TypeAnswer| test::is_hoped(model, answer);
    let mut missing: Vec<f64> = result
        .answers
        .iter()
        .filter(hoped)
        .map(|answer| {
            if answer.behaviour.kind == "comply" {
                0.0
            } else {
                -answer.gain
            }
        })
        .collect();
    missing.push(result.worst.as_ref().map_or(0.0, |worst| worst.slack.min(0.0)));
    missing.push(result.value.min(0.0));
    missing
}

/// Looks for good orders of some packages, from the order of `own`, some plain ones and those in `known`.
pub fn good_orders(
    model: &PlanModel,
    packages: &[Package],
    own: &Plan,
    known: &[Order],
    limits: Limits,
    watch: &dyn Watch,
) -> Result<Found, String> {
    if packages.len() > MOST_PACKAGES {
        return Err(format!(
            "{} packages: orders are sought up to {MOST_PACKAGES}",
            packages.len()
        ));
    }
    let search = Search {
        model,
        packages,
        limits,
    };
    let mut state = State::default();
    let known = known.iter().map(|order| order.0.clone());
    let starts = starts(model, packages, own).into_iter().chain(known);
    search.test(starts.collect(), &mut state);
    if state.kept.is_empty() && state.failing.is_empty() {
        let plan = Order(vec![(1 << packages.len()) - 1]).plan(model, packages);
        let faults = test::test(model, &plan).err().unwrap_or_default();
        return Err(match faults.is_empty() {
            true => "the rules of the case forbid every order from which the search starts".into(),
            false => faults.join("; "),
        });
    }
    let mut finished = false;
    while state.seen.len() < limits.orders && !watch.should_stop() {
        let Some(from) = state.next() else {
            finished = true;
            break;
        };
        search.test(neighbours(&from.0, packages.len()), &mut state);
        watch.advanced("orders", state.seen.len() as u64, Some(limits.orders as u64));
    }
    let nearest = match state.kept.is_empty() {
        true => search.nearest(&state.failing),
        false => None,
    };
    let mut orders: Vec<(Order, Quick)> = state
        .kept
        .into_iter()
        .map(|tested| (tested.order, tested.quick))
        .collect();
    orders.sort_by(|a, b| b.1.value.total_cmp(&a.1.value).then_with(|| a.0.cmp(&b.0)));
    Ok(Found {
        orders,
        tested: state.tested,
        hold: state.hold,
        nearest,
        finished,
        stopped: watch.should_stop(),
    })
}

#[derive(Default)]
struct State {
    seen: HashSet<Vec<u32>>,
    /// How many of them the rules allow, and so were tested.
    tested: usize,
    hold: usize,
    /// The undominated orders that hold.
    kept: Vec<Tested>,
    /// The undominated orders that do not, as far as there is room.
    failing: Vec<Tested>,
    /// Whether the last step was from an order that holds.
    held_last: bool,
}

impl State {
    /// The next order to step from, by turns one that holds and one that does not.
    fn next(&mut self) -> Option<Order> {
        self.held_last = !self.held_last;
        let (first, second) = match self.held_last {
            true => (&mut self.kept, &mut self.failing),
            false => (&mut self.failing, &mut self.kept),
        };
        let open = |orders: &mut Vec<Tested>| -> Option<Order> {
            let next = orders.iter_mut().find(|tested| !tested.explored)?;
            next.explored = true;
            Some(next.order.clone())
        };
        open(first).or_else(|| open(second))
    }

    fn keep(&mut self, tested: Tested, limits: Limits) {
        let room = match tested.quick.holds {
            true => usize::MAX,
            false => limits.failing,
        };
        self.hold += usize::from(tested.quick.holds);
        let among = match tested.quick.holds {
            true => &mut self.kept,
            false => &mut self.failing,
        };
        if among.iter().any(|other| other.beats(&tested)) {
            return;
        }
        among.retain(|other| !tested.beats(other));
        if among.len() < room {
            among.push(tested);
        }
    }
}

struct Search<'a> {
    model: &'a PlanModel,
    packages: &'a [Package],
    limits: Limits,
}

impl Search<'_> {
    /// Tests the orders that are new, on all cores, and keeps what no other beats; in the order given, so that
    /// the result does not depend on the cores.
    fn test(&self, orders: Vec<Vec<u32>>, state: &mut State) {
        let mut new = Vec::new();
        for steps in orders {
            if state.seen.len() < self.limits.orders && state.seen.insert(steps.clone()) {
                new.push(Order(steps));
            }
        }
        let tested: Vec<Option<Tested>> = new
            .into_par_iter()
            .map(|order| Tested::new(self.model, self.packages, order))
            .collect();
        for tested in tested.into_iter().flatten() {
            state.tested += 1;
            state.keep(tested, self.limits);
        }
    }

    /// The order that lacks something for the fewest parties; the first among equals.
    fn nearest(&self, failing: &[Tested]) -> Option<(Order, Vec<Lack>)> {
        let lacking = |tested: &&Tested| {
            let lacks = tested
                .missing
                .iter()
                .filter(|missing| **missing < -test::ROUNDING);
            lacks.count()
        };
        let nearest = failing.iter().min_by_key(lacking)?;
        let plan = nearest.order.plan(self.model, self.packages);
        let responders = self.model.responders(&plan);
        let proposer = std::iter::repeat(self.model.proposer);
        let lacks = responders
            .into_iter()
            .chain(proposer)
            .zip(&nearest.missing)
            .filter(|(_, missing)| **missing < -test::ROUNDING)
            .map(|(party, missing)| Lack {
                party: self.model.parties[party.0].name.clone(),
                amount: -missing,
            })
            .collect();
        Some((nearest.order.clone(), lacks))
    }
}

/// Where the search starts: the order of the plan itself, everything at once, one package after the other in the
/// order of the plan and backwards, and the packages of each party in turn.
fn starts(model: &PlanModel, packages: &[Package], own: &Plan) -> Vec<Vec<u32>> {
    let places = 0..packages.len();
    let reached = |package: &Package| {
        let date = |(issue, level): &(super::model::IssueIndex, f64)| {
            (0..own.dates())
                .find(|date| model.level(own, *issue, *date as isize) == *level)
                .unwrap_or(own.dates())
        };
        package.issues.iter().map(date).max().unwrap_or(0)
    };
    let mut sorted: Vec<(usize, usize)> = places
        .clone()
        .map(|place| (reached(&packages[place]), place))
        .collect();
    sorted.sort_unstable();
    let together: Vec<u32> = sorted
        .chunk_by(|a, b| a.0 == b.0)
        .map(|chunk| chunk.iter().fold(0, |step, (_, place)| step | 1 << place))
        .collect();
    let single: Vec<u32> = sorted.iter().map(|(_, place)| 1 << place).collect();
    let backwards: Vec<u32> = single.iter().rev().copied().collect();
    let at_once = vec![(1_u32 << packages.len()) - 1];
    // The first package of every party in the first step, the second in the second, and so on.
    let mut turns: Vec<u32> = Vec::new();
    let mut counts = vec![0_usize; model.parties.len()];
    for (_, place) in &sorted {
        let Some((issue, _)) = packages[*place].issues.first() else {
            continue;
        };
        let count = &mut counts[model.issues[issue.0].owner.0];
        match turns.get_mut(*count) {
            Some(step) => *step |= 1 << place,
            None => turns.push(1 << place),
        }
        *count += 1;
    }
    vec![together, at_once, single, backwards, turns]
}

/// One package moved, two steps in a row joined, or two exchanged.
fn neighbours(steps: &[u32], packages: usize) -> Vec<Vec<u32>> {
    let mut found = super::labels::moved(steps, packages, packages);
    for place in 1..steps.len() {
        let mut joined = steps.to_vec();
        joined[place - 1] |= joined.remove(place);
        found.push(joined);
        let mut exchanged = steps.to_vec();
        exchanged.swap(place - 1, place);
        found.push(exchanged);
    }
    found
}
