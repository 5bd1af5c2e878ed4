//! Sessions with the binary: ask, suppose, sign, record, verify, export, as a person does it.

mod program;

use std::path::{Path, PathBuf};
use std::process::Output;

use program::detente;

fn agreements(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases/agreements")
        .join(name)
}

#[cfg(feature = "ledger")]
fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn status(name: &str, more: &[&str]) -> serde_json::Value {
    let folder = agreements(name);
    let mut arguments = vec!["status", "agreement.toml"];
    let events = ["events.toml", "events.csv", "facts.csv"];
    arguments.extend(events.iter().filter(|file| folder.join(file).exists()));
    arguments.extend(more);
    arguments.push("--json");
    json(&detente(&folder, &arguments))
}

fn headline(status: &serde_json::Value, id: &str) -> String {
    let all = status["commitments"].as_array().unwrap();
    let own = all.iter().find(|own| own["id"] == id).unwrap();
    own["headline"].as_str().unwrap().to_owned()
}

#[test]
fn dates_knowledge_suppositions_and_views_can_be_asked() {
    let at = |more: &[&str]| status("initial-actions-2007", more);
    assert_eq!(headline(&at(&["--at", "2007-04-14"]), "F1"), "DUE");
    assert_eq!(headline(&at(&["--at", "2007-04-15"]), "F1"), "OVERDUE");
    assert_eq!(
        headline(&at(&["--at", "2007-04-15", "--if", "F1 on 2007-04-10"]), "F1"),
        "FULFILLED"
    );
    assert_eq!(
        headline(
            &at(&["--at", "2007-04-15", "--if", "F1 claimed on 2007-04-10"]),
            "F1"
        ),
        "CLAIMED"
    );
    assert_eq!(
        headline(
            &at(&["--at", "2007-04-15", "--set", "commitments.F1.grace=30"]),
            "F1"
        ),
        "GRACE"
    );
    assert_eq!(
        headline(&at(&["--at", "2007-04-15", "--viewer", "DPRK"]), "F1"),
        "PENDING"
    );
    assert_eq!(
        headline(&at(&["--at", "2007-07-14", "--known", "2007-07-18"]), "F1"),
        "FULFILLED_LATE"
    );
    assert_eq!(
        headline(&at(&["--at", "2007-12-31", "--if", "not F1"]), "F1"),
        "OVERDUE"
    );
    assert_eq!(
        headline(&at(&["--at", "2007-07-20", "--if", "without E14"]), "F1"),
        "CLAIMED"
    );
}

#[test]
fn readings_of_a_disputed_text_are_shown_or_chosen() {
    let events = [
        "--if",
        "leave agreement by US on 2018-05-08",
        "--if",
        "notify paragraph-11 by US on 2020-08-20",
    ];
    let ask = |more: &[&str]| {
        let mut all = vec!["--at", "2020-09-20T00:00Z"];
        all.extend(events);
        all.extend(more);
        status("jcpoa", &all)
    };
    let open = ask(&[]);
    assert_eq!(
        (open["headline"].as_str(), headline(&open, "relief").as_str()),
        (Some("DISPUTED"), "DISPUTED")
    );
    assert_eq!(open["snapbacks"][0]["branches"].as_array().unwrap().len(), 2);
    assert_eq!(
        headline(&ask(&["--reading", "participant=named"]), "relief"),
        "REVERSED"
    );
    assert_eq!(
        headline(&ask(&["--reading", "participant=on-the-date"]), "relief"),
        "IN_FORCE"
    );
    let list = status("moratorium", &["--at", "2020-02-29"]);
    assert_eq!(list["findings"].as_array().unwrap().len(), 48);
}

#[test]
fn wrong_calls_and_wrong_texts_say_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[agreement]\ntitle = \"x\"\nzone = \"Mars\"\n[parties.A]\n[commitments.F]\nkind = \"achive\"\nby = \"B\"\nwithn = 3\n";
    std::fs::write(folder.path().join("bad.toml"), text).unwrap();
    let bad = detente(folder.path(), &["status", "bad.toml"]);
    assert_eq!(bad.status.code(), Some(1));
    let said = String::from_utf8_lossy(&bad.stderr).into_owned();
    for word in [
        "not a time zone",
        "`achive`",
        "`commitments.F.withn`",
        "did you mean within",
        "`B` is not a party",
        "comes into force",
    ] {
        assert!(said.contains(word), "{word} not in {said}");
    }
    let missing = detente(folder.path(), &["status", "none.toml"]);
    assert_eq!(missing.status.code(), Some(2));
    let wrong = detente(
        &agreements("jcpoa"),
        &["status", "agreement.toml", "--reading", "participant=nobody"],
    );
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("on-the-date, named"));
}

#[cfg(not(feature = "ledger"))]
#[test]
fn what_is_not_built_in_says_how_to_get_it() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("old.ledger"), b"SQLite format 3\0").unwrap();
    for arguments in [
        &["key", "A", "--out", "A.key"][..],
        &["sign", "text.toml", "--ledger", "l.ledger"],
        &["record", "l.ledger"],
        &["export", "l.ledger", "--ical"],
        &["submit", "l.ledger", "statement"],
        &["serve", "l.ledger"],
        &["verify", "old.ledger"],
        &["status", "old.ledger"],
    ] {
        let run = detente(folder.path(), arguments);
        assert_eq!(run.status.code(), Some(2), "{arguments:?}");
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(said.contains("--features ledger"), "{arguments:?}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[cfg(feature = "ledger")]
#[test]
fn a_deal_is_signed_recorded_verified_moved_and_its_alteration_found() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let run = |arguments: &[&str]| detente(here, arguments);
    let good = |arguments: &[&str]| {
        let output = run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        out(&output)
    };
    let text = "[agreement]\ntitle = \"Two steps\"\nsigned_by = [\"A\", \"B\"]\n[parties]\nA = {}\nB = {}\n[others]\nV = {}\n\
                [commitments.F1]\ntitle = \"Shut\"\nkind = \"achieve\"\nby = \"A\"\nto = \"B\"\nverifier = \"V\"\nwithin = \"60 days\"\n";
    std::fs::write(here.join("text.toml"), text).unwrap();
    for person in ["A", "B", "V"] {
        good(&["key", person, "--out", &format!("{person}.key")]);
    }
    good(&[
        "sign",
        "text.toml",
        "--ledger",
        "l.ledger",
        "--key",
        "A.key",
        "--register",
        "V.key",
    ]);
    assert!(good(&["status", "l.ledger"]).starts_with("DRAFT"));
    good(&["sign", "text.toml", "--ledger", "l.ledger", "--key", "B.key"]);
    assert!(good(&["status", "l.ledger"]).contains("F1  DUE"));
    let today = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let claim =
        format!("{{\"id\":\"c\",\"kind\":\"claim\",\"by\":\"A\",\"on\":\"F1\",\"occurred\":\"{today}\"}}");
    std::fs::write(here.join("claim.json"), claim).unwrap();
    // B cannot say what A says.
    assert_eq!(
        run(&["record", "l.ledger", "claim.json", "--key", "B.key"])
            .status
            .code(),
        Some(1)
    );
    good(&["record", "l.ledger", "claim.json", "--key", "A.key"]);
    assert!(good(&["status", "l.ledger"]).contains("F1  CLAIMED"));
    let verify =
        "{\"id\":\"v\",\"kind\":\"verify\",\"by\":\"V\",\"on\":\"F1\",\"of\":\"c\",\"reported\":\"TODAY\"}";
    std::fs::write(
        here.join("verify.json"),
        verify.replace("TODAY", &today.to_string()),
    )
    .unwrap();
    good(&["record", "l.ledger", "verify.json", "--key", "V.key"]);
    assert!(good(&["status", "l.ledger"]).contains("F1  FULFILLED"));
    assert!(good(&["verify", "l.ledger", "--witness", "seen"]).starts_with("whole: 8 entries"));
    good(&["export", "l.ledger", "--out", "bundle"]);
    assert!(good(&["verify", "bundle", "--witness", "seen"]).starts_with("whole"));
    good(&["export", "bundle", "--to", "moved.ledger"]);
    assert!(good(&["status", "moved.ledger"]).contains("F1  FULFILLED"));
    assert!(good(&["export", "l.ledger", "--ical"]).contains("STATUS:COMPLETED"));
    // Another history of the same deal, as a witness sees it.
    let shorter = std::fs::read_to_string(here.join("bundle")).unwrap();
    let altered = shorter.replacen("\"kind\":\"claim\"", "\"kind\":\"report\"", 1);
    std::fs::write(here.join("altered"), altered).unwrap();
    let found = run(&["verify", "altered"]);
    assert_eq!(found.status.code(), Some(1));
    assert!(out(&found).contains("entry 6"), "{}", out(&found));
    let other = run(&[
        "sign",
        "text.toml",
        "--ledger",
        "other.ledger",
        "--key",
        "A.key",
        "--operator",
        "l.ledger.operator.key",
    ]);
    assert!(other.status.success());
    assert!(
        out(&run(&["verify", "other.ledger", "--witness", "seen"]))
            .contains("rolled back, or a second history")
    );
}

/// A bundled case with a plan, all the way to a running deal: what was analysed, what was signed and what runs name the
/// same bytes.
#[cfg(feature = "ledger")]
#[test]
fn a_plan_of_a_bundled_case_is_drafted_checked_signed_and_run() {
    let case = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/korea-2020/case.toml");
    let source = std::fs::read(&case).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    std::fs::write(here.join("case.toml"), &source).unwrap();
    std::fs::write(here.join("other.toml"), [&source[..], b"# altered\n"].concat()).unwrap();
    let good = |arguments: &[&str]| {
        let output = detente(here, arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {said}");
        out(&output)
    };
    let plan = [
        "plan",
        "test",
        "case.toml",
        "--deal",
        "freeze-for-freeze",
        "--json",
    ];
    let analysed = json(&detente(here, &plan))["case_hash"]
        .as_str()
        .unwrap()
        .to_owned();
    let day = jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let today = day.to_string();
    let terms = ["--start", &*today, "--period", "3 months", "--verifier", "agency"];
    let mut arguments = vec![
        "draft",
        "case.toml",
        "--plan",
        "freeze-for-freeze",
        "--out",
        "text.toml",
    ];
    arguments.extend(terms);
    good(&arguments);
    // The same plan gives the same bytes; a plan that is not there names those that are.
    let drafted = std::fs::read_to_string(here.join("text.toml")).unwrap();
    let mut again = vec!["draft", "case.toml", "--plan", "freeze-for-freeze"];
    again.extend(terms);
    assert_eq!(good(&again), drafted);
    assert!(drafted.contains(&format!("hash = \"{analysed}\"\nplan = \"freeze-for-freeze\"")));
    again[3] = "nonesuch";
    let missing = detente(here, &again);
    assert_eq!(missing.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("freeze-for-freeze"));

    let checks = good(&["status", "text.toml", "--checks"]);
    assert!(checks.contains("can be signed; 0 errors"), "{checks}");
    for person in ["us", "dprk", "rok", "china", "russia", "agency"] {
        good(&["key", person, "--out", &format!("{person}.key")]);
    }
    let mut sign = vec![
        "sign",
        "text.toml",
        "--ledger",
        "l.ledger",
        "--register",
        "agency.key",
    ];
    for key in ["us.key", "dprk.key", "rok.key", "china.key", "russia.key"] {
        sign.extend(["--key", key]);
    }
    let mut another = sign.clone();
    another.extend(["--case", "other.toml"]);
    let refused = detente(here, &another);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("what was analysed is not what would be signed")
    );
    assert!(!here.join("l.ledger").exists());
    sign.extend(["--case", "case.toml"]);
    let signed = good(&sign);
    let deal = checks.split("text sha256 ").nth(1).unwrap().trim().to_owned();
    assert!(signed.contains(&deal), "{signed}");
    // What the ledger runs is the draft, byte for byte, and so names the case that was analysed.
    assert_eq!(good(&["export", "l.ledger", "--text"]), drafted);
    let ask = |more: &[&str]| {
        let mut arguments = vec!["status", "l.ledger", "--json"];
        arguments.extend(more);
        json(&detente(here, &arguments))
    };
    assert_eq!(ask(&[])["text_hash"], deal.as_str());
    assert_eq!(headline(&ask(&[]), "tests-1"), "DUE");
    let events = |all: serde_json::Value, key: &str| {
        std::fs::write(here.join("events.json"), all.to_string()).unwrap();
        good(&["record", "l.ledger", "events.json", "--key", key]);
    };
    events(
        serde_json::json!([{ "id": "c", "kind": "claim", "by": "dprk", "on": "tests-1", "occurred": today }]),
        "dprk.key",
    );
    assert_eq!(headline(&ask(&[]), "tests-1"), "CLAIMED");
    events(
        serde_json::json!([{ "id": "v", "kind": "verify", "by": "agency", "on": "tests-1", "of": "c", "reported": today },
            { "id": "w", "kind": "verify", "by": "agency", "on": "us_exercises-1", "occurred": today }]),
        "agency.key",
    );
    assert_eq!(headline(&ask(&[]), "tests-1"), "FULFILLED");
    // Found broken, the plan's own answer comes after the clock, and not before.
    events(
        serde_json::json!([{ "id": "b", "kind": "verify", "by": "agency", "on": "tests-1", "finding": "violated",
            "occurred": today }]),
        "agency.key",
    );
    let at = |days: i64| day.checked_add(jiff::ToSpan::days(days)).unwrap().to_string();
    assert_eq!(headline(&ask(&["--at", &at(20)]), "tests-1"), "VIOLATED");
    assert_eq!(headline(&ask(&["--at", &at(20)]), "us_exercises-1"), "FULFILLED");
    assert_eq!(headline(&ask(&["--at", &at(40)]), "us_exercises-1"), "REVERSED");
    assert!(good(&["verify", "l.ledger"]).starts_with("whole"));
}

/// Beliefs beside the status are those of the plan that was analysed: after every duty up to a date was verified, the belief
/// that the plan's test gives for that date.
#[test]
fn beliefs_of_a_drafted_deal_follow_the_model_of_its_plan() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases");
    let case = cases.join("korea-2020").display().to_string();
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let tested = json(&detente(
        here,
        &["plan", "test", &case, "--deal", "graded", "--json"],
    ));
    let path = tested["plans"][0]["test"]["path"].as_array().unwrap();
    let terms = [
        "--start",
        "2027-01-01",
        "--period",
        "6 months",
        "--verifier",
        "agency",
    ];
    let mut draft = vec!["draft", &case, "--plan", "graded", "--out", "text.toml"];
    draft.extend(terms);
    assert!(detente(here, &draft).status.success());
    let through = [
        vec![],
        vec!["tests-1"],
        vec!["tests-1", "missiles-2", "inspections-2"],
        vec!["tests-1", "missiles-2", "inspections-2", "production-3"],
    ];
    let belief = |events: serde_json::Value| {
        std::fs::write(here.join("events.json"), events.to_string()).unwrap();
        let status = [
            "status",
            "text.toml",
            "events.json",
            "--at",
            "2028-06-30",
            "--json",
        ];
        let status = json(&detente(here, &status));
        let belief = &status["beliefs"][0];
        assert_eq!(
            (&belief["party"], &belief["by"]),
            (&"dprk".into(), &"plan".into())
        );
        let now = belief["types"][0]["now"].as_str().unwrap();
        let parts: Vec<f64> = now.split('/').map(|part| part.parse().unwrap()).collect();
        parts[0] / parts.get(1).unwrap_or(&1.0)
    };
    let verify = |id: &str, duties: &[&str], finding: &str, day: &str| serde_json::json!({ "id": id, "kind": "verify", "by": "agency", "on": duties, "finding": finding, "occurred": day });
    for (date, duties) in through.iter().enumerate() {
        let events = match duties.is_empty() {
            true => serde_json::json!([]),
            false => serde_json::json!([verify("v", duties, "performed", "2028-05-01")]),
        };
        let expected = path[date]["belief"].as_f64().unwrap();
        let got = belief(events);
        assert!((got - expected).abs() < 1e-4, "date {date}: {got} for {expected}");
    }
    // A duty of a later date alone vouches for nothing, and a breach found after the first step speaks against.
    let prior = path[0]["belief"].as_f64().unwrap();
    assert!(
        (belief(serde_json::json!([verify(
            "v",
            &["production-3"],
            "performed",
            "2028-05-01"
        )])) - prior)
            .abs()
            < 1e-9
    );
    let done = verify("v", through[2].as_slice(), "performed", "2028-05-01");
    let found = verify("w", &["missiles-2"], "violated", "2028-06-01");
    assert!(belief(serde_json::json!([done, found])) < prior);
}
