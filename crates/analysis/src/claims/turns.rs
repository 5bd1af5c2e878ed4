//! Which single judgement, moved inside its stated range while all others stay, turns the finding of a claim, and
//! where.
//!
//! A claim that plans or flows decide is always scanned, on all judgements its finding can rest on: of plans, all that have
//! a range; of flows, which are linear, those that can turn one of the comparisons. A claim that asks the game is scanned
//! on as many as one likes of those that can move the margins of what was found, those first that can most ([`margins`]):
//! each value costs whole questions.
//! At every value the claim is decided again by the same rule, out to both ends of the range ([`detente_verdict::line`]).
//!
//! Not moved are, for a claim that compares variants, judgements that one of them sets, and for a claim about later
//! dates, judgements that drift: another value would undo what the claim is about. Chances of types add to one: of two
//! types the other takes what is left, and of more none is moved, because none can be moved alone.

mod margins;

use std::sync::atomic::{AtomicU32, Ordering};

use detente_base::ids::JudgementId;
use detente_base::number::{Exact, to_float};
use detente_case::{Claim, ClaimKind, World};
use detente_game::Game;
use rayon::prelude::*;

use super::{Answered, ClaimContext, Decision, Finding, decide};
use detente_plans::known::known_types;
use detente_verdict::flips;
use detente_verdict::line::{BothEnds, Change, Line, to_both_ends};
use detente_verdict::verdict::Ground;

/// Limits of the scans; printed in the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The most judgements that are moved for a claim that asks the game; with none, only the others are scanned.
    pub judgements: usize,
    /// Values towards each end of the range for such a claim, the end included.
    pub points: u32,
    /// The most values for a claim that plans or flows decide, brackets aside.
    pub values: usize,
    /// The same for a claim that searches for small exchanges at every value.
    pub searches: usize,
    /// How often a bracket is halved.
    pub halvings: u32,
}

/// The most values towards one end, however few judgements there are.
const MOST_POINTS: usize = 4;

impl Extent {
    /// Scans on so many judgements where the game is asked.
    #[must_use]
    pub fn on(judgements: usize) -> Self {
        Self {
            judgements,
            points: 2,
            values: 1_400,
            searches: 350,
            halvings: 3,
        }
    }
}

/// What a claim was found to turn on.
#[derive(Debug, Clone, Default)]
pub struct Turns {
    /// Judgements that may turn the finding.
    pub candidates: usize,
    /// How many of them were moved.
    pub moved: usize,
    /// How many of these not to both ends: the watch said stop.
    pub unfinished: usize,
    /// Values at which the claim was decided.
    pub values: u32,
    /// What changes the finding, nearest first in parts of the range; at most one change towards each end.
    pub changes: Vec<(JudgementId, Change<Finding>)>,
}

/// Asks of every decided claim what it turns on, those first that ask few questions, until the watch says stop.
pub(super) fn look(context: &ClaimContext<'_>, decisions: &mut [Decision]) {
    let Some(extent) = &context.turns else {
        return;
    };
    let claims = &context.case.claims;
    let decided = |decision: &Decision| matches!(decision.finding, Finding::True | Finding::False);
    let scanned = |claim: &Claim| extent.judgements > 0 || questions(claim) == 0;
    let mut order: Vec<usize> = (0..decisions.len())
        .filter(|number| decided(&decisions[*number]) && scanned(&claims[*number]))
        .collect();
    order.sort_by_key(|number| (questions(&claims[*number]), *number));
    // What may turn a claim is read off answers about the case as it stands, one claim after the other: these share their
    // ground. Every value that is then tried has a game of its own.
    let scan = |number: &usize| {
        let scan = Scan {
            context,
            extent,
            claim: &claims[*number],
            here: decisions[*number].finding,
            values: AtomicU32::new(0),
        };
        let candidates = scan.candidates();
        (*number, scan, candidates)
    };
    let scans: Vec<(usize, Scan<'_>, Vec<JudgementId>)> = order.iter().map(scan).collect();
    let (done, total) = (AtomicU32::new(0), Some(scans.len() as u64));
    let turned: Vec<(usize, Turns)> = scans
        .into_par_iter()
        .with_max_len(1)
        .map(|(number, scan, candidates)| {
            let before = u64::from(done.load(Ordering::Relaxed));
            context
                .watch
                .advanced("what claims turn on: claims", before, total);
            let turns = scan.turns(candidates);
            done.fetch_add(1, Ordering::Relaxed);
            (number, turns)
        })
        .collect();
    for (number, turns) in turned {
        decisions[number].turns = turns;
    }
}

/// About how many questions deciding a claim asks of the game.
fn questions(claim: &Claim) -> usize {
    match claim.kind {
        ClaimKind::Types | ClaimKind::SmallAreas | ClaimKind::Gesture | ClaimKind::QuietIsBetter => 0,
        ClaimKind::Possible | ClaimKind::RoomToAnswer | ClaimKind::Exchange | ClaimKind::LimitedIsBetter => 1,
        ClaimKind::Series => 2,
        // What is impossible takes bounds to exclude, which cost as much as several deals take to find.
        ClaimKind::AllAtOnceFails => 6,
        ClaimKind::Enables | ClaimKind::Widens | ClaimKind::Coalition | ClaimKind::DependsOn => {
            1 + claim.variants.len()
        }
        ClaimKind::Window => 1 + super::comparisons::LATER.len(),
    }
}

/// One claim with its finding as judged.
struct Scan<'a> {
    context: &'a ClaimContext<'a>,
    extent: &'a Extent,
    claim: &'a Claim,
    here: Finding,
    /// Values at which it was decided so far.
    values: AtomicU32,
}

impl Scan<'_> {
    fn turns(&self, mut candidates: Vec<JudgementId>) -> Turns {
        let mut turns = Turns {
            candidates: candidates.len(),
            ..Turns::default()
        };
        let points = self.points(&mut candidates);
        let move_alone = |id: &JudgementId| {
            let go_on = !self.context.watch.should_stop();
            go_on.then(|| (*id, self.both_ways(*id, points)))
        };
        let moved: Vec<(JudgementId, BothEnds<Finding>)> =
            candidates.par_iter().map(move_alone).while_some().collect();
        turns.moved = moved.len();
        for (id, moved) in moved {
            turns.unfinished += usize::from(moved.cut_short);
            let changes = moved.changes.into_iter();
            turns.changes.extend(changes.map(|change| (id, change)));
        }
        turns
            .changes
            .sort_by(|a, b| self.distance(a).total_cmp(&self.distance(b)));
        turns.values = self.values.load(Ordering::Relaxed);
        turns
    }

    /// Judgements that may turn the finding, those first that weigh most.
    fn candidates(&self) -> Vec<JudgementId> {
        let case = self.context.case;
        let mut all: Vec<JudgementId> = match self.claim.kind {
            ClaimKind::Types | ClaimKind::SmallAreas => case
                .judgement_ids()
                .filter(|id| flips::has_range(case.judgement(*id)))
                .collect(),
            _ => {
                let margins = self.context.margins(self.claim);
                let margins = margins.iter().map(|(slack, parts)| (*slack, parts.as_slice()));
                flips::weighed(case, margins)
            }
        };
        if questions(self.claim) > 0 {
            all.extend(flips::discounts(case, self.context.world));
        }
        all.retain(|id| !self.stays(*id));
        all
    }

    /// Whether another value would undo what the claim is about.
    fn stays(&self, id: JudgementId) -> bool {
        let case = self.context.case;
        // Only the first of two types is moved, and the other with it.
        let chance = case.parties.iter().any(|party| {
            let tied = if party.types.len() == 2 { 1 } else { 0 };
            party.types.iter().skip(tied).any(|of| of.prior == id)
        });
        let drifts = self.claim.kind == ClaimKind::Window && case.judgement(id).grows.is_some();
        let mut variants = self.claim.variants.iter().map(|number| &case.variants[*number]);
        chance || drifts || variants.any(|variant| variant.judgements.iter().any(|(set, _)| *set == id))
    }

    /// Drops candidates beyond the limit; the values to try towards each end.
    fn points(&self, candidates: &mut Vec<JudgementId>) -> u32 {
        let extent = self.extent;
        let values = match self.claim.kind {
            ClaimKind::SmallAreas => extent.searches,
            ClaimKind::Types | ClaimKind::Gesture | ClaimKind::QuietIsBetter => extent.values,
            _ => {
                candidates.truncate(extent.judgements);
                return extent.points;
            }
        };
        candidates.truncate(values / 2);
        (values / (2 * candidates.len().max(1))).clamp(1, MOST_POINTS) as u32
    }

    /// The first change towards each end of the range.
    fn both_ways(&self, id: JudgementId, points: u32) -> BothEnds<Finding> {
        let judgement = self.context.case.judgement(id);
        to_both_ends(judgement, |end| {
            Line {
                from: &judgement.likely,
                to: end,
                here: self.here,
                points,
                halvings: self.extent.halvings,
                ask: &|value| self.finding(id, value),
                watch: self.context.watch,
            }
            .first_change()
        })
    }

    /// How far a change is from the present value, in parts of the range.
    fn distance(&self, (id, change): &(JudgementId, Change<Finding>)) -> f64 {
        let judgement = self.context.case.judgement(*id);
        let end = |end: &Option<Exact>| to_float(end.as_ref().unwrap_or(&judgement.likely));
        let width = (end(&judgement.high) - end(&judgement.low)).abs();
        (to_float(&change.first_other) - to_float(&judgement.likely)).abs() / width.max(1e-12)
    }

    /// The world with a judgement moved; of the chances of two types, both.
    fn moved(&self, id: JudgementId, value: &Exact) -> World {
        let case = self.context.case;
        let world = self.context.world.with_judgement(case, id, value);
        let pairs = case.parties.iter().map(|party| party.types.as_slice());
        let other = pairs.into_iter().find_map(|types| match types {
            [one, other] if one.prior == id => Some(other.prior),
            _ => None,
        });
        match other {
            Some(other) => world.with_judgement(case, other, &(Exact::ONE - value.clone())),
            None => world,
        }
    }

    /// The finding at a value; `None` when no case or no game can be made of it.
    fn finding(&self, id: JudgementId, value: &Exact) -> Option<Finding> {
        let context = self.context;
        self.values.fetch_add(1, Ordering::Relaxed);
        let world = self.moved(id, value);
        let case = context.subject.case.in_world(&world).ok()?;
        let by_plans = match self.claim.kind {
            ClaimKind::Types => Some(detente_plans::claims::types(
                &known_types(&case, &world),
                self.claim,
            )),
            ClaimKind::SmallAreas => {
                let case = known_types(&case, &world);
                Some(detente_plans::claims::small_areas(
                    &case,
                    self.claim,
                    context.watch,
                ))
            }
            _ => None,
        };
        if let Some(decided) = by_plans {
            return Some(Finding::of(decided.holds));
        }
        let game = Game::of_case(context.subject.case, &world).ok()?;
        let ground = Ground::new(&game, context.limits, context.watch).ok()?;
        let there = ClaimContext {
            case: &case,
            world: &world,
            ground: &ground,
            answered: &Answered::default(),
            turns: None,
            ..*context
        };
        Some(there.finding(self.claim))
    }
}

impl ClaimContext<'_> {
    /// The finding alone, without the questions that only its reason asks.
    fn finding(&self, claim: &Claim) -> Finding {
        match claim.kind {
            ClaimKind::QuietIsBetter => match self.quiet_states(claim) {
                Some(states) => Finding::of(Some(self.no_quieter(claim, states).is_empty())),
                None => Finding::NotDecidable,
            },
            ClaimKind::AllAtOnceFails => match self.set_exactly(claim) {
                Some(target) => Finding::of(self.reach(&target).not_at_once()),
                None => Finding::NotDecidable,
            },
            _ => decide(self, claim).finding,
        }
    }
}
