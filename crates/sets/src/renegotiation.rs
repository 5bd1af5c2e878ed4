//! Whether the snapback of a deal would itself be renegotiated away (after Farrell and Maskin 1989).
//!
//! **In words.** Parties who can agree on a deal can also agree to drop its punishment and go back to the deal,
//! if both prefer that. A snapback is *renegotiated away* when going back gives both more than carrying it
//! out. A *penance* is a punishment that the other side does not want to skip: for k periods the one who
//! departed plays its part of a joint action b that pleases the other, then the deal goes on. For a deal
//! that is stayed in by joint action a with payoff u, deviator i and partner j, penance values are
//! `p = (1-d^k) g(b) + d^k u` (party by party with its own d), and it works when
//! - j does not want to skip it, at any of its periods: `p_j >= u_j`;
//! - i does its penance rather than start it again: `p_i >= (1-d_i) max_x g_i(x, b_j) + d_i p_i`, and so on the way;
//! - j plays along rather than do penance itself: `p^i_j >= (1-d_j) max_x g_j(b_i, x) + d_j p^j_j`;
//! - it deters: `u_i >= (1-d_i) max_x g_i(x, a_j) + d_i p_i`.
//!
//! The values of both penances and of the deal together are then a weakly renegotiation-proof set: it generates
//! itself, and no two of its values in the state are ranked the same way by both. Only departures that keep
//! the state are covered here; a joint action whose departures lead elsewhere is left undecided.

use detente_base::number::Exact;
use detente_game::table::{Profile, TableGame, TableParty, TableState};

/// A penance for one party.
#[derive(Debug, Clone, PartialEq)]
pub struct Penance {
    /// Who does it.
    pub by: usize,
    /// What is played meanwhile.
    pub profile: Profile,
    /// For how many periods.
    pub periods: u32,
    /// Values at its start.
    pub values: [Exact; 2],
}

/// What is found about a deal and its snapback.
#[derive(Debug, Clone, PartialEq)]
pub struct Renegotiation {
    /// What the deal gives for ever.
    pub deal: [Exact; 2],
    /// For each party: whether both would rather return to the deal than carry out its snapback.
    pub renegotiated_away: [bool; 2],
    /// Penances for both that nobody wants to skip, if some are found.
    pub penances: Option<[Penance; 2]>,
}

/// Why nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotAsked {
    /// Only for two parties.
    Parties,
    /// The joint action does not lead back to its state for sure, or may not be prescribed.
    NotStaying,
}

impl std::fmt::Display for NotAsked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Parties => write!(f, "renegotiation is examined for two parties"),
            Self::NotStaying => write!(f, "the joint action does not lead back to its state for sure"),
        }
    }
}

impl std::error::Error for NotAsked {}

/// Examines the deal to play `profile` of `state` for ever, whose snapback for party i has the values
/// `snapback[i]`. Penances of up to `longest` periods are tried.
///
/// # Errors
/// [`NotAsked`] when the question does not fit.
pub fn renegotiation(
    game: &TableGame,
    state: TableState,
    profile: Profile,
    snapback: &[[Exact; 2]; 2],
    longest: u32,
) -> Result<Renegotiation, NotAsked> {
    if game.parties() != 2 {
        return Err(NotAsked::Parties);
    }
    let stays = |p: Profile| {
        let law = game.law(game.law_of(p));
        law.len() == 1 && law[0].0 == state
    };
    if !stays(profile) || !game.on_path(profile) {
        return Err(NotAsked::NotStaying);
    }
    let payoffs = game.payoffs(profile);
    let deal = [payoffs[0].clone(), payoffs[1].clone()];
    let renegotiated_away = [0, 1].map(|i| deal[0] > snapback[i][0] && deal[1] > snapback[i][1]);
    let finder = Finder {
        game,
        state,
        profile,
        deal: &deal,
    };
    let closed = game.profiles(state).all(stays);
    let penances = if closed { finder.find(longest) } else { None };
    Ok(Renegotiation {
        deal,
        renegotiated_away,
        penances,
    })
}

struct Finder<'a> {
    game: &'a TableGame,
    state: TableState,
    profile: Profile,
    deal: &'a [Exact; 2],
}

impl Finder<'_> {
    fn rest(&self, i: usize) -> Exact {
        Exact::ONE - &self.game.discount()[i]
    }

    /// The best that party i gets in one period by its own action, the other playing its part of `p`.
    fn tempted(&self, p: Profile, i: usize) -> Exact {
        let list = self.game.deviations(self.state, p, TableParty::at(i));
        list.map(|other| self.game.payoffs(other)[i].clone())
            .max()
            .unwrap_or(Exact::ZERO)
    }

    /// Penances of party i that hold by themselves, shortest first.
    fn candidates(&self, i: usize, longest: u32) -> Vec<Penance> {
        let j = 1 - i;
        let mut list = Vec::new();
        for b in self.game.profiles(self.state).filter(|b| self.game.on_path(*b)) {
            let g = self.game.payoffs(b);
            if g[j] < self.deal[j] {
                continue;
            }
            let mut power = [Exact::ONE, Exact::ONE];
            for periods in 1..=longest {
                for (power, d) in power.iter_mut().zip(self.game.discount()) {
                    *power *= d;
                }
                let values = [0, 1].map(|k| (Exact::ONE - &power[k]) * &g[k] + &power[k] * &self.deal[k]);
                let d = &self.game.discount()[i];
                let serves = values[i] >= self.rest(i) * self.tempted(b, i) + d * &values[i];
                let deters = self.deal[i] >= self.rest(i) * self.tempted(self.profile, i) + d * &values[i];
                if serves && deters {
                    list.push(Penance {
                        by: i,
                        profile: b,
                        periods,
                        values,
                    });
                    break;
                }
            }
        }
        list
    }

    /// Whether the partner plays along in every period of a penance, threatened with its own.
    fn plays_along(&self, penance: &Penance, own: &Penance) -> bool {
        let j = 1 - penance.by;
        let d = &self.game.discount()[j];
        let away = self.rest(j) * self.tempted(penance.profile, j) + d * &own.values[j];
        // Its value falls towards the deal's as the penance runs out, so the last period decides.
        let last = self.rest(j) * &self.game.payoffs(penance.profile)[j] + d * &self.deal[j];
        penance.values[j] >= away && last >= away
    }

    fn find(&self, longest: u32) -> Option<[Penance; 2]> {
        let (first, second) = (self.candidates(0, longest), self.candidates(1, longest));
        for a in &first {
            for b in &second {
                if self.plays_along(a, b) && self.plays_along(b, a) && self.unranked(a, b) {
                    return Some([a.clone(), b.clone()]);
                }
            }
        }
        None
    }

    /// No two values on the way are ranked the same way by both.
    fn unranked(&self, a: &Penance, b: &Penance) -> bool {
        let mut values = vec![self.deal.clone()];
        for penance in [a, b] {
            let g = self.game.payoffs(penance.profile);
            let mut now = self.deal.clone();
            for _ in 0..penance.periods {
                now = [0, 1].map(|k| self.rest(k) * &g[k] + &self.game.discount()[k] * &now[k]);
                values.push(now.clone());
            }
        }
        values
            .iter()
            .all(|x| values.iter().all(|y| !(x[0] > y[0] && x[1] > y[1])))
    }
}
