//! The value of every commit-until behaviour, by backward recursion.
//!
//! With `ρ = δ(1−h)`, keeping the plan is worth `Σ ρ^t [f_t + δh k_t/(1−δ)]`, where `f_t` is the flow at date
//! `t` and `k_t` what of it persists. A breach of the set `C` from `τ` on freezes its issues at what of their
//! last level cannot be undone and leaves the rest on the plan until it is noticed: `W_t = n_t + δ[h c_t +
//! (1−h)(D U_t + (1−D) W_{t+1})]`, with `n`, `c`, `U` the flow, the collapse value and the unwinding value of
//! the issues outside `C`. Leaving at `t` is worth the unwinding value of the levels before. Every tail is a
//! geometric sum, so nothing is cut off. Cost: `O(T·2^k·m)` a valuation, `T` dates, `k` obligations, `m` issues.

use super::behaviour::{Behaviour, IssueSet};
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, TypeIndex};

/// Which of the tables of a valuation.
#[derive(Clone, Copy)]
enum Of {
    Flow,
    Kept,
    Unwound,
}

/// Flows of one type on one plan, issue by issue, with what is left of them when the deal comes apart.
#[derive(Debug, Clone)]
pub struct Valuation {
    discount: f64,
    hazard: f64,
    dates: usize,
    issues: usize,
    /// `[date][issue]`, flattened: flow on the plan.
    flow: Vec<f64>,
    /// What persists of it, summed for ever from the next period on.
    kept: Vec<f64>,
    /// The same after the delay in which the flow still runs in full.
    unwound: Vec<f64>,
    /// Sums of the three tables by date.
    totals: [Vec<f64>; 3],
    /// Value for ever of what a breach at the very start leaves of each issue.
    first: Vec<f64>,
    /// Value at the start of keeping the plan up to each date.
    before: Vec<f64>,
    /// `ρ^t` by date.
    weights: Vec<f64>,
}

impl Valuation {
    /// The flows of a type on a plan.
    pub fn new(model: &PlanModel, plan: &Plan, party: PartyIndex, kind: TypeIndex) -> Self {
        let (dates, issues) = (plan.dates(), model.issues.len());
        let discount = model.parties[party.0].types[kind.0].discount;
        let mut flow = Vec::with_capacity(dates * issues);
        let (mut kept, mut unwound) = (flow.clone(), flow.clone());
        let later: Vec<f64> = model
            .issues
            .iter()
            .map(|issue| discount.powi(issue.delay.min(1_000_000) as i32))
            .collect();
        for date in 0..dates {
            for (index, issue) in model.issues.iter().enumerate() {
                let level = model.level(plan, IssueIndex(index), date as isize);
                let now = issue.worth[party.0][kind.0].at(level);
                let after = issue.after(party, kind, level);
                flow.push(now);
                kept.push(after / (1.0 - discount));
                unwound.push((now * (1.0 - later[index]) + after * later[index]) / (1.0 - discount));
            }
        }
        let first = model
            .issues
            .iter()
            .map(|issue| issue.after(party, kind, issue.today) / (1.0 - discount))
            .collect();
        let totals = [&flow, &kept, &unwound].map(|table| {
            table
                .chunks(issues.max(1))
                .map(|row| row.iter().sum())
                .collect::<Vec<f64>>()
        });
        let mut valuation = Self {
            totals,
            first,
            discount,
            hazard: model.hazard,
            dates,
            issues,
            flow,
            kept,
            unwound,
            before: Vec::with_capacity(dates + 1),
            weights: Vec::with_capacity(dates + 1),
        };
        let rho = valuation.rho();
        let (mut total, mut weight) = (0.0, 1.0);
        for date in 0..=dates {
            valuation.before.push(total);
            valuation.weights.push(weight);
            total += weight * valuation.on_track(date);
            weight *= rho;
        }
        valuation
    }

    /// Discount factor times the chance that the deal is still there.
    pub fn rho(&self) -> f64 {
        self.discount * (1.0 - self.hazard)
    }

    /// The entries of a table at a date; after the last date levels stay.
    fn row<'a>(&self, table: &'a [f64], date: usize) -> &'a [f64] {
        let date = date.min(self.dates - 1);
        &table[date * self.issues..(date + 1) * self.issues]
    }

    /// The sum of a table over the issues outside a set, at a date.
    fn sum(&self, of: Of, date: usize, without: IssueSet) -> f64 {
        let (table, totals) = match of {
            Of::Flow => (&self.flow, &self.totals[0]),
            Of::Kept => (&self.kept, &self.totals[1]),
            Of::Unwound => (&self.unwound, &self.totals[2]),
        };
        let row = self.row(table, date);
        let left_out: f64 = without.iter().map(|issue| row[issue.0]).sum();
        totals[date.min(self.dates - 1)] - left_out
    }

    /// Flow at a date on the plan and what a collapse at its end would leave.
    fn on_track(&self, date: usize) -> f64 {
        let none = IssueSet::default();
        self.sum(Of::Flow, date, none) + self.discount * self.hazard * self.sum(Of::Kept, date, none)
    }

    /// Value from a date on of keeping the plan for ever, seen at that date.
    pub fn comply_from(&self, date: usize) -> f64 {
        let (mut value, rho) = (self.on_track(self.dates) / (1.0 - self.rho()), self.rho());
        for earlier in (date..self.dates).rev() {
            value = self.on_track(earlier) + rho * value;
        }
        value
    }

    /// Value at a date of everything coming apart with the levels of the date before, the issues of
    /// `breached` left out.
    pub fn unwinding(&self, date: usize, breached: IssueSet) -> f64 {
        match date.checked_sub(1) {
            None => 0.0,
            Some(before) => self.sum(Of::Unwound, before, breached),
        }
    }

    /// Value for ever of what a set of issues keeps of the level before a date.
    pub fn held(&self, date: usize, issues: IssueSet) -> f64 {
        let row = match date.checked_sub(1) {
            None => &self.first,
            Some(before) => self.row(&self.kept, before),
        };
        issues.iter().map(|issue| row[issue.0]).sum()
    }

    /// Value from each date on, up to the one after the last, of the issues outside `breached` while the
    /// breach is noticed with chance `notice` a period.
    pub fn unnoticed(&self, breached: IssueSet, notice: f64) -> Vec<f64> {
        let step = |date: usize, next: f64| {
            let flow = self.sum(Of::Flow, date, breached);
            let collapse = self.sum(Of::Kept, date, breached);
            let unwound = self.sum(Of::Unwound, date, breached);
            let stays = notice * unwound + (1.0 - notice) * next;
            flow + self.discount * (self.hazard * collapse + (1.0 - self.hazard) * stays)
        };
        let mut values = vec![0.0; self.dates + 1];
        values[self.dates] = step(self.dates, 0.0) / (1.0 - self.rho() * (1.0 - notice));
        for date in (0..self.dates).rev() {
            values[date] = step(date, values[date + 1]);
        }
        values
    }

    /// Value at the start of what is worth `value` at a date that is reached by keeping the plan.
    pub fn from_start(&self, date: usize, value: f64) -> f64 {
        self.before[date] + self.weights[date] * value
    }

    /// Value, seen at date `from`, of what the party's counterpart does under `behaviour`, while everybody
    /// else keeps the plan; `from` is not after the departure.
    pub fn from_date(&self, from: usize, behaviour: Behaviour, notice: f64) -> f64 {
        let Some(date) = behaviour.date() else {
            return self.comply_from(from);
        };
        let then = match behaviour {
            Behaviour::Breach { issues, .. } => {
                self.unnoticed(issues, notice)[date.min(self.dates)] + self.held(date, issues)
            }
            _ => self.unwinding(date, IssueSet::default()),
        };
        let (mut value, rho) = (then, self.rho());
        for earlier in (from..date).rev() {
            value = self.on_track(earlier) + rho * value;
        }
        value
    }
}

/// The chance per period that a breach of a set of issues is noticed, without lags: `1 − Π(1−d_i)`.
pub fn notice(model: &PlanModel, issues: IssueSet) -> f64 {
    1.0 - issues
        .iter()
        .map(|issue| 1.0 - model.issues[issue.0].detect)
        .product::<f64>()
}

/// A behaviour with its value to the one who chooses it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Valued {
    /// What it does.
    pub behaviour: Behaviour,
    /// What that is worth at the start.
    pub value: f64,
}

/// Differences up to this size count as ties; the earlier kind of behaviour is named: comply, leave, breach.
pub const TIE: f64 = 1e-9;

/// Every commit-until behaviour of a party, with its value to one of its types. The first entry is complying.
pub fn behaviours(model: &PlanModel, plan: &Plan, party: PartyIndex, valuation: &Valuation) -> Vec<Valued> {
    behaviours_over(
        model,
        plan.dates(),
        IssueSet::of(model.obligations(party, plan)),
        valuation,
    )
}

/// The same with the obligations named by the caller.
pub fn behaviours_over(
    model: &PlanModel,
    dates: usize,
    obligations: IssueSet,
    valuation: &Valuation,
) -> Vec<Valued> {
    let mut all = vec![Valued {
        behaviour: Behaviour::Comply,
        value: valuation.comply_from(0),
    }];
    for date in 0..=dates {
        let value = valuation.from_start(date, valuation.unwinding(date, IssueSet::default()));
        all.push(Valued {
            behaviour: Behaviour::Quit { date },
            value,
        });
    }
    let sets = obligations.subsets();
    let phases: Vec<Vec<f64>> = sets
        .iter()
        .map(|set| valuation.unnoticed(*set, notice(model, *set)))
        .collect();
    for date in 0..=dates {
        for (issues, phase) in sets.iter().zip(&phases) {
            let value = valuation.from_start(date, phase[date] + valuation.held(date, *issues));
            all.push(Valued {
                behaviour: Behaviour::Breach {
                    date,
                    issues: *issues,
                },
                value,
            });
        }
    }
    all
}

/// The best behaviour, the earliest in the order of [`behaviours`] among ties, and by how much it beats the
/// best of the others that end differently.
pub fn best(all: &[Valued]) -> Option<(Valued, f64)> {
    let mut best = *all.first()?;
    for candidate in all {
        if candidate.value > best.value + TIE {
            best = *candidate;
        }
    }
    let margin = all
        .iter()
        .filter(|other| other.behaviour != best.behaviour)
        .map(|other| best.value - other.value)
        .fold(f64::INFINITY, f64::min);
    Some((best, margin.max(0.0)))
}
