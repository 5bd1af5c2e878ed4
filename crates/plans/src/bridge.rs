//! From a checked case and one of its deals to the numbers of a plan problem.
//!
//! Levels become places from 0 to 1; every worth is counted relative to today. A worth under a condition over
//! one issue that the plan moves is a table of that issue; over several it is a [`Joint`] flow; issues that the
//! plan and its snapback leave where they are stand still. An ending that threatens the plan but not today is a
//! chance that the deal collapses; one that threatens both alike shortens everybody's horizon. What a plan
//! problem cannot hold is said in the notes.

use detente_base::ids::{IssueId, JudgementId, Level, PartyId, TypeId};
use detente_base::number::to_float;
use detente_case::schedule::{Forbidden, Rules};
use detente_case::{Basis, Case, Deal};

use super::coalitions::{Enforcement, Supporter};
use super::model::{
    IssueIndex, Joint, MOST_DATES, PartyIndex, PartyType, Plan, PlanIssue, PlanModel, PlanParty, Reneging,
    TypeIndex, Worth,
};
use super::{known, play};

/// A plan problem made from a case.
#[derive(Debug, Clone)]
pub struct Bridged {
    /// The numbers.
    pub model: PlanModel,
    /// The deal as it is proposed.
    pub plan: Plan,
    /// Third parties on whom the return of an issue depends, issue by issue.
    pub enforcement: Vec<Enforcement>,
    /// What was left out or taken in a particular way, one sentence each.
    pub notes: Vec<String>,
    /// By party of the model: the places that its types have in the case.
    pub types: Vec<Vec<usize>>,
}

/// The most combinations of levels that one joint flow may have.
const MOST_CELLS: usize = 65_536;

/// Builds the problem; the errors are sentences about the deal.
pub fn bridge(case: &Case, deal: &Deal) -> Result<Bridged, Vec<String>> {
    if deal.periods as usize > MOST_DATES {
        return Err(vec![format!(
            "the deal runs {} periods; up to {MOST_DATES} can be tested",
            deal.periods
        )]);
    }
    let forbidden = case.forbidden_steps(deal);
    if !forbidden.is_empty() {
        let words = forbidden.iter().map(|step| case.forbidden_in_words(step));
        return Err(words.collect());
    }
    let levels = levels(case, deal);
    let moving: Vec<bool> = case
        .issue_ids()
        .map(|issue| {
            let today = case.issue(issue).today;
            deal.snapback[issue.index()] != today || levels[issue.index()].iter().any(|level| *level != today)
        })
        .collect();
    let mut builder = Builder {
        case,
        deal,
        levels: &levels,
        moving: &moving,
        notes: Vec::new(),
        faults: Vec::new(),
    };
    let (hazard, patience) = builder.endings();
    let parties = builder.parties(patience);
    let issues: Vec<PlanIssue> = case.issue_ids().map(|issue| builder.issue(issue)).collect();
    let joint = builder.joints();
    let proposer = builder.proposer();
    builder.left_out();
    let mut model = PlanModel {
        parties,
        issues,
        joint,
        proposer: PartyIndex(proposer.index()),
        hazard,
        pardons: deal.pardons,
        reneging: Reneging::default(),
        rules: Some(Rules::of(case)),
    };
    let places = case
        .issue_ids()
        .map(|issue| {
            levels[issue.index()]
                .iter()
                .map(|level| place(case, issue, *level))
                .collect()
        })
        .collect();
    let plan = Plan {
        name: deal.name.clone(),
        levels: places,
    };
    let types = known::arrange(&mut model, &plan);
    let enforcement = builder.enforcement(&model, &plan);
    let mut faults = builder.faults;
    faults.extend(model.faults(&plan));
    match faults.is_empty() {
        true => Ok(Bridged {
            model,
            enforcement,
            plan,
            notes: builder.notes,
            types,
        }),
        false => Err(faults),
    }
}

/// Level by issue and date.
fn levels(case: &Case, deal: &Deal) -> Vec<Vec<Level>> {
    let periods = deal.periods.max(1) as usize;
    let mut levels: Vec<Vec<Level>> = case
        .issues
        .iter()
        .map(|issue| vec![issue.today; periods])
        .collect();
    for step in &deal.steps {
        for (issue, level) in &step.set {
            let row = &mut levels[issue.index()];
            let from = (step.at as usize).min(row.len());
            row[from..].fill(*level);
        }
    }
    levels
}

/// The place of a level between 0 and 1.
pub fn place(case: &Case, issue: IssueId, level: Level) -> f64 {
    let last = case.issue(issue).levels.len().saturating_sub(1).max(1);
    level.index() as f64 / last as f64
}

struct Builder<'a> {
    case: &'a Case,
    deal: &'a Deal,
    levels: &'a [Vec<Level>],
    moving: &'a [bool],
    notes: Vec<String>,
    faults: Vec<String>,
}

impl Builder<'_> {
    fn number(&self, id: JudgementId) -> f64 {
        to_float(self.case.value(id))
    }

    fn today(&self, issue: IssueId) -> Level {
        self.case.issue(issue).today
    }

    fn kinds(&self, party: PartyId) -> impl Iterator<Item = TypeIndex> + use<> {
        (0..self.case.party(party).types.len().max(1)).map(TypeIndex)
    }

    /// Chance of collapse a period, and the factor by which endings that threaten today as well shorten
    /// everybody's horizon.
    fn endings(&mut self) -> (f64, f64) {
        let (mut stays, mut patience) = (1.0, 1.0);
        for ending in &self.case.endings {
            let chance = self.number(ending.chance);
            let today = ending.when.condition.holds(&|issue| self.today(issue));
            let dates = 0..self.levels.first().map_or(0, Vec::len);
            let on_plan: Vec<bool> = dates
                .map(|date| {
                    ending
                        .when
                        .condition
                        .holds(&|issue: IssueId| self.levels[issue.index()][date])
                })
                .collect();
            let all = on_plan.iter().all(|holds| *holds);
            if today && all {
                patience *= 1.0 - chance;
                self.notes.push(format!(
                    "{}: threatens today and the plan alike, so it only shortens the horizon",
                    ending.name
                ));
            } else if !today && on_plan.iter().any(|holds| *holds) {
                stays *= 1.0 - chance;
                if !all {
                    self.notes.push(format!(
                        "{}: taken to threaten the plan at every date",
                        ending.name
                    ));
                }
                if ending.worth.iter().any(Option::is_some) {
                    self.notes.push(format!(
                        "{}: taken to leave what stays of the plan, not what the case says each party gets",
                        ending.name
                    ));
                }
            } else if today {
                self.notes.push(format!(
                    "{}: threatens today but not the whole plan; left out, which understates the plan",
                    ending.name
                ));
            }
        }
        (1.0 - stays, patience)
    }

    fn parties(&mut self, patience: f64) -> Vec<PlanParty> {
        let mut parties = Vec::new();
        for party in &self.case.parties {
            let discount = |id| (to_float(self.case.value(id)) * patience).clamp(1e-9, 1.0 - 1e-9);
            let mut types: Vec<PartyType> = party
                .types
                .iter()
                .map(|kind| PartyType {
                    name: kind.name.clone(),
                    // A type that is known is the only one left.
                    prior: match party.types.len() {
                        1 => 1.0,
                        _ => to_float(self.case.value(kind.prior)),
                    },
                    discount: discount(kind.discount.unwrap_or(party.discount)),
                })
                .collect();
            if types.is_empty() {
                types.push(PartyType {
                    name: party.name.clone(),
                    prior: 1.0,
                    discount: discount(party.discount),
                });
            }
            parties.push(PlanParty {
                name: party.name.clone(),
                types,
            });
        }
        parties
    }

    fn issue(&self, id: IssueId) -> PlanIssue {
        let issue = self.case.issue(id);
        let share =
            |given: Option<JudgementId>, otherwise: f64| given.map_or(otherwise, |id| self.number(id));
        let worth = self
            .case
            .party_ids()
            .map(|party| {
                self.kinds(party)
                    .map(|kind| self.worth(id, party, kind))
                    .collect()
            })
            .collect();
        PlanIssue {
            name: issue.name.clone(),
            // What nature has stands still in every plan, so nobody is asked who owns it.
            owner: PartyIndex(issue.party.map_or(0, PartyId::index)),
            today: place(self.case, id, issue.today),
            fallback: place(self.case, id, self.deal.snapback[id.index()]),
            remains: issue.remains.map(|level| place(self.case, id, level)),
            persist: share(issue.persists, if issue.speed.down == 0 { 1.0 } else { 0.0 }),
            delay: issue.restored,
            detect: share(issue.noticed, 1.0),
            lag: issue.lag.max(1),
            false_alarm: share(issue.false_alarm, 0.0),
            worth,
        }
    }

    /// The worth of an issue's levels to a type relative to today: its own tables, and conditions in which no
    /// other moving issue takes part.
    fn worth(&self, issue: IssueId, party: PartyId, kind: TypeIndex) -> Worth {
        let today = self.today(issue).index();
        let mut table = vec![0.0; self.case.issue(issue).levels.len()];
        for worth in self.worths(party, kind) {
            match &worth.basis {
                Basis::Levels(of, levels) if *of == issue => {
                    let at = |level: usize| levels[level].map_or(0.0, |id| self.number(id));
                    (0..table.len()).for_each(|level| table[level] += at(level) - at(today));
                }
                Basis::When(target, amount) => {
                    let moving: Vec<IssueId> = self.moving_in(target.condition.issues());
                    if moving == [issue] || (moving.is_empty() && target.condition.issues() == [issue]) {
                        let holds = |level: usize| {
                            let level = Level::at(level);
                            let held = target
                                .condition
                                .holds(&|other| if other == issue { level } else { self.today(other) });
                            f64::from(u8::from(held)) * self.number(*amount)
                        };
                        (0..table.len()).for_each(|level| table[level] += holds(level) - holds(today));
                    }
                }
                Basis::Levels(..) => {}
            }
        }
        if table.len() == 1 {
            Worth::Linear(0.0)
        } else {
            Worth::Levels(table)
        }
    }

    fn worths(&self, party: PartyId, kind: TypeIndex) -> impl Iterator<Item = &detente_case::Worth> {
        self.case.worths.iter().filter(move |worth| {
            worth.party == party && worth.of_type.is_none_or(|of: TypeId| of.index() == kind.0)
        })
    }

    fn moving_in(&self, issues: Vec<IssueId>) -> Vec<IssueId> {
        issues
            .into_iter()
            .filter(|issue| self.moving[issue.index()])
            .collect()
    }

    fn joints(&mut self) -> Vec<Joint> {
        let (mut joints, mut faults) = (Vec::new(), Vec::new());
        for party in self.case.party_ids() {
            for kind in self.kinds(party) {
                for worth in self.worths(party, kind) {
                    let Basis::When(target, amount) = &worth.basis else {
                        continue;
                    };
                    let issues = self.moving_in(target.condition.issues());
                    if issues.len() < 2 {
                        continue;
                    }
                    match self.joint(&issues, &target.condition, self.number(*amount)) {
                        Some(table) => joints.push(Joint {
                            party: PartyIndex(party.index()),
                            kind,
                            issues: issues
                                .iter()
                                .map(|issue| {
                                    (IssueIndex(issue.index()), self.case.issue(*issue).levels.len())
                                })
                                .collect(),
                            worth: table,
                        }),
                        None => faults.push(format!(
                            "`{}` depends on more than {MOST_CELLS} combinations of levels",
                            target.text
                        )),
                    }
                }
            }
        }
        self.faults.extend(faults);
        joints
    }

    fn joint(
        &self,
        issues: &[IssueId],
        condition: &detente_case::condition::Condition,
        amount: f64,
    ) -> Option<Vec<f64>> {
        let sizes: Vec<usize> = issues
            .iter()
            .map(|issue| self.case.issue(*issue).levels.len())
            .collect();
        let cells: usize = sizes
            .iter()
            .try_fold(1_usize, |product, size| product.checked_mul(*size))?;
        if cells > MOST_CELLS {
            return None;
        }
        let held = |level: &dyn Fn(IssueId) -> Level| {
            f64::from(u8::from(condition.holds(&|issue| level(issue)))) * amount
        };
        let today = held(&|issue| self.today(issue));
        let table = (0..cells)
            .map(|cell| {
                let mut levels = vec![0; issues.len()];
                let mut rest = cell;
                for (place, size) in sizes.iter().enumerate().rev() {
                    levels[place] = rest % size;
                    rest /= size;
                }
                let level = |issue: IssueId| match issues.iter().position(|other| *other == issue) {
                    Some(place) => Level::at(levels[place]),
                    None => self.today(issue),
                };
                held(&level) - today
            })
            .collect();
        Some(table)
    }

    /// Third parties on whom the return of moving issues depends.
    fn enforcement(&self, model: &PlanModel, plan: &Plan) -> Vec<Enforcement> {
        let carried = |id: &IssueId| self.moving[id.index()] && !self.case.issue(*id).enforcers.is_empty();
        let mut found = Vec::new();
        for id in self.case.issue_ids().filter(carried) {
            let issue = self.case.issue(id);
            let supporters = issue.enforcers.iter().map(|enforcer| {
                let party = PartyIndex(enforcer.party.index());
                let kind = &model.parties[party.0].types[0];
                let flow = play::flow_on_plan(model, plan, party, TypeIndex(0), plan.dates());
                Supporter {
                    name: self.case.party(enforcer.party).name.clone(),
                    share: self.number(enforcer.share),
                    cost: enforcer.cost.map_or(0.0, |id| self.number(id)),
                    benefit: flow.max(0.0) + enforcer.benefit.map_or(0.0, |id| self.number(id)),
                    discount: kind.discount,
                }
            });
            found.push(Enforcement {
                issues: vec![IssueIndex(id.index())],
                supporters: supporters.collect(),
                backfill: issue.backfill.map_or(0.0, |id| self.number(id)),
                periods: issue
                    .enforcers
                    .iter()
                    .map(|enforcer| enforcer.periods)
                    .max()
                    .unwrap_or(1),
            });
        }
        found
    }

    fn proposer(&mut self) -> PartyId {
        let first = self
            .deal
            .steps
            .iter()
            .flat_map(|step| &step.set)
            .filter_map(|(issue, _)| self.case.issue(*issue).party)
            .next();
        match (self.deal.proposer, first) {
            (Some(proposer), _) => proposer,
            (None, first) => {
                let proposer = first.unwrap_or(PartyId::at(0));
                self.notes.push(format!(
                    "the deal names no proposer; {} is taken to propose it",
                    self.case.party(proposer).name
                ));
                proposer
            }
        }
    }

    /// Returns to the snapback that the rules do not allow in one period: the test lets them happen at once.
    fn snapbacks(&mut self) {
        let rules = Rules::of(self.case);
        for id in self.case.issue_ids().filter(|id| self.moving[id.index()]) {
            let issue = self.case.issue(id);
            let to = self.deal.snapback[id.index()];
            let slow = (0..self.levels[id.index()].len()).find_map(|date| {
                let state: Vec<Level> = self.levels.iter().map(|row| row[date]).collect();
                rules.forbids(&state, id, to).map(|why| (state[id.index()], why))
            });
            let Some((from, why)) = slow else { continue };
            let stays = issue
                .persists
                .map_or(issue.speed.down == 0, |id| self.number(id) == 1.0);
            if stays {
                continue;
            }
            let (from, to) = (&issue.levels[from.index()], &issue.levels[to.index()]);
            let how = match why {
                Forbidden::TooLarge { .. } => {
                    "takes several periods by the rules; the test takes it to happen at once"
                }
                Forbidden::OneWay { .. } | Forbidden::Remains(_) | Forbidden::Nature => {
                    "is forbidden by the rules; the share that persists is counted as staying"
                }
                _ => "may be forbidden by the rules when it is due; the test takes it to happen",
            };
            self.notes.push(format!(
                "{}: the return from `{from}` to `{to}` {how}",
                issue.name
            ));
        }
    }

    fn left_out(&mut self) {
        self.snapbacks();
        let moved = |issue: IssueId| self.moving[issue.index()];
        if self.case.costs.iter().any(|cost| moved(cost.issue)) {
            self.notes
                .push("one-off costs of moves are left out of the plan test".into());
        }
        // A chance on an issue that the plan leaves alone can change what the plan is worth just as well.
        for chance in &self.case.chances {
            let issue = &self.case.issue(chance.issue).name;
            self.notes.push(format!(
                "the chance that {issue} changes by itself is left out of the plan test"
            ));
        }
    }
}
