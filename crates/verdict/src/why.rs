//! Why a deal holds, and why another one does not: who is tempted where, by which departure, against which answer,
//! resting on which judgements.
//!
//! A *temptation* compares going along with the best single departure of one party at one step. Its slack is the
//! worth of going along less the worth of departing, on that party's own scale; a negative slack is the gain from
//! departing. Slack is a sum over judgements: each counts with the discounted number of periods by which it is got
//! more often (or less) along than after departing, so that a reader sees what carries it.

use std::collections::BTreeMap;

use detente_base::ids::{JudgementId, PartyId, StateId};
use detente_base::number::to_float;
use detente_case::{Basis, Case, World};
use detente_game::Position;

use detente_proof::Shown;
pub use detente_proof::bounds::Grounds;

use crate::arena::Arena;
use crate::deals::{Family, Values};
use crate::verdict::{Answer, Ground, Limits, Question, Verdict};
use detente_base::watch::Watch;

/// How many periods ahead play is followed when slack is split among judgements.
const HORIZON: usize = 2_000;

/// One party's best single departure at one step.
#[derive(Debug, Clone)]
pub struct Temptation {
    /// Who is tempted.
    pub party: PartyId,
    /// At which step of the path, from 0.
    pub step: usize,
    /// The state before the step.
    pub from: StateId,
    /// Where the step leads if all go along.
    pub along: StateId,
    /// Where it leads if the party departs alone.
    pub departed: StateId,
    /// The worth of going along less the worth of departing, on the party's own scale.
    pub slack: f64,
    /// The states that follow the departure, up to the first that repeats.
    pub answer: Vec<StateId>,
    /// What the slack is made of, largest first: judgement and its part. The parts add to the slack but for
    /// endings and one-off costs.
    pub rests_on: Vec<(JudgementId, f64)>,
}

/// The temptations that an answer rests on: along the deal found, or, without one, that which breaks the nearest
/// settlement.
#[must_use]
pub fn of_answer(
    case: &Case,
    world: &World,
    ground: &Ground<'_>,
    (question, answer): (&Question, &Answer),
    limits: &Limits,
    watch: &dyn Watch,
) -> Vec<Temptation> {
    let Some(family) = ground.answers(answer.harshness, limits, watch) else {
        return Vec::new();
    };
    match &answer.verdict {
        // Where the way waits for chance there is no deal that somebody could leave.
        Verdict::Possible { deal, .. } if deal.by_chance.contains(&true) => Vec::new(),
        Verdict::Possible { deal, .. } => temptations(case, world, &ground.arena, family, &deal.path),
        _ => {
            let wanted = ground.arena.game.truth(&question.target.condition);
            let nearest = nearest_miss(case, world, &ground.arena, family, &wanted);
            nearest.into_iter().collect()
        }
    }
}

/// Why nothing satisfies a question, as the exact checker found it; `None` where that was not proved.
#[must_use]
pub fn excluded(verdict: &Verdict) -> Option<Grounds> {
    let Verdict::Impossible { proof } = verdict else {
        return None;
    };
    match detente_proof::verify(&proof.to_bytes()).ok()?.shown {
        Shown::Bounded(bounded) => Some(bounded.grounds),
        Shown::SelfEnforcing(_) => None,
    }
}

/// The best departure of every party at every step of a path that ends in a settlement.
#[must_use]
pub fn temptations(
    case: &Case,
    world: &World,
    arena: &Arena<'_>,
    family: &Family,
    path: &[StateId],
) -> Vec<Temptation> {
    let values = values_along(arena, family, path);
    let mut found = Vec::new();
    for step in 0..path.len() {
        let next = (step + 1).min(path.len() - 1);
        let after = &path[next..];
        for party in arena.game.parties() {
            let along = values[step][party.index()];
            if let Some(temptation) = strongest(arena, family, party, path[step], path[next], along) {
                found.push(Temptation {
                    step,
                    rests_on: parts(case, world, arena, party, after, &temptation.answer),
                    ..temptation
                });
            }
        }
    }
    found
}

/// The value of going along, at each state of the path.
fn values_along(arena: &Arena<'_>, family: &Family, path: &[StateId]) -> Vec<Values> {
    let last = path[path.len() - 1].index();
    let mut value = family.worth_of_staying(arena, last);
    let mut values = vec![value];
    for pair in path.windows(2).rev() {
        value = family.worth_of_step(arena, pair[0].index(), pair[1].index(), &value);
        values.push(value);
    }
    values.reverse();
    values
}

/// A party's best departure from a joint move; `None` when it has no other move.
fn strongest(
    arena: &Arena<'_>,
    family: &Family,
    party: PartyId,
    from: StateId,
    to: StateId,
    along: f64,
) -> Option<Temptation> {
    let game = arena.game;
    let answers = family.answer_values(party.index());
    let c = arena.worth_of_moving(party.index(), &answers);
    let worth = |position: &Position| {
        let departed = game.with_position(to, party, *position);
        let cost = arena.cost_of_policy(party.index(), from.index(), departed.index() as u32);
        (departed, c[departed.index()] - cost)
    };
    let own = game
        .own_moves(from, party)
        .iter()
        .map(worth)
        .filter(|(departed, _)| *departed != to);
    let (departed, best) = own.max_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(Temptation {
        party,
        step: 0,
        from,
        along: to,
        departed,
        slack: along - best,
        answer: family.play_after(party, departed),
        rests_on: Vec::new(),
    })
}

/// How much each judgement of a party contributes to the difference between two streams of states, each of which
/// stays in its last state.
pub fn parts(
    case: &Case,
    world: &World,
    arena: &Arena<'_>,
    party: PartyId,
    along: &[StateId],
    departing: &[StateId],
) -> Vec<(JudgementId, f64)> {
    let delta = to_float(arena.game.discount(party));
    let mut parts: BTreeMap<JudgementId, f64> = BTreeMap::new();
    let mut weigh = |stream: &[StateId], sign: f64| {
        let mut weight = sign * (1.0 - delta);
        for period in 0..HORIZON {
            let state = stream[period.min(stream.len() - 1)];
            for id in paid_in(case, world, arena, party, state) {
                *parts.entry(id).or_insert(0.0) += weight * to_float(case.value(id));
            }
            weight *= arena.weight[party.index()][state.index()];
            if weight.abs() < 1e-12 {
                break;
            }
        }
    };
    weigh(along, 1.0);
    weigh(departing, -1.0);
    let mut parts: Vec<(JudgementId, f64)> =
        parts.into_iter().filter(|(_, part)| part.abs() > 1e-9).collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()).then(a.0.cmp(&b.0)));
    parts
}

/// The judgements that make up a party's flow in a state.
fn paid_in(
    case: &Case,
    world: &World,
    arena: &Arena<'_>,
    party: PartyId,
    state: StateId,
) -> Vec<JudgementId> {
    let of = world.type_of(case, party);
    let mine = case.worths.iter().filter(|worth| worth.party == party);
    mine.filter(|worth| worth.of_type.is_none() || worth.of_type == of)
        .filter_map(|worth| match &worth.basis {
            Basis::When(target, id) => arena.game.holds(&target.condition, state).then_some(*id),
            Basis::Levels(issue, levels) => levels[arena.game.level(state, *issue).index()],
        })
        .collect()
}

/// The settlement satisfying a target that comes nearest to holding, and the temptation that breaks it, if one does: each
/// party's shortfall is measured against its own payoff range.
#[must_use]
pub fn nearest_miss(
    case: &Case,
    world: &World,
    arena: &Arena<'_>,
    family: &Family,
    wanted: &[bool],
) -> Option<Temptation> {
    let departing = family.departing(arena);
    let stays = &arena.stays;
    let range = |party: usize| {
        let top = stays[party].iter().copied().fold(f64::NEG_INFINITY, f64::max);
        (top - stays[party].iter().copied().fold(f64::INFINITY, f64::min)).max(1e-9)
    };
    let ranges: Vec<f64> = (0..arena.parties).map(range).collect();
    let shortfall = |state: usize| {
        let of = |party: usize| {
            let sure = departing[party][arena.table_at(state, party)][state];
            (sure - stays[party][state]) / ranges[party]
        };
        (0..arena.parties).map(of).fold(f64::NEG_INFINITY, f64::max)
    };
    let states = (0..arena.states).filter(|state| wanted[*state]);
    let nearest = states
        .map(|state| (state, shortfall(state)))
        .min_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)))?;
    let path = [StateId::at(nearest.0)];
    let mut found = temptations(case, world, arena, family, &path);
    found.sort_by(|a, b| {
        let relative = |t: &Temptation| t.slack / ranges[t.party.index()];
        relative(a).total_cmp(&relative(b))
    });
    // Where no single departure pays, none is the reason.
    found.into_iter().next().filter(|breach| breach.slack < 0.0)
}
