//! Judgements over longer exchanges of moves and counter-moves (Zeng, Fang, Hipel, Kilgour 2006).
//!
//! With n moves left after the party stands at q, q is *answered*, `D_n(q)`: `D_0` never; `D_n(q)` if some z that the
//! opponents can make of q is no better than s, and everything w better than s that the party can then go to has
//! `D_{n-2}(w)` (for n = 1 the party does not move again). s is stable over h moves if `D_{h-1}(q)` for every improvement
//! q. The checker follows this recursion with everything recomputed; no shorter witness is known to it.

use std::collections::HashMap;

use detente_conflict::{GraphModel, PartyId, StateId};
use serde::{Deserialize, Serialize};

use super::check::{Flaw, Names, agrees};
use super::reached::{all_but, reached};

/// Up to so many moves and counter-moves.
pub const MOST_MOVES: usize = 64;
/// Longer exchanges are thought through in conflicts of up to so many states.
pub const MOST_STATES_EXCHANGED: usize = 1_024;

/// A claim about one party at one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
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

/// What opponents can make of each state that was asked about, by whose opponents they are and whether they answer only
/// by improvements: the same for many judgements.
#[derive(Default)]
pub(super) struct Answers {
    known: HashMap<(PartyId, bool, StateId), Vec<StateId>>,
}

impl Answers {
    fn of(&mut self, model: &GraphModel, party: PartyId, credible: bool, from: StateId) -> &[StateId] {
        self.known.entry((party, credible, from)).or_insert_with(|| {
            let pays = |mover: PartyId, a, b| !credible || model.preference(mover).compare(b, a).is_better();
            let answers = reached(model, &all_but(model, &[party]), from, pays);
            answers.into_iter().collect()
        })
    }
}

struct Exchange<'a> {
    model: &'a GraphModel,
    party: PartyId,
    state: StateId,
    credible: bool,
    answers: &'a mut Answers,
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
        let model = self.model;
        let answers = self.answers.of(model, self.party, self.credible, q).to_vec();
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

pub(super) fn check_metarational(
    names: &Names<'_>,
    answers: &mut Answers,
    judgement: &MetarationalJudgement,
) -> Result<(), Flaw> {
    let (party, state) = (names.party(&judgement.party)?, names.state(&judgement.state)?);
    let model = names.model;
    if judgement.moves == 0 || judgement.moves > MOST_MOVES {
        return Err(Flaw::TooMuch(format!(
            "between 1 and {MOST_MOVES} moves are thought through"
        )));
    }
    if model.states().count() > MOST_STATES_EXCHANGED {
        return Err(Flaw::TooMuch(format!(
            "longer exchanges are thought through in at most {MOST_STATES_EXCHANGED} states"
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
        answers,
        answered: HashMap::new(),
    };
    let mut tempting = model.moves_from(party, state);
    tempting.retain(|q| exchange.better(*q));
    let stays = tempting
        .into_iter()
        .all(|q| exchange.answered(q, judgement.moves - 1));
    agrees(stays, judgement.stable)
}
