//! The checker's own reading of a case: states, moves, chances, endings and payoffs, straight from the text.
//!
//! The search has a reading of its own (`detente_game`), and no line of it is used here, so that a fault in one is
//! refused by the other. What is shared are numbers, ids and the format:
//! - All parties move at once. A party goes from its own levels to others: each issue that it changes by at most `up` or
//!   `down` levels, not below `remains` once there, to a level whose `needs` hold *before* the move, and at most `pace`
//!   issues at once. Then chances act, in the order of the file: each happens with its probability if its condition holds
//!   in the state that the parties made, and sets its level whatever `moves` and `needs` say. A period pays the flow of
//!   the state that comes about, less costs of the parties' moves; then the game may end there.
//! - States are numbered as proofs number them: the parties from most positions to fewest, ties in the order of the file;
//!   the issues of each in the order of the file, the first varying fastest; nature's last. The levels of an issue that
//!   count are those from the lowest to the highest that moves, and chances, can bring about, `needs` set aside.

mod build;
mod condition;
mod fields;
mod written;

use std::collections::BTreeMap;

use dashu::integer::UBig;
use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_base::number::Exact;
use detente_case::World;
use toml::de::DeTable;

pub(crate) use condition::Condition;
use written::{Chance, Cost};

/// A party, as the game needs it.
#[derive(Debug, Clone)]
struct Party {
    id: String,
    discount: Exact,
    pace: Option<usize>,
    /// The type that the world takes it to be.
    of_type: Option<String>,
    /// All its types, with their priors.
    types: Vec<(String, Exact)>,
}

/// How many levels per period an issue moves.
#[derive(Debug, Clone, Copy)]
struct Moves {
    up: usize,
    down: usize,
}

/// An issue, as the game needs it.
#[derive(Debug, Clone)]
pub(crate) struct Issue {
    id: String,
    /// `None` for nature.
    owner: Option<usize>,
    levels: Vec<String>,
    today: u8,
    moves: Moves,
    remains: Option<u8>,
    /// By level.
    needs: Vec<Option<Condition>>,
    /// Periods until a breach can be seen.
    pub(crate) lag: usize,
    /// Periods for which a snapback leaves it.
    pub(crate) restored: usize,
    /// Chance that a breach is seen.
    pub(crate) noticed: Exact,
    /// Chance of an alarm without one.
    pub(crate) false_alarm: Exact,
    /// Chance that a snapback does not bring it back.
    pub(crate) persists: Exact,
}

impl Issue {
    /// Its short name in the file.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Whether its owner can take it downwards and upwards at all.
    pub(crate) fn ways(&self) -> (bool, bool) {
        (self.moves.down > 0, self.moves.up > 0)
    }

    /// The place of a level.
    pub(crate) fn level_named(&self, name: &str) -> Option<u8> {
        let place = self.levels.iter().position(|level| level == name);
        place.map(|place| place as u8)
    }

    /// Whether its owner can take it from one level to another in one period, `needs` set aside.
    fn moves(&self, from: usize, to: usize) -> bool {
        if to >= from {
            return to - from <= self.moves.up;
        }
        let floor = self.remains.map(usize::from).filter(|floor| from >= *floor);
        from - to <= self.moves.down && floor.is_none_or(|floor| to >= floor)
    }
}

/// A party's own position: a level for each issue that it controls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u32);

impl Position {
    pub(crate) fn at(index: usize) -> Self {
        Self(u32::try_from(index).expect("fewer positions than states"))
    }

    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Which levels of an issue count, and how they enter the number of a state.
#[derive(Debug, Clone, Copy)]
struct Place {
    lowest: u8,
    count: usize,
    stride: usize,
}

/// From each position of a party, the positions to which it can move.
#[derive(Debug, Clone)]
pub(crate) struct MoveTable {
    starts: Vec<u32>,
    targets: Vec<Position>,
}

impl MoveTable {
    pub(crate) fn from(&self, position: Position) -> &[Position] {
        let at = position.index();
        &self.targets[self.starts[at] as usize..self.starts[at + 1] as usize]
    }
}

/// What a party can do: one table of moves for each combination of those `needs` that hang on others' issues.
#[derive(Debug, Clone)]
struct Block {
    positions: usize,
    stride: usize,
    tables: Vec<MoveTable>,
    /// Which table applies in each state; empty where there is one.
    table_of_state: Vec<u16>,
}

/// The endings that may happen in a state, taken together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndingClass {
    /// The chance per period that the game ends.
    pub hazard: Exact,
    /// For each party, the sum over endings of chance times what it gets per period ever after.
    pub worth: Vec<Exact>,
}

/// The game of a case in a world, as the checker reads it.
#[derive(Clone)]
pub struct Reading {
    parties: Vec<Party>,
    issues: Vec<Issue>,
    places: Vec<Place>,
    blocks: Vec<Block>,
    states: usize,
    natures_stride: usize,
    today: StateId,
    /// By party and state, over the party's denominator.
    flows: Vec<Vec<i128>>,
    denominators: Vec<i128>,
    classes: Vec<EndingClass>,
    class_of_state: Vec<u16>,
    costs: Vec<Cost>,
    /// Each chance with the states after which it may happen.
    chances: Vec<(Chance, Vec<bool>)>,
}

impl std::fmt::Debug for Reading {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a game of {} states", self.states)
    }
}

impl Reading {
    /// Reads the game of a case file in a world.
    ///
    /// # Errors
    /// A sentence that says what in the text is not understood, or what is too large.
    pub fn of(text: &str, world: &World) -> Result<Self, String> {
        let table = DeTable::parse(text).map_err(|error| error.to_string())?;
        let written = written::Reader::of(table.get_ref())?.read(world)?;
        build::build(written)
    }

    /// The issues, in the order of the file.
    pub(crate) fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// Who controls an issue; `None` for nature.
    pub(crate) fn owner(&self, issue: usize) -> Option<usize> {
        self.issues[issue].owner
    }

    /// The levels of today.
    pub(crate) fn todays_levels(&self) -> Vec<u8> {
        self.issues.iter().map(|issue| issue.today).collect()
    }

    /// The short name of a party.
    pub(crate) fn party_id(&self, party: usize) -> &str {
        &self.parties[party].id
    }

    /// All types of a party, with their priors.
    pub(crate) fn types_of(&self, party: usize) -> &[(String, Exact)] {
        &self.parties[party].types
    }

    /// The levels of all issues in a state.
    pub(crate) fn all_levels(&self, state: StateId) -> Vec<u8> {
        self.levels(state)
    }

    /// The state in which one issue has another level.
    pub(crate) fn with_level(&self, state: StateId, issue: usize, level: u8) -> StateId {
        let place = &self.places[issue];
        let now = state.index() / place.stride % place.count;
        let then = usize::from(level - place.lowest);
        StateId::at(state.index() - now * place.stride + then * place.stride)
    }

    /// All parties.
    pub fn parties(&self) -> impl DoubleEndedIterator<Item = PartyId> + Clone + use<> {
        PartyId::first(self.blocks.len())
    }

    /// How many parties there are.
    #[must_use]
    pub fn party_count(&self) -> usize {
        self.blocks.len()
    }

    /// How many states there are.
    #[must_use]
    pub fn states(&self) -> usize {
        self.states
    }

    /// All states.
    pub fn state_ids(&self) -> impl DoubleEndedIterator<Item = StateId> + Clone + use<> {
        StateId::first(self.states)
    }

    /// Today's state.
    #[must_use]
    pub fn today(&self) -> StateId {
        self.today
    }

    /// A party's discount factor.
    #[must_use]
    pub fn discount(&self, party: PartyId) -> &Exact {
        &self.parties[party.index()].discount
    }

    /// The level of an issue in a state.
    #[must_use]
    pub fn level(&self, state: StateId, issue: IssueId) -> Level {
        Level::at(self.levels_at(state)(issue.index()))
    }

    fn levels_at(&self, state: StateId) -> impl Fn(usize) -> usize {
        move |issue| {
            let place = &self.places[issue];
            usize::from(place.lowest) + state.index() / place.stride % place.count
        }
    }

    /// The levels of all issues in a state.
    fn levels(&self, state: StateId) -> Vec<u8> {
        let level = self.levels_at(state);
        (0..self.issues.len()).map(|issue| level(issue) as u8).collect()
    }

    /// The issues whose levels differ between two states, with both levels.
    pub fn changes(&self, from: StateId, to: StateId) -> impl Iterator<Item = (IssueId, Level, Level)> {
        IssueId::first(self.issues.len())
            .map(move |issue| (issue, self.level(from, issue), self.level(to, issue)))
            .filter(|(_, before, after)| before != after)
    }

    /// Reads a condition about the issues of this game.
    pub(crate) fn condition(&self, text: &str) -> Result<Condition, String> {
        Condition::read(text, &self.issues)
    }

    /// Whether a condition holds in a state.
    pub(crate) fn holds(&self, condition: &Condition, state: StateId) -> bool {
        condition.holds(&self.levels(state))
    }

    /// How many neighbouring states have the same levels of nature's issues.
    pub(crate) fn natures_stride(&self) -> usize {
        self.natures_stride
    }

    /// How many positions a party has.
    #[must_use]
    pub fn positions(&self, party: PartyId) -> usize {
        self.blocks[party.index()].positions
    }

    /// How far apart in the numbering of states two neighbouring positions of a party are.
    pub(crate) fn stride(&self, party: PartyId) -> usize {
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
        let stride = self.stride(party);
        let without = state.index() - self.position(state, party).index() * stride;
        StateId::at(without + position.index() * stride)
    }

    /// The positions to which a party can move from a state, its own among them.
    #[must_use]
    #[inline]
    pub fn own_moves(&self, state: StateId, party: PartyId) -> &[Position] {
        let table = &self.blocks[party.index()].tables[self.table_number(state, party)];
        table.from(self.position(state, party))
    }

    /// Which of a party's tables of moves applies in a state.
    #[inline]
    pub(crate) fn table_number(&self, state: StateId, party: PartyId) -> usize {
        let tables = &self.blocks[party.index()].table_of_state;
        tables.get(state.index()).map_or(0, |number| usize::from(*number))
    }

    /// All tables of moves of a party.
    pub(crate) fn tables(&self, party: PartyId) -> &[MoveTable] {
        &self.blocks[party.index()].tables
    }

    /// Whether the parties can move from one state to another.
    #[must_use]
    pub fn can_move(&self, from: StateId, to: StateId) -> bool {
        from.index() / self.natures_stride == to.index() / self.natures_stride
            && self
                .parties()
                .all(|party| self.own_moves(from, party).contains(&self.position(to, party)))
    }

    /// What a party gets per period in a state.
    #[must_use]
    pub fn flow(&self, party: PartyId, state: StateId) -> Exact {
        let numerator = self.flows[party.index()][state.index()];
        Exact::from(numerator) / Exact::from(self.denominators[party.index()])
    }

    /// A party's flows by state, over [`Self::flow_denominator`].
    pub(crate) fn flow_numerators(&self, party: PartyId) -> &[i128] {
        &self.flows[party.index()]
    }

    /// The least common denominator of the numbers that a party's flows are sums of.
    #[must_use]
    pub fn flow_denominator(&self, party: PartyId) -> i128 {
        self.denominators[party.index()]
    }

    /// The endings that may happen in a state.
    #[must_use]
    pub fn endings(&self, state: StateId) -> &EndingClass {
        &self.classes[self.ending_class_number(state)]
    }

    /// All combinations of endings that occur.
    pub(crate) fn ending_classes(&self) -> &[EndingClass] {
        &self.classes
    }

    /// Which of them applies in a state.
    #[inline]
    pub(crate) fn ending_class_number(&self, state: StateId) -> usize {
        usize::from(self.class_of_state[state.index()])
    }

    /// Whether any move has a cost.
    pub(crate) fn has_costs(&self) -> bool {
        !self.costs.is_empty()
    }

    /// What a party pays for the joint move from one state to another.
    #[must_use]
    pub fn cost(&self, payer: PartyId, from: StateId, to: StateId) -> Exact {
        let (before, after) = (self.levels_at(from), self.levels_at(to));
        let own = self.costs.iter().filter(|cost| cost.payer == payer.index());
        let due = own.filter(|cost| {
            let (before, after) = (before(cost.issue), after(cost.issue));
            let goes = match before.cmp(&after) {
                std::cmp::Ordering::Less => cost.up,
                std::cmp::Ordering::Greater => cost.down,
                std::cmp::Ordering::Equal => false,
            };
            goes && cost.to.is_none_or(|to| usize::from(to) == after)
        });
        due.fold(Exact::ZERO, |sum, cost| sum + &cost.cost)
    }

    /// The sum of what a party may be paid for moves, and of what it may pay.
    pub(crate) fn cost_range(&self, payer: PartyId) -> (Exact, Exact) {
        let own = self.costs.iter().filter(|cost| cost.payer == payer.index());
        let (paid, pays): (Vec<_>, Vec<_>) =
            own.map(|cost| &cost.cost).partition(|cost| **cost < Exact::ZERO);
        let sum = |costs: Vec<&Exact>| costs.into_iter().fold(Exact::ZERO, |sum, cost| sum + cost);
        (sum(paid), sum(pays))
    }

    /// A denominator of every [`Self::cost`] of a party.
    pub(crate) fn cost_denominator(&self, payer: PartyId) -> UBig {
        let own = self.costs.iter().filter(|cost| cost.payer == payer.index());
        own.fold(UBig::ONE, |common, cost| {
            crate::whole_numbers::least_multiple(&common, cost.cost.denominator())
        })
    }

    /// Whether levels change by chance.
    #[must_use]
    pub fn has_chances(&self) -> bool {
        !self.chances.is_empty()
    }

    /// The states that may come about once the parties have made `target`, with their probabilities.
    #[must_use]
    pub fn outcomes(&self, target: StateId) -> Vec<(StateId, Exact)> {
        let mut outcomes = BTreeMap::from([(target, Exact::ONE)]);
        for (chance, possible) in &self.chances {
            if !possible[target.index()] || chance.chance == Exact::ZERO {
                continue;
            }
            let place = &self.places[chance.issue];
            let offset = usize::from(chance.to - place.lowest);
            let mut after: BTreeMap<StateId, Exact> = BTreeMap::new();
            for (state, probability) in outcomes {
                let now = state.index() / place.stride % place.count;
                let changed = StateId::at(state.index() - now * place.stride + offset * place.stride);
                let happens = &probability * &chance.chance;
                *after.entry(state).or_insert(Exact::ZERO) += &probability - &happens;
                *after.entry(changed).or_insert(Exact::ZERO) += happens;
            }
            after.retain(|_, probability| *probability != Exact::ZERO);
            outcomes = after;
        }
        outcomes.into_iter().collect()
    }
}
