//! From what was found to proofs: every number exact, in the form `detente_proof::sets` checks.

use detente_base::number::{Exact, from_float};
use detente_game::table::{Profile, TableGame, TableState};
use detente_proof::sets::{Argument, Branch, Dual, Membership, Point, Refutation, Step};

use super::directions::{Directions, Support};
use super::duals::Sources;
use super::flat::Flat;
use super::outer::{Handled, Recorded};
use super::plan::{Bound, Made, Plan, Way};

/// The bound that a support gives, in rationals, with `level(state, direction)` as the levels used and
/// `departure(party)` as the joint action that a held party departs to.
#[allow(clippy::too_many_arguments)]
pub(crate) fn exact_bound(
    game: &TableGame,
    directions: &Directions,
    departure: impl Fn(usize) -> u32,
    level: impl Fn(usize, usize) -> Exact,
    p: u32,
    l: Option<usize>,
    support: &Support,
) -> Option<Exact> {
    let n = game.parties();
    let multipliers = directions.exact_multipliers(support, l, game.discount())?;
    let rest = |i: usize| Exact::ONE - &game.discount()[i];
    let mean = |profile: Profile, k: usize| {
        let law = game.law(game.law_of(profile)).iter();
        law.fold(Exact::ZERO, |sum, (s, chance)| sum + chance * level(s.index(), k))
    };
    let profile = Profile::at(p as usize);
    let mut lifted: Vec<Exact> = match l {
        Some(l) => directions.exact[l].clone(),
        None => vec![Exact::ZERO; n],
    };
    let mut value = Exact::ZERO;
    for (i, y) in support.held().zip(&multipliers.held) {
        lifted[i] += y;
        let other = Profile::at(departure(i) as usize);
        let secure =
            rest(i) * &game.payoffs(other)[i] - &game.discount()[i] * mean(other, directions.minus[i]);
        value -= y * secure;
    }
    for (k, lambda) in support.dirs().zip(&multipliers.lambda) {
        value += lambda * mean(profile, k);
    }
    for (i, u) in lifted.iter().enumerate() {
        value += u * rest(i) * &game.payoffs(profile)[i];
    }
    Some(value)
}

/// A recorded chain as a refutation. The last levels are the exact ones where they are given.
pub(crate) fn refutation(
    game: &TableGame,
    flat: &Flat,
    directions: &Directions,
    record: &[Recorded],
    last: Option<&[Exact]>,
) -> Option<Refutation> {
    let count = directions.count();
    let mut steps = Vec::with_capacity(record.len());
    for (k, recorded) in record.iter().enumerate() {
        let exact = last.filter(|_| k + 1 == record.len());
        let levels = (0..game.states())
            .map(|s| {
                let level = |l: usize| match exact {
                    Some(exact) => Some(exact[s * count + l].clone()),
                    None => from_float(recorded.levels.value[s * count + l]).ok(),
                };
                if recorded.levels.none[s] {
                    None
                } else {
                    (0..count).map(level).collect::<Option<Vec<_>>>()
                }
            })
            .collect();
        let weights = match &recorded.weights {
            None => None,
            Some(weights) => Some(
                weights
                    .chunks(count)
                    .map(|row| {
                        row.iter()
                            .map(|w| from_float(*w).ok())
                            .collect::<Option<Vec<_>>>()
                    })
                    .collect::<Option<Vec<_>>>()?,
            ),
        };
        let old = Sources::of(flat, directions, &recorded.before);
        let new = Sources::of(flat, directions, &recorded.levels);
        let mut arguments: Vec<Vec<Argument>> = vec![Vec::new(); game.states()];
        for (p, handled) in flat.on_path.iter().zip(&recorded.handled) {
            let dual = |is_new: bool, l: Option<usize>, support: &Support| {
                let expected = if is_new { &new.expected } else { &old.expected };
                exact_dual(game, flat, directions, expected, *p, is_new, l, support)
            };
            let argument = match handled {
                Handled::Gone => Argument::Gone,
                Handled::Leads(state) => Argument::Leads(TableState::at(*state as usize)),
                Handled::Empty(support) => Argument::Empty(dual(false, None, support)?),
                Handled::Bounds(supports) => Argument::Bounds(
                    supports
                        .iter()
                        .enumerate()
                        .map(|(l, s)| dual(false, Some(l), s))
                        .collect::<Option<_>>()?,
                ),
                Handled::Mixed(supports) => Argument::Bounds(
                    supports
                        .iter()
                        .enumerate()
                        .map(|(l, (is_new, s))| dual(*is_new, Some(l), s))
                        .collect::<Option<_>>()?,
                ),
            };
            arguments[flat.state_of[*p as usize] as usize].push(argument);
        }
        steps.push(Step {
            levels,
            weights,
            arguments,
        });
    }
    Some(Refutation {
        directions: directions.exact.clone(),
        steps,
        claims: Vec::new(),
    })
}

#[allow(clippy::too_many_arguments)]
fn exact_dual(
    game: &TableGame,
    flat: &Flat,
    directions: &Directions,
    expected: &[f64],
    p: u32,
    new: bool,
    l: Option<usize>,
    support: &Support,
) -> Option<Dual> {
    let multipliers = directions.exact_multipliers(support, l, game.discount())?;
    let held = support
        .held()
        .zip(multipliers.held)
        .map(|(i, y)| {
            (
                i,
                Profile::at(flat.best_deviation(game, p, i, expected) as usize),
                y,
            )
        })
        .collect();
    Some(Dual {
        new,
        lambda: support.dirs().zip(multipliers.lambda).collect(),
        held,
    })
}

/// Exact corners and how they are made, as a membership proof. `None` when the pieces do not fit.
pub(crate) fn membership(game: &TableGame, plan: &Plan, z: &[[Exact; 2]]) -> Option<Membership> {
    let mut points: Vec<Vec<Point>> = vec![Vec::new(); game.states()];
    for (k, made) in plan.made.iter().enumerate() {
        let profile = Profile::at(made.profile as usize);
        let next = match &made.way {
            Way::Corner => made
                .next
                .iter()
                .map(|(at, _)| vec![(plan.local(*at), Exact::ONE)])
                .collect(),
            Way::Cut { bound, part, to } => cut_lotteries(game, plan, z, made, bound, *part, *to)?,
            Way::Both(bounds) => both_lotteries(game, plan, z, made, bounds)?,
        };
        let branch = Branch {
            weight: Exact::ONE,
            profile,
            next,
        };
        points[made.state].push(Point {
            value: z[k].to_vec(),
            from: vec![branch],
        });
    }
    Some(Membership { points })
}

fn cut_lotteries(
    game: &TableGame,
    plan: &Plan,
    z: &[[Exact; 2]],
    made: &Made,
    bound: &Bound,
    part: usize,
    to: usize,
) -> Option<Vec<Vec<(usize, Exact)>>> {
    let (i, d) = (bound.party, &game.discount()[bound.party]);
    let mean = |list: &[(usize, Exact)]| {
        list.iter()
            .fold(Exact::ZERO, |sum, (at, chance)| sum + chance * &z[*at][i])
    };
    let held = &bound.gain + d * mean(&bound.next);
    let base = &made.gain[i] + d * mean(&made.next);
    let (from, chance) = &made.next[part];
    let edge = d * chance * (&z[to][i] - &z[*from][i]);
    if edge == Exact::ZERO {
        return None;
    }
    let share = (held - base) / edge;
    if share < Exact::ZERO || share > Exact::ONE {
        return None;
    }
    let lottery = |(j, (at, _)): (usize, &(usize, Exact))| {
        if j == part {
            vec![
                (plan.local(*at), Exact::ONE - &share),
                (plan.local(to), share.clone()),
            ]
        } else {
            vec![(plan.local(*at), Exact::ONE)]
        }
    };
    Some(made.next.iter().enumerate().map(lottery).collect())
}

/// A point inside the sum of the next states' polygons as lotteries: on the level line through it, between
/// the two boundary points of the sum.
fn both_lotteries(
    game: &TableGame,
    plan: &Plan,
    z: &[[Exact; 2]],
    made: &Made,
    bounds: &[Bound; 2],
) -> Option<Vec<Vec<(usize, Exact)>>> {
    let mut wanted = Vec::with_capacity(2);
    for (i, bound) in bounds.iter().enumerate() {
        let d = &game.discount()[i];
        let mean = bound
            .next
            .iter()
            .fold(Exact::ZERO, |sum, (at, chance)| sum + chance * &z[*at][i]);
        if *d == Exact::ZERO {
            return None;
        }
        wanted.push((&bound.gain + d * mean - &made.gain[i]) / d);
    }
    super::lottery::within(plan, z, made, &[wanted[0].clone(), wanted[1].clone()])
}
