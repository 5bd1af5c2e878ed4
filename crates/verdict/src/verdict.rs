//! Whether a target can be reached by a self-enforcing deal from today: possible, impossible or undecided, the first
//! two only with a proof that the exact checker has confirmed.
//!
//! Inside out and outside in by turns, cheap work first (decision 0007): deals kept up by the mildest answers to breaches;
//! intervals that exclude every settlement satisfying the target; deals kept up by harsher answers, at last also on
//! paths on which issues go back; bounds that tie parties together. What none of it settles stays undecided, with
//! the gap that is left.

use detente_base::ids::{IssueId, StateId};
use detente_base::number::Exact;
use detente_case::{Case, Target, World};
use detente_game::Game;
use detente_proof::automaton::Automaton;
use detente_proof::{Body, Claim, Proof, Shown, Verified};

use crate::arena::Arena;
use crate::bounds::{self, Bounds, Reach, Stage, Stop};
use crate::deals::{self, Candidate, Criterion, Extent, Family, Found, Search};
pub use crate::ground::{Ground, Harshness, Unanswerable};
use detente_base::watch::Watch;

/// All limits of one question.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// Of the bounds.
    pub bounds: bounds::Limits,
    /// Of the search for deals.
    pub deals: deals::search::Limits,
    /// Of the search for punishments and settlements that hold each other up.
    pub descent: deals::descent::Limits,
    /// The most rounds in search of what is played without a deal.
    pub fallback_rounds: u32,
    /// The most joint moves that are looked at in search of what is played without a deal.
    pub fallback_looks: u64,
    /// The most rounds of harsher answers.
    pub answer_rounds: u32,
    /// The most blocks of up to 64 states that are looked at in search of harsher answers.
    pub answer_looks: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            bounds: bounds::Limits::default(),
            deals: deals::search::Limits::default(),
            descent: deals::descent::Limits::default(),
            fallback_rounds: 400,
            fallback_looks: 150_000_000,
            answer_rounds: 30,
            answer_looks: 80_000_000,
        }
    }
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question {
    /// The condition a settlement must satisfy.
    pub target: Target,
    /// How to choose among undominated deals.
    pub criterion: Criterion,
}

/// A deal, as it is shown.
#[derive(Debug, Clone)]
pub struct Deal {
    /// States from today to the settlement.
    pub path: Vec<StateId>,
    /// For each step of the path, whether chance makes it and not the parties.
    pub by_chance: Vec<bool>,
    /// The exact value to each party today.
    pub values: Vec<Exact>,
}

/// The answer to a question.
#[derive(Debug)]
pub enum Verdict {
    /// A deal, other undominated deals, and the proof.
    Possible {
        /// The deal chosen by the criterion.
        deal: Deal,
        /// Other undominated deals found.
        others: Vec<Deal>,
        /// The proof, confirmed.
        proof: Box<Proof>,
    },
    /// No self-enforcing path ends in such a settlement.
    Impossible {
        /// The proof, confirmed.
        proof: Box<Proof>,
    },
    /// Neither could be shown.
    Undecided {
        /// Why not.
        why: String,
        /// How many settlements satisfying the target the bounds leave open.
        open: usize,
    },
}

/// A verdict with what it rests on.
#[derive(Debug)]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// What each party gets today if nothing is agreed; `None` when no fallback was found.
    pub no_deal: Option<Vec<f64>>,
    /// Where play ends without a deal.
    pub no_deal_path: Vec<StateId>,
    /// What each party can be held to and can hope for from today: (low, high).
    pub today: Vec<(f64, f64)>,
    /// How harsh the answers to breaches were.
    pub harshness: Harshness,
    /// Settlements satisfying the target that the answers keep up.
    pub settlements: Vec<StateId>,
    /// What the search for deals looked at; `None` when there was no fallback to answer breaches with.
    pub searched: Option<Searched>,
    /// Stages of bounds that were computed, and why they stopped; `None` when they were not needed.
    pub bounds: Option<(usize, bounds::Stop)>,
    /// The number of states.
    pub states: usize,
}

/// What a search for deals looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Searched {
    /// Which paths.
    pub extent: Extent,
    /// Whether a limit on labels, work or time cut it short.
    pub cut_short: bool,
}

/// A case with its text, which a proof carries whole.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The text of the case file.
    pub text: &'a str,
    /// The checked case.
    pub case: &'a Case,
}

/// Answers a question about a case in a world.
///
/// # Errors
/// [`Unanswerable`] when the case makes no game or the game is beyond the memory limit.
pub fn solve(
    subject: Subject<'_>,
    world: &World,
    question: &Question,
    limits: &Limits,
    watch: &dyn Watch,
) -> Result<Answer, Unanswerable> {
    let game = Game::of_case(subject.case, world).map_err(Unanswerable::Game)?;
    let ground = Ground::new(&game, limits, watch)?;
    Ok(answer(subject, world, &ground, question, limits, watch))
}

/// Answers a question on laid-out ground.
#[must_use]
pub fn answer(
    subject: Subject<'_>,
    world: &World,
    ground: &Ground<'_>,
    question: &Question,
    limits: &Limits,
    watch: &dyn Watch,
) -> Answer {
    let arena = &ground.arena;
    let asked = Asked {
        subject,
        world,
        ground,
        question,
        limits,
        watch,
        wanted: arena.game.truth(&question.target.condition),
    };
    let mut answer = Answer {
        verdict: Verdict::Undecided {
            why: "no fallback was found to answer breaches with".into(),
            open: 0,
        },
        no_deal: ground.no_deal(),
        no_deal_path: ground.no_deal_path(),
        today: Vec::new(),
        harshness: Harshness::Mildest,
        settlements: Vec::new(),
        searched: None,
        bounds: None,
        states: arena.states,
    };
    let mut refused = None;
    for harshness in Harshness::ALL {
        // Intervals cost little; where they exclude the target, no harsher answers need be made.
        if harshness == Harshness::OneRound && asked.outside_in(Reach::Intervals, &mut answer) {
            return answer;
        }
        match asked.inside_out(harshness, &mut answer) {
            Some(Ok(())) => return answer,
            Some(Err(reason)) => refused = refused.or(Some(reason)),
            None => {}
        }
    }
    match asked.inside_out_backward(&mut answer) {
        Some(Ok(())) => return answer,
        Some(Err(reason)) => refused = refused.or(Some(reason)),
        None => {}
    }
    if !asked.outside_in(Reach::Everything, &mut answer)
        && let (Some(refused), Verdict::Undecided { why, .. }) = (refused, &mut answer.verdict)
    {
        *why = refused;
    }
    answer
}

/// A question with everything it is answered from.
struct Asked<'a, 'g> {
    subject: Subject<'a>,
    world: &'a World,
    ground: &'a Ground<'g>,
    question: &'a Question,
    limits: &'a Limits,
    watch: &'a dyn Watch,
    /// Whether a state satisfies the target.
    wanted: Vec<bool>,
}

impl Asked<'_, '_> {
    /// Looks for a deal kept up by answers so harsh: found and confirmed, found and refused, or none.
    fn inside_out(&self, harshness: Harshness, answer: &mut Answer) -> Option<Result<(), String>> {
        let family = self.ground.answers(harshness, self.limits, self.watch)?;
        answer.harshness = harshness;
        self.confirm(family, |search| search.forward(), answer)
    }

    /// The same with the harshest answers, on paths on which issues may also go back, in games whose joint moves are
    /// too many for all paths to be searched.
    fn inside_out_backward(&self, answer: &mut Answer) -> Option<Result<(), String>> {
        let onward = |searched: &Searched| searched.extent == Extent::OnwardPaths;
        answer.searched.filter(onward)?;
        let family = self.ground.answers(answer.harshness, self.limits, self.watch)?;
        self.confirm(family, |search| search.over(Extent::BackwardPaths), answer)
    }

    fn confirm(
        &self,
        family: &Family,
        search: impl Fn(&Search<'_, '_>) -> Found,
        answer: &mut Answer,
    ) -> Option<Result<(), String>> {
        let found = search(&Search {
            arena: &self.ground.arena,
            family,
            wanted: &self.wanted,
            criterion: self.question.criterion,
            no_deal: &self.ground.no_deal_values(),
            limits: &self.limits.deals,
            watch: self.watch,
        });
        let kept = found.settlements.iter();
        answer.settlements = kept.map(|state| StateId::at(*state as usize)).collect();
        answer.searched = Some(Searched {
            extent: found.extent,
            cut_short: found.cut_short,
        });
        let verdict = self.confirmed(family, &found.deals).transpose()?;
        Some(verdict.map(|verdict| answer.verdict = verdict))
    }

    /// The first deal whose proof the checker confirms, as a verdict.
    fn confirmed(&self, family: &Family, deals: &[Candidate]) -> Result<Option<Verdict>, String> {
        let arena = &self.ground.arena;
        let mut refused = None;
        for (number, candidate) in deals.iter().take(5).enumerate() {
            let automaton = deals::automaton(arena, family, &candidate.path);
            match self.sealed(automaton, candidate.path.last().copied()) {
                Ok((deal, proof)) => {
                    let others = deals.iter().enumerate().filter(|(other, _)| *other != number);
                    let others = others.map(|(_, candidate)| candidate);
                    return Ok(Some(Verdict::Possible {
                        deal,
                        // What chance makes of the others would have to be worked out by the checker as well.
                        others: match arena.game.has_chances() {
                            true => Vec::new(),
                            false => others.map(|candidate| shown(arena, candidate)).collect(),
                        },
                        proof: Box::new(proof),
                    }));
                }
                Err(refusal) => refused = refused.or(Some(refusal)),
            }
        }
        if let Some(verdict) = self.waiting_for_chance(family) {
            return Ok(Some(verdict));
        }
        match refused {
            Some(reason) => Err(format!(
                "a deal was found, but the exact check refused it: {reason}"
            )),
            None => Ok(None),
        }
    }

    /// A proof that an automaton reaches a settlement, with the deal as the checker read it.
    fn sealed(&self, automaton: Automaton, settlement: Option<u32>) -> Result<(Deal, Proof), String> {
        let game = self.ground.arena.game;
        let settlement = settlement.map_or(game.today(), |state| StateId::at(state as usize));
        let claim = Claim::Possible {
            target: self.question.target.text.clone(),
            settlement: level_names(self.subject.case, game, settlement),
        };
        let proof = Proof::seal(
            self.subject.text,
            self.world.clone(),
            claim,
            Body::Automaton(automaton),
        );
        match detente_proof::verify(&proof.to_bytes()) {
            Ok(Verified {
                shown: Shown::SelfEnforcing(found),
                ..
            }) => Ok((
                Deal {
                    path: found.path,
                    by_chance: found.by_chance,
                    values: found.values,
                },
                proof,
            )),
            Ok(_) => Err("the proof was read as one of another kind".into()),
            Err(refusal) => Err(refusal.to_string()),
        }
    }

    /// Play without a deal where chance alone leads to a settlement that satisfies the target: nothing need be agreed, but
    /// the way there waits for chance.
    fn waiting_for_chance(&self, family: &Family) -> Option<Verdict> {
        let arena = &self.ground.arena;
        if !arena.game.has_chances() {
            return None;
        }
        let settlement = deals::settlement_by_chance(arena, family, &self.wanted)?;
        let automaton = deals::automaton(arena, family, &[]);
        let (deal, proof) = self.sealed(automaton, Some(settlement)).ok()?;
        Some(Verdict::Possible {
            deal,
            others: Vec::new(),
            proof: Box::new(proof),
        })
    }

    /// Bounds until they exclude every settlement that satisfies the target, or settle; whether they do exclude it.
    fn outside_in(&self, reach: Reach, answer: &mut Answer) -> bool {
        let arena = &self.ground.arena;
        let open = |stage: &Stage| open_settlements(arena, stage, &self.wanted);
        let found = self
            .ground
            .bounds(self.limits, reach, self.watch, &|stage| open(stage) == 0);
        let last = found.last();
        let today = arena.game.today().index();
        answer.today = (0..arena.parties)
            .map(|party| (last.low_of(party)[today], last.high_of(party)[today]))
            .collect();
        answer.bounds = Some((found.stages.len(), found.stop));
        let open = open(last);
        let why = match found.stop {
            _ if open == 0 || found.dead_end.is_some() => match self.excluded(&found) {
                Ok(verdict) => {
                    answer.verdict = verdict;
                    return true;
                }
                Err(refusal) => {
                    format!("the bounds exclude it, but the exact check refused them: {refusal}")
                }
            },
            Stop::Interrupted => "stopped before the bounds had settled".into(),
            _ if reach == Reach::Everything && self.out_of_reach(&found, answer) => return true,
            Stop::StageLimit => "the limit on stages of bounds was reached".into(),
            Stop::WorkLimit => "the limit on joint moves looked at for the bounds was reached".into(),
            _ => "no deal was found within the limits, and the bounds do not exclude one".into(),
        };
        answer.verdict = Verdict::Undecided { why, open };
        false
    }

    /// Whether play never gets to the settlements that the bounds leave open: what could be kept is no settlement if no
    /// moves that survive the bounds lead there from today. The exact checker follows those moves itself, so it is
    /// asked instead of searching twice; only where joint moves are few enough to be listed.
    fn out_of_reach(&self, found: &Bounds, answer: &mut Answer) -> bool {
        if self.ground.arena.joint_moves() > self.limits.bounds.joint_moves {
            return false;
        }
        let excluded = self.excluded(found);
        excluded.map(|verdict| answer.verdict = verdict).is_ok()
    }

    /// The bounds as a verdict, if the exact checker confirms them.
    fn excluded(&self, found: &Bounds) -> Result<Verdict, String> {
        let claim = Claim::Impossible {
            target: self.question.target.text.clone(),
        };
        let chain = detente_proof::bounds::Bounds {
            grid: 1 << self.limits.bounds.grid_bits,
            stages: found.stages.iter().map(|stage| proof_stage(stage)).collect(),
            without_equilibrium: found.dead_end,
        };
        let proof = Proof::seal(self.subject.text, self.world.clone(), claim, Body::Bounds(chain));
        match detente_proof::verify(&proof.to_bytes()) {
            Ok(_) => Ok(Verdict::Impossible {
                proof: Box::new(proof),
            }),
            Err(refusal) => Err(refusal.to_string()),
        }
    }
}

fn shown(arena: &Arena<'_>, candidate: &Candidate) -> Deal {
    let first = |party| deals::exact_values(arena, party, &candidate.path).swap_remove(0);
    Deal {
        path: candidate
            .path
            .iter()
            .map(|state| StateId::at(*state as usize))
            .collect(),
        by_chance: vec![false; candidate.path.len() - 1],
        values: arena.game.parties().map(first).collect(),
    }
}

/// The names of a state's levels, in the order of the case's issues.
#[must_use]
pub fn level_names(case: &Case, game: &Game, state: StateId) -> Vec<String> {
    let name = |issue: IssueId| case.issue(issue).levels[game.level(state, issue).index()].clone();
    case.issue_ids().map(name).collect()
}

fn proof_stage(stage: &Stage) -> detente_proof::bounds::Stage {
    detente_proof::bounds::Stage {
        high: stage.high.clone(),
        low: stage.low.clone(),
        pairs: stage.pairs.iter().map(proof_pair).collect(),
    }
}

fn proof_pair(pair: &bounds::pairs::PairBounds) -> detente_proof::bounds::Pair {
    let bounds::pairs::Direction {
        first,
        second,
        weights: (a, b),
    } = pair.direction;
    let small = |number: i64| u32::try_from(number).unwrap_or(0);
    detente_proof::bounds::Pair {
        first: first as u32,
        second: second as u32,
        weights: [small(a), small(b)],
        high: pair.high.clone(),
        low: pair.low.clone(),
    }
}

fn open_settlements(arena: &Arena<'_>, stage: &Stage, wanted: &[bool]) -> usize {
    let open = bounds::settlements(arena, stage).open;
    open.iter()
        .zip(wanted)
        .filter(|(open, wanted)| **open && **wanted)
        .count()
}
