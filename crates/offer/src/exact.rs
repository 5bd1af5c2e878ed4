//! The exact value of a policy: `V = base + W·V`, solved component by component of the points that lead to each other.

use detente_base::number::{Exact, to_float};

use crate::play::Play;
use crate::problem::{Doing, Problem, Way};

/// The most points that lead to each other and are solved together.
pub const LARGEST_TANGLE: usize = 256;

/// What the states that can come about mean to one type: `v = reward + weight·v(next)`.
#[derive(Debug, Clone)]
pub struct Payoffs {
    /// By arrival: `(1−δ)·u + δ·Σ chance of an ending × what it gives`.
    pub reward: Vec<Exact>,
    /// By arrival: `δ·(1−h)`.
    pub weight: Vec<Exact>,
    /// By cost: `(1−δ)·cost`.
    pub cost: Vec<Exact>,
    pub(crate) floats: Floats,
}

/// The same in floats, for the search.
#[derive(Debug, Clone)]
pub(crate) struct Floats {
    pub(crate) reward: Vec<f64>,
    pub(crate) weight: Vec<f64>,
    pub(crate) cost: Vec<f64>,
    pub(crate) chance: Vec<f64>,
}

fn all(numbers: &[Exact]) -> Vec<f64> {
    numbers.iter().map(to_float).collect()
}

impl Payoffs {
    /// What a problem means to a type of its party.
    #[must_use]
    pub fn of_type(play: &Play, problem: &Problem, kind: usize) -> Self {
        let (party, game) = (problem.party, play.game());
        let discount = play.discount(party, kind);
        let now = Exact::ONE - discount;
        let (mut reward, mut weight) = (Vec::new(), Vec::new());
        for state in &problem.arrivals {
            let endings = game.endings(*state);
            let after = discount * &endings.worth[party.index()];
            reward.push(&now * play.flow(party, kind, *state) + after);
            weight.push(discount * (Exact::ONE - &endings.hazard));
        }
        let cost: Vec<Exact> = problem.costs.exact.iter().map(|cost| &now * cost).collect();
        let floats = Floats {
            reward: all(&reward),
            weight: all(&weight),
            cost: all(&cost),
            chance: all(&problem.chances.exact),
        };
        Self {
            reward,
            weight,
            cost,
            floats,
        }
    }

    /// What a choice gives when the points that follow are worth `value`.
    pub fn choice(&self, problem: &Problem, choice: usize, value: impl Fn(usize) -> Exact) -> Exact {
        let of = problem.choice(choice);
        let mut sum = -self.cost[of.cost as usize].clone();
        for way in problem.ways(choice) {
            let (reward, weight) = self.way(problem, of.doing, way);
            sum += reward + weight * value(way.next as usize);
        }
        sum
    }

    /// What a way on gives at once, and the weight of the point that follows.
    fn way(&self, problem: &Problem, doing: Doing, way: &Way) -> (Exact, Exact) {
        let chance = &problem.chances.exact[way.chance as usize];
        match doing {
            Doing::Leave => (Exact::ZERO, chance.clone()),
            Doing::Follow | Doing::Depart => {
                let arrival = way.arrival as usize;
                (chance * &self.reward[arrival], chance * &self.weight[arrival])
            }
        }
    }
}

/// The points to which a policy leads from some points, those included.
#[must_use]
pub fn reached(problem: &Problem, policy: &[u32], from: &[usize]) -> Vec<bool> {
    let mut seen = vec![false; problem.points.len()];
    let mut open: Vec<usize> = from.to_vec();
    while let Some(point) = open.pop() {
        if !std::mem::replace(&mut seen[point], true) {
            let ways = problem.ways(policy[point] as usize).iter();
            open.extend(ways.map(|way| way.next as usize));
        }
    }
    seen
}

/// The value of a policy at all points to which it leads from some points.
///
/// # Errors
/// A sentence that names the limit that is exceeded.
pub fn evaluate(
    problem: &Problem,
    payoffs: &Payoffs,
    policy: &[u32],
    from: &[usize],
) -> Result<Vec<Option<Exact>>, String> {
    let seen = reached(problem, policy, from);
    let mut values: Vec<Option<Exact>> = vec![None; problem.points.len()];
    for component in components(problem, policy, &seen) {
        if component.len() > LARGEST_TANGLE {
            return Err(format!(
                "{} points lead to each other; at most {LARGEST_TANGLE} are solved together",
                component.len()
            ));
        }
        let rows = component.iter().map(|point| {
            let choice = policy[*point] as usize;
            let of = problem.choice(choice);
            let mut base = -payoffs.cost[of.cost as usize].clone();
            let mut within: Vec<(usize, Exact)> = Vec::new();
            for way in problem.ways(choice) {
                let (reward, weight) = payoffs.way(problem, of.doing, way);
                base += reward;
                match &values[way.next as usize] {
                    Some(value) => base += weight * value,
                    None => {
                        let place = component.iter().position(|other| *other == way.next as usize);
                        within.push((place.expect("later components are known"), weight));
                    }
                }
            }
            (base, within)
        });
        let solved = solve(rows.collect());
        for (point, value) in component.iter().zip(solved) {
            values[*point] = Some(value);
        }
    }
    Ok(values)
}

/// Gaussian elimination on `(I − W)·V = base`; `I − W` is strictly diagonally dominant, so no pivot is zero.
fn solve(rows: Vec<(Exact, Vec<(usize, Exact)>)>) -> Vec<Exact> {
    let size = rows.len();
    if size == 1 {
        let (base, within) = &rows[0];
        let weight = within.iter().fold(Exact::ZERO, |sum, (_, weight)| sum + weight);
        return vec![match weight == Exact::ZERO {
            true => base.clone(),
            false => base / (Exact::ONE - weight),
        }];
    }
    let mut matrix = vec![vec![Exact::ZERO; size + 1]; size];
    for (line, (base, within)) in rows.into_iter().enumerate() {
        matrix[line][line] = Exact::ONE;
        matrix[line][size] = base;
        for (place, weight) in within {
            matrix[line][place] -= weight;
        }
    }
    for pivot in 0..size {
        let chosen = matrix[pivot].clone();
        for (line, entries) in matrix.iter_mut().enumerate() {
            if line == pivot || entries[pivot] == Exact::ZERO {
                continue;
            }
            let factor = &entries[pivot] / &chosen[pivot];
            for (entry, above) in entries.iter_mut().zip(&chosen).skip(pivot) {
                if *above != Exact::ZERO {
                    *entry -= &factor * above;
                }
            }
        }
    }
    let solved = matrix.iter().enumerate();
    solved
        .map(|(line, entries)| &entries[size] / &entries[line])
        .collect()
}

/// The points that lead to each other under a policy, after those they lead to (Tarjan 1972, without recursion).
fn components(problem: &Problem, policy: &[u32], seen: &[bool]) -> Vec<Vec<usize>> {
    const NEW: usize = usize::MAX;
    let count = problem.points.len();
    let (mut number, mut low, mut next) = (vec![NEW; count], vec![0; count], 0);
    let mut on_stack = vec![false; count];
    let (mut stack, mut found, mut visits) = (Vec::new(), Vec::new(), Vec::new());
    for root in (0..count).filter(|point| seen[*point]) {
        if number[root] != NEW {
            continue;
        }
        visits.push((root, 0));
        while let Some((point, way)) = visits.pop() {
            if number[point] == NEW {
                (number[point], low[point]) = (next, next);
                next += 1;
                stack.push(point);
                on_stack[point] = true;
            }
            if let Some(on) = problem.ways(policy[point] as usize).get(way) {
                visits.push((point, way + 1));
                let follows = on.next as usize;
                if number[follows] == NEW {
                    visits.push((follows, 0));
                } else if on_stack[follows] {
                    low[point] = low[point].min(number[follows]);
                }
                continue;
            }
            if let Some((above, _)) = visits.last() {
                low[*above] = low[*above].min(low[point]);
            }
            if low[point] == number[point] {
                let at = stack.iter().rposition(|entry| *entry == point).unwrap_or(0);
                let component = stack.split_off(at);
                component.iter().for_each(|member| on_stack[*member] = false);
                found.push(component);
            }
        }
    }
    found
}
