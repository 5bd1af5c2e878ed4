//! Exact forms of plays, worked out where somebody asks for them.
//!
//! The same equations as in doubles, in fractions: a circle of plays is followed once around, plays that chance entangles
//! are eliminated one after the other.

use std::collections::HashMap;

use detente_base::number::Exact;

use crate::payoff::{Payoffs, Rates};
use crate::plays::Plays;

/// The most plays that are eliminated together.
pub(crate) const LARGEST_TANGLE: usize = 64;

/// The forms that were worked out so far.
pub(crate) struct ExactForms<'a> {
    plays: &'a Plays,
    payoffs: &'a Payoffs,
    rates: Rates<Exact>,
    known: HashMap<u32, Vec<Exact>>,
}

/// An equation of a component: what does not rest on it, and the weights of its members by place.
struct Row {
    base: Vec<Exact>,
    within: Vec<Exact>,
}

impl<'a> ExactForms<'a> {
    pub fn new(plays: &'a Plays, payoffs: &'a Payoffs, rates: Rates<Exact>) -> Self {
        Self {
            plays,
            payoffs,
            rates,
            known: HashMap::new(),
        }
    }

    /// The form of a play: a coefficient for every variable.
    ///
    /// # Errors
    /// A sentence when more plays than [`LARGEST_TANGLE`] are entangled.
    pub fn of(&mut self, play: u32) -> Result<&[Exact], String> {
        let mut waiting = vec![play];
        while let Some(last) = waiting.last().copied() {
            if self.known.contains_key(&last) {
                waiting.pop();
                continue;
            }
            let component = self.plays.components.with(last);
            let rests_on = component.iter().flat_map(|member| self.plays.ways(*member));
            let missing = rests_on.map(|way| way.follows).find(|follows| {
                !self.plays.components.together(last, *follows) && !self.known.contains_key(follows)
            });
            match missing {
                Some(follows) => waiting.push(follows),
                None => self.solve(component)?,
            }
        }
        Ok(&self.known[&play])
    }

    fn solve(&mut self, component: &[u32]) -> Result<(), String> {
        let size = component.len();
        let circle = component.iter().all(|play| self.plays.ways(*play).len() == 1);
        let solved = if circle && size > 1 {
            self.around(component)
        } else if size <= LARGEST_TANGLE {
            eliminated(component.iter().map(|play| self.row(*play, component)).collect())
        } else {
            return Err(format!(
                "{size} plays lead to each other through chances; at most {LARGEST_TANGLE} are worked out exactly"
            ));
        };
        self.known.extend(component.iter().copied().zip(solved));
        Ok(())
    }

    /// What one period of a way pays, added to a form.
    fn arrive(&self, class: u32, probability: &Exact, form: &mut [Exact]) {
        for (variable, pays) in self.payoffs.arriving(class, &self.rates) {
            form[variable as usize] += pays * probability;
        }
    }

    fn charged(&self, play: u32) -> Vec<Exact> {
        let mut form = vec![Exact::ZERO; self.payoffs.judgements.len()];
        for variable in self.plays.charged(play) {
            form[*variable as usize] -= self.rates.impatience();
        }
        form
    }

    fn row(&self, play: u32, component: &[u32]) -> Row {
        let mut row = Row {
            base: self.charged(play),
            within: vec![Exact::ZERO; component.len()],
        };
        for way in self.plays.ways(play) {
            let probability = &self.plays.probabilities[way.probability as usize];
            self.arrive(way.class, probability, &mut row.base);
            let weight = self.payoffs.weight(way.class, &self.rates) * probability;
            match component.iter().position(|member| *member == way.follows) {
                Some(place) => row.within[place] += weight,
                None => add(&mut row.base, &self.known[&way.follows], &weight),
            }
        }
        row
    }

    /// Plays that follow one another in a circle: once around from each gives a geometric series.
    fn around(&self, component: &[u32]) -> Vec<Vec<Exact>> {
        let after = |play: u32| self.plays.ways(play)[0];
        let mut order = vec![component[0]];
        while order.len() < component.len() {
            order.push(after(order[order.len() - 1]).follows);
        }
        let step = |play: u32, then: &[Exact]| {
            let way = after(play);
            let mut form = self.charged(play);
            self.arrive(way.class, &Exact::ONE, &mut form);
            add(&mut form, then, &self.payoffs.weight(way.class, &self.rates));
            form
        };
        let mut once = vec![Exact::ZERO; self.payoffs.judgements.len()];
        let mut weight = Exact::ONE;
        for play in order.iter().rev() {
            once = step(*play, &once);
            weight *= self.payoffs.weight(after(*play).class, &self.rates);
        }
        let loss = Exact::ONE - weight;
        let mut form: Vec<Exact> = once.into_iter().map(|entry| entry / &loss).collect();
        let mut solved = HashMap::from([(order[0], form.clone())]);
        for play in order.iter().skip(1).rev() {
            form = step(*play, &form);
            solved.insert(*play, form.clone());
        }
        component.iter().map(|play| solved[play].clone()).collect()
    }
}

fn add(form: &mut [Exact], other: &[Exact], weight: &Exact) {
    for (entry, value) in form.iter_mut().zip(other) {
        *entry += value * weight;
    }
}

/// Gauss and Jordan on `(1 − within)·V = base`, which is strictly diagonally dominant, so that no pivot is nothing.
fn eliminated(mut rows: Vec<Row>) -> Vec<Vec<Exact>> {
    for (place, row) in rows.iter_mut().enumerate() {
        for weight in &mut row.within {
            *weight = Exact::ZERO - &*weight;
        }
        row.within[place] += Exact::ONE;
    }
    for pivot in 0..rows.len() {
        let (within, base) = (rows[pivot].within.clone(), rows[pivot].base.clone());
        for (line, row) in rows.iter_mut().enumerate() {
            if line == pivot || row.within[pivot] == Exact::ZERO {
                continue;
            }
            let factor = Exact::ZERO - &row.within[pivot] / &within[pivot];
            add(&mut row.within, &within, &factor);
            add(&mut row.base, &base, &factor);
        }
    }
    let solved = rows.into_iter().enumerate();
    solved
        .map(|(place, row)| {
            let pivot = &row.within[place];
            row.base.iter().map(|entry| entry / pivot).collect()
        })
        .collect()
}
