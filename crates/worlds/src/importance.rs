//! Which judgement matters: shares of the variance of a yes or no over a sample of worlds.
//!
//! - *First order*: `Var(E[y | x_i]) / Var(y)`, with `E[y | x_i]` by blocks of the sorted x_i; what blocks of that size show by
//!   chance alone, `Σ s²/n`, is taken off.
//! - *Shapley effects* (Owen 2014): each judgement's average contribution to `Var(E[y | x_S])` over all orders in which
//!   judgements become known. `E[y | x_S]` squared is estimated from each world and its nearest neighbour in the ranks of x_S
//!   (Broto, Bachoc, Depecker 2020), so any sample will do. Worked out for the few judgements that matter most.
//! - *Baseline*: the same figure for shuffled outcomes; a figure that is not above it says nothing.

use rayon::prelude::*;

use crate::blocks::{SHUFFLES, blocks, high_of, shuffled};

/// The most judgements for which Shapley effects are worked out.
pub const TOGETHER: usize = 6;
/// The most worlds in which nearest neighbours are looked for.
pub const NEIGHBOURS: usize = 2_000;

/// A share of variance and what chance alone shows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// The share.
    pub share: f64,
    /// The 95th percentile of the same figure with outcomes shuffled.
    pub baseline: f64,
}

impl Share {
    /// Whether it says more than chance.
    #[must_use]
    pub fn tells(&self) -> bool {
        self.share > self.baseline.max(0.0)
    }
}

fn mean(outcomes: &[f64]) -> f64 {
    outcomes.iter().sum::<f64>() / outcomes.len() as f64
}

/// The variance of a yes or no.
fn variance(outcomes: &[f64]) -> f64 {
    let mean = mean(outcomes);
    outcomes
        .iter()
        .map(|outcome| (outcome - mean).powi(2))
        .sum::<f64>()
        / outcomes.len() as f64
}

/// The first-order share of every column; `None` where the outcomes do not differ.
#[must_use]
pub fn first_order(columns: &[Vec<f64>], outcomes: &[f64]) -> Option<Vec<Share>> {
    if outcomes.len() < 2 || variance(outcomes) == 0.0 {
        return None;
    }
    let shuffles: Vec<Vec<u32>> = (0..SHUFFLES)
        .map(|number| shuffled(outcomes.len(), number))
        .collect();
    let of = |column: &Vec<f64>| {
        let blocks = blocks(column);
        let same: Vec<u32> = (0..outcomes.len() as u32).collect();
        Share {
            share: explained(&blocks, outcomes, &same).max(0.0),
            baseline: high_of(
                shuffles
                    .iter()
                    .map(|order| explained(&blocks, outcomes, order))
                    .collect(),
            ),
        }
    };
    Some(columns.par_iter().map(of).collect())
}

/// The share of variance between blocks, less what chance makes of it.
fn explained(blocks: &[Vec<u32>], outcomes: &[f64], order: &[u32]) -> f64 {
    let (all, count) = (mean(outcomes), outcomes.len() as f64);
    let between: f64 = blocks
        .iter()
        .filter(|block| block.len() > 1)
        .map(|block| {
            let here: Vec<f64> = block
                .iter()
                .map(|place| outcomes[order[*place as usize] as usize])
                .collect();
            let size = here.len() as f64;
            let noise = variance(&here) / (size - 1.0);
            size * ((mean(&here) - all).powi(2) - noise)
        })
        .sum();
    between / count / variance(outcomes)
}

/// The Shapley effects of a few columns; `None` where the outcomes do not differ.
///
/// # Panics
/// When there are more columns than [`TOGETHER`].
#[must_use]
pub fn shapley(columns: &[Vec<f64>], outcomes: &[f64]) -> Option<Vec<Share>> {
    assert!(columns.len() <= TOGETHER, "subsets are counted");
    let count = outcomes.len().min(NEIGHBOURS);
    let outcomes = &outcomes[..count];
    if count < 2 || variance(outcomes) == 0.0 {
        return None;
    }
    let ranks: Vec<Vec<f64>> = columns.iter().map(|column| ranks(&column[..count])).collect();
    let subsets: Vec<u32> = (0..1u32 << columns.len()).collect();
    let nearest: Vec<Vec<u32>> = subsets
        .par_iter()
        .map(|subset| neighbours(&ranks, *subset, count))
        .collect();
    let effects = |order: &[u32]| {
        let closed: Vec<f64> = nearest
            .iter()
            .map(|nearest| closed(nearest, outcomes, order))
            .collect();
        averaged(&closed, columns.len())
    };
    let same: Vec<u32> = (0..count as u32).collect();
    let shuffled: Vec<Vec<f64>> = (0..SHUFFLES)
        .map(|number| effects(&shuffled(count, number)))
        .collect();
    let found = effects(&same).into_iter().enumerate();
    Some(
        found
            .map(|(column, share)| Share {
                share,
                baseline: high_of(shuffled.iter().map(|effects| effects[column]).collect()),
            })
            .collect(),
    )
}

fn ranks(column: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..column.len()).collect();
    order.sort_by(|a, b| column[*a].total_cmp(&column[*b]).then(a.cmp(b)));
    let mut ranks = vec![0.0; column.len()];
    for (rank, place) in order.into_iter().enumerate() {
        ranks[place] = rank as f64;
    }
    ranks
}

/// For every world the nearest other one in the columns of a subset; empty for the empty subset.
fn neighbours(ranks: &[Vec<f64>], subset: u32, count: usize) -> Vec<u32> {
    if subset == 0 {
        return Vec::new();
    }
    let chosen: Vec<&Vec<f64>> = ranks
        .iter()
        .enumerate()
        .filter(|(number, _)| subset >> number & 1 == 1)
        .map(|(_, ranks)| ranks)
        .collect();
    let nearest = |one: usize| {
        let distance = |other: usize| {
            chosen
                .iter()
                .map(|ranks| (ranks[one] - ranks[other]).powi(2))
                .sum::<f64>()
        };
        let others = (0..count).filter(|other| *other != one);
        let best = others
            .map(|other| (distance(other), other))
            .min_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        best.map_or(one as u32, |(_, other)| other as u32)
    };
    (0..count).map(nearest).collect()
}

/// `Var(E[y | x_S]) / Var(y)` from neighbours.
fn closed(nearest: &[u32], outcomes: &[f64], order: &[u32]) -> f64 {
    if nearest.is_empty() {
        return 0.0;
    }
    let outcome = |place: usize| outcomes[order[place] as usize];
    let mean = mean(outcomes);
    let products = nearest
        .iter()
        .enumerate()
        .map(|(one, other)| (outcome(one) - mean) * (outcome(*other as usize) - mean));
    products.sum::<f64>() / nearest.len() as f64 / variance(outcomes)
}

/// Contributions averaged over all orders: `Σ_S |S|!(m−|S|−1)!/m!·(V(S∪i) − V(S))`.
fn averaged(closed: &[f64], count: usize) -> Vec<f64> {
    let factorial = |number: usize| (1..=number).product::<usize>() as f64;
    let of = |column: usize| {
        let without = (0..closed.len()).filter(|subset| subset >> column & 1 == 0);
        without
            .map(|subset| {
                let size = subset.count_ones() as usize;
                let weight = factorial(size) * factorial(count - size - 1) / factorial(count);
                weight * (closed[subset | 1 << column] - closed[subset])
            })
            .sum()
    };
    (0..count).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discovery::tests::worked;

    /// Worked numbers of the uncertainty notes of November 2026, section 3: holds = x > .3 and (y > .5 or z > .8).
    #[test]
    fn shares_are_those_worked_by_hand() {
        let (columns, outcomes) = worked(6_000);
        let first = first_order(&columns, &outcomes).unwrap();
        for (found, share) in first.iter().zip([0.310_345, 0.321_839, 0.080_460]) {
            assert!(
                (found.share - share).abs() < 0.03 && found.tells(),
                "{found:?} for {share}"
            );
        }
        let effects = shapley(&columns, &outcomes).unwrap();
        for (found, share) in effects.iter().zip([0.408_046, 0.442_529, 0.149_425]) {
            assert!(
                (found.share - share).abs() < 0.06 && found.tells(),
                "{found:?} for {share}"
            );
        }
    }

    /// With one odd world out of many a share of nothing is not above a baseline below nothing.
    #[test]
    fn nothing_does_not_tell() {
        let (columns, mut outcomes) = worked(640);
        outcomes.fill(0.0);
        outcomes[7] = 1.0;
        let first = first_order(&columns, &outcomes).unwrap();
        assert!(
            first.iter().all(|share| !share.tells() || share.share > 0.0),
            "{first:?}"
        );
    }

    #[test]
    fn what_does_not_matter_does_not_tell() {
        let (mut columns, outcomes) = worked(2_000);
        let (other, _) = worked(4_000);
        columns = vec![other[0][2_000..].to_vec(), columns.remove(0)];
        let first = first_order(&columns, &outcomes).unwrap();
        assert!(first[0].share < 0.02 && first[1].tells(), "{first:?}");
        assert_eq!(first_order(&columns, &vec![1.0; 2_000]), None);
        assert_eq!(shapley(&columns, &vec![0.0; 2_000]), None);
    }
}
