//! What following an offer means where the levels asked for cannot be reached at once.

use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_game::Position;

use crate::play::Play;

/// The position to which a party goes on its way to levels: as near as its moves allow (fewest levels off over its issues), of
/// equally near ones that with the highest flow to itself if it alone moves.
#[must_use]
pub fn follow(play: &Play, state: StateId, aims: &[Level], party: PartyId) -> Position {
    let game = play.game();
    let own: Vec<IssueId> = game.issues_of(party).collect();
    let off = |position: &Position| -> usize {
        let there = game.with_position(state, party, *position);
        let off = |issue: &IssueId| {
            game.level(there, *issue)
                .index()
                .abs_diff(aims[issue.index()].index())
        };
        own.iter().map(off).sum()
    };
    let moves = game.own_moves(state, party);
    let least = moves.iter().map(off).min().unwrap_or(0);
    let mut nearest = moves.iter().filter(|position| off(position) == least);
    let first = *nearest.next().expect("staying is always possible");
    let worth = |position: Position| play.expected_flow(party, game.with_position(state, party, position));
    let rest: Vec<Position> = nearest.copied().collect();
    if rest.is_empty() {
        return first;
    }
    let mut best = (worth(first), first);
    for position in rest {
        let worth = worth(position);
        // Of equals the one with the lower number, which both readings of the case share.
        if worth > best.0 || (worth == best.0 && position < best.1) {
            best = (worth, position);
        }
    }
    best.1
}
