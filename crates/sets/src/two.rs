//! The sets of two parties: search, guess, prove.

use detente_base::number::{Exact, to_float};
use detente_game::table::TableGame;
use detente_proof::sets::Membership;

use super::answer::{Coordinate, SetAnswer, SetLimits, StateSet, Stop};
use super::certificates;
use super::directions::Directions;
use super::flat::Flat;
use super::hull::exact_hull;
use super::near;
use super::outer::{Jump, Levels, Outer};
use super::plan::Plan;
use super::search::Search;
use super::sparse::Equations;
use detente_base::watch::Watch;

/// How often the equations of other corners are tried.
const ROUNDS: usize = 10;
/// To how many binary places corners are sharpened to tell fractions near them.
const SHARPER: [usize; 3] = [256, 512, 1024];
/// How much nearer the search comes between two tries at the equations of its corners.
const NEARER: f64 = 100.0;
/// Corners are left out of the first guess that stick out less than this share of how far the search last moved; the
/// second where what is played for ever may stand for what is played now. Chosen by trial on the published games and the
/// series of `benches/README.md`, the first for step games, the second for the large Cournot games; no value is the best on all.
const DROPPED: [f64; 2] = [1.0, 0.15];
/// Corners are sought as a solution of their equations up to this many.
const MOST_GUESSED: usize = 1500;

/// All equilibrium payoffs of a game of two parties.
pub(crate) fn solve_two(game: &TableGame, limits: &SetLimits, watch: &dyn Watch) -> SetAnswer {
    let flat = Flat::of(game);
    let mut search = Search::start(&flat);
    let mut stop = Stop::StepLimit;
    let first_try = if search.stays() { 2 } else { 3 };
    let mut tried: Option<Try> = None;
    let mut bounded = false;
    while search.steps < limits.steps {
        if watch.should_stop() {
            stop = Stop::Interrupted;
            break;
        }
        let change = search.step();
        let still = change < if limits.prove { 1e-12 } else { 1e-10 } * flat.scale;
        let now = Try {
            steps: search.steps,
            change,
        };
        let due = tried
            .as_ref()
            .map_or(search.steps >= first_try, |before| now.is_due_after(before));
        if (due || still)
            && let Some(found) = {
                tried = Some(now);
                standing(game, &flat, &search, change)
            }
        {
            if !limits.prove {
                return near::standing(&flat, &found.plan, &found.z, search.steps);
            }
            let membership = match exactly(game, &flat, found.clone(), search.steps, limits, watch) {
                Ok(answer) => return answer,
                Err(membership) => membership,
            };
            // Bounds round these corners, once: where they are close, more steps would find nothing else.
            if !std::mem::replace(&mut bounded, true) {
                let stop = Stop::StoodStill;
                let answer = near::answer(
                    game,
                    &flat,
                    &found.next,
                    Some((&found.plan, &found.z)),
                    membership,
                    stop,
                    limits,
                    watch,
                );
                if answer.stop == Stop::GapReached || answer.outer_gap <= 1e-9 * flat.fine {
                    return SetAnswer {
                        steps: search.steps,
                        ..answer
                    };
                }
            }
        }
        if still {
            stop = Stop::StoodStill;
            break;
        }
        watch.advanced("set search", search.steps, None);
    }
    near::answer(game, &flat, &search, None, None, stop, limits, watch)
}

/// When corners were last sought as a solution of their equations.
struct Try {
    steps: u64,
    change: f64,
}

impl Try {
    /// Whether another try is worth its time after one that failed: the search has taken twice as many steps, or has
    /// come so much nearer.
    fn is_due_after(&self, before: &Self) -> bool {
        self.steps >= 2 * before.steps || self.change <= before.change / NEARER
    }
}

/// Corners that solve their equations, these equations, and what one step makes of them.
#[derive(Clone)]
struct Standing<'a> {
    plan: Plan,
    z: Vec<[f64; 2]>,
    equations: Equations,
    next: Search<'a>,
}

/// The corners that the search seems to run to. Where one step from a solution leads elsewhere, the equations
/// of the corners it leads to are solved next; so they are, once, where it leads back but not to the last digit.
/// A solution farther from the search than its steps still promise to go is another one, and not taken.
fn standing<'a>(game: &TableGame, flat: &Flat, search: &Search<'a>, change: f64) -> Option<Standing<'a>> {
    let patience = flat.delta.iter().fold(0.0, |most: f64, delta| most.max(*delta));
    let promised = 4.0 * change * patience / (1.0 - patience) + 1e-8 * flat.fine;
    let share = DROPPED[usize::from(search.stays())];
    let depth = (share * change).clamp(1e-9 * flat.fine, 1e-2 * flat.fine);
    let mut sketch = search.sketch(depth);
    let (mut coarse, mut last) = (None, f64::INFINITY);
    for _ in 0..ROUNDS {
        let Some((plan, z, equations)) = solved(game, flat, &sketch) else {
            return coarse;
        };
        let (next, apart) = sketch.step_from(&plan, &z);
        // A guess that leads farther than the one before leads nowhere.
        if apart > last {
            return coarse;
        }
        last = apart;
        let near = apart < 1e-8 * flat.fine;
        let finer = if near { 1e-12 } else { 1e-8 } * flat.fine;
        if near {
            if search.exceeds(&next) > promised {
                return None;
            }
            let found = Standing {
                plan,
                z,
                equations,
                next,
            };
            let done = apart < 1e-12 * flat.fine && !found.plan.crowded(&found.z, 1e-11 * flat.fine);
            if done || coarse.is_some() {
                return Some(found);
            }
            sketch = found.next.sketch(finer);
            coarse = Some(found);
        } else {
            sketch = next.sketch(finer);
        }
    }
    coarse
}

/// The solution of the equations that the corners of a search suggest.
fn solved(game: &TableGame, flat: &Flat, sketch: &Search) -> Option<(Plan, Vec<[f64; 2]>, Equations)> {
    let z = Plan::corners(sketch);
    if z.len() > MOST_GUESSED {
        return None;
    }
    let plan = Plan::of(game, sketch)?;
    let (z, equations) = plan.settle(z, flat.scale)?;
    Some((plan, z, equations))
}

/// The exact answer, if the corners that the search seems to run to are equilibrium payoffs and nothing else
/// is; both are proved here. Else the proof that they are equilibrium payoffs, if that much holds.
fn exactly(
    game: &TableGame,
    flat: &Flat,
    found: Standing,
    steps: u64,
    limits: &SetLimits,
    watch: &dyn Watch,
) -> Result<SetAnswer, Option<Membership>> {
    let Standing {
        plan,
        z,
        mut equations,
        ..
    } = found;
    let Some(exact) = plan
        .guess_near(&z, flat.scale)
        .or_else(|| sought(&plan, &z, &mut equations, limits))
    else {
        return Err(None);
    };
    let (plan, exact) = plan.merged(&exact);
    let proof = certificates::membership(game, &plan, &exact).filter(|proof| proof.check(game).is_ok());
    let Some(proof) = proof else {
        return Err(None);
    };
    prove_outside(game, flat, &plan, &exact, &proof, steps, limits, watch).ok_or(Some(proof))
}

/// Fractions that solve the equations of a plan, sought near ever sharper corners as long as at least half of the
/// coordinates, and more than before, turn out to be near one.
///
/// This is what takes long, and is not done where a gap is good enough.
fn sought(
    plan: &Plan,
    z: &[[f64; 2]],
    equations: &mut Equations,
    limits: &SetLimits,
) -> Option<Vec<[Exact; 2]>> {
    if limits.gap.is_some() {
        return None;
    }
    let mut known = 0;
    for bits in SHARPER {
        let guess = plan.guess(&plan.sharpen(z, equations, bits)?);
        if guess.corners.is_some() || guess.known <= known || guess.known < z.len() {
            return guess.corners;
        }
        known = guess.known;
    }
    None
}

#[allow(clippy::too_many_arguments)]
fn prove_outside(
    game: &TableGame,
    flat: &Flat,
    plan: &Plan,
    z: &[[Exact; 2]],
    proof: &Membership,
    steps: u64,
    limits: &SetLimits,
    watch: &dyn Watch,
) -> Option<SetAnswer> {
    let hulls: Vec<Vec<[Exact; 2]>> = (0..flat.states)
        .map(|s| exact_hull(&z[plan.first[s]..plan.first[s + 1]]))
        .collect();
    let own: Vec<Vec<Exact>> = hulls.iter().flat_map(|hull| normals(hull)).collect();
    let empty: Vec<bool> = hulls.iter().map(Vec::is_empty).collect();
    let double = |z: &[Exact; 2]| [to_float(&z[0]), to_float(&z[1])];
    let near: Vec<Vec<[f64; 2]>> = hulls
        .iter()
        .map(|hull| hull.iter().map(double).collect())
        .collect();
    for extra in [0, 8, 32] {
        let directions = Directions::new(2, own.iter().cloned().chain(fan(extra)));
        let count = directions.count();
        let mut exact = Vec::with_capacity(flat.states * count);
        for (hull, near) in hulls.iter().zip(&near) {
            for (l, u) in directions.exact.iter().enumerate() {
                exact.push(exact_reach(hull, near, u, directions.at(l), 1e-9 * flat.scale));
            }
        }
        let target: Vec<f64> = exact.iter().map(to_float).collect();
        let mut outer = Outer::start(game, flat, &directions);
        let bounds = flat.on_path.len() * count;
        outer.record = (limits.proofs && bounds <= limits.largest_proof).then(Vec::new);
        let end = climb_down(&mut outer, &target, Some(&exact), limits, watch);
        if end == Jump::Landed && outer.levels.none == empty {
            return Some(proved(
                game,
                flat,
                &hulls,
                &outer,
                &exact,
                proof.clone(),
                steps,
                limits,
            ));
        }
        // The edges of sets with an inside hold all there is to know of them.
        if end == Jump::Missed && hulls.iter().all(|hull| hull.len() > 2) {
            return None;
        }
    }
    None
}

/// How far corners reach; only those that reach as far as doubles can tell are compared exactly.
fn exact_reach(hull: &[[Exact; 2]], near: &[[f64; 2]], u: &[Exact], v: &[f64], tie: f64) -> Exact {
    let reach = |z: &[f64; 2]| v[0] * z[0] + v[1] * z[1];
    let most = near.iter().map(reach).fold(f64::NEG_INFINITY, f64::max);
    let far = hull
        .iter()
        .zip(near)
        .filter(|(_, near)| reach(near) >= most - tie);
    let exact = far.map(|(z, _)| &u[0] * &z[0] + &u[1] * &z[1]).max();
    exact.unwrap_or(Exact::ZERO)
}

/// Directions at about equal angles with small whole coordinates.
pub(crate) fn fan(count: usize) -> impl Iterator<Item = Vec<Exact>> {
    let size = 8.0 * count as f64;
    (0..count).map(move |k| {
        let (y, x) = (k as f64 * std::f64::consts::TAU / count as f64).sin_cos();
        vec![
            Exact::from((x * size).round() as i64),
            Exact::from((y * size).round() as i64),
        ]
    })
}

#[allow(clippy::too_many_arguments)]
fn proved(
    game: &TableGame,
    flat: &Flat,
    hulls: &[Vec<[Exact; 2]>],
    outer: &Outer,
    exact: &[Exact],
    proof: Membership,
    steps: u64,
    limits: &SetLimits,
) -> SetAnswer {
    let bounds = flat.on_path.len() * outer.directions.count();
    let empty: Vec<bool> = hulls.iter().map(Vec::is_empty).collect();
    let mut notes = Vec::new();
    let refutation = outer
        .record
        .as_ref()
        .filter(|record| record.len() * bounds <= limits.largest_proof)
        .and_then(|record| certificates::refutation(game, flat, outer.directions, record, Some(exact)));
    if limits.proofs && refutation.is_none() {
        notes.push(format!(
            "the outer proof has {} bounds and was not written down",
            outer.steps as usize * bounds
        ));
    }
    let all_empty = empty.iter().all(|none| *none);
    SetAnswer {
        states: hulls
            .iter()
            .zip(&empty)
            .map(|(hull, none)| exact_state(hull, *none))
            .collect(),
        inner_gap: Some(0.0),
        outer_gap: 0.0,
        stop: if all_empty { Stop::Empty } else { Stop::Exact },
        steps,
        membership: (limits.proofs && !all_empty).then_some(proof),
        refutation,
        notes,
    }
}

/// Steps of the chain with tries to jump to the target in between; how the last one ended.
pub(crate) fn climb_down(
    outer: &mut Outer,
    target: &[f64],
    exact: Option<&[Exact]>,
    limits: &SetLimits,
    watch: &dyn Watch,
) -> Jump {
    // Old levels that are nearly there leave little to prove: worth some cheap steps when there is much.
    let bounds = outer.flat.on_path.len() * outer.directions.count();
    let mut next_try = if bounds > 20_000 { 16 } else { 0 };
    loop {
        if outer.steps >= next_try {
            next_try = if outer.steps < 4 {
                outer.steps + 1
            } else {
                outer.steps + outer.steps / 2
            };
            match outer.jump(target, exact, false) {
                Jump::Short => {}
                end => return end,
            }
        }
        if watch.should_stop() || outer.steps >= limits.steps {
            return Jump::Short;
        }
        if outer.step() < 4.0 * outer.margin() {
            return outer.jump(target, exact, true);
        }
    }
}

fn normals(hull: &[[Exact; 2]]) -> Vec<Vec<Exact>> {
    if hull.len() < 2 {
        return Vec::new();
    }
    (0..hull.len())
        .map(|k| {
            let (a, b) = (&hull[k], &hull[(k + 1) % hull.len()]);
            vec![&b[1] - &a[1], &a[0] - &b[0]]
        })
        .collect()
}

fn exact_state(hull: &[[Exact; 2]], none: bool) -> StateSet {
    let threat = (0..2)
        .filter_map(|i| hull.iter().map(|z| z[i].clone()).min().map(Coordinate::Exact))
        .collect();
    StateSet {
        none,
        threat,
        vertices: hull
            .iter()
            .map(|z| z.iter().cloned().map(Coordinate::Exact).collect())
            .collect(),
        outer: Vec::new(),
        inner: hull.iter().map(|z| z.iter().map(to_float).collect()).collect(),
    }
}

/// Levels as direction and level of each state.
pub(crate) fn shown(directions: &Directions, levels: &Levels, s: usize) -> Vec<(Vec<f64>, f64)> {
    let count = directions.count();
    (0..count)
        .map(|l| (directions.at(l).to_vec(), levels.value[s * count + l]))
        .collect()
}
