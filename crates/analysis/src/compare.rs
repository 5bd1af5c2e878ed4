//! Stable under rankings against self-enforcing with numbers, state by state, and what makes the difference.
//!
//! Rankings ask of a state s whether a party moves away, looking one to a few moves ahead, with every sanction
//! as good as any other. Numbers ask whether staying in s for ever is part of a self-enforcing plan:
//! `stay_j(s) >= max over j's own moves t of c_j(t; answer)`, `c_j(t; v) = (1-d_j) u_j(t) + d_j v_j(t)`, with the
//! harshest answers that are self-enforcing themselves. So four things can tell them apart, and each difference
//! names the party and the departure that decide it:
//! - a sanction that rankings count as enough comes too late or costs too little (stable, not kept);
//! - a move that looks no better is followed by something that is (stable, not kept);
//! - what is lost later outweighs a gain now (kept, not stable);
//! - the move has a one-off cost, which rankings leave out (kept, not stable).
//!
//! What numbers say is *proved* where the exact checker confirmed it: a deal from today that settles in s, or
//! bounds that exclude every settlement in s. What is only computed in doubles is called so. Sources: Howard
//! 1971 and Fraser, Hipel 1984 for the one side; Abreu 1988 for the other (worst answers suffice).

use detente_base::ids::Level;
use detente_case::World;
use detente_conflict::{GraphModel, PartyId, StateId};
use detente_game::Game;
use detente_proof::stability::Standing;

use super::compare_proofs::by_numbers;
use detente_base::watch::Watch;
use detente_stability::{Answer, Concept, Lens, witness};
use detente_verdict::deals::Family;
use detente_verdict::verdict::{self, Ground, Subject};

/// How large a comparison may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompareLimits {
    /// Most states of the game.
    pub states: usize,
    /// Most states whose differences are explained: today, what is kept and the stricter equilibria first.
    pub explained: usize,
    /// Most settlements to which a deal from today is looked for and proved, and most questions put to the bounds.
    pub deals: usize,
}

impl Default for CompareLimits {
    fn default() -> Self {
        Self {
            states: 1 << 17,
            explained: 512,
            deals: 128,
        }
    }
}

impl CompareLimits {
    /// In games of so many states a deal and a question to the bounds take seconds, so fewer are asked.
    const LARGE: usize = 4_096;

    /// The limits for a game of so many states.
    #[must_use]
    pub fn for_states(states: usize) -> Self {
        let all = Self::default();
        match states > Self::LARGE {
            true => Self { deals: 12, ..all },
            false => all,
        }
    }
}

/// What numbers say of staying in a state for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ByNumbers {
    /// Proved: a self-enforcing deal from today settles there; the states on the way.
    Reached(Vec<StateId>),
    /// Computed: nobody gains by departing from it; no deal from today that settles there was found.
    Kept,
    /// Proved: in every self-enforcing plan somebody is sure to gain by leaving, or play never comes there.
    Excluded,
    /// Computed: somebody is sure to gain by leaving; the exact checker was not asked or did not agree.
    Left,
    /// Chance leads away from it.
    Moved,
    /// Neither: some answers that were found do not keep it, and no bound excludes it.
    Open,
}

impl ByNumbers {
    /// Whether it is kept for ever; `None` where that is open.
    #[must_use]
    pub fn kept(&self) -> Option<bool> {
        match self {
            Self::Reached(_) | Self::Kept => Some(true),
            Self::Excluded | Self::Left | Self::Moved => Some(false),
            Self::Open => None,
        }
    }
}

/// One party's move away from a state in which the others stay, valued with what follows.
#[derive(Debug, Clone)]
pub struct Departure {
    /// Who departs.
    pub party: PartyId,
    /// The state of the game that it brings about.
    pub to: StateId,
    /// The worth of departing less the worth of staying for ever, on the party's own scale.
    pub gain: f64,
    /// The one-off cost of the move, which the gain has paid already.
    pub cost: f64,
    /// The states that follow, up to the first that repeats.
    pub after: Vec<StateId>,
}

/// What tells rankings and numbers apart at a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Stable, not kept: the departure is an improvement that rankings hold to be deterred.
    SanctionTooWeak,
    /// Stable, not kept: the departure is no improvement by rank, but what follows is worth it.
    LaterGain,
    /// Stable, not kept: chance moves the state on.
    Chance,
    /// Kept, not stable: what the departure loses later outweighs what it gains.
    LaterLoss,
    /// Kept, not stable: without its one-off cost the departure would pay.
    Cost,
}

/// One difference between the two.
#[derive(Debug, Clone)]
pub struct Difference {
    /// The concept under which rankings say otherwise than numbers.
    pub concept: Concept,
    /// Why.
    pub reason: Reason,
    /// The departure that decides; `None` only where chance does.
    pub departure: Option<Departure>,
}

/// One state.
#[derive(Debug, Clone)]
pub struct Row {
    /// The state of the conflict.
    pub state: StateId,
    /// The same state in the game.
    pub at: StateId,
    /// For each concept judged, whether it is an equilibrium.
    pub stable: Vec<bool>,
    /// What numbers say.
    pub numbers: ByNumbers,
    /// Whether differences were looked for, within the limit.
    pub explained: bool,
    /// Where they differ.
    pub differences: Vec<Difference>,
}

/// A comparison of all states.
#[derive(Debug, Clone)]
pub struct Compared {
    /// The concepts, in the order of [`Row::stable`].
    pub concepts: Vec<Concept>,
    /// One row a state of the game.
    pub rows: Vec<Row>,
    /// How many states of the rankings the game leaves out, because no moves lead to them from today.
    pub beyond: usize,
    /// Where play ends if nothing is agreed: the states from today, up to the first that repeats.
    pub without_deal: Vec<StateId>,
    /// Whether a limit left kept states without a search for a deal, or excluded ones without a check, or time was up before
    /// all that matter were explained.
    pub cut_short: bool,
}

/// Why nothing was compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCompared {
    /// So many states, so many allowed.
    TooLarge(usize, usize),
    /// Several combinations of levels are one state of the rankings.
    Merged,
    /// Nothing that is played without a deal was found, so there are no answers to departures.
    NoFallback,
}

impl std::fmt::Display for NotCompared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::TooLarge(states, most) => {
                write!(
                    f,
                    "{states} states; rankings and numbers are compared up to {most}"
                )
            }
            Self::Merged => write!(f, "some states are merged, which the numbers keep apart"),
            Self::NoFallback => write!(f, "no equilibrium of what is played without a deal was found"),
        }
    }
}

impl std::error::Error for NotCompared {}

/// Both sides of a comparison.
#[derive(Debug, Clone, Copy)]
pub struct Sides<'a> {
    /// The case with its text.
    pub subject: Subject<'a>,
    /// The world.
    pub world: &'a World,
    /// The conflict made of the case in the world, with its equilibria.
    pub model: &'a GraphModel,
    /// Where each party stays by rankings.
    pub answer: &'a Answer,
    /// The game of the case in the world, with what is played in it without a deal.
    pub ground: &'a Ground<'a>,
    /// The limits of the numbers.
    pub limits: &'a verdict::Limits,
}

/// Compares every state.
///
/// # Errors
/// Why it cannot be done.
pub fn compare(sides: &Sides<'_>, limits: CompareLimits, watch: &dyn Watch) -> Result<Compared, NotCompared> {
    let (game, model) = (sides.ground.arena.game, sides.model);
    if game.states() > limits.states {
        return Err(NotCompared::TooLarge(game.states(), limits.states));
    }
    if model.states().any_merged() {
        return Err(NotCompared::Merged);
    }
    let family = sides.ground.family.as_ref().ok_or(NotCompared::NoFallback)?;
    let in_game: Vec<Option<StateId>> = model
        .states()
        .iter()
        .map(|state| at(game, model, state))
        .collect();
    let concepts = sides.answer.concepts().to_vec();
    let equilibria: Vec<_> = concepts
        .iter()
        .filter_map(|concept| sides.answer.equilibria(*concept))
        .collect();
    let mut rows: Vec<Row> = model
        .states()
        .iter()
        .zip(&in_game)
        .filter_map(|(state, at)| {
            Some(Row {
                state,
                at: (*at)?,
                stable: equilibria.iter().map(|set| set.contains(state)).collect(),
                numbers: ByNumbers::Open,
                explained: false,
                differences: Vec::new(),
            })
        })
        .collect();
    let mut cut_short = by_numbers(sides, family, limits, watch, &mut rows);
    let mut ranked = vec![None; game.states()];
    for (state, at) in model.states().iter().zip(&in_game) {
        if let Some(at) = at {
            ranked[at.index()] = Some(state);
        }
    }
    let looking = Looking {
        sides,
        family,
        scale: Scale::of(sides.ground, family),
        concepts,
        in_game,
        ranked,
    };
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(|place| (precedence(model, &looking.concepts, &rows[*place]), *place));
    for place in places.into_iter().take(limits.explained) {
        if watch.should_stop() {
            cut_short = true;
            break;
        }
        rows[place].differences = looking.differences(&rows[place]);
        rows[place].explained = true;
    }
    Ok(Compared {
        beyond: looking.in_game.len() - rows.len(),
        rows,
        concepts: looking.concepts,
        without_deal: sides.ground.no_deal_path(),
        cut_short,
    })
}

/// Which states are explained before others: today; settlements of proved deals and Nash equilibria; what is kept, and
/// what stricter concepts hold stable; the rest.
fn precedence(model: &GraphModel, concepts: &[Concept], row: &Row) -> u8 {
    let held = |wanted: &[Concept]| {
        let mut judged = concepts.iter().zip(&row.stable);
        judged.any(|(concept, stable)| *stable && wanted.contains(concept))
    };
    match &row.numbers {
        _ if model.today() == Some(row.state) => 0,
        ByNumbers::Reached(_) => 1,
        _ if held(&[Concept::Nash]) => 1,
        ByNumbers::Kept => 2,
        _ if held(&[Concept::Seq, Concept::Sseq]) => 2,
        _ => 3,
    }
}

/// The state of the game with the levels of a state of the conflict.
fn at(game: &Game, model: &GraphModel, state: StateId) -> Option<StateId> {
    let levels = model.states().vector(state);
    game.state_with(|issue| Level::at(usize::from(levels[issue.index()])))
}

/// What each party gets by staying, and by moving to each state with what then follows.
struct Scale {
    staying: Vec<Vec<f64>>,
    moving: Vec<Vec<f64>>,
    /// The width of each party's payoffs, against which gains of different parties are weighed.
    width: Vec<f64>,
}

impl Scale {
    fn of(ground: &Ground<'_>, family: &Family) -> Self {
        let arena = &ground.arena;
        let staying = arena.stays.clone();
        let moving =
            (0..arena.parties).map(|party| arena.worth_of_moving(party, &family.answer_values(party)));
        let width = staying.iter().map(|of| {
            let top = of.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            (top - of.iter().copied().fold(f64::INFINITY, f64::min)).max(1e-9)
        });
        Self {
            moving: moving.collect(),
            width: width.collect(),
            staying,
        }
    }

    fn departure(
        &self,
        ground: &Ground<'_>,
        family: &Family,
        party: PartyId,
        from: StateId,
        to: StateId,
    ) -> Departure {
        let arena = &ground.arena;
        let cost = arena.cost_of_policy(party.index(), from.index(), to.index() as u32);
        let gain = self.moving[party.index()][to.index()] - cost - self.staying[party.index()][from.index()];
        Departure {
            party,
            to,
            gain,
            cost,
            after: family.play_after(party, to),
        }
    }

    /// The departure from a state that gains most, each party's gain against its own width.
    fn strongest(&self, ground: &Ground<'_>, family: &Family, from: StateId) -> Option<Departure> {
        let game = ground.arena.game;
        let own = game.parties().flat_map(|party| {
            let targets = game.own_moves(from, party).iter();
            targets.map(move |position| (party, game.with_position(from, party, *position)))
        });
        let away = own.filter(|(_, to)| *to != from);
        let valued = away.map(|(party, to)| self.departure(ground, family, party, from, to));
        let relative = |departure: &Departure| departure.gain / self.width[departure.party.index()];
        valued.max_by(|a, b| relative(a).total_cmp(&relative(b)))
    }
}

/// What every difference is looked for with.
struct Looking<'a, 's> {
    sides: &'a Sides<'s>,
    family: &'a Family,
    scale: Scale,
    concepts: Vec<Concept>,
    /// The state of the game for each state of the conflict that has one.
    in_game: Vec<Option<StateId>>,
    /// The state of the conflict for each state of the game that has one.
    ranked: Vec<Option<StateId>>,
}

impl Looking<'_, '_> {
    /// Where the concepts and the numbers part, in one state.
    fn differences(&self, row: &Row) -> Vec<Difference> {
        let one = |(concept, stable): (&Concept, &bool)| match (stable, row.numbers.kept()?) {
            (true, true) | (false, false) => None,
            (true, false) => Some(self.not_kept(*concept, row)),
            (false, true) => self.not_stable(*concept, row),
        };
        self.concepts.iter().zip(&row.stable).filter_map(one).collect()
    }

    /// Stable under rankings, not kept: the strongest departure.
    fn not_kept(&self, concept: Concept, row: &Row) -> Difference {
        let departure = match row.numbers {
            ByNumbers::Moved => None,
            _ => self.scale.strongest(self.sides.ground, self.family, row.at),
        };
        let improves = |departure: &Departure| {
            let ranked = self.ranked[departure.to.index()]?;
            let preference = self.sides.model.preference(departure.party);
            Some(preference.compare(ranked, row.state).is_better())
        };
        let reason = match &departure {
            None => Reason::Chance,
            Some(departure) if improves(departure) == Some(true) => Reason::SanctionTooWeak,
            Some(_) => Reason::LaterGain,
        };
        Difference {
            concept,
            reason,
            departure,
        }
    }

    /// Kept, not stable under rankings: the move that rankings see, valued with what follows.
    fn not_stable(&self, concept: Concept, row: &Row) -> Option<Difference> {
        let (sides, model) = (self.sides, self.sides.model);
        let leaves = |party: &PartyId| {
            let stable = sides.answer.stable(concept, *party);
            stable.is_some_and(|stable| !stable.contains(row.state))
        };
        let party = model.party_ids().find(leaves)?;
        let judgement = witness(model, party, row.state, concept, Lens::PLAIN);
        let Standing::Unstable { leaving_to, .. } = judgement.standing else {
            return None;
        };
        let to = self.in_game[model.states().by_id(&leaving_to)?.index()]?;
        let departure = self.scale.departure(sides.ground, self.family, party, row.at, to);
        let reason = match departure.cost > 0.0 && departure.gain + departure.cost > 0.0 {
            true => Reason::Cost,
            false => Reason::LaterLoss,
        };
        Some(Difference {
            concept,
            reason,
            departure: Some(departure),
        })
    }
}
