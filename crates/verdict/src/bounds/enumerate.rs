//! The bounds with every joint move looked at: exact, for games whose joint moves can be listed. Pair bounds, where
//! a stage has them, tighten what each joint move can bring.

use rayon::prelude::*;

use super::pairs::{Direction, Ends, Sums, sum_of_moving};
use super::stage::Floats;
use super::{Answers, Limits, Stage};
use crate::arena::{Arena, Best};
use crate::deals::Values;
use detente_base::watch::Watch;

/// What is held fixed within a stage.
pub(super) struct Fixed<'a, 'g> {
    arena: &'a Arena<'g>,
    answers: &'a Answers,
    sums: Sums,
}

/// Worths under the present bounds of a stage.
struct Present {
    along: Vec<Vec<f64>>,
    departing: Vec<Vec<Vec<f64>>>,
    sums_high: Vec<Vec<f64>>,
    sums_low: Vec<Vec<f64>>,
}

/// What the surviving joint moves of one state span.
struct Span {
    parties: Vec<(f64, f64)>,
    pairs: Vec<(f64, f64)>,
}

/// One stage, and whether some joint move survives in every state; where none does, nothing is self-enforcing, so any
/// bounds hold and those of the stage before stay. `looks` counts the joint moves looked at; the rounds end at the limit.
pub(super) fn stage(
    arena: &Arena<'_>,
    before: &Stage,
    answers: &Answers,
    limits: &Limits,
    looks: &mut u64,
    watch: &dyn Watch,
) -> (Stage, bool) {
    let fixed = Fixed::new(arena, before, answers);
    let mut every_state_has_moves = true;
    let unit_of = |whole: &[i64], units: i64| whole.iter().map(|n| *n as f64 / units as f64).collect();
    let mut found = Floats {
        high: (0..arena.parties).map(|party| before.high_of(party)).collect(),
        low: (0..arena.parties).map(|party| before.low_of(party)).collect(),
        pairs: before
            .pairs
            .iter()
            .map(|pair| (unit_of(&pair.high, pair.units), unit_of(&pair.low, pair.units)))
            .collect(),
    };
    for _ in 0..limits.rounds.min(60) {
        *looks = looks.saturating_add(arena.joint_moves());
        let present = fixed.present(&found, before);
        let spans: Vec<Option<Span>> = (0..arena.states)
            .into_par_iter()
            .map(|state| fixed.span(&present, state))
            .collect();
        let mut change = 0.0f64;
        for (state, span) in spans.into_iter().enumerate() {
            let Some(span) = span else {
                every_state_has_moves = false;
                continue;
            };
            for (party, (least, most)) in span.parties.into_iter().enumerate() {
                change = change.max(narrow(
                    &mut found.low[party][state],
                    &mut found.high[party][state],
                    least,
                    most,
                ));
            }
            for ((high, low), (least, most)) in found.pairs.iter_mut().zip(span.pairs) {
                change = change.max(narrow(&mut low[state], &mut high[state], least, most));
            }
        }
        let slack = answers.slack.iter().copied().fold(0.0, f64::max);
        if change <= slack * 1e3 || *looks >= limits.looks || watch.should_stop() {
            break;
        }
    }
    (
        Stage::round_outwards(arena, before, &found),
        every_state_has_moves,
    )
}

/// Narrows one interval and says by how much.
fn narrow(low: &mut f64, high: &mut f64, least: f64, most: f64) -> f64 {
    let (bottom, top) = (low.max(least), high.min(most));
    let change = (bottom - *low).max(*high - top);
    (*low, *high) = (bottom, top);
    change
}

impl<'a, 'g> Fixed<'a, 'g> {
    pub(super) fn new(arena: &'a Arena<'g>, before: &Stage, answers: &'a Answers) -> Self {
        Self {
            arena,
            answers,
            sums: Sums::new(arena, before),
        }
    }

    /// Whether some joint move from a state survives the stage before.
    pub(super) fn any_survives(&self, state: usize) -> bool {
        let mut any = false;
        self.arena.for_each_joint_move(state, &mut |target, own_costs| {
            any = any || self.survivor(state, target, own_costs).is_some();
        });
        any
    }

    fn present(&self, found: &Floats, before: &Stage) -> Present {
        let arena = self.arena;
        let departing = |party: usize| {
            let c = arena.worth_of_moving(party, &found.low[party]);
            arena.moves[party]
                .iter()
                .map(|moves| arena.over_own_moves(party, moves, &c, Best::Most))
                .collect()
        };
        // Only the pair's own term takes the present bounds: what it borrows from the parties' intervals stays
        // that of the stage before, so that the operator is a contraction.
        let sums = |high: bool| {
            let pairs = before.pairs.iter().zip(&found.pairs);
            let sum = pairs.map(|(pair, (top, bottom))| {
                let Direction { first, second, .. } = pair.direction;
                if high {
                    sum_of_moving(
                        arena,
                        pair.direction,
                        top,
                        &before.high_of(first),
                        &before.high_of(second),
                    )
                } else {
                    sum_of_moving(
                        arena,
                        pair.direction,
                        bottom,
                        &before.low_of(first),
                        &before.low_of(second),
                    )
                }
            });
            sum.collect()
        };
        Present {
            along: (0..arena.parties)
                .map(|party| arena.worth_of_moving(party, &found.high[party]))
                .collect(),
            departing: (0..arena.parties).map(departing).collect(),
            sums_high: sums(true),
            sums_low: sums(false),
        }
    }

    fn span(&self, present: &Present, state: usize) -> Option<Span> {
        let arena = self.arena;
        let none = (f64::INFINITY, f64::NEG_INFINITY);
        let mut span = Span {
            parties: vec![none; arena.parties],
            pairs: vec![none; self.sums.directions.len()],
        };
        let mut any = false;
        arena.for_each_joint_move(state, &mut |target, own_costs| {
            let Some(ends) = self.survivor(state, target, own_costs) else {
                return;
            };
            any = true;
            for (party, (least, most)) in span.parties.iter_mut().enumerate() {
                let from = arena.own_from(state, target, party);
                let by_others = arena.cost_by_others(party, state, target);
                let along = present.along[party][target] - own_costs[party] - by_others;
                let sure = present.departing[party][arena.table_at(state, party)][from] - by_others;
                *most = most.max(along.min(ends.most[party]));
                *least = least.min(sure.max(ends.least[party]));
            }
            for (number, (least, most)) in span.pairs.iter_mut().enumerate() {
                let direction = self.sums.directions[number];
                let (a, b) = (direction.weights.0 as f64, direction.weights.1 as f64);
                let cost = self.cost(direction, state, target);
                let top = a * ends.most[direction.first] + b * ends.most[direction.second];
                let bottom = a * ends.least[direction.first] + b * ends.least[direction.second];
                *most = most.max(top.min(present.sums_high[number][target] - cost));
                *least = least.min(bottom.max(present.sums_low[number][target] - cost));
            }
        });
        any.then_some(span)
    }

    fn cost(&self, direction: Direction, state: usize, target: usize) -> f64 {
        let of = |party: usize| self.arena.cost_of_policy(party, state, target as u32);
        direction.weights.0 as f64 * of(direction.first) + direction.weights.1 as f64 * of(direction.second)
    }

    /// The ends of a joint move under the stage before; `None` when it does not survive.
    fn survivor(&self, state: usize, target: usize, own_costs: &[f64]) -> Option<Ends> {
        let (arena, answers) = (self.arena, self.answers);
        let survives = (0..arena.parties).all(|party| {
            let from = arena.own_from(state, target, party);
            let sure = answers.departing[party][arena.table_at(state, party)][from];
            answers.along[party][target] - own_costs[party] >= sure - answers.slack[party]
        });
        if !survives {
            return None;
        }
        let mut ends = Ends {
            most: Values::default(),
            least: Values::default(),
        };
        for party in 0..arena.parties {
            let from = arena.own_from(state, target, party);
            let by_others = arena.cost_by_others(party, state, target);
            ends.most[party] = answers.along[party][target] - own_costs[party] - by_others;
            ends.least[party] = answers.departing[party][arena.table_at(state, party)][from] - by_others;
        }
        if self.sums.directions.is_empty() {
            return Some(ends);
        }
        let cost = |direction: Direction| self.cost(direction, state, target);
        ends.tighten(&self.sums, target, &cost, &answers.slack)
            .then_some(ends)
    }
}
