//! Third parties whose enforcement a snapback depends on: which coalitions suffice, who is pivotal, whether each
//! would enforce when the day comes, and what side payment it would take.
//!
//! A supporter carries a share of the return of some issues. With participating share `s` and a fraction `φ` of
//! the rest backfilled, what is withdrawn of the issue's effect is the part that does not persist anyway times
//! `s(1−φ(1−s))`. A coalition suffices if the plan holds with it; minimal coalitions are those without a
//! superfluous member. Whether a supporter enforces follows the closed form of
//! [`detente_formulas::supporters`]: its cost for the length of the punishment against the benefit of a restored
//! deal times how much it is pivotal. Our own; the setting follows Martin 1992.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{IssueIndex, Plan, PlanModel};
use super::orders;
use detente_formulas::FormulaError;
use detente_formulas::inputs::Count;
use detente_formulas::supporters::{self, minimal_coalitions};

/// A third party.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Supporter {
    /// Its name.
    pub name: String,
    /// Share of the issue's return that it carries, from 0 to 1.
    pub share: f64,
    /// What enforcing costs it a period.
    pub cost: f64,
    /// What a restored deal is worth to it a period.
    pub benefit: f64,
    /// Its discount factor.
    pub discount: f64,
}

/// The return of some issues, carried by supporters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Enforcement {
    /// The issues whose return they carry.
    pub issues: Vec<IssueIndex>,
    /// The supporters; shares that they do not carry are the owner's own.
    pub supporters: Vec<Supporter>,
    /// Fraction of what is missing that those who stay away make good.
    pub backfill: f64,
    /// Periods for which they must enforce.
    pub periods: u32,
}

/// A supporter's part.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Part {
    /// The supporter.
    pub name: String,
    /// Whether the plan fails without it although all others enforce.
    pub indispensable: bool,
    /// How many of the minimal coalitions it is in.
    pub in_coalitions: usize,
    /// Whether it would enforce unpaid when all the others do.
    pub would_enforce: bool,
    /// The side payment that would make it.
    pub side_payment: f64,
}

/// What enforcement a plan depends on.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Coalitions {
    /// Whether the plan holds with everybody.
    pub holds_with_all: bool,
    /// Whether it holds with nobody.
    pub holds_with_none: bool,
    /// Whether it holds with those who would enforce unpaid.
    pub holds_with_the_willing: bool,
    /// The minimal coalitions that suffice.
    pub minimal: Vec<Vec<String>>,
    /// Each supporter's part.
    pub parts: Vec<Part>,
    /// The largest side payment that a minimal coalition needs for one of its members, for the cheapest coalition.
    pub largest_payment: Option<f64>,
}

/// The model in which only some supporters enforce.
pub fn with_members(model: &PlanModel, enforcement: &Enforcement, members: &[usize]) -> PlanModel {
    let carried: f64 = enforcement
        .supporters
        .iter()
        .map(|supporter| supporter.share)
        .sum();
    let own = (1.0 - carried).max(0.0);
    let share = (own
        + members
            .iter()
            .map(|member| enforcement.supporters[*member].share)
            .sum::<f64>())
    .min(1.0);
    let effective = share * (1.0 - enforcement.backfill * (1.0 - share));
    let mut model = model.clone();
    for issue in &enforcement.issues {
        let persist = &mut model.issues[issue.0].persist;
        *persist = 1.0 - (1.0 - *persist) * effective;
    }
    model
}

/// Which coalitions make a plan hold.
pub fn coalitions(
    model: &PlanModel,
    plan: &Plan,
    enforcement: &Enforcement,
) -> Result<Coalitions, FormulaError> {
    let holds = |members: &[usize]| orders::quick(&with_members(model, enforcement, members), plan).holds;
    let all: Vec<usize> = (0..enforcement.supporters.len()).collect();
    let minimal = minimal_coalitions(&enforcement.supporters, holds)?;
    let mut parts = Vec::new();
    for (place, supporter) in enforcement.supporters.iter().enumerate() {
        let others: Vec<usize> = all.iter().copied().filter(|other| *other != place).collect();
        let indispensable = holds(&all) && !holds(&others);
        let payment = supporters::side_payment(&supporters::Supporter {
            punish_cost: supporter.cost,
            deal_benefit: supporter.benefit,
            pivotality: f64::from(u8::from(indispensable)),
            k: Count(enforcement.periods),
            delta: supporter.discount,
        })?;
        parts.push(Part {
            name: supporter.name.clone(),
            indispensable,
            in_coalitions: minimal
                .iter()
                .filter(|coalition| coalition.contains(&place))
                .count(),
            would_enforce: payment.min_side_payment <= 0.0,
            side_payment: payment.min_side_payment,
        });
    }
    let willing: Vec<usize> = all
        .iter()
        .copied()
        .filter(|member| parts[*member].would_enforce)
        .collect();
    let dearest = |coalition: &Vec<usize>| {
        coalition
            .iter()
            .map(|member| parts[*member].side_payment)
            .fold(0.0, f64::max)
    };
    Ok(Coalitions {
        holds_with_all: holds(&all),
        holds_with_none: holds(&[]),
        holds_with_the_willing: holds(&willing),
        largest_payment: minimal.iter().map(dearest).min_by(f64::total_cmp),
        minimal: minimal
            .iter()
            .map(|coalition| {
                coalition
                    .iter()
                    .map(|member| enforcement.supporters[*member].name.clone())
                    .collect()
            })
            .collect(),
        parts,
    })
}
