//! Equilibrium payoffs when parties can also pay each other, or destroy value (Goldlücke and Kranz 2018).
//!
//! **In words.** Aid, fuel and compensation are payments. If they are possible in every period, and a promised
//! payment that is withheld counts as a breach, only two things about a state matter: the largest joint payoff
//! U(s), and what each party can be held down to, v_i(s). A joint action a can be kept up when the joint value
//! of obeying is at least what all parties together can secure by departing:
//! `(1-d) sum g_i(s,a) + d E U >= sum_i D_i(s, a_-i)`.
//! U is the best over such actions, `v_i` the least `D_i` over such actions; actions that cannot be kept up
//! are struck out until none is left to strike. Payoffs are then all `w` with `w_i >= v_i`, `sum w_i <= U`.
//!
//! Payments make payoffs of different parties comparable: that is what paying means, and it needs one discount
//! factor. Without payments nothing more is possible, so U also bounds the joint payoff there.

use detente_base::number::{Exact, to_float};
use detente_game::table::{Profile, TableGame, TableParty, TableState};

use super::flat::Flat;

/// What can be reached with payments in one state.
#[derive(Debug, Clone, PartialEq)]
pub struct PaidState {
    /// The largest joint payoff.
    pub joint: Exact,
    /// What each party can be held down to.
    pub threat: Vec<Exact>,
    /// The joint action of the largest joint payoff.
    pub action: Profile,
}

/// Payoffs with payments; `None` for a state without equilibrium in pure strategies.
#[derive(Debug, Clone, PartialEq)]
pub struct Paid {
    /// By state.
    pub states: Vec<Option<PaidState>>,
    /// How many joint actions can be kept up.
    pub kept_up: usize,
}

/// Why payments are not computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaidRefusal {
    /// Parties with different discount factors would lend to each other without end.
    UnequalDiscount,
    /// More than this many states.
    States(usize),
}

impl std::fmt::Display for PaidRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnequalDiscount => write!(f, "payments are computed for one common discount factor only"),
            Self::States(count) => write!(f, "payments are computed for at most {count} states"),
        }
    }
}

impl std::error::Error for PaidRefusal {}

/// The most states for which the final values are solved in rationals.
const MOST_STATES: usize = 300;

/// Computes payoffs with payments, exactly.
///
/// # Errors
/// A [`PaidRefusal`] for unequal discount factors or too many states.
pub fn solve_paid(game: &TableGame) -> Result<Paid, PaidRefusal> {
    if game.discount().iter().any(|d| *d != game.discount()[0]) {
        return Err(PaidRefusal::UnequalDiscount);
    }
    if game.states() > MOST_STATES {
        return Err(PaidRefusal::States(MOST_STATES));
    }
    let flat = Flat::of(game);
    let mut rounds = Rounds {
        game,
        flat: &flat,
        allowed: vec![false; flat.law.len()],
        none: vec![false; flat.states],
    };
    for p in &flat.on_path {
        rounds.allowed[*p as usize] = true;
    }
    loop {
        rounds.strike_dead_ends();
        if rounds.none.iter().all(|none| *none) {
            return Ok(Paid {
                states: vec![None; flat.states],
                kept_up: 0,
            });
        }
        let joint = rounds.joint();
        let threats: Vec<Vec<Exact>> = (0..flat.parties).map(|i| rounds.threat(i).0).collect();
        if rounds.strike(&joint.0, &threats) {
            continue;
        }
        let states = (0..flat.states)
            .map(|s| {
                Some(PaidState {
                    joint: joint.0[s].clone(),
                    threat: threats.iter().map(|list| list[s].clone()).collect(),
                    action: Profile::at(joint.1[s]? as usize),
                })
            })
            .collect();
        let kept_up = rounds.allowed.iter().filter(|allowed| **allowed).count();
        return Ok(Paid { states, kept_up });
    }
}

struct Rounds<'a> {
    game: &'a TableGame,
    flat: &'a Flat,
    allowed: Vec<bool>,
    none: Vec<bool>,
}

/// A value by state and the joint action behind it.
type Solved = (Vec<Exact>, Vec<Option<u32>>);

impl Rounds<'_> {
    /// States without an action that can be kept up, and states that can lead there, have no equilibrium.
    fn strike_dead_ends(&mut self) {
        loop {
            let mut alive = vec![false; self.flat.states];
            for p in &self.flat.on_path {
                alive[self.flat.state_of[*p as usize] as usize] |= self.allowed[*p as usize];
            }
            let before = self.none.clone();
            for s in 0..self.flat.states {
                let leads = self.flat.follows[s].iter().any(|after| before[*after as usize]);
                self.none[s] = before[s] || !alive[s] || leads;
            }
            for p in &self.flat.on_path {
                if self.none[self.flat.state_of[*p as usize] as usize] {
                    self.allowed[*p as usize] = false;
                }
            }
            if self.none == before {
                return;
            }
        }
    }

    fn d(&self) -> &Exact {
        &self.game.discount()[0]
    }

    fn mean(&self, p: u32, value: &[Exact]) -> Exact {
        let law = self.game.law(self.game.law_of(Profile::at(p as usize))).iter();
        law.fold(Exact::ZERO, |sum, (s, chance)| sum + chance * &value[s.index()])
    }

    fn gain(&self, p: u32, i: usize) -> Exact {
        (Exact::ONE - self.d()) * &self.game.payoffs(Profile::at(p as usize))[i]
    }

    fn joint_gain(&self, p: u32) -> Exact {
        (0..self.flat.parties).fold(Exact::ZERO, |sum, i| sum + self.gain(p, i))
    }

    /// Values of a fixed joint action in every state.
    fn evaluate(&self, policy: &[Option<u32>], gain: impl Fn(u32) -> Exact) -> Vec<Exact> {
        let size = policy.len();
        let mut table: Vec<Vec<Exact>> = Vec::with_capacity(size);
        for (s, p) in policy.iter().enumerate() {
            let mut row = vec![Exact::ZERO; size + 1];
            row[s] = Exact::ONE;
            if let Some(p) = p {
                for (after, chance) in self.game.law(self.game.law_of(Profile::at(*p as usize))) {
                    row[after.index()] -= self.d() * chance;
                }
                row[size] = gain(*p);
            }
            table.push(row);
        }
        super::markov::eliminate(table).unwrap_or_else(|| vec![Exact::ZERO; size])
    }

    /// The largest joint payoff: improve the joint actions until none is better, exactly.
    fn joint(&self) -> Solved {
        let mut policy: Vec<Option<u32>> = vec![None; self.flat.states];
        for p in &self.flat.on_path {
            let s = self.flat.state_of[*p as usize] as usize;
            if self.allowed[*p as usize] && policy[s].is_none() {
                policy[s] = Some(*p);
            }
        }
        loop {
            let value = self.evaluate(&policy, |p| self.joint_gain(p));
            let mut best: Vec<(Exact, Option<u32>)> = value.iter().map(|v| (v.clone(), None)).collect();
            for p in self.flat.on_path.iter().filter(|p| self.allowed[**p as usize]) {
                let s = self.flat.state_of[*p as usize] as usize;
                let reach = self.joint_gain(*p) + self.d() * self.mean(*p, &value);
                if reach > best[s].0 {
                    best[s] = (reach, Some(*p));
                }
            }
            if best.iter().all(|(_, better)| better.is_none()) {
                return (value, policy);
            }
            for (slot, (_, better)) in policy.iter_mut().zip(best) {
                if better.is_some() {
                    *slot = better;
                }
            }
        }
    }

    /// What party i can be held down to. The one who punishes improves on a fixed best answer in the outer
    /// loop; the answer is a decision problem of its own in the inner one. Both end, as values are monotone.
    fn threat(&self, i: usize) -> Solved {
        let mut punish: Vec<Option<u32>> = vec![None; self.flat.states];
        for p in &self.flat.on_path {
            let s = self.flat.state_of[*p as usize] as usize;
            if self.allowed[*p as usize] && punish[s].is_none() {
                punish[s] = Some(*p);
            }
        }
        loop {
            let value = self.best_answer(&punish, i);
            let mut best: Vec<(Exact, Option<u32>)> = value.iter().map(|v| (v.clone(), None)).collect();
            for p in self.flat.on_path.iter().filter(|p| self.allowed[**p as usize]) {
                let s = self.flat.state_of[*p as usize] as usize;
                let held = self
                    .answers(*p, i)
                    .map(|other| self.answer_value(other, i, &value))
                    .max();
                if let Some(held) = held
                    && held < best[s].0
                {
                    best[s] = (held, Some(*p));
                }
            }
            if best.iter().all(|(_, better)| better.is_none()) {
                return (value, punish);
            }
            for (slot, (_, better)) in punish.iter_mut().zip(best) {
                if better.is_some() {
                    *slot = better;
                }
            }
        }
    }

    fn answers(&self, p: u32, i: usize) -> impl Iterator<Item = u32> + use<> {
        let state = TableState::at(self.flat.state_of[p as usize] as usize);
        self.game
            .deviations(state, Profile::at(p as usize), TableParty::at(i))
            .map(|other| other.index() as u32)
    }

    fn answer_value(&self, other: u32, i: usize, value: &[Exact]) -> Exact {
        self.gain(other, i) + self.d() * self.mean(other, value)
    }

    fn best_answer(&self, punish: &[Option<u32>], i: usize) -> Vec<Exact> {
        let mut answer: Vec<Option<u32>> = punish.to_vec();
        loop {
            let value = self.evaluate(&answer, |p| self.gain(p, i));
            let mut moved = false;
            for (s, p) in punish.iter().enumerate() {
                let Some(p) = p else { continue };
                for other in self.answers(*p, i) {
                    let now = answer[s].map(|now| self.answer_value(now, i, &value));
                    if now.is_none_or(|now| self.answer_value(other, i, &value) > now) {
                        answer[s] = Some(other);
                        moved = true;
                    }
                }
            }
            if !moved {
                return value;
            }
        }
    }

    /// Strikes out what cannot be kept up; returns whether anything was.
    fn strike(&mut self, joint: &[Exact], threats: &[Vec<Exact>]) -> bool {
        let mut struck = Vec::new();
        for p in self.flat.on_path.iter().filter(|p| self.allowed[**p as usize]) {
            let obey = self.joint_gain(*p) + self.d() * self.mean(*p, joint);
            let depart = (0..self.flat.parties).fold(Exact::ZERO, |sum, i| {
                let best = self
                    .answers(*p, i)
                    .map(|other| self.answer_value(other, i, &threats[i]))
                    .max();
                sum + best.unwrap_or(Exact::ZERO)
            });
            if obey < depart {
                struck.push(*p);
            }
        }
        for p in &struck {
            self.allowed[*p as usize] = false;
        }
        !struck.is_empty()
    }
}

impl PaidState {
    /// The corners of the payoffs with payments: everybody held down, and everything above that to one party.
    #[must_use]
    pub fn corners(&self) -> Vec<Vec<Exact>> {
        let spare = self.threat.iter().fold(self.joint.clone(), |rest, v| rest - v);
        let mut corners = vec![self.threat.clone()];
        if spare > Exact::ZERO {
            for i in 0..self.threat.len() {
                let mut corner = self.threat.clone();
                corner[i] += &spare;
                corners.push(corner);
            }
        }
        corners
    }

    /// The joint payoff in doubles.
    #[must_use]
    pub fn joint_float(&self) -> f64 {
        to_float(&self.joint)
    }
}
