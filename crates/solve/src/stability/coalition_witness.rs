//! Why a coalition stays or leaves, in a form that [`detente_proof::stability`] checks: for each coalition improvement the
//! shortest answer found and the member whom it spoils, or the one improvement that no answer spoils.

use std::collections::HashMap;

use detente_model::conflict::{GraphModel, PartyId, StateId};
use detente_proof::stability::{
    Answerers, GroupDeterrence, GroupJudgement, GroupStanding, GroupStep, Improvement, Step,
};

use super::coalition::improves;
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

/// One step of an answer: who, where to, and the step before.
type Node = (StateId, Vec<PartyId>, Option<usize>);

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
        let nodes = match (self.concept.credible(), self.answerers) {
            (true, Answerers::Subsets) => self.answers_of_subsets(q),
            _ => return self.answer_of_singles(q),
        };
        let mut found = None;
        for (place, (at, ..)) in nodes.iter().enumerate() {
            if let Some(spoilt) = self.spoilt(*at) {
                found = Some((place, spoilt));
                break;
            }
        }
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

    /// Everything that subsets of the others can make of `q` by improvements, shortest first.
    fn answers_of_subsets(&self, q: StateId) -> Vec<Node> {
        let count = self.others.len();
        let subset = |bits: usize| -> Vec<PartyId> {
            (0..count)
                .filter(|bit| bits & (1 << bit) != 0)
                .map(|bit| self.others[bit])
                .collect()
        };
        let mut seen = std::collections::HashSet::new();
        let mut nodes: Vec<Node> = Vec::new();
        let mut waiting = std::collections::VecDeque::from([(q, 0usize, None)]);
        while let Some((at, last, place)) = waiting.pop_front() {
            for bits in (1..1usize << count).filter(|bits| *bits != last) {
                let movers = subset(bits);
                for to in joint_reach(self.model, &movers, at, |_, _, _| true)
                    .states()
                    .iter()
                {
                    if improves(self.model, self.improvement, &movers, at, to) && seen.insert((to, bits)) {
                        waiting.push_back((to, bits, Some(nodes.len())));
                        nodes.push((to, movers.clone(), place));
                    }
                }
            }
        }
        nodes
    }

    /// A member for whom being brought to `at` is no better, and who gets nothing better out of it where that counts.
    fn spoilt(&mut self, at: StateId) -> Option<PartyId> {
        let (model, state) = (self.model, self.state);
        let improved = improves(model, self.improvement, self.members, state, at);
        if self.improvement == Improvement::NoneWorse && improved {
            return None;
        }
        let members = self.members;
        let no_better =
            |member: &PartyId, at: StateId| model.preference(*member).compare(at, state).is_no_better();
        if !self.concept.symmetric() {
            return members.iter().copied().find(|member| no_better(member, at));
        }
        let reach = self
            .reach
            .entry(at)
            .or_insert_with(|| joint_reach(model, members, at, |_, _, _| true).states().clone());
        let escapes = |member: &PartyId| {
            reach
                .iter()
                .any(|w| model.preference(*member).compare(w, state).is_better())
        };
        members
            .iter()
            .copied()
            .find(|member| no_better(member, at) && !escapes(member))
    }
}
