//! Types on both sides: every type of every party with obligations, the proposer included, chooses when to depart
//! while it does not know what the others are.
//!
//! Start with everybody keeping the plan and let each type answer the others' present behaviour, the latest
//! departure among equals; repeat until nothing changes. Earlier departures of others make one's own departure no
//! less attractive in the plans this is meant for, so the dates move one way and the first fixed point has the
//! latest departures. That is not proved for every plan: the result says whether it settled, and the fixed point
//! is verified afresh, outside a breach against every commit-until behaviour and inside it against every further
//! breach and every later leaving.

use schemars::JsonSchema;
use serde::Serialize;

use super::behaviour::{Behaviour, IssueSet, NamedBehaviour};
use super::model::{PartyIndex, Plan, PlanModel, TypeIndex};
use super::play;
use super::values::{TIE, Valued};
use super::worlds;
use detente_base::watch::Watch;

/// The most rounds of answering.
pub const MOST_ROUNDS: usize = 60;

/// What one type does in the fixed point.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TypeBehaviour {
    /// The party.
    pub party: String,
    /// The type.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it does.
    pub behaviour: NamedBehaviour,
    /// Its expected value.
    pub value: f64,
    /// What the best departure from that would add; 0 in an equilibrium.
    pub best_gain: f64,
    /// What timing a switch inside its own breach would add.
    pub gain_inside: f64,
}

/// The fixed point, or how far the search came.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct TwoSided {
    /// Whether nothing changed any more.
    pub settled: bool,
    /// Whether no departure pays, outside breaches and inside them.
    pub verified: bool,
    /// Whether departure dates only ever moved earlier, as they must for the latest-departure equilibrium.
    pub monotone: bool,
    /// Rounds of answering.
    pub rounds: usize,
    /// What each type does; nothing where the search did not settle.
    pub types: Vec<TypeBehaviour>,
}

#[derive(Clone, Copy)]
struct Player {
    party: PartyIndex,
    kind: TypeIndex,
    prior: f64,
    behaviour: Behaviour,
}

/// Finds the latest-departure fixed point. `None` where no party with obligations has several types or the work
/// would be too much.
pub fn two_sided(model: &PlanModel, plan: &Plan, watch: &dyn Watch) -> Option<TwoSided> {
    let mut players: Vec<Player> = Vec::new();
    for party in (0..model.parties.len()).map(PartyIndex) {
        if model.obligations(party, plan).is_empty() {
            continue;
        }
        for (kind, of) in model.parties[party.0].types.iter().enumerate() {
            players.push(Player {
                party,
                kind: TypeIndex(kind),
                prior: of.prior,
                behaviour: Behaviour::Comply,
            });
        }
    }
    let (mut monotone, mut settled, mut rounds) = (true, false, 0);
    while rounds < MOST_ROUNDS && !settled && !watch.should_stop() {
        rounds += 1;
        settled = true;
        for place in 0..players.len() {
            let before = players[place].behaviour;
            let best = answer(model, plan, &players, place)?;
            if best != before {
                settled = false;
                monotone &= before
                    .date()
                    .is_none_or(|old| best.date().is_some_and(|new| new <= old));
                players[place].behaviour = best;
            }
        }
        watch.advanced("rounds of answering", rounds as u64, None);
    }
    // The last round of a search that did not settle is no equilibrium, and is not shown as one.
    let shown = if settled { players.len() } else { 0 };
    let types: Vec<TypeBehaviour> = (0..shown)
        .map(|place| verified(model, plan, &players, place))
        .collect::<Option<_>>()?;
    let verified = settled
        && types
            .iter()
            .all(|kind| kind.best_gain <= 2.0 * TIE && kind.gain_inside <= 2.0 * TIE);
    Some(TwoSided {
        settled,
        verified,
        monotone,
        rounds,
        types,
    })
}

/// The others' behaviour, by combination of their types with its chance.
fn rivals(model: &PlanModel, players: &[Player], party: PartyIndex) -> Option<Vec<(f64, Vec<Behaviour>)>> {
    let mut combinations = vec![(1.0, play::all_comply(model))];
    let mut parties: Vec<PartyIndex> = players.iter().map(|player| player.party).collect();
    parties.dedup();
    for other in parties.into_iter().filter(|other| *other != party) {
        let kinds: Vec<&Player> = players.iter().filter(|player| player.party == other).collect();
        combinations = combinations
            .iter()
            .flat_map(|(chance, profile)| {
                kinds.iter().map(move |kind| {
                    let mut profile = profile.clone();
                    profile[other.0] = kind.behaviour;
                    (chance * kind.prior, profile)
                })
            })
            .collect();
        if combinations.len() > 256 {
            return None;
        }
    }
    Some(combinations)
}

fn valued(model: &PlanModel, plan: &Plan, players: &[Player], place: usize) -> Option<Vec<Valued>> {
    let player = players[place];
    let rivals = rivals(model, players, player.party)?;
    let mut total: Vec<Valued> = Vec::new();
    for (chance, profile) in rivals {
        let values = worlds::valued_behaviours(model, plan, player.party, player.kind, &profile);
        if total.is_empty() {
            total = values
                .iter()
                .map(|valued| Valued {
                    value: 0.0,
                    ..*valued
                })
                .collect();
        }
        for (sum, valued) in total.iter_mut().zip(values) {
            sum.value += chance * valued.value;
        }
    }
    Some(total)
}

/// The best behaviour, the latest departure among equals.
fn answer(model: &PlanModel, plan: &Plan, players: &[Player], place: usize) -> Option<Behaviour> {
    let values = valued(model, plan, players, place)?;
    let best = values
        .iter()
        .map(|valued| valued.value)
        .fold(f64::NEG_INFINITY, f64::max);
    let date = |valued: &&Valued| valued.behaviour.date().unwrap_or(usize::MAX);
    let mut chosen: Option<&Valued> = None;
    for valued in values.iter().filter(|valued| valued.value >= best - TIE) {
        if chosen.is_none_or(|chosen| date(&valued) > date(&chosen)) {
            chosen = Some(valued);
        }
    }
    chosen.map(|valued| valued.behaviour)
}

fn verified(model: &PlanModel, plan: &Plan, players: &[Player], place: usize) -> Option<TypeBehaviour> {
    let player = players[place];
    let values = valued(model, plan, players, place)?;
    let best = values
        .iter()
        .map(|valued| valued.value)
        .fold(f64::NEG_INFINITY, f64::max);
    let value = values
        .iter()
        .find(|valued| valued.behaviour == player.behaviour)?
        .value;
    let party = &model.parties[player.party.0];
    Some(TypeBehaviour {
        party: party.name.clone(),
        kind: party.types[player.kind.0].name.clone(),
        behaviour: NamedBehaviour::of(player.behaviour, model),
        value,
        best_gain: (best - value).max(0.0),
        gain_inside: inside(model, plan, players, player, value)?,
    })
}

/// What a further breach or leaving in the middle of the breach adds at best.
fn inside(model: &PlanModel, plan: &Plan, players: &[Player], player: Player, value: f64) -> Option<f64> {
    let Behaviour::Breach { date: since, issues } = player.behaviour else {
        return Some(0.0);
    };
    let rest = IssueSet::of(
        model
            .obligations(player.party, plan)
            .into_iter()
            .filter(|issue| !issues.contains(*issue)),
    );
    let rivals = rivals(model, players, player.party)?;
    let mut best = value;
    for date in since + 1..=plan.dates() + 1 {
        let further = rest
            .subsets()
            .into_iter()
            .map(|issues| Behaviour::Breach { date, issues });
        for second in further.chain([Behaviour::Quit { date }]) {
            let later = [(player.party, second)];
            let value = rivals
                .iter()
                .map(|(chance, profile)| {
                    let mut profile = profile.clone();
                    profile[player.party.0] = player.behaviour;
                    chance * play::value_with(model, plan, &profile, &later, player.party, player.kind, 0)
                })
                .sum();
            best = f64::max(best, value);
        }
    }
    Some((best - value).max(0.0))
}
