//! The check of one stage against the one before.

use crate::reading::Reading;
use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;
use rayon::prelude::*;

use super::Stage;
use super::layout::{Layout, Levels};
use super::pairs::{self, Ends, Pair, PairScale, Sums};
use super::reach::{NOTHING, Reach};
use super::rules::{Rules, of_both};
use super::scale::Scale;
use super::survival::{Departures, Survival, each_bit, stance};
use crate::Refusal;
use crate::subject::{Subject, shown};

/// How many states one core checks before it looks for more.
const STATES_AT_ONCE: usize = 256;

/// What a stage is checked with.
pub(super) struct Checker<'g> {
    pub(super) subject: &'g Subject,
    pub(super) layout: &'g Layout,
    pub(super) scales: &'g [Scale],
}

/// One party's intervals of a stage, with what lets whole rows of targets be passed over.
struct Side {
    /// `c_i(t; high)` of the stage itself, before costs.
    arriving: Vec<i128>,
    /// Its most in each block, by stance, over targets that the party goes along with and everybody from somewhere.
    most: Levels<i128>,
    /// `dev_i` against the tighter of both lower bounds.
    departures: Departures,
    /// Its least, likewise.
    least: Levels<i128>,
    /// What most bounds are seen to allow for without a look at the moves; `None` where moves cost something.
    reach: Option<Reach>,
}

/// One pair's sums of a stage, likewise.
struct PairSide<'p> {
    scale: &'p PairScale,
    sums: Sums,
    most: Levels<i128>,
    least: Levels<i128>,
}

/// Everything that one stage claims.
struct Claims<'p> {
    parties: Vec<Side>,
    pairs: Vec<PairSide<'p>>,
}

impl Claims<'_> {
    /// Whether a bound allows for all that can be reached at all.
    fn allowed_for(&self, entry: &Tightened, state: StateId) -> bool {
        let Whose::Party(party, _) = entry.whose else {
            return false;
        };
        let reach = self.parties[party.index()].reach.as_ref();
        reach.is_some_and(|reach| reach.allows(state, entry.ceiling, entry.floor))
    }
}

/// Whose bound: a party's, or a pair's by its number in the stage.
#[derive(Clone, Copy)]
enum Whose {
    Party(PartyId, usize),
    Pair(usize),
}

/// A bound that is tighter than before and must be earned.
struct Tightened {
    whose: Whose,
    /// No surviving move may bring more.
    ceiling: Option<i128>,
    /// No surviving move may be sure of less.
    floor: Option<i128>,
}

/// A surviving move that a bound does not allow for.
struct Offence {
    whose: Whose,
    target: StateId,
    claimed: i128,
    needed: i128,
    above: bool,
}

impl<'g> Checker<'g> {
    pub(super) fn game(&self) -> &'g Reading {
        &self.subject.game
    }

    /// The scales of a stage's pairs.
    pub(super) fn pair_scales(&self, pairs: &[Pair]) -> Result<Vec<PairScale>, Refusal> {
        pairs
            .iter()
            .map(|pair| PairScale::of(pair, self.scales))
            .collect()
    }

    /// Checks every bound of a stage that is tighter than in the stage before; gives how many there were.
    pub(super) fn check(&self, number: usize, before: &Stage, stage: &Stage) -> Result<u64, Refusal> {
        let scales = self.pair_scales(&stage.pairs)?;
        let pairs = pairs::before(self.game(), &stage.pairs, &scales, before);
        let rules = Rules::of(self.game(), self.layout, self.scales, before, &pairs, &scales)?;
        let alive = rules.survival.alive();
        let parties: Vec<PartyId> = self.game().parties().collect();
        let claims = Claims {
            parties: parties
                .into_par_iter()
                .map(|party| self.side(party, before, stage, &rules.survival, &alive))
                .collect::<Result<_, _>>()?,
            pairs: stage
                .pairs
                .iter()
                .zip(&scales)
                .map(|(pair, scale)| self.pair_side(pair, scale, before))
                .collect::<Result<_, _>>()?,
        };
        let check_state = |state: StateId| -> Result<u64, Refusal> {
            let mut tightened = self.tightened(state, before, stage)?;
            tightened.extend(tightened_pairs(state, &pairs, &stage.pairs, &scales)?);
            let count = tightened.len() as u64;
            tightened.retain(|entry| !claims.allowed_for(entry, state));
            match self.offence(&rules, &claims, &tightened, state) {
                Some(offence) => Err(self.refuse(number, state, &claims, &offence)),
                None => Ok(count),
            }
        };
        let states: Vec<StateId> = self.game().state_ids().collect();
        // The first refusal in the order of states is the one that is shown.
        let parts: Vec<Result<u64, Refusal>> = states
            .par_chunks(STATES_AT_ONCE)
            .map(|states| states.iter().map(|state| check_state(*state)).sum())
            .collect();
        parts.into_iter().sum()
    }

    fn side(
        &self,
        party: PartyId,
        before: &Stage,
        stage: &Stage,
        survival: &Survival<'_>,
        alive: &[u64],
    ) -> Result<Side, Refusal> {
        let (game, layout, index) = (self.game(), self.layout, party.index());
        let scale = &self.scales[index];
        let arriving = scale.arriving(&stage.high[index])?;
        let lows = before.low[index].iter().zip(&stage.low[index]);
        let tighter: Vec<i64> = lows.map(|(before, now)| *before.max(now)).collect();
        let departures = Departures::of(game, party, scale, &scale.arriving(&tighter)?);
        let rows = layout.rows();
        let cells = layout.stances(party) * rows;
        let (mut most, mut least) = (vec![NOTHING.0; cells], vec![NOTHING.1; cells]);
        for stance in 0..layout.stances(party) {
            survival.for_each_complying(party, stance, alive, &departures, &mut |row, target, sure| {
                let cell = stance * rows + row;
                most[cell] = most[cell].max(arriving[target.index()]);
                least[cell] = least[cell].min(sure);
            });
        }
        let reach =
            (!game.has_costs()).then(|| Reach::of(game, party, survival, alive, &arriving, &departures));
        Ok(Side {
            reach,
            arriving,
            most: layout.levels(most, i128::max),
            departures,
            least: layout.levels(least, i128::min),
        })
    }

    fn pair_side<'p>(
        &self,
        pair: &Pair,
        scale: &'p PairScale,
        before: &Stage,
    ) -> Result<PairSide<'p>, Refusal> {
        // Only the sum's own bound is the stage's; what it borrows from the intervals is that of the stage before.
        let sums = Sums {
            high: scale.arriving(self.scales, &pair.high, of_both(pair, &before.high))?,
            low: scale.arriving(self.scales, &pair.low, of_both(pair, &before.low))?,
        };
        Ok(PairSide {
            scale,
            most: self.layout.most(&sums.high),
            least: self.layout.least(&sums.low),
            sums,
        })
    }

    /// The intervals in a state that are tighter than in the stage before.
    fn tightened(&self, state: StateId, before: &Stage, stage: &Stage) -> Result<Vec<Tightened>, Refusal> {
        let mut list = Vec::new();
        for party in self.game().parties() {
            let (index, place) = (party.index(), state.index());
            let (high, low) = (stage.high[index][place], stage.low[index][place]);
            let scaled = |bound: i64| {
                let scaled = self.scales[index].bound(bound);
                scaled.ok_or_else(|| Refusal::TooLarge("a bound too large to be compared in 128 bits".into()))
            };
            let ceiling = (high < before.high[index][place])
                .then(|| scaled(high))
                .transpose()?;
            let floor = (low > before.low[index][place])
                .then(|| scaled(low))
                .transpose()?;
            if ceiling.is_some() || floor.is_some() {
                list.push(Tightened {
                    whose: Whose::Party(party, stance(self.game(), party, state)),
                    ceiling,
                    floor,
                });
            }
        }
        Ok(list)
    }

    /// The first surviving move from a state that a bound does not allow for.
    fn offence(
        &self,
        rules: &Rules<'_>,
        claims: &Claims<'_>,
        tightened: &[Tightened],
        state: StateId,
    ) -> Option<Offence> {
        if tightened.is_empty() {
            return None;
        }
        let stances = rules.survival.stances(state);
        let mut found = None;
        let mut survivors = vec![0; self.layout.words];
        // The bounds that some target of the block at each level might offend; those of the block above at place 0.
        let mut suspects: Vec<Vec<&Tightened>> = vec![Vec::new(); self.layout.outer.len() + 1];
        suspects[0].extend(tightened);
        let suspects = std::cell::RefCell::new(suspects);
        let mut enter = |level: usize, block: usize| {
            let mut suspects = suspects.borrow_mut();
            let (above, below) = suspects.split_at_mut(level + 1);
            below[0].clear();
            let left = above[level].iter().copied();
            below[0].extend(left.filter(|entry| self.suspect(entry, claims, level, block)));
            !below[0].is_empty()
        };
        rules.survival.descend(state, &stances, &mut enter, &mut |row| {
            let suspects = suspects.borrow();
            let suspects = suspects.last()?;
            rules.survival.surviving(&stances, row, &mut survivors);
            if !suspects
                .iter()
                .any(|entry| self.may_offend(entry, claims, row, &survivors))
            {
                return Some(());
            }
            rules.survival.in_row(&stances, row, &mut |target| {
                let offends = |entry: &&Tightened, ends: Option<&Ends>| {
                    offends(entry, claims, rules, (state, target), ends)
                };
                // The ends of a move are only worked out where the bounds themselves do not do.
                if suspects.iter().any(|entry| offends(entry, None).is_some())
                    && let Some(ends) = rules.ends(&stances, state, target)
                {
                    found = suspects.iter().find_map(|entry| offends(entry, Some(&ends)));
                }
                found.is_none()
            });
            found.is_none().then_some(())
        });
        found
    }

    /// Whether some target in a block might offend; never false where one does.
    fn suspect(&self, entry: &Tightened, claims: &Claims<'_>, level: usize, block: usize) -> bool {
        let (most, least, (least_cost, most_cost)) = match entry.whose {
            Whose::Party(party, stance) => {
                let side = &claims.parties[party.index()];
                let (least, most) = self.scales[party.index()].cost_range;
                // Own costs are in the departure; the others' parts may cost anything between what all rules add to.
                (
                    side.most.at(level, stance, block),
                    side.least.at(level, stance, block),
                    (least, most - least),
                )
            }
            Whose::Pair(number) => {
                let side = &claims.pairs[number];
                (
                    side.most.at(level, 0, block),
                    side.least.at(level, 0, block),
                    side.scale.cost_range,
                )
            }
        };
        entry.ceiling.is_some_and(|ceiling| most - least_cost > ceiling)
            || entry.floor.is_some_and(|floor| least - most_cost < floor)
    }

    /// Whether one of the surviving targets of a row may offend; never false where one does.
    fn may_offend(&self, entry: &Tightened, claims: &Claims<'_>, row: usize, survivors: &[u64]) -> bool {
        let Whose::Party(party, stance) = entry.whose else {
            return true;
        };
        if self.game().has_costs() {
            return true;
        }
        let side = &claims.parties[party.index()];
        let first = self.layout.state(row, 0);
        let arriving = &side.arriving[first.index()..];
        let above = |place: usize| entry.ceiling.is_some_and(|ceiling| arriving[place] > ceiling);
        let departing = side.departures.in_row(stance, first);
        let below = |place: usize| {
            // Against the inner party all targets of a row are one.
            let sure = if party == self.layout.inner {
                departing[0]
            } else {
                departing[place]
            };
            entry.floor.is_some_and(|floor| sure < floor)
        };
        each_bit(survivors).any(|place| above(place) || below(place))
    }

    fn refuse(&self, number: usize, state: StateId, claims: &Claims<'_>, offence: &Offence) -> Refusal {
        let subject = self.subject;
        let payoff = |number: i128| -> Exact {
            match offence.whose {
                Whose::Party(party, _) => self.scales[party.index()].payoff(number),
                Whose::Pair(pair) => claims.pairs[pair].scale.payoff(self.scales, number),
            }
        };
        let whose = match offence.whose {
            Whose::Party(party, _) => subject.name(party).to_owned(),
            Whose::Pair(pair) => {
                let names = claims.pairs[pair].scale.parties.map(|party| subject.name(party));
                format!(
                    "the weighted sum {number} of {} and {}",
                    names[0],
                    names[1],
                    number = pair + 1
                )
            }
        };
        let (side, what) = if offence.above {
            ("above", "it can bring")
        } else {
            ("below", "it is sure to bring no more than")
        };
        Refusal::Bound(format!(
            "stage {number}: {whose} is said never to be {side} {} in {}; but to {} survives the stage before, and \
             {what} {}",
            shown(&payoff(offence.claimed)),
            subject.in_words(state),
            subject.move_in_words(state, offence.target),
            shown(&payoff(offence.needed)),
        ))
    }
}

/// The sums in a state that are tighter than in the stage before.
fn tightened_pairs(
    state: StateId,
    before: &[Pair],
    now: &[Pair],
    scales: &[PairScale],
) -> Result<Vec<Tightened>, Refusal> {
    let mut list = Vec::new();
    let place = state.index();
    for (number, (then, pair)) in before.iter().zip(now).enumerate() {
        let scaled = |tighter: bool, bound: i64| tighter.then(|| scales[number].bound(bound)).transpose();
        let ceiling = scaled(pair.high[place] < then.high[place], pair.high[place])?;
        let floor = scaled(pair.low[place] > then.low[place], pair.low[place])?;
        if ceiling.is_some() || floor.is_some() {
            list.push(Tightened {
                whose: Whose::Pair(number),
                ceiling,
                floor,
            });
        }
    }
    Ok(list)
}

/// What a surviving move brings that a bound denies; `ends` are those of the move in the stage before.
fn offends(
    entry: &Tightened,
    claims: &Claims<'_>,
    rules: &Rules<'_>,
    (from, target): (StateId, StateId),
    ends: Option<&Ends>,
) -> Option<Offence> {
    let (mut most, mut least);
    match entry.whose {
        Whose::Party(party, stance) => {
            let side = &claims.parties[party.index()];
            let (own, by_others) = rules.costs(party, from, target);
            most = side.arriving[target.index()] - own - by_others;
            least = side.departures.best(stance, target) - by_others;
            if let Some(ends) = ends {
                most = most.min(ends.most[party.index()]);
                least = least.max(ends.least[party.index()]);
            }
        }
        Whose::Pair(number) => {
            let side = &claims.pairs[number];
            let weigh = |of: &dyn Fn(PartyId) -> i128| side.scale.weigh(side.scale.parties.map(of)).ok();
            let cost = weigh(&|party| {
                let (own, by_others) = rules.costs(party, from, target);
                own + by_others
            });
            let cost = cost.unwrap_or_default();
            most = side.sums.high[target.index()] - cost;
            least = side.sums.low[target.index()] - cost;
            if let Some(ends) = ends {
                let of = |side: &Vec<i128>| weigh(&|party| side[party.index()]);
                most = of(&ends.most).map_or(most, |top| most.min(top));
                least = of(&ends.least).map_or(least, |bottom| least.max(bottom));
            }
        }
    }
    let offence = |claimed, needed, above| Offence {
        whose: entry.whose,
        target,
        claimed,
        needed,
        above,
    };
    match (entry.ceiling, entry.floor) {
        (Some(ceiling), _) if most > ceiling => Some(offence(ceiling, most, true)),
        (_, Some(floor)) if least < floor => Some(offence(floor, least, false)),
        _ => None,
    }
}
