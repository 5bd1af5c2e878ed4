//! From the tree of a text to an [`Agreement`]: parties, dates, readings and the frame around the commitments.

use std::collections::{BTreeMap, BTreeSet};

use detente_base::number::Exact;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::agreement::{
    Agreement, BeliefRule, CaseLink, Chances, Entry, Feed, Group, NamedDate, Party, Reading, ReadingOption,
    Sunset, TypeRule, When,
};
use super::document::{Complaint, Node, Value};
use super::fields::{Complaints, Fields, nearest, read_number};
use super::read_commitment::{read_commitment, read_rules, read_when};
use super::read_procedure::{read_dispute, read_power, read_snapback};
use crate::calendar::CountingRules;
use crate::moment::parse_day;

/// What every part of the text may refer to.
pub(super) struct Frame {
    pub zone: TimeZone,
    pub rules: CountingRules,
    pub dates: BTreeSet<String>,
    pub commitments: BTreeSet<String>,
}

/// Reads an agreement from its tree.
///
/// # Errors
/// Everything that is wrong, in the order of the text.
pub fn read(tree: &Node) -> Result<Agreement, Vec<Complaint>> {
    let complaints = Complaints::default();
    let top = Fields::of(tree, "", &complaints);
    let agreement = read_top(&top, &complaints);
    top.finish();
    super::names::check_names(tree, &agreement, &complaints);
    let all = complaints.into_sorted();
    if all.is_empty() { Ok(agreement) } else { Err(all) }
}

fn read_top(top: &Fields<'_>, complaints: &Complaints) -> Agreement {
    let empty = Node {
        value: Value::Table(BTreeMap::new()),
        place: 0..0,
    };
    let head_node = top.node("agreement");
    if head_node.is_none() {
        top.missing("agreement");
    }
    let head = Fields::of(head_node.unwrap_or(&empty), "agreement", complaints);
    let zone_name = head.text("zone").unwrap_or_else(|| "UTC".to_owned());
    let zone = read_zone(&head, "zone").unwrap_or(TimeZone::UTC);
    let rules = read_rules(&head, &CountingRules::default());
    let frame = Frame {
        zone: zone.clone(),
        rules: rules.clone(),
        dates: top
            .entries("dates")
            .into_iter()
            .map(|(name, _)| name.to_owned())
            .collect(),
        commitments: top
            .entries("commitments")
            .into_iter()
            .map(|(name, _)| name.to_owned())
            .collect(),
    };
    let entry = read_entry(&head);
    let case = head.node("case").map(|node| {
        let link = Fields::of(node, "agreement.case", complaints);
        let read = CaseLink {
            hash: link.required_text("hash"),
            plan: link.required_text("plan"),
        };
        link.finish();
        read
    });
    if top.node("parties").is_none() {
        top.missing("parties");
    }
    let mut agreement = Agreement {
        title: head.required_text("title"),
        zone,
        zone_name,
        rules,
        due_soon: head.count("due_soon", 3650).map_or(7, |days| days as i32),
        entry,
        case,
        keys: BTreeMap::new(),
        signatories: BTreeMap::new(),
        late_recording: head.count("late_recording", 3650).unwrap_or(1),
        parties: read_persons(top, "parties", complaints),
        others: read_persons(top, "others", complaints),
        groups: read_groups(top, complaints),
        dates: named(top, "dates", complaints, |id, fields| NamedDate {
            id,
            title: fields.text("title").unwrap_or_default(),
            from: required_when(fields, "from", &frame),
            plus: fields.length_in_days("plus"),
        }),
        commitments: named(top, "commitments", complaints, |id, fields| {
            read_commitment(id, fields, &frame)
        }),
        powers: named(top, "powers", complaints, |id, fields| {
            read_power(id, fields, &frame)
        }),
        disputes: named(top, "disputes", complaints, |id, fields| {
            read_dispute(id, fields, &frame)
        }),
        snapbacks: named(top, "snapback", complaints, |id, fields| {
            read_snapback(id, fields, &frame)
        }),
        readings: named(top, "readings", complaints, read_reading),
        feeds: named(top, "feeds", complaints, |id, fields| (id, read_feed(fields)))
            .into_iter()
            .collect(),
        beliefs: named(top, "beliefs", complaints, read_belief),
        sunset: top.node("sunset").map(|node| {
            let fields = Fields::of(node, "sunset", complaints);
            let sunset = Sunset {
                on: required_when(&fields, "on", &frame),
                kept: fields.truth("kept", true),
            };
            fields.finish();
            sunset
        }),
    };
    let persons = agreement.parties.iter().chain(&agreement.others);
    for (id, person) in persons {
        if !person.keys.is_empty() {
            agreement.keys.insert(id.clone(), person.keys.clone());
        }
        if person.signatories > 1 {
            agreement.signatories.insert(id.clone(), person.signatories);
        }
    }
    // A party of which a number of signatories is asked is to sign: no date brings the text into force without it.
    if let Entry::On(day) = agreement.entry
        && !agreement.signatories.is_empty()
    {
        let signers = agreement.signatories.keys().cloned().collect();
        agreement.entry = Entry::OnAndSigned(day, signers);
    }
    for name in ["source", "note"] {
        head.texts(name);
    }
    head.finish();
    agreement
}

fn required_when(fields: &Fields<'_>, name: &'static str, frame: &Frame) -> When {
    if fields.node(name).is_none() {
        fields.missing(name);
    }
    read_when(fields, name, frame).unwrap_or(When::InForce)
}

/// Reads each `[section.NAME]` with its own function and complains of what is unknown in it.
fn named<T>(
    top: &Fields<'_>,
    section: &'static str,
    complaints: &Complaints,
    read: impl Fn(String, &Fields<'_>) -> T,
) -> Vec<T> {
    top.entries(section)
        .into_iter()
        .map(|(name, node)| {
            let fields = Fields::of(node, format!("{section}.{name}"), complaints);
            fields.texts("note");
            fields.texts("source");
            let item = read(name.to_owned(), &fields);
            fields.finish();
            item
        })
        .collect()
}

/// Reads a zone by its name in the IANA table.
pub(super) fn read_zone(fields: &Fields<'_>, name: &'static str) -> Option<TimeZone> {
    let text = fields.text(name)?;
    match TimeZone::get(&text) {
        Ok(zone) => Some(zone),
        Err(_) => {
            if let Some(node) = fields.node(name) {
                let what = format!("`{text}` is not a time zone of the IANA table");
                let complaint = Complaint::new(node.place.clone(), what);
                fields
                    .complaints()
                    .add(complaint.hint("for example Asia/Shanghai, Europe/Vienna or UTC"));
            }
            None
        }
    }
}

fn read_entry(head: &Fields<'_>) -> Entry {
    match (head.day("in_force"), head.texts("signed_by")) {
        (Some(day), signers) if signers.is_empty() => Entry::On(day),
        (None, signers) if !signers.is_empty() => Entry::Signatures(signers),
        (Some(day), signers) => Entry::OnAndSigned(day, signers),
        (None, _) if head.node("in_force").is_some() => Entry::Signatures(Vec::new()),
        _ => {
            let what = "the text must say when it comes into force";
            let complaint = Complaint::new(head.place.clone(), what);
            head.complaints().add(complaint.hint(
                "`in_force = 2007-02-13`, or `signed_by = [\"A\", \"B\"]` for \"when these have signed\", or both",
            ));
            Entry::Signatures(Vec::new())
        }
    }
}

fn read_persons(top: &Fields<'_>, section: &'static str, complaints: &Complaints) -> BTreeMap<String, Party> {
    named(top, section, complaints, |id, fields| {
        let keys = fields.texts("keys");
        if let Some(node) = fields.node("keys")
            && keys
                .iter()
                .any(|key| crate::canonical::unhex::<32>(key).is_none())
        {
            fields.wrong::<()>(node, "keys", "a list of public keys (64 hex digits each)");
        }
        let party = Party {
            name: fields.text("name").unwrap_or_else(|| id.clone()),
            keys,
            signatories: fields.count("signatories", 16).unwrap_or(1).max(1),
        };
        (id, party)
    })
    .into_iter()
    .collect()
}

fn read_groups(top: &Fields<'_>, complaints: &Complaints) -> BTreeMap<String, Group> {
    named(top, "groups", complaints, |id, fields| {
        let group = Group {
            members: fields.texts("members"),
            from: read_days(fields, "from"),
            until: read_days(fields, "until"),
            fixed: fields.truth("fixed", false),
        };
        (id, group)
    })
    .into_iter()
    .collect()
}

fn read_days(fields: &Fields<'_>, name: &'static str) -> BTreeMap<String, Date> {
    let mut days = BTreeMap::new();
    for (member, node) in fields.entries(name) {
        let day = match &node.value {
            Value::Text(text) => parse_day(text),
            _ => None,
        };
        match day {
            Some(day) => {
                days.insert(member.to_owned(), day);
            }
            None => {
                fields.wrong::<()>(node, name, "a day for each member");
            }
        }
    }
    days
}

/// A table of field → allowed values.
pub(super) fn read_allowed(fields: &Fields<'_>, name: &'static str) -> BTreeMap<String, Vec<String>> {
    let Some(node) = fields.node(name) else {
        return BTreeMap::new();
    };
    let inner = Fields::of(node, name, fields.complaints());
    let mut allowed = BTreeMap::new();
    for (field, node) in inner.own_entries() {
        let values = match &node.value {
            Value::Text(text) => vec![text.clone()],
            Value::List(list) => list
                .iter()
                .filter_map(|item| match &item.value {
                    Value::Text(text) => Some(text.clone()),
                    _ => inner.wrong(item, field, "text"),
                })
                .collect(),
            _ => inner
                .wrong(node, field, "a text or a list of texts")
                .unwrap_or_default(),
        };
        allowed.insert(field.to_owned(), values);
    }
    allowed
}

fn read_feed(fields: &Fields<'_>) -> Feed {
    Feed {
        source: fields.text("title").unwrap_or_default(),
        verified: read_allowed(fields, "verified"),
        verifier: fields.text("verifier").unwrap_or_default(),
    }
}

fn read_belief(party: String, fields: &Fields<'_>) -> BeliefRule {
    let complain = |own: &Fields<'_>, what: String| {
        own.complaints().add(Complaint::new(own.place.clone(), what));
    };
    let is_chance = |number: &Exact| *number >= Exact::ZERO && *number <= Exact::ONE;
    let chance = |own: &Fields<'_>, name: &'static str| {
        let number = own.number(name);
        if !number.as_ref().is_some_and(is_chance) {
            complain(
                own,
                format!("`{name}` of each type of `{party}` must be a chance from 0 to 1"),
            );
        }
        number.unwrap_or_default()
    };
    let entries = fields.entries("types").into_iter().map(|(id, node)| {
        let own = Fields::of(node, format!("beliefs.{party}.types.{id}"), fields.complaints());
        let quiet = own.numbers("quiet");
        let chances = if quiet.is_empty() {
            Chances::Keeps(chance(&own, "keeps"))
        } else {
            if own.node("keeps").is_some() {
                complain(
                    &own,
                    "`keeps` and `quiet` exclude each other: write one of them".into(),
                );
            }
            let falls = quiet.windows(2).all(|two| two[1] <= two[0]);
            if !quiet.iter().all(is_chance) || !falls {
                let what =
                    format!("`quiet` of each type of `{party}` must be chances from 0 to 1 that never rise");
                complain(&own, what);
            }
            Chances::Quiet(quiet)
        };
        let rule = TypeRule {
            id: id.to_owned(),
            prior: chance(&own, "prior"),
            chances,
        };
        own.finish();
        rule
    });
    let types: Vec<TypeRule> = entries.collect();
    let sum = types.iter().fold(Exact::ZERO, |sum, own| sum + own.prior.clone());
    if sum != Exact::ONE {
        complain(
            fields,
            format!("the priors of `{party}` add up to {sum}, not to 1"),
        );
    }
    let dates = |own: &TypeRule| match &own.chances {
        Chances::Keeps(_) => 0,
        Chances::Quiet(quiet) => quiet.len(),
    };
    let most = types.first().map_or(0, dates);
    if types.iter().any(|own| dates(own) != most) {
        let what = format!("the types of `{party}` must all have `keeps`, or `quiet` of the same length");
        complain(fields, what);
    }
    let mut vouches = Vec::new();
    for (duty, node) in fields.entries("vouches") {
        let date =
            read_number(node).and_then(|number| (0..most as u32).find(|date| Exact::from(*date) == number));
        match date {
            Some(date) => vouches.push((duty.to_owned(), date)),
            None => complain(
                fields,
                format!(
                    "`vouches.{duty}` must be a place in `quiet`, from 0 to {}",
                    most.saturating_sub(1)
                ),
            ),
        }
    }
    BeliefRule {
        party,
        vouches,
        types,
    }
}

fn read_reading(id: String, fields: &Fields<'_>) -> Reading {
    let options: Vec<ReadingOption> = fields
        .entries("options")
        .into_iter()
        .map(|(name, node)| {
            let option = Fields::of(node, format!("readings.{id}.options.{name}"), fields.complaints());
            let mut set = Vec::new();
            if let Some(node) = option.node("set") {
                let changes = Fields::of(node, "set", fields.complaints());
                set.extend(
                    changes
                        .own_entries()
                        .into_iter()
                        .map(|(path, node)| (path.to_owned(), node.clone())),
                );
            }
            let read = ReadingOption {
                id: name.to_owned(),
                says: option.text("says").unwrap_or_default(),
                held_by: option.texts("held_by"),
                set,
            };
            option.finish();
            read
        })
        .collect();
    if options.len() < 2 {
        let what = format!("the reading `{id}` needs at least two options");
        fields
            .complaints()
            .add(Complaint::new(fields.place.clone(), what));
    }
    let settled = fields.text("settled");
    if let Some(settled) = &settled
        && !options.iter().any(|option| option.id == *settled)
    {
        let near = nearest(settled, options.iter().map(|option| option.id.as_str()));
        let what = format!("the reading `{id}` has no option `{settled}`");
        fields
            .complaints()
            .add(Complaint::new(fields.place.clone(), what).hint(near));
    }
    Reading {
        id,
        question: fields.text("question").unwrap_or_default(),
        options,
        settled,
    }
}
