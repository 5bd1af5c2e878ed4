//! Scenario discovery: boxes in which worlds mostly fail.
//!
//! *Peeling* (Friedman and Fisher 1999; Bryant and Lempert 2010) cuts a twentieth of what is left off one end of one judgement
//! at a time, where that raises the density of failures most. Of the boxes come by, the one with the largest `mass·(density −
//! overall density)` is kept, and of its ends those that matter: without them its density would be likely by chance (a
//! binomial quasi-p-value above 0.05 drops an end). One box is the wrong answer to a union, so what it covers is set
//! aside and the rest is peeled again.

/// The share that is cut off at a time.
const CUT: f64 = 0.05;
/// The least mass of a box.
const LEAST: f64 = 0.05;
/// The largest quasi-p-value of an end that is kept.
const BY_CHANCE: f64 = 0.05;

/// One end of a box.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct End {
    /// Which column.
    pub column: usize,
    /// Whether values lie above it; else below.
    pub above: bool,
    /// Where it is.
    pub at: f64,
}

/// A box with what it catches.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    /// Its ends.
    pub ends: Vec<End>,
    /// The share of worlds inside.
    pub mass: f64,
    /// The share of those that fail.
    pub density: f64,
    /// The share of all failures that is inside.
    pub coverage: f64,
}

/// Boxes of failures, at most as many as are asked for; none where nothing or everything fails.
#[must_use]
pub fn scenarios(columns: &[Vec<f64>], fails: &[bool], most: usize) -> Vec<Scenario> {
    let all = fails.len();
    let failures = fails.iter().filter(|fails| **fails).count();
    let mut found = Vec::new();
    let mut rest: Vec<u32> = (0..all as u32).collect();
    if failures == 0 || failures == all {
        return found;
    }
    while found.len() < most {
        let Some(ends) = peeled(columns, fails, &rest, all) else {
            break;
        };
        let ends = needed(columns, fails, &rest, ends);
        let inside = |place: &u32| ends.iter().all(|end| end.holds(columns, *place));
        let caught: Vec<u32> = (0..all as u32).filter(inside).collect();
        let failing = caught.iter().filter(|place| fails[**place as usize]).count();
        let before = rest.len();
        rest.retain(|place| !inside(place));
        if ends.is_empty() || rest.len() == before {
            break;
        }
        found.push(Scenario {
            mass: caught.len() as f64 / all as f64,
            density: failing as f64 / caught.len() as f64,
            coverage: failing as f64 / failures as f64,
            ends,
        });
    }
    found
}

impl End {
    fn holds(&self, columns: &[Vec<f64>], place: u32) -> bool {
        let value = columns[self.column][place as usize];
        if self.above {
            value >= self.at
        } else {
            value <= self.at
        }
    }
}

fn density(fails: &[bool], places: &[u32]) -> f64 {
    places.iter().filter(|place| fails[**place as usize]).count() as f64 / places.len().max(1) as f64
}

/// The ends of the best box among some worlds; `None` where peeling leads to nothing denser.
fn peeled(columns: &[Vec<f64>], fails: &[bool], among: &[u32], all: usize) -> Option<Vec<End>> {
    let overall = density(fails, among);
    let mut inside = among.to_vec();
    let mut ends: Vec<End> = Vec::new();
    let mut best: Option<(f64, Vec<End>)> = None;
    while inside.len() as f64 > LEAST * all as f64 {
        let now = density(fails, &inside);
        let cuts = (0..columns.len()).flat_map(|column| {
            let mut values: Vec<f64> = inside
                .iter()
                .map(|place| columns[column][*place as usize])
                .collect();
            values.sort_by(f64::total_cmp);
            let off = ((values.len() as f64 * CUT) as usize).max(1);
            let (low, high) = (values[off], values[values.len() - 1 - off]);
            [(true, low), (false, high)].map(|(above, at)| End { column, above, at })
        });
        let cut = cuts
            .filter_map(|end| {
                let left: Vec<u32> = inside
                    .iter()
                    .copied()
                    .filter(|place| end.holds(columns, *place))
                    .collect();
                let shrinks = !left.is_empty() && left.len() < inside.len();
                shrinks.then(|| (density(fails, &left), end, left))
            })
            .fold(None::<(f64, End, Vec<u32>)>, |best, next| match best {
                Some(best) if best.0 >= next.0 => Some(best),
                _ => Some(next),
            });
        let Some((denser, end, left)) = cut.filter(|(denser, ..)| *denser >= now) else {
            break;
        };
        match ends
            .iter_mut()
            .find(|known| (known.column, known.above) == (end.column, end.above))
        {
            Some(known) => known.at = end.at,
            None => ends.push(end),
        }
        inside = left;
        let gain = inside.len() as f64 / all as f64 * (denser - overall);
        if gain > best.as_ref().map_or(0.0, |(gain, _)| *gain) {
            best = Some((gain, ends.clone()));
        }
        if denser == 1.0 {
            break;
        }
    }
    best.map(|(_, ends)| ends)
}

/// The ends without which a box would not be as dense by chance.
fn needed(columns: &[Vec<f64>], fails: &[bool], among: &[u32], ends: Vec<End>) -> Vec<End> {
    let inside = |ends: &[End]| -> Vec<u32> {
        let holds = |place: &&u32| ends.iter().all(|end| end.holds(columns, **place));
        among.iter().filter(holds).copied().collect()
    };
    let mut kept = ends;
    loop {
        let here = inside(&kept);
        let failing = here.iter().filter(|place| fails[**place as usize]).count();
        let by_chance = |end: usize| {
            let without: Vec<End> = kept
                .iter()
                .enumerate()
                .filter(|(other, _)| *other != end)
                .map(|(_, end)| *end)
                .collect();
            at_least(failing, here.len(), density(fails, &inside(&without)))
        };
        let worst = (0..kept.len())
            .map(|end| (by_chance(end), end))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match worst.filter(|(chance, _)| *chance > BY_CHANCE) {
            Some((_, end)) => drop(kept.remove(end)),
            None => return kept,
        }
    }
}

/// The chance of at least so many of `of`, each with chance `p`.
fn at_least(count: usize, of: usize, p: f64) -> f64 {
    if p <= 0.0 || p >= 1.0 {
        return f64::from(u8::from(p >= 1.0 || count == 0));
    }
    let log = |number: usize| (1..=number).map(|factor| (factor as f64).ln()).sum::<f64>();
    let mut term =
        log(of) - log(count) - log(of - count) + count as f64 * p.ln() + (of - count) as f64 * (1.0 - p).ln();
    let mut sum = 0.0;
    for number in count..=of {
        sum += term.exp();
        term += ((of - number) as f64).ln() - ((number + 1) as f64).ln() + p.ln() - (1.0 - p).ln();
    }
    sum.min(1.0)
}

#[cfg(test)]
pub(crate) mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// The worked function of the uncertainty notes of November 2026: holds = x > .3 and (y > .5 or z > .8).
    pub(crate) fn worked(count: usize) -> (Vec<Vec<f64>>, Vec<f64>) {
        let mut source = ChaCha8Rng::seed_from_u64(3);
        let mut columns = vec![Vec::new(); 3];
        let mut outcomes = Vec::new();
        for _ in 0..count {
            let mut draw = || source.next_u64() as f64 / u64::MAX as f64;
            let (x, y, z) = (draw(), draw(), draw());
            columns
                .iter_mut()
                .zip([x, y, z])
                .for_each(|(column, value)| column.push(value));
            outcomes.push(f64::from(u8::from(x > 0.3 && (y > 0.5 || z > 0.8))));
        }
        (columns, outcomes)
    }

    /// Section 4 of the same notes: two boxes that cover all failures, each all failures.
    #[test]
    fn a_union_is_covered_by_its_boxes() {
        let (columns, outcomes) = worked(4_000);
        let fails: Vec<bool> = outcomes.iter().map(|outcome| *outcome == 0.0).collect();
        let found = scenarios(&columns, &fails, 3);
        assert!(found.len() >= 2, "{found:?}");
        assert!(
            found.iter().take(2).all(|found| found.density > 0.95),
            "{found:?}"
        );
        let covered: Vec<usize> = found.iter().take(2).map(|found| found.ends.len()).collect();
        assert!(covered.contains(&1) && covered.contains(&2), "{found:?}");
        for end in found.iter().take(2).flat_map(|found| &found.ends) {
            assert!(
                !end.above && (end.at - [0.3, 0.5, 0.8][end.column]).abs() < 0.04,
                "{end:?}"
            );
        }
    }

    #[test]
    fn nothing_is_found_where_nothing_or_everything_fails() {
        let (columns, _) = worked(100);
        assert_eq!(scenarios(&columns, &[false; 100], 3), []);
        assert_eq!(scenarios(&columns, &[true; 100], 3), []);
    }
}
