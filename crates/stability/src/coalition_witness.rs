//! Why a coalition stays or leaves, in a form that [`detente_proof::stability`] checks: for each coalition improvement the
//! shortest answer found and the member whom it spoils, or the one improvement that no answer spoils.

use std::collections::HashMap;

use detente_conflict::{GraphModel, PartyId, StateId};
use detente_proof::stability::{
    Answerers, GroupDeterrence, GroupJudgement, GroupStanding, GroupStep, Improvement, Step,
};

use super::coalition::{answers_of_subsets, improves, spoilt};
use super::{Concept, StateSet, joint_reach};

/// The judgement of one coalition at one state, with what makes it so.
#[must_use]
pub fn coalition_witness(
    model: &GraphModel,
    members: &[PartyId],
    state: StateId,
    concept: Concept,
    (improvement, answerers): (Improvement, Answerers),
) -> GroupJudgement {
    let mut view = Coalition {
        model,
        members,
        others: model
            .party_ids()
            .filter(|party| !members.contains(party))
            .collect(),
        state,
        concept,
        improvement,
        answerers,
        reach: HashMap::new(),
    };
    GroupJudgement {
        members: members
            .iter()
            .map(|member| model.party(*member).id.clone())
            .collect(),
        state: model.states().id(state),
        concept,
        improvement,
        answerers,
        standing: view.standing(),
    }
}

struct Coalition<'a> {
    model: &'a GraphModel,
    members: &'a [PartyId],
    others: Vec<PartyId>,
    state: StateId,
    concept: Concept,
    improvement: Improvement,
    answerers: Answerers,
    /// `R_H(z)` for the states where that was asked.
    reach: HashMap<StateId, StateSet>,
}

impl Coalition<'_> {
    fn standing(&mut self) -> GroupStanding {
        let model = self.model;
        let id = |state: StateId| model.states().id(state);
        let own = joint_reach(model, self.members, self.state, |_, _, _| true);
        let mut deterrences = Vec::new();
        for q in own.states().iter() {
            if !improves(model, self.improvement, self.members, self.state, q) {
                continue;
            }
            let answer = match self.concept {
                Concept::Nash => None,
                _ => self.answer(q),
            };
            let Some((answer, spoilt)) = answer else {
                let by = own.sequence(q).unwrap_or_default().into_iter();
                let step = |(mover, to): (PartyId, StateId)| Step {
                    by: model.party(mover).id.clone(),
                    to: id(to),
                };
                return GroupStanding::Unstable {
                    leaving_to: id(q),
                    by: by.map(step).collect(),
                };
            };
            deterrences.push(GroupDeterrence {
                leaving_to: id(q),
                answer,
                spoilt: model.party(spoilt).id.clone(),
            });
        }
        GroupStanding::Stable(deterrences)
    }

    /// An answer to a move to `q`, and whom it spoils.
    fn answer(&mut self, q: StateId) -> Option<(Vec<GroupStep>, PartyId)> {
        if !self.concept.credible() || self.answerers == Answerers::Singles {
            return self.answer_of_singles(q);
        }
        let nodes = answers_of_subsets(self.model, self.improvement, &self.others, q);
        let mut found = nodes.iter().enumerate();
        let found = found.find_map(|(place, (at, ..))| Some((place, self.spoilt(*at)?)));
        let (mut place, spoilt) = found.map(|(place, spoilt)| (Some(place), spoilt))?;
        let mut steps = Vec::new();
        while let Some(here) = place {
            let (to, by, before) = &nodes[here];
            steps.push(self.step(by, *to));
            place = *before;
        }
        steps.reverse();
        Some((steps, spoilt))
    }

    fn answer_of_singles(&mut self, q: StateId) -> Option<(Vec<GroupStep>, PartyId)> {
        let (model, credible) = (self.model, self.concept.credible());
        let pays =
            |mover: PartyId, a, b| !credible || improves(model, Improvement::AllBetter, &[mover], a, b);
        let reach = joint_reach(model, &self.others, q, pays);
        let mut nodes = reach.nodes();
        let (at, spoilt) = nodes.find_map(|(at, _)| Some((at, self.spoilt(at)?)))?;
        drop(nodes);
        let steps = reach.sequence(at)?.into_iter();
        Some((steps.map(|(mover, to)| self.step(&[mover], to)).collect(), spoilt))
    }

    fn step(&self, by: &[PartyId], to: StateId) -> GroupStep {
        GroupStep {
            by: by
                .iter()
                .map(|mover| self.model.party(*mover).id.clone())
                .collect(),
            to: self.model.states().id(to),
        }
    }

    /// A member for whom being brought to `at` spoils the improvement.
    fn spoilt(&mut self, at: StateId) -> Option<PartyId> {
        let (model, members) = (self.model, self.members);
        let all = || joint_reach(model, members, at, |_, _, _| true).states().clone();
        let beyond = match self.concept.symmetric() {
            true => Some(&*self.reach.entry(at).or_insert_with(all)),
            false => None,
        };
        spoilt(model, self.improvement, members, (self.state, at), beyond)
    }
}
