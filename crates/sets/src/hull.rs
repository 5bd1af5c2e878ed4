//! Convex hulls of exact points in the plane.

use detente_base::number::Exact;

fn cross(o: &[Exact; 2], a: &[Exact; 2], b: &[Exact; 2]) -> Exact {
    (&a[0] - &o[0]) * (&b[1] - &o[1]) - (&a[1] - &o[1]) * (&b[0] - &o[0])
}

/// The corners of the convex hull, counter-clockwise from the lowest (then leftmost) one.
pub(crate) fn exact_hull(points: &[[Exact; 2]]) -> Vec<[Exact; 2]> {
    let mut points = points.to_vec();
    points.sort_by(|a, b| a[1].cmp(&b[1]).then(a[0].cmp(&b[0])));
    points.dedup();
    if points.len() < 3 {
        return points;
    }
    let mut chain: Vec<[Exact; 2]> = Vec::new();
    let mut base = 0;
    for pass in 0..2 {
        for k in 0..points.len() {
            let point = if pass == 0 {
                &points[k]
            } else {
                &points[points.len() - 1 - k]
            };
            if chain.last() == Some(point) {
                continue;
            }
            while chain.len() >= base + 2
                && cross(&chain[chain.len() - 2], &chain[chain.len() - 1], point) <= Exact::ZERO
            {
                chain.pop();
            }
            chain.push(point.clone());
        }
        base = chain.len() - 1;
    }
    chain.pop();
    chain
}

/// Whether a point lies in the polygon with these corners (counter-clockwise; a segment, a point or nothing too).
pub(crate) fn contains(corners: &[[Exact; 2]], point: &[Exact; 2]) -> bool {
    match corners {
        [] => false,
        [one] => one == point,
        [a, b] => {
            let between = |i: usize| {
                let (low, high) = if a[i] < b[i] {
                    (&a[i], &b[i])
                } else {
                    (&b[i], &a[i])
                };
                point[i] >= *low && point[i] <= *high
            };
            cross(a, b, point) == Exact::ZERO && between(0) && between(1)
        }
        many => (0..many.len()).all(|k| cross(&many[k], &many[(k + 1) % many.len()], point) >= Exact::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_on_edges_and_repeats_are_dropped() {
        let at = |x: i32, y: i32| [Exact::from(x), Exact::from(y)];
        let hull = exact_hull(&[
            at(0, 0),
            at(2, 0),
            at(1, 0),
            at(2, 2),
            at(0, 2),
            at(1, 1),
            at(0, 0),
        ]);
        assert_eq!(hull, [at(0, 0), at(2, 0), at(2, 2), at(0, 2)]);
        assert_eq!(exact_hull(&[at(1, 1), at(0, 0), at(2, 2)]).len(), 2);
    }
}
