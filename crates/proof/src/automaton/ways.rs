//! Which nodes follow which: the plan as a graph, and the order in which values can be worked out.

use detente_base::ids::StateId;
use detente_base::number::Exact;

use super::plan::Plan;
use crate::Refusal;
use crate::subject::Subject;

/// One way on from a node.
pub(super) struct Way {
    /// The node at which play goes on.
    pub(super) follows: usize,
    /// The state that came about.
    pub(super) state: StateId,
    pub(super) probability: Exact,
}

/// The ways on from every node.
pub(super) struct Ways {
    starts: Vec<usize>,
    ways: Vec<Way>,
}

impl Ways {
    pub(super) fn of(subject: &Subject, plan: &Plan) -> Result<Self, Refusal> {
        let (mut starts, mut ways) = (Vec::with_capacity(plan.len() + 1), Vec::with_capacity(plan.len()));
        starts.push(0);
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
                ways.push(Way {
                    follows,
                    state,
                    probability,
                });
            }
            starts.push(ways.len());
        }
        Ok(Self { starts, ways })
    }

    pub(super) fn from(&self, node: usize) -> &[Way] {
        &self.ways[self.starts[node]..self.starts[node + 1]]
    }
}

/// What chance makes of a target; the target alone in games without chances.
pub(super) fn outcomes(subject: &Subject, target: StateId) -> impl Iterator<Item = (StateId, Exact)> {
    let (certain, by_chance) = if subject.game.has_chances() {
        (None, subject.game.outcomes(target))
    } else {
        (Some((target, Exact::ONE)), Vec::new())
    };
    certain.into_iter().chain(by_chance)
}

/// The strongly connected components of the ways on.
pub(super) struct Components {
    /// All nodes, those of one component together, components after those they lead to.
    nodes: Vec<usize>,
    starts: Vec<usize>,
    /// For each node, its component and its place among the nodes of that.
    places: Vec<(usize, usize)>,
}

impl Components {
    /// Tarjan's algorithm (1972), without recursion so that long plans do not exhaust the stack.
    pub(super) fn of(ways: &Ways) -> Self {
        const UNSEEN: usize = usize::MAX;
        let count = ways.starts.len() - 1;
        let (mut number, mut low) = (vec![UNSEEN; count], vec![UNSEEN; count]);
        let mut on_stack = vec![false; count];
        let (mut stack, mut seen) = (Vec::new(), 0);
        let mut components = Self {
            nodes: Vec::with_capacity(count),
            starts: vec![0],
            places: vec![(UNSEEN, UNSEEN); count],
        };
        let mut visits = Vec::new();
        for root in 0..count {
            if number[root] != UNSEEN {
                continue;
            }
            visits.push((root, ways.starts[root]));
            while let Some((node, way)) = visits.pop() {
                if number[node] == UNSEEN {
                    (number[node], low[node]) = (seen, seen);
                    seen += 1;
                    stack.push(node);
                    on_stack[node] = true;
                }
                if way < ways.starts[node + 1] {
                    visits.push((node, way + 1));
                    let follows = ways.ways[way].follows;
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
                    stack[at..].iter().for_each(|entry| on_stack[*entry] = false);
                    components.add(&stack[at..]);
                    stack.truncate(at);
                }
            }
        }
        components
    }

    fn add(&mut self, component: &[usize]) {
        let number = self.starts.len() - 1;
        for (place, node) in component.iter().enumerate() {
            self.places[*node] = (number, place);
        }
        self.nodes.extend_from_slice(component);
        self.starts.push(self.nodes.len());
    }

    /// The components, those that others lead to first.
    pub(super) fn list(&self) -> impl Iterator<Item = &[usize]> {
        self.starts.windows(2).map(|ends| &self.nodes[ends[0]..ends[1]])
    }

    /// The component of a node.
    pub(super) fn with(&self, node: usize) -> &[usize] {
        let (number, _) = self.places[node];
        &self.nodes[self.starts[number]..self.starts[number + 1]]
    }

    /// The place of another node among those of a node's component, if it is one of them.
    pub(super) fn place_beside(&self, node: usize, other: usize) -> Option<usize> {
        let ((number, _), (other_number, place)) = (self.places[node], self.places[other]);
        (number == other_number).then_some(place)
    }
}
