//! Parties that look further ahead, for two of them with strict rankings: limited-move stability L_h,
//! non-myopic stability and Stackelberg equilibria (Zagare 1984; Kilgour 1984; Fang, Hipel, Kilgour 1993).
//!
//! `G_0(i,x) = x`. For h > 0: if `R_i(x)` is empty, `G_h(i,x) = x`; else let y maximise i's rank of
//! `G_{h-1}(j,y)` over `R_i(x)`; `G_h(i,x)` is that anticipated state if i strictly prefers it to x, else x.
//! s is *L_h stable* for i if `G_h(i,s) = s` (L_1 is Nash), and *non-myopically stable* if there is a t with
//! `G_h(i,s) = s` for all h >= t. The anticipations for h+1 depend on those for h alone, so they run into a
//! cycle; stable is what stays throughout the cycle. *Stackelberg* with leader i: L_2 stable for i and Nash
//! for the follower. With ties the anticipation can be ambiguous; the first best y in the order of the states
//! is taken and the ambiguity is counted.

use detente_conflict::{GraphModel, PartyId, StateId};

use super::{StateSet, Trouble};

/// The anticipations of both parties over all horizons.
#[derive(Debug, Clone)]
pub struct Foresight {
    /// `stable[h-1][party]`: where the party is L_h stable, up to where the anticipations repeat.
    pub stable: Vec<Vec<StateSet>>,
    /// For each party, where it is non-myopically stable; `None` if no repetition was found within the limit.
    pub non_myopic: Option<Vec<StateSet>>,
    /// `ends[h][party]`: where the party expects to end from each state if it may move first, for h moves ahead.
    pub ends: Vec<[Vec<StateId>; 2]>,
    /// How many times a tie between different anticipated states was broken by order.
    pub ambiguous: usize,
}

/// Looks ahead up to so many moves.
///
/// # Errors
/// [`Trouble::NeedsParties`] unless there are two, [`Trouble::NotRanked`].
pub fn foresight(model: &GraphModel, longest: usize) -> Result<Foresight, Trouble> {
    if model.parties().len() != 2 {
        return Err(Trouble::NeedsParties(2));
    }
    let mut ranks = Vec::new();
    for party in model.party_ids() {
        ranks.push(
            model
                .preference(party)
                .ranking()
                .ok_or(Trouble::NotRanked(party))?
                .ranks(),
        );
    }
    let moves: Vec<Vec<Vec<StateId>>> = model
        .party_ids()
        .map(|party| {
            model
                .states()
                .iter()
                .map(|state| model.moves_from(party, state))
                .collect()
        })
        .collect();
    let start: Vec<StateId> = model.states().iter().collect();
    let mut history: Vec<[Vec<StateId>; 2]> = vec![[start.clone(), start]];
    let mut ambiguous = 0;
    let mut repeats = None;
    while repeats.is_none() && history.len() <= longest {
        let before = &history[history.len() - 1];
        let mut next = |party: usize| {
            let one = |state: StateId| anticipate(ranks[party], &moves[party], &before[1 - party], state);
            let both: Vec<(StateId, bool)> = model.states().iter().map(one).collect();
            ambiguous += both.iter().filter(|(_, tie)| *tie).count();
            both.into_iter().map(|(state, _)| state).collect::<Vec<StateId>>()
        };
        let now = [next(0), next(1)];
        repeats = history.iter().position(|earlier| *earlier == now);
        history.push(now);
    }
    let stays = |now: &[Vec<StateId>; 2]| -> Vec<StateSet> {
        let of_party = |party: &Vec<StateId>| {
            let entries = party.iter().enumerate();
            entries.map(|(state, to)| (state, to.index() == state)).collect()
        };
        now.iter().map(of_party).collect()
    };
    let non_myopic = repeats.map(|first| {
        let mut all: Vec<StateSet> = (0..2).map(|_| StateSet::all(model.states().count())).collect();
        for now in &history[first..] {
            for (set, stays) in all.iter_mut().zip(stays(now)) {
                set.keep(&stays);
            }
        }
        all
    });
    Ok(Foresight {
        stable: history[1..].iter().map(stays).collect(),
        non_myopic,
        ends: history,
        ambiguous,
    })
}

/// Where the party expects to end if it may move first, and whether a tie was broken.
fn anticipate(ranks: &[u32], moves: &[Vec<StateId>], others: &[StateId], state: StateId) -> (StateId, bool) {
    let ends: Vec<StateId> = moves[state.index()].iter().map(|y| others[y.index()]).collect();
    let Some(best) = ends.iter().map(|end| ranks[end.index()]).max() else {
        return (state, false);
    };
    if best <= ranks[state.index()] {
        return (state, false);
    }
    let mut tied = ends.into_iter().filter(|end| ranks[end.index()] == best);
    match tied.next() {
        Some(first) => (first, tied.any(|other| other != first)),
        None => (state, false),
    }
}

impl Foresight {
    /// Where both parties are L_h stable.
    #[must_use]
    pub fn limited(&self, horizon: usize) -> Option<StateSet> {
        self.stable.get(horizon.checked_sub(1)?).map(|both| common(both))
    }

    /// Where both are non-myopically stable.
    #[must_use]
    pub fn non_myopic_equilibria(&self) -> Option<StateSet> {
        self.non_myopic.as_deref().map(common)
    }

    /// Stackelberg equilibria with this leader; `None` if nobody looked two moves ahead.
    #[must_use]
    pub fn stackelberg(&self, leader: PartyId) -> Option<StateSet> {
        let (one, two) = (self.stable.first()?, self.stable.get(1).or(self.stable.first())?);
        let mut set = two[leader.index()].clone();
        set.keep(&one[1 - leader.index()]);
        Some(set)
    }
}

fn common(sets: &[StateSet]) -> StateSet {
    let mut all = StateSet::all(sets[0].universe());
    sets.iter().for_each(|set| all.keep(set));
    all
}
