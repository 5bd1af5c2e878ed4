//! The best response of a type: floats search, rationals confirm.
//!
//! The search is policy iteration (Howard 1960). Confirmed is a value for every point such that no choice gives more than the
//! value of its point (Bellman's inequalities), exact wherever the policy leads from the start: so the policy is worth
//! exactly that, and nothing is worth more. Elsewhere values are rounded up; where a tie makes that too coarse they are
//! worked out exactly as well. The same numbers are the proof.

use std::collections::VecDeque;

use detente_base::number::{Exact, to_float};

use crate::exact::{Payoffs, evaluate};
use crate::problem::{Doing, Problem};

/// The most rounds of correcting what floats found.
const MOST_ROUNDS: usize = 400;
/// The most sweeps of one evaluation in floats.
const MOST_SWEEPS: usize = 20_000;

/// Which choices a party has at the dates of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Allowed {
    /// All.
    All,
    /// Those that the offer does not forbid.
    Unforbidden,
}

/// A best response, confirmed.
#[derive(Debug, Clone)]
pub struct Response {
    /// What it gives from the start.
    pub value: Exact,
    /// The choice at each point, as a place among all choices.
    pub policy: Vec<u32>,
    /// At each point a bound that no behaviour exceeds; the value of the policy where [`Self::exact`].
    pub upper: Vec<Exact>,
    /// Whether the bound is the value of the policy: wherever the policy leads from the start, and where ties ask for it.
    pub exact: Vec<bool>,
}

impl Response {
    /// The points at dates of the offer to which it leads from the start, in the order in which they are met.
    #[must_use]
    pub fn dates(&self, problem: &Problem) -> Vec<usize> {
        let (mut open, mut seen) = (VecDeque::from([0usize]), vec![false; problem.points.len()]);
        let mut found = Vec::new();
        while let Some(point) = open.pop_front() {
            if problem.date(point).is_none() || std::mem::replace(&mut seen[point], true) {
                continue;
            }
            found.push(point);
            let ways = problem.ways(self.policy[point] as usize).iter();
            open.extend(ways.map(|way| way.next as usize));
        }
        found
    }

    /// The first point at a date to which it leads and at which it does what the offer forbids.
    #[must_use]
    pub fn first_breach(&self, problem: &Problem) -> Option<usize> {
        let breach = |point: &usize| problem.choice(self.policy[*point] as usize).breach;
        self.dates(problem).into_iter().find(breach)
    }
}

/// The best response to a problem for a type with these payoffs.
///
/// # Errors
/// A sentence that names the limit that was reached.
pub fn respond(problem: &Problem, payoffs: &Payoffs, allowed: Allowed) -> Result<Response, String> {
    let search = Search {
        problem,
        payoffs,
        allowed,
    };
    let (mut policy, floats) = search.iterate();
    let scale = search.scale(&floats);
    let mut wanted = vec![0];
    for _ in 0..MOST_ROUNDS {
        let values = evaluate(problem, payoffs, &policy, &wanted)?;
        let upper: Vec<Exact> = values
            .iter()
            .enumerate()
            .map(|(point, value)| match value {
                Some(value) => value.clone(),
                None => search.lifted(point, floats[point], scale),
            })
            .collect();
        let violations = search.violations(&policy, &values, &upper, scale);
        if violations.is_empty() {
            return Ok(Response {
                value: upper[0].clone(),
                exact: values.iter().map(Option::is_some).collect(),
                policy,
                upper,
            });
        }
        for (point, choice) in violations {
            if values[point].is_none() {
                wanted.push(point);
                continue;
            }
            let coarse = problem.ways(choice).iter().map(|way| way.next as usize);
            let coarse: Vec<usize> = coarse.filter(|next| values[*next].is_none()).collect();
            match coarse.is_empty() {
                true => policy[point] = choice as u32,
                false => wanted.extend(coarse),
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
    }
    Err(format!(
        "the best response was not confirmed in {MOST_ROUNDS} rounds"
    ))
}

/// By how much, in floats, a best response beats what the offer does not forbid, as a share of the largest number: to set aside
/// what need not be confirmed.
pub(crate) fn about_gain(problem: &Problem, payoffs: &Payoffs) -> f64 {
    let value = |allowed| {
        let search = Search {
            problem,
            payoffs,
            allowed,
        };
        let values = search.iterate().1;
        (values[0], search.scale(&values))
    };
    let (all, scale) = value(Allowed::All);
    (all - value(Allowed::Unforbidden).0) / scale
}

struct Search<'a> {
    problem: &'a Problem,
    payoffs: &'a Payoffs,
    allowed: Allowed,
}

impl Search<'_> {
    fn choices(&self, point: usize) -> impl Iterator<Item = usize> + use<'_> {
        let all = self.allowed == Allowed::All || self.problem.date(point).is_none();
        let choices = self.problem.choices(point);
        choices.filter(move |choice| all || !self.problem.choice(*choice).breach)
    }

    /// Value of a choice in floats, less what leads back to its own point, and the weight of that.
    fn choice(&self, choice: usize, values: &[f64], own: usize) -> (f64, f64) {
        let (of, floats) = (self.problem.choice(choice), &self.payoffs.floats);
        let (mut sum, mut back) = (-floats.cost[of.cost as usize], 0.0);
        for way in self.problem.ways(choice) {
            let (mut weight, next) = (floats.chance[way.chance as usize], way.next as usize);
            if of.doing != Doing::Leave {
                sum += weight * floats.reward[way.arrival as usize];
                weight *= floats.weight[way.arrival as usize];
            }
            if next == own {
                back += weight;
            } else {
                sum += weight * values[next];
            }
        }
        (sum, back)
    }

    fn total(&self, choice: usize, values: &[f64]) -> f64 {
        self.choice(choice, values, usize::MAX).0
    }

    fn iterate(&self) -> (Vec<u32>, Vec<f64>) {
        let points = self.problem.points.len();
        let mut policy: Vec<u32> = (0..points)
            .map(|point| self.problem.choices(point).start as u32)
            .collect();
        let mut values = vec![0.0; points];
        for _ in 0..MOST_ROUNDS {
            self.sweep(&policy, &mut values);
            let near = 1e-10 * self.scale(&values);
            let mut changed = false;
            for point in 0..points {
                let best = self.first_best(point, &values, near);
                let gain = self.total(best, &values) - self.total(policy[point] as usize, &values);
                if gain > near {
                    (policy[point], changed) = (best as u32, true);
                }
            }
            if !changed {
                // Of what is equally good, what comes first: following before all else, a breach last.
                for point in 0..points {
                    policy[point] = self.first_best(point, &values, near) as u32;
                }
                self.sweep(&policy, &mut values);
                break;
            }
        }
        (policy, values)
    }

    /// The first choice that gives as much as any, but for an error of floats.
    fn first_best(&self, point: usize, values: &[f64], near: f64) -> usize {
        let (mut found, mut most) = (self.problem.choices(point).start, f64::NEG_INFINITY);
        for choice in self.choices(point) {
            let value = self.total(choice, values);
            if value > most + near {
                (found, most) = (choice, value);
            }
        }
        found
    }

    /// Values of a policy by repeated sweeps (Gauss and Seidel), the last points first.
    fn sweep(&self, policy: &[u32], values: &mut [f64]) {
        for _ in 0..MOST_SWEEPS {
            let (mut change, mut size) = (0.0_f64, 0.0_f64);
            for point in (0..values.len()).rev() {
                let (sum, back) = self.choice(policy[point] as usize, values, point);
                let value = sum / (1.0 - back);
                change = change.max((value - values[point]).abs());
                size = size.max(value.abs());
                values[point] = value;
            }
            if change <= 1e-14 * size {
                break;
            }
        }
    }

    /// A number that no number of the search exceeds in size; 1 where all are zero.
    fn scale(&self, values: &[f64]) -> f64 {
        let floats = &self.payoffs.floats;
        let numbers = values.iter().chain(&floats.reward).chain(&floats.cost);
        let most = numbers.fold(0.0_f64, |most, number| most.max(number.abs()));
        if most > 0.0 && most.is_finite() { most } else { 1.0 }
    }

    /// A value in floats, lifted by more than its error and rounded up to few digits. At dates it is lifted by more, since
    /// leaving discounts nothing.
    fn lifted(&self, point: usize, value: f64, scale: f64) -> Exact {
        let lift = if self.problem.date(point).is_some() {
            2e-7
        } else {
            1e-7
        };
        let digits = (11 - scale.log10().ceil() as i32).clamp(0, 300) as usize;
        let grid = 10f64.powi(digits as i32);
        let count = ((value + lift * scale) * grid).ceil() as i128;
        let denominator = dashu::integer::UBig::from(10u8).pow(digits);
        Exact::from_parts(count.into(), denominator)
    }

    /// Choices that give more than the bound of their point, at most one a point.
    fn violations(
        &self,
        policy: &[u32],
        values: &[Option<Exact>],
        upper: &[Exact],
        scale: f64,
    ) -> Vec<(usize, usize)> {
        let floats: Vec<f64> = upper.iter().map(to_float).collect();
        let mut found = Vec::new();
        for point in 0..upper.len() {
            let mut worst: Option<(Exact, usize)> = None;
            for choice in self.choices(point) {
                if values[point].is_some() && policy[point] as usize == choice {
                    continue;
                }
                // Some dozen sums and products of numbers up to `scale` err by far less than this in floats.
                if self.total(choice, &floats) < floats[point] - 1e-11 * scale {
                    continue;
                }
                let gives = self
                    .payoffs
                    .choice(self.problem, choice, |next| upper[next].clone());
                let above = gives - &upper[point];
                if above > Exact::ZERO && worst.as_ref().is_none_or(|(most, _)| above > *most) {
                    worst = Some((above, choice));
                }
            }
            found.extend(worst.map(|(_, choice)| (point, choice)));
        }
        found
    }
}
