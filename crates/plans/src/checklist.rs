//! The twelve points of graduated reciprocation as checks on a plan of a case.
//!
//! Each point is met, not met, or cannot be judged from what the case says, with what was measured. Sources: Osgood
//! 1962, *An Alternative to War or Surrender*; Lindskold 1978, *Psychol. Bull.* 85. The thresholds are the
//! analyst's ([`Thresholds`]); the reply ratio is the size rule of [`detente_formulas::gradualism`].

use schemars::JsonSchema;
use serde::Serialize;

use super::grit::{self, Row};
use super::model::{IssueIndex, Plan, PlanModel};
use super::test::ROUNDING;

/// What counts as enough.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Thresholds {
    /// Dates at the start on which only the proposer moves, for "continued for a time".
    pub opening_dates: usize,
    /// Least chance per period that a breach is noticed.
    pub least_notice: f64,
    /// Most periods until a breach can first be noticed.
    pub most_lag: u32,
    /// Largest share of the proposer's cost that one issue may have.
    pub largest_share: f64,
    /// Largest flow the proposer may give up in one step, if there is a cap.
    pub step_exposure: Option<f64>,
    /// Largest flow it may be unable to take back, if there is a cap.
    pub unrecoverable: Option<f64>,
    /// Largest lead of what it gives over what it gets, if there is a band.
    pub lead: Option<f64>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            opening_dates: 2,
            least_notice: 0.5,
            most_lag: 2,
            largest_share: 0.6,
            step_exposure: None,
            unrecoverable: None,
            lead: None,
        }
    }
}

/// One point of the checklist.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Item {
    /// The point.
    pub point: &'static str,
    /// Whether it is met; nothing where the case does not say.
    pub met: Option<bool>,
    /// What was measured, in words.
    pub measured: String,
}

/// Checks a plan.
pub fn checklist(model: &PlanModel, plan: &Plan, thresholds: &Thresholds) -> Vec<Item> {
    let rows: Vec<Row> = (0..model.issues.len())
        .map(|issue| Row {
            initiator: model.issues[issue].owner == model.proposer,
            levels: plan.levels[issue]
                .iter()
                .map(|level| level - model.issues[issue].today)
                .collect(),
            value: model.issues[issue].worth[model.proposer.0][0].at(1.0)
                - model.issues[issue].worth[model.proposer.0][0].at(0.0),
            security: 0.0,
            persist: model.issues[issue].persist,
        })
        .collect();
    let metrics = grit::metrics(&rows, 0.0);
    let moves = Moves { model, plan };
    let mut items = announced(&moves, thresholds, &metrics);
    items.extend(kept_safe(&moves, thresholds, &metrics));
    items.extend(reciprocal(&moves, thresholds, &metrics));
    items
}

fn item(point: &'static str, met: Option<bool>, measured: String) -> Item {
    Item { point, met, measured }
}

fn announced(moves: &Moves, thresholds: &Thresholds, metrics: &grit::Metrics) -> Vec<Item> {
    let replies = moves.replies_at_first();
    let alone = moves.dates_alone();
    let cost: f64 = (0..alone).map(|date| moves.cost(date)).sum();
    vec![
        item(
            "announced",
            Some(true),
            "every step of a written plan has its date before the first is made".into(),
        ),
        item(
            "unilateral opening",
            Some(metrics.opens_unilaterally),
            if metrics.opens_unilaterally {
                "the first step is the proposer's alone"
            } else {
                "the first step waits for the other side"
            }
            .into(),
        ),
        item(
            "invitation",
            Some(replies > 0),
            format!("{replies} replies are laid out at the first date on which the others move"),
        ),
        item(
            "carried out on schedule",
            Some(true),
            "no step depends on the reply to the same step".into(),
        ),
        item(
            "continued for a time",
            Some(alone >= thresholds.opening_dates),
            format!(
                "{alone} dates without a reply, at a cost of {cost:.3} per period (asked: {})",
                thresholds.opening_dates
            ),
        ),
    ]
}

fn kept_safe(moves: &Moves, thresholds: &Thresholds, metrics: &grit::Metrics) -> Vec<Item> {
    let duties = moves.others_issues();
    let worst = duties
        .iter()
        .map(|issue| &moves.model.issues[issue.0])
        .min_by(|a, b| a.detect.total_cmp(&b.detect).then(b.lag.cmp(&a.lag)));
    let verifiable = duties
        .iter()
        .map(|issue| &moves.model.issues[issue.0])
        .all(|issue| issue.detect >= thresholds.least_notice && issue.lag <= thresholds.most_lag);
    let (share, dearest) = moves.largest_share();
    let capped = |cap: Option<f64>, value: f64| cap.map(|cap| value <= cap + ROUNDING);
    let both = match (
        capped(thresholds.step_exposure, metrics.max_step_exposure),
        capped(thresholds.unrecoverable, metrics.max_unrecoverable),
    ) {
        (None, None) => None,
        (step, fixed) => Some(step.unwrap_or(true) && fixed.unwrap_or(true)),
    };
    vec![
        item(
            "verifiable",
            Some(verifiable),
            worst.map_or_else(
                || "the others have no obligations".to_owned(),
                |issue| {
                    format!(
                        "least noticed: {}, {:.2} per period after {}",
                        issue.name, issue.detect, issue.lag
                    )
                },
            ),
        ),
        item(
            "retaliatory capacity kept",
            None,
            "the case does not say what each issue gives up in security".into(),
        ),
        item(
            "exposure kept small",
            both,
            format!(
                "at most {:.3} per period given up in one step, {:.3} of it all beyond recall",
                metrics.max_step_exposure, metrics.max_unrecoverable
            ),
        ),
        item(
            "diversified",
            Some(share <= thresholds.largest_share + ROUNDING),
            format!("{:.0}% of the proposer's cost is {dearest}", 100.0 * share),
        ),
    ]
}

fn reciprocal(moves: &Moves, thresholds: &Thresholds, metrics: &grit::Metrics) -> Vec<Item> {
    let early = moves.grows_before_a_reply();
    let answered = moves
        .model
        .issues
        .iter()
        .any(|issue| issue.owner == moves.model.proposer && issue.persist < 1.0);
    vec![
        item(
            "graduated",
            Some(early.is_none()),
            early.map_or_else(
                || "the proposer's steps grow only after a reply".to_owned(),
                |date| format!("the proposer's step at date {date} grows before any reply to the last"),
            ),
        ),
        item(
            "reward and answer",
            Some(answered),
            if answered {
                "a breach is met by the return of what can be returned"
            } else {
                "nothing could be returned after a breach"
            }
            .into(),
        ),
        item(
            "action for action",
            thresholds.lead.map(|lead| metrics.max_lead <= lead + ROUNDING),
            format!(
                "the proposer's lead is at most {:.3} per period",
                metrics.max_lead
            ),
        ),
    ]
}

struct Moves<'a> {
    model: &'a PlanModel,
    plan: &'a Plan,
}

impl Moves<'_> {
    fn moved(&self, date: usize, own: bool) -> Vec<IssueIndex> {
        (0..self.model.issues.len())
            .map(IssueIndex)
            .filter(|issue| (self.model.issues[issue.0].owner == self.model.proposer) == own)
            .filter(|issue| {
                let level = |date: isize| self.model.level(self.plan, *issue, date);
                level(date as isize) != level(date as isize - 1)
            })
            .collect()
    }

    /// What the proposer's own moves at a date cost it in flow.
    fn cost(&self, date: usize) -> f64 {
        let worth = |issue: &IssueIndex, date: isize| {
            self.model.issues[issue.0].worth[self.model.proposer.0][0]
                .at(self.model.level(self.plan, *issue, date))
        };
        self.moved(date, true)
            .iter()
            .map(|issue| worth(issue, date as isize - 1) - worth(issue, date as isize))
            .sum()
    }

    fn replies_at_first(&self) -> usize {
        let dates = 0..self.plan.dates();
        dates
            .map(|date| self.moved(date, false).len())
            .find(|moved| *moved > 0)
            .unwrap_or(0)
    }

    /// Dates from the first step on before anybody else moves.
    fn dates_alone(&self) -> usize {
        let moves = |date: usize, own: bool| !self.moved(date, own).is_empty();
        let first = (0..self.plan.dates())
            .find(|date| moves(*date, true))
            .unwrap_or(0);
        (first..self.plan.dates())
            .take_while(|date| !moves(*date, false))
            .count()
    }

    fn others_issues(&self) -> Vec<IssueIndex> {
        let responders = self.model.responders(self.plan);
        responders
            .into_iter()
            .flat_map(|party| self.model.obligations(party, self.plan))
            .collect()
    }

    /// The largest share of one issue in what the plan costs the proposer at the end, with the issue's name.
    fn largest_share(&self) -> (f64, String) {
        let end = self.plan.dates() as isize;
        let costs: Vec<(f64, &str)> = self
            .model
            .issues
            .iter()
            .enumerate()
            .filter(|(_, issue)| issue.owner == self.model.proposer)
            .map(|(index, issue)| {
                let level = self.model.level(self.plan, IssueIndex(index), end);
                (
                    (-issue.worth[self.model.proposer.0][0].at(level)).max(0.0),
                    issue.name.as_str(),
                )
            })
            .collect();
        let total: f64 = costs.iter().map(|(cost, _)| cost).sum();
        let dearest = costs.iter().max_by(|a, b| a.0.total_cmp(&b.0));
        match dearest {
            Some((cost, name)) if total > 0.0 => (cost / total, (*name).to_owned()),
            _ => (0.0, "nothing".to_owned()),
        }
    }

    /// The first date at which a step of the proposer is larger than its last although nobody moved in between.
    fn grows_before_a_reply(&self) -> Option<usize> {
        let (mut last, mut replied) = (None::<f64>, false);
        for date in 0..self.plan.dates() {
            let cost = self.cost(date);
            if !self.moved(date, true).is_empty() {
                if last.is_some_and(|last| cost > last + ROUNDING) && !replied {
                    return Some(date);
                }
                (last, replied) = (Some(cost), false);
            }
            replied |= !self.moved(date, false).is_empty();
        }
        None
    }
}
