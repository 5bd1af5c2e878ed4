//! A game laid out for searching: doubles in flat arrays, read in order.
//!
//! Everything here is in *value space*: playing a in s with continuation w gives `z_i = gain_i + d_i w_i`
//! with `gain_i = (1-d_i) g_i(s,a)`; party i obeys when `z_i >= D_i(s, a_-i)`, the best it can get by any
//! action of its own followed by its worst continuation. No division by a discount factor is needed.

use detente_base::number::{Exact, to_float};
use detente_game::table::{TableGame, TableParty, TableState};

/// A game in doubles.
pub(crate) struct Flat {
    pub parties: usize,
    pub states: usize,
    pub delta: Vec<f64>,
    /// Joint actions of state s are `first[s]..first[s + 1]`.
    pub first: Vec<u32>,
    pub state_of: Vec<u32>,
    /// `(1-d_i) g_i`, party by party within a joint action.
    pub gain: Vec<f64>,
    pub law: Vec<u32>,
    pub on_path: Vec<u32>,
    /// Which deviation value a joint action of a party belongs to: one for each (s, i, a_-i).
    pub slot: Vec<u32>,
    pub slots: usize,
    /// Entries of law k are `law_first[k]..law_first[k + 1]`.
    pub law_first: Vec<u32>,
    pub law_state: Vec<u32>,
    pub law_chance: Vec<f64>,
    /// States that can follow a state, whatever is played there.
    pub follows: Vec<Vec<u32>>,
    /// Lowest and highest period payoff of each party.
    pub range: Vec<(f64, f64)>,
    /// The largest width of a payoff range, at least a tiny number.
    pub scale: f64,
    /// The smallest width of a payoff range that has one: what is small for the others may be much for this party.
    pub fine: f64,
}

impl Flat {
    pub fn of(game: &TableGame) -> Self {
        let n = game.parties();
        let delta: Vec<f64> = game.discount().iter().map(to_float).collect();
        let rest = game
            .discount()
            .iter()
            .map(|factor| to_float(&(Exact::ONE - factor)));
        let rest: Vec<f64> = rest.collect();
        let count = game.profile_count();
        let mut flat = Self {
            parties: n,
            states: game.states(),
            delta,
            first: vec![0],
            state_of: Vec::with_capacity(count),
            gain: Vec::with_capacity(count * n),
            law: Vec::with_capacity(count),
            on_path: Vec::new(),
            slot: Vec::with_capacity(count * n),
            slots: 0,
            law_first: vec![0],
            law_state: Vec::new(),
            law_chance: Vec::new(),
            follows: Vec::new(),
            range: vec![(f64::INFINITY, f64::NEG_INFINITY); n],
            scale: 0.0,
            fine: 0.0,
        };
        for law in 0..game.law_count() {
            for (state, chance) in game.law(detente_game::table::Law::at(law)) {
                flat.law_state.push(state.index() as u32);
                flat.law_chance.push(to_float(chance));
            }
            flat.law_first.push(flat.law_state.len() as u32);
        }
        for s in 0..game.states() {
            flat.push_state(game, TableState::at(s), &rest);
        }
        let width = flat
            .range
            .iter()
            .map(|(low, high)| high - low)
            .fold(0.0, f64::max);
        let size = flat
            .range
            .iter()
            .map(|(low, high)| low.abs().max(high.abs()))
            .fold(0.0, f64::max);
        flat.scale = width.max(size * 1e-3).max(1e-300);
        let widths = flat.range.iter().map(|(low, high)| high - low);
        flat.fine = widths.filter(|width| *width > 0.0).fold(flat.scale, f64::min);
        flat
    }

    fn push_state(&mut self, game: &TableGame, state: TableState, rest: &[f64]) {
        let counts = game.action_counts(state);
        let joint = game.profiles(state).len();
        let mut follows: Vec<u32> = Vec::new();
        let mut laws: Vec<u32> = Vec::new();
        for (within, profile) in game.profiles(state).enumerate() {
            self.state_of.push(state.index() as u32);
            for (i, payoff) in game.payoffs(profile).iter().enumerate() {
                let value = to_float(payoff);
                self.gain.push(value * rest[i]);
                self.range[i] = (self.range[i].0.min(value), self.range[i].1.max(value));
            }
            laws.push(game.law_of(profile).index() as u32);
            if game.on_path(profile) {
                self.on_path.push(profile.index() as u32);
            }
            let mut base = self.slots;
            let mut stride = 1;
            for count in counts {
                let count = *count as usize;
                let others = within / (stride * count) * stride + within % stride;
                self.slot.push((base + others) as u32);
                base += joint / count;
                stride *= count;
            }
        }
        self.slots += counts.iter().map(|count| joint / *count as usize).sum::<usize>();
        self.law.extend(&laws);
        laws.sort_unstable();
        laws.dedup();
        for law in laws {
            follows.extend(&self.law_state[self.law_range(law)]);
        }
        follows.sort_unstable();
        follows.dedup();
        self.follows.push(follows);
        self.first.push(self.law.len() as u32);
    }

    pub fn law_range(&self, law: u32) -> std::ops::Range<usize> {
        self.law_first[law as usize] as usize..self.law_first[law as usize + 1] as usize
    }

    pub fn laws(&self) -> usize {
        self.law_first.len() - 1
    }

    /// Expected value of `value[s * parties + i]` under every law, `laws x parties`.
    pub fn expect(&self, value: &[f64], out: &mut Vec<f64>) {
        let n = self.parties;
        out.clear();
        out.resize(self.laws() * n, 0.0);
        for law in 0..self.laws() {
            let range = self.law_range(law as u32);
            for (state, chance) in self.law_state[range.clone()].iter().zip(&self.law_chance[range]) {
                for i in 0..n {
                    out[law * n + i] += chance * value[*state as usize * n + i];
                }
            }
        }
    }

    /// The best value of a deviation for every (s, i, a_-i), given expected worst continuations by law.
    pub fn deviations(&self, expected: &[f64], out: &mut Vec<f64>) {
        let n = self.parties;
        out.clear();
        out.resize(self.slots, f64::NEG_INFINITY);
        for (p, law) in self.law.iter().enumerate() {
            for i in 0..n {
                let value = self.gain[p * n + i] + self.delta[i] * expected[*law as usize * n + i];
                let slot = &mut out[self.slot[p * n + i] as usize];
                if value > *slot {
                    *slot = value;
                }
            }
        }
    }

    /// For every (s, i, a_-i) the joint action that party i deviates to with the best value.
    pub fn best_deviations(&self, expected: &[f64], dev: &[f64]) -> Vec<u32> {
        let n = self.parties;
        let mut best = vec![u32::MAX; self.slots];
        for (p, law) in self.law.iter().enumerate() {
            for i in 0..n {
                let slot = self.slot[p * n + i] as usize;
                let value = self.gain[p * n + i] + self.delta[i] * expected[*law as usize * n + i];
                if best[slot] == u32::MAX && value >= dev[slot] {
                    best[slot] = p as u32;
                }
            }
        }
        best
    }

    /// Lower bounds on every party's worst value and upper bounds on its best, ignoring what the others
    /// would put up with: `v_i(s) = min_a D_i(s, a_-i)` and `max_a z_i`, both by iteration from the range.
    pub fn simple_bounds(&self) -> (Vec<f64>, Vec<f64>) {
        let n = self.parties;
        let mut low: Vec<f64> = (0..self.states * n).map(|k| self.range[k % n].0).collect();
        let mut high: Vec<f64> = (0..self.states * n).map(|k| self.range[k % n].1).collect();
        let (mut expected, mut dev) = (Vec::new(), Vec::new());
        for _ in 0..400 {
            self.expect(&low, &mut expected);
            self.deviations(&expected, &mut dev);
            let mut next = vec![f64::INFINITY; low.len()];
            self.expect(&high, &mut expected);
            let mut next_high = vec![f64::NEG_INFINITY; high.len()];
            for p in &self.on_path {
                let p = *p as usize;
                let s = self.state_of[p] as usize;
                for i in 0..n {
                    let k = s * n + i;
                    next[k] = next[k].min(dev[self.slot[p * n + i] as usize]);
                    let value = self.gain[p * n + i] + self.delta[i] * expected[self.law[p] as usize * n + i];
                    next_high[k] = next_high[k].max(value);
                }
            }
            // What every state gained (or lost) at least, it goes on gaining at the rate of the discount factor.
            for i in 0..n {
                let own = || (i..low.len()).step_by(n);
                let least = |moves: &mut dyn Iterator<Item = f64>| moves.fold(f64::INFINITY, f64::min);
                let onward = (1.0 - 1e-14) * self.delta[i] / (1.0 - self.delta[i]);
                let up = least(&mut own().map(|k| next[k] - low[k]));
                let down = least(&mut own().map(|k| high[k] - next_high[k]));
                for k in own() {
                    if up > 0.0 && up.is_finite() {
                        next[k] += onward * up;
                    }
                    if down > 0.0 && down.is_finite() {
                        next_high[k] -= onward * down;
                    }
                }
            }
            let mut change: f64 = 0.0;
            for k in 0..low.len() {
                let (lower, upper) = (next[k].max(low[k]), next_high[k].min(high[k]));
                if next[k].is_finite() {
                    change = change.max(lower - low[k]).max(high[k] - upper);
                    (low[k], high[k]) = (lower, upper);
                }
            }
            if change < 1e-14 * self.scale {
                break;
            }
        }
        (low, high)
    }

    /// The joint action that `party` deviates to with the best value.
    pub fn best_deviation(&self, game: &TableGame, profile: u32, party: usize, expected: &[f64]) -> u32 {
        let n = self.parties;
        let state = TableState::at(self.state_of[profile as usize] as usize);
        let id = detente_game::table::Profile::at(profile as usize);
        let mut best = (f64::NEG_INFINITY, profile);
        for other in game.deviations(state, id, TableParty::at(party)) {
            let p = other.index();
            let value =
                self.gain[p * n + party] + self.delta[party] * expected[self.law[p] as usize * n + party];
            if value > best.0 {
                best = (value, p as u32);
            }
        }
        best.1
    }
}
