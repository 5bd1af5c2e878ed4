//! Sturdy by choice: of the deals and punishments at hand, those with the largest radius, and the frontier of payoffs against
//! sturdiness. Of equal radii the larger one on the path decides.
//!
//! Candidates are the undominated deals kept up by each family of punishments, the mildest first, so that the same steps
//! may stand with other punishments. The choice is among those; whether a sturdier one exists elsewhere is not said.

use std::cmp::Ordering;

use detente_base::ids::StateId;
use detente_base::number::{Exact, to_float};
use detente_base::watch::Watch;
use detente_case::{Case, World};
use detente_proof::automaton::Automaton;
use detente_proof::{Body, Claim, Proof, Shown};
use detente_verdict::deals::{self, Criterion, Search};
use detente_verdict::verdict::{
    Answer, Deal, Ground, Harshness, Limits, Question, Subject, Verdict, level_names,
};
use rayon::prelude::*;

use crate::forms::Forms;
use crate::ranges::Ranges;
use crate::sturdiness::{Sturdiness, sturdiness};

/// A deal with its punishments, and what both survive.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// The states of its path.
    pub path: Vec<u32>,
    /// What it is worth to each party today, about.
    pub values: Vec<f64>,
    /// How harsh its punishments are.
    pub harshness: Harshness,
    /// What it survives.
    pub sturdiness: Sturdiness,
    automaton: Automaton,
}

impl Candidate {
    /// The share of all ranges that it survives; `None` where nothing inside them breaks it.
    #[must_use]
    pub fn share(&self) -> Option<&Exact> {
        self.sturdiness.overall.as_ref().map(|radius| &radius.share)
    }

    fn sturdier_than(&self, other: &Self) -> bool {
        match (self.share(), other.share()) {
            (None, Some(_)) => true,
            (Some(own), Some(other)) => own > other,
            (_, None) => false,
        }
    }

    /// Whether another is as good for every party and as sturdy, and better in something.
    fn is_covered_by(&self, other: &Self) -> bool {
        let as_good = self
            .values
            .iter()
            .zip(&other.values)
            .all(|(own, other)| other >= own);
        let better = self
            .values
            .iter()
            .zip(&other.values)
            .any(|(own, other)| other > own);
        as_good && !self.sturdier_than(other) && (better || other.sturdier_than(self))
    }
}

/// What candidates are looked for in.
#[derive(Clone, Copy)]
pub struct Choice<'a> {
    /// The case and its text.
    pub subject: Subject<'a>,
    /// The case as it stands in the world.
    pub case: &'a Case,
    /// The world.
    pub world: &'a World,
    /// Its game, solved.
    pub ground: &'a Ground<'a>,
    /// The question.
    pub question: &'a Question,
    /// The limits of its searches.
    pub limits: &'a Limits,
    /// The most deals of each family that are compared.
    pub most: usize,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

impl Choice<'_> {
    /// The candidates with punishments so harsh, the sturdiest first; what is equally sturdy stays in the order of the
    /// criterion.
    #[must_use]
    pub fn candidates(&self, families: &[Harshness]) -> Vec<Candidate> {
        let arena = &self.ground.arena;
        let wanted = arena.game.truth(&self.question.target.condition);
        let mut found: Vec<Candidate> = Vec::new();
        for harshness in families {
            if self.watch.should_stop() {
                break;
            }
            let Some(family) = self.ground.answers(*harshness, self.limits, self.watch) else {
                continue;
            };
            let search = Search {
                arena,
                family,
                wanted: &wanted,
                criterion: Criterion::Nash,
                no_deal: &self.ground.no_deal_values(),
                limits: &self.limits.deals,
                watch: self.watch,
            };
            let here = search.forward().deals;
            let here = here.into_iter().take(self.most);
            let here = here.map(|deal| (deal.path, deal.values[..arena.parties].to_vec()));
            found.extend(self.weighed(*harshness, here.collect()));
        }
        sturdiest_first(&mut found);
        found
    }

    /// The deals of an answer as candidates, with its own punishments, the sturdiest first.
    #[must_use]
    pub fn of_answer(&self, answer: &Answer) -> Vec<Candidate> {
        let Verdict::Possible { deal, others, .. } = &answer.verdict else {
            return Vec::new();
        };
        let of = |deal: &Deal| {
            let path = deal.path.iter().map(|state| state.index() as u32).collect();
            (path, deal.values.iter().map(to_float).collect())
        };
        let deals = std::iter::once(deal).chain(others).take(self.most).map(of);
        let mut found = self.weighed(answer.harshness, deals.collect());
        sturdiest_first(&mut found);
        found
    }

    /// Deals with what they survive, kept up by punishments so harsh.
    fn weighed(&self, harshness: Harshness, deals: Vec<(Vec<u32>, Vec<f64>)>) -> Vec<Candidate> {
        let arena = &self.ground.arena;
        let Some(family) = self.ground.answers(harshness, self.limits, self.watch) else {
            return Vec::new();
        };
        let candidate = |(path, values): (Vec<u32>, Vec<f64>)| {
            let automaton = deals::automaton(arena, family, &path);
            let forms = Forms::of(self.case, self.world, arena.game, &automaton).ok()?;
            Some(Candidate {
                path,
                values,
                harshness,
                sturdiness: sturdiness(&forms, arena.game, self.case, Ranges::Stated).ok()?,
                automaton,
            })
        };
        deals.into_par_iter().filter_map(candidate).collect()
    }

    /// Puts the sturdiest deal in the place of that of an answer, proved; gives the candidates that no other covers.
    pub fn choose(&self, answer: &mut Answer) -> Vec<Candidate> {
        let found = self.candidates(&Harshness::ALL);
        for candidate in &found {
            let Verdict::Possible { deal, proof, .. } = &mut answer.verdict else {
                break;
            };
            if let Some((chosen, shown)) = self.proved(candidate) {
                (*deal, **proof) = (chosen, shown);
                answer.harshness = candidate.harshness;
                break;
            }
        }
        let frontier = found
            .iter()
            .filter(|one| !found.iter().any(|other| one.is_covered_by(other)));
        frontier.cloned().collect()
    }

    /// A candidate as the exact checker confirms it.
    fn proved(&self, candidate: &Candidate) -> Option<(Deal, Proof)> {
        let game = self.ground.arena.game;
        let settlement = StateId::at(*candidate.path.last()? as usize);
        let claim = Claim::Possible {
            target: self.question.target.text.clone(),
            settlement: level_names(self.subject.case, game, settlement),
        };
        let body = Body::Automaton(candidate.automaton.clone());
        let proof = Proof::seal(self.subject.text, self.world.clone(), claim, body);
        match detente_proof::verify(&proof.to_bytes()).ok()?.shown {
            Shown::SelfEnforcing(found) => Some((
                Deal {
                    path: found.path,
                    by_chance: found.by_chance,
                    values: found.values,
                },
                proof,
            )),
            Shown::Bounded(_) => None,
        }
    }
}

/// The largest radius first; of equal ones that with the largest radius on the path.
fn sturdiest_first(found: &mut [Candidate]) {
    found.sort_by(|a, b| {
        let on_path = |one: &Candidate| one.sturdiness.on_path.as_ref().map(|radius| radius.share.clone());
        larger_first(a.share(), b.share())
            .then_with(|| larger_first(on_path(a).as_ref(), on_path(b).as_ref()))
    });
}

/// No radius at all is more than any.
fn larger_first(a: Option<&Exact>, b: Option<&Exact>) -> Ordering {
    match (a, b) {
        (None, None) => Ordering::Equal,
        (None, Some(_)) => Ordering::Less,
        (Some(_), None) => Ordering::Greater,
        (Some(a), Some(b)) => b.cmp(a),
    }
}
