//! The checker.

use std::collections::{HashMap, HashSet};

use detente_conflict::{GraphModel, PartyId, StateId};

use super::foresight::{Anticipations, check_foresight};
use super::group::check_group;
use super::metarational::{Answers, check_metarational};
use super::simultaneous::check_simultaneous;
use super::{
    CERTIFICATE, CERTIFICATE_OF_SINGLES, Certificate, Concept, Deterrence, Judgement, Lens, Reached,
    Standing, Step, conflict_hash,
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
    /// The members of a group are no group.
    NoGroup(String),
    /// The checker finds the contrary.
    Contrary(String),
    /// More than the checker looks at, or the kind of judgement is not defined here.
    TooMuch(String),
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
            Self::NoGroup(why) => write!(f, "this is not a group: {why}"),
            Self::Contrary(what) => write!(f, "the contrary is the case: {what}"),
            Self::TooMuch(what) => write!(f, "not checked: {what}"),
        }
    }
}

impl std::error::Error for Flaw {}

/// The names of a conflict, each looked up once.
pub(super) struct Names<'a> {
    pub(super) model: &'a GraphModel,
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

    pub(super) fn state(&self, id: &str) -> Result<StateId, Flaw> {
        self.states
            .get(id)
            .copied()
            .ok_or_else(|| Flaw::NoState(id.to_owned()))
    }

    pub(super) fn party(&self, id: &str) -> Result<PartyId, Flaw> {
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

/// Where a certificate fails: at which judgement, named by kind and number from 1, and why.
type Failed = (String, Flaw);

/// That what was found is what is claimed.
pub(super) fn agrees(found: bool, claimed: bool) -> Result<(), Flaw> {
    match (found, claimed) {
        (true, false) => Err(Flaw::Contrary("the party stays".to_owned())),
        (false, true) => Err(Flaw::Contrary("the party does not stay".to_owned())),
        _ => Ok(()),
    }
}

/// Checks every judgement of a certificate.
///
/// # Errors
/// The first flaw, with the judgement that has it, in words; nothing where it is about the whole.
pub fn check_certificate(model: &GraphModel, certificate: &Certificate) -> Result<(), (String, Flaw)> {
    let other = |what: String| Err((String::new(), Flaw::OtherConflict(what)));
    let singles_alone = certificate.count() == certificate.judgements.len();
    match certificate.schema.as_str() {
        CERTIFICATE => {}
        CERTIFICATE_OF_SINGLES if singles_alone => {}
        schema => return other(format!("schema \"{schema}\"")),
    }
    if certificate.conflict != conflict_hash(model) {
        return other(format!("conflict {}", certificate.conflict));
    }
    let names = Names::of(model);
    each("judgement", &certificate.judgements, of_single, |own| {
        check_named(&names, own)
    })?;
    check_own_views(model, &certificate.own_views)?;
    let of_simultaneous =
        |own: &super::SimultaneousJudgement| about(&own.party, &own.state, own.concept.name());
    each(
        "judgement by simultaneous sanctions",
        &certificate.simultaneous,
        of_simultaneous,
        |own| check_simultaneous(&names, own),
    )?;
    let of_group =
        |own: &super::GroupJudgement| about(&own.members.join(", "), &own.state, own.concept.name());
    each("judgement of a group", &certificate.groups, of_group, |own| {
        check_group(&names, own)
    })?;
    if !certificate.foresight.is_empty() {
        let seen = Anticipations::of(model).map_err(|flaw| ("foresight".to_owned(), flaw))?;
        let of = |own: &super::ForesightJudgement| about(&own.party, &own.state, "foresight");
        each("judgement by foresight", &certificate.foresight, of, |own| {
            check_foresight(&names, &seen, own)
        })?;
    }
    let mut answers = Answers::default();
    let of =
        |own: &super::MetarationalJudgement| about(&own.party, &own.state, &format!("{} moves", own.moves));
    each(
        "judgement over longer exchanges",
        &certificate.metarational,
        of,
        |own| check_metarational(&names, &mut answers, own),
    )
}

fn each<T>(
    kind: &str,
    all: &[T],
    describe: impl Fn(&T) -> String,
    mut check: impl FnMut(&T) -> Result<(), Flaw>,
) -> Result<(), Failed> {
    for (place, judgement) in all.iter().enumerate() {
        check(judgement).map_err(|flaw| (format!("{kind} {}{}", place + 1, describe(judgement)), flaw))?;
    }
    Ok(())
}

fn about(who: &str, state: &str, concept: &str) -> String {
    format!(" ({who} at {state} under {concept})")
}

fn of_single(judgement: &Judgement) -> String {
    about(&judgement.party, &judgement.state, judgement.concept.name())
}

/// Checks judgements in the view of the party that each is about.
fn check_own_views(model: &GraphModel, all: &[Judgement]) -> Result<(), Failed> {
    let mut seen: HashMap<PartyId, GraphModel> = HashMap::new();
    for party in all.iter().filter_map(|own| model.party_by_id(&own.party)) {
        seen.entry(party).or_insert_with(|| model.as_seen_by(party).1);
    }
    let names: HashMap<PartyId, Names<'_>> = seen
        .iter()
        .map(|(party, view)| (*party, Names::of(view)))
        .collect();
    let check = |own: &Judgement| {
        let party = model.party_by_id(&own.party);
        let of_party = party.and_then(|party| names.get(&party));
        check_named(of_party.ok_or_else(|| Flaw::NoParty(own.party.clone()))?, own)
    };
    each("judgement in its own view", all, of_single, check)
}

/// Checks one judgement.
///
/// # Errors
/// What is wrong with it.
pub fn check(model: &GraphModel, judgement: &Judgement) -> Result<(), Flaw> {
    check_named(&Names::of(model), judgement)
}

fn check_named(names: &Names<'_>, judgement: &Judgement) -> Result<(), Flaw> {
    let lens = judgement.lens;
    if lens.attitudes && lens != Lens::ATTITUDES {
        return Err(Flaw::TooMuch(
            "attitudes are not read together with unknown or strong preferences".to_owned(),
        ));
    }
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
    all_answered(names.model, question.tempting(), &answered)
}

/// That no tempting move is left out.
pub(super) fn all_answered(
    model: &GraphModel,
    tempting: Vec<StateId>,
    answered: &HashSet<StateId>,
) -> Result<(), Flaw> {
    match tempting.into_iter().find(|q| !answered.contains(q)) {
        Some(open) => Err(Flaw::Unanswered(model.states().id(open))),
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
    nodes.sort_unstable();
    nodes.dedup();
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
