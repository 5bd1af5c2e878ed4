//! Whether a plan obeys the rules of the case, step by step, and by when a step that does not could be done.
//!
//! A period is one joint move: every issue goes to a level that `moves`, `remains` and `needs` allow from the state
//! at the beginning of the period, and a party changes at most `pace` of its issues. These are the moves of
//! the game; the tests compare the two. Chances are not counted on: where no step moves an issue, it
//! keeps its level.
//!
//! The earliest date of a forbidden step is found by playing the plan as fast as the rules let it: no step before
//! its date, each issue on the shortest way from where the plan has brought it, the others being where the same
//! play has brought them. Written with those dates and the levels on the way, the plan obeys the rules.

use std::collections::VecDeque;

use super::{Case, Deal, Speed};
use crate::condition::Condition;
use detente_base::ids::{IssueId, Level, PartyId};

/// The rules of one issue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssueRules {
    /// Who moves it; nobody where only chances do.
    pub owner: Option<PartyId>,
    /// The level today.
    pub today: Level,
    /// How many levels it has.
    pub levels: usize,
    /// Levels per period upwards and downwards.
    pub speed: Speed,
    /// The level below which undoing cannot go once it was reached.
    pub remains: Option<Level>,
    /// What must hold before a move to each level.
    pub needs: Vec<Option<Condition>>,
}

/// The rules of movement of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// By issue.
    pub issues: Vec<IssueRules>,
    /// By party: how many of its issues it can change in one period.
    pub pace: Vec<Option<u32>>,
}

/// What forbids a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forbidden {
    /// No party controls the issue.
    Nature,
    /// The issue cannot be moved upwards, or not downwards.
    OneWay {
        /// Whether the step goes upwards.
        up: bool,
    },
    /// The step is larger than the issue can move in a period.
    TooLarge {
        /// Levels per period in that direction.
        most: u32,
    },
    /// Undoing cannot go below this level.
    Remains(Level),
    /// The condition for this level does not hold when the period begins.
    Needs(Level),
    /// The party changes more issues in the period than it can.
    Pace(u32),
    /// An earlier step of the same issue is not done by then.
    Behind,
}

/// A step of a plan that the rules forbid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenStep {
    /// The place of the step in the plan.
    pub step: usize,
    /// The issue.
    pub issue: IssueId,
    /// Where the issue is when the period begins.
    pub from: Level,
    /// Where the step sends it.
    pub to: Level,
    /// The date of the step.
    pub at: u32,
    /// What forbids it.
    pub why: Forbidden,
    /// The earliest date by which it can be done; `None` if the plan never makes it possible.
    pub earliest: Option<u32>,
    /// The moves by which it is then done, the last one included.
    pub way: Vec<(u32, Level)>,
}

impl Rules {
    /// The rules of a case.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        let issues = case.issues.iter().map(|issue| IssueRules {
            owner: issue.party,
            today: issue.today,
            levels: issue.levels.len(),
            speed: issue.speed,
            remains: issue.remains,
            needs: issue
                .needs
                .iter()
                .map(|need| need.as_ref().map(|need| need.condition.clone()))
                .collect(),
        });
        Self {
            issues: issues.collect(),
            pace: case.parties.iter().map(|party| party.pace).collect(),
        }
    }

    /// What forbids moving one issue to a level in a period that begins in this state.
    #[must_use]
    pub fn forbids(&self, state: &[Level], issue: IssueId, to: Level) -> Option<Forbidden> {
        let rules = &self.issues[issue.index()];
        let from = state[issue.index()];
        if from == to {
            return None;
        }
        if rules.owner.is_none() {
            return Some(Forbidden::Nature);
        }
        let up = to > from;
        let most = if up { rules.speed.up } else { rules.speed.down };
        if most == 0 {
            return Some(Forbidden::OneWay { up });
        }
        if let Some(floor) = rules.remains
            && from >= floor
            && to < floor
        {
            return Some(Forbidden::Remains(floor));
        }
        if from.index().abs_diff(to.index()) > most as usize {
            return Some(Forbidden::TooLarge { most });
        }
        let need = rules.needs.get(to.index()).and_then(Option::as_ref);
        let met = need.is_none_or(|need| need.holds(&|other: IssueId| state[other.index()]));
        (!met).then_some(Forbidden::Needs(to))
    }

    /// Whether the rules allow the joint move from one state to the next.
    #[must_use]
    pub fn allow(&self, state: &[Level], next: &[Level]) -> bool {
        let mut changed = vec![0u32; self.pace.len()];
        for (place, (issue, to)) in self.issues.iter().zip(next).enumerate() {
            if self.forbids(state, IssueId::at(place), *to).is_some() {
                return false;
            }
            if let Some(owner) = issue.owner
                && *to != state[place]
            {
                changed[owner.index()] += 1;
            }
        }
        let within = |(changed, pace): (&u32, &Option<u32>)| pace.is_none_or(|pace| *changed <= pace);
        changed.iter().zip(&self.pace).all(within)
    }

    /// The states of today and after each date of levels by issue and date; whether every joint move is allowed.
    #[must_use]
    pub fn allow_schedule(&self, levels: &[Vec<Level>]) -> bool {
        let mut state: Vec<Level> = self.issues.iter().map(|issue| issue.today).collect();
        let dates = levels.iter().map(Vec::len).max().unwrap_or(0);
        for date in 0..dates {
            let next: Vec<Level> = levels
                .iter()
                .zip(&state)
                .map(|(row, now)| row.get(date).copied().unwrap_or(*now))
                .collect();
            if !self.allow(&state, &next) {
                return false;
            }
            state = next;
        }
        true
    }

    /// The next move on the shortest way of an issue to a level while the others stay; where there is none, the
    /// allowed move that brings it nearest.
    #[must_use]
    pub fn next_on_the_way(&self, state: &[Level], issue: IssueId, to: Level) -> Option<Level> {
        let from = state[issue.index()];
        let mut came: Vec<Option<Level>> = vec![None; self.issues[issue.index()].levels];
        let (mut open, mut here) = (VecDeque::from([from]), state.to_vec());
        while let Some(level) = open.pop_front() {
            if level == to {
                let mut last = to;
                while let Some(before) = came[last.index()].filter(|before| *before != from) {
                    last = before;
                }
                return Some(last);
            }
            here[issue.index()] = level;
            for next in Level::first(came.len()) {
                let fresh = next != from && came[next.index()].is_none();
                if fresh && next != level && self.forbids(&here, issue, next).is_none() {
                    came[next.index()] = Some(level);
                    open.push_back(next);
                }
            }
        }
        let away = |level: Level| level.index().abs_diff(to.index());
        Level::first(came.len())
            .filter(|next| away(*next) < away(from) && self.forbids(state, issue, *next).is_none())
            .min_by_key(|next| away(*next))
    }
}

/// What is still to be done of one issue.
struct Pending {
    issue: IssueId,
    /// Place, date and level of each step, in order.
    steps: VecDeque<(usize, u32, Level)>,
    from: Level,
    /// What forbade the first step at its date.
    why: Option<Forbidden>,
    way: Vec<(u32, Level)>,
}

impl Pending {
    /// The date of the first step.
    fn first(&self) -> Option<u32> {
        self.steps.front().map(|step| step.1)
    }

    fn due(&self, date: u32) -> Option<Level> {
        self.steps
            .front()
            .filter(|step| step.1 <= date)
            .map(|step| step.2)
    }

    /// Ends the first step, done at a date or never.
    fn end(&mut self, done: Option<u32>, now: Level, found: &mut Vec<ForbiddenStep>) {
        let Some((step, at, to)) = self.steps.pop_front() else {
            return;
        };
        let way = std::mem::take(&mut self.way);
        let why = self.why.take().unwrap_or(Forbidden::Behind);
        if done != Some(at) {
            found.push(ForbiddenStep {
                step,
                issue: self.issue,
                from: self.from,
                to,
                at,
                why,
                earliest: done,
                way,
            });
        }
        self.from = now;
    }
}

impl Case {
    /// The steps of a plan that the rules of the case forbid, in the order of the plan.
    #[must_use]
    pub fn forbidden_steps(&self, deal: &Deal) -> Vec<ForbiddenStep> {
        let rules = Rules::of(self);
        let mut state: Vec<Level> = self.issues.iter().map(|issue| issue.today).collect();
        let mut pending = self.pending(deal);
        let mut found = Vec::new();
        let mut next = pending.iter().filter_map(Pending::first).min();
        while let Some(date) = next {
            let before = state.clone();
            let mut changed = vec![0u32; rules.pace.len()];
            let mut done = false;
            // Who has waited longest goes first where a party has more to do than its pace allows.
            pending.sort_by_key(|one| (one.steps.front().map_or(u32::MAX, |step| step.1), one.issue));
            for one in &mut pending {
                let place = one.issue.index();
                while one.due(date) == Some(before[place]) {
                    one.end(Some(date), before[place], &mut found);
                    done = true;
                }
                let Some(to) = one.due(date) else { continue };
                if one.steps[0].1 == date {
                    one.from = before[place];
                    one.why = rules.forbids(&before, one.issue, to);
                }
                let Some(level) = rules.next_on_the_way(&before, one.issue, to) else {
                    continue;
                };
                if let Some(owner) = rules.issues[place].owner
                    && let Some(pace) = rules.pace[owner.index()]
                {
                    if changed[owner.index()] >= pace {
                        one.why = one.why.or(Some(Forbidden::Pace(pace)));
                        continue;
                    }
                    changed[owner.index()] += 1;
                }
                done = true;
                state[place] = level;
                one.way.push((date, level));
                if level == to {
                    one.end(Some(date), level, &mut found);
                }
            }
            // Where nothing could be done, nothing can be until another step is due.
            let waiting = pending.iter().filter_map(Pending::first);
            next = match done {
                true => waiting.min().map(|first| first.max(date + 1)),
                false => waiting.filter(|first| *first > date).min(),
            };
            next = next.filter(|date| *date < super::check::MOST_PERIODS * 2);
        }
        for one in &mut pending {
            while !one.steps.is_empty() {
                one.end(None, state[one.issue.index()], &mut found);
            }
        }
        found.sort_by_key(|one| (one.step, one.issue));
        found
    }

    fn pending(&self, deal: &Deal) -> Vec<Pending> {
        self.issue_ids()
            .map(|issue| {
                let steps = deal.steps.iter().enumerate().flat_map(|(place, step)| {
                    let own = step.set.iter().filter(move |(of, _)| *of == issue);
                    own.map(move |(_, level)| (place, step.at, *level))
                });
                // A step to where the one before went already moves nothing.
                let mut before = self.issue(issue).today;
                let steps = steps.filter(|step| std::mem::replace(&mut before, step.2) != step.2);
                Pending {
                    issue,
                    steps: steps.collect(),
                    from: self.issue(issue).today,
                    why: None,
                    way: Vec::new(),
                }
            })
            .filter(|one| !one.steps.is_empty())
            .collect()
    }

    /// What forbids a step, in words that follow the step.
    #[must_use]
    pub fn why_forbidden(&self, step: &ForbiddenStep) -> String {
        let issue = self.issue(step.issue);
        let name = |level: Level| &issue.levels[level.index()];
        match step.why {
            Forbidden::Nature => "no party controls it".to_owned(),
            Forbidden::OneWay { up } => {
                let way = if up { "up" } else { "down" };
                format!("its `moves` do not let it go {way}")
            }
            Forbidden::TooLarge { most } => {
                let levels = if most == 1 { "level" } else { "levels" };
                format!("its `moves` let it go at most {most} {levels} per period")
            }
            Forbidden::Remains(floor) => format!("once at `{0}`, it remains at `{0}` or above", name(floor)),
            Forbidden::Needs(level) => {
                let need = issue.needs[level.index()].as_ref();
                format!(
                    "`{}` needs `{}`, which does not hold when the period begins",
                    name(level),
                    need.map_or("true", |need| need.text.as_str())
                )
            }
            Forbidden::Pace(pace) => {
                let issues = if pace == 1 { "issue" } else { "issues" };
                format!("its party changes at most {pace} {issues} per period")
            }
            Forbidden::Behind => "its step before is not done by then".to_owned(),
        }
    }

    /// A forbidden step in one sentence.
    #[must_use]
    pub fn forbidden_step(&self, step: &ForbiddenStep) -> String {
        let issue = self.issue(step.issue);
        format!(
            "{} cannot go from `{}` to `{}` at date {}: {}",
            issue.name,
            issue.levels[step.from.index()],
            issue.levels[step.to.index()],
            step.at,
            self.why_forbidden(step)
        )
    }

    /// A forbidden step in one sentence, with the earliest date by which it can be done.
    #[must_use]
    pub fn forbidden_in_words(&self, step: &ForbiddenStep) -> String {
        format!("{}; {}", self.forbidden_step(step), self.earliest_in_words(step))
    }

    /// The earliest date of a forbidden step, with the levels on the way to it.
    #[must_use]
    pub fn earliest_in_words(&self, step: &ForbiddenStep) -> String {
        let Some(date) = step.earliest else {
            return "as the plan stands, there is no date by which it can be done".to_owned();
        };
        let levels = &self.issue(step.issue).levels;
        let way: Vec<String> = step
            .way
            .iter()
            .map(|(date, level)| format!("`{}` at {date}", levels[level.index()]))
            .collect();
        match way.len() {
            0 | 1 => format!("the earliest date is {date}"),
            _ => format!("the earliest date is {date}, by {}", way.join(", then ")),
        }
    }
}
