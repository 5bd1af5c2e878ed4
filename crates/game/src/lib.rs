//! The game that a case describes.
//!
//! All parties move at once each period. The next state is everybody's targets, then chances. The payoff of a
//! period is the flow of the next state less one-off costs. Value of party i:
//! `v = (1−δ_i)·(u_i(next) − cost) + δ_i·[(1−h)·E v(next) + h·e_i]`, h the chance of an ending (design, section 3).
//!
//! A party controls a *position*: one level for each of its own issues. What no party controls is nature's: only chances
//! move it. A state is one position per party and nature's levels, so
//! joint moves are never listed: each party has its own moves from its own position, and a target is their
//! combination. Flows are kept as whole numbers over one denominator per party, which is exact and compact.

mod build;
mod moves;
pub mod table;
mod truth;

pub use build::{GameError, MOST_MOVES};
pub use moves::MoveTable;

use dashu::integer::UBig;

use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_base::number::Exact;

/// A party's own position: one level for each issue it controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u32);

impl Position {
    /// The position with this number among the party's positions.
    ///
    /// # Panics
    /// When the number does not fit 32 bits; games are far smaller.
    #[must_use]
    #[inline]
    pub fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("a game has fewer positions"))
    }

    /// Its number among the party's positions.
    #[must_use]
    #[inline]
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// One issue inside its party's position, or nature's: which levels can occur, and how they are numbered.
#[derive(Debug, Clone, Copy)]
struct Digit {
    party: Option<PartyId>,
    lowest: Level,
    count: usize,
    stride: usize,
}

/// What one party controls.
#[derive(Debug, Clone)]
struct Block {
    positions: usize,
    stride: usize,
    /// One table of moves for each combination of the party's needs that holds somewhere.
    tables: Vec<MoveTable>,
    /// Which table applies in each state; empty when there is only one.
    table_of_state: Vec<u8>,
}

/// The endings that can happen in a state, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingClass {
    /// The chance per period that the game ends.
    pub hazard: Exact,
    /// For each party, the sum over endings of chance times worth for ever after.
    pub worth: Vec<Exact>,
}

/// A one-off cost rule, resolved.
#[derive(Debug, Clone)]
struct CostRule {
    payer: PartyId,
    issue: IssueId,
    to: Option<Level>,
    up: bool,
    down: bool,
    cost: Exact,
}

/// A random change of one issue, resolved: where it can happen, to which level, with which chance.
#[derive(Debug, Clone)]
struct ChanceRule {
    where_possible: Vec<bool>,
    issue: IssueId,
    to: Level,
    chance: Exact,
}

/// A game built from a case.
#[derive(Debug, Clone)]
pub struct Game {
    discounts: Vec<Exact>,
    digits: Vec<Digit>,
    blocks: Vec<Block>,
    states: usize,
    today: StateId,
    flows: Vec<Vec<i128>>,
    denominators: Vec<i128>,
    ending_classes: Vec<EndingClass>,
    class_of_state: Vec<u16>,
    costs: Vec<CostRule>,
    chances: Vec<ChanceRule>,
}

impl Game {
    /// All parties.
    pub fn parties(&self) -> impl DoubleEndedIterator<Item = PartyId> + Clone + use<> {
        PartyId::first(self.blocks.len())
    }

    /// How many parties there are.
    #[must_use]
    pub fn party_count(&self) -> usize {
        self.blocks.len()
    }

    /// How many states there are. Levels that neither rules of movement nor chances can reach from today are left out.
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// All states.
    pub fn state_ids(&self) -> impl DoubleEndedIterator<Item = StateId> + Clone + use<> {
        StateId::first(self.states)
    }

    /// The starting state.
    #[must_use]
    #[inline]
    pub fn today(&self) -> StateId {
        self.today
    }

    /// A party's discount factor.
    #[must_use]
    pub fn discount(&self, party: PartyId) -> &Exact {
        &self.discounts[party.index()]
    }

    /// The level of an issue in a state.
    #[must_use]
    pub fn level(&self, state: StateId, issue: IssueId) -> Level {
        let digit = &self.digits[issue.index()];
        Level::at(digit.lowest.index() + state.index() / digit.stride % digit.count)
    }

    /// The state with these levels, one per issue; `None` if a level cannot occur.
    #[must_use]
    pub fn state_with(&self, level: impl Fn(IssueId) -> Level) -> Option<StateId> {
        let mut index = 0;
        for (issue, digit) in self.digits.iter().enumerate() {
            let offset = level(IssueId::at(issue))
                .index()
                .checked_sub(digit.lowest.index())?;
            if offset >= digit.count {
                return None;
            }
            index += offset * digit.stride;
        }
        Some(StateId::at(index))
    }

    /// The issues whose levels differ between two states, with both levels.
    pub fn changes(&self, from: StateId, to: StateId) -> impl Iterator<Item = (IssueId, Level, Level)> {
        IssueId::first(self.digits.len())
            .map(move |issue| (issue, self.level(from, issue), self.level(to, issue)))
            .filter(|(_, before, after)| before != after)
    }

    /// How many combinations of the levels that nature has there are: 1 where nature has no issue.
    #[must_use]
    pub fn natures_positions(&self) -> usize {
        self.states / self.natures_stride()
    }

    /// How far apart in the numbering of states two neighbouring combinations of nature's levels are: the number of
    /// states in each.
    #[must_use]
    pub fn natures_stride(&self) -> usize {
        self.blocks.iter().map(|block| block.positions).product()
    }

    /// Who controls an issue; `None` for nature.
    #[must_use]
    pub fn owner(&self, issue: IssueId) -> Option<PartyId> {
        self.digits[issue.index()].party
    }

    /// The issues a party controls.
    pub fn issues_of(&self, party: PartyId) -> impl Iterator<Item = IssueId> {
        IssueId::first(self.digits.len()).filter(move |issue| self.owner(*issue) == Some(party))
    }

    /// How many positions a party has.
    #[must_use]
    pub fn positions(&self, party: PartyId) -> usize {
        self.blocks[party.index()].positions
    }

    /// How far apart in the numbering of states two neighbouring positions of a party are.
    #[must_use]
    #[inline]
    pub fn stride(&self, party: PartyId) -> usize {
        self.blocks[party.index()].stride
    }

    /// A party's position in a state.
    #[must_use]
    #[inline]
    pub fn position(&self, state: StateId, party: PartyId) -> Position {
        let block = &self.blocks[party.index()];
        // States have numbers of 32 bits, and these divide sooner.
        Position(state.index() as u32 / block.stride as u32 % block.positions as u32)
    }

    /// The state that differs only in one party's position.
    #[must_use]
    #[inline]
    pub fn with_position(&self, state: StateId, party: PartyId, position: Position) -> StateId {
        let block = &self.blocks[party.index()];
        let now = self.position(state, party).index();
        StateId::at(state.index() - now * block.stride + position.index() * block.stride)
    }

    /// The positions a party can move to from a state, its present one first.
    #[must_use]
    #[inline]
    pub fn own_moves(&self, state: StateId, party: PartyId) -> &[Position] {
        self.table(state, party).from(self.position(state, party))
    }

    /// The moves of a party that apply in a state.
    #[must_use]
    #[inline]
    pub fn table(&self, state: StateId, party: PartyId) -> &MoveTable {
        let block = &self.blocks[party.index()];
        &block.tables[self.table_number(state, party)]
    }

    /// Which of the party's tables applies in a state: a number below [`Game::tables`]'s length.
    #[must_use]
    #[inline]
    pub fn table_number(&self, state: StateId, party: PartyId) -> usize {
        let block = &self.blocks[party.index()];
        block
            .table_of_state
            .get(state.index())
            .map_or(0, |number| usize::from(*number))
    }

    /// All tables of a party: one for each combination of its needs that holds in some state.
    #[must_use]
    pub fn tables(&self, party: PartyId) -> &[MoveTable] {
        &self.blocks[party.index()].tables
    }

    /// Whether every party can make its part of the joint move from one state to another, nature's levels unchanged.
    #[must_use]
    pub fn can_move(&self, from: StateId, to: StateId) -> bool {
        let nature = |state: StateId| state.index() / self.natures_stride();
        nature(from) == nature(to)
            && self
                .parties()
                .all(|party| self.own_moves(from, party).contains(&self.position(to, party)))
    }

    /// What a party gets a period in a state.
    #[must_use]
    pub fn flow(&self, party: PartyId, state: StateId) -> Exact {
        Exact::from_parts(
            self.flows[party.index()][state.index()].into(),
            self.denominators[party.index()].unsigned_abs().into(),
        )
    }

    /// A party's flows in all states, as whole numbers over [`Game::flow_denominator`]; below [`detente_base::number::LARGEST_FLOW`] in size.
    #[must_use]
    #[inline]
    pub fn flow_numerators(&self, party: PartyId) -> &[i128] {
        &self.flows[party.index()]
    }

    /// The common denominator of a party's flows.
    #[must_use]
    pub fn flow_denominator(&self, party: PartyId) -> i128 {
        self.denominators[party.index()]
    }

    /// The endings that can happen after moving to a state.
    #[must_use]
    pub fn endings(&self, state: StateId) -> &EndingClass {
        &self.ending_classes[usize::from(self.class_of_state[state.index()])]
    }

    /// All combinations of endings that occur.
    #[must_use]
    pub fn ending_classes(&self) -> &[EndingClass] {
        &self.ending_classes
    }

    /// Which of [`Game::ending_classes`] applies in a state.
    #[must_use]
    #[inline]
    pub fn ending_class_number(&self, state: StateId) -> usize {
        usize::from(self.class_of_state[state.index()])
    }

    /// Whether any move has a one-off cost.
    #[must_use]
    #[inline]
    pub fn has_costs(&self) -> bool {
        !self.costs.is_empty()
    }

    /// What a party pays once for the joint move from one state to another.
    #[must_use]
    pub fn cost(&self, payer: PartyId, from: StateId, to: StateId) -> Exact {
        let mut sum = Exact::ZERO;
        for rule in self.costs.iter().filter(|rule| rule.payer == payer) {
            let (before, after) = (self.level(from, rule.issue), self.level(to, rule.issue));
            let goes = (after > before && rule.up) || (after < before && rule.down);
            if goes && rule.to.is_none_or(|to| to == after) {
                sum += rule.cost.clone();
            }
        }
        sum
    }

    /// The least and the most that all cost rules of a party together can charge it for one joint move:
    /// no [`Game::cost`] lies outside, though it may never come near.
    #[must_use]
    pub fn cost_range(&self, payer: PartyId) -> (Exact, Exact) {
        let (mut least, mut most) = (Exact::ZERO, Exact::ZERO);
        for rule in self.costs.iter().filter(|rule| rule.payer == payer) {
            if rule.cost < Exact::ZERO {
                least += rule.cost.clone();
            } else {
                most += rule.cost.clone();
            }
        }
        (least, most)
    }

    /// The product of the denominators of a party's cost rules: every [`Game::cost`] of it is whole over this.
    #[must_use]
    pub fn cost_denominator(&self, payer: PartyId) -> UBig {
        let rules = self.costs.iter().filter(|rule| rule.payer == payer);
        let mut known: Vec<&UBig> = rules.map(|rule| rule.cost.denominator()).collect();
        known.sort();
        known.dedup();
        known.into_iter().fold(UBig::ONE, |product, next| product * next)
    }

    /// Whether levels change at random.
    #[must_use]
    #[inline]
    pub fn has_chances(&self) -> bool {
        !self.chances.is_empty()
    }

    /// The states that may follow once everybody has moved to `target`, with their probabilities: `target` alone
    /// unless the case has chances. Chances are drawn independently; a later one acts on what an earlier one left.
    #[must_use]
    pub fn outcomes(&self, target: StateId) -> Vec<(StateId, Exact)> {
        let mut outcomes = vec![(target, Exact::ONE)];
        for rule in &self.chances {
            if !rule.where_possible[target.index()] || rule.chance == Exact::ZERO {
                continue;
            }
            let mut next: Vec<(StateId, Exact)> = Vec::with_capacity(2 * outcomes.len());
            for (state, probability) in outcomes {
                let moved = self.with_level(state, rule.issue, rule.to).unwrap_or(state);
                let stays = probability.clone() * (Exact::ONE - rule.chance.clone());
                add(&mut next, state, stays);
                add(&mut next, moved, probability * rule.chance.clone());
            }
            outcomes = next;
        }
        outcomes
    }

    fn with_level(&self, state: StateId, issue: IssueId, level: Level) -> Option<StateId> {
        let digit = &self.digits[issue.index()];
        let offset = level
            .index()
            .checked_sub(digit.lowest.index())
            .filter(|offset| *offset < digit.count)?;
        let now = state.index() / digit.stride % digit.count;
        Some(StateId::at(
            state.index() - now * digit.stride + offset * digit.stride,
        ))
    }
}

fn add(outcomes: &mut Vec<(StateId, Exact)>, state: StateId, probability: Exact) {
    if probability == Exact::ZERO {
        return;
    }
    match outcomes.iter_mut().find(|(known, _)| *known == state) {
        Some((_, sum)) => *sum += probability,
        None => outcomes.push((state, probability)),
    }
}
