//! The checker.

use std::collections::{HashMap, HashSet};

use detente_model::conflict::{GraphModel, PartyId, StateId};

use super::{
    CERTIFICATE, Certificate, Concept, Deterrence, Judgement, Lens, Reached, Standing, Step, conflict_hash,
};

/// Why a judgement does not hold as it is claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// The certificate is of another schema or of another conflict.
    OtherConflict(String),
    /// No such party.
    NoParty(String),
    /// No such state.
    NoState(String),
    /// The party does not go there from the state: it cannot, or would not.
    NoReasonToLeave(String),
    /// A move that the party would make has no answer.
    Unanswered(String),
    /// A step of an answer is not legal; holds where it leads and why not.
    BadStep(String, &'static str),
    /// The last state of an answer does not deter.
    DoesNotDeter(String),
    /// The opponents can reach something that the set leaves out.
    NotClosed(String),
    /// Something in the set deters after all.
    Deters(String),
}

impl std::fmt::Display for Flaw {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::OtherConflict(what) => write!(f, "this certificate is about something else: {what}"),
            Self::NoParty(id) => write!(f, "there is no party \"{id}\""),
            Self::NoState(id) => write!(f, "there is no state \"{id}\""),
            Self::NoReasonToLeave(to) => write!(f, "the party would not go to {to}"),
            Self::Unanswered(to) => write!(f, "the move to {to} is not answered"),
            Self::BadStep(to, why) => write!(f, "the step to {to} is not legal: {why}"),
            Self::DoesNotDeter(at) => write!(f, "being brought to {at} does not deter"),
            Self::NotClosed(state) => write!(f, "the opponents can also bring about {state}"),
            Self::Deters(state) => write!(f, "{state} can be brought about and deters"),
        }
    }
}

impl std::error::Error for Flaw {}

/// The names of a conflict, each looked up once.
struct Names<'a> {
    model: &'a GraphModel,
    states: HashMap<String, StateId>,
}

impl<'a> Names<'a> {
    fn of(model: &'a GraphModel) -> Self {
        let states = model
            .states()
            .iter()
            .map(|state| (model.states().id(state), state));
        Self {
            model,
            states: states.collect(),
        }
    }

    fn state(&self, id: &str) -> Result<StateId, Flaw> {
        self.states
            .get(id)
            .copied()
            .ok_or_else(|| Flaw::NoState(id.to_owned()))
    }

    fn party(&self, id: &str) -> Result<PartyId, Flaw> {
        self.model
            .party_by_id(id)
            .ok_or_else(|| Flaw::NoParty(id.to_owned()))
    }
}

/// What is judged.
#[derive(Clone, Copy)]
struct Question<'a> {
    model: &'a GraphModel,
    party: PartyId,
    state: StateId,
    concept: Concept,
    lens: Lens,
}

impl Question<'_> {
    /// The states for which the party would leave.
    fn tempting(self) -> Vec<StateId> {
        let mut tempting = self.model.moves_from(self.party, self.state);
        tempting.retain(|q| self.lens.leaves(self.model, self.party, self.state, *q));
        tempting
    }

    /// Whether being brought to `at` deters, the party's own way out being looked at where the concept says so.
    fn deters(self, at: StateId) -> bool {
        let deters = |w: StateId| self.lens.deters(self.model, self.party, self.state, w);
        let stays = || self.model.moves_from(self.party, at).into_iter().all(deters);
        deters(at) && (!self.concept.symmetric() || stays())
    }

    /// Whether opponents are thought to take this step.
    fn believed(self, mover: PartyId, from: StateId, to: StateId) -> bool {
        !self.concept.credible() || self.lens.pays(self.model, mover, from, to)
    }
}

/// Checks every judgement of a certificate.
///
/// # Errors
/// The first flaw, with the number of the judgement that has it.
pub fn check_certificate(model: &GraphModel, certificate: &Certificate) -> Result<(), (usize, Flaw)> {
    if certificate.schema != CERTIFICATE {
        return Err((
            0,
            Flaw::OtherConflict(format!("schema \"{}\"", certificate.schema)),
        ));
    }
    let hash = conflict_hash(model);
    if certificate.conflict != hash {
        return Err((
            0,
            Flaw::OtherConflict(format!("conflict {}", certificate.conflict)),
        ));
    }
    let names = Names::of(model);
    for (place, judgement) in certificate.judgements.iter().enumerate() {
        check_named(&names, judgement).map_err(|flaw| (place, flaw))?;
    }
    Ok(())
}

/// Checks one judgement.
///
/// # Errors
/// What is wrong with it.
pub fn check(model: &GraphModel, judgement: &Judgement) -> Result<(), Flaw> {
    check_named(&Names::of(model), judgement)
}

fn check_named(names: &Names<'_>, judgement: &Judgement) -> Result<(), Flaw> {
    let question = Question {
        model: names.model,
        party: names.party(&judgement.party)?,
        state: names.state(&judgement.state)?,
        concept: judgement.concept,
        lens: judgement.lens,
    };
    match &judgement.standing {
        Standing::Stable(deterrences) => check_stable(names, question, deterrences),
        Standing::Unstable { leaving_to, reached } => check_unstable(names, question, leaving_to, reached),
    }
}

fn check_stable(names: &Names<'_>, question: Question<'_>, given: &[Deterrence]) -> Result<(), Flaw> {
    let mut answered = HashSet::new();
    for deterrence in given {
        let leaving_to = names.state(&deterrence.leaving_to)?;
        let last = check_answer(names, question, leaving_to, &deterrence.answer)?;
        if !question.deters(last) {
            return Err(Flaw::DoesNotDeter(names.model.states().id(last)));
        }
        answered.insert(leaving_to);
    }
    match question.tempting().into_iter().find(|q| !answered.contains(q)) {
        Some(open) => Err(Flaw::Unanswered(names.model.states().id(open))),
        None => Ok(()),
    }
}

/// Follows an answer step by step; gives the state where it ends.
fn check_answer(
    names: &Names<'_>,
    question: Question<'_>,
    leaving_to: StateId,
    answer: &[Step],
) -> Result<StateId, Flaw> {
    if answer.is_empty() || question.concept == Concept::Nash {
        return Err(Flaw::Unanswered(names.model.states().id(leaving_to)));
    }
    let (mut at, mut last) = (leaving_to, None);
    for step in answer {
        let (mover, to) = (names.party(&step.by)?, names.state(&step.to)?);
        let bad = |why| Err(Flaw::BadStep(step.to.clone(), why));
        if mover == question.party {
            return bad("the party does not sanction itself");
        }
        if last == Some(mover) {
            return bad("nobody moves twice in succession");
        }
        if !names.model.can_move(mover, at, to) {
            return bad("the mover cannot go there");
        }
        if !question.believed(mover, at, to) {
            return bad("it does not pay the mover");
        }
        (at, last) = (to, Some(mover));
    }
    Ok(at)
}

fn check_unstable(
    names: &Names<'_>,
    question: Question<'_>,
    leaving_to: &str,
    reached: &[Reached],
) -> Result<(), Flaw> {
    let first = names.state(leaving_to)?;
    if !question.tempting().contains(&first) {
        return Err(Flaw::NoReasonToLeave(leaving_to.to_owned()));
    }
    if question.concept == Concept::Nash {
        return Ok(());
    }
    let mut nodes: Vec<(StateId, Option<PartyId>)> = vec![(first, None)];
    for entry in reached {
        let state = names.state(&entry.state)?;
        for last in &entry.last {
            nodes.push((state, Some(names.party(last)?)));
        }
    }
    let known: HashSet<(StateId, Option<PartyId>)> = nodes.iter().copied().collect();
    let opponents = || names.model.party_ids().filter(|other| *other != question.party);
    for (state, last) in nodes {
        if last.is_some() && question.deters(state) {
            return Err(Flaw::Deters(names.model.states().id(state)));
        }
        for mover in opponents().filter(|mover| Some(*mover) != last) {
            let mut missing = None;
            names.model.for_each_move(mover, state, |to| {
                if question.believed(mover, state, to) && !known.contains(&(to, Some(mover))) {
                    missing = Some(to);
                }
            });
            if let Some(missing) = missing {
                return Err(Flaw::NotClosed(names.model.states().id(missing)));
            }
        }
    }
    Ok(())
}
