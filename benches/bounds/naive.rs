//! The textbook loop: every joint move of every state is looked at in every round. Written from the formulas alone,
//! without the arena's sweeps: `c_i(t; v) = (1−δ_i)·u_i(t) + δ_i·v_i(t)` (no endings, costs or chances here),
//! a move survives if `c_j(t; high) ≥ max over own t′_j of c_j(t′_j, t_−j; low)` for every j.

use detente_base::ids::{PartyId, StateId};
use detente_base::number::to_float;
use detente_game::{Game, Position};

/// Bounds by party and state.
pub struct Naive {
    pub high: Vec<Vec<f64>>,
    pub low: Vec<Vec<f64>>,
    /// Stages until nothing changed.
    pub stages: usize,
    /// Joint moves looked at, over all rounds.
    pub looks: u64,
}

/// Repeats stages until no bound moves by more than a hundred-thousandth of its range, at most `stages`.
pub fn bounds(game: &Game, stages: usize) -> Naive {
    let (parties, states): (Vec<PartyId>, usize) = (game.parties().collect(), game.states());
    let delta: Vec<f64> = parties
        .iter()
        .map(|party| to_float(game.discount(*party)))
        .collect();
    let flow: Vec<Vec<f64>> = parties
        .iter()
        .map(|party| {
            let denominator = game.flow_denominator(*party) as f64;
            game.flow_numerators(*party)
                .iter()
                .map(|flow| *flow as f64 / denominator)
                .collect()
        })
        .collect();
    let end = |pick: fn(f64, f64) -> f64| -> Vec<Vec<f64>> {
        let of = |flow: &Vec<f64>| vec![flow.iter().copied().reduce(pick).unwrap_or(0.0); states];
        flow.iter().map(of).collect()
    };
    let mut naive = Naive {
        high: end(f64::max),
        low: end(f64::min),
        stages: 0,
        looks: 0,
    };
    let range: Vec<f64> = (0..parties.len())
        .map(|party| naive.high[party][0] - naive.low[party][0])
        .collect();
    let c = |party: usize, target: usize, values: &[f64]| {
        (1.0 - delta[party]) * flow[party][target] + delta[party] * values[target]
    };
    // What a party is sure of by departing from a move: the best of its own moves against the others' targets.
    let departing = |party: usize, from: StateId, target: usize, low: &[f64]| {
        let own = game.own_moves(from, parties[party]).iter();
        own.map(|to| {
            c(
                party,
                game.with_position(StateId::at(target), parties[party], *to)
                    .index(),
                low,
            )
        })
        .fold(f64::NEG_INFINITY, f64::max)
    };
    while naive.stages < stages {
        let (fixed_high, fixed_low) = (naive.high.clone(), naive.low.clone());
        loop {
            let (before_high, before_low) = (naive.high.clone(), naive.low.clone());
            for state in game.state_ids() {
                let mut most = vec![f64::NEG_INFINITY; parties.len()];
                let mut least = vec![f64::INFINITY; parties.len()];
                for_each_joint_move(game, &parties, state, &mut |target| {
                    naive.looks += 1;
                    let survives = (0..parties.len()).all(|party| {
                        c(party, target, &fixed_high[party])
                            >= departing(party, state, target, &fixed_low[party]) - 1e-9
                    });
                    if survives {
                        for party in 0..parties.len() {
                            most[party] = most[party].max(c(party, target, &before_high[party]));
                            least[party] =
                                least[party].min(departing(party, state, target, &before_low[party]));
                        }
                    }
                });
                for party in 0..parties.len() {
                    let (high, low) = (
                        &mut naive.high[party][state.index()],
                        &mut naive.low[party][state.index()],
                    );
                    *high = high.min(most[party]);
                    *low = low.max(least[party]);
                }
            }
            if !moved(&naive, &before_high, &before_low, &range, 1e-6) {
                break;
            }
        }
        naive.stages += 1;
        if !moved(&naive, &fixed_high, &fixed_low, &range, 1e-5) {
            break;
        }
    }
    naive
}

fn moved(now: &Naive, high: &[Vec<f64>], low: &[Vec<f64>], range: &[f64], share: f64) -> bool {
    let apart = |a: &[f64], b: &[f64], by: f64| a.iter().zip(b).any(|(a, b)| (a - b).abs() > by);
    (0..range.len()).any(|party| {
        let by = range[party] * share;
        apart(&now.high[party], &high[party], by) || apart(&now.low[party], &low[party], by)
    })
}

fn for_each_joint_move(game: &Game, parties: &[PartyId], from: StateId, call: &mut impl FnMut(usize)) {
    let moves: Vec<&[Position]> = parties.iter().map(|party| game.own_moves(from, *party)).collect();
    let mut at = vec![0; parties.len()];
    loop {
        let mut target = from;
        for ((party, moves), at) in parties.iter().zip(&moves).zip(&at) {
            target = game.with_position(target, *party, moves[*at]);
        }
        call(target.index());
        let mut place = 0;
        loop {
            if place == parties.len() {
                return;
            }
            at[place] += 1;
            if at[place] < moves[place].len() {
                break;
            }
            at[place] = 0;
            place += 1;
        }
    }
}
