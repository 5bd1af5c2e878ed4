//! Stability against groups of parties that move together (Kilgour, Hipel, Fang, Peng 2001; Inohara, Hipel 2008).
//!
//! A coalition H leaves s for q if q is in `R_H(s)`, reached by a legal sequence of its members' moves, and q
//! is a *coalition improvement*: better for all of them (or, in the weak version, worse for none and better for
//! one). s is stable for H under
//! - Nash: there is no coalition improvement;
//! - GMR: for each q some z in `R_{N-H}(q)` is no better than s for at least one member;
//! - SMR: … and for that same member nothing in `R_H(z)` is better than s (the strict variant: one member is
//!   both sanctioned and without a way out);
//! - SEQ, SSEQ: as GMR and SMR, with every step of the answer an improvement. By default the steps are those of
//!   single opponents, `R+_{N-H}`; the other version lets subsets of N - H take steps that are coalition
//!   improvements for them, `R++_{N-H}`, no subset twice in succession.
//!
//! In the weak version z deters only if, besides, it is itself no coalition improvement on s.
//! A coalition of one is the party itself. A state is *universally stable* if every coalition of a class is.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};

use detente_conflict::{GraphModel, PartyId, StateId};
use rayon::prelude::*;

pub use detente_proof::stability::{Answerers, Improvement};

use super::{Concept, StateSet, Trouble, joint_reach, joint_reach_all};
use detente_base::watch::Watch;

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CoalitionRules {
    /// When a coalition improves.
    pub improvement: Improvement,
    /// Whose improvements answer it.
    pub answerers: Answerers,
    /// Most coalitions times states.
    pub work: usize,
}

impl Default for CoalitionRules {
    fn default() -> Self {
        Self {
            improvement: Improvement::AllBetter,
            answerers: Answerers::Singles,
            work: 120_000,
        }
    }
}

/// One coalition's judgement of every state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoalitionJudgement {
    /// The members.
    pub members: Vec<PartyId>,
    /// For each concept judged, where the coalition stays.
    pub stable: Vec<StateSet>,
    /// For each concept judged and each state that it leaves, one place where it goes.
    pub leaves_for: Vec<Vec<(StateId, StateId)>>,
}

/// Up to so many parties are combined into coalitions.
pub const MOST_PARTIES: usize = 16;

/// Every coalition with at least so many members, smallest first.
///
/// # Errors
/// [`Trouble::TooManyParties`] beyond [`MOST_PARTIES`].
pub fn coalitions(model: &GraphModel, smallest: usize) -> Result<Vec<Vec<PartyId>>, Trouble> {
    let parties = model.parties().len();
    if parties > MOST_PARTIES {
        return Err(Trouble::TooManyParties(parties, MOST_PARTIES));
    }
    let mut all: Vec<Vec<PartyId>> = (1u32..1 << parties)
        .map(|bits| {
            (0..parties)
                .filter(|party| bits & (1 << party) != 0)
                .map(PartyId::at)
                .collect()
        })
        .filter(|members: &Vec<PartyId>| members.len() >= smallest)
        .collect();
    all.sort_by_key(|members| (members.len(), members.clone()));
    Ok(all)
}

/// Judges every state for every coalition of the class.
///
/// # Errors
/// [`Trouble::TooLarge`] when coalitions times states exceed the limit, [`Trouble::TooManyParties`] when more opponents
/// than [`MOST_PARTIES`] would answer as subsets, [`Trouble::Stopped`].
pub fn judge_coalitions(
    model: &GraphModel,
    class: &[Vec<PartyId>],
    concepts: &[Concept],
    rules: CoalitionRules,
    watch: &dyn Watch,
) -> Result<Vec<CoalitionJudgement>, Trouble> {
    let states = model.states().count();
    if class.len().saturating_mul(states) > rules.work {
        return Err(Trouble::TooLarge(states, rules.work / class.len().max(1)));
    }
    let opponents = class
        .iter()
        .map(|members| model.parties().len().saturating_sub(members.len()));
    let most = opponents.max().unwrap_or(0);
    if rules.answerers == Answerers::Subsets && most > MOST_PARTIES {
        return Err(Trouble::TooManyParties(most, MOST_PARTIES));
    }
    let done = AtomicU64::new(0);
    let one = |members: &Vec<PartyId>| {
        if watch.should_stop() {
            return Err(Trouble::Stopped);
        }
        let judged = Coalition::of(model, members, rules).judge(concepts);
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        watch.advanced("coalitions judged", done, Some(class.len() as u64));
        Ok(judged)
    };
    class.par_iter().map(one).collect()
}

/// Where every coalition of the class stays, for the concept at this place of the list that was judged.
#[must_use]
pub fn universally_stable(model: &GraphModel, judged: &[CoalitionJudgement], concept: usize) -> StateSet {
    let mut all = StateSet::all(model.states().count());
    judged
        .iter()
        .for_each(|coalition| all.keep(&coalition.stable[concept]));
    all
}

struct Coalition<'a> {
    model: &'a GraphModel,
    members: &'a [PartyId],
    opponents: Vec<PartyId>,
    rules: CoalitionRules,
    /// `R_H(s)` for every s.
    reach: Vec<StateSet>,
}

impl<'a> Coalition<'a> {
    fn of(model: &'a GraphModel, members: &'a [PartyId], rules: CoalitionRules) -> Self {
        Self {
            model,
            members,
            opponents: model
                .party_ids()
                .filter(|party| !members.contains(party))
                .collect(),
            rules,
            reach: joint_reach_all(model, members, |_, _, _| true),
        }
    }

    fn judge(&self, concepts: &[Concept]) -> CoalitionJudgement {
        let states = self.model.states().count();
        let mut stable = Vec::with_capacity(concepts.len());
        let mut leaves_for = Vec::with_capacity(concepts.len());
        // What the others answer is the same under two concepts each: any answers, and those that pay.
        let answers_to = |credible: bool| {
            let mut asked = concepts.iter().filter(|concept| **concept != Concept::Nash);
            match asked.any(|concept| concept.credible() == credible) {
                true => self.answers(credible),
                false => Vec::new(),
            }
        };
        let (any, paying) = (answers_to(false), answers_to(true));
        for concept in concepts {
            let answers = if concept.credible() { &paying } else { &any };
            let least = match concept {
                Concept::Nash => None,
                _ => self.least_values(answers, concept.symmetric()),
            };
            let (mut stays, mut leaves) = (StateSet::none(states), Vec::new());
            for state in self.model.states().iter() {
                let improvements = self.reach[state.index()].iter();
                let open = improvements
                    .filter(|q| self.improves(self.members, state, *q))
                    .find(|q| {
                        *concept == Concept::Nash || {
                            let known = least.as_ref().and_then(|least| self.deterred(least, state, *q));
                            let slowly =
                                || answers[q.index()].iter().any(|z| self.deters(state, z, *concept));
                            !known.unwrap_or_else(slowly)
                        }
                    });
                match open {
                    Some(q) => leaves.push((state, q)),
                    None => {
                        stays.insert(state);
                    }
                }
            }
            stable.push(stays);
            leaves_for.push(leaves);
        }
        CoalitionJudgement {
            members: self.members.to_vec(),
            stable,
            leaves_for,
        }
    }

    /// Where every member ranks the states: for each member and state q, the least value of what the others can make of q,
    /// the value of z being its rank, or under the symmetric concepts the highest rank in `{z} + R_H(z)` (the threshold of
    /// [`super::judge`], for one member).
    fn least_values(&self, answers: &[StateSet], symmetric: bool) -> Option<Vec<Vec<u32>>> {
        let of_member = |member: &PartyId| {
            let ranks = self.model.preference(*member).ranking()?.ranks();
            let value = |z: usize| match symmetric {
                true => self.reach[z]
                    .iter()
                    .map(|w| ranks[w.index()])
                    .fold(ranks[z], u32::max),
                false => ranks[z],
            };
            let values: Vec<u32> = (0..ranks.len()).map(value).collect();
            let least = |answer: &StateSet| answer.iter().map(|z| values[z.index()]).min();
            Some(
                answers
                    .iter()
                    .map(|answer| least(answer).unwrap_or(u32::MAX))
                    .collect(),
            )
        };
        self.members.iter().map(of_member).collect()
    }

    /// Whether some answer to a move to `q` deters, where the least values tell: without ties of a weak improvement.
    fn deterred(&self, least: &[Vec<u32>], state: StateId, q: StateId) -> Option<bool> {
        let mut spoilt = false;
        for (member, least) in self.members.iter().zip(least) {
            let rank = self.model.preference(*member).ranking()?.ranks()[state.index()];
            if least[q.index()] < rank {
                return Some(true);
            }
            spoilt |= least[q.index()] == rank;
        }
        match (spoilt, self.rules.improvement) {
            (false, _) => Some(false),
            (true, Improvement::AllBetter) => Some(true),
            // A tie deters only if being brought there is no improvement of the group, which must be looked at.
            (true, Improvement::NoneWorse) => None,
        }
    }

    fn improves(&self, members: &[PartyId], from: StateId, to: StateId) -> bool {
        improves(self.model, self.rules.improvement, members, from, to)
    }

    fn deters(&self, from: StateId, at: StateId, concept: Concept) -> bool {
        let beyond = concept.symmetric().then(|| &self.reach[at.index()]);
        spoilt(
            self.model,
            self.rules.improvement,
            self.members,
            (from, at),
            beyond,
        )
        .is_some()
    }

    /// What the others can make of each state, by improvements or by any moves.
    fn answers(&self, credible: bool) -> Vec<StateSet> {
        let model = self.model;
        match (credible, self.rules.answerers) {
            (false, _) => joint_reach_all(model, &self.opponents, |_, _, _| true),
            (true, Answerers::Singles) => joint_reach_all(model, &self.opponents, |mover, from, to| {
                model.preference(mover).compare(to, from).is_better()
            }),
            (true, Answerers::Subsets) => {
                let count = model.states().count();
                let of = |from: StateId| {
                    let mut reached = StateSet::none(count);
                    for (at, ..) in answers_of_subsets(model, self.rules.improvement, &self.opponents, from) {
                        reached.insert(at);
                    }
                    reached
                };
                model.states().iter().map(of).collect()
            }
        }
    }
}

/// One step of an answer: where to, by whom, and the place of the step before.
pub(super) type Node = (StateId, Vec<PartyId>, Option<usize>);

/// `R++_{N-H}(q)`: steps by subsets of the opponents, each a coalition improvement, none twice running; shortest first.
pub(super) fn answers_of_subsets(
    model: &GraphModel,
    improvement: Improvement,
    opponents: &[PartyId],
    from: StateId,
) -> Vec<Node> {
    let subset = |bits: usize| -> Vec<PartyId> {
        let members = opponents
            .iter()
            .enumerate()
            .filter(|(bit, _)| bits & (1 << bit) != 0);
        members.map(|(_, party)| *party).collect()
    };
    let mut seen = HashSet::new();
    let mut nodes: Vec<Node> = Vec::new();
    let mut waiting = VecDeque::from([(from, 0usize, None)]);
    while let Some((at, last, place)) = waiting.pop_front() {
        for bits in (1..1usize << opponents.len()).filter(|bits| *bits != last) {
            let movers = subset(bits);
            for to in joint_reach(model, &movers, at, |_, _, _| true).states().iter() {
                if improves(model, improvement, &movers, at, to) && seen.insert((to, bits)) {
                    waiting.push_back((to, bits, Some(nodes.len())));
                    nodes.push((to, movers.clone(), place));
                }
            }
        }
    }
    nodes
}

/// A member of the coalition for whom being brought from `from` to `at` is no better, where that is no improvement of the
/// coalition all the same; with `beyond`, everything that the coalition can then do, one who gets nothing better by it.
pub(super) fn spoilt(
    model: &GraphModel,
    improvement: Improvement,
    members: &[PartyId],
    (from, at): (StateId, StateId),
    beyond: Option<&StateSet>,
) -> Option<PartyId> {
    if improvement == Improvement::NoneWorse && improves(model, improvement, members, from, at) {
        return None;
    }
    let ruined = |member: &PartyId| {
        let compare = |state: StateId| model.preference(*member).compare(state, from);
        let escapes = |beyond: &StateSet| beyond.iter().any(|w| compare(w).is_better());
        compare(at).is_no_better() && !beyond.is_some_and(escapes)
    };
    members.iter().copied().find(ruined)
}

/// Whether a move is a coalition improvement for these members.
#[must_use]
pub fn improves(
    model: &GraphModel,
    rule: Improvement,
    members: &[PartyId],
    from: StateId,
    to: StateId,
) -> bool {
    let mut compared = members
        .iter()
        .map(|member| model.preference(*member).compare(to, from));
    match rule {
        Improvement::AllBetter => compared.all(detente_conflict::Comparison::is_better),
        Improvement::NoneWorse => {
            let all: Vec<_> = compared.collect();
            let equal = detente_conflict::Comparison::Equal;
            all.iter().all(|one| one.is_better() || *one == equal) && all.iter().any(|one| one.is_better())
        }
    }
}
