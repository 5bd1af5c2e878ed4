//! The check of one stage against the one before.

use detente_model::game::Game;
use detente_model::ids::{PartyId, StateId};

use super::Stage;
use super::scale::Scale;
use super::survival::{Departures, Layout, Survival, stance};
use crate::Refusal;
use crate::subject::{Subject, shown};

/// What a stage is checked with.
pub(super) struct Checker<'g> {
    pub(super) subject: &'g Subject,
    pub(super) layout: &'g Layout,
    pub(super) scales: &'g [Scale],
}

/// One party's side of a stage, with what lets whole rows of targets be passed over.
struct Side {
    /// `c_i(t; high)` of the stage itself, before costs, and its most in each row.
    arriving: Vec<i128>,
    most_in_row: Vec<i128>,
    /// `dev_i` against the tighter of both lower bounds, and its least in each row, by stance.
    departures: Departures,
    least_in_row: Vec<i128>,
}

/// A state in which a bound is tighter than before and must be earned.
struct Tightened {
    party: PartyId,
    stance: usize,
    /// No surviving move may bring more.
    ceiling: Option<i128>,
    /// No surviving move may leave a departure worth less.
    floor: Option<i128>,
}

impl<'g> Checker<'g> {
    fn game(&self) -> &'g Game {
        &self.subject.game
    }

    /// The moves that survive the bounds of a stage.
    pub(super) fn survival(&self, stage: &Stage) -> Result<(Survival<'g>, Vec<Departures>), Refusal> {
        let (mut high, mut departures) = (Vec::new(), Vec::new());
        for party in self.game().parties() {
            let scale = &self.scales[party.index()];
            high.push(scale.arriving(&stage.high[party.index()])?);
            let low = scale.arriving(&stage.low[party.index()])?;
            departures.push(Departures::of(self.game(), party, scale, &low));
        }
        let survival = Survival::of(self.game(), self.layout, self.scales, &high, &departures);
        Ok((survival, departures))
    }

    /// Checks every bound of a stage that is tighter than in the stage before; gives how many there were.
    pub(super) fn check(&self, number: usize, before: &Stage, stage: &Stage) -> Result<u64, Refusal> {
        let (survival, _) = self.survival(before)?;
        let sides = self
            .game()
            .parties()
            .map(|party| self.side(party, before, stage))
            .collect::<Result<Vec<_>, _>>()?;
        let mut rows = Vec::new();
        let mut earned = 0;
        for state in self.game().state_ids() {
            let tightened = self.tightened(state, before, stage)?;
            if tightened.is_empty() {
                continue;
            }
            earned += tightened.len() as u64;
            let stances = survival.stances(state);
            survival.rows_from(state, &mut rows);
            for row in &rows {
                let suspects = tightened.iter().filter(|entry| self.suspect(entry, &sides, *row));
                let suspects: Suspects<'_> = suspects.collect();
                if suspects.is_empty() {
                    continue;
                }
                let mut found = None;
                survival.in_row(&stances, *row, &mut |target| {
                    found = suspects
                        .iter()
                        .find_map(|entry| self.offends(entry, &sides, state, target));
                    found.is_none()
                });
                if let Some(offence) = found {
                    return Err(self.refuse(number, state, &offence));
                }
            }
        }
        Ok(earned)
    }

    fn side(&self, party: PartyId, before: &Stage, stage: &Stage) -> Result<Side, Refusal> {
        let (game, layout, index) = (self.game(), self.layout, party.index());
        let scale = &self.scales[index];
        let arriving = scale.arriving(&stage.high[index])?;
        let lows = before.low[index].iter().zip(&stage.low[index]);
        let tighter: Vec<i64> = lows.map(|(before, now)| *before.max(now)).collect();
        let departures = Departures::of(game, party, scale, &scale.arriving(&tighter)?);
        let positions = || 0..layout.width();
        let in_row = |row: usize| positions().map(move |place| layout.state(row, place));
        let most_in_row = (0..layout.rows())
            .map(|row| in_row(row).map(|target| arriving[target.index()]).max())
            .map(Option::unwrap_or_default)
            .collect();
        let mut least_in_row = Vec::with_capacity(layout.stances(party) * layout.rows());
        for stance in 0..layout.stances(party) {
            for row in 0..layout.rows() {
                let least = if party == layout.inner {
                    departures.best(stance, layout.state(row, 0))
                } else {
                    let least = in_row(row).map(|target| departures.best(stance, target)).min();
                    least.unwrap_or_default()
                };
                least_in_row.push(least);
            }
        }
        Ok(Side {
            arriving,
            most_in_row,
            departures,
            least_in_row,
        })
    }

    /// The parties whose bounds in a state are tighter than in the stage before.
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
                    party,
                    stance: stance(self.game(), party, state),
                    ceiling,
                    floor,
                });
            }
        }
        Ok(list)
    }

    /// Whether some target in a row might offend; never false where one does.
    fn suspect(&self, entry: &Tightened, sides: &[Side], row: usize) -> bool {
        let side = &sides[entry.party.index()];
        let (least_cost, most_cost) = self.scales[entry.party.index()].cost_range;
        let above = |ceiling| side.most_in_row[row] - least_cost > ceiling;
        let least = side.least_in_row[entry.stance * self.layout.rows() + row];
        // The others' parts of a move may cost the party anything between what all its rules add to.
        let below = |floor| least - (most_cost - least_cost) < floor;
        entry.ceiling.is_some_and(above) || entry.floor.is_some_and(below)
    }

    /// What a surviving move brings that a bound denies.
    fn offends(&self, entry: &Tightened, sides: &[Side], from: StateId, target: StateId) -> Option<Offence> {
        let (party, side) = (entry.party, &sides[entry.party.index()]);
        let scale = &self.scales[party.index()];
        let cost_of = |mover: PartyId| {
            let position = |state| self.game().position(state, mover);
            scale.cost(mover, position(from), position(target))
        };
        let others = self.game().parties().filter(|mover| *mover != party);
        let by_others: i128 = others.map(cost_of).sum();
        let brings = side.arriving[target.index()] - by_others - cost_of(party);
        let departing = side.departures.best(entry.stance, target) - by_others;
        let offence = |claimed, needed, above| Offence {
            party,
            target,
            claimed,
            needed,
            above,
        };
        match (entry.ceiling, entry.floor) {
            (Some(ceiling), _) if brings > ceiling => Some(offence(ceiling, brings, true)),
            (_, Some(floor)) if departing < floor => Some(offence(floor, departing, false)),
            _ => None,
        }
    }

    fn refuse(&self, number: usize, state: StateId, offence: &Offence) -> Refusal {
        let payoff = |number| shown(&self.scales[offence.party.index()].payoff(number));
        let subject = self.subject;
        let (side, what) = if offence.above {
            ("more", "going along brings it up to")
        } else {
            ("less", "departing is sure to bring it only")
        };
        Refusal::Bound(format!(
            "stage {number}: {} is said to get no {side} than {} in {}; but to {} survives the stage before, and \
             {what} {}",
            subject.name(offence.party),
            payoff(offence.claimed),
            subject.in_words(state),
            subject.move_in_words(state, offence.target),
            payoff(offence.needed),
        ))
    }
}

type Suspects<'a> = Vec<&'a Tightened>;

/// A surviving move that a bound does not allow for.
struct Offence {
    party: PartyId,
    target: StateId,
    claimed: i128,
    needed: i128,
    above: bool,
}
