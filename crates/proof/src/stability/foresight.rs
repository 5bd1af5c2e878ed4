//! Judgements of two parties that look ahead (Zagare 1984; Kilgour 1984; Fang, Hipel, Kilgour 1993): L_h and non-myopic.
//!
//! There is no shorter witness than the anticipations themselves, so the checker follows the definition: `G_0(i,x) = x`;
//! `G_h(i,x)` is the best `G_{h-1}(j,y)` over i's moves y from x (of equals the first in the order of the states) if i
//! prefers it to x, else x. s is L_h stable for i if `G_h(i,s) = s`, and non-myopically stable if that holds for all
//! h from some h on: once both parties' anticipations repeat, throughout the repetition. A Stackelberg equilibrium is L_2
//! for the leader and L_1 for the follower.

use detente_conflict::{GraphModel, PartyId, StateId};
use serde::{Deserialize, Serialize};

use super::check::{Flaw, Names};

/// The furthest that is looked ahead.
pub const LONGEST_HORIZON: usize = 512;
/// Parties look ahead in conflicts of up to so many states.
pub const MOST_STATES_AHEAD: usize = 4_096;

/// How far parties look ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Horizon {
    /// So many moves.
    Moves(usize),
    /// As far as it goes.
    NonMyopic,
}

/// A claim about one party at one state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForesightJudgement {
    /// Whose view it is.
    pub party: String,
    /// The state it may leave.
    pub state: String,
    /// How far both look ahead.
    pub horizon: Horizon,
    /// Whether it stays.
    pub stable: bool,
}

/// What both parties anticipate from every state, by the number of moves.
pub(super) struct Anticipations {
    history: Vec<[Vec<StateId>; 2]>,
    /// From where on it repeats, once it does.
    repeats: Option<usize>,
}

impl Anticipations {
    /// Looks ahead until the anticipations repeat or the limit is reached.
    pub(super) fn of(model: &GraphModel) -> Result<Self, Flaw> {
        if model.states().count() > MOST_STATES_AHEAD {
            return Err(Flaw::TooMuch(format!(
                "parties look ahead in at most {MOST_STATES_AHEAD} states"
            )));
        }
        let ranks: Option<Vec<Vec<u32>>> = model
            .party_ids()
            .map(|party| Some(model.preference(party).ranking()?.ranks().to_vec()))
            .collect();
        let (Some(ranks), 2) = (ranks, model.parties().len()) else {
            return Err(Flaw::TooMuch(
                "two parties with complete rankings look ahead".to_owned(),
            ));
        };
        let every: Vec<StateId> = model.states().iter().collect();
        let mut history = vec![[every.clone(), every.clone()]];
        let mut repeats = None;
        while repeats.is_none() && history.len() <= LONGEST_HORIZON {
            let before = &history[history.len() - 1];
            let next = |party: usize| -> Vec<StateId> {
                let worth = |state: StateId| ranks[party][state.index()];
                every
                    .iter()
                    .map(|state| {
                        let mut best = *state;
                        for y in model.moves_from(PartyId::at(party), *state) {
                            let end = before[1 - party][y.index()];
                            if worth(end) > worth(best) {
                                best = end;
                            }
                        }
                        best
                    })
                    .collect()
            };
            let now = [next(0), next(1)];
            repeats = history.iter().position(|earlier| *earlier == now);
            history.push(now);
        }
        Ok(Self { history, repeats })
    }

    fn stays(&self, party: PartyId, state: StateId, moves: usize) -> Result<bool, Flaw> {
        let last = self.history.len() - 1;
        let place = match (moves <= last, self.repeats) {
            (true, _) => moves,
            (false, Some(first)) => first + (moves - first) % (last - first),
            (false, None) => return Err(Flaw::TooMuch(format!("more than {LONGEST_HORIZON} moves ahead"))),
        };
        Ok(self.history[place][party.index()][state.index()] == state)
    }

    fn stays_for_ever(&self, party: PartyId, state: StateId) -> Result<bool, Flaw> {
        let first = self.repeats.ok_or_else(|| {
            Flaw::TooMuch(format!(
                "the anticipations do not repeat within {LONGEST_HORIZON} moves"
            ))
        })?;
        Ok(self.history[first..]
            .iter()
            .all(|now| now[party.index()][state.index()] == state))
    }
}

pub(super) fn check_foresight(
    names: &Names<'_>,
    seen: &Anticipations,
    judgement: &ForesightJudgement,
) -> Result<(), Flaw> {
    let (party, state) = (names.party(&judgement.party)?, names.state(&judgement.state)?);
    let stays = match judgement.horizon {
        Horizon::Moves(0) => return Err(Flaw::TooMuch("nobody looks no move ahead".to_owned())),
        Horizon::Moves(moves) => seen.stays(party, state, moves)?,
        Horizon::NonMyopic => seen.stays_for_ever(party, state)?,
    };
    super::check::agrees(stays, judgement.stable)
}
