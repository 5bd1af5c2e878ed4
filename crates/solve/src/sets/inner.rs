//! Inner sets where corners are not rational: corners pulled in a little, then proved point by point.
//!
//! The equations of the corners ([`super::plan`]) are solved again with every bound raised by a small amount
//! and every corner drawn a small share of the way to the middle of its set. What the joint actions then
//! generate from these points surrounds them with room to spare, so after rounding to doubles each point is
//! an exact lottery over three generated points, and the family proves itself in rationals.

use detente_model::number::{Exact, from_float};
use detente_model::table::{Profile, TableGame};
use detente_proof::sets::{Branch, Membership, Point};

use super::flat::Flat;
use super::lottery;
use super::plan::{Plan, Way};
use super::polygon::{Origin, Polygon, Spot, hull};
use super::search::{Search, sticks_out};

/// A proved inner set.
pub(crate) struct Inner {
    pub proof: Membership,
    near: Vec<Vec<[f64; 2]>>,
}

impl Inner {
    /// The points of a state.
    pub fn shown(&self, s: usize) -> Vec<Vec<f64>> {
        self.near[s].iter().map(|z| z.to_vec()).collect()
    }

    /// How far the polygons stick out of the inner sets.
    pub fn gap(&self, polygons: &[Polygon]) -> f64 {
        let far = |(polygon, points): (&Polygon, &Vec<[f64; 2]>)| {
            let mut spots: Vec<Spot> = points
                .iter()
                .map(|z| Spot {
                    x: z[0],
                    y: z[1],
                    origin: Origin::Start,
                })
                .collect();
            sticks_out(polygon, &hull(&mut spots, 0.0))
        };
        polygons.iter().zip(&self.near).map(far).fold(0.0, f64::max)
    }
}

/// The most corners whose equations are factored; more are iterated.
const MOST_FACTORED: usize = 300;
const MOST_CORNERS: usize = 3000;

/// An inner set near the sets a search stands at, if one can be proved.
pub(crate) fn inner(game: &TableGame, flat: &Flat, search: &Search) -> Option<Inner> {
    let sketch = [1e-9, 1e-8, 1e-7, 1e-6]
        .iter()
        .find_map(|depth| search.settled_sketch(depth * flat.scale))?;
    let plan = Plan::of(game, &sketch)?;
    let mut z = Plan::corners(&sketch);
    if z.len() > MOST_CORNERS {
        return None;
    }
    if z.len() <= MOST_FACTORED
        && let Some((settled, _)) = plan.settle(z.clone(), flat.scale)
    {
        z = settled;
    }
    [1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4].iter().find_map(|share| {
        let pulled = plan.pulled(&z, *share, 0.1 * share * flat.scale)?;
        let proof = prove(game, &plan, &pulled, 0.1 * share * flat.scale)?;
        proof.check(game).ok()?;
        let near = (0..flat.states)
            .map(|s| pulled[plan.first[s]..plan.first[s + 1]].to_vec())
            .collect();
        Some(Inner { proof, near })
    })
}

fn prove(game: &TableGame, plan: &Plan, pulled: &[[f64; 2]], room: f64) -> Option<Membership> {
    let z: Vec<[Exact; 2]> = pulled
        .iter()
        .map(|[x, y]| Some([from_float(*x).ok()?, from_float(*y).ok()?]))
        .collect::<Option<_>>()?;
    let room = from_float(room).ok()?;
    let mut generated: Vec<([Exact; 2], Branch)> = Vec::with_capacity(z.len());
    for k in 0..z.len() {
        generated.push(generate(game, plan, &z, pulled, k, &room)?);
    }
    let mut points = vec![Vec::new(); game.states()];
    for s in 0..game.states() {
        let range = plan.first[s]..plan.first[s + 1];
        let here: Vec<&[Exact; 2]> = generated[range.clone()].iter().map(|(y, _)| y).collect();
        for (k, target) in z[range.clone()].iter().enumerate() {
            let from = surround(&here, k, target)?
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

/// What the joint action of corner k gives with continuations among the pulled corners.
fn generate(
    game: &TableGame,
    plan: &Plan,
    z: &[[Exact; 2]],
    near: &[[f64; 2]],
    k: usize,
    room: &Exact,
) -> Option<([Exact; 2], Branch)> {
    let made = &plan.made[k];
    let one = |at: usize| vec![(plan.local(at), Exact::ONE)];
    let next: Vec<Vec<(usize, Exact)>> = match &made.way {
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
    };
    let value = [0, 1].map(|i| {
        let mean = made
            .next
            .iter()
            .zip(&next)
            .fold(Exact::ZERO, |sum, ((at, chance), lottery)| {
                let first = plan.first[plan.made[*at].state];
                let part = lottery
                    .iter()
                    .fold(Exact::ZERO, |sum, (j, weight)| sum + weight * &z[first + j][i]);
                sum + chance * part
            });
        &made.gain[i] + &game.discount()[i] * mean
    });
    let profile = Profile::at(made.profile as usize);
    Some((
        value,
        Branch {
            weight: Exact::ONE,
            profile,
            next,
        },
    ))
}

fn area(a: &[Exact; 2], b: &[Exact; 2], c: &[Exact; 2]) -> Exact {
    (&b[0] - &a[0]) * (&c[1] - &a[1]) - (&b[1] - &a[1]) * (&c[0] - &a[0])
}

/// The target as a lottery over three of the points, the k-th among them.
fn surround(points: &[&[Exact; 2]], k: usize, target: &[Exact; 2]) -> Option<Vec<(usize, Exact)>> {
    let count = points.len();
    if points[k] == target {
        return Some(vec![(k, Exact::ONE)]);
    }
    let middle: Vec<usize> = (1..count).map(|step| (k + step) % count).collect();
    for pair in middle.windows(2) {
        let (a, b, c) = (points[k], points[pair[0]], points[pair[1]]);
        let (x, y, z) = (area(target, b, c), area(a, target, c), area(a, b, target));
        if x >= Exact::ZERO && y >= Exact::ZERO && z >= Exact::ZERO {
            let whole = &x + &y + &z;
            if whole > Exact::ZERO {
                return Some(vec![(k, x / &whole), (pair[0], y / &whole), (pair[1], z / whole)]);
            }
        }
    }
    None
}
