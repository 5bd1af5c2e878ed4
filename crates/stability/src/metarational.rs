//! Longer exchanges: generalised metarationality over h moves and counter-moves, and its credible refinement.
//!
//! The party leaves s for q, its opponents answer, it moves again, they answer again: h moves in all. With n moves
//! left after the party stands at q, the opponents moving first, q is *answered*, `D_n(q)`, if
//!
//! `D_0`: never; `D_1(q)`: some z in `R_O(q)` has `z <=_i s`;
//! `D_n(q)`: some z in `R_O(q)` has `z <=_i s`, and every w in `R_i(z)` has `w <=_i s` or `D_{n-2}(w)`.
//!
//! s is stable for i over h moves if `D_{h-1}(q)` for every q in `R_i+(s)`. So h = 1 is Nash, 2 is GMR and 3 is SMR;
//! r full rounds (GM_r) are h = 2r, and with a last word of the party h = 2r + 1. The credible refinement (CGM_r)
//! takes `R_O+` for `R_O`: h = 2 is SEQ and h = 3 is SSEQ. That the party's own later moves be improvements need not
//! be asked: only w better than s matter, and z is no better than s. More moves of the party at the end make it
//! harder to deter, more answers of the opponents easier: odd h grow weaker, even h stronger, and every odd h
//! implies every even one.
//!
//! Source: Zeng, Fang, Hipel, Kilgour 2006 (metarational trees), whose abstract gives the two trees and the concepts
//! they contain; the recursion above is derived anew from that, for any number of opponents and for ties.

use detente_conflict::{GraphModel, PartyId, StateId};
use rayon::prelude::*;

use super::{StateSet, Trouble, joint_reach_all};
use detente_base::watch::Watch;

/// How much is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MetarationalLimits {
    /// Most states.
    pub states: usize,
    /// Most moves and counter-moves.
    pub moves: usize,
}

impl Default for MetarationalLimits {
    fn default() -> Self {
        Self {
            states: 1024,
            moves: 16,
        }
    }
}

/// Where each party stays over 1, 2, … moves: `[h - 1][party]`. The last two entries hold for all longer
/// exchanges too if `settled`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metarational {
    /// By the number of moves, then by party.
    pub stable: Vec<Vec<StateSet>>,
    /// Whether longer exchanges change nothing any more.
    pub settled: bool,
}

impl Metarational {
    /// Where every party stays over so many moves.
    #[must_use]
    pub fn equilibria(&self, moves: usize) -> Option<StateSet> {
        let by_party = self.stable.get(moves.checked_sub(1)?)?;
        let mut all = StateSet::all(by_party.first()?.universe());
        by_party.iter().for_each(|stable| all.keep(stable));
        Some(all)
    }
}

/// Judges every state for every party over growing numbers of moves, until nothing changes or a limit is reached.
///
/// # Errors
/// [`Trouble::TooLarge`] beyond the limit, [`Trouble::NotRanked`], [`Trouble::Stopped`] if the watch says so.
pub fn metarational(
    model: &GraphModel,
    credible: bool,
    limits: MetarationalLimits,
    watch: &dyn Watch,
) -> Result<Metarational, Trouble> {
    let count = model.states().count();
    if count > limits.states {
        return Err(Trouble::TooLarge(count, limits.states));
    }
    let mut by_party = Vec::new();
    for party in model.party_ids() {
        if watch.should_stop() {
            return Err(Trouble::Stopped);
        }
        by_party.push(of_party(model, party, credible, limits.moves)?);
    }
    let longest = by_party.iter().map(|(stable, _)| stable.len()).max().unwrap_or(0);
    // A party that settled earlier alternates between its last two sets.
    let at = |stable: &[StateSet], place: usize| {
        let mut place = place;
        while place >= stable.len() {
            place -= 2;
        }
        stable[place].clone()
    };
    Ok(Metarational {
        stable: (0..longest)
            .map(|place| by_party.iter().map(|(stable, _)| at(stable, place)).collect())
            .collect(),
        settled: by_party.iter().all(|(_, settled)| *settled),
    })
}

/// One round of an exchange: where the party goes, and where the others then bring it; `None` where nothing they can do
/// holds it over the moves that are left.
pub type Round = (StateId, Option<StateId>);

/// How a party's moves are met, round by round.
pub struct Exchanges {
    table: Table,
}

impl Exchanges {
    /// Of one party, whose opponents answer by anything or only by improvements.
    ///
    /// # Errors
    /// [`Trouble::NotRanked`].
    pub fn of(model: &GraphModel, party: PartyId, credible: bool) -> Result<Self, Trouble> {
        Table::of(model, party, credible).map(|table| Self { table })
    }

    /// How leaving `state` for `first` is met over `left` further moves: of the answers that hold the party the first, and of
    /// its own ways on the first that is better than the state it left.
    #[must_use]
    pub fn met(&self, state: StateId, first: StateId, left: usize) -> Vec<Round> {
        let table = &self.table;
        let rank = table.ranks[state.index()];
        // answered[n]: D_n; safe[n - 1]: what brings D_n about.
        let (mut answered, mut safe) = (vec![StateSet::none(table.ranks.len())], Vec::new());
        for _ in 0..left {
            let holds = table.safe(rank, &answered);
            answered.push(table.answered(&holds));
            safe.push(holds);
        }
        let mut rounds = Vec::new();
        let (mut at, mut left) = (first, left);
        loop {
            let holds = left.checked_sub(1).map(|place| &safe[place]);
            let mut answers = table.answers[at.index()].iter();
            let answer = holds.and_then(|holds| answers.find(|z| holds.contains(*z)));
            rounds.push((at, answer));
            let better = |w: &StateId| table.ranks[w.index()] > rank;
            let on = answer.and_then(|z| table.moves[z.index()].iter().copied().find(better));
            match on {
                Some(w) if left > 2 => (at, left) = (w, left - 2),
                _ => return rounds,
            }
        }
    }
}

/// What one party can do and what is done to it.
struct Table {
    ranks: Vec<u32>,
    moves: Vec<Vec<StateId>>,
    /// What its opponents can bring about from each state.
    answers: Vec<StateSet>,
}

/// For one party: where it stays over 1, 2, … moves, and whether that has settled.
fn of_party(
    model: &GraphModel,
    party: PartyId,
    credible: bool,
    most: usize,
) -> Result<(Vec<StateSet>, bool), Trouble> {
    let ranking = model
        .preference(party)
        .ranking()
        .ok_or(Trouble::NotRanked(party))?;
    let table = Table::of(model, party, credible)?;
    // What deters depends on the rank that is left alone, so states of one rank are judged together.
    let of_rank = |rank: usize| table.over_moves(rank as u32, most);
    let by_rank: Vec<(Vec<Vec<StateId>>, bool)> =
        (0..ranking.levels()).into_par_iter().map(of_rank).collect();
    let longest = by_rank.iter().map(|(stable, _)| stable.len()).max().unwrap_or(0);
    let stable = (0..longest).map(|place| {
        let mut set = StateSet::none(model.states().count());
        for (of_rank, _) in &by_rank {
            let mut place = place;
            while place >= of_rank.len() {
                place -= 2;
            }
            of_rank[place].iter().for_each(|state| {
                set.insert(*state);
            });
        }
        set
    });
    Ok((stable.collect(), by_rank.iter().all(|(_, settled)| *settled)))
}

impl Table {
    fn of(model: &GraphModel, party: PartyId, credible: bool) -> Result<Self, Trouble> {
        let ranking = model.preference(party).ranking();
        let opponents: Vec<PartyId> = model.party_ids().filter(|other| *other != party).collect();
        let step = |mover: PartyId, from: StateId, to: StateId| {
            !credible || model.preference(mover).compare(to, from).is_better()
        };
        let all: Vec<StateId> = model.states().iter().collect();
        Ok(Self {
            ranks: ranking.ok_or(Trouble::NotRanked(party))?.ranks().to_vec(),
            moves: all.iter().map(|state| model.moves_from(party, *state)).collect(),
            answers: joint_reach_all(model, &opponents, step),
        })
    }

    /// The states z that hold a party which left a state of this rank, with as many moves left as there are `D_0, D_1, …`.
    fn safe(&self, rank: u32, answered: &[StateSet]) -> StateSet {
        let low = |state: StateId| self.ranks[state.index()] <= rank;
        let before = answered.len().checked_sub(2).map(|place| &answered[place]);
        let escapes = |w: &StateId| !low(*w) && before.is_some_and(|before| !before.contains(*w));
        let holds = |z: usize| low(StateId::at(z)) && !self.moves[z].iter().any(escapes);
        (0..self.ranks.len()).map(|z| (z, holds(z))).collect()
    }

    /// The states of which the others can make one that is safe.
    fn answered(&self, safe: &StateSet) -> StateSet {
        (0..self.ranks.len())
            .map(|q| (q, self.answers[q].meets(safe)))
            .collect()
    }

    /// For the states of one rank: which of them the party stays in over 1, 2, … moves.
    fn over_moves(&self, rank: u32, most: usize) -> (Vec<Vec<StateId>>, bool) {
        let count = self.ranks.len();
        let low = |state: StateId| self.ranks[state.index()] <= rank;
        let left: Vec<StateId> = (0..count)
            .map(StateId::at)
            .filter(|state| self.ranks[state.index()] == rank)
            .collect();
        let stays = |answered: &StateSet| -> Vec<StateId> {
            let held = |state: &&StateId| {
                let mut reached = self.moves[state.index()].iter();
                reached.all(|q| low(*q) || answered.contains(*q))
            };
            left.iter().filter(held).copied().collect()
        };
        // answered[n]: D_n.
        let mut answered = vec![StateSet::none(count)];
        let mut stable = vec![stays(&answered[0])];
        while stable.len() < most {
            let next = self.answered(&self.safe(rank, &answered));
            stable.push(stays(&next));
            answered.push(next);
            let last = answered.len() - 1;
            if last >= 3 && answered[last] == answered[last - 2] && answered[last - 1] == answered[last - 3] {
                return (stable, true);
            }
        }
        (stable, false)
    }
}
