//! What to find out next: what knowing one judgement would be worth for the choice among deals.
//!
//! With W_dn what deal d brings in world n, on one scale: `EVPI = mean_n max_d W_dn − max_d mean_n W_dn`, and for one judgement
//! `EVPPI(i) = E max_d E[W_d | x_i] − max_d E W_d`, the inner means by blocks of the sorted x_i (Strong and Oakley 2013). The
//! baseline is the same with worlds shuffled. W is one scale: here whether the deal holds, so that the figure is a chance;
//! payoffs of different parties are never mixed.

use rayon::prelude::*;

use crate::blocks::{SHUFFLES, blocks, high_of, shuffled};
use crate::importance::Share;

/// The mean of every deal.
fn means(brings: &[Vec<f64>]) -> Vec<f64> {
    brings
        .iter()
        .map(|deal| deal.iter().sum::<f64>() / deal.len() as f64)
        .collect()
}

fn most(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::NEG_INFINITY, f64::max)
}

/// What knowing everything would be worth; `brings` by deal and world.
#[must_use]
pub fn knowing_everything(brings: &[Vec<f64>]) -> f64 {
    let worlds = brings.first().map_or(0, Vec::len);
    if worlds == 0 {
        return 0.0;
    }
    let best: f64 = (0..worlds)
        .map(|world| most(brings.iter().map(|deal| deal[world])))
        .sum();
    best / worlds as f64 - most(means(brings).into_iter())
}

/// What knowing each column would be worth.
#[must_use]
pub fn knowing_one(columns: &[Vec<f64>], brings: &[Vec<f64>]) -> Vec<Share> {
    let worlds = brings.first().map_or(0, Vec::len);
    if worlds == 0 {
        return Vec::new();
    }
    let before = most(means(brings).into_iter());
    let same: Vec<u32> = (0..worlds as u32).collect();
    let shuffles: Vec<Vec<u32>> = (0..SHUFFLES).map(|number| shuffled(worlds, number)).collect();
    let of = |column: &Vec<f64>| {
        let blocks = blocks(column);
        let worth = |order: &[u32]| {
            let best = |block: &Vec<u32>| {
                let sums = brings.iter().map(|deal| {
                    block
                        .iter()
                        .map(|place| deal[order[*place as usize] as usize])
                        .sum::<f64>()
                });
                most(sums)
            };
            blocks.iter().map(best).sum::<f64>() / worlds as f64 - before
        };
        Share {
            share: worth(&same).max(0.0),
            baseline: high_of(shuffles.iter().map(|order| worth(order)).collect()),
        }
    };
    columns.par_iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use rand::{Rng, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Worked numbers of the uncertainty notes of November 2026, section 5, exact: P(a) ½, ½; P(b) ⅓, ⅔.
    #[test]
    fn small_tables_come_out_exactly() {
        let worlds: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 1), (1, 0), (1, 1), (1, 1)];
        let tables = [
            [[4.0, 4.0], [4.0, 4.0]],
            [[9.0, 0.0], [3.0, 0.0]],
            [[0.0, 6.0], [2.0, 7.0]],
        ];
        let brings: Vec<Vec<f64>> = tables
            .iter()
            .map(|table| worlds.iter().map(|(a, b)| table[*a][*b]).collect())
            .collect();
        let columns = vec![
            worlds.iter().map(|(a, _)| *a as f64).collect(),
            worlds.iter().map(|(_, b)| *b as f64).collect(),
        ];
        assert!((knowing_everything(&brings) - 11.0 / 6.0).abs() < 1e-12);
        let found = knowing_one(&columns, &brings);
        assert!(
            found[0].share.abs() < 1e-12 && (found[1].share - 5.0 / 3.0).abs() < 1e-12,
            "{found:?}"
        );
    }

    /// The same section: W₁ = 0, W₂ = X + Y, X uniform on (−1, 1), Y on (−2, 2).
    #[test]
    fn draws_come_near_the_closed_form() {
        let mut source = ChaCha8Rng::seed_from_u64(7);
        let mut draw = |most: f64| (source.next_u64() as f64 / u64::MAX as f64 * 2.0 - 1.0) * most;
        let worlds: Vec<(f64, f64)> = (0..20_000).map(|_| (draw(1.0), draw(2.0))).collect();
        let columns = vec![
            worlds.iter().map(|(x, _)| *x).collect(),
            worlds.iter().map(|(_, y)| *y).collect(),
        ];
        let brings = vec![
            vec![0.0; worlds.len()],
            worlds.iter().map(|(x, y)| x + y).collect(),
        ];
        assert!((knowing_everything(&brings) - 13.0 / 24.0).abs() < 0.02);
        let found = knowing_one(&columns, &brings);
        assert!(
            (found[0].share - 0.25).abs() < 0.02 && (found[1].share - 0.5).abs() < 0.02,
            "{found:?}"
        );
        assert!(found.iter().all(Share::tells));
    }
}
