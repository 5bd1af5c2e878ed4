//! An offer: dates with the levels it asks for, pardons, and the snapback that follows a noticed breach.
//!
//! A plan somebody wrote is this automaton. At node (date, pardons left) every issue of a party to it is to go to the level of
//! the date; after the last date it stays there. A period without an alarm leads to the next date, an alarm costs a pardon,
//! and an alarm without a pardon, or somebody's leaving, starts the snapback: each issue keeps its level for `restored` periods
//! and then goes back at the speed that the rules allow, to where the text sends it, but in the direction in which the plan moves it
//! never further than the plan had it; with the chance `persists` it does not go back at all. A party to an offer is one of whose
//! issues a step names, be it to keep it where it is.

use detente_base::ids::{IssueId, Level, PartyId};
use detente_base::number::Exact;
use detente_case::{Case, Deal};

/// How breaches of an issue are seen and undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Chance per period that a breach is seen.
    pub noticed: Exact,
    /// Periods until a breach can be seen, at least 1: 1 is at the end of the period in which it is made.
    pub lag: u32,
    /// Chance per period of an alarm without a breach.
    pub false_alarm: Exact,
    /// Periods for which the snapback leaves it.
    pub restored: u32,
    /// Chance that the snapback does not bring it back.
    pub persists: Exact,
}

/// An offer.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Its short name in the file.
    pub id: String,
    /// Its name in words.
    pub name: String,
    /// Who proposes it.
    pub proposer: Option<PartyId>,
    /// The levels asked for, by date and issue; those of the last date stay.
    pub asked: Vec<Vec<Level>>,
    /// The levels of today.
    pub today: Vec<Level>,
    /// Where the text sends each issue after a breach.
    pub snapback: Vec<Level>,
    /// Alarms that are forgiven.
    pub pardons: u32,
    /// By party: whether it is a party to the offer.
    pub bound: Vec<bool>,
    /// By issue.
    pub terms: Vec<Terms>,
    /// By issue: whether the rules let it be moved downwards and upwards at all.
    moves: Vec<(bool, bool)>,
}

/// One way in which a snapback may go: its chance, and the levels aimed at period by period, the last ones for good.
pub type Back = (Exact, Vec<Vec<Level>>);

impl Offer {
    /// The offer that a plan of a case makes. The case is the one of the world in question.
    ///
    /// # Errors
    /// The steps that the rules forbid, one sentence each.
    pub fn of_deal(case: &Case, deal: &Deal) -> Result<Self, Vec<String>> {
        let forbidden = case.forbidden_steps(deal);
        if !forbidden.is_empty() {
            let words = forbidden.iter().map(|step| case.forbidden_in_words(step));
            return Err(words.collect());
        }
        let today: Vec<Level> = case.issues.iter().map(|issue| issue.today).collect();
        let last = deal.steps.iter().map(|step| step.at).max().unwrap_or(0);
        let mut asked = vec![today.clone(); last as usize + 1];
        for step in &deal.steps {
            for (issue, level) in &step.set {
                let later = asked.iter_mut().skip(step.at as usize);
                later.for_each(|levels| levels[issue.index()] = *level);
            }
        }
        let named = |issue: IssueId| {
            let mut set = deal.steps.iter().flat_map(|step| &step.set);
            set.any(|(of, _)| *of == issue)
        };
        let bound = case.party_ids().map(|party| {
            let mut own = case
                .issue_ids()
                .filter(|issue| case.issue(*issue).party == Some(party));
            own.any(named)
        });
        let number = |id: Option<_>, otherwise: Exact| id.map_or(otherwise, |id| case.value(id).clone());
        let terms = case.issues.iter().map(|issue| Terms {
            noticed: number(issue.noticed, Exact::ONE),
            lag: issue.lag.max(1),
            false_alarm: number(issue.false_alarm, Exact::ZERO),
            restored: issue.restored,
            persists: number(issue.persists, Exact::ZERO),
        });
        Ok(Self {
            id: deal.id.clone(),
            name: deal.name.clone(),
            proposer: deal.proposer,
            bound: bound.collect(),
            terms: terms.collect(),
            moves: case
                .issues
                .iter()
                .map(|issue| (issue.speed.down > 0, issue.speed.up > 0))
                .collect(),
            snapback: deal.snapback.clone(),
            pardons: deal.pardons,
            asked,
            today,
        })
    }

    /// The levels that the offer has reached at the end of a date; today's before the first.
    #[must_use]
    pub fn reached(&self, date: Option<usize>) -> &[Level] {
        date.map_or(&self.today, |date| &self.asked[date.min(self.asked.len() - 1)])
    }

    /// Where a snapback that starts after a date sends an issue: where the text says, but in the direction in which the plan moves
    /// it not beyond where the plan had it by then.
    #[must_use]
    pub fn sent_back(&self, date: Option<usize>, issue: IssueId) -> Level {
        let (place, today) = (issue.index(), self.today[issue.index()]);
        let dates = date.map_or(0, |date| date + 1).min(self.asked.len());
        let level = |levels: &Vec<Level>| levels[place];
        let mut back = self.snapback[place];
        if self.asked.iter().map(level).any(|level| level > today) {
            let by_then = self.asked[..dates].iter().map(level).fold(today, Level::max);
            back = back.min(by_then);
        }
        if self.asked.iter().map(level).any(|level| level < today) {
            let by_then = self.asked[..dates].iter().map(level).fold(today, Level::min);
            back = back.max(by_then);
        }
        back
    }

    /// Whether the offer keeps an issue away from where a snapback would send it.
    #[must_use]
    pub fn is_watched(&self, date: usize, issue: IssueId) -> bool {
        self.reached(Some(date))[issue.index()] != self.sent_back(Some(date), issue)
    }

    /// The ways in which a snapback that starts after a date may go, for the issues that `counts` accepts; the others are left
    /// out and stay at level 0 of the list.
    #[must_use]
    pub fn snapbacks(&self, date: Option<usize>, counts: impl Fn(IssueId) -> bool) -> Vec<Back> {
        let from = self.reached(date);
        let issues: Vec<IssueId> = IssueId::first(from.len()).collect();
        let mut ways: Vec<(Exact, Vec<Level>)> = vec![(Exact::ONE, Vec::new())];
        for issue in &issues {
            let (level, back) = (from[issue.index()], self.sent_back(date, *issue));
            let (down, up) = self.moves[issue.index()];
            let possible = if back < level { down } else { up };
            let persists = &self.terms[issue.index()].persists;
            let mut drawn = Vec::new();
            for (chance, mut levels) in ways {
                if !counts(*issue) {
                    levels.push(Level::at(0));
                    drawn.push((chance, levels));
                } else if back == level || !possible || *persists == Exact::ZERO {
                    levels.push(back);
                    drawn.push((chance, levels));
                } else {
                    let mut stays = levels.clone();
                    stays.push(level);
                    levels.push(back);
                    if *persists != Exact::ONE {
                        drawn.push((&chance * (Exact::ONE - persists), levels));
                    }
                    drawn.push((chance * persists, stays));
                }
            }
            ways = drawn;
        }
        let mut backs: Vec<Back> = Vec::new();
        for (chance, levels) in ways {
            let going = issues
                .iter()
                .filter(|issue| counts(**issue) && levels[issue.index()] != from[issue.index()]);
            let longest = going.map(|issue| self.terms[issue.index()].restored).max();
            let mut schedule: Vec<Vec<Level>> = (0..=longest.unwrap_or(0))
                .map(|period| {
                    let aim = |issue: &IssueId| match counts(*issue) {
                        true if period < self.terms[issue.index()].restored => from[issue.index()],
                        _ => levels[issue.index()],
                    };
                    issues.iter().map(aim).collect()
                })
                .collect();
            while schedule.len() > 1 && schedule[schedule.len() - 1] == schedule[schedule.len() - 2] {
                schedule.pop();
            }
            match backs.iter_mut().find(|(_, known)| *known == schedule) {
                Some((sum, _)) => *sum += chance,
                None => backs.push((chance, schedule)),
            }
        }
        backs
    }
}
