//! Which states can be stayed in for ever, given the equilibrium sets.
//!
//! A settlement is a state in which everybody then stays. Staying in s by joint action a (which leads back to
//! s for sure) is self-enforcing when nobody gains by one departure followed by its worst equilibrium value:
//! `g_i(s,a) >= (1-d_i) g_i(s,x,a_-i) + d_i sum p(s'|s,x,a_-i) v_i(s')` for every own action x.

use detente_base::number::{Exact, to_float};
use detente_game::table::{Profile, TableGame, TableParty, TableState};

use super::{Coordinate, SetAnswer};

/// Whether a state can be stayed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stays {
    /// Yes: nobody gains by departing.
    Yes,
    /// No: somebody does.
    No,
    /// It depends on digits that are not proved.
    Undecided,
}

/// A state that leads back to itself, with its payoff and whether it can be stayed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The state.
    pub state: TableState,
    /// How it is stayed in.
    pub profile: Profile,
    /// What each party gets for ever.
    pub payoff: Vec<Exact>,
    /// The verdict.
    pub stays: Stays,
}

/// Every joint action that may be prescribed and leads back to its own state, judged.
#[must_use]
pub fn settlements(game: &TableGame, answer: &SetAnswer) -> Vec<Settlement> {
    let mut list = Vec::new();
    for s in 0..game.states() {
        let state = TableState::at(s);
        for profile in game.profiles(state).filter(|p| game.on_path(*p)) {
            let law = game.law(game.law_of(profile));
            if law.len() == 1 && law[0].0 == state {
                let payoff = game.payoffs(profile).to_vec();
                let stays = judge(game, answer, state, profile, &payoff);
                list.push(Settlement {
                    state,
                    profile,
                    payoff,
                    stays,
                });
            }
        }
    }
    list
}

fn judge(
    game: &TableGame,
    answer: &SetAnswer,
    state: TableState,
    profile: Profile,
    payoff: &[Exact],
) -> Stays {
    let mut verdict = Stays::Yes;
    for (i, value) in payoff.iter().enumerate() {
        for other in game.deviations(state, profile, TableParty::at(i)) {
            match departing(game, answer, other, i) {
                Worth::None => return Stays::No,
                Worth::Exact(worth) if worth > *value => return Stays::No,
                Worth::Exact(_) => {}
                Worth::Near(worth, room) => {
                    let value = to_float(value);
                    if worth - room > value {
                        return Stays::No;
                    }
                    if worth + room > value {
                        verdict = Stays::Undecided;
                    }
                }
            }
        }
    }
    verdict
}

enum Worth {
    None,
    Exact(Exact),
    Near(f64, f64),
}

/// What party i gets by this departure and its worst value after.
fn departing(game: &TableGame, answer: &SetAnswer, other: Profile, i: usize) -> Worth {
    let d = &game.discount()[i];
    let now = (Exact::ONE - d) * &game.payoffs(other)[i];
    let (mut exact, mut near, mut all_exact) = (Exact::ZERO, 0.0, true);
    for (after, chance) in game.law(game.law_of(other)) {
        match answer.states[after.index()].threat.get(i) {
            None => return Worth::None,
            Some(Coordinate::Exact(value)) => {
                exact += chance * value;
                near += to_float(chance) * to_float(value);
            }
            Some(Coordinate::Near(value)) => {
                all_exact = false;
                near += to_float(chance) * value;
            }
        }
    }
    if all_exact {
        return Worth::Exact(now + d * exact);
    }
    let room = answer.outer_gap + answer.inner_gap.unwrap_or(f64::INFINITY) + 1e-12 * near.abs().max(1.0);
    Worth::Near(to_float(&now) + to_float(d) * near, room)
}
