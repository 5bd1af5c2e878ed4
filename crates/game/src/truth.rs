//! Where conditions hold, for all states at once.
//!
//! A condition speaks of few issues, so it is asked once for each combination of their levels. States are numbered
//! digit by digit, so which combination each state has follows by copying what is known of the lower digits once
//! for every level of the next.

use super::{Digit, Game};
use detente_base::ids::{IssueId, Level, StateId};
use detente_case::condition::Condition;

impl Game {
    /// Where a condition holds, state by state.
    #[must_use]
    pub fn truth(&self, condition: &Condition) -> Vec<bool> {
        self.by_levels(condition.issues(), |level| condition.holds(level))
            .collect()
    }

    /// What an answer that hangs on the levels of some issues alone is in each state.
    pub(super) fn by_levels<T: Copy>(
        &self,
        issues: impl IntoIterator<Item = IssueId>,
        answer: impl Fn(&dyn Fn(IssueId) -> Level) -> T,
    ) -> impl Iterator<Item = T> {
        let mut steps = vec![0usize; self.digits.len()];
        let mut combinations = 1;
        for issue in issues {
            steps[issue.index()] = combinations;
            combinations *= self.digits[issue.index()].count;
        }
        let level = |number: usize, issue: IssueId| {
            let digit = &self.digits[issue.index()];
            Level::at(digit.lowest.index() + number / steps[issue.index()] % digit.count)
        };
        let answers: Vec<T> = (0..combinations)
            .map(|number| answer(&|issue| level(number, issue)))
            .collect();
        let numbers = self.numbers(&steps);
        numbers.into_iter().map(move |number| answers[number as usize])
    }

    /// Whether a condition holds in a state.
    #[must_use]
    pub fn holds(&self, condition: &Condition, state: StateId) -> bool {
        condition.holds(&|issue| self.level(state, issue))
    }

    /// For each state, the sum over issues of step times offset.
    fn numbers(&self, steps: &[usize]) -> Vec<u32> {
        let mut digits: Vec<(&Digit, usize)> = self.digits.iter().zip(steps.iter().copied()).collect();
        digits.sort_by_key(|(digit, _)| digit.stride);
        let mut numbers = Vec::with_capacity(self.states);
        numbers.push(0u32);
        for (digit, step) in digits.into_iter().filter(|(digit, _)| digit.count > 1) {
            let known = numbers.len();
            debug_assert_eq!(known, digit.stride, "lower digits fill a stride");
            for offset in 1..digit.count {
                let more = u32::try_from(offset * step).expect("fewer combinations than states");
                numbers.extend_from_within(..known);
                let added = &mut numbers[offset * known..];
                added.iter_mut().for_each(|number| *number += more);
            }
        }
        numbers
    }
}

/// Numbers the combinations of several truths in the order in which states first show them: each state's number, and
/// the first state with each.
pub(super) fn combinations(states: usize, truths: &[Vec<bool>]) -> (Vec<u32>, Vec<usize>) {
    const NEW: u32 = u32::MAX;
    let (mut numbers, mut first) = (vec![0u32; states], vec![0usize]);
    for truth in truths {
        let mut known = vec![[NEW; 2]; first.len()];
        first.clear();
        for (state, (number, holds)) in numbers.iter_mut().zip(truth).enumerate() {
            let known = &mut known[*number as usize][usize::from(*holds)];
            if *known == NEW {
                *known = first.len() as u32;
                first.push(state);
            }
            *number = *known;
        }
    }
    (numbers, first)
}
