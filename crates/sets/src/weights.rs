//! Weights under which every bound shrinks: what makes a jump of the outer levels valid.
//!
//! A bound on new levels is a sum of coefficients times expected levels. Weights w (one for each state and
//! direction) prove a jump when every bound that uses new levels has a choice whose coefficients, applied to w,
//! give less than its own weight: raising all levels along w then leaves room everywhere, at every distance. They
//! are found by substitution, `w = 1 + best choice of w`, which falls short by the discount factor each round.

use std::collections::{HashMap, HashSet};

use super::directions::{MOST_SET_PARTIES, Support};
use super::flat::Flat;
use super::outer::Outer;

/// What a weight of one is written as: weights are rounded to few digits.
pub(crate) const WEIGHT_UNIT: f64 = 1024.0;

/// One item: a joint action and a direction.
type Item = (u32, u32);

/// A bound that an item may use: its value and its terms, coefficients of expected levels.
struct Choice {
    support: Support,
    value: f64,
    terms: [(u32, f64); MOST_SET_PARTIES],
    count: u8,
}

/// What has to shrink: for every item, by its best choice.
pub(crate) struct Rows<'a> {
    flat: &'a Flat,
    directions: usize,
    /// Item, its weight, and where its choices end.
    items: Vec<(Item, u32, u32)>,
    choices: Vec<Choice>,
    /// Bounds with one choice that holds nobody differ between joint actions of a law in nothing that matters.
    seen: HashSet<(u32, u32, u32, Support)>,
}

impl<'a> Rows<'a> {
    pub fn of(flat: &'a Flat, directions: usize) -> Self {
        Self {
            flat,
            directions,
            items: Vec::new(),
            choices: Vec::new(),
            seen: HashSet::new(),
        }
    }

    /// Adds an item with its choices. Returns false when a choice has more terms than are kept.
    pub fn add(
        &mut self,
        outer: &Outer,
        departures: &[u32],
        p: u32,
        l: usize,
        list: &[(bool, Support, f64)],
    ) -> bool {
        let (flat, count) = (self.flat, self.directions);
        let s = flat.state_of[p as usize];
        if let [(_, support, _)] = list
            && support.held == 0
            && !self.seen.insert((s, l as u32, flat.law[p as usize], *support))
        {
            return true;
        }
        for (_, support, value) in list {
            let multipliers = outer.multipliers(l, support);
            let own = flat.law[p as usize] as usize * count;
            let next = support
                .dirs()
                .zip(&multipliers.lambda)
                .map(|(k, lambda)| (own + k, *lambda));
            let held = support.held().zip(&multipliers.held).map(|(i, y)| {
                let law = flat.law[outer.departure(departures, p, i) as usize] as usize;
                (law * count + outer.directions.minus[i], y * flat.delta[i])
            });
            self.choices.push(Choice {
                support: *support,
                value: *value,
                terms: [(0, 0.0); MOST_SET_PARTIES],
                count: 0,
            });
            let Some(choice) = self.choices.last_mut() else {
                return false;
            };
            for (k, factor) in next.chain(held) {
                let Some(term) = choice.terms.get_mut(choice.count as usize) else {
                    return false;
                };
                *term = (k as u32, factor);
                choice.count += 1;
            }
        }
        let at = s * count as u32 + l as u32;
        self.items.push(((p, l as u32), at, self.choices.len() as u32));
        true
    }

    /// Every item with its weight and its choices.
    fn each(&self) -> impl Iterator<Item = (Item, usize, &[Choice])> {
        let mut first = 0;
        self.items.iter().map(move |(item, at, end)| {
            let choices = &self.choices[first..*end as usize];
            first = *end as usize;
            (*item, *at as usize, choices)
        })
    }

    /// Expected weights by law and direction.
    fn expect(&self, weights: &[f64], expected: &mut [f64]) {
        let (flat, count) = (self.flat, self.directions);
        for law in 0..flat.laws() {
            let row = &mut expected[law * count..(law + 1) * count];
            row.fill(0.0);
            let range = flat.law_range(law as u32);
            for (state, chance) in flat.law_state[range.clone()].iter().zip(&flat.law_chance[range]) {
                let weights = &weights[*state as usize * count..(*state as usize + 1) * count];
                for (sum, weight) in row.iter_mut().zip(weights) {
                    *sum += chance * weight;
                }
            }
        }
    }

    /// Weights that every item shrinks by some choice, and those choices.
    #[allow(clippy::type_complexity)]
    pub fn weights(&self) -> Option<(Vec<f64>, HashMap<Item, (Support, f64)>)> {
        let mut weights = vec![1.0; self.flat.states * self.directions];
        let mut expected = vec![0.0; self.flat.laws() * self.directions];
        let value = |choice: &Choice, expected: &[f64]| -> f64 {
            let terms = &choice.terms[..choice.count as usize];
            terms
                .iter()
                .map(|(k, factor)| factor * expected[*k as usize])
                .sum()
        };
        for _ in 0..5_000 {
            self.expect(&weights, &mut expected);
            let mut moved: f64 = 0.0;
            for (_, at, choices) in self.each() {
                let least = choices
                    .iter()
                    .map(|choice| value(choice, &expected))
                    .fold(f64::INFINITY, f64::min);
                let wanted = 1.0 + least;
                if wanted > weights[at] {
                    moved = moved.max(wanted / weights[at] - 1.0);
                    weights[at] = wanted;
                }
            }
            let largest = weights.iter().fold(0.0, |most: f64, weight| most.max(*weight));
            // Weights that moved by this share at most leave every item most of its room of one.
            if moved * largest < 0.1 || moved == 0.0 {
                break;
            }
            if largest > 1e7 {
                return None;
            }
        }
        let rounded: Vec<f64> = weights
            .iter()
            .map(|weight| f64::from((weight * WEIGHT_UNIT) as f32))
            .collect();
        self.expect(&rounded, &mut expected);
        let mut chosen = HashMap::new();
        for (item, at, choices) in self.each() {
            let least = choices
                .iter()
                .map(|choice| (value(choice, &expected), choice))
                .min_by(|a, b| a.0.total_cmp(&b.0))?;
            if least.0 >= rounded[at] * (1.0 - 1e-9) {
                return None;
            }
            if choices.len() > 1 {
                chosen.insert(item, (least.1.support, least.1.value));
            }
        }
        Some((rounded, chosen))
    }
}
