//! Judges every state for every party when each preference is a complete ranking.
//!
//! With ranks p_i the condition of a concept is a threshold: let `worst_i(q)` be the least value over what the
//! opponents reach from q, the value of z being `p_i(z)`, or for the symmetric concepts
//! `max(p_i(z), max over R_i(z) of p_i)`. Then s is stable iff `worst_i(q) <= p_i(s)` for every q in `R_i+(s)`.
//! One number for each party and state, filled backwards from the least value, so no relation between states
//! is ever stored. An improvement q itself is better than s for i, so it makes no difference whether q counts
//! as reached from q.

use detente_conflict::{GraphModel, Moves, PartyId};
use rayon::prelude::*;

use super::{Concept, StateSet, listed, product};
use detente_base::watch::Watch;

/// Who is stable where, under which concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    states: usize,
    concepts: Vec<Concept>,
    /// By concept (in the order of `concepts`), then by party.
    stable: Vec<Vec<StateSet>>,
}

/// Why nothing was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trouble {
    /// Some preference is no complete ranking; holds whose.
    NotRanked(PartyId),
    /// Stopped from outside before the work was done.
    Stopped,
    /// More states than this analysis takes; holds how many there are and how many are taken.
    TooLarge(usize, usize),
    /// More parties than this analysis combines; holds how many there are and how many are taken.
    TooManyParties(usize, usize),
    /// The concept is defined for another number of parties; holds how many.
    NeedsParties(usize),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotRanked(_) => write!(f, "a party has no complete ranking"),
            Self::Stopped => write!(f, "stopped before the work was done"),
            Self::TooLarge(states, most) => {
                write!(f, "{states} states; this analysis takes at most {most}")
            }
            Self::TooManyParties(parties, most) => {
                write!(f, "{parties} parties; this analysis combines at most {most}")
            }
            Self::NeedsParties(count) => write!(f, "defined for {count} parties"),
        }
    }
}

impl Answer {
    /// From one set for each concept and party.
    #[must_use]
    pub fn new(states: usize, concepts: Vec<Concept>, stable: Vec<Vec<StateSet>>) -> Self {
        Self {
            states,
            concepts,
            stable,
        }
    }

    /// The concepts that were judged.
    #[must_use]
    pub fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    /// Where a party is stable under a concept, if the concept was judged.
    #[must_use]
    pub fn stable(&self, concept: Concept, party: PartyId) -> Option<&StateSet> {
        let place = self.concepts.iter().position(|judged| *judged == concept)?;
        self.stable[place].get(party.index())
    }

    /// Where every party is stable under the concept, if the concept was judged.
    #[must_use]
    pub fn equilibria(&self, concept: Concept) -> Option<StateSet> {
        let place = self.concepts.iter().position(|judged| *judged == concept)?;
        let mut all = StateSet::all(self.states);
        for stable in &self.stable[place] {
            all.keep(stable);
        }
        Some(all)
    }

    /// Where every party is stable, each under its own concept; `None` if one of those was not judged.
    #[must_use]
    pub fn mixed(&self, by_party: &[Concept]) -> Option<StateSet> {
        let mut all = StateSet::all(self.states);
        for (party, concept) in by_party.iter().enumerate() {
            all.keep(self.stable(*concept, PartyId::at(party))?);
        }
        Some(all)
    }
}

/// Judges every state for every party under the concepts.
///
/// # Errors
/// [`Trouble::NotRanked`] if a preference is no complete ranking, [`Trouble::Stopped`] if the watch says so.
pub fn judge(model: &GraphModel, concepts: &[Concept], watch: &dyn Watch) -> Result<Answer, Trouble> {
    let mut ranks = Vec::with_capacity(model.parties().len());
    for party in model.party_ids() {
        let ranking = model
            .preference(party)
            .ranking()
            .ok_or(Trouble::NotRanked(party))?;
        ranks.push(ranking.ranks());
    }
    let parties: Vec<PartyId> = model.party_ids().collect();
    let by_party: Result<Vec<Vec<StateSet>>, Trouble> = match model.moves() {
        Moves::Product => {
            let fibres: Vec<product::Fibres> = parties
                .par_iter()
                .map(|party| product::Fibres::of(model, *party, ranks[party.index()]))
                .collect();
            let one = |party: &PartyId| product::judge(&fibres, &ranks, *party, concepts, watch);
            parties.par_iter().map(one).collect()
        }
        Moves::Listed(arcs) => {
            let backward: Vec<_> = arcs.par_iter().map(detente_conflict::Arcs::reversed).collect();
            let graph = listed::Graph {
                forward: arcs,
                backward: &backward,
                ranks: &ranks,
            };
            parties
                .par_iter()
                .map(|party| listed::judge(&graph, *party, concepts, watch))
                .collect()
        }
    };
    let by_party = by_party?;
    let by_concept = (0..concepts.len())
        .map(|concept| {
            by_party
                .iter()
                .map(|of_party| of_party[concept].clone())
                .collect()
        })
        .collect();
    Ok(Answer::new(model.states().count(), concepts.to_vec(), by_concept))
}

/// The value of nothing reached: larger than every rank.
pub(super) const UNREACHED: u32 = u32::MAX;

/// The states in increasing order of their values, by counting.
pub(super) fn increasing(values: &[u32]) -> Vec<u32> {
    let most = values.iter().copied().max().unwrap_or(0) as usize;
    let mut start = vec![0u32; most + 2];
    for value in values {
        start[*value as usize + 1] += 1;
    }
    for value in 0..=most {
        start[value + 1] += start[value];
    }
    let mut order = vec![0u32; values.len()];
    for (state, value) in values.iter().enumerate() {
        let slot = &mut start[*value as usize];
        order[*slot as usize] = state as u32;
        *slot += 1;
    }
    order
}
