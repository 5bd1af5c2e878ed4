//! What one question of a claim comes to, in the case as it stands or in a variant, and the states a claim speaks of.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use detente_model::case::{Claim, Target, World};
use detente_model::game::Game;
use detente_model::ids::{IssueId, Level, PartyId, StateId};
use detente_model::number::Exact;
use detente_proof::Proof;

use super::Court;
use crate::deals::Criterion;
use crate::verdict::{Answer, Deal, Limits, Question, Verdict, answer, solve};

/// Answers to questions about the case as it stands, by target: several claims ask for the same one.
#[derive(Debug, Default)]
pub struct Answered(Mutex<BTreeMap<String, Reach>>);

impl Answered {
    /// With the answer to a question asked before, where claims choose among deals as it does.
    #[must_use]
    pub fn knowing(question: &Question, answer: &Answer) -> Self {
        let mut known = BTreeMap::new();
        if question.criterion == CRITERION {
            known.insert(question.target.text.clone(), Reach::of(answer));
        }
        Self(Mutex::new(known))
    }

    fn or_ask(&self, target: &Target, ask: impl FnOnce() -> Reach) -> Reach {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(target.text.clone()).or_insert_with(ask).clone()
    }
}

/// How claims choose among undominated deals.
const CRITERION: Criterion = Criterion::Nash;

/// What one question came to.
#[derive(Debug, Clone)]
pub(super) struct Reach {
    pub(super) possible: Option<bool>,
    pub(super) deal: Option<Deal>,
    /// At most one, of the verdict.
    pub(super) proofs: Vec<Proof>,
    pub(super) settlements: usize,
    pub(super) why: String,
}

impl Reach {
    pub(super) fn of(answer: &Answer) -> Self {
        let (possible, deal, proof, why) = match &answer.verdict {
            Verdict::Possible { deal, proof, .. } => (Some(true), Some(deal.clone()), Some(proof), ""),
            Verdict::Impossible { proof } => (Some(false), None, Some(proof), ""),
            Verdict::Undecided { why, .. } => (None, None, None, why.as_str()),
        };
        Self {
            possible,
            deal,
            proofs: proof.into_iter().map(|proof| (**proof).clone()).collect(),
            settlements: answer.settlements.len(),
            why: why.to_owned(),
        }
    }

    pub(super) fn in_words(&self) -> String {
        match (self.possible, &self.deal) {
            (Some(true), Some(deal)) => format!("possible (in {} steps)", deal.path.len() - 1),
            (Some(true), None) => "possible".into(),
            (Some(false), _) => "impossible".into(),
            (None, _) => format!("undecided ({})", self.why),
        }
    }
}

impl Court<'_> {
    pub(super) fn game(&self) -> &Game {
        self.ground.arena.game
    }

    pub(super) fn target(&self, claim: &Claim) -> Target {
        let given = claim.target.clone().or_else(|| self.case.target.clone());
        given.unwrap_or_else(|| Target {
            text: "true".into(),
            condition: detente_model::condition::Condition::Constant(true),
        })
    }

    pub(super) fn reach(&self, target: &Target) -> Reach {
        self.answered.or_ask(target, || {
            Reach::of(&answer(
                self.subject,
                self.world,
                self.ground,
                &asked(target),
                self.limits,
                self.watch,
            ))
        })
    }

    pub(super) fn reach_in(&self, world: &World, target: &Target) -> Reach {
        match solve(self.subject, world, &asked(target), self.elsewhere, self.watch) {
            Ok(answer) => Reach::of(&answer),
            Err(error) => Reach {
                possible: None,
                deal: None,
                proofs: Vec::new(),
                settlements: 0,
                why: error.to_string(),
            },
        }
    }

    pub(super) fn variant(&self, number: usize) -> (World, String) {
        let variant = &self.case.variants[number];
        (self.world.with_variant(&variant.id), variant.name.clone())
    }

    pub(super) fn parties(&self, claim: &Claim) -> Vec<PartyId> {
        if claim.parties.is_empty() {
            self.case.party_ids().collect()
        } else {
            claim.parties.clone()
        }
    }

    pub(super) fn names(&self, parties: &[PartyId]) -> String {
        let names: Vec<&str> = parties
            .iter()
            .map(|party| self.case.party(*party).name.as_str())
            .collect();
        if names.is_empty() {
            "nobody".into()
        } else {
            names.join(", ")
        }
    }

    pub(super) fn no_deal(&self) -> Option<Vec<f64>> {
        self.ground.no_deal()
    }

    /// Today with some levels changed.
    pub(super) fn changed(&self, set: &[(IssueId, Level)]) -> Option<StateId> {
        let game = self.game();
        let level = |issue: IssueId| {
            set.iter()
                .find(|(of, _)| *of == issue)
                .map_or(game.level(game.today(), issue), |(_, level)| *level)
        };
        game.state_with(level)
    }

    /// The condition that a state is exactly this one.
    pub(super) fn exactly(&self, state: StateId) -> Option<Target> {
        let parts = self.case.issue_ids().map(|issue| {
            let of = self.case.issue(issue);
            format!(
                "{} = {}",
                of.id,
                of.levels[self.game().level(state, issue).index()]
            )
        });
        self.case.target(&parts.collect::<Vec<_>>().join(" and ")).ok()
    }

    pub(super) fn flow(&self, party: PartyId, state: StateId) -> Exact {
        self.game().flow(party, state)
    }

    /// The state satisfying a condition with the fewest changes from today.
    pub(super) fn nearest(&self, target: &Target) -> Option<StateId> {
        let game = self.game();
        let matching = game
            .state_ids()
            .filter(|state| game.holds(&target.condition, *state));
        matching.min_by_key(|state| (game.changes(game.today(), *state).count(), *state))
    }

    /// The same court with other limits, and so with questions of its own.
    pub(super) fn with_limits<'b>(&'b self, limits: &'b Limits, answered: &'b Answered) -> Court<'b> {
        Court {
            limits,
            answered,
            ..*self
        }
    }
}

fn asked(target: &Target) -> Question {
    Question {
        target: target.clone(),
        criterion: CRITERION,
    }
}
