//! Judgements by simultaneous sanctions (Fraser and Hipel 1979, 1984), where every party is unstable at s under a concept.
//!
//! *Stable*: for each improvement of the party, improvements of one or more others that, carried out together with it,
//! land in a feasible state that is no better for the party. *Unstable*: somebody stays at s, so that nothing happens
//! there at once; or one improvement that no combination spoils, which the checker tries all.

use std::collections::HashSet;

use detente_conflict::{GraphModel, PartyId, StateId};
use serde::{Deserialize, Serialize};

use super::check::{Flaw, Names, all_answered};
use super::reached::stays;
use super::{Concept, Lens, Step};

/// Up to so many combinations of improvements are tried for one judgement.
pub const MOST_COMBINED: u64 = 1_000_000;

/// How one improvement is spoilt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoilt {
    /// Where the party would go.
    pub leaving_to: String,
    /// Where each of some others would go at the same time.
    pub together: Vec<Step>,
    /// Where that lands.
    pub lands: String,
}

/// Why a party stays, or not, for fear of what others do at the same time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum SimultaneousStanding {
    /// Each of its improvements is spoilt.
    Stable(Vec<Spoilt>),
    /// Somebody stays under the concept itself: not everybody leaves at once.
    SomebodyStays(String),
    /// This improvement is not spoilt.
    Unstable(String),
}

/// A claim about one party at one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SimultaneousJudgement {
    /// Whose view it is.
    pub party: String,
    /// The state it may leave.
    pub state: String,
    /// The concept that simultaneous sanctions are added to.
    pub concept: Concept,
    /// What is claimed, and why.
    pub standing: SimultaneousStanding,
}

/// Which levels are changed, out of one vector.
type Changes = Vec<(usize, u8)>;

pub(super) fn check_simultaneous(names: &Names<'_>, judgement: &SimultaneousJudgement) -> Result<(), Flaw> {
    let model = names.model;
    if model.moves_by_hand() || model.issues().is_empty() {
        return Err(Flaw::TooMuch("moves by hand cannot be combined".to_owned()));
    }
    let (party, state) = (names.party(&judgement.party)?, names.state(&judgement.state)?);
    let staying = |other: PartyId| stays(model, other, state, judgement.concept, Lens::PLAIN);
    match &judgement.standing {
        SimultaneousStanding::SomebodyStays(id) => match staying(names.party(id)?) {
            true => Ok(()),
            false => Err(Flaw::Contrary(format!("{id} does not stay"))),
        },
        SimultaneousStanding::Stable(given) => {
            everybody_leaves(model, staying)?;
            check_stable(names, party, state, given)
        }
        SimultaneousStanding::Unstable(open) => {
            everybody_leaves(model, staying)?;
            check_open(names, party, state, names.state(open)?)
        }
    }
}

/// That nobody stays under the concept itself.
fn everybody_leaves(model: &GraphModel, staying: impl Fn(PartyId) -> bool) -> Result<(), Flaw> {
    match model.party_ids().find(|other| staying(*other)) {
        Some(other) => Err(Flaw::Contrary(format!("{} stays", model.party(other).id))),
        None => Ok(()),
    }
}

fn improvements(model: &GraphModel, party: PartyId, from: StateId) -> Vec<StateId> {
    let mut all = model.moves_from(party, from);
    all.retain(|to| model.preference(party).compare(*to, from).is_better());
    all
}

/// The ways from one vector to a state that are open to a party. Where states are merged, it may be that only some of
/// their vectors can be left, or reached, by its moves.
fn ways(model: &GraphModel, party: PartyId, member: &[u8], to: StateId) -> Vec<Changes> {
    let members = model.states().members(to).into_iter();
    let open = members.filter(|reached| model.can_change(party, member, reached));
    open.map(|reached| {
        let changed = (0..member.len()).filter(|issue| member[*issue] != reached[*issue]);
        changed.map(|issue| (issue, reached[issue])).collect()
    })
    .collect()
}

/// A vector with all changes at once, unless two of them contradict each other.
fn together(member: &[u8], changes: &[&Changes]) -> Option<Vec<u8>> {
    let mut levels: Vec<Option<u8>> = vec![None; member.len()];
    for (issue, level) in changes.iter().copied().flatten() {
        if levels[*issue]
            .replace(*level)
            .is_some_and(|other| other != *level)
        {
            return None;
        }
    }
    Some(
        levels
            .iter()
            .zip(member)
            .map(|(changed, old)| changed.unwrap_or(*old))
            .collect(),
    )
}

fn check_stable(names: &Names<'_>, party: PartyId, state: StateId, given: &[Spoilt]) -> Result<(), Flaw> {
    let model = names.model;
    let mut answered = HashSet::new();
    let mut left = MOST_COMBINED;
    for spoilt in given {
        let (leaving_to, lands) = (names.state(&spoilt.leaving_to)?, names.state(&spoilt.lands)?);
        let mut moves = vec![(party, leaving_to)];
        for step in &spoilt.together {
            let (mover, to) = (names.party(&step.by)?, names.state(&step.to)?);
            if moves.iter().any(|(known, _)| *known == mover) {
                return Err(Flaw::BadStep(step.to.clone(), "nobody moves twice at once"));
            }
            if !improvements(model, mover, state).contains(&to) {
                return Err(Flaw::BadStep(step.to.clone(), "it does not pay the mover"));
            }
            moves.push((mover, to));
        }
        if moves.len() < 2 || !model.preference(party).compare(lands, state).is_no_better() {
            return Err(Flaw::DoesNotDeter(spoilt.lands.clone()));
        }
        let mut found = false;
        for member in model.states().members(state) {
            let choices: Vec<Vec<Changes>> = moves
                .iter()
                .map(|(mover, to)| ways(model, *mover, member, *to))
                .collect();
            found = found || lands_there(model, member, &choices, &|at| at == lands, &mut left)?;
        }
        if !found {
            return Err(Flaw::BadStep(
                spoilt.lands.clone(),
                "these moves together do not lead there",
            ));
        }
        answered.insert(leaving_to);
    }
    all_answered(model, improvements(model, party, state), &answered)
}

/// Whether one choice from each list, all together, lands in a state that is `wanted`.
fn lands_there(
    model: &GraphModel,
    member: &[u8],
    choices: &[Vec<Changes>],
    wanted: &dyn Fn(StateId) -> bool,
    left: &mut u64,
) -> Result<bool, Flaw> {
    // Only whole combinations are counted, so lists before an empty one would be gone through without end.
    if choices.iter().any(Vec::is_empty) {
        return Ok(false);
    }
    let mut picked: Vec<&Changes> = Vec::with_capacity(choices.len());
    pick(model, member, choices, &mut picked, wanted, left)
}

fn pick<'a>(
    model: &GraphModel,
    member: &[u8],
    choices: &'a [Vec<Changes>],
    picked: &mut Vec<&'a Changes>,
    wanted: &dyn Fn(StateId) -> bool,
    left: &mut u64,
) -> Result<bool, Flaw> {
    let Some((first, rest)) = choices.split_first() else {
        *left = left.checked_sub(1).ok_or_else(too_many)?;
        let state = together(member, picked).and_then(|vector| model.states().find(&vector));
        return Ok(state.is_some_and(wanted));
    };
    for way in first {
        picked.push(way);
        let found = pick(model, member, rest, picked, wanted, left)?;
        picked.pop();
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

fn too_many() -> Flaw {
    Flaw::TooMuch(format!("more than {MOST_COMBINED} combinations"))
}

/// That nothing the others could do at once spoils one improvement: every subset of them, every improvement of each.
fn check_open(names: &Names<'_>, party: PartyId, state: StateId, leaving_to: StateId) -> Result<(), Flaw> {
    let model = names.model;
    if !improvements(model, party, state).contains(&leaving_to) {
        return Err(Flaw::NoReasonToLeave(model.states().id(leaving_to)));
    }
    let others = || model.party_ids().filter(|other| *other != party);
    let no_better = |at: StateId| model.preference(party).compare(at, state).is_no_better();
    let mut left = MOST_COMBINED;
    for member in model.states().members(state) {
        let own = ways(model, party, member, leaving_to);
        let mut of_others: Vec<Vec<Changes>> = others()
            .map(|other| {
                let all = improvements(model, other, state).into_iter();
                all.flat_map(|to| ways(model, other, member, to)).collect()
            })
            .collect();
        // Whoever can do nothing from this vector is in no combination.
        of_others.retain(|ways| !ways.is_empty());
        if own.is_empty() {
            continue;
        }
        if of_others.len() >= 20 {
            return Err(too_many());
        }
        for bits in 1usize..1 << of_others.len() {
            let chosen = of_others
                .iter()
                .enumerate()
                .filter(|(bit, _)| bits & (1 << bit) != 0);
            let choices: Vec<Vec<Changes>> = std::iter::once(own.clone())
                .chain(chosen.map(|(_, ways)| ways.clone()))
                .collect();
            if lands_there(model, member, &choices, &no_better, &mut left)? {
                return Err(Flaw::Contrary(
                    "something the others do at once spoils it".to_owned(),
                ));
            }
        }
    }
    Ok(())
}
