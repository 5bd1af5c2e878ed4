//! For two parties: the directions that a bound passes when a party is held to what it can secure.
//!
//! Holding party i with multiplier y turns `d o (u_l + y e_i)` towards `e_i`; each direction on the way is a stop,
//! at which the bound rests on one level only. Between stops it rests on two, and is linear in y.

use super::directions::Directions;

/// One stop of a turn: direction, its multiplier, the held party's multiplier.
pub(crate) type Stop = (u32, f64, f64);

/// A stop shortly before the least one of a long turn, by halving: the bound is convex along the turn.
pub(crate) fn before_the_least(stops: &[Stop], value: impl Fn(&Stop) -> f64) -> usize {
    const SHORT: usize = 8;
    let (mut low, mut high) = (0, stops.len());
    while high - low > SHORT {
        let middle = low.midpoint(high);
        if value(&stops[middle]) < value(&stops[middle - 1]) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low.saturating_sub(1)
}

/// `v` as a combination of one or two neighbouring directions; `near` is where to look first.
pub(crate) fn express(directions: &Directions, v: [f64; 2], near: usize) -> Vec<(usize, f64)> {
    let count = directions.count();
    let u = directions.at(near);
    if v == [0.0, 0.0] {
        return Vec::new();
    }
    if u[0] * v[1] == u[1] * v[0] {
        let k = if u[0].abs() > u[1].abs() { 0 } else { 1 };
        return vec![(near, v[k] / u[k])];
    }
    for k in 0..count {
        let (a, b) = (directions.at(k), directions.at((k + 1) % count));
        let area = a[0] * b[1] - a[1] * b[0];
        if area <= 0.0 {
            continue;
        }
        let (x, y) = (
            (v[0] * b[1] - v[1] * b[0]) / area,
            (a[0] * v[1] - a[1] * v[0]) / area,
        );
        if x >= 0.0 && y >= 0.0 {
            let pair = [(k, x), ((k + 1) % count, y)];
            return pair.into_iter().filter(|(_, factor)| *factor > 0.0).collect();
        }
    }
    Vec::new()
}

/// The directions met when `d o (u_l + y e_i)` turns towards `e_i` as y grows from nothing.
pub(crate) fn turn(directions: &Directions, delta: &[f64], l: usize, i: usize) -> Vec<Stop> {
    let (u, j) = (directions.at(l), 1 - i);
    if u[j] == 0.0 || delta[i] == 0.0 || delta[j] == 0.0 {
        return Vec::new();
    }
    let mut stops: Vec<Stop> = (0..directions.count())
        .filter(|k| *k != l)
        .filter_map(|k| {
            let v = directions.at(k);
            if v[j] == 0.0 || (v[j] > 0.0) != (u[j] > 0.0) {
                return None;
            }
            let factor = delta[j] * u[j] / v[j];
            let y = (factor * v[i] - delta[i] * u[i]) / delta[i];
            (y > 0.0).then_some((k as u32, factor, y))
        })
        .collect();
    stops.sort_by(|a, b| a.2.total_cmp(&b.2));
    stops
}
