//! Simultaneous sanctions (Fraser and Hipel 1979, 1984): an add-on to another concept.
//!
//! Where every party is unstable at s under the concept, all may leave at once. A party is *stable by
//! simultaneous sanction* there if each of its improvements from s is spoilt: some combination of improvements
//! from s by one or more of its opponents, carried out together with it, lands in a feasible state that is no
//! better for the party than s. In the combination each issue takes the level of whoever changed it; where two
//! parties change one issue to different levels there is no combination. Merged states combine from each of
//! their vectors, by the moves that can be made from that vector.

use detente_conflict::{GraphModel, PartyId, StateId};
use detente_proof::stability::{SimultaneousJudgement, SimultaneousStanding, Spoilt, Step};

use super::{Answer, Concept, StateSet};

/// How much is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SimLimits {
    /// Most combinations over all states.
    pub combinations: u64,
}

impl Default for SimLimits {
    fn default() -> Self {
        Self {
            combinations: 50_000_000,
        }
    }
}

/// For each party, where simultaneous sanctions make it stable although the concept does not; `None` when the
/// limit is reached.
#[must_use]
pub fn simultaneous(
    model: &GraphModel,
    answer: &Answer,
    concept: Concept,
    limits: SimLimits,
) -> Option<Vec<StateSet>> {
    let states = model.states().count();
    let mut contested = StateSet::all(states);
    for party in model.party_ids() {
        for state in answer.stable(concept, party)?.iter() {
            contested.remove(state);
        }
    }
    let mut stable: Vec<StateSet> = model.party_ids().map(|_| StateSet::none(states)).collect();
    let mut left = limits.combinations;
    for state in contested.iter() {
        let leaving = Leaving::from(model, state);
        for party in model.party_ids() {
            if leaving.all_spoilt(model, party, &mut left)?.is_ok() {
                stable[party.index()].insert(state);
            }
        }
    }
    Some(stable)
}

/// The judgement of one party at one state, with what makes it so; `None` when the limit is reached or the concept was
/// not judged.
#[must_use]
pub fn simultaneous_witness(
    model: &GraphModel,
    answer: &Answer,
    (party, state): (PartyId, StateId),
    concept: Concept,
    limits: SimLimits,
) -> Option<SimultaneousJudgement> {
    let mut stays = None;
    for other in model.party_ids() {
        if stays.is_none() && answer.stable(concept, other)?.contains(state) {
            stays = Some(other);
        }
    }
    let id = |state: StateId| model.states().id(state);
    let standing = match stays {
        Some(other) => SimultaneousStanding::SomebodyStays(model.party(other).id.clone()),
        None => {
            let mut left = limits.combinations;
            match Leaving::from(model, state).all_spoilt(model, party, &mut left)? {
                Err(open) => SimultaneousStanding::Unstable(id(open)),
                Ok(all) => {
                    SimultaneousStanding::Stable(all.into_iter().map(|one| one.named(model)).collect())
                }
            }
        }
    };
    Some(SimultaneousJudgement {
        party: model.party(party).id.clone(),
        state: id(state),
        concept,
        standing,
    })
}

/// Which levels a party changes, out of one vector of the state it leaves.
type Changes = Vec<(usize, u8)>;

/// One improvement: what is changed and where it leads.
struct Way {
    changes: Changes,
    to: StateId,
}

/// The improvements of every party, out of one vector of the state that is left.
struct Ways {
    member: Vec<u8>,
    of_party: Vec<Vec<Way>>,
}

/// How one improvement is spoilt.
struct Spoiling {
    leaving_to: StateId,
    together: Vec<(PartyId, StateId)>,
    lands: StateId,
}

struct Leaving {
    from: StateId,
    /// One entry for each vector of the state.
    improvements: Vec<Ways>,
}

impl Spoiling {
    fn named(self, model: &GraphModel) -> Spoilt {
        let id = |state: StateId| model.states().id(state);
        let step = |(other, to): (PartyId, StateId)| Step {
            by: model.party(other).id.clone(),
            to: id(to),
        };
        Spoilt {
            leaving_to: id(self.leaving_to),
            together: self.together.into_iter().map(step).collect(),
            lands: id(self.lands),
        }
    }
}

impl Leaving {
    fn from(model: &GraphModel, from: StateId) -> Self {
        let mut improvements = Vec::new();
        for member in model.states().members(from) {
            let of_party = |party: PartyId| {
                let preference = model.preference(party);
                let mut found = Vec::new();
                model.for_each_move(party, from, |to| {
                    if !preference.compare(to, from).is_better() {
                        return;
                    }
                    for reached in model.states().members(to) {
                        // Of a merged state it may be that only some vectors can be left by this move.
                        if !model.can_change(party, member, reached) {
                            continue;
                        }
                        let changed = (0..member.len()).filter(|issue| member[*issue] != reached[*issue]);
                        let changes = changed.map(|issue| (issue, reached[issue])).collect();
                        found.push(Way { changes, to });
                    }
                });
                found
            };
            let of_party = model.party_ids().map(of_party).collect();
            let member = member.to_vec();
            improvements.push(Ways { member, of_party });
        }
        Self { from, improvements }
    }

    /// How each improvement of the party is spoilt, or one that is not; `None` when the limit is reached.
    fn all_spoilt(
        &self,
        model: &GraphModel,
        party: PartyId,
        left: &mut u64,
    ) -> Option<Result<Vec<Spoiling>, StateId>> {
        let mut targets: Vec<StateId> = Vec::new();
        model.for_each_move(party, self.from, |to| {
            if model.preference(party).compare(to, self.from).is_better() {
                targets.push(to);
            }
        });
        let mut all = Vec::new();
        for target in targets {
            let mut spoilt = None;
            for ways in &self.improvements {
                for way in ways.of_party[party.index()].iter().filter(|way| way.to == target) {
                    if spoilt.is_none() {
                        spoilt = self.spoils(model, party, ways, way, left)?;
                    }
                }
            }
            match spoilt {
                Some(spoiling) => all.push(spoiling),
                None => return Some(Err(target)),
            }
        }
        Some(Ok(all))
    }

    /// A combination of opponents that spoils one improvement, if there is one.
    fn spoils(
        &self,
        model: &GraphModel,
        party: PartyId,
        ways: &Ways,
        own: &Way,
        left: &mut u64,
    ) -> Option<Option<Spoiling>> {
        let others: Vec<(PartyId, &[Way])> = model
            .party_ids()
            .filter(|other| *other != party)
            .map(|other| (other, ways.of_party[other.index()].as_slice()))
            .collect();
        let mut choice = vec![0usize; others.len()];
        loop {
            let mut place = 0;
            while place < choice.len() {
                choice[place] += 1;
                if choice[place] <= others[place].1.len() {
                    break;
                }
                choice[place] = 0;
                place += 1;
            }
            if place == choice.len() {
                return Some(None);
            }
            *left = left.checked_sub(1)?;
            let chosen = choice.iter().zip(&others).filter(|(pick, _)| **pick > 0);
            let chosen = chosen.map(|(pick, (other, of))| (*other, &of[pick - 1]));
            let changes = chosen.clone().map(|(_, way)| &way.changes);
            let all = changes.chain(std::iter::once(&own.changes));
            if let Some(together) = combine(&ways.member, all)
                && let Some(state) = model.states().find(&together)
                && model.preference(party).compare(state, self.from).is_no_better()
            {
                return Some(Some(Spoiling {
                    leaving_to: own.to,
                    together: chosen.map(|(other, way)| (other, way.to)).collect(),
                    lands: state,
                }));
            }
        }
    }
}

/// The vector after all changes at once, unless two of them contradict each other.
fn combine<'a>(member: &[u8], all: impl Iterator<Item = &'a Changes>) -> Option<Vec<u8>> {
    let mut together = member.to_vec();
    let mut changed = vec![false; member.len()];
    for changes in all {
        for (issue, level) in changes {
            if changed[*issue] && together[*issue] != *level {
                return None;
            }
            changed[*issue] = true;
            together[*issue] = *level;
        }
    }
    Some(together)
}
