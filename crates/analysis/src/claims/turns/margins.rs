//! The margins that a finding rests on: by how much a deal that was found holds, by how much the nearest settlement
//! fails where none was, and by how much one stream of states is worth more than another where the claim compares them.
//!
//! They are sums over judgements ([`detente_verdict::why`]), and serve to choose which judgements are moved, not to decide.

use detente_base::ids::{JudgementId, PartyId, StateId};
use detente_base::number::to_float;
use detente_case::{Claim, ClaimKind};

use super::super::ClaimContext;
use detente_verdict::why;

/// How large a margin is, and what it is made of.
pub(super) type Margin = (f64, Vec<(JudgementId, f64)>);

impl ClaimContext<'_> {
    /// All margins of a claim.
    pub(super) fn margins(&self, claim: &Claim) -> Vec<Margin> {
        match claim.kind {
            ClaimKind::Gesture => self.of_gesture(claim),
            ClaimKind::QuietIsBetter => self.of_quiet(claim),
            ClaimKind::Widens => [self.of_gesture(claim), self.of_questions(claim)].concat(),
            _ => [self.of_questions(claim), self.of_comparison(claim)].concat(),
        }
    }

    /// What tempts whom, in every question that the claim asked.
    fn of_questions(&self, claim: &Claim) -> Vec<Margin> {
        let Some(target) = self.asked_about(claim) else {
            return Vec::new();
        };
        let mut variants = vec![self.world.variants.clone()];
        // Variants only illustrate why all at once fails; its finding does not rest on them.
        if claim.kind != ClaimKind::AllAtOnceFails {
            variants.extend(
                claim
                    .variants
                    .iter()
                    .map(|number| self.variant(*number).0.variants),
            );
        }
        let later = claim.kind == ClaimKind::Window;
        let reaches = self
            .answered
            .about(&target, &variants, later, self.world.periods_later);
        let temptations = reaches.into_iter().flat_map(|reach| reach.temptations);
        temptations
            .map(|temptation| (temptation.slack, temptation.rests_on))
            .collect()
    }

    /// What the deal found is worth more than what the claim compares it with.
    fn of_comparison(&self, claim: &Claim) -> Vec<Margin> {
        let (today, no_deal) = (self.game().today(), self.no_deal());
        let Some(deal) = self
            .asked_about(claim)
            .and_then(|target| self.reach(&target).deal)
        else {
            return Vec::new();
        };
        let end = &deal.path[deal.path.len() - 1..];
        let value = |party: PartyId| to_float(&deal.values[party.index()]);
        let of = |party: PartyId| match claim.kind {
            ClaimKind::RoomToAnswer => {
                let escalated = self.nearest(claim.against.as_ref()?)?;
                let slack = value(party) - to_float(&self.flow(party, escalated));
                Some((slack, self.between(party, &deal.path, &[escalated])))
            }
            ClaimKind::Exchange => {
                let slack = value(party) - no_deal.as_ref()?[party.index()];
                Some((
                    slack,
                    self.between(party, &deal.path, &self.ground.no_deal_path()),
                ))
            }
            ClaimKind::LimitedIsBetter => Some(self.flows(party, end[0], today)),
            _ => None,
        };
        self.parties(claim).into_iter().filter_map(of).collect()
    }

    /// What the mover of a gesture may still lose, and what others gain.
    fn of_gesture(&self, claim: &Claim) -> Vec<Margin> {
        let (game, today) = (self.game(), self.game().today());
        let (Some(after), Some((first, _))) = (self.changed(&claim.set), claim.set.first()) else {
            return Vec::new();
        };
        let mover = game.owner(*first);
        let of = |party: PartyId| {
            let (gain, parts) = self.flows(party, after, today);
            let allowed = if Some(party) == mover {
                to_float(&claim.about_nothing)
            } else {
                0.0
            };
            (gain + allowed, parts)
        };
        game.parties().map(of).collect()
    }

    fn of_quiet(&self, claim: &Claim) -> Vec<Margin> {
        let Some((quiet, other)) = self.quiet_states(claim) else {
            return Vec::new();
        };
        let parties = self.parties(claim).into_iter();
        parties.map(|party| self.flows(party, quiet, other)).collect()
    }

    /// By how much one state is worth more per period than another.
    fn flows(&self, party: PartyId, one: StateId, other: StateId) -> Margin {
        let slack = to_float(&(self.flow(party, one) - self.flow(party, other)));
        (slack, self.between(party, &[one], &[other]))
    }

    fn between(&self, party: PartyId, along: &[StateId], departing: &[StateId]) -> Vec<(JudgementId, f64)> {
        why::parts(self.case, self.world, &self.ground.arena, party, along, departing)
    }
}
