//! What a group can reach together from every state at once.
//!
//! The nodes are (state, last mover), as in [`super::joint_reach`]; what is reached from a node is the same for all nodes of a
//! strongly connected component, and is the union over the components that follow it. Components are found in one walk
//! (Tarjan 1972), each after those that follow it, so one set of states for each component is enough:
//! linear in nodes and moves, times one word for 64 states, where a search from each state takes a walk of its own.

use detente_conflict::{GraphModel, PartyId, StateId};

use super::{StateSet, joint_reach};

/// Up to so many bits of sets are kept at once; beyond, each state is searched from by itself.
const MOST_BITS: usize = 1 << 31;

/// `R_H(s)` for every state s, each step being allowed by `step(mover, from, to)`.
#[must_use]
pub fn joint_reach_all(
    model: &GraphModel,
    group: &[PartyId],
    step: impl Fn(PartyId, StateId, StateId) -> bool,
) -> Vec<StateSet> {
    let count = model.states().count();
    let nodes = count.saturating_mul(group.len());
    if nodes.saturating_mul(count) > MOST_BITS {
        let alone = |state| joint_reach(model, group, state, &step).states().clone();
        return model.states().iter().map(alone).collect();
    }
    let graph = Graph::of(model, group, step);
    let components = Components::of(&graph);
    let after = components.reached(&graph);
    let from = |state: StateId| {
        let mut all = StateSet::none(count);
        for member in 0..group.len() {
            for to in &graph.targets[graph.moves(state.index(), member)] {
                all.insert(StateId::at(*to as usize));
                if let Some(further) = &after[components.of[graph.node(*to as usize, member)] as usize] {
                    all.add(further);
                }
            }
        }
        all
    };
    model.states().iter().map(from).collect()
}

/// The moves of a group's members, by state and member.
struct Graph {
    members: usize,
    start: Vec<u32>,
    targets: Vec<u32>,
}

impl Graph {
    fn of(model: &GraphModel, group: &[PartyId], step: impl Fn(PartyId, StateId, StateId) -> bool) -> Self {
        let mut start = vec![0];
        let mut targets = Vec::new();
        for state in model.states().iter() {
            for member in group {
                model.for_each_move(*member, state, |to| {
                    if step(*member, state, to) {
                        targets.push(to.index() as u32);
                    }
                });
                start.push(targets.len() as u32);
            }
        }
        Self {
            members: group.len(),
            start,
            targets,
        }
    }

    fn nodes(&self) -> usize {
        self.start.len() - 1
    }

    fn node(&self, state: usize, member: usize) -> usize {
        state * self.members + member
    }

    /// The places of a member's moves from a state.
    fn moves(&self, state: usize, member: usize) -> std::ops::Range<usize> {
        let node = self.node(state, member);
        self.start[node] as usize..self.start[node + 1] as usize
    }

    /// The next nodes after a node: any other member moves on from its state.
    fn next(&self, node: usize) -> impl Iterator<Item = usize> + '_ {
        let (state, last) = (node / self.members, node % self.members);
        let movers = (0..self.members).filter(move |member| *member != last);
        movers.flat_map(move |member| {
            let targets = self.targets[self.moves(state, member)].iter();
            targets.map(move |to| self.node(*to as usize, member))
        })
    }
}

const UNSEEN: u32 = u32::MAX;

/// Strongly connected components, numbered so that each comes after all that follow it.
struct Components {
    of: Vec<u32>,
    count: usize,
}

impl Components {
    /// Tarjan's walk with a stack of its own.
    fn of(graph: &Graph) -> Self {
        let nodes = graph.nodes();
        let mut of = vec![UNSEEN; nodes];
        let mut count = 0;
        let mut order = vec![UNSEEN; nodes];
        let mut low = vec![0u32; nodes];
        let mut seen = 0u32;
        let mut open: Vec<usize> = Vec::new();
        for root in 0..nodes {
            if order[root] != UNSEEN {
                continue;
            }
            let mut walk = vec![(root, graph.next(root))];
            (order[root], low[root]) = (seen, seen);
            seen += 1;
            open.push(root);
            while let Some((node, next)) = walk.last_mut() {
                let node = *node;
                if let Some(to) = next.next() {
                    if order[to] == UNSEEN {
                        (order[to], low[to]) = (seen, seen);
                        seen += 1;
                        open.push(to);
                        walk.push((to, graph.next(to)));
                    } else if of[to] == UNSEEN {
                        low[node] = low[node].min(order[to]);
                    }
                    continue;
                }
                walk.pop();
                if let Some((before, _)) = walk.last() {
                    low[*before] = low[*before].min(low[node]);
                }
                if low[node] == order[node] {
                    while let Some(member) = open.pop() {
                        of[member] = count;
                        if member == node {
                            break;
                        }
                    }
                    count += 1;
                }
            }
        }
        Self {
            of,
            count: count as usize,
        }
    }

    /// For each component, the states at which what starts in one of its nodes can end; nothing where nothing follows.
    fn reached(&self, graph: &Graph) -> Vec<Option<StateSet>> {
        let states = graph.nodes() / graph.members.max(1);
        let mut members: Vec<Vec<u32>> = vec![Vec::new(); self.count];
        for (node, component) in self.of.iter().enumerate() {
            members[*component as usize].push(node as u32);
        }
        let mut reached: Vec<Option<StateSet>> = vec![None; self.count];
        for (component, nodes) in members.iter().enumerate() {
            let mut all: Option<StateSet> = None;
            for node in nodes {
                for to in graph.next(*node as usize) {
                    let all = all.get_or_insert_with(|| StateSet::none(states));
                    all.insert(StateId::at(to / graph.members));
                    let next = self.of[to] as usize;
                    if next != component
                        && let Some(further) = &reached[next]
                    {
                        all.add(further);
                    }
                }
            }
            reached[component] = all;
        }
        reached
    }
}
