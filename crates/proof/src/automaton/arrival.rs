//! What arriving in a state pays one party, and what its future then weighs.

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

use super::enclosure::{Enclosure, Factor, Unit};
use crate::Refusal;
use crate::subject::Subject;

/// One party's payoffs of arriving: `(1−δ)u(y) + δ·he(y)`, and what the continuation weighs: `δ(1−h(y))`.
pub(super) struct Arrival<'a> {
    subject: &'a Subject,
    party: PartyId,
    impatience: Exact,
    has_costs: bool,
    /// What one over the denominator of the flows is worth.
    unit: Unit,
    classes: Vec<Class>,
}

/// What holds in all states with the same endings.
struct Class {
    /// `δ(1−h)`.
    weight: Exact,
    weight_enclosed: Factor,
    /// `δ·he`.
    ended: Exact,
    ended_enclosed: Enclosure,
}

impl<'a> Arrival<'a> {
    pub(super) fn of(subject: &'a Subject, party: PartyId) -> Result<Self, Refusal> {
        let game = &subject.game;
        let discount = game.discount(party);
        let impatience = Exact::ONE - discount;
        let fine = || Refusal::TooLarge("a discount factor has too many digits".into());
        let class = |class: &crate::reading::EndingClass| {
            let weight = discount * (Exact::ONE - &class.hazard);
            let ended = discount * &class.worth[party.index()];
            Some(Class {
                weight_enclosed: Factor::around(&weight)?,
                weight,
                ended_enclosed: Enclosure::around(&ended),
                ended,
            })
        };
        let classes: Option<Vec<Class>> = game.ending_classes().iter().map(class).collect();
        Ok(Self {
            subject,
            party,
            unit: Unit::around(&(&impatience / Exact::from(game.flow_denominator(party))))
                .ok_or_else(fine)?,
            impatience,
            has_costs: game.has_costs(),
            classes: classes.ok_or_else(fine)?,
        })
    }

    pub(super) fn party(&self) -> PartyId {
        self.party
    }

    fn class(&self, state: StateId) -> &Class {
        &self.classes[self.subject.game.ending_class_number(state)]
    }

    pub(super) fn worth(&self, state: StateId) -> Exact {
        self.subject.game.flow(self.party, state) * &self.impatience + &self.class(state).ended
    }

    pub(super) fn worth_enclosed(&self, state: StateId) -> Enclosure {
        let flow = self.subject.game.flow_numerators(self.party)[state.index()];
        self.unit.of(flow).plus(self.class(state).ended_enclosed)
    }

    pub(super) fn weight(&self, state: StateId) -> &Exact {
        &self.class(state).weight
    }

    pub(super) fn weight_enclosed(&self, state: StateId) -> Factor {
        self.class(state).weight_enclosed
    }

    /// `(1−δ)·cost` of a joint move; `None` where it is nothing.
    pub(super) fn cost(&self, from: StateId, to: StateId) -> Option<Exact> {
        if !self.has_costs {
            return None;
        }
        let cost = self.subject.game.cost(self.party, from, to);
        (cost != Exact::ZERO).then(|| cost * &self.impatience)
    }
}
