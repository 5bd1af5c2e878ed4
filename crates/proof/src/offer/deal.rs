//! A plan as the checker reads it from the text of its case: what is asked for when, and what a snapback does.

use std::collections::BTreeMap;

use detente_base::number::Exact;
use toml::de::{DeTable, DeValue};

use crate::Refusal;
use crate::reading::Reading;

/// A plan.
pub(super) struct Plan {
    /// The levels asked for, by date and issue.
    pub(super) asked: Vec<Vec<u8>>,
    pub(super) today: Vec<u8>,
    /// Where the text sends each issue after a breach.
    sent: Vec<u8>,
    pub(super) pardons: u32,
    /// By party.
    pub(super) bound: Vec<bool>,
}

/// The longest plan, in dates.
const LONGEST_PLAN: u64 = 20_000;

fn table<'t>(value: Option<&'t DeValue<'t>>) -> Option<&'t DeTable<'t>> {
    match value {
        Some(DeValue::Table(table)) => Some(table),
        _ => None,
    }
}

fn under<'t>(table: &'t DeTable<'t>, name: &str) -> Option<&'t DeValue<'t>> {
    table.get(name).map(|value| value.get_ref())
}

fn whole(value: &DeValue<'_>, name: &str) -> Result<u64, Refusal> {
    match value {
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix())
            .map_err(|_| Refusal::Case(format!("`{name}` is not a whole number"))),
        _ => Err(Refusal::Case(format!("`{name}` is not a whole number"))),
    }
}

impl Plan {
    /// Reads a plan of a case; every step must be a move that the rules allow.
    pub(super) fn read(text: &str, name: &str, reading: &Reading) -> Result<Self, Refusal> {
        let wrong = |text: String| Refusal::Case(text);
        let file = DeTable::parse(text).map_err(|error| wrong(error.to_string()))?;
        let file = file.get_ref();
        let deal = table(under(file, "deals")).and_then(|deals| table(under(deals, name)));
        let deal = deal.ok_or_else(|| wrong(format!("the case has no plan `{name}`")))?;
        let today = reading.todays_levels();
        let levels = |value: Option<&DeValue<'_>>, of: &str| -> Result<Vec<(usize, u8)>, Refusal> {
            let Some(value) = value else { return Ok(Vec::new()) };
            let named = table(Some(value)).ok_or_else(|| wrong(format!("`{of}` is not a table")))?;
            let mut found = Vec::new();
            for (issue, level) in named.iter() {
                let issue: &str = issue.get_ref();
                let place = reading.issues().iter().position(|known| known.id() == issue);
                let place = place.ok_or_else(|| wrong(format!("unknown issue `{issue}`")))?;
                let level = match level.get_ref() {
                    DeValue::String(level) => reading.issues()[place].level_named(level),
                    _ => None,
                };
                found.push((
                    place,
                    level.ok_or_else(|| wrong(format!("`{of}`: a level of `{issue}`")))?,
                ));
            }
            Ok(found)
        };
        let mut steps: BTreeMap<u64, Vec<(usize, u8)>> = BTreeMap::new();
        if let Some(DeValue::Array(list)) = under(deal, "steps") {
            for step in list.iter() {
                let step =
                    table(Some(step.get_ref())).ok_or_else(|| wrong("a step is not a table".into()))?;
                let at = under(step, "at").ok_or_else(|| wrong("a step has no date".into()))?;
                let at = whole(at, "at")?;
                if at > LONGEST_PLAN {
                    return Err(Refusal::TooLarge(format!(
                        "a plan of more than {LONGEST_PLAN} dates"
                    )));
                }
                steps
                    .entry(at)
                    .or_default()
                    .extend(levels(under(step, "set"), "set")?);
            }
        }
        let last = steps.last_key_value().map_or(0, |(at, _)| *at);
        let mut asked = Vec::new();
        let mut now = today.clone();
        for date in 0..=last {
            for (issue, level) in steps.get(&date).into_iter().flatten() {
                now[*issue] = *level;
            }
            asked.push(now.clone());
        }
        // What the snapback does not name goes back to today, as the file has it before any variant.
        let issues = table(under(file, "issues"));
        let mut sent: Vec<u8> = reading
            .issues()
            .iter()
            .enumerate()
            .map(|(place, issue)| {
                let section = issues.and_then(|issues| table(under(issues, issue.id())));
                match section.and_then(|section| under(section, "today")) {
                    Some(DeValue::String(level)) => issue.level_named(level).unwrap_or(today[place]),
                    _ => today[place],
                }
            })
            .collect();
        for (issue, level) in levels(under(deal, "snapback"), "snapback")? {
            sent[issue] = level;
        }
        let pardons = under(deal, "pardons").map_or(Ok(0), |value| whole(value, "pardons"))?;
        let named = |issue: usize| steps.values().flatten().any(|(of, _)| *of == issue);
        let bound = (0..reading.party_count())
            .map(|party| (0..today.len()).any(|issue| reading.owner(issue) == Some(party) && named(issue)))
            .collect();
        let plan = Self {
            pardons: u32::try_from(pardons).map_err(|_| wrong("`pardons` is too large".into()))?,
            asked,
            today,
            sent,
            bound,
        };
        plan.check_steps(reading)?;
        Ok(plan)
    }

    fn check_steps(&self, reading: &Reading) -> Result<(), Refusal> {
        let mut state = reading.today();
        for (date, levels) in self.asked.iter().enumerate() {
            let mut next = state;
            for (issue, level) in levels.iter().enumerate() {
                if reading.all_levels(next)[issue] != *level {
                    next = reading.with_level(next, issue, *level);
                }
            }
            if !reading.can_move(state, next) {
                return Err(Refusal::CannotMove(format!("the plan's steps at date {date}")));
            }
            state = next;
        }
        Ok(())
    }

    /// The levels at the end of a date; −1 is before the first.
    pub(super) fn at(&self, date: i64) -> &[u8] {
        match usize::try_from(date) {
            Ok(date) => &self.asked[date.min(self.asked.len() - 1)],
            Err(_) => &self.today,
        }
    }

    /// Where a snapback after a date sends an issue: as the text says, but no further the way the plan moves it than it had
    /// moved it by then.
    pub(super) fn back(&self, date: i64, issue: usize) -> u8 {
        let today = self.today[issue];
        let (mut low, mut high) = (today, today);
        let (mut falls, mut rises) = (false, false);
        for (at, levels) in self.asked.iter().enumerate() {
            let level = levels[issue];
            rises = rises || level > today;
            falls = falls || level < today;
            if at as i64 <= date {
                low = low.min(level);
                high = high.max(level);
            }
        }
        let mut back = self.sent[issue];
        if rises && back > high {
            back = high;
        }
        if falls && back < low {
            back = low;
        }
        back
    }

    /// The ways in which a snapback after a date may go, as one party sees it: chance and schedule.
    pub(super) fn snapback(&self, date: i64, party: usize, reading: &Reading) -> Vec<(Exact, Vec<Vec<u8>>)> {
        let from = self.at(date).to_vec();
        let count = from.len();
        let other = |issue: usize| reading.owner(issue) != Some(party);
        // The issues that may stay by chance; of them every subset.
        let uncertain: Vec<usize> = (0..count)
            .filter(|issue| {
                let rules = &reading.issues()[*issue];
                let to = self.back(date, *issue);
                let (down, up) = rules.ways();
                let can = (to < from[*issue] && down) || (to > from[*issue] && up);
                other(*issue) && can && rules.persists != Exact::ZERO
            })
            .collect();
        let mut found: Vec<(Exact, Vec<Vec<u8>>)> = Vec::new();
        for subset in 0..1u64 << uncertain.len().min(40) {
            let mut chance = Exact::ONE;
            let mut goal: Vec<u8> = (0..count)
                .map(|issue| if other(issue) { self.back(date, issue) } else { 0 })
                .collect();
            for (place, issue) in uncertain.iter().enumerate() {
                let persists = &reading.issues()[*issue].persists;
                if subset >> place & 1 == 1 {
                    chance *= persists;
                    goal[*issue] = from[*issue];
                } else {
                    chance *= Exact::ONE - persists;
                }
            }
            if chance == Exact::ZERO {
                continue;
            }
            let waits = |issue: usize| reading.issues()[issue].restored;
            let goes = |issue: usize| other(issue) && goal[issue] != from[issue];
            let longest = (0..count)
                .filter(|issue| goes(*issue))
                .map(waits)
                .max()
                .unwrap_or(0);
            let mut schedule: Vec<Vec<u8>> = Vec::new();
            for period in 0..=longest {
                let aim = |issue: usize| {
                    if goes(issue) && period < waits(issue) {
                        from[issue]
                    } else {
                        goal[issue]
                    }
                };
                schedule.push((0..count).map(aim).collect());
            }
            while schedule.len() > 1 && schedule[schedule.len() - 2] == schedule[schedule.len() - 1] {
                schedule.pop();
            }
            match found.iter_mut().find(|(_, known)| *known == schedule) {
                Some((sum, _)) => *sum += chance,
                None => found.push((chance, schedule)),
            }
        }
        found
    }
}
