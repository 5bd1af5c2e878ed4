//! Harsher answers, enforced by the answers already there.
//!
//! For every state and party, the joint move and following node that are worst for that party among those from
//! which nobody gains by departing. Lower answers only loosen the incentive constraints of older nodes, so the
//! family stays self-enforcing; rounds repeat until nothing gets harsher or a limit is reached. Joint moves are not
//! listed ([`super::along`]): for each party the nodes are gone through from the worst on, and a state is done with at the
//! first node that can follow there.

use rayon::prelude::*;

use super::along::{Along, Reaching};
use super::ascending::ascending;
use super::blocks::{Products, Rows, States};
use super::close::close;
use super::family::{Family, Values};
use crate::arena::Arena;
use detente_base::watch::Watch;

/// For one party, the node that follows in each state, `u32::MAX` while the present answer stands; and the blocks of
/// states looked at.
struct Harsher {
    next: Vec<u32>,
    looks: u64,
}

/// Adds harsher answers in every state; whether any got harsher.
///
/// `looks` is the most blocks of states that are looked at, over all rounds: the limit is noticed between rounds.
pub fn worsen(arena: &Arena<'_>, family: &mut Family, rounds: u32, looks: u64, watch: &dyn Watch) -> bool {
    let reaching = Reaching::new(arena);
    let (mut any, mut looked) = (false, 0);
    for round in 0..rounds {
        watch.advanced(
            "harsher answers: rounds",
            u64::from(round),
            Some(u64::from(rounds)),
        );
        if watch.should_stop() || looked >= looks {
            break;
        }
        let found = harsher(arena, family, &reaching);
        looked += found.iter().map(|found| found.looks).sum::<u64>();
        let before = family.state.len();
        let harsher = found.iter().flat_map(|found| &found.next);
        family.reserve(harsher.filter(|next| **next != u32::MAX).count());
        for (party, found) in found.into_iter().enumerate() {
            for (state, next) in found.next.into_iter().enumerate() {
                if next != u32::MAX {
                    let target = family.state[next as usize];
                    let follows = family.worths(next as usize);
                    let values = family.worth_of_step(arena, state, target as usize, &follows);
                    let node = family.add_for(party, state as u32, target, next, &values);
                    family.answer[party][state] = node;
                }
            }
        }
        if family.state.len() == before {
            break;
        }
        any = true;
        close(arena, family);
    }
    any
}

/// The worst enforceable continuations under the present answers, party by party.
fn harsher(arena: &Arena<'_>, family: &Family, reaching: &Reaching) -> Vec<Harsher> {
    let departing = family.departing(arena);
    let bars: Vec<Vec<f64>> = (0..arena.parties).map(|party| bars(family, party)).collect();
    // What a party is brought less what moves can cost it must be below some bar for a node to be looked at.
    let highest = |(party, bars): (usize, &Vec<f64>)| {
        bars.iter().copied().fold(f64::NEG_INFINITY, f64::max) + most_cost(arena, party)
    };
    let highest: Vec<f64> = bars.iter().enumerate().map(highest).collect();
    let (nodes, brings): (Vec<u32>, Vec<Values>) = family
        .nodes_in_use()
        .into_par_iter()
        .filter_map(|node| {
            let target = family.state[node as usize] as usize;
            let brings = family.worth_before_costs(arena, target, &family.worths(node as usize));
            let may_lower = brings
                .iter()
                .zip(&highest)
                .any(|(brought, highest)| brought < highest);
            may_lower.then_some((node, brings))
        })
        .unzip();
    let rows = Rows::of(arena);
    let products = Products::new(arena, family, &nodes, &brings, &departing, reaching, &rows);
    let hunt = |party: usize| {
        let along = Along::new(arena, &departing, reaching);
        Hunt {
            arena,
            family,
            along,
            party,
            nodes: &nodes,
            brings: &brings,
            products: &products,
            rows: &rows,
        }
        .worst(&bars[party])
    };
    (0..arena.parties).into_par_iter().map(hunt).collect()
}

/// For each state, what is worse for a party than its present answer by more than the error of doubles.
fn bars(family: &Family, party: usize) -> Vec<f64> {
    let now = family.answer_values(party).into_iter();
    now.map(|now| now - 1e-7 * (1.0 + now.abs())).collect()
}

fn most_cost(arena: &Arena<'_>, party: usize) -> f64 {
    arena.own_cost_range[party].0 + arena.most_cost_by_others[party]
}

/// The search for what is worst for one party.
struct Hunt<'a, 'g> {
    arena: &'a Arena<'g>,
    family: &'a Family,
    along: Along<'a, 'g>,
    party: usize,
    /// The nodes that may follow, what each brings, and from where everybody goes along to it.
    nodes: &'a [u32],
    brings: &'a [Values],
    products: &'a Products<'a>,
    rows: &'a Rows,
}

impl Hunt<'_, '_> {
    /// The worst node in every state that is worth less than its bar, the earlier one where they are equal.
    fn worst(&self, bars: &[f64]) -> Harsher {
        let (arena, party) = (self.arena, self.party);
        let highest = bars.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let (free, most_cost) = (!arena.game.has_costs(), most_cost(arena, party));
        let brought = self.brings.iter().map(|brings| brings[party]).zip(0..);
        let order = ascending(brought.filter(|(brought, _)| *brought < highest + most_cost));
        let mut by_bar = ascending(bars.iter().copied().zip(0..)).peekable();
        let mut open = States::all(arena.states, self.rows);
        let mut worth = bars.to_vec();
        let mut found = Harsher {
            next: vec![u32::MAX; arena.states],
            looks: 0,
        };
        for (brought, place) in order {
            while let Some((_, state)) = by_bar.next_if(|(bar, _)| *bar <= brought - most_cost) {
                open.remove(state as usize);
            }
            if open.is_empty() {
                break;
            }
            let node = self.nodes[place as usize];
            let target = self.family.state[node as usize] as usize;
            let all_bring = &self.brings[place as usize];
            let product = self.products.of(place as usize);
            found.looks += open.remove_where(product, &mut |state| {
                let here = brought - arena.cost_of_policy(party, state, target as u32);
                let lower = here < worth[state] && self.along.all(state, target, all_bring);
                if lower {
                    worth[state] = here;
                    found.next[state] = node;
                }
                lower && free
            });
        }
        found
    }
}
