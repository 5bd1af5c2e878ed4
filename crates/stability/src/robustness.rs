//! What the equilibria rest on: every single change of one ranking by one step, and of one option's
//! reversibility, and which equilibria it ends or brings.
//!
//! For each party and each pair of neighbouring groups of tied states: they *swap* places, or they *tie*; for
//! each state that is tied with others: it comes to stand just above or just below them. For each option that
//! moves one way only: it moves both ways; for each that moves both ways: only upwards, only downwards.

use detente_conflict::{GraphModel, IssueId, Limits, Movement, PartyId, Preference, Ranking, StateId};

use super::{Answer, Concept, StateSet, Trouble, judge};
use detente_base::watch::Watch;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Two neighbouring groups of a ranking change places: those that were above, those that were below.
    Swap(PartyId, Vec<StateId>, Vec<StateId>),
    /// Two neighbouring groups of a ranking become one.
    Tie(PartyId, Vec<StateId>, Vec<StateId>),
    /// A state comes to stand just above the states that it was tied with.
    Raise(PartyId, StateId),
    /// A state comes to stand just below the states that it was tied with.
    Lower(PartyId, StateId),
    /// An option moves differently.
    Move(IssueId, Movement),
}

/// What one change does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// The change.
    pub change: Change,
    /// For each concept judged, the equilibria that are none any more.
    pub ends: Vec<StateSet>,
    /// For each concept judged, the new equilibria.
    pub brings: Vec<StateSet>,
}

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RobustnessLimits {
    /// Most changes times states.
    pub work: usize,
}

impl Default for RobustnessLimits {
    fn default() -> Self {
        Self { work: 500_000 }
    }
}

/// Every single change of a conflict, without repetition.
#[must_use]
pub fn changes(model: &GraphModel) -> Vec<Change> {
    let mut all = Vec::new();
    for party in model.party_ids() {
        let Some(ranking) = model.preference(party).ranking() else {
            continue;
        };
        let groups = ranking.groups();
        for pair in groups.windows(2) {
            all.push(Change::Swap(party, pair[0].clone(), pair[1].clone()));
            all.push(Change::Tie(party, pair[0].clone(), pair[1].clone()));
        }
        for group in groups.iter().filter(|group| group.len() > 1) {
            for state in group {
                all.push(Change::Raise(party, *state));
                all.push(Change::Lower(party, *state));
            }
        }
    }
    if model.moves_by_hand() {
        return all;
    }
    for (issue, part) in model.issues().iter().enumerate() {
        let issue = IssueId::at(issue);
        match part.movement {
            Movement::FREE => {
                all.push(Change::Move(issue, Movement::FORWARD));
                all.push(Change::Move(issue, Movement::BACKWARD));
            }
            _ => all.push(Change::Move(issue, Movement::FREE)),
        }
    }
    all
}

/// The conflict after a change.
#[must_use]
pub fn changed(model: &GraphModel, change: &Change, limits: Limits) -> Option<GraphModel> {
    let regrouped = |party: PartyId, edit: &dyn Fn(&mut Vec<Vec<StateId>>)| {
        let mut groups = model.preference(party).ranking()?.groups();
        edit(&mut groups);
        let ranking = Ranking::from_groups(model.states().count(), &groups, &[])?;
        Some(model.with_preference(party, Preference::Ranked(ranking)))
    };
    let place = |groups: &[Vec<StateId>], state: StateId| {
        groups
            .iter()
            .position(|group| group.contains(&state))
            .unwrap_or(0)
    };
    match change {
        Change::Swap(party, above, _) => regrouped(*party, &|groups| {
            let place = place(groups, above[0]);
            groups.swap(place, place + 1);
        }),
        Change::Tie(party, above, _) => regrouped(*party, &|groups| {
            let place = place(groups, above[0]);
            let below = groups.remove(place + 1);
            groups[place].extend(below);
        }),
        Change::Raise(party, state) | Change::Lower(party, state) => regrouped(*party, &|groups| {
            let place = place(groups, *state);
            groups[place].retain(|tied| tied != state);
            let at = if matches!(change, Change::Raise(..)) {
                place
            } else {
                place + 1
            };
            groups.insert(at, vec![*state]);
        }),
        Change::Move(issue, movement) => model.with_movement(*issue, *movement, limits),
    }
}

/// What every single change does to the equilibria of the concepts in `answer`. Only changes that do something
/// come back, with the number of those that were tried.
///
/// # Errors
/// [`Trouble::TooLarge`] when changes times states exceed the limit, [`Trouble::NotRanked`], [`Trouble::Stopped`].
pub fn robustness(
    model: &GraphModel,
    answer: &Answer,
    limits: RobustnessLimits,
    watch: &dyn Watch,
) -> Result<(usize, Vec<Effect>), Trouble> {
    let concepts: Vec<Concept> = answer.concepts().to_vec();
    let equilibria = |answer: &Answer| -> Vec<StateSet> {
        concepts
            .iter()
            .filter_map(|concept| answer.equilibria(*concept))
            .collect()
    };
    let now = equilibria(answer);
    let all = changes(model);
    let work = all.len() * model.states().count();
    if work > limits.work {
        return Err(Trouble::TooLarge(
            model.states().count(),
            limits.work / all.len().max(1),
        ));
    }
    let mut effects = Vec::new();
    let mut tried = 0;
    for (done, change) in all.into_iter().enumerate() {
        watch.advanced("single changes tried", done as u64, None);
        let Some(other) = changed(model, &change, Limits::default()) else {
            continue;
        };
        let then = equilibria(&judge(&other, &concepts, watch)?);
        tried += 1;
        if then != now {
            let without = |a: &StateSet, b: &StateSet| {
                let mut left = a.clone();
                b.iter().for_each(|state| left.remove(state));
                left
            };
            let pairs = || now.iter().zip(&then);
            effects.push(Effect {
                change,
                ends: pairs().map(|(now, then)| without(now, then)).collect(),
                brings: pairs().map(|(now, then)| without(then, now)).collect(),
            });
        }
    }
    Ok((tried, effects))
}
