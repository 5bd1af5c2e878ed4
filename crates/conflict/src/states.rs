//! The feasible states: one level for each issue, or several such vectors that are treated as one state.

use std::collections::{BTreeMap, HashMap};

use super::{Issue, StateId};

/// Up to so many combinations of levels are looked up in a dense table rather than in a map.
pub const DENSE_CELLS: u128 = 1 << 26;

/// Numbers every combination of levels: the mixed-radix code of a vector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    strides: Vec<u128>,
    sizes: Vec<u8>,
    cells: u128,
}

impl Grid {
    /// The grid over these issues; `None` when there are more than 2^120 combinations.
    #[must_use]
    pub fn over(issues: &[Issue]) -> Option<Self> {
        let mut strides = Vec::with_capacity(issues.len());
        let mut sizes = Vec::with_capacity(issues.len());
        let mut cells: u128 = 1;
        for issue in issues {
            strides.push(cells);
            sizes.push(u8::try_from(issue.levels.len()).ok()?);
            cells = cells.checked_mul(issue.levels.len() as u128)?;
            if cells > 1 << 120 {
                return None;
            }
        }
        Some(Self {
            strides,
            sizes,
            cells,
        })
    }

    /// How many combinations of levels there are.
    #[must_use]
    pub fn cells(&self) -> u128 {
        self.cells
    }

    /// The code of a vector; the first issue counts least.
    #[must_use]
    pub fn code(&self, levels: &[u8]) -> u128 {
        let parts = levels.iter().zip(&self.strides);
        parts.map(|(level, stride)| u128::from(*level) * stride).sum()
    }

    /// What one level of an issue adds to a code.
    #[must_use]
    pub fn stride(&self, issue: usize) -> u128 {
        self.strides[issue]
    }

    /// How many levels an issue has.
    #[must_use]
    pub fn size(&self, issue: usize) -> u8 {
        self.sizes[issue]
    }
}

#[derive(Debug, Clone)]
enum Lookup {
    Dense(Vec<u32>),
    Map(HashMap<u128, u32>),
}

/// A merged state's member vectors beyond its first, and the analyst's words for states that have some.
#[derive(Debug, Clone, Default)]
struct Extras {
    members: BTreeMap<StateId, Vec<Vec<u8>>>,
    names: BTreeMap<StateId, String>,
}

/// The feasible states of a conflict.
#[derive(Debug, Clone)]
pub struct States {
    issues: usize,
    levels: Vec<u8>,
    ids: Option<Vec<String>>,
    extras: Extras,
    grid: Grid,
    lookup: Lookup,
}

/// One state as it is handed to [`States::collect`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StateEntry {
    /// Its short name.
    pub id: String,
    /// The analyst's words, if any.
    pub name: Option<String>,
    /// The vectors it stands for; the first one represents it. None at all where moves are listed by hand.
    pub vectors: Vec<Vec<u8>>,
}

const NONE: u32 = u32::MAX;

impl States {
    /// States that were listed, in their order.
    ///
    /// # Errors
    /// The vector that two states share, with their places in the list.
    pub fn collect(grid: Grid, entries: Vec<StateEntry>) -> Result<Self, (usize, usize)> {
        let issues = grid.sizes.len();
        let mut lookup = Self::empty_lookup(&grid, entries.len());
        let mut levels = Vec::with_capacity(entries.len() * issues);
        let mut extras = Extras::default();
        let mut ids = Vec::with_capacity(entries.len());
        for (place, entry) in entries.into_iter().enumerate() {
            let state = StateId::at(place);
            for vector in &entry.vectors {
                let earlier = Self::put(&mut lookup, grid.code(vector), place as u32);
                if earlier != NONE && earlier as usize != place {
                    return Err((earlier as usize, place));
                }
            }
            ids.push(entry.id);
            if let Some(name) = entry.name {
                extras.names.insert(state, name);
            }
            match entry.vectors.first() {
                Some(first) => levels.extend_from_slice(first),
                None => levels.extend(std::iter::repeat_n(0, issues)),
            }
            if entry.vectors.len() > 1 {
                extras.members.insert(state, entry.vectors);
            }
        }
        Ok(Self {
            issues,
            levels,
            ids: Some(ids),
            extras,
            grid,
            lookup,
        })
    }

    /// Every combination of levels that `feasible` lets through, numbered `s1`, `s2`, … in the order of their
    /// codes (the first issue changes fastest). `None` when more than `most` combinations would have to be tried.
    pub fn generate(grid: Grid, most: u128, mut feasible: impl FnMut(&[u8]) -> bool) -> Option<Self> {
        if grid.cells > most.min(u128::from(NONE)) {
            return None;
        }
        let issues = grid.sizes.len();
        let mut lookup = Self::empty_lookup(&grid, 0);
        let mut levels = Vec::new();
        let mut vector = vec![0u8; issues];
        let mut count = 0u32;
        for code in 0..grid.cells {
            if feasible(&vector) {
                levels.extend_from_slice(&vector);
                Self::put(&mut lookup, code, count);
                count += 1;
            }
            for (level, size) in vector.iter_mut().zip(&grid.sizes) {
                *level += 1;
                if *level < *size {
                    break;
                }
                *level = 0;
            }
        }
        Some(Self {
            issues,
            levels,
            ids: None,
            extras: Extras::default(),
            grid,
            lookup,
        })
    }

    fn empty_lookup(grid: &Grid, listed: usize) -> Lookup {
        let worthwhile = grid.cells <= 1 << 16 || listed == 0 || grid.cells <= 64 * listed as u128;
        match grid.cells <= DENSE_CELLS && worthwhile {
            true => Lookup::Dense(vec![NONE; grid.cells as usize]),
            false => Lookup::Map(HashMap::new()),
        }
    }

    fn put(lookup: &mut Lookup, code: u128, state: u32) -> u32 {
        match lookup {
            Lookup::Dense(table) => std::mem::replace(&mut table[code as usize], state),
            Lookup::Map(map) => map.insert(code, state).unwrap_or(NONE),
        }
    }

    /// How many states there are.
    #[must_use]
    pub fn count(&self) -> usize {
        match &self.ids {
            Some(ids) => ids.len(),
            None => self.levels.len().checked_div(self.issues).unwrap_or(1),
        }
    }

    /// Every state, in order.
    pub fn iter(&self) -> impl Iterator<Item = StateId> + use<> {
        (0..self.count()).map(StateId::at)
    }

    /// The grid of all combinations of levels.
    #[must_use]
    pub fn grid(&self) -> &Grid {
        &self.grid
    }

    /// The vector that represents a state.
    #[must_use]
    pub fn vector(&self, state: StateId) -> &[u8] {
        &self.levels[state.index() * self.issues..(state.index() + 1) * self.issues]
    }

    /// Every vector that a state stands for.
    #[must_use]
    pub fn members(&self, state: StateId) -> Vec<&[u8]> {
        match self.extras.members.get(&state) {
            Some(members) => members.iter().map(Vec::as_slice).collect(),
            None => vec![self.vector(state)],
        }
    }

    /// Whether any state stands for several vectors.
    #[must_use]
    pub fn any_merged(&self) -> bool {
        !self.extras.members.is_empty()
    }

    /// The state that a vector belongs to, if it is one of these issues' levels and feasible.
    #[must_use]
    pub fn find(&self, vector: &[u8]) -> Option<StateId> {
        let sizes = &self.grid.sizes;
        // A level that an issue does not have would count as one of the next issue.
        let known = vector.len() == sizes.len() && vector.iter().zip(sizes).all(|(level, size)| level < size);
        known.then(|| self.at_code(self.grid.code(vector))).flatten()
    }

    /// The state with a code, if it is feasible.
    #[must_use]
    pub fn at_code(&self, code: u128) -> Option<StateId> {
        let state = match &self.lookup {
            Lookup::Dense(table) => table.get(usize::try_from(code).ok()?).copied()?,
            Lookup::Map(map) => map.get(&code).copied()?,
        };
        (state != NONE).then(|| StateId::at(state as usize))
    }

    /// The short name of a state.
    #[must_use]
    pub fn id(&self, state: StateId) -> String {
        match &self.ids {
            Some(ids) => ids[state.index()].clone(),
            None => format!("s{}", state.index() + 1),
        }
    }

    /// The state with a short name.
    #[must_use]
    pub fn by_id(&self, id: &str) -> Option<StateId> {
        match &self.ids {
            Some(ids) => ids.iter().position(|known| known == id).map(StateId::at),
            None => {
                let number: usize = id.strip_prefix('s')?.parse().ok()?;
                (number >= 1 && number <= self.count()).then(|| StateId::at(number - 1))
            }
        }
    }

    /// The analyst's words for a state, where there are some.
    #[must_use]
    pub fn name(&self, state: StateId) -> Option<&str> {
        self.extras.names.get(&state).map(String::as_str)
    }

    /// Gives a state the analyst's words.
    pub fn set_name(&mut self, state: StateId, name: String) {
        self.extras.names.insert(state, name);
    }
}
