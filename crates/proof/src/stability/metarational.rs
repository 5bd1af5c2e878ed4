//! Judgements over longer exchanges of moves and counter-moves (Zeng, Fang, Hipel, Kilgour 2006).
//!
//! With n moves left after the party stands at q, q is *answered*, `D_n(q)`: `D_0` never; `D_n(q)` if some z that the
//! opponents can make of q is no better than s, and everything w better than s that the party can then go to has
//! `D_{n-2}(w)` (for n = 1 the party does not move again). s is stable over h moves if `D_{h-1}(q)` for every improvement
//! q. The checker follows this recursion with everything recomputed; no shorter witness is known to it.

use std::collections::{HashMap, HashSet};

use detente_model::conflict::{GraphModel, PartyId, StateId};
use serde::{Deserialize, Serialize};

use super::check::{Flaw, Names, agrees};
use super::reached::{all_but, reached};

/// Up to so many moves and counter-moves.
pub const MOST_MOVES: usize = 64;

/// A claim about one party at one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetarationalJudgement {
    /// Whose view it is.
    pub party: String,
    /// The state it may leave.
    pub state: String,
    /// How many moves and counter-moves are thought through.
    pub moves: usize,
    /// Whether opponents answer only by improvements.
    pub credible: bool,
    /// Whether it stays.
    pub stable: bool,
}

struct Exchange<'a> {
    model: &'a GraphModel,
    party: PartyId,
    state: StateId,
    credible: bool,
    opponents: Vec<PartyId>,
    answers: HashMap<StateId, HashSet<StateId>>,
    answered: HashMap<(StateId, usize), bool>,
}

impl Exchange<'_> {
    fn better(&self, at: StateId) -> bool {
        self.model
            .preference(self.party)
            .compare(at, self.state)
            .is_better()
    }

    /// `D_n(q)`.
    fn answered(&mut self, q: StateId, left: usize) -> bool {
        if left == 0 {
            return false;
        }
        if let Some(known) = self.answered.get(&(q, left)) {
            return *known;
        }
        let (model, opponents, credible) = (self.model, &self.opponents, self.credible);
        let pays = |mover: PartyId, a, b| !credible || model.preference(mover).compare(b, a).is_better();
        let answers = self
            .answers
            .entry(q)
            .or_insert_with(|| reached(model, opponents, q, pays));
        let answers: Vec<StateId> = answers.iter().copied().collect();
        let found = answers.into_iter().any(|z| {
            !self.better(z)
                && (left == 1
                    || model
                        .moves_from(self.party, z)
                        .into_iter()
                        .all(|w| !self.better(w) || self.answered(w, left - 2)))
        });
        self.answered.insert((q, left), found);
        found
    }
}

pub(super) fn check_metarational(names: &Names<'_>, judgement: &MetarationalJudgement) -> Result<(), Flaw> {
    let (party, state) = (names.party(&judgement.party)?, names.state(&judgement.state)?);
    let model = names.model;
    if judgement.moves == 0 || judgement.moves > MOST_MOVES {
        return Err(Flaw::TooMuch(format!(
            "between 1 and {MOST_MOVES} moves are thought through"
        )));
    }
    if model.preference(party).ranking().is_none() {
        return Err(Flaw::TooMuch("a complete ranking is needed".to_owned()));
    }
    let mut exchange = Exchange {
        model,
        party,
        state,
        credible: judgement.credible,
        opponents: all_but(model, &[party]),
        answers: HashMap::new(),
        answered: HashMap::new(),
    };
    let mut tempting = model.moves_from(party, state);
    tempting.retain(|q| exchange.better(*q));
    let stays = tempting
        .into_iter()
        .all(|q| exchange.answered(q, judgement.moves - 1));
    agrees(stays, judgement.stable)
}
