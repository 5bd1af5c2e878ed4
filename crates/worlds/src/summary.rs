//! What an exploration comes to: shares by profile of types, what matters, where it fails, what to find out next.
//!
//! A world *holds* if a deal is proved possible there. Figures over outcomes that do not differ are left out, not made up.

use std::collections::BTreeMap;

use detente_base::ids::JudgementId;
use detente_base::number::to_float;
use detente_case::Case;
use serde::{Deserialize, Serialize};

use crate::discovery::scenarios;
use crate::explore::{By, Explorer, Outcome, Row};
use crate::finding_out::{knowing_everything, knowing_one};
use crate::importance::{Share, TOGETHER, first_order, shapley};
use crate::shares::{Counts, wilson};

/// The most boxes of failures.
const SCENARIOS: usize = 3;

/// What one profile of types comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProfileSummary {
    /// The types.
    pub types: BTreeMap<String, String>,
    /// Worlds explored.
    pub worlds: u64,
    /// Worlds that were solved.
    pub solved: u64,
    /// Undecided worlds that the limit left unsolved.
    pub not_solved: u64,
    /// Worlds proved possible, impossible, undecided.
    pub possible: u64,
    /// Proved impossible.
    pub impossible: u64,
    /// Neither.
    pub undecided: u64,
    /// Between what the share of possible worlds lies (Wilson, 95 %, undecided ones either way).
    pub share_possible: (f64, f64),
    /// The same of impossible ones.
    pub share_impossible: (f64, f64),
    /// The deals of the likely world.
    pub likely_deals: Vec<DealSummary>,
    /// The judgements that matter, those first that matter most.
    pub matters: Vec<Matters>,
    /// Boxes in which worlds mostly fail.
    pub fails_when: Vec<FailsWhen>,
    /// What knowing every number would add to the share of worlds in which the chosen deal of the likely world holds.
    pub knowing_everything: f64,
    /// What to find out next.
    pub find_out: Vec<FindOut>,
}

/// A deal of the likely world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DealSummary {
    /// The hash of its proof.
    pub deal: String,
    /// In how many worlds it holds.
    pub holds: u64,
    /// Between what that share lies (Wilson, 95 %).
    pub share: (f64, f64),
}

/// How much of whether a world holds rests on a judgement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Matters {
    /// Its key.
    pub judgement: String,
    /// First-order share of the variance.
    pub first_order: f64,
    /// What shuffled outcomes show (95th percentile).
    pub first_order_baseline: f64,
    /// Shapley effect; only for the few that matter most.
    pub shapley: Option<f64>,
    /// What shuffled outcomes show.
    pub shapley_baseline: Option<f64>,
}

/// One end of a box.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EndSummary {
    /// The judgement's key.
    pub judgement: String,
    /// Whether it is above; else below.
    pub above: bool,
    /// Where.
    pub at: f64,
}

/// A box of failures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FailsWhen {
    /// Its ends: all of them hold.
    pub ends: Vec<EndSummary>,
    /// The share of worlds inside.
    pub mass: f64,
    /// The share of those that fail.
    pub density: f64,
    /// The share of failures inside.
    pub coverage: f64,
}

/// What knowing a judgement would be worth for the choice among the deals of the likely world.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindOut {
    /// Its key.
    pub judgement: String,
    /// By how much the share of worlds in which the chosen deal holds would rise.
    pub gain: f64,
    /// What shuffled worlds show.
    pub baseline: f64,
}

/// Sums up the worlds of a profile; rows by increasing number.
#[must_use]
pub fn summary(explorer: &Explorer, types: &BTreeMap<String, String>, rows: &[Row]) -> ProfileSummary {
    let mut rows: Vec<&Row> = rows.iter().collect();
    rows.sort_by_key(|row| row.world);
    let count = |holds: &dyn Fn(&Row) -> bool| rows.iter().filter(|row| holds(row)).count() as u64;
    let counts = Counts {
        possible: count(&|row| row.outcome == Outcome::Possible),
        impossible: count(&|row| row.outcome == Outcome::Impossible),
        undecided: count(&|row| row.outcome == Outcome::Undecided),
    };
    let columns = columns(explorer, &rows);
    let keys: Vec<String> = keys(explorer.case(), explorer.sampler().judgements());
    let outcomes: Vec<f64> = rows
        .iter()
        .map(|row| f64::from(u8::from(row.outcome == Outcome::Possible)))
        .collect();
    let fails: Vec<bool> = outcomes.iter().map(|outcome| *outcome == 0.0).collect();
    let deals = explorer.likely().iter().enumerate();
    let likely_deals = deals.map(|(number, known)| {
        let holds = count(&|row| row.likely_hold.get(number) == Some(&true));
        DealSummary {
            deal: known.proof().hash.clone(),
            holds,
            share: wilson(holds, counts.all()),
        }
    });
    let brings: Vec<Vec<f64>> = (0..explorer.likely().len())
        .map(|deal| {
            rows.iter()
                .map(|row| f64::from(u8::from(row.likely_hold[deal])))
                .collect()
        })
        .collect();
    let boxes = scenarios(&columns, &fails, SCENARIOS);
    ProfileSummary {
        types: types.clone(),
        worlds: counts.all(),
        solved: count(&|row| row.by == By::Solved),
        not_solved: count(&|row| row.by == By::NotSolved),
        possible: counts.possible,
        impossible: counts.impossible,
        undecided: counts.undecided,
        share_possible: counts.share_possible(),
        share_impossible: counts.share_impossible(),
        likely_deals: likely_deals.collect(),
        matters: matters(&keys, &columns, &outcomes),
        fails_when: boxes
            .into_iter()
            .map(|found| FailsWhen {
                ends: found
                    .ends
                    .iter()
                    .map(|end| EndSummary {
                        judgement: keys[end.column].clone(),
                        above: end.above,
                        at: end.at,
                    })
                    .collect(),
                mass: found.mass,
                density: found.density,
                coverage: found.coverage,
            })
            .collect(),
        knowing_everything: match brings.len() {
            0 | 1 => 0.0,
            _ => knowing_everything(&brings),
        },
        find_out: find_out(&keys, &columns, &brings),
    }
}

/// The keys of judgements.
pub fn keys(case: &Case, judgements: impl Iterator<Item = JudgementId>) -> Vec<String> {
    judgements.map(|id| case.judgement(id).key.clone()).collect()
}

fn columns(explorer: &Explorer, rows: &[&Row]) -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::with_capacity(rows.len()); explorer.sampler().judgements().len()];
    for row in rows {
        let draw = explorer.sampler().draw(row.world);
        for (column, value) in columns.iter_mut().zip(&draw.values) {
            column.push(to_float(value));
        }
    }
    columns
}

/// The judgements whose share is above what chance shows, those first that matter most.
fn matters(keys: &[String], columns: &[Vec<f64>], outcomes: &[f64]) -> Vec<Matters> {
    let Some(first) = first_order(columns, outcomes) else {
        return Vec::new();
    };
    let order = telling(&first);
    let most = &order[..order.len().min(TOGETHER)];
    let chosen: Vec<Vec<f64>> = most.iter().map(|column| columns[*column].clone()).collect();
    let together = shapley(&chosen, outcomes).unwrap_or_default();
    let of = |(place, column): (usize, &usize)| Matters {
        judgement: keys[*column].clone(),
        first_order: first[*column].share,
        first_order_baseline: first[*column].baseline,
        shapley: together.get(place).map(|share| share.share),
        shapley_baseline: together.get(place).map(|share| share.baseline),
    };
    order.iter().enumerate().map(of).collect()
}

fn find_out(keys: &[String], columns: &[Vec<f64>], brings: &[Vec<f64>]) -> Vec<FindOut> {
    // With one deal there is nothing to choose.
    if brings.len() < 2 {
        return Vec::new();
    }
    let gains = knowing_one(columns, brings);
    let of = |column: usize| FindOut {
        judgement: keys[column].clone(),
        gain: gains[column].share,
        baseline: gains[column].baseline,
    };
    telling(&gains).into_iter().map(of).collect()
}

/// The columns that tell more than chance, the largest share first.
fn telling(shares: &[Share]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..shares.len())
        .filter(|column| shares[*column].tells())
        .collect();
    order.sort_by(|a, b| shares[*b].share.total_cmp(&shares[*a].share).then(a.cmp(b)));
    order
}
