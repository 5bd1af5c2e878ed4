//! What must hold for every record: later events never change earlier answers, order of delivery does not matter,
//! holds never shorten, reversals restore exactly, and no bytes make a decoder panic.

use detente_ledger::calendar::days_between;
use detente_ledger::event::{Event, EventKind, event_from_json, events_from_text, read_csv};
use detente_ledger::log::{Checkpoint, Entry};
use detente_ledger::moment::parse_as_of;
use detente_ledger::status::{Headline, Question, Record, Status, status};
use detente_ledger::text::Text;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use proptest::prelude::*;
use serde_json::json;

const TEXT: &str = r#"
[agreement]
title = "t"
in_force = 2030-01-01
[parties]
A = {}
B = {}
[others]
V = {}
W = {}
[commitments.F1]
title = "done"
kind = "achieve"
by = "A"
to = "B"
verifier = ["V", "W"]
verifiers_needed = 2
within = "40 days"
grace = "5 days"
hold_by = ["A", "B"]
then_maintain = true
[commitments.F2]
title = "kept"
kind = "forbid"
by = "B"
to = "A"
verifier = "V"
[commitments.F3]
title = "after"
kind = "process"
by = "B"
to = "A"
after = "F1"
within = "20 days"
of = "opening"
[commitments.R1]
title = "relief one"
kind = "permit"
by = "B"
to = "A"
lifts = ["oil", "coal"]
[commitments.R2]
title = "relief two"
kind = "permit"
by = "B"
to = "A"
lifts = ["coal", "banks"]
[disputes.D]
title = "d"
next_on_last_day = true
[disputes.D.stages.S1]
within = 5
body = "V"
extension = "consensus"
[disputes.D.stages.S2]
within = 5
body = "W"
after = "S1"
automatic = true
[snapback.S]
title = "s"
notify_by = "B"
reverses = "R1"
clock = "10 days"
sunset = 2030-06-01
[snapback.S.decision]
members = ["V", "W"]
yes = 2
vetoes = "W"
"#;

fn text() -> Text {
    Text::read(TEXT).unwrap()
}

fn day(offset: i64) -> Date {
    date(2030, 1, 1).checked_add(jiff::ToSpan::days(offset)).unwrap()
}

fn an_event() -> impl Strategy<Value = serde_json::Value> {
    let kinds = prop::sample::select(vec![
        "claim",
        "report",
        "verify",
        "reject",
        "accept",
        "withdraw",
        "suspend",
        "resume",
        "allege",
        "refer",
        "extend",
        "resolve",
        "notify",
        "vote",
        "ballot",
        "waive",
        "contest",
        "recognise",
        "reverse",
        "terminate",
        "leave",
        "amend",
    ]);
    let persons = prop::sample::select(vec![
        vec!["A"],
        vec!["B"],
        vec!["V"],
        vec!["W"],
        vec!["A", "B"],
        vec!["V", "W"],
    ]);
    let items = prop::sample::select(vec!["F1", "F2", "F3", "R1", "D", "S"]);
    let findings = prop::sample::select(vec!["performed", "violated", "cured", "kept"]);
    let of = prop::option::weighted(0.4, 0usize..30);
    let level = prop::option::weighted(0.2, 0u32..4);
    (
        kinds,
        persons,
        items,
        findings,
        of,
        level,
        0i64..120,
        0i64..30,
        0i64..3,
    )
        .prop_map(|(kind, by, on, finding, of, level, occurred, delay, width)| {
            let mut event = json!({ "kind": kind, "by": by, "on": on, "finding": finding,
                "occurred": format!("{}/{}", day(occurred), day(occurred + width)),
                "accepted": day(occurred + width + delay).to_string(),
                "yes": 2, "no": 0, "abstain": 0, "days": 3 });
            if let Some(of) = of {
                event["of"] = format!("e{of}").into();
            }
            if let Some(level) = level {
                event["level"] = level.into();
            }
            if kind == "amend" {
                event["set"] = json!({ "commitments.F3.within": "25 days" });
            }
            if kind == "ballot" {
                event["ballot"] = "yes".into();
            }
            event
        })
}

fn record_of(raw: &[serde_json::Value]) -> Vec<Event> {
    raw.iter()
        .enumerate()
        .map(|(place, value)| {
            let mut value = value.clone();
            value["id"] = format!("e{place}").into();
            event_from_json(&value, &TimeZone::UTC, place).unwrap()
        })
        .collect()
}

fn ask(text: &Text, events: Vec<Event>, at: Date, known: Date) -> Status {
    let moment = |day: Date| parse_as_of(&day.to_string(), &text.agreement.zone).unwrap();
    let mut question = Question::at(moment(at));
    question.known = moment(known);
    status(text, &Record::new(events), &question).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn later_events_never_change_an_earlier_answer(
        raw in prop::collection::vec(an_event(), 0..30), at in 0i64..150, known in 0i64..150,
    ) {
        let text = text();
        let all = record_of(&raw);
        let limit = parse_as_of(&day(known).to_string(), &TimeZone::UTC).unwrap();
        let then: Vec<Event> = all.iter().filter(|event| event.accepted <= limit).cloned().collect();
        prop_assert_eq!(ask(&text, all, day(at), day(known)), ask(&text, then, day(at), day(known)));
    }

    #[test]
    fn order_and_repetition_of_delivery_do_not_matter(
        raw in prop::collection::vec(an_event(), 0..25), at in 0i64..150, order in any::<u64>(),
    ) {
        let text = text();
        let all = record_of(&raw);
        let mut delivered: Vec<Event> = all.iter().chain(&all).cloned().collect();
        let mut state = order | 1;
        for place in (1..delivered.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            delivered.swap(place, (state >> 33) as usize % (place + 1));
        }
        prop_assert_eq!(ask(&text, all, day(at), day(200)), ask(&text, delivered, day(at), day(200)));
    }

    #[test]
    fn a_reversal_restores_exactly_what_stood_without_the_event(
        raw in prop::collection::vec(an_event(), 1..20), at in 0i64..150, which in any::<prop::sample::Index>(),
    ) {
        let text = text();
        // The events that name others by `of` would name a missing one; leave those out.
        let all: Vec<Event> = record_of(&raw).into_iter().filter(|event| event.of.is_none()).collect();
        let all: Vec<Event> = all.into_iter().filter(|event| event.kind != EventKind::Reverse).collect();
        prop_assume!(!all.is_empty());
        let gone = &all[which.index(all.len())];
        let mut reversed = all.clone();
        let reversal = json!({ "id": "undo", "kind": "reverse", "by": *gone.by, "of": gone.id, "on": "F1",
            "occurred": day(160).to_string() });
        reversed.push(event_from_json(&reversal, &TimeZone::UTC, 0).unwrap());
        let without: Vec<Event> = all.iter().filter(|event| event.id != gone.id).cloned().collect();
        prop_assert_eq!(ask(&text, reversed, day(at), day(200)), ask(&text, without, day(at), day(200)));
    }

    #[test]
    fn a_hold_never_shortens_the_time_that_was_left(
        holds in prop::collection::vec((0i64..80, 0i64..40), 1..5),
    ) {
        let text = text();
        let base = day(40);
        let mut raw = Vec::new();
        for (number, (from, length)) in holds.iter().enumerate() {
            let person = if number % 2 == 0 { "A" } else { "B" };
            raw.push(json!({ "id": format!("s{number}"), "kind": "suspend", "by": person, "on": "F1",
                "occurred": day(*from).to_string() }));
            raw.push(json!({ "id": format!("r{number}"), "kind": "resume", "by": person, "on": "F1",
                "of": format!("s{number}"), "occurred": day(from + length).to_string() }));
        }
        let events: Vec<Event> =
            raw.iter().map(|value| event_from_json(value, &TimeZone::UTC, 0).unwrap()).collect();
        let answer = ask(&text, events, day(400), day(400));
        let last: Date = answer.commitments[0].last_day.as_ref().unwrap().parse().unwrap();
        prop_assert!(last >= base);
        // Days that no hold covered before the last day were all there to be used.
        let held = |day_number: i64| holds.iter().any(|(from, length)| (*from..from + length).contains(&day_number));
        let total = days_between(day(0), last);
        let free = (0..=total).filter(|number| !held(*number)).count() as i64;
        prop_assert!(free >= 40, "{free} free days of 40, last day {last}, holds {holds:?}");
    }

    #[test]
    fn reversed_relief_restores_exactly_the_measures_that_nothing_else_lifts(notify in 0i64..100, at in 0i64..140) {
        let text = text();
        let event = json!({ "id": "n", "kind": "notify", "by": "B", "on": "S", "occurred": day(notify).to_string() });
        let event = event_from_json(&event, &TimeZone::UTC, 0).unwrap();
        let answer = ask(&text, vec![event], day(at), day(at));
        let reversed = answer.commitments.iter().any(|own| own.headline == Headline::Reversed);
        prop_assert_eq!(reversed, at >= notify + 11);
        let expected: Vec<String> = if reversed { vec!["oil".to_owned()] } else { Vec::new() };
        prop_assert_eq!(&answer.measures.in_force, &expected);
        prop_assert_eq!(answer.measures.in_force.len() + answer.measures.lifted.len(), 3);
    }

    #[test]
    fn no_text_makes_a_decoder_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), words in ".{0,200}") {
        let lossy = String::from_utf8_lossy(&bytes);
        for text in [lossy.as_ref(), words.as_str()] {
            let _ = Text::read(text);
            let _ = events_from_text(text, &TimeZone::UTC);
            let _ = read_csv(&[text], &Default::default(), &TimeZone::UTC);
            let _ = Entry::from_bytes(text.as_bytes());
            let _ = Checkpoint::open(text, "00");
            let _ = parse_as_of(text, &TimeZone::UTC);
        }
        let _ = Entry::from_bytes(&bytes);
    }

    #[test]
    fn a_damaged_text_is_read_or_complained_of(place in any::<prop::sample::Index>(), byte in any::<u8>(), cut in 0usize..20) {
        let mut bytes = TEXT.as_bytes().to_vec();
        let place = place.index(bytes.len());
        bytes[place] = byte;
        let end = (place + cut).min(bytes.len());
        bytes.drain(place..end);
        let text = String::from_utf8_lossy(&bytes);
        match Text::read(&text) {
            Ok(read) => {
                let moment = parse_as_of("2030-03-01", &read.agreement.zone).unwrap();
                let _ = status(&read, &Record::new(Vec::new()), &Question::at(moment));
                let _ = detente_ledger::checks::check(&read.agreement);
                let _ = detente_ledger::checks::exposures(&read.agreement);
            }
            Err(complaints) => {
                prop_assert!(!complaints.is_empty());
                prop_assert!(complaints.iter().all(|complaint| !complaint.show("t", &text).is_empty()));
            }
        }
    }
}
