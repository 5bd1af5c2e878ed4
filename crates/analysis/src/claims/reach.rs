//! What one question of a claim comes to, in the case as it stands or in a variant, and the states a claim speaks of.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use detente_base::ids::{IssueId, Level, PartyId, StateId};
use detente_base::number::Exact;
use detente_case::{Case, Claim, ClaimKind, Target, World};
use detente_game::Game;
use detente_proof::Proof;

use super::ClaimContext;
use detente_base::watch::Watch;
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{Answer, Deal, Ground, Limits, Question, Verdict, answer};
use detente_verdict::why::{self, Temptation};

/// Answers to questions about the case in its world, in variants and at later dates: several claims ask the same.
#[derive(Debug, Default)]
pub struct Answered(Mutex<BTreeMap<Asked, Reach>>);

/// What tells one question of a context from another; judgements and types are the same in all of them.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    target: String,
    variants: Vec<String>,
    periods_later: u32,
    steps: u32,
}

impl Asked {
    fn of(world: &World, target: &Target, limits: &Limits) -> Self {
        Self {
            target: target.text.clone(),
            variants: world.variants.clone(),
            periods_later: world.periods_later,
            steps: limits.deals.steps,
        }
    }
}

impl Answered {
    /// With the answer to a question asked before, where claims choose among deals as it does.
    #[must_use]
    pub fn knowing(
        world: &World,
        (question, limits): (&Question, &Limits),
        answer: &Answer,
        temptations: &[Temptation],
    ) -> Self {
        let mut known = BTreeMap::new();
        if question.criterion == CRITERION {
            let reach = Reach {
                temptations: temptations.to_vec(),
                ..Reach::of(answer)
            };
            known.insert(Asked::of(world, &question.target, limits), reach);
        }
        Self(Mutex::new(known))
    }

    /// What is known is told whenever it is asked for; only what is not known has to be asked in time.
    fn or_ask(&self, asked: Asked, watch: &dyn Watch, ask: impl FnOnce() -> Reach) -> Reach {
        if let Some(reach) = self.known().get(&asked) {
            return reach.clone();
        }
        if watch.should_stop() {
            return Reach::open("the time limit was reached before this was asked".into());
        }
        // Asked without the lock: while a question waits for its parts, its thread may take up another question.
        let reach = ask();
        self.known().insert(asked, reach.clone());
        reach
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<Asked, Reach>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was answered about a target, in whichever of these worlds: variants, and whether later.
    pub(super) fn about(
        &self,
        target: &Target,
        variants: &[Vec<String>],
        later: bool,
        today: u32,
    ) -> Vec<Reach> {
        let known = self.known();
        let about = known.iter().filter(|(asked, _)| {
            asked.target == target.text
                && variants.contains(&asked.variants)
                && (later || asked.periods_later == today)
        });
        about.map(|(_, reach)| reach.clone()).collect()
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
    /// What tempts whom on the way; only where claims are asked what they turn on.
    pub(super) temptations: Vec<Temptation>,
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
            temptations: Vec::new(),
        }
    }

    /// Undecided, for a reason.
    fn open(why: String) -> Self {
        Self {
            possible: None,
            deal: None,
            proofs: Vec::new(),
            settlements: 0,
            why,
            temptations: Vec::new(),
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

impl ClaimContext<'_> {
    pub(super) fn game(&self) -> &Game {
        self.ground.arena.game
    }

    pub(super) fn target(&self, claim: &Claim) -> Target {
        let given = claim.target.clone().or_else(|| self.case.target.clone());
        given.unwrap_or_else(|| Target {
            text: "true".into(),
            condition: detente_case::condition::Condition::Constant(true),
        })
    }

    /// The condition on which a claim asks the game.
    pub(super) fn asked_about(&self, claim: &Claim) -> Option<Target> {
        match claim.kind {
            ClaimKind::Exchange | ClaimKind::AllAtOnceFails => self.set_exactly(claim),
            _ => Some(self.target(claim)),
        }
    }

    /// The same for a claim that asks the game as it stands at all.
    pub(super) fn asked_of_the_game(&self, claim: &Claim) -> Option<Target> {
        match claim.kind {
            ClaimKind::Types | ClaimKind::SmallAreas | ClaimKind::Gesture => None,
            ClaimKind::QuietIsBetter => self
                .quiet_states(claim)
                .and_then(|(quiet, _)| self.exactly(quiet)),
            _ => self.asked_about(claim),
        }
    }

    pub(super) fn reach(&self, target: &Target) -> Reach {
        let asked = Asked::of(self.world, target, self.limits);
        self.answered.or_ask(asked, self.watch, || {
            self.ask(self.case, self.world, self.ground, target, self.limits)
        })
    }

    pub(super) fn reach_in(&self, world: &World, target: &Target) -> Reach {
        let asked = Asked::of(world, target, self.limits);
        self.answered.or_ask(asked, self.watch, || {
            self.asked_in(world, target).unwrap_or_else(Reach::open)
        })
    }

    fn asked_in(&self, world: &World, target: &Target) -> Result<Reach, String> {
        let case = self
            .subject
            .case
            .in_world(world)
            .map_err(|error| error.to_string())?;
        let game = Game::of_case(self.subject.case, world).map_err(|error| error.to_string())?;
        let ground = Ground::new(&game, self.elsewhere, self.watch).map_err(|error| error.to_string())?;
        Ok(self.ask(&case, world, &ground, target, self.elsewhere))
    }

    fn ask(
        &self,
        case: &Case,
        world: &World,
        ground: &Ground<'_>,
        target: &Target,
        limits: &Limits,
    ) -> Reach {
        let question = Question {
            target: target.clone(),
            criterion: CRITERION,
        };
        let answer = answer(self.subject, world, ground, &question, limits, self.watch);
        let mut reach = Reach::of(&answer);
        if self.turns.is_some_and(|turns| turns.judgements > 0) {
            let asked = (&question, &answer);
            reach.temptations = why::of_answer(case, world, ground, asked, limits, self.watch);
        }
        reach
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

    /// The condition that the state is today's with the levels that a claim sets.
    pub(super) fn set_exactly(&self, claim: &Claim) -> Option<Target> {
        self.exactly(self.changed(&claim.set)?)
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

    /// The same context with other limits.
    pub(super) fn with_limits<'b>(&'b self, limits: &'b Limits) -> ClaimContext<'b> {
        ClaimContext { limits, ..*self }
    }
}
