//! What every party gets at every node, exactly.
//!
//! The values solve a linear system, `V(n) = base(n) + Σ weight(n,m)·V(m)` with weights that add to less than 1.
//! It is solved component by component: strongly connected components come out of Tarjan's algorithm (1972) with
//! those they lead to before them. A component that is one cycle is a geometric series; others, which only chances
//! make, are solved by elimination.

use dashu::base::BitTest;
use detente_model::ids::{PartyId, StateId};
use detente_model::number::Exact;

use super::plan::Plan;
use crate::Refusal;
use crate::subject::Subject;

/// The largest entangled component that is solved by elimination.
const LARGEST_TANGLE: usize = 64;
/// The longest numerator or denominator of a value, in bits.
const LONGEST_VALUE: usize = 1 << 14;

/// The ways on from a node: which node follows, after which state came about, and its probability.
pub(super) struct Ways {
    starts: Vec<usize>,
    ways: Vec<(usize, StateId, Exact)>,
}

impl Ways {
    pub(super) fn of(subject: &Subject, plan: &Plan) -> Result<Self, Refusal> {
        let (mut starts, mut ways) = (vec![0], Vec::new());
        for node in 0..plan.len() {
            let target = plan.target(node);
            for (state, probability) in outcomes(subject, target) {
                let follows = if state == target {
                    plan.next(node)
                } else {
                    plan.fallback(state).ok_or_else(|| {
                        Refusal::Field(format!(
                            "fallback: chance can lead to {} after node {node}, and no node is named for it",
                            subject.in_words(state)
                        ))
                    })?
                };
                ways.push((follows, state, probability));
            }
            starts.push(ways.len());
        }
        Ok(Self { starts, ways })
    }

    fn from(&self, node: usize) -> &[(usize, StateId, Exact)] {
        &self.ways[self.starts[node]..self.starts[node + 1]]
    }
}

/// What chance makes of a target; the target alone in games without chances.
pub(super) fn outcomes(subject: &Subject, target: StateId) -> Vec<(StateId, Exact)> {
    if subject.game.has_chances() {
        subject.game.outcomes(target)
    } else {
        vec![(target, Exact::ONE)]
    }
}

/// One party's payoffs of arriving: `(1−δ)u(y) + δ·he(y)`, and what the continuation weighs: `δ(1−h(y))`.
pub(super) struct Arrival {
    worth: Vec<Exact>,
    weight_of_class: Vec<Exact>,
    impatience: Exact,
    has_costs: bool,
}

impl Arrival {
    pub(super) fn of(subject: &Subject, party: PartyId) -> Self {
        let game = &subject.game;
        let discount = game.discount(party).clone();
        let impatience = Exact::ONE - discount.clone();
        let classes = game.ending_classes();
        let ended: Vec<Exact> = classes
            .iter()
            .map(|class| class.worth[party.index()].clone() * discount.clone())
            .collect();
        // Far fewer flows than states differ, but a product each is cheap beside the values themselves.
        let worth = game.state_ids().map(|state| {
            let flow = game.flow(party, state) * impatience.clone();
            let ended = &ended[game.ending_class_number(state)];
            if *ended == Exact::ZERO { flow } else { flow + ended }
        });
        Self {
            worth: worth.collect(),
            weight_of_class: classes
                .iter()
                .map(|class| discount.clone() * (Exact::ONE - class.hazard.clone()))
                .collect(),
            impatience,
            has_costs: game.has_costs(),
        }
    }

    pub(super) fn worth(&self, state: StateId) -> &Exact {
        &self.worth[state.index()]
    }

    pub(super) fn weight(&self, subject: &Subject, state: StateId) -> &Exact {
        &self.weight_of_class[subject.game.ending_class_number(state)]
    }

    /// `(1−δ)·cost` of a joint move; `None` where it is nothing.
    pub(super) fn cost(
        &self,
        subject: &Subject,
        party: PartyId,
        from: StateId,
        to: StateId,
    ) -> Option<Exact> {
        if !self.has_costs {
            return None;
        }
        let cost = subject.game.cost(party, from, to);
        (cost != Exact::ZERO).then(|| cost * self.impatience.clone())
    }
}

/// The value of every node for one party.
pub(super) fn solve(
    subject: &Subject,
    plan: &Plan,
    ways: &Ways,
    components: &[Vec<usize>],
    party: PartyId,
    arrival: &Arrival,
) -> Result<Vec<Exact>, Refusal> {
    let mut values: Vec<Option<Exact>> = vec![None; plan.len()];
    let mut rank = vec![usize::MAX; plan.len()];
    for component in components {
        for (place, node) in component.iter().enumerate() {
            rank[*node] = place;
        }
        let rows: Vec<Row> = component
            .iter()
            .map(|node| {
                let cost = arrival.cost(subject, party, plan.state(*node), plan.target(*node));
                let mut row = Row {
                    base: cost.map_or(Exact::ZERO, |cost| -cost),
                    within: Vec::new(),
                };
                for (follows, state, probability) in ways.from(*node) {
                    let certain = *probability == Exact::ONE;
                    let mut worth = arrival.worth(*state).clone();
                    let mut weight = arrival.weight(subject, *state).clone();
                    if !certain {
                        worth *= probability;
                        weight *= probability;
                    }
                    match &values[*follows] {
                        Some(value) => worth += weight * value,
                        None => row.within.push((rank[*follows], weight)),
                    }
                    row.base += worth;
                }
                row
            })
            .collect();
        let solved = match component.len() {
            1 => vec![alone(&rows[0])],
            size if rows.iter().all(|row| row.within.len() == 1) => around(&rows, size),
            size if size <= LARGEST_TANGLE => eliminate(&rows),
            size => {
                return Err(Refusal::TooLarge(format!(
                    "{size} nodes lead to each other through chances; at most {LARGEST_TANGLE} are solved"
                )));
            }
        };
        for (node, value) in component.iter().zip(solved) {
            if value.denominator().bit_len() > LONGEST_VALUE {
                return Err(Refusal::TooLarge(format!(
                    "the value of node {node} needs more than {LONGEST_VALUE} bits"
                )));
            }
            values[*node] = Some(value);
        }
    }
    Ok(values.into_iter().flatten().collect())
}

/// One equation: `V = base + Σ weight·V(place in the component)`.
struct Row {
    base: Exact,
    within: Vec<(usize, Exact)>,
}

fn alone(row: &Row) -> Exact {
    let weight = row
        .within
        .iter()
        .fold(Exact::ZERO, |sum, (_, weight)| sum + weight);
    if weight == Exact::ZERO {
        row.base.clone()
    } else {
        row.base.clone() / (Exact::ONE - weight)
    }
}

/// A component in which every node has one way on: follow it once around.
fn around(rows: &[Row], size: usize) -> Vec<Exact> {
    let mut order = vec![0usize];
    while order.len() < size {
        let last = order[order.len() - 1];
        order.push(rows[last].within[0].0);
    }
    let (mut sum, mut factor) = (Exact::ZERO, Exact::ONE);
    for place in order.iter().rev() {
        let weight = &rows[*place].within[0].1;
        sum = &rows[*place].base + weight * sum;
        factor *= weight;
    }
    let mut value = sum / (Exact::ONE - factor);
    let mut values = vec![Exact::ZERO; size];
    values[0] = value.clone();
    for place in order.iter().skip(1).rev() {
        value = &rows[*place].base + &rows[*place].within[0].1 * value;
        values[*place] = value.clone();
    }
    values
}

/// Gaussian elimination on `(I − W)·V = base`; `I − W` is strictly diagonally dominant, so no pivot is zero.
fn eliminate(rows: &[Row]) -> Vec<Exact> {
    let size = rows.len();
    let mut matrix = vec![vec![Exact::ZERO; size + 1]; size];
    for (line, row) in matrix.iter_mut().zip(rows).enumerate() {
        let (entries, row) = row;
        entries[line] = Exact::ONE;
        entries[size] = row.base.clone();
        for (place, weight) in &row.within {
            entries[*place] -= weight;
        }
    }
    for pivot in 0..size {
        let chosen = matrix[pivot].clone();
        for (line, entries) in matrix.iter_mut().enumerate() {
            if line == pivot || entries[pivot] == Exact::ZERO {
                continue;
            }
            let factor = &entries[pivot] / &chosen[pivot];
            for (entry, above) in entries.iter_mut().zip(&chosen).skip(pivot) {
                *entry -= &factor * above;
            }
        }
    }
    let solved = matrix.iter().enumerate();
    solved
        .map(|(line, entries)| &entries[size] / &entries[line])
        .collect()
}

/// The strongly connected components of the ways on, those that others lead to first (Tarjan 1972, without
/// recursion so that long plans do not exhaust the stack).
pub(super) fn components(ways: &Ways) -> Vec<Vec<usize>> {
    const UNSEEN: usize = usize::MAX;
    let nodes = ways.starts.len() - 1;
    let (mut number, mut low) = (vec![UNSEEN; nodes], vec![UNSEEN; nodes]);
    let mut on_stack = vec![false; nodes];
    let (mut stack, mut components, mut seen) = (Vec::new(), Vec::new(), 0);
    for root in 0..nodes {
        if number[root] != UNSEEN {
            continue;
        }
        let mut visits = vec![(root, ways.starts[root])];
        while let Some((node, way)) = visits.pop() {
            if number[node] == UNSEEN {
                (number[node], low[node]) = (seen, seen);
                seen += 1;
                stack.push(node);
                on_stack[node] = true;
            }
            if way < ways.starts[node + 1] {
                visits.push((node, way + 1));
                let follows = ways.ways[way].0;
                if number[follows] == UNSEEN {
                    visits.push((follows, ways.starts[follows]));
                } else if on_stack[follows] {
                    low[node] = low[node].min(number[follows]);
                }
                continue;
            }
            if let Some((above, _)) = visits.last() {
                low[*above] = low[*above].min(low[node]);
            }
            if low[node] == number[node] {
                let at = stack.iter().rposition(|entry| *entry == node).unwrap_or(0);
                let component = stack.split_off(at);
                component.iter().for_each(|entry| on_stack[*entry] = false);
                components.push(component);
            }
        }
    }
    components
}
