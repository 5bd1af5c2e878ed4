//! What a group of parties can bring about: every state at which some legal sequence of its members' moves ends. Nobody
//! moves twice in succession; the search is over (state, last mover), by the plain definition.

use std::collections::HashSet;

use detente_conflict::{GraphModel, PartyId, StateId};

use super::{Concept, Lens};

/// Where legal sequences of a group's moves end, each step allowed by `allowed(mover, from, to)`.
pub(super) fn reached(
    model: &GraphModel,
    group: &[PartyId],
    from: StateId,
    allowed: impl Fn(PartyId, StateId, StateId) -> bool,
) -> HashSet<StateId> {
    let mut seen: HashSet<(StateId, PartyId)> = HashSet::new();
    let mut waiting: Vec<(StateId, Option<PartyId>)> = vec![(from, None)];
    while let Some((at, last)) = waiting.pop() {
        for mover in group.iter().copied().filter(|mover| Some(*mover) != last) {
            for to in model.moves_from(mover, at) {
                if allowed(mover, at, to) && seen.insert((to, mover)) {
                    waiting.push((to, Some(mover)));
                }
            }
        }
    }
    seen.into_iter().map(|(state, _)| state).collect()
}

/// Everybody but those named.
pub(super) fn all_but(model: &GraphModel, members: &[PartyId]) -> Vec<PartyId> {
    model
        .party_ids()
        .filter(|party| !members.contains(party))
        .collect()
}

/// Whether a party stays, by the definition of the concept, everything recomputed.
pub(super) fn stays(
    model: &GraphModel,
    party: PartyId,
    state: StateId,
    concept: Concept,
    lens: Lens,
) -> bool {
    let opponents = all_but(model, &[party]);
    let pays = |mover, from, to| !concept.credible() || lens.pays(model, mover, from, to);
    let no_better = |at: StateId| lens.deters(model, party, state, at);
    let deters = |at: &StateId| {
        no_better(*at) && (!concept.symmetric() || model.moves_from(party, *at).into_iter().all(no_better))
    };
    let tempting = model
        .moves_from(party, state)
        .into_iter()
        .filter(|q| lens.leaves(model, party, state, *q));
    tempting
        .into_iter()
        .all(|q| concept != Concept::Nash && reached(model, &opponents, q, pays).iter().any(deters))
}
