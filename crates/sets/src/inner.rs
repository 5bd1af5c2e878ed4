//! Inner sets where corners are not rational: corners pulled in a little, then proved point by point.
//!
//! The equations of the corners ([`super::plan`]) are solved again with every bound raised by a small amount
//! and every corner drawn a small share of the way to the middle of its set. What the joint actions then
//! generate from these points surrounds them with room to spare, so after rounding to doubles each point is
//! an exact lottery over three generated points, and the family proves itself in rationals.

use dashu::integer::IBig;
use detente_base::number::{Exact, from_float, to_float};
use detente_game::table::{Profile, TableGame};
use detente_proof::sets::{Branch, Membership, Point, expected, weighted};
use detente_proof::whole_numbers::in_whole_numbers;

use super::flat::Flat;
use super::lottery;
use super::plan::{Plan, Way};
use super::polygon::{Origin, Polygon, Spot, hull};
use super::search::{Search, sticks_out};

type Lotteries = Vec<Vec<(usize, Exact)>>;

/// A proved inner set.
pub(crate) struct Inner {
    pub proof: Membership,
    near: Vec<Vec<[f64; 2]>>,
}

impl Inner {
    /// The points of a proof.
    pub fn of(proof: Membership) -> Self {
        let near = |points: &Vec<Point>| {
            let near = |point: &Point| [to_float(&point.value[0]), to_float(&point.value[1])];
            points.iter().map(near).collect()
        };
        let near = proof.points.iter().map(near).collect();
        Self { proof, near }
    }

    /// The points of a state.
    pub fn shown(&self, s: usize) -> Vec<Vec<f64>> {
        self.near[s].iter().map(|z| z.to_vec()).collect()
    }

    /// How far the polygons stick out of the inner sets.
    pub fn gap(&self, polygons: &[Polygon]) -> f64 {
        let far = |(polygon, points): (&Polygon, &Vec<[f64; 2]>)| {
            let spots: Vec<Spot> = points
                .iter()
                .map(|z| Spot {
                    x: z[0],
                    y: z[1],
                    origin: Origin::Start,
                })
                .collect();
            sticks_out(polygon, &hull(&spots, 0.0))
        };
        polygons.iter().zip(&self.near).map(far).fold(0.0, f64::max)
    }
}

const MOST_CORNERS: usize = 3000;

/// An inner set near the sets a search stands at, or near the corners that are known to stand, if one can be
/// proved.
pub(crate) fn inner(
    game: &TableGame,
    flat: &Flat,
    search: &Search,
    standing: Option<(&Plan, &[[f64; 2]])>,
) -> Option<Inner> {
    if let Some((plan, z)) = standing {
        return pulled_in(game, flat, plan, z);
    }
    [1e-9, 1e-8, 1e-7, 1e-6].iter().find_map(|depth| {
        let sketch = search.sketch(depth * flat.scale);
        let plan = Plan::of(game, &sketch)?;
        let z = Plan::corners(&sketch);
        match plan.settle(z.clone(), flat.scale) {
            Some((settled, _)) => pulled_in(game, flat, &plan, &settled),
            None => pulled_in(game, flat, &plan, &z),
        }
    })
}

fn pulled_in(game: &TableGame, flat: &Flat, plan: &Plan, z: &[[f64; 2]]) -> Option<Inner> {
    if z.len() > MOST_CORNERS {
        return None;
    }
    [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4].iter().find_map(|share| {
        let pulled = plan.pulled(z, *share, 0.1 * share * flat.scale)?;
        let room = 0.1 * share * flat.scale;
        let proof = [false, true].iter().find_map(|lifted| {
            prove(game, flat, plan, &pulled, room, *lifted).filter(|proof| proof.check(game).is_ok())
        })?;
        let near = (0..flat.states)
            .map(|s| pulled[plan.first[s]..plan.first[s + 1]].to_vec())
            .collect();
        Some(Inner { proof, near })
    })
}

fn prove(
    game: &TableGame,
    flat: &Flat,
    plan: &Plan,
    pulled: &[[f64; 2]],
    room: f64,
    lifted: bool,
) -> Option<Membership> {
    let z: Vec<[Exact; 2]> = pulled
        .iter()
        .map(|[x, y]| Some([from_float(*x).ok()?, from_float(*y).ok()?]))
        .collect::<Option<_>>()?;
    let bounds = departures(game, flat, plan, pulled);
    let room = from_float(room).ok()?;
    let mut generated: Vec<([Exact; 2], Branch)> = Vec::with_capacity(z.len());
    for k in 0..z.len() {
        let mut next = continuation(game, plan, &z, pulled, k, &room)?;
        if lifted {
            lift(game, plan, pulled, k, &bounds, to_float(&room), &mut next)?;
        }
        generated.push(generated_by(game, plan, &z, k, next));
    }
    let mut points = vec![Vec::new(); game.states()];
    for s in 0..game.states() {
        let range = plan.first[s]..plan.first[s + 1];
        let here: Vec<&[Exact; 2]> = generated[range.clone()].iter().map(|(y, _)| y).collect();
        let near: Vec<[f64; 2]> = here.iter().map(|y| [to_float(&y[0]), to_float(&y[1])]).collect();
        for (k, target) in z[range.clone()].iter().enumerate() {
            let from = surround(&here, &near, k, target)?
                .into_iter()
                .map(|(j, weight)| Branch {
                    weight,
                    ..generated[range.start + j].1.clone()
                })
                .collect();
            points[s].push(Point {
                value: target.to_vec(),
                from,
            });
        }
    }
    Some(Membership { points })
}

/// The lotteries over pulled corners that corner k goes on with.
fn continuation(
    game: &TableGame,
    plan: &Plan,
    z: &[[Exact; 2]],
    near: &[[f64; 2]],
    k: usize,
    room: &Exact,
) -> Option<Lotteries> {
    let made = &plan.made[k];
    let one = |at: usize| vec![(plan.local(at), Exact::ONE)];
    Some(match &made.way {
        Way::Corner => made.next.iter().map(|(at, _)| one(*at)).collect(),
        Way::Cut { part, to, .. } => {
            let share = from_float(plan.share(near, k, room)?.clamp(0.0, 1.0)).ok()?;
            let lottery = |(j, (at, _)): (usize, &(usize, Exact))| {
                if j == *part {
                    vec![
                        (plan.local(*at), Exact::ONE - &share),
                        (plan.local(*to), share.clone()),
                    ]
                } else {
                    one(*at)
                }
            };
            made.next.iter().enumerate().map(lottery).collect()
        }
        Way::Both(bounds) => {
            let mut w = Vec::with_capacity(2);
            for (i, bound) in bounds.iter().enumerate() {
                let d = &game.discount()[i];
                if *d == Exact::ZERO {
                    return None;
                }
                let mean = bound
                    .next
                    .iter()
                    .fold(Exact::ZERO, |sum, (at, chance)| sum + chance * &z[*at][i]);
                w.push((&bound.gain + d * mean + room - &made.gain[i]) / d);
            }
            lottery::within(plan, z, made, &[w[0].clone(), w[1].clone()])?
        }
    })
}

/// Where a corner on a bound was pulled below it, a small chance of what the party likes best lifts it back.
fn lift(
    game: &TableGame,
    plan: &Plan,
    near: &[[f64; 2]],
    k: usize,
    bounds: &[[f64; 2]],
    room: f64,
    next: &mut Lotteries,
) -> Option<()> {
    let made = &plan.made[k];
    let state = |at: usize| plan.first[plan.made[at].state]..plan.first[plan.made[at].state + 1];
    for i in 0..2 {
        let d = to_float(&game.discount()[i]);
        let (mut now, mut most) = (to_float(&made.gain[i]), to_float(&made.gain[i]));
        let mut best = Vec::with_capacity(next.len());
        for ((at, chance), lottery) in made.next.iter().zip(next.iter()) {
            let first = state(*at).start;
            let chance = to_float(chance);
            now += d
                * chance
                * lottery
                    .iter()
                    .map(|(j, w)| to_float(w) * near[first + j][i])
                    .sum::<f64>();
            let top = state(*at).max_by(|a, b| near[*a][i].total_cmp(&near[*b][i]))?;
            most += d * chance * near[top][i];
            best.push(top - first);
        }
        let wanted = bounds[k][i] + 0.5 * room;
        if now >= wanted {
            continue;
        }
        if most <= wanted {
            return None;
        }
        let share = from_float(((wanted - now) / (most - now)).min(1.0)).ok()?;
        for (lottery, top) in next.iter_mut().zip(best) {
            for (_, weight) in lottery.iter_mut() {
                *weight *= Exact::ONE - &share;
            }
            match lottery.iter_mut().find(|(j, _)| *j == top) {
                Some((_, weight)) => *weight += &share,
                None => lottery.push((top, share.clone())),
            }
        }
    }
    Some(())
}

/// What the joint action of corner k gives with these continuations.
fn generated_by(
    game: &TableGame,
    plan: &Plan,
    z: &[[Exact; 2]],
    k: usize,
    next: Lotteries,
) -> ([Exact; 2], Branch) {
    let made = &plan.made[k];
    let value = [0, 1].map(|i| {
        let parts = made.next.iter().zip(&next).map(|((at, chance), lottery)| {
            let first = plan.first[plan.made[*at].state];
            (
                chance,
                weighted(lottery.iter().map(|(j, weight)| (weight, &z[first + j][i]))),
            )
        });
        let mean = expected(parts);
        &made.gain[i] + &game.discount()[i] * mean
    });
    let profile = Profile::at(made.profile as usize);
    (
        value,
        Branch {
            weight: Exact::ONE,
            profile,
            next,
        },
    )
}

/// The best departures from the joint action of every corner, with worst values among the pulled corners.
fn departures(game: &TableGame, flat: &Flat, plan: &Plan, near: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut worst = vec![f64::INFINITY; 2 * game.states()];
    for (made, z) in plan.made.iter().zip(near) {
        for i in 0..2 {
            worst[2 * made.state + i] = worst[2 * made.state + i].min(z[i]);
        }
    }
    let (mut expected, mut dev) = (Vec::new(), Vec::new());
    flat.expect(&worst, &mut expected);
    flat.deviations(&expected, &mut dev);
    plan.made
        .iter()
        .map(|made| [0, 1].map(|i| dev[flat.slot[2 * made.profile as usize + i] as usize]))
        .collect()
}

/// The weights with which three corners, counter-clockwise, have a target as their mean; `None` where it is not between
/// them. Areas are worked out in whole numbers.
fn weights(corners: [&[Exact; 2]; 3], target: &[Exact; 2]) -> Option<[Exact; 3]> {
    let [a, b, c] = corners;
    let axis = |i: usize| in_whole_numbers([&a[i], &b[i], &c[i], &target[i]].into_iter()).0;
    let (x, y) = (axis(0), axis(1));
    let area =
        |a: usize, b: usize, c: usize| (&x[b] - &x[a]) * (&y[c] - &y[a]) - (&y[b] - &y[a]) * (&x[c] - &x[a]);
    let areas = [area(3, 1, 2), area(0, 3, 2), area(0, 1, 3)];
    let whole: IBig = areas.iter().sum();
    let inside = whole > IBig::ZERO && areas.iter().all(|area| *area >= IBig::ZERO);
    inside.then(|| areas.map(|area| Exact::from(area) / Exact::from(whole.clone())))
}

/// The target as a lottery over three of the points, the k-th among them. Doubles pick the three that are
/// tried exactly.
fn surround(
    points: &[&[Exact; 2]],
    near: &[[f64; 2]],
    k: usize,
    target: &[Exact; 2],
) -> Option<Vec<(usize, Exact)>> {
    let count = points.len();
    if points[k] == target {
        return Some(vec![(k, Exact::ONE)]);
    }
    let goal = [to_float(&target[0]), to_float(&target[1])];
    let middle: Vec<usize> = (1..count).map(|step| (k + step) % count).collect();
    for pair in middle.windows(2) {
        let (a, b, c) = (near[k], near[pair[0]], near[pair[1]]);
        let tiny = -1e-9 * (near_area(a, b, c).abs() + 1e-6 * size(a, b, c));
        if near_area(goal, b, c) < tiny || near_area(a, goal, c) < tiny || near_area(a, b, goal) < tiny {
            continue;
        }
        if let Some(weights) = weights([points[k], points[pair[0]], points[pair[1]]], target) {
            return Some([k, pair[0], pair[1]].into_iter().zip(weights).collect());
        }
    }
    None
}

fn near_area(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/// The square of how far three points are apart.
fn size(a: [f64; 2], b: [f64; 2], c: [f64; 2]) -> f64 {
    let apart = |a: [f64; 2], b: [f64; 2]| (b[0] - a[0]).powi(2) + (b[1] - a[1]).powi(2);
    apart(a, b).max(apart(a, c)).max(apart(b, c))
}
