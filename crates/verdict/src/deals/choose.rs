//! Choosing among undominated deals by a named criterion. Payoffs of different parties are never added.
//!
//! - *Nash*: the largest product of the parties' gains over no deal (Nash 1950); free of anybody's scale.
//! - *Egalitarian*: the largest smallest gain, each measured against what that party could gain at best among the
//!   deals found (Kalai and Smorodinsky 1975).
//! - *Best for a party*: what that party likes best.

use super::family::Values;

/// How to choose among undominated deals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Criterion {
    /// The largest product of gains over no deal.
    #[default]
    Nash,
    /// The largest smallest share of what each could gain at best.
    Egalitarian,
    /// The best for the party with this number.
    BestFor(usize),
}

impl Criterion {
    /// A score to be maximised. `best` is the most each party gains in any deal found.
    #[must_use]
    pub fn score(self, parties: usize, values: &Values, no_deal: &Values, best: &Values) -> f64 {
        let gain = |party: usize| values[party] - no_deal[party];
        match self {
            // The logarithm of the product; a party that gains nothing counts as a thousandth of a billionth,
            // so that deals in which somebody gains nothing are still ordered.
            Self::Nash => (0..parties).map(|party| gain(party).max(1e-12).ln()).sum(),
            Self::Egalitarian => (0..parties)
                .map(|party| gain(party) / best[party].max(1e-12))
                .fold(f64::INFINITY, f64::min),
            Self::BestFor(party) => gain(party),
        }
    }
}

/// Whether `a` is at least as good as `b` for everybody.
#[must_use]
pub fn covers(parties: usize, a: &Values, b: &Values) -> bool {
    (0..parties).all(|party| a[party] >= b[party])
}
