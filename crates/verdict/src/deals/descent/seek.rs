//! Paths one step before others, without listing joint moves.
//!
//! The states from which everybody goes along to a path are a product of own positions ([`super::super::along`]). For
//! each kind of place the paths are gone through in the order of what they bring, the best for the place first, and a
//! state is done with at the first path that can follow there, or once no later one can be better than what it has.

use rayon::prelude::*;

use super::super::along::Along;
use super::super::ascending::ascending;
use super::super::blocks::States;
use super::super::family::{Values, less_costs};
use super::Descent;
use super::kept::{NONE, Slot};

/// What was found for one kind of place: states with what follows there, and the blocks of states looked at.
#[derive(Default)]
pub(super) struct Found {
    pub(super) next: Vec<(usize, u32)>,
    pub(super) looks: u64,
}

/// A search for paths one step before some others.
pub(super) struct Seek<'s, 'a, 'g> {
    search: &'s Descent<'a, 'g>,
    departing: &'s [Vec<Vec<f64>>],
    /// The paths that may follow, and what each brings.
    nodes: Vec<u32>,
    brings: Vec<Values>,
}

impl<'s, 'a, 'g> Seek<'s, 'a, 'g> {
    pub(super) fn new(search: &'s Descent<'a, 'g>, nodes: Vec<u32>, departing: &'s [Vec<Vec<f64>>]) -> Self {
        let brings = nodes.par_iter().map(|node| {
            let (target, values) = search.kept.at(*node);
            search.no_deal.worth_before_costs(search.arena, target, &values)
        });
        Self {
            search,
            departing,
            brings: brings.collect(),
            nodes,
        }
    }

    /// The best paths for one kind of place, the `number`th, in every state in which that place is open.
    pub(super) fn best(&self, number: usize, slot: Slot, open: &[bool]) -> Found {
        let (arena, kept) = (self.search.arena, &self.search.kept);
        let slots = kept.slots().count();
        let mut found = Found::default();
        if !open.iter().skip(number).step_by(slots).any(|open| *open) {
            return found;
        }
        let mut left = States::all(arena.states, &self.search.rows);
        // The lower the better: what is in the place now.
        let mut worth = vec![f64::NEG_INFINITY; arena.states];
        for state in 0..arena.states {
            if open[state * slots + number] {
                worth[state] = self.now(number, slot, state);
            } else {
                left.remove(state);
            }
        }
        let is_open = |state: &usize| open[state * slots + number];
        let bars: Vec<(f64, u32)> = (0..arena.states)
            .filter(is_open)
            .map(|state| (worth[state], state as u32))
            .collect();
        let highest = bars.iter().map(|(bar, _)| *bar).fold(f64::NEG_INFINITY, f64::max);
        let below = self.most_below(slot);
        let keys = (0..self.nodes.len()).map(|place| (self.key(slot, place), place as u32));
        let order = ascending(keys.filter(|(key, _)| *key < highest + below));
        let mut by_bar = ascending(bars.into_iter()).peekable();
        let mut next = vec![NONE; arena.states];
        let mut along = Along::new(arena, self.departing, self.search.reaching);
        let first_will_do = self.first_will_do(slot);
        for (key, place) in order {
            while let Some((_, state)) = by_bar.next_if(|(bar, _)| *bar <= key - below) {
                left.remove(state as usize);
            }
            if left.is_empty() {
                break;
            }
            let target = kept.at(self.nodes[place as usize]).0;
            let brings = &self.brings[place as usize];
            found.looks += 1;
            let Some(positions) = along.positions(target, brings) else {
                continue;
            };
            let product = left.product(positions);
            found.looks += left.remove_where(&product, &mut |state| {
                let here = self.worth(slot, (state, target), brings);
                let better = here < worth[state] && along.all(state, target, brings);
                if better {
                    worth[state] = here;
                    next[state] = self.nodes[place as usize];
                }
                better && first_will_do
            });
        }
        let better = next.into_iter().enumerate();
        found.next = better.filter(|(_, next)| *next != NONE).collect();
        found
    }

    /// What is in a place now, the lower the better for it; infinite where it is empty.
    fn now(&self, number: usize, slot: Slot, state: usize) -> f64 {
        let kept = &self.search.kept;
        let node = kept.in_place(state, number);
        if node == NONE {
            return f64::INFINITY;
        }
        let node = kept.node(node);
        match slot {
            Slot::Least(party) => node.values[party] - self.search.scale.tiny(party),
            Slot::Most(party) => -node.values[party] - self.search.scale.tiny(party),
            Slot::Widest => {
                let step = (state, node.target as usize);
                let (arena, scale) = (self.search.arena, &self.search.scale);
                -scale.margin(arena, self.departing, step, &node.values)
            }
        }
    }

    /// What a path would be worth in a place of a state, the lower the better.
    fn worth(&self, slot: Slot, (state, target): (usize, usize), brings: &Values) -> f64 {
        let arena = self.search.arena;
        let less_cost = |party: usize| brings[party] - arena.cost_of_policy(party, state, target as u32);
        match slot {
            Slot::Least(party) => less_cost(party),
            Slot::Most(party) => -less_cost(party),
            Slot::Widest => {
                let values = less_costs(arena, state, target, brings);
                -self
                    .search
                    .scale
                    .margin(arena, self.departing, (state, target), &values)
            }
        }
    }

    /// In which order paths are gone through: what each is worth at best, the lower the better, but for costs.
    fn key(&self, slot: Slot, place: usize) -> f64 {
        match slot {
            Slot::Least(party) => self.brings[place][party],
            Slot::Most(party) => -self.brings[place][party],
            Slot::Widest => -self.widest(place),
        }
    }

    /// The least, over the parties, of the most by which each is better off going along from one of its positions.
    fn widest(&self, place: usize) -> f64 {
        let search = self.search;
        let target = search.kept.at(self.nodes[place]).0;
        let margin = |party: usize| {
            let least = search
                .reaching
                .least_sure(search.arena, self.departing, party, target);
            (self.brings[place][party] - least) / search.scale.of_party(party)
        };
        (0..search.arena.parties)
            .map(margin)
            .fold(f64::INFINITY, f64::min)
    }

    /// How far what a path is worth in a place can lie below its key.
    fn most_below(&self, slot: Slot) -> f64 {
        let arena = self.search.arena;
        match slot {
            Slot::Least(party) => arena.own_cost_range[party].0 + arena.most_cost_by_others[party],
            Slot::Most(party) => -(arena.own_cost_range[party].1 + arena.least_cost_by_others[party]),
            Slot::Widest => 1e-9,
        }
    }

    /// Whether no later path is better in a state than the first that can follow there. In games whose joint moves are
    /// too many to be looked at, the first is taken for the widest margin as well.
    fn first_will_do(&self, slot: Slot) -> bool {
        let search = self.search;
        match slot {
            Slot::Least(_) | Slot::Most(_) => !search.arena.game.has_costs(),
            Slot::Widest => search.arena.joint_moves() > search.limits.joint_moves,
        }
    }
}

#[cfg(test)]
mod tests {
    use detente_case::{World, check};
    use detente_game::Game;

    use super::super::super::along::Reaching;
    use super::super::super::family::{departing, holds};
    use super::super::Limits;
    use super::*;
    use crate::arena::Arena;
    use crate::fallback;
    use detente_base::watch::Unwatched;

    /// Every joint move from every state to every path there, with what the parties get by it, against what is found
    /// without listing them.
    fn best_as_by_listing(name: &str) {
        let path = format!("{}/../../cases/{name}/case.toml", env!("CARGO_MANIFEST_DIR"));
        let case = check(&std::fs::read_to_string(path).unwrap()).unwrap();
        let game = Game::of_case(&case, &World::default()).unwrap();
        let arena = Arena::new(&game);
        let family = fallback::find(&arena, 400, u64::MAX, &Unwatched).unwrap().family;
        let least = (0..arena.parties).map(|party| family.answer_values(party));
        let reaching = Reaching::new(&arena);
        let limits = Limits::default();
        // No place has been given away yet: everything that can be found is to be found.
        let search = Descent::new(&arena, &family, &reaching, least.collect(), &limits);
        let departing = departing(&arena, |party| search.least[party].clone());
        let nodes = search.kept.followed(0);
        let seek = Seek::new(&search, nodes.clone(), &departing);
        let slots: Vec<(usize, Slot)> = search.kept.slots().enumerate().collect();
        let open = vec![true; slots.len() * arena.states];
        let mut by_target: Vec<Vec<usize>> = vec![Vec::new(); arena.states];
        for (place, node) in nodes.iter().enumerate() {
            by_target[search.kept.at(*node).0].push(place);
        }
        let mut better = 0;
        for (number, slot) in slots {
            let found: Vec<(usize, u32)> = seek.best(number, slot, &open).next;
            let mut chosen = vec![f64::INFINITY; arena.states];
            for (state, node) in found {
                let place = nodes.binary_search(&node).unwrap();
                chosen[state] = seek.worth(slot, (state, search.kept.at(node).0), &seek.brings[place]);
            }
            for state in 0..arena.states {
                let now = seek.now(number, slot, state);
                let mut best = f64::INFINITY;
                arena.for_each_joint_move(state, &mut |target, _| {
                    for place in &by_target[target] {
                        let brings = &seek.brings[*place];
                        let values = less_costs(&arena, state, target, brings);
                        if holds(&arena, &departing, state, target, &values) {
                            best = best.min(seek.worth(slot, (state, target), brings));
                        }
                    }
                });
                let expected = if best < now { best } else { f64::INFINITY };
                let same = expected == chosen[state] || (expected - chosen[state]).abs() < 1e-9;
                assert!(
                    same,
                    "{name}, {slot:?}, state {state}: {} by listing {expected}",
                    chosen[state]
                );
                better += usize::from(expected.is_finite());
            }
        }
        assert!(better > 0, "{name}: nothing to find");
    }

    #[test]
    fn the_best_paths_are_those_found_by_listing() {
        for name in ["tariff-truce", "korea-toy", "ceasefire"] {
            best_as_by_listing(name);
        }
    }
}
