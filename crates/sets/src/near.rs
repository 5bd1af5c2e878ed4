//! Where corners are not (found) rational: vertices in doubles between proved outer and inner bounds.

use detente_base::number::Exact;
use detente_game::table::TableGame;
use detente_proof::sets::Membership;

use super::answer::{Coordinate, SetAnswer, SetLimits, StateSet, Stop};
use super::certificates;
use super::directions::{Directions, near_direction};
use super::flat::Flat;
use super::inner::Inner;
use super::outer::{Jump, Outer};
use super::plan::Plan;
use super::polygon::{Origin, Polygon, Spot, hull, simplify};
use super::search::Search;
use super::two::{climb_down, shown};
use detente_base::watch::Watch;

/// Vertices as the search has them, between bounds that are proved here; the inner one from `membership` where
/// that is given, else from the corners that stand.
#[allow(clippy::too_many_arguments)]
pub(crate) fn answer(
    game: &TableGame,
    flat: &Flat,
    search: &Search,
    standing: Option<(&Plan, &[[f64; 2]])>,
    membership: Option<Membership>,
    stop: Stop,
    limits: &SetLimits,
    watch: &dyn Watch,
) -> SetAnswer {
    let mut polygons = search.polygons.clone();
    for polygon in &mut polygons {
        simplify(polygon, 1e-11 * flat.scale);
    }
    if !limits.prove {
        return unproved(flat, &polygons, search.steps, stop);
    }
    let own: Vec<Vec<Exact>> = polygons.iter().flat_map(normals).collect();
    let turned = turned_by_patience(flat, &own);
    let directions = Directions::new(2, own.into_iter().chain(turned)).thinned(1e-9);
    let count = directions.count();
    let mut outer = Outer::start(game, flat, &directions);
    let bounds = flat.on_path.len() * count;
    let keep = limits.proofs && bounds <= limits.largest_proof;
    outer.record = keep.then(Vec::new);
    let target = target(flat, &directions, &polygons);
    let landed = climb_down(&mut outer, &target, None, limits, watch) == Jump::Landed && outer.tight;
    // Where the search found nothing, the levels have to go on until they contradict each other.
    if !landed || polygons.iter().any(Polygon::is_empty) {
        outer.run(limits.steps, watch);
    }
    let mut outer_gap: f64 = 0.0;
    for (s, polygon) in polygons.iter().enumerate() {
        if outer.levels.none[s] != polygon.is_empty() && !polygon.is_empty() {
            continue;
        }
        for l in 0..count {
            let reach = reach(polygon, directions.at(l));
            if !outer.levels.none[s] {
                outer_gap = outer_gap.max((outer.levels.value[s * count + l] - reach) / directions.length(l));
            }
        }
    }
    let mut notes = Vec::new();
    let refutation = outer
        .record
        .as_ref()
        .filter(|record| record.len() * bounds <= limits.largest_proof)
        .and_then(|record| certificates::refutation(game, flat, &directions, record, None::<&[Exact]>));
    if limits.proofs && refutation.is_none() {
        notes.push(format!(
            "the outer proof has {} bounds and was not written down",
            outer.steps as usize * bounds
        ));
    }
    let inner = match membership {
        Some(proof) => Some(Inner::of(proof)),
        None => super::inner::inner(game, flat, search, standing),
    };
    let inner_gap = inner.as_ref().map(|inner| inner.gap(&polygons));
    let all_none = outer.levels.none.iter().all(|none| *none);
    let enough = limits.gap.is_some_and(|gap| {
        let inner = inner_gap.unwrap_or(f64::INFINITY);
        outer_gap.max(inner) <= gap * flat.scale
    });
    let states = (0..flat.states)
        .map(|s| StateSet {
            none: outer.levels.none[s],
            threat: threat(&polygons[s]),
            vertices: polygons[s]
                .iter()
                .map(|z| vec![Coordinate::Near(z.x), Coordinate::Near(z.y)])
                .collect(),
            outer: shown(&directions, &outer.levels, s),
            inner: inner.as_ref().map_or_else(Vec::new, |inner| inner.shown(s)),
        })
        .collect();
    SetAnswer {
        states,
        inner_gap: if all_none { Some(0.0) } else { inner_gap },
        outer_gap,
        stop: match stop {
            _ if all_none => Stop::Empty,
            _ if enough => Stop::GapReached,
            stop => stop,
        },
        steps: search.steps,
        membership: inner.filter(|_| limits.proofs).map(|inner| inner.proof),
        refutation,
        notes,
    }
}

/// Corners that solve their equations and that one step leads back to, with nothing proved.
pub(crate) fn standing(flat: &Flat, plan: &Plan, z: &[[f64; 2]], steps: u64) -> SetAnswer {
    let polygons: Vec<Polygon> = (0..flat.states)
        .map(|s| {
            let corners = &z[plan.first[s]..plan.first[s + 1]];
            let spot = |z: &[f64; 2]| Spot {
                x: z[0],
                y: z[1],
                origin: Origin::Start,
            };
            hull(&corners.iter().map(spot).collect::<Vec<_>>(), 1e-12 * flat.scale)
        })
        .collect();
    unproved(flat, &polygons, steps, Stop::StoodStill)
}

/// What the search found, with nothing proved.
fn unproved(flat: &Flat, polygons: &[Polygon], steps: u64, stop: Stop) -> SetAnswer {
    let states = (0..flat.states).map(|s| StateSet {
        threat: threat(&polygons[s]),
        vertices: polygons[s]
            .iter()
            .map(|z| vec![Coordinate::Near(z.x), Coordinate::Near(z.y)])
            .collect(),
        ..StateSet::default()
    });
    SetAnswer {
        states: states.collect(),
        inner_gap: None,
        outer_gap: f64::INFINITY,
        stop,
        steps,
        membership: None,
        refutation: None,
        notes: vec!["nothing is proved: the vertices are what a search in doubles found".to_owned()],
    }
}

fn threat(polygon: &Polygon) -> Vec<Coordinate> {
    if polygon.is_empty() {
        return Vec::new();
    }
    let least =
        |value: fn(&super::polygon::Spot) -> f64| polygon.iter().map(value).fold(f64::INFINITY, f64::min);
    vec![Coordinate::Near(least(|z| z.x)), Coordinate::Near(least(|z| z.y))]
}

/// Where parties differ in patience, a bound in direction u rests on bounds in directions `d o u`, those on
/// `d o d o u`, and so on: some of these, and a fan for the rest.
fn turned_by_patience(flat: &Flat, own: &[Vec<Exact>]) -> Vec<Vec<Exact>> {
    if flat.delta[0] == flat.delta[1] {
        return Vec::new();
    }
    let spread = if flat.on_path.len() <= 200 { 480 } else { 96 };
    let mut list: Vec<Vec<Exact>> = super::two::fan(spread).collect();
    for u in own {
        let (mut x, mut y) = (
            detente_base::number::to_float(&u[0]),
            detente_base::number::to_float(&u[1]),
        );
        for _ in 0..10 {
            (x, y) = (x * flat.delta[0], y * flat.delta[1]);
            if x != 0.0 && y != 0.0 {
                list.push(near_direction(&[x, y]));
            }
        }
    }
    list
}

pub(crate) fn reach(polygon: &Polygon, u: &[f64]) -> f64 {
    polygon
        .iter()
        .map(|z| u[0] * z.x + u[1] * z.y)
        .fold(f64::NEG_INFINITY, f64::max)
}

fn target(flat: &Flat, directions: &Directions, polygons: &[Polygon]) -> Vec<f64> {
    let mut target = Vec::with_capacity(flat.states * directions.count());
    for polygon in polygons {
        for l in 0..directions.count() {
            let value = reach(polygon, directions.at(l));
            target.push(if value.is_finite() { value } else { 0.0 });
        }
    }
    target
}

fn normals(polygon: &Polygon) -> Vec<Vec<Exact>> {
    if polygon.len() < 2 {
        return Vec::new();
    }
    (0..polygon.len())
        .map(|k| {
            let (a, b) = (&polygon[k], &polygon[(k + 1) % polygon.len()]);
            near_direction(&[b.y - a.y, a.x - b.x])
        })
        .collect()
}
