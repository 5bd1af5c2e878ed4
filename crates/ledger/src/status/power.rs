//! Powers: who may do what from when, and what became of it. A power exists from the dates, events and unresolved
//! stages that the text names; `complainant` is whoever opened that dispute.

use super::dispute::Disputes;
use super::types::{Because, Headline, PowerStatus};
use super::world::{World, describe_when};
use crate::event::EventKind;
use crate::text::agreement::Power;

/// The status of a power.
pub(super) fn power_status(world: &World<'_>, power: &Power, disputes: &Disputes) -> PowerStatus {
    let today = world.seen.at.day(&world.agreement.zone);
    let mut because = Vec::new();
    let mut since = world.in_force;
    let mut missing = Vec::new();
    let mut complainants: Vec<String> = Vec::new();
    for stage in &power.after_stages {
        match disputes.passed(stage) {
            Some((day, by)) if day <= today => {
                since = since.max(Some(day));
                complainants.extend(by.iter().cloned());
                because.push(Because {
                    rule: "15: the stage ended unresolved".to_owned(),
                    fact: format!("{stage}, from {day}"),
                });
            }
            _ => missing.push(stage.clone()),
        }
    }
    if let Some(from) = &power.from {
        match world.day_of(from, None) {
            Some(day) if day <= today => since = since.max(Some(day)),
            _ => missing.push(describe_when(from)),
        }
    }
    let until = power
        .until
        .as_ref()
        .and_then(|when| world.day_of(when, None))
        .filter(|day| *day <= today);
    let mut holders = world.agreement.expand(&power.holders, Some(today));
    if let Some(place) = holders.iter().position(|holder| holder == "complainant") {
        holders.remove(place);
        holders.extend(complainants);
    }
    let mut used = Vec::new();
    for event in world
        .seen
        .about(&power.id)
        .iter()
        .filter(|event| event.kind == EventKind::Exercise)
    {
        let open = missing.is_empty()
            && since.is_some_and(|since| since <= event.occurred.to.day(&world.agreement.zone));
        if open && event.by.iter().any(|by| holders.contains(by)) {
            used.push(event.id.clone());
        } else {
            world.refuse(
                event,
                format!("the power {} was not open to {}", power.id, event.by.join(", ")),
            );
        }
    }
    let headline = if !used.is_empty() {
        Headline::Exercised
    } else if let Some(until) = until {
        because.push(Because {
            rule: "the power has ended".to_owned(),
            fact: until.to_string(),
        });
        Headline::Expired
    } else if missing.is_empty() && since.is_some() {
        Headline::Available
    } else {
        because.push(Because {
            rule: "not open yet".to_owned(),
            fact: missing.join(", "),
        });
        Headline::NotAvailable
    };
    PowerStatus {
        id: power.id.clone(),
        title: power.title.clone(),
        headline,
        holders,
        since: since.filter(|_| missing.is_empty()).map(|day| day.to_string()),
        used,
        because,
        branches: Vec::new(),
    }
}
