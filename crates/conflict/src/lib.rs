//! A conflict in graph form, and how it is read: parties, issues with levels, feasible states, moves and
//! preferences by rank (Kilgour, Hipel, Fang 1987; Fang, Hipel, Kilgour, *Interactive Decision Making*, 1993).
//!
//! A [`GraphModel`] is the tuple (N, S, (R_i), (>=_i)): parties N, feasible states S, for each party i the
//! states `R_i(s)` that it reaches from s in one move, and its preference over states. Nothing is solved here.

pub use detente_base::ids::{IssueId, PartyId, StateId};

mod assemble;
mod describe;
mod from_case;
mod issue;
mod moves;
mod preference;
mod problem;
mod reader;
mod reader_preferences;
mod statement;
mod states;
mod writer;

pub use assemble::{Assembly, Limits, Literal, Misperception, Rule};
pub use from_case::from_case;
pub use issue::{Issue, Movement, Speed};
pub use moves::{Arcs, Blocked, Moves};
pub use preference::{Comparison, Preference, Ranking, Relation};
pub use problem::{Problem, Problems, Weight, nearest};
pub use reader::{Reading, SCHEMA, json_of, read};
pub use statement::{Priority, Statement, deciding, prioritised, weighted};
pub use states::{Grid, StateEntry, States};
pub use writer::write;

/// A party: who decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Short name, unique in the conflict.
    pub id: String,
    /// The analyst's words.
    pub name: String,
}

/// How one party regards another when it judges a move (Inohara, Hipel, Walker 2007).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attitude {
    /// Wants the other better off.
    Positive,
    /// Does not care.
    Indifferent,
    /// Wants the other worse off.
    Negative,
}

/// A conflict, checked: every id is known, every vector fits, every preference covers every state.
#[derive(Debug, Clone)]
pub struct GraphModel {
    id: String,
    title: String,
    source: String,
    parties: Vec<Party>,
    issues: Vec<Issue>,
    rules: Vec<Rule>,
    blocked: Vec<Blocked>,
    states: States,
    moves: Moves,
    by_hand: bool,
    preferences: Vec<Preference>,
    today: Option<StateId>,
    attitudes: Option<Vec<Vec<Attitude>>>,
    misperceptions: Vec<Misperception>,
}

impl GraphModel {
    /// Short name of the conflict.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its title, in the analyst's words.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The parties, in order.
    #[must_use]
    pub fn parties(&self) -> &[Party] {
        &self.parties
    }

    /// The ids of the parties.
    pub fn party_ids(&self) -> impl Iterator<Item = PartyId> + use<> {
        (0..self.parties.len()).map(PartyId::at)
    }

    /// One party.
    #[must_use]
    pub fn party(&self, party: PartyId) -> &Party {
        &self.parties[party.index()]
    }

    /// The party with a short name.
    #[must_use]
    pub fn party_by_id(&self, id: &str) -> Option<PartyId> {
        self.parties
            .iter()
            .position(|party| party.id == id)
            .map(PartyId::at)
    }

    /// The issues, in the order of the vectors.
    #[must_use]
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    /// The combinations that were declared infeasible.
    #[must_use]
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The moves that were ruled out by a pattern.
    #[must_use]
    pub fn blocked(&self) -> &[Blocked] {
        &self.blocked
    }

    /// The feasible states.
    #[must_use]
    pub fn states(&self) -> &States {
        &self.states
    }

    /// The moves.
    #[must_use]
    pub fn moves(&self) -> &Moves {
        &self.moves
    }

    /// Whether the moves were given one by one rather than following from the issues.
    #[must_use]
    pub fn moves_by_hand(&self) -> bool {
        self.by_hand
    }

    /// How a party compares states.
    #[must_use]
    pub fn preference(&self, party: PartyId) -> &Preference {
        &self.preferences[party.index()]
    }

    /// Every party's ranking, if each has a complete one.
    #[must_use]
    pub fn rankings(&self) -> Option<Vec<&Ranking>> {
        self.preferences.iter().map(Preference::ranking).collect()
    }

    /// The starting state, if one was named.
    #[must_use]
    pub fn today(&self) -> Option<StateId> {
        self.today
    }

    /// `e_ij`: how party i (first index) regards party j, if attitudes were given.
    #[must_use]
    pub fn attitudes(&self) -> Option<&[Vec<Attitude>]> {
        self.attitudes.as_deref()
    }

    /// What parties get wrong about the conflict.
    #[must_use]
    pub fn misperceptions(&self) -> &[Misperception] {
        &self.misperceptions
    }

    /// The same conflict with another preference of one party, which must cover the same states.
    #[must_use]
    pub fn with_preference(&self, party: PartyId, preference: Preference) -> Self {
        let mut changed = self.clone();
        changed.preferences[party.index()] = preference;
        changed
    }

    /// Calls `visit` with each state of `R_i(s)`; in increasing order for listed moves.
    pub fn for_each_move(&self, party: PartyId, state: StateId, mut visit: impl FnMut(StateId)) {
        match &self.moves {
            Moves::Listed(arcs) => arcs[party.index()]
                .leaving(state)
                .iter()
                .for_each(|to| visit(*to)),
            Moves::Product => self.for_each_change(party, state, &mut visit),
        }
    }

    /// `R_i(s)`, in increasing order.
    #[must_use]
    pub fn moves_from(&self, party: PartyId, state: StateId) -> Vec<StateId> {
        let mut reached = Vec::new();
        self.for_each_move(party, state, |to| reached.push(to));
        reached.sort_unstable();
        reached
    }

    /// Whether a party can go from one state to another in one move.
    #[must_use]
    pub fn can_move(&self, party: PartyId, from: StateId, to: StateId) -> bool {
        match &self.moves {
            Moves::Listed(arcs) => arcs[party.index()].leaving(from).binary_search(&to).is_ok(),
            Moves::Product => {
                from != to && self.can_change(party, self.states.vector(from), self.states.vector(to))
            }
        }
    }

    /// Whether a party can go from one vector to another in one move. Of a merged state it may be that only some vectors
    /// can be left so, where [`GraphModel::can_move`] says whether any can.
    #[must_use]
    pub fn can_change(&self, party: PartyId, from: &[u8], to: &[u8]) -> bool {
        moves::allows(&self.issues, &self.blocked, party, from, to)
    }

    /// Walks through every combination of the party's own levels that its movement allows.
    fn for_each_change(&self, party: PartyId, state: StateId, visit: &mut impl FnMut(StateId)) {
        let grid = self.states.grid();
        let vector = self.states.vector(state);
        let own: Vec<(usize, Vec<u8>)> = (0..self.issues.len())
            .filter(|issue| self.issues[*issue].owners.contains(&party))
            .map(|issue| {
                let movement = self.issues[issue].movement;
                let reachable = (0..grid.size(issue)).filter(|to| movement.allows(vector[issue], *to));
                (issue, reachable.collect())
            })
            .collect();
        let mut code = grid.code(vector);
        let mut at: Vec<usize> = Vec::with_capacity(own.len());
        for (issue, levels) in &own {
            code -= u128::from(vector[*issue]) * grid.stride(*issue);
            code += u128::from(levels[0]) * grid.stride(*issue);
            at.push(0);
        }
        loop {
            if let Some(to) = self.states.at_code(code)
                && to != state
            {
                visit(to);
            }
            let mut place = 0;
            loop {
                let Some((issue, levels)) = own.get(place) else {
                    return;
                };
                code -= u128::from(levels[at[place]]) * grid.stride(*issue);
                at[place] += 1;
                if at[place] < levels.len() {
                    code += u128::from(levels[at[place]]) * grid.stride(*issue);
                    break;
                }
                at[place] = 0;
                code += u128::from(levels[0]) * grid.stride(*issue);
                place += 1;
            }
        }
    }
}
