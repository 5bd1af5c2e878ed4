//! The first change of an answer on the way from the present value of a judgement to one end of its range.
//!
//! The answer is asked for at evenly spaced values, the end included, because nothing is safely monotone; the bracket
//! between the last value with the present answer and the first with another is halved a few times. Both ends of what
//! is reported were asked in full; values between those that were tried may still do otherwise.

use detente_base::number::Exact;
use detente_case::Judgement;
use rayon::prelude::*;

use detente_base::watch::Watch;

/// Where moving one judgement in one direction changes an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Change<T> {
    /// The farthest value before the change that was asked and has the present answer.
    pub last_same: Exact,
    /// The first value asked that has another answer.
    pub first_other: Exact,
    /// That answer.
    pub becomes: T,
}

/// A scan ended before the end of its range.
pub struct CutShort;

/// What is asked along the line.
pub struct Line<'a, T> {
    /// The present value.
    pub from: &'a Exact,
    /// The end of the range.
    pub to: &'a Exact,
    /// The present answer.
    pub here: T,
    /// Values that are tried, the end included.
    pub points: u32,
    /// How often a bracket is halved.
    pub halvings: u32,
    /// The full answer at a value; `None` when the question cannot be put there.
    pub ask: &'a dyn Fn(&Exact) -> Option<T>,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

/// What was found towards both ends of a range.
#[derive(Debug)]
pub struct BothEnds<T> {
    /// The changes: at most one towards each end.
    pub changes: Vec<Change<T>>,
    /// Whether the scan ended before one of the ends.
    pub cut_short: bool,
}

/// The first change towards each end of a judgement's range, side by side; `line` is the way to an end.
pub fn to_both_ends<'a, T: Copy + PartialEq + Send>(
    judgement: &'a Judgement,
    line: impl Fn(&'a Exact) -> Result<Option<Change<T>>, CutShort> + Send + Sync,
) -> BothEnds<T> {
    let ends = [&judgement.low, &judgement.high].into_iter().flatten();
    let ends: Vec<&Exact> = ends.filter(|end| **end != judgement.likely).collect();
    let found: Vec<_> = ends.into_par_iter().map(line).collect();
    let cut_short = found.iter().any(Result::is_err);
    BothEnds {
        changes: found.into_iter().flatten().flatten().collect(),
        cut_short,
    }
}

impl<T: Copy + PartialEq> Line<'_, T> {
    /// The first change; a value at which the question cannot be put ends the line.
    pub fn first_change(&self) -> Result<Option<Change<T>>, CutShort> {
        let points = self.points.max(1);
        let mut last_same = self.from.clone();
        for point in 1..=points {
            if self.watch.should_stop() {
                return Err(CutShort);
            }
            let share = Exact::from(point) / Exact::from(points);
            let value = self.from.clone() + (self.to.clone() - self.from.clone()) * share;
            match self.answer(&value)? {
                Some(answer) if answer == self.here => last_same = value,
                Some(answer) => return Ok(Some(self.narrowed(last_same, value, answer))),
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// A bracket, halved until the limit or the watch says stop.
    fn narrowed(&self, mut same: Exact, mut other: Exact, mut becomes: T) -> Change<T> {
        for _ in 0..self.halvings {
            if self.watch.should_stop() {
                break;
            }
            let middle = (same.clone() + other.clone()) / Exact::from(2);
            match self.answer(&middle) {
                Ok(Some(answer)) if answer == self.here => same = middle,
                Ok(Some(answer)) => (other, becomes) = (middle, answer),
                Ok(None) | Err(CutShort) => break,
            }
        }
        Change {
            last_same: same,
            first_other: other,
            becomes,
        }
    }

    /// The full answer; one during which the watch said stop is no answer.
    fn answer(&self, value: &Exact) -> Result<Option<T>, CutShort> {
        let answer = (self.ask)(value);
        if self.watch.should_stop() {
            return Err(CutShort);
        }
        Ok(answer)
    }
}
