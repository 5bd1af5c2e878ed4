//! From a checked case, in one world, to its [`Game`].

use dashu::integer::{IBig, UBig};

use super::truth::combinations;
use super::{Block, ChanceRule, CostRule, Digit, EndingClass, Game, MoveTable, Position};
use detente_base::ids::{IssueId, Level, PartyId, StateId, TypeId};
use detente_base::number::Exact;
use detente_base::number::LARGEST_FLOW;
use detente_case::condition::Condition;
use detente_case::{Basis, Case, Direction, Issue, World};

/// The most own moves that one party may have over all its positions.
pub const MOST_MOVES: usize = 50_000_000;

/// Why a checked case cannot be made into a game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GameError {
    /// A party's worths need a denominator or size beyond [`LARGEST_FLOW`]; holds the party's name.
    TooFine(String),
    /// A party has more than [`MOST_MOVES`] own moves; holds the party's name.
    TooManyMoves(String),
    /// The chances of endings add to more than 1 in some state.
    EndingsTooLikely,
    /// A world that the case does not allow.
    World(String),
}

impl std::fmt::Display for GameError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooFine(party) => write!(
                f,
                "the worths of {party} have so many digits that their common denominator exceeds 2^100; round them"
            ),
            Self::TooManyMoves(party) => {
                write!(
                    f,
                    "{party} has more than {MOST_MOVES} own moves; give it a `pace` or fewer issues"
                )
            }
            Self::EndingsTooLikely => write!(f, "the chances of endings add to more than 1 in some state"),
            Self::World(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for GameError {}

impl Game {
    /// Builds the game of a case in a world.
    ///
    /// # Errors
    /// A [`GameError`] when the world does not fit the case or the numbers or moves exceed the stated limits.
    pub fn of_case(case: &Case, world: &World) -> Result<Self, GameError> {
        let case = case.in_world(world).map_err(|error| GameError::World(error.0))?;
        let types: Vec<Option<TypeId>> = case
            .party_ids()
            .map(|party| world.type_of(&case, party))
            .collect();
        let (digits, sizes, strides) = number_states(&case);
        let states = digits.iter().map(|digit| digit.count).product();
        let mut game = Self {
            discounts: case
                .party_ids()
                .map(|party| discount(&case, party, types[party.index()]))
                .collect(),
            digits,
            blocks: Vec::new(),
            states,
            today: StateId::at(0),
            flows: Vec::new(),
            denominators: Vec::new(),
            ending_classes: Vec::new(),
            class_of_state: Vec::new(),
            costs: costs(&case),
            chances: Vec::new(),
        };
        game.today = game
            .state_with(|issue| case.issue(issue).today)
            .ok_or_else(|| GameError::World("today's levels cannot occur".into()))?;
        for party in case.party_ids() {
            let block = game.block(&case, party, sizes[party.index()], strides[party.index()])?;
            game.blocks.push(block);
        }
        for party in case.party_ids() {
            game.add_flows(&case, party, types[party.index()])?;
        }
        game.add_endings(&case)?;
        game.chances = case
            .chances
            .iter()
            .map(|chance| ChanceRule {
                where_possible: game.truth(&chance.when.condition),
                issue: chance.issue,
                to: chance.to,
                chance: case.value(chance.chance).clone(),
            })
            .collect();
        Ok(game)
    }

    fn block(
        &self,
        case: &Case,
        party: PartyId,
        positions: usize,
        stride: usize,
    ) -> Result<Block, GameError> {
        let own: Vec<IssueId> = case
            .issue_ids()
            .filter(|issue| case.issue(*issue).party == Some(party))
            .collect();
        // A combination of met needs decides which moves there are; only those that occur get a table.
        let needs: Vec<(IssueId, Level, &Condition)> = own
            .iter()
            .flat_map(|issue| {
                let needs = case.issue(*issue).needs.iter().enumerate();
                needs.filter_map(|(level, need)| Some((*issue, Level::at(level), &need.as_ref()?.condition)))
            })
            .collect();
        let met: Vec<Vec<bool>> = needs.iter().map(|(.., need)| self.truth(need)).collect();
        let (pattern_of_state, first) = combinations(self.states, &met);
        let mut table_of_state = Vec::new();
        if !needs.is_empty() {
            let number = |number: u32| u8::try_from(number).ok();
            let numbers: Option<Vec<u8>> = pattern_of_state.into_iter().map(number).collect();
            table_of_state =
                numbers.ok_or_else(|| GameError::TooManyMoves(case.party(party).name.clone()))?;
        }
        let pace = case.party(party).pace.map_or(usize::MAX, |pace| pace as usize);
        let mut tables = Vec::new();
        for state in first {
            let unmet: Vec<(IssueId, Level)> = needs
                .iter()
                .zip(&met)
                .filter(|(_, met)| !met[state])
                .map(|((issue, level, _), _)| (*issue, *level))
                .collect();
            tables.push(self.table_of(case, party, &own, positions, stride, pace, &unmet)?);
        }
        let others_matter = needs
            .iter()
            .flat_map(|(.., need)| need.issues())
            .any(|issue| !own.contains(&issue));
        if tables.len() > 1 && !others_matter {
            // Which table applies hangs on the party's own position alone, so one table says it all.
            let moves = |position: usize| {
                let table = &tables[usize::from(table_of_state[position * stride])];
                table.from(Position::at(position)).to_vec()
            };
            tables = vec![MoveTable::collect((0..positions).map(moves))];
            table_of_state = Vec::new();
        }
        Ok(Block {
            positions,
            stride,
            tables,
            table_of_state,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "one call, from `block` above")]
    fn table_of(
        &self,
        case: &Case,
        party: PartyId,
        own: &[IssueId],
        positions: usize,
        stride: usize,
        pace: usize,
        unmet: &[(IssueId, Level)],
    ) -> Result<MoveTable, GameError> {
        let mut lists = Vec::with_capacity(positions);
        let mut total = 0usize;
        for from in 0..positions {
            let mut list = vec![(0usize, Position::at(from))];
            for issue in own {
                let digit = &self.digits[issue.index()];
                let inner = digit.stride / stride;
                let now = from / inner % digit.count;
                let targets = targets(case.issue(*issue), digit, now);
                for entry in 0..list.len() {
                    let (changed, position) = list[entry];
                    if changed >= pace {
                        continue;
                    }
                    for target in targets.clone().filter(|target| *target != now) {
                        let level = Level::at(digit.lowest.index() + target);
                        if !unmet.contains(&(*issue, level)) {
                            let moved = position.index() - now * inner + target * inner;
                            list.push((changed + 1, Position::at(moved)));
                        }
                    }
                }
                total = total.saturating_add(list.len());
                if total > MOST_MOVES {
                    return Err(GameError::TooManyMoves(case.party(party).name.clone()));
                }
            }
            lists.push(list.into_iter().map(|(_, position)| position).collect());
        }
        Ok(MoveTable::collect(lists.into_iter()))
    }

    fn add_flows(&mut self, case: &Case, party: PartyId, of: Option<TypeId>) -> Result<(), GameError> {
        let too_fine = || GameError::TooFine(case.party(party).name.clone());
        let worths: Vec<&Basis> = case
            .worths
            .iter()
            .filter(|worth| worth.party == party && (worth.of_type.is_none() || worth.of_type == of))
            .map(|worth| &worth.basis)
            .collect();
        let mut denominator = UBig::ONE;
        for id in worths.iter().flat_map(|basis| judgements(basis)) {
            let next = case.value(id).denominator();
            denominator = &denominator / gcd(&denominator, next) * next;
        }
        let scale = i128::try_from(denominator.clone())
            .ok()
            .filter(|scale| *scale < LARGEST_FLOW)
            .ok_or_else(too_fine)?;
        let scaled = |value: &Exact| -> Result<i128, GameError> {
            let whole = value.numerator() * IBig::from(&denominator / value.denominator());
            i128::try_from(whole).map_err(|_| too_fine())
        };
        let mut flows = vec![0i128; self.states];
        for basis in worths {
            match basis {
                Basis::When(target, id) => {
                    let by = scaled(case.value(*id))?;
                    let condition = &target.condition;
                    let worth =
                        |level: &dyn Fn(IssueId) -> Level| if condition.holds(level) { by } else { 0 };
                    add(&mut flows, self.by_levels(condition.issues(), worth)).ok_or_else(too_fine)?;
                }
                Basis::Levels(issue, levels) => {
                    let by: Vec<i128> = levels
                        .iter()
                        .map(|id| id.map_or(Ok(0), |id| scaled(case.value(id))))
                        .collect::<Result<_, _>>()?;
                    let worth = |level: &dyn Fn(IssueId) -> Level| by[level(*issue).index()];
                    add(&mut flows, self.by_levels([*issue], worth)).ok_or_else(too_fine)?;
                }
            }
        }
        if flows
            .iter()
            .any(|flow| flow.unsigned_abs() >= LARGEST_FLOW.unsigned_abs())
        {
            return Err(too_fine());
        }
        self.flows.push(flows);
        self.denominators.push(scale);
        Ok(())
    }

    fn add_endings(&mut self, case: &Case) -> Result<(), GameError> {
        let endings = case.endings.iter();
        let holds: Vec<Vec<bool>> = endings.map(|ending| self.truth(&ending.when.condition)).collect();
        let (class_of_state, first) = combinations(self.states, &holds);
        let number = |number: u32| u16::try_from(number).ok();
        let numbers: Option<Vec<u16>> = class_of_state.into_iter().map(number).collect();
        self.class_of_state = numbers.ok_or(GameError::EndingsTooLikely)?;
        for state in first {
            let here: Vec<bool> = holds.iter().map(|holds| holds[state]).collect();
            self.ending_classes.push(ending_class(case, &here)?);
        }
        Ok(())
    }
}

/// Adds a number to each flow; `None` where one of them becomes too large.
fn add(flows: &mut [i128], by: impl Iterator<Item = i128>) -> Option<()> {
    let mut fits = true;
    for (flow, by) in flows.iter_mut().zip(by) {
        let (sum, over) = flow.overflowing_add(by);
        *flow = sum;
        fits &= !over;
    }
    fits.then_some(())
}

/// Numbers the states: each party's positions together, each issue within its party. The party with most
/// positions varies fastest, so that sweeps over its moves run along memory; what nature has varies slowest, so that
/// all states in which nature stands alike are neighbours.
fn number_states(case: &Case) -> (Vec<Digit>, Vec<usize>, Vec<usize>) {
    let ranges: Vec<(usize, usize)> = case.issue_ids().map(|issue| reachable(case, issue)).collect();
    let count = |issue: IssueId| {
        let (lowest, highest) = ranges[issue.index()];
        highest - lowest + 1
    };
    let owned = |party: Option<PartyId>| {
        case.issue_ids()
            .filter(move |issue| case.issue(*issue).party == party)
    };
    let sizes: Vec<usize> = case
        .party_ids()
        .map(|party| owned(Some(party)).map(count).product())
        .collect();
    let mut order: Vec<PartyId> = case.party_ids().collect();
    order.sort_by_key(|party| std::cmp::Reverse(sizes[party.index()]));
    let mut strides = vec![1usize; sizes.len()];
    let mut digits: Vec<Option<Digit>> = vec![None; case.issues.len()];
    let mut stride = 1usize;
    for party in order.into_iter().map(Some).chain([None]) {
        if let Some(party) = party {
            strides[party.index()] = stride;
        }
        for issue in owned(party) {
            let lowest = Level::at(ranges[issue.index()].0);
            digits[issue.index()] = Some(Digit {
                party,
                lowest,
                count: count(issue),
                stride,
            });
            stride *= count(issue);
        }
    }
    (digits.into_iter().flatten().collect(), sizes, strides)
}

/// The lowest and the highest level that an issue can come to: by the rules of movement from today and from every level
/// that a chance may set, whatever the rules of movement say of it.
fn reachable(case: &Case, issue: IssueId) -> (usize, usize) {
    let of = case.issue(issue);
    let by_chance = case.chances.iter().filter(|chance| chance.issue == issue);
    let starts = by_chance.map(|chance| chance.to).chain([of.today]);
    let ranges = starts.map(|start| movable(of, start.index()));
    ranges
        .reduce(|(low, high), (lowest, highest)| (low.min(lowest), high.max(highest)))
        .expect("today's level is one")
}

/// The lowest and the highest level that the rules of movement allow from a level.
fn movable(issue: &Issue, from: usize) -> (usize, usize) {
    let highest = if issue.speed.up > 0 {
        issue.levels.len() - 1
    } else {
        from
    };
    let floor = issue
        .remains
        .filter(|floor| from >= floor.index())
        .map_or(0, Level::index);
    let lowest = if issue.speed.down > 0 { floor } else { from };
    (lowest, highest)
}

/// The digits that an issue can move to from digit `now`, before needs.
fn targets(issue: &Issue, digit: &Digit, now: usize) -> std::ops::RangeInclusive<usize> {
    let level = digit.lowest.index() + now;
    let mut down = level.saturating_sub(issue.speed.down as usize);
    if let Some(floor) = issue.remains
        && level >= floor.index()
    {
        down = down.max(floor.index());
    }
    let lowest = down.max(digit.lowest.index()) - digit.lowest.index();
    let highest = now.saturating_add(issue.speed.up as usize).min(digit.count - 1);
    lowest..=highest
}

fn discount(case: &Case, party: PartyId, of: Option<TypeId>) -> Exact {
    let party = case.party(party);
    let own = of.and_then(|of| party.types[of.index()].discount);
    case.value(own.unwrap_or(party.discount)).clone()
}

fn judgements(basis: &Basis) -> Vec<detente_base::ids::JudgementId> {
    match basis {
        Basis::When(_, id) => vec![*id],
        Basis::Levels(_, levels) => levels.iter().flatten().copied().collect(),
    }
}

fn gcd(a: &UBig, b: &UBig) -> UBig {
    let (mut a, mut b) = (a.clone(), b.clone());
    while b != UBig::ZERO {
        let rest = &a % &b;
        a = b;
        b = rest;
    }
    a
}

fn ending_class(case: &Case, here: &[bool]) -> Result<EndingClass, GameError> {
    let mut class = EndingClass {
        hazard: Exact::ZERO,
        worth: vec![Exact::ZERO; case.parties.len()],
    };
    for (ending, _) in case.endings.iter().zip(here).filter(|(_, here)| **here) {
        let chance = case.value(ending.chance);
        class.hazard += chance.clone();
        for (sum, worth) in class.worth.iter_mut().zip(&ending.worth) {
            *sum += worth.map_or(Exact::ZERO, |id| case.value(id).clone()) * chance.clone();
        }
    }
    if class.hazard > Exact::ONE {
        return Err(GameError::EndingsTooLikely);
    }
    Ok(class)
}

fn costs(case: &Case) -> Vec<CostRule> {
    case.costs
        .iter()
        .map(|cost| CostRule {
            payer: cost.party,
            issue: cost.issue,
            to: cost.to,
            up: cost.direction != Some(Direction::Down),
            down: cost.direction != Some(Direction::Up),
            cost: case.value(cost.cost).clone(),
        })
        .collect()
}
