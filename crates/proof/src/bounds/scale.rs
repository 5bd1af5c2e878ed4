//! One party's payoffs and bounds as whole numbers over one common denominator, so that every comparison is exact.
//!
//! A bound is a whole number over `U·grid`, U the denominator of the party's flows, or 2^20 where that is larger. With R
//! the least number that clears the denominators of everything that multiplies bounds, flows over U, ending worths and
//! costs (from δ, the chances of endings and of outcomes, the costs), all quantities are whole over `U·grid·R`:
//! `c(t; b) = base(t) + Σ_y weight(t,y)·b(y)`, `weight(t,y) = R·p(y|t)·δ(1−h(y))`, and a bound b itself is `R·b`.

use crate::reading::{Position, Reading};
use dashu::integer::{IBig, UBig};
use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

use crate::Refusal;
use crate::whole_numbers::least_multiple;

/// The bounds' own numbers count in parts of this, or in those of the flows where these are coarser.
const FINEST_UNIT: i128 = 1 << 20;
/// Whole numbers stay below this, so that a dozen of them can be added.
const LARGEST: i128 = 1 << 120;
/// The most entries of a table of costs.
const MOST_COSTS: usize = 1 << 23;

/// One party's payoffs as whole numbers.
pub(super) struct Scale {
    /// How many of them a bound's whole number is.
    pub(super) refinement: i128,
    /// How many units a whole payoff of 1 has in the bounds' own numbers: `U·grid`.
    pub(super) units: i128,
    base: Vec<i128>,
    starts: Vec<usize>,
    terms: Vec<(u32, i128)>,
    costs: Option<Costs>,
    /// The least and the most that one joint move can cost.
    pub(super) cost_range: (i128, i128),
    /// The payoff range, in the bounds' own numbers: stage 0.
    pub(super) range: (i64, i64),
}

/// What the party pays for each party's part of a joint move, by the positions before and after.
struct Costs {
    of_mover: Vec<Vec<i128>>,
    positions: Vec<usize>,
}

impl Scale {
    pub(super) fn of(game: &Reading, party: PartyId, grid: u64) -> Result<Self, Refusal> {
        let fine = || {
            Refusal::TooLarge(format!(
                "the numbers of party {} have too many digits to be compared in 128 bits",
                party.index()
            ))
        };
        let unit = game.flow_denominator(party).min(FINEST_UNIT);
        let units = unit * i128::from(grid);
        let rates = Rates::of(game, party);
        let refinement = rates.common_denominator(game, party);
        let whole = |value: Exact| -> Result<i128, Refusal> {
            let scaled = value * Exact::from(refinement.clone());
            debug_assert!(scaled.denominator() == &UBig::ONE, "R clears every denominator");
            let number = IBig::try_from(scaled)
                .ok()
                .and_then(|whole| i128::try_from(whole).ok());
            number.filter(|number| fits(*number)).ok_or_else(fine)
        };
        let of_units = Exact::from(units);
        let mut scale = Self {
            refinement: whole(Exact::ONE)?,
            units,
            base: Vec::with_capacity(game.states()),
            starts: vec![0],
            terms: Vec::with_capacity(game.states()),
            costs: None,
            cost_range: (0, 0),
            range: range(game, party, &rates, units).ok_or_else(fine)?,
        };
        let flow_weight = &rates.impatience * Exact::from(units) / Exact::from(game.flow_denominator(party));
        let certain: Vec<(i128, i128)> = rates
            .of_class
            .iter()
            .map(|(weight, ended)| Ok((whole(weight.clone())?, whole(ended * &of_units)?)))
            .collect::<Result<_, Refusal>>()?;
        let certain_flow = whole(flow_weight.clone())?;
        let flows = game.flow_numerators(party);
        for target in game.state_ids() {
            let mut base = 0i128;
            let mut arrive = |state: StateId, flow: i128, weight: i128, ended: i128| {
                let paid = flow.checked_mul(flows[state.index()])?;
                base = base.checked_add(paid)?.checked_add(ended)?;
                scale.terms.push((u32::try_from(state.index()).ok()?, weight));
                Some(())
            };
            if game.has_chances() {
                for (state, p) in game.outcomes(target) {
                    let (weight, ended) = &rates.of_class[game.ending_class_number(state)];
                    let (flow, weight) = (whole(&flow_weight * &p)?, whole(weight * &p)?);
                    let ended = whole(ended * &of_units * &p)?;
                    arrive(state, flow, weight, ended).ok_or_else(fine)?;
                }
            } else {
                let (weight, ended) = certain[game.ending_class_number(target)];
                arrive(target, certain_flow, weight, ended).ok_or_else(fine)?;
            }
            scale
                .base
                .push(Some(base).filter(|base| fits(*base)).ok_or_else(fine)?);
            scale.starts.push(scale.terms.len());
        }
        if game.has_costs() {
            let unit = &rates.impatience * &of_units;
            let (least, most) = game.cost_range(party);
            scale.cost_range = (whole(least * &unit)?, whole(most * &unit)?);
            scale.costs = Some(Costs::of(game, party, &|cost| whole(cost * &unit))?);
        }
        Ok(scale)
    }

    /// What moving to a target pays at once, before costs.
    pub(super) fn base(&self, target: usize) -> i128 {
        self.base[target]
    }

    /// What the future weighs, by the state that comes about.
    pub(super) fn terms(&self, target: usize) -> &[(u32, i128)] {
        &self.terms[self.starts[target]..self.starts[target + 1]]
    }

    /// What moving to each target brings when the future is worth these bounds, before costs.
    pub(super) fn arriving(&self, bounds: &[i64]) -> Result<Vec<i128>, Refusal> {
        (0..self.base.len())
            .map(|target| self.arriving_in(target, bounds))
            .collect()
    }

    /// What moving to one target brings, likewise.
    pub(super) fn arriving_in(&self, target: usize, bounds: &[i64]) -> Result<i128, Refusal> {
        let terms = self.terms(target);
        let sum = terms.iter().try_fold(self.base[target], |sum, (state, weight)| {
            weight
                .checked_mul(i128::from(bounds[*state as usize]))
                .and_then(|term| sum.checked_add(term))
                .filter(|sum| fits(*sum))
        });
        sum.ok_or_else(|| Refusal::TooLarge("bounds too large to be compared in 128 bits".into()))
    }

    /// A bound's whole number over the common denominator.
    pub(super) fn bound(&self, bound: i64) -> Option<i128> {
        self.refinement
            .checked_mul(i128::from(bound))
            .filter(|bound| fits(*bound))
    }

    /// What the party pays for one party's part of a joint move.
    pub(super) fn cost(&self, mover: PartyId, from: Position, to: Position) -> i128 {
        self.costs.as_ref().map_or(0, |costs| {
            let positions = costs.positions[mover.index()];
            costs.of_mover[mover.index()][from.index() * positions + to.index()]
        })
    }

    /// What staying in a state for ever brings at most, in the bounds' own numbers; if chance moves the state on,
    /// the future there is worth these bounds.
    pub(super) fn staying(&self, state: StateId, high: &[i64]) -> Exact {
        let mut sum = Exact::from(self.base[state.index()]);
        let mut again = Exact::ZERO;
        for (after, weight) in self.terms(state.index()) {
            let weight = Exact::from(*weight);
            if *after as usize == state.index() {
                again += weight;
            } else {
                sum += weight * Exact::from(high[*after as usize]);
            }
        }
        sum / (Exact::from(self.refinement) - again)
    }

    /// A number over the common denominator as the payoff it stands for.
    pub(super) fn payoff(&self, number: i128) -> Exact {
        Exact::from(number) / Exact::from(self.refinement) / Exact::from(self.units)
    }
}

/// Whether a number is small enough that a dozen of its size can be added.
pub(super) fn fits(number: i128) -> bool {
    number.abs() < LARGEST
}

/// What a party's payoffs are multiplied with.
struct Rates {
    impatience: Exact,
    /// For each class of endings, `δ(1−h)` and `δ·Σ h e`.
    of_class: Vec<(Exact, Exact)>,
}

impl Rates {
    fn of(game: &Reading, party: PartyId) -> Self {
        let discount = game.discount(party);
        Self {
            impatience: Exact::ONE - discount,
            of_class: game
                .ending_classes()
                .iter()
                .map(|class| {
                    let weight = discount * (Exact::ONE - &class.hazard);
                    (weight, discount * &class.worth[party.index()])
                })
                .collect(),
        }
    }

    /// R: clears the denominators of every product that [`Scale::of`] makes.
    fn common_denominator(&self, game: &Reading, party: PartyId) -> UBig {
        let mut rates = self.impatience.denominator().clone();
        for (weight, ended) in &self.of_class {
            rates = least_multiple(&rates, weight.denominator());
            rates = least_multiple(&rates, ended.denominator());
        }
        let mut chances = UBig::ONE;
        if game.has_chances() {
            for target in game.state_ids() {
                for (_, probability) in game.outcomes(target) {
                    chances = least_multiple(&chances, probability.denominator());
                }
            }
        }
        let of_flows = game.flow_denominator(party);
        if of_flows > FINEST_UNIT {
            rates *= UBig::from(of_flows.unsigned_abs());
        }
        let cost = game.cost_denominator(party);
        let costs = self.impatience.denominator() * cost;
        least_multiple(&(rates * chances), &costs)
    }
}

/// The payoff range: with `M = max_t (b(t) − (1−δ)·least cost) / (1 − w(t))`, b what arriving in t pays and w
/// what the future then weighs, `v ≤ M` for the future implies `b − (1−δ)·cost + w·v ≤ M`; likewise from below.
fn range(game: &Reading, party: PartyId, rates: &Rates, units: i128) -> Option<(i64, i64)> {
    let flows = game.flow_numerators(party);
    let mut of_class: Vec<Option<(i128, i128)>> = vec![None; rates.of_class.len()];
    for state in game.state_ids() {
        let flow = flows[state.index()];
        let (least, most) = of_class[game.ending_class_number(state)].get_or_insert((flow, flow));
        (*least, *most) = ((*least).min(flow), (*most).max(flow));
    }
    let (least_cost, most_cost) = game.cost_range(party);
    let denominator = Exact::from(game.flow_denominator(party));
    let mut ends: Vec<(Exact, Exact)> = Vec::new();
    for ((weight, ended), flows) in rates.of_class.iter().zip(&of_class) {
        if let Some((least, most)) = flows {
            let for_ever = |flow: i128, cost: &Exact| {
                let paid = (Exact::from(flow) / &denominator - cost) * &rates.impatience;
                (paid + ended) / (Exact::ONE - weight)
            };
            ends.push((for_ever(*least, &most_cost), for_ever(*most, &least_cost)));
        }
    }
    let units = Exact::from(units);
    let low = ends.iter().map(|(low, _)| low).min()? * &units;
    let high = ends.iter().map(|(_, high)| high).max()? * &units;
    let whole = |number: IBig| i64::try_from(number).ok();
    Some((whole(low.floor())?, whole(high.ceil())?))
}

impl Costs {
    fn of(
        game: &Reading,
        payer: PartyId,
        whole: &impl Fn(Exact) -> Result<i128, Refusal>,
    ) -> Result<Self, Refusal> {
        let positions: Vec<usize> = game.parties().map(|mover| game.positions(mover)).collect();
        let entries: usize = positions.iter().map(|count| count.saturating_mul(*count)).sum();
        if entries > MOST_COSTS {
            return Err(Refusal::TooLarge(format!(
                "{entries} costs of moves; at most {MOST_COSTS} are tabled"
            )));
        }
        let mut of_mover = Vec::new();
        for mover in game.parties() {
            let mut table = Vec::new();
            let count = game.positions(mover);
            for from in 0..count {
                let before = game.with_position(game.today(), mover, Position::at(from));
                for to in 0..count {
                    let after = game.with_position(before, mover, Position::at(to));
                    table.push(whole(game.cost(payer, before, after))?);
                }
            }
            of_mover.push(table);
        }
        Ok(Self { of_mover, positions })
    }
}
