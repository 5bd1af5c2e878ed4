//! A plan of a case becomes a text that reads, passes the static checks, and whose snapback happens as written.

use detente_ledger::calendar::Length;
use detente_ledger::checks::{Severity, check};
use detente_ledger::draft::{Analysed, Terms, draft};
use detente_ledger::event::events_from_text;
use detente_ledger::moment::parse_as_of;
use detente_ledger::status::{Headline, Question, Record, status};
use detente_ledger::text::Text;

const PLAN: &str = r#"
[deals.pause]
name = "Tests against exercises, then relief"
proposer = "us"
periods = 4
snapback = { exercises = "held", relief = "none" }
[[deals.pause.steps]]
at = 0
set = { exercises = "suspended", tests = "paused" }
[[deals.pause.steps]]
at = 1
set = { disarmament = "half" }
[[deals.pause.steps]]
at = 2
set = { relief = "half" }
"#;

#[test]
fn a_plan_becomes_a_text_whose_snapback_is_the_plans() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/korea-toy/case.toml");
    let source = std::fs::read_to_string(path).unwrap() + PLAN;
    let case = detente_case::check(&source).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
    let terms = Terms {
        start: "2030-01-01".parse().unwrap(),
        period: Length::parse("3 months").unwrap(),
        clock: Length::days(30),
        zone: "Asia/Seoul".to_owned(),
        verifier: Some("monitor".to_owned()),
    };
    let hash = detente_ledger::canonical::hex(&detente_ledger::canonical::sha256(source.as_bytes()));
    let analysed = Analysed {
        verdict: "HOLDS".to_owned(),
        parties: Vec::new(),
    };
    let drafted = draft(&case, &hash, "pause", &analysed, &terms).unwrap();
    assert!(drafted.starts_with("# The plan test says: HOLDS.\n"));
    let text = Text::read(&drafted).unwrap_or_else(|complaints| {
        panic!(
            "{drafted}\n{}",
            complaints
                .iter()
                .map(|c| c.show("draft", &drafted))
                .collect::<String>()
        )
    });
    assert_eq!(
        text.agreement.case.as_ref().map(|link| link.hash.as_str()),
        Some(hash.as_str())
    );
    let ids: Vec<&str> = text
        .agreement
        .commitments
        .iter()
        .map(|own| own.id.as_str())
        .collect();
    assert_eq!(ids, ["exercises-1", "tests-1", "disarmament-2", "relief-3"]);
    assert!(
        check(&text.agreement)
            .iter()
            .all(|flaw| flaw.severity == Severity::Warning)
    );
    let events = r#"{ "events": [
        { "id": "a", "kind": "verify", "by": "monitor", "on": ["exercises-1", "tests-1"], "occurred": "2030-02-01" },
        { "id": "b", "kind": "verify", "by": "monitor", "on": "tests-1", "finding": "violated", "occurred": "2030-06-01" }
    ] }"#;
    let record = Record::new(events_from_text(events, &text.agreement.zone).unwrap());
    let headline = |day: &str, id: &str| {
        let at = parse_as_of(day, &text.agreement.zone).unwrap();
        let answer = status(&text, &record, &Question::at(at)).unwrap();
        answer
            .commitments
            .iter()
            .find(|own| own.id == id)
            .unwrap()
            .headline
    };
    assert_eq!(headline("2030-05-31", "exercises-1"), Headline::Fulfilled);
    assert_eq!(headline("2030-06-01", "tests-1"), Headline::Violated);
    // 1 June plus thirty days: the suspension of exercises is taken back at 00:00 of 2 July.
    assert_eq!(headline("2030-07-01", "exercises-1"), Headline::Fulfilled);
    assert_eq!(headline("2030-07-02", "exercises-1"), Headline::Reversed);
    assert!(
        draft(&case, &hash, "none", &analysed, &terms)
            .unwrap_err()
            .contains("pause")
    );
}
