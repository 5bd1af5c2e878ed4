//! Values and forms of plays in doubles, with how far they may be off.
//!
//! `V = base + M·V` is worked out component by component; components of several plays by sweeps. How it was found does not
//! matter: what is left over when V is put into the equation, with an allowance for rounding, bounds the error, since M
//! shrinks differences by a factor β < 1: `|V − V*| ≤ (left over + rounding)/(1 − β)`, in every column.

use detente_base::number::to_float;

use crate::payoff::{Payoffs, Rates};
use crate::plays::Plays;

/// The most sweeps over one component.
const SWEEPS: usize = 20_000;

/// What plays come to, in one or several columns.
#[derive(Debug, Clone)]
pub(crate) struct Floats {
    columns: usize,
    values: Vec<f64>,
    /// No entry is farther from its true value.
    pub error: f64,
}

/// What a period pays by column, and what the future weighs.
struct Base {
    arriving: Vec<Vec<(u32, f64)>>,
    weight: Vec<f64>,
    /// By variable.
    charge: Vec<(u32, f64)>,
    probabilities: Vec<f64>,
    /// Ending chances that a weight is made of.
    endings: usize,
}

impl Floats {
    /// The coefficient of every variable in the value of every play.
    pub fn forms(plays: &Plays, payoffs: &Payoffs, rates: &Rates<f64>) -> Self {
        let classes = 0..payoffs.classes() as u32;
        let charge = (0..payoffs.judgements.len() as u32).map(|variable| (variable, *rates.impatience()));
        let base = Base {
            arriving: classes
                .map(|class| payoffs.arriving(class, rates).collect())
                .collect(),
            charge: charge.collect(),
            ..Base::without_payoffs(plays, payoffs, rates)
        };
        base.solve(plays, payoffs.judgements.len())
    }

    /// The value of every play where the variables have these values.
    pub fn values(plays: &Plays, payoffs: &Payoffs, rates: &Rates<f64>, values: &[f64]) -> Self {
        let worth = |class| {
            let parts = payoffs.arriving(class, rates);
            vec![(
                0,
                parts
                    .map(|(variable, weight)| weight * values[variable as usize])
                    .sum(),
            )]
        };
        let base = Base {
            arriving: (0..payoffs.classes() as u32).map(worth).collect(),
            charge: values
                .iter()
                .map(|value| (0, value * rates.impatience()))
                .collect(),
            ..Base::without_payoffs(plays, payoffs, rates)
        };
        // A sum of many worths may be near nothing while its parts are not: its rounding is that of the parts.
        let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        let mut found = base.solve(plays, 1);
        found.error +=
            largest * (payoffs.judgements.len() + 8) as f64 * 8.0 * f64::EPSILON / base.least_loss();
        found
    }

    /// The entries of a play.
    pub fn of(&self, play: u32) -> &[f64] {
        let start = play as usize * self.columns;
        &self.values[start..start + self.columns]
    }

    /// The only entry of a play.
    pub fn value(&self, play: u32) -> f64 {
        self.values[play as usize]
    }
}

impl Base {
    fn without_payoffs(plays: &Plays, payoffs: &Payoffs, rates: &Rates<f64>) -> Self {
        Self {
            arriving: Vec::new(),
            weight: (0..payoffs.classes() as u32)
                .map(|class| payoffs.weight(class, rates))
                .collect(),
            charge: Vec::new(),
            probabilities: plays.probabilities.iter().map(to_float).collect(),
            endings: payoffs.endings(),
        }
    }

    /// The least of `1 − weight`, a little less to be safe from rounding.
    fn least_loss(&self) -> f64 {
        let most = self.weight.iter().fold(0.0f64, |most, weight| most.max(*weight));
        (1.0 - most - 1e-12).max(1e-300)
    }

    fn solve(&self, plays: &Plays, columns: usize) -> Floats {
        let mut values = vec![0.0; plays.len() * columns];
        let mut row = vec![0.0; columns];
        for component in plays.components.list() {
            if let [play] = component {
                let own = self.row(plays, *play, &values, &mut row, true);
                let entries = &mut values[*play as usize * columns..][..columns];
                for (entry, sum) in entries.iter_mut().zip(&row) {
                    *entry = sum / (1.0 - own);
                }
                continue;
            }
            for _ in 0..SWEEPS {
                let mut moved = 0.0f64;
                for play in component {
                    let own = self.row(plays, *play, &values, &mut row, true);
                    let entries = &mut values[*play as usize * columns..][..columns];
                    for (entry, sum) in entries.iter_mut().zip(&row) {
                        let new = sum / (1.0 - own);
                        moved = moved.max((new - *entry).abs() / new.abs().max(1.0));
                        *entry = new;
                    }
                }
                if moved < f64::EPSILON {
                    break;
                }
            }
        }
        let error = self.error(plays, columns, &values);
        Floats {
            columns,
            values,
            error,
        }
    }

    /// The right-hand side of a play's equation. The ways that follow themselves are left out if `apart`, and their weight
    /// is given back.
    fn row(&self, plays: &Plays, play: u32, values: &[f64], row: &mut [f64], apart: bool) -> f64 {
        row.fill(0.0);
        for variable in plays.charged(play) {
            let (column, charge) = self.charge[*variable as usize];
            row[column as usize] -= charge;
        }
        let (columns, mut own) = (row.len(), 0.0);
        for way in plays.ways(play) {
            let probability = self.probabilities[way.probability as usize];
            for (column, pays) in &self.arriving[way.class as usize] {
                row[*column as usize] += probability * pays;
            }
            let weight = probability * self.weight[way.class as usize];
            if apart && way.follows == play {
                own += weight;
                continue;
            }
            let future = &values[way.follows as usize * columns..][..columns];
            for (entry, value) in row.iter_mut().zip(future) {
                *entry += weight * value;
            }
        }
        own
    }

    /// What bounds the error of every entry.
    fn error(&self, plays: &Plays, columns: usize, values: &[f64]) -> f64 {
        let mut row = vec![0.0; columns];
        let mut most = 0.0f64;
        let largest = values.iter().fold(0.0f64, |most, value| most.max(value.abs()));
        let pays = self.arriving.iter().flatten().chain(&self.charge);
        let largest = pays.fold(largest, |most, (_, pays)| most.max(pays.abs()));
        for play in 0..plays.len() as u32 {
            self.row(plays, play, values, &mut row, false);
            let entries = &values[play as usize * columns..][..columns];
            let left = row.iter().zip(entries).map(|(row, value)| (row - value).abs());
            let terms = plays.ways(play).len() * (self.endings + 8) + plays.charged(play).len();
            let rounding = terms as f64 * 4.0 * f64::EPSILON * largest;
            most = left.fold(most, |most, left| most.max(left + rounding));
        }
        match most.is_finite() {
            true => 2.0 * most / self.least_loss(),
            false => f64::INFINITY,
        }
    }
}
