//! How long the types of a party leave a history quiet: `q_t(n)`, the chance that nothing has been found broken and nobody
//! has left before date `n` if the party is of type `t`, plays its best answer to the plan, and the others keep it.
//!
//! This is what belief by Bayes' rule along the quiet history is made of ([`super::test`]), told for every type apart.

use super::behaviour::Behaviour;
use super::model::{PartyIndex, Plan, PlanModel, TypeIndex};
use super::{play, worlds};

/// One type of a party that answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Quiet {
    /// The party.
    pub party: PartyIndex,
    /// The type.
    pub kind: TypeIndex,
    /// What it does.
    pub behaviour: Behaviour,
    /// By date, and for the one after the last: the chance of a quiet history before it.
    pub before: Vec<f64>,
}

/// The quiet histories of all types of all parties that answer and may be of several types.
pub fn quiet(model: &PlanModel, plan: &Plan) -> Vec<Quiet> {
    worlds::answers(model, plan)
        .into_iter()
        .filter(|answer| model.parties[answer.party.0].types.len() > 1)
        .map(|answer| {
            let mut profile = play::all_comply(model);
            profile[answer.party.0] = answer.best.behaviour;
            Quiet {
                party: answer.party,
                kind: answer.kind,
                behaviour: answer.best.behaviour,
                before: (0..=plan.dates())
                    .map(|date| play::unnoticed_until(model, plan, &profile, date))
                    .collect(),
            }
        })
        .collect()
}
