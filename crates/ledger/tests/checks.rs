//! The static checks: each flaw in a text made for it, and the real texts as they are.

use std::path::Path;

use detente_ledger::checks::{Severity, check, exposures, shortest_answer};
use detente_ledger::text::Text;

const HEAD: &str = r#"
[agreement]
title = "t"
in_force = 2030-01-01
[parties]
A = {}
B = {}
[others]
V = {}
"#;

fn flaws(body: &str) -> Vec<(Severity, &'static str, String)> {
    let source = format!("{HEAD}{body}");
    let text = Text::read(&source).unwrap_or_else(|complaints| {
        panic!(
            "{}",
            complaints
                .iter()
                .map(|c| c.show("text", &source))
                .collect::<String>()
        )
    });
    check(&text.agreement)
        .into_iter()
        .map(|flaw| (flaw.severity, flaw.check, flaw.what))
        .collect()
}

fn has(body: &str, severity: Severity, check: &str, word: &str) {
    let all = flaws(body);
    let found = all
        .iter()
        .any(|(s, c, what)| *s == severity && *c == check && what.contains(word));
    assert!(found, "{check} with {word} not in {all:#?}");
}

fn duty(id: &str, more: &str) -> String {
    format!(
        "[commitments.{id}]\ntitle = \"{id}\"\nkind = \"achieve\"\nby = \"A\"\nto = \"B\"\nverifier = \"V\"\n{more}\n"
    )
}

#[test]
fn mutual_preconditions_are_a_deadlock_and_one_way_is_not() {
    let both = duty("F1", "after = \"F2\"") + &duty("F2", "after = \"F1\"");
    has(&both, Severity::Error, "deadlock", "F1, F2");
    let one = duty("F1", "") + &duty("F2", "after = \"F1\"");
    assert!(
        flaws(&one)
            .iter()
            .all(|(severity, _, _)| *severity == Severity::Warning)
    );
    // One of two ways in is enough.
    let any = duty("F1", "after = [\"F2\", \"F3\"]\nafter_any = true")
        + &duty("F2", "after = \"F1\"")
        + &duty("F3", "");
    assert!(flaws(&any).iter().all(|(_, check, _)| *check != "deadlock"));
}

#[test]
fn orphan_duties_are_named() {
    let nobody = "[commitments.F1]\ntitle = \"x\"\nkind = \"achieve\"\nby = \"A\"\n";
    has(nobody, Severity::Warning, "orphan", "to nobody");
    let unverified = "[commitments.F1]\ntitle = \"x\"\nkind = \"forbid\"\nby = \"A\"\nto = \"B\"\n";
    has(unverified, Severity::Warning, "orphan", "never found");
    has(
        &duty("F1", "verifiers_needed = 2"),
        Severity::Error,
        "orphan",
        "only 1",
    );
}

#[test]
fn two_clocks_that_cannot_both_be_kept_are_an_error() {
    has(
        &duty("F1", "opens = 2030-03-01\ndue = 2030-02-01"),
        Severity::Error,
        "two clocks",
        "2030-03-01",
    );
    let later = duty("F1", "due = 2030-06-01") + &duty("F2", "after = \"F1\"\ndue = 2030-05-01");
    has(&later, Severity::Error, "two clocks", "2030-06-01");
    has(
        &duty("F1", "due = 2030-05-01\nlapses = 2030-06-01"),
        Severity::Error,
        "two clocks",
        "2030-06-01",
    );
}

#[test]
fn dispute_paths_must_be_reached_and_must_end() {
    let stage =
        |id: &str, more: &str| format!("[disputes.D.stages.{id}]\nwithin = 5\nbody = \"V\"\n{more}\n");
    let head = "[disputes.D]\ntitle = \"d\"\n";
    let circle = head.to_owned() + &stage("S1", "after = \"S2\"") + &stage("S2", "after = \"S1\"");
    has(&circle, Severity::Error, "unreachable", "no first stage");
    let island =
        head.to_owned() + &stage("S1", "") + &stage("S2", "after = \"S3\"") + &stage("S3", "after = \"S2\"");
    has(&island, Severity::Error, "unreachable", "D.S2");
    let back = head.to_owned()
        + &stage("S1", "")
        + &stage("S2", "after = [\"S1\", \"S3\"]")
        + &stage("S3", "after = \"S2\"");
    has(&back, Severity::Error, "endless", "D.S2");
    let waits = head.to_owned() + &stage("S1", "extension = \"consensus\"");
    has(&waits, Severity::Warning, "endless", "as often as they like");
    has(&waits, Severity::Warning, "endless", "opens no power");
}

#[test]
fn sunset_and_snapback_race_and_ties_need_a_rule() {
    let body = "[commitments.R]\ntitle = \"relief\"\nkind = \"permit\"\nby = \"B\"\nto = \"A\"\n\
                [snapback.S]\ntitle = \"s\"\nnotify_by = \"B\"\nreverses = \"R\"\nclock = \"30 days\"\nsunset = 2040-01-01\n";
    has(body, Severity::Warning, "tie", "one instant");
    has(body, Severity::Warning, "race", "can no longer be answered");
    let ruled = body.to_owned() + "tie = \"snapback-first\"\n";
    assert!(flaws(&ruled).iter().all(|(_, check, _)| *check != "tie"));
}

#[test]
fn the_real_texts_have_the_gaps_that_history_showed() {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../../cases/agreements")
            .join(name)
            .join("agreement.toml");
        Text::read(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    let jcpoa = read("jcpoa");
    let all = check(&jcpoa.agreement);
    assert!(
        all.iter()
            .any(|flaw| flaw.check == "tie" && flaw.items == ["paragraph-11"])
    );
    assert!(
        all.iter().all(|flaw| flaw.severity == Severity::Warning),
        "{all:#?}"
    );
    // 15 + 15 + 5 + 30.
    assert_eq!(shortest_answer(&jcpoa.agreement), Some(65));
    let actions = read("initial-actions-2007");
    let all = check(&actions.agreement);
    assert!(all.iter().any(|flaw| flaw.what.contains("no dispute procedure")));
    assert!(
        all.iter().all(|flaw| flaw.severity == Severity::Warning),
        "{all:#?}"
    );
    let exposed = exposures(&actions.agreement);
    assert!(
        exposed
            .iter()
            .any(|exposure| exposure.party == "DPRK" && exposure.answer_days.is_none())
    );
}

#[test]
fn exposure_is_the_wait_for_what_is_owed_in_return() {
    let source = format!(
        "{HEAD}{}{}",
        duty("F1", "within = \"30 days\""),
        "[commitments.F2]\ntitle = \"F2\"\nkind = \"achieve\"\nby = \"B\"\nto = \"A\"\nwithin = \"100 days\"\n"
    );
    let text = Text::read(&source).unwrap();
    let all = exposures(&text.agreement);
    assert_eq!((all[0].party.as_str(), all[0].days), ("A", 70));
    assert_eq!((all[1].party.as_str(), all[1].days), ("B", 0));
}

#[test]
fn beliefs_follow_verified_performance_by_bayes_and_nothing_else() {
    use detente_ledger::event::events_from_text;
    use detente_ledger::moment::parse_as_of;
    use detente_ledger::status::{Question, Record, status};
    let source = format!(
        "{HEAD}{}{}[beliefs.A.types.reformer]\nprior = 0.5\nkeeps = 0.9\n[beliefs.A.types.hardliner]\nprior = 0.5\nkeeps = 0.3\n",
        duty("F1", "then_maintain = true"),
        duty("F2", "")
    );
    let text = Text::read(&source).unwrap();
    let belief = |events: &str| {
        let record = Record::new(events_from_text(events, &text.agreement.zone).unwrap());
        let at = parse_as_of("2030-12-31", &text.agreement.zone).unwrap();
        let answer = status(&text, &record, &Question::at(at)).unwrap();
        answer.beliefs[0]
            .types
            .iter()
            .map(|own| own.now.clone())
            .collect::<Vec<_>>()
    };
    let claim = r#"{ "id": "c", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-02-01" }"#;
    let done = r#"{ "id": "v", "kind": "verify", "by": "V", "on": ["F1", "F2"], "occurred": "2030-02-01" }"#;
    let broken = r#"{ "id": "b", "kind": "verify", "by": "V", "on": "F1", "finding": "violated", "occurred": "2030-03-01" }"#;
    assert_eq!(belief(&format!("[{claim}]")), ["1/2", "1/2"]);
    // 0.9² against 0.3²: nine to one.
    assert_eq!(belief(&format!("[{done}]")), ["9/10", "1/10"]);
    // One kept, one broken: 0.9 · 0.1 against 0.3 · 0.7.
    assert_eq!(belief(&format!("[{done}, {broken}]")), ["3/10", "7/10"]);
    let wrong = source.replace("prior = 0.5", "prior = 0.6");
    assert!(Text::read(&wrong).unwrap_err()[0].what.contains("add up"));
}

/// By a plan's model, verified duties vouch for dates: all up to a date must be verified for it to count.
#[test]
fn beliefs_by_a_plan_follow_the_chances_of_a_quiet_history() {
    use detente_ledger::event::events_from_text;
    use detente_ledger::moment::parse_as_of;
    use detente_ledger::status::{Question, Record, status};
    let source = format!(
        "{HEAD}{}{}[beliefs.A]\nvouches = {{ F1 = 1, F2 = 2 }}\n[beliefs.A.types.reformer]\nprior = 0.5\n\
         quiet = [1, 1, 1]\n[beliefs.A.types.hardliner]\nprior = 0.5\nquiet = [1, 0.5, 0.25]\n",
        duty("F1", "then_maintain = true"),
        duty("F2", "then_maintain = true")
    );
    let belief = |source: &str, done: &[&str], broken: &[&str]| {
        let text = Text::read(source).unwrap();
        let event = |duty: &&str, finding: &str, day: &str| {
            format!(
                r#"{{ "id": "{finding}{duty}", "kind": "verify", "by": "V", "on": "{duty}", "finding": "{finding}",
                "occurred": "{day}" }}"#
            )
        };
        let done = done.iter().map(|duty| event(duty, "performed", "2030-02-01"));
        let all: Vec<String> = done
            .chain(broken.iter().map(|duty| event(duty, "violated", "2030-03-01")))
            .collect();
        let events = format!("[{}]", all.join(", "));
        let record = Record::new(events_from_text(&events, &text.agreement.zone).unwrap());
        let at = parse_as_of("2030-12-31", &text.agreement.zone).unwrap();
        let answer = status(&text, &record, &Question::at(at)).unwrap();
        assert_eq!(answer.beliefs[0].by, "plan");
        answer.beliefs[0].types[0].now.clone()
    };
    assert_eq!(belief(&source, &[], &[]), "1/2");
    assert_eq!(belief(&source, &["F1"], &[]), "2/3");
    assert_eq!(belief(&source, &["F1", "F2"], &[]), "4/5");
    assert_eq!(belief(&source, &["F2"], &[]), "1/2");
    assert_eq!(belief(&source, &["F1", "F2"], &["F2"]), "0");
    // The date of what was broken counts: a reformer that is quiet up to 1 breaks nothing before it, but may after.
    let source = source.replace("quiet = [1, 1, 1]", "quiet = [1, 1, 0.5]");
    assert_eq!(belief(&source, &["F1", "F2"], &["F2"]), "2/3");
    let lapsed = source.replacen(
        "then_maintain = true",
        "then_maintain = true\nbreach = \"automatic\"\ndue = 2030-06-30",
        1,
    );
    assert_eq!(belief(&lapsed, &[], &[]), "0");
    // What was kept before it was violated was violated at some later date.
    assert_eq!(belief(&source, &["F1"], &["F1"]), "2/5");
    for (wrong, says) in [
        ("quiet = [1, 0.5, 0.75]", "never rise"),
        ("quiet = [1, 0.5]", "same length"),
        ("quiet = [1, 0.5, 0.25]\nkeeps = 0.5", "exclude each other"),
        ("quiet = [1, 0.5, \"x\"]", "a list of numbers"),
    ] {
        let wrong = source.replace("quiet = [1, 0.5, 0.25]", wrong);
        let complaints = Text::read(&wrong).unwrap_err();
        assert!(
            complaints.iter().any(|own| own.what.contains(says)),
            "{complaints:?}"
        );
    }
    for (wrong, says) in [("F2 = 3", "a place in `quiet`"), ("F3 = 2", "F3")] {
        let complaints = Text::read(&source.replace("F2 = 2", wrong)).unwrap_err();
        assert!(
            complaints.iter().any(|own| own.what.contains(says)),
            "{complaints:?}"
        );
    }
}

/// Reported November 2026: names that differ by letters of another script or by a blank.
#[test]
fn names_that_look_alike_and_keys_of_two_are_found() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/faults/ledger");
    let source = std::fs::read_to_string(folder.join("names-look-alike.toml")).unwrap();
    let text = Text::read(&source).unwrap();
    let found = check(&text.agreement);
    let alike: Vec<&str> = found
        .iter()
        .filter(|flaw| flaw.check == "look-alike")
        .map(|flaw| flaw.what.as_str())
        .collect();
    let expected = [
        "two persons have names that look alike: `A` and `\u{410}` (\u{410} is U+0410)",
        "two persons have names that look alike: `Alba` and `Alba`",
        "two provisions have names that look alike: `F1` and `F1 `",
    ];
    for what in expected {
        assert!(alike.contains(&what), "{what} not in {alike:?}");
    }
    let key = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
    let shared = source
        .replace(
            "A = { name = \"Alba\" }",
            &format!("A = {{ name = \"Alba\", keys = [\"{key}\"] }}"),
        )
        .replace("B = { name", &format!("B = {{ keys = [\"{key}\"], name"));
    let found = check(&Text::read(&shared).unwrap().agreement);
    assert!(
        found
            .iter()
            .any(|flaw| flaw.check == "keys" && flaw.what.contains("same key"))
    );
    let zero = source.replace(
        "B = { name",
        &format!("B = {{ keys = [\"{}\"], name", "00".repeat(32)),
    );
    let found = check(&Text::read(&zero).unwrap().agreement);
    assert!(
        found
            .iter()
            .any(|flaw| flaw.check == "keys" && flaw.what.contains("small order"))
    );
}
