//! Where a deal appears or disappears, as one number changes: a certified scan.
//!
//! Equilibrium sets need not grow with patience in games with states, so nothing is bisected blindly. The
//! range is scanned at evenly spaced values; at each the question is answered with proof or left undecided.
//! Between neighbours with different proved answers the change is narrowed by halving, keeping both ends
//! proved; then the simplest fraction in the gap is tried, because that is where exact thresholds sit.

use detente_base::number::{Exact, to_float};
use detente_game::table::{TableGame, TableState};

use super::{SetAnswer, SetLimits, SetRefusal, Stop, solve_sets};
use detente_base::watch::Watch;

/// What is asked at every value.
#[derive(Debug, Clone, PartialEq)]
pub enum Asked {
    /// Is more than one payoff possible in the state?
    MoreThanOne,
    /// Is this payoff possible in the state?
    Payoff(Vec<Exact>),
    /// Can a party get at least so much in the state?
    AtLeast(usize, Exact),
}

/// An answer that is proved, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// Yes, proved.
    Yes,
    /// No, proved.
    No,
    /// Not decided within the limits.
    Undecided,
}

/// Two values with different proved answers and nothing proved between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The lower value and its answer.
    pub below: (Exact, Said),
    /// The upper value and its answer.
    pub above: (Exact, Said),
}

/// What a scan found.
#[derive(Debug, Clone, PartialEq)]
pub struct Scan {
    /// Every value that was asked, in order, with its answer.
    pub points: Vec<(Exact, Said)>,
    /// Where the answer changes.
    pub changes: Vec<Change>,
}

impl Scan {
    /// Whether the proved answers go from one to the other at most once.
    #[must_use]
    pub fn monotone(&self) -> bool {
        self.changes.len() <= 1
    }
}

/// How a scan is made.
#[derive(Debug, Clone)]
pub struct ScanSettings {
    /// The lowest and highest value, in either order.
    pub range: (Exact, Exact),
    /// Evenly spaced values, both ends included.
    pub values: usize,
    /// How narrow a change is made.
    pub width: Exact,
    /// Limits of each computation.
    pub limits: SetLimits,
}

/// Scans a family of games. `family` gives the game at a value, or `None` where there is none.
///
/// # Errors
/// A [`SetRefusal`] when a game is not taken.
pub fn scan(
    family: &dyn Fn(&Exact) -> Option<TableGame>,
    state: TableState,
    asked: &Asked,
    settings: &ScanSettings,
    watch: &dyn Watch,
) -> Result<Scan, SetRefusal> {
    let ask = |value: &Exact| -> Result<Said, SetRefusal> {
        let Some(game) = family(value) else {
            return Ok(Said::Undecided);
        };
        let limits = SetLimits {
            proofs: false,
            ..settings.limits.clone()
        };
        Ok(said(&solve_sets(&game, &limits, watch)?, state, asked))
    };
    let (one, other) = &settings.range;
    let (low, high) = (one.min(other), one.max(other));
    let steps = settings.values.max(2) - 1;
    let mut points = Vec::new();
    for k in 0..=steps {
        let share = Exact::from_parts((k as i64).into(), (steps as u64).into());
        let value = low + share * (high - low);
        points.push((value.clone(), ask(&value)?));
        watch.advanced("thresholds", k as u64, Some(steps as u64));
    }
    let decided: Vec<(Exact, Said)> = points
        .iter()
        .filter(|(_, said)| *said != Said::Undecided)
        .cloned()
        .collect();
    let mut changes = Vec::new();
    for pair in decided.windows(2) {
        if pair[0].1 == pair[1].1 {
            continue;
        }
        let mut change = Change {
            below: pair[0].clone(),
            above: pair[1].clone(),
        };
        while &change.above.0 - &change.below.0 > settings.width && !watch.should_stop() {
            let middle = (&change.below.0 + &change.above.0) / Exact::from(2);
            if !narrow(&mut change, &mut points, middle, &ask)? {
                break;
            }
        }
        // Where exact thresholds sit; tried even when the middle could not be decided.
        let simple = Exact::simplest_in(change.below.0.clone(), change.above.0.clone());
        if simple > change.below.0 && simple < change.above.0 {
            narrow(&mut change, &mut points, simple, &ask)?;
        }
        changes.push(change);
    }
    points.sort_by(|a, b| a.0.cmp(&b.0));
    points.dedup();
    Ok(Scan { points, changes })
}

/// Asks at a value between; returns whether it was decided.
fn narrow(
    change: &mut Change,
    points: &mut Vec<(Exact, Said)>,
    value: Exact,
    ask: &dyn Fn(&Exact) -> Result<Said, SetRefusal>,
) -> Result<bool, SetRefusal> {
    let said = ask(&value)?;
    points.push((value.clone(), said));
    if said == Said::Undecided {
        return Ok(false);
    }
    if said == change.below.1 {
        change.below = (value, said);
    } else {
        change.above = (value, said);
    }
    Ok(true)
}

/// What a computed set says to a question; only what is proved counts.
#[must_use]
pub fn said(answer: &SetAnswer, state: TableState, asked: &Asked) -> Said {
    let set = &answer.states[state.index()];
    if set.none {
        return Said::No;
    }
    let exact = matches!(answer.stop, Stop::Exact | Stop::Empty);
    match asked {
        Asked::MoreThanOne => {
            let spread = |u: &[f64]| {
                let reach = set
                    .inner
                    .iter()
                    .map(|z| z.iter().zip(u).map(|(z, u)| z * u).sum::<f64>());
                let (low, high) = reach.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| {
                    (low.min(x), high.max(x))
                });
                high - low
            };
            let parties = set.threat.len();
            let wide = (0..parties).any(|i| {
                let axis: Vec<f64> = (0..parties).map(|j| f64::from(u8::from(i == j))).collect();
                spread(&axis) > 0.0
            });
            match (wide, exact) {
                (true, _) => Said::Yes,
                (false, true) => Said::No,
                _ => Said::Undecided,
            }
        }
        Asked::Payoff(payoff) => payoff_said(set, payoff, exact),
        Asked::AtLeast(party, least) => {
            let most = set
                .inner
                .iter()
                .map(|z| z[*party])
                .fold(f64::NEG_INFINITY, f64::max);
            if exact {
                let most = set.vertices.iter().filter_map(|z| match &z[*party] {
                    super::Coordinate::Exact(value) => Some(value),
                    super::Coordinate::Near(_) => None,
                });
                return if most.max().is_some_and(|most| most >= least) {
                    Said::Yes
                } else {
                    Said::No
                };
            }
            let wanted = to_float(least);
            let level = set.outer.iter().filter(|(u, _)| {
                u.iter()
                    .enumerate()
                    .all(|(i, x)| *x == if i == *party { 1.0 } else { 0.0 })
            });
            let above = level.map(|(_, level)| *level).fold(f64::INFINITY, f64::min);
            // An inner point is a double within a rounding of a proved rational: leave room for that.
            let room = 1e-12 * wanted.abs().max(1.0);
            if most >= wanted + room {
                Said::Yes
            } else if above < wanted - room {
                Said::No
            } else {
                Said::Undecided
            }
        }
    }
}

fn payoff_said(set: &super::StateSet, payoff: &[Exact], exact: bool) -> Said {
    if exact && payoff.len() == 2 {
        let corners: Option<Vec<[Exact; 2]>> = set
            .vertices
            .iter()
            .map(|z| match (&z[0], &z[1]) {
                (super::Coordinate::Exact(x), super::Coordinate::Exact(y)) => Some([x.clone(), y.clone()]),
                _ => None,
            })
            .collect();
        if let Some(corners) = corners {
            let point = [payoff[0].clone(), payoff[1].clone()];
            let inside = super::hull::contains(&corners, &point);
            return if inside { Said::Yes } else { Said::No };
        }
    }
    let near: Vec<f64> = payoff.iter().map(to_float).collect();
    let outside = set.outer.iter().any(|(u, level)| {
        let reach: f64 = u.iter().zip(&near).map(|(u, z)| u * z).sum();
        reach > level + 1e-12 * reach.abs().max(1.0)
    });
    if outside { Said::No } else { Said::Undecided }
}
