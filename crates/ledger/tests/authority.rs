//! Who may say what, each rule with the way in which it was broken (reported November 2026).

mod deal;

use deal::bodies::{DAY, TEXT, log, said, statement};
use deal::{at, first, key, operator, put};
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Admission, Entry, Kind, Log, deal_of};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Headline, Question, Status, status};
use serde_json::{Value, json};

/// The rule that refuses an event, or what became of it.
fn rule(log: &mut Log, body: Value, by: &[&str]) -> String {
    let mut body = body;
    if body.get("occurred").is_none() {
        body["occurred"] = "2030-01-02".into();
    }
    match put(log, said(body, by), DAY) {
        Ok(Admission::Event(_)) => "accepted".to_owned(),
        Ok(other) => format!("{other:?}"),
        Err(refusal) => refusal.rule().to_owned(),
    }
}

fn asked(log: &Log, when: &str) -> Status {
    status(&log.text, &log.record(), &Question::at(Moment::instant(at(when)))).unwrap()
}

#[test]
fn one_key_given_twice_is_not_two_signatories() {
    let text = TEXT.replace(
        "A = { name = \"Alba\" }",
        "A = { name = \"Alba\", signatories = 2 }",
    );
    let mut log = Log::start(&first(&text)).unwrap();
    let register = |log: &mut Log, public: String| {
        let body = json!({ "person": "A", "key": public });
        let entry = Entry::signed(&deal_of(&text), Kind::Key, body, &[&operator()]).unwrap();
        put(log, entry, DAY)
    };
    let mut second = key("A2");
    second.person = "A".to_owned();
    register(&mut log, key("A").public()).unwrap();
    register(&mut log, second.public()).unwrap();
    let sign = |id: &str, keys: &[&PrivateKey]| {
        let body =
            json!({ "id": id, "kind": "sign", "by": "A", "on": "agreement", "occurred": "2030-01-02" });
        Entry::signed(&deal_of(&text), Kind::Event, body, keys).unwrap()
    };
    let twice = put(&mut log, sign("s1", &[&key("A"), &key("A")]), DAY).unwrap_err();
    assert_eq!(twice.rule(), "A11", "{twice}");
    // A second key that the first one's holder registered is the same holder's.
    let mut third = key("A3");
    third.person = "A".to_owned();
    let body = json!({ "person": "A", "key": third.public() });
    let own = Entry::signed(&deal_of(&text), Kind::Key, body, &[&key("A")]).unwrap();
    put(&mut log, own, DAY).unwrap();
    let same = put(&mut log, sign("s2", &[&key("A"), &third]), DAY).unwrap_err();
    assert_eq!(same.rule(), "A11", "{same}");
    put(&mut log, sign("s3", &[&key("A"), &second]), DAY).unwrap();
}

#[test]
fn votes_and_decisions_come_from_the_body() {
    let mut log = log();
    let vote =
        |id: &str, by: &str| json!({ "id": id, "kind": "vote", "by": by, "on": "S1", "yes": 1, "no": 0 });
    for (number, by) in ["A", "B", "V"].iter().enumerate() {
        assert_eq!(
            rule(&mut log, vote(&format!("v{number}"), by), &[by]),
            "A12",
            "{by}"
        );
    }
    assert_eq!(rule(&mut log, vote("v", "S"), &["S"]), "accepted");
    let ballot =
        |id: &str, by: &str| json!({ "id": id, "kind": "ballot", "by": by, "on": "S1", "ballot": "yes" });
    assert_eq!(rule(&mut log, ballot("b1", "V"), &["V"]), "A12");
    assert_eq!(rule(&mut log, ballot("b2", "A"), &["A"]), "accepted");
    // One member, the accused itself, cannot resolve what the body decides by consensus.
    let open = json!({ "id": "d", "kind": "refer", "by": "B", "on": ["D", "F1"] });
    assert_eq!(rule(&mut log, open, &["B"]), "accepted");
    let resolve = |id: &str, by: &[&str]| json!({ "id": id, "kind": "resolve", "by": by, "on": "D", "stage": "one", "outcome": "no breach" });
    assert_eq!(rule(&mut log, resolve("r1", &["A"]), &["A"]), "A12");
    assert_eq!(asked(&log, DAY).disputes[0].headline, Headline::Running);
    assert_eq!(
        rule(&mut log, resolve("r2", &["A", "B"]), &["A", "B"]),
        "accepted"
    );
    assert_eq!(asked(&log, DAY).disputes[0].headline, Headline::Resolved);
}

#[test]
fn a_veto_that_is_counted_and_not_named_leaves_the_snapback_open() {
    let mut log = log();
    let notify = json!({ "id": "n", "kind": "notify", "by": "B", "on": "S1" });
    assert_eq!(rule(&mut log, notify, &["B"]), "accepted");
    let vote = json!({ "id": "v", "kind": "vote", "by": "S", "on": "S1", "yes": 1, "no": 1 });
    assert_eq!(rule(&mut log, vote, &["S"]), "accepted");
    let open = asked(&log, "2030-01-03T00:00:00Z");
    assert_eq!(open.snapbacks[0].headline, Headline::Undetermined);
    assert_eq!(open.snapbacks[0].branches.len(), 2);
    let named =
        json!({ "id": "w", "kind": "vote", "by": "S", "on": "S1", "yes": 1, "no": 1, "no_by": ["A"] });
    assert_eq!(rule(&mut log, named, &["S"]), "accepted");
    let resolved = asked(&log, "2030-01-03T00:00:00Z");
    assert_eq!(resolved.snapbacks[0].headline, Headline::Resolved);
}

#[test]
fn joint_acts_are_undone_jointly_and_only_while_nothing_rests_on_them() {
    let mut log = log();
    let undo = json!({ "id": "u", "kind": "reverse", "by": "A", "of": "sign-A" });
    assert_eq!(rule(&mut log, undo, &["A"]), "A13");
    assert_eq!(asked(&log, DAY).headline, Headline::InForce);
    let amend =
        json!({ "id": "m", "kind": "amend", "by": ["A", "B"], "set": { "commitments.F1.grace": "5 days" } });
    assert_eq!(rule(&mut log, amend, &["A", "B"]), "accepted");
    let one = json!({ "id": "u1", "kind": "reverse", "by": "A", "of": "m" });
    assert_eq!(rule(&mut log, one, &["A"]), "A13");
    let both = json!({ "id": "u2", "kind": "reverse", "by": ["A", "B"], "of": "m" });
    assert_eq!(rule(&mut log, both, &["A", "B"]), "accepted");
    // Of two who notified, one takes back its own part; the clock goes on for the other.
    let notify = json!({ "id": "n", "kind": "notify", "by": ["A", "B"], "on": "S1" });
    assert_eq!(rule(&mut log, notify, &["A", "B"]), "accepted");
    let back = |id: &str, by: &str| json!({ "id": id, "kind": "withdraw", "by": by, "on": "S1", "of": "n" });
    assert_eq!(rule(&mut log, back("w1", "A"), &["A"]), "accepted");
    assert_eq!(asked(&log, DAY).snapbacks[0].headline, Headline::Running);
    assert_eq!(rule(&mut log, back("w2", "B"), &["B"]), "accepted");
    assert_eq!(asked(&log, DAY).snapbacks[0].headline, Headline::Withdrawn);
}

#[test]
fn the_operator_keeps_the_book_and_nothing_else() {
    let mut log = log();
    let fresh = PrivateKey::from_seed("registrar", &[3; 32]);
    let register = |person: &str, key: &str| {
        statement(Kind::Key, json!({ "person": person, "key": key }), &[&operator()])
    };
    let registrar = put(&mut log, register("registrar", &fresh.public()), DAY).unwrap_err();
    assert_eq!(registrar.rule(), "A9", "{registrar}");
    for bad in ["00".repeat(32), format!("01{}", "00".repeat(31)), "ff".repeat(32)] {
        let refused = put(&mut log, register("V", &bad), DAY).unwrap_err();
        assert_eq!(refused.rule(), "A9", "{bad}: {refused}");
    }
    let revoke = |person: &str, since: &str, by: &PrivateKey| {
        let body = json!({ "key": key(person).public(), "since": since });
        statement(Kind::Revoke, body, &[by])
    };
    let of_party = put(&mut log, revoke("A", DAY, &operator()), DAY).unwrap_err();
    assert_eq!(of_party.rule(), "A10", "{of_party}");
    let back = put(&mut log, revoke("V", "2030-01-01T11:00:00Z", &operator()), DAY).unwrap_err();
    assert_eq!(back.rule(), "A10", "{back}");
    // A party cannot take its signature back by revoking its key from before it.
    let unsign = put(&mut log, revoke("A", "2030-01-01T09:00:00Z", &key("A")), DAY).unwrap_err();
    assert_eq!(unsign.rule(), "A10", "{unsign}");
    put(&mut log, revoke("V", DAY, &operator()), DAY).unwrap();
    assert_eq!(asked(&log, DAY).headline, Headline::InForce);
}

#[test]
fn a_person_without_a_key_comes_back_by_its_creditors_and_waits() {
    let mut log = log();
    let body = json!({ "key": key("A").public(), "since": DAY });
    put(&mut log, statement(Kind::Revoke, body, &[&key("A")]), DAY).unwrap();
    let fresh = PrivateKey::from_seed("A", &[8; 32]);
    let body = json!({ "person": "A", "key": fresh.public() });
    let alone = put(&mut log, statement(Kind::Key, body.clone(), &[&operator()]), DAY).unwrap_err();
    assert_eq!(alone.rule(), "A9", "{alone}");
    put(
        &mut log,
        statement(Kind::Key, body, &[&operator(), &key("B")]),
        DAY,
    )
    .unwrap();
    let claim = |day: &str| {
        let body = json!({ "id": "c", "kind": "claim", "by": "A", "on": "F1", "occurred": day });
        statement(Kind::Event, body, &[&fresh])
    };
    let early = put(&mut log, claim("2030-01-03"), "2030-01-03T12:00:00Z").unwrap_err();
    assert_eq!(early.rule(), "A9", "{early}");
    put(&mut log, claim("2030-01-10"), "2030-01-10T12:00:00Z").unwrap();
}

#[test]
fn effects_of_a_revocation_cannot_be_taken_beforehand() {
    let mut log = log();
    let stolen = json!({ "id": "x", "kind": "verify", "by": "V", "on": "F1", "occurred": "2030-01-02" });
    put(&mut log, said(stolen, &["V"]), "2030-01-02T11:00:00Z").unwrap();
    for place in 5..12 {
        let taken = json!({ "id": format!("x/revoked-{place}"), "kind": "report", "by": "A", "on": "F1",
            "occurred": "2030-01-02" });
        put(&mut log, said(taken, &["A"]), DAY).unwrap();
    }
    let contest = json!({ "id": "c", "kind": "contest", "by": "V", "of": "x" });
    assert_eq!(rule(&mut log, contest, &["V"]), "accepted");
    assert_eq!(asked(&log, DAY).commitments[0].headline, Headline::Fulfilled);
    let body = json!({ "key": key("V").public(), "since": "2030-01-02T10:00:00Z" });
    put(&mut log, statement(Kind::Revoke, body, &[&key("V")]), DAY).unwrap();
    assert_eq!(asked(&log, DAY).commitments[0].headline, Headline::Due);
}

#[test]
fn the_start_of_an_interval_counts_for_back_dating() {
    let mut log = log();
    let hold =
        json!({ "id": "h", "kind": "suspend", "by": "A", "on": "F1", "occurred": "2020-01-01/2030-01-02" });
    assert_eq!(rule(&mut log, hold, &["A"]), "A6");
}

#[test]
fn what_cannot_be_read_or_computed_is_refused_at_the_door() {
    let mut log = log();
    for (number, set) in [
        json!({ "commitments.F1.witin": "5 days" }),
        json!({ "commitments.F1": "gone" }),
        json!({ "agreement.zone": "Mars" }),
        json!({}),
    ]
    .into_iter()
    .enumerate()
    {
        let amend = json!({ "id": format!("m{number}"), "kind": "amend", "by": ["A", "B"], "set": set });
        assert_eq!(rule(&mut log, amend, &["A", "B"]), "A8", "{set}");
    }
    let long = json!({ "id": "long", "kind": "amend", "by": ["A", "B"], "set": { "commitments.F1.grace": "99999 years" } });
    assert_eq!(rule(&mut log, long, &["A", "B"]), "accepted");
    assert_eq!(
        asked(&log, "2031-01-01T00:00:00Z").commitments[0].headline,
        Headline::Undetermined
    );
    let note =
        json!({ "id": "note", "kind": "report", "by": "A", "on": "F1", "note": "x".repeat(9_000_000) });
    assert_eq!(rule(&mut log, note, &["A"]), "A1");
    let number =
        json!({ "id": "n", "kind": "verify", "by": "V", "on": "F1", "amount": 9_007_199_254_740_993_u64 });
    assert_eq!(rule(&mut log, number, &["V"]), "A1");
    let id = json!({ "id": "a\r\u{202e}b", "kind": "report", "by": "A", "on": "F1" });
    assert_eq!(rule(&mut log, id, &["A"]), "A1");
}
