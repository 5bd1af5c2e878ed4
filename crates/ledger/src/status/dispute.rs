//! Disputes: who opened one, in which stage it is, which clock runs, and which powers it has opened.

use jiff::civil::Date;

use super::types::{Because, DisputeStatus, Headline, StageStatus};
use super::votes::{Outcome, decides, heard};
use super::world::World;
use crate::body::Body;
use crate::calendar::{End, Start};
use crate::event::{Event, EventKind};
use crate::moment::Moment;
use crate::text::agreement::{Dispute, Silence, Stage};

/// All disputes that were opened, with the days on which their stages ended unresolved.
#[derive(Debug, Default)]
pub(super) struct Disputes {
    pub all: Vec<Opened>,
}

/// One opened dispute.
#[derive(Debug)]
pub(super) struct Opened {
    pub status: DisputeStatus,
    /// Stage id and the day on which it ended unresolved.
    pub passed: Vec<(String, Date)>,
    /// Whether the next step may be taken on that day itself.
    pub on_last_day: bool,
    /// Stage id and the moment at which its clock ends, while it runs.
    pub running: Vec<(String, Moment, String)>,
}

impl Disputes {
    /// The dispute axis of a commitment.
    pub(super) fn axis(&self, commitment: &str, alleged: bool) -> String {
        let about = self
            .all
            .iter()
            .filter(|opened| opened.status.about.iter().any(|about| about == commitment));
        let mut word = if alleged {
            "alleged".to_owned()
        } else {
            "none".to_owned()
        };
        for opened in about {
            word = match opened.status.headline {
                Headline::Running => {
                    let running: Vec<&str> = opened
                        .status
                        .stages
                        .iter()
                        .filter(|stage| stage.state == "running")
                        .map(|stage| stage.id.as_str())
                        .collect();
                    format!("stage {}", running.join(" and "))
                }
                Headline::Expired => "unresolved".to_owned(),
                Headline::Resolved => "resolved".to_owned(),
                Headline::Withdrawn => "withdrawn".to_owned(),
                _ => continue,
            };
        }
        word
    }

    /// The decision that found a breach of a commitment.
    pub(super) fn breach(&self, commitment: &str) -> Option<String> {
        let found = self.all.iter().find(|opened| {
            opened.status.outcome.as_deref() == Some("breach")
                && opened.status.about.iter().any(|about| about == commitment)
        });
        found.map(|opened| format!("dispute {} decided: breach", opened.status.event))
    }

    /// The first day on which a stage (`procedure.stage`) had passed unresolved, and who opened that dispute.
    pub(super) fn passed(&self, name: &str) -> Option<(Date, &[String])> {
        let (procedure, stage) = name.split_once('.')?;
        self.all
            .iter()
            .filter(|opened| opened.status.procedure == procedure)
            .filter_map(|opened| {
                let (_, day) = opened.passed.iter().find(|(id, _)| id == stage)?;
                let day = if opened.on_last_day {
                    *day
                } else {
                    day.tomorrow().ok()?
                };
                Some((day, opened.status.by.as_slice()))
            })
            .min_by_key(|(day, _)| *day)
    }
}

/// Follows every dispute that was opened.
pub(super) fn disputes(world: &World<'_>) -> Disputes {
    let mut all = Vec::new();
    for procedure in &world.agreement.disputes {
        let events = world.seen.about(&procedure.id);
        for event in events.iter() {
            let opens = match event.kind {
                EventKind::Refer => {
                    event.of.is_none() && first_stage(procedure, event.details().stage.as_deref())
                }
                EventKind::Allege => event.of.is_none(),
                _ => false,
            };
            if opens && let Some(opened) = follow(world, procedure, event, &events) {
                all.push(opened);
            }
        }
    }
    Disputes { all }
}

fn first_stage(procedure: &Dispute, stage: Option<&str>) -> bool {
    match stage {
        None => true,
        Some(stage) => procedure
            .stages
            .iter()
            .any(|known| known.id == stage && known.after.is_empty()),
    }
}

fn follow(world: &World<'_>, procedure: &Dispute, opening: &Event, events: &[&Event]) -> Option<Opened> {
    if !procedure.opened_by.is_empty() && !world.entitled(&procedure.opened_by, opening) {
        let why = format!(
            "only {} may open {}",
            procedure.opened_by.join(", "),
            procedure.id
        );
        world.refuse(opening, why);
        return None;
    }
    let form = &opening.details().form;
    let missing: Vec<&str> = procedure
        .form
        .iter()
        .filter(|field| !form.contains_key(*field))
        .map(String::as_str)
        .collect();
    if !missing.is_empty() {
        world.refuse(
            opening,
            format!("the form of {} needs {}", procedure.id, missing.join(", ")),
        );
        return None;
    }
    let about: Vec<String> = opening
        .on
        .iter()
        .filter(|on| world.agreement.commitment(on).is_some())
        .cloned()
        .collect();
    let about = if about.is_empty() {
        procedure.covers.clone()
    } else {
        about
    };
    let own: Vec<&Event> = events
        .iter()
        .copied()
        .filter(|event| event.of.as_ref().is_none_or(|of| *of == opening.id) && event.id != opening.id)
        .collect();
    let mut walk = Walk {
        world,
        procedure,
        opening,
        events: own,
        stages: Vec::new(),
        passed: Vec::new(),
        running: Vec::new(),
        ends: Vec::new(),
        undecided: None,
        outcome: None,
        because: vec![Because {
            rule: "12: opened in form by somebody who may".to_owned(),
            fact: opening.id.clone(),
        }],
    };
    for stage in &procedure.stages {
        let status = walk.stage(stage);
        walk.stages.push(status);
    }
    Some(walk.finish(about))
}

struct Walk<'w, 'a> {
    world: &'w World<'a>,
    procedure: &'w Dispute,
    opening: &'w Event,
    events: Vec<&'w Event>,
    stages: Vec<StageStatus>,
    passed: Vec<(String, Date)>,
    running: Vec<(String, Moment, String)>,
    /// The last point of every stage that was opened.
    ends: Vec<(String, Moment)>,
    /// Why the end of a stage cannot be said.
    undecided: Option<String>,
    outcome: Option<String>,
    because: Vec<Because>,
}

impl Walk<'_, '_> {
    fn day(&self, moment: Moment) -> Date {
        moment.day(&self.procedure.zone)
    }

    fn at_stage(&self, stage: &Stage, kind: EventKind) -> impl Iterator<Item = &Event> {
        self.events
            .iter()
            .copied()
            .filter(move |event| event.kind == kind && event.details().stage.as_deref() == Some(&stage.id))
    }

    fn stage(&mut self, stage: &Stage) -> StageStatus {
        let mut status = StageStatus {
            id: stage.id.clone(),
            title: stage.title.clone(),
            state: "not_open".to_owned(),
            opened: None,
            last_day: None,
            note: String::new(),
        };
        if self.outcome.is_some() {
            status.state = "skipped".to_owned();
            return status;
        }
        let Some((from, opened)) = self.opening_of(stage, &mut status) else {
            return status;
        };
        status.opened = Some(opened.to_string());
        let rules = &self.world.agreement.rules;
        let end = match rules.end(from, stage.within, &self.procedure.zone) {
            Ok(end) => end,
            Err(error) => {
                status.state = "undetermined".to_owned();
                status.note = format!("the text does not decide its last day: {error}");
                self.undecided = Some(error.to_string());
                return status;
            }
        };
        let End {
            day: last_day,
            point: end,
        } = self.extended(stage, end);
        status.last_day = Some(last_day.to_string());
        self.ends.push((stage.id.clone(), end));
        if let Some(note) = self.opinion(stage) {
            status.note = note;
        }
        if let Some(outcome) = self.resolution(stage, end) {
            status.state = "resolved".to_owned();
            self.outcome = Some(outcome);
        } else if self.world.seen.at >= end {
            if stage.silence == Silence::Agreement {
                status.state = "resolved".to_owned();
                self.because("silence to the end counts as agreement here", stage.id.clone());
                self.outcome = Some("agreement by silence".to_owned());
            } else {
                status.state = "expired".to_owned();
                self.passed.push((stage.id.clone(), last_day));
                self.because(
                    "14: the clock ended unresolved",
                    format!("{} on {last_day}", stage.id),
                );
            }
        } else {
            status.state = "running".to_owned();
            self.running.push((stage.id.clone(), end, last_day.to_string()));
        }
        status
    }

    /// The opinion of the stage's body, in words.
    fn opinion(&self, stage: &Stage) -> Option<String> {
        let mut opinions = self.at_stage(stage, EventKind::Opinion);
        let opinion = opinions.find(|event| heard(self.world, event, &self.body(stage, event)))?;
        let text = opinion.details().outcome.clone().unwrap_or_default();
        let day = self.day(opinion.occurred.to);
        Some(format!("opinion {} on {day}: {text}", opinion.id))
    }

    fn because(&mut self, rule: &str, fact: String) {
        self.because.push(Because {
            rule: rule.to_owned(),
            fact,
        });
    }

    /// The day from which a stage is counted and the day on which it opened.
    fn opening_of(&self, stage: &Stage, status: &mut StageStatus) -> Option<(Start, Date)> {
        let start = |point: Moment| Start {
            day: self.day(point),
            point: Some(point),
        };
        if stage.after.is_empty() {
            let from = start(self.opening.occurred.to);
            return Some((from, from.day));
        }
        let invoked = |id: &str| {
            self.stages
                .iter()
                .find(|before| before.id == id && before.state != "not_open")
        };
        let before: Vec<&StageStatus> = stage.after.iter().filter_map(|id| invoked(id)).collect();
        let ends = self.ends.iter();
        let ends = ends.filter(|(id, _)| before.iter().any(|before| before.id == *id));
        // Of several stages that run side by side the last one to end counts.
        let end = ends.map(|(_, end)| *end).max()?;
        let previous = self.day(end);
        if before.iter().any(|before| before.state == "running") && !self.procedure.next_on_last_day {
            return None;
        }
        if stage.automatic {
            let passed = before.iter().all(|before| before.state == "expired");
            return passed.then_some((start(end), previous));
        }
        let referral = self.at_stage(stage, EventKind::Refer).find(|event| {
            let early = self.day(event.occurred.to) < previous
                || (self.day(event.occurred.to) == previous && !self.procedure.next_on_last_day);
            if early {
                self.world
                    .refuse(event, format!("the stage before {} ends on {previous}", stage.id));
                return false;
            }
            let may = stage.refer_by.is_empty() || self.world.entitled(&stage.refer_by, event);
            if !may {
                self.world.refuse(
                    event,
                    format!("only {} may refer to {}", stage.refer_by.join(", "), stage.id),
                );
            }
            may
        })?;
        let referred = self.day(referral.occurred.to);
        status.note = format!("referred by {} on {referred}", referral.by.join(", "));
        let from = if stage.from_referral {
            start(referral.occurred.to)
        } else {
            start(end)
        };
        Some((from, referred))
    }

    fn extended(&self, stage: &Stage, mut end: End) -> End {
        for event in self.at_stage(stage, EventKind::Extend) {
            let Some(by) = &stage.extension else {
                self.world
                    .refuse(event, format!("the text allows no extension of {}", stage.id));
                continue;
            };
            let holders = if by.is_empty() { &stage.body } else { by };
            let on = Some(self.day(event.occurred.to));
            let said = self.world.agreement.expand(&event.by, on);
            let needed = self.world.agreement.expand(holders, on);
            let body_itself = event.by.iter().any(|by| holders.contains(by));
            if !body_itself && !needed.iter().all(|member| said.contains(member)) {
                self.world.refuse(
                    event,
                    format!("an extension of {} needs {}", stage.id, holders.join(", ")),
                );
                continue;
            }
            if event.occurred.to > end.point && !stage.late_extension {
                let why = format!(
                    "{} had ended on {}; an extension after the end is invalid",
                    stage.id, end.day
                );
                self.world.refuse(event, why);
                continue;
            }
            match super::clock::extension_of(event, end.day) {
                Ok(day) if day > end.day => {
                    let point = Moment::end_of(day, &self.procedure.zone);
                    end = End { day, point };
                }
                Ok(_) => {
                    let why = format!("it does not extend {} beyond its last day {}", stage.id, end.day);
                    self.world.refuse(event, why);
                }
                Err(why) => self.world.refuse(event, why),
            }
        }
        end
    }

    /// The body of a stage, as it is composed when an event occurs.
    fn body<'s>(&'s self, stage: &'s Stage, event: &Event) -> Body<'s> {
        let members = stage.decision.as_ref().map_or(&[][..], |vote| &vote.members);
        Body {
            agreement: &self.world.agreement,
            names: if stage.body.is_empty() {
                members
            } else {
                &stage.body
            },
            decision: stage.decision.as_ref(),
            day: self.day(event.occurred.to),
        }
    }

    /// The body's decision, if it came while the stage ran.
    fn resolution(&self, stage: &Stage, end: Moment) -> Option<String> {
        for event in self.at_stage(stage, EventKind::Resolve) {
            if event.occurred.to > end {
                self.world.refuse(
                    event,
                    format!("{} had ended; its body can no longer decide", stage.id),
                );
                continue;
            }
            if !heard(self.world, event, &self.body(stage, event)) {
                continue;
            }
            return Some(
                event
                    .details()
                    .outcome
                    .clone()
                    .unwrap_or_else(|| "resolved".to_owned()),
            );
        }
        let vote = stage.decision.as_ref()?;
        let votes = self
            .at_stage(stage, EventKind::Vote)
            .filter(|event| event.occurred.to <= end);
        for event in votes {
            let Some(counted) = event.details().votes.as_ref() else {
                continue;
            };
            let body = self.body(stage, event);
            let (outcome, why) = decides(vote, &body.members(), counted);
            if outcome == Outcome::Open {
                self.world.refuse(event, why);
            }
            if outcome == Outcome::Adopted && heard(self.world, event, &body) {
                return Some(
                    event
                        .details()
                        .outcome
                        .clone()
                        .unwrap_or_else(|| "adopted".to_owned()),
                );
            }
        }
        None
    }

    fn finish(self, about: Vec<String>) -> Opened {
        let withdrawn = self.events.iter().find(|event| {
            event.kind == EventKind::Withdraw && event.by.iter().any(|by| self.opening.by.contains(by))
        });
        let (headline, label, running) = if let Some(event) = withdrawn {
            (
                Headline::Withdrawn,
                format!("WITHDRAWN by {}", event.by.join(", ")),
                Vec::new(),
            )
        } else if let Some(outcome) = &self.outcome {
            (Headline::Resolved, format!("RESOLVED: {outcome}"), Vec::new())
        } else if let Some(why) = &self.undecided {
            let label = format!("UNDETERMINED: the text does not decide a last day ({why})");
            (Headline::Undetermined, label, self.running.clone())
        } else if self.running.is_empty() {
            let last = self
                .passed
                .last()
                .map(|(id, day)| format!(": {id} ended on {day}"))
                .unwrap_or_default();
            (Headline::Expired, format!("EXPIRED unresolved{last}"), Vec::new())
        } else {
            let clocks: Vec<String> = self
                .running
                .iter()
                .map(|(id, _, day)| format!("{id} until {day}"))
                .collect();
            (
                Headline::Running,
                format!("RUNNING: {}", clocks.join(", ")),
                self.running.clone(),
            )
        };
        Opened {
            passed: self.passed,
            on_last_day: self.procedure.next_on_last_day,
            running,
            status: DisputeStatus {
                procedure: self.procedure.id.clone(),
                event: self.opening.id.clone(),
                by: self.opening.by.to_vec(),
                about,
                headline,
                label,
                outcome: self.outcome,
                stages: self.stages,
                because: self.because,
            },
        }
    }
}
