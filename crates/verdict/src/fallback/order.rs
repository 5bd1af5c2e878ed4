//! Orders in which parties reply one after the other, taken from what the parties are and not from where a case names them.

use detente_base::ids::PartyId;
use detente_base::number::to_float;

use crate::arena::Arena;

/// What tells parties apart whatever their names, places and scales are: discount factor, positions, and the mean and
/// spread of what staying is worth, as shares of the party's own range.
type Traits = (f64, usize, f64, f64);

/// Every rotation of one order of the parties, forwards, then backwards. Parties that nothing tells apart keep the order
/// of the case.
pub(super) fn orders(arena: &Arena<'_>) -> Vec<Vec<usize>> {
    let traits: Vec<Traits> = (0..arena.parties).map(|party| traits(arena, party)).collect();
    let mut order: Vec<usize> = (0..arena.parties).collect();
    order.sort_by(|a, b| {
        let (a, b) = (&traits[*a], &traits[*b]);
        a.0.total_cmp(&b.0)
            .then(a.1.cmp(&b.1))
            .then(a.2.total_cmp(&b.2))
            .then(a.3.total_cmp(&b.3))
    });
    let backwards: Vec<usize> = order.iter().rev().copied().collect();
    [order, backwards]
        .iter()
        .flat_map(|order| rotations(order))
        .collect()
}

fn rotations(order: &[usize]) -> Vec<Vec<usize>> {
    let from = |first: usize| [&order[first..], &order[..first]].concat();
    (0..order.len()).map(from).collect()
}

fn traits(arena: &Arena<'_>, party: usize) -> Traits {
    let stays = &arena.stays[party];
    let low = stays.iter().copied().fold(f64::INFINITY, f64::min);
    let range = stays.iter().copied().fold(f64::NEG_INFINITY, f64::max) - low;
    let share = |worth: &f64| if range > 0.0 { (worth - low) / range } else { 0.0 };
    // Sums in another order differ in their last digits, which must not tell parties apart.
    let mean = |of: &dyn Fn(f64) -> f64| {
        let sum: f64 = stays.iter().map(|worth| of(share(worth))).sum();
        (sum / stays.len() as f64 * 1e9).round()
    };
    (
        to_float(arena.game.discount(PartyId::at(party))),
        arena.positions[party],
        mean(&|share| share),
        mean(&|share| share * share),
    )
}
