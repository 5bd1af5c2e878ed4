//! From parts to a checked [`GraphModel`]: the one way in, whatever the file looked like.

use std::collections::HashSet;

use super::moves::{self, MOST_ARCS};
use super::{
    Attitude, Blocked, GraphModel, Grid, Issue, Moves, Party, PartyId, Preference, Problems, StateEntry,
    StateId, States,
};

/// How large a conflict may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most combinations of levels that are tried when states are not listed.
    pub combinations: u128,
    /// Most moves that are listed, over all parties (only where they cannot be enumerated from vectors).
    pub moves: usize,
    /// Most states for a table of pairwise comparisons (unknown or intransitive preferences).
    pub related_states: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            combinations: 1 << 24,
            moves: MOST_ARCS,
            related_states: 8192,
        }
    }
}

/// An issue and the levels that a rule speaks of.
pub type Literal = (usize, Vec<u8>);

/// A combination that cannot be: every literal at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The literals; all of them together are infeasible.
    pub when: Vec<Literal>,
}

impl Rule {
    /// Whether the rule excludes a vector.
    #[must_use]
    pub fn excludes(&self, levels: &[u8]) -> bool {
        !self.when.is_empty()
            && self
                .when
                .iter()
                .all(|(issue, wanted)| wanted.contains(&levels[*issue]))
    }
}

/// What one party gets wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misperception {
    /// Whose view it is.
    pub party: PartyId,
    /// States that the party does not think of.
    pub unseen: Vec<StateId>,
    /// The preferences that the party ascribes to others, where they differ from the true ones.
    pub ascribed: Vec<(PartyId, Preference)>,
}

/// The parts of a conflict, before they are put together.
#[derive(Debug, Clone, Default)]
pub struct Assembly {
    /// Short name.
    pub id: String,
    /// Title in words.
    pub title: String,
    /// Where it comes from.
    pub source: String,
    /// Who decides.
    pub parties: Vec<Party>,
    /// What they control.
    pub issues: Vec<Issue>,
    /// What cannot be.
    pub rules: Vec<Rule>,
    /// Which moves are ruled out.
    pub blocked: Vec<Blocked>,
    /// The states, if they are listed; else every combination that no rule excludes is one.
    pub listed: Option<Vec<StateEntry>>,
}

impl Assembly {
    /// The states of the conflict, checked against the issues and the rules.
    pub fn states(&self, limits: Limits, problems: &mut Problems) -> Option<States> {
        let Some(grid) = Grid::over(&self.issues) else {
            problems.error(
                "options",
                "more than 2^120 combinations of levels",
                "split the conflict or drop issues that nobody would move",
            );
            return None;
        };
        match &self.listed {
            Some(entries) => self.collect(grid, entries, limits, problems),
            None => self.generate(grid, limits, problems),
        }
    }

    fn generate(&self, grid: Grid, limits: Limits, problems: &mut Problems) -> Option<States> {
        let cells = grid.cells();
        let feasible = |levels: &[u8]| !self.rules.iter().any(|rule| rule.excludes(levels));
        match States::generate(grid, limits.combinations, feasible) {
            None => {
                let most = limits.combinations;
                let reason = format!(
                    "{cells} combinations of levels, and no list of states; at most {most} are judged"
                );
                let hint = "list the states that can come about, or leave out options";
                problems.error("options", reason, hint);
                None
            }
            Some(states) if states.count() == 0 => {
                problems.error("infeasible", "the rules exclude every state", "remove a rule");
                None
            }
            Some(states) => Some(states),
        }
    }

    fn collect(
        &self,
        grid: Grid,
        entries: &[StateEntry],
        limits: Limits,
        problems: &mut Problems,
    ) -> Option<States> {
        let mut seen = HashSet::new();
        for (place, entry) in entries.iter().enumerate() {
            let place = format!("states[{place}]");
            if !seen.insert(entry.id.as_str()) {
                problems.error(
                    &place,
                    format!("the id \"{}\" is used twice", entry.id),
                    "rename one",
                );
            }
            self.warn_if_excluded(&place, entry, problems);
        }
        if problems.any_error() {
            return None;
        }
        match States::collect(grid, entries.to_vec()) {
            Ok(states) => {
                self.warn_of_missing(&states, limits, problems);
                Some(states)
            }
            Err((first, second)) => {
                let reason = format!("shares a vector with states[{first}] (\"{}\")", entries[first].id);
                problems.error(
                    format!("states[{second}]"),
                    reason,
                    "each vector belongs to one state",
                );
                None
            }
        }
    }

    fn warn_if_excluded(&self, place: &str, entry: &StateEntry, problems: &mut Problems) {
        for vector in &entry.vectors {
            if let Some(rule) = self.rules.iter().position(|rule| rule.excludes(vector)) {
                let reason = format!(
                    "\"{}\" is listed although infeasible[{rule}] excludes it",
                    entry.id
                );
                problems.warn(place, reason, "the list of states is what counts");
            }
        }
    }

    /// Vectors that the rules allow but nobody listed: they are taken to be infeasible, and said so.
    fn warn_of_missing(&self, states: &States, limits: Limits, problems: &mut Problems) {
        let cells = states.grid().cells();
        if cells > limits.combinations.min(1 << 20) {
            return;
        }
        let feasible = |levels: &[u8]| !self.rules.iter().any(|rule| rule.excludes(levels));
        let Some(all) = States::generate(states.grid().clone(), cells, feasible) else {
            return;
        };
        let missing = all
            .iter()
            .filter(|state| states.find(all.vector(*state)).is_none())
            .count();
        if missing > 0 {
            let reason = format!("{missing} vectors that no rule excludes are in no listed state");
            problems.warn("states", reason, "they are treated as infeasible");
        }
    }

    /// Puts the parts together. Every preference must cover every state, and there is one a party.
    pub fn model(
        self,
        states: States,
        preferences: Vec<Preference>,
        today: Option<StateId>,
        limits: Limits,
        problems: &mut Problems,
    ) -> Option<GraphModel> {
        let moves = self.moves(&states, limits, problems)?;
        Some(GraphModel {
            id: self.id,
            title: self.title,
            source: self.source,
            parties: self.parties,
            issues: self.issues,
            rules: self.rules,
            blocked: self.blocked,
            states,
            moves,
            by_hand: false,
            preferences,
            today,
            attitudes: None,
            misperceptions: Vec::new(),
        })
    }

    fn moves(&self, states: &States, limits: Limits, problems: &mut Problems) -> Option<Moves> {
        if moves::is_product(&self.issues, states, &self.blocked) {
            return Some(Moves::Product);
        }
        let mut left = limits.moves;
        let mut listed = Vec::with_capacity(self.parties.len());
        for party in 0..self.parties.len() {
            let party = PartyId::at(party);
            match moves::list(&self.issues, states, &self.blocked, party, left) {
                Some(arcs) => {
                    left -= arcs.count().min(left);
                    listed.push(arcs);
                }
                None => {
                    let reason = format!("more than {} moves would have to be listed", limits.moves);
                    problems.error("options", reason, "merge fewer states or drop issues");
                    return None;
                }
            }
        }
        Some(Moves::Listed(listed))
    }
}

impl GraphModel {
    /// The same conflict with moves listed one by one instead of coming from the issues. `arcs` holds one set
    /// a party.
    #[must_use]
    pub fn with_moves(mut self, arcs: Vec<super::Arcs>) -> Self {
        self.moves = Moves::Listed(arcs);
        self.by_hand = true;
        self
    }

    /// The same conflict with attitudes: `attitudes[i][j]` is how i regards j.
    #[must_use]
    pub fn with_attitudes(mut self, attitudes: Vec<Vec<Attitude>>) -> Self {
        self.attitudes = Some(attitudes);
        self
    }

    /// The same conflict with what parties get wrong.
    #[must_use]
    pub fn with_misperceptions(mut self, misperceptions: Vec<Misperception>) -> Self {
        self.misperceptions = misperceptions;
        self
    }

    /// The same conflict with another movement of one issue, the moves being found anew.
    #[must_use]
    pub fn with_movement(
        &self,
        issue: super::IssueId,
        movement: super::Movement,
        limits: Limits,
    ) -> Option<Self> {
        let mut issues = self.issues.clone();
        issues[issue.index()].movement = movement;
        let parts = Assembly {
            id: self.id.clone(),
            title: self.title.clone(),
            source: self.source.clone(),
            parties: self.parties.clone(),
            issues,
            rules: self.rules.clone(),
            blocked: self.blocked.clone(),
            listed: None,
        };
        let mut problems = Problems::default();
        let (states, preferences) = (self.states.clone(), self.preferences.clone());
        let mut changed = parts.model(states, preferences, self.today, limits, &mut problems)?;
        changed.attitudes.clone_from(&self.attitudes);
        Some(changed)
    }

    /// The conflict as a party sees it: the states that it thinks of (in the order of their new numbers), the moves
    /// between them, and the preferences it has and ascribes to others.
    #[must_use]
    pub fn as_seen_by(&self, party: PartyId) -> (Vec<StateId>, Self) {
        let mut preferences = self.preferences.clone();
        let mut kept: Vec<StateId> = self.states.iter().collect();
        for view in self.misperceptions.iter().filter(|view| view.party == party) {
            kept.retain(|state| !view.unseen.contains(state));
            for (other, preference) in &view.ascribed {
                preferences[other.index()] = preference.clone();
            }
        }
        let view = self.seen(&kept, &preferences);
        (kept, view)
    }

    /// The conflict as seen by somebody who thinks only of the states that are kept and who ascribes these
    /// preferences (over all states). State ids are numbered anew in the order of `kept`.
    #[must_use]
    pub fn seen(&self, kept: &[StateId], preferences: &[Preference]) -> Self {
        let mut place = vec![None; self.states.count()];
        for (new, old) in kept.iter().enumerate() {
            place[old.index()] = Some(StateId::at(new));
        }
        let arcs_of = |party: PartyId| {
            let mut arcs = Vec::new();
            for (new, old) in kept.iter().enumerate() {
                self.for_each_move(party, *old, |to| {
                    if let Some(to) = place[to.index()] {
                        arcs.push((StateId::at(new), to));
                    }
                });
            }
            super::Arcs::collect(kept.len(), arcs)
        };
        let entry = |state: &StateId| StateEntry {
            id: self.states.id(*state),
            name: self.states.name(*state).map(str::to_owned),
            vectors: self
                .states
                .members(*state)
                .into_iter()
                .map(<[u8]>::to_vec)
                .collect(),
        };
        let mut view = self.clone();
        view.moves = Moves::Listed(self.party_ids().map(arcs_of).collect());
        if let Ok(states) = States::collect(self.states.grid().clone(), kept.iter().map(entry).collect()) {
            view.states = states;
        }
        view.preferences = preferences
            .iter()
            .map(|preference| preference.restricted(kept))
            .collect();
        view.today = self.today.and_then(|today| place[today.index()]);
        view.misperceptions = Vec::new();
        view
    }
}
