//! Values along paths of which each node has one that follows, as everybody goes on as planned.
//!
//! Every such path ends in a node whose value is known or in a cycle. A cycle's value is found once around, then the
//! values of what leads into it follow backwards, each from the next: every node is looked at once.

/// Fills in the values that are not known yet (NaN).
///
/// `next` gives the node that follows, `step` a node's value from that of the next, and `around` the value at the first
/// node of a cycle that is given whole.
pub(crate) fn fill(
    values: &mut [f64],
    next: &impl Fn(usize) -> usize,
    step: &impl Fn(usize, f64) -> f64,
    around: &impl Fn(&[usize]) -> f64,
) {
    let mut seen = vec![u32::MAX; values.len()];
    let mut path: Vec<usize> = Vec::new();
    for start in 0..values.len() {
        let mut node = start;
        while values[node].is_nan() && seen[node] != start as u32 {
            seen[node] = start as u32;
            path.push(node);
            node = next(node);
        }
        if values[node].is_nan() {
            let from = path.iter().position(|known| *known == node).unwrap_or(0);
            values[node] = around(&path[from..]);
            path[from..].rotate_left(1);
            path.pop();
        }
        while let Some(node) = path.pop() {
            values[node] = step(node, values[next(node)]);
        }
    }
}

/// The value at the start of a cycle when each node is worth `pay + weight · the next`: `a/(1−b)` once around.
pub(crate) fn geometric(cycle: &[usize], term: &impl Fn(usize) -> (f64, f64)) -> f64 {
    let (mut sum, mut factor) = (0.0, 1.0);
    for node in cycle {
        let (pay, weight) = term(*node);
        sum += factor * pay;
        factor *= weight;
    }
    sum / (1.0 - factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cycle_what_leads_into_it_and_a_known_end() {
        // 0 → 1 → 2 → 1 is a cycle of two with a way in; 3 → 4, where 4 is known.
        let (next, pay) = ([1, 2, 1, 4, 4], [1.0, 2.0, 4.0, 3.0, 0.0]);
        let term = |node: usize| (pay[node], 0.5);
        let mut values = [f64::NAN, f64::NAN, f64::NAN, f64::NAN, 10.0];
        fill(
            &mut values,
            &|node| next[node],
            &|node, after| pay[node] + 0.5 * after,
            &|cycle| geometric(cycle, &term),
        );
        // v1 = 2 + v2/2 and v2 = 4 + v1/2.
        let expected = [1.0 + 8.0 / 3.0, 16.0 / 3.0, 20.0 / 3.0, 8.0, 10.0];
        for (found, expected) in values.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{values:?}");
        }
    }
}
