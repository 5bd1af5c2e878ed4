//! Judgements about groups of parties that move together (Kilgour, Hipel, Fang, Peng 2001; Inohara, Hipel 2008).
//!
//! A group H leaves s for q in `R_H(s)` if that is a group improvement. *Stable*: for each such q, what the others then
//! do, step by step, and the one member that is no better off where they end (and, under SMR and SSEQ, gets nothing
//! better out of it by anything H can do). The checker finds all q itself, so none can be left out. *Unstable*: one q,
//! and how H gets there; the checker finds everything the others can make of it, and that none of it deters.

use std::collections::HashSet;

use detente_conflict::{Comparison, GraphModel, PartyId, StateId};
use serde::{Deserialize, Serialize};

use super::check::{Flaw, Names, all_answered};
use super::reached::{all_but, reached};
use super::{Concept, Step};

/// When a group improves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Improvement {
    /// All members are better off.
    AllBetter,
    /// No member is worse off and some member is better off.
    NoneWorse,
}

/// Whose improvements answer a group under SEQ and SSEQ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answerers {
    /// Single opponents.
    Singles,
    /// Subsets of the opponents.
    Subsets,
}

/// Up to so many opponents answer as subsets where everything they can do is recomputed.
pub const MOST_ANSWERING: usize = 10;
/// Up to so many moves of opponents that answer as subsets are looked at for one judgement.
pub const MOST_MOVES_OF_SUBSETS: u64 = 50_000_000;

impl Improvement {
    /// Whether a move is an improvement for these members.
    #[must_use]
    pub fn improves(self, model: &GraphModel, members: &[PartyId], from: StateId, to: StateId) -> bool {
        let compared: Vec<Comparison> = members
            .iter()
            .map(|member| model.preference(*member).compare(to, from))
            .collect();
        match self {
            Self::AllBetter => compared.iter().all(|one| one.is_better()),
            Self::NoneWorse => {
                let no_worse = |one: &Comparison| one.is_better() || *one == Comparison::Equal;
                compared.iter().all(no_worse) && compared.iter().any(|one| one.is_better())
            }
        }
    }
}

/// A step that several may take together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupStep {
    /// Who moves.
    pub by: Vec<String>,
    /// To which state.
    pub to: String,
}

/// What deters a group from one move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupDeterrence {
    /// Where the group would go.
    pub leaving_to: String,
    /// What the others then do.
    pub answer: Vec<GroupStep>,
    /// The member for whom that is no better.
    pub spoilt: String,
}

/// Why a group stays or not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum GroupStanding {
    /// Each of its improvements is deterred.
    Stable(Vec<GroupDeterrence>),
    /// One is not.
    Unstable {
        /// Where the group goes.
        leaving_to: String,
        /// By which moves of its members.
        by: Vec<Step>,
    },
}

/// A claim about one group at one state, with what makes it so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupJudgement {
    /// Who moves together.
    pub members: Vec<String>,
    /// The state they may leave.
    pub state: String,
    /// What they think of.
    pub concept: Concept,
    /// When they improve.
    pub improvement: Improvement,
    /// Whose improvements answer them.
    pub answerers: Answerers,
    /// What is claimed, and why.
    pub standing: GroupStanding,
}

/// What is judged.
struct Question<'a> {
    model: &'a GraphModel,
    members: Vec<PartyId>,
    others: Vec<PartyId>,
    state: StateId,
    concept: Concept,
    improvement: Improvement,
    answerers: Answerers,
}

impl Question<'_> {
    fn reach(&self, from: StateId) -> HashSet<StateId> {
        reached(self.model, &self.members, from, |_, _, _| true)
    }

    fn tempting(&self) -> Vec<StateId> {
        let mut all: Vec<StateId> = self.reach(self.state).into_iter().collect();
        all.retain(|q| {
            self.improvement
                .improves(self.model, &self.members, self.state, *q)
        });
        all.sort_unstable();
        all
    }

    /// Whether being brought to `at` spoils it for this member.
    fn spoils(&self, member: PartyId, at: StateId) -> bool {
        let compare = |state| self.model.preference(member).compare(state, self.state);
        let improved = || {
            self.improvement
                .improves(self.model, &self.members, self.state, at)
        };
        let ruined =
            compare(at).is_no_better() && (self.improvement == Improvement::AllBetter || !improved());
        ruined && (!self.concept.symmetric() || !self.reach(at).into_iter().any(|w| compare(w).is_better()))
    }

    /// Whether the others are thought to take a step together.
    fn believed(&self, movers: &[PartyId], from: StateId, to: StateId) -> bool {
        !self.concept.credible() || self.improvement.improves(self.model, movers, from, to)
    }

    /// Everything the others can make of `from`.
    fn answers(&self, from: StateId) -> Result<HashSet<StateId>, Flaw> {
        if !self.concept.credible() || self.answerers == Answerers::Singles {
            return Ok(reached(self.model, &self.others, from, |mover, a, b| {
                self.believed(&[mover], a, b)
            }));
        }
        if self.others.len() > MOST_ANSWERING {
            return Err(Flaw::TooMuch(format!(
                "more than {MOST_ANSWERING} opponents answer in subsets"
            )));
        }
        let subset = |bits: usize| -> Vec<PartyId> {
            let members = self
                .others
                .iter()
                .enumerate()
                .filter(|(bit, _)| bits & (1 << bit) != 0);
            members.map(|(_, party)| *party).collect()
        };
        let looked_at = std::cell::Cell::new(0u64);
        let any = |_, _, _| {
            looked_at.set(looked_at.get() + 1);
            true
        };
        let mut seen: HashSet<(StateId, usize)> = HashSet::new();
        let mut waiting = vec![(from, 0)];
        while let Some((at, last)) = waiting.pop() {
            for bits in (1..1usize << self.others.len()).filter(|bits| *bits != last) {
                let movers = subset(bits);
                let together = reached(self.model, &movers, at, any);
                if looked_at.get() > MOST_MOVES_OF_SUBSETS {
                    return Err(Flaw::TooMuch(format!(
                        "more than {MOST_MOVES_OF_SUBSETS} moves of opponents that answer in subsets"
                    )));
                }
                for to in together {
                    if self.believed(&movers, at, to) && seen.insert((to, bits)) {
                        waiting.push((to, bits));
                    }
                }
            }
        }
        Ok(seen.into_iter().map(|(state, _)| state).collect())
    }
}

/// Checks one judgement about a group.
pub(super) fn check_group(names: &Names<'_>, judgement: &GroupJudgement) -> Result<(), Flaw> {
    let mut members = Vec::new();
    for id in &judgement.members {
        let member = names.party(id)?;
        if members.contains(&member) {
            return Err(Flaw::NoGroup(format!("{id} is named twice")));
        }
        members.push(member);
    }
    if members.is_empty() {
        return Err(Flaw::NoGroup("nobody is named".to_owned()));
    }
    let question = Question {
        model: names.model,
        others: all_but(names.model, &members),
        members,
        state: names.state(&judgement.state)?,
        concept: judgement.concept,
        improvement: judgement.improvement,
        answerers: judgement.answerers,
    };
    match &judgement.standing {
        GroupStanding::Stable(deterrences) => check_stable(names, &question, deterrences),
        GroupStanding::Unstable { leaving_to, by } => check_unstable(names, &question, leaving_to, by),
    }
}

fn check_stable(names: &Names<'_>, question: &Question<'_>, given: &[GroupDeterrence]) -> Result<(), Flaw> {
    let mut answered = HashSet::new();
    for deterrence in given {
        let leaving_to = names.state(&deterrence.leaving_to)?;
        let last = check_answer(names, question, leaving_to, &deterrence.answer)?;
        let spoilt = names.party(&deterrence.spoilt)?;
        if !question.members.contains(&spoilt) || !question.spoils(spoilt, last) {
            return Err(Flaw::DoesNotDeter(names.model.states().id(last)));
        }
        answered.insert(leaving_to);
    }
    all_answered(names.model, question.tempting(), &answered)
}

fn check_answer(
    names: &Names<'_>,
    question: &Question<'_>,
    leaving_to: StateId,
    answer: &[GroupStep],
) -> Result<StateId, Flaw> {
    if answer.is_empty() || question.concept == Concept::Nash {
        return Err(Flaw::Unanswered(names.model.states().id(leaving_to)));
    }
    let (mut at, mut last): (StateId, Vec<PartyId>) = (leaving_to, Vec::new());
    for step in answer {
        let bad = |why| Err(Flaw::BadStep(step.to.clone(), why));
        let to = names.state(&step.to)?;
        let mut movers = step
            .by
            .iter()
            .map(|id| names.party(id))
            .collect::<Result<Vec<_>, _>>()?;
        movers.sort_unstable();
        movers.dedup();
        let together = question.concept.credible() && question.answerers == Answerers::Subsets;
        if movers.len() != step.by.len() || movers.is_empty() || (movers.len() > 1 && !together) {
            return bad("such movers do not move together");
        }
        if !movers.iter().all(|mover| question.others.contains(mover)) {
            return bad("the group does not sanction itself");
        }
        if movers == last {
            return bad("nobody moves twice in succession");
        }
        let can_move = match movers.as_slice() {
            [mover] => names.model.can_move(*mover, at, to),
            several => reached(names.model, several, at, |_, _, _| true).contains(&to),
        };
        if !can_move {
            return bad("the movers cannot go there");
        }
        if !question.believed(&movers, at, to) {
            return bad("it does not pay the movers");
        }
        (at, last) = (to, movers);
    }
    Ok(at)
}

fn check_unstable(
    names: &Names<'_>,
    question: &Question<'_>,
    leaving_to: &str,
    by: &[Step],
) -> Result<(), Flaw> {
    let target = names.state(leaving_to)?;
    let (mut at, mut last) = (question.state, None);
    for step in by {
        let (mover, to) = (names.party(&step.by)?, names.state(&step.to)?);
        let legal =
            question.members.contains(&mover) && last != Some(mover) && names.model.can_move(mover, at, to);
        if !legal {
            return Err(Flaw::BadStep(step.to.clone(), "the group cannot go there so"));
        }
        (at, last) = (to, Some(mover));
    }
    let improves = question
        .improvement
        .improves(names.model, &question.members, question.state, target);
    if by.is_empty() || at != target || !improves {
        return Err(Flaw::NoReasonToLeave(leaving_to.to_owned()));
    }
    if question.concept == Concept::Nash {
        return Ok(());
    }
    let deters = |at: &StateId| {
        question
            .members
            .iter()
            .any(|member| question.spoils(*member, *at))
    };
    match question.answers(target)?.into_iter().filter(deters).min() {
        Some(at) => Err(Flaw::Deters(names.model.states().id(at))),
        None => Ok(()),
    }
}
