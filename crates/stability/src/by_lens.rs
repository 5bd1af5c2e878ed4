//! Judges every state for every party through a lens: unknown, strong or intransitive preferences, attitudes.
//!
//! Where a preference is no complete ranking the threshold of [`super::judge`] does not exist: what deters
//! depends on the state that is left. So the sets are built: `R_O(q)` or `R_O+(q)` once for each state q that
//! some improvement leads to, one bit a state, then each judgement looks for a common element.

use detente_conflict::{GraphModel, PartyId, StateId};
use rayon::prelude::*;

use super::{Answer, Concept, Lens, StateSet, Trouble, joint_reach};
use detente_base::watch::Watch;

/// How large a conflict is judged by sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LensLimits {
    /// Most states.
    pub states: usize,
}

impl Default for LensLimits {
    fn default() -> Self {
        Self { states: 8192 }
    }
}

/// Judges every state for every party under the concepts, through a lens.
///
/// # Errors
/// [`Trouble::TooLarge`] beyond the limit, [`Trouble::Stopped`] if the watch says so.
pub fn judge_by_lens(
    model: &GraphModel,
    concepts: &[Concept],
    lens: Lens,
    limits: LensLimits,
    watch: &dyn Watch,
) -> Result<Answer, Trouble> {
    let count = model.states().count();
    if count > limits.states {
        return Err(Trouble::TooLarge(count, limits.states));
    }
    let parties: Vec<PartyId> = model.party_ids().collect();
    let mut by_concept = Vec::with_capacity(concepts.len());
    for concept in concepts {
        let one = |party: &PartyId| judge_party(model, *party, *concept, lens, watch);
        let by_party: Result<Vec<StateSet>, Trouble> = parties.par_iter().map(one).collect();
        by_concept.push(by_party?);
    }
    Ok(Answer::new(count, concepts.to_vec(), by_concept))
}

fn judge_party(
    model: &GraphModel,
    party: PartyId,
    concept: Concept,
    lens: Lens,
    watch: &dyn Watch,
) -> Result<StateSet, Trouble> {
    let count = model.states().count();
    let opponents: Vec<PartyId> = model.party_ids().filter(|other| *other != party).collect();
    let step =
        |mover: PartyId, from: StateId, to: StateId| !concept.credible() || lens.pays(model, mover, from, to);
    let mut answers: Vec<Option<StateSet>> = vec![None; count];
    let mut stable = StateSet::none(count);
    for state in model.states().iter() {
        if watch.should_stop() {
            return Err(Trouble::Stopped);
        }
        let mut tempting = model.moves_from(party, state);
        tempting.retain(|q| lens.leaves(model, party, state, *q));
        if !tempting.is_empty() && concept == Concept::Nash {
            continue;
        }
        // What deters from leaving this state, found once for all its improvements.
        let mut deterrents: Vec<Option<bool>> = vec![None; if tempting.is_empty() { 0 } else { count }];
        let mut deters = |at: StateId| {
            *deterrents[at.index()].get_or_insert_with(|| {
                let one = |w: StateId| lens.deters(model, party, state, w);
                one(at) && (!concept.symmetric() || model.moves_from(party, at).into_iter().all(one))
            })
        };
        let all = tempting.into_iter().all(|q| {
            let reached = answers[q.index()]
                .get_or_insert_with(|| joint_reach(model, &opponents, q, step).states().clone());
            reached.iter().any(&mut deters)
        });
        if all {
            stable.insert(state);
        }
    }
    Ok(stable)
}
