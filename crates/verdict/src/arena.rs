//! A game in doubles: the flat arrays on which the search runs. Nothing found here is claimed before the exact
//! checker has confirmed it.
//!
//! For party i and a joint move to state t the worth is `c_i(t) = base_i(t) + weight_i(t)·v_i(t)` with
//! `base_i = (1−δ_i)·u_i + δ_i·Σh·e_i` and `weight_i = δ_i·(1−h)`, averaged over chance outcomes, less
//! `(1−δ_i)` times one-off costs.

mod reach;
mod sweep;

pub use sweep::Best;
pub(crate) use sweep::Runs;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::to_float;
use detente_case::MOST_PARTIES;
use detente_game::{Game, Position};

/// The moves of one party in flat arrays, with what each costs the mover itself.
#[derive(Debug, Clone)]
pub struct FlatMoves {
    starts: Vec<u32>,
    targets: Vec<u32>,
    /// One-off cost to the mover times its `1−δ`; empty when moves are free.
    costs: Vec<f64>,
}

impl FlatMoves {
    /// The targets from a position.
    #[must_use]
    pub fn from(&self, position: usize) -> &[u32] {
        &self.targets[self.starts[position] as usize..self.starts[position + 1] as usize]
    }

    /// What the `k`-th move from a position costs its mover.
    #[must_use]
    pub fn cost(&self, position: usize, k: usize) -> f64 {
        self.costs
            .get(self.starts[position] as usize + k)
            .copied()
            .unwrap_or(0.0)
    }

    /// What the move between two positions costs its mover; infinite where costs are told apart and it is no move.
    #[must_use]
    pub fn cost_of(&self, from: usize, to: usize) -> f64 {
        if self.costs.is_empty() {
            return 0.0;
        }
        let place = self.from(from).iter().position(|target| *target as usize == to);
        place.map_or(f64::INFINITY, |k| self.cost(from, k))
    }
}

/// What each party's position adds to the number of a state.
pub type Shares = [u32; MOST_PARTIES];

/// A game in doubles.
#[derive(Debug)]
pub struct Arena<'g> {
    /// The exact game.
    pub game: &'g Game,
    /// Number of parties.
    pub parties: usize,
    /// Number of states.
    pub states: usize,
    /// Positions of each party.
    pub positions: Vec<usize>,
    /// Distance between neighbouring positions of each party in the numbering of states.
    pub strides: Vec<usize>,
    /// The number of states in which nature's levels are the same; they are neighbours.
    pub natures_stride: usize,
    /// The parties, the one with the widest stride first.
    pub widest_first: Vec<usize>,
    /// `base_i(t)`, by party and state.
    pub base: Vec<Vec<f64>>,
    /// `weight_i(t)`, by party and state.
    pub weight: Vec<Vec<f64>>,
    /// What staying in each state for ever is worth, by party and state. With chances, leaving by chance is not staying;
    /// the value then counts the flow of the state itself only, and is not used for claims.
    pub stays: Vec<Vec<f64>>,
    /// The moves of each party, one table for each combination of its needs.
    pub moves: Vec<Vec<FlatMoves>>,
    /// All moves of a party that some table allows.
    pub any_moves: Vec<FlatMoves>,
    /// The most that one joint move can cost a party through the moves of others, times `1−δ`.
    pub most_cost_by_others: Vec<f64>,
    /// The most and the least that its own move can cost a party, times `1−δ`.
    pub own_cost_range: Vec<(f64, f64)>,
    /// The least that a joint move can cost a party through the moves of others (negative if it is paid).
    pub least_cost_by_others: Vec<f64>,
    outcomes: Option<Vec<Vec<(u32, f64)>>>,
}

impl<'g> Arena<'g> {
    /// Lays a game out in doubles.
    #[must_use]
    pub fn new(game: &'g Game) -> Self {
        let parties = game.party_count();
        let states = game.states();
        let ids: Vec<PartyId> = game.parties().collect();
        let classes: Vec<(f64, Vec<f64>)> = game
            .ending_classes()
            .iter()
            .map(|class| {
                (
                    to_float(&class.hazard),
                    class.worth.iter().map(to_float).collect(),
                )
            })
            .collect();
        let strides: Vec<usize> = ids.iter().map(|party| game.stride(*party)).collect();
        let mut widest_first: Vec<usize> = (0..parties).collect();
        widest_first.sort_by_key(|party| std::cmp::Reverse(strides[*party]));
        let mut arena = Self {
            game,
            parties,
            states,
            positions: ids.iter().map(|party| game.positions(*party)).collect(),
            strides,
            natures_stride: game.natures_stride(),
            widest_first,
            base: Vec::new(),
            weight: Vec::new(),
            stays: Vec::new(),
            moves: Vec::new(),
            any_moves: Vec::new(),
            most_cost_by_others: vec![0.0; parties],
            least_cost_by_others: vec![0.0; parties],
            own_cost_range: vec![(0.0, 0.0); parties],
            outcomes: None,
        };
        for party in ids {
            let delta = to_float(game.discount(party));
            let scale = (1.0 - delta) / game.flow_denominator(party) as f64;
            let flows = game.flow_numerators(party);
            let class_of = |state: usize| &classes[game.ending_class_number(StateId::at(state))];
            let base = |state: usize| flows[state] as f64 * scale + delta * class_of(state).1[party.index()];
            let base: Vec<f64> = (0..states).map(base).collect();
            let weight = |state: usize| delta * (1.0 - class_of(state).0);
            let weight: Vec<f64> = (0..states).map(weight).collect();
            let stays = base.iter().zip(&weight);
            arena
                .stays
                .push(stays.map(|(base, weight)| base / (1.0 - weight)).collect());
            arena.base.push(base);
            arena.weight.push(weight);
            arena.add_moves(party, 1.0 - delta);
        }
        if game.has_chances() {
            let outcome = |state| {
                let outcomes = game.outcomes(StateId::at(state)).into_iter();
                outcomes
                    .map(|(state, p)| (state.index() as u32, to_float(&p)))
                    .collect()
            };
            arena.outcomes = Some((0..states).map(outcome).collect());
        }
        arena
    }

    fn add_moves(&mut self, party: PartyId, kappa: f64) {
        let game = self.game;
        let mut tables = Vec::new();
        let mut any: Vec<Vec<u32>> = vec![Vec::new(); game.positions(party)];
        for table in game.tables(party) {
            let mut flat = FlatMoves {
                starts: vec![0],
                targets: Vec::new(),
                costs: Vec::new(),
            };
            for position in 0..game.positions(party) {
                for target in table.from(Position::at(position)) {
                    flat.targets.push(target.index() as u32);
                    if game.has_costs() {
                        flat.costs
                            .push(kappa * self.own_cost(party, position, target.index()));
                    }
                    if !any[position].contains(&(target.index() as u32)) {
                        any[position].push(target.index() as u32);
                    }
                }
                flat.starts.push(flat.targets.len() as u32);
            }
            tables.push(flat);
        }
        let mut flat = FlatMoves {
            starts: vec![0],
            targets: Vec::new(),
            costs: Vec::new(),
        };
        for (position, list) in any.into_iter().enumerate() {
            if game.has_costs() {
                let costs = list
                    .iter()
                    .map(|to| kappa * self.own_cost(party, position, *to as usize));
                flat.costs.extend(costs);
            }
            flat.targets.extend(list);
            flat.starts.push(flat.targets.len() as u32);
        }
        if game.has_costs() {
            self.note_costs(party, kappa, &flat);
        }
        self.moves.push(tables);
        self.any_moves.push(flat);
    }

    fn own_cost(&self, payer: PartyId, from: usize, to: usize) -> f64 {
        to_float(&self.cost_of(payer, payer, from, to))
    }

    /// What one party pays for another's move between two of its positions.
    fn cost_of(&self, payer: PartyId, mover: PartyId, from: usize, to: usize) -> detente_base::number::Exact {
        let game = self.game;
        let at = |position: usize| game.with_position(game.today(), mover, Position::at(position));
        game.cost(payer, at(from), at(to))
    }

    fn note_costs(&mut self, payer: PartyId, kappa: f64, own: &FlatMoves) {
        let game = self.game;
        let own_costs = own.costs.iter().copied();
        self.own_cost_range[payer.index()] = (
            own_costs.clone().fold(0.0, f64::max),
            own_costs.fold(0.0, f64::min),
        );
        for mover in game.parties().filter(|mover| *mover != payer) {
            let (mut most, mut least) = (0.0f64, 0.0f64);
            for table in game.tables(mover) {
                for from in 0..game.positions(mover) {
                    for to in table.from(Position::at(from)) {
                        let cost = kappa * to_float(&self.cost_of(payer, mover, from, to.index()));
                        most = most.max(cost);
                        least = least.min(cost);
                    }
                }
            }
            self.most_cost_by_others[payer.index()] += most;
            self.least_cost_by_others[payer.index()] += least;
        }
    }

    /// `c_i(t)` for every target, given values by state.
    #[must_use]
    pub fn worth_of_moving(&self, party: usize, values: &[f64]) -> Vec<f64> {
        let (base, weight) = (&self.base[party], &self.weight[party]);
        let landed: Vec<f64> = values
            .iter()
            .zip(base)
            .zip(weight)
            .map(|((value, base), weight)| base + weight * value)
            .collect();
        self.average(landed)
    }

    /// From worths by the state that comes about to worths by target: the average over chance outcomes.
    #[must_use]
    pub fn average(&self, landed: Vec<f64>) -> Vec<f64> {
        match &self.outcomes {
            None => landed,
            Some(outcomes) => outcomes
                .iter()
                .map(|list| list.iter().map(|(state, p)| p * landed[*state as usize]).sum())
                .collect(),
        }
    }

    /// For each target, the chance that play gets there and, by party, what the other outcomes are worth when
    /// play goes on with `values`; empty without chances.
    #[must_use]
    pub fn elsewhere_by_chance(&self, values: &[Vec<f64>]) -> Vec<(f64, [f64; MOST_PARTIES])> {
        let Some(outcomes) = &self.outcomes else {
            return Vec::new();
        };
        let one = |(target, list): (usize, &Vec<(u32, f64)>)| {
            let (mut stays, mut elsewhere) = (0.0, [0.0; MOST_PARTIES]);
            for (state, p) in list {
                let state = *state as usize;
                if state == target {
                    stays = *p;
                    continue;
                }
                for party in 0..self.parties {
                    let worth = self.base[party][state] + self.weight[party][state] * values[party][state];
                    elsewhere[party] += p * worth;
                }
            }
            (stays, elsewhere)
        };
        outcomes.iter().enumerate().map(one).collect()
    }

    /// The states that chance can make of a target.
    pub fn outcomes_of(&self, target: usize) -> impl Iterator<Item = usize> {
        let alone = self.outcomes.is_none().then_some(target);
        let several = self.outcomes.as_ref().map(|outcomes| &outcomes[target]);
        let several = several
            .into_iter()
            .flatten()
            .filter(|(_, p)| *p > 0.0)
            .map(|(state, _)| *state as usize);
        alone.into_iter().chain(several)
    }

    /// Whether chance never moves play away from a state in which everybody stays.
    #[must_use]
    pub fn rests(&self, state: usize) -> bool {
        self.outcomes
            .as_ref()
            .is_none_or(|outcomes| outcomes[state].len() == 1)
    }

    /// What a joint move costs a party, its own and others' moves together, times `1−δ`.
    #[must_use]
    pub fn cost_of_policy(&self, party: usize, state: usize, target: u32) -> f64 {
        if !self.game.has_costs() {
            return 0.0;
        }
        let id = PartyId::at(party);
        let game = self.game;
        let kappa = 1.0 - to_float(game.discount(id));
        kappa * to_float(&game.cost(id, StateId::at(state), StateId::at(target as usize)))
    }

    /// What the others' moves cost a party in a joint move, times `1−δ`: the same whether it departs or not.
    #[must_use]
    pub fn cost_by_others(&self, party: usize, state: usize, target: usize) -> f64 {
        if !self.game.has_costs() {
            return 0.0;
        }
        let at_home = self.own_from(state, target, party);
        self.cost_of_policy(party, state, at_home as u32)
    }

    /// Which table of moves applies to a party in a state.
    #[must_use]
    pub fn table_at(&self, state: usize, party: usize) -> usize {
        if self.moves[party].len() == 1 {
            return 0;
        }
        self.game.table_number(StateId::at(state), PartyId::at(party))
    }

    /// The state in which one party has not moved yet and all others have reached their targets.
    #[must_use]
    pub fn own_from(&self, state: usize, target: usize, party: usize) -> usize {
        let stride = self.strides[party];
        target + self.position(state, party) * stride - self.position(target, party) * stride
    }

    /// Calls back for every joint move from a state, with what each party's own move costs it.
    pub fn for_each_joint_move(&self, state: usize, call: &mut impl FnMut(usize, &[f64])) {
        let mut own_costs = vec![0.0; self.parties];
        self.joint_moves_from(state, state, 0, &mut own_costs, call);
    }

    fn joint_moves_from(
        &self,
        state: usize,
        target: usize,
        party: usize,
        own_costs: &mut Vec<f64>,
        call: &mut impl FnMut(usize, &[f64]),
    ) {
        if party == self.parties {
            call(target, own_costs);
            return;
        }
        let from = self.position(state, party);
        let moves = &self.moves[party][self.table_at(state, party)];
        for (k, to) in moves.from(from).iter().enumerate() {
            own_costs[party] = moves.cost(from, k);
            let moved = target + *to as usize * self.strides[party] - from * self.strides[party];
            self.joint_moves_from(state, moved, party + 1, own_costs, call);
        }
    }

    /// Whether every party's part of a joint move is among the moves that apply to it in the state.
    #[must_use]
    pub fn can_move(&self, state: usize, target: usize) -> bool {
        (0..self.parties).all(|party| {
            let moves = &self.moves[party];
            // A lone table was what the move was found in.
            if moves.len() == 1 {
                return true;
            }
            let (from, to) = (self.position(state, party), self.position(target, party));
            moves[self.table_at(state, party)]
                .from(from)
                .contains(&(to as u32))
        })
    }

    /// The position of a party in a state.
    #[must_use]
    pub fn position(&self, state: usize, party: usize) -> usize {
        // States have numbers of 32 bits, and these divide sooner.
        (state as u32 / self.strides[party] as u32 % self.positions[party] as u32) as usize
    }

    /// What each party's position adds to the number of a state; nature's part is left out.
    #[must_use]
    pub fn shares(&self, state: usize) -> Shares {
        let (mut shares, mut rest) = ([0; MOST_PARTIES], state as u32 % self.natures_stride as u32);
        for party in self.widest_first.iter().copied() {
            let of_narrower = rest % self.strides[party] as u32;
            (shares[party], rest) = (rest - of_narrower, of_narrower);
        }
        shares
    }

    /// How many joint moves there are from a state.
    #[must_use]
    pub fn joint_moves_of(&self, state: usize) -> u64 {
        let moves = |party: usize| {
            let table = &self.moves[party][self.table_at(state, party)];
            table.from(self.position(state, party)).len() as u64
        };
        (0..self.parties).map(moves).fold(1, u64::saturating_mul)
    }

    /// How many joint moves there are in all, over all states.
    #[must_use]
    pub fn joint_moves(&self) -> u64 {
        let game = self.game;
        let one = game.parties().all(|party| game.tables(party).len() == 1);
        if one {
            let moves = |party: usize| self.moves[party][0].targets.len() as u64;
            let natures = game.natures_positions() as u64;
            return (0..self.parties).map(moves).fold(natures, u64::saturating_mul);
        }
        let at = |state| {
            let count = |party| game.own_moves(state, party).len() as u64;
            game.parties().map(count).fold(1u64, u64::saturating_mul)
        };
        game.state_ids().map(at).fold(0u64, u64::saturating_add)
    }
}
