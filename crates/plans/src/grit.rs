//! The checklist of graduated reciprocation in tension reduction, in numbers.
//!
//! For the initiator's issues: the largest one-step exposure `max_t Σ −v_i Δx_it`, the unrecoverable part
//! `max_t Σ −v_i persist_i x_it`, the security margin `1 − max_t Σ w_i x_it`, and the lead `max_t [Σ_own(−v x) −
//! Σ_other(v x)]`. Source: Osgood 1962; Lindskold 1978. Thresholds are inputs.

use serde::Serialize;

/// One issue seen by the initiator.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Whether the initiator owns it.
    pub initiator: bool,
    /// Level by date.
    pub levels: Vec<f64>,
    /// Flow to the initiator at level 1.
    pub value: f64,
    /// Share of its security given up at level 1.
    pub security: f64,
    /// Share that stays after unwinding.
    pub persist: f64,
}

/// The numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Metrics {
    /// Whether the first dated step is the initiator's alone.
    pub opens_unilaterally: bool,
    /// Largest flow given up in one step.
    pub max_step_exposure: f64,
    /// Largest flow that could not be taken back.
    pub max_unrecoverable: f64,
    /// Security kept at the worst date, 1 being all.
    pub security_margin: f64,
    /// Largest lead of what is given over what is received.
    pub max_lead: f64,
    /// Whether the margin is at least the floor.
    pub security_retained: bool,
}

/// Computes the numbers; `floor` is the least security margin.
pub fn metrics(rows: &[Row], floor: f64) -> Metrics {
    let dates = rows.iter().map(|row| row.levels.len()).max().unwrap_or(0);
    let level = |row: &Row, date: usize| row.levels.get(date).copied().unwrap_or(0.0);
    let rise = |row: &Row, date: usize| {
        level(row, date) - date.checked_sub(1).map_or(0.0, |before| level(row, before))
    };
    let own = || rows.iter().filter(|row| row.initiator);
    let largest = |of: &dyn Fn(usize) -> f64| (0..dates).map(of).fold(f64::NEG_INFINITY, f64::max);
    let opening = (0..dates).find(|date| rows.iter().any(|row| rise(row, *date) > 0.0));
    let security_margin = 1.0 - largest(&|date| rows.iter().map(|row| row.security * level(row, date)).sum());
    Metrics {
        opens_unilaterally: opening
            .is_some_and(|date| rows.iter().all(|row| row.initiator || rise(row, date) <= 0.0)),
        max_step_exposure: largest(&|date| own().map(|row| -row.value * rise(row, date)).sum()),
        max_unrecoverable: largest(&|date| {
            own().map(|row| -row.value * row.persist * level(row, date)).sum()
        }),
        security_margin,
        max_lead: largest(&|date| rows.iter().map(|row| -row.value * level(row, date)).sum()),
        security_retained: security_margin >= floor - 1e-12,
    }
}
