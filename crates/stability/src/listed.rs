//! The threshold judgement where moves are listed arcs, which need not compose: the nodes are (state, last
//! mover), and a value spreads backwards from (y, e) along the moves of e to every (x, d) with d other than e.

use detente_conflict::{Arcs, PartyId, StateId};

use super::judge::{UNREACHED, increasing};
use super::{Concept, StateSet, Trouble};
use detente_base::watch::Watch;

/// The arcs of all parties, both ways, and their ranks.
pub(super) struct Graph<'a> {
    pub forward: &'a [Arcs],
    pub backward: &'a [Arcs],
    pub ranks: &'a [&'a [u32]],
}

/// Where the party is stable, for each concept.
pub(super) fn judge(
    graph: &Graph<'_>,
    party: PartyId,
    concepts: &[Concept],
    watch: &dyn Watch,
) -> Result<Vec<StateSet>, Trouble> {
    let own = graph.ranks[party.index()];
    let states = own.len();
    let mut out = Vec::with_capacity(concepts.len());
    for concept in concepts {
        if watch.should_stop() {
            return Err(Trouble::Stopped);
        }
        let worst = match concept {
            Concept::Nash => vec![UNREACHED; states],
            Concept::Gmr | Concept::Seq => worst(graph, party, own, concept.credible()),
            Concept::Smr | Concept::Sseq => worst(graph, party, &escape(graph, party), concept.credible()),
        };
        let stable = |state: usize| {
            let mut reached = graph.forward[party.index()].leaving(StateId::at(state)).iter();
            reached.all(|q| own[q.index()] <= own[state] || worst[q.index()] <= own[state])
        };
        out.push((0..states).map(|state| (state, stable(state))).collect());
    }
    Ok(out)
}

/// `max(p_i(z), max over R_i(z) of p_i)`: the best the party can make of each state.
fn escape(graph: &Graph<'_>, party: PartyId) -> Vec<u32> {
    let own = graph.ranks[party.index()];
    let best = |state: usize| {
        let reached = graph.forward[party.index()].leaving(StateId::at(state)).iter();
        reached.map(|w| own[w.index()]).fold(own[state], u32::max)
    };
    (0..own.len()).map(best).collect()
}

/// For each state the least value that the party's opponents can bring about from it.
fn worst(graph: &Graph<'_>, party: PartyId, values: &[u32], credible: bool) -> Vec<u32> {
    let states = values.len();
    let movers: Vec<usize> = (0..graph.forward.len())
        .filter(|mover| *mover != party.index())
        .collect();
    let everybody: u64 = movers.iter().fold(0, |bits, mover| bits | 1 << mover);
    let mut worst = vec![UNREACHED; states];
    // Which last movers of each state are known to lead to a value.
    let mut known = vec![0u64; states];
    let mut waiting: Vec<(u32, usize)> = Vec::new();
    for state in increasing(values) {
        let value = values[state as usize];
        let new = everybody & !known[state as usize];
        known[state as usize] |= new;
        waiting.extend(
            movers
                .iter()
                .filter(|mover| new & (1 << **mover) != 0)
                .map(|mover| (state, *mover)),
        );
        while let Some((to, mover)) = waiting.pop() {
            let ranks = graph.ranks[mover];
            for from in graph.backward[mover].leaving(StateId::at(to as usize)) {
                let from = from.index();
                if credible && ranks[from] >= ranks[to as usize] {
                    continue;
                }
                if worst[from] == UNREACHED {
                    worst[from] = value;
                }
                let new = everybody & !(1 << mover) & !known[from];
                if new != 0 {
                    known[from] |= new;
                    let fresh = movers.iter().filter(|mover| new & (1 << **mover) != 0);
                    waiting.extend(fresh.map(|mover| (from as u32, *mover)));
                }
            }
        }
    }
    worst
}
