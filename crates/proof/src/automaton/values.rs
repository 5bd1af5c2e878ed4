//! What every party gets at every node.
//!
//! The values solve a linear system, `V(n) = base(n) + Σ weight(n,m)·V(m)` with weights that add to less than 1.
//! It is solved component by component: strongly connected components come out of Tarjan's algorithm (1972) with
//! those they lead to before them. A component that is one cycle is a geometric series; others, which only chances
//! make, are solved by elimination. Every value is enclosed first; the value itself, a fraction that may be long, is
//! worked out where somebody asks for it.

use std::collections::HashMap;

use dashu::base::BitTest;
use detente_base::ids::StateId;
use detente_base::number::Exact;

use super::arrival::Arrival;
use super::enclosure::Enclosure;
use super::plan::Plan;
use super::ways::{Components, Way, Ways, outcomes};
use crate::Refusal;
use crate::subject::Subject;

/// The largest entangled component that is solved by elimination.
const LARGEST_TANGLE: usize = 64;
/// The longest numerator or denominator of a value, in bits.
const LONGEST_VALUE: usize = 1 << 14;

/// What one party gets at the nodes of a plan.
pub(super) struct Worths<'a> {
    subject: &'a Subject,
    plan: &'a Plan<'a>,
    ways: &'a Ways,
    components: &'a Components,
    arrival: &'a Arrival<'a>,
    enclosures: Vec<Enclosure>,
    /// The values worked out so far.
    values: HashMap<usize, Exact>,
}

impl<'a> Worths<'a> {
    /// Encloses the value of every node.
    pub(super) fn of(
        subject: &'a Subject,
        plan: &'a Plan<'a>,
        ways: &'a Ways,
        components: &'a Components,
        arrival: &'a Arrival<'a>,
    ) -> Result<Self, Refusal> {
        let mut worths = Self {
            subject,
            plan,
            ways,
            components,
            arrival,
            enclosures: vec![Enclosure::ZERO; plan.len()],
            values: HashMap::new(),
        };
        for component in components.list() {
            if let [node] = component
                && let [way] = ways.from(*node)
            {
                worths.enclosures[*node] = worths.enclosed(*node, way);
            } else {
                for node in component {
                    worths.enclosures[*node] = Enclosure::around(worths.value(*node)?);
                }
            }
        }
        Ok(worths)
    }

    /// An enclosure of the value of a node.
    pub(super) fn enclosure(&self, node: usize) -> Enclosure {
        self.enclosures[node]
    }

    /// The enclosure of a node that one other certainly follows, or itself.
    fn enclosed(&self, node: usize, way: &Way) -> Enclosure {
        let mut base = self.arrival.worth_enclosed(way.state);
        if let Some(cost) = self.arrival.cost(self.plan.state(node), self.plan.target(node)) {
            base = base.minus(Enclosure::around(&cost));
        }
        let weight = self.arrival.weight_enclosed(way.state);
        if way.follows == node {
            base.repeated(weight)
        } else {
            base.plus(self.enclosures[way.follows].times(weight))
        }
    }

    /// The value of a node, worked out now if it was not before, with all that it hangs on.
    pub(super) fn value(&mut self, node: usize) -> Result<&Exact, Refusal> {
        let mut waiting = vec![node];
        while let Some(node) = waiting.last().copied() {
            if self.values.contains_key(&node) {
                waiting.pop();
                continue;
            }
            let component = self.components.with(node);
            let missing = component
                .iter()
                .flat_map(|node| self.ways.from(*node))
                .find(|way| {
                    let outside = self.components.place_beside(node, way.follows).is_none();
                    outside && !self.values.contains_key(&way.follows)
                });
            match missing {
                Some(way) => waiting.push(way.follows),
                None => self.solve(component)?,
            }
        }
        Ok(&self.values[&node])
    }

    /// Works out the values of a component; those of the nodes it leads to are known.
    fn solve(&mut self, component: &[usize]) -> Result<(), Refusal> {
        let rows: Vec<Row> = component.iter().map(|node| self.row(*node)).collect();
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
            self.values.insert(*node, value);
        }
        Ok(())
    }

    fn row(&self, node: usize) -> Row {
        let cost = self.arrival.cost(self.plan.state(node), self.plan.target(node));
        let mut row = Row {
            base: cost.map_or(Exact::ZERO, |cost| -cost),
            within: Vec::new(),
        };
        for way in self.ways.from(node) {
            let mut worth = self.arrival.worth(way.state);
            let mut weight = self.arrival.weight(way.state).clone();
            if way.probability != Exact::ONE {
                worth *= &way.probability;
                weight *= &way.probability;
            }
            match self.values.get(&way.follows) {
                Some(value) => worth += weight * value,
                None => {
                    let place = self.components.place_beside(node, way.follows);
                    row.within
                        .push((place.expect("only a component is worked out at once"), weight));
                }
            }
            row.base += worth;
        }
        row
    }

    /// What the party gets, before costs, when play goes on at its answers once chance has acted on a target.
    pub(super) fn departing(&mut self, target: StateId) -> Result<Exact, Refusal> {
        let mut sum = Exact::ZERO;
        for (state, probability) in outcomes(self.subject, target) {
            let node = self
                .plan
                .answer(self.arrival.party(), state)
                .expect("an answer is looked for before its value is");
            let weight = self.arrival.weight(state).clone();
            let worth = self.arrival.worth(state) + weight * self.value(node)?;
            sum += worth * probability;
        }
        Ok(sum)
    }

    /// An enclosure of [`Worths::departing`]; the state without an answer if there is one.
    pub(super) fn departing_enclosed(
        &mut self,
        target: StateId,
    ) -> Result<Result<Enclosure, StateId>, Refusal> {
        let answer = |state| self.plan.answer(self.arrival.party(), state).ok_or(state);
        if !self.subject.game.has_chances() {
            return Ok(answer(target).map(|node| {
                let future = self.enclosures[node].times(self.arrival.weight_enclosed(target));
                self.arrival.worth_enclosed(target).plus(future)
            }));
        }
        let unanswered = outcomes(self.subject, target).find_map(|(state, _)| answer(state).err());
        match unanswered {
            Some(state) => Ok(Err(state)),
            None => Ok(Ok(Enclosure::around(&self.departing(target)?))),
        }
    }
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
