//! Every order of a set of packages: one step a date, several packages in one step allowed.
//!
//! The orders of `n` packages are the ordered partitions: 4683 for six, 545,835 for eight. Each is tested with
//! the recursions of [`super::values`], without building the words and paths of a full test.

use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;

use super::behaviour::{Behaviour, IssueSet};
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, Reneging, TypeIndex};
use super::test::{self, PlanTest, ROUNDING};
use super::values::{self, Valuation};
use super::worlds;
use detente_base::watch::Watch;

/// The most packages whose orders are all tried.
pub const MOST_PACKAGES: usize = 8;

/// Issues that move together, in one step, each to a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// The issues with the level each reaches.
    pub issues: Vec<(IssueIndex, f64)>,
}

/// An order: which packages each step takes, as sets of places in the list of packages.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Order(pub Vec<u32>);

impl Order {
    /// The order as a plan.
    pub fn plan(&self, model: &PlanModel, packages: &[Package]) -> Plan {
        let mut levels: Vec<Vec<f64>> = model
            .issues
            .iter()
            .map(|issue| vec![issue.today; self.0.len()])
            .collect();
        for (step, taken) in self.0.iter().enumerate() {
            for (_, package) in packages
                .iter()
                .enumerate()
                .filter(|(place, _)| taken >> place & 1 == 1)
            {
                for (issue, level) in &package.issues {
                    levels[issue.0][step..].fill(*level);
                }
            }
        }
        Plan {
            name: self.words(packages),
            levels,
        }
    }

    /// `gestures, freeze + moratorium, relief`.
    pub fn words(&self, packages: &[Package]) -> String {
        let step = |taken: &u32| {
            let names: Vec<&str> = packages
                .iter()
                .enumerate()
                .filter(|(place, _)| taken >> place & 1 == 1)
                .map(|(_, package)| package.name.as_str())
                .collect();
            names.join(" + ")
        };
        self.0.iter().map(step).collect::<Vec<_>>().join(", ")
    }
}

/// What a quick test says of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Quick {
    /// Whether the hoped-for type keeps the plan, it pays at the stated prior, and the proposer carries on.
    pub holds: bool,
    /// Whether the hoped-for type keeps it.
    pub kept: bool,
    /// Expected value to the proposer.
    pub value: f64,
    /// Break-even prior.
    pub p_star: Option<f64>,
    /// Least slack of the proposer over the dates.
    pub slack: f64,
    /// For each party that answers, in the order of the case and on its own scale: the least its hoped-for type can
    /// end up with if the proposer reneges at the worst date.
    pub worst_cases: Vec<f64>,
    /// Largest lead of what the proposer has given over what it has received, in flow.
    pub exposure: f64,
    /// The number of dates.
    pub steps: usize,
}

impl Quick {
    /// The figures of a plan that was tested in full.
    pub fn of(model: &PlanModel, plan: &Plan, result: &PlanTest) -> Self {
        let hoped = || {
            result
                .answers
                .iter()
                .filter(|answer| test::is_hoped(model, answer))
        };
        Self {
            holds: result.holds,
            kept: hoped().all(|answer| answer.behaviour.kind == "comply"),
            value: result.value,
            p_star: result.p_star,
            slack: result.worst.as_ref().map_or(f64::INFINITY, |worst| worst.slack),
            worst_cases: hoped().map(|answer| answer.worst_case).collect(),
            exposure: exposure(model, plan),
            steps: plan.dates(),
        }
    }

    /// A plan that could not be tested, and holds in nothing.
    fn failed(model: &PlanModel, plan: &Plan) -> Self {
        Self {
            holds: false,
            kept: false,
            value: f64::NEG_INFINITY,
            p_star: None,
            slack: f64::NEG_INFINITY,
            worst_cases: vec![f64::NEG_INFINITY; model.responders(plan).len()],
            exposure: exposure(model, plan),
            steps: plan.dates(),
        }
    }

    /// Whether the hoped-for type cannot end below no deal.
    pub fn regret_free(&self) -> bool {
        self.worst_cases.iter().all(|worst| *worst >= -ROUNDING)
    }

    /// The worst case of the other side where that is one party; values of several are not compared.
    pub fn worst_case(&self) -> Option<f64> {
        match self.worst_cases[..] {
            [worst] => Some(worst),
            _ => None,
        }
    }
}

/// What the proposer faces from one type of the responder.
struct Facing {
    prior: f64,
    start: f64,
    /// By date: chance of a quiet history times what carrying on is worth more than the better alternative of
    /// leaving and reneging, both kept apart.
    slacks: Vec<[f64; 2]>,
    quiet: Vec<f64>,
}

/// Whether a quick test of a plan is exact: one responder, no lags, false alarms or pardons, no flows that depend on
/// several issues at once, and a reneging that is seen at once.
pub fn is_quick(model: &PlanModel, plan: &Plan) -> bool {
    let own = IssueSet::of(model.issues_of(model.proposer));
    model.responders(plan).len() == 1
        && worlds::is_plain(model)
        && own.iter().all(|issue| model.issues[issue.0].detect == 1.0)
        && model.parties[model.proposer.0].types.len() == 1
}

/// Tests a plan quickly where that is exact ([`is_quick`]), in full otherwise.
pub fn quick(model: &PlanModel, plan: &Plan) -> Quick {
    match model.responders(plan)[..] {
        [responder] if is_quick(model, plan) => quick_against(model, plan, responder),
        _ => of_full(model, plan, test::test(model, plan)),
    }
}

/// Tests one of many orders without faults: in full only where the hoped-for types keep it. Of the others only the worst
/// case, the exposure and the steps are worked out.
fn quick_among_many(model: &PlanModel, plan: &Plan, is_quick: bool) -> Quick {
    if is_quick {
        return quick(model, plan);
    }
    if let Some(answers) = worlds::answers_if_kept(model, plan) {
        return of_full(model, plan, test::of_answers(model, plan, &answers));
    }
    let worst = |party: &PartyIndex| test::worst_case(model, plan, *party, TypeIndex(0)).0;
    let responders = model.responders(plan);
    Quick {
        worst_cases: responders.iter().map(worst).collect(),
        ..Quick::failed(model, plan)
    }
}

fn of_full(model: &PlanModel, plan: &Plan, tested: Result<PlanTest, Vec<String>>) -> Quick {
    match tested {
        Ok(result) => Quick::of(model, plan, &result),
        Err(_) => Quick::failed(model, plan),
    }
}

fn quick_against(model: &PlanModel, plan: &Plan, responder: PartyIndex) -> Quick {
    let kinds = &model.parties[responder.0].types;
    let obligations = IssueSet::of(model.obligations(responder, plan));
    let own = IssueSet::of(model.obligations(model.proposer, plan));
    let proposer = Valuation::new(model, plan, model.proposer, TypeIndex(0));
    let reneged = proposer.unnoticed(own, 1.0);
    let (mut facing, mut kept, mut worst_case) = (Vec::new(), true, f64::INFINITY);
    for kind in (0..kinds.len()).map(TypeIndex) {
        let valuation = Valuation::new(model, plan, responder, kind);
        let all = values::behaviours_over(model, plan.dates(), obligations, &valuation);
        let mut best = all[0];
        for candidate in &all {
            if candidate.value > best.value + values::TIE {
                best = *candidate;
            }
        }
        if kind == TypeIndex(0) {
            kept = best.behaviour == Behaviour::Comply;
            worst_case = worst(&valuation, own, plan.dates(), all[0].value);
        }
        facing.push(face(
            model,
            &proposer,
            own,
            &reneged,
            best.behaviour,
            plan.dates(),
            kinds[kind.0].prior,
        ));
    }
    let value = facing.iter().map(|facing| facing.prior * facing.start).sum();
    let slack = least_slack(&facing);
    Quick {
        holds: kept && value > 0.0 && slack >= -ROUNDING,
        kept,
        value,
        p_star: break_even(&facing),
        slack,
        worst_cases: vec![worst_case],
        exposure: exposure(model, plan),
        steps: plan.dates(),
    }
}

/// The least value of keeping the plan if the proposer reneges or leaves at the worst date.
fn worst(valuation: &Valuation, own: IssueSet, dates: usize, comply: f64) -> f64 {
    let reneged = valuation.unnoticed(own, 1.0);
    (0..=dates)
        .flat_map(|date| {
            [
                valuation.from_start(date, reneged[date] + valuation.held(date, own)),
                valuation.from_start(date, valuation.unwinding(date, IssueSet::default())),
            ]
        })
        .fold(comply, f64::min)
}

fn face(
    model: &PlanModel,
    proposer: &Valuation,
    own: IssueSet,
    reneged: &[f64],
    answer: Behaviour,
    dates: usize,
    prior: f64,
) -> Facing {
    let none = IssueSet::default();
    let breached = answer.breached();
    let notice = values::notice(model, breached);
    let since = answer.date().unwrap_or(usize::MAX);
    let left = matches!(answer, Behaviour::Quit { .. });
    let phase = proposer.unnoticed(breached, notice);
    let both = proposer.unnoticed(breached.union(own), 1.0);
    let mut facing = Facing {
        prior,
        start: 0.0,
        slacks: Vec::with_capacity(dates + 1),
        quiet: Vec::new(),
    };
    for date in 0..=dates {
        let quiet = match date.checked_sub(since) {
            None | Some(0) => 1.0,
            Some(_) if left => 0.0,
            Some(periods) => (1.0 - notice).powi(periods as i32),
        };
        let begun = since < date && !left;
        let keep = match begun {
            true => phase[date] + proposer.held(since, breached),
            false => proposer.from_date(date, answer, notice),
        };
        let leave = match begun {
            true => proposer.unwinding(date, breached) + proposer.held(since, breached),
            false => proposer.unwinding(date, none),
        };
        let renege = if since <= date && !left && model.reneging == Reneging::GainsNothing {
            leave
        } else if since <= date && !left {
            both[date] + proposer.held(since, breached) + proposer.held(date, own)
        } else if since == date {
            // The other side leaves on the same date: nothing is left to take.
            proposer.unwinding(date, none)
        } else {
            reneged[date] + proposer.held(date, own)
        };
        if date == 0 {
            facing.start = keep;
        }
        facing
            .slacks
            .push([quiet * (keep - leave), quiet * (keep - renege)]);
        facing.quiet.push(quiet);
    }
    facing
}

fn least_slack(facing: &[Facing]) -> f64 {
    let dates = facing.first().map_or(0, |facing| facing.slacks.len());
    let mut least = f64::INFINITY;
    for date in 0..dates {
        let quiet: f64 = facing
            .iter()
            .map(|facing| facing.prior * facing.quiet[date])
            .sum();
        if quiet > 0.0 {
            for alternative in 0..2 {
                let slack: f64 = facing
                    .iter()
                    .map(|facing| facing.prior * facing.slacks[date][alternative])
                    .sum();
                least = least.min(slack / quiet);
            }
        }
    }
    least
}

fn break_even(facing: &[Facing]) -> Option<f64> {
    let (good, others) = facing.split_first()?;
    let chance: f64 = others.iter().map(|facing| facing.prior).sum();
    let bad = if others.is_empty() {
        good.start
    } else if chance > 0.0 {
        others
            .iter()
            .map(|facing| facing.prior * facing.start)
            .sum::<f64>()
            / chance
    } else {
        others.iter().map(|facing| facing.start).sum::<f64>() / others.len() as f64
    };
    if good.start <= ROUNDING {
        None
    } else if bad >= 0.0 {
        Some(0.0)
    } else {
        Some(-bad / (good.start - bad))
    }
}

/// The largest lead of what the proposer gives over what it receives, in flow per period.
pub fn exposure(model: &PlanModel, plan: &Plan) -> f64 {
    (0..plan.dates())
        .map(|date| {
            let flows = model.issues.iter().enumerate().map(|(index, issue)| {
                issue.worth[model.proposer.0][0].at(model.level(plan, IssueIndex(index), date as isize))
            });
            -flows.sum::<f64>()
        })
        .fold(0.0, f64::max)
}

/// Whether all orders were tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried<T> {
    /// One entry an order that was tried.
    pub found: Vec<T>,
    /// Whether the search was stopped from outside.
    pub stopped: bool,
}

/// Tests every order that the rules allow and keeps what `keep` makes of it; of orders that the hoped-for types do not keep the other
/// figures may be missing (minus infinity, no break-even prior) where testing them in full is slow; at most [`MOST_PACKAGES`] packages.
pub fn all_orders<T: Send>(
    model: &PlanModel,
    packages: &[Package],
    watch: &dyn Watch,
    keep: impl Fn(&Order, &Quick) -> Option<T> + Sync,
) -> Result<Tried<T>, String> {
    if packages.len() > MOST_PACKAGES {
        return Err(format!(
            "{} packages: all orders are tried up to {MOST_PACKAGES}",
            packages.len()
        ));
    }
    let all = (1_u32 << packages.len()) - 1;
    let at_once = Order(vec![all]).plan(model, packages);
    let is_quick = is_quick(model, &at_once);
    let faults = model.faults(&at_once);
    if !faults.is_empty() {
        return Err(faults.join("; "));
    }
    let beginnings: Vec<Vec<u32>> = beginnings(all);
    let done = std::sync::atomic::AtomicU64::new(0);
    let total = beginnings.len() as u64;
    let found: Vec<Vec<T>> = beginnings
        .par_iter()
        .map(|beginning| {
            let mut found = Vec::new();
            if !watch.should_stop() {
                let mut steps = beginning.clone();
                let rest = all & !steps.iter().fold(0, |taken, step| taken | step);
                extend(&mut steps, rest, &mut |steps| {
                    let order = Order(steps.to_vec());
                    let plan = order.plan(model, packages);
                    if model.allows(&plan) {
                        found.extend(keep(&order, &quick_among_many(model, &plan, is_quick)));
                    }
                });
            }
            let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
            watch.advanced("orders", done, Some(total));
            found
        })
        .collect();
    let found = found.into_iter().flatten().collect();
    Ok(Tried {
        found,
        stopped: watch.should_stop(),
    })
}

/// All first two steps: chunks of work of similar size.
fn beginnings(all: u32) -> Vec<Vec<u32>> {
    let mut beginnings = Vec::new();
    for first in subsets(all) {
        let rest = all & !first;
        if rest == 0 {
            beginnings.push(vec![first]);
        }
        beginnings.extend(subsets(rest).map(|second| vec![first, second]));
    }
    beginnings
}

/// Every non-empty subset, from the largest to the smallest.
fn subsets(of: u32) -> impl Iterator<Item = u32> {
    std::iter::successors((of != 0).then_some(of), move |set| {
        Some((set - 1) & of).filter(|next| *next != 0)
    })
}

fn extend(steps: &mut Vec<u32>, rest: u32, visit: &mut impl FnMut(&[u32])) {
    if rest == 0 {
        visit(steps);
        return;
    }
    for step in subsets(rest) {
        steps.push(step);
        extend(steps, rest & !step, visit);
        steps.pop();
    }
}
