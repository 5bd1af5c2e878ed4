//! Bounds that tie two parties together: on `a·v_i + b·v_j`, a and b positive.
//!
//! It is a direction in which the set of value vectors is bounded, no joint payoff: nothing is claimed about the
//! sum. With `ω = δ(1−h)`, `m = min(ω_i, ω_j)` and S the bound on the sum, a joint move to t brings at most
//! `sum(t) = a·base_i(t) + b·base_j(t) + m·S(t) + a(ω_i−m)·high_i(t) + b(ω_j−m)·high_j(t)`, less costs, and at
//! least the same with the lower bounds. For a joint move that some equilibrium starts with, its value to i is then
//! between `least_i` and `most_i`:
//!
//! - `most_i = min(c_i(t;high), (sum(t;high) − b·dev_j)/a)` over the pairs of i, because j gets at least dev_j,
//! - `least_i = max(dev_i, (sum(t;low) − b·most_j)/a)`.
//!
//! All from one stage; a move with `most_i < least_i` for some i does not survive it. Divisions are rounded outwards on
//! the party's own fine scale.

use crate::reading::Reading;
use detente_base::ids::PartyId;
use serde::{Deserialize, Serialize};

use super::scale::{Scale, fits};
use crate::Refusal;
use crate::subject::Subject;

/// Bounds on `a·v_i + b·v_j` in every state, as whole numbers over (the least common multiple of both parties' flow
/// denominators × `grid`).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pair {
    /// The party i, by its number in the case.
    pub first: u32,
    /// The party j.
    pub second: u32,
    /// `[a, b]`, both positive.
    pub weights: [u32; 2],
    /// The sum of no self-enforcing values is above.
    pub high: Vec<i64>,
    /// The sum of no self-enforcing values is below.
    pub low: Vec<i64>,
}

impl Pair {
    /// Whether both bound the same sum.
    fn same_direction(&self, other: &Self) -> bool {
        (self.first, self.second, self.weights) == (other.first, other.second, other.weights)
    }

    /// Checks that the numbers fit the game.
    pub(super) fn check_shape(&self, subject: &Subject, stage: usize) -> Result<(), Refusal> {
        let game = &subject.game;
        let known = |party: u32| (party as usize) < game.party_count();
        let lengths = [self.high.len(), self.low.len()];
        if !known(self.first)
            || !known(self.second)
            || self.first == self.second
            || self.weights.contains(&0)
            || lengths != [game.states(); 2]
        {
            return Err(Refusal::Field(format!(
                "stage {stage}: a pair needs two parties of the game, positive weights and a number a state"
            )));
        }
        Ok(())
    }

    pub(super) fn parties(&self) -> [PartyId; 2] {
        [
            PartyId::at(self.first as usize),
            PartyId::at(self.second as usize),
        ]
    }
}

/// How one direction's numbers relate to those of its parties.
pub(super) struct PairScale {
    pub(super) parties: [PartyId; 2],
    /// `R` of the pair: a bound's whole number is so many of the pair's.
    refinement: i128,
    /// What one unit of a party's bound is in the pair's bounds.
    to_units: [i128; 2],
    weights: [i128; 2],
    /// A weight times what one of its party's numbers is in the pair's.
    factors: [i128; 2],
    /// What one joint move can cost both, weighted, at least and at most.
    pub(super) cost_range: (i128, i128),
}

/// `sum(t)` from above and from below, before costs.
pub(super) struct Sums {
    pub(super) high: Vec<i128>,
    pub(super) low: Vec<i128>,
}

fn too_large() -> Refusal {
    Refusal::TooLarge("bounds on a sum too large to be compared in 128 bits".into())
}

fn product(factors: &[i128]) -> Result<i128, Refusal> {
    let product = factors
        .iter()
        .try_fold(1i128, |product, factor| product.checked_mul(*factor));
    product.filter(|product| fits(*product)).ok_or_else(too_large)
}

fn sum(terms: &[i128]) -> Result<i128, Refusal> {
    let sum = terms.iter().try_fold(0i128, |sum, term| sum.checked_add(*term));
    sum.filter(|sum| fits(*sum)).ok_or_else(too_large)
}

fn divisor(a: i128, b: i128) -> i128 {
    if b == 0 { a } else { divisor(b, a % b) }
}

impl PairScale {
    pub(super) fn of(pair: &Pair, scales: &[Scale]) -> Result<Self, Refusal> {
        let parties = pair.parties();
        let [first, second] = parties.map(|party| &scales[party.index()]);
        let units = product(&[first.units / divisor(first.units, second.units), second.units])?;
        let refinement = product(&[
            first.refinement / divisor(first.refinement, second.refinement),
            second.refinement,
        ])?;
        let to_units = [units / first.units, units / second.units];
        let finer = [refinement / first.refinement, refinement / second.refinement];
        let to_pair = [
            product(&[to_units[0], finer[0]])?,
            product(&[to_units[1], finer[1]])?,
        ];
        let mut scale = Self {
            parties,
            refinement,
            to_units,
            weights: pair.weights.map(i128::from),
            factors: [
                product(&[i128::from(pair.weights[0]), to_pair[0]])?,
                product(&[i128::from(pair.weights[1]), to_pair[1]])?,
            ],
            cost_range: (0, 0),
        };
        let (least, most) = (
            [first.cost_range.0, second.cost_range.0],
            [first.cost_range.1, second.cost_range.1],
        );
        scale.cost_range = (scale.weigh(least)?, scale.weigh(most)?);
        Ok(scale)
    }

    /// `a·x + b·y` of both parties' numbers, in the pair's.
    pub(super) fn weigh(&self, [first, second]: [i128; 2]) -> Result<i128, Refusal> {
        sum(&[
            product(&[self.factors[0], first])?,
            product(&[self.factors[1], second])?,
        ])
    }

    /// A bound's whole number in the pair's numbers.
    pub(super) fn bound(&self, bound: i64) -> Result<i128, Refusal> {
        product(&[self.refinement, i128::from(bound)])
    }

    /// What both parties' bounds imply for the sum, in units of the pair's bounds.
    pub(super) fn implied(&self, first: i64, second: i64) -> Option<i64> {
        let term = |side: usize, bound: i64| {
            let scaled = self.weights[side].checked_mul(self.to_units[side])?;
            scaled.checked_mul(i128::from(bound))
        };
        let sum = term(0, first)?.checked_add(term(1, second)?)?;
        i64::try_from(sum).ok()
    }

    /// `sum(t)` for every target, from bounds on the sum and on both parties.
    pub(super) fn arriving(
        &self,
        scales: &[Scale],
        sums: &[i64],
        [first, second]: [&[i64]; 2],
    ) -> Result<Vec<i128>, Refusal> {
        let [one, two] = self.parties.map(|party| &scales[party.index()]);
        let finer = [self.refinement / one.refinement, self.refinement / two.refinement];
        (0..sums.len())
            .map(|target| {
                let mut total = self.weigh([one.base(target), two.base(target)])?;
                for ((state, w_one), (_, w_two)) in one.terms(target).iter().zip(two.terms(target)) {
                    let state = *state as usize;
                    let weights = [product(&[*w_one, finer[0]])?, product(&[*w_two, finer[1]])?];
                    let shared = weights[0].min(weights[1]);
                    let rest = |side: usize, bound: i64| {
                        product(&[
                            self.weights[side],
                            self.to_units[side],
                            weights[side] - shared,
                            i128::from(bound),
                        ])
                    };
                    total = sum(&[
                        total,
                        product(&[shared, i128::from(sums[state])])?,
                        rest(0, first[state])?,
                        rest(1, second[state])?,
                    ])?;
                }
                Ok(total)
            })
            .collect()
    }

    /// Tightens what each party gets at most by what the other gets at least.
    fn cap(&self, sum: i128, least: &[i128], most: &mut [i128]) -> Option<()> {
        for (own, other) in [(0, 1), (1, 0)] {
            let (party, rival) = (self.parties[own].index(), self.parties[other].index());
            let rest = sum.checked_sub(self.share(other, least[rival])?)?;
            // Upwards: −⌊−x/f⌋.
            let upwards = rest.checked_neg()?.div_euclid(self.factors[own]).checked_neg()?;
            most[party] = most[party].min(upwards);
        }
        Some(())
    }

    /// Tightens what each party gets at least by what the other gets at most.
    fn prop(&self, sum: i128, most: &[i128], least: &mut [i128]) -> Option<()> {
        for (own, other) in [(0, 1), (1, 0)] {
            let (party, rival) = (self.parties[own].index(), self.parties[other].index());
            let rest = sum.checked_sub(self.share(other, most[rival])?)?;
            least[party] = least[party].max(rest.div_euclid(self.factors[own]));
        }
        Some(())
    }

    fn share(&self, side: usize, number: i128) -> Option<i128> {
        self.factors[side].checked_mul(number)
    }

    /// A number of the pair as it stands for in words: over the units of its bounds.
    pub(super) fn payoff(&self, scales: &[Scale], number: i128) -> detente_base::number::Exact {
        let units = scales[self.parties[0].index()].units * self.to_units[0];
        detente_base::number::Exact::from(number)
            / detente_base::number::Exact::from(self.refinement)
            / detente_base::number::Exact::from(units)
    }
}

/// Between what and what each party's value lies if an equilibrium starts with a joint move, costs included.
pub(super) struct Ends {
    pub(super) most: Vec<i128>,
    pub(super) least: Vec<i128>,
}

impl Ends {
    /// Tightens the ends by the sums of the move, costs included; false when the move does not survive. An overflow
    /// tightens nothing.
    pub(super) fn tighten(&mut self, pairs: &[PairScale], sums: &[(i128, i128)]) -> bool {
        let least = self.least.clone();
        for (pair, (high, _)) in pairs.iter().zip(sums) {
            let _ = pair.cap(*high, &least, &mut self.most);
        }
        for (pair, (_, low)) in pairs.iter().zip(sums) {
            let _ = pair.prop(*low, &self.most, &mut self.least);
        }
        self.most
            .iter()
            .zip(&self.least)
            .all(|(most, least)| most >= least)
    }
}

/// The pairs of a stage's directions as the stage before bounds them: its own where it has the direction, else what
/// its intervals imply.
pub(super) fn before(
    game: &Reading,
    pairs: &[Pair],
    scales: &[PairScale],
    before: &super::Stage,
) -> Vec<Pair> {
    let implied = |pair: &Pair, scale: &PairScale| {
        let side = |of: &[Vec<i64>], otherwise: i64| {
            let [first, second] = pair.parties().map(|party| &of[party.index()]);
            game.state_ids()
                .map(|state| {
                    let implied = scale.implied(first[state.index()], second[state.index()]);
                    implied.unwrap_or(otherwise)
                })
                .collect()
        };
        Pair {
            high: side(&before.high, i64::MAX),
            low: side(&before.low, i64::MIN),
            ..*pair
        }
    };
    let found = |pair: &Pair| before.pairs.iter().find(|known| known.same_direction(pair));
    pairs
        .iter()
        .zip(scales)
        .map(|(pair, scale)| found(pair).cloned().unwrap_or_else(|| implied(pair, scale)))
        .collect()
}
