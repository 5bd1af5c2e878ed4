//! Values along paths of which each node has one that follows, as everybody goes on as planned.
//!
//! Every such path ends in a node whose value is known or in a cycle. A cycle's value is found once around, then the
//! values of what leads into it follow backwards, each from the next: every node is looked at once.

/// An order in which values can be found, each after the one it hangs on.
pub(crate) struct Order {
    nodes: Vec<u32>,
    /// The cycles, each with the place of its first node among the nodes.
    cycles: Vec<(usize, Vec<usize>)>,
}

/// What is to be done next.
pub(crate) enum Step<'a> {
    /// The value at the first node of a cycle, which is given whole.
    Around(&'a [usize]),
    /// A node's value, from that of the node that follows it.
    Onward(usize),
}

impl Step<'_> {
    /// The node whose value is found.
    pub(crate) fn node(&self) -> usize {
        match self {
            Self::Around(cycle) => cycle[0],
            Self::Onward(node) => *node,
        }
    }
}

impl Order {
    /// The order over the nodes whose values are not known; `next` gives the node that follows.
    pub(crate) fn of(known: &[bool], next: &impl Fn(usize) -> usize) -> Self {
        let mut order = Self {
            nodes: Vec::with_capacity(known.len()),
            cycles: Vec::new(),
        };
        let mut ordered = known.to_vec();
        let mut seen = vec![u32::MAX; known.len()];
        let mut path: Vec<usize> = Vec::new();
        for start in 0..known.len() {
            let mut node = start;
            while !ordered[node] && seen[node] != start as u32 {
                seen[node] = start as u32;
                path.push(node);
                node = next(node);
            }
            if !ordered[node] {
                let from = path.iter().position(|known| *known == node).unwrap_or(0);
                order.cycles.push((order.nodes.len(), path[from..].to_vec()));
                order.nodes.push(node as u32);
                ordered[node] = true;
                path[from..].rotate_left(1);
                path.pop();
            }
            while let Some(node) = path.pop() {
                ordered[node] = true;
                order.nodes.push(node as u32);
            }
        }
        order
    }

    /// What is to be done, in order.
    pub(crate) fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let mut cycles = self.cycles.iter().peekable();
        self.nodes.iter().enumerate().map(move |(place, node)| {
            match cycles.next_if(|(first, _)| *first == place) {
                Some((_, cycle)) => Step::Around(cycle),
                None => Step::Onward(*node as usize),
            }
        })
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
        let mut values = [0.0, 0.0, 0.0, 0.0, 10.0];
        let order = Order::of(&[false, false, false, false, true], &|node| next[node]);
        for step in order.steps() {
            match step {
                Step::Around(cycle) => values[cycle[0]] = geometric(cycle, &term),
                Step::Onward(node) => values[node] = pay[node] + 0.5 * values[next[node]],
            }
        }
        // v1 = 2 + v2/2 and v2 = 4 + v1/2.
        let expected = [1.0 + 8.0 / 3.0, 16.0 / 3.0, 20.0 / 3.0, 8.0, 10.0];
        for (found, expected) in values.iter().zip(expected) {
            assert!((found - expected).abs() < 1e-12, "{values:?}");
        }
    }
}
