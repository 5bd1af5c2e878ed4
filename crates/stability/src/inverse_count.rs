//! Counts the sets of states that may stand above a target, by size: branching on one state at a time, with
//! parts that share no state counted apart and multiplied.

use std::collections::{BTreeMap, BTreeSet};

use dashu::integer::UBig;
use detente_conflict::StateId;

use super::inverse::Constraint;

/// A constraint while counting: if a state is above (or in any case, once that is settled), one of these sets
/// must be wholly not above.
#[derive(Debug, Clone)]
pub(super) struct Clause {
    if_up: Option<StateId>,
    unless: Vec<BTreeSet<StateId>>,
}

impl Clause {
    pub(super) fn of(constraint: &Constraint) -> Self {
        Self {
            if_up: Some(constraint.tempting),
            unless: constraint.unless.clone(),
        }
    }

    fn states(&self) -> impl Iterator<Item = StateId> + '_ {
        self.if_up.iter().chain(self.unless.iter().flatten()).copied()
    }

    /// What is left of it once a state is known to be above or not; `None` when it is satisfied.
    fn assume(&self, state: StateId, up: bool) -> Option<Self> {
        let mut left = self.clone();
        if up {
            left.if_up = self.if_up.filter(|tempting| *tempting != state);
            left.unless.retain(|needed| !needed.contains(&state));
            return Some(left);
        }
        left.unless.iter_mut().for_each(|needed| {
            needed.remove(&state);
        });
        let satisfied = self.if_up == Some(state) || left.unless.iter().any(BTreeSet::is_empty);
        (!satisfied).then_some(left)
    }
}

/// For each size the number of sets of `variables` that satisfy the clauses; `None` when the steps run out.
pub(super) fn count(clauses: &[Clause], variables: &BTreeSet<StateId>, left: &mut u64) -> Option<Vec<UBig>> {
    *left = left.checked_sub(1)?;
    if clauses
        .iter()
        .any(|clause| clause.if_up.is_none() && clause.unless.is_empty())
    {
        return Some(vec![UBig::ZERO]);
    }
    let mut total = vec![UBig::ONE];
    let mut unused = variables.len();
    for part in parts(clauses) {
        let mut mine: BTreeSet<StateId> = part.iter().flat_map(Clause::states).collect();
        unused -= mine.len();
        let Some(branch) = busiest(&part) else { continue };
        mine.remove(&branch);
        let mut both = vec![UBig::ZERO; mine.len() + 2];
        for up in [false, true] {
            let rest: Vec<Clause> = part
                .iter()
                .filter_map(|clause| clause.assume(branch, up))
                .collect();
            for (size, sets) in count(&rest, &mine, left)?.into_iter().enumerate() {
                both[size + usize::from(up)] += sets;
            }
        }
        total = product(&total, &both);
    }
    Some(spread(&total, unused))
}

/// The state that most clauses speak of.
fn busiest(clauses: &[Clause]) -> Option<StateId> {
    let mut seen: BTreeMap<StateId, usize> = BTreeMap::new();
    for clause in clauses {
        if let Some(tempting) = clause.if_up {
            *seen.entry(tempting).or_default() += 1;
        }
        clause
            .states()
            .for_each(|state| *seen.entry(state).or_default() += 1);
    }
    seen.into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(state, _)| state)
}

/// Clauses that share no state are counted apart.
fn parts(clauses: &[Clause]) -> Vec<Vec<Clause>> {
    let mut parts: Vec<(BTreeSet<StateId>, Vec<Clause>)> = Vec::new();
    for clause in clauses {
        let mut states: BTreeSet<StateId> = clause.states().collect();
        let mut together = vec![clause.clone()];
        let mut apart = Vec::new();
        for (other, members) in parts {
            if other.is_disjoint(&states) {
                apart.push((other, members));
            } else {
                states.extend(other);
                together.extend(members);
            }
        }
        apart.push((states, together));
        parts = apart;
    }
    parts.into_iter().map(|(_, members)| members).collect()
}

fn product(a: &[UBig], b: &[UBig]) -> Vec<UBig> {
    let mut out = vec![UBig::ZERO; a.len() + b.len() - 1];
    for (i, x) in a.iter().enumerate() {
        for (j, y) in b.iter().enumerate() {
            out[i + j] += x * y;
        }
    }
    out
}

/// So many states of which nothing is asked may each be above or not.
pub(super) fn spread(sizes: &[UBig], free: usize) -> Vec<UBig> {
    product(sizes, &binomials(free)[free])
}

/// 0!, 1!, … up to `most`.
pub(super) fn factorials(most: usize) -> Vec<UBig> {
    let mut all = vec![UBig::ONE];
    for n in 1..=most {
        let next = &all[n - 1] * UBig::from(n);
        all.push(next);
    }
    all
}

/// Rows of Pascal's triangle, 0 to `most`.
pub(super) fn binomials(most: usize) -> Vec<Vec<UBig>> {
    let mut rows = vec![vec![UBig::ONE]];
    for n in 1..=most {
        let above = &rows[n - 1];
        let inner = (1..n).map(|k| &above[k - 1] + &above[k]);
        let row = std::iter::once(UBig::ONE)
            .chain(inner)
            .chain(std::iter::once(UBig::ONE))
            .collect();
        rows.push(row);
    }
    rows
}

/// How many rankings with ties 0, 1, 2, … states have: the ordered Bell numbers, as far as the triangle goes.
pub(super) fn weak_orders(binomials: &[Vec<UBig>]) -> Vec<UBig> {
    let mut all = vec![UBig::ONE];
    for (n, row) in binomials.iter().enumerate().skip(1) {
        let next = (1..=n)
            .map(|top| &row[top] * &all[n - top])
            .fold(UBig::ZERO, |a, b| a + b);
        all.push(next);
    }
    all
}
