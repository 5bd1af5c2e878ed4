//! The sets of three to five parties: outer levels over whole-number directions, inner finite sets.
//!
//! Outer: the chain of [`super::outer`] over all primitive directions with coordinates from `-grain` to
//! `grain` (Judd, Yeltekin and Conklin 2003). Inner: [`super::grow`]. Both are proved; what is between them is
//! open, and the gap says how much that is.

use detente_base::number::{Exact, to_float};
use detente_game::table::TableGame;

use super::answer::{Coordinate, SetAnswer, SetLimits, StateSet, Stop};
use super::certificates;
use super::directions::Directions;
use super::flat::Flat;
use super::grow::Grown;
use super::outer::{Jump, Outer};
use super::two::shown;
use detente_base::watch::Watch;

/// Outer levels and inner points of a game of three or more parties.
pub(crate) fn solve_many(game: &TableGame, limits: &SetLimits, watch: &dyn Watch) -> SetAnswer {
    let flat = Flat::of(game);
    let mut answer: Option<SetAnswer> = None;
    for grain in 1..=limits.grain.max(1) {
        let directions = Directions::new(flat.parties, whole_directions(flat.parties, grain));
        if answer.is_some() && directions.count() > limits.directions {
            break;
        }
        let found = with_directions(game, &flat, &directions, limits, watch);
        let done = found.stop != Stop::StoodStill;
        answer = Some(closer(answer, found));
        if done {
            break;
        }
    }
    answer.unwrap_or_else(|| {
        let directions = Directions::new(flat.parties, []);
        with_directions(game, &flat, &directions, limits, watch)
    })
}

/// The later answer, unless it was cut short and leaves more open than the one before, of fewer directions but to its
/// end.
fn closer(before: Option<SetAnswer>, found: SetAnswer) -> SetAnswer {
    let cut_short = matches!(found.stop, Stop::Interrupted | Stop::StepLimit);
    match before {
        Some(mut before) if cut_short && before.outer_gap < found.outer_gap => {
            before.stop = found.stop;
            let note = "more directions were cut short, left more open, and are not shown";
            before.notes.push(note.to_owned());
            before
        }
        _ => found,
    }
}

fn with_directions(
    game: &TableGame,
    flat: &Flat,
    directions: &Directions,
    limits: &SetLimits,
    watch: &dyn Watch,
) -> SetAnswer {
    let n = flat.parties;
    let count = directions.count();
    let bounds = flat.on_path.len() * count;
    let mut outer = Outer::start(game, flat, directions);
    let stands = outer.run(limits.steps, watch);
    let mut notes = Vec::new();
    let grown = Grown::from_inside(game, flat, directions, limits, &outer.levels, watch);
    let mut outer_gap: f64 = 0.0;
    let mut states = Vec::with_capacity(flat.states);
    for s in 0..flat.states {
        let none = outer.levels.none[s];
        let points = grown
            .as_ref()
            .map_or_else(Vec::new, |grown| grown.extreme(s, directions));
        for l in 0..count {
            let reach = points
                .iter()
                .map(|z| {
                    z.iter()
                        .zip(directions.at(l))
                        .map(|(z, u)| to_float(z) * u)
                        .sum::<f64>()
                })
                .fold(f64::NEG_INFINITY, f64::max);
            if !none && reach.is_finite() {
                let gap = (outer.levels.value[s * count + l] - reach) / directions.length(l);
                outer_gap = outer_gap.max(gap);
            }
        }
        let threat = (0..n).map(|i| {
            let outside = -outer.levels.value[s * count + directions.minus[i]];
            let inside = points.iter().map(|z| &z[i]).min();
            match inside {
                Some(value) if to_float(value) - outside < 1e-9 * flat.scale => {
                    Coordinate::Exact(value.clone())
                }
                _ => Coordinate::Near(outside),
            }
        });
        states.push(StateSet {
            none,
            threat: if none { Vec::new() } else { threat.collect() },
            vertices: points
                .iter()
                .map(|z| z.iter().cloned().map(Coordinate::Exact).collect())
                .collect(),
            outer: if none {
                Vec::new()
            } else {
                shown(directions, &outer.levels, s)
            },
            inner: points.iter().map(|z| z.iter().map(to_float).collect()).collect(),
        });
    }
    if grown.is_none() {
        outer_gap = f64::INFINITY;
        notes.push("no self-generating inner set was found: only the outer levels are proved".to_owned());
    }
    let refutation = if limits.proofs && bounds * 4 <= limits.largest_proof {
        short_refutation(game, flat, directions, &outer, limits, watch)
    } else {
        None
    };
    if limits.proofs && refutation.is_none() {
        notes.push(format!(
            "the outer proof has {} bounds and was not written down",
            bounds as u64 * outer.steps
        ));
    }
    let all_none = outer.levels.none.iter().all(|none| *none);
    let stop = match (all_none, outer_gap <= limits.gap_for(n) * flat.scale, stands) {
        (true, ..) => Stop::Empty,
        (_, true, _) => Stop::GapReached,
        (.., true) => Stop::StoodStill,
        _ if watch.should_stop() => Stop::Interrupted,
        _ => Stop::StepLimit,
    };
    SetAnswer {
        states,
        inner_gap: (grown.is_some() || all_none).then_some(0.0),
        outer_gap: if all_none { 0.0 } else { outer_gap },
        stop,
        steps: outer.steps,
        membership: grown.map(|grown| grown.proof).filter(|_| limits.proofs),
        refutation,
        notes,
    }
}

/// The chain written down: as few steps as lead to a jump to the levels it ends with, or all of them.
fn short_refutation(
    game: &TableGame,
    flat: &Flat,
    directions: &Directions,
    long: &Outer,
    limits: &SetLimits,
    watch: &dyn Watch,
) -> Option<detente_proof::sets::Refutation> {
    let mut outer = Outer::start(game, flat, directions);
    outer.record = Some(Vec::new());
    let bounds = flat.on_path.len() * directions.count();
    while outer.steps < long.steps && !watch.should_stop() {
        if outer.jump(&long.levels.value, None, true) == Jump::Landed {
            break;
        }
        if (outer.steps as usize + 1) * bounds > limits.largest_proof {
            return None;
        }
        outer.step();
    }
    let record = outer.record.as_ref()?;
    certificates::refutation(game, flat, directions, record, None)
}

/// All directions with whole coordinates up to `grain` in size and no common factor.
pub(crate) fn whole_directions(n: usize, grain: u32) -> impl Iterator<Item = Vec<Exact>> {
    let side = 2 * i64::from(grain) + 1;
    let total = (0..n).fold(1i64, |product, _| product * side);
    (0..total).filter_map(move |index| {
        let mut rest = index;
        let mut u = Vec::with_capacity(n);
        for _ in 0..n {
            u.push(rest % side - i64::from(grain));
            rest /= side;
        }
        let common = u.iter().fold(0u64, |g, x| gcd(g, x.unsigned_abs()));
        (common == 1).then(|| u.into_iter().map(Exact::from).collect())
    })
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}
