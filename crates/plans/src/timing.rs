//! The best answer of a type that may also time its switch inside a breach: breach one obligation now and
//! another later, or leave in the middle, with lags, false alarms and pardons.
//!
//! Backward induction over the date, the age of every breach up to its lag, and the pardons left. What a breached
//! obligation still yields is a constant that is credited when the breach begins, so ages are all that must be
//! remembered. After the last date nothing changes and the stationary problem is solved by value iteration to
//! `1e-12` of the largest value. The answer is exact against a proposer that carries on until an alarm; that a
//! breach is never undone is part of the model.

use super::behaviour::{Behaviour, IssueSet};
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, TypeIndex};
use super::values::TIE;

/// The most states a date may have, times the choices in each.
pub const MOST_CHOICES: usize = 8_192;

/// What a type does if it may time every switch.
#[derive(Debug, Clone, PartialEq)]
pub struct Timed {
    /// Its value.
    pub value: f64,
    /// What it does along the quiet history: breaches and leaving, by date. Empty if it keeps the plan.
    pub moves: Vec<Behaviour>,
}

/// The best timed answer while everybody else keeps the plan; nothing where flows depend on several issues at
/// once or the states are too many.
pub fn timed(model: &PlanModel, plan: &Plan, party: PartyIndex, kind: TypeIndex) -> Option<Timed> {
    if !model.joint.is_empty() {
        return None;
    }
    let duties = model.obligations(party, plan);
    let states = duties
        .iter()
        .map(|issue| model.issues[issue.0].lag as usize + 1)
        .try_fold(1_usize, usize::checked_mul)
        .and_then(|states| states.checked_mul(model.pardons as usize + 1))?;
    if states
        .checked_mul(1 << duties.len().min(32))
        .is_none_or(|choices| choices > MOST_CHOICES)
    {
        return None;
    }
    let problem = Problem {
        model,
        plan,
        party,
        kind,
        duties,
        pardons: model.pardons as usize,
    };
    Some(problem.solve())
}

struct Problem<'a> {
    model: &'a PlanModel,
    plan: &'a Plan,
    party: PartyIndex,
    kind: TypeIndex,
    duties: Vec<IssueIndex>,
    pardons: usize,
}

/// What is chosen in a state.
#[derive(Clone, Copy, PartialEq)]
enum Choice {
    Leave,
    /// Breach these further obligations; none is going on as before.
    Breach(IssueSet),
}

/// Values and choices of one date by state.
struct Layer {
    values: Vec<f64>,
    choices: Vec<Choice>,
}

/// Flow, collapse and unwinding value of the issues that are kept, at one date and one set of breaches.
struct Period {
    flow: f64,
    collapse: f64,
    apart: f64,
}

impl Problem<'_> {
    fn discount(&self) -> f64 {
        self.model.parties[self.party.0].types[self.kind.0].discount
    }

    fn worth(&self, issue: usize, date: isize) -> f64 {
        self.model.issues[issue].worth[self.party.0][self.kind.0].at(self.model.level(
            self.plan,
            IssueIndex(issue),
            date,
        ))
    }

    fn after(&self, issue: usize, date: isize) -> f64 {
        let level = self.model.level(self.plan, IssueIndex(issue), date);
        self.model.issues[issue].after(self.party, self.kind, level)
    }

    /// Ages of a state, one a duty: 0 is kept, `1..=lag` breached for so many periods and more.
    fn ages(&self, state: usize) -> Vec<u32> {
        let mut rest = state / (self.pardons + 1);
        self.duties
            .iter()
            .map(|issue| {
                let size = self.model.issues[issue.0].lag as usize + 1;
                let age = rest % size;
                rest /= size;
                age as u32
            })
            .collect()
    }

    fn state(&self, ages: &[u32], left: usize) -> usize {
        let ages = self.duties.iter().zip(ages).rev().fold(0, |state, (issue, age)| {
            state * (self.model.issues[issue.0].lag as usize + 1) + *age as usize
        });
        ages * (self.pardons + 1) + left
    }

    fn states(&self) -> usize {
        self.duties
            .iter()
            .map(|issue| self.model.issues[issue.0].lag as usize + 1)
            .product::<usize>()
            * (self.pardons + 1)
    }

    fn breached(&self, ages: &[u32]) -> IssueSet {
        IssueSet::of(
            self.duties
                .iter()
                .zip(ages)
                .filter(|(_, age)| **age > 0)
                .map(|(issue, _)| *issue),
        )
    }

    /// Value for ever of what a breach at a date leaves of each of a set of obligations.
    fn held(&self, date: usize, issues: IssueSet) -> f64 {
        let kept: f64 = issues
            .iter()
            .map(|issue| self.after(issue.0, date as isize - 1))
            .sum();
        kept / (1.0 - self.discount())
    }

    /// Value of everything that is kept coming apart with the levels of `date`, seen a period later.
    fn apart(&self, date: isize, breached: IssueSet) -> f64 {
        let discount = self.discount();
        (0..self.model.issues.len())
            .filter(|issue| !breached.contains(IssueIndex(*issue)))
            .map(|issue| {
                let later = discount.powi(self.model.issues[issue].delay.min(1_000_000) as i32);
                (self.worth(issue, date) * (1.0 - later) + self.after(issue, date) * later) / (1.0 - discount)
            })
            .sum()
    }

    fn period(&self, date: usize, breached: IssueSet) -> Period {
        let kept = || (0..self.model.issues.len()).filter(|issue| !breached.contains(IssueIndex(*issue)));
        Period {
            flow: kept().map(|issue| self.worth(issue, date as isize)).sum(),
            collapse: kept().map(|issue| self.after(issue, date as isize)).sum::<f64>()
                / (1.0 - self.discount()),
            apart: self.apart(date as isize, breached),
        }
    }

    /// Chance of an alarm at the end of a date; `ages` count this period.
    fn alarm(&self, date: usize, ages: &[u32]) -> f64 {
        let age = |issue: usize| {
            self.duties
                .iter()
                .position(|duty| duty.0 == issue)
                .map_or(0, |place| ages[place])
        };
        let quiet: f64 = self
            .model
            .issues
            .iter()
            .enumerate()
            .map(|(index, issue)| match age(index) {
                0 if self.model.level(self.plan, IssueIndex(index), date as isize) != issue.fallback => {
                    1.0 - issue.false_alarm
                }
                0 => 1.0,
                age if age >= issue.lag => 1.0 - issue.detect,
                _ => 1.0,
            })
            .product();
        1.0 - quiet
    }

    fn solve(&self) -> Timed {
        let last = self.plan.dates();
        let mut layers: Vec<Layer> = vec![self.stationary(last)];
        for date in (0..last).rev() {
            let next = self.layer(date, &layers[layers.len() - 1].values);
            layers.push(next);
        }
        layers.reverse();
        let mut ages = vec![0; self.duties.len()];
        let mut moves = Vec::new();
        let value = layers[0].values[self.state(&ages, self.pardons)];
        // A few periods after the last date the stationary choice repeats.
        let lag = self
            .model
            .issues
            .iter()
            .map(|issue| issue.lag as usize)
            .max()
            .unwrap_or(1);
        for date in 0..=last + lag {
            let layer = &layers[date.min(last)];
            match layer.choices[self.state(&ages, self.pardons)] {
                Choice::Leave => {
                    moves.push(Behaviour::Quit { date });
                    break;
                }
                Choice::Breach(issues) => {
                    if !issues.is_empty() {
                        moves.push(Behaviour::Breach { date, issues });
                    }
                    ages = self.older(&ages, issues);
                }
            }
        }
        Timed { value, moves }
    }

    /// Ages in this period if `issues` are breached now as well; unbreached stay 0, others grow up to the lag.
    fn older(&self, ages: &[u32], issues: IssueSet) -> Vec<u32> {
        self.duties
            .iter()
            .zip(ages)
            .map(|(duty, age)| match age {
                0 if issues.contains(*duty) => 1,
                0 => 0,
                age => (age + 1).min(self.model.issues[duty.0].lag),
            })
            .collect()
    }

    fn layer(&self, date: usize, next: &[f64]) -> Layer {
        let (discount, hazard) = (self.discount(), self.model.hazard);
        let all = IssueSet::of(self.duties.iter().copied());
        let mut layer = Layer {
            values: Vec::with_capacity(next.len()),
            choices: Vec::with_capacity(next.len()),
        };
        for state in 0..next.len() {
            let (ages, left) = (self.ages(state), state % (self.pardons + 1));
            let breached = self.breached(&ages);
            let mut options = vec![IssueSet::default()];
            options.extend(IssueSet::of(all.iter().filter(|issue| !breached.contains(*issue))).subsets());
            let mut best = (f64::NEG_INFINITY, Choice::Leave);
            for issues in options {
                let now = self.older(&ages, issues);
                let period = self.period(date, breached.union(issues));
                let alarm = self.alarm(date, &now);
                let ended = if left == 0 {
                    period.apart
                } else {
                    next[self.state(&now, left - 1)]
                };
                let stays = alarm * ended + (1.0 - alarm) * next[self.state(&now, left)];
                let value = self.held(date, issues)
                    + period.flow
                    + discount * (hazard * period.collapse + (1.0 - hazard) * stays);
                if value > best.0 + TIE {
                    best = (value, Choice::Breach(issues));
                }
            }
            let leave = match date {
                0 => 0.0,
                _ => self.apart(date as isize - 1, breached),
            };
            if leave > best.0 + TIE {
                best = (leave, Choice::Leave);
            }
            layer.values.push(best.0);
            layer.choices.push(best.1);
        }
        layer
    }

    /// Values from the date after the last step on, when nothing changes any more.
    fn stationary(&self, date: usize) -> Layer {
        let mut layer = self.layer(date, &vec![0.0; self.states()]);
        for _ in 0..100_000 {
            let next = self.layer(date, &layer.values);
            let scale = next
                .values
                .iter()
                .fold(1.0, |scale: f64, value| scale.max(value.abs()));
            let change = next
                .values
                .iter()
                .zip(&layer.values)
                .map(|(a, b)| (a - b).abs())
                .fold(0.0, f64::max);
            layer = next;
            if change <= 1e-13 * scale {
                break;
            }
        }
        layer
    }
}
