//! From the last stage to the claim: no settlement that satisfies the target can be the end of a path.

use std::collections::VecDeque;

use detente_base::ids::{PartyId, StateId};
use detente_base::number::Exact;

use super::Stage;
use super::rules::Rules;
use super::stages::Checker;
use crate::Refusal;

/// What the conclusion rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grounds {
    /// From this state, to which today can lead, no joint move survives: nothing at all is self-enforcing, so the
    /// claim says little about its target.
    NoEquilibrium {
        /// The state.
        state: StateId,
    },
    /// The states that satisfy the target fail one by one.
    EachExcluded {
        /// States that satisfy the target.
        targets: usize,
        /// Those in which somebody would not stay.
        left: usize,
        /// Those in which all would stay, but to which no surviving moves lead.
        unreached: usize,
    },
}

impl Checker<'_> {
    /// Checks that the last stage excludes every settlement that satisfies the target.
    pub(super) fn conclude(&self, last: &Stage, without: Option<StateId>) -> Result<Grounds, Refusal> {
        let scales = self.pair_scales(&last.pairs)?;
        let rules = || Rules::of(self.game(), self.layout, self.scales, last, &last.pairs, &scales);
        if let Some(state) = without {
            self.check_without_equilibrium(&rules()?, state)?;
            return Ok(Grounds::NoEquilibrium { state });
        }
        let game = &self.subject.game;
        let holds = |state: &StateId| game.holds(&self.subject.condition, *state);
        let targets: Vec<StateId> = game.state_ids().filter(holds).collect();
        let mut standing = Vec::new();
        for state in &targets {
            if self.all_would_stay(*state, last)? {
                standing.push(*state);
            }
        }
        if !standing.is_empty() {
            let reached = self.reached(&rules()?);
            if let Some(state) = standing.iter().find(|state| reached[state.index()]) {
                return Err(Refusal::Stands(format!(
                    "{} satisfies `{}`, nobody is sure to gain by leaving it, and surviving moves lead to it",
                    self.subject.in_words(*state),
                    self.subject.target
                )));
            }
        }
        Ok(Grounds::EachExcluded {
            targets: targets.len(),
            left: targets.len() - standing.len(),
            unreached: standing.len(),
        })
    }

    fn check_without_equilibrium(&self, rules: &Rules<'_>, state: StateId) -> Result<(), Refusal> {
        let subject = self.subject;
        let stances = rules.survival.stances(state);
        let mut survivor = None;
        rules
            .survival
            .descend(state, &stances, &mut |_, _| true, &mut |row| {
                rules.survival.in_row(&stances, row, &mut |target| {
                    survivor = rules.ends(&stances, state, target).map(|_| target);
                    survivor.is_none()
                });
                survivor.is_none().then_some(())
            });
        if let Some(target) = survivor {
            return Err(Refusal::Stands(format!(
                "from {} the joint move to {} survives",
                subject.in_words(state),
                subject.move_in_words(state, target)
            )));
        }
        if !subject.reachable()[state.index()] {
            return Err(Refusal::Stands(format!(
                "no equilibrium starts in {}, but today cannot lead there",
                subject.in_words(state)
            )));
        }
        Ok(())
    }

    /// Whether staying for ever is, for every party, at least what it is sure of otherwise.
    fn all_would_stay(&self, state: StateId, last: &Stage) -> Result<bool, Refusal> {
        for party in self.game().parties() {
            let (scale, low) = (&self.scales[party.index()], &last.low[party.index()]);
            let staying = scale.staying(state, &last.high[party.index()]);
            if staying < Exact::from(low[state.index()])
                || staying * Exact::from(scale.refinement) < Exact::from(self.departing(party, state, low)?)
            {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What a party is sure of by its best move alone from a state in which the others stay, given lower bounds.
    fn departing(&self, party: PartyId, state: StateId, low: &[i64]) -> Result<i128, Refusal> {
        let (game, scale) = (self.game(), &self.scales[party.index()]);
        let from = game.position(state, party);
        // Staying is always a move, so there is one.
        let mut best = i128::MIN / 4;
        for to in game.own_moves(state, party) {
            let target = game.with_position(state, party, *to);
            best = best.max(scale.arriving_in(target.index(), low)? - scale.cost(party, from, *to));
        }
        Ok(best)
    }

    /// The states that surviving moves and chance lead to from today.
    fn reached(&self, rules: &Rules<'_>) -> Vec<bool> {
        let game = &self.subject.game;
        let mut reached = vec![false; game.states()];
        reached[game.today().index()] = true;
        let mut waiting = VecDeque::from([game.today()]);
        while let Some(state) = waiting.pop_front() {
            let stances = rules.survival.stances(state);
            rules
                .survival
                .descend(state, &stances, &mut |_, _| true, &mut |row| {
                    rules.survival.in_row(&stances, row, &mut |target| {
                        // Without chances only a move that leads somewhere new is worth a closer look.
                        let known = !game.has_chances() && reached[target.index()];
                        if known || rules.ends(&stances, state, target).is_none() {
                            return true;
                        }
                        let outcomes = if game.has_chances() {
                            game.outcomes(target)
                                .into_iter()
                                .map(|(state, _)| state)
                                .collect()
                        } else {
                            vec![target]
                        };
                        for outcome in outcomes {
                            if !std::mem::replace(&mut reached[outcome.index()], true) {
                                waiting.push_back(outcome);
                            }
                        }
                        true
                    });
                    Some(())
                });
        }
        reached
    }
}
