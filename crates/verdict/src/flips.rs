//! Which single judgement, moved inside its stated range while all others stay, changes the verdict, and where.
//!
//! Every judgement with a range that enters the game is a candidate; those come first that a margin of the verdict rests on:
//! the value of complying less the value of departing is linear in the worths ([`crate::why`]), so its change at either end
//! of the range is known. A candidate is *scanned*: first at both ends of its range, then, because nothing is safely
//! monotone, at evenly spaced values between; where the verdict changes, the bracket is halved a few times
//! ([`crate::line`]). At each value the present proof is rechecked in the moved world; where it still holds, so does the
//! verdict, and only elsewhere the question is asked again, under the limits of the question itself.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use detente_base::ids::{JudgementId, PartyId};
use detente_base::number::{Exact, to_float};
use detente_case::{Basis, Case, Judgement, World};
use detente_proof::{Proof, verify_in};
use rayon::prelude::*;

use crate::line::{Change, CutShort, Line};
use crate::verdict::{self, Limits, Question, Subject, Verdict};
use crate::why::Temptation;
use detente_base::watch::Watch;

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
            judgements: usize::MAX,
            points: 1,
            halvings: 4,
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
    /// Whether the question was put at both ends of the range.
    pub at_both_ends: bool,
    /// Whether the scan ended before all values between were tried.
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

/// The judgements with a range that enter the game of a case in a world: first those that can turn a margin of the present
/// verdict, most first, then discount factors, then all others in the order of the case.
#[must_use]
pub fn candidates(case: &Case, world: &World, temptations: &[Temptation]) -> Vec<JudgementId> {
    let margins = temptations
        .iter()
        .map(|temptation| (temptation.slack, temptation.rests_on.as_slice()));
    let entering = entering(case, world);
    let others = entering.iter().copied();
    let others = others.filter(|id| has_range(case.judgement(*id)));
    let ordered = weighed(case, margins).into_iter();
    let mut seen = BTreeSet::new();
    ordered
        .chain(discounts(case, world))
        .chain(others)
        .filter(|id| entering.contains(id) && seen.insert(*id))
        .collect()
}

/// The judgements that the game of a case in a world is made of; beliefs about types and what matters to plans only are
/// not among them.
fn entering(case: &Case, world: &World) -> BTreeSet<JudgementId> {
    let worths = case
        .worths
        .iter()
        .filter(|worth| worth.of_type.is_none() || worth.of_type == world.type_of(case, worth.party))
        .flat_map(|worth| match &worth.basis {
            Basis::When(_, id) => vec![*id],
            Basis::Levels(_, levels) => levels.iter().flatten().copied().collect(),
        });
    let costs = case.costs.iter().map(|cost| cost.cost);
    let endings = case.endings.iter();
    let endings = endings.flat_map(|ending| ending.worth.iter().flatten().copied().chain([ending.chance]));
    let chances = case.chances.iter().map(|chance| chance.chance);
    let discounts = case.party_ids().map(|party| discount(case, world, party));
    worths
        .chain(costs)
        .chain(endings)
        .chain(chances)
        .chain(discounts)
        .collect()
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
    let discounts = case.party_ids().map(|party| discount(case, world, party));
    discounts.filter(|id| has_range(case.judgement(*id))).collect()
}

/// A party's discount factor, of the type that it is taken to be.
fn discount(case: &Case, world: &World, party: PartyId) -> JudgementId {
    let of = world.type_of(case, party);
    let own = of.and_then(|of| case.party(party).types[of.index()].discount);
    own.unwrap_or(case.party(party).discount)
}

/// Whether a judgement has a low or a high end.
#[must_use]
pub fn has_range(judgement: &Judgement) -> bool {
    judgement.low.is_some() || judgement.high.is_some()
}

/// Passes on whether to stop; how far a single question has come is not told.
struct OnlyStopping<'a>(&'a dyn Watch);

impl Watch for OnlyStopping<'_> {
    fn advanced(&self, _stage: &str, _done: u64, _total: Option<u64>) {}

    fn should_stop(&self) -> bool {
        self.0.should_stop()
    }
}

/// One end of a judgement's range, and what was found there.
struct End<'a> {
    judgement: JudgementId,
    to: &'a Exact,
    /// `None` where nothing was asked: the watch said stop.
    found: Option<Outcome>,
}

impl Scan<'_> {
    /// Scans candidates in their order until the limit or the watch says stop. `present` is the verdict as things are.
    #[must_use]
    pub fn over(&self, present: &Verdict, candidates: &[JudgementId]) -> Vec<Scanned> {
        let tried = &candidates[..candidates.len().min(self.extent.judgements)];
        let moved = Moved {
            scan: self,
            here: Outcome::of(present),
            proof: proof_of(present),
        };
        let ends = tried.iter().flat_map(|id| {
            let judgement = self.case.judgement(*id);
            let ends = [&judgement.low, &judgement.high].into_iter().flatten();
            let ends = ends.filter(|end| **end != judgement.likely);
            ends.map(|to| End {
                judgement: *id,
                to,
                found: None,
            })
        });
        let mut ends: Vec<End<'_>> = ends.collect();
        self.side_by_side("sensitivity: ends of ranges", &mut ends, |end| {
            end.found = moved.answer(end.judgement, end.to).ok();
        });
        let mut lines: Vec<(&End<'_>, Way)> = ends.iter().map(|end| (end, Way::default())).collect();
        self.side_by_side("sensitivity: values between", &mut lines, |(end, line)| {
            *line = moved.between(end);
        });
        let scanned = |id: &JudgementId| {
            let own = || lines.iter().filter(|(end, _)| end.judgement == *id);
            Scanned {
                judgement: *id,
                changes: own().filter_map(|(_, line)| line.change.clone()).collect(),
                at_both_ends: own().all(|(end, _)| end.found.is_some()),
                cut_short: own().any(|(_, line)| !line.whole),
            }
        };
        tried.iter().map(scanned).collect()
    }

    /// Does some work on each item, a few at a time in their order; the watch hears how many are done.
    fn side_by_side<T: Send>(&self, stage: &str, items: &mut [T], work: impl Fn(&mut T) + Sync) {
        let (done, total) = (AtomicU64::new(0), items.len() as u64);
        for some in items.chunks_mut(2 * rayon::current_num_threads()) {
            some.par_iter_mut().for_each(|item| {
                work(item);
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                self.watch.advanced(stage, done, Some(total));
            });
        }
    }
}

/// What was found between the present value and an end.
#[derive(Default)]
struct Way {
    change: Option<Change<Outcome>>,
    /// Whether all was tried.
    whole: bool,
}

/// The question in worlds with one other value.
struct Moved<'a> {
    scan: &'a Scan<'a>,
    here: Outcome,
    /// What shows the present verdict, if it is shown.
    proof: Option<&'a Proof>,
}

impl Moved<'_> {
    /// What lies on the way to an end at which the question was put.
    fn between(&self, end: &End<'_>) -> Way {
        let Some(at_end) = end.found else {
            return Way::default();
        };
        let from = &self.scan.case.judgement(end.judgement).likely;
        let line = Line {
            from,
            to: end.to,
            here: self.here,
            points: self.scan.extent.points,
            halvings: self.scan.extent.halvings,
            ask: &|value| match value == end.to {
                true => Some(at_end),
                false => self.answer(end.judgement, value).ok(),
            },
            watch: self.scan.watch,
        };
        let known = (at_end != self.here).then(|| Change {
            last_same: from.clone(),
            first_other: end.to.clone(),
            becomes: at_end,
        });
        match line.first_change() {
            Ok(change) => Way { change, whole: true },
            Err(CutShort) => Way {
                change: known,
                whole: false,
            },
        }
    }

    /// The verdict at a value: the present one where its proof still holds, else what the question comes to.
    fn answer(&self, id: JudgementId, value: &Exact) -> Result<Outcome, CutShort> {
        let scan = self.scan;
        if scan.watch.should_stop() {
            return Err(CutShort);
        }
        let world = scan.world.with_judgement(scan.case, id, value);
        if self.proof.is_some_and(|proof| verify_in(proof, &world).is_ok()) {
            return Ok(self.here);
        }
        let watch = OnlyStopping(scan.watch);
        let answer = verdict::solve(scan.subject, &world, scan.question, scan.limits, &watch);
        match answer {
            Ok(answer) if !scan.watch.should_stop() => Ok(Outcome::of(&answer.verdict)),
            _ => Err(CutShort),
        }
    }
}

/// The proof of a verdict.
fn proof_of(verdict: &Verdict) -> Option<&Proof> {
    match verdict {
        Verdict::Possible { proof, .. } | Verdict::Impossible { proof } => Some(proof),
        Verdict::Undecided { .. } => None,
    }
}
