//! Which single judgement, moved inside its stated range while all others stay, changes the answer, and where.
//!
//! A judgement is a candidate if the margins of the answer rest on it: the worth of going along less the worth of
//! departing is linear in the worths ([`crate::why`]), so its change at either end of the range is known; every discount
//! factor is a candidate too. A candidate is *scanned*: the question is asked anew, with proofs, at evenly spaced values
//! out to both ends, because nothing is safely monotone; where the answer changes, the bracket is halved a few times
//! ([`crate::line`]).

use std::sync::atomic::{AtomicU64, Ordering};

use detente_model::case::{Case, Judgement, World};
use detente_model::ids::JudgementId;
use detente_model::number::{Exact, to_float};

use rayon::prelude::*;

use crate::line::{Change, CutShort, Line, to_both_ends};
use crate::verdict::{self, Limits, Question, Subject, Verdict};
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

/// One judgement that was scanned.
#[derive(Debug, Clone, PartialEq)]
pub struct Scanned {
    /// Which.
    pub judgement: JudgementId,
    /// The changes found: at most one towards each end.
    pub changes: Vec<Change<Outcome>>,
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
#[must_use]
pub fn candidates(case: &Case, world: &World, temptations: &[Temptation]) -> Vec<JudgementId> {
    let margins = temptations
        .iter()
        .map(|temptation| (temptation.slack, temptation.rests_on.as_slice()));
    let mut all = weighed(case, margins);
    all.extend(discounts(case, world));
    all
}

/// Judgements with a range that can turn a margin, most first.
///
/// A margin is its present size with what it is made of. Of one that is there, those judgements that can make it
/// negative; of one that is missing, those that can make up for it. How far is taken relative to its present size.
#[must_use]
pub fn weighed<'m>(
    case: &Case,
    margins: impl Iterator<Item = (f64, &'m [(JudgementId, f64)])>,
) -> Vec<JudgementId> {
    let mut weighed: Vec<(f64, JudgementId)> = Vec::new();
    for (slack, rests_on) in margins {
        for (id, part) in rests_on {
            let judgement = case.judgement(*id);
            let value = to_float(&judgement.likely);
            if value == 0.0 {
                continue;
            }
            let ends = [&judgement.low, &judgement.high].into_iter().flatten();
            let moved = ends.map(|end| part / value * (to_float(end) - value));
            let wanted = moved.map(|moved| if slack >= 0.0 { -moved } else { moved });
            let weight = wanted.fold(f64::NEG_INFINITY, f64::max) / slack.abs().max(1e-9);
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
    weighed.into_iter().map(|(_, id)| id).collect()
}

/// The discount factors that have a range, each of the type that its party is taken to be.
#[must_use]
pub fn discounts(case: &Case, world: &World) -> Vec<JudgementId> {
    let discounts = case.party_ids().map(|party| {
        let of = world.type_of(case, party);
        let own = of.and_then(|of| case.party(party).types[of.index()].discount);
        own.unwrap_or(case.party(party).discount)
    });
    discounts.filter(|id| has_range(case.judgement(*id))).collect()
}

/// Whether a judgement has a low or a high end.
#[must_use]
pub fn has_range(judgement: &Judgement) -> bool {
    judgement.low.is_some() || judgement.high.is_some()
}

impl Scan<'_> {
    /// Scans candidates in their order until the limit or the watch says stop.
    #[must_use]
    pub fn over(&self, here: Outcome, candidates: &[JudgementId]) -> Vec<Scanned> {
        let tried = &candidates[..candidates.len().min(self.extent.judgements)];
        let done = AtomicU64::new(0);
        let scan = |id: &JudgementId| {
            self.watch.advanced(
                "what would change the answer: judgements",
                done.fetch_add(1, Ordering::Relaxed),
                Some(tried.len() as u64),
            );
            (!self.watch.should_stop()).then(|| self.judgement(*id, here))
        };
        tried.par_iter().map(scan).while_some().collect()
    }

    fn judgement(&self, id: JudgementId, here: Outcome) -> Scanned {
        let found = to_both_ends(self.case.judgement(id), |end| self.towards(id, end, here));
        Scanned {
            judgement: id,
            changes: found.changes,
            cut_short: found.cut_short,
        }
    }

    /// The first change from the present value towards one end of the range.
    fn towards(
        &self,
        id: JudgementId,
        end: &Exact,
        here: Outcome,
    ) -> Result<Option<Change<Outcome>>, CutShort> {
        Line {
            from: &self.case.judgement(id).likely,
            to: end,
            here,
            points: self.extent.points,
            halvings: self.extent.halvings,
            ask: &|value| self.outcome(id, value),
            watch: self.watch,
        }
        .first_change()
    }

    /// The full answer at a value, with its proof checked; `None` when no game can be made of it.
    fn outcome(&self, id: JudgementId, value: &Exact) -> Option<Outcome> {
        let world = self.world.with_judgement(self.case, id, value);
        let answer = verdict::solve(self.subject, &world, self.question, self.limits, self.watch).ok()?;
        Some(Outcome::of(&answer.verdict))
    }
}
