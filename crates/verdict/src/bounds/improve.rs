//! One party's bounds for a fixed surviving set, by strategy improvement instead of plain repetition.
//!
//! Upper: the solution of `v = min(before, T v)`, `T v(s) = max over surviving moves of (c_i(t; v) − costs)`. A *policy*
//! takes one such move in every state; following it for ever has a value found exactly by walking along it, and
//! taking the best moves under that value again ends after few rounds (Howard 1960), however near 1 the
//! discount factors are. Lower: `v = max(before, min over the others' targets of dev_i(·; v))`: the
//! others' targets are held, the party's own best replies to them are found by the same improvement, then the
//! targets are looked over again (Hoffman and Karp 1966).
//!
//! *The end is safe wherever it comes.* Both operators are monotone, and adding a constant a to v adds at most w·a
//! to what comes out, where w < 1 is the largest weight. So if `T v ≤ v + e` in every state, then
//! `v + e/(1−w)` is a super-solution: `T(v + e/(1−w)) ≤ v + e + w·e/(1−w) = v + e/(1−w)`. Likewise from below.

use super::layers::{Layers, Sought};
use super::sweep::Fixed;
use crate::arena::{Arena, Best};
use crate::paths::{Order, Step};

/// Rounds in which own replies are improved before the others' targets are looked over again.
const REPLY_ROUNDS: usize = 40;

/// Steps of following a policy between two looks where chance keeps play from going in a straight line.
const STEPS_WITH_CHANCE: usize = 60;

/// What one stage leaves to the next: where so little has changed that the old moves are still the best, they need
/// not be sought again. Any values and moves are a sound place to begin.
#[derive(Debug, Default)]
pub(super) struct Kept {
    values: Vec<f64>,
    target: Vec<u32>,
    answered: Vec<u32>,
}

/// The upper bounds of a party; `None` when nothing survives in some state.
pub(super) fn upper(
    fixed: &Fixed<'_, '_>,
    party: usize,
    before: &[f64],
    kept: &mut Kept,
) -> Option<Vec<f64>> {
    let arena = fixed.arena;
    let mut look = Improvement::new(fixed, party, Best::Most, before, kept);
    let mut layers = Layers::of_others(arena, party);
    let mut masked = vec![0.0; arena.states];
    let mut chosen = Sought::new(arena.states);
    for round in 1.. {
        let c = arena.worth_of_moving(party, &look.values);
        for ((masked, c), alive) in masked.iter_mut().zip(&c).zip(fixed.alive) {
            *masked = if *alive { *c } else { f64::NEG_INFINITY };
        }
        fixed.complying[party].best_of(&masked, layers.first());
        layers.climb(Best::Most);
        chosen.clear();
        let mut gap = Gap::default();
        for state in 0..arena.states {
            let top = layers.top(state);
            if top == f64::NEG_INFINITY {
                return None;
            }
            let next = top - arena.least_cost_by_others[party];
            if look.differs(state, next, &mut gap) {
                let landed = layers.descend(state);
                let value = layers.bottom(landed);
                let target = chosen.or_seek(landed, || fixed.complying_move(party, landed, &masked, value));
                look.take(state, target, next - c[target]);
            }
        }
        if look.done(&gap, round, fixed) {
            return Some(look.safely(&gap, kept));
        }
        look.follow(arena);
    }
    None
}

/// The lower bounds of a party; `None` when nothing survives in some state.
pub(super) fn lower(
    fixed: &Fixed<'_, '_>,
    party: usize,
    before: &[f64],
    kept: &mut Kept,
) -> Option<Vec<f64>> {
    let arena = fixed.arena;
    let allowed = fixed.complying[party].positions(fixed.alive);
    let mut look = Improvement::new(fixed, party, Best::Least, before, kept);
    let cost = arena.most_cost_by_others[party];
    let mut layers = Layers::of_others(arena, party);
    let mut replies = Replies::new(arena, party);
    // Where the others' targets lead with the party still at home, by state.
    let mut answered = std::mem::take(&mut kept.answered);
    answered.resize(arena.states, 0);
    for round in 1.. {
        let c = arena.worth_of_moving(party, &look.values);
        replies.clear();
        let mut gap = Gap::default();
        for (table, moves) in arena.moves[party].iter().enumerate() {
            let sure = arena.over_own_moves(party, moves, &c, Best::Most);
            for ((layer, sure), allowed) in layers.first().iter_mut().zip(&sure).zip(&allowed[table]) {
                *layer = if *allowed { *sure } else { f64::INFINITY };
            }
            layers.climb(Best::Least);
            for state in 0..arena.states {
                if arena.table_at(state, party) != table {
                    continue;
                }
                let top = layers.top(state);
                if top == f64::INFINITY {
                    return None;
                }
                if look.differs(state, top - cost, &mut gap) {
                    let landed = layers.descend(state);
                    answered[state] = landed as u32;
                    let target = replies.best(table, landed, &c).1;
                    look.take(state, target, top - cost - c[target]);
                }
            }
        }
        if look.done(&gap, round, fixed) {
            kept.answered = answered;
            return Some(look.safely(&gap, kept));
        }
        look.follow(arena);
        for _ in 0..REPLY_ROUNDS {
            let c = arena.worth_of_moving(party, &look.values);
            replies.clear();
            let mut better = false;
            for (state, landed) in answered.iter().enumerate() {
                let table = arena.table_at(state, party);
                let (sure, target) = replies.best(table, *landed as usize, &c);
                let known = look.pay[state] + c[look.target[state] as usize];
                if sure - cost > known + look.tolerance {
                    look.take(state, target, sure - cost - c[target]);
                    better = true;
                }
            }
            if !better {
                break;
            }
            look.follow(arena);
        }
    }
    None
}

/// A party's best own moves where the others have reached their targets.
struct Replies<'a, 'g> {
    arena: &'a Arena<'g>,
    party: usize,
    /// Where they lead, by table of moves.
    known: Vec<Sought>,
}

impl<'a, 'g> Replies<'a, 'g> {
    fn new(arena: &'a Arena<'g>, party: usize) -> Self {
        let known = arena.moves[party].iter().map(|_| Sought::new(arena.states));
        Self {
            arena,
            party,
            known: known.collect(),
        }
    }

    fn clear(&mut self) {
        self.known.iter_mut().for_each(Sought::clear);
    }

    /// What the best own move brings before the others' costs, and the target. Between two calls of [`Self::clear`] `c`
    /// must be the same.
    fn best(&mut self, table: usize, landed: usize, c: &[f64]) -> (f64, usize) {
        let (arena, party) = (self.arena, self.party);
        let moves = &arena.moves[party][table];
        let target = self.known[table].or_seek(landed, || arena.best_own_target(party, moves, landed, c));
        let from = arena.position(landed, party);
        let to = arena.position(target, party);
        (c[target] - moves.cost_of(from, to), target)
    }
}

/// How far one more application of the operator leads away.
#[derive(Default)]
struct Gap {
    /// On the side on which the values would not yet be safe.
    unsafe_by: f64,
    /// On either side.
    apart: f64,
}

/// A policy with its values, on the way to the best.
struct Improvement<'b> {
    party: usize,
    side: Best,
    before: &'b [f64],
    values: Vec<f64>,
    /// Where the policy leads from each state; none yet is `u32::MAX`.
    target: Vec<u32>,
    /// What the move pays beside `c` of its target: costs, negative.
    pay: Vec<f64>,
    tolerance: f64,
    /// The largest weight.
    weight: f64,
}

impl<'b> Improvement<'b> {
    fn new(fixed: &Fixed<'_, '_>, party: usize, side: Best, before: &'b [f64], kept: &mut Kept) -> Self {
        let states = fixed.arena.states;
        let (mut values, mut target) = (std::mem::take(&mut kept.values), std::mem::take(&mut kept.target));
        // What moves pay is not kept, so with costs they are sought again.
        if values.is_empty() || fixed.arena.game.has_costs() {
            values = before.to_vec();
            target = vec![u32::MAX; states];
        }
        Self {
            party,
            side,
            before,
            values,
            target,
            pay: vec![0.0; states],
            tolerance: fixed.answers.slack[party],
            weight: fixed.arena.weight[party].iter().copied().fold(0.0, f64::max),
        }
    }

    /// No looser than the stage before.
    fn within(&self, state: usize, value: f64) -> f64 {
        match self.side {
            Best::Most => self.before[state].min(value),
            Best::Least => self.before[state].max(value),
        }
    }

    /// Whether a state needs another move because the operator makes something else of it; widens the gap.
    fn differs(&self, state: usize, next: f64, gap: &mut Gap) -> bool {
        let beyond = self.within(state, next) - self.values[state];
        gap.apart = gap.apart.max(beyond.abs());
        gap.unsafe_by = gap.unsafe_by.max(match self.side {
            Best::Most => beyond,
            Best::Least => -beyond,
        });
        beyond.abs() > self.tolerance || self.target[state] == u32::MAX
    }

    fn take(&mut self, state: usize, target: usize, pay: f64) {
        self.target[state] = target as u32;
        self.pay[state] = pay;
    }

    fn done(&self, gap: &Gap, round: u32, fixed: &Fixed<'_, '_>) -> bool {
        // The first round only finds a policy: without a second nothing would have been gained.
        let rounds = fixed.limits.rounds.max(2);
        gap.apart <= self.tolerance || round >= rounds || fixed.watch.should_stop()
    }

    /// The values moved outwards so far that they are safe.
    fn safely(self, gap: &Gap, kept: &mut Kept) -> Vec<f64> {
        let by = match self.side {
            Best::Most => gap.unsafe_by / (1.0 - self.weight),
            Best::Least => -gap.unsafe_by / (1.0 - self.weight),
        };
        let states = self.values.iter().enumerate();
        let safe = states
            .map(|(state, value)| self.within(state, value + by))
            .collect();
        (kept.values, kept.target) = (self.values, self.target);
        safe
    }

    /// Gives every state the value of following the policy for ever.
    fn follow(&mut self, arena: &Arena<'_>) {
        if arena.game.has_chances() {
            return self.follow_by_steps(arena);
        }
        let (base, weight) = (&arena.base[self.party], &arena.weight[self.party]);
        let mut values = vec![0.0; arena.states];
        let next = |state: usize| self.target[state] as usize;
        for step in Order::of(&vec![false; arena.states], &next).steps() {
            match step {
                Step::Around(cycle) => values[cycle[0]] = self.around(cycle, base, weight),
                Step::Onward(state) => {
                    let to = next(state);
                    let onward = self.pay[state] + base[to] + weight[to] * values[to];
                    values[state] = self.within(state, onward);
                }
            }
        }
        self.values = values;
    }

    /// The value at the start of a cycle. Once around v becomes the lesser of a limit and `a + b·v` (above; the
    /// greater below), so the value is the lesser of that limit and `a/(1−b)`.
    fn around(&self, cycle: &[usize], base: &[f64], weight: &[f64]) -> f64 {
        let (mut limit, mut sum, mut factor) = (-self.side.worst(), 0.0, 1.0);
        for state in cycle.iter().rev() {
            let to = self.target[*state] as usize;
            let here = self.pay[*state] + base[to];
            limit = self.within(*state, here + weight[to] * limit);
            sum = here + weight[to] * sum;
            factor *= weight[to];
        }
        match self.side {
            Best::Most => limit.min(sum / (1.0 - factor)),
            Best::Least => limit.max(sum / (1.0 - factor)),
        }
    }

    fn follow_by_steps(&mut self, arena: &Arena<'_>) {
        for _ in 0..STEPS_WITH_CHANCE {
            let c = arena.worth_of_moving(self.party, &self.values);
            let mut change = 0.0f64;
            for state in 0..arena.states {
                let value = self.within(state, self.pay[state] + c[self.target[state] as usize]);
                change = change.max((value - self.values[state]).abs());
                self.values[state] = value;
            }
            if change <= self.tolerance * 0.1 {
                break;
            }
        }
    }
}
