//! The two real agreements and the moratorium, against the answers given beside them.

use std::path::{Path, PathBuf};

use detente_ledger::event::{Event, events_from_text};
use detente_ledger::moment::parse_as_of;
use detente_ledger::status::{Headline, Question, Record, Status, status};
use detente_ledger::text::Text;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases/agreements")
        .join(name)
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn text_of(source: &str) -> Text {
    Text::read(source).unwrap_or_else(|complaints| {
        let all: Vec<String> = complaints
            .iter()
            .map(|complaint| complaint.show("text", source))
            .collect();
        panic!("{}", all.join("\n"))
    })
}

fn text(name: &str) -> Text {
    text_of(&read(&folder(name).join("agreement.toml")))
}

fn events(text: &Text, source: &str) -> Vec<Event> {
    events_from_text(source, &text.agreement.zone).unwrap_or_else(|errors| {
        let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("{}", all.join("\n"))
    })
}

fn ask(text: &Text, record: &Record, at: &str) -> Status {
    let at = parse_as_of(at, &text.agreement.zone).unwrap();
    status(text, record, &Question::at(at)).unwrap()
}

fn label(status: &Status, id: &str) -> String {
    status
        .commitments
        .iter()
        .find(|own| own.id == id)
        .map(|own| own.label.clone())
        .unwrap()
}

fn initial_actions() -> (Text, Record) {
    let text = text("initial-actions-2007");
    let record = Record::new(events(
        &text,
        &read(&folder("initial-actions-2007").join("events.toml")),
    ));
    (text, record)
}

#[test]
fn the_initial_actions_stand_as_expected_on_all_nine_dates() {
    let (text, record) = initial_actions();
    let table = read(&folder("initial-actions-2007").join("expected.tsv"));
    let mut rows = table.lines().filter(|line| !line.starts_with('#'));
    let dates: Vec<&str> = rows.next().unwrap().split('\t').skip(1).collect();
    assert_eq!(dates.len(), 9);
    let answers: Vec<Status> = dates.iter().map(|date| ask(&text, &record, date)).collect();
    let mut wrong = Vec::new();
    let mut cells = 0;
    for row in rows {
        let mut row = row.split('\t');
        let id = row.next().unwrap();
        let mut expected = "";
        for ((date, answer), cell) in dates.iter().zip(&answers).zip(row) {
            expected = if cell == "~" { expected } else { cell };
            cells += 1;
            let found = label(answer, id);
            if found != expected {
                wrong.push(format!("{id} on {date}: expected {expected}, found {found}"));
            }
        }
    }
    assert_eq!(cells, 15 * 9);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // The maintain part of F1 is kept at first and violated later, linked to what it undoes.
    let f1 = |status: &Status| status.commitments[0].clone();
    assert_eq!(f1(&answers[7]).maintain, Some(Headline::Complying));
    let later = f1(&ask(&text, &record, "2008-09-24"));
    assert_eq!(
        (later.headline, later.maintain),
        (Headline::Violated, Some(Headline::Violated))
    );
    assert!(
        later
            .because
            .iter()
            .any(|because| because.fact.contains("E23") && because.fact.contains("E14"))
    );
    assert_eq!(later.late_days, Some(91));
}

#[test]
fn with_thirty_days_of_grace_f1_is_in_grace_to_14_may() {
    let source = read(&folder("initial-actions-2007").join("agreement.toml")).replacen(
        "then_maintain = true",
        "then_maintain = true\ngrace = \"30 days\"",
        1,
    );
    let text = text_of(&source);
    let record = Record::new(events(
        &text,
        &read(&folder("initial-actions-2007").join("events.toml")),
    ));
    for (date, expected) in [
        ("2007-04-14", "DUE"),
        ("2007-04-15", "GRACE"),
        ("2007-05-14", "GRACE"),
        ("2007-05-15", "OVERDUE"),
    ] {
        assert_eq!(label(&ask(&text, &record, date), "F1"), expected, "{date}");
    }
}

#[test]
fn a_debtors_hold_is_shown_with_its_cause_and_falls_away() {
    let (text, record) = initial_actions();
    assert_eq!(label(&ask(&text, &record, "2008-08-13"), "F14"), "OVERDUE L2");
    let held = ask(&text, &record, "2008-08-14");
    let f14 = held.commitments.iter().find(|own| own.id == "F14").unwrap();
    assert_eq!(f14.headline, Headline::Suspended);
    assert_eq!(f14.holds[0].cause, "F5 listing not removed");
    assert_eq!(label(&ask(&text, &record, "2008-10-12"), "F14"), "OVERDUE L2");
    assert_eq!(
        label(&ask(&text, &record, "2008-10-11"), "F5"),
        "FULFILLED_LATE (+546)"
    );
}

#[test]
fn what_was_known_and_what_was_true_are_told_apart() {
    let (text, record) = initial_actions();
    let moment = |day| parse_as_of(day, &text.agreement.zone).unwrap();
    let mut question = Question::at(moment("2007-07-14"));
    assert_eq!(
        label(&status(&text, &record, &question).unwrap(), "F1"),
        "CLAIMED (+91)"
    );
    question.known = moment("2007-07-18");
    let later = status(&text, &record, &question).unwrap();
    assert_eq!(label(&later, "F1"), "FULFILLED_LATE (+91; verified +95)");
}

#[test]
fn the_unwritten_precondition_holds_f1_back_in_one_view_only() {
    let (text, record) = initial_actions();
    let common = ask(&text, &record, "2007-04-15");
    assert_eq!(label(&common, "F1"), "OVERDUE");
    let views: Vec<(&str, &str, &str)> = common
        .views
        .iter()
        .map(|view| (view.viewer.as_str(), view.id.as_str(), view.label.as_str()))
        .collect();
    assert_eq!(views, [("DPRK", "F1", "PENDING")]);
    let mut question = Question::at(parse_as_of("2007-07-18", &text.agreement.zone).unwrap());
    question.viewer = Some("DPRK".to_owned());
    let own = status(&text, &record, &question).unwrap();
    // Counted from when the funds were confirmed, the shutdown was in time.
    assert_eq!(label(&own, "F1"), "FULFILLED");
}

#[test]
fn aid_counts_the_first_deliveries_once_and_never_more_than_the_limit() {
    let (text, record) = initial_actions();
    let amount = |status: &Status| {
        status
            .commitments
            .iter()
            .find(|own| own.id == "F15")
            .and_then(|own| own.performance.amount.clone())
    };
    assert_eq!(
        amount(&ask(&text, &record, "2008-01-01")).as_deref(),
        Some("50 000")
    );
    let mut more = record.events().to_vec();
    let extra = r#"
        [[events]]
        id = "X1"
        kind = "verify"
        by = "delivery-records"
        on = ["F7", "F15"]
        amount = 400000
        occurred = 2008-02-01
        [[events]]
        id = "X2"
        kind = "verify"
        by = "delivery-records"
        on = "F15"
        amount = 900000
        occurred = 2008-02-02
    "#;
    more.extend(events(&text, extra));
    let more = Record::new(more);
    assert_eq!(
        amount(&ask(&text, &more, "2008-02-01")).as_deref(),
        Some("450 000")
    );
    assert_eq!(
        amount(&ask(&text, &more, "2008-02-03")).as_deref(),
        Some("1 000 000")
    );
}

#[test]
fn silence_is_never_a_breach_and_nothing_snaps_back_unwritten() {
    let (text, _) = initial_actions();
    let nothing = Record::new(Vec::new());
    let status = ask(&text, &nothing, "2020-01-01");
    let breached = [Headline::Breached, Headline::Violated, Headline::Reversed];
    assert!(
        status
            .commitments
            .iter()
            .all(|own| !breached.contains(&own.headline))
    );
    assert!(status.snapbacks.is_empty());
}

/// The answer for one item: a commitment, power, snapback or stage.
fn item(status: &Status, id: &str) -> String {
    let commitment = status
        .commitments
        .iter()
        .find(|own| own.id == id)
        .map(|own| own.headline.word());
    let power = || {
        status
            .powers
            .iter()
            .find(|own| own.id == id)
            .map(|own| own.headline.word())
    };
    let snapback = || {
        status
            .snapbacks
            .iter()
            .find(|own| own.id == id)
            .map(|own| own.headline.word())
    };
    let stage = || {
        let mut stages = status.disputes.iter().flat_map(|dispute| &dispute.stages);
        stages
            .find(|stage| stage.id == id)
            .map(|stage| stage.state.clone())
    };
    commitment
        .or_else(power)
        .or_else(snapback)
        .or_else(stage)
        .unwrap_or_else(|| "absent".to_owned())
}

#[test]
fn every_trace_of_the_jcpoa_gives_what_is_expected() {
    let text = text("jcpoa");
    let source = read(&folder("jcpoa").join("traces.toml"));
    let traces = detente_ledger::text::document::parse(&source).unwrap().to_json();
    let zone = &text.agreement.zone;
    let mut wrong = Vec::new();
    let mut asked = 0;
    for trace in traces["traces"].as_array().unwrap() {
        let name = trace["id"].as_str().unwrap();
        let events = serde_json::json!({ "events": trace["events"] }).to_string();
        let record = Record::new(events_from_text(&events, zone).unwrap());
        for expect in trace["expect"].as_array().unwrap() {
            let mut question = Question::at(parse_as_of(expect["at"].as_str().unwrap(), zone).unwrap());
            question.viewer = expect["viewer"].as_str().map(str::to_owned);
            if let Some(option) = expect["reading"].as_str() {
                question
                    .readings
                    .insert("participant".to_owned(), option.to_owned());
            }
            for (path, value) in trace["set"].as_object().into_iter().flatten() {
                let node = detente_ledger::text::document::Node::from_json(value, &(0..0));
                question.changes.push((path.clone(), node));
            }
            let answer = status(&text, &record, &question).unwrap();
            let found = item(&answer, expect["item"].as_str().unwrap());
            asked += 1;
            if found != expect["is"].as_str().unwrap() {
                wrong.push(format!(
                    "{name}: {expect}, found {found}; refused {:?}",
                    answer.refused
                ));
            }
        }
    }
    assert!(asked >= 35, "{asked}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_disputed_notification_of_2020_shows_both_branches() {
    let text = text("jcpoa");
    let source = read(&folder("jcpoa").join("traces.toml"));
    let traces = detente_ledger::text::document::parse(&source).unwrap().to_json();
    let j3 = traces["traces"]
        .as_array()
        .unwrap()
        .iter()
        .find(|trace| trace["id"] == "J3")
        .unwrap();
    let events = serde_json::json!({ "events": j3["events"] }).to_string();
    let record = Record::new(events_from_text(&events, &text.agreement.zone).unwrap());
    let answer = ask(&text, &record, "2020-08-20");
    assert_eq!(answer.headline, Headline::Disputed);
    let snapback = &answer.snapbacks[0];
    let branches: Vec<(&str, Headline)> = snapback
        .branches
        .iter()
        .map(|branch| (branch.when.as_str(), branch.headline))
        .collect();
    let expected = [
        ("participant = on-the-date", Headline::Invalid),
        ("participant = named", Headline::Running),
    ];
    assert_eq!(branches, expected);
    assert_eq!(snapback.last_day.as_deref(), Some("2020-09-19"));
    assert_eq!(snapback.reverses_at.as_deref(), Some("2020-09-20T00:00:00Z"));
}

#[test]
fn reversal_restores_exactly_what_the_relief_had_lifted() {
    let text = text("jcpoa");
    let events = r#"{ "events": [{ "id": "n", "kind": "notify", "by": "FR", "on": "paragraph-11",
        "occurred": "2025-08-28" }] }"#;
    let record = Record::new(events_from_text(events, &text.agreement.zone).unwrap());
    let before = ask(&text, &record, "2015-07-19").measures;
    let during = ask(&text, &record, "2025-09-27").measures;
    let after = ask(&text, &record, "2025-09-28").measures;
    assert_eq!(during.lifted.len(), 7);
    assert!(during.in_force.is_empty());
    assert_eq!(before, after);
    let adoption = &ask(&text, &record, "2020-01-01").dates[0];
    assert_eq!(adoption.day.as_deref(), Some("2015-10-18"));
}

fn moratorium() -> (Text, Record) {
    let text = text("moratorium");
    let (list, facts) = (
        folder("moratorium").join("events.csv"),
        folder("moratorium").join("facts.csv"),
    );
    let feed = &text.agreement.feeds["korea"];
    let events =
        detente_ledger::event::read_csv(&[&read(&list), &read(&facts)], feed, &text.agreement.zone).unwrap();
    assert_eq!(events.len(), 172);
    (text, Record::new(events))
}

#[test]
fn the_172_events_are_breaches_or_not_by_the_stated_thresholds() {
    let (text, record) = moratorium();
    let table = read(&folder("moratorium").join("expected.tsv"));
    let rows = table.lines().filter(|line| !line.starts_with('#')).skip(1);
    for row in rows {
        let cells: Vec<&str> = row.split('\t').collect();
        let (reading, option) = cells[0].split_once('=').unwrap();
        let mut question = Question::at(parse_as_of("2020-02-29", &text.agreement.zone).unwrap());
        question.readings.insert(reading.to_owned(), option.to_owned());
        let answer = status(&text, &record, &question).unwrap();
        let commitment = if reading == "missiles" {
            "no-tests"
        } else {
            "no-exercises"
        };
        let count = |finding: &str| {
            let own = answer
                .findings
                .iter()
                .filter(|own| own.commitment == commitment && own.finding == finding);
            own.count().to_string()
        };
        let found = [
            count("breach"),
            count("alleged"),
            count("undetermined"),
            count("outside"),
        ];
        assert_eq!(found.as_slice(), &cells[1..], "{row}");
    }
}

#[test]
fn the_short_range_launches_of_2019_broke_the_moratorium_under_one_reading_only() {
    let (text, record) = moratorium();
    let answer = ask(&text, &record, "2020-02-29");
    let launch = answer.findings.iter().find(|own| own.event == "K135").unwrap();
    assert_eq!(launch.finding, "disputed");
    let by_reading = |option: &str| {
        let own = launch
            .branches
            .iter()
            .find(|(name, _)| name.contains(option))
            .unwrap();
        own.1.clone()
    };
    assert_eq!(by_reading("intercontinental"), "outside");
    assert_eq!(by_reading("one-thousand-km"), "outside");
    assert_eq!(by_reading("any-ballistic"), "breach");
    // The sixth nuclear test breaks it whatever one reads.
    assert_eq!(
        answer
            .findings
            .iter()
            .find(|own| own.event == "K042")
            .unwrap()
            .finding,
        "breach"
    );
    // Had it been made in Singapore, the launches of 2017 would lie before it.
    let mut question = Question::at(parse_as_of("2019-12-31", &text.agreement.zone).unwrap());
    let day = detente_ledger::text::document::Node::from_json(&serde_json::json!("2018-06-12"), &(0..0));
    question.changes.push(("agreement.in_force".to_owned(), day));
    question
        .readings
        .insert("missiles".to_owned(), "intercontinental".to_owned());
    let answer = status(&text, &record, &question).unwrap();
    assert_eq!(
        answer
            .findings
            .iter()
            .find(|own| own.event == "K042")
            .unwrap()
            .finding,
        "before"
    );
    // Unknown type at Sohae in December 2019: nobody can say.
    assert_eq!(label(&answer, "no-tests"), "UNDETERMINED");
}
