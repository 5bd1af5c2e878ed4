//! The threshold judgement where moves come from the options and compose: linear in the states.
//!
//! All states that differ only in issues which one party moves freely both ways form a *fibre* of that party:
//! it can go from each to each other. Kept in increasing order of the party's rank, a fibre answers two
//! questions in one step: which of its states an improvement to a given rank can have come from (a prefix),
//! and what the worst outcome is over all improvements above a given rank (a suffix). Issues that move one way
//! only connect fibres; those connections are enumerated as offsets of codes. Because two moves of a party in
//! a row make one, who moved last need not be remembered.

use detente_conflict::{GraphModel, PartyId, StateId};

use super::judge::{UNREACHED, increasing};
use super::{Concept, StateSet, Trouble};
use detente_base::watch::Watch;

/// The fibres of one party.
pub(super) struct Fibres {
    /// The states, fibre by fibre, in increasing rank of the party.
    order: Vec<u32>,
    /// Where each fibre starts in `order`; one more at the end.
    start: Vec<u32>,
    /// The fibre of each state.
    of_state: Vec<u32>,
    /// For each fibre, the fibres it leads to by one move, itself included.
    onward: Links,
    /// For each fibre, the fibres that lead to it by one move, itself included.
    back: Links,
}

/// Which fibres a fibre is connected with.
enum Links {
    /// Only with itself: every issue of the party moves both ways or not at all.
    Itself,
    /// By one-way issues.
    Listed { start: Vec<u32>, to: Vec<u32> },
}

impl Links {
    fn each(&self, fibre: u32, mut visit: impl FnMut(u32)) {
        match self {
            Self::Itself => visit(fibre),
            Self::Listed { start, to } => {
                let (from, until) = (start[fibre as usize] as usize, start[fibre as usize + 1] as usize);
                to[from..until].iter().for_each(|linked| visit(*linked));
            }
        }
    }
}

impl Fibres {
    pub(super) fn of(model: &GraphModel, party: PartyId, ranks: &[u32]) -> Self {
        let states = model.states();
        let grid = states.grid();
        let mine = |issue: &usize| model.issues()[*issue].owners.contains(&party);
        let (mut free, mut one_way) = (Vec::new(), Vec::new());
        for issue in (0..model.issues().len()).filter(mine) {
            let movement = model.issues()[issue].movement;
            match (movement.allows(0, 1), movement.allows(1, 0)) {
                (true, true) => free.push(issue),
                (false, false) => {}
                _ => one_way.push(issue),
            }
        }
        let mut fibre_at = vec![u32::MAX; grid.cells() as usize];
        let mut keys: Vec<(u32, StateId)> = Vec::new();
        let mut of_state = vec![0u32; states.count()];
        for state in states.iter() {
            let vector = states.vector(state);
            let bound = free
                .iter()
                .map(|issue| u128::from(vector[*issue]) * grid.stride(*issue));
            let key = grid.code(vector) - bound.sum::<u128>();
            let slot = &mut fibre_at[key as usize];
            if *slot == u32::MAX {
                *slot = keys.len() as u32;
                keys.push((key as u32, state));
            }
            of_state[state.index()] = *slot;
        }
        let mut start = vec![0u32; keys.len() + 1];
        for fibre in &of_state {
            start[*fibre as usize + 1] += 1;
        }
        for fibre in 0..keys.len() {
            start[fibre + 1] += start[fibre];
        }
        let mut next = start.clone();
        let mut order = vec![0u32; states.count()];
        for state in increasing(ranks) {
            let slot = &mut next[of_state[state as usize] as usize];
            order[*slot as usize] = state;
            *slot += 1;
        }
        let (onward, back) = links(model, &one_way, &keys, &fibre_at);
        Self {
            order,
            start,
            of_state,
            onward,
            back,
        }
    }

    fn range(&self, fibre: u32) -> std::ops::Range<usize> {
        self.start[fibre as usize] as usize..self.start[fibre as usize + 1] as usize
    }

    fn count(&self) -> usize {
        self.start.len() - 1
    }
}

fn links(model: &GraphModel, one_way: &[usize], keys: &[(u32, StateId)], fibre_at: &[u32]) -> (Links, Links) {
    if one_way.is_empty() {
        return (Links::Itself, Links::Itself);
    }
    let listed = |onward: bool| {
        let mut start = vec![0u32];
        let mut to = Vec::new();
        let mut codes = Vec::new();
        for (key, state) in keys {
            let vector = model.states().vector(*state);
            codes.clear();
            codes.push(*key);
            for issue in one_way {
                let movement = model.issues()[*issue].movement;
                let stride = model.states().grid().stride(*issue) as u32;
                let now = vector[*issue];
                let reachable = (0..model.states().grid().size(*issue)).filter(|level| {
                    *level != now
                        && match onward {
                            true => movement.allows(now, *level),
                            false => movement.allows(*level, now),
                        }
                });
                let before = codes.len();
                for level in reachable {
                    for place in 0..before {
                        codes.push(codes[place] - u32::from(now) * stride + u32::from(level) * stride);
                    }
                }
            }
            let found = codes.iter().map(|code| fibre_at[*code as usize]);
            to.extend(found.filter(|fibre| *fibre != u32::MAX));
            start.push(to.len() as u32);
        }
        Links::Listed { start, to }
    };
    (listed(true), listed(false))
}

/// Where the party is stable, for each concept.
pub(super) fn judge(
    fibres: &[Fibres],
    ranks: &[&[u32]],
    party: PartyId,
    concepts: &[Concept],
    watch: &dyn Watch,
) -> Result<Vec<StateSet>, Trouble> {
    let own = ranks[party.index()];
    let mut escapes: Option<Vec<u32>> = None;
    let mut out = Vec::with_capacity(concepts.len());
    for (done, concept) in concepts.iter().enumerate() {
        if watch.should_stop() {
            return Err(Trouble::Stopped);
        }
        let worst = match concept {
            Concept::Nash => vec![UNREACHED; own.len()],
            Concept::Gmr | Concept::Seq => worst(fibres, ranks, party, own, concept.credible()),
            Concept::Smr | Concept::Sseq => {
                let values = escapes.get_or_insert_with(|| escape(&fibres[party.index()], own));
                worst(fibres, ranks, party, values, concept.credible())
            }
        };
        out.push(stable(&fibres[party.index()], own, &worst));
        watch.advanced(
            "concepts judged for a party",
            done as u64 + 1,
            Some(concepts.len() as u64),
        );
    }
    Ok(out)
}

/// `max(p_i(z), max over R_i(z) of p_i)`: the best the party can make of each state.
fn escape(fibres: &Fibres, own: &[u32]) -> Vec<u32> {
    let top = |fibre: u32| own[fibres.order[fibres.range(fibre).end - 1] as usize];
    let best_of = |fibre: u32| {
        let mut best = 0;
        fibres.onward.each(fibre, |linked| best = best.max(top(linked)));
        best
    };
    let best: Vec<u32> = (0..fibres.count() as u32).map(best_of).collect();
    fibres
        .of_state
        .iter()
        .map(|fibre| best[*fibre as usize])
        .collect()
}

/// For each state the least value that the party's opponents can bring about from it.
fn worst(fibres: &[Fibres], ranks: &[&[u32]], party: PartyId, values: &[u32], credible: bool) -> Vec<u32> {
    let mut worst = vec![UNREACHED; values.len()];
    let mut entered = StateSet::none(values.len());
    let movers: Vec<usize> = (0..fibres.len())
        .filter(|mover| *mover != party.index())
        .collect();
    // How far each fibre of each mover has been emptied of states that are not reached yet.
    let mut taken: Vec<Vec<u32>> = movers
        .iter()
        .map(|mover| fibres[*mover].start[..fibres[*mover].count()].to_vec())
        .collect();
    let mut waiting: Vec<u32> = Vec::new();
    for state in increasing(values) {
        if entered.insert(StateId::at(state as usize)) {
            waiting.push(state);
        }
        let value = values[state as usize];
        while let Some(to) = waiting.pop() {
            for (mover, taken) in movers.iter().zip(&mut taken) {
                let of = &fibres[*mover];
                let mover_ranks = ranks[*mover];
                let limit = mover_ranks[to as usize];
                of.back.each(of.of_state[to as usize], |fibre| {
                    let end = of.range(fibre).end;
                    let mut place = taken[fibre as usize] as usize;
                    while place < end {
                        let from = of.order[place] as usize;
                        if credible && mover_ranks[from] >= limit {
                            break;
                        }
                        place += 1;
                        if worst[from] == UNREACHED {
                            worst[from] = value;
                        }
                        if entered.insert(StateId::at(from)) {
                            waiting.push(from as u32);
                        }
                    }
                    taken[fibre as usize] = place as u32;
                });
            }
        }
    }
    worst
}

/// Where every improvement is answered: `worst(q) <= p(s)` for every q in `R_i+(s)`.
fn stable(fibres: &Fibres, own: &[u32], worst: &[u32]) -> StateSet {
    // The largest `worst` from each place of a fibre to the fibre's end.
    let mut beyond = vec![0u32; own.len()];
    for fibre in 0..fibres.count() as u32 {
        let mut largest = 0;
        for place in fibres.range(fibre).rev() {
            largest = largest.max(worst[fibres.order[place] as usize]);
            beyond[place] = largest;
        }
    }
    let answered = |state: usize| {
        let rank = own[state];
        let mut all = true;
        fibres.onward.each(fibres.of_state[state], |fibre| {
            let range = fibres.range(fibre);
            let better = fibres.order[range.clone()].partition_point(|q| own[*q as usize] <= rank);
            let first = range.start + better;
            all = all && (first >= range.end || beyond[first] <= rank);
        });
        all
    };
    (0..own.len()).map(|state| (state, answered(state))).collect()
}
