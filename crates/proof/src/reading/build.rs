//! From the rules as written to flat arrays over states.

use std::collections::HashMap;

use dashu::integer::UBig;
use detente_base::ids::StateId;
use detente_base::number::Exact;
use rayon::prelude::*;

use super::condition::Condition;
use super::written::{Ending, Worth, Written};
use super::{Block, EndingClass, Issue, MoveTable, Place, Position, Reading};
use crate::whole_numbers::least_multiple;

/// The most states.
const MOST_STATES: usize = 16_000_000;
/// The most own moves of a party over all its positions, for one table.
const MOST_MOVES: usize = 50_000_000;
/// The most conditions of one kind: each is one bit of a 128-bit number.
const MOST_CONDITIONS: usize = 128;
/// Flows in whole numbers stay below this.
const LARGEST_FLOW: i128 = 1 << 100;

pub(super) fn build(written: Written) -> Result<Reading, String> {
    let grid = Grid::of(&written)?;
    let blocks: Result<Vec<Block>, String> = (0..written.parties.len())
        .map(|party| block(&written, &grid, party))
        .collect();
    let (classes, class_of_state) = classes(&written.endings, written.parties.len(), &grid)?;
    let flows: Result<Vec<(Vec<i128>, i128)>, String> = (0..written.parties.len())
        .into_par_iter()
        .map(|party| flows(&written.worths, party, &written.parties[party].id, &grid))
        .collect();
    let (flows, denominators) = flows?.into_iter().unzip();
    let chances = written.chances.into_iter().map(|chance| {
        let possible = grid.over_states(|levels| chance.when.holds(levels));
        (chance, possible)
    });
    let today = written.issues.iter().zip(&grid.places);
    let today = today.map(|(issue, place)| usize::from(issue.today - place.lowest) * place.stride);
    Ok(Reading {
        today: StateId::at(today.sum()),
        chances: chances.collect(),
        blocks: blocks?,
        natures_stride: grid.natures_stride,
        states: grid.states,
        flows,
        denominators,
        classes,
        class_of_state,
        costs: written.costs,
        places: grid.places,
        parties: written.parties,
        issues: written.issues,
    })
}

/// How states are numbered.
struct Grid {
    places: Vec<Place>,
    /// By party: positions, and the stride between two of them.
    of_party: Vec<(usize, usize)>,
    states: usize,
    natures_stride: usize,
}

impl Grid {
    fn of(written: &Written) -> Result<Self, String> {
        let ranges: Vec<(usize, usize)> = (0..written.issues.len())
            .map(|issue| range(written, issue))
            .collect();
        let count = |issue: usize| ranges[issue].1 - ranges[issue].0 + 1;
        let states = (0..ranges.len()).try_fold(1usize, |states, issue| {
            states
                .checked_mul(count(issue))
                .filter(|states| *states <= MOST_STATES)
        });
        let states = states.ok_or_else(|| format!("more than {MOST_STATES} states"))?;
        let issues_of = |owner: Option<usize>| {
            let issues = written.issues.iter().enumerate();
            issues
                .filter(move |(_, issue)| issue.owner == owner)
                .map(|(issue, _)| issue)
        };
        let positions: Vec<usize> = (0..written.parties.len())
            .map(|party| issues_of(Some(party)).map(count).product())
            .collect();
        let mut order: Vec<usize> = (0..positions.len()).collect();
        order.sort_by(|a, b| positions[*b].cmp(&positions[*a]).then(a.cmp(b)));
        let mut grid = Self {
            places: vec![
                Place {
                    lowest: 0,
                    count: 1,
                    stride: 1
                };
                ranges.len()
            ],
            of_party: vec![(1, 1); positions.len()],
            states,
            natures_stride: positions.iter().product(),
        };
        let mut stride = 1;
        for owner in order.into_iter().map(Some).chain([None]) {
            if let Some(party) = owner {
                grid.of_party[party] = (positions[party], stride);
            }
            for issue in issues_of(owner) {
                let (lowest, count) = (ranges[issue].0 as u8, count(issue));
                grid.places[issue] = Place {
                    lowest,
                    count,
                    stride,
                };
                stride *= count;
            }
        }
        Ok(grid)
    }

    /// Something about every state, from the levels of its issues.
    fn over_states<T>(&self, mut of: impl FnMut(&[u8]) -> T) -> Vec<T> {
        let mut levels: Vec<u8> = self.places.iter().map(|place| place.lowest).collect();
        let mut by_stride: Vec<usize> = (0..levels.len()).filter(|i| self.places[*i].count > 1).collect();
        by_stride.sort_by_key(|issue| self.places[*issue].stride);
        let mut found = Vec::with_capacity(self.states);
        for _ in 0..self.states {
            found.push(of(&levels));
            // The next state: the fastest issue goes up; one that is at its top starts again and carries over.
            for issue in by_stride.iter().copied() {
                let place = &self.places[issue];
                if usize::from(levels[issue] - place.lowest) + 1 < place.count {
                    levels[issue] += 1;
                    break;
                }
                levels[issue] = place.lowest;
            }
        }
        found
    }

    /// Which of several conditions hold in each state, as bits.
    fn patterns(&self, conditions: &[&Condition]) -> Result<Vec<u128>, String> {
        if conditions.len() > MOST_CONDITIONS {
            return Err(format!(
                "more than {MOST_CONDITIONS} endings, or needs of one party"
            ));
        }
        Ok(self.over_states(|levels| {
            let bits = conditions.iter().enumerate();
            bits.fold(0, |bits, (number, condition)| {
                bits | u128::from(condition.holds(levels)) << number
            })
        }))
    }
}

/// Numbers patterns in the order of states: the number of each state, and the patterns.
fn numbered(patterns: Vec<u128>) -> Result<(Vec<u16>, Vec<u128>), String> {
    let (mut known, mut list) = (HashMap::new(), Vec::new());
    let mut of_state = Vec::with_capacity(patterns.len());
    let mut last: Option<(u128, u16)> = None;
    for pattern in patterns {
        let number = match last {
            Some((same, number)) if same == pattern => number,
            _ => *known.entry(pattern).or_insert_with(|| {
                list.push(pattern);
                (list.len() - 1).min(usize::from(u16::MAX)) as u16
            }),
        };
        last = Some((pattern, number));
        of_state.push(number);
    }
    if list.len() > usize::from(u16::MAX) {
        return Err("too many combinations of endings or needs".into());
    }
    Ok((of_state, list))
}

/// The lowest and the highest level of an issue that moves from today, and chances, can bring about.
fn range(written: &Written, number: usize) -> (usize, usize) {
    let issue = &written.issues[number];
    let mut reached = vec![false; issue.levels.len()];
    let mut open = vec![usize::from(issue.today)];
    let by_chance = written.chances.iter().filter(|chance| chance.issue == number);
    open.extend(by_chance.map(|chance| usize::from(chance.to)));
    while let Some(from) = open.pop() {
        if !std::mem::replace(&mut reached[from], true) {
            open.extend((0..reached.len()).filter(|to| !reached[*to] && issue.moves(from, *to)));
        }
    }
    let reached = || reached.iter().enumerate().filter(|(_, reached)| **reached);
    let ends = (reached().next(), reached().next_back());
    (
        ends.0.map_or(0, |(level, _)| level),
        ends.1.map_or(0, |(level, _)| level),
    )
}

/// A party's moves.
fn block(written: &Written, grid: &Grid, party: usize) -> Result<Block, String> {
    let own: Vec<usize> = (0..written.issues.len())
        .filter(|issue| written.issues[*issue].owner == Some(party))
        .collect();
    // Needs that speak of own issues alone are looked at position by position.
    let needs = own.iter().flat_map(|issue| {
        let needs = written.issues[*issue].needs.iter().enumerate();
        needs.filter_map(|(level, need)| Some((*issue, level, need.as_ref()?)))
    });
    let foreign: Vec<(usize, usize, &Condition)> =
        needs.filter(|(.., need)| !need.speaks_only_of(&own)).collect();
    let conditions: Vec<&Condition> = foreign.iter().map(|(.., need)| *need).collect();
    let (table_of_state, patterns) = if foreign.is_empty() {
        (Vec::new(), vec![0])
    } else {
        numbered(grid.patterns(&conditions)?)?
    };
    let (positions, stride) = grid.of_party[party];
    let mut mover = Mover {
        issues: &written.issues,
        own: &own,
        places: &grid.places,
        stride,
        pace: written.parties[party].pace.unwrap_or(usize::MAX),
        foreign: &foreign,
        targets: Vec::new(),
    };
    let tables: Result<Vec<MoveTable>, String> = patterns
        .into_iter()
        .map(|pattern| mover.table(positions, pattern))
        .collect();
    Ok(Block {
        positions,
        stride,
        tables: tables?,
        table_of_state,
    })
}

/// Lists a party's moves.
struct Mover<'w> {
    issues: &'w [Issue],
    own: &'w [usize],
    places: &'w [Place],
    stride: usize,
    pace: usize,
    foreign: &'w [(usize, usize, &'w Condition)],
    targets: Vec<Position>,
}

impl Mover<'_> {
    /// The moves from all positions where just these foreign needs hold.
    fn table(&mut self, positions: usize, pattern: u128) -> Result<MoveTable, String> {
        self.targets.clear();
        let mut starts = vec![0];
        let mut levels: Vec<u8> = self.places.iter().map(|place| place.lowest).collect();
        for position in 0..positions {
            for issue in self.own {
                let place = &self.places[*issue];
                levels[*issue] = place.lowest + (position / (place.stride / self.stride) % place.count) as u8;
            }
            self.list(&levels, pattern, 0, 0, position);
            if self.targets.len() > MOST_MOVES {
                return Err(format!("a party has more than {MOST_MOVES} own moves"));
            }
            starts.push(self.targets.len() as u32);
        }
        Ok(MoveTable {
            starts,
            targets: std::mem::take(&mut self.targets),
        })
    }

    /// Lists the positions in which the own issues from the `next`-th on stay or move, `changed` having moved before.
    fn list(&mut self, levels: &[u8], pattern: u128, next: usize, changed: usize, position: usize) {
        let Some(issue) = self.own.get(next).copied() else {
            self.targets.push(Position::at(position));
            return;
        };
        self.list(levels, pattern, next + 1, changed, position);
        if changed >= self.pace {
            return;
        }
        let (place, from) = (self.places[issue], usize::from(levels[issue]));
        let lowest = usize::from(place.lowest);
        for to in (lowest..lowest + place.count).filter(|to| *to != from) {
            if self.issues[issue].moves(from, to) && self.need_holds(issue, to, levels, pattern) {
                let inner = place.stride / self.stride;
                let moved = position - (from - lowest) * inner + (to - lowest) * inner;
                self.list(levels, pattern, next + 1, changed + 1, moved);
            }
        }
    }

    fn need_holds(&self, issue: usize, to: usize, levels: &[u8], pattern: u128) -> bool {
        let foreign = self
            .foreign
            .iter()
            .position(|(of, level, _)| (*of, *level) == (issue, to));
        match (foreign, &self.issues[issue].needs[to]) {
            (Some(number), _) => pattern >> number & 1 == 1,
            (None, Some(need)) => need.holds(levels),
            (None, None) => true,
        }
    }
}

/// The combinations of endings, and which applies in each state.
fn classes(endings: &[Ending], parties: usize, grid: &Grid) -> Result<(Vec<EndingClass>, Vec<u16>), String> {
    let conditions: Vec<&Condition> = endings.iter().map(|ending| &ending.when).collect();
    let (of_state, patterns) = numbered(grid.patterns(&conditions)?)?;
    let class = |pattern: u128| {
        let here = endings
            .iter()
            .enumerate()
            .filter(|(number, _)| pattern >> number & 1 == 1);
        let here: Vec<&Ending> = here.map(|(_, ending)| ending).collect();
        let hazard = here.iter().fold(Exact::ZERO, |sum, ending| sum + &ending.chance);
        if hazard > Exact::ONE {
            return Err("the chances of endings add to more than 1 in some state".to_owned());
        }
        let worth = |party: usize| {
            let each = here.iter().map(|ending| &ending.chance * &ending.worth[party]);
            each.fold(Exact::ZERO, |sum, worth| sum + worth)
        };
        Ok(EndingClass {
            hazard,
            worth: (0..parties).map(worth).collect(),
        })
    };
    let classes: Result<Vec<EndingClass>, String> = patterns.into_iter().map(class).collect();
    Ok((classes?, of_state))
}

/// A party's flows by state as whole numbers, and the denominator that makes them so.
fn flows(worths: &[Worth], party: usize, name: &str, grid: &Grid) -> Result<(Vec<i128>, i128), String> {
    let own: Vec<&Worth> = worths.iter().filter(|worth| worth.party == party).collect();
    let common = own.iter().fold(UBig::ONE, |common, worth| {
        least_multiple(&common, worth.worth.denominator())
    });
    let fine = || format!("the numbers of {name} have too many digits");
    let small = |number: Option<i128>| {
        number
            .filter(|number| number.abs() < LARGEST_FLOW)
            .ok_or_else(fine)
    };
    let denominator = small(i128::try_from(common.clone()).ok())?;
    let whole = |worth: &Worth| -> Result<i128, String> {
        let (number, _) = (&worth.worth * Exact::from(common.clone())).into_parts();
        small(i128::try_from(number).ok())
    };
    let own: Result<Vec<(&Condition, i128)>, String> =
        own.iter().map(|worth| Ok((&worth.when, whole(worth)?))).collect();
    let own = own?;
    let sums = grid.over_states(|levels| {
        let due = own.iter().filter(|(when, _)| when.holds(levels));
        due.map(|(_, worth)| *worth).try_fold(0i128, i128::checked_add)
    });
    let flows: Result<Vec<i128>, String> = sums.into_iter().map(small).collect();
    Ok((flows?, denominator))
}
