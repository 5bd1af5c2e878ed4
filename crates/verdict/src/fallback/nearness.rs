//! How near a joint move is: how many issues it changes, then by how many levels in all.
//!
//! Where several moves are equally good replies the nearest is played, so that what is played without a deal does not
//! depend on the order in which a case names its parties, issues and values.

use detente_base::ids::{IssueId, PartyId};
use detente_game::{Game, Position};

use crate::arena::{Arena, Shares};

/// Issues changed, levels passed.
pub(super) type Far = (u32, u32);

/// For each party, how far every position is from every other.
pub(super) struct Nearness {
    far: Vec<Vec<Far>>,
}

impl Nearness {
    pub(super) fn of(arena: &Arena<'_>) -> Self {
        let parties = arena.game.parties();
        Self {
            far: parties.map(|party| of_party(arena.game, party)).collect(),
        }
    }

    /// How far one party's own move leads.
    pub(super) fn own(&self, arena: &Arena<'_>, party: usize, from: usize, to: usize) -> Far {
        self.far[party][from * arena.positions[party] + to]
    }

    /// How far a joint move between two states leads, given the parties' shares in their numbers.
    pub(super) fn joint(&self, arena: &Arena<'_>, from: &Shares, to: &Shares) -> Far {
        let mut far = (0, 0);
        for party in 0..arena.parties {
            let position = |shares: &Shares| shares[party] as usize / arena.strides[party];
            let (issues, levels) = self.own(arena, party, position(from), position(to));
            far = (far.0 + issues, far.1 + levels);
        }
        far
    }
}

fn of_party(game: &Game, party: PartyId) -> Vec<Far> {
    let today = game.today();
    let issues: Vec<IssueId> = game.issues_of(party).collect();
    let levels: Vec<Vec<usize>> = (0..game.positions(party))
        .map(|position| {
            let state = game.with_position(today, party, Position::at(position));
            issues
                .iter()
                .map(|issue| game.level(state, *issue).index())
                .collect()
        })
        .collect();
    let far = |from: &Vec<usize>, to: &Vec<usize>| {
        let steps = from.iter().zip(to).map(|(from, to)| from.abs_diff(*to) as u32);
        steps.fold((0, 0), |far, steps| (far.0 + u32::from(steps > 0), far.1 + steps))
    };
    levels
        .iter()
        .flat_map(|from| levels.iter().map(move |to| far(from, to)))
        .collect()
}
