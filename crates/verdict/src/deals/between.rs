//! The states between today and a settlement: every issue somewhere on its way, in a numbering in which onward moves
//! only go up.

use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_game::Position;

use crate::arena::Arena;

/// One issue on its way from today's level to the settlement's.
struct Way {
    issue: IssueId,
    start: usize,
    up: bool,
    count: usize,
    stride: usize,
}

impl Way {
    /// How far along a level is; `None` off the way.
    fn progress(&self, level: Level) -> Option<usize> {
        let done = if self.up {
            level.index().checked_sub(self.start)?
        } else {
            self.start.checked_sub(level.index())?
        };
        (done < self.count).then_some(done)
    }
}

/// A position from which one onward move leads to another.
#[derive(Clone, Copy)]
pub(super) struct Before {
    pub(super) position: usize,
    /// By how much the local number of a state is lower there.
    pub(super) behind: usize,
    /// What the move costs its mover.
    pub(super) cost: f64,
}

/// One party's onward moves.
pub(super) struct Onward {
    /// For each position, those from which one move leads to it.
    pub(super) before: Vec<Vec<Before>>,
    /// Whether moves lead from today's position to each.
    pub(super) reached: Vec<bool>,
}

impl Onward {
    fn new(before: Vec<Vec<Before>>, today: usize) -> Self {
        let mut reached = vec![false; before.len()];
        reached[today] = true;
        // Onward moves make no circle, so this ends after as many rounds as the longest way has moves.
        loop {
            let newly: Vec<usize> = (0..before.len())
                .filter(|to| !reached[*to] && before[*to].iter().any(|step| reached[step.position]))
                .collect();
            if newly.is_empty() {
                break;
            }
            newly.into_iter().for_each(|to| reached[to] = true);
        }
        Self { before, reached }
    }
}

/// The states between today and a settlement.
pub(super) struct Between {
    ways: Vec<Way>,
    /// Global numbers by local number; today first, the settlement last.
    pub(super) states: Vec<u32>,
    /// For each party and position, its part of the local number; `None` off the ways.
    parts: Vec<Vec<Option<usize>>>,
}

impl Between {
    /// Lays them out; `None` when there are more than `most`, or nature stands
    /// otherwise at the settlement.
    pub(super) fn new(arena: &Arena<'_>, today: u32, settlement: u32, most: usize) -> Option<Self> {
        let game = arena.game;
        let id = |state: u32| StateId::at(state as usize);
        let mut ways = Vec::new();
        let mut stride = 1usize;
        for (issue, start, end) in game.changes(id(today), id(settlement)) {
            // No way of the parties changes what nature has.
            game.owner(issue)?;
            let count = start.index().abs_diff(end.index()) + 1;
            ways.push(Way {
                issue,
                start: start.index(),
                up: end > start,
                count,
                stride,
            });
            stride = stride.checked_mul(count).filter(|states| *states <= most)?;
        }
        let mut between = Self {
            ways,
            states: Vec::with_capacity(stride),
            parts: Vec::new(),
        };
        for local in 0..stride {
            let level = |issue: IssueId| between.level(arena, id(today), issue, local);
            between.states.push(game.state_with(level)?.index() as u32);
        }
        for party in game.parties() {
            let part = |position| between.part(arena, party, game.with_position(id(today), party, position));
            between
                .parts
                .push((0..game.positions(party)).map(Position::at).map(part).collect());
        }
        Some(between)
    }

    fn level(&self, arena: &Arena<'_>, today: StateId, issue: IssueId, local: usize) -> Level {
        match self.ways.iter().find(|way| way.issue == issue) {
            None => arena.game.level(today, issue),
            Some(way) => {
                let done = local / way.stride % way.count;
                Level::at(if way.up {
                    way.start + done
                } else {
                    way.start - done
                })
            }
        }
    }

    /// A party's part of the local number of a state; `None` when one of its issues is off its way.
    fn part(&self, arena: &Arena<'_>, party: PartyId, state: StateId) -> Option<usize> {
        let game = arena.game;
        let mut sum = 0;
        for issue in game.issues_of(party) {
            let level = game.level(state, issue);
            match self.ways.iter().find(|way| way.issue == issue) {
                Some(way) => sum += way.progress(level)? * way.stride,
                None if level != game.level(game.today(), issue) => return None,
                None => {}
            }
        }
        Some(sum)
    }

    /// The local number of a state between.
    pub(super) fn number(&self, arena: &Arena<'_>, state: u32) -> usize {
        let part = |party: usize| self.parts[party][arena.position(state as usize, party)].unwrap_or(0);
        (0..arena.parties).map(part).sum()
    }

    /// For each party, its own onward moves, under any of its tables. `eager` leaves only those that take it as far as
    /// any can.
    pub(super) fn onward(&self, arena: &Arena<'_>, eager: bool) -> Vec<Onward> {
        (0..arena.parties)
            .map(|party| self.onward_of(arena, party, eager))
            .collect()
    }

    fn onward_of(&self, arena: &Arena<'_>, party: usize, eager: bool) -> Onward {
        let parts = &self.parts[party];
        let mut before: Vec<Vec<Before>> = vec![Vec::new(); parts.len()];
        for (position, part) in parts.iter().enumerate().filter(|(_, part)| part.is_some()) {
            let now = part.unwrap_or(0);
            for moves in &arena.moves[party] {
                let onward: Vec<(usize, Before, usize)> = moves
                    .from(position)
                    .iter()
                    .enumerate()
                    .filter(|(_, to)| **to as usize != position)
                    .filter_map(|(k, to)| {
                        let part = parts[*to as usize]?;
                        let advance = self.advance(now, part)?;
                        let before = Before {
                            position,
                            behind: part - now,
                            cost: moves.cost(position, k),
                        };
                        Some((*to as usize, before, advance))
                    })
                    .collect();
                let furthest = onward.iter().map(|(.., advance)| *advance).max().unwrap_or(0);
                for (to, step, _) in onward
                    .into_iter()
                    .filter(|(.., advance)| !eager || *advance == furthest)
                {
                    if before[to].iter().all(|known| known.position != position) {
                        before[to].push(step);
                    }
                }
            }
        }
        let today = arena.position(self.states[0] as usize, party);
        Onward::new(before, today)
    }

    /// By how many levels `after` is ahead of `before`; `None` when some issue has gone back.
    fn advance(&self, before: usize, after: usize) -> Option<usize> {
        self.ways.iter().try_fold(0, |sum, way| {
            let (now, then) = (after / way.stride % way.count, before / way.stride % way.count);
            Some(sum + now.checked_sub(then)?)
        })
    }
}
