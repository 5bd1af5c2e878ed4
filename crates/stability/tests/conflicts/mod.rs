//! Shared by the stability tests: random conflicts, and slow judgements written straight from the definitions
//! (sets, matrices, and lists of all sequences), which share nothing with the fast ones but the model.
#![allow(dead_code, reason = "each test binary uses its part")]

pub mod definitions;

use std::collections::BTreeSet;

use detente_conflict::{
    Assembly, Attitude, Blocked, Comparison, GraphModel, Issue, Limits, Movement, Party, PartyId, Preference,
    Problems, Ranking, Relation, Rule, Speed, StateEntry, StateId,
};
use detente_stability::Concept;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// What a random conflict may contain.
#[derive(Debug, Clone, Copy)]
pub struct Recipe {
    pub parties: usize,
    pub issues: usize,
    pub ties: bool,
    pub one_way: bool,
    pub rules: bool,
    pub levels: bool,
    /// Merged states, patterns, speed limits and shared issues: moves that must be listed.
    pub rough: bool,
}

impl Recipe {
    /// Two to four parties, four issues, and everything else in turn.
    pub fn of_four_issues(seed: u64) -> Self {
        Self {
            parties: 2 + (seed % 3) as usize,
            issues: 4,
            ties: seed.is_multiple_of(2),
            one_way: !seed.is_multiple_of(3),
            rules: seed % 4 == 1,
            levels: seed.is_multiple_of(5),
            rough: seed % 4 == 3,
        }
    }
}

pub fn random(recipe: Recipe, seed: u64) -> GraphModel {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let party = |place| Party {
        id: format!("p{place}"),
        name: format!("Party {place}"),
    };
    let mut parts = Assembly {
        id: format!("random {seed}"),
        parties: (0..recipe.parties).map(party).collect(),
        ..Assembly::default()
    };
    for place in 0..recipe.issues {
        let levels = if recipe.levels && rng.random_ratio(1, 3) {
            3
        } else {
            2
        };
        let owner = if place < recipe.parties {
            place
        } else {
            rng.random_range(0..recipe.parties)
        };
        let mut owners = vec![PartyId::at(owner)];
        if recipe.rough && rng.random_ratio(1, 6) {
            let other = PartyId::at(rng.random_range(0..recipe.parties));
            if !owners.contains(&other) {
                owners.push(other);
            }
        }
        parts.issues.push(Issue {
            id: format!("o{place}"),
            name: format!("Option {place}"),
            owners,
            levels: (0..levels).map(|level| level.to_string()).collect(),
            movement: movement(recipe, &mut rng),
        });
    }
    if recipe.rules {
        for _ in 0..rng.random_range(0..3) {
            let literal =
                |rng: &mut ChaCha8Rng| (rng.random_range(0..recipe.issues), vec![rng.random_range(0..2)]);
            let when = vec![literal(&mut rng), literal(&mut rng)];
            parts.rules.push(Rule { when });
        }
    }
    let mut problems = Problems::default();
    let limits = Limits::default();
    if recipe.rough {
        parts.listed = Some(merged(&parts, limits, &mut rng));
        if rng.random_ratio(1, 3) {
            let issue = rng.random_range(0..recipe.issues);
            parts.blocked.push(Blocked {
                party: None,
                from: vec![(issue, vec![0])],
                to: vec![(rng.random_range(0..recipe.issues), vec![1])],
            });
        }
    }
    let Some(states) = parts.states(limits, &mut problems) else {
        // The rules excluded everything: try the next seed.
        return random(recipe, seed.wrapping_add(1 << 32));
    };
    let count = states.count();
    let preferences = (0..recipe.parties).map(|_| Preference::Ranked(ranking(count, recipe.ties, &mut rng)));
    let preferences = preferences.collect();
    let today = Some(StateId::at(0));
    parts
        .model(states, preferences, today, limits, &mut problems)
        .expect("random parts fit together")
}

/// The same conflict with some comparisons unknown, some strong, and attitudes.
pub fn uncertain(mut model: GraphModel, seed: u64) -> GraphModel {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    for party in model.party_ids() {
        let mut table = Relation::of_ranking(model.preference(party).ranking().expect("ranked"));
        for a in model.states().iter() {
            for b in model.states().iter().filter(|b| *b < a) {
                if rng.random_ratio(1, 4) {
                    table.set(a, b, Comparison::Unknown);
                } else if rng.random_ratio(1, 4) && table.get(a, b) == Comparison::Better {
                    table.set(a, b, Comparison::MuchBetter);
                }
            }
        }
        model = model.with_preference(party, Preference::Related(table));
    }
    let attitudes = [Attitude::Positive, Attitude::Indifferent, Attitude::Negative];
    let mut regards = || {
        model
            .party_ids()
            .map(|_| attitudes[rng.random_range(0..3)])
            .collect()
    };
    let attitudes = model.party_ids().map(|_| regards()).collect();
    model.with_attitudes(attitudes)
}

fn movement(recipe: Recipe, rng: &mut ChaCha8Rng) -> Movement {
    if recipe.rough && rng.random_ratio(1, 6) {
        return Movement {
            up: Speed::Levels(1),
            down: Speed::Levels(1),
        };
    }
    match recipe.one_way {
        false => Movement::FREE,
        true => match rng.random_range(0..5) {
            0 => Movement::FORWARD,
            1 => Movement::BACKWARD,
            2 if recipe.rules => Movement::FIXED,
            _ => Movement::FREE,
        },
    }
}

fn ranking(states: usize, ties: bool, rng: &mut ChaCha8Rng) -> Ranking {
    let most = if ties {
        (states as u64 / 2).max(2)
    } else {
        u64::from(u32::MAX)
    };
    let worths: Vec<u64> = (0..states).map(|_| rng.next_u64() % most).collect();
    Ranking::by_worth(&worths)
}

fn merged(parts: &Assembly, limits: Limits, rng: &mut ChaCha8Rng) -> Vec<StateEntry> {
    let mut problems = Problems::default();
    let Some(all) = parts.states(limits, &mut problems) else {
        return Vec::new();
    };
    let mut entries: Vec<StateEntry> = Vec::new();
    for state in all.iter() {
        let vector = all.vector(state).to_vec();
        if !entries.is_empty() && rng.random_ratio(1, 8) {
            let place = rng.random_range(0..entries.len());
            entries[place].vectors.push(vector);
        } else {
            let id = format!("m{}", state.index());
            entries.push(StateEntry {
                id,
                name: None,
                vectors: vec![vector],
            });
        }
    }
    entries
}

fn better(model: &GraphModel, party: PartyId, a: StateId, b: StateId) -> bool {
    matches!(
        model.preference(party).compare(a, b),
        Comparison::Better | Comparison::MuchBetter
    )
}

/// `R_O(q)` or `R_O+(q)` as a set, by layers of (state, last mover).
pub fn joint(model: &GraphModel, party: PartyId, from: StateId, credible: bool) -> BTreeSet<StateId> {
    let mut layer: BTreeSet<(StateId, Option<PartyId>)> = BTreeSet::from([(from, None)]);
    let mut seen = BTreeSet::new();
    while !layer.is_empty() {
        let mut next = BTreeSet::new();
        for (state, last) in &layer {
            for mover in model
                .party_ids()
                .filter(|mover| *mover != party && Some(*mover) != *last)
            {
                for to in model.moves_from(mover, *state) {
                    if !credible || better(model, mover, to, *state) {
                        next.insert((to, Some(mover)));
                    }
                }
            }
        }
        layer = next.difference(&seen).copied().collect();
        seen.extend(layer.iter().copied());
    }
    seen.into_iter().map(|(state, _)| state).collect()
}

/// The definition, word for word, on sets.
pub fn by_sets(model: &GraphModel, party: PartyId, state: StateId, concept: Concept) -> bool {
    let no_better = |z: StateId| !better(model, party, z, state);
    let improvements = model
        .moves_from(party, state)
        .into_iter()
        .filter(|q| better(model, party, *q, state));
    improvements.into_iter().all(|q| {
        concept != Concept::Nash
            && joint(model, party, q, concept.credible()).into_iter().any(|z| {
                let stays = || model.moves_from(party, z).into_iter().all(no_better);
                no_better(z) && (!concept.symmetric() || stays())
            })
    })
}

/// By listing every legal sequence in which no (state, last mover) comes twice: for tiny conflicts only.
pub fn by_sequences(model: &GraphModel, party: PartyId, state: StateId, concept: Concept) -> bool {
    let no_better = |z: StateId| !better(model, party, z, state);
    let deters = |z: StateId| {
        no_better(z) && (!concept.symmetric() || model.moves_from(party, z).into_iter().all(no_better))
    };
    let improvements = model
        .moves_from(party, state)
        .into_iter()
        .filter(|q| better(model, party, *q, state));
    improvements.into_iter().all(|q| {
        concept != Concept::Nash
            && some_sequence(model, party, concept.credible(), &mut vec![(q, None)], &deters)
    })
}

fn some_sequence(
    model: &GraphModel,
    party: PartyId,
    credible: bool,
    path: &mut Vec<(StateId, Option<PartyId>)>,
    deters: &impl Fn(StateId) -> bool,
) -> bool {
    let (at, last) = path[path.len() - 1];
    for mover in model
        .party_ids()
        .filter(|mover| *mover != party && Some(*mover) != last)
    {
        for to in model.moves_from(mover, at) {
            let node = (to, Some(mover));
            if path.contains(&node) || (credible && !better(model, mover, to, at)) {
                continue;
            }
            if deters(to) {
                return true;
            }
            path.push(node);
            let found = some_sequence(model, party, credible, path, deters);
            path.pop();
            if found {
                return true;
            }
        }
    }
    false
}

type Matrix = Vec<Vec<bool>>;

fn times(a: &Matrix, b: &Matrix) -> Matrix {
    let size = a.len();
    let cell = |i: usize, j: usize| (0..size).any(|k| a[i][k] && b[k][j]);
    (0..size)
        .map(|i| (0..size).map(|j| cell(i, j)).collect())
        .collect()
}

fn entrywise(a: &Matrix, b: &Matrix, f: impl Fn(bool, bool) -> bool) -> Matrix {
    let row = |(x, y): (&Vec<bool>, &Vec<bool>)| x.iter().zip(y).map(|(p, q)| f(*p, *q)).collect();
    a.iter().zip(b).map(row).collect()
}

fn transposed(a: &Matrix) -> Matrix {
    (0..a.len())
        .map(|i| (0..a.len()).map(|j| a[j][i]).collect())
        .collect()
}

/// The matrix form (Xu, Hipel, Kilgour, Fang), with one change: coming back exactly to where one left counts
/// as a sanction, as in the set form, so the matrix of "no better" has a full diagonal.
pub fn by_matrices(model: &GraphModel, party: PartyId, concept: Concept) -> Vec<bool> {
    let size = model.states().count();
    let matrix = |f: &dyn Fn(StateId, StateId) -> bool| -> Matrix {
        let row = |i: usize| (0..size).map(|j| f(StateId::at(i), StateId::at(j))).collect();
        (0..size).map(row).collect()
    };
    let step = |mover: PartyId, credible: bool| {
        matrix(&|from, to| model.can_move(mover, from, to) && (!credible || better(model, mover, to, from)))
    };
    let improve = step(party, true);
    if concept == Concept::Nash {
        return improve.iter().map(|row| !row.contains(&true)).collect();
    }
    let no_better = matrix(&|s, z| !better(model, party, z, s));
    let movers: Vec<PartyId> = model.party_ids().filter(|mover| *mover != party).collect();
    let steps: Vec<Matrix> = movers
        .iter()
        .map(|mover| step(*mover, concept.credible()))
        .collect();
    let nothing: Matrix = vec![vec![false; size]; size];
    let either = |a: bool, b: bool| a || b;
    let mut ending = steps.clone();
    loop {
        let mut grown = Vec::new();
        for (own, one_step) in steps.iter().enumerate() {
            let by_others = (0..movers.len()).filter(|other| *other != own);
            let before = by_others.fold(nothing.clone(), |all, other| {
                entrywise(&all, &ending[other], either)
            });
            grown.push(entrywise(&ending[own], &times(&before, one_step), either));
        }
        if grown == ending {
            break;
        }
        ending = grown;
    }
    let reach = ending
        .iter()
        .fold(nothing, |all, one| entrywise(&all, one, either));
    let deter = match concept.symmetric() {
        false => no_better,
        true => {
            // better[s][w]: w is better than s; escape[z][s]: from z the party reaches something better than s.
            let better_than = matrix(&|s, w| better(model, party, w, s));
            let escape = times(&step(party, false), &transposed(&better_than));
            entrywise(&no_better, &transposed(&escape), |no_better, escape| {
                no_better && !escape
            })
        }
    };
    let sanctioned = times(&reach, &transposed(&deter));
    let open = |s: usize| (0..size).any(|q| improve[s][q] && !sanctioned[q][s]);
    (0..size).map(|s| !open(s)).collect()
}
