//! Sets do not depend on where payoffs start, on their unit, or on the order of parties, actions and states; and
//! they agree with a slow, plain iteration on random tiny games, with each other's proofs, and with the
//! payments that can only add.

mod set_support;

use detente_base::number::{Exact, to_float};
use detente_base::watch::Unwatched;
use detente_game::table::{ProfileParts, StateParts, TableGame, TableState};
use detente_sets::transfers::solve_paid;
use detente_sets::{SetAnswer, SetLimits, solve_sets};
use proptest::prelude::*;
use set_support::{corners, distance, parts, read, shifted, with_payoffs};

fn solve(game: &TableGame) -> SetAnswer {
    solve_sets(game, &SetLimits::default(), &Unwatched).unwrap()
}

const SAMPLE: [&str; 7] = [
    "as2014_d20",
    "as2014_d50",
    "pd2_d667",
    "pd2_d356",
    "as2s_d50_p30",
    "steps_k1_d50",
    "cournot5",
];

fn close(a: &SetAnswer, b: &SetAnswer, map: impl Fn(usize, &[f64]) -> Vec<f64>, name: &str) {
    for (s, (a, b)) in a.states.iter().zip(&b.states).enumerate() {
        let mapped: Vec<Vec<f64>> = corners(a).iter().map(|z| map(s, z)).collect();
        let apart = distance(&mapped, &corners(b));
        assert!(apart < 1e-6, "{name} state {s}: {apart}");
    }
}

#[test]
fn adding_to_payoffs_moves_the_set_and_nothing_else() {
    let by = [Exact::from(1000), Exact::from_parts((-7).into(), 3u8.into())];
    for name in SAMPLE {
        let (game, _) = read(name);
        let (before, after) = (solve(&game), solve(&shifted(&game, &by)));
        assert_eq!(before.stop, after.stop, "{name}");
        close(
            &before,
            &after,
            |_, z| vec![z[0] + to_float(&by[0]), z[1] + to_float(&by[1])],
            name,
        );
    }
}

#[test]
fn another_unit_scales_the_set_and_nothing_else() {
    let unit = [Exact::from_parts(1.into(), 1000u16.into()), Exact::from(77)];
    for name in SAMPLE {
        let (game, _) = read(name);
        let scaled = with_payoffs(&game, |i, payoff| payoff * &unit[i]);
        let (before, after) = (solve(&game), solve(&scaled));
        close(
            &before,
            &after,
            |_, z| vec![z[0] * to_float(&unit[0]), z[1] * to_float(&unit[1])],
            name,
        );
    }
}

/// Swaps the two parties.
fn swapped(game: &TableGame) -> TableGame {
    let parts = parts(game)
        .into_iter()
        .map(|state| {
            let (m, n) = (state.actions[0], state.actions[1]);
            let mut profiles = Vec::with_capacity(m * n);
            for first in 0..m {
                for second in 0..n {
                    let mut profile = state.profiles[first + second * m].clone();
                    profile.payoffs.reverse();
                    profiles.push(profile);
                }
            }
            StateParts {
                label: state.label,
                actions: vec![n, m],
                profiles,
            }
        })
        .collect();
    let discount = game.discount().iter().rev().cloned().collect();
    TableGame::new("", "", discount, parts).unwrap()
}

/// Turns the order of states and of everybody's actions round.
fn turned(game: &TableGame) -> TableGame {
    let count = game.states();
    let mut parts = parts(game);
    parts.reverse();
    for profile in parts.iter_mut().flat_map(|state| &mut state.profiles) {
        for (state, _) in &mut profile.next {
            *state = count - 1 - *state;
        }
    }
    for state in &mut parts {
        state.profiles.reverse();
    }
    TableGame::new("", "", game.discount().to_vec(), parts).unwrap()
}

#[test]
fn names_and_order_do_not_matter() {
    for name in SAMPLE {
        let (game, _) = read(name);
        let answer = solve(&game);
        close(&answer, &solve(&swapped(&game)), |_, z| vec![z[1], z[0]], name);
        let mut back = solve(&turned(&game));
        back.states.reverse();
        close(&answer, &back, |_, z| z.to_vec(), name);
    }
}

/// The plain iteration of the definition, with nothing clever: hulls of cut sums, twice as slow as needed.
fn plain(game: &TableGame, rounds: usize) -> Vec<Vec<[f64; 2]>> {
    let d: Vec<f64> = game.discount().iter().map(to_float).collect();
    let all: Vec<[f64; 2]> = (0..game.states())
        .flat_map(|s| game.profiles(TableState::at(s)))
        .map(|p| [to_float(&game.payoffs(p)[0]), to_float(&game.payoffs(p)[1])])
        .collect();
    let low = [0, 1].map(|i| all.iter().map(|z| z[i]).fold(f64::INFINITY, f64::min));
    let high = [0, 1].map(|i| all.iter().map(|z| z[i]).fold(f64::NEG_INFINITY, f64::max));
    let start = vec![low, [high[0], low[1]], high, [low[0], high[1]]];
    let mut sets = vec![start; game.states()];
    for _ in 0..rounds {
        let worst = |s: usize, i: usize| sets[s].iter().map(|z| z[i]).fold(f64::INFINITY, f64::min);
        let next = (0..game.states()).map(|s| {
            let state = TableState::at(s);
            let mut points = Vec::new();
            for profile in game.profiles(state).filter(|p| game.on_path(*p)) {
                let bound = [0, 1].map(|i| {
                    let party = detente_game::table::TableParty::at(i);
                    let values = game.deviations(state, profile, party).map(|other| {
                        let mean: f64 = game
                            .law(game.law_of(other))
                            .iter()
                            .map(|(after, chance)| to_float(chance) * worst(after.index(), i))
                            .sum();
                        (1.0 - d[i]) * to_float(&game.payoffs(other)[i]) + d[i] * mean
                    });
                    values.fold(f64::NEG_INFINITY, f64::max)
                });
                let mut sum: Vec<[f64; 2]> =
                    vec![[0, 1].map(|i| (1.0 - d[i]) * to_float(&game.payoffs(profile)[i]))];
                for (after, chance) in game.law(game.law_of(profile)) {
                    let chance = to_float(chance);
                    sum = sum
                        .iter()
                        .flat_map(|z| {
                            sets[after.index()]
                                .iter()
                                .map(move |w| [z[0] + chance * w[0], z[1] + chance * w[1]])
                        })
                        .collect();
                    sum = hull(sum);
                }
                // The sum so far mixes gains with undiscounted continuations: scale about the gain.
                let gain = [0, 1].map(|i| (1.0 - d[i]) * to_float(&game.payoffs(profile)[i]));
                let sum: Vec<[f64; 2]> = sum
                    .iter()
                    .map(|z| [0, 1].map(|i| gain[i] + d[i] * (z[i] - gain[i])))
                    .collect();
                points.extend(cut(cut(sum, 0, bound[0]), 1, bound[1]));
            }
            hull(points)
        });
        let next: Vec<Vec<[f64; 2]>> = next.collect();
        sets = next;
        if sets.iter().any(Vec::is_empty) {
            return vec![Vec::new(); game.states()];
        }
    }
    sets
}

fn hull(mut points: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    points.sort_by(|a, b| a[0].total_cmp(&b[0]).then(a[1].total_cmp(&b[1])));
    points.dedup_by(|a, b| (a[0] - b[0]).abs() < 1e-13 && (a[1] - b[1]).abs() < 1e-13);
    if points.len() < 3 {
        return points;
    }
    let cross = |o: &[f64; 2], a: &[f64; 2], b: &[f64; 2]| {
        (a[0] - o[0]) * (b[1] - o[1]) - (a[1] - o[1]) * (b[0] - o[0])
    };
    let mut chain: Vec<[f64; 2]> = Vec::new();
    for pass in 0..2 {
        let base = chain.len();
        for k in 0..points.len() {
            let point = points[if pass == 0 { k } else { points.len() - 1 - k }];
            while chain.len() >= base + 2
                && cross(&chain[chain.len() - 2], &chain[chain.len() - 1], &point) <= 0.0
            {
                chain.pop();
            }
            chain.push(point);
        }
        chain.pop();
    }
    chain
}

fn cut(polygon: Vec<[f64; 2]>, i: usize, bound: f64) -> Vec<[f64; 2]> {
    let mut out = Vec::new();
    for (k, a) in polygon.iter().enumerate() {
        let b = &polygon[(k + 1) % polygon.len()];
        // A hair of room, so that what sits on the bound stays.
        let (x, y) = (a[i] - bound + 1e-9, b[i] - bound + 1e-9);
        if x >= 0.0 {
            out.push(*a);
        }
        if (x < 0.0) != (y < 0.0) {
            let share = x / (x - y);
            out.push([0, 1].map(|j| a[j] + share * (b[j] - a[j])));
        }
    }
    out
}

/// A random game with few states and actions, small whole payoffs and simple chances.
fn tiny() -> impl Strategy<Value = TableGame> {
    (
        1usize..=2,
        1u8..=3,
        prop::collection::vec((0i64..=6, 0i64..=6, 0u8..=2), 32),
    )
        .prop_map(|(states, patience, numbers)| {
            let mut numbers = numbers.into_iter();
            let parts = (0..states)
                .map(|s| {
                    let profiles = (0..4)
                        .map(|_| {
                            let (x, y, law) = numbers.next().unwrap_or((0, 0, 0));
                            let half = Exact::from_parts(1.into(), 2u8.into());
                            let next = match law {
                                _ if states == 1 => vec![(0, Exact::ONE)],
                                0 => vec![(s, Exact::ONE)],
                                1 => vec![(1 - s, Exact::ONE)],
                                _ => vec![(0, half.clone()), (1, half)],
                            };
                            ProfileParts {
                                payoffs: vec![Exact::from(x), Exact::from(y)],
                                next,
                                on_path: true,
                            }
                        })
                        .collect();
                    StateParts {
                        label: s.to_string(),
                        actions: vec![2, 2],
                        profiles,
                    }
                })
                .collect();
            let factor = Exact::from_parts(i64::from(patience).into(), 5u8.into());
            TableGame::new("", "", vec![factor; 2], parts).unwrap()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn tiny_games_agree_with_the_plain_iteration(game in tiny()) {
        let answer = solve(&game);
        let plain = plain(&game, 120);
        for (s, (state, polygon)) in answer.states.iter().zip(&plain).enumerate() {
            let polygon: Vec<Vec<f64>> = polygon.iter().map(|z| z.to_vec()).collect();
            if answer.states.iter().any(|state| state.none) {
                continue; // the plain iteration keeps what misses a bound by a hair, or gives up everywhere
            }
            let apart = distance(&corners(state), &polygon);
            prop_assert!(apart < 1e-5, "state {}: {} {:?} {:?}", s, apart, corners(state), polygon);
        }
        if let Some(proof) = &answer.membership {
            prop_assert_eq!(proof.check(&game), Ok(()));
        }
        if let Some(proof) = &answer.refutation {
            prop_assert_eq!(proof.check(&game), Ok(()));
        }
        // Payments only add: the joint payoff without them is at most that with them.
        let paid = solve_paid(&game).unwrap();
        for (state, paid) in answer.states.iter().zip(&paid.states) {
            let best = corners(state).iter().map(|z| z[0] + z[1]).fold(f64::NEG_INFINITY, f64::max);
            if best.is_finite() {
                let paid = paid.as_ref().expect("an equilibrium without payments is one with them");
                prop_assert!(best <= paid.joint_float() + 1e-7);
            }
        }
    }
}

#[test]
fn parties_may_differ_in_patience() {
    // Cooperation in this dilemma needs 2 >= 3 (1 - d) for each party, whatever the other's patience.
    let (game, _) = read("pdsg_d70");
    for (first, second, cooperates) in [
        ("7/10", "2/5", true),
        ("7/10", "3/10", false),
        ("1/3", "1/3", true),
    ] {
        let discount = [first, second]
            .map(|text| detente_base::number::parse_exact(text).unwrap())
            .to_vec();
        let game = game.with_discount(discount).unwrap();
        let answer = solve(&game);
        // Parties who differ in patience can trade early for late, so (2, 2) need not be a corner.
        let set = corners(&answer.states[0]);
        let with: Vec<Vec<f64>> = set.iter().cloned().chain([vec![2.0, 2.0]]).collect();
        assert_eq!(
            distance(&with, &set) < 1e-9,
            cooperates,
            "{first} {second} {:?}",
            answer.stop
        );
        // Curved sets: the outer bound is as good as its directions.
        let gaps = (answer.outer_gap, answer.inner_gap);
        assert!(
            gaps.0 < 5e-3 && gaps.1.is_some_and(|gap| gap < 1e-6),
            "{first} {second} {gaps:?}"
        );
    }
}
