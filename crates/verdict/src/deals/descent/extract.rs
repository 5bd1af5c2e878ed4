//! What is kept at the end, as a family.

use super::super::family::{Family, values_at};
use super::Descent;
use super::kept::{NONE, Node};

impl Descent<'_, '_> {
    /// What is kept, as a family: first a node for each state, for where chance leads and for after several departures
    /// at once, then all that answers need. `None` where nothing is kept in some state that today can lead to.
    pub(super) fn family(&self) -> Option<Family> {
        let (arena, kept) = (self.arena, &self.kept);
        let mut family = self.no_deal.without_answers();
        let played = kept.played() as u32;
        let mut numbers: Vec<u32> = (0..kept.nodes() as u32)
            .map(|node| if node < played { node } else { NONE })
            .collect();
        if played == 0 {
            let reached = arena.reached_from_today();
            if (0..arena.states).any(|state| reached[state] && kept.widest(state) == NONE) {
                return None;
            }
            for state in 0..arena.states {
                // Nothing leads to the others, but every state has its node.
                let widest = kept.widest(state);
                let node = match widest {
                    NONE => Node {
                        state: state as u32,
                        target: state as u32,
                        next: NONE,
                        values: values_at(&arena.stays, state),
                    },
                    widest => *kept.node(widest),
                };
                family.add(node.state, node.target, state as u32, &node.values);
                if widest == NONE {
                    family.leave_out(state);
                } else {
                    numbers[widest as usize] = state as u32;
                }
            }
        }
        family.end_lasting();
        for state in (0..arena.states).filter(|state| played == 0 && kept.widest(*state) != NONE) {
            let next = kept.node(kept.widest(state)).next;
            family.next[state] = self.number(next, 0, &mut numbers, &mut family);
        }
        for party in 0..arena.parties {
            for state in 0..arena.states {
                let node = kept.least(state, party);
                if node != NONE {
                    family.answer[party][state] = self.number(node, party, &mut numbers, &mut family);
                }
            }
        }
        family.holds(arena).then_some(family)
    }

    /// The number of a path in the family; it and what follows it are added if they are not there yet.
    fn number(&self, node: u32, party: usize, numbers: &mut [u32], family: &mut Family) -> u32 {
        let mut added = Vec::new();
        let mut at = node;
        while numbers[at as usize] == NONE {
            let here = self.kept.node(at);
            let number = family.add_for(party, here.state, here.target, 0, &here.values);
            numbers[at as usize] = number;
            added.push((number, here.next));
            at = here.next;
        }
        for (number, next) in added {
            family.next[number as usize] = numbers[next as usize];
        }
        numbers[node as usize]
    }
}
