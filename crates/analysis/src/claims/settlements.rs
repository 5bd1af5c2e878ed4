//! Claims about the case as it stands: whether a settlement is reached, what a step costs, who is better off.

use detente_base::ids::{PartyId, StateId};
use detente_base::number::to_float;
use detente_case::Claim;

use super::reach::Reach;
use super::{ClaimContext, Decided, Finding, undecidable};

/// The most settlements that are asked for one by one.
const MOST_SETTLEMENTS: usize = 8;

impl ClaimContext<'_> {
    pub(super) fn possible(&self, claim: &Claim) -> Decided {
        let reach = self.reach(&self.target(claim));
        (
            Finding::of(reach.possible),
            format!("The target is {}.", reach.in_words()),
            reach.proofs,
        )
    }

    pub(super) fn room_to_answer(&self, claim: &Claim) -> Decided {
        let Some(against) = &claim.against else {
            return undecidable("no path to compare with is given");
        };
        let Some(escalated) = self.nearest(against) else {
            return undecidable("no state satisfies `against`");
        };
        let reach = self.reach(&self.target(claim));
        let Some(deal) = &reach.deal else {
            return (
                Finding::of(reach.possible),
                format!("An answer by restraint is {}.", reach.in_words()),
                reach.proofs,
            );
        };
        let parties = self.parties(claim);
        let better = |party: &PartyId| deal.values[party.index()] > self.flow(*party, escalated);
        let worse: Vec<PartyId> = parties.iter().filter(|party| !better(party)).copied().collect();
        let reason = if worse.is_empty() {
            format!(
                "A self-enforcing answer exists ({}), and it is worth more than staying on the path of escalation to {}.",
                reach.in_words(),
                self.names(&parties)
            )
        } else {
            format!(
                "A self-enforcing answer exists ({}), but escalation is worth at least as much to {}.",
                reach.in_words(),
                self.names(&worse)
            )
        };
        (Finding::of(Some(worse.is_empty())), reason, reach.proofs)
    }

    pub(super) fn gesture(&self, claim: &Claim) -> Decided {
        let Some(after) = self.changed(&claim.set) else {
            return undecidable("the step cannot be made");
        };
        let (game, today) = (self.game(), self.game().today());
        let named = self.parties(claim);
        let movers: Vec<Option<PartyId>> = claim.set.iter().map(|(issue, _)| game.owner(*issue)).collect();
        let Some(mover) = movers[0] else {
            return undecidable("nature's levels are no party's step");
        };
        if movers.iter().any(|other| *other != Some(mover))
            || !game
                .own_moves(today, mover)
                .contains(&game.position(after, mover))
        {
            return (
                Finding::False,
                "It is not one party's own step that can be made in one period.".into(),
                Vec::new(),
            );
        }
        if !named.contains(&mover) {
            let reason = format!(
                "It is a step of {}, whom the claim does not name.",
                self.case.party(mover).name
            );
            return (Finding::False, reason, Vec::new());
        }
        let cost = self.flow(mover, today) - self.flow(mover, after);
        let gainers: Vec<PartyId> = game
            .parties()
            .filter(|party| *party != mover && named.contains(party))
            .filter(|party| self.flow(*party, after) > self.flow(*party, today))
            .collect();
        let exposure = self.ground.fallback.as_ref().map(|fallback| {
            let values = &fallback.phases[0].values[mover.index()];
            values[today.index()] - values[after.index()]
        });
        let allowed = to_float(&claim.about_nothing) + 1e-9;
        let cheap = cost <= claim.about_nothing;
        let safe = exposure.map(|exposure| exposure <= allowed);
        let name = &self.case.party(mover).name;
        let exposed = match exposure {
            Some(loss) if loss <= allowed => "and leaves it no worse placed if nothing follows".to_owned(),
            Some(loss) => format!("but leaves it {loss:.3} per period worse placed if nothing follows"),
            None => "and what follows without a deal was not found".to_owned(),
        };
        let reason = format!(
            "It costs {name} {:.3} per period, raises the flow of {}, {exposed}.",
            to_float(&cost),
            self.names(&gainers)
        );
        let holds = if !cheap || gainers.is_empty() {
            Some(false)
        } else {
            safe
        };
        (Finding::of(holds), reason, Vec::new())
    }

    pub(super) fn exchange(&self, claim: &Claim) -> Decided {
        let Some(target) = self.set_exactly(claim) else {
            return undecidable("the exchange cannot be made");
        };
        let reach = self.reach(&target);
        let Some(deal) = &reach.deal else {
            return (
                Finding::of(reach.possible),
                format!("As a settlement by itself the exchange is {}.", reach.in_words()),
                reach.proofs,
            );
        };
        let parties = self.parties(claim);
        let no_deal = self.no_deal().unwrap_or_default();
        let gains = |party: &PartyId| to_float(&deal.values[party.index()]) > no_deal[party.index()] + 1e-9;
        let without: Vec<PartyId> = parties.iter().filter(|party| !gains(party)).copied().collect();
        let reason = if without.is_empty() {
            format!(
                "The exchange is self-enforcing ({}) and better than no deal for {}.",
                reach.in_words(),
                self.names(&parties)
            )
        } else {
            format!(
                "The exchange is self-enforcing ({}), but no better than no deal for {}.",
                reach.in_words(),
                self.names(&without)
            )
        };
        (Finding::of(Some(without.is_empty())), reason, reach.proofs)
    }

    pub(super) fn series(&self, claim: &Claim) -> Decided {
        let target = self.target(claim);
        let reach = self.reach(&target);
        let (Some(true), Some(deal)) = (reach.possible, &reach.deal) else {
            return (
                Finding::of(reach.possible),
                format!("By a series of steps the target is {}.", reach.in_words()),
                reach.proofs,
            );
        };
        let game = self.game();
        let wanted = game.truth(&target.condition);
        let at_once = game
            .state_ids()
            .filter(|state| wanted[state.index()] && game.can_move(game.today(), *state))
            .count();
        if at_once == 0 {
            let reason = format!(
                "A series of {} self-enforcing steps reaches it, and no single joint step from today can.",
                deal.path.len() - 1
            );
            return (Finding::True, reason, reach.proofs);
        }
        let mut one_step = *self.limits;
        one_step.deals.steps = 1;
        let single = self.with_limits(&one_step).reach(&target);
        match single.possible {
            Some(true) => (
                Finding::False,
                "A single exchange already reaches it, so a series is not needed.".into(),
                single.proofs,
            ),
            _ => (
                Finding::Undecided,
                format!(
                    "A series of {} steps reaches it; no single exchange was found, but {at_once} one-step settlements were not excluded by proof.",
                    deal.path.len() - 1
                ),
                reach.proofs,
            ),
        }
    }

    pub(super) fn limited(&self, claim: &Claim) -> Decided {
        let reach = self.reach(&self.target(claim));
        let Some(deal) = &reach.deal else {
            return (
                Finding::of(reach.possible),
                format!("A limited settlement is {}.", reach.in_words()),
                reach.proofs,
            );
        };
        let parties = self.parties(claim);
        let end = deal.path[deal.path.len() - 1];
        if self.better_than_today(&parties, end) {
            return self.limited_and_better(&parties, reach);
        }
        // Flows are exact: where no state qualifies, no settlement does.
        let game = self.game();
        let wanted = game.truth(&self.target(claim).condition);
        let mut better: Vec<StateId> = game
            .state_ids()
            .filter(|state| wanted[state.index()] && self.better_than_today(&parties, *state))
            .collect();
        if better.is_empty() {
            return (
                Finding::False,
                format!(
                    "A limited settlement is {}, but none is better than today's flow for each of {}.",
                    reach.in_words(),
                    self.names(&parties)
                ),
                reach.proofs,
            );
        }
        better.sort_by_key(|state| (game.changes(game.today(), *state).count(), *state));
        let mut excluded = 0;
        for state in better.iter().take(MOST_SETTLEMENTS) {
            let found = self.exactly(*state).map(|target| self.reach(&target));
            match found.as_ref().and_then(|found| found.possible) {
                Some(true) => {
                    return self.limited_and_better(&parties, found.unwrap_or(reach));
                }
                Some(false) => excluded += 1,
                None => {}
            }
        }
        let all = excluded == better.len();
        let reason = format!(
            "A limited settlement is {}; of {} that are better than today's flow for each of {}, the {} nearest were \
             asked for, and {}.",
            reach.in_words(),
            better.len(),
            self.names(&parties),
            better.len().min(MOST_SETTLEMENTS),
            if all {
                "all are impossible".to_owned()
            } else {
                format!("{excluded} are impossible, none was found possible")
            }
        );
        (Finding::of(all.then_some(false)), reason, reach.proofs)
    }

    fn limited_and_better(&self, parties: &[PartyId], reach: Reach) -> Decided {
        let reason = format!(
            "A limited settlement is {} and better than today for {}.",
            reach.in_words(),
            self.names(parties)
        );
        (Finding::True, reason, reach.proofs)
    }

    /// Whether a state is worth more per period than today's to each of some parties.
    fn better_than_today(&self, parties: &[PartyId], state: StateId) -> bool {
        let today = self.game().today();
        parties
            .iter()
            .all(|party| self.flow(*party, state) > self.flow(*party, today))
    }

    /// The quiet state and the one that it is compared with.
    pub(super) fn quiet_states(&self, claim: &Claim) -> Option<(StateId, StateId)> {
        let against = claim.against.as_ref()?;
        Some((self.nearest(&self.target(claim))?, self.nearest(against)?))
    }

    /// The parties to which the quiet state is worth no more per period than the other.
    pub(super) fn no_quieter(&self, claim: &Claim, (quiet, other): (StateId, StateId)) -> Vec<PartyId> {
        let mut parties = self.parties(claim);
        parties.retain(|party| self.flow(*party, quiet) <= self.flow(*party, other));
        parties
    }

    pub(super) fn quiet(&self, claim: &Claim) -> Decided {
        let Some(states) = self.quiet_states(claim) else {
            return undecidable("no state satisfies `target`, or none is given to compare with");
        };
        let worse = self.no_quieter(claim, states);
        let kept = self.exactly(states.0).map(|target| self.reach(&target));
        let by_itself = match kept.as_ref().and_then(|kept| kept.possible) {
            Some(true) => "It is self-enforcing by itself.",
            Some(false) => "It is not self-enforcing by itself: something must be exchanged to keep it.",
            None => "Whether it is self-enforcing by itself was not settled.",
        };
        let reason = if worse.is_empty() {
            format!(
                "The quiet state is worth more per period to {} than the other. {by_itself}",
                self.names(&self.parties(claim))
            )
        } else {
            format!(
                "The quiet state is worth no more per period to {}. {by_itself}",
                self.names(&worse)
            )
        };
        let proofs = kept.map_or_else(Vec::new, |kept| kept.proofs);
        (Finding::of(Some(worse.is_empty())), reason, proofs)
    }
}
