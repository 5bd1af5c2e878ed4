//! The states between today and a settlement: every issue somewhere on its way, in a numbering in which onward moves
//! only go up.

use detente_model::game::Position;
use detente_model::ids::{IssueId, Level, PartyId, StateId};

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

/// The states between today and a settlement.
pub(super) struct Between {
    ways: Vec<Way>,
    /// Global numbers by local number; today first, the settlement last.
    pub(super) states: Vec<u32>,
    /// For each party and position, its part of the local number; `None` off the ways.
    parts: Vec<Vec<Option<usize>>>,
}

impl Between {
    /// Lays them out; `None` when there are more than `most`.
    pub(super) fn new(arena: &Arena<'_>, today: u32, settlement: u32, most: usize) -> Option<Self> {
        let game = arena.game;
        let id = |state: u32| StateId::at(state as usize);
        let mut ways = Vec::new();
        let mut stride = 1usize;
        for (issue, start, end) in game.changes(id(today), id(settlement)) {
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

    /// Calls back for every joint move on which no issue goes back and at least one goes on: target and its
    /// local number. `eager` leaves every party only staying and moves that take it as far as any can.
    pub(super) fn for_each_onward_move(
        &self,
        arena: &Arena<'_>,
        state: u32,
        local: usize,
        eager: bool,
        call: &mut impl FnMut(u32, usize),
    ) {
        let mut moves: Vec<(u32, usize)> = vec![(state, local)];
        for party in 0..arena.parties {
            let (stride, from) = (arena.strides[party], arena.position(state as usize, party));
            let Some(now) = self.parts[party][from] else {
                return;
            };
            let own = arena.moves[party][arena.table_at(state as usize, party)].from(from);
            let onward: Vec<(usize, usize, usize)> = own
                .iter()
                .filter(|to| **to as usize != from)
                .filter_map(|to| {
                    let part = self.parts[party][*to as usize]?;
                    Some((*to as usize, part, self.advance(now, part)?))
                })
                .collect();
            let furthest = onward.iter().map(|(.., advance)| *advance).max().unwrap_or(0);
            let so_far = moves.len();
            for (to, part, _) in onward
                .into_iter()
                .filter(|(.., advance)| !eager || *advance == furthest)
            {
                for index in 0..so_far {
                    let (target, at) = moves[index];
                    let target = target as usize + to * stride - from * stride;
                    moves.push((target as u32, at + part - now));
                }
            }
        }
        // Large steps first: where room for labels runs out, short deals are the ones kept.
        moves
            .into_iter()
            .skip(1)
            .rev()
            .for_each(|(target, at)| call(target, at));
    }

    /// Which local numbers onward moves lead to from today.
    pub(super) fn reached(&self, arena: &Arena<'_>, eager: bool) -> Vec<bool> {
        let mut reached = vec![false; self.states.len()];
        reached[0] = true;
        for local in 0..self.states.len() {
            if reached[local] {
                let state = self.states[local];
                self.for_each_onward_move(arena, state, local, eager, &mut |_, at| reached[at] = true);
            }
        }
        reached
    }

    /// By how many levels `after` is ahead of `before`; `None` when some issue has gone back.
    fn advance(&self, before: usize, after: usize) -> Option<usize> {
        self.ways.iter().try_fold(0, |sum, way| {
            let (now, then) = (after / way.stride % way.count, before / way.stride % way.count);
            Some(sum + now.checked_sub(then)?)
        })
    }
}
