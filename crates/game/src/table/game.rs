//! An explicit stochastic game: every state, joint action, payoff and probability listed, all exact.
//!
//! In state s every party i picks an action from `A_i(s)`; the joint action a gives everybody the period
//! payoff `g_i(s,a)` and the next state is drawn from `p(.|s,a)`. Payoffs are per-period averages:
//! `v_i = (1-d_i) g_i(s,a) + d_i E v_i(s')`. A joint action that is *off the path* may be deviated to but
//! never be prescribed. Arrays are flat: joint actions are numbered through all states, within a state with
//! the first party's action moving fastest; distributions over next states are stored once each.

use std::collections::HashMap;

use super::ids::{Law, Profile, TableParty, TableState};
use detente_base::number::Exact;

/// The most parties an explicit game may have.
pub const MOST_PARTIES: usize = 8;
/// The most joint actions an explicit game may have.
pub const MOST_PROFILES: usize = 20_000_000;

/// One joint action as it is handed to [`TableGame::new`].
#[derive(Debug, Clone)]
pub struct ProfileParts {
    /// What each party gets this period.
    pub payoffs: Vec<Exact>,
    /// Next states with their probabilities, adding up to one.
    pub next: Vec<(usize, Exact)>,
    /// Whether it may be prescribed.
    pub on_path: bool,
}

/// One state as it is handed to [`TableGame::new`].
#[derive(Debug, Clone)]
pub struct StateParts {
    /// What to call it.
    pub label: String,
    /// How many actions each party has here.
    pub actions: Vec<usize>,
    /// Every joint action, the first party's action moving fastest.
    pub profiles: Vec<ProfileParts>,
}

/// What is wrong with the parts of a game, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableProblem {
    /// Where, as a path such as `state[2].profiles[5].next`.
    pub place: String,
    /// What is wrong.
    pub message: String,
}

impl std::fmt::Display for TableProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// An explicit stochastic game, checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableGame {
    name: String,
    source: String,
    discount: Vec<Exact>,
    labels: Vec<String>,
    actions: Vec<u32>,
    first_profile: Vec<u32>,
    payoffs: Vec<Exact>,
    law_of: Vec<Law>,
    on_path: Vec<bool>,
    laws: Vec<Vec<(TableState, Exact)>>,
}

impl TableGame {
    /// Checks the parts and lays them out flat.
    ///
    /// # Errors
    /// Everything that is wrong: sizes that do not fit, probabilities below zero or not adding up to one,
    /// a discount factor outside [0, 1).
    pub fn new(
        name: &str,
        source: &str,
        discount: Vec<Exact>,
        states: Vec<StateParts>,
    ) -> Result<Self, Vec<TableProblem>> {
        let mut problems = check_sizes(&discount, &states);
        if problems.is_empty() {
            check_states(&discount, &states, &mut problems);
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let mut game = Self {
            name: name.to_owned(),
            source: source.to_owned(),
            discount,
            labels: Vec::new(),
            actions: Vec::new(),
            first_profile: vec![0],
            payoffs: Vec::new(),
            law_of: Vec::new(),
            on_path: Vec::new(),
            laws: Vec::new(),
        };
        let mut known: HashMap<Vec<(TableState, Exact)>, Law> = HashMap::new();
        for state in states {
            game.labels.push(state.label);
            game.actions
                .extend(state.actions.iter().map(|count| *count as u32));
            for profile in state.profiles {
                game.payoffs.extend(profile.payoffs);
                game.on_path.push(profile.on_path);
                let law = game.share_law(&mut known, profile.next);
                game.law_of.push(law);
            }
            game.first_profile.push(game.law_of.len() as u32);
        }
        Ok(game)
    }

    fn share_law(
        &mut self,
        known: &mut HashMap<Vec<(TableState, Exact)>, Law>,
        next: Vec<(usize, Exact)>,
    ) -> Law {
        let mut law: Vec<(TableState, Exact)> = Vec::with_capacity(next.len());
        for (state, chance) in next {
            match law.iter_mut().find(|(known, _)| known.index() == state) {
                Some((_, sum)) => *sum += chance,
                None => law.push((TableState::at(state), chance)),
            }
        }
        law.retain(|(_, chance)| *chance != Exact::ZERO);
        law.sort_by_key(|(state, _)| *state);
        *known.entry(law).or_insert_with_key(|law| {
            self.laws.push(law.clone());
            Law::at(self.laws.len() - 1)
        })
    }

    /// What the game is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it comes from.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How many parties there are.
    #[must_use]
    pub fn parties(&self) -> usize {
        self.discount.len()
    }

    /// How many states there are.
    #[must_use]
    pub fn states(&self) -> usize {
        self.labels.len()
    }

    /// How many joint actions there are in all states together.
    #[must_use]
    pub fn profile_count(&self) -> usize {
        self.law_of.len()
    }

    /// How many different distributions over next states there are.
    #[must_use]
    pub fn law_count(&self) -> usize {
        self.laws.len()
    }

    /// The discount factor of each party.
    #[must_use]
    pub fn discount(&self) -> &[Exact] {
        &self.discount
    }

    /// What a state is called.
    #[must_use]
    pub fn label(&self, state: TableState) -> &str {
        &self.labels[state.index()]
    }

    /// The joint actions of a state.
    pub fn profiles(&self, state: TableState) -> impl ExactSizeIterator<Item = Profile> + use<> {
        (self.first_profile[state.index()] as usize..self.first_profile[state.index() + 1] as usize)
            .map(Profile::at)
    }

    /// The state a joint action belongs to.
    #[must_use]
    pub fn state_of(&self, profile: Profile) -> TableState {
        let after = self
            .first_profile
            .partition_point(|first| *first as usize <= profile.index());
        TableState::at(after - 1)
    }

    /// How many actions each party has in a state.
    #[must_use]
    pub fn action_counts(&self, state: TableState) -> &[u32] {
        let n = self.parties();
        &self.actions[state.index() * n..(state.index() + 1) * n]
    }

    /// The actions that make up a joint action of `state`.
    #[must_use]
    pub fn actions_of(&self, state: TableState, profile: Profile) -> Vec<usize> {
        let mut rest = profile.index() - self.first_profile[state.index()] as usize;
        self.action_counts(state)
            .iter()
            .map(|count| {
                let action = rest % *count as usize;
                rest /= *count as usize;
                action
            })
            .collect()
    }

    /// The joint actions that `party` can bring about from `profile` by changing its own action, in the order
    /// of its actions (`profile` itself among them).
    pub fn deviations(
        &self,
        state: TableState,
        profile: Profile,
        party: TableParty,
    ) -> impl ExactSizeIterator<Item = Profile> + use<> {
        let counts = self.action_counts(state);
        let stride: usize = counts[..party.index()]
            .iter()
            .map(|count| *count as usize)
            .product();
        let count = counts[party.index()] as usize;
        let within = profile.index() - self.first_profile[state.index()] as usize;
        let base = profile.index() - (within / stride % count) * stride;
        (0..count).map(move |action| Profile::at(base + action * stride))
    }

    /// What each party gets in the period in which a joint action is played.
    #[must_use]
    pub fn payoffs(&self, profile: Profile) -> &[Exact] {
        let n = self.parties();
        &self.payoffs[profile.index() * n..(profile.index() + 1) * n]
    }

    /// Which distribution over next states a joint action leads to.
    #[must_use]
    pub fn law_of(&self, profile: Profile) -> Law {
        self.law_of[profile.index()]
    }

    /// The next states of a distribution with their probabilities (all above zero), sorted by state.
    #[must_use]
    pub fn law(&self, law: Law) -> &[(TableState, Exact)] {
        &self.laws[law.index()]
    }

    /// Whether a joint action may be prescribed.
    #[must_use]
    pub fn on_path(&self, profile: Profile) -> bool {
        self.on_path[profile.index()]
    }

    /// The same game with other discount factors.
    ///
    /// # Errors
    /// When there is not one for each party or one lies outside [0, 1).
    pub fn with_discount(&self, discount: Vec<Exact>) -> Result<Self, Vec<TableProblem>> {
        let mut problems = Vec::new();
        if discount.len() != self.parties() {
            problems.push(problem("discount", "one factor for each party is needed"));
        }
        check_discount(&discount, &mut problems);
        if problems.is_empty() {
            Ok(Self {
                discount,
                ..self.clone()
            })
        } else {
            Err(problems)
        }
    }
}

pub(super) fn problem(place: impl Into<String>, message: impl Into<String>) -> TableProblem {
    TableProblem {
        place: place.into(),
        message: message.into(),
    }
}

fn check_discount(discount: &[Exact], problems: &mut Vec<TableProblem>) {
    if discount
        .iter()
        .any(|factor| *factor < Exact::ZERO || *factor >= Exact::ONE)
    {
        problems.push(problem(
            "discount",
            "a discount factor must be at least 0 and below 1",
        ));
    }
}

fn check_sizes(discount: &[Exact], states: &[StateParts]) -> Vec<TableProblem> {
    let mut problems = Vec::new();
    if discount.is_empty() || discount.len() > MOST_PARTIES {
        problems.push(problem(
            "players",
            format!("between 1 and {MOST_PARTIES} parties are supported"),
        ));
    }
    check_discount(discount, &mut problems);
    if states.is_empty() {
        problems.push(problem("state", "a game needs at least one state"));
    }
    for (s, state) in states.iter().enumerate() {
        let place = format!("state[{s}]");
        if state.actions.len() != discount.len() || state.actions.contains(&0) {
            problems.push(problem(place, "every party needs at least one action here"));
            continue;
        }
        let joint = state
            .actions
            .iter()
            .try_fold(1usize, |product, count| product.checked_mul(*count));
        if joint.is_none_or(|joint| joint > MOST_PROFILES) {
            problems.push(problem(place, format!("more than {MOST_PROFILES} joint actions")));
        } else if joint != Some(state.profiles.len()) {
            let message = format!(
                "{} joint actions are listed; {} are possible",
                state.profiles.len(),
                joint.unwrap_or(0)
            );
            problems.push(problem(place, message));
        }
    }
    let total: usize = states.iter().map(|state| state.profiles.len()).sum();
    if total > MOST_PROFILES {
        problems.push(problem(
            "state",
            format!("more than {MOST_PROFILES} joint actions in all"),
        ));
    }
    problems
}

fn check_states(discount: &[Exact], states: &[StateParts], problems: &mut Vec<TableProblem>) {
    for (s, state) in states.iter().enumerate() {
        for (a, profile) in state.profiles.iter().enumerate() {
            let place = |what: &str| format!("state[{s}].profiles[{a}].{what}");
            if profile.payoffs.len() != discount.len() {
                problems.push(problem(place("u"), "one payoff for each party is needed"));
            }
            if let Some((state, _)) = profile.next.iter().find(|(state, _)| *state >= states.len()) {
                problems.push(problem(place("next"), format!("there is no state {state}")));
            }
            if profile.next.iter().any(|(_, chance)| *chance < Exact::ZERO) {
                problems.push(problem(place("next"), "a probability is below zero"));
            }
            let sum: Exact = profile
                .next
                .iter()
                .fold(Exact::ZERO, |sum, (_, chance)| sum + chance);
            if sum != Exact::ONE {
                problems.push(problem(
                    place("next"),
                    format!("the probabilities add up to {sum}, not to 1"),
                ));
            }
        }
    }
}
