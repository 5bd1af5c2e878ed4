//! A game laid out for solving, with what is played in it without a deal and the answers to breaches.

use std::sync::{Mutex, OnceLock, PoisonError};

use detente_base::ids::StateId;
use detente_case::MOST_PARTIES;
use detente_game::{Game, GameError};

use crate::arena::Arena;
use crate::bounds::{self, Bounds, Chain, Reach, Stage};
use crate::deals::{self, Family, Values};
use crate::fallback::{self, Fallback};
use crate::verdict::Limits;
use detente_base::watch::Watch;

/// What cannot even be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswerable {
    /// The case makes no game.
    Game(GameError),
    /// More memory would be needed than the limit allows: bytes needed, bytes allowed.
    Memory(u64, u64),
}

impl std::fmt::Display for Unanswerable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Game(error) => error.fmt(f),
            Self::Memory(needed, allowed) => write!(
                f,
                "the bounds need about {} MiB of memory; the limit is {} MiB (raise it with --memory)",
                needed >> 20,
                allowed >> 20
            ),
        }
    }
}

impl std::error::Error for Unanswerable {}

/// How harsh the answers to breaches are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Harshness {
    /// As without a deal; in small games, the harshest there are.
    Mildest,
    /// After one round of harsher answers.
    OneRound,
    /// After all rounds.
    AllRounds,
    /// Punishments and settlements that hold each other up.
    Greatest,
}

impl Harshness {
    /// All of them, the mildest first.
    pub const ALL: [Self; 4] = [Self::Mildest, Self::OneRound, Self::AllRounds, Self::Greatest];
}

/// A game laid out for solving, with what is played in it without a deal. Made once, asked many questions.
#[derive(Debug)]
pub struct Ground<'g> {
    /// The game in doubles.
    pub arena: Arena<'g>,
    /// What is played without a deal.
    pub fallback: Option<Fallback>,
    /// The mildest answers to breaches; `None` without a fallback.
    pub family: Option<Family>,
    /// Harsher answers, made when a question first needs them: after one round, after all.
    harsher: [OnceLock<Option<Family>>; 2],
    /// The greatest family, made when a question first needs it.
    greatest: OnceLock<Option<Family>>,
    /// Bounds, as far as questions needed them.
    bounds: Mutex<Chain>,
}

impl<'g> Ground<'g> {
    /// Lays out a game and finds what is played without a deal.
    ///
    /// # Errors
    /// [`Unanswerable::Memory`] when the bounds would need more than the limit.
    pub fn new(game: &'g Game, limits: &Limits, watch: &dyn Watch) -> Result<Self, Unanswerable> {
        let arena = Arena::new(game);
        let needed = bounds::memory_needed(&arena);
        if needed > limits.bounds.memory {
            return Err(Unanswerable::Memory(needed, limits.bounds.memory));
        }
        let kept = fallback::find(&arena, limits.fallback_rounds, limits.fallback_looks, watch);
        let (fallback, family) = kept.map(|kept| (kept.fallback, kept.family)).unzip();
        let mut ground = Self {
            bounds: Mutex::new(Chain::new(&arena, &limits.bounds)),
            arena,
            fallback,
            family,
            harsher: [OnceLock::new(), OnceLock::new()],
            greatest: OnceLock::new(),
        };
        if ground.arena.joint_moves() <= limits.deals.joint_moves {
            let all = ground
                .family
                .as_ref()
                .and_then(|family| ground.worsened(family, limits.answer_rounds, limits, watch));
            ground.family = all.or(ground.family);
            ground.harsher = [OnceLock::from(None), OnceLock::from(None)];
        }
        Ok(ground)
    }

    /// Answers to breaches; `None` where none so harsh are known that are not found among the milder ones.
    pub fn answers(&self, harshness: Harshness, limits: &Limits, watch: &dyn Watch) -> Option<&Family> {
        let [one, all] = &self.harsher;
        let one_round = || {
            let family = self.family.as_ref()?;
            one.get_or_init(|| self.worsened(family, limits.answer_rounds.min(1), limits, watch))
                .as_ref()
        };
        match harshness {
            Harshness::Mildest => self.family.as_ref(),
            Harshness::OneRound => one_round(),
            Harshness::AllRounds => {
                let family = one_round()?;
                let rounds = limits.answer_rounds.saturating_sub(1);
                all.get_or_init(|| self.worsened(family, rounds, limits, watch))
                    .as_ref()
            }
            Harshness::Greatest => {
                let greatest = self.greatest.get_or_init(|| self.greatest(limits, watch));
                greatest.as_ref()
            }
        }
    }

    /// The greatest family, from the lower bounds that are known so far.
    fn greatest(&self, limits: &Limits, watch: &dyn Watch) -> Option<Family> {
        if limits.descent.rounds == 0 {
            return None;
        }
        let found = self.bounds(limits, Reach::Intervals, watch, &|_| false);
        let least = (0..self.arena.parties).map(|party| found.last().low_of(party));
        deals::descend(
            &self.arena,
            self.family.as_ref(),
            least.collect(),
            &limits.descent,
            watch,
        )
    }

    /// A family with harsher answers; `None` where there are none. Random changes are left out: what chance leads to
    /// would have to be answered as well.
    fn worsened(&self, family: &Family, rounds: u32, limits: &Limits, watch: &dyn Watch) -> Option<Family> {
        if self.arena.game.has_chances() {
            return None;
        }
        let mut worsened = family.clone();
        let found = deals::worsen(&self.arena, &mut worsened, rounds, limits.answer_looks, watch);
        found.then_some(worsened)
    }

    /// Bounds until a stage decides a question or they end; stages made for earlier questions are used again.
    pub fn bounds(
        &self,
        limits: &Limits,
        reach: Reach,
        watch: &dyn Watch,
        decided: &dyn Fn(&Stage) -> bool,
    ) -> Bounds {
        // A thread that panicked while it held the chain left whole stages behind.
        let mut chain = self.bounds.lock().unwrap_or_else(PoisonError::into_inner);
        chain.until(&self.arena, &limits.bounds, reach, watch, decided)
    }

    /// What each party gets today without a deal.
    #[must_use]
    pub fn no_deal(&self) -> Option<Vec<f64>> {
        let today = self.arena.game.today().index();
        let first = self.fallback.as_ref().map(|fallback| &fallback.phases[0]);
        first.map(|phase| phase.values.iter().map(|values| values[today]).collect())
    }

    /// The states that follow one another without a deal, up to the first that repeats.
    #[must_use]
    pub fn no_deal_path(&self) -> Vec<StateId> {
        let Some(fallback) = &self.fallback else {
            return Vec::new();
        };
        let mut path = vec![self.arena.game.today()];
        let mut phase = 0;
        let mut seen = Vec::new();
        loop {
            let now = path[path.len() - 1];
            seen.push((phase, now));
            let policy = &fallback.phases[phase].policy;
            let next = StateId::at(policy.target[now.index()] as usize);
            if policy.settles[now.index()] {
                path.extend((next != now).then_some(next));
                return path;
            }
            phase = fallback.after(phase);
            if seen.contains(&(phase, next)) {
                return path;
            }
            path.push(next);
        }
    }

    /// The same as one value per party; nothing where it was not found.
    #[must_use]
    pub fn no_deal_values(&self) -> Values {
        let mut values = [0.0; MOST_PARTIES];
        for (value, of) in values.iter_mut().zip(self.no_deal().unwrap_or_default()) {
            *value = of;
        }
        values
    }
}
