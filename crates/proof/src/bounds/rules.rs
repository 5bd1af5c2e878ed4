//! What one stage says of joint moves: which survive it, and between what and what each party's value then lies.

use crate::reading::Reading;
use detente_base::ids::{PartyId, StateId};

use super::Stage;
use super::layout::Layout;
use super::pairs::{Ends, Pair, PairScale, Sums};
use super::scale::Scale;
use super::survival::{Departures, Survival};
use crate::Refusal;

/// The rules that one stage lays down for the next and for the conclusion.
pub(super) struct Rules<'g> {
    game: &'g Reading,
    scales: &'g [Scale],
    /// Moves that survive by the intervals alone.
    pub(super) survival: Survival<'g>,
    /// What moving to each target brings at most, before costs, by party.
    high: Vec<Vec<i128>>,
    /// What each party is sure of by departing.
    departures: Vec<Departures>,
    pairs: &'g [PairScale],
    sums: Vec<Sums>,
}

impl<'g> Rules<'g> {
    /// From a stage's intervals and from pairs that hold where the stage does.
    pub(super) fn of(
        game: &'g Reading,
        layout: &'g Layout,
        scales: &'g [Scale],
        stage: &Stage,
        pairs: &[Pair],
        pair_scales: &'g [PairScale],
    ) -> Result<Self, Refusal> {
        let (mut high, mut departures) = (Vec::new(), Vec::new());
        for party in game.parties() {
            let scale = &scales[party.index()];
            high.push(scale.arriving(&stage.high[party.index()])?);
            let low = scale.arriving(&stage.low[party.index()])?;
            departures.push(Departures::of(game, party, scale, &low));
        }
        let sums = pairs.iter().zip(pair_scales).map(|(pair, scale)| {
            Ok(Sums {
                high: scale.arriving(scales, &pair.high, of_both(pair, &stage.high))?,
                low: scale.arriving(scales, &pair.low, of_both(pair, &stage.low))?,
            })
        });
        let sums = sums.collect::<Result<_, Refusal>>()?;
        let survival = Survival::of(game, layout, scales, &high, &departures);
        Ok(Self {
            game,
            scales,
            survival,
            high,
            departures,
            pairs: pair_scales,
            sums,
        })
    }

    /// Between what and what each party's value lies if an equilibrium from a state starts with a move that the
    /// intervals let survive; `None` when the pairs do not.
    pub(super) fn ends(&self, stances: &[usize], from: StateId, target: StateId) -> Option<Ends> {
        let (mut most, mut least) = (Vec::new(), Vec::new());
        let mut costs = Vec::new();
        for party in self.game.parties() {
            let index = party.index();
            let (own, by_others) = self.costs(party, from, target);
            let departing = self.departures[index].best(stances[index], target);
            most.push(self.high[index][target.index()] - own - by_others);
            least.push(departing - by_others);
            costs.push(own + by_others);
        }
        let mut ends = Ends { most, least };
        if self.pairs.is_empty() {
            return Some(ends);
        }
        let sums: Vec<(i128, i128)> = self
            .pairs
            .iter()
            .zip(&self.sums)
            .map(|(pair, sums)| {
                // Weighed costs fit whenever their range does, which was checked.
                let cost = pair.weigh(pair.parties.map(|party| costs[party.index()]));
                let cost = cost.unwrap_or_default();
                (sums.high[target.index()] - cost, sums.low[target.index()] - cost)
            })
            .collect();
        ends.tighten(self.pairs, &sums).then_some(ends)
    }

    /// What a party pays for its own part of a joint move, and for the others' parts.
    pub(super) fn costs(&self, payer: PartyId, from: StateId, target: StateId) -> (i128, i128) {
        let scale = &self.scales[payer.index()];
        if !self.game.has_costs() {
            return (0, 0);
        }
        let cost_of = |mover: PartyId| {
            let position = |state| self.game.position(state, mover);
            scale.cost(mover, position(from), position(target))
        };
        let others = self.game.parties().filter(|mover| *mover != payer);
        (cost_of(payer), others.map(cost_of).sum())
    }
}

/// The lists of both parties of a pair.
pub(super) fn of_both<'s>(pair: &Pair, side: &'s [Vec<i64>]) -> [&'s [i64]; 2] {
    pair.parties().map(|party| side[party.index()].as_slice())
}
