//! Bounds made once and asked many questions: stage after stage, as far as the questions so far needed them.
//!
//! Stages do not depend on what is asked, only how many of them are needed does.

use std::sync::Arc;

use super::pairs;
use super::stage::{Answers, Stage};
use super::{Bounds, Limits, Stop, dead_end, enumerate, sweep};
use crate::arena::Arena;
use detente_base::watch::Watch;

/// How far bounds may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Intervals by sweeps only: cheap in games of any size.
    Intervals,
    /// Then also joint move by joint move and with pair bounds, in games in which joint moves may be listed.
    Everything,
}

/// The stages made so far.
#[derive(Debug)]
pub struct Chain {
    /// Every stage after the payoff range that is tighter than the one before.
    stages: Vec<Arc<Stage>>,
    /// The payoff range.
    widest: Arc<Stage>,
    /// The last stage, with pair bounds added once they are used.
    now: Arc<Stage>,
    memory: sweep::Memory,
    /// How many stages were computed, those that changed nothing included.
    computed: u32,
    /// How many joint moves were looked at, over all stages that list them.
    looks: u64,
    /// Whether joint moves are listed from here on.
    listed: bool,
    /// Set once further stages would bring nothing.
    ended: Option<Stop>,
    /// A state that today can lead to and from which no joint move survives.
    dead_end: Option<u32>,
}

impl Chain {
    /// A chain without any stage yet.
    #[must_use]
    pub fn new(arena: &Arena<'_>, limits: &Limits) -> Self {
        let widest = Arc::new(Stage::payoff_range(arena, limits));
        Self {
            stages: Vec::new(),
            now: widest.clone(),
            widest,
            memory: sweep::Memory::default(),
            computed: 0,
            looks: 0,
            listed: false,
            ended: None,
            dead_end: None,
        }
    }

    /// Adds stages until one of them decides the question, nothing changes, or a limit is reached. Gives the
    /// stages that the answer needs, or all there are.
    pub fn until(
        &mut self,
        arena: &Arena<'_>,
        limits: &Limits,
        reach: Reach,
        watch: &dyn Watch,
        decided: &dyn Fn(&Stage) -> bool,
    ) -> Bounds {
        let mut looked_at = 0;
        loop {
            while looked_at < self.stages.len() {
                looked_at += 1;
                if decided(&self.stages[looked_at - 1]) {
                    return self.first(looked_at, Stop::Decided);
                }
            }
            let stop = if self.ended.is_some() {
                self.ended
            } else if self.computed >= limits.stages {
                Some(Stop::StageLimit)
            } else if self.looks >= limits.looks {
                Some(Stop::WorkLimit)
            } else if reach == Reach::Intervals && self.listed {
                Some(Stop::Settled)
            } else if watch.should_stop() {
                Some(Stop::Interrupted)
            } else {
                None
            };
            if let Some(stop) = stop {
                return self.first(self.stages.len(), stop);
            }
            self.extend(arena, limits, watch);
        }
    }

    /// Computes one more stage, and keeps it if it is tighter.
    fn extend(&mut self, arena: &Arena<'_>, limits: &Limits, watch: &dyn Watch) {
        watch.advanced("bounds: stages", u64::from(self.computed), None);
        self.computed += 1;
        let answers = Answers::new(arena, &self.now);
        let (next, every_state_has_moves) = if self.listed {
            enumerate::stage(arena, &self.now, &answers, limits, &mut self.looks, watch)
        } else {
            let next = sweep::stage(arena, &self.now, &answers, &mut self.memory, limits, watch);
            let any = next.is_some();
            (next.unwrap_or_else(|| Stage::clone(&self.now)), any)
        };
        let may_list = arena.joint_moves() <= limits.joint_moves;
        if !every_state_has_moves && may_list {
            let fixed = enumerate::Fixed::new(arena, &self.now, &answers);
            self.dead_end = dead_end::find(arena, &|state| fixed.any_survives(state));
        }
        if self.dead_end.is_some() || (!every_state_has_moves && !may_list) {
            self.ended = Some(match self.dead_end {
                Some(_) => Stop::NothingSurvives,
                None => Stop::Settled,
            });
            return;
        }
        // Where only states out of reach are without moves, the sweep goes no further but the listing does.
        if next.moved_since(&self.now) {
            self.now = Arc::new(next);
            self.stages.push(Arc::clone(&self.now));
            return;
        }
        if !may_list || (self.listed && (!limits.pairs || !self.now.pairs.is_empty())) {
            self.ended = Some(Stop::Settled);
        } else if self.listed {
            self.now = Arc::new(tied(&self.now, &self.widest, arena.parties));
        } else {
            self.listed = true;
        }
    }

    fn first(&self, stages: usize, stop: Stop) -> Bounds {
        Bounds {
            stages: self.stages[..stages].to_vec(),
            widest: Arc::clone(&self.widest),
            stop,
            listed: self.listed,
            dead_end: self.dead_end,
        }
    }
}

/// A stage with pair bounds added for every two parties.
fn tied(stage: &Stage, widest: &Stage, parties: usize) -> Stage {
    let mut tied = stage.clone();
    for first in 0..parties {
        for second in first + 1..parties {
            for direction in pairs::directions(widest, first, second) {
                tied = tied.with_direction(direction).unwrap_or(tied);
            }
        }
    }
    tied
}
