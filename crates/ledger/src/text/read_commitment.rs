//! Reading one commitment: who owes what to whom, when, and what counts as doing or breaking it.

use jiff::civil::Time;

use super::agreement::{
    Amount, BreachRule, Commitment, EventPattern, FactTest, HoldClock, Kind, Quota, Unproven, Wanted, When,
};
use super::document::{Complaint, Node, Value};
use super::fields::{Fields, nearest, read_number};
use super::read::{Frame, read_allowed, read_zone};
use crate::calendar::{CountingRules, DayCount, Length, MonthRule, Roll, parse_weekday};
use crate::event::EventKind;
use crate::moment::parse_day;

/// Reads counting rules; what is absent is taken from `base`.
pub(super) fn read_rules(fields: &Fields<'_>, base: &CountingRules) -> CountingRules {
    let mut rules = base.clone();
    let counts = [
        ("exclude-first", DayCount::ExcludeFirst),
        ("include-first", DayCount::IncludeFirst),
        ("clear-days", DayCount::ClearDays),
    ];
    if let Some(count) = fields.choice("day_count", &counts) {
        rules.day_count = count;
    }
    let months = [
        ("error", MonthRule::Error),
        ("last-day", MonthRule::LastDay),
        ("next-month", MonthRule::NextMonth),
    ];
    if let Some(rule) = fields.choice("months", &months) {
        rules.months = rule;
    }
    let rolls = [
        ("none", Roll::None),
        ("forward", Roll::Forward),
        ("back", Roll::Back),
    ];
    if let Some(roll) = fields.choice("roll", &rolls) {
        rules.roll = roll;
    }
    if let Some(node) = fields.node("calendar") {
        let calendar = Fields::of(node, "calendar", fields.complaints());
        for word in calendar.texts("weekend") {
            match parse_weekday(&word) {
                Some(day) => {
                    rules.calendar.weekend.insert(day.to_monday_one_offset());
                }
                None => {
                    calendar.wrong::<()>(node, "weekend", "names of weekdays");
                }
            }
        }
        for word in calendar.texts("holidays") {
            match parse_day(&word) {
                Some(day) => {
                    rules.calendar.holidays.insert(day);
                }
                None => {
                    calendar.wrong::<()>(node, "holidays", "days such as 2007-05-01");
                }
            }
        }
        calendar.finish();
    }
    rules
}

/// Reads a point in time: a day, a name, or a table that describes an event or a performance.
pub(super) fn read_when(fields: &Fields<'_>, name: &'static str, frame: &Frame) -> Option<When> {
    let node = fields.node(name)?;
    when_of(node, name, fields, frame)
}

fn when_of(node: &Node, name: &'static str, fields: &Fields<'_>, frame: &Frame) -> Option<When> {
    match &node.value {
        Value::Text(text) if parse_day(text).is_some() => parse_day(text).map(When::Day),
        Value::Text(text) => match text.as_str() {
            "in-force" => Some(When::InForce),
            "opening" => Some(When::Opening),
            other if frame.dates.contains(other) => Some(When::Date(other.to_owned())),
            other if frame.commitments.contains(other) => Some(When::Performed {
                commitment: other.to_owned(),
                level: None,
            }),
            other => {
                let known = frame.dates.iter().chain(&frame.commitments).map(String::as_str);
                let what = format!("`{other}` is not a day, a [dates] entry or a commitment");
                let near = nearest(other, known.chain(["in-force", "opening"]));
                fields
                    .complaints()
                    .add(Complaint::new(node.place.clone(), what).hint(near));
                None
            }
        },
        Value::Table(_) => {
            let inner = Fields::of(node, name, fields.complaints());
            let when = if inner.node("commitment").is_some() {
                When::Performed {
                    commitment: inner.required_text("commitment"),
                    level: inner.count("level", 1000),
                }
            } else {
                When::Event(read_pattern(&inner))
            };
            inner.finish();
            Some(when)
        }
        _ => fields.wrong(
            node,
            name,
            "a day, a name, or a table such as { event = \"notify\", on = \"X\" }",
        ),
    }
}

fn read_pattern(inner: &Fields<'_>) -> EventPattern {
    let kind = inner.required_text("event");
    if EventKind::from_word(&kind).is_none()
        && let Some(node) = inner.node("event")
    {
        let near = nearest(&kind, EventKind::WORDS.iter().map(|(word, _)| *word));
        let what = format!("`{kind}` is not a kind of event");
        inner
            .complaints()
            .add(Complaint::new(node.place.clone(), what).hint(near));
    }
    EventPattern {
        kind,
        on: inner.text("on"),
        by: inner.texts("by"),
        plus: inner.length_in_days("plus"),
    }
}

fn read_whens(fields: &Fields<'_>, name: &'static str, frame: &Frame) -> Vec<When> {
    match fields.node(name) {
        None => Vec::new(),
        Some(Node {
            value: Value::List(list),
            ..
        }) => list
            .iter()
            .filter_map(|item| when_of(item, name, fields, frame))
            .collect(),
        Some(node) => when_of(node, name, fields, frame).into_iter().collect(),
    }
}

/// Reads `[commitments.ID]`.
pub(super) fn read_commitment(id: String, fields: &Fields<'_>, frame: &Frame) -> Commitment {
    if fields.node("kind").is_none() {
        fields.missing("kind");
    }
    let kind = fields.choice("kind", &Kind::WORDS).unwrap_or(Kind::Achieve);
    let verifiers = fields.texts("verifier");
    let trigger = read_when(fields, "trigger", frame);
    let default_unproven = if kind == Kind::Process && verifiers.is_empty() {
        Unproven::Undetermined
    } else {
        Unproven::Overdue
    };
    let unproven = [
        ("overdue", Unproven::Overdue),
        ("undetermined", Unproven::Undetermined),
    ];
    let breach = [
        ("by-decision", BreachRule::ByDecision),
        ("automatic", BreachRule::Automatic),
    ];
    let default_of = if trigger.is_some() {
        When::Opening
    } else {
        When::InForce
    };
    let commitment = Commitment {
        id,
        title: fields.required_text("title"),
        clause: fields.text("clause").unwrap_or_default(),
        kind,
        by: required_list(fields, "by"),
        to: fields.texts("to"),
        verifiers_needed: fields.count("verifiers_needed", 1000).unwrap_or(1).max(1),
        verifiers,
        written: fields.truth("written", true),
        claimed_by: fields.texts("claimed_by"),
        blocks: fields.texts("blocks"),
        trigger,
        after: read_whens(fields, "after", frame),
        after_any: fields.truth("after_any", false),
        unless: read_whens(fields, "unless", frame),
        lapses: fields.day("lapses"),
        opens: read_when(fields, "opens", frame),
        due: fields.day("due"),
        within: fields.length("within"),
        of: read_when(fields, "of", frame).unwrap_or(default_of),
        zone: read_zone(fields, "zone").unwrap_or_else(|| frame.zone.clone()),
        rules: read_rules(fields, &frame.rules),
        cut_off: read_cut_off(fields),
        grace: fields.length("grace"),
        complete_at: fields.count("complete_at", 1000).unwrap_or(3).max(1),
        amount: read_amount(fields),
        on_start: fields.truth("on_start", false),
        then_maintain: fields.truth("then_maintain", false),
        quota: read_quota(fields),
        every: fields.period("every"),
        forbids: read_forbids(fields),
        watches: read_allowed(fields, "watches"),
        unproven: fields.choice("unproven", &unproven).unwrap_or(default_unproven),
        breach: fields.choice("breach", &breach).unwrap_or(BreachRule::ByDecision),
        hold_by: fields.texts("hold_by"),
        extend_by: fields.texts("extend_by"),
        hold_clock: read_hold_clock(fields),
        waiver_by_all: fields.truth("waiver_by_all", true),
        ends: read_when(fields, "ends", frame),
        superseded_by: fields.text("superseded_by"),
        lifts: fields.texts("lifts"),
    };
    check_shape(&commitment, fields);
    commitment
}

fn required_list(fields: &Fields<'_>, name: &'static str) -> Vec<String> {
    let list = fields.texts(name);
    if list.is_empty() {
        fields.missing(name);
    }
    list
}

fn read_cut_off(fields: &Fields<'_>) -> Option<Time> {
    let text = fields.text("cut_off")?;
    let read = text.parse().ok();
    if read.is_none()
        && let Some(node) = fields.node("cut_off")
    {
        fields.wrong::<()>(node, "cut_off", "an hour such as 17:00");
    }
    read
}

fn read_amount(fields: &Fields<'_>) -> Option<Amount> {
    let node = fields.node("amount")?;
    let inner = Fields::of(node, "amount", fields.complaints());
    let of = inner.amount("of");
    if inner.node("of").is_none() {
        inner.missing("of");
    }
    let amount = Amount {
        of: of.unwrap_or_default(),
        unit: inner.required_text("unit"),
        includes: inner.texts("includes"),
    };
    inner.finish();
    Some(amount)
}

fn read_quota(fields: &Fields<'_>) -> Option<Quota> {
    let node = fields.node("quota")?;
    let inner = Fields::of(node, "quota", fields.complaints());
    let (most, least) = (inner.amount("at_most"), inner.amount("at_least"));
    if inner.node("at_most").is_some() == inner.node("at_least").is_some() {
        let what = "a quota states either `at_most` or `at_least`";
        inner.complaints().add(Complaint::new(inner.place.clone(), what));
    }
    let quota = Quota {
        at_least: least.is_some(),
        limit: most.or(least).unwrap_or_default(),
        unit: inner.text("unit"),
        per: inner.period("per").unwrap_or_else(|| Length::days(365)),
    };
    if inner.node("per").is_none() {
        inner.missing("per");
    }
    inner.finish();
    Some(quota)
}

fn read_hold_clock(fields: &Fields<'_>) -> HoldClock {
    let Some(node) = fields.node("hold_clock") else {
        return HoldClock::Stop;
    };
    if let Value::Text(text) = &node.value {
        match text.as_str() {
            "stop" => return HoldClock::Stop,
            "run" => return HoldClock::Run,
            _ => {}
        }
        if let Some(length) = text.strip_prefix("extend ").and_then(Length::parse) {
            return HoldClock::Extend(length);
        }
    }
    fields
        .wrong(node, "hold_clock", "\"stop\", \"run\" or \"extend 30 days\"")
        .unwrap_or(HoldClock::Stop)
}

fn read_forbids(fields: &Fields<'_>) -> Vec<Vec<FactTest>> {
    let Some(node) = fields.node("forbids") else {
        return Vec::new();
    };
    let Value::List(list) = &node.value else {
        return fields
            .wrong(node, "forbids", "a list of tables")
            .unwrap_or_default();
    };
    list.iter()
        .map(|item| {
            let inner = Fields::of(item, "forbids", fields.complaints());
            inner
                .own_entries()
                .into_iter()
                .filter_map(|(fact, node)| {
                    let wanted = read_wanted(node).or_else(|| {
                        inner.wrong(node, fact, "a word, a list of words, true, false, or \">= 5500\"")
                    })?;
                    let fact = fact.to_owned();
                    Some(FactTest { fact, wanted })
                })
                .collect()
        })
        .collect()
}

fn read_wanted(node: &Node) -> Option<Wanted> {
    match &node.value {
        Value::Truth(truth) => Some(Wanted::Truth(*truth)),
        Value::Number(_) => read_number(node).map(|number| Wanted::Compare("=", number)),
        Value::Text(text) => {
            for sign in [">=", "<=", ">", "<", "="] {
                if let Some(rest) = text.strip_prefix(sign) {
                    return detente_base::number::parse_exact(rest)
                        .ok()
                        .map(|n| Wanted::Compare(sign, n));
                }
            }
            Some(Wanted::OneOf(vec![text.clone()]))
        }
        Value::List(list) => {
            let words = list.iter().map(|item| match &item.value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            });
            words.collect::<Option<Vec<_>>>().map(Wanted::OneOf)
        }
        Value::Table(_) => None,
    }
}

fn check_shape(commitment: &Commitment, fields: &Fields<'_>) {
    let complain = |what: &str, hint: &str| {
        let what = format!("commitment `{}`: {what}", commitment.id);
        fields
            .complaints()
            .add(Complaint::new(fields.place.clone(), what).hint(hint));
    };
    if commitment.due.is_some() && commitment.within.is_some() {
        complain(
            "the last day is stated twice, by `due` and by `within`",
            "keep one of them",
        );
    }
    if commitment.kind == Kind::Quota && commitment.quota.is_none() && commitment.amount.is_none() {
        complain(
            "a quota needs `quota`",
            "quota = { at_most = 2, per = \"1 year\" }",
        );
    }
    if commitment.kind == Kind::Notify && commitment.every.is_none() && commitment.within.is_none() {
        complain(
            "a duty to notify needs `every` (recurring) or `within`",
            "every = \"30 days\"",
        );
    }
    if !commitment.written && commitment.claimed_by.is_empty() {
        complain(
            "it is not written, so the text must say who claims it",
            "claimed_by = [\"…\"]",
        );
    }
    if let [one] = commitment.verifiers.as_slice()
        && commitment.by.contains(one)
        && commitment.by.len() == 1
    {
        complain(
            "the debtor cannot verify itself",
            "name another verifier, or none",
        );
    }
    if commitment.grace.is_some() && commitment.due.is_none() && commitment.within.is_none() {
        complain("grace needs a last day", "add `due` or `within`");
    }
}
