//! The game of a case with every type of every party: who may be what, how likely, and what each gets.
//!
//! Rules of movement, chances and endings are those of [`Game`]; a type changes the payoffs and the discount factor of its
//! own party only.

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;
use detente_case::{Case, World};
use detente_game::{Game, GameError};

/// One thing a party may be.
#[derive(Debug, Clone)]
pub struct Kind {
    /// Its short name in the file; the party's where it has no types.
    pub id: String,
    /// Its name in words.
    pub name: String,
    /// The chance that the party is of this type; 1 where the world names it or there is one only.
    pub prior: Exact,
    /// Which of the games has its payoffs.
    game: usize,
}

/// A case in a world, with all types that the world leaves open.
#[derive(Debug)]
pub struct Play {
    /// The case as it is in the world.
    pub case: Case,
    games: Vec<Game>,
    kinds: Vec<Vec<Kind>>,
}

impl Play {
    /// Builds the games of a case in a world. A party whose type the world names has that type only.
    ///
    /// # Errors
    /// A [`GameError`] when the world does not fit or a limit is exceeded.
    pub fn of_case(written: &Case, world: &World) -> Result<Self, GameError> {
        let case = written
            .in_world(world)
            .map_err(|error| GameError::World(error.0))?;
        let most = case.parties.iter().map(|party| party.types.len()).max();
        let mut games = Vec::new();
        for number in 0..most.unwrap_or(0).max(1) {
            let mut with_types = world.clone();
            for party in case.parties.iter().filter(|party| !party.types.is_empty()) {
                let of = &party.types[number.min(party.types.len() - 1)];
                with_types.types.insert(party.id.clone(), of.id.clone());
            }
            games.push(Game::of_case(written, &with_types)?);
        }
        let kinds = case.parties.iter().map(|party| {
            let named = world.types.get(&party.id);
            let own = party.types.iter().enumerate();
            let mut kinds: Vec<Kind> = own
                .filter(|(_, of)| named.is_none_or(|named| *named == of.id))
                .map(|(game, of)| Kind {
                    id: of.id.clone(),
                    name: of.name.clone(),
                    prior: match named {
                        Some(_) => Exact::ONE,
                        None => case.value(of.prior).clone(),
                    },
                    game,
                })
                .collect();
            if kinds.is_empty() {
                kinds.push(Kind {
                    id: party.id.clone(),
                    name: party.name.clone(),
                    prior: Exact::ONE,
                    game: 0,
                });
            }
            kinds
        });
        Ok(Self {
            kinds: kinds.collect(),
            games,
            case,
        })
    }

    /// The rules that all types share.
    #[must_use]
    pub fn game(&self) -> &Game {
        &self.games[0]
    }

    /// The types of a party.
    #[must_use]
    pub fn kinds(&self, party: PartyId) -> &[Kind] {
        &self.kinds[party.index()]
    }

    /// The discount factor of a type.
    #[must_use]
    pub fn discount(&self, party: PartyId, kind: usize) -> &Exact {
        self.game_of(party, kind).discount(party)
    }

    /// What a type gets per period in a state.
    #[must_use]
    pub fn flow(&self, party: PartyId, kind: usize, state: StateId) -> Exact {
        self.game_of(party, kind).flow(party, state)
    }

    fn game_of(&self, party: PartyId, kind: usize) -> &Game {
        &self.games[self.kinds[party.index()][kind].game]
    }

    /// Whether some type of another party than `mover` gains by going from one state to another, and no type of any other
    /// loses: such a move is welcome.
    #[must_use]
    pub fn is_welcome(&self, mover: PartyId, from: StateId, to: StateId) -> bool {
        let mut gains = false;
        for party in self.game().parties().filter(|party| *party != mover) {
            for kind in &self.kinds[party.index()] {
                let flows = self.games[kind.game].flow_numerators(party);
                if flows[to.index()] < flows[from.index()] {
                    return false;
                }
                gains |= flows[to.index()] > flows[from.index()];
            }
        }
        gains
    }

    /// What the party of the mover gets per period in a state before its type is known.
    #[must_use]
    pub fn expected_flow(&self, party: PartyId, state: StateId) -> Exact {
        let kinds = self.kinds[party.index()].iter().enumerate();
        kinds.fold(Exact::ZERO, |sum, (place, kind)| {
            sum + &kind.prior * self.flow(party, place, state)
        })
    }
}
