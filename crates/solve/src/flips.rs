//! Which single judgement, moved inside its stated range while all others stay, changes the answer, and where.
//!
//! A judgement is a candidate if the margins of the answer rest on it: the worth of going along less the worth of
//! departing is linear in the worths ([`crate::why`]), so its change at either end of the range is known; every discount
//! factor is a candidate too. A candidate is *scanned*: the question is asked anew at evenly spaced values out to both
//! ends, because nothing is safely monotone, and the search for deals is tried at each. Where it finds otherwise than the
//! present answer says, that value and the one before are asked in full, with proofs, and the bracket is halved a few
//! times; what is reported is the last value with the present answer and the first with another, both as the full
//! question answers them. Values between those that were tried may still do otherwise.

use std::sync::atomic::{AtomicU64, Ordering};

use detente_model::case::{Case, World};
use detente_model::game::Game;
use detente_model::ids::JudgementId;
use detente_model::number::{Exact, to_float};

use rayon::prelude::*;

use crate::verdict::{self, Ground, Harshness, Limits, Question, Subject, Verdict};
use crate::watch::Watch;
use crate::why::Temptation;

/// Limits of a scan; printed in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The most judgements that are scanned, those first that weigh most.
    pub judgements: usize,
    /// Values between the present one and each end of the range, the end included.
    pub points: u32,
    /// How often a bracket is halved.
    pub halvings: u32,
}

impl Default for Extent {
    fn default() -> Self {
        Self {
            judgements: 4,
            points: 3,
            halvings: 3,
        }
    }
}

/// The kinds of answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// A deal, proved.
    Possible,
    /// Excluded, proved.
    Impossible,
    /// Neither within the limits.
    Undecided,
}

impl Outcome {
    /// The kind of a verdict.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Possible { .. } => Self::Possible,
            Verdict::Impossible { .. } => Self::Impossible,
            Verdict::Undecided { .. } => Self::Undecided,
        }
    }
}

/// Where moving one judgement in one direction changes the answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The farthest value before the change that was asked and has the present answer.
    pub last_same: Exact,
    /// The first value asked that has another answer.
    pub first_other: Exact,
    /// That answer.
    pub becomes: Outcome,
}

/// One judgement that was scanned.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// Which.
    pub judgement: JudgementId,
    /// The changes found: at most one towards each end.
    pub changes: Vec<Change>,
    /// Whether the scan ended before both ends: the watch said stop, or the full question did not confirm what the
    /// search had found.
    pub cut_short: bool,
}

/// Everything that a scan is about.
#[derive(Clone, Copy)]
pub struct Scan<'a> {
    /// The case and its text.
    pub subject: Subject<'a>,
    /// The case as it stands in the world.
    pub case: &'a Case,
    /// The world.
    pub world: &'a World,
    /// The question.
    pub question: &'a Question,
    /// Limits of every question.
    pub limits: &'a Limits,
    /// Limits of the scan.
    pub extent: Extent,
    /// Who watches.
    pub watch: &'a dyn Watch,
}

/// Judgements by how far they can move a margin of the present answer, most first, then the discount factors.
///
/// With a deal, those that can make some margin negative; without one, those that can make up for the shortfall of
/// the nearest settlement. Margins are taken relative to their present size.
#[must_use]
pub fn candidates(case: &Case, world: &World, temptations: &[Temptation]) -> Vec<JudgementId> {
    let mut weighed: Vec<(f64, JudgementId)> = Vec::new();
    for temptation in temptations {
        for (id, part) in &temptation.rests_on {
            let judgement = case.judgement(*id);
            let value = to_float(&judgement.likely);
            if value == 0.0 {
                continue;
            }
            let ends = [&judgement.low, &judgement.high].into_iter().flatten();
            let moved = ends.map(|end| part / value * (to_float(end) - value));
            let wanted = moved.map(|moved| if temptation.slack >= 0.0 { -moved } else { moved });
            let weight = wanted.fold(f64::NEG_INFINITY, f64::max) / temptation.slack.abs().max(1e-9);
            if weight < 1.0 {
                continue;
            }
            match weighed.iter_mut().find(|(_, known)| known == id) {
                Some((most, _)) => *most = most.max(weight),
                None => weighed.push((weight, *id)),
            }
        }
    }
    weighed.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let discounts = case.party_ids().map(|party| {
        let of = world.type_of(case, party);
        let own = of.and_then(|of| case.party(party).types[of.index()].discount);
        own.unwrap_or(case.party(party).discount)
    });
    let mut all: Vec<JudgementId> = weighed.into_iter().map(|(_, id)| id).collect();
    all.extend(discounts);
    all.retain(|id| {
        let judgement = case.judgement(*id);
        judgement.low.is_some() || judgement.high.is_some()
    });
    all
}

impl Scan<'_> {
    /// Scans candidates in their order until the limit or the watch says stop.
    #[must_use]
    pub fn over(&self, here: Outcome, harshness: Harshness, candidates: &[JudgementId]) -> Vec<Scanned> {
        let tried = &candidates[..candidates.len().min(self.extent.judgements)];
        let done = AtomicU64::new(0);
        let scan = |id: &JudgementId| {
            self.watch.advanced(
                "what would change the answer: judgements",
                done.fetch_add(1, Ordering::Relaxed),
                Some(tried.len() as u64),
            );
            (!self.watch.should_stop()).then(|| self.judgement(*id, here, harshness))
        };
        tried.par_iter().map(scan).while_some().collect()
    }

    fn judgement(&self, id: JudgementId, here: Outcome, harshness: Harshness) -> Scanned {
        let judgement = self.case.judgement(id);
        let mut scanned = Scanned {
            judgement: id,
            changes: Vec::new(),
            cut_short: false,
        };
        let ends: Vec<&Exact> = [&judgement.low, &judgement.high].into_iter().flatten().collect();
        let towards = |end: &&Exact| self.towards(id, end, here, harshness);
        let found: Vec<_> = ends
            .par_iter()
            .filter(|end| ***end != judgement.likely)
            .map(towards)
            .collect();
        for change in found {
            match change {
                Ok(change) => scanned.changes.extend(change),
                Err(CutShort) => scanned.cut_short = true,
            }
        }
        scanned
    }

    /// The first change from the present value towards one end of the range.
    fn towards(
        &self,
        id: JudgementId,
        end: &Exact,
        here: Outcome,
        harshness: Harshness,
    ) -> Result<Option<Change>, CutShort> {
        let start = self.case.judgement(id).likely.clone();
        let points = self.extent.points.max(1);
        let mut last_same = start.clone();
        for point in 1..=points {
            if self.watch.should_stop() {
                return Err(CutShort);
            }
            let share = Exact::from(point) / Exact::from(points);
            let value = start.clone() + (end.clone() - start.clone()) * share;
            let quick = self.deal_is_found(id, &value, harshness);
            if quick == Some(here == Outcome::Possible) {
                last_same = value;
                continue;
            }
            match self.outcome(id, &value) {
                Some(outcome) if outcome == here => last_same = value,
                Some(outcome) => return self.bracket(id, here, last_same, (value, outcome)).map(Some),
                // A value of which no game can be made ends the scan.
                None => return Ok(None),
            }
        }
        Ok(None)
    }

    /// Narrows a bracket by asking in full at its middle, once its near end is confirmed.
    fn bracket(
        &self,
        id: JudgementId,
        here: Outcome,
        mut same: Exact,
        (mut other, mut becomes): (Exact, Outcome),
    ) -> Result<Change, CutShort> {
        if self.outcome(id, &same) != Some(here) {
            return Err(CutShort);
        }
        for _ in 0..self.extent.halvings {
            if self.watch.should_stop() {
                return Err(CutShort);
            }
            let middle = (same.clone() + other.clone()) / Exact::from(2);
            match self.outcome(id, &middle) {
                Some(outcome) if outcome == here => same = middle,
                Some(outcome) => (other, becomes) = (middle, outcome),
                None => break,
            }
        }
        Ok(Change {
            last_same: same,
            first_other: other,
            becomes,
        })
    }

    /// Whether the search finds a deal at a value, in doubles; `None` when no game can be made of it.
    fn deal_is_found(&self, id: JudgementId, value: &Exact, harshness: Harshness) -> Option<bool> {
        let world = self.world.with_judgement(self.case, id, value);
        let game = Game::of_case(self.subject.case, &world).ok()?;
        let ground = Ground::new(&game, self.limits, self.watch).ok()?;
        Some(verdict::finds_deal(
            &ground,
            self.question,
            self.limits,
            harshness,
            self.watch,
        ))
    }

    /// The full answer at a value, with its proof checked; `None` when no game can be made of it.
    fn outcome(&self, id: JudgementId, value: &Exact) -> Option<Outcome> {
        let world = self.world.with_judgement(self.case, id, value);
        let answer = verdict::solve(self.subject, &world, self.question, self.limits, self.watch).ok()?;
        Some(Outcome::of(&answer.verdict))
    }
}

/// A scan ended before the end of its range.
struct CutShort;
