//! Many worlds, three answers each: possible, impossible, undecided.
//!
//! A world is first tried with deals that are known already, by their linear forms; it is solved only where none of them
//! holds. So that a shard needs nothing from another, worlds are taken in *blocks* of [`BLOCK`]: each starts with the deals
//! of the likely world and keeps those that it finds for itself, and solves at most as many worlds as is said. What a block
//! comes to is a pure function of (case, seed, block). At the end the worlds that are still undecided are tried with the deals
//! of all blocks. A world that the limit left unsolved is undecided and says so.

use std::collections::BTreeMap;

use detente_base::ids::JudgementId;
use detente_base::watch::Watch;
use detente_case::{Basis, Case, World};
use detente_game::Game;
use detente_proof::Proof;
use detente_verdict::deals::Criterion;
use detente_verdict::verdict::{self, Ground, Limits, Question, Subject, Verdict};
use serde::{Deserialize, Serialize};

use crate::sample::{Distribution, Draw, Sampler};
use crate::testing::Known;

/// How many worlds are worked on together.
pub const BLOCK: u64 = 64;

/// The three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A deal is proved.
    Possible,
    /// Excluded, proved.
    Impossible,
    /// Neither.
    Undecided,
}

/// What an outcome rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum By {
    /// A deal of the likely world holds.
    Likely,
    /// A deal that another world of the block led to holds.
    Block,
    /// A deal that another block led to holds.
    OtherBlock,
    /// The world was solved.
    Solved,
    /// The limit on worlds to solve was reached before it.
    NotSolved,
    /// The numbers drawn make no game.
    NoGame,
}

/// What was found in one world.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The number of the world.
    pub world: u64,
    /// The answer.
    pub outcome: Outcome,
    /// What it rests on.
    pub by: By,
    /// The hash of the proof of the deal that holds there.
    pub deal: Option<String>,
    /// Which deals of the likely world hold there.
    pub likely_hold: Vec<bool>,
}

/// What one block came to.
#[derive(Debug, Clone)]
pub struct Block {
    /// Its worlds, in order.
    pub rows: Vec<Row>,
    /// The proofs of the deals that it found.
    pub proofs: Vec<Proof>,
}

/// What is explored.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The case and its text.
    pub subject: Subject<'a>,
    /// What is asked in every world.
    pub question: &'a Question,
    /// The limits of solving a likely world.
    pub fully: &'a Limits,
    /// The limits of solving any other.
    pub limits: &'a Limits,
    /// How many worlds.
    pub worlds: u64,
    /// From which they are drawn.
    pub seed: u64,
    /// How values lie inside their ranges.
    pub distribution: Distribution,
    /// The most worlds of a block that are solved.
    pub solves: u64,
}

/// The limits of solving a world of a game: in large games less work than for a question of its own, which leaves more
/// undecided.
#[must_use]
pub fn limits(fully: &Limits, large: bool) -> Limits {
    let mut limits = *fully;
    if large {
        limits.bounds.stages = limits.bounds.stages.min(3);
        limits.bounds.rounds = limits.bounds.rounds.min(30);
        limits.deals.deals = 1;
        limits.answer_rounds = limits.answer_rounds.min(1);
        limits.deals.looks /= 4;
        limits.deals.work /= 4;
    }
    limits
}

/// One profile of types, with the deals of its likely world.
#[derive(Debug)]
pub struct Explorer {
    base: World,
    case: Case,
    game: Game,
    sampler: Sampler,
    likely: Vec<Known>,
    /// What is possible in the likely world.
    pub at_likely: Outcome,
}

/// The judgements that the game of a case in a world is made of, in the order of the case: payoffs, costs, endings, chances
/// and discount factors, of the types that parties are taken to be.
#[must_use]
pub fn entering(case: &Case, world: &World) -> Vec<JudgementId> {
    let mut enters = vec![false; case.judgements.len()];
    let mut enter = |id: JudgementId| enters[id.index()] = true;
    for worth in &case.worths {
        if worth.of_type.is_some() && worth.of_type != world.type_of(case, worth.party) {
            continue;
        }
        match &worth.basis {
            Basis::When(_, id) => enter(*id),
            Basis::Levels(_, levels) => levels.iter().flatten().copied().for_each(&mut enter),
        }
    }
    case.costs.iter().for_each(|cost| enter(cost.cost));
    for ending in &case.endings {
        ending.worth.iter().flatten().copied().for_each(&mut enter);
        enter(ending.chance);
    }
    case.chances.iter().for_each(|chance| enter(chance.chance));
    for id in case.party_ids() {
        let party = case.party(id);
        let own = world
            .type_of(case, id)
            .and_then(|of| party.types[of.index()].discount);
        enter(own.unwrap_or(party.discount));
    }
    case.judgement_ids().filter(|id| enters[id.index()]).collect()
}

/// All profiles of the types that a world leaves open, the first written first.
#[must_use]
pub fn profiles(case: &Case, world: &World) -> Vec<BTreeMap<String, String>> {
    let mut profiles = vec![world.types.clone()];
    for party in case.parties.iter().filter(|party| !party.types.is_empty()) {
        if world.types.contains_key(&party.id) {
            continue;
        }
        let with = |profile: &BTreeMap<String, String>| -> Vec<BTreeMap<String, String>> {
            let types = party.types.iter().map(|of| {
                let mut with = profile.clone();
                with.insert(party.id.clone(), of.id.clone());
                with
            });
            types.collect()
        };
        profiles = profiles.iter().flat_map(with).collect();
    }
    profiles
}

impl Explorer {
    /// Solves the likely world of a profile and keeps its deals: that of the criterion asked for, then of the others.
    ///
    /// # Errors
    /// A sentence when its worlds would not differ, or when it makes no game.
    pub fn new(request: &Request<'_>, base: World, watch: &dyn Watch) -> Result<Self, String> {
        let written = request.subject.case;
        let case = written.in_world(&base).map_err(|error| error.to_string())?;
        let judgements = entering(&case, &base);
        let sampler = Sampler::new(&case, &base, &judgements, request.seed, request.distribution)?;
        let game = Game::of_case(written, &base).map_err(|error| error.to_string())?;
        let mut explorer = Self {
            base,
            case,
            game,
            sampler,
            likely: Vec::new(),
            at_likely: Outcome::Undecided,
        };
        explorer.solve_likely(request, watch)?;
        Ok(explorer)
    }

    fn solve_likely(&mut self, request: &Request<'_>, watch: &dyn Watch) -> Result<(), String> {
        let ground = Ground::new(&self.game, request.fully, watch).map_err(|error| error.to_string())?;
        let others = [Criterion::Nash, Criterion::Egalitarian].into_iter();
        let others = others.chain((0..self.game.party_count()).map(Criterion::BestFor));
        let asked = request.question.criterion;
        let criteria = std::iter::once(asked).chain(others.filter(|other| *other != asked));
        for criterion in criteria {
            let question = Question {
                criterion,
                ..request.question.clone()
            };
            let answer = verdict::answer(
                request.subject,
                &self.base,
                &ground,
                &question,
                request.fully,
                watch,
            );
            match answer.verdict {
                Verdict::Possible { proof, .. } => {
                    self.at_likely = Outcome::Possible;
                    if self.likely.iter().all(|known| known.proof().hash != proof.hash) {
                        self.likely
                            .push(Known::new(&self.case, &self.base, &self.game, &proof)?);
                    }
                }
                Verdict::Impossible { .. } => {
                    self.at_likely = Outcome::Impossible;
                    break;
                }
                Verdict::Undecided { .. } => break,
            }
            if watch.should_stop() {
                break;
            }
        }
        Ok(())
    }

    /// The deals of the likely world.
    #[must_use]
    pub fn likely(&self) -> &[Known] {
        &self.likely
    }

    /// What worlds are drawn from.
    #[must_use]
    pub fn sampler(&self) -> &Sampler {
        &self.sampler
    }

    /// The case as it stands in the likely world of the profile.
    #[must_use]
    pub fn case(&self) -> &Case {
        &self.case
    }

    /// The game of the likely world.
    #[must_use]
    pub fn game(&self) -> &Game {
        &self.game
    }

    /// A block of worlds; `None` when the watch said stop before it was done. `done` is called after every world.
    pub fn block(
        &self,
        request: &Request<'_>,
        number: u64,
        watch: &dyn Watch,
        done: &(dyn Fn() + Sync),
    ) -> Option<Block> {
        let mut block = Block {
            rows: Vec::new(),
            proofs: Vec::new(),
        };
        let mut found: Vec<Known> = Vec::new();
        let mut solved = 0;
        for world in number * BLOCK..((number + 1) * BLOCK).min(request.worlds) {
            if watch.should_stop() {
                return None;
            }
            let draw = self.sampler.draw(world);
            let Some((there, likely_hold)) = self.try_likely(request, &draw) else {
                block
                    .rows
                    .push(Row::undecided(world, By::NoGame, vec![false; self.likely.len()]));
                done();
                continue;
            };
            let mut row = Row::undecided(world, By::NotSolved, likely_hold);
            if let Some(at) = row.likely_hold.iter().position(|holds| *holds) {
                row.decide(Outcome::Possible, By::Likely, Some(self.likely[at].proof()));
            } else if let Some(known) = found.iter().find(|known| known.holds(&there, &draw.world)) {
                row.decide(Outcome::Possible, By::Block, Some(known.proof()));
            } else if solved < request.solves {
                solved += 1;
                let known = self.solve(request, (&there, &draw.world), &mut row, watch);
                // What was found while being stopped would be less than what another run finds.
                if watch.should_stop() {
                    return None;
                }
                if let Some(known) = known {
                    block.proofs.push(known.proof().clone());
                    found.push(known);
                }
            }
            block.rows.push(row);
            done();
        }
        Some(block)
    }

    /// The case in a drawn world, and which deals of the likely world hold there; `None` where it makes no case.
    fn try_likely(&self, request: &Request<'_>, draw: &Draw) -> Option<(Case, Vec<bool>)> {
        let there = request.subject.case.in_world(&draw.world).ok()?;
        let hold = self.likely.iter().map(|known| known.holds(&there, &draw.world));
        let hold = hold.collect();
        Some((there, hold))
    }

    fn solve(
        &self,
        request: &Request<'_>,
        (there, world): (&Case, &World),
        row: &mut Row,
        watch: &dyn Watch,
    ) -> Option<Known> {
        let Ok(game) = Game::of_case(request.subject.case, world) else {
            row.by = By::NoGame;
            return None;
        };
        let Ok(ground) = Ground::new(&game, request.limits, watch) else {
            row.by = By::NotSolved;
            return None;
        };
        let answer = verdict::answer(
            request.subject,
            world,
            &ground,
            request.question,
            request.limits,
            watch,
        );
        match answer.verdict {
            Verdict::Possible { proof, .. } => {
                row.decide(Outcome::Possible, By::Solved, Some(&proof));
                Known::new(there, world, &game, &proof).ok()
            }
            Verdict::Impossible { .. } => {
                row.decide(Outcome::Impossible, By::Solved, None);
                None
            }
            Verdict::Undecided { .. } => {
                row.by = By::Solved;
                None
            }
        }
    }

    /// Tries the worlds that are undecided with deals that other blocks found, in their order.
    pub fn cover(&self, request: &Request<'_>, rows: &mut [Row], proofs: &[Proof]) {
        use rayon::prelude::*;
        let known = proofs
            .iter()
            .filter_map(|proof| Known::new(&self.case, &self.base, &self.game, proof).ok());
        let known: Vec<Known> = known.collect();
        rows.par_iter_mut()
            .filter(|row| row.outcome == Outcome::Undecided && row.by != By::NoGame)
            .for_each(|row| {
                let draw = self.sampler.draw(row.world);
                let Ok(there) = request.subject.case.in_world(&draw.world) else {
                    return;
                };
                if let Some(holds) = known.iter().find(|known| known.holds(&there, &draw.world)) {
                    row.decide(Outcome::Possible, By::OtherBlock, Some(holds.proof()));
                }
            });
    }
}

impl Row {
    fn undecided(world: u64, by: By, likely_hold: Vec<bool>) -> Self {
        Self {
            world,
            outcome: Outcome::Undecided,
            by,
            deal: None,
            likely_hold,
        }
    }

    fn decide(&mut self, outcome: Outcome, by: By, proof: Option<&Proof>) {
        (self.outcome, self.by) = (outcome, by);
        self.deal = proof.map(|proof| proof.hash.clone());
    }
}
