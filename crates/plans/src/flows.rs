//! What one type gets a period on a plan, date by date, and what is left of it when issues come apart.
//!
//! Three tables hold every issue at every date: its flow on the plan, the flow that stays once it has come apart at
//! that level, and the two joined by the delay until unwinding bites, `(1 − δ^d)·on + δ^d·after`. Their sums over the
//! issues are kept as well, flows over several issues at once included, so that a situation with some issues
//! breached costs time in proportion to the breach and not to the case.

use super::behaviour::IssueSet;
use super::model::{IssueIndex, Joint, PartyIndex, Plan, PlanModel, TypeIndex};

/// Which flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    /// On the plan.
    Plan,
    /// After everything came apart at once.
    Apart,
    /// After it came apart with the delays, as the constant flow of the same present value.
    Unwound,
}

/// The longest delay that is told from for ever.
const LONGEST_DELAY: u32 = 100_000;

/// Which issues are breached, and since when.
#[derive(Debug, Clone)]
pub struct Breaches {
    issues: IssueSet,
    /// By issue; `usize::MAX` for one that is kept.
    since: Vec<usize>,
}

impl Breaches {
    /// Every issue is kept.
    pub fn none(model: &PlanModel) -> Self {
        Self {
            issues: IssueSet::default(),
            since: vec![usize::MAX; model.issues.len()],
        }
    }

    /// Adds a breach from a date on; of two of the same issue the earlier counts.
    pub fn add(&mut self, issue: IssueIndex, date: usize) {
        self.issues = self.issues.union(IssueSet::of([issue]));
        self.since[issue.0] = self.since[issue.0].min(date);
    }

    /// Since when an issue is breached, if it is at a date.
    pub fn since(&self, issue: IssueIndex, date: usize) -> Option<usize> {
        Some(self.since[issue.0]).filter(|since| *since <= date)
    }

    /// The issues that are breached at a date.
    pub fn at(&self, date: usize) -> impl Iterator<Item = IssueIndex> {
        self.issues
            .iter()
            .filter(move |issue| self.since[issue.0] <= date)
    }
}

/// Where an issue stands: at a level, or come apart at a level.
#[derive(Clone, Copy)]
enum Stand {
    On(f64),
    Apart(f64),
}

/// A joint worth of the type, and when what it rests on comes apart.
#[derive(Debug)]
struct Own<'a> {
    joint: &'a Joint,
    /// Each time at which a delay of its issues runs out, from 0 on, with the weight of the periods from then until
    /// the next: between two of them nothing changes.
    unwinding: Vec<(u32, f64)>,
}

impl<'a> Own<'a> {
    fn of(joint: &'a Joint, model: &PlanModel, discount: f64) -> Self {
        let delays = joint.issues.iter().map(|(issue, _)| delay(model, issue.0));
        let mut times: Vec<u32> = delays.chain([0]).collect();
        times.sort_unstable();
        times.dedup();
        let from = |time: Option<&u32>| time.map_or(0.0, |time| discount.powi(*time as i32));
        let weighed = |(place, time): (usize, &u32)| (*time, from(Some(time)) - from(times.get(place + 1)));
        Self {
            joint,
            unwinding: times.iter().enumerate().map(weighed).collect(),
        }
    }
}

fn delay(model: &PlanModel, issue: usize) -> u32 {
    model.issues[issue].delay.min(LONGEST_DELAY)
}

/// The flows of one type of a party on a plan.
#[derive(Debug)]
pub struct Flows<'a> {
    model: &'a PlanModel,
    plan: &'a Plan,
    discount: f64,
    issues: usize,
    dates: usize,
    /// `[row][issue]` by [`Of`]; the first row is today, then one a date.
    tables: [Vec<f64>; 3],
    joints: Vec<Own<'a>>,
    /// `[row][joint]` by [`Of`] while nothing is breached.
    joint_tables: [Vec<f64>; 3],
    /// Sums of both by row.
    totals: [Vec<f64>; 3],
}

impl<'a> Flows<'a> {
    /// The flows of a type.
    pub fn new(model: &'a PlanModel, plan: &'a Plan, party: PartyIndex, kind: TypeIndex) -> Self {
        let discount = model.parties[party.0].types[kind.0].discount;
        let mine = |joint: &&Joint| joint.party == party && joint.kind == kind;
        let mut flows = Self {
            model,
            plan,
            discount,
            issues: model.issues.len(),
            dates: plan.dates(),
            tables: Default::default(),
            joints: model
                .joint
                .iter()
                .filter(mine)
                .map(|joint| Own::of(joint, model, discount))
                .collect(),
            joint_tables: Default::default(),
            totals: Default::default(),
        };
        let weights: Vec<f64> = (0..flows.issues)
            .map(|issue| discount.powi(delay(model, issue) as i32))
            .collect();
        let nothing = Breaches::none(model);
        for date in -1..flows.dates as isize {
            for (index, issue) in model.issues.iter().enumerate() {
                let level = model.level(plan, IssueIndex(index), date);
                let on = issue.worth[party.0][kind.0].at(level);
                let after = issue.after(party, kind, level);
                flows.tables[0].push(on);
                flows.tables[1].push(after);
                flows.tables[2].push((1.0 - weights[index]) * on + weights[index] * after);
            }
            for of in [Of::Plan, Of::Apart, Of::Unwound] {
                let joint: Vec<f64> = flows
                    .joints
                    .iter()
                    .map(|joint| flows.of_joint(joint, of, date, &nothing))
                    .collect();
                let row = &flows.tables[of as usize][flows.tables[of as usize].len() - flows.issues..];
                let total = row.iter().sum::<f64>() + joint.iter().sum::<f64>();
                flows.totals[of as usize].push(total);
                flows.joint_tables[of as usize].extend(joint);
            }
        }
        flows
    }

    /// Discount factor of the type.
    pub fn discount(&self) -> f64 {
        self.discount
    }

    /// The numbers behind the flows.
    pub fn model(&self) -> &'a PlanModel {
        self.model
    }

    /// The plan.
    pub fn plan(&self) -> &'a Plan {
        self.plan
    }

    fn row(&self, date: isize) -> usize {
        (date + 1).unsigned_abs().min(self.dates)
    }

    /// Flow with the levels of a date and the breaches up to it. Date −1 is today.
    pub fn at(&self, of: Of, date: isize, breaches: &Breaches) -> f64 {
        let row = self.row(date);
        let mut total = self.totals[of as usize][row];
        if date < 0 || breaches.issues.is_empty() {
            return total;
        }
        let mut breached = IssueSet::default();
        for issue in breaches.at(date.unsigned_abs()) {
            breached = breached.union(IssueSet::of([issue]));
            let frozen = self.row(breaches.since[issue.0] as isize - 1);
            total += self.tables[Of::Apart as usize][frozen * self.issues + issue.0]
                - self.tables[of as usize][row * self.issues + issue.0];
        }
        for (place, joint) in self.joints.iter().enumerate() {
            if joint
                .joint
                .issues
                .iter()
                .any(|(issue, _)| breached.contains(*issue))
            {
                total += self.of_joint(joint, of, date, breaches)
                    - self.joint_tables[of as usize][row * self.joints.len() + place];
            }
        }
        total
    }

    fn level(&self, issue: usize, date: isize) -> f64 {
        self.model.level(self.plan, IssueIndex(issue), date)
    }

    /// The flow of one joint worth.
    fn of_joint(&self, own: &Own, of: Of, date: isize, breaches: &Breaches) -> f64 {
        let since = |issue: usize| breaches.since(IssueIndex(issue), usize::try_from(date).ok()?);
        // Where an issue stands so many periods after coming apart.
        let stand = |issue: usize, period: u32| match (since(issue), of) {
            (Some(since), _) => Stand::Apart(self.level(issue, since as isize - 1)),
            (None, Of::Plan) => Stand::On(self.level(issue, date)),
            (None, Of::Unwound) if period < delay(self.model, issue) => Stand::On(self.level(issue, date)),
            (None, _) => Stand::Apart(self.level(issue, date)),
        };
        let expected = |period: u32| self.expected(own.joint, 0, 0, 1.0, &|issue| stand(issue, period));
        if of != Of::Unwound {
            return expected(0);
        }
        own.unwinding
            .iter()
            .map(|(time, weight)| weight * expected(*time))
            .sum()
    }

    /// Expected joint flow, the issues from `next` on still open.
    fn expected(
        &self,
        joint: &Joint,
        next: usize,
        cell: usize,
        chance: f64,
        stand: &impl Fn(usize) -> Stand,
    ) -> f64 {
        let Some((issue, levels)) = joint.issues.get(next) else {
            return chance * joint.worth.get(cell).copied().unwrap_or(0.0);
        };
        let settings = &self.model.issues[issue.0];
        let places = match stand(issue.0) {
            Stand::On(level) => [(level, 1.0), (level, 0.0)],
            Stand::Apart(level) => [
                (level, settings.persist),
                (settings.falls_to(level), 1.0 - settings.persist),
            ],
        };
        let mut total = 0.0;
        for (level, share) in places {
            if share == 0.0 {
                continue;
            }
            let place = level.clamp(0.0, 1.0) * levels.saturating_sub(1) as f64;
            let below = place as usize;
            let above = place - below as f64;
            for (place, part) in [(below, 1.0 - above), (below + 1, above)] {
                if share * part > 0.0 {
                    let cell = cell * levels + place;
                    total += self.expected(joint, next + 1, cell, chance * share * part, stand);
                }
            }
        }
        total
    }
}
