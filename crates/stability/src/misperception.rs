//! Parties that see the conflict wrongly: a hypergame of the first level (Bennett 1977; Wang, Hipel, Fraser 1988).
//!
//! Each party judges in its own view: the states that it thinks of, the moves between them, its own preference
//! and those it ascribes to the others. A state is an equilibrium if everybody thinks of it and every party,
//! in its own view, stays there.

use detente_conflict::GraphModel;

use super::{Answer, Concept, Lens, LensLimits, StateSet, Trouble, judge, judge_by_lens};
use detente_base::watch::Watch;

/// Judges every state for every party in its own view.
///
/// # Errors
/// As [`judge`] and [`judge_by_lens`].
pub fn judge_views(model: &GraphModel, concepts: &[Concept], watch: &dyn Watch) -> Result<Answer, Trouble> {
    let count = model.states().count();
    let mut stable: Vec<Vec<StateSet>> = vec![Vec::new(); concepts.len()];
    for party in model.party_ids() {
        let (kept, view) = model.as_seen_by(party);
        let answer = match view.rankings() {
            Some(_) => judge(&view, concepts, watch)?,
            None => judge_by_lens(&view, concepts, Lens::PLAIN, LensLimits::default(), watch)?,
        };
        for (place, concept) in concepts.iter().enumerate() {
            let mut mine = StateSet::none(count);
            for state in answer
                .stable(*concept, party)
                .into_iter()
                .flat_map(StateSet::iter)
            {
                mine.insert(kept[state.index()]);
            }
            stable[place].push(mine);
        }
    }
    Ok(Answer::new(count, concepts.to_vec(), stable))
}
