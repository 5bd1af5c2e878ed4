//! How a party compares states: better, equal, worse, by much or not, or unknown.
//!
//! A ranking with ties is a complete preorder: one number a state, higher is better. A relation is a table of
//! comparisons that need be neither complete nor transitive (Li, Hipel, Kilgour, Fang 2004 for the unknown
//! part; Hamouda, Kilgour, Hipel 2004 for the strong part).

use super::StateId;

/// How one state compares with another for a party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Much preferred (`>>`).
    MuchBetter,
    /// Preferred (`>`).
    Better,
    /// Indifferent (`~`).
    Equal,
    /// Less preferred.
    Worse,
    /// Much less preferred.
    MuchWorse,
    /// The analyst does not know (`U`).
    Unknown,
}

impl Comparison {
    /// The same pair seen from the other side.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::MuchBetter => Self::MuchWorse,
            Self::Better => Self::Worse,
            Self::Equal => Self::Equal,
            Self::Worse => Self::Better,
            Self::MuchWorse => Self::MuchBetter,
            Self::Unknown => Self::Unknown,
        }
    }

    /// Strictly preferred, by much or not.
    #[must_use]
    pub fn is_better(self) -> bool {
        matches!(self, Self::MuchBetter | Self::Better)
    }

    /// Less preferred or indifferent, and known to be so: what deters.
    #[must_use]
    pub fn is_no_better(self) -> bool {
        matches!(self, Self::Equal | Self::Worse | Self::MuchWorse)
    }
}

/// A complete ranking: a number for each state, higher is better, equal numbers tie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    ranks: Vec<u32>,
    /// For each rank, how many strong gaps lie below it.
    strong_gaps: Vec<u32>,
}

impl Ranking {
    /// From any sortable worth a state (higher is better): equal worths tie exactly.
    pub fn by_worth<T: Ord>(worths: &[T]) -> Self {
        let mut order: Vec<u32> = (0..worths.len() as u32).collect();
        order.sort_by(|a, b| worths[*a as usize].cmp(&worths[*b as usize]));
        let mut ranks = vec![0; worths.len()];
        let mut rank = 0;
        for (place, state) in order.iter().enumerate() {
            if place > 0 && worths[order[place - 1] as usize] != worths[*state as usize] {
                rank += 1;
            }
            ranks[*state as usize] = rank;
        }
        Self::dense(ranks)
    }

    /// From ranks that are already 0, 1, 2, … without holes.
    fn dense(ranks: Vec<u32>) -> Self {
        let most = ranks.iter().copied().max().unwrap_or(0);
        Self {
            ranks,
            strong_gaps: vec![0; most as usize + 1],
        }
    }

    /// From groups of tied states, best first; `strong_below[k]` says that group `k` is much better than
    /// everything after it. Every one of `states` states must be listed exactly once.
    #[must_use]
    pub fn from_groups(states: usize, groups: &[Vec<StateId>], strong_below: &[bool]) -> Option<Self> {
        let mut ranks = vec![u32::MAX; states];
        for (place, group) in groups.iter().enumerate() {
            for state in group {
                let slot = ranks.get_mut(state.index())?;
                if *slot != u32::MAX {
                    return None;
                }
                *slot = (groups.len() - 1 - place) as u32;
            }
        }
        if ranks.contains(&u32::MAX) || groups.iter().any(Vec::is_empty) {
            return None;
        }
        let mut ranking = Self::dense(ranks);
        let mut gaps = 0;
        for rank in 1..groups.len() {
            let place = groups.len() - 1 - rank;
            gaps += u32::from(strong_below.get(place).copied().unwrap_or(false));
            ranking.strong_gaps[rank] = gaps;
        }
        Some(ranking)
    }

    /// The rank of a state: 0 is worst.
    #[must_use]
    pub fn rank(&self, state: StateId) -> u32 {
        self.ranks[state.index()]
    }

    /// All ranks in the order of the states.
    #[must_use]
    pub fn ranks(&self) -> &[u32] {
        &self.ranks
    }

    /// How many different ranks there are.
    #[must_use]
    pub fn levels(&self) -> usize {
        self.strong_gaps.len()
    }

    /// Groups of tied states, best first.
    #[must_use]
    pub fn groups(&self) -> Vec<Vec<StateId>> {
        let mut groups = vec![Vec::new(); self.levels()];
        for (state, rank) in self.ranks.iter().enumerate() {
            groups[self.levels() - 1 - *rank as usize].push(StateId::at(state));
        }
        groups.retain(|group| !group.is_empty());
        groups
    }

    /// For each group but the last, best first: whether the gap below it is strong.
    #[must_use]
    pub fn strong_below(&self) -> Vec<bool> {
        self.strong_gaps
            .windows(2)
            .rev()
            .map(|pair| pair[1] > pair[0])
            .collect()
    }

    /// Whether any gap is strong.
    #[must_use]
    pub fn has_strength(&self) -> bool {
        self.strong_gaps.last().is_some_and(|gaps| *gaps > 0)
    }

    /// The ranking of the states that are kept, in their order.
    #[must_use]
    pub fn restricted(&self, kept: &[StateId]) -> Self {
        let worths: Vec<u32> = kept.iter().map(|state| self.rank(*state)).collect();
        let mut part = Self::by_worth(&worths);
        for (old, state) in worths.iter().zip(0..) {
            let new = part.ranks[state] as usize;
            part.strong_gaps[new] = self.strong_gaps[*old as usize];
        }
        part
    }

    fn compare(&self, a: StateId, b: StateId) -> Comparison {
        let (above, below) = (self.rank(a), self.rank(b));
        let gap = |high: u32, low: u32| self.strong_gaps[high as usize] > self.strong_gaps[low as usize];
        match above.cmp(&below) {
            std::cmp::Ordering::Equal => Comparison::Equal,
            std::cmp::Ordering::Greater if gap(above, below) => Comparison::MuchBetter,
            std::cmp::Ordering::Greater => Comparison::Better,
            std::cmp::Ordering::Less if gap(below, above) => Comparison::MuchWorse,
            std::cmp::Ordering::Less => Comparison::Worse,
        }
    }
}

/// A table of comparisons, one for each pair of states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    states: usize,
    cells: Vec<Comparison>,
}

impl Relation {
    /// Every pair of different states compares as `otherwise` (which must be its own reverse).
    #[must_use]
    pub fn filled(states: usize, otherwise: Comparison) -> Self {
        let mut cells = vec![otherwise; states * states];
        for state in 0..states {
            cells[state * states + state] = Comparison::Equal;
        }
        Self { states, cells }
    }

    /// The table of a ranking.
    #[must_use]
    pub fn of_ranking(ranking: &Ranking) -> Self {
        let states = ranking.ranks.len();
        let mut table = Self::filled(states, Comparison::Equal);
        for a in 0..states {
            for b in 0..states {
                table.cells[a * states + b] = ranking.compare(StateId::at(a), StateId::at(b));
            }
        }
        table
    }

    /// Sets how `a` compares with `b`, and the other way round.
    pub fn set(&mut self, a: StateId, b: StateId, comparison: Comparison) {
        self.cells[a.index() * self.states + b.index()] = comparison;
        self.cells[b.index() * self.states + a.index()] = comparison.reversed();
    }

    /// How `a` compares with `b`.
    #[must_use]
    pub fn get(&self, a: StateId, b: StateId) -> Comparison {
        self.cells[a.index() * self.states + b.index()]
    }

    /// The ranking that says the same, if the table is complete and transitive and knows no strength.
    #[must_use]
    pub fn as_ranking(&self) -> Option<Ranking> {
        let better_than = |a: usize| {
            let row = &self.cells[a * self.states..(a + 1) * self.states];
            row.iter().filter(|cell| cell.is_better()).count()
        };
        let worths: Vec<usize> = (0..self.states).map(better_than).collect();
        let ranking = Ranking::by_worth(&worths);
        (Self::of_ranking(&ranking) == *self).then_some(ranking)
    }
}

/// How a party compares states.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Preference {
    /// A complete ranking, ties allowed.
    Ranked(Ranking),
    /// A table, where something is unknown or not transitive.
    Related(Relation),
}

impl Preference {
    /// How `a` compares with `b`.
    #[must_use]
    pub fn compare(&self, a: StateId, b: StateId) -> Comparison {
        match self {
            Self::Ranked(ranking) => ranking.compare(a, b),
            Self::Related(relation) => relation.get(a, b),
        }
    }

    /// The ranking, if it is one.
    #[must_use]
    pub fn ranking(&self) -> Option<&Ranking> {
        match self {
            Self::Ranked(ranking) => Some(ranking),
            Self::Related(_) => None,
        }
    }

    /// Whether some pair is marked as unknown.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        match self {
            Self::Ranked(_) => false,
            Self::Related(relation) => relation.cells.contains(&Comparison::Unknown),
        }
    }

    /// Whether some pair is marked as strong.
    #[must_use]
    pub fn has_strength(&self) -> bool {
        match self {
            Self::Ranked(ranking) => ranking.has_strength(),
            Self::Related(relation) => relation.cells.contains(&Comparison::MuchBetter),
        }
    }

    /// The preference over the states that are kept, in their order.
    #[must_use]
    pub fn restricted(&self, kept: &[StateId]) -> Self {
        match self {
            Self::Ranked(ranking) => Self::Ranked(ranking.restricted(kept)),
            Self::Related(relation) => {
                let mut part = Relation::filled(kept.len(), Comparison::Equal);
                for (a, old_a) in kept.iter().enumerate() {
                    for (b, old_b) in kept.iter().enumerate() {
                        part.cells[a * kept.len() + b] = relation.get(*old_a, *old_b);
                    }
                }
                Self::Related(part)
            }
        }
    }
}
