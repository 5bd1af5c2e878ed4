//! Blocks of a sample that lie side by side in one judgement, and what chance alone would show in them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// How often outcomes are shuffled for a baseline.
pub(crate) const SHUFFLES: u64 = 40;

/// The places of a sample in the order of a column, cut into about √n/2 blocks, at least four; equal values stay together.
pub(crate) fn blocks(column: &[f64]) -> Vec<Vec<u32>> {
    let count = ((column.len() as f64).sqrt() / 2.0).max(4.0) as usize;
    let mut order: Vec<u32> = (0..column.len() as u32).collect();
    order.sort_by(|a, b| column[*a as usize].total_cmp(&column[*b as usize]).then(a.cmp(b)));
    let size = column.len().div_ceil(count).max(1);
    let mut blocks: Vec<Vec<u32>> = Vec::new();
    for place in order {
        let fits = blocks.last().is_some_and(|block| {
            let last = block[block.len() - 1] as usize;
            block.len() < size || column[last] == column[place as usize]
        });
        match blocks.last_mut() {
            Some(block) if fits => block.push(place),
            _ => blocks.push(vec![place]),
        }
    }
    blocks
}

/// The places of a sample in an order drawn from a number (Fisher and Yates).
pub(crate) fn shuffled(count: usize, number: u64) -> Vec<u32> {
    let mut source = ChaCha8Rng::seed_from_u64(number);
    let mut order: Vec<u32> = (0..count as u32).collect();
    for last in (1..count).rev() {
        let other = source.next_u64() % (last as u64 + 1);
        order.swap(last, other as usize);
    }
    order
}

/// The value below which 95 of 100 lie.
pub(crate) fn high_of(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let place = (values.len() * 95).div_ceil(100).saturating_sub(1);
    values.get(place).copied().unwrap_or(0.0)
}
