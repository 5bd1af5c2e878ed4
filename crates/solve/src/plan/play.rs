//! The value of any profile of behaviours: every party may keep, leave or breach, with lags before notice,
//! false alarms and pardons.
//!
//! As long as nothing has been noticed, date `t` finds every issue on the plan, or frozen at what cannot be
//! undone of the level before its breach. `V_s(t) = n_t + δ[h c_t + (1−h)(A_t X + (1−A_t) V_s(t+1))]`, where
//! `A_t` is the chance of an alarm (true or false), `s` the pardons left, and `X` is `V_{s−1}(t+1)` or, without
//! a pardon, everything coming apart. After the last date and the last departure nothing changes any more and
//! the tail is a geometric sum. A breach without lag is `values`' recursion; the two are compared in the tests.

use super::behaviour::{Behaviour, IssueSet};
use super::model::{IssueIndex, Joint, PartyIndex, Plan, PlanModel, TypeIndex};

/// What each party does; one entry a party.
pub type Profile = Vec<Behaviour>;

/// Everybody keeps the plan.
pub fn all_comply(model: &PlanModel) -> Profile {
    vec![Behaviour::Comply; model.parties.len()]
}

/// The state of the issues at a date that nothing noticed has interrupted.
struct Situation<'a> {
    model: &'a PlanModel,
    plan: &'a Plan,
    profile: &'a [Behaviour],
    /// What a party does on top, later: further breaches, or leaving in the middle of one.
    later: &'a [(PartyIndex, Behaviour)],
}

impl Situation<'_> {
    /// Since when an issue is breached, if it is at this date.
    fn breached_since(&self, issue: usize, date: usize) -> Option<usize> {
        let owner = self.model.issues[issue].owner;
        let since = |behaviour: &Behaviour| match behaviour {
            Behaviour::Breach { date: since, issues }
                if *since <= date && issues.contains(IssueIndex(issue)) =>
            {
                Some(*since)
            }
            _ => None,
        };
        let later = self
            .later
            .iter()
            .filter(|(party, _)| *party == owner)
            .filter_map(|(_, behaviour)| since(behaviour));
        since(&self.profile[owner.0]).into_iter().chain(later).min()
    }

    /// Whether somebody leaves at this date or has left.
    fn left(&self, date: usize) -> bool {
        let leaves = |behaviour: &Behaviour| matches!(behaviour, Behaviour::Quit { date: at } if *at <= date);
        self.profile.iter().any(leaves) || self.later.iter().any(|(_, behaviour)| leaves(behaviour))
    }

    /// The chance that the end of a date brings an alarm.
    fn alarm(&self, date: usize) -> f64 {
        let quiet: f64 = self
            .model
            .issues
            .iter()
            .enumerate()
            .map(|(index, issue)| match self.breached_since(index, date) {
                Some(since) if date + 1 >= since + issue.lag as usize => 1.0 - issue.detect,
                Some(_) => 1.0,
                None if self.model.level(self.plan, IssueIndex(index), date as isize) != issue.fallback => {
                    1.0 - issue.false_alarm
                }
                None => 1.0,
            })
            .product();
        1.0 - quiet
    }
}

/// The flows of one type: level to worth.
struct Teller<'a> {
    model: &'a PlanModel,
    plan: &'a Plan,
    party: PartyIndex,
    kind: TypeIndex,
    discount: f64,
}

/// Where an issue stands: at a level, or come apart at a level.
#[derive(Clone, Copy)]
enum Stand {
    On(f64),
    Apart(f64),
}

impl Teller<'_> {
    fn level(&self, issue: usize, date: isize) -> f64 {
        self.model.level(self.plan, IssueIndex(issue), date)
    }

    /// Flow where every issue stands somewhere.
    fn told(&self, stands: &[Stand]) -> f64 {
        let single: f64 = self
            .model
            .issues
            .iter()
            .zip(stands)
            .map(|(issue, stand)| match stand {
                Stand::On(level) => issue.worth[self.party.0][self.kind.0].at(*level),
                Stand::Apart(level) => issue.after(self.party, self.kind, *level),
            })
            .sum();
        let mine = |joint: &&Joint| joint.party == self.party && joint.kind == self.kind;
        single
            + self
                .model
                .joint
                .iter()
                .filter(mine)
                .map(|joint| self.joint(joint, stands, 0, 0, 1.0))
                .sum::<f64>()
    }

    /// Expected joint flow, the issues from `next` on still open.
    fn joint(&self, joint: &Joint, stands: &[Stand], next: usize, cell: usize, chance: f64) -> f64 {
        let Some((issue, levels)) = joint.issues.get(next) else {
            return chance * joint.worth.get(cell).copied().unwrap_or(0.0);
        };
        let settings = &self.model.issues[issue.0];
        let places = match stands[issue.0] {
            Stand::On(level) => vec![(level, 1.0)],
            Stand::Apart(level) => vec![
                (level, settings.persist),
                (settings.falls_to(level), 1.0 - settings.persist),
            ],
        };
        let mut total = 0.0;
        for (level, share) in places {
            let place = level.clamp(0.0, 1.0) * levels.saturating_sub(1) as f64;
            let below = place.floor();
            for (place, part) in [(below, 1.0 - (place - below)), (below + 1.0, place - below)] {
                if share * part > 0.0 {
                    total += self.joint(
                        joint,
                        stands,
                        next + 1,
                        cell * levels + place as usize,
                        chance * share * part,
                    );
                }
            }
        }
        total
    }

    /// Flow at a date.
    fn flow(&self, situation: &Situation, date: usize) -> f64 {
        let stands: Vec<Stand> = (0..self.model.issues.len())
            .map(|issue| match situation.breached_since(issue, date) {
                Some(since) => Stand::Apart(self.level(issue, since as isize - 1)),
                None => Stand::On(self.level(issue, date as isize)),
            })
            .collect();
        self.told(&stands)
    }

    /// Value from the next period on after everything came apart with the levels of `date`; `at_once`
    /// without the delays. Issues breached at `when` or before stay frozen.
    fn apart(&self, situation: &Situation, date: isize, when: usize, at_once: bool) -> f64 {
        let issues = &self.model.issues;
        let delay = |issue: usize| match situation.breached_since(issue, when) {
            None if !at_once => issues[issue].delay.min(100_000),
            _ => 0,
        };
        let stands = |period: u32| -> Vec<Stand> {
            (0..issues.len())
                .map(|issue| match situation.breached_since(issue, when) {
                    Some(since) => Stand::Apart(self.level(issue, since as isize - 1)),
                    None if period < delay(issue) => Stand::On(self.level(issue, date)),
                    None => Stand::Apart(self.level(issue, date)),
                })
                .collect()
        };
        // Between two delays that run out nothing changes.
        let mut times: Vec<u32> = (0..issues.len()).map(delay).collect();
        times.push(0);
        times.sort_unstable();
        times.dedup();
        let weight = |period: u32| self.discount.powi(period as i32);
        let mut value = 0.0;
        for (place, time) in times.iter().enumerate() {
            let until = times.get(place + 1).map_or(0.0, |next| weight(*next));
            value += (weight(*time) - until) * self.told(&stands(*time));
        }
        value / (1.0 - self.discount)
    }
}

/// Value at date `from` to one type of what follows if nothing was noticed before, with all pardons left.
/// Departures before `from` have begun on their own dates.
pub fn value_from(
    model: &PlanModel,
    plan: &Plan,
    profile: &[Behaviour],
    party: PartyIndex,
    kind: TypeIndex,
    from: usize,
) -> f64 {
    value_with(model, plan, profile, &[], party, kind, from)
}

/// The same with further departures on top of the profile: later breaches, or leaving in the middle of one.
pub fn value_with(
    model: &PlanModel,
    plan: &Plan,
    profile: &[Behaviour],
    later: &[(PartyIndex, Behaviour)],
    party: PartyIndex,
    kind: TypeIndex,
    from: usize,
) -> f64 {
    let situation = Situation {
        model,
        plan,
        profile,
        later,
    };
    let discount = model.parties[party.0].types[kind.0].discount;
    let teller = Teller {
        model,
        plan,
        party,
        kind,
        discount,
    };
    let rho = discount * (1.0 - model.hazard);
    let left = (from..)
        .take(1 + last_change(&situation).saturating_sub(from))
        .find(|date| situation.left(*date));
    let end = left.unwrap_or_else(|| last_change(&situation).max(from));
    let pardons = model.pardons as usize;
    // Values at `end` by pardons left.
    let mut values: Vec<f64> = if left.is_some() {
        let apart = match end.checked_sub(1) {
            // Who breaches on the very date on which another leaves has not moved either.
            Some(before) => teller.apart(&situation, before as isize, before, false),
            None => 0.0,
        };
        vec![apart; pardons + 1]
    } else {
        stationary(&situation, &teller, end, rho, pardons)
    };
    for date in (from..end).rev() {
        values = step(&situation, &teller, date, pardons, &values);
    }
    values[pardons]
}

/// Value at the start.
pub fn value(
    model: &PlanModel,
    plan: &Plan,
    profile: &[Behaviour],
    party: PartyIndex,
    kind: TypeIndex,
) -> f64 {
    value_from(model, plan, profile, party, kind, 0)
}

/// Flow of a type at a date while everybody keeps the plan.
pub fn flow_on_plan(model: &PlanModel, plan: &Plan, party: PartyIndex, kind: TypeIndex, date: usize) -> f64 {
    let profile = all_comply(model);
    let situation = Situation {
        model,
        plan,
        profile: &profile,
        later: &[],
    };
    let discount = model.parties[party.0].types[kind.0].discount;
    Teller {
        model,
        plan,
        party,
        kind,
        discount,
    }
    .flow(&situation, date)
}

/// The first date from which nothing changes any more as long as nothing is noticed.
fn last_change(situation: &Situation) -> usize {
    let lag = situation
        .model
        .issues
        .iter()
        .map(|issue| issue.lag as usize)
        .max()
        .unwrap_or(1);
    let departures = situation
        .profile
        .iter()
        .chain(situation.later.iter().map(|(_, behaviour)| behaviour));
    let last = departures
        .filter_map(|behaviour| behaviour.date())
        .map(|date| date + lag)
        .max();
    situation.plan.dates().max(last.unwrap_or(0))
}

fn step(situation: &Situation, teller: &Teller, date: usize, pardons: usize, next: &[f64]) -> Vec<f64> {
    let (flow, collapse, apart, alarm) = period(situation, teller, date);
    let (hazard, discount) = (situation.model.hazard, teller.discount);
    (0..=pardons)
        .map(|left| {
            let after = if left == 0 { apart } else { next[left - 1] };
            flow + discount
                * (hazard * collapse + (1.0 - hazard) * (alarm * after + (1.0 - alarm) * next[left]))
        })
        .collect()
}

fn stationary(situation: &Situation, teller: &Teller, date: usize, rho: f64, pardons: usize) -> Vec<f64> {
    let (flow, collapse, apart, alarm) = period(situation, teller, date);
    let mut values: Vec<f64> = Vec::with_capacity(pardons + 1);
    for left in 0..=pardons {
        let after = if left == 0 { apart } else { values[left - 1] };
        let now = flow + teller.discount * situation.model.hazard * collapse + rho * alarm * after;
        values.push(now / (1.0 - rho * (1.0 - alarm)));
    }
    values
}

/// Flow, collapse value, unwinding value and chance of an alarm at a date.
fn period(situation: &Situation, teller: &Teller, date: usize) -> (f64, f64, f64, f64) {
    (
        teller.flow(situation, date),
        teller.apart(situation, date as isize, date, true),
        teller.apart(situation, date as isize, date, false),
        situation.alarm(date),
    )
}

/// The chance that nothing has been noticed and nobody has left before a date, collapse aside.
pub fn unnoticed_until(model: &PlanModel, plan: &Plan, profile: &[Behaviour], date: usize) -> f64 {
    let situation = Situation {
        model,
        plan,
        profile,
        later: &[],
    };
    if date > 0 && situation.left(date - 1) {
        return 0.0;
    }
    // With pardons the deal still stands after as many alarms; the belief path follows the quiet history.
    (0..date).map(|earlier| 1.0 - situation.alarm(earlier)).product()
}

/// The breach of everything by one party at a date: reneging.
pub fn reneging(model: &PlanModel, plan: &Plan, party: PartyIndex, date: usize) -> Behaviour {
    Behaviour::Breach {
        date,
        issues: IssueSet::of(model.obligations(party, plan)),
    }
}
