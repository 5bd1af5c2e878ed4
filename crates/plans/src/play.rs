//! The value of any profile of behaviours: every party may keep, leave or breach, with lags before notice,
//! false alarms and pardons.
//!
//! As long as nothing has been noticed, date `t` finds every issue on the plan, or frozen at what cannot be
//! undone of the level before its breach. `V_s(t) = n_t + δ[h c_t + (1−h)(A_t X + (1−A_t) V_s(t+1))]`, where
//! `A_t` is the chance of an alarm (true or false), `s` the pardons left, and `X` is `V_{s−1}(t+1)` or, without
//! a pardon, everything coming apart. After the last date and the last departure nothing changes any more and
//! the tail is a geometric sum. A breach without lag is `values`' recursion; the two are compared in the tests.

use super::behaviour::{Behaviour, IssueSet};
use super::flows::{Breaches, Flows, Of};
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, TypeIndex};

/// What each party does; one entry a party.
pub type Profile = Vec<Behaviour>;

/// Everybody keeps the plan.
pub fn all_comply(model: &PlanModel) -> Profile {
    vec![Behaviour::Comply; model.parties.len()]
}

/// What everybody does, seen from the issues: a history that nothing noticed has interrupted.
struct Situation {
    breaches: Breaches,
    /// The first date on which somebody leaves.
    left: Option<usize>,
    /// The last date on which anybody departs.
    departed: Option<usize>,
}

impl Situation {
    /// The situation of a profile, with what parties do on top, later: further breaches, or leaving in the middle
    /// of one.
    fn new(model: &PlanModel, profile: &[Behaviour], later: &[(PartyIndex, Behaviour)]) -> Self {
        let mut situation = Self {
            breaches: Breaches::none(model),
            left: None,
            departed: None,
        };
        let first = profile
            .iter()
            .enumerate()
            .map(|(party, behaviour)| (PartyIndex(party), *behaviour));
        for (party, behaviour) in first.chain(later.iter().copied()) {
            let Some(date) = behaviour.date() else { continue };
            situation.departed = situation.departed.max(Some(date));
            if let Behaviour::Quit { .. } = behaviour {
                situation.left = Some(situation.left.map_or(date, |left| left.min(date)));
            }
            let own = |issue: &IssueIndex| model.issues[issue.0].owner == party;
            for issue in behaviour.breached().iter().filter(own) {
                situation.breaches.add(issue, date);
            }
        }
        situation
    }

    /// The chance that the end of a date brings an alarm.
    fn alarm(&self, model: &PlanModel, plan: &Plan, date: usize) -> f64 {
        let mut quiet = 1.0;
        for issue in self.breaches.at(date) {
            let since = self.breaches.since(issue, date).unwrap_or(date);
            if date + 1 >= since + model.issues[issue.0].lag as usize {
                quiet *= 1.0 - model.issues[issue.0].detect;
            }
        }
        for (index, issue) in model.issues.iter().enumerate() {
            if issue.false_alarm > 0.0
                && self.breaches.since(IssueIndex(index), date).is_none()
                && model.level(plan, IssueIndex(index), date as isize) != issue.fallback
            {
                quiet *= 1.0 - issue.false_alarm;
            }
        }
        1.0 - quiet
    }

    /// The first date from which nothing changes any more as long as nothing is noticed.
    fn last_change(&self, model: &PlanModel, plan: &Plan) -> usize {
        let lag = model.issues.iter().map(|issue| issue.lag as usize).max();
        let last = self.departed.map_or(0, |date| date + lag.unwrap_or(1));
        plan.dates().max(last)
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
    value_of(&Flows::new(model, plan, party, kind), profile, later, from)
}

/// The same with the flows of the type made once for many profiles.
pub fn value_of(flows: &Flows, profile: &[Behaviour], later: &[(PartyIndex, Behaviour)], from: usize) -> f64 {
    values_of(flows, profile, later, from)[flows.model().pardons as usize]
}

/// The same by pardons left, from none to all.
pub fn values_of(
    flows: &Flows,
    profile: &[Behaviour],
    later: &[(PartyIndex, Behaviour)],
    from: usize,
) -> Vec<f64> {
    let model = flows.model();
    let situation = Situation::new(model, profile, later);
    let pardons = model.pardons as usize;
    let end = match situation.left {
        Some(date) => date.max(from),
        None => situation.last_change(model, flows.plan()).max(from),
    };
    // Values at `end` by pardons left.
    let mut values = match situation.left {
        None => stationary(&situation, flows, end, pardons),
        Some(_) => {
            let apart = match end.checked_sub(1) {
                // Who breaches on the very date on which another leaves has not moved either.
                Some(before) => {
                    flows.at(Of::Unwound, before as isize, &situation.breaches) / (1.0 - flows.discount())
                }
                None => 0.0,
            };
            vec![apart; pardons + 1]
        }
    };
    for date in (from..end).rev() {
        step(&Period::new(&situation, flows, date), &mut values);
    }
    values
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
    let nothing = Breaches::none(model);
    Flows::new(model, plan, party, kind).at(Of::Plan, date as isize, &nothing)
}

/// What one period brings as long as nothing has been noticed before it.
struct Period {
    /// Flow and the discounted value of a collapse at its end, times its chance.
    now: f64,
    /// Value from the next period on of everything coming apart.
    apart: f64,
    alarm: f64,
    /// Discount factor times the chance that the deal outlives the period.
    rho: f64,
}

impl Period {
    fn new(situation: &Situation, flows: &Flows, date: usize) -> Self {
        let (model, discount) = (flows.model(), flows.discount());
        let at = |of: Of| flows.at(of, date as isize, &situation.breaches);
        let collapse = match model.hazard > 0.0 {
            true => model.hazard * at(Of::Apart) / (1.0 - discount),
            false => 0.0,
        };
        let alarm = situation.alarm(model, flows.plan(), date);
        Self {
            now: at(Of::Plan) + discount * collapse,
            apart: match alarm > 0.0 {
                true => at(Of::Unwound) / (1.0 - discount),
                false => 0.0,
            },
            alarm,
            rho: discount * (1.0 - model.hazard),
        }
    }
}

/// One period back: values by pardons left.
fn step(period: &Period, values: &mut [f64]) {
    for left in (0..values.len()).rev() {
        // An alarm costs a pardon; the entries below have not been overwritten yet.
        let after = if left == 0 { period.apart } else { values[left - 1] };
        let stays = period.alarm * after + (1.0 - period.alarm) * values[left];
        values[left] = period.now + period.rho * stays;
    }
}

fn stationary(situation: &Situation, flows: &Flows, date: usize, pardons: usize) -> Vec<f64> {
    let period = Period::new(situation, flows, date);
    let mut values: Vec<f64> = Vec::with_capacity(pardons + 1);
    for left in 0..=pardons {
        let after = if left == 0 { period.apart } else { values[left - 1] };
        let now = period.now + period.rho * period.alarm * after;
        values.push(now / (1.0 - period.rho * (1.0 - period.alarm)));
    }
    values
}

/// The chance that nothing has been noticed and nobody has left before a date, collapse aside.
pub fn unnoticed_until(model: &PlanModel, plan: &Plan, profile: &[Behaviour], date: usize) -> f64 {
    let situation = Situation::new(model, profile, &[]);
    if situation.left.is_some_and(|left| left < date) {
        return 0.0;
    }
    // With pardons the deal still stands after as many alarms; the belief path follows the quiet history.
    (0..date)
        .map(|earlier| 1.0 - situation.alarm(model, plan, earlier))
        .product()
}

/// The breach of everything by one party at a date: reneging.
pub fn reneging(model: &PlanModel, plan: &Plan, party: PartyIndex, date: usize) -> Behaviour {
    Behaviour::Breach {
        date,
        issues: IssueSet::of(model.obligations(party, plan)),
    }
}
