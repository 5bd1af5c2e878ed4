//! Why a state is stable for a party, or not, in a form that [`detente_proof::stability`] checks and that a
//! narration reads: each tempting move with the shortest answer that deters from it, or the one move that
//! nothing deters from with everything the opponents could make of it.

use detente_conflict::{GraphModel, PartyId, StateId};
use detente_proof::stability::{Deterrence, Judgement, Reached, Standing, Step};

use super::{Concept, Lens, joint_reach};

/// The judgement of one party at one state, with what makes it so.
#[must_use]
pub fn witness(
    model: &GraphModel,
    party: PartyId,
    state: StateId,
    concept: Concept,
    lens: Lens,
) -> Judgement {
    let opponents: Vec<PartyId> = model.party_ids().filter(|other| *other != party).collect();
    let id = |state: StateId| model.states().id(state);
    let deters = |at: StateId| {
        let one = |w: StateId| lens.deters(model, party, state, w);
        one(at) && (!concept.symmetric() || model.moves_from(party, at).into_iter().all(one))
    };
    let step =
        |mover: PartyId, from: StateId, to: StateId| !concept.credible() || lens.pays(model, mover, from, to);
    let mut deterrences = Vec::new();
    let mut open = None;
    for q in model.moves_from(party, state) {
        if !lens.leaves(model, party, state, q) {
            continue;
        }
        if concept == Concept::Nash {
            open = Some((q, Vec::new()));
            break;
        }
        let reach = joint_reach(model, &opponents, q, step);
        let sanction = reach.nodes().map(|(state, _)| state).find(|at| deters(*at));
        match sanction.and_then(|at| reach.sequence(at)) {
            Some(sequence) => deterrences.push(Deterrence {
                leaving_to: id(q),
                answer: sequence
                    .into_iter()
                    .map(|(mover, to)| Step {
                        by: model.party(mover).id.clone(),
                        to: id(to),
                    })
                    .collect(),
            }),
            None => {
                open = Some((q, reach.nodes().collect()));
                break;
            }
        }
    }
    let standing = match open {
        None => Standing::Stable(deterrences),
        Some((q, nodes)) => Standing::Unstable {
            leaving_to: id(q),
            reached: gathered(model, nodes),
        },
    };
    Judgement {
        party: model.party(party).id.clone(),
        state: id(state),
        concept,
        lens,
        standing,
    }
}

fn gathered(model: &GraphModel, mut nodes: Vec<(StateId, PartyId)>) -> Vec<Reached> {
    nodes.sort_unstable();
    let mut reached: Vec<Reached> = Vec::new();
    for (state, last) in nodes {
        let state = model.states().id(state);
        let last = model.party(last).id.clone();
        match reached.last_mut() {
            Some(entry) if entry.state == state => entry.last.push(last),
            _ => reached.push(Reached {
                state,
                last: vec![last],
            }),
        }
    }
    reached
}
