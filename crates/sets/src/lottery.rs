//! A point as lotteries over corners: exact, by walking round a weighted sum of polygons.

use detente_base::number::Exact;

use super::plan::{Made, Plan};

type Lottery = Vec<(usize, Exact)>;
type Lotteries = Vec<Lottery>;

/// Lotteries over the corners of each next state whose weighted sum is `w`; `None` when w is outside.
///
/// The boundary of the sum is walked from its lowest corner on both sides up to the height of w; w lies
/// between the two boundary points found there, each of which is a corner of every summand but one.
pub(crate) fn within(plan: &Plan, z: &[[Exact; 2]], made: &Made, w: &[Exact; 2]) -> Option<Lotteries> {
    let parts: Vec<(Vec<usize>, Exact)> = made
        .next
        .iter()
        .map(|(at, chance)| {
            let state = plan.made[*at].state;
            (
                (plan.first[state]..plan.first[state + 1]).collect(),
                chance.clone(),
            )
        })
        .collect();
    let right = at_height(&parts, z, &w[1], false)?;
    let left = at_height(&parts, z, &w[1], true)?;
    let x = |side: &Side| {
        let terms = side.iter().zip(&parts).map(|(lottery, (_, chance))| {
            chance
                * lottery
                    .iter()
                    .fold(Exact::ZERO, |sum, (at, share)| sum + share * &z[*at][0])
        });
        terms.fold(Exact::ZERO, |sum, term| sum + term)
    };
    let (low, high) = (x(&left), x(&right));
    if w[0] < low || w[0] > high {
        return None;
    }
    let share = if low == high {
        Exact::ZERO
    } else {
        (&w[0] - &low) / (&high - &low)
    };
    let mix = |(a, b): (&Lottery, &Lottery)| {
        let mut lottery: Vec<(usize, Exact)> = Vec::new();
        for (list, weight) in [(a, Exact::ONE - &share), (b, share.clone())] {
            for (at, chance) in list {
                let (local, chance) = (plan.local(*at), chance * &weight);
                match lottery.iter_mut().find(|(known, _)| *known == local) {
                    Some((_, sum)) => *sum += chance,
                    None => lottery.push((local, chance)),
                }
            }
        }
        lottery.retain(|(_, chance)| *chance != Exact::ZERO);
        lottery
    };
    Some(left.iter().zip(&right).map(mix).collect())
}

type Side = Vec<Lottery>;

/// The boundary point of the sum at height `y` on its right (or left) side.
fn at_height(parts: &[(Vec<usize>, Exact)], z: &[[Exact; 2]], y: &Exact, left: bool) -> Option<Side> {
    // Lowest corners, the outermost of them on this side.
    let outward = |a: &Exact, b: &Exact| if left { a < b } else { a > b };
    let mut at: Vec<usize> = Vec::new();
    for (corners, _) in parts {
        let mut best = *corners.first()?;
        for k in corners {
            if z[*k][1] < z[best][1] || (z[*k][1] == z[best][1] && outward(&z[*k][0], &z[best][0])) {
                best = *k;
            }
        }
        at.push(best);
    }
    let mut height = parts
        .iter()
        .zip(&at)
        .fold(Exact::ZERO, |sum, ((_, p), k)| sum + p * &z[*k][1]);
    if height > *y {
        return None;
    }
    // Edges upward on this side, of every part, the most outward direction first.
    let mut edges: Vec<(usize, usize, Exact)> = Vec::new();
    for (j, (corners, _)) in parts.iter().enumerate() {
        let count = corners.len();
        let mut k = corners.iter().position(|k| *k == at[j])?;
        for _ in 1..count {
            let next = if left {
                (k + count - 1) % count
            } else {
                (k + 1) % count
            };
            let (a, b) = (&z[corners[k]], &z[corners[next]]);
            if b[1] <= a[1] {
                break;
            }
            edges.push((j, corners[next], (&b[0] - &a[0]) / (&b[1] - &a[1])));
            k = next;
        }
    }
    edges.sort_by(|a, b| if left { a.2.cmp(&b.2) } else { b.2.cmp(&a.2) });
    let whole = |at: &[usize]| -> Side { at.iter().map(|k| vec![(*k, Exact::ONE)]).collect() };
    for (j, to, _) in edges {
        if height == *y {
            return Some(whole(&at));
        }
        let rise = &parts[j].1 * (&z[to][1] - &z[at[j]][1]);
        if &height + &rise >= *y {
            let share = (y - &height) / &rise;
            let mut side = whole(&at);
            side[j] = vec![(at[j], Exact::ONE - &share), (to, share)];
            return Some(side);
        }
        height += rise;
        at[j] = to;
    }
    (height == *y).then(|| whole(&at))
}
