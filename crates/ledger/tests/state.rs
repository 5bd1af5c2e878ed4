//! The kept state: a ledger opened with it is the one that its entries make, and one that does not match is never used.

mod deal;

use deal::bodies::{TEXT, entries, said, statement};
use deal::{at, key, operator};
use detente_ledger::canonical::hex;
use detente_ledger::log::keys::PrivateKey;
use detente_ledger::log::{Entry, Kind, Refusal};
use detente_ledger::moment::Moment;
use detente_ledger::status::{Question, status};
use detente_ledger::store::{Clock, StateUse, Store, StoreError, backup, restore, verify_store};
use serde_json::{Value, json};

const DAY: &str = "2030-01-02T12:00:00Z";

async fn begun(place: &str) -> Store {
    let mut store = Store::create(place, TEXT, operator(), at("2030-01-01T00:00:00Z"))
        .await
        .unwrap();
    store
        .append(&entries()[1..], at("2030-01-01T10:00:00Z"))
        .await
        .unwrap();
    store
}

/// Statements with every field that an event can have.
fn statements() -> Vec<Entry> {
    let full = |id: &str, more: Value, by: &[&str]| {
        let mut body = json!({ "id": id, "by": by, "occurred": "2030-01-02" });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        said(body, by)
    };
    vec![
        full(
            "claim",
            json!({ "kind": "claim", "on": "F1", "amount": "1/3", "total": "1e60", "level": 2,
            "note": "\u{1b}[2J\r\u{202e}", "evidence": ["aa", "bb"], "source": "s", "confidence": "c" }),
            &["A"],
        ),
        full(
            "report",
            json!({ "kind": "report", "on": ["F1", "R"], "finding": "violated",
            "facts": { "word": "w", "half": 0.5, "whole": 7, "true": true } }),
            &["V"],
        ),
        full(
            "answered",
            json!({ "kind": "verify", "on": "F1", "of": "claim", "reported": "2030-01-02T11:00:00Z" }),
            &["V"],
        ),
        full(
            "vote",
            json!({ "kind": "vote", "on": "S1", "yes_by": ["A"], "no_by": ["B"], "abstain": 3, "stage": "one" }),
            &["S"],
        ),
        full(
            "open",
            json!({ "kind": "refer", "on": ["D", "F1"], "form": { "place": "here" }, "cause": "why" }),
            &["B"],
        ),
        full(
            "more",
            json!({ "kind": "extend", "on": "F1", "days": 5, "until": "2031-02-28" }),
            &["B"],
        ),
        full(
            "amend",
            json!({ "kind": "amend", "on": "agreement", "set": { "commitments.F1.grace": "5 days" } }),
            &["A", "B"],
        ),
        full(
            "resolve",
            json!({ "kind": "resolve", "on": "D", "stage": "one", "outcome": "breach" }),
            &["A", "B"],
        ),
        full(
            "contest",
            json!({ "kind": "contest", "on": "F1", "of": "report" }),
            &["A"],
        ),
        full(
            "undo",
            json!({ "kind": "reverse", "of": "claim", "on": "F1" }),
            &["A"],
        ),
    ]
}

/// Two openings of one ledger are the same log, whatever is asked of it or appended to it.
async fn the_same(place: &str) -> StateUse {
    let fast = Store::open(place, Some(operator())).await.unwrap();
    let slow = Store::open_from_entries(place, Some(operator())).await.unwrap();
    let (one, other) = (fast.log(), slow.log());
    assert_eq!(
        (one.size(), one.root(), one.last_received()),
        (other.size(), other.root(), other.last_received())
    );
    assert_eq!(
        (one.keys(), one.times_set_right()),
        (other.keys(), other.times_set_right())
    );
    assert_eq!(one.events(), other.events());
    for event in other.events() {
        assert_eq!(one.signed(&event.id), other.signed(&event.id));
    }
    for when in [DAY, "2030-03-01T00:00:00Z", "2090-01-01T00:00:00Z"] {
        let question = Question::at(Moment::instant(at(when)));
        assert_eq!(
            status(&one.text, &one.record(), &question).unwrap(),
            status(&other.text, &other.record(), &question).unwrap()
        );
    }
    let tried = statements().into_iter().chain([
        said(json!({ "id": "claim", "kind": "claim", "by": "A", "on": "R", "occurred": "2030-01-02" }), &["A"]),
        said(json!({ "id": "new", "kind": "reverse", "of": "amend", "by": ["A", "B"], "occurred": "2030-01-02" }), &["A", "B"]),
        statement(Kind::Revoke, json!({ "key": key("V").public(), "since": "2030-01-01T12:00:00Z" }), &[&key("V")]),
    ]);
    for entry in tried {
        let entry = entry.at(one.size(), one.last_received());
        assert_eq!(one.examine(&entry), other.examine(&entry), "{entry:?}");
    }
    fast.state_use().clone()
}

#[tokio::test]
async fn a_ledger_opened_with_its_state_is_the_one_that_its_entries_make() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("kept").display().to_string();
    let mut store = begun(&place).await;
    assert_eq!(the_same(&place).await, StateUse::None);
    // A state after each entry, and after several.
    let now = at(DAY);
    for (number, entry) in statements().into_iter().enumerate() {
        store.append(&[entry], now).await.unwrap();
        if number % 3 != 1 {
            store.keep_state().await.unwrap();
        }
        assert!(matches!(the_same(&place).await, StateUse::Used(_)), "{number}");
        assert_eq!(verify_store(&place).await.unwrap().findings, []);
    }
    // A revoked key takes back what it said; a clock that was ahead is set right.
    let stolen = said(
        json!({ "id": "theft", "kind": "object", "by": "V", "on": "F1", "occurred": "2030-01-02" }),
        &["V"],
    );
    let revoke = json!({ "key": key("V").public(), "since": DAY });
    let revoke = statement(Kind::Revoke, revoke, &[&key("V")]);
    store.append(&[stolen, revoke], now).await.unwrap();
    store.keep_state().await.unwrap();
    assert!(matches!(the_same(&place).await, StateUse::Used(_)));
    let ahead = said(
        json!({ "id": "ahead", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-02" }),
        &["A"],
    );
    store
        .append(&[ahead], Clock::from(at("2040-01-02T00:00:00Z")).confirmed(true))
        .await
        .unwrap();
    store.keep_state().await.unwrap();
    let right = said(
        json!({ "id": "right", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-03" }),
        &["A"],
    );
    store.append(&[right], at("2030-01-03T00:00:00Z")).await.unwrap();
    assert_eq!(store.log().times_set_right(), 1);
    assert!(matches!(the_same(&place).await, StateUse::Used(_)));
    store.keep_state().await.unwrap();
    assert!(matches!(the_same(&place).await, StateUse::Used(_)));
    assert_eq!(verify_store(&place).await.unwrap().findings, []);
    // A backup has it or rebuilds it, and is whole.
    let (file, back) = (format!("{place}.backup"), format!("{place}.back"));
    backup(&place, &file).await.unwrap();
    restore(&file, &back).await.unwrap();
    the_same(&back).await;
}

/// What is altered, whether `verify` is to find it.
#[tokio::test]
async fn a_state_that_does_not_match_is_never_used() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).display().to_string();
    let good = place("good");
    let mut store = begun(&good).await;
    store.append(&statements()[..3], at(DAY)).await.unwrap();
    store.keep_state().await.unwrap();
    store.append(&statements()[3..5], at(DAY)).await.unwrap();
    store.close().await;
    // Another history of the same deal, with its own state by the same operator.
    let other = place("other");
    let mut store = begun(&other).await;
    let says = json!({ "id": "x", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-02" });
    store.append(&[said(says, &["A"])], at(DAY)).await.unwrap();
    store.keep_state().await.unwrap();
    store.close().await;
    let forger = PrivateKey::from_seed("operator", &[77; 32]);
    let (mine, theirs) = (operator().public(), forger.public());
    for (number, sql) in [
        "UPDATE states SET part = replace(part, 'claim', 'clain')".to_owned(),
        "UPDATE states SET part = CAST(part || X'00' AS BLOB)".to_owned(),
        "UPDATE states SET part = X''".to_owned(),
        "UPDATE states SET upto = upto + 1".to_owned(),
        "DELETE FROM states".to_owned(),
        "INSERT INTO states VALUES (99, X'00')".to_owned(),
        "UPDATE meta SET value = replace(value, '\"size\":10', '\"size\":9') WHERE name = 'state'".to_owned(),
        "UPDATE meta SET value = replace(value, '\"second\":', '\"second\":1') WHERE name = 'state'"
            .to_owned(),
        "UPDATE meta SET value = replace(value, '\"deal\"', '\"deal\":\"\",\"deal\"') WHERE name = 'state'"
            .to_owned(),
        format!("UPDATE meta SET value = replace(value, '{mine}', '{theirs}') WHERE name = 'state'"),
        format!(
            "ATTACH '{other}' AS o; DELETE FROM states; INSERT INTO states SELECT * FROM o.states; \
                 UPDATE meta SET value = (SELECT value FROM o.meta WHERE name = 'state') WHERE name = 'state'"
        ),
    ]
    .iter()
    .enumerate()
    {
        let hurt = place(&format!("hurt{number}"));
        std::fs::copy(&good, &hurt).unwrap();
        let pool = sqlx::SqlitePool::connect(&format!("sqlite://{hurt}"))
            .await
            .unwrap();
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql.clone()))
            .execute(&pool)
            .await
            .unwrap();
        assert!(done.rows_affected() > 0, "{sql}");
        pool.close().await;
        let used = the_same(&hurt).await;
        assert!(matches!(used, StateUse::Refused(_)), "{sql}: {used:?}");
        let findings = verify_store(&hurt).await.unwrap().findings;
        assert!(
            findings.iter().any(|finding| finding.what.contains("kept state")),
            "{sql}: {findings:?}"
        );
        // Whoever may append keeps a good one again.
        let mut store = Store::open(&hurt, Some(operator())).await.unwrap();
        store.keep_state().await.unwrap();
        store.close().await;
        assert!(matches!(the_same(&hurt).await, StateUse::Used(_)), "{sql}");
        assert_eq!(verify_store(&hurt).await.unwrap().findings, [], "{sql}");
    }
    // Damage of the entries themselves is found in spite of a good state.
    let hurt = place("entries");
    std::fs::copy(&good, &hurt).unwrap();
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{hurt}"))
        .await
        .unwrap();
    sqlx::query("DELETE FROM entries WHERE seq >= 8")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert!(matches!(
        Store::open(&hurt, None).await,
        Err(StoreError::Damaged(_))
    ));
}

#[tokio::test]
async fn opening_reads_what_came_after_the_state_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("long").display().to_string();
    let mut store = begun(&place).await;
    let says = |number: usize| {
        let body = json!({ "id": format!("e{number}"), "kind": "report", "by": "V", "on": "F1", "occurred": "2030-01-02" });
        said(body, &["V"])
    };
    for batch in 0..10 {
        let all: Vec<Entry> = (batch * 1000..(batch + 1) * 1000).map(says).collect();
        store.append(&all, at(DAY)).await.unwrap();
    }
    let (size, root) = (store.log().size(), hex(&store.log().root()));
    store.close().await;
    let opened = Store::open(&place, Some(operator())).await.unwrap();
    assert_eq!((opened.log().size(), hex(&opened.log().root())), (size, root));
    assert!(matches!(opened.state_use(), StateUse::Used(_)));
    assert!(
        opened.entries_read() < 4096 + 1000,
        "{} of {size} entries were read",
        opened.entries_read()
    );
    // What is in no entry that was read is known all the same.
    let mut opened = opened;
    assert!(opened.append(&[says(17)], at(DAY)).await.unwrap()[0].duplicate);
    let other = json!({ "id": "e17", "kind": "claim", "by": "A", "on": "F1", "occurred": "2030-01-02" });
    let refused = opened.append(&[said(other, &["A"])], at(DAY)).await;
    assert!(
        matches!(refused, Err(StoreError::Refused(Refusal::Replayed(_)))),
        "{refused:?}"
    );
    assert_eq!(
        Store::open_from_entries(&place, None)
            .await
            .unwrap()
            .entries_read(),
        size
    );
    assert_eq!(verify_store(&place).await.unwrap().findings, []);
}

#[tokio::test]
async fn a_ledger_of_the_second_version_is_read_where_nothing_may_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("second").display().to_string();
    begun(&place).await.close().await;
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{place}"))
        .await
        .unwrap();
    sqlx::raw_sql("DROP TABLE states; UPDATE meta SET value = '2' WHERE name = 'schema_version'")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert_eq!(Store::open(&place, None).await.unwrap().log().size(), 7);
    assert_eq!(verify_store(&place).await.unwrap().findings, []);
    let mut store = Store::open(&place, Some(operator())).await.unwrap();
    store.keep_state().await.unwrap();
    store.close().await;
    assert!(matches!(the_same(&place).await, StateUse::Used(7)));
}
