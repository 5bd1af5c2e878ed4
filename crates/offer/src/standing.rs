//! Whether an offer holds: by whom it is kept, and who would not go into it or not carry it on.

use detente_base::ids::PartyId;
use detente_base::number::Exact;

use crate::outlook::Outlook;
use crate::play::Play;
use crate::test_offer::{OfferTest, Reaction};

/// Somebody who keeps an offer if the others do, and yet does better otherwise over what the others may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unwilling {
    /// At today's beliefs no deal gives it more.
    Prefers {
        /// Whose type.
        party: PartyId,
        /// Which.
        kind: usize,
        /// By how much per period.
        by: Exact,
    },
    /// At some date leaving, or a breach, gives it more than carrying on.
    Stops {
        /// Whose type.
        party: PartyId,
        /// Which.
        kind: usize,
        /// The date at which it gains most.
        date: u32,
        /// By how much per period.
        by: Exact,
    },
}

/// Whether an offer holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The chance that every party to it is of a type that keeps it; 1 if it is kept by all types.
    pub kept: Exact,
    /// The parties of which no type keeps it, in the order of the file.
    pub broken_by: Vec<PartyId>,
    /// Types that keep it and would yet not go into it or not carry it on.
    pub unwilling: Vec<Unwilling>,
}

impl Standing {
    /// Whether some types of every party keep it, and those go into it and carry it on.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.broken_by.is_empty() && self.unwilling.is_empty()
    }

    /// Whether all types of every party keep it.
    #[must_use]
    pub fn is_type_proof(&self) -> bool {
        self.kept == Exact::ONE
    }
}

/// How an offer stands after its test.
#[must_use]
pub fn standing(play: &Play, test: &OfferTest, outlook: &Outlook) -> Standing {
    let (mut kept, mut broken_by) = (Exact::ONE, Vec::new());
    for party in play.game().parties() {
        let own = test.types.iter().filter(|of| of.party == party && of.bound);
        let own: Vec<_> = own.collect();
        if own.is_empty() {
            continue;
        }
        let keeps = own.iter().filter(|of| of.reaction == Reaction::Keeps);
        let share = keeps.fold(Exact::ZERO, |sum, of| sum + &play.kinds(party)[of.kind].prior);
        if share == Exact::ZERO {
            broken_by.push(party);
        }
        // Priors that a world moved may not add up; all types are all types.
        let all = own.iter().all(|of| of.reaction == Reaction::Keeps);
        kept *= if all { Exact::ONE } else { share };
    }
    let mut unwilling = Vec::new();
    let keepers = test
        .types
        .iter()
        .filter(|of| of.bound && of.reaction == Reaction::Keeps);
    for of in keepers {
        let mine = outlook
            .prospects
            .iter()
            .find(|prospect| prospect.party == of.party && prospect.kind == of.kind);
        let (party, kind) = (of.party, of.kind);
        if let Some(prospect) = mine.filter(|prospect| prospect.value < prospect.no_deal) {
            let by = &prospect.no_deal - &prospect.value;
            unwilling.push(Unwilling::Prefers { party, kind, by });
            continue;
        }
        let dates = outlook
            .willingness
            .iter()
            .filter(|willing| willing.party == party && willing.kind == kind);
        let worst = dates.map(|willing| (willing.slack(), willing.date)).min();
        if let Some((slack, date)) = worst.filter(|(slack, _)| *slack < Exact::ZERO) {
            let by = -slack;
            unwilling.push(Unwilling::Stops {
                party,
                kind,
                date,
                by,
            });
        }
    }
    Standing {
        kept,
        broken_by,
        unwilling,
    }
}
