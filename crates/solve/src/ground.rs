//! A game laid out for solving, with what is played in it without a deal and the answers to breaches.

use std::sync::OnceLock;

use detente_model::case::MOST_PARTIES;
use detente_model::game::{Game, GameError};
use detente_model::ids::StateId;

use crate::arena::Arena;
use crate::bounds;
use crate::deals::{self, Family, Values};
use crate::fallback::{self, Fallback};
use crate::verdict::Limits;
use crate::watch::Watch;

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

/// A game laid out for solving, with what is played in it without a deal. Made once, asked many questions.
#[derive(Debug)]
pub struct Ground<'g> {
    /// The game in doubles.
    pub arena: Arena<'g>,
    /// What is played without a deal.
    pub fallback: Option<Fallback>,
    /// Answers to breaches; `None` without a fallback. In small games the harsher ones are there from the start.
    pub family: Option<Family>,
    /// The same with harsher answers, made when a question first needs them.
    harsher: OnceLock<Option<Family>>,
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
        let fallback = fallback::find(&arena, limits.fallback_rounds, watch);
        let family = fallback
            .as_ref()
            .map(|fallback| Family::of_fallback(&arena, fallback));
        let mut ground = Self {
            arena,
            fallback,
            family,
            harsher: OnceLock::new(),
        };
        if ground.arena.joint_moves() <= limits.deals.joint_moves {
            ground.family = ground.worsened(limits, watch).or(ground.family);
            ground.harsher = OnceLock::from(None);
        }
        Ok(ground)
    }

    /// Answers to breaches harsher than [`Self::family`]; `None` where there are none or they are not looked for.
    pub fn harsher(&self, limits: &Limits, watch: &dyn Watch) -> Option<&Family> {
        self.harsher.get_or_init(|| self.worsened(limits, watch)).as_ref()
    }

    /// The answers to breaches: the harsher ones if they are asked for and have been made.
    #[must_use]
    pub fn answers(&self, harsher: bool) -> Option<&Family> {
        let made = self.harsher.get().and_then(Option::as_ref);
        made.filter(|_| harsher).or(self.family.as_ref())
    }

    /// Random changes are left out: what chance leads to would have to be answered as well.
    fn worsened(&self, limits: &Limits, watch: &dyn Watch) -> Option<Family> {
        let mut family = self.family.clone()?;
        if self.arena.game.has_chances() {
            return None;
        }
        let before = family.state.len();
        deals::worsen(
            &self.arena,
            &mut family,
            limits.answer_rounds,
            limits.answer_looks,
            watch,
        );
        (family.state.len() > before).then_some(family)
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
