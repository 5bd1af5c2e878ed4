//! The best sizes of steps: linear and mixed-integer programmes in the levels of a plan.
//!
//! Every behaviour's value is linear in the levels, so for each assumed answer `β` of the second type the best
//! plan solves one programme: maximise `p U(hoped-for) + (1−p) U(β)` subject to levels that never fall, the
//! hoped-for type keeping the plan, the proposer carrying on at every date, and `β` beating every other answer
//! by at least `ε`. A margin `ε > 0` keeps the optimum from resting on a tie; the plan is tested afresh before
//! it is shown. Source: our own; the programmes are solved by `microlp` and nothing is claimed without the test.

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::behaviour::{Behaviour, IssueSet};
use super::model::{IssueIndex, PartyIndex, Plan, PlanModel, TypeIndex, Worth};
use super::play;
use super::test;
use super::test::PlanTest;
use super::values::{self, Valuation};
use detente_base::watch::Watch;

/// What is asked of the best sizes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SizeQuestion {
    /// Prior of the hoped-for type.
    pub prior: f64,
    /// By how much the assumed answer must beat every other.
    pub epsilon: f64,
    /// Whether every level is all or nothing.
    pub integer: bool,
    /// Whether the proposer must want to carry on at every date.
    pub proposer_carries_on: bool,
}

/// A plan found by a programme.
#[derive(Debug, Clone, PartialEq)]
pub struct SizedPlan {
    /// The levels.
    pub plan: Plan,
    /// What the programme promises the proposer.
    pub promised: f64,
    /// The answer of the second type that was assumed.
    pub answer: Behaviour,
}

/// A plan problem with two types of one responder, as linear functions of `issues × dates` levels.
pub struct Sizes<'a> {
    model: &'a PlanModel,
    dates: usize,
    responder: PartyIndex,
    obligations: IssueSet,
    fixed: IssueSet,
    /// Plans with one level 1 and all others 0.
    basis: Vec<Plan>,
    /// All behaviours of the responder.
    behaviours: Vec<Behaviour>,
    /// Value of each behaviour by unit level, for the hoped-for and the other type.
    hoped: Vec<Vec<f64>>,
    other: Vec<Vec<f64>>,
}

impl<'a> Sizes<'a> {
    /// Prepares the linear functions; says what stands in the way where there is something.
    pub fn new(model: &'a PlanModel, responder: PartyIndex, dates: usize) -> Result<Self, String> {
        Self::without(model, responder, dates, IssueSet::default())
    }

    /// The same with some issues left where they are.
    pub fn without(
        model: &'a PlanModel,
        responder: PartyIndex,
        dates: usize,
        fixed: IssueSet,
    ) -> Result<Self, String> {
        if model.parties[responder.0].types.len() != 2 {
            return Err("sizes are found for a responder with exactly two types".into());
        }
        if model.parties.len() != 2 {
            return Err("sizes are found for two parties".into());
        }
        if model
            .issues
            .iter()
            .any(|issue| issue.today != 0.0 || issue.fallback != 0.0 || issue.remains.is_some())
        {
            return Err(
                "sizes are found for issues that start at their lowest level and fall back to it".into(),
            );
        }
        let linear = |worth: &Worth| worth.slope().is_some();
        if model
            .issues
            .iter()
            .any(|issue| issue.worth.iter().flatten().any(|worth| !linear(worth)))
        {
            return Err("sizes are found for worths in proportion to levels".into());
        }
        if !super::worlds::is_plain(model) || dates == 0 || model.issues.len() * dates > 2_000 {
            return Err(
                "sizes are found without lags, false alarms and pardons, for 1 to 2000 levels in all".into(),
            );
        }
        let basis: Vec<Plan> = (0..model.issues.len() * dates)
            .map(|unit| {
                let mut levels = vec![vec![0.0; dates]; model.issues.len()];
                levels[unit / dates][unit % dates] = 1.0;
                Plan {
                    name: String::new(),
                    levels,
                }
            })
            .collect();
        let obligations = IssueSet::of(
            model
                .issues_of(responder)
                .into_iter()
                .filter(|issue| !fixed.contains(*issue)),
        );
        let mut sizes = Self {
            model,
            dates,
            responder,
            obligations,
            fixed,
            basis,
            behaviours: Vec::new(),
            hoped: Vec::new(),
            other: Vec::new(),
        };
        (sizes.behaviours, sizes.hoped) = sizes.responder_values(TypeIndex(0));
        sizes.other = sizes.responder_values(TypeIndex(1)).1;
        Ok(sizes)
    }

    /// All behaviours of the responder that an assumed answer may be.
    pub fn behaviours(&self) -> &[Behaviour] {
        &self.behaviours
    }

    fn responder_values(&self, kind: TypeIndex) -> (Vec<Behaviour>, Vec<Vec<f64>>) {
        let mut behaviours = Vec::new();
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for unit in &self.basis {
            let valuation = Valuation::new(self.model, unit, self.responder, kind);
            let all = values::behaviours_over(self.model, self.dates, self.obligations, &valuation);
            if rows.is_empty() {
                behaviours = all.iter().map(|valued| valued.behaviour).collect();
                rows = vec![Vec::new(); all.len()];
            }
            for (row, valued) in rows.iter_mut().zip(all) {
                row.push(valued.value);
            }
        }
        (behaviours, rows)
    }

    /// The proposer's value from a date on, by unit level, when the responder answers so.
    fn proposer_values(&self, own: Behaviour, answer: Behaviour, from: usize) -> Vec<f64> {
        let mut profile = play::all_comply(self.model);
        profile[self.responder.0] = answer;
        profile[self.model.proposer.0] = own;
        let value = |unit| {
            play::value_from(
                self.model,
                unit,
                &profile,
                self.model.proposer,
                TypeIndex(0),
                from,
            )
        };
        self.basis.iter().map(value).collect()
    }

    /// The chance that an answer has not been noticed before a date.
    fn unnoticed(&self, answer: Behaviour, date: usize) -> f64 {
        match answer {
            Behaviour::Breach { date: since, issues } if since < date => {
                (1.0 - values::notice(self.model, issues)).powi((date - since) as i32)
            }
            Behaviour::Quit { date: at } if at < date => 0.0,
            _ => 1.0,
        }
    }

    /// The best plan against one assumed answer; nothing where no plan makes it the answer.
    pub fn best_against(
        &self,
        answer: Behaviour,
        question: &SizeQuestion,
    ) -> Result<Option<SizedPlan>, String> {
        let assumed = self
            .behaviours
            .iter()
            .position(|behaviour| *behaviour == answer)
            .ok_or("this answer is not among the responder's behaviours")?;
        let p = question.prior;
        let good = self.proposer_values(Behaviour::Comply, Behaviour::Comply, 0);
        let bad = self.proposer_values(Behaviour::Comply, answer, 0);
        let objective: Vec<f64> = good
            .iter()
            .zip(&bad)
            .map(|(good, bad)| p * good + (1.0 - p) * bad)
            .collect();
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let variables: Vec<Variable> = objective
            .iter()
            .enumerate()
            .map(|(unit, worth)| match question.integer {
                _ if self.fixed.contains(IssueIndex(unit / self.dates)) => {
                    problem.add_var(*worth, (0.0, 0.0))
                }
                true => problem.add_binary_var(*worth),
                false => problem.add_var(*worth, (0.0, 1.0)),
            })
            .collect();
        let mut at_least = |row: &[f64], bound: f64| {
            let terms: Vec<(Variable, f64)> = variables
                .iter()
                .zip(row)
                .filter(|(_, factor)| factor.abs() > 1e-13)
                .map(|(v, f)| (*v, *f))
                .collect();
            if !terms.is_empty() || bound > 0.0 {
                problem.add_constraint(&terms, ComparisonOp::Ge, bound);
            }
        };
        self.never_fall(&mut at_least);
        let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
        for (index, (hoped, other)) in self.hoped.iter().zip(&self.other).enumerate() {
            if index > 0 {
                at_least(&less(&self.hoped[0], hoped), 0.0);
            }
            if index != assumed {
                at_least(&less(&self.other[assumed], other), question.epsilon);
            }
        }
        if question.proposer_carries_on {
            for row in self.carrying_on(answer, p) {
                at_least(&row, 0.0);
            }
        }
        let solution = match problem.solve() {
            Ok(outcome) => outcome
                .into_solution()
                .map_err(|_| "the programme was interrupted".to_owned())?,
            Err(microlp::Error::Infeasible) => return Ok(None),
            Err(error) => return Err(error.to_string()),
        };
        let clean = |value: f64| {
            if question.integer {
                value.round()
            } else {
                value.clamp(0.0, 1.0)
            }
        };
        let mut levels = vec![Vec::with_capacity(self.dates); self.model.issues.len()];
        for (unit, variable) in variables.iter().enumerate() {
            levels[unit / self.dates].push(clean(solution.var_value(*variable)));
        }
        let plan = Plan {
            name: format!("best sizes against {}", answer.label(self.model)),
            levels,
        };
        Ok(Some(SizedPlan {
            plan,
            promised: solution.objective(),
            answer,
        }))
    }

    fn never_fall(&self, at_least: &mut impl FnMut(&[f64], f64)) {
        for issue in (0..self.model.issues.len()).map(IssueIndex) {
            for date in 1..self.dates {
                let mut row = vec![0.0; self.basis.len()];
                row[issue.0 * self.dates + date] = 1.0;
                row[issue.0 * self.dates + date - 1] = -1.0;
                at_least(&row, 0.0);
            }
        }
    }

    /// Rows that are at least zero iff the proposer carries on at each date.
    fn carrying_on(&self, answer: Behaviour, p: f64) -> Vec<Vec<f64>> {
        let own = IssueSet::of(self.model.issues_of(self.model.proposer));
        let mut rows = Vec::new();
        for date in 0..=self.dates {
            let weight = (1.0 - p) * self.unnoticed(answer, date);
            let slack = |alternative: Behaviour| {
                let part = |answer: Behaviour, weight: f64| -> Vec<f64> {
                    let keep = self.proposer_values(Behaviour::Comply, answer, date);
                    let alternative = match test::gains_nothing(self.model, &[answer], date) {
                        true => Behaviour::Quit { date },
                        false => alternative,
                    };
                    let other = self.proposer_values(alternative, answer, date);
                    keep.iter()
                        .zip(&other)
                        .map(|(keep, other)| weight * (keep - other))
                        .collect()
                };
                let (good, bad) = (part(Behaviour::Comply, p), part(answer, weight));
                good.iter()
                    .zip(&bad)
                    .map(|(good, bad)| good + bad)
                    .collect::<Vec<f64>>()
            };
            rows.push(slack(Behaviour::Quit { date }));
            rows.push(slack(Behaviour::Breach { date, issues: own }));
        }
        rows
    }

    /// The best plan over all assumed answers, tested afresh, with every answer's own best; `None` where no
    /// answer admits a plan worth more than no deal.
    pub fn best(&self, question: &SizeQuestion, watch: &dyn Watch) -> Result<BestSizes, String> {
        let mut found: Vec<(SizedPlan, PlanTest)> = Vec::new();
        let (mut tried, mut forbidden, total) = (0, 0, self.behaviours.len());
        let mut model = self.model.clone();
        let kinds = &mut model.parties[self.responder.0].types;
        (kinds[0].prior, kinds[1].prior) = (question.prior, 1.0 - question.prior);
        for answer in &self.behaviours {
            if watch.should_stop() {
                break;
            }
            let sized = self.best_against(*answer, question)?;
            forbidden += usize::from(sized.as_ref().is_some_and(|sized| !model.allows(&sized.plan)));
            if let Some(sized) = sized.filter(|sized| model.allows(&sized.plan))
                && let Ok(result) = test::test(&model, &sized.plan)
            {
                found.push((sized, result));
            }
            tried += 1;
            watch.advanced("assumed answers", tried as u64, Some(total as u64));
        }
        found.sort_by(|a, b| b.1.value.total_cmp(&a.1.value));
        Ok(BestSizes {
            found,
            tried,
            forbidden,
            total,
        })
    }
}

/// The plans found, the best first.
#[derive(Debug, Clone)]
pub struct BestSizes {
    /// Each plan with its fresh test.
    pub found: Vec<(SizedPlan, PlanTest)>,
    /// How many answers were tried.
    pub tried: usize,
    /// How many sizes were left out because the rules of the case forbid them or its issues have no such levels.
    pub forbidden: usize,
    /// How many there are.
    pub total: usize,
}
