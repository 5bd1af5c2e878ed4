//! Stationary ways of playing: Markov-perfect equilibria, and ways that threats keep up.

use detente_base::number::Exact;
use detente_game::table::{Profile, TableGame, TableState};

use super::flat::Flat;
use super::grow::{Grown, dot};

const MOST_STATES: usize = 120;

/// A Markov-perfect equilibrium: one joint action for each state from which nobody gains by one departure.
pub(crate) fn perfect(flat: &Flat) -> Option<Vec<Profile>> {
    if flat.states > MOST_STATES {
        return None;
    }
    let n = flat.parties;
    let mut value = vec![0.0; flat.states * n];
    let mut policy: Vec<Option<u32>> = vec![None; flat.states];
    let (mut expected, mut dev) = (Vec::new(), Vec::new());
    for _ in 0..400 {
        flat.expect(&value, &mut expected);
        flat.deviations(&expected, &mut dev);
        let worth = |p: usize, i: usize| {
            flat.gain[p * n + i] + flat.delta[i] * expected[flat.law[p] as usize * n + i]
        };
        let stays =
            |p: usize| (0..n).all(|i| worth(p, i) >= dev[flat.slot[p * n + i] as usize] - 1e-12 * flat.scale);
        let mut moved = false;
        let mut next: Vec<Option<u32>> = vec![None; flat.states];
        for p in &flat.on_path {
            let s = flat.state_of[*p as usize] as usize;
            if policy[s] == Some(*p) && stays(*p as usize) {
                next[s] = Some(*p);
            }
        }
        for p in &flat.on_path {
            let s = flat.state_of[*p as usize] as usize;
            if next[s].is_none() && stays(*p as usize) {
                next[s] = Some(*p);
                moved = true;
            }
        }
        if next.iter().any(Option::is_none) {
            return None;
        }
        policy = next;
        if !moved {
            return Some(
                policy
                    .into_iter()
                    .flatten()
                    .map(|p| Profile::at(p as usize))
                    .collect(),
            );
        }
        for _ in 0..20_000 {
            flat.expect(&value, &mut expected);
            let mut change: f64 = 0.0;
            for (s, p) in policy.iter().enumerate() {
                let p = (*p)? as usize;
                for i in 0..n {
                    let new = flat.gain[p * n + i] + flat.delta[i] * expected[flat.law[p] as usize * n + i];
                    change = change.max((new - value[s * n + i]).abs());
                    value[s * n + i] = new;
                }
            }
            if change < 1e-14 * flat.scale {
                break;
            }
        }
    }
    None
}

/// A stationary way of playing that reaches far in direction u and that nobody leaves, given the worst values
/// there are; states without joint action go on with the seed. `None` when it is the seed everywhere.
pub(crate) fn kept_up(flat: &Flat, u: &[f64], grown: &Grown) -> Option<Vec<Option<Profile>>> {
    let n = flat.parties;
    let worst: Vec<f64> = (0..flat.states * n).map(|k| grown.worst(k / n, k % n)).collect();
    let (mut expected, mut dev) = (Vec::new(), Vec::new());
    flat.expect(&worst, &mut expected);
    flat.deviations(&expected, &mut dev);
    let seed: Vec<f64> = (0..flat.states).flat_map(|s| grown.near[s][0].clone()).collect();
    let mut allowed: Vec<bool> = vec![true; flat.law.len()];
    loop {
        let (policy, value) = best_policy(flat, u, &seed, &allowed);
        flat.expect(&value, &mut expected);
        let mut struck = false;
        for p in policy.iter().flatten() {
            let at = *p as usize;
            let leaves = (0..n).any(|i| {
                let worth = flat.gain[at * n + i] + flat.delta[i] * expected[flat.law[at] as usize * n + i];
                worth < dev[flat.slot[at * n + i] as usize] - 1e-12 * flat.scale
            });
            if leaves {
                allowed[at] = false;
                struck = true;
            }
        }
        if !struck {
            let policy: Vec<Option<Profile>> = policy
                .into_iter()
                .map(|p| p.map(|p| Profile::at(p as usize)))
                .collect();
            return policy.iter().any(Option::is_some).then_some(policy);
        }
    }
}

/// The best way of playing in direction u by improving it step by step, with going on with the seed as a way
/// out of every state; with its values.
fn best_policy(flat: &Flat, u: &[f64], seed: &[f64], allowed: &[bool]) -> (Vec<Option<u32>>, Vec<f64>) {
    let n = flat.parties;
    let mut policy: Vec<Option<u32>> = vec![None; flat.states];
    let mut value = seed.to_vec();
    let mut expected = Vec::new();
    let mut worth = vec![0.0; n];
    for _ in 0..200 {
        flat.expect(&value, &mut expected);
        let mut best: Vec<(f64, Option<u32>)> = (0..flat.states)
            .map(|s| (dot(&seed[s * n..(s + 1) * n], u) + 1e-11 * flat.scale, None))
            .collect();
        let mut moved = false;
        for p in &flat.on_path {
            let at = *p as usize;
            if !allowed[at] {
                continue;
            }
            for (i, worth) in worth.iter_mut().enumerate() {
                *worth = flat.gain[at * n + i] + flat.delta[i] * expected[flat.law[at] as usize * n + i];
            }
            let s = flat.state_of[at] as usize;
            let reach = dot(&worth, u)
                + if policy[s] == Some(*p) {
                    1e-11 * flat.scale
                } else {
                    0.0
                };
            if reach > best[s].0 {
                best[s] = (reach, Some(*p));
            }
        }
        for (s, (_, choice)) in best.into_iter().enumerate() {
            moved |= policy[s] != choice;
            policy[s] = choice;
        }
        for _ in 0..20_000 {
            flat.expect(&value, &mut expected);
            let mut change: f64 = 0.0;
            for s in 0..flat.states {
                for i in 0..n {
                    let new = match policy[s] {
                        Some(p) => {
                            let p = p as usize;
                            flat.gain[p * n + i] + flat.delta[i] * expected[flat.law[p] as usize * n + i]
                        }
                        None => seed[s * n + i],
                    };
                    change = change.max((new - value[s * n + i]).abs());
                    value[s * n + i] = new;
                }
            }
            if change < 1e-13 * flat.scale {
                break;
            }
        }
        if !moved {
            break;
        }
    }
    (policy, value)
}

/// The values of a stationary way of playing, exactly; `seed` where there is no joint action.
pub(crate) fn values(
    game: &TableGame,
    policy: &[Option<Profile>],
    seed: &[Option<Vec<Exact>>],
) -> Option<Vec<Vec<Exact>>> {
    let (n, states) = (game.parties(), game.states());
    let mut out = vec![Vec::with_capacity(n); states];
    for i in 0..n {
        let d = &game.discount()[i];
        let mut table: Vec<Vec<Exact>> = Vec::with_capacity(states);
        for s in 0..states {
            let mut row = vec![Exact::ZERO; states + 1];
            row[s] = Exact::ONE;
            match policy[s] {
                Some(profile) => {
                    for (after, chance) in game.law(game.law_of(profile)) {
                        row[after.index()] -= d * chance;
                    }
                    row[states] = (Exact::ONE - d) * &game.payoffs(profile)[i];
                }
                None => row[states] = seed[TableState::at(s).index()].as_ref()?[i].clone(),
            }
            table.push(row);
        }
        for (s, value) in eliminate(table)?.into_iter().enumerate() {
            out[s].push(value);
        }
    }
    Some(out)
}

/// Solves a square system of rationals, right-hand sides in the last column; `None` when it is singular.
pub(crate) fn eliminate(mut table: Vec<Vec<Exact>>) -> Option<Vec<Exact>> {
    let size = table.len();
    for column in 0..size {
        let pivot = (column..size).find(|row| table[*row][column] != Exact::ZERO)?;
        table.swap(column, pivot);
        let top = table[column].clone();
        for row in 0..size {
            if row != column && table[row][column] != Exact::ZERO {
                let factor = &table[row][column] / &top[column];
                for k in column..=size {
                    if top[k] != Exact::ZERO {
                        let step = &factor * &top[k];
                        table[row][k] -= step;
                    }
                }
            }
        }
    }
    Some((0..size).map(|k| &table[k][size] / &table[k][k]).collect())
}
