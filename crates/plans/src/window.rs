//! How long a plan stays possible while nothing is offered, and what waiting costs.
//!
//! Judgements that grow have grown so many periods when the plan is offered later. The last date is the last wait
//! after which it still holds, every earlier one holding too. Waiting one period pays only if `δ V(1) > V(0)`, with
//! `V(w)` the value to the proposer of the plan offered after `w` periods.

use detente_case::{Case, Deal, World};
use schemars::JsonSchema;
use serde::Serialize;

use super::test;
use super::{bridge, known};
use detente_base::watch::Watch;

/// The longest wait that is tried unless another is asked for, in periods.
pub const LONGEST_WAIT: u32 = 80;

/// One wait.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Wait {
    /// Periods waited.
    pub periods: u32,
    /// Whether the plan still holds.
    pub holds: bool,
    /// What it is then worth to the proposer, seen at the date of the offer.
    pub value: f64,
    /// The belief it then needs.
    pub p_seq: Option<f64>,
}

/// How long a plan stays possible.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Window {
    /// The plan.
    pub plan: String,
    /// Whether any judgement that the case knows grows at all.
    pub drifts: bool,
    /// The last wait after which it holds; nothing if it does not hold today.
    pub last: Option<u32>,
    /// Whether it held at every wait that was tried.
    pub still_open: bool,
    /// What waiting one period costs the proposer: `V(0) − δ V(1)`.
    pub cost_of_waiting: Option<f64>,
    /// The waits that were tried.
    pub waits: Vec<Wait>,
}

/// Tries waits until the plan no longer holds.
pub fn window(
    case: &Case,
    deal: &Deal,
    world: &World,
    longest: u32,
    watch: &dyn Watch,
) -> Result<Window, Vec<String>> {
    let drifts = case.judgements.iter().any(|judgement| judgement.grows.is_some());
    let (mut waits, mut discount): (Vec<Wait>, f64) = (Vec::new(), 1.0);
    for periods in 0..=longest {
        let later = World {
            periods_later: world.periods_later + periods,
            ..world.clone()
        };
        // A judgement that has grown out of its domain ends the search as a date does.
        let Ok(then) = known::case_in_world(case, &later) else {
            break;
        };
        let Ok(bridged) = bridge::bridge(&then, deal) else {
            break;
        };
        let result = test::test(&bridged.model, &bridged.plan)?;
        let proposer = &bridged.model.parties[bridged.model.proposer.0];
        discount = proposer.types.first().map_or(1.0, |kind| kind.discount);
        let holds = result.holds;
        waits.push(Wait {
            periods,
            holds,
            value: result.value,
            p_seq: result.p_seq,
        });
        watch.advanced("waits", u64::from(periods) + 1, Some(u64::from(longest) + 1));
        if (!holds && periods > 0) || !drifts || watch.should_stop() {
            break;
        }
    }
    let open = waits.iter().take_while(|wait| wait.holds).count();
    Ok(Window {
        plan: deal.name.clone(),
        drifts,
        last: open.checked_sub(1).map(|last| last as u32),
        still_open: open == waits.len() && open > 0,
        cost_of_waiting: match &waits[..] {
            [now, next, ..] => Some(now.value - discount * next.value.max(0.0)),
            [now] if !drifts => Some(now.value * (1.0 - discount)),
            _ => None,
        },
        waits,
    })
}
