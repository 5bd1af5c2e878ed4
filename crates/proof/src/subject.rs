//! What a proof is about: the game of its case in its world, and the words for its states, moves and values.

use std::collections::VecDeque;

use crate::reading::{Condition, Position, Reading};
use detente_base::ids::{PartyId, StateId};
use detente_base::number::{Exact, format_exact};
use detente_case::{Case, check_game};

use crate::{Proof, Refusal};

/// The game and the case it comes from.
pub(crate) struct Subject {
    pub case: Case,
    /// The case as written, before the world changes it.
    pub written: Case,
    pub game: Reading,
    /// The target in words, and as the checker reads it.
    pub target: String,
    pub condition: Condition,
}

impl Subject {
    /// Rebuilds the game that a proof speaks of from the text of its case.
    pub fn of(proof: &Proof) -> Result<Self, Refusal> {
        let written = check_game(&proof.case.text).map_err(|diagnostics| {
            let first = diagnostics.first().map_or("", |diagnostic| &diagnostic.message);
            let errors = match diagnostics.len() {
                1 => "one error".to_owned(),
                several => format!("{several} errors; the first"),
            };
            Refusal::Case(format!("{errors}: {first}"))
        })?;
        let world = &proof.world;
        let game = Reading::of(&proof.case.text, world).map_err(Refusal::Case)?;
        // The case serves for words: names of parties, issues and levels.
        let case = written
            .in_world(world)
            .map_err(|error| Refusal::Case(error.to_string()))?;
        let words: Vec<&str> = proof.claim.target().split_whitespace().collect();
        let target = words.join(" ");
        let condition = game.condition(&target).map_err(Refusal::Case)?;
        Ok(Self {
            case,
            written,
            game,
            target,
            condition,
        })
    }

    /// The state with this number in a proof.
    pub fn state(&self, number: u32, field: &str) -> Result<StateId, Refusal> {
        let states = self.game.states();
        if (number as usize) < states {
            return Ok(StateId::at(number as usize));
        }
        Err(Refusal::Field(format!(
            "{field}: there is no state {number}; the game has {states}"
        )))
    }

    /// Calls `visit` with the target of every joint move from a state until it says to stop.
    pub fn joint_moves(&self, from: StateId, visit: &mut impl FnMut(StateId)) {
        self.combine(from, from, 0, visit);
    }

    fn combine(&self, from: StateId, so_far: StateId, party: usize, visit: &mut impl FnMut(StateId)) {
        if party == self.game.party_count() {
            return visit(so_far);
        }
        let mover = PartyId::at(party);
        for position in self.game.own_moves(from, mover) {
            let moved = self.game.with_position(so_far, mover, *position);
            self.combine(from, moved, party + 1, visit);
        }
    }

    /// The states that the parties and chance together can lead to from today, today included.
    pub fn reachable(&self) -> Vec<bool> {
        let mut reached = vec![false; self.game.states()];
        reached[self.game.today().index()] = true;
        let mut waiting = VecDeque::from([self.game.today()]);
        while let Some(state) = waiting.pop_front() {
            let mut arrive = |state: StateId| {
                if !reached[state.index()] {
                    reached[state.index()] = true;
                    waiting.push_back(state);
                }
            };
            self.joint_moves(state, &mut |target| {
                if self.game.has_chances() {
                    let outcomes = self.game.outcomes(target);
                    outcomes.into_iter().for_each(|(state, _)| arrive(state));
                } else {
                    arrive(target);
                }
            });
        }
        reached
    }

    /// The name of a party.
    pub fn name(&self, party: PartyId) -> &str {
        &self.case.party(party).name
    }

    /// A state in the analyst's words: the level of every issue.
    pub fn in_words(&self, state: StateId) -> String {
        let level = |issue| self.case.level_in_words(issue, self.game.level(state, issue));
        let levels: Vec<String> = self.case.issue_ids().map(level).collect();
        format!("[{}]", levels.join(", "))
    }

    /// The names of the levels of a state, in the order of the issues.
    pub fn levels(&self, state: StateId) -> Vec<String> {
        let level = |issue| self.game.level(state, issue).index();
        let issues = self.case.issue_ids();
        issues
            .map(|issue| self.case.issue(issue).levels[level(issue)].clone())
            .collect()
    }

    /// What one party does from a state, in words.
    pub fn own_move_in_words(&self, from: StateId, party: PartyId, to: Position) -> String {
        let moved = self.game.with_position(from, party, to);
        self.move_in_words(from, moved)
    }

    /// What a joint move changes, in words.
    pub fn move_in_words(&self, from: StateId, to: StateId) -> String {
        let changes: Vec<String> = self
            .game
            .changes(from, to)
            .map(|(issue, _, after)| self.case.level_in_words(issue, after))
            .collect();
        if changes.is_empty() {
            "change nothing".into()
        } else {
            format!("set {}", changes.join(", "))
        }
    }
}

/// A number for a sentence: exact while it is short, else as two whole neighbours on a grid of thousandths.
pub(crate) fn shown(value: &Exact) -> String {
    let text = format_exact(value);
    if text.len() <= 24 {
        return text;
    }
    let thousandths = (value * Exact::from(1000)).floor();
    format!(
        "a little over {}",
        format_exact(&(Exact::from(thousandths) / Exact::from(1000)))
    )
}
